//! A whole run: the climb of all examples, then the stages of those that compile, then judgement.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use rayon::prelude::*;
use verify_model::{Expectation, Outcome, Run, Stage, StageReport, Status, Toolchain};
use verify_source::example::Example;
use verify_source::neighbours::Neighbours;
use verify_source::scaffold::{Allowed, Rendered};
use verify_source::surroundings::Surroundings;

use crate::climb::{Climber, Guidance};
use crate::diagnostics::{self, Source};
use crate::error::EngineError;
use crate::event::Event;
use crate::findings::{fails_as_expected, judged_run, skipped};
use crate::layout::Layout;
use crate::lock::{self, Lock};
use crate::package;
use crate::preparing::{Sets, could_not};
use crate::process::Cancel;
use crate::record::Record;
use crate::sets::{Depth, Preparation, Set};
use crate::stages::{Crate, StageLimits};
use crate::targets::Targets;
use crate::toolchain;

/// How a run is to be done.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The cache directory.
    pub cache: PathBuf,
    /// Examples judged at once; at least 1.
    pub jobs: usize,
    /// Whether to do without the network.
    pub offline: bool,
    /// Versions that were resolved before.
    pub lock: Lock,
    /// Time and output of the stages.
    pub limits: StageLimits,
    /// Crates that may be used.
    pub allowed: Allowed,
    /// The cargo workspaces that documents live in, by the document's path.
    pub surroundings: BTreeMap<String, Arc<Surroundings>>,
    /// Stops the run.
    pub cancel: Cancel,
}

/// What a run found out.
#[derive(Clone, Debug)]
pub struct Findings {
    /// Which toolchain judged.
    pub toolchain: Toolchain,
    /// One for each example, in the order given.
    pub runs: Vec<Run>,
    /// The versions that were used, joined with those that were pinned: what `verify.lock` is to
    /// hold.
    pub lockfile: String,
    /// Whether the run was stopped before its end; examples that were not judged by then are
    /// skipped, and say so.
    pub interrupted: bool,
}

/// Tells what happens.
type Observe<'a> = &'a (dyn Fn(Event) + Sync);

/// Judges `examples`.
///
/// What goes wrong with one example becomes its verdict; an error means that nothing could be
/// judged at all.
pub fn run(
    examples: &[Example],
    settings: &Settings,
    observe: Observe<'_>,
) -> Result<Findings, EngineError> {
    let toolchain = toolchain::detect(&settings.cancel)?;
    let layout = Layout::open(&settings.cache)?;
    let home = layout.home();
    fs_err::create_dir_all(&home).map_err(EngineError::cache(&home))?;
    let _lock = layout.lock(|| observe(Event::WaitingForLock))?;
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(settings.jobs.max(1))
        .build()?;
    let session = Session {
        targets: Targets::new(&layout, settings.jobs),
        layout: &layout,
        settings,
        toolchain: &toolchain,
        neighbours: neighbours(examples),
        observe,
        pool,
    };
    let mut climbers: Vec<Climber<'_>> = examples
        .iter()
        .filter(|example| example.skip.is_none())
        .map(|example| {
            let around = settings.surroundings.get(&example.document.path);
            let around = around.map(Arc::as_ref);
            let plan = example.first_plan(&settings.allowed, around);
            let mut climber = Climber::new(example, around, plan);
            if let Some(link) = example.unfollowed_link() {
                climber.settle(could_not(format!(
                    "`{link}` names a file that is not here: run verify where the whole book is"
                )));
            }
            climber
        })
        .collect();
    let mut later = vec![Vec::new(); climbers.len()];
    let (lockfile, interrupted) = match session.judge_all(&mut climbers, &mut later) {
        Ok(lockfile) => (lockfile, false),
        Err(EngineError::Interrupted) => (String::new(), true),
        Err(error) => return Err(error),
    };
    let mut judged = climbers.iter().zip(later);
    let runs = examples
        .iter()
        .map(|example| match &example.skip {
            Some(reason) => skipped(example, reason),
            None => match judged.next() {
                Some((climber, outcomes)) => judged_run(climber, outcomes, interrupted),
                None => skipped(example, "it was not judged"),
            },
        })
        .collect();
    Ok(Findings {
        toolchain,
        runs,
        lockfile,
        interrupted,
    })
}

struct Session<'a> {
    layout: &'a Layout,
    settings: &'a Settings,
    toolchain: &'a Toolchain,
    targets: Targets,
    neighbours: BTreeMap<String, Neighbours>,
    observe: Observe<'a>,
    pool: rayon::ThreadPool,
}

