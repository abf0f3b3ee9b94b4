//! The stages of one example, done by plain cargo in its scratch crate.

use std::path::Path;
use std::time::Duration;

use cargo_metadata::CompilerMessage;
use verify_model::{
    Diagnostic, Exit, Expectation, Level, Outcome, Output, Stage, StageReport, Status,
};
use verify_source::scaffold::{PANIC_TEST, Target};

use crate::cargo::{self, Executable, Invocation, Purpose, Said};
use crate::error::EngineError;
use crate::layout::Layout;
use crate::libtest;
use crate::process::{Cancel, Ended, Finished, Limits};

/// Wall time and output of the stages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StageLimits {
    /// For compiling: check, lint and build, each.
    pub compile: Duration,
    /// For the tests, and for the doctests.
    pub test: Duration,
    /// For the program.
    pub run: Duration,
    /// For resolving or building one dependency set.
    pub dependencies: Duration,
    /// Bytes kept of each output of a stage.
    pub output_bytes: usize,
    /// Bytes that a stage may print before it is ended.
    pub output_cap: u64,
}

impl Default for StageLimits {
    fn default() -> Self {
        Self {
            compile: Duration::from_mins(2),
            test: Duration::from_mins(1),
            run: Duration::from_secs(10),
            dependencies: Duration::from_mins(45),
            output_bytes: 32 * 1024,
            output_cap: 64 * 1024 * 1024,
        }
    }
}

impl StageLimits {
    /// Limits of a process that may take `wall`.
    pub(crate) fn within(&self, wall: Duration) -> Limits {
        Limits {
            wall,
            output_bytes: self.output_bytes,
            output_cap: self.output_cap,
        }
    }
}

/// One example's scratch crate, ready to be compiled and run.
pub(crate) struct Crate<'a> {
    pub layout: &'a Layout,
    pub directory: &'a Path,
    pub target_dir: &'a Path,
    pub target: Target,
    pub limits: &'a StageLimits,
    /// Lints that are looked at although they are off by default.
    pub lints: &'a [String],
    pub cancel: &'a Cancel,
    /// Compiler jobs that one cargo may start.
    pub jobs: usize,
    /// Turns the compiler's messages into diagnostics about the document.
    pub convert: &'a dyn Fn(&[CompilerMessage]) -> Vec<Diagnostic>,
}

