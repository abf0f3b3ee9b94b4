//! The last stages: what compiles is built, tested and run, built together where that is possible.

use std::collections::BTreeSet;

use rayon::prelude::*;
use verify_model::{Outcome, Stage, Status};
use verify_source::merging::MEMBER_PREFIX;

use crate::batch::{Batch, Order, as_alone, module};
use crate::cache::Task;
use crate::climb::Climber;
use crate::compiler::{Kind, Makes, Tool};
use crate::direct::Direct;
use crate::error::EngineError;
use crate::jobs::{Found, Job, Work, main_kind, passed};
use crate::package;
use crate::preparing::{Sets, could_not};
use crate::run::{Session, per_example};
use crate::schedule::Group;
use crate::sets::Depth;
use crate::stages::{Built, Crate};
use crate::targets::Tree;

impl Session<'_> {
    /// Builds, tests and runs the climbers with these places.
    pub(crate) fn execute(
        &self,
        climbers: &[Climber<'_>],
        sets: &Sets<'_>,
        wanted: &BTreeSet<usize>,
    ) -> Result<Found<Vec<Outcome>>, EngineError> {
        let work = self.plan(climbers, sets, Depth::Code, |it| wanted.contains(&it));
        let mut found = self.each(work, |work| match work {
            Work::Batch(group, jobs) => self.execute_batch(&group, &jobs),
            Work::Alone(job) => Ok(vec![self.execute_alone(&job)?]),
            Work::Cargo(job) => Ok(vec![self.execute_by_cargo(&job)?]),
        })?;
        for &index in wanted {
            if let Err(reason) = sets.ready(&climbers[index], Depth::Code) {
                let build = Outcome {
                    stage: Stage::Build,
                    ..could_not(reason)
                };
                found.push((index, vec![build]));
            }
        }
        Ok(found)
    }

    fn execute_batch(
        &self,
        group: &Group,
        jobs: &[Job<'_>],
    ) -> Result<Found<Vec<Outcome>>, EngineError> {
        let Some((_, batch)) = self.batch(group, jobs)? else {
            return Ok(Vec::new());
        };
        for job in jobs {
            self.tell(job.climber, Stage::Build);
        }
        let mut kinds = vec![main_kind(group)];
        // A library that cannot be linked shows it when its harness is linked.
        if group.has_harness || !group.are_programs {
            kinds.push(Kind::Harness);
        }
        let order = Order {
            tool: Tool::Rustc,
            kinds: &kinds,
            makes: if group.is_only_built {
                Makes::Instances
            } else {
                Makes::Code
            },
        };
        let clean = batch.compile(order, &BTreeSet::new())?;
        self.counters.of_batch(jobs.len(), clean.evicted.len());
        let share = clean.duration / u32::try_from(jobs.len()).unwrap_or(u32::MAX).max(1);
        let has_harness = kinds.contains(&Kind::Harness);
        let proven = clean.proven.into_par_iter().map(|(number, _)| {
            let programs = programs(&batch, group, has_harness, number);
            let build = Outcome {
                stage: Stage::Build,
                report: passed(share),
                diagnostics: Vec::new(),
            };
            self.start_member(&jobs[number], number, &programs, build)
        });
        let mut found: Found<_> = proven.collect::<Result<_, _>>()?;
        let evicted: Found<_> = clean
            .evicted
            .par_iter()
            .map(|number| self.execute_alone(&jobs[*number]))
            .collect::<Result<_, _>>()?;
        found.extend(evicted);
        Ok(found)
    }

    /// Tests and runs a member of a batch. What could have been different alone is done again alone.
    fn start_member(
        &self,
        job: &Job<'_>,
        number: usize,
        programs: &Built,
        build: Outcome,
    ) -> Result<(usize, Vec<Outcome>), EngineError> {
        let started = self.with_crate(job.climber, job.set, |scratch| {
            let mut outcomes = vec![build];
            if scratch.goes_on(&outcomes[0]) {
                let tree = Tree::of(scratch.built, scratch.lockfile);
                scratch.start(programs, &tree, &mut outcomes)?;
            }
            let source_file = package::source_file(scratch.target);
            for output in outcomes
                .iter_mut()
                .filter_map(|it| it.report.output.as_mut())
            {
                output.text = as_alone(&output.text, number, source_file);
            }
            Ok(outcomes)
        });
        match per_example(started, Stage::Build)? {
            Ok(outcomes) if !outcomes.iter().any(shows_its_batch) => {
                Ok(self.executed(job, outcomes))
            }
            Ok(_) => self.execute_alone(job),
            Err(outcome) => Ok((job.index, vec![outcome])),
        }
    }

    fn execute_alone(&self, job: &Job<'_>) -> Result<(usize, Vec<Outcome>), EngineError> {
        self.counters.alone();
        self.tell(job.climber, Stage::Build);
        let executed = self.directly(job, |it: &Direct<'_>| it.execute());
        match per_example(executed, Stage::Build)? {
            Ok(Some(outcomes)) => Ok(self.executed(job, outcomes)),
            Ok(None) => self.execute_by_cargo(job),
            Err(outcome) => Ok((job.index, vec![outcome])),
        }
    }

    fn execute_by_cargo(&self, job: &Job<'_>) -> Result<(usize, Vec<Outcome>), EngineError> {
        self.counters.by_cargo();
        self.tell(job.climber, Stage::Build);
        let executed = self.with_crate(job.climber, job.set, |it: &Crate<'_>| it.execute());
        Ok(match per_example(executed, Stage::Build)? {
            Ok(outcomes) => self.executed(job, outcomes),
            Err(outcome) => (job.index, vec![outcome]),
        })
    }

    fn executed(&self, job: &Job<'_>, outcomes: Vec<Outcome>) -> (usize, Vec<Outcome>) {
        let all: Vec<&Outcome> = outcomes.iter().collect();
        self.keep(job, Task::Execute, &all);
        (job.index, outcomes)
    }
}

/// What was built of a member.
fn programs(batch: &Batch<'_>, group: &Group, has_harness: bool, number: usize) -> Built {
    Built {
        program: group.are_programs.then(|| batch.output(Kind::Program)),
        harness: has_harness.then(|| batch.output(Kind::Harness)),
        member: Some(module(number)),
    }
}

/// Whether the outcome of a member could name the batch, which is no part of the example: failed
/// tests are named with their module, and a program may print the names of its types.
fn shows_its_batch(outcome: &Outcome) -> bool {
    let report = &outcome.report;
    let names_it = || {
        let output = report.output.as_ref();
        output.is_some_and(|it| it.text.contains(MEMBER_PREFIX) || it.omitted_bytes > 0)
    };
    report.status != Status::Passed && (outcome.stage == Stage::Test || names_it())
}

/// Whether an example is built once it compiles, and run when that is what is expected of it. Some
/// errors that are expected show only when it is built.
pub(crate) fn is_run(climber: &Climber<'_>) -> bool {
    let example = climber.example;
    // Left out code would be run into, and an old crate's behaviour is not what is asked for.
    let is_shown = example.filled.is_empty() && example.fragment.is_none();
    is_shown && climber.plan.outdated.is_empty()
}
