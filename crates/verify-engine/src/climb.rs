//! The climb: round by round, every example that still needs something is compiled again, until
//! the ladder has nothing more to add.

mod trial;

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use cargo_metadata::semver::Version;
use verify_model::{Behind, Diagnostic, Expectation, Outcome, Status, Verdict, missing_name};
use verify_source::example::Example;
use verify_source::ladder::{self, Probe, Situation, Step};
use verify_source::neighbours::Neighbours;
use verify_source::scaffold::{Plan, Rendered};
use verify_source::surroundings::Surroundings;

use crate::preparing::could_not;
use crate::record::Attempt;
use crate::sets::Set;

/// Most rounds that an example may climb. Each adds at least one aid, so this only bounds texts
/// that need help without end.
pub(crate) const MAX_ROUNDS: usize = 24;

/// One example on its way up.
#[derive(Debug)]
pub(crate) struct Climber<'a> {
    pub example: &'a Example,
    /// The cargo workspace that the document lives in.
    pub surroundings: Option<&'a Surroundings>,
    /// What the document's other examples have for this one.
    pub neighbours: &'a Neighbours,
    /// The plan that is to be compiled next, or that was compiled last.
    pub plan: Plan,
    /// What the check of `plan` found; `None` before the first.
    pub check: Option<Outcome>,
    /// What Clippy found, when it came with the check.
    pub lint: Option<Outcome>,
    /// What came of building it, when that came with the check and nothing else is due.
    pub build: Option<Outcome>,
    /// The set that `plan` was compiled with.
    pub set: Option<Arc<Set>>,
    /// What was left out since it does not build.
    pub left_out: Option<LeftOut>,
    /// What was tried, in order.
    pub attempts: Vec<Attempt>,
    /// What the compiler said with the newest releases, when older ones turned out to be meant.
    pub outdated_by: Vec<Diagnostic>,
    /// What the compiler said behind missing traits.
    pub behind: Option<Behind>,
    /// The sorts of plans that were tried without success.
    tried: BTreeSet<Probe>,
    state: State,
    rounds: usize,
}

/// Dependencies that an example is compiled without, since they do not build.
#[derive(Clone, Debug)]
pub(crate) struct LeftOut {
    /// Their packages, as the aids had them.
    pub packages: Vec<String>,
    /// Why they do not build.
    pub reason: String,
    /// What code calls them.
    libraries: Vec<String>,
    /// The plan with them.
    with: Box<Plan>,
}

/// A plan, with what its check found and the set that it was compiled with.
type Known = (Plan, Option<Outcome>, Option<Arc<Set>>);

#[derive(Debug)]
enum State {
    Climbing,
    /// Trying plans, with another one to fall back to.
    Probing(Box<Trial>),
    Settled,
}

/// Plans that are tried.
#[derive(Debug)]
struct Trial {
    /// Those that come after the current one.
    queue: VecDeque<Plan>,
    probe: Probe,
    /// The plan to fall back to, with what its check found.
    fallback: Known,
    /// The plans that fit, of a probe all of whose plans are tried.
    fits: Vec<Plan>,
    /// What the checks of the others found, where only all together tell.
    told: Vec<(Plan, Vec<Diagnostic>)>,
    /// Names without which no older release is a cure.
    sought: BTreeSet<String>,
    /// How often a plan was followed by one that is older still.
    lowered: usize,
    /// How often the compiler was given what it asked for beside.
    assisted: usize,
}

/// What is tried only where something is held against the example.
const WANT_A_FAULT: [Probe; 3] = [Probe::AnyEdition, Probe::Company, Probe::OlderMajors];

/// Whether the compiler came to an end and spoke.
fn is_decided(check: &Outcome) -> bool {
    matches!(check.report.status, Status::Passed | Status::Failed)
}

/// What the ladder asks besides the compiler: the same for all examples.
pub(crate) struct Guidance<'a> {
    pub allowed: &'a verify_source::scaffold::Allowed,
}

impl<'a> Climber<'a> {
    pub(crate) fn new(
        example: &'a Example,
        surroundings: Option<&'a Surroundings>,
        neighbours: &'a Neighbours,
        plan: Plan,
    ) -> Self {
        Self {
            example,
            surroundings,
            neighbours,
            plan,
            check: None,
            lint: None,
            build: None,
            set: None,
            left_out: None,
            attempts: Vec::new(),
            outdated_by: Vec::new(),
            behind: None,
            tried: BTreeSet::new(),
            state: State::Climbing,
            rounds: 0,
        }
    }

