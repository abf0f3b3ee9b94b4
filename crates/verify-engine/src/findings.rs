//! From what is known of an example to what the report says of it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use verify_model::{
    Aid, AidKind, Bringer, Cause, CauseKind, EarlyEnd, Environment, Expectation, Fragment,
    ImplBlock, LinkedCrate, LintCount, Outcome, OutdatedVersion, Run, Rung, Scaffold, Span, Stage,
    Status, Verdict, judge,
};
use verify_source::example::Example;
use verify_source::facts::{Facts, ItemFact, ItemKind, Syntax, foundations};
use verify_source::known_crates::{KnownCrate, KnownCrates};
use verify_source::ladder::{self, FeatureTable};

use crate::climb::Climber;
use crate::failures;
use crate::generated::Generated;
use crate::package;
use crate::sets::Set;

/// What the report says of an example that was compiled.
pub(crate) fn judged_run(
    climber: &Climber<'_>,
    later: Vec<Outcome>,
    environment: &Environment,
    interrupted: bool,
) -> Run {
    let example = climber.example;
    let is_open = !climber.is_settled() || later.is_empty() && compiled(climber);
    if interrupted && is_open {
        return skipped(example, "the run was interrupted before it was judged");
    }
    let mut outcomes = Vec::from_iter(climber.check.clone());
    if let (Some(check), Some(left_out)) = (outcomes.first_mut(), &climber.left_out) {
        let said = format!(
            "compiled without {}, which the example does not need: {}",
            left_out.packages.join(" and "),
            left_out.reason
        );
        check.report.reason.get_or_insert(said);
    }
    outcomes.extend(later);
    let mut scaffold = scaffold(climber);
    let file = package::source_file(climber.plan.target);
    let generated = Generated::new(file, climber.rendered(), example);
    let said = outcomes.iter();
    scaffold.failures = said
        .flat_map(|outcome| failures::read(outcome, &generated))
        .collect();
    let mut judgement = judge(&example.expectation, &scaffold, &outcomes);
    for cause in &mut judgement.causes {
        generated.put_into_words(cause);
    }
    let lints = outcomes
        .iter()
        .find(|outcome| outcome.stage == Stage::Lint)
        .map(|outcome| verify_model::judge::count_lints(&outcome.diagnostics))
        .unwrap_or_default();
    Run {
        expectation: example.expectation.clone(),
        verdict: judgement.verdict,
        blame: judgement.verdict.blame(),
        rung: Rung::of(&scaffold.aids),
        aids: scaffold.aids,
        causes: judgement.causes,
        bodies: judgement.bodies,
        lints,
        stages: outcomes
            .into_iter()
            .map(|outcome| (outcome.stage, outcome.report))
            .collect(),
        environment: environment.clone(),
    }
}

/// What would be held against an example if nothing but its check were known.
pub(crate) fn faults_of_check(climber: &Climber<'_>) -> Vec<Cause> {
    let check = climber.check.as_slice();
    let mut causes = judge(&climber.example.expectation, &scaffold(climber), check).causes;
    causes.retain(|it| matches!(it.kind, CauseKind::CompileError | CauseKind::WrongApi));
    causes
}

/// What would be said of an example if nothing but its check were known.
pub(crate) fn verdict_of_check(climber: &Climber<'_>) -> Verdict {
    let check = climber.check.as_slice();
    judge(&climber.example.expectation, &scaffold(climber), check).verdict
}

fn compiled(climber: &Climber<'_>) -> bool {
    climber
        .check
        .as_ref()
        .is_some_and(|check| check.report.status == Status::Passed)
}

fn scaffold(climber: &Climber<'_>) -> Scaffold {
    let facts = &climber.example.facts;
    let plan = &climber.plan;
    let mut aids = plan.aids.clone();
    aids.sort_by_key(|aid| aid.kind);
    for aid in &mut aids {
        add_version(aid, climber.set.as_deref());
    }
    let libraries = climber
        .set
        .iter()
        .flat_map(|set| set.libraries.values().cloned())
        .collect();
    let linked = linked(climber);
    Scaffold {
        aids,
        bodies: facts.bodies.clone(),
        foundations: if compiled(climber) {
            Vec::new()
        } else {
            foundations(&climber.example.code, facts)
        },
        operands: facts.operands.clone(),
        elisions: facts.elisions.clone(),
        left_out: facts.left_out.clone(),
        filled: climber
            .example
            .filled
            .iter()
            .filter_map(|line| climber.example.span(line.clone()))
            .collect(),
        lent: plan.wrapper.lends(facts.awaits),
        fragment: fragment(climber.example),
        libraries,
        imported: imported(climber.example, &linked),
        derived: derived(facts),
        linked,
        defined: defined(climber),
        shown: shown(climber),
        bringers: bringers(climber),
        types: facts.names.types.iter().cloned().collect(),
        modules: facts.names.modules.iter().cloned().collect(),
        spoken: facts.spoken.iter().cloned().collect(),
        asks: facts.asks.clone(),
        early_ends: early_ends(climber.example),
        variables: facts.names.variables.iter().cloned().collect(),
        locals: facts.locals.iter().cloned().collect(),
        macros: names_of(facts, ItemKind::Macro),
        foreign: facts
            .is_foreign
            .then(|| climber.example.span(0..0))
            .flatten(),
        without_code: without_code(climber.example),
        outdated: outdated(climber),
        outdated_by: climber.outdated_by.clone(),
        attributes: facts.around.attributes.clone(),
        uses: facts.around.uses.clone(),
        impls: facts.traits.impls.iter().map(impl_block).collect(),
        unseen_impls: facts.around.unseen_impls.clone(),
        among_statements: facts.around.among_statements.clone(),
        outer: outer(facts),
        absent: [facts.around.absent.as_slice(), &facts.around.unassembled].concat(),
        trait_names: facts.trait_names.iter().cloned().collect(),
        declared_elsewhere: declared_elsewhere(climber),
        behind: climber.behind.clone(),
        is_test_harness: climber.example.test_harness,
        unresolved: plan.unresolved.clone(),
        manifest_faults: plan.manifest_faults.clone(),
        failures: Vec::new(),
    }
}