impl Crate<'_> {
    /// Type and borrow checking, with and without tests.
    pub(crate) fn check(&self) -> Result<Outcome, EngineError> {
        Ok(self.compile(Stage::Check, "check", &[])?.0)
    }

    /// Clippy.
    pub(crate) fn lint(&self) -> Result<Outcome, EngineError> {
        let levels = self.lints.iter().flat_map(|it| ["-W", it.as_str()]);
        let levels: Vec<&str> = levels.collect();
        Ok(self.compile(Stage::Lint, "clippy", &levels)?.0)
    }

    /// Builds, tests and runs, as far as the example asks for it and each stage permits the next.
    pub(crate) fn execute(
        &self,
        expectation: &Expectation,
        may_hold_tests: bool,
        may_hold_doctests: bool,
    ) -> Result<Vec<Outcome>, EngineError> {
        let (build, executables) = self.compile(Stage::Build, "build", &[])?;
        let is_built = build.report.status == Status::Passed;
        let mut outcomes = vec![build];
        if !is_built || *expectation == Expectation::Compile {
            return Ok(outcomes);
        }
        let of_kind = |is_test: bool| {
            let is_main = self.target == Target::Program;
            let mut all = executables.iter();
            all.find(move |it| it.is_test == is_test && it.is_program == is_main)
        };
        let harness = of_kind(true);
        if may_hold_tests
            && self.target != Target::ProcMacro
            && let Some(harness) = harness
        {
            outcomes.push(self.test(harness)?);
        }
        if may_hold_doctests {
            outcomes.push(self.doctest()?);
        }
        match (expectation, harness, of_kind(false)) {
            _ if self.target != Target::Program => {}
            (Expectation::Panic, Some(harness), _) => outcomes.push(self.panic(harness)?),
            (_, _, Some(program)) => outcomes.push(self.run(program)?),
            _ => {}
        }
        Ok(outcomes)
    }

    fn compile(
        &self,
        stage: Stage,
        subcommand: &str,
        trailing: &[&str],
    ) -> Result<(Outcome, Vec<Executable>), EngineError> {
        let limits = self.limits.within(self.limits.compile);
        // Without --keep-going, which of the targets gets to speak would be a matter of luck.
        let arguments = ["--all-targets", "--keep-going"];
        let said = self.invocation(subcommand, &arguments, trailing, |invocation| {
            invocation.messages(self.layout, &limits, self.cancel)
        })?;
        let diagnostics = (self.convert)(&said.messages);
        let report = self.compile_report(&said, &diagnostics)?;
        let outcome = Outcome {
            stage,
            report,
            diagnostics,
        };
        Ok((outcome, said.executables))
    }

    fn compile_report(
        &self,
        said: &Said,
        diagnostics: &[Diagnostic],
    ) -> Result<StageReport, EngineError> {
        let mut report = report(&said.finished)?;
        let has_errors = diagnostics.iter().any(|it| it.level >= Level::Error);
        match said.finished.ended {
            Ended::Exited(exit) if exit.is_success() => report.status = Status::Passed,
            Ended::Exited(_) if has_errors => report.status = Status::Failed,
            Ended::Exited(exit) => {
                report.status = Status::Error;
                let stderr = said.finished.stderr.to_text().text;
                report.reason = Some(tool_failure(&stderr, exit));
            }
            Ended::TimedOut => {
                report.status = Status::TimedOut;
                let seconds = self.limits.compile.as_secs();
                report.reason = Some(format!("compiling took longer than {seconds} s"));
            }
            Ended::OutputCap | Ended::Cancelled => {
                report.status = Status::Error;
                report.reason = Some("the compiler printed more than it may".to_owned());
            }
        }
        // What the compiler has to say is in the diagnostics.
        if report.status != Status::Error {
            report.output = None;
        }
        Ok(report)
    }

    /// The `#[test]` functions.
    fn test(&self, harness: &Executable) -> Result<Outcome, EngineError> {
        let limits = self.limits.within(self.limits.test);
        let arguments = ["--skip", PANIC_TEST];
        let finished = self.execute_one(harness, &arguments, &limits)?;
        self.tested(Stage::Test, &finished)
    }

    /// The doctests, which only cargo can build.
    fn doctest(&self) -> Result<Outcome, EngineError> {
        let limits = self.limits.within(self.limits.test);
        let finished =
            self.invocation("test", &["--doc", "--no-fail-fast"], &[], |invocation| {
                invocation.output(self.layout, &limits, self.cancel)
            })?;
        self.tested(Stage::Doctest, &finished)
    }

    fn tested(&self, stage: Stage, finished: &Finished) -> Result<Outcome, EngineError> {
        let mut report = report(finished)?;
        let results = libtest::read(&finished.stdout.to_text().text);
        report.tests = Some(results.counts);
        report.failed_tests = results.failed;
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
                let seconds = self.limits.test.as_secs();
                report.reason = Some(format!("did not end within {seconds} s"));
            }
            Ended::OutputCap | Ended::Cancelled => {
                report.status = Status::Failed;
                report.reason = Some("printed more than a test may".to_owned());
            }
        }
        Ok(finish(stage, report))
    }

    /// The program.
    fn run(&self, program: &Executable) -> Result<Outcome, EngineError> {
        let limits = self.limits.within(self.limits.run);
        let finished = self.execute_one(program, &[], &limits)?;
        let mut report = report(&finished)?;
        match finished.ended {
            Ended::Exited(exit) if exit.is_success() => report.status = Status::Passed,
            Ended::Exited(_) => report.status = Status::Failed,
            Ended::TimedOut => {
                report.status = Status::Unfinished;
                let seconds = self.limits.run.as_secs();
                report.reason = Some(format!("still running after {seconds} s"));
            }
            Ended::OutputCap | Ended::Cancelled => {
                report.status = Status::Failed;
                report.reason = Some("printed more than a program may".to_owned());
            }
        }
        Ok(finish(Stage::Run, report))
    }

    /// Whether `main` panics, told by the harness, which an exit code cannot deceive.
    fn panic(&self, harness: &Executable) -> Result<Outcome, EngineError> {
        let limits = self.limits.within(self.limits.run);
        let arguments = [PANIC_TEST, "--exact", "--nocapture"];
        let finished = self.execute_one(harness, &arguments, &limits)?;
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
            Ended::OutputCap | Ended::Cancelled => (
                Status::Failed,
                Some("it printed more than a program may".to_owned()),
            ),
        };
        Ok(finish(Stage::Run, report))
    }

    fn execute_one(
        &self,
        executable: &Executable,
        arguments: &[&str],
        limits: &Limits,
    ) -> Result<Finished, EngineError> {
        let (directory, layout) = (self.directory, self.layout);
        let finished = cargo::execute(
            executable,
            arguments,
            directory,
            layout,
            limits,
            self.cancel,
        )?;
        Ok(finished)
    }

    fn invocation<T>(
        &self,
        subcommand: &str,
        arguments: &[&str],
        trailing: &[&str],
        run: impl FnOnce(&Invocation<'_>) -> Result<T, crate::process::ProcessError>,
    ) -> Result<T, EngineError> {
        let jobs = format!("--jobs={}", self.jobs.max(1));
        let mut all = vec!["--locked", "--offline", jobs.as_str()];
        all.extend_from_slice(arguments);
        let invocation = Invocation {
            subcommand,
            arguments: &all,
            trailing,
            directory: self.directory,
            target: Some(self.target_dir),
            purpose: Purpose::Example,
        };
        Ok(run(&invocation)?)
    }
}

/// A report of a process that ended, its status still to be decided.
fn report(finished: &Finished) -> Result<StageReport, EngineError> {
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

/// Why a compiling tool failed without saying anything about the code.
fn tool_failure(stderr: &str, exit: Exit) -> String {
    let first = stderr
        .lines()
        .map(str::trim)
        .find(|line| line.starts_with("error"))
        .unwrap_or("the compiler said nothing about the example");
    format!("{first} ({exit})")
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
