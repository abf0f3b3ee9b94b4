//! A whole run: the climb of all examples, then the stages of those that compile, then judgement.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;
use tempfile::TempDir;
use verify_model::{Outcome, Run, Stage, Toolchain, Work};
use verify_source::example::Example;
use verify_source::neighbours::Neighbours;
use verify_source::scaffold::{Allowed, Rendered};
use verify_source::surroundings::Surroundings;
use verify_source::uncalled;

use crate::cache::{ANSWERS, Answers, CacheUse, Ground, Outcomes, Subject, TOOL, sha256};
use crate::cargo;
use crate::climb::Climber;
use crate::compiler::Compilers;
use crate::counters::Counters;
use crate::diagnostics::{self, Source};
use crate::direct::Direct;
use crate::error::EngineError;
use crate::event::Event;
use crate::findings::{judged_run, skipped};
use crate::jobs::Job;
use crate::layout::{BATCHES, Layout};
use crate::libraries;
use crate::limits::StageLimits;
use crate::lock::{self, Lock};
use crate::package;
use crate::preparing::{Sets, could_not};
use crate::process::Cancel;
use crate::record::Record;
use crate::sandbox::{Resources, Sandbox};
use crate::schedule;
use crate::sets::{Preparation, Set};
use crate::sources::Sources;
use crate::stages::Crate;
use crate::toolchain::{self, Detected};
use crate::workshop::Workshop;

