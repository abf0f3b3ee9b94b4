//! The ladder: what to add next, given what the compiler said. Pure.
//!
//! An aid is added only because the text or the compiler asked for it. [`step`] looks at one
//! example after one compilation and answers with a better plan, with plans that are worth a try,
//! or that there is nothing to add.

mod acceptance;
mod alternatives;
mod behind;
mod context;
mod editions;
mod features;
mod imports;
mod outdated;
mod own_features;
mod returning;

use std::collections::{BTreeMap, BTreeSet};

use verify_model::{AidKind, Diagnostic, Level, MissingName};

pub use acceptance::is_accepted;
pub use behind::{cures, keep_common, seen};
pub use context::{Tried, differs_in_lender, held, is_shown_in_full, misused, with_imports};
pub use features::FeatureTable;
pub use imports::homes::agreed;
pub use outdated::{
    MAX_OLDER_MAJORS, Uses, are_as_old, keep_company, meet_once, sought, still_older, still_said,
};
pub use own_features::add_own_feature;

use crate::facts::Facts;
use crate::neighbours::Neighbours;
use crate::scaffold::{Allowed, Offer, Plan, Target, Waits, Wrapper};

/// What the ladder looks at.
pub struct Situation<'a> {
    /// The example's code.
    pub code: &'a str,
    /// The example's facts.
    pub facts: &'a Facts,
    /// The plan that was compiled.
    pub plan: &'a Plan,
    /// What the compiler said.
    pub diagnostics: &'a [Diagnostic],
    /// Library names by dependency key, as cargo resolved them.
    pub libraries: &'a BTreeMap<String, String>,
    /// Crates that may be used.
    pub allowed: &'a Allowed,
    /// What the document, or the workspace that it lives in, has for a library.
    pub offer: &'a dyn Fn(&str) -> Option<Offer>,
    /// The library of the package that the document lives in.
    pub own: Option<&'a str>,
    /// Versions of a package that the document's prose names, as requirements.
    pub prose: &'a dyn Fn(&str) -> Vec<String>,
    /// What the document's other examples have for this one.
    pub neighbours: &'a Neighbours,
    /// The line of the document on which the example begins.
    pub line: usize,
    /// Resolved versions by dependency key.
    pub versions: &'a BTreeMap<String, String>,
    /// What the dependencies depend on themselves.
    pub uses: &'a Uses,
    /// The features that packages have, by dependency key.
    pub features: &'a BTreeMap<String, FeatureTable>,
    /// The sorts of plans that were tried without success.
    pub tried: &'a BTreeSet<Probe>,
    /// Whether the example is expected not to compile: then nothing is cured but what keeps it from
    /// being read at all.
    pub expects_failure: bool,
    /// Whether the document states the edition.
    pub edition_is_stated: bool,
}

/// The ladder's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// There is nothing to add.
    Settled,
    /// The compiler asked for something: compile again with this plan.
    Retry(Box<Plan>),
    /// Each of these might help: the first that does is taken. If none does, the example stays as
    /// it is.
    Probe(Probe, Vec<Plan>),
}

/// Why plans are tried that nothing asks for directly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Probe {
    /// Usual features that the text alone did not ask for.
    Usual,
    /// Features otherwise than a manifest of another section has them.
    Sections,
    /// Modules of which the document imports everything elsewhere.
    Globs,
    /// The standard library's items in the place of a crate's.
    Rivals,
    /// Names that the standard library has in several modules. All of these plans are tried.
    Homes,
    /// Items that earlier examples define.
    Context,
    /// The same where the example may use them wrongly.
    Misuse,
    /// Features that nothing asks for by name.
    Features,
    /// Fewer features than were enabled together.
    FewerFeatures,
    /// The example's own features, each by itself. Such a plan only looks, and is never taken.
    OwnFeatures,
    /// Older editions.
    Editions,
    /// The same where no message speaks of any. Only a plan without any fault is taken.
    AnyEdition,
    /// Versions that go with those that the document states.
    Company,
    /// Older major versions of crates.
    OlderMajors,
    /// The newest version of what is older for the sake of others.
    Alone,
    /// The newest versions with what was added beside older ones.
    Newest,
    /// Empty traits in the place of missing ones, to look behind them. Never accepted.
    Behind,
}

/// Takes note in `plan` that a probe was vain. Returns whether it is not to be made again.
pub fn gave_up(probe: Probe, plan: &mut Plan) -> bool {
    match probe {
        Probe::FewerFeatures => features::forget(plan),
        // Of crates that join later, they may be what is needed.
        Probe::Usual => plan.has_all_usual = true,
        _ => {}
    }
    probe != Probe::FewerFeatures
}

/// Whether an error may come from an import that we added, so that it proves nothing about the
/// example.
#[must_use]
pub fn doubts_an_import(plan: &Plan, code: &str, diagnostics: &[Diagnostic]) -> bool {
    let mut imports = plan.imports.iter();
    imports.any(|import| imports::is_doubtful(plan, code, diagnostics, import))
}

