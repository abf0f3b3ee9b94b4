//! What the machine lacks, told from what compilers and programs say.

use crate::{Diagnostic, Outcome};

/// Beginnings of compiler messages about things outside the document that are read or asked for
/// at compile time.
const AT_COMPILE_TIME: [&str; 11] = [
    // include_str!, include_bytes!, include!
    "couldn't read `",
    // env!
    "environment variable `",
    // sqlx::query! and its kin
    "set `DATABASE_URL` to use query macros",
    "`DATABASE_URL` must be set",
    "error communicating with database",
    "failed to find data for query",
    // sqlx::migrate!, refinery, diesel_migrations
    "error canonicalizing migration directory",
    "error resolving migration directory",
    "failed to resolve CARGO_MANIFEST_DIR",
    // the linker
    "linking with `",
    "linker `",
];

/// Words that programs print when something that they talk to is not there.
const AT_RUN_TIME: [&str; 17] = [
    // A port that something else on the machine has.
    "Address already in use",
    "AddrInUse",
    "Connection refused",
    "ConnectionRefused",
    "failed to lookup address information",
    "Network is unreachable",
    "environment variable not found",
    "No such file or directory",
    "NotPresent",
    // What a sandbox keeps out of reach.
    "Permission denied",
    "PermissionDenied",
    "Operation not permitted",
    "Read-only file system",
    "No space left on device",
    "File too large",
    "failed to spawn thread",
    // What has to be set when everything is compiled.
    "to be built with RUSTFLAGS",
];

/// Whether an outcome speaks, somewhere, of something that the machine lacks. Unlike judging, which
/// has to find out whether that is the cause, this is generous: it serves those who must not take
/// an outcome for one that would come out again elsewhere.
#[must_use]
pub fn lacks_something(outcome: &Outcome) -> bool {
    let printed = outcome.report.output.iter();
    let mut lines = printed.flat_map(|output| output.text.lines());
    outcome.diagnostics.iter().any(lacks_at_compile_time)
        || lines.any(|line| AT_RUN_TIME.iter().any(|words| line.contains(words)))
}

/// Whether a compiler message speaks about something that the machine lacks, be it only by the panic
/// of a macro.
pub(super) fn lacks_at_compile_time(error: &Diagnostic) -> bool {
    const PANICS: [&str; 3] = [
        "proc macro panicked",
        "proc-macro derive panicked",
        "custom attribute panicked",
    ];
    let says = |message: &str| {
        AT_COMPILE_TIME
            .iter()
            .any(|words| message.starts_with(words))
    };
    let is_lack = |message: &str| {
        AT_RUN_TIME.iter().any(|words| message.contains(words))
            || message.contains("env var") && message.contains("must be set")
            || AT_COMPILE_TIME.iter().any(|words| message.contains(words))
    };
    says(&error.message)
        || PANICS.contains(&error.message.as_str())
            && error.notes.iter().any(|note| is_lack(&note.message))
}

/// The line in which a program that failed says that the machine lacks something: its panic, or the
/// error that `main` returned. What it merely prints before that is no explanation.
pub(super) fn lacks_at_run_time(output: &str) -> Option<&str> {
    let lines: Vec<&str> = output.lines().collect();
    let panic = lines
        .iter()
        .rposition(|line| line.contains(" panicked at "));
    let error = lines.iter().rposition(|line| line.starts_with("Error: "));
    // An allocation that fails ends a program without a panic: it wanted more than its limit.
    let memory = lines.iter().rposition(|line| {
        line.starts_with("memory allocation of ") && line.contains("bytes failed")
    });
    let last = panic.into_iter().chain(error).chain(memory).max()?;
    if memory == Some(last) {
        return Some(lines[last]);
    }
    speaking(&lines[last..])
}

/// The same for tests, of which each has a panic of its own: all of them have to be about that.
pub(super) fn every_panic_lacks(output: &str) -> Option<&str> {
    let lines: Vec<&str> = output.lines().collect();
    let starts = lines
        .iter()
        .enumerate()
        .filter(|(_, line)| line.contains(" panicked at "))
        .map(|(at, _)| at);
    let mut first = None;
    for start in starts {
        let end = lines.len().min(start + PANIC_LINES);
        let line = speaking(&lines[start..end])?;
        first = first.or(Some(line));
    }
    first
}

/// How many lines of a panic are looked at: its place, and its message.
const PANIC_LINES: usize = 4;

fn speaking<'a>(lines: &[&'a str]) -> Option<&'a str> {
    lines
        .iter()
        .find(|line| AT_RUN_TIME.iter().any(|words| line.contains(words)))
        .map(|line| line.trim())
}
