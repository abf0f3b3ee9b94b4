//! Dependency sets: resolved once, built once, shared by every example that needs the same crates.

mod lockfile;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use cargo_metadata::Metadata;
use cargo_metadata::diagnostic::DiagnosticLevel;
use cargo_metadata::semver::Version;
use serde::Serialize;
use verify_source::ladder::{FeatureTable, Uses};
use verify_source::scaffold::{Dependency, Plan};
use verify_source::surroundings::Surroundings;

use crate::cache::{Answers, sha256};
use crate::cargo::{Invocation, Purpose, Said};
use crate::compiler::Links;
use crate::elsewhere;
use crate::error::EngineError;
use crate::layout::{Layout, short_hash};
use crate::lock::{self, Lock, LockMode};
use crate::package;
use crate::process::{Cancel, Ended, Finished, Limits, sanitize};
use crate::resolution::{self, Fault, FaultKind};
use crate::set_memory;
use crate::trust::Group;
use lockfile::forget_other_seed;

/// Everything that decides what a dependency set is. Printed, it is the set's key.
#[derive(Serialize)]
struct Key<'a> {
    package: &'a str,
    dependencies: &'a BTreeMap<String, Dependency>,
    toolchain: &'a str,
    /// SHA-256 of cargo's configuration, which says where packages come from.
    configuration: &'a str,
    /// Which versions resolution started from.
    lock: String,
}

/// A dependency set that is ready to be used.
#[derive(Clone, Debug)]
pub(crate) struct Set {
    /// Its package's directory.
    pub directory: PathBuf,
    /// Its lockfile.
    pub lockfile: String,
    /// SHA-256 of the lockfile.
    pub lockfile_sha256: String,
    /// Library names by dependency key, as cargo resolved them.
    pub libraries: BTreeMap<String, String>,
    /// Package names by dependency key.
    pub packages: BTreeMap<String, String>,
    /// Resolved versions by package name.
    pub versions: BTreeMap<String, String>,
    /// The dependency that did not build when it was last tried.
    pub does_not_build: Option<Fault>,
    /// What it is remembered by; `None` for sets with packages of this machine, which change.
    pub question: Option<String>,
    /// Its libraries: the name in code, and the package's id.
    pub direct: Vec<(String, String)>,
    /// The features that packages have, by dependency key.
    pub features: BTreeMap<String, FeatureTable>,
    /// With which sets it is built in one directory.
    pub group: Group,
    /// Folders of this machine that its packages are read from.
    pub sources: Vec<PathBuf>,
    /// What its dependencies depend on themselves.
    pub uses: Uses,
    /// The keys of dependencies that are for other systems: nothing of them can be used here.
    pub elsewhere: BTreeSet<String>,
}

impl Set {
    /// Resolved versions by dependency key.
    pub(crate) fn versions_by_key(&self) -> BTreeMap<String, String> {
        let version = |package: &String| self.versions.get(package).cloned();
        self.packages
            .iter()
            .filter_map(|(key, package)| Some((key.clone(), version(package)?)))
            .collect()
    }
}

/// Why a dependency set is not ready.
#[derive(Clone, Debug)]
pub(crate) enum Trouble {
    /// One of its dependencies cannot be had as asked for.
    Fault(Fault),
    /// A package that its dependencies lean on does not build here.
    Underneath {
        /// The package.
        package: String,
        /// A sentence about it.
        reason: String,
    },
    /// The machine could not do it: no network, no time.
    Environment(String),
}

/// What cargo says of a lockfile that does not have all that the manifest asks for.
const OUT_OF_DATE: &str = "because --locked was passed to prevent this";

/// How much of the dependencies to build.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Depth {
    /// What type checking needs.
    Metadata,
    /// What linking needs.
    Code,
}

