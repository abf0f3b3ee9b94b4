//! The stages of one example in its scratch crate: by plain cargo, the slow and obvious way, which
//! is what every faster way has to agree with.

use std::path::{Path, PathBuf};

use cargo_metadata::diagnostic::Diagnostic as Json;
use verify_model::{Diagnostic, Exit, Expectation, Level, Outcome, Stage, StageReport, Status};
use verify_source::scaffold::Target;

use crate::cargo::{Executable, Invocation, Purpose};
use crate::compiler::UNCALLED;
use crate::error::EngineError;
use crate::execution::{Program, Runner, report, within_limits};
use crate::layout::Layout;
use crate::limits::{StageLimits, in_words};
use crate::process::{Cancel, Ended, Finished, ProcessError};
use crate::targets::Tree;

/// Without `--keep-going`, which of the targets gets to speak would be a matter of luck.
const ALL: [&str; 2] = ["--all-targets", "--keep-going"];

/// One example's scratch crate, ready to be compiled and run.
pub(crate) struct Crate<'a> {
    pub layout: &'a Layout,
    pub directory: &'a Path,
    pub target: Target,
    /// The package's name.
    pub package: &'a str,
    pub expectation: &'a Expectation,
    /// Whether code that nothing calls could hold errors.
    pub may_hide_errors: bool,
    pub may_hold_tests: bool,
    pub may_hold_doctests: bool,
    pub limits: &'a StageLimits,
    /// Lints that are looked at although they are off by default.
    pub lints: &'a [String],
    pub cancel: &'a Cancel,
    /// Where its dependencies were built.
    pub built: &'a Path,
    /// The lockfile of these.
    pub lockfile: &'a str,
    /// What its compilers may read besides.
    pub readable: &'a [PathBuf],
    /// Compiler jobs that one cargo may start.
    pub jobs: usize,
    /// Turns the compiler's messages into diagnostics about the document.
    pub convert: &'a dyn Fn(&[Json]) -> Vec<Diagnostic>,
}

/// What was built of an example that can be started.
#[derive(Debug, Default)]
pub(crate) struct Built {
    /// The program.
    pub program: Option<PathBuf>,
    /// The test harness.
    pub harness: Option<PathBuf>,
    /// The module that holds the example, when they are made of several.
    pub member: Option<String>,
}

