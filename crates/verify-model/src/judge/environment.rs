//! What the machine lacks, told from what compilers and programs say.

use std::collections::BTreeSet;

use crate::{Diagnostic, Outcome};

/// Beginnings of compiler messages about things outside the document that are read or asked for
/// at compile time.
const AT_COMPILE_TIME: [&str; 11] = [
    // include_str!, include_bytes!, include!, and attributes that name a file
    "couldn't read ",
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
const AT_RUN_TIME: [&str; 21] = [
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
    // A library of the system, in the words of those who look for it.
    "The system library `",
    // The compiler, which is there while macros are expanded.
    "procedural macro API is used outside of a procedural macro",
    // Another target.
    "not implemented on non-wasm32 targets",
    "wasm-bindgen imported functions on non-wasm targets",
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

/// Kinds of `io::Error` that say that something which is talked to is not there, when a crate finds
/// words of its own for that. The others are told by the system's words.
const KINDS: [&str; 5] = [
    "NotFound",
    "AddrNotAvailable",
    "HostUnreachable",
    "NetworkDown",
    "NetworkUnreachable",
];

/// The words in `line` that say that something is not there, each as an example would have them that
/// says so itself.
fn words_in(line: &str) -> impl Iterator<Item = &'static str> {
    let is_kind = |kind: &&&str| {
        line.contains(&format!("Custom {{ kind: {kind},"))
            || line.contains(&format!("Kind({kind})"))
    };
    let kinds = KINDS.iter().filter(is_kind);
    let words = AT_RUN_TIME.iter().filter(|words| line.contains(**words));
    kinds.chain(words).copied()
}

/// Whether an outcome speaks, somewhere, of something that the machine lacks. Unlike judging, which
/// has to find out whether that is the cause, this is generous: it serves those who must not take
/// an outcome for one that would come out again elsewhere.
#[must_use]
pub fn lacks_something(outcome: &Outcome) -> bool {
    let printed = outcome.report.output.iter();
    let mut lines = printed.flat_map(|output| output.text.lines());
    outcome.diagnostics.iter().any(lacks_at_compile_time)
        || lines.any(|line| words_in(line).next().is_some())
}

/// Whether a compiler message speaks about something that the machine lacks, be it only by the panic
/// of a macro.
#[must_use]
pub fn lacks_at_compile_time(error: &Diagnostic) -> bool {
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

/// Whether `error` is this machine's assembler's, which knows its own processor only.
pub(super) fn is_of_assembler(error: &Diagnostic) -> bool {
    let is_instantiated = |it: &crate::Note| it.message.contains("instantiated into assembly here");
    let beginnings = ["invalid register `", "register class `"];
    error.code.is_none()
        && (error.notes.iter().any(is_instantiated)
            || beginnings.iter().any(|it| error.message.starts_with(it)))
}

/// What a linker did not find, in one sentence; `None` when it says nothing of the kind.
pub(super) fn unlinked(error: &Diagnostic) -> Option<String> {
    const SYMBOLS: [&str; 2] = ["undefined symbol: ", "undefined reference to "];
    const LIBRARIES: [&str; 3] = [
        "find library -l",
        "cannot find -l",
        "library not found for -l",
    ];
    if !error.is_of_linking() {
        return None;
    }
    let is_end = |it: char| it.is_whitespace() || matches!(it, '`' | '\'' | ':' | ',' | '"');
    let after = |beginnings: &[&str]| -> BTreeSet<String> {
        let lines = error.notes.iter().flat_map(|note| note.message.lines());
        let rests = lines.filter_map(|line| {
            let found = beginnings.iter().find_map(|it| line.split_once(it))?;
            let name = found.1.trim_start_matches(['`', '\'']);
            name.split(is_end).next().map(str::to_owned)
        });
        rests.filter(|it| !it.is_empty()).collect()
    };
    let quoted = |all: BTreeSet<String>| {
        let all: Vec<String> = all.iter().map(|it| format!("`{it}`")).collect();
        all.join(", ")
    };
    let (symbols, libraries) = (after(&SYMBOLS), after(&LIBRARIES));
    match (symbols.is_empty(), libraries.is_empty()) {
        (true, true) => None,
        (_, false) => Some(format!("the linker finds no library {}", quoted(libraries))),
        (false, true) => Some(format!("no library that is linked has {}", quoted(symbols))),
    }
}

/// The line in which a program that failed says that the machine lacks something: its panic, or the
/// error that `main` returned. What it merely prints before that is no explanation, nor is what the
/// example itself says: its assertions, and words that stand in it.
pub(super) fn lacks_at_run_time<'a>(own: &[String], output: &'a str) -> Option<&'a str> {
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
    let is_assertion = panic == Some(last) && asserts(&lines[last..]);
    speaking(own, &lines[last..]).filter(|_| !is_assertion)
}

/// The same for tests, of which each has a panic of its own: all of them have to be about that.
pub(super) fn every_panic_lacks<'a>(own: &[String], output: &'a str) -> Option<&'a str> {
    let lines: Vec<&str> = output.lines().collect();
    let starts = lines
        .iter()
        .enumerate()
        .filter(|(_, line)| line.contains(" panicked at "))
        .map(|(at, _)| at);
    let mut first = None;
    for start in starts {
        let end = lines.len().min(start + PANIC_LINES);
        let panic = &lines[start..end];
        let line = speaking(own, panic).filter(|_| !asserts(panic))?;
        first = first.or(Some(line));
    }
    first
}

/// How many lines of a panic are looked at: its place, and its message.
const PANIC_LINES: usize = 4;

/// Whether the panic that begins with `lines` is that of an assertion: what it compares is the
/// example's claim.
fn asserts(lines: &[&str]) -> bool {
    let message = lines.get(1);
    message.is_some_and(|message| message.starts_with("assertion "))
}

/// The line that speaks about something that the machine lacks, in words that are not among the
/// example's `own`: those may be said again, and then they are not its own any more.
fn speaking<'a>(own: &[String], lines: &[&'a str]) -> Option<&'a str> {
    let is_said = |line: &str, words: &str| {
        let said = line.matches(words).count();
        let by_itself = own.iter().map(|text| text.matches(words).count());
        said > by_itself.max().unwrap_or_default()
    };
    lines
        .iter()
        .find(|line| words_in(line).any(|words| is_said(line, words)))
        .map(|line| line.trim())
}
