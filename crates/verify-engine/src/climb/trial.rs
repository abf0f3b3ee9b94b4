//! Plans that are only a try: whether one is taken, and what is tried after it.

use std::collections::VecDeque;
use std::sync::Arc;

use verify_model::{Diagnostic, Level, Outcome, Status, Verdict};
use verify_source::ladder::{self, Probe, Situation};
use verify_source::scaffold::Plan;

use super::{Climber, Guidance, is_decided};
use crate::findings::verdict_of_check;
use crate::sets::Set;

/// Most plans with other versions that get what the compiler asks for beside.
const MAX_ASSISTED: usize = 4;

impl Climber<'_> {
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
    pub(super) fn is_accepted(
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
                Probe::Misuse => {
                    ladder::is_misuse(&self.plan, before, after, self.expects_failure())
                }
                Probe::Company => {
                    is_better(probe)
                        || becomes(&[Verdict::Passes, Verdict::Incomplete, Verdict::Unresolved])
                }
                _ => is_better(probe),
            }
    }

    /// Puts what goes on from the current plan, of other versions, at the head of `queue`: what uses
    /// a crate that meets another version of itself goes further down, and what the compiler asks
    /// for beside is added.
    pub(super) fn go_on(
        &self,
        check: &Outcome,
        set: &Set,
        guidance: &Guidance<'_>,
        queue: &mut VecDeque<Plan>,
        assisted: &mut usize,
    ) {
        let said = &check.diagnostics;
        let once = ladder::meet_once(&self.plan, said, &set.uses, &set.versions_by_key());
        if let Some(once) = once {
            queue.push_front(once);
        }
        if *assisted < MAX_ASSISTED
            && let Some(plan) = self.situated(said, set, guidance, ladder::assist)
        {
            queue.push_front(plan);
            *assisted += 1;
        }
    }

    /// Takes note of what was seen behind missing traits, and, in `queue`, of plans that may cure
    /// it. Returns whether there is anything that older crates still could cure.
    pub(super) fn look_behind(
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
