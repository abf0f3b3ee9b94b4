//! Which Rust toolchain judges.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use verify_model::Toolchain;

use crate::cache::{Answers, Stamp};
use crate::cargo;
use crate::error::EngineError;
use crate::process::{Cancel, Ended, ProcessError};

/// What is known of the toolchain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Detected {
    /// What the report says of it.
    pub reported: Toolchain,
    /// All that `rustc --version --verbose` says.
    pub rustc: String,
    /// Where its own binaries are, not those of rustup that stand in front of them.
    pub sysroot: PathBuf,
}

/// What the tools said, and the files that have to be as they were for it to hold.
#[derive(Debug, Serialize, Deserialize)]
struct Remembered {
    detected: Detected,
    stamps: Vec<Stamp>,
}

/// Variables that decide which toolchain answers.
const DECISIVE: [&str; 7] = [
    "PATH",
    "CARGO",
    "CARGO_HOME",
    "HOME",
    "RUSTUP_HOME",
    "RUSTUP_TOOLCHAIN",
    "RUSTUP_AUTO_INSTALL",
];

/// What decides which toolchain answers, as far as it can be known without asking it.
#[derive(Debug, Serialize)]
struct Choice {
    question: &'static str,
    variables: Vec<(&'static str, Option<String>)>,
    /// The tools that are found first.
    tools: Vec<Stamp>,
    /// Rustup's settings. What lies above the directory of the run decides nothing.
    rustup: Stamp,
}

/// Asks the toolchain for its versions, unless the answer is known. A missing clippy is no error:
/// its stage will say so.
pub(crate) fn detect(answers: &Answers<'_>, cancel: &Cancel) -> Result<Detected, EngineError> {
    // Plain structs of strings always serialize.
    let question = Choice::here().and_then(|it| serde_json::to_string(&it).ok());
    let known = question
        .as_deref()
        .and_then(|it| answers.recall::<Remembered>(it));
    if let Some(known) = known
        && known.stamps.iter().all(Stamp::is_current)
    {
        return Ok(known.detected);
    }
    let detected = ask_all(cancel)?;
    if let Some(question) = question {
        let stamps = detected.stamps();
        let detected = detected.clone();
        answers.keep(&question, &Remembered { detected, stamps });
    }
    Ok(detected)
}

impl Choice {
    /// The choice that would be made now. `None` when the tools that are found are neither a
    /// toolchain's own nor rustup's: what a script or another manager of versions chooses by, only
    /// it knows.
    fn here() -> Option<Self> {
        let path = std::env::var_os("PATH")?;
        let found = |name: &str| {
            let mut folders = std::env::split_paths(&path).map(|it| it.join(name));
            folders.find(|it| it.is_file())
        };
        let cargo = match std::env::var_os("CARGO").map(PathBuf::from) {
            Some(given) if given.components().count() > 1 => given,
            Some(given) => found(&given.to_string_lossy())?,
            None => found("cargo")?,
        };
        let rustc = found("rustc")?;
        if !is_understood(&cargo, "cargo") || !is_understood(&rustc, "rustc") {
            return None;
        }
        let mut tools = vec![Stamp::size(cargo), Stamp::size(rustc)];
        for name in ["cargo-clippy", "clippy-driver"] {
            tools.extend(found(name).map(Stamp::size));
        }
        let home = std::env::var_os("RUSTUP_HOME").map(PathBuf::from);
        let home = home.or_else(|| Some(std::env::home_dir()?.join(".rustup")))?;
        Some(Self {
            question: "toolchain",
            variables: DECISIVE
                .iter()
                .map(|&name| {
                    let value = std::env::var_os(name);
                    (name, value.map(|it| it.to_string_lossy().into_owned()))
                })
                .collect(),
            tools,
            rustup: Stamp::content(home.join("settings.toml")),
        })
    }
}

/// Whether a tool is a binary of a toolchain, or rustup in its place.
fn is_understood(path: &Path, name: &str) -> bool {
    let Ok(path) = fs_err::canonicalize(path) else {
        return false;
    };
    let stem = path.file_stem().unwrap_or_default();
    let is_named = stem == name || stem == "rustup" || stem == "rustup-init";
    is_named && !is_script(&path)
}

fn is_script(path: &Path) -> bool {
    use std::io::Read as _;
    let mut start = [0; 2];
    let read = std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut start));
    read.is_err() || start == *b"#!"
}

