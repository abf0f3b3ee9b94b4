//! Running what was built: tests and programs, each in a process of its own.

use std::path::Path;

use verify_model::{Outcome, Output, Stage, StageReport, Status};
use verify_source::scaffold::PANIC_TEST;

use crate::cargo;
use crate::error::EngineError;
use crate::layout::Layout;
use crate::libtest;
use crate::limits::{StageLimits, in_words};
use crate::process::{Cancel, Ended, Finished, Limits};
use crate::turns::Patience;

/// The variable that tells a program made of several examples which of them to be. The program
/// removes it before the example begins.
pub(crate) const MEMBER: &str = "VERIFY_MEMBER";

/// A program or test harness that was built.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Program<'a> {
    /// Where it is.
    pub path: &'a Path,
    /// The module that holds the example, when the program is made of several.
    pub member: Option<&'a str>,
}

/// Starts one example's programs in its scratch crate.
pub(crate) struct Runner<'a> {
    pub layout: &'a Layout,
    pub directory: &'a Path,
    pub limits: &'a StageLimits,
    pub cancel: &'a Cancel,
}

impl Runner<'_> {
    /// The `#[test]` functions.
    pub(crate) fn test(&self, harness: Program<'_>) -> Result<Outcome, EngineError> {
        let limits = self.limits.running(self.limits.test);
        let prefix = harness.member.map(|it| format!("{it}::"));
        let mut arguments = Vec::from_iter(prefix.as_deref());
        arguments.extend(["--skip", PANIC_TEST]);
        let finished = self.execute(harness, &arguments, Patience::IfIdle, &limits)?;
        self.tested(Stage::Test, &finished)
    }

    /// What a test harness that ended has to say.
    pub(crate) fn tested(&self, stage: Stage, finished: &Finished) -> Result<Outcome, EngineError> {
        let mut report = report(finished)?;
        let results = libtest::read(&finished.stdout.to_text().text);
        report.tests = Some(results.counts);
        report.failed_tests = results.failed;
        report.failed_tests.sort();
        if let Some(output) = &mut report.output {
            output.text = libtest::in_order(&output.text);
        }
        match finished.ended {
            Ended::Exited(exit) if exit.is_success() && results.is_complete => {
                report.status = Status::Passed;
            }
            Ended::Exited(exit) if exit.is_success() => {
                report.status = Status::Failed;
                report.reason = Some("the tests ended before they reported".to_owned());
            }
            Ended::Exited(_) => report.status = Status::Failed,
            Ended::TimedOut => {
                report.status = Status::TimedOut;
                let time = in_words(self.limits.test);
                report.reason = Some(format!("did not end within {time}"));
            }
            // Too much output is told as the limit that it went beyond.
            Ended::OutputCap | Ended::Cancelled => report.status = Status::Error,
        }
        Ok(finish(stage, within_limits(report, finished)))
    }

    /// The program.
    pub(crate) fn run(&self, program: Program<'_>) -> Result<Outcome, EngineError> {
        let limits = self.limits.running(self.limits.run);
        let finished = self.execute(program, &[], Patience::IfStarved, &limits)?;
        let mut report = report(&finished)?;
        match finished.ended {
            Ended::Exited(exit) if exit.is_success() => report.status = Status::Passed,
            Ended::Exited(_) => report.status = Status::Failed,
            Ended::TimedOut => {
                report.status = Status::Unfinished;
                let time = in_words(self.limits.run);
                report.reason = Some(format!("still running after {time}"));
            }
            Ended::OutputCap | Ended::Cancelled => report.status = Status::Error,
        }
        Ok(finish(Stage::Run, within_limits(report, &finished)))
    }

    /// Whether `main` panics, told by the harness, which an exit code cannot deceive.
    pub(crate) fn panic(&self, harness: Program<'_>) -> Result<Outcome, EngineError> {
        let limits = self.limits.running(self.limits.run);
        let test = harness
            .member
            .map_or_else(|| PANIC_TEST.to_owned(), |it| format!("{it}::{PANIC_TEST}"));
        let arguments = [test.as_str(), "--exact", "--nocapture"];
        let finished = self.execute(harness, &arguments, Patience::IfIdle, &limits)?;
        let mut report = report(&finished)?;
        let results = libtest::read(&finished.stdout.to_text().text);
        (report.status, report.reason) = match finished.ended {
            Ended::Exited(exit) if exit.is_success() && results.counts.passed == 1 => {
                (Status::Passed, Some("it panicked, as expected".to_owned()))
            }
            Ended::Exited(_) if results.counts.failed == 1 => {
                (Status::Failed, Some("it did not panic".to_owned()))
            }
            Ended::Exited(exit) => (
                Status::Failed,
                Some(format!("it ended with {exit} and did not panic")),
            ),
            Ended::TimedOut => (
                Status::Failed,
                Some("it neither panicked nor ended".to_owned()),
            ),
            Ended::OutputCap | Ended::Cancelled => (Status::Error, None),
        };
        Ok(finish(Stage::Run, within_limits(report, &finished)))
    }

    fn execute(
        &self,
        program: Program<'_>,
        arguments: &[&str],
        patience: Patience,
        limits: &Limits,
    ) -> Result<Finished, EngineError> {
        let variables = Vec::from_iter(program.member.map(|it| (MEMBER, it)));
        let started = cargo::Started {
            path: program.path,
            arguments,
            variables: &variables,
            directory: self.directory,
            patience,
        };
        Ok(started.run(self.layout, limits, self.cancel)?)
    }
}

