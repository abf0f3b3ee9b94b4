//! `verify.toml`.

pub(crate) mod limits;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use verify_source::line_index::LineIndex;

pub(crate) use limits::{Limits, Usage, Within};

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
    pub(crate) jobs: Option<Within<1, 1024>>,
    /// What code blocks without a language are.
    #[serde(default)]
    pub(crate) untagged: Untagged,
    /// Crates.
    #[serde(default)]
    pub(crate) crates: Crates,
    /// What compiling and running may use.
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
    let config = parse(&text).map_err(|fault| anyhow::anyhow!("{}{fault}", path.display()))?;
    Ok(Found {
        config,
        directory: path.parent().map(Path::to_owned),
    })
}

/// What is wrong with `text` comes with a colon, its line, and what belongs there.
fn parse(text: &str) -> Result<Config, String> {
    toml::from_str(text).map_err(|error| {
        let line = error
            .span()
            .map(|span| LineIndex::new(text).line(span.start));
        let place = line.map(|line| format!(":{line}")).unwrap_or_default();
        format!("{place}: {}", error.message())
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
