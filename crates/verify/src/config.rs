//! `verify.toml`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::Deserialize;

/// The configuration file's name.
const FILE: &str = "verify.toml";

/// What a configuration file says. Every field may be left out; unknown ones are errors.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Config {
    /// Documents and directories to verify when the command line names none.
    #[serde(default)]
    pub(crate) paths: Vec<PathBuf>,
    /// Globs of documents to leave out when directories are searched.
    #[serde(default)]
    pub(crate) exclude: Vec<String>,
    /// Where generated crates and compiled dependencies are kept.
    pub(crate) cache_dir: Option<PathBuf>,
    /// Examples judged at once.
    pub(crate) jobs: Option<u16>,
    /// What code blocks without a language are.
    #[serde(default)]
    pub(crate) untagged: Untagged,
    /// Crates.
    #[serde(default)]
    pub(crate) crates: Crates,
    /// Time limits.
    #[serde(default)]
    pub(crate) limits: Limits,
    /// What fails a run.
    #[serde(default)]
    pub(crate) policy: Policy,
}

/// What code blocks without a language are, outside doc comments.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Untagged {
    /// Anything: they are listed and not judged.
    #[default]
    Unknown,
    /// Rust: they are judged.
    Rust,
}

/// The table `[crates]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Crates {
    /// Packages that may be used besides the well-known ones, each with a version requirement.
    #[serde(default)]
    pub(crate) allow: BTreeMap<String, String>,
}

/// The table `[limits]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Limits {
    /// Wall time for compiling an example: check, lint and build, each.
    pub(crate) compile_seconds: Option<u64>,
    /// Wall time for an example's tests, and for its doctests.
    pub(crate) test_seconds: Option<u64>,
    /// Wall time for an example's program.
    pub(crate) run_seconds: Option<u64>,
    /// Wall time for resolving or building one set of dependencies.
    pub(crate) dependencies_seconds: Option<u64>,
    /// What each output of a process may bring, in MiB.
    pub(crate) output_mib: Option<u64>,
    /// What compiling may use beside time.
    #[serde(default)]
    pub(crate) build: Usage,
    /// What tests and programs may use beside time.
    #[serde(default)]
    pub(crate) run: Usage,
}

/// The tables `[limits.build]` and `[limits.run]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Usage {
    /// CPU time of each process, in seconds.
    pub(crate) cpu_seconds: Option<u64>,
    /// Memory of each process, and of all together, in MiB.
    pub(crate) memory_mib: Option<u64>,
    /// Processes and threads at once.
    pub(crate) processes: Option<u64>,
    /// What may be written to files, in MiB.
    pub(crate) scratch_mib: Option<u64>,
}

/// The table `[policy]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Policy {
    /// Verdicts, `lints` and `unfinished`: what fails the run.
    #[serde(default)]
    pub(crate) deny: Vec<String>,
    /// Verdicts, `lints` and `unfinished`: what does not.
    #[serde(default)]
    pub(crate) allow: Vec<String>,
    /// Lints, and groups of lints, that fail the run.
    #[serde(default)]
    pub(crate) deny_lints: Vec<String>,
    /// Lints, and groups of lints, that do not.
    #[serde(default)]
    pub(crate) allow_lints: Vec<String>,
    /// Other rules for some examples.
    #[serde(default, rename = "override")]
    pub(crate) overrides: Vec<Override>,
}

/// A table `[[policy.override]]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Override {
    /// A glob of documents.
    pub(crate) path: Option<String>,
    /// An example's id.
    pub(crate) id: Option<String>,
    /// Why there are other rules.
    pub(crate) reason: String,
    /// As in `[policy]`.
    #[serde(default)]
    pub(crate) deny: Vec<String>,
    /// As in `[policy]`.
    #[serde(default)]
    pub(crate) allow: Vec<String>,
    /// As in `[policy]`.
    #[serde(default)]
    pub(crate) deny_lints: Vec<String>,
    /// As in `[policy]`.
    #[serde(default)]
    pub(crate) allow_lints: Vec<String>,
}

/// A configuration, and the directory that its paths are relative to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) config: Config,
    /// The directory of the file; `None` when there is no file.
    pub(crate) directory: Option<PathBuf>,
}

/// Reads the configuration that `explicit` names, else the nearest `verify.toml` in `start` or a
/// directory above it. No file is the same as an empty one.
pub(crate) fn load(explicit: Option<&Path>, start: &Path) -> anyhow::Result<Found> {
    let path = match explicit {
        Some(path) => path.to_owned(),
        None => match start
            .ancestors()
            .map(|it| it.join(FILE))
            .find(|it| it.is_file())
        {
            Some(path) => path,
            None => return Ok(Found::default()),
        },
    };
    let text = fs_err::read_to_string(&path)?;
    let config = toml::from_str(&text)
        .with_context(|| format!("{} cannot be understood", path.display()))?;
    Ok(Found {
        config,
        directory: path.parent().map(Path::to_owned),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_file_above_counts_and_unknown_fields_are_errors() {
        let directory = tempfile::tempdir().unwrap();
        let inner = directory.path().join("a/b");
        fs_err::create_dir_all(&inner).unwrap();
        let file = directory.path().join(FILE);
        fs_err::write(&file, "paths = [\"x\"]\n[crates.allow]\nmine = \"1\"\n").unwrap();
        let found = load(None, &inner).unwrap();
        assert_eq!(found.config.paths, [PathBuf::from("x")]);
        assert_eq!(found.config.crates.allow["mine"], "1");
        assert_eq!(found.directory.as_deref(), Some(directory.path()));
        fs_err::write(&file, "path = [\"x\"]\n").unwrap();
        let message = format!("{:#}", load(None, &inner).unwrap_err());
        assert!(message.contains("unknown field `path`"), "{message}");
    }
}
