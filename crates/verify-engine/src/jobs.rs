//! What has to be done, and by which way: examples on their way to the compilers.

use std::time::Duration;

use rayon::prelude::*;
use verify_model::{Exit, Outcome, StageReport, Status};
use verify_source::scaffold::Rendered;

use crate::batch::Batch;
use crate::cache::{Subject, Task};
use crate::climb::Climber;
use crate::compiler::{Compilers, Kind, Links};
use crate::error::EngineError;
use crate::package;
use crate::preparing::Sets;
use crate::run::Session;
use crate::schedule::{self, Group, Route};
use crate::sets::{Depth, Set};

/// An example that is ready to be compiled.
pub(crate) struct Job<'t> {
    /// Its place among the climbers.
    pub index: usize,
    pub climber: &'t Climber<'t>,
    pub set: &'t Set,
    /// What it is linked with; `None` when only cargo can tell.
    pub links: Option<&'t Links>,
    pub rendered: Rendered,
}

/// Something to be done by one worker.
pub(crate) enum Work<'t> {
    Batch(Group, Vec<Job<'t>>),
    Alone(Job<'t>),
    Cargo(Job<'t>),
}

/// What came of jobs, by their index.
pub(crate) type Found<T> = Vec<(usize, T)>;

impl Session<'_> {
    /// Makes work of the climbers that `is_wanted`.
    pub(crate) fn plan<'t>(
        &self,
        climbers: &'t [Climber<'t>],
        sets: &'t Sets<'_>,
        depth: Depth,
        is_wanted: impl Fn(usize) -> bool + Sync,
    ) -> Vec<Work<'t>> {
        let routed: Vec<(Route, Job<'t>)> = self.pool.install(|| {
            let all = climbers.par_iter().enumerate();
            all.filter(|(index, _)| is_wanted(*index))
                .filter_map(|(index, climber)| {
                    let job = Job {
                        index,
                        climber,
                        set: sets.ready(climber, depth).ok()?,
                        links: sets.links(climber, depth),
                        rendered: climber.rendered(),
                    };
                    Some((self.route(&job), job))
                })
                .collect()
        });
        let (mut together, mut work) = (Vec::new(), Vec::new());
        for (route, job) in routed {
            match route {
                Route::Batch(group) => together.push((group, job)),
                Route::Alone => work.push(Work::Alone(job)),
                Route::Cargo => work.push(Work::Cargo(job)),
            }
        }
        let batches = schedule::batches(together, self.settings.jobs);
        let batches = batches
            .into_iter()
            .map(|(group, jobs)| Work::Batch(group, jobs));
        // The longest first.
        batches.chain(work).collect()
    }

    fn route(&self, job: &Job<'_>) -> Route {
        if self.compilers().is_none() || job.links.is_none() {
            return Route::Cargo;
        }
        let climber = job.climber;
        let set = job.set.directory.clone();
        schedule::route(climber.example, &climber.plan, &job.rendered.text, set)
    }

    /// Does all of `work` in parallel; what came of it is in the climbers' order.
    pub(crate) fn each<'t, T: Send>(
        &self,
        work: Vec<Work<'t>>,
        one: impl Fn(Work<'t>) -> Result<Found<T>, EngineError> + Send + Sync,
    ) -> Result<Found<T>, EngineError> {
        let found: Vec<Found<T>> = self
            .pool
            .install(|| work.into_par_iter().map(one).collect::<Result<_, _>>())?;
        let mut found: Found<T> = found.into_iter().flatten().collect();
        found.sort_by_key(|(index, _)| *index);
        Ok(found)
    }

    /// A batch of `jobs`, and what compiles it.
    pub(crate) fn batch<'b>(
        &'b self,
        group: &Group,
        jobs: &'b [Job<'_>],
    ) -> Result<Option<(&'b Compilers, Batch<'b>)>, EngineError> {
        let (Some(compilers), Some(first)) = (self.compilers(), jobs.first()) else {
            return Ok(None);
        };
        let Some(links) = first.links else {
            return Ok(None);
        };
        let folder = self.temporary_folder()?;
        let mut readable = first.set.sources.clone();
        readable.push(first.set.directory.clone());
        readable.push(self.layout.target_of(&first.set.group));
        let batch = Batch {
            readable,
            compilers,
            links,
            package: &first.set.directory,
            name: &first.climber.plan.package,
            layout: self.layout,
            limits: self.settings.limits.building(self.settings.limits.compile),
            cancel: &self.settings.cancel,
            edition: group.edition,
            are_programs: group.are_programs,
            source_file: package::source_file(first.climber.plan.target),
            folder,
            texts: jobs.iter().map(|it| it.rendered.text.as_str()).collect(),
        };
        batch.write_members()?;
        Ok(Some((compilers, batch)))
    }

    /// Keeps what came of doing `task`.
    pub(crate) fn keep(&self, job: &Job<'_>, task: Task, outcomes: &[&Outcome]) {
        let subject = Subject {
            example: job.climber.example,
            plan: &job.climber.plan,
            rendered: &job.rendered,
            lockfile: &job.set.lockfile_sha256,
            limits: &self.limits(job.climber.example),
            lints: &self.settings.lints,
        };
        let place = self.outcomes.place(task, &subject);
        self.outcomes.keep(&place, outcomes);
    }
}

/// What the compiler makes of the members of a group.
pub(crate) fn main_kind(group: &Group) -> Kind {
    if group.are_programs {
        Kind::Program
    } else {
        Kind::Library
    }
}

/// A stage that compiled without an error.
pub(crate) fn passed(duration: Duration) -> StageReport {
    StageReport {
        status: Status::Passed,
        duration_ms: u64::try_from(duration.as_millis()).unwrap_or(u64::MAX),
        cached: false,
        reason: None,
        exit: Some(Exit::Code(0)),
        tests: None,
        failed_tests: Vec::new(),
        output: None,
    }
}

/// A stage in which the compiler found errors.
pub(crate) fn failed(duration: Duration) -> StageReport {
    StageReport {
        status: Status::Failed,
        exit: Some(Exit::Code(1)),
        ..passed(duration)
    }
}