/// How a run is to be done.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The cache directory.
    pub cache: PathBuf,
    /// Examples judged at once; at least 1.
    pub jobs: usize,
    /// Whether to do everything by plain cargo, example by example: slow, and what every faster way
    /// has to agree with.
    pub via_cargo: bool,
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
    /// Contains what is compiled and run.
    pub sandbox: Sandbox,
    /// What compiling may use.
    pub building: Resources,
    /// What a program may use.
    pub running: Resources,
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
    /// How much work it took.
    pub work: Work,
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
    let resources = (settings.building, settings.running);
    let workshop = Workshop::open(
        &layout,
        &settings.sandbox,
        resources,
        settings.jobs,
        &toolchain.sysroot,
    )?;
    let layout = layout.with(workshop);
    let home = layout.home();
    fs_err::create_dir_all(&home).map_err(EngineError::cache(&home))?;
    let _lock = layout.lock(|| observe(Event::WaitingForLock))?;
    let ground = ground(&toolchain, &layout, settings);
    let settings = &with_libraries(settings, examples, &layout, &ground, &answers)?;
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(settings.jobs.max(1))
        .build()?;
    let targets = layout.targets();
    layout.clear_up()?;
    let session = Session {
        compilers: OnceLock::new(),
        counters: Counters::default(),
        folder: TempDir::with_prefix_in(BATCHES, &targets).map_err(EngineError::cache(targets))?,
        layout: &layout,
        settings,
        toolchain: &toolchain,
        answers,
        outcomes: Outcomes::new(&layout, settings.cache_use, ground, observe),
        observe,
        pool,
    };
    let (neighbours, alone) = (neighbours(examples), Neighbours::default());
    let mut climbers: Vec<Climber<'_>> = examples
        .iter()
        .filter(|example| example.skip.is_none())
        .map(|example| {
            let around = settings.surroundings.get(&example.document.path);
            let around = around.map(Arc::as_ref);
            let plan = example.first_plan(&settings.allowed, around);
            let neighbours = neighbours.get(&example.document.path);
            let neighbours = neighbours.unwrap_or(&alone);
            let mut climber = Climber::new(example, around, neighbours, plan);
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
    let environment = settings.sandbox.environment();
    let mut judged = climbers.iter().zip(later);
    let runs = examples
        .iter()
        .map(|example| match &example.skip {
            Some(reason) => skipped(example, reason),
            None => match judged.next() {
                Some((climber, outcomes)) => {
                    judged_run(climber, outcomes, &environment, interrupted)
                }
                None => skipped(example, "it was not judged"),
            },
        })
        .collect();
    let calls = session
        .compilers
        .get()
        .and_then(Option::as_ref)
        .map_or(0, Compilers::calls);
    let work = session.counters.work(calls, session.outcomes.recalled());
    Ok(Findings {
        work,
        toolchain: toolchain.reported.clone(),
        runs,
        lockfile,
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
        offline: settings.offline,
        lock: &settings.lock,
        limits: &settings.limits.building(settings.limits.dependencies),
        cancel: &settings.cancel,
    };
    Ok(Settings {
        allowed: libraries::learned(&settings.allowed, examples, &preparation)?,
        ..settings.clone()
    })
}

/// What all outcomes of this run depend on.
fn ground(toolchain: &Detected, layout: &Layout, settings: &Settings) -> Ground {
    Ground {
        tool: TOOL,
        toolchain: toolchain.reported.clone(),
        rustc: toolchain.rustc.clone(),
        cargo_configuration: cargo::configuration(),
        environment: sha256(cargo::example_environment(layout).as_bytes()),
        containment: format!(
            "{} {:?} {:?}",
            settings.sandbox.summary(),
            settings.building,
            settings.running
        ),
        via_cargo: settings.via_cargo,
    }
}

/// What all examples of a run share.
pub(crate) struct Session<'a> {
    pub layout: &'a Layout,
    pub settings: &'a Settings,
    pub toolchain: &'a Detected,
    pub answers: Answers<'a>,
    pub outcomes: Outcomes<'a>,
    /// See [`Session::compilers`].
    compilers: OnceLock<Option<Compilers>>,
    pub observe: Observe<'a>,
    pub pool: rayon::ThreadPool,
    pub counters: Counters,
    /// Where batches and what is made of them lie.
    folder: TempDir,
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
            .building(self.settings.limits.dependencies);
        let mut sets = Sets::new(
            Preparation {
                layout: self.layout,
                toolchain: &self.toolchain.rustc,
                configuration: self.outcomes.configuration(),
                answers: &self.answers,
                offline: self.settings.offline,
                lock: &self.settings.lock,
                limits: &limits,
                cancel: &self.settings.cancel,
            },
            Sources::new(
                &self.layout.bucket("cargo-home"),
                &self.toolchain.sysroot,
                &self.toolchain.reported.host,
            ),
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

    /// The compilers, unless cargo is to be asked, or has to be. They are looked for when they are
    /// needed: where nothing changed they are not.
    pub(crate) fn compilers(&self) -> Option<&Compilers> {
        let find = || {
            let is_wanted = !self.settings.via_cargo;
            is_wanted
                .then(|| Compilers::find(&self.toolchain.sysroot))
                .flatten()
        };
        self.compilers.get_or_init(find).as_ref()
    }

    /// Writes the scratch crate of `task` and does `work` in it by calling the compilers. `None`:
    /// only cargo can tell.
    pub(crate) fn directly<T>(
        &self,
        task: &Job<'_>,
        work: impl FnOnce(&Direct<'_>) -> Result<Option<T>, EngineError>,
    ) -> Result<Option<T>, EngineError> {
        let (Some(compilers), Some(links)) = (self.compilers(), task.links) else {
            return Ok(None);
        };
        let climber = task.climber;
        let (example, plan) = (climber.example, &climber.plan);
        self.with_crate(climber, task.set, |scratch| {
            work(&Direct {
                compilers,
                scratch,
                links,
                package: &plan.package,
                version: &package::version(&example.listed.id),
                edition: plan.edition,
                has_harness: schedule::has_harness(example, plan, &task.rendered.text),
                folder: self.folder.path(),
            })
        })
    }

    /// A folder of its own for one batch.
    pub(crate) fn temporary_folder(&self) -> Result<TempDir, EngineError> {
        let folder = self.folder.path();
        TempDir::new_in(folder).map_err(EngineError::cache(folder))
    }

    /// Does `work` with what the outcomes of `climber` as it now is depend on.
    pub(crate) fn with_subject<T>(
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
    pub(crate) fn limits(&self, example: &Example) -> StageLimits {
        let mut limits = self.settings.limits;
        if let Some(timeout) = example.timeout {
            (limits.test, limits.run) = (timeout, timeout);
        }
        limits
    }

    /// Writes the scratch crate of `climber` as it now is, and does `work` in it.
    pub(crate) fn with_crate<T>(
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
        let limits = self.limits(example);
        let built = self.layout.target_of(&set.group);
        let mut readable = set.sources.clone();
        readable.extend([directory.clone(), built.clone()]);
        work(&Crate {
            layout: self.layout,
            directory: &directory,
            target: climber.plan.target,
            package: &climber.plan.package,
            expectation: &example.expectation,
            may_hide_errors: uncalled::may_hide_errors(&rendered.text),
            may_hold_tests: example.facts.may_hold_tests,
            may_hold_doctests: example.facts.may_hold_doctests,
            built: &built,
            lockfile: &set.lockfile,
            readable: &readable,
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
            set,
        )?;
        record.write(self.layout, &directory)?;
        Ok((directory, rendered))
    }

    /// Says that a stage of an example begins.
    pub(crate) fn tell(&self, climber: &Climber<'_>, stage: Stage) {
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

fn num_cpus() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// An error that concerns one example becomes that example's outcome.
pub(crate) fn per_example<T>(
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
