//! Plans that are only a try: whether one is taken, and what is tried after it.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use verify_model::{Diagnostic, Level, Outcome, Status, Verdict};
use verify_source::example::Example;
use verify_source::ladder::{self, MAX_OLDER_MAJORS, Probe, Situation, Tried};
use verify_source::scaffold::Plan;

use super::{Climber, Guidance, Known, State, Trial, is_decided};
use crate::findings::{faults_of_check, verdict_of_check};
use crate::preparing::could_not;
use crate::sets::Set;
use crate::sources::Sources;

/// Most plans of one probe that get what the compiler asks for beside.
const MAX_ASSISTED: usize = 4;

impl Climber<'_> {
    /// Takes what the check of a plan that is only a try found, and moves on.
    pub(super) fn go_on_trying(
        &mut self,
        mut trial: Trial,
        check: Outcome,
        set: Arc<Set>,
        guidance: &Guidance<'_>,
    ) {
        let before = trial.fallback.1.as_ref();
        let before = before.map(|it| it.diagnostics.as_slice());
        let before = before.unwrap_or_default();
        let is_accepted = self.is_accepted(trial.probe, before, &check, &set);
        if matches!(trial.probe, Probe::Misuse | Probe::Context) && is_decided(&check) {
            trial
                .told
                .push((self.plan.clone(), check.diagnostics.clone()));
        }
        if is_accepted && trial.probe == Probe::Homes {
            trial.fits.push(self.plan.clone());
        } else if is_accepted {
            if trial.probe == Probe::OlderMajors {
                self.outdated_by = before.to_vec();
            }
            self.climb(check, set, guidance);
            return;
        }
        if trial.probe == Probe::Context && ladder::held(before, &tries(&trial)).is_some() {
            let is_other = |it: &Plan| ladder::differs_in_lender(&self.plan, it);
            trial.queue.retain(|it| !is_other(it));
        }
        if matches!(trial.probe, Probe::OlderMajors | Probe::Company) {
            self.add_company(&check, &set, guidance, &mut trial);
        }
        if matches!(trial.probe, Probe::Context | Probe::Misuse) && is_decided(&check) {
            self.add_assisted(&check, &set, guidance, &mut trial, ladder::with_imports);
        }
        let is_open = match trial.probe {
            Probe::OlderMajors => true,
            Probe::Newest => {
                if is_decided(&check) {
                    self.outdated_by = ladder::still_said(&self.outdated_by, &check.diagnostics);
                }
                false
            }
            Probe::Behind => self.look_behind(&check, &set, guidance, &mut trial.queue),
            Probe::OwnFeatures => {
                self.look_at_own_feature(&check);
                false
            }
            _ => false,
        };
        if is_open {
            self.add_older(&set, &mut trial);
        }
        if let Some(next) = trial.queue.pop_front() {
            self.plan = next;
            self.state = State::Probing(Box::new(trial));
        } else if let Some(plan) = self.agreed(&trial) {
            self.plan = plan;
            self.state = State::Climbing;
        } else {
            self.give_up(trial.probe, trial.fallback, guidance);
        }
    }

    /// The names without which no older release is a cure: what is held against the example is that
    /// they are not there.
    pub(super) fn sought(&self) -> BTreeSet<String> {
        let Example { facts, code, .. } = self.example;
        let faults = faults_of_check(self);
        let is_fault = |error: &Diagnostic| {
            let start = error.place().map(|place| place.start);
            faults.iter().any(|cause| {
                let at = cause.line.zip(cause.column);
                cause.code == error.code && at == start.map(|it| (it.line, it.column))
            })
        };
        let said = self.check.iter().flat_map(|check| &check.diagnostics);
        said.filter(|error| is_fault(error))
            .flat_map(|error| ladder::sought(facts, code, &self.plan, error))
            .collect()
    }

    /// Whether the older releases of `set` surely lack something that the example needs, as the newest
    /// do.
    pub(crate) fn is_vain(&self, set: &Set, sources: &Sources) -> bool {
        let State::Probing(trial) = &self.state else {
            return false;
        };
        let leads = self.plan.company.leads.iter();
        let leads = leads.filter_map(|key| set.packages.get(key));
        let leads: Option<Vec<(&str, &str)>> = leads
            .map(|package| Some((package.as_str(), set.versions.get(package)?.as_str())))
            .collect();
        let leads = leads.unwrap_or_default();
        let is_absent = |name: &String| {
            let mut leads = leads.iter();
            leads.all(|lead| sources.lack(&set.lockfile, *lead, name))
        };
        !leads.is_empty() && trial.sought.iter().any(is_absent)
    }

    /// Leaves the current plan out, which would be vain, and goes on to what is older.
    pub(crate) fn pass_over(&mut self, set: &Set) {
        let state = std::mem::replace(&mut self.state, State::Settled);
        if let State::Probing(mut trial) = state {
            self.add_older(set, &mut trial);
            self.state = State::Probing(trial);
            self.settle(could_not("it would be vain".to_owned()));
        } else {
            self.state = state;
        }
    }

    /// Puts what is older than the current plan, with `set`, at the end of the queue.
    fn add_older(&self, set: &Set, trial: &mut Trial) {
        if trial.lowered == MAX_OLDER_MAJORS {
            return;
        }
        trial.lowered += 1;
        if let Some(older) = ladder::still_older(&self.plan, &set.versions_by_key()) {
            let mut queued = trial.queue.iter();
            if !queued.any(|it| ladder::are_as_old(it, &older)) {
                trial.queue.push_back(older);
            }
        }
    }

    /// What the plans that fit have in common, when all were tried.
    fn agreed(&self, trial: &Trial) -> Option<Plan> {
        let before = trial.fallback.1.as_ref();
        let before = before.map_or(&[][..], |it| it.diagnostics.as_slice());
        match trial.probe {
            Probe::Misuse => ladder::misused(before, &tries(trial)).cloned(),
            Probe::Context => {
                let held = ladder::held(before, &tries(trial));
                held.filter(|plan| ladder::is_shown_in_full(plan)).cloned()
            }
            _ => ladder::agreed(&self.example.facts, &trial.fallback.0, &trial.fits),
        }
    }

    /// Goes back to what was known before a vain probe, and asks the ladder for something else. What
    /// came with the probe's check is not the example's.
    fn give_up(&mut self, probe: Probe, fallback: Known, guidance: &Guidance<'_>) {
        (self.lint, self.build) = (None, None);
        self.plan = fallback.0;
        if ladder::gave_up(probe, &mut self.plan) {
            self.tried.insert(probe);
        }
        match (fallback.1, fallback.2) {
            (Some(check), Some(set)) => self.climb(check, set, guidance),
            (check, set) => (self.check, self.set) = (check, set),
        }
    }

    /// Takes note of what was seen behind a feature of the example's own package.
    fn look_at_own_feature(&mut self, check: &Outcome) {
        if is_decided(check) {
            let Example { facts, code, .. } = self.example;
            let said = &check.diagnostics;
            ladder::add_own_feature(&self.plan, facts, code, said, &mut self.behind);
        }
    }

    /// What would be said of the example as the current plan was checked, if `newest` is what the
    /// compiler said with the newest releases.
    pub(super) fn verdict(
        &self,
        check: &Outcome,
        set: &Arc<Set>,
        newest: &[Diagnostic],
    ) -> Verdict {
        let mut checked = Self::new(
            self.example,
            self.surroundings,
            self.neighbours,
            self.plan.clone(),
        );
        (checked.check, checked.set) = (Some(check.clone()), Some(Arc::clone(set)));
        checked.outdated_by = newest.to_vec();
        verdict_of_check(&checked)
    }

    /// Whether the current plan, which was only a try, is what the example is for.
    fn is_accepted(
        &self,
        probe: Probe,
        before: &[Diagnostic],
        check: &Outcome,
        set: &Arc<Set>,
    ) -> bool {
        let after = &check.diagnostics;
        let is_better = |probe| ladder::is_accepted(probe, &self.example.facts, before, after);
        // The compiler came to an end, and said why where it failed.
        let is_told = check.report.status == Status::Passed
            || after.iter().any(|it| it.level == Level::Error);
        let becomes = |verdicts: &[Verdict]| {
            let is_sound = is_told && is_better(Probe::OlderMajors);
            is_sound && verdicts.contains(&self.verdict(check, set, before))
        };
        is_decided(check)
            && match probe {
                Probe::OlderMajors => becomes(&[Verdict::Outdated]),
                // Only all of them together tell.
                Probe::Misuse => false,
                // Without a word about editions, that they make the difference has to be plain.
                Probe::AnyEdition => {
                    let told = self.verdict(check, set, &[]);
                    is_told
                        && is_better(probe)
                        && matches!(told, Verdict::Passes | Verdict::Incomplete)
                }
                Probe::Company => {
                    is_better(probe)
                        || becomes(&[Verdict::Passes, Verdict::Incomplete, Verdict::Unresolved])
                }
                _ => is_better(probe),
            }
    }

    /// Puts what goes on from the current plan, of other versions, at the head of the queue: what uses
    /// a crate that meets another version of itself goes further down, and what the compiler asks
    /// for beside is added.
    fn add_company(&self, check: &Outcome, set: &Set, guidance: &Guidance<'_>, trial: &mut Trial) {
        let said = &check.diagnostics;
        let once = ladder::meet_once(&self.plan, said, &set.uses, &set.versions_by_key());
        if let Some(once) = once {
            trial.queue.push_front(once);
        }
        self.add_assisted(check, set, guidance, trial, ladder::assist);
    }

    /// Puts the current plan, with what the compiler asks for beside, at the head of the queue.
    fn add_assisted(
        &self,
        check: &Outcome,
        set: &Set,
        guidance: &Guidance<'_>,
        trial: &mut Trial,
        assist: fn(&Situation<'_>) -> Option<Plan>,
    ) {
        if trial.assisted < MAX_ASSISTED
            && let Some(plan) = self.situated(&check.diagnostics, set, guidance, assist)
        {
            trial.queue.push_front(plan);
            trial.assisted += 1;
        }
    }

    /// Takes note of what was seen behind missing traits, and, in `queue`, of plans that may cure
    /// it. Returns whether there is anything that older crates still could cure.
    fn look_behind(
        &mut self,
        check: &Outcome,
        set: &Set,
        guidance: &Guidance<'_>,
        queue: &mut VecDeque<Plan>,
    ) -> bool {
        let seen = ladder::seen(
            &self.plan,
            &self.example.facts,
            &self.example.code,
            &check.diagnostics,
        );
        let seen = seen.filter(|_| is_decided(check));
        match (&mut self.behind, seen) {
            (None, Some(seen)) => {
                let cures = |it: &Situation<'_>| ladder::cures(it);
                queue.extend(self.situated(&seen.errors, set, guidance, cures));
                self.behind = Some(seen);
            }
            (Some(behind), Some(seen)) => ladder::keep_common(behind, &seen),
            (_, None) => {}
        }
        let is_open = self.behind.as_ref().is_some_and(|it| !it.errors.is_empty());
        if !is_open {
            queue.clear();
        }
        is_open
    }
}

/// What was tried without being taken, and what the compiler said of it.
fn tries(trial: &Trial) -> Vec<Tried<'_>> {
    let told = trial.told.iter();
    told.map(|(plan, said)| (plan, said.as_slice())).collect()
}
