//! Command line, configuration and defaults, resolved once. Nothing is optional behind this point.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, bail};
use globset::{Glob, GlobSet, GlobSetBuilder};
use verify_engine::StageLimits;
use verify_engine::sandbox::Resources;
use verify_source::document::Untagged;
use verify_source::known_crates::KnownCrates;
use verify_source::scaffold::Allowed;

use crate::cli::Common;
use crate::config::{self, Found};
use crate::policy;

/// Largest document that is read unless larger ones are allowed, in bytes.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

/// What every command needs to know.
pub(crate) struct Settings {
    /// Documents and directories to read.
    pub(crate) paths: Vec<PathBuf>,
    /// Documents to leave out of directories.
    pub(crate) exclude: GlobSet,
    /// What code without a language is.
    pub(crate) untagged: Untagged,
    /// Largest document that is read, in bytes.
    pub(crate) max_bytes: u64,
    /// The cache directory.
    pub(crate) cache: PathBuf,
    /// Examples judged at once.
    pub(crate) jobs: usize,
    /// Packages that the configuration allows, each with a version requirement.
    crates: BTreeMap<String, Option<String>>,
    /// Where versions are pinned: beside the configuration file, when there is one.
    pub(crate) lockfile: Option<PathBuf>,
    /// Time and output of the stages.
    pub(crate) limits: StageLimits,
    /// What compiling may use.
    pub(crate) building: Resources,
    /// What programs may use.
    pub(crate) running: Resources,
    /// Whether examples are judged although their fence has them ignored.
    pub(crate) include_ignored: bool,
    /// What the configuration says about what fails a run.
    pub(crate) policy: policy::Configured,
    /// The directory of the configuration file, when there is one.
    pub(crate) directory: Option<PathBuf>,
    /// Whether the documents are all those that the configuration knows of.
    pub(crate) is_whole: bool,
}

impl Settings {
    /// Crates that may be used. Listing examples needs none of them, and the list of well-known
    /// ones is long.
    pub(crate) fn allowed(&self) -> Allowed {
        Allowed {
            known: KnownCrates::builtin(),
            configured: self.crates.clone(),
            libraries: BTreeMap::new(),
        }
    }
}

/// Resolves what the command line and the configuration say.
pub(crate) fn resolve(
    paths: &[PathBuf],
    jobs: Option<u16>,
    common: &Common,
) -> anyhow::Result<Settings> {
    let here = std::env::current_dir().context("the current directory is gone")?;
    let found = config::load(common.config.as_deref(), &here)?;
    let cache = match (&common.cache_dir, &found.config.cache_dir) {
        (Some(given), _) => given.clone(),
        (None, Some(configured)) => beside(&found, configured),
        (None, None) => user_cache()?,
    };
    let policy = policy::configure(&found.config.policy)?;
    let is_whole = paths.is_empty() || found.config.paths.is_empty();
    let paths = if paths.is_empty() {
        configured_paths(&found, &here)?
    } else {
        paths.to_vec()
    };
    let jobs = jobs.or(found.config.jobs).map_or_else(
        || std::thread::available_parallelism().map_or(1, usize::from),
        usize::from,
    );
    let lockfile = found.directory.as_ref().map(|it| it.join("verify.lock"));
    Ok(Settings {
        paths,
        lockfile,
        exclude: globs(&found.config.exclude)?,
        untagged: match found.config.untagged {
            config::Untagged::Unknown => Untagged::Unknown,
            config::Untagged::Rust => Untagged::Rust,
        },
        max_bytes: if common.allow_large {
            u64::MAX
        } else {
            MAX_BYTES
        },
        cache,
        jobs: jobs.max(1),
        limits: limits(&found.config.limits),
        building: resources(
            &found.config.limits.build,
            // By the machine and not by `--jobs`, which decides nothing about an outcome.
            Resources::for_building(std::thread::available_parallelism().map_or(1, usize::from)),
        ),
        running: resources(&found.config.limits.run, Resources::for_running()),
        include_ignored: false,
        policy,
        is_whole,
        directory: found.directory,
        crates: found
            .config
            .crates
            .allow
            .into_iter()
            .map(|(name, requirement)| (name, (requirement != "*").then_some(requirement)))
            .collect(),
    })
}

/// The configured paths, as short as they can be written from `here`.
fn configured_paths(found: &Found, here: &Path) -> anyhow::Result<Vec<PathBuf>> {
    if found.config.paths.is_empty() {
        bail!("no document is named: give paths, or set `paths` in verify.toml");
    }
    let paths = found.config.paths.iter().map(|path| {
        let path = beside(found, path);
        match path.strip_prefix(here) {
            Ok(below) if below.as_os_str().is_empty() => PathBuf::from("."),
            Ok(below) => below.to_owned(),
            Err(_) => path,
        }
    });
    Ok(paths.collect())
}

/// A path of the configuration file, relative to that file.
fn beside(found: &Found, path: &Path) -> PathBuf {
    found
        .directory
        .as_ref()
        .map_or_else(|| path.to_owned(), |directory| directory.join(path))
}

fn user_cache() -> anyhow::Result<PathBuf> {
    let from_environment = std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute());
    let base = match from_environment {
        Some(path) => path,
        None => std::env::home_dir()
            .context("there is no home directory to keep the cache in: use --cache-dir")?
            .join(".cache"),
    };
    Ok(base.join("verify"))
}

fn globs(patterns: &[String]) -> anyhow::Result<GlobSet> {
    let mut builder = GlobSetBuilder::new();
    for pattern in patterns {
        let glob = Glob::new(pattern)
            .with_context(|| format!("`exclude` in verify.toml: `{pattern}` is no glob"))?;
        builder.add(glob);
    }
    Ok(builder.build()?)
}

const MEBIBYTE: u64 = 1024 * 1024;

fn resources(configured: &config::Usage, defaults: Resources) -> Resources {
    let bytes = |mebibytes: Option<u64>, default| {
        mebibytes.map_or(default, |number| number.saturating_mul(MEBIBYTE))
    };
    Resources {
        cpu: configured
            .cpu_seconds
            .map_or(defaults.cpu, Duration::from_secs),
        memory: bytes(configured.memory_mib, defaults.memory),
        processes: configured.processes.unwrap_or(defaults.processes),
        scratch: bytes(configured.scratch_mib, defaults.scratch),
    }
}

fn limits(configured: &config::Limits) -> StageLimits {
    let defaults = StageLimits::default();
    let or = |seconds: Option<u64>, default| seconds.map_or(default, Duration::from_secs);
    StageLimits {
        compile: or(configured.compile_seconds, defaults.compile),
        test: or(configured.test_seconds, defaults.test),
        run: or(configured.run_seconds, defaults.run),
        dependencies: or(configured.dependencies_seconds, defaults.dependencies),
        output_cap: configured.output_mib.map_or(defaults.output_cap, |number| {
            number.saturating_mul(MEBIBYTE)
        }),
        ..defaults
    }
}