/// A report of a process that ended, its status still to be decided.
pub(crate) fn report(finished: &Finished) -> Result<StageReport, EngineError> {
    let exit = match finished.ended {
        Ended::Exited(exit) => Some(exit),
        Ended::Cancelled => return Err(EngineError::Interrupted),
        Ended::TimedOut | Ended::OutputCap => None,
    };
    let mut output = finished.output();
    output.text = without_times(&without_thread_ids(&output.text));
    Ok(StageReport {
        status: Status::Error,
        duration_ms: u64::try_from(finished.duration.as_millis()).unwrap_or(u64::MAX),
        cached: false,
        reason: None,
        exit,
        tests: None,
        failed_tests: Vec::new(),
        output: (output != Output::default()).then_some(output),
    })
}

/// What a program printed without the numbers that the system gave its threads, which differ from
/// run to run: `thread 'main' (4711) panicked at …`.
fn without_thread_ids(text: &str) -> String {
    let lines = text.split_inclusive('\n').map(|line| {
        let Some((before, after)) = line
            .split_once("' (")
            .filter(|_| line.starts_with("thread '"))
        else {
            return line.to_owned();
        };
        match after.split_once(") ") {
            Some((number, rest)) if number.bytes().all(|byte| byte.is_ascii_digit()) => {
                format!("{before}' {rest}")
            }
            _ => line.to_owned(),
        }
    });
    lines.collect()
}

/// What a program printed without the times that test harnesses took.
fn without_times(text: &str) -> String {
    let lines = text
        .split_inclusive('\n')
        .map(|line| match line.split_once("; finished in ") {
            Some((result, time))
                if line.starts_with("test result: ")
                    && time.trim_end().trim_end_matches('s').parse::<f64>().is_ok() =>
            {
                format!("{result}\n")
            }
            _ => line.to_owned(),
        });
    lines.collect()
}

/// What went beyond a limit of ours says nothing about the document.
pub(crate) fn within_limits(mut report: StageReport, finished: &Finished) -> StageReport {
    if let Some(what) = &finished.exceeded {
        report.status = Status::Error;
        report.reason = Some(format!("it {what} (`[limits]` in verify.toml)"));
    }
    report
}

fn finish(stage: Stage, mut report: StageReport) -> Outcome {
    if report.status == Status::Passed {
        report.output = None;
    }
    Outcome {
        stage,
        report,
        diagnostics: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::{without_thread_ids, without_times};

    #[test]
    fn harnesses_tell_results_and_no_times() {
        let text =
            "test result: ok. 1 passed; 0 filtered out; finished in 0.01s\n; finished in 2s\n";
        assert_eq!(
            without_times(text),
            "test result: ok. 1 passed; 0 filtered out\n; finished in 2s\n"
        );
    }

    #[test]
    fn threads_have_no_numbers() {
        let text =
            "a (1) b\nthread 'main' (4711) panicked at src/main.rs:1:2:\nthread 'x' panicked\n";
        assert_eq!(
            without_thread_ids(text),
            "a (1) b\nthread 'main' panicked at src/main.rs:1:2:\nthread 'x' panicked\n"
        );
    }
}