/// What preparing a set needs to know.
pub(crate) struct Preparation<'a> {
    pub layout: &'a Layout,
    pub toolchain: &'a str,
    /// SHA-256 of cargo's configuration.
    pub configuration: &'a str,
    pub answers: &'a Answers<'a>,
    pub offline: bool,
    pub lock: &'a Lock,
    pub limits: &'a Limits,
    pub cancel: &'a Cancel,
}

impl Preparation<'_> {
    /// The key of the set that `plan` needs: equal keys, equal sets.
    pub(crate) fn key(&self, plan: &Plan) -> String {
        short_hash(&self.printed_key(plan))
    }

    fn printed_key(&self, plan: &Plan) -> String {
        let key = Key {
            package: &plan.package,
            dependencies: &plan.dependencies,
            toolchain: self.toolchain,
            configuration: self.configuration,
            lock: self.lock.key(),
        };
        // Maps of strings and plain structs always serialize.
        serde_json::to_string(&key).unwrap_or_default()
    }

    /// Resolves the set of `plan`: writes its package, its lockfile, and reads what cargo chose.
    pub(crate) fn resolve(
        &self,
        plan: &Plan,
        around: Option<&Surroundings>,
    ) -> Result<Result<Set, Trouble>, EngineError> {
        let question = self.printed_key(plan);
        let directory = self.layout.set(&short_hash(&question));
        package::write_set(self.layout, &directory, &plan.package, &plan.dependencies)?;
        let lock = directory.join("Cargo.lock");
        let is_local = plan.dependencies.values().any(|it| it.path.is_some());
        let around = around.filter(|_| is_local);
        let root = around.map(|it| it.root.as_path());
        let group = |lockfile: &str| Group::of(&plan.package, &plan.dependencies, lockfile, root);
        if self.lock.mode == LockMode::Update && lock.exists() {
            fs_err::remove_file(&lock).map_err(EngineError::cache(&lock))?;
        }
        if !is_local
            && self.lock.mode != LockMode::Update
            && let Some(mut set) = set_memory::recall(self.answers, &question, &directory)
        {
            set.group = group(&set.lockfile);
            return Ok(self.is_permitted(&set.lockfile).map(|()| set));
        }
        if is_local {
            forget_other_seed(&lock, around.and_then(|it| it.lockfile.as_deref()))?;
        }
        let mut finished = self.metadata(&lock, is_local, around)?;
        if finished.stderr.to_text().text.contains(OUT_OF_DATE) {
            // Cargo was ended while it wrote the lockfile.
            fs_err::remove_file(&lock).map_err(EngineError::cache(&lock))?;
            finished = self.metadata(&lock, is_local, around)?;
        }
        if let Some(trouble) = self.trouble(&finished, plan)? {
            return Ok(Err(trouble));
        }
        let Some(metadata) = finished
            .stdout
            .complete()
            .and_then(|json| serde_json::from_slice::<Metadata>(&json).ok())
        else {
            let message = "cargo metadata printed nothing that can be read".to_owned();
            return Ok(Err(Trouble::Environment(message)));
        };
        let lockfile = fs_err::read_to_string(&lock).map_err(EngineError::cache(&lock))?;
        if let Err(trouble) = self.is_permitted(&lockfile) {
            return Ok(Err(trouble));
        }
        let direct = resolution::direct(&metadata, &plan.dependencies);
        let set = Set {
            elsewhere: elsewhere::of(&metadata, &direct.libraries, &direct.packages),
            directory,
            group: group(&lockfile),
            sources: resolution::folders(&metadata, root),
            lockfile_sha256: sha256(lockfile.as_bytes()),
            lockfile,
            libraries: direct.libraries,
            packages: plan
                .dependencies
                .iter()
                .map(|(key, dependency)| (key.clone(), dependency.package.clone()))
                .collect(),
            versions: direct.versions,
            direct: direct.packages,
            features: resolution::features(&metadata, &plan.dependencies),
            uses: resolution::uses(&metadata, &plan.dependencies),
            does_not_build: None,
            question: (!is_local).then_some(question),
        };
        set_memory::keep(self.answers, &set, None);
        Ok(Ok(set))
    }

    /// Whether the versions of `lockfile` may be used.
    fn is_permitted(&self, lockfile: &str) -> Result<(), Trouble> {
        if self.lock.mode != LockMode::Frozen {
            return Ok(());
        }
        let pinned = self.lock.pinned.as_deref().unwrap_or_default();
        match lock::missing_from(pinned, lockfile).first() {
            Some(first) => Err(Trouble::Environment(format!(
                "verify.lock does not have {first}: run without --locked"
            ))),
            None => Ok(()),
        }
    }

    /// Remembers that a dependency of `set` does not build, or that all of them do again.
    pub(crate) fn remember_build(&self, set: &Set, built: &Result<Option<Links>, Trouble>) {
        let fault = match built {
            Ok(_) => None,
            Err(Trouble::Fault(fault)) => Some(fault),
            Err(Trouble::Underneath { .. } | Trouble::Environment(_)) => return,
        };
        if set.does_not_build.as_ref() != fault {
            set_memory::keep(self.answers, set, fault);
        }
    }

    /// Builds the dependencies of `set` in the target directory of its group, and says what examples are
    /// linked with; `None` when only cargo can tell.
    pub(crate) fn build(
        &self,
        set: &Set,
        depth: Depth,
    ) -> Result<Result<Option<Links>, Trouble>, EngineError> {
        if let Some(built) = set_memory::recall_build(self.answers, set, depth) {
            return Ok(Ok(built.links));
        }
        let target = self.layout.target_of(&set.group);
        let mut readable = set.sources.clone();
        readable.push(set.directory.clone());
        // Everything was fetched when it was resolved; what builds has no network.
        let invocation = Invocation {
            subcommand: match depth {
                Depth::Metadata => "check",
                Depth::Code => "build",
            },
            arguments: &["--locked", "--offline"],
            trailing: &[],
            directory: &set.directory,
            target: Some(&target),
            readable: &readable,
            purpose: Purpose::Dependencies,
        };
        let mut said = invocation.messages(self.layout, self.limits, self.cancel)?;
        if misses_what_was_resolved(&said) {
            said = invocation.messages(self.layout, self.limits, self.cancel)?;
        }
        if said.finished.ended == Ended::Cancelled {
            return Err(EngineError::Interrupted);
        }
        if said.is_success() {
            let marker = set.directory.join("fetched");
            self.layout.write(&marker, b"")?;
            let links = Links::read(&said.artifacts, &said.scripts, &set.direct, depth);
            set_memory::keep_build(self.answers, set, depth, links.as_ref(), &said.artifacts);
            return Ok(Ok(links));
        }
        let reason = build_failure(&said);
        Ok(Err(match culprit(&said, set) {
            Some((key, version)) => Trouble::Fault(Fault {
                key,
                kind: FaultKind::DoesNotBuild { version },
                message: reason,
            }),
            None => match failed_package(&said) {
                Some(package) => Trouble::Underneath { package, reason },
                None => Trouble::Environment(reason),
            },
        }))
    }

    fn plain(
        &self,
        subcommand: &str,
        directory: &Path,
        arguments: &[&str],
    ) -> Result<Finished, EngineError> {
        let mut arguments = arguments.to_vec();
        if self.offline && !arguments.contains(&"--offline") {
            arguments.push("--offline");
        }
        let limits = Limits {
            // Metadata of a large set runs to megabytes, and all of it is needed.
            output_bytes: 64 * 1024 * 1024,
            output_cap: 64 * 1024 * 1024,
            ..*self.limits
        };
        let invocation = Invocation {
            subcommand,
            arguments: &arguments,
            trailing: &[],
            directory,
            target: None,
            readable: &[],
            purpose: Purpose::Dependencies,
        };
        Ok(invocation.output(self.layout, &limits, self.cancel)?)
    }

    /// What kept a resolving command from succeeding.
    fn trouble(&self, finished: &Finished, plan: &Plan) -> Result<Option<Trouble>, EngineError> {
        let stderr = || sanitize(&finished.stderr.to_text().text);
        match finished.ended {
            Ended::Exited(exit) if exit.is_success() => Ok(None),
            Ended::Cancelled => Err(EngineError::Interrupted),
            Ended::Exited(_) => Ok(Some(resolution::trouble(
                &stderr(),
                &plan.dependencies,
                self.offline,
            ))),
            Ended::TimedOut => Ok(Some(Trouble::Environment(
                "cargo did not resolve the dependencies within its time".to_owned(),
            ))),
            Ended::OutputCap => Ok(Some(Trouble::Environment(
                "cargo printed more than it may while it resolved the dependencies".to_owned(),
            ))),
        }
    }
}

