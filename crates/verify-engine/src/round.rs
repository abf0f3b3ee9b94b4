//! A round of checks: everything that still climbs is compiled, together where that is possible.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use cargo_metadata::diagnostic::Diagnostic as Json;
use rayon::prelude::*;
use verify_model::{Diagnostic, Outcome, Stage};

use crate::batch::{Batch, Order, Surveyed};
use crate::cache::Task;
use crate::climb::{Climber, Guidance};
use crate::compiler::{Kind, Makes, Tool};
use crate::diagnostics::{self, Source};
use crate::direct::Direct;
use crate::error::EngineError;
use crate::event::Event;
use crate::execute::is_run;
use crate::findings::fails_as_expected;
use crate::jobs::{Found, Job, Work, failed, main_kind, passed};
use crate::package;
use crate::preparing::Sets;
use crate::run::{Session, per_example};
use crate::schedule::Group;
use crate::sets::{Depth, Set};
use crate::stages::Crate;

/// What a check found.
pub(crate) struct Checked {
    pub check: Outcome,
    /// What Clippy found, when it was asked at the same time.
    pub lint: Option<Outcome>,
    /// What came of building it, when that was done at the same time, and nothing else is due.
    pub build: Option<Outcome>,
    /// Whether the check could not be made at all.
    pub fault: bool,
}

impl Checked {
    fn of(check: Outcome) -> Self {
        Self {
            check,
            lint: None,
            build: None,
            fault: false,
        }
    }
}

