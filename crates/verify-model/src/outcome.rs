use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Diagnostic;

/// A step that an example goes through, in order.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Type and borrow checking, of the code and of its tests.
    Check,
    /// Clippy.
    Lint,
    /// Code generation and linking.
    Build,
    /// The `#[test]` functions inside the example.
    Test,
    /// The doctests inside the example's own doc comments.
    Doctest,
    /// The program, when the example is one.
    Run,
}

impl Stage {
    /// Every stage, in the order in which they run.
    pub const ALL: [Self; 6] = [
        Self::Check,
        Self::Lint,
        Self::Build,
        Self::Test,
        Self::Doctest,
        Self::Run,
    ];

    /// The word used in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Lint => "lint",
            Self::Build => "build",
            Self::Test => "test",
            Self::Doctest => "doctest",
            Self::Run => "run",
        }
    }
}

/// How a stage ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It succeeded.
    Passed,
    /// It failed, and said so.
    Failed,
    /// It was not started; the reason says why.
    Skipped,
    /// It neither ended nor failed within its time: a server, for example.
    Unfinished,
    /// It was ended because it took longer than it may.
    TimedOut,
    /// The machine could not do it; the reason says why.
    Error,
}

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Exit {
    /// It returned this code.
    Code(i32),
    /// This signal ended it.
    Signal(i32),
}

impl Exit {
    /// Whether the process reported success.
    #[must_use]
    pub const fn is_success(self) -> bool {
        matches!(self, Self::Code(0))
    }
}

impl std::fmt::Display for Exit {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Code(code) => write!(formatter, "exit code {code}"),
            Self::Signal(signal) => write!(formatter, "signal {signal}"),
        }
    }
}

/// How many tests a stage ran.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct TestCounts {
    /// Tests that succeeded.
    pub passed: usize,
    /// Tests that failed.
    pub failed: usize,
    /// Tests that the document itself ignores.
    pub ignored: usize,
}

/// What a stage printed: its head and its tail, without terminal escapes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Output {
    /// The kept text, standard output before standard error.
    pub text: String,
    /// Bytes left out of the middle.
    pub omitted_bytes: u64,
}

/// A stage as the report shows it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct StageReport {
    /// How it ended.
    pub status: Status,
    /// Wall time in milliseconds.
    pub duration_ms: u64,
    /// Whether the result was taken from the cache.
    pub cached: bool,
    /// Why it was skipped, or what the machine could not do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// How its process ended, when one ran to its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit: Option<Exit>,
    /// Tests run, for the stages that run tests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tests: Option<TestCounts>,
    /// Names of the tests that failed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failed_tests: Vec<String>,
    /// What it printed, kept for stages that did not pass.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<Output>,
}

impl StageReport {
    /// A stage that was not started, and why.
    #[must_use]
    pub fn skipped(reason: impl Into<String>) -> Self {
        Self::without_process(Status::Skipped, reason)
    }

    /// A stage that the machine could not do, and why.
    #[must_use]
    pub fn error(reason: impl Into<String>) -> Self {
        Self::without_process(Status::Error, reason)
    }

    fn without_process(status: Status, reason: impl Into<String>) -> Self {
        Self {
            status,
            duration_ms: 0,
            cached: false,
            reason: Some(reason.into()),
            exit: None,
            tests: None,
            failed_tests: Vec::new(),
            output: None,
        }
    }
}

/// What a stage did. Facts only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Which stage.
    pub stage: Stage,
    /// What the report shows of it.
    pub report: StageReport,
    /// What the compiler said, for the stages that compile.
    pub diagnostics: Vec<Diagnostic>,
}

/// What contained an example while it was compiled and run, and what did not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Environment {
    /// The kind of containment: a tier of the sandbox, `A`, `B` or `C`, or nothing for what was
    /// not compiled.
    pub sandbox: String,
    /// Why no stronger tier was in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Limits that were in force.
    pub enforced: Vec<String>,
    /// Limits that this machine or this version did not enforce.
    pub not_enforced: Vec<String>,
}