impl Session<'_> {
    fn judge_all(
        &self,
        climbers: &mut [Climber<'_>],
        later: &mut [Vec<Outcome>],
    ) -> Result<String, EngineError> {
        let limits = self
            .settings
            .limits
            .within(self.settings.limits.dependencies);
        let mut sets = Sets::new(
            Preparation {
                layout: self.layout,
                toolchain: &self.toolchain.rustc,
                target: self.targets.shared().to_owned(),
                offline: self.settings.offline,
                lock: &self.settings.lock,
                limits: &limits,
                cancel: &self.settings.cancel,
            },
            self.observe,
        );
        self.climb(climbers, &mut sets)?;
        for climber in climbers.iter() {
            // The last try need not be what was settled on.
            if let Some(set) = &climber.set {
                self.write(climber, set)?;
            }
        }
        let compiled = |climber: &&Climber<'_>| {
            let status = climber.check.as_ref().map(|check| check.report.status);
            status == Some(Status::Passed)
        };
        self.lint(climbers, later)?;
        let runnable = climbers
            .iter()
            .filter(compiled)
            .filter(|climber| is_run(climber));
        sets.for_running(runnable)?;
        self.targets.distribute()?;
        self.execute(climbers, later, &sets)?;
        let pinned = self.settings.lock.seed();
        Ok(lock::join(pinned.into_iter().chain(sets.lockfiles())))
    }

    /// Rounds of checks until every climber is settled.
    fn climb(&self, climbers: &mut [Climber<'_>], sets: &mut Sets<'_>) -> Result<(), EngineError> {
        for number in 1.. {
            let examples = climbers.iter().filter(|it| !it.is_settled()).count();
            if examples == 0 {
                break;
            }
            (self.observe)(Event::Round { number, examples });
            sets.for_checking(climbers)?;
            self.targets.distribute()?;
            let sets = &*sets;
            self.pool.install(|| {
                climbers
                    .par_iter_mut()
                    .filter(|climber| !climber.is_settled())
                    .try_for_each(|climber| self.check(climber, sets))
            })?;
        }
        Ok(())
    }

    fn check(&self, climber: &mut Climber<'_>, sets: &Sets<'_>) -> Result<(), EngineError> {
        let set = match sets.ready(climber, Depth::Metadata) {
            Ok(set) => set.clone(),
            Err(reason) => {
                climber.settle(could_not(reason));
                return Ok(());
            }
        };
        let alone = Neighbours::default();
        let path = &climber.example.document.path;
        let neighbours = self.neighbours.get(path).unwrap_or(&alone);
        let guidance = Guidance {
            allowed: &self.settings.allowed,
            neighbours,
        };
        self.tell(climber, Stage::Check);
        let checked = self.with_crate(climber, &set, |it: &Crate<'_>| it.check());
        match per_example(checked, Stage::Check)? {
            Ok(outcome) if fails_as_expected(climber, &outcome) => {
                climber.settle_with(outcome, set);
            }
            Ok(outcome) => climber.advance(outcome, set, &guidance),
            Err(outcome) => climber.settle(outcome),
        }
        Ok(())
    }

    fn lint(
        &self,
        climbers: &[Climber<'_>],
        later: &mut [Vec<Outcome>],
    ) -> Result<(), EngineError> {
        let missing = self.toolchain.clippy.is_none();
        self.for_compiled(climbers, later, |climber, set| {
            if missing {
                let advice = "clippy is not installed: run `rustup component add clippy`";
                return Ok(vec![Outcome {
                    stage: Stage::Lint,
                    report: StageReport::error(advice),
                    diagnostics: Vec::new(),
                }]);
            }
            self.tell(climber, Stage::Lint);
            let linted = self.with_crate(climber, set, |it: &Crate<'_>| it.lint());
            let outcome = per_example(linted, Stage::Lint)?;
            Ok(vec![outcome.unwrap_or_else(|it| it)])
        })
    }

    fn execute(
        &self,
        climbers: &[Climber<'_>],
        later: &mut [Vec<Outcome>],
        sets: &Sets<'_>,
    ) -> Result<(), EngineError> {
        self.for_compiled(climbers, later, |climber, _| {
            let example = climber.example;
            if !is_run(climber) {
                return Ok(Vec::new());
            }
            let set = match sets.ready(climber, Depth::Code) {
                Ok(set) => set,
                Err(reason) => {
                    return Ok(vec![Outcome {
                        stage: Stage::Build,
                        ..could_not(reason)
                    }]);
                }
            };
            self.tell(climber, Stage::Build);
            let executed = self.with_crate(climber, set, |scratch| {
                scratch.execute(
                    &example.expectation,
                    example.facts.may_hold_tests,
                    example.facts.may_hold_doctests,
                )
            });
            let outcomes = per_example(executed, Stage::Build)?;
            Ok(outcomes.unwrap_or_else(|outcome| vec![outcome]))
        })
    }

    /// Does something for every climber that compiles, in parallel, and keeps what came of it.
    fn for_compiled(
        &self,
        climbers: &[Climber<'_>],
        later: &mut [Vec<Outcome>],
        work: impl Fn(&Climber<'_>, &Set) -> Result<Vec<Outcome>, EngineError> + Sync,
    ) -> Result<(), EngineError> {
        self.pool.install(|| {
            climbers
                .par_iter()
                .zip(later.par_iter_mut())
                .try_for_each(|(climber, outcomes)| {
                    let (Some(check), Some(set)) = (&climber.check, &climber.set) else {
                        return Ok(());
                    };
                    if check.report.status == Status::Passed {
                        outcomes.extend(work(climber, set)?);
                    }
                    Ok(())
                })
        })
    }

    /// Writes the scratch crate of `climber` as it now is, and does `work` in it.
    fn with_crate<T>(
        &self,
        climber: &Climber<'_>,
        set: &Set,
        work: impl FnOnce(&Crate<'_>) -> Result<T, EngineError>,
    ) -> Result<T, EngineError> {
        let example = climber.example;
        let (directory, rendered) = self.write(climber, set)?;
        let source = Source {
            file: package::source_file(climber.plan.target),
            map: &rendered.map,
            example,
            directory: &directory.to_string_lossy(),
        };
        let worker = self.targets.take();
        let mut limits = self.settings.limits;
        if let Some(timeout) = example.timeout {
            (limits.test, limits.run) = (timeout, timeout);
        }
        work(&Crate {
            layout: self.layout,
            directory: &directory,
            target_dir: worker.path(),
            target: climber.plan.target,
            limits: &limits,
            cancel: &self.settings.cancel,
            jobs: if self.settings.jobs > 1 {
                1
            } else {
                num_cpus()
            },
            convert: &|messages| diagnostics::convert(messages, &source),
        })
    }

    /// Writes the scratch crate of `climber` as it now is, and how it came to that.
    fn write(&self, climber: &Climber<'_>, set: &Set) -> Result<(PathBuf, Rendered), EngineError> {
        let example = climber.example;
        let directory = self.layout.scratch(&example.listed.id);
        let rendered = climber.rendered();
        package::write_scratch(
            self.layout,
            &directory,
            &example.listed.id,
            &climber.plan,
            example.facts.may_hold_doctests,
            &rendered.text,
            &set.lockfile,
        )?;
        let record = Record {
            id: example.listed.id.clone(),
            sha256: example.listed.sha256.clone(),
            file: package::source_file(climber.plan.target).to_owned(),
            attempts: climber.attempts.clone(),
        };
        record.write(self.layout, &directory)?;
        Ok((directory, rendered))
    }

    fn tell(&self, climber: &Climber<'_>, stage: Stage) {
        let id = climber.example.listed.id.clone();
        (self.observe)(Event::Stage { id, stage });
    }
}

fn num_cpus() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Whether an example is built and run once it compiles.
fn is_run(climber: &Climber<'_>) -> bool {
    let example = climber.example;
    // Left out code would be run into, and an old crate's behaviour is not what is asked for.
    let is_whole = example.filled.is_empty() && climber.plan.outdated.is_empty();
    is_whole && !matches!(example.expectation, Expectation::CompileFail { .. })
}

/// An error that concerns one example becomes that example's outcome.
fn per_example<T>(
    result: Result<T, EngineError>,
    stage: Stage,
) -> Result<Result<T, Outcome>, EngineError> {
    match result {
        Ok(value) => Ok(Ok(value)),
        Err(error @ EngineError::Process(_)) => Ok(Err(Outcome {
            stage,
            ..could_not(error.to_string())
        })),
        Err(error) => Err(error),
    }
}

fn neighbours(examples: &[Example]) -> BTreeMap<String, Neighbours> {
    let mut by_document: BTreeMap<String, Vec<&Example>> = BTreeMap::new();
    for example in examples {
        let path = example.document.path.clone();
        by_document.entry(path).or_default().push(example);
    }
    by_document
        .into_iter()
        .map(|(path, examples)| (path, Neighbours::of(examples)))
        .collect()
}