    pub(crate) fn is_settled(&self) -> bool {
        matches!(self.state, State::Settled)
    }

    /// Whether what earlier examples define was tried in vain.
    pub(crate) fn has_tried_context(&self) -> bool {
        self.tried.contains(&Probe::Context) || self.tried.contains(&Probe::Misuse)
    }

    /// Whether the plan is only a try, with another one to fall back to.
    pub(crate) fn is_probing(&self) -> bool {
        matches!(self.state, State::Probing(_))
    }

    /// Whether what was checked before the current plan had this very version of a dependency: then
    /// it builds.
    pub(crate) fn has_built(&self, key: &str, version: &Version) -> bool {
        let set = match &self.state {
            State::Probing(trial) => trial.fallback.2.as_ref(),
            State::Climbing | State::Settled => self.set.as_ref(),
        };
        let versions = set.map(|set| set.versions_by_key()).unwrap_or_default();
        versions
            .get(key)
            .is_some_and(|it| *it == version.to_string())
    }

    /// Whether what was checked last compiles.
    pub(crate) fn compiles(&self) -> bool {
        let check = self.check.as_ref();
        check.is_some_and(|it| it.report.status == Status::Passed)
    }

    pub(crate) fn rendered(&self) -> Rendered {
        self.example.render(&self.plan)
    }

    /// Ends the climb where it is, since the current plan cannot be compiled at all. A plan that was
    /// only a try gives way to the next one, or to what was known before it; then the climb goes on,
    /// and its plan is to be prepared.
    pub(crate) fn settle(&mut self, check: Outcome) {
        match std::mem::replace(&mut self.state, State::Settled) {
            State::Probing(mut trial) => {
                if let Some(next) = trial.queue.pop_front() {
                    self.plan = next;
                    self.state = State::Probing(trial);
                    return;
                }
                (self.plan, self.check, self.set) = trial.fallback;
                if ladder::gave_up(trial.probe, &mut self.plan) {
                    self.tried.insert(trial.probe);
                }
                self.state = State::Climbing;
            }
            State::Climbing | State::Settled => self.check = Some(check),
        }
    }

    /// Ends the climb with what could not be done, whatever was tried besides.
    fn settle_without(&mut self, check: Outcome) {
        (self.check, self.set) = (Some(check), None);
        self.state = State::Settled;
    }

    /// Brings crates that follow others nearer to what goes with these in `set`, the one of the plan,
    /// and says whether it did.
    pub(crate) fn keeps_company(&mut self, set: &Set) -> bool {
        match ladder::keep_company(&self.plan, &set.uses, &set.versions_by_key()) {
            Some(plan) => {
                self.plan = plan;
                true
            }
            None => false,
        }
    }

    /// Ends the climb where it is, with the set that the check was made with.
    pub(crate) fn settle_with(&mut self, check: Outcome, set: Arc<Set>) {
        self.attempts.push(Attempt::of(&self.plan, &check));
        (self.check, self.set) = (Some(check), Some(set));
        self.state = State::Settled;
    }

    /// Leaves dependencies out that do not build, and says so; never a second time, nor from a plan
    /// that is only a try, nor where an error that comes of it could be the expected one.
    pub(crate) fn leave_out(&mut self, keys: &BTreeSet<String>, set: &Set, reason: String) -> bool {
        let is_climbing = matches!(self.state, State::Climbing);
        if !is_climbing || self.expects_failure() || self.left_out.is_some() || keys.is_empty() {
            return false;
        }
        let with = Box::new(self.plan.clone());
        let listed = keys
            .iter()
            .filter_map(|key| self.plan.dependencies.get(key));
        let packages = listed.map(|it| match &it.requirement {
            Some(requirement) => format!("{} {requirement}", it.package),
            None => it.package.clone(),
        });
        self.left_out = Some(LeftOut {
            packages: packages.collect(),
            reason,
            libraries: keys
                .iter()
                .filter_map(|key| set.libraries.get(key).cloned())
                .collect(),
            with,
        });
        for key in keys {
            self.plan.drop_dependency(key);
        }
        true
    }