/// Makes the plans of one probe.
type Plans = fn(&Situation<'_>) -> Vec<Plan>;

/// What is tried, in this order.
const PROBES: [(Probe, Plans); 12] = [
    (Probe::Usual, features::usual),
    (Probe::Sections, features::otherwise),
    (Probe::Globs, imports::globs::plans),
    (Probe::Rivals, imports::rivals::plans),
    (Probe::Homes, imports::homes::plans),
    (Probe::Company, outdated::with_stated),
    (Probe::Features, features::more),
    (Probe::Context, context::borrow),
    (Probe::Misuse, context::certain),
    (Probe::Editions, editions::older),
    (Probe::AnyEdition, editions::any),
    (Probe::OlderMajors, outdated::older),
];

/// Looks at one compilation and says what to do next.
#[must_use]
pub fn step(situation: &Situation<'_>) -> Step {
    let step = next(situation);
    if step != Step::Settled || situation.tried.contains(&Probe::Newest) {
        return step;
    }
    match outdated::newest(situation) {
        Some(plan) => Step::Probe(Probe::Newest, vec![plan]),
        None => step,
    }
}

fn next(situation: &Situation<'_>) -> Step {
    // An example that compiles may still have more features than it needs.
    let fewer = features::fewer(situation);
    if !fewer.is_empty() {
        return Step::Probe(Probe::FewerFeatures, fewer);
    }
    if !situation.tried.contains(&Probe::Alone) {
        let alone = outdated::alone(situation);
        if !alone.is_empty() {
            return Step::Probe(Probe::Alone, alone);
        }
    }
    if !situation.has_errors() {
        return with_own_features(situation);
    }
    if situation.facts.is_foreign {
        return Step::Settled;
    }
    let mut plan = situation.plan.clone();
    let changed = [
        imports::undo(situation, &mut plan),
        features::grow(situation, &mut plan),
        imports::add(situation, &mut plan),
        imports::add_traits(situation, &mut plan),
        !situation.expects_failure && alternatives::split(situation, &mut plan),
        returning::enclose(situation, &mut plan),
        returning::export(situation, &mut plan),
        returning::fit(situation, &mut plan),
        does_without_runtime(situation, &mut plan),
    ];
    if changed.contains(&true) {
        return Step::Retry(Box::new(plan));
    }
    let probes: &[(Probe, Plans)] = if situation.expects_failure {
        &[(Probe::Misuse, context::certain)]
    } else {
        &PROBES
    };
    if let Some(step) = first_probe(situation, probes) {
        return step;
    }
    if situation.expects_failure {
        return Step::Settled;
    }
    if imports::forget_unconfirmed(situation, &mut plan) {
        return Step::Retry(Box::new(plan));
    }
    // Last of all, since what is seen is true of this plan only.
    let plans = behind::plans(situation);
    if !plans.is_empty() && !situation.tried.contains(&Probe::Behind) {
        return Step::Probe(Probe::Behind, plans);
    }
    Step::Settled
}

/// The first of `probes` that was not tried and has something to try.
fn first_probe(situation: &Situation<'_>, probes: &[(Probe, Plans)]) -> Option<Step> {
    let mut open = probes
        .iter()
        .filter(|(probe, _)| !situation.tried.contains(probe));
    open.find_map(|(probe, plans)| {
        let plans = plans(situation);
        (!plans.is_empty()).then_some(Step::Probe(*probe, plans))
    })
}

/// The plan of an older major with what the compiler asks for beside it; `None` when it asks for
/// nothing that could be added.
#[must_use]
pub fn assist(situation: &Situation<'_>) -> Option<Plan> {
    let mut plan = situation.plan.clone();
    let changed = [
        features::grow(situation, &mut plan),
        imports::add_traits(situation, &mut plan),
    ];
    let is_more = changed.contains(&true)
        || features::likely(situation, &mut plan)
        || features::all_behind(situation, &mut plan);
    is_more.then_some(plan)
}

/// What is left to do for an example that compiles.
fn with_own_features(situation: &Situation<'_>) -> Step {
    let probe = Probe::OwnFeatures;
    let plans = own_features::plans(situation);
    if plans.is_empty() || situation.expects_failure || situation.tried.contains(&probe) {
        return Step::Settled;
    }
    Step::Probe(probe, plans)
}

impl Situation<'_> {
    fn errors(&self) -> impl Iterator<Item = &Diagnostic> {
        self.diagnostics
            .iter()
            .filter(|diagnostic| diagnostic.level == Level::Error)
    }

    fn has_errors(&self) -> bool {
        self.errors().next().is_some()
    }

    /// The crate in which a name was looked for: of `time::delay` that is tokio, where the example has
    /// `use tokio::time`.
    fn home_of<'m>(&'m self, missing: &'m MissingName) -> &'m str {
        let root = missing.root();
        let names = &self.facts.names;
        let mut imports = names.imports.iter();
        let import = imports.find(|it| it.name == root && !names.modules.contains(root));
        let first = import.and_then(|it| it.path.split("::").next());
        first
            .filter(|_| missing.container.is_some())
            .unwrap_or(root)
    }

    /// The key of the dependency whose library is called `library` in code.
    fn dependency_of(&self, library: &str) -> Option<&str> {
        self.libraries
            .iter()
            .find(|(_, name)| *name == library)
            .map(|(key, _)| key.as_str())
    }
}

/// A stated tokio without the features of its `main`: the statements are compiled and not run.
fn does_without_runtime(situation: &Situation<'_>, plan: &mut Plan) -> bool {
    let Wrapper::Function {
        waits: Waits::OnTokio,
        returns,
    } = plan.wrapper
    else {
        return false;
    };
    let is_ours = |error: &Diagnostic| {
        error.is_outside_document() && error.message == "cannot find `main` in `tokio`"
    };
    if !situation.errors().any(is_ours) {
        return false;
    }
    let waits = Waits::Unrun;
    plan.wrapper = Wrapper::Function { waits, returns };
    plan.target = Target::Library;
    plan.aids.retain(|aid| aid.kind != AidKind::Wrapper);
    plan.add_aid(
        AidKind::Wrapper,
        waits.wrapper(),
        "statements stand outside any function, and the stated tokio has no `main` to run them on",
    );
    true
}

#[cfg(test)]
mod tests;
