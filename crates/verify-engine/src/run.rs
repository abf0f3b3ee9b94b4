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

use crate::cache::{
    ANSWERS, Answers, CacheUse, Ground, Outcomes, Place, Subject, TOOL, Task, sha256,
};
use crate::cargo;
use crate::climb::{Climber, Guidance};
use crate::diagnostics::{self, Source};
use crate::error::EngineError;
use crate::event::Event;
use crate::findings::{fails_as_expected, judged_run, skipped};
use crate::layout::Layout;
use crate::libraries;
use crate::lock::{self, Lock};
use crate::package;
use crate::preparing::{Sets, could_not};
use crate::process::Cancel;
use crate::record::Record;
use crate::sets::{Depth, Preparation, Set};
use crate::stages::{Crate, StageLimits};
use crate::targets::Targets;
use crate::toolchain::{self, Detected};

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
    /// Whether outcomes of earlier runs are used.
    pub cache_use: CacheUse,
    /// Crates that may be used.
    pub allowed: Allowed,
    /// The cargo workspaces that documents live in, by the document's path.
    pub surroundings: BTreeMap<String, Arc<Surroundings>>,
    /// Lints and groups of lints that are off by default, and looked at all the same.
    pub lints: Vec<String>,
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
    /// How often something was not done because what comes of it was known.
    pub recalled: usize,
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
    let layout = Layout::open(&settings.cache)?;
    let answers = Answers::new(&layout, ANSWERS, settings.cache_use, observe);
    let toolchain = toolchain::detect(&answers, &settings.cancel)?;
    let home = layout.home();
    fs_err::create_dir_all(&home).map_err(EngineError::cache(&home))?;
    let _lock = layout.lock(|| observe(Event::WaitingForLock))?;
    let ground = ground(&toolchain, &layout);
    let settings = &with_libraries(settings, examples, &layout, &ground, &answers)?;
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(settings.jobs.max(1))
        .build()?;
    let session = Session {
        targets: Targets::new(&layout, settings.jobs),
        layout: &layout,
        settings,
        toolchain: &toolchain,
        answers,
        outcomes: Outcomes::new(&layout, settings.cache_use, ground, observe),
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
    if let Err(error) = layout.tidy() {
        observe(Event::CacheFault {
            path: layout.root().to_owned(),
            reason: error.to_string(),
        });
    }
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
        toolchain: toolchain.reported.clone(),
        runs,
        lockfile,
        recalled: session.outcomes.recalled(),
        interrupted,
    })
}

/// The settings, with the library names of configured packages that examples need.
fn with_libraries(
    settings: &Settings,
    examples: &[Example],
    layout: &Layout,
    ground: &Ground,
    answers: &Answers<'_>,
) -> Result<Settings, EngineError> {
    let preparation = Preparation {
        layout,
        toolchain: &ground.rustc,
        configuration: &ground.cargo_configuration,
        answers,
        target: layout.home(),
        offline: settings.offline,
        lock: &settings.lock,
        limits: &settings.limits.within(settings.limits.dependencies),
        cancel: &settings.cancel,
    };
    Ok(Settings {
        allowed: libraries::learned(&settings.allowed, examples, &preparation)?,
        ..settings.clone()
    })
}

/// What all outcomes of this run depend on.
fn ground(toolchain: &Detected, layout: &Layout) -> Ground {
    Ground {
        tool: TOOL,
        toolchain: toolchain.reported.clone(),
        rustc: toolchain.rustc.clone(),
        cargo_configuration: cargo::configuration(layout),
        environment: sha256(cargo::example_environment(layout).as_bytes()),
        containment: "none".to_owned(),
    }
}