    /// Why the example cannot be judged: it does not do without what was left out.
    fn misses(&self, check: &Outcome) -> Option<String> {
        // Code behind a feature may well need it, and is not what the example is judged by.
        let looks = |it: &State| matches!(it, State::Probing(it) if it.probe == Probe::OwnFeatures);
        let left_out = self.left_out.as_ref().filter(|_| !looks(&self.state))?;
        let is_missed = |error: &Diagnostic| {
            let missing = missing_name(error);
            missing.is_some_and(|it| left_out.libraries.iter().any(|name| it.root() == name))
        };
        check
            .diagnostics
            .iter()
            .any(is_missed)
            .then(|| left_out.reason.clone())
    }

    /// Takes what the check of the current plan found, and moves on.
    pub(crate) fn advance(&mut self, check: Outcome, set: Arc<Set>, guidance: &Guidance<'_>) {
        self.rounds += 1;
        self.attempts.push(Attempt::of(&self.plan, &check));
        if let Some(reason) = self.misses(&check)
            && let Some(left_out) = self.left_out.take()
        {
            self.plan = *left_out.with;
            self.settle_without(could_not(reason));
            return;
        }
        match std::mem::replace(&mut self.state, State::Settled) {
            State::Settled => {}
            State::Climbing => self.climb(check, set, guidance),
            State::Probing(trial) => self.go_on_trying(*trial, check, set, guidance),
        }
    }

    fn expects_failure(&self) -> bool {
        matches!(self.example.expectation, Expectation::CompileFail { .. })
    }

    /// What the ladder says of the current plan, given what the compiler said of it.
    fn situated<T>(
        &self,
        diagnostics: &[Diagnostic],
        set: &Set,
        guidance: &Guidance<'_>,
        ask: impl FnOnce(&Situation<'_>) -> T,
    ) -> T {
        let example = self.example;
        ask(&Situation {
            code: &example.code,
            facts: &example.facts,
            plan: &self.plan,
            diagnostics,
            libraries: &set.libraries,
            allowed: guidance.allowed,
            prose: &|package| example.versions_in_prose(package),
            offer: &|library| example.offer(guidance.allowed, self.surroundings, library),
            own: self.surroundings.and_then(|it| it.own.as_deref()),
            neighbours: self.neighbours,
            line: example.listed.line,
            versions: &set.versions_by_key(),
            uses: &set.uses,
            features: &set.features,
            tried: &self.tried,
            expects_failure: self.expects_failure(),
            edition_is_stated: example.states_edition()
                || self.surroundings.is_some_and(|it| it.edition.is_some()),
        })
    }

    fn climb(&mut self, check: Outcome, set: Arc<Set>, guidance: &Guidance<'_>) {
        let is_asked = is_decided(&check) && self.rounds < MAX_ROUNDS;
        let mut step = Step::Settled;
        if is_asked {
            step = self.situated(&check.diagnostics, &set, guidance, ladder::step);
            while let Step::Probe(probe, _) = step
                && WANT_A_FAULT.contains(&probe)
                && self.verdict(&check, &set, &[]) != Verdict::Broken
            {
                // Where no fault is found, other versions and editions need not be tried.
                self.tried.insert(probe);
                step = self.situated(&check.diagnostics, &set, guidance, ladder::step);
            }
        }
        (self.check, self.set) = (Some(check), Some(set));
        match step {
            Step::Settled => {}
            Step::Retry(plan) => {
                self.plan = *plan;
                self.state = State::Climbing;
            }
            Step::Probe(probe, plans) => {
                let mut queue = VecDeque::from(plans);
                if let Some(first) = queue.pop_front() {
                    let sought = match probe {
                        Probe::OlderMajors => self.sought(),
                        _ => BTreeSet::new(),
                    };
                    let fallback = (self.plan.clone(), self.check.take(), self.set.take());
                    self.plan = first;
                    self.state = State::Probing(Box::new(Trial {
                        queue,
                        probe,
                        fallback,
                        fits: Vec::new(),
                        told: Vec::new(),
                        sought,
                        lowered: 0,
                        assisted: 0,
                    }));
                }
            }
        }
    }
}