impl Crate<'_> {
    /// Type and borrow checking, with and without tests.
    pub(crate) fn check(&self) -> Result<Outcome, EngineError> {
        let tree = Tree::of(self.built, self.lockfile);
        Ok(self.compile(Stage::Check, "check", (&ALL, &[]), &tree)?.0)
    }

    /// Clippy.
    pub(crate) fn lint(&self) -> Result<Outcome, EngineError> {
        let tree = Tree::of(self.built, self.lockfile);
        let levels = self.lints.iter().flat_map(|it| ["-W", it.as_str()]);
        let levels: Vec<&str> = levels.collect();
        Ok(self
            .compile(Stage::Lint, "clippy", (&ALL, &levels), &tree)?
            .0)
    }

    /// Builds, tests and runs, as far as the example asks for it and each stage permits the next.
    pub(crate) fn execute(&self) -> Result<Vec<Outcome>, EngineError> {
        let tree = Tree::of(self.built, self.lockfile);
        let (mut build, executables) = self.compile(Stage::Build, "build", (&ALL, &[]), &tree)?;
        if build.report.status == Status::Passed
            && let Some(failed) = self.build_uncalled(&tree)?
        {
            build = failed;
        }
        let is_main = self.target == Target::Program;
        let of_kind = |is_test: bool| {
            let mut all = executables.iter();
            all.find(move |it| it.is_test == is_test && it.is_program == is_main)
                .map(|it| it.path.clone())
        };
        let programs = Built {
            program: of_kind(false),
            harness: of_kind(true),
            member: None,
        };
        let mut outcomes = vec![build];
        if self.goes_on(&outcomes[0]) {
            self.start(&programs, &tree, &mut outcomes)?;
        }
        Ok(outcomes)
    }

    /// Makes code of what nothing calls, too, where that may show an error: the outcome when it does.
    fn build_uncalled(&self, tree: &Tree<'_>) -> Result<Option<Outcome>, EngineError> {
        let target: &[&str] = match self.target {
            Target::Library => &["--lib"],
            Target::Program if self.is_made_uncalled() => &["--bin", self.package],
            Target::Program | Target::ProcMacro => return Ok(None),
        };
        let options = ["-C", UNCALLED];
        let (build, _) = self.compile(Stage::Build, "rustc", (target, &options), tree)?;
        // Cargo cannot be told to stop before linking, and what nothing calls need not be linked.
        let mut errors = build
            .diagnostics
            .iter()
            .filter(|it| it.level >= Level::Error);
        let is_about_code = errors.any(|it| !it.is_of_linking());
        Ok((build.report.status == Status::Failed && is_about_code).then_some(build))
    }

    /// Whether a program is compiled once more, with what it does not call.
    pub(crate) fn is_made_uncalled(&self) -> bool {
        self.target == Target::Program && self.may_hide_errors
    }

    /// Whether what was built is to be started.
    pub(crate) fn goes_on(&self, build: &Outcome) -> bool {
        build.report.status == Status::Passed
            && !matches!(
                self.expectation,
                Expectation::Compile | Expectation::CompileFail { .. }
            )
    }

    /// Tests and runs what was built.
    pub(crate) fn start<'a>(
        &self,
        built: &'a Built,
        tree: &Tree<'_>,
        outcomes: &mut Vec<Outcome>,
    ) -> Result<(), EngineError> {
        if let Some(reason) = self.layout.workshop()?.sandbox().why_not_run() {
            outcomes.extend(self.not_run(built, &reason));
            return Ok(());
        }
        let runner = self.runner();
        let member = built.member.as_deref();
        let program = |path: &'a PathBuf| Program { path, member };
        let harness = built.harness.as_ref().map(program);
        if self.may_hold_tests
            && self.target != Target::ProcMacro
            && let Some(harness) = harness
        {
            outcomes.push(runner.test(harness)?);
        }
        if self.may_hold_doctests {
            outcomes.push(self.doctest(tree)?);
        }
        match (self.expectation, harness, &built.program) {
            _ if self.target != Target::Program => {}
            (Expectation::Panic, Some(harness), _) => outcomes.push(runner.panic(harness)?),
            (_, _, Some(path)) => outcomes.push(runner.run(program(path))?),
            _ => {}
        }
        Ok(())
    }

    /// The stages that would have been due, each with the reason why it was not started.
    fn not_run(&self, built: &Built, reason: &str) -> Vec<Outcome> {
        let due = [
            (Stage::Test, self.may_hold_tests && built.harness.is_some()),
            (Stage::Doctest, self.may_hold_doctests),
            (Stage::Run, self.target == Target::Program),
        ];
        due.into_iter()
            .filter(|(_, is_due)| *is_due)
            .map(|(stage, _)| Outcome {
                stage,
                report: StageReport::skipped(reason),
                diagnostics: Vec::new(),
            })
            .collect()
    }

    fn runner(&self) -> Runner<'_> {
        Runner {
            layout: self.layout,
            directory: self.directory,
            limits: self.limits,
            cancel: self.cancel,
        }
    }

    fn compile(
        &self,
        stage: Stage,
        subcommand: &str,
        arguments: (&[&str], &[&str]),
        tree: &Tree<'_>,
    ) -> Result<(Outcome, Vec<Executable>), EngineError> {
        let limits = self.limits.building(self.limits.compile);
        let said = self.invocation(subcommand, arguments, tree, |invocation| {
            invocation.messages(self.layout, &limits, self.cancel)
        })?;
        let messages: Vec<Json> = said.messages.iter().map(|it| it.message.clone()).collect();
        let outcome = self.compiled(stage, &said.finished, &messages)?;
        Ok((outcome, said.executables()))
    }

    /// What came of compiling.
    pub(crate) fn compiled(
        &self,
        stage: Stage,
        finished: &Finished,
        messages: &[Json],
    ) -> Result<Outcome, EngineError> {
        let diagnostics = (self.convert)(messages);
        let mut report = report(finished)?;
        let has_errors = diagnostics.iter().any(|it| it.level >= Level::Error);
        match finished.ended {
            Ended::Exited(exit) if exit.is_success() => report.status = Status::Passed,
            Ended::Exited(_) if has_errors => report.status = Status::Failed,
            Ended::Exited(exit) => {
                report.status = Status::Error;
                let stderr = finished.stderr.to_text().text;
                report.reason = Some(tool_failure(&stderr, exit));
            }
            Ended::TimedOut => {
                report.status = Status::TimedOut;
                let time = in_words(self.limits.compile);
                report.reason = Some(format!("compiling took longer than {time}"));
            }
            // Too much output is told as the limit that it went beyond.
            Ended::OutputCap | Ended::Cancelled => report.status = Status::Error,
        }
        let mut report = within_limits(report, finished);
        // What the compiler has to say is in the diagnostics.
        if report.status != Status::Error {
            report.output = None;
        }
        // Whether cargo or the compiler itself reported the failure makes no difference.
        if report.status == Status::Failed && matches!(report.exit, Some(Exit::Code(_))) {
            report.exit = Some(Exit::Code(1));
        }
        Ok(Outcome {
            stage,
            report,
            diagnostics,
        })
    }

    /// The doctests, which only cargo can build.
    fn doctest(&self, tree: &Tree<'_>) -> Result<Outcome, EngineError> {
        let limits = self.limits.running(self.limits.test);
        let arguments = ["--doc", "--no-fail-fast"];
        let finished = self.invocation("test", (&arguments, &[]), tree, |invocation| {
            invocation.output(self.layout, &limits, self.cancel)
        })?;
        let mut outcome = self.runner().tested(Stage::Doctest, &finished)?;
        if let Some(output) = &mut outcome.report.output {
            output.text = without_chatter(&output.text);
        }
        Ok(outcome)
    }

    fn invocation<T>(
        &self,
        subcommand: &str,
        (arguments, trailing): (&[&str], &[&str]),
        tree: &Tree<'_>,
        run: impl FnOnce(&Invocation<'_>) -> Result<T, ProcessError>,
    ) -> Result<T, EngineError> {
        let jobs = format!("--jobs={}", self.jobs.max(1));
        let mut all = vec!["--locked", "--offline", jobs.as_str()];
        all.extend_from_slice(arguments);
        let invocation = Invocation {
            subcommand,
            arguments: &all,
            trailing,
            directory: self.directory,
            target: Some(tree.path()?),
            readable: self.readable,
            purpose: Purpose::Example,
        };
        Ok(run(&invocation)?)
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

/// What doctests printed without what cargo says of its progress, the times that they took, and the
/// names of folders that exist for one run only.
fn without_chatter(text: &str) -> String {
    const PROGRESS: [&str; 6] = [
        "Blocking ",
        "Checking ",
        "Compiling ",
        "Finished ",
        "Running ",
        "Doc-tests ",
    ];
    const TIMES: &str = "all doctests ran in ";
    const FOLDER: &str = "/rustdoctest";
    let is_kept = |line: &&str| {
        let talk = line.trim_start();
        let is_progress = line.starts_with("  ") && PROGRESS.iter().any(|it| talk.starts_with(it));
        !is_progress && !line.starts_with(TIMES)
    };
    let without_folder = |line: &str| {
        let (before, rest) = line.split_once(FOLDER)?;
        let start = before.rfind(' ').map_or(0, |it| it + 1);
        let (_, rest) = rest.split_once('/')?;
        Some(format!("{}{rest}", &before[..start]))
    };
    text.split_inclusive('\n')
        .filter(is_kept)
        .map(|line| without_folder(line).unwrap_or_else(|| line.to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::without_chatter;

    #[test]
    fn doctests_say_the_same_whenever_and_wherever_they_run() {
        let text = "test a ... FAILED\n   Compiling x v0.1.0 (/x)\n    Finished `test` profile in 0.1s\n   Doc-tests x\npanicked at /tmp/rustdoctestAbC/main.rs:1:2:\nall doctests ran in 0.20s; merged doctests compilation took 0.1s\n";
        assert_eq!(
            without_chatter(text),
            "test a ... FAILED\npanicked at main.rs:1:2:\n"
        );
    }
}