fn impl_block(block: &verify_source::facts::Impl) -> ImplBlock {
    ImplBlock {
        owner: block.owner.clone(),
        name: block.owner_name.clone(),
        inside: block.inside.clone(),
        functions: block.functions.clone(),
    }
}

/// Where the example begins, when it is a manifest and nothing else.
fn without_code(example: &Example) -> Option<Span> {
    let is_manifest = example.facts.is_blank && example.manifest.is_some();
    is_manifest.then(|| example.span(0..0)).flatten()
}

/// Where its statements end early.
fn early_ends(example: &Example) -> Vec<EarlyEnd> {
    let ends = example.facts.early_ends.iter();
    let placed = |(range, asks): &(Range<usize>, bool)| {
        let place = example.span(range.clone())?;
        Some(EarlyEnd { place, asks: *asks })
    };
    ends.filter_map(placed).collect()
}

/// What the example is when it lacks what stands around it, and where it begins.
fn fragment(example: &Example) -> Option<(Fragment, Span)> {
    let (fragment, start) = example.fragment?;
    Some((fragment, example.span(start..start)?))
}

/// The functions that traits of other examples declare, and none of its own.
fn declared_elsewhere(climber: &Climber<'_>) -> Vec<String> {
    let own = &climber.example.facts.traits.declared;
    let is_own = |name: &String| own.iter().any(|it| it.members.contains(name));
    let all = climber.neighbours.members.keys();
    all.filter(|name| !is_own(name)).cloned().collect()
}

/// Names of the items that the example defines, and of those that earlier ones define for it.
fn defined(climber: &Climber<'_>) -> Vec<String> {
    let own = &climber.example.facts.names.defined;
    let borrowed = climber.plan.context.iter().map(|it| &it.name);
    own.iter().chain(borrowed).cloned().collect()
}

/// The names of the example that earlier examples define, with these, when they were tried and do not
/// fit.
fn shown(climber: &Climber<'_>) -> BTreeMap<String, Vec<String>> {
    if compiled(climber) || !climber.has_tried_context() {
        return BTreeMap::new();
    }
    let line = climber.example.listed.line;
    let is_taken = |name: &String| climber.plan.context.iter().any(|it| it.name == *name);
    let words = climber.example.facts.names.words.iter();
    let above = words.filter(|name| !is_taken(name)).filter_map(|name| {
        let all = climber.neighbours.definitions.get(name)?.iter();
        let above = all.filter(|it| it.line < line).map(|it| it.id.to_string());
        let above: Vec<String> = above.collect();
        (!above.is_empty()).then(|| (name.clone(), above))
    });
    above.collect()
}

/// The words of the example that are methods of well-known crates' traits, with the traits' paths. Of a
/// crate that the example is compiled with, the compiler knows which traits it has for a type. None
/// when all compiles: nothing is missing then.
fn bringers(climber: &Climber<'_>) -> BTreeMap<String, Vec<Bringer>> {
    if compiled(climber) {
        return BTreeMap::new();
    }
    let is_linked = |known: &KnownCrate| {
        let set = climber.set.as_deref();
        set.is_some_and(|it| it.libraries.values().any(|library| *library == known.lib))
    };
    let is_rejected = |path: &String| climber.plan.rejected_imports.contains(path);
    let words = climber.example.facts.names.words.iter();
    let bringers = words.map(|word| {
        let found = KnownCrates::builtin().bringers(word).into_iter();
        let open = found.filter(|(known, it)| !is_linked(known) && !is_rejected(&it.path));
        (word.clone(), open.map(|(_, it)| it).collect::<Vec<_>>())
    });
    bringers.filter(|(_, traits)| !traits.is_empty()).collect()
}