impl Detected {
    /// The files that change when the toolchain does: rustup puts a newer one in the same place.
    fn stamps(&self) -> Vec<Stamp> {
        let binaries = self.sysroot.join("bin");
        let of = |name: &str| Stamp::size(binaries.join(name));
        vec![
            Stamp::names(&binaries),
            of("rustc"),
            of("cargo"),
            of("cargo-clippy"),
            of("clippy-driver"),
        ]
    }
}

fn ask_all(cancel: &Cancel) -> Result<Detected, EngineError> {
    let verbose = ask(&["--version", "--verbose"], cancel)?;
    let cargo = field(&verbose, "release: ").map_or_else(|| first_line(&verbose), str::to_owned);
    let host = field(&verbose, "host: ").unwrap_or("unknown").to_owned();
    let rustc = rustc(&["--version", "--verbose"], cancel)?;
    let release = without_first_word(&first_line(&rustc));
    let sysroot = self::rustc(&["--print", "sysroot"], cancel)?;
    let clippy = ask(&["clippy", "--version"], cancel)
        .ok()
        .map(|line| without_first_word(&first_line(&line)));
    Ok(Detected {
        reported: Toolchain {
            rustc: release,
            cargo,
            clippy,
            host,
        },
        rustc,
        sysroot: PathBuf::from(first_line(&sysroot)),
    })
}

fn rustc(arguments: &[&str], cancel: &Cancel) -> Result<String, EngineError> {
    // The one that cargo will take: `RUSTC` of our own environment is not passed on.
    let mut command = std::process::Command::new("rustc");
    command.args(arguments);
    read("rustc", cargo::run_query(command, cancel))
}
fn ask(arguments: &[&str], cancel: &Cancel) -> Result<String, EngineError> {
    let tool = format!("cargo {}", arguments.join(" "));
    read(&tool, cargo::version(arguments, cancel))
}

/// What a tool printed, when it succeeded.
pub(crate) fn read(
    tool: &str,
    result: Result<crate::process::Finished, ProcessError>,
) -> Result<String, EngineError> {
    let failed = |reason: String| EngineError::Toolchain {
        tool: tool.to_owned(),
        reason,
    };
    let finished = result.map_err(|error| failed(error.to_string()))?;
    match finished.ended {
        Ended::Exited(exit) if exit.is_success() => Ok(finished.stdout.to_text().text),
        Ended::Cancelled => Err(EngineError::Interrupted),
        Ended::Exited(exit) => Err(failed(format!(
            "it ended with {exit}: {}",
            first_line(&finished.stderr.to_text().text)
        ))),
        Ended::TimedOut => Err(failed("it did not answer in time".to_owned())),
        Ended::OutputCap => Err(failed("it printed without end".to_owned())),
    }
}

fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.lines().find_map(|line| line.strip_prefix(name))
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().trim().to_owned()
}

fn without_first_word(line: &str) -> String {
    line.split_once(' ')
        .map_or(line, |(_, rest)| rest)
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_toolchains_own_tools_and_rustups_are_understood() {
        let directory = tempfile::tempdir().unwrap();
        let tool = |name: &str, content: &[u8]| {
            let path = directory.path().join(name);
            fs_err::write(&path, content).unwrap();
            path
        };
        assert!(is_understood(&tool("cargo", b"\x7fELF"), "cargo"));
        assert!(is_understood(&tool("rustup", b"\x7fELF"), "cargo"));
        assert!(!is_understood(&tool("mise", b"\x7fELF"), "cargo"));
        assert!(!is_understood(&tool("cargo", b"#!/bin/sh\n"), "cargo"));
        assert!(!is_understood(&directory.path().join("none"), "cargo"));
    }
}
