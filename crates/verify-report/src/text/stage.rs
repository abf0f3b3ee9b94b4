use std::io::{self, Write};

use verify_model::{CauseKind, Output, Run, Stage, StageReport, Status, TestCounts};

use super::INDENT;
use super::style::{QUIET, Styled, counted};
use crate::terminal_safe::{cut, one_line, terminal_safe};

/// At most this many lines of a program's output are shown, its last ones.
const OUTPUT_LINES: usize = 20;
/// Characters of a line of output.
const LINE_CHARS: usize = 200;
/// At most this many failed tests are named.
const TESTS: usize = 8;

/// Writes what the stages of an example that does not pass did wrong, and says whether there was
/// anything to write. What the compiler found stands among the causes, and is not repeated.
pub(super) fn write(run: &Run, out: &mut dyn Write) -> io::Result<bool> {
    let mut any = false;
    for (stage, report) in &run.stages {
        if is_telling(*stage, report.status) {
            write_stage(*stage, report, run, out)?;
            any = true;
        }
    }
    Ok(any)
}

fn is_telling(stage: Stage, status: Status) -> bool {
    match status {
        Status::Passed | Status::Skipped => false,
        Status::Failed => !matches!(stage, Stage::Check | Stage::Lint),
        Status::Unfinished | Status::TimedOut | Status::Error => true,
    }
}

fn write_stage(
    stage: Stage,
    report: &StageReport,
    run: &Run,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut parts = vec![how(report.status).to_owned()];
    parts.extend(report.reason.as_deref().map(one_line));
    parts.extend(report.exit.map(|exit| exit.to_string()));
    parts.extend(report.tests.map(tests));
    writeln!(out, "{INDENT}{}: {}", stage.as_str(), parts.join("; "))?;
    write_failed_tests(&report.failed_tests, run, out)?;
    match &report.output {
        Some(output) => write_output(output, out),
        None => Ok(()),
    }
}

const fn how(status: Status) -> &'static str {
    match status {
        Status::Passed => "passed",
        Status::Failed => "failed",
        Status::Skipped => "skipped",
        Status::Unfinished => "neither ended nor failed within its time",
        Status::TimedOut => "ended because it took longer than it may",
        Status::Error => "could not be done",
    }
}

fn tests(counts: TestCounts) -> String {
    let TestCounts {
        passed,
        failed,
        ignored,
    } = counts;
    format!("tests: {failed} failed, {passed} passed, {ignored} ignored")
}

/// Names the failed tests that no cause names.
fn write_failed_tests(failed: &[String], run: &Run, out: &mut dyn Write) -> io::Result<()> {
    let is_cause = |test: &String| {
        run.causes.iter().any(|cause| {
            matches!(cause.kind, CauseKind::TestFailed | CauseKind::DoctestFailed)
                && cause.name.as_ref() == Some(test)
        })
    };
    let unnamed: Vec<&String> = failed.iter().filter(|test| !is_cause(test)).collect();
    for test in unnamed.iter().take(TESTS) {
        writeln!(out, "{INDENT}  failed: {}", one_line(test))?;
    }
    if unnamed.len() > TESTS {
        let more = unnamed.len() - TESTS;
        writeln!(out, "{INDENT}  and {more} more (see the JSON report)")?;
    }
    Ok(())
}

/// Writes the tail of `output`, each line marked as foreign.
fn write_output(output: &Output, out: &mut dyn Write) -> io::Result<()> {
    let text = terminal_safe(&output.text);
    let lines: Vec<&str> = text.trim_end().lines().collect();
    if lines.is_empty() {
        return Ok(());
    }
    let first = lines.len().saturating_sub(OUTPUT_LINES);
    writeln!(out, "{INDENT}  output{}:", extent(output, &lines, first))?;
    for line in lines.iter().skip(first) {
        let line = format!("  | {}", cut(line, LINE_CHARS));
        writeln!(out, "{INDENT}{}", Styled(QUIET, line.trim_end()))?;
    }
    Ok(())
}

/// Which part of the output is shown, when it is not the whole.
fn extent(output: &Output, lines: &[&str], first: usize) -> String {
    let mut parts = Vec::new();
    if first > 0 {
        let shown = lines.len() - first;
        parts.push(format!(
            "the last {shown} of {}",
            counted(lines.len(), "line", "lines")
        ));
    }
    if output.omitted_bytes > 0 {
        parts.push(format!("{} bytes were not kept", output.omitted_bytes));
    }
    if parts.is_empty() {
        String::new()
    } else {
        format!(" ({})", parts.join("; "))
    }
}
