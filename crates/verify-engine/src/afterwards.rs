//! The stages behind the check, as far as what comes of them is not known: lints here, the rest in
//! [`crate::execute`].

use std::collections::BTreeSet;

use rayon::prelude::*;
use verify_model::{Outcome, Stage};

use crate::cache::Task;
use crate::climb::Climber;
use crate::direct::Direct;
use crate::error::EngineError;
use crate::execute::is_run;
use crate::jobs::{Found, Job, Work};
use crate::preparing::{Sets, could_not};
use crate::run::{Session, per_example};
use crate::sets::Depth;
use crate::stages::Crate;

impl Session<'_> {
    /// Lints what compiles, then builds, tests and runs it. What came of it is put into `later`.
    pub(crate) fn afterwards(
        &self,
        climbers: &mut [Climber<'_>],
        later: &mut [Vec<Outcome>],
        sets: &mut Sets<'_>,
    ) -> Result<(), EngineError> {
        let mut executed: Vec<Option<Vec<Outcome>>> = Vec::new();
        let done = self.do_later(climbers, &mut executed, sets);
        for ((climber, later), executed) in climbers.iter().zip(later).zip(executed) {
            // What was not done in full before an interruption was not done.
            if let (Some(lint), Some(outcomes)) = (&climber.lint, executed) {
                later.push(lint.clone());
                later.extend(outcomes);
            }
        }
        done
    }

    fn do_later(
        &self,
        climbers: &mut [Climber<'_>],
        executed: &mut Vec<Option<Vec<Outcome>>>,
        sets: &mut Sets<'_>,
    ) -> Result<(), EngineError> {
        self.lint(climbers, sets)?;
        *executed = self.pool.install(|| {
            let all = climbers.par_iter();
            all.map(|it| self.recall_execution(it)).collect()
        });
        let pairs = climbers.iter().zip(executed.iter()).enumerate();
        let due: BTreeSet<usize> = pairs
            .filter(|(_, (climber, known))| climber.compiles() && known.is_none())
            .map(|(index, _)| index)
            .collect();
        if due.is_empty() {
            return Ok(());
        }
        sets.build(due.iter().map(|&it| &climbers[it]), Depth::Code)?;
        for (index, outcomes) in self.execute(climbers, sets, &due)? {
            executed[index] = Some(outcomes);
        }
        Ok(())
    }

    /// What came of building and running `climber`; `None` when it is not known, or not due.
    fn recall_execution(&self, climber: &Climber<'_>) -> Option<Vec<Outcome>> {
        if !climber.compiles() {
            return None;
        }
        if !is_run(climber) {
            return Some(Vec::new());
        }
        if let Some(build) = &climber.build {
            return Some(vec![build.clone()]);
        }
        self.recall(climber, climber.set.as_ref()?, Task::Execute)
    }

    /// Lints everything that compiles and was not linted with its check.
    fn lint(&self, climbers: &mut [Climber<'_>], sets: &mut Sets<'_>) -> Result<(), EngineError> {
        if self.toolchain.reported.clippy.is_none() {
            for climber in climbers.iter_mut().filter(|it| it.compiles()) {
                climber.lint = Some(missing_clippy());
            }
            return Ok(());
        }
        let is_due = |it: &Climber<'_>| it.compiles() && it.lint.is_none();
        self.pool.install(|| {
            let open = climbers.par_iter_mut().filter(|it| is_due(it));
            open.for_each(|climber| {
                let set = climber.set.clone();
                let known = set.and_then(|set| self.recall(climber, &set, Task::Lint));
                climber.lint = known.and_then(|it| it.into_iter().next());
            });
        });
        let all = climbers.iter().enumerate();
        let due: BTreeSet<usize> = all
            .filter(|(_, it)| is_due(it))
            .map(|(index, _)| index)
            .collect();
        if due.is_empty() {
            return Ok(());
        }
        sets.build(due.iter().map(|&it| &climbers[it]), Depth::Metadata)?;
        let work = self.plan(climbers, sets, Depth::Metadata, |it| due.contains(&it));
        for (index, outcome) in self.each(work, |work| self.lint_work(work))? {
            climbers[index].lint = Some(outcome);
        }
        Ok(())
    }

    fn lint_work(&self, work: Work<'_>) -> Result<Found<Outcome>, EngineError> {
        match work {
            // Whoever was evicted from a batch stays alone.
            Work::Batch(_, jobs) => jobs.par_iter().map(|it| self.lint_alone(it)).collect(),
            Work::Alone(job) => Ok(vec![self.lint_alone(&job)?]),
            Work::Cargo(job) => Ok(vec![self.lint_by_cargo(&job)?]),
        }
    }

    fn lint_alone(&self, job: &Job<'_>) -> Result<(usize, Outcome), EngineError> {
        self.tell(job.climber, Stage::Lint);
        let linted = self.directly(job, |it: &Direct<'_>| it.lint());
        match per_example(linted, Stage::Lint)? {
            Ok(Some(outcome)) => Ok(self.linted(job, outcome)),
            Ok(None) => self.lint_by_cargo(job),
            Err(outcome) => Ok((job.index, outcome)),
        }
    }

    fn lint_by_cargo(&self, job: &Job<'_>) -> Result<(usize, Outcome), EngineError> {
        self.tell(job.climber, Stage::Lint);
        let linted = self.with_crate(job.climber, job.set, |it: &Crate<'_>| it.lint());
        Ok(match per_example(linted, Stage::Lint)? {
            Ok(outcome) => self.linted(job, outcome),
            Err(outcome) => (job.index, outcome),
        })
    }

    fn linted(&self, job: &Job<'_>, outcome: Outcome) -> (usize, Outcome) {
        self.keep(job, Task::Lint, &[&outcome]);
        (job.index, outcome)
    }
}

fn missing_clippy() -> Outcome {
    let advice = "clippy is not installed: run `rustup component add clippy`";
    Outcome {
        stage: Stage::Lint,
        ..could_not(advice.to_owned())
    }
}