/// The dependency of the set itself whose own code has an error, and its version.
fn culprit(said: &Said, set: &Set) -> Option<(String, Version)> {
    let error = said
        .messages
        .iter()
        .find(|message| message.message.level == DiagnosticLevel::Error)?;
    let library = error.target.name.replace('-', "_");
    let (key, _) = set.libraries.iter().find(|(_, name)| **name == library)?;
    let version = set.versions.get(set.packages.get(key)?)?;
    Some((key.clone(), Version::parse(version).ok()?))
}

/// Whether cargo says that a package is not there, although the set was resolved: another cargo, which
/// was writing the same index at that moment, is gone soon.
fn misses_what_was_resolved(said: &Said) -> bool {
    const WORDS: [&str; 3] = [
        "no matching package named `",
        "but --offline was specified",
        "config.json not found in registry",
    ];
    let is_failure = matches!(said.finished.ended, Ended::Exited(exit) if !exit.is_success());
    if !is_failure || !said.artifacts.is_empty() {
        return false;
    }
    let stderr = said.finished.stderr.to_text().text;
    WORDS.iter().any(|words| stderr.contains(words))
}

/// The package at which cargo says that the build failed.
fn failed_package(said: &Said) -> Option<String> {
    if !matches!(said.finished.ended, Ended::Exited(_)) {
        return None;
    }
    let stderr = said.finished.stderr.to_text().text;
    let mut lines = stderr.lines();
    lines.find_map(|line| {
        let rest = line
            .strip_prefix("error: could not compile `")
            .or_else(|| line.strip_prefix("error: failed to run custom build command for `"))?;
        let name = rest.split(['`', ' ']).next()?;
        Some(name.to_owned())
    })
}

/// Why the dependencies did not build: the first compiler error, else the end of what cargo said.
fn build_failure(said: &Said) -> String {
    let stderr = sanitize(&said.finished.stderr.to_text().text);
    match said.finished.ended {
        Ended::TimedOut => return "the dependencies did not build within their time".to_owned(),
        Ended::OutputCap => return "the dependencies' build printed too much".to_owned(),
        Ended::Exited(_) | Ended::Cancelled => {}
    }
    let summary = stderr
        .lines()
        .find(|line| line.starts_with("error"))
        .unwrap_or("error: cargo failed")
        .trim_start_matches("error:")
        .trim();
    let first_error = said
        .messages
        .iter()
        .find(|message| message.message.level == cargo_metadata::diagnostic::DiagnosticLevel::Error)
        .map(|message| format!(": {}", sanitize(&message.message.message)));
    let advice = stderr
        .lines()
        .map(str::trim)
        .find(|line| {
            line.contains("pkg-config")
                || line.contains("not found")
                || line.contains("could not find")
        })
        .map(|line| format!(": {line}"));
    format!(
        "a dependency failed to build: {summary}{}",
        first_error.or(advice).unwrap_or_default()
    )
}
