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
use crate::config::limits::Seconds;
use crate::config::{self, Found, Usage, Within};
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
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let configured = found
        .config
        .jobs
        .and_then(|it| usize::try_from(it.get()).ok());
    let jobs = jobs.map(usize::from).or(configured).unwrap_or(cores);
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
            Resources::for_building(cores),
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

fn resources(configured: &Usage, defaults: Resources) -> Resources {
    Resources {
        cpu: seconds(configured.cpu_seconds, defaults.cpu),
        memory: configured
            .memory_mib
            .map_or(defaults.memory, |it| it.get() * MEBIBYTE),
        processes: configured.processes.map_or(defaults.processes, Within::get),
        scratch: configured
            .scratch_mib
            .map_or(defaults.scratch, |it| it.get() * MEBIBYTE),
    }
}

fn limits(configured: &config::Limits) -> StageLimits {
    let defaults = StageLimits::default();
    let output = |of: &Usage, default| {
        let given = of.output_mib.or(configured.output_mib);
        given.map_or(default, |it| it.get() * MEBIBYTE)
    };
    StageLimits {
        compile: seconds(configured.compile_seconds, defaults.compile),
        test: seconds(configured.test_seconds, defaults.test),
        run: seconds(configured.run_seconds, defaults.run),
        dependencies: seconds(configured.dependencies_seconds, defaults.dependencies),
        build_output: output(&configured.build, defaults.build_output),
        run_output: output(&configured.run, defaults.run_output),
        ..defaults
    }
}

fn seconds(given: Option<Seconds>, default: Duration) -> Duration {
    given.map_or(default, |it| Duration::from_secs(it.get()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_table_says_about_output_goes_before_what_is_said_for_all() {
        let both: config::Limits = toml::from_str("output-mib = 3").unwrap();
        let own: config::Limits =
            toml::from_str("output-mib = 3\n[build]\noutput-mib = 5").unwrap();
        for (configured, expected) in [(both, (3, 3)), (own, (5, 3))] {
            let limits = limits(&configured);
            let seen = (limits.build_output / MEBIBYTE, limits.run_output / MEBIBYTE);
            assert_eq!(seen, expected);
        }
    }

    #[test]
    fn each_table_speaks_for_its_own_kind_only() {
        let configured: config::Limits = toml::from_str(
            "[build]\nmemory-mib = 17\nprocesses = 8\n[run]\ncpu-seconds = 9\nscratch-mib = 2",
        )
        .unwrap();
        let defaults = Resources::for_running();
        let building = resources(&configured.build, defaults);
        let running = resources(&configured.run, defaults);
        assert_eq!((building.memory, building.processes), (17 * MEBIBYTE, 8));
        assert_eq!(
            (building.cpu, building.scratch),
            (defaults.cpu, defaults.scratch)
        );
        assert_eq!(
            (running.memory, running.processes),
            (defaults.memory, defaults.processes)
        );
        assert_eq!(running.cpu, Duration::from_secs(9));
        assert_eq!(running.scratch, 2 * MEBIBYTE);
    }
}