/// The names of the example's items of one kind.
fn names_of(facts: &Facts, kind: ItemKind) -> Vec<String> {
    let items = facts.items.iter().filter(|it| it.kind == kind);
    items.map(|it| it.name.clone()).collect()
}

/// What an example of items only is made of.
fn outer(facts: &Facts) -> Vec<Range<usize>> {
    let items = || facts.items.iter().filter(|_| facts.syntax == Syntax::File);
    let is_import = |it: &&ItemFact| it.kind == ItemKind::Use;
    let all_are_imports = items().all(|it| is_import(&it));
    let made_of = items().filter(|it| all_are_imports || !is_import(it));
    made_of.map(|it| it.range.clone()).collect()
}

/// The crates that the example was compiled with, in the order of their names.
fn linked(climber: &Climber<'_>) -> Vec<LinkedCrate> {
    let Some(set) = &climber.set else {
        return Vec::new();
    };
    let versions = set.versions_by_key();
    let libraries = set.libraries.iter();
    libraries
        .filter_map(|(key, library)| {
            let dependency = climber.plan.dependencies.get(key)?;
            Some(LinkedCrate {
                library: library.clone(),
                package: dependency.package.clone(),
                version: versions.get(key)?.clone(),
                is_elsewhere: set.elsewhere.contains(key),
                is_per_system: KnownCrates::builtin()
                    .by_package(&dependency.package)
                    .is_some_and(|known| known.per_system),
                features: set
                    .features
                    .get(key)
                    .map(FeatureTable::public_names)
                    .unwrap_or_default(),
            })
        })
        .collect()
}

/// What the example imports by name, and the library that each is from; besides, what one of the
/// crates that it is compiled with is known for.
fn imported(example: &Example, linked: &[LinkedCrate]) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut shared = BTreeSet::new();
    for it in linked {
        let known = KnownCrates::builtin().by_package(&it.package);
        let names = known.into_iter().flat_map(KnownCrate::exported_names);
        for name in names {
            if found.insert(name.to_owned(), it.library.clone()).is_some() {
                shared.insert(name);
            }
        }
    }
    found.retain(|name, _| !shared.contains(name.as_str()));
    let imports = example.facts.names.imports.iter();
    let imports = imports.filter(|import| !import.name.is_empty());
    found.extend(imports.filter_map(|import| {
        let root = import.path.split("::").next()?;
        Some((import.name.clone(), root.to_owned()))
    }));
    found
}

/// The example's types by the derive macros on them.
fn derived(facts: &Facts) -> BTreeMap<String, Vec<String>> {
    let all = facts.derived.iter();
    all.map(|(name, types)| (name.clone(), types.iter().cloned().collect()))
        .collect()
}

/// Crates of which an older major was used, with both versions.
fn outdated(climber: &Climber<'_>) -> Vec<OutdatedVersion> {
    let versions = climber.set.as_deref().map(Set::versions_by_key);
    let versions = versions.unwrap_or_default();
    let crates = climber.plan.outdated.iter();
    crates
        .filter_map(|outdated| {
            let dependency = climber.plan.dependencies.get(&outdated.key)?;
            Some(OutdatedVersion {
                package: dependency.package.clone(),
                newest: outdated.newest.clone(),
                used: versions.get(&outdated.key)?.clone(),
            })
        })
        .filter(|it| it.newest != it.used)
        .collect()
}

/// Says which version an inferred dependency came out as.
fn add_version(aid: &mut Aid, set: Option<&Set>) {
    if aid.kind != AidKind::Dependency {
        return;
    }
    let package = aid.what.split(' ').next().unwrap_or_default();
    let is_it = |other: &&String| *other == package;
    // Of a package in several versions the aids say which is which already.
    let set = set.filter(|set| set.packages.values().filter(is_it).count() == 1);
    if let Some(version) = set.and_then(|set| set.versions.get(package)) {
        aid.what = format!("{package} {version}");
    }
}

pub(crate) fn skipped(example: &Example, reason: &str) -> Run {
    Run {
        expectation: example.expectation.clone(),
        verdict: Verdict::Skipped,
        blame: Verdict::Skipped.blame(),
        rung: Rung::Verbatim,
        aids: Vec::new(),
        causes: vec![Cause {
            line: Some(example.listed.line),
            ..Cause::new(CauseKind::Skipped, reason)
        }],
        bodies: None,
        lints: LintCount::default(),
        stages: BTreeMap::new(),
        environment: Environment::default(),
    }
}

/// Whether an example that is expected not to compile fails as it should: then it needs no help.
pub(crate) fn fails_as_expected(climber: &Climber<'_>, check: &Outcome) -> bool {
    let expectation = &climber.example.expectation;
    matches!(expectation, Expectation::CompileFail { .. })
        && check.report.status == Status::Failed
        && !ladder::doubts_an_import(&climber.plan, &climber.example.code, &check.diagnostics)
        && judge(expectation, &scaffold(climber), std::slice::from_ref(check)).verdict
            == Verdict::Passes
}