impl Session<'_> {
    /// Rounds of checks until every climber is settled.
    pub(crate) fn climb(
        &self,
        climbers: &mut [Climber<'_>],
        sets: &mut Sets<'_>,
    ) -> Result<(), EngineError> {
        let mut number = 0;
        loop {
            let open = climbers.iter_mut().filter(|it| !it.is_settled());
            let mut open: Vec<&mut Climber<'_>> = open.collect();
            if open.is_empty() {
                return Ok(());
            }
            sets.resolve_all(&mut open)?;
            let unknown = self.recall_checks(climbers, sets);
            if unknown.is_empty() {
                continue;
            }
            number += 1;
            let examples = unknown.len();
            (self.observe)(Event::Round { number, examples });
            let mut due: Vec<&mut Climber<'_>> = climbers
                .iter_mut()
                .enumerate()
                .filter(|(index, _)| unknown.contains(index))
                .map(|(_, climber)| climber)
                .collect();
            sets.for_checking(&mut due)?;
            let found = self.check_all(climbers, sets, &unknown)?;
            for (index, (checked, set)) in found {
                self.advance(&mut climbers[index], checked, set);
            }
        }
    }

    /// Moves on the climbers whose check is known, and says whose is not.
    fn recall_checks(&self, climbers: &mut [Climber<'_>], sets: &Sets<'_>) -> BTreeSet<usize> {
        self.pool.install(|| {
            let all = climbers.par_iter_mut().enumerate();
            all.filter_map(|(index, climber)| (!self.recall_check(climber, sets)).then_some(index))
                .collect()
        })
    }

    /// Moves on a climber whose check is known, or that needs none any more, and says so.
    fn recall_check(&self, climber: &mut Climber<'_>, sets: &Sets<'_>) -> bool {
        if climber.is_settled() {
            return true;
        }
        let Some(set) = sets.resolved(climber).cloned() else {
            return false;
        };
        let known = self.recall(climber, &set, Task::Check);
        let mut known = known.unwrap_or_default().into_iter();
        let Some(check) = known.next() else {
            return false;
        };
        // Lints that are off by default were not looked at with it.
        let is_all = self.settings.lints.is_empty();
        let checked = Checked {
            lint: known.next().filter(|_| is_all),
            ..Checked::of(check)
        };
        self.advance(climber, checked, set);
        true
    }

    /// What came of doing `task` to the example as it now is, if that is known.
    pub(crate) fn recall(
        &self,
        climber: &Climber<'_>,
        set: &Set,
        task: Task,
    ) -> Option<Vec<Outcome>> {
        self.with_subject(climber, set, |subject| {
            let place = self.outcomes.place(task, subject);
            self.outcomes.recall(&place, subject)
        })
    }

    fn advance(&self, climber: &mut Climber<'_>, checked: Checked, set: Arc<Set>) {
        let guidance = Guidance {
            allowed: &self.settings.allowed,
        };
        let Checked {
            check,
            lint,
            build,
            fault,
        } = checked;
        if fault {
            climber.settle(check);
        } else if !climber.is_probing() && fails_as_expected(climber, &check) {
            climber.settle_with(check, set);
        } else {
            // What compiles is settled, so that lints belong to what is settled on.
            (climber.lint, climber.build) = (lint, build);
            climber.advance(check, set, &guidance);
        }
    }

    /// Checks the climbers with these places.
    fn check_all(
        &self,
        climbers: &[Climber<'_>],
        sets: &Sets<'_>,
        wanted: &BTreeSet<usize>,
    ) -> Result<Found<(Checked, Arc<Set>)>, EngineError> {
        let is_wanted = |index: usize| wanted.contains(&index) && !climbers[index].is_settled();
        let work = self.plan(climbers, sets, Depth::Metadata, is_wanted);
        let found = self.each(work, |work| match work {
            Work::Batch(group, jobs) => self.check_batch(&group, &jobs),
            Work::Alone(job) => self.check_alone(&job).map(|it| vec![it]),
            Work::Cargo(job) => self.check_by_cargo(&job).map(|it| vec![it]),
        })?;
        Ok(found
            .into_iter()
            .filter_map(|(index, checked)| {
                let set = sets.ready(&climbers[index], Depth::Metadata).ok()?;
                Some((index, (checked, Arc::clone(set))))
            })
            .collect())
    }

    fn check_batch(&self, group: &Group, jobs: &[Job<'_>]) -> Result<Found<Checked>, EngineError> {
        let Some((compilers, batch)) = self.batch(group, jobs)? else {
            return Ok(Vec::new());
        };
        for job in jobs {
            self.tell(job.climber, Stage::Check);
        }
        let mut kinds = vec![main_kind(group)];
        if group.has_harness {
            kinds.push(Kind::Harness);
        }
        // Lints that are off by default may look at the crate as a whole.
        let tool = if self.settings.lints.is_empty() {
            compilers.best()
        } else {
            Tool::Rustc
        };
        // What Clippy builds, the compiler does: it leaves out less.
        let is_built = group.is_only_built && group.are_programs && !group.has_harness;
        let makes = if is_built {
            Makes::Instances
        } else {
            Makes::Metadata
        };
        let surveyed = if self.counters.expects_offenders() {
            batch.survey(&kinds)?
        } else {
            Surveyed::default()
        };
        let order = Order {
            tool,
            kinds: &kinds,
            makes,
        };
        let mut clean = batch.compile(order, &surveyed.offenders)?;
        clean.evicted.extend(&surveyed.offenders);
        self.counters.of_batch(jobs.len(), clean.evicted.len());
        let mut found: Found<Checked> = Vec::new();
        let share = share(clean.duration, jobs.len());
        for (number, messages) in clean.proven {
            let job = &jobs[number];
            let mut checked = self.passed_together(&batch, job, &messages, tool, share);
            if is_built && is_run(job.climber) {
                let build = Outcome {
                    stage: Stage::Build,
                    report: passed(share),
                    diagnostics: Vec::new(),
                };
                self.keep(job, Task::Execute, &[&build]);
                checked.build = Some(build);
            }
            found.push((job.index, checked));
        }
        let mut confirmed = surveyed.confirmed;
        let is_open = |it: &usize| !confirmed.certain.contains_key(it);
        let unconfirmed: Vec<usize> = clean.evicted.iter().copied().filter(is_open).collect();
        confirmed.add(batch.confirm(&kinds, &unconfirmed)?);
        self.counters.confirmed(confirmed.certain.len());
        let share = self::share(confirmed.duration, clean.evicted.len());
        for (&number, messages) in &confirmed.certain {
            let diagnostics = converted(&batch, &jobs[number], messages);
            let check = Outcome {
                stage: Stage::Check,
                report: failed(share),
                diagnostics,
            };
            found.push(self.checked(&jobs[number], check));
        }
        let rest = clean.evicted.par_iter();
        let rest = rest.filter(|number| !confirmed.certain.contains_key(number));
        let alone: Vec<(usize, Checked)> = rest
            .map(|number| self.check_alone(&jobs[*number]))
            .collect::<Result<_, _>>()?;
        found.extend(alone);
        Ok(found)
    }

    /// What came of checking a member of a batch without errors.
    fn passed_together(
        &self,
        batch: &Batch<'_>,
        job: &Job<'_>,
        messages: &[Json],
        tool: Tool,
        share: Duration,
    ) -> Checked {
        let diagnostics = converted(batch, job, messages);
        let of_rustc = |it: &&Diagnostic| {
            !it.code
                .as_deref()
                .is_some_and(|it| it.starts_with("clippy::"))
        };
        let outcome = |stage, diagnostics| Outcome {
            stage,
            report: passed(share),
            diagnostics,
        };
        let check = outcome(
            Stage::Check,
            diagnostics.iter().filter(of_rustc).cloned().collect(),
        );
        let lint = (tool == Tool::Clippy).then(|| outcome(Stage::Lint, diagnostics));
        let both: Vec<&Outcome> = std::iter::once(&check).chain(&lint).collect();
        self.keep(job, Task::Check, &both);
        Checked {
            lint,
            ..Checked::of(check)
        }
    }

    fn check_alone(&self, job: &Job<'_>) -> Result<(usize, Checked), EngineError> {
        self.counters.alone();
        self.tell(job.climber, Stage::Check);
        let checked = self.directly(job, |it: &Direct<'_>| it.check());
        match per_example(checked, Stage::Check)? {
            Ok(Some(check)) => Ok(self.checked(job, check)),
            Ok(None) => self.check_by_cargo(job),
            Err(check) => Ok(not_checked(job, check)),
        }
    }

    fn check_by_cargo(&self, job: &Job<'_>) -> Result<(usize, Checked), EngineError> {
        self.counters.by_cargo();
        self.tell(job.climber, Stage::Check);
        let checked = self.with_crate(job.climber, job.set, |it: &Crate<'_>| it.check());
        Ok(match per_example(checked, Stage::Check)? {
            Ok(check) => self.checked(job, check),
            Err(check) => not_checked(job, check),
        })
    }

    fn checked(&self, job: &Job<'_>, check: Outcome) -> (usize, Checked) {
        self.keep(job, Task::Check, &[&check]);
        (job.index, Checked::of(check))
    }
}

/// What the compiler said of a member of a batch, about its document.
fn converted(batch: &Batch<'_>, job: &Job<'_>, messages: &[Json]) -> Vec<Diagnostic> {
    let source = Source {
        file: package::source_file(job.climber.plan.target),
        map: &job.rendered.map,
        example: job.climber.example,
        directory: &batch.folder.path().to_string_lossy(),
    };
    diagnostics::convert(messages, &source)
}

/// Each one's share of a time that several took.
fn share(duration: Duration, members: usize) -> Duration {
    duration / u32::try_from(members).unwrap_or(u32::MAX).max(1)
}

/// A check that could not be made.
fn not_checked(job: &Job<'_>, check: Outcome) -> (usize, Checked) {
    let checked = Checked {
        fault: true,
        ..Checked::of(check)
    };
    (job.index, checked)
}