struct Session<'a> {
    layout: &'a Layout,
    settings: &'a Settings,
    toolchain: &'a Detected,
    answers: Answers<'a>,
    outcomes: Outcomes<'a>,
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
                configuration: self.outcomes.configuration(),
                answers: &self.answers,
                target: self.targets.shared().to_owned(),
                offline: self.settings.offline,
                lock: &self.settings.lock,
                limits: &limits,
                cancel: &self.settings.cancel,
            },
            self.observe,
        );
        self.climb(climbers, &mut sets)?;
        self.pool.install(|| {
            let settled = climbers.par_iter();
            // The last try need not be what was settled on.
            settled.try_for_each(|climber| match &climber.set {
                Some(set) => self.leave(climber, set),
                None => Ok(()),
            })
        })?;
        self.afterwards(climbers, later, &mut sets)?;
        let pinned = self.settings.lock.seed();
        Ok(lock::join(pinned.into_iter().chain(sets.lockfiles())))
    }

    /// Rounds of checks until every climber is settled.
    fn climb(&self, climbers: &mut [Climber<'_>], sets: &mut Sets<'_>) -> Result<(), EngineError> {
        let mut number = 0;
        loop {
            let open = climbers.iter_mut().filter(|it| !it.is_settled());
            let mut open: Vec<&mut Climber<'_>> = open.collect();
            if open.is_empty() {
                return Ok(());
            }
            sets.resolve_all(&mut open)?;
            let resolved = &*sets;
            let mut unknown: Vec<&mut Climber<'_>> = self.pool.install(|| {
                open.into_par_iter()
                    .filter_map(|climber| {
                        (!self.recall_check(climber, resolved)).then_some(climber)
                    })
                    .collect()
            });
            if unknown.is_empty() {
                continue;
            }
            number += 1;
            let examples = unknown.len();
            (self.observe)(Event::Round { number, examples });
            sets.for_checking(&mut unknown)?;
            self.targets.distribute()?;
            let sets = &*sets;
            self.pool.install(|| {
                unknown
                    .into_par_iter()
                    .filter(|climber| !climber.is_settled())
                    .try_for_each(|climber| self.check(climber, sets))
            })?;
        }
    }

    /// Moves on a climber whose check is known, or that needs none any more, and says so.
    fn recall_check(&self, climber: &mut Climber<'_>, sets: &Sets<'_>) -> bool {
        if climber.is_settled() {
            return true;
        }
        let Some(set) = sets.resolved(climber).cloned() else {
            return false;
        };
        let known = self.with_subject(climber, &set, |subject| {
            let place = self.outcomes.place(Task::Check, subject);
            self.outcomes.recall(&place, subject)
        });
        match known.map(<[Outcome; 1]>::try_from) {
            Some(Ok([outcome])) => {
                self.advance(climber, outcome, set);
                true
            }
            _ => false,
        }
    }

    fn check(&self, climber: &mut Climber<'_>, sets: &Sets<'_>) -> Result<(), EngineError> {
        let set = match sets.ready(climber, Depth::Metadata) {
            Ok(set) => Arc::clone(set),
            Err(reason) => {
                climber.settle(could_not(reason));
                return Ok(());
            }
        };
        let place = self.with_subject(climber, &set, |subject| {
            self.outcomes.place(Task::Check, subject)
        });
        self.tell(climber, Stage::Check);
        let checked = self.with_crate(climber, &set, |it: &Crate<'_>| it.check());
        match per_example(checked, Stage::Check)? {
            Ok(outcome) => {
                self.outcomes.keep(&place, std::slice::from_ref(&outcome));
                self.advance(climber, outcome, set);
            }
            Err(outcome) => climber.settle(outcome),
        }
        Ok(())
    }

    /// Gives `climber` what the check of its plan found.
    fn advance(&self, climber: &mut Climber<'_>, outcome: Outcome, set: Arc<Set>) {
        if fails_as_expected(climber, &outcome) {
            climber.settle_with(outcome, set);
            return;
        }
        let alone = Neighbours::default();
        let path = &climber.example.document.path;
        let guidance = Guidance {
            allowed: &self.settings.allowed,
            neighbours: self.neighbours.get(path).unwrap_or(&alone),
        };
        climber.advance(outcome, set, &guidance);
    }

    /// Lints what compiles, then builds, tests and runs it, as far as that is not known.
    fn afterwards(
        &self,
        climbers: &[Climber<'_>],
        later: &mut [Vec<Outcome>],
        sets: &mut Sets<'_>,
    ) -> Result<(), EngineError> {
        let mut stages: Vec<Afterwards> = self.pool.install(|| {
            climbers
                .par_iter()
                .map(|it| self.recall_later(it))
                .collect()
        });
        let done = self.do_later(climbers, &mut stages, sets);
        for (outcomes, stages) in later.iter_mut().zip(stages) {
            // What was not done in full before an interruption was not done.
            if !stages.lint.is_due() && !stages.execution.is_due() {
                outcomes.extend(stages.lint.into_outcomes());
                outcomes.extend(stages.execution.into_outcomes());
            }
        }
        done
    }

    fn do_later(
        &self,
        climbers: &[Climber<'_>],
        stages: &mut [Afterwards],
        sets: &mut Sets<'_>,
    ) -> Result<(), EngineError> {
        let due = |is_due: fn(&Afterwards) -> bool, stages: &[Afterwards]| {
            let all = climbers.iter().zip(stages);
            let due = all.filter(|(_, stages)| is_due(stages));
            due.map(|(climber, _)| climber).collect::<Vec<_>>()
        };
        let to_lint = due(|it| it.lint.is_due(), stages);
        if !to_lint.is_empty() {
            sets.build(to_lint, Depth::Metadata)?;
            self.targets.distribute()?;
            self.for_each(climbers, stages, |climber, set, stages| {
                stages.lint.does(|place| self.lint(climber, set, place))
            })?;
        }
        let to_execute = due(|it| it.execution.is_due(), stages);
        if !to_execute.is_empty() {
            sets.build(to_execute, Depth::Code)?;
            self.targets.distribute()?;
            let sets = &*sets;
            self.for_each(climbers, stages, |climber, _, stages| {
                let ready = || sets.ready(climber, Depth::Code);
                stages
                    .execution
                    .does(|place| self.execute(climber, ready().map(Arc::as_ref), place))
            })?;
        }
        Ok(())
    }

    /// What is known of the stages behind the check of `climber`, and what is still to be done.
    fn recall_later(&self, climber: &Climber<'_>) -> Afterwards {
        let (Some(check), Some(set)) = (&climber.check, &climber.set) else {
            return Afterwards::default();
        };
        if check.report.status != Status::Passed {
            return Afterwards::default();
        }
        self.with_subject(climber, set, |subject| {
            let recall = |task: Task| {
                let place = self.outcomes.place(task, subject);
                match self.outcomes.recall(&place, subject) {
                    Some(outcomes) => Later::Known(outcomes),
                    None => Later::Due(place),
                }
            };
            Afterwards {
                lint: recall(Task::Lint),
                execution: if is_run(climber) {
                    recall(Task::Execute)
                } else {
                    Later::NotDue
                },
            }
        })
    }

    fn lint(
        &self,
        climber: &Climber<'_>,
        set: &Set,
        place: &Place,
    ) -> Result<Vec<Outcome>, EngineError> {
        if self.toolchain.reported.clippy.is_none() {
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
        let outcomes = vec![outcome.unwrap_or_else(|it| it)];
        self.outcomes.keep(place, &outcomes);
        Ok(outcomes)
    }

    fn execute(
        &self,
        climber: &Climber<'_>,
        set: Result<&Set, String>,
        place: &Place,
    ) -> Result<Vec<Outcome>, EngineError> {
        let set = match set {
            Ok(set) => set,
            Err(reason) => {
                return Ok(vec![Outcome {
                    stage: Stage::Build,
                    ..could_not(reason)
                }]);
            }
        };
        self.tell(climber, Stage::Build);
        let example = climber.example;
        let executed = self.with_crate(climber, set, |scratch| {
            scratch.execute(
                &example.expectation,
                example.facts.may_hold_tests,
                example.facts.may_hold_doctests,
            )
        });
        let outcomes = per_example(executed, Stage::Build)?;
        let outcomes = outcomes.unwrap_or_else(|outcome| vec![outcome]);
        self.outcomes.keep(place, &outcomes);
        Ok(outcomes)
    }

    /// Does `work` for every climber that has a set, in parallel.
    fn for_each(
        &self,
        climbers: &[Climber<'_>],
        stages: &mut [Afterwards],
        work: impl Fn(&Climber<'_>, &Set, &mut Afterwards) -> Result<(), EngineError> + Sync,
    ) -> Result<(), EngineError> {
        self.pool.install(|| {
            let pairs = climbers.par_iter().zip(stages.par_iter_mut());
            pairs.try_for_each(|(climber, stages)| match &climber.set {
                Some(set) => work(climber, set, stages),
                None => Ok(()),
            })
        })
    }

    /// Does `work` with what the outcomes of `climber` as it now is depend on.
    fn with_subject<T>(
        &self,
        climber: &Climber<'_>,
        set: &Set,
        work: impl FnOnce(&Subject<'_>) -> T,
    ) -> T {
        work(&Subject {
            example: climber.example,
            plan: &climber.plan,
            rendered: &climber.rendered(),
            lockfile: &set.lockfile_sha256,
            limits: &self.limits(climber.example),
            lints: &self.settings.lints,
        })
    }

    /// The limits of the stages of `example`.
    fn limits(&self, example: &Example) -> StageLimits {
        let mut limits = self.settings.limits;
        if let Some(timeout) = example.timeout {
            (limits.test, limits.run) = (timeout, timeout);
        }
        limits
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
        let limits = self.limits(example);
        work(&Crate {
            layout: self.layout,
            directory: &directory,
            target_dir: worker.path(),
            target: climber.plan.target,
            limits: &limits,
            lints: &self.settings.lints,
            cancel: &self.settings.cancel,
            jobs: if self.settings.jobs > 1 {
                1
            } else {
                num_cpus()
            },
            convert: &|messages| diagnostics::convert(messages, &source),
        })
    }

    /// Leaves the scratch crate of `climber` as it now is, for a person to enter.
    fn leave(&self, climber: &Climber<'_>, set: &Set) -> Result<(), EngineError> {
        let directory = self.layout.scratch(&climber.example.listed.id);
        let rendered = climber.rendered();
        let record = record(climber, set, &rendered)?;
        let is_left = record.is_kept(&directory)
            && fs_err::read(directory.join(&record.file))
                .is_ok_and(|source| source == rendered.text.as_bytes());
        if !is_left {
            self.write(climber, set)?;
        }
        Ok(())
    }

    /// Writes the scratch crate of `climber` as it now is, and how it came to that.
    fn write(&self, climber: &Climber<'_>, set: &Set) -> Result<(PathBuf, Rendered), EngineError> {
        let example = climber.example;
        let directory = self.layout.scratch(&example.listed.id);
        let rendered = climber.rendered();
        let record = record(climber, set, &rendered)?;
        if !record.is_kept(&directory) {
            Record::remove(&directory)?;
        }
        package::write_scratch(
            self.layout,
            &directory,
            &example.listed.id,
            &climber.plan,
            example.facts.may_hold_doctests,
            &rendered.text,
            &set.lockfile,
        )?;
        record.write(self.layout, &directory)?;
        Ok((directory, rendered))
    }

    fn tell(&self, climber: &Climber<'_>, stage: Stage) {
        let id = climber.example.listed.id.clone();
        (self.observe)(Event::Stage { id, stage });
    }
}

/// How `climber` came to what it is.
fn record(climber: &Climber<'_>, set: &Set, rendered: &Rendered) -> Result<Record, EngineError> {
    let example = climber.example;
    let manifest = package::manifest_of_any(&climber.plan, example.facts.may_hold_doctests)?;
    let content = [manifest.as_str(), &set.lockfile_sha256, &rendered.text].join("\n");
    Ok(Record {
        id: example.listed.id.clone(),
        sha256: example.listed.sha256.clone(),
        file: package::source_file(climber.plan.target).to_owned(),
        content: sha256(content.as_bytes()),
        attempts: climber.attempts.clone(),
    })
}

/// The stages behind the check of one example.
#[derive(Default)]
struct Afterwards {
    lint: Later,
    execution: Later,
}

/// Something to be done with an example that compiles.
#[derive(Default)]
enum Later {
    /// The example does not ask for it.
    #[default]
    NotDue,
    /// What comes of it is not known, and is to be kept there.
    Due(Place),
    /// What came of it.
    Known(Vec<Outcome>),
}

impl Later {
    fn is_due(&self) -> bool {
        matches!(self, Self::Due(_))
    }

    /// Does it, if it is due.
    fn does(
        &mut self,
        work: impl FnOnce(&Place) -> Result<Vec<Outcome>, EngineError>,
    ) -> Result<(), EngineError> {
        if let Self::Due(place) = self {
            *self = Self::Known(work(place)?);
        }
        Ok(())
    }

    fn into_outcomes(self) -> Vec<Outcome> {
        match self {
            Self::Known(outcomes) => outcomes,
            Self::NotDue | Self::Due(_) => Vec::new(),
        }
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
