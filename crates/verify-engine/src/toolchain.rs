//! Which Rust toolchain judges.

use verify_model::Toolchain;

use crate::cargo;
use crate::error::EngineError;
use crate::process::{Cancel, Ended, ProcessError};

/// What is known of the toolchain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Detected {
    /// What the report says of it.
    pub reported: Toolchain,
    /// All that `rustc --version --verbose` says.
    pub rustc: String,
}

/// Asks the toolchain for its versions. A missing clippy is no error: its stage will say so.
pub(crate) fn detect(cancel: &Cancel) -> Result<Detected, EngineError> {
    let verbose = ask(&["--version", "--verbose"], cancel)?;
    let cargo = field(&verbose, "release: ").map_or_else(|| first_line(&verbose), str::to_owned);
    let host = field(&verbose, "host: ").unwrap_or("unknown").to_owned();
    let rustc = rustc_version(cancel)?;
    let release = without_first_word(&first_line(&rustc));
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
    })
}

fn rustc_version(cancel: &Cancel) -> Result<String, EngineError> {
    // The one that cargo will take: `RUSTC` of our own environment is not passed on.
    let mut command = std::process::Command::new("rustc");
    command.args(["--version", "--verbose"]);
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
