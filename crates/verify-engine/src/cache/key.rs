//! What an outcome depends on. Printed, it is the outcome's key.

use std::time::Duration;

use serde::{Serialize, Serializer};
use sha2::{Digest, Sha256};
use verify_model::{ExampleId, Expectation, Toolchain};
use verify_source::example::Example;
use verify_source::scaffold::{Plan, Rendered};
use verify_source::source_map::SourceMap;

use crate::layout::hex;
use crate::limits::StageLimits;
use crate::package;

/// What all outcomes of a run depend on.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Ground {
    /// The version of this tool, and of the sources that make an outcome of what a compiler says.
    pub tool: &'static str,
    /// What the tools of the toolchain say of themselves.
    pub toolchain: Toolchain,
    /// What `rustc --version --verbose` says: the same release can be built in several ways.
    pub rustc: String,
    /// SHA-256 of cargo's configuration, which can add flags to every compilation.
    pub cargo_configuration: String,
    /// SHA-256 of the environment that examples see.
    #[serde(skip)]
    pub environment: String,
    /// What examples run in.
    pub containment: String,
    /// Whether everything was done by plain cargo.
    pub via_cargo: bool,
}

/// The tool as far as outcomes depend on it.
pub(crate) const TOOL: &str = concat!(
    env!("CARGO_PKG_VERSION"),
    "+",
    env!("VERIFY_ENGINE_SOURCES")
);

/// What was done to get an outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Task {
    /// Type and borrow checking, and Clippy where that was asked at the same time.
    Check,
    /// Clippy alone.
    Lint,
    /// Building, testing and running.
    Execute,
}

/// What one outcome depends on, besides the ground of its run.
#[derive(Debug, Serialize)]
pub(super) struct Key<'a> {
    task: Task,
    /// The manifest of its package: edition, target, dependencies.
    manifest: String,
    /// SHA-256 of the resolved lockfile of the dependency set.
    lockfile: &'a str,
    /// SHA-256 of the source file.
    source: String,
    /// SHA-256 of which bytes of the source file are the document's: messages are told by it.
    map: String,
    limits: Limits,
    /// Lints that are switched on.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    lints: &'a [String],
    /// What is to happen, when more than compiling is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    execution: Option<Execution<'a>>,
    /// The example itself, when it can see which of all it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    example: Option<&'a ExampleId>,
    /// SHA-256 of the environment, when the example can see that.
    #[serde(skip_serializing_if = "Option::is_none")]
    environment: Option<&'a str>,
}

/// Limits under which an outcome came about.
#[derive(Debug, Serialize)]
struct Limits {
    #[serde(serialize_with = "milliseconds")]
    compile: Duration,
    #[serde(skip_serializing_if = "Option::is_none")]
    execution: Option<ExecutionLimits>,
    output_bytes: usize,
    build_output: u64,
}

#[derive(Debug, Serialize)]
struct ExecutionLimits {
    #[serde(serialize_with = "milliseconds")]
    test: Duration,
    #[serde(serialize_with = "milliseconds")]
    run: Duration,
    output: u64,
}

#[derive(Debug, Serialize)]
struct Execution<'a> {
    expectation: &'a Expectation,
    has_tests: bool,
    has_doctests: bool,
}

fn milliseconds<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u128(duration.as_millis())
}

/// An example about to be compiled: what its key is made of.
pub(crate) struct Subject<'a> {
    /// The example.
    pub example: &'a Example,
    /// How it is scaffolded.
    pub plan: &'a Plan,
    /// The source file that this makes.
    pub rendered: &'a Rendered,
    /// SHA-256 of its dependency set's lockfile.
    pub lockfile: &'a str,
    /// Limits of its stages.
    pub limits: &'a StageLimits,
    /// Lints that are looked at although they are off by default.
    pub lints: &'a [String],
}

impl<'a> Key<'a> {
    /// `None` when there is no manifest that could be written.
    pub(super) fn new(task: Task, subject: &'a Subject<'a>, ground: &'a Ground) -> Option<Self> {
        let Subject {
            example,
            plan,
            rendered,
            lockfile,
            limits,
            lints,
        } = subject;
        let is_executed = task == Task::Execute;
        Some(Self {
            task,
            manifest: package::manifest_of_any(plan, example.facts.may_hold_doctests).ok()?,
            lockfile,
            source: sha256(rendered.text.as_bytes()),
            map: sha256_of_maps(&rendered.map, &example.map),
            limits: Limits {
                compile: limits.compile,
                execution: is_executed.then_some(ExecutionLimits {
                    test: limits.test,
                    run: limits.run,
                    output: limits.run_output,
                }),
                output_bytes: limits.output_bytes,
                build_output: limits.build_output,
            },
            lints: if task == Task::Lint { lints } else { &[] },
            execution: is_executed.then_some(Execution {
                expectation: &example.expectation,
                has_tests: example.facts.may_hold_tests,
                has_doctests: example.facts.may_hold_doctests,
            }),
            example: sees_itself(&rendered.text).then_some(&example.listed.id),
            environment: sees_environment(&rendered.text).then_some(&ground.environment),
        })
    }
}

/// Words of code that can tell one example's package from another's: its version and its
/// directory are the example's own.
const OF_ITSELF: [&str; 6] = [
    "CARGO_",
    "version",
    "VERSION",
    "current_dir",
    "current_exe",
    "args",
];

/// Words of code that can see the environment, or start what `PATH` leads to.
const OF_ENVIRONMENT: [&str; 3] = ["env", "Command", "home_dir"];

fn sees_itself(source: &str) -> bool {
    OF_ITSELF.iter().any(|word| source.contains(word))
}

fn sees_environment(source: &str) -> bool {
    OF_ENVIRONMENT.iter().any(|word| source.contains(word))
}

/// The SHA-256 of `bytes` in hexadecimal digits.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Where the source file's bytes stand in the example's code, and which of the code's bytes stand
/// in a document, wherever that is.
fn sha256_of_maps(rendered: &SourceMap, example: &SourceMap) -> String {
    let mut hasher = Sha256::new();
    let mut add = |number: usize| hasher.update((number as u64).to_le_bytes());
    for segment in rendered.segments() {
        for number in [
            segment.code.start,
            segment.code.end,
            segment.source.start,
            segment.source.end,
        ] {
            add(number);
        }
    }
    add(usize::MAX);
    let mut covered: Option<std::ops::Range<usize>> = None;
    for segment in example.segments() {
        match &mut covered {
            Some(stretch) if stretch.end == segment.code.start => stretch.end = segment.code.end,
            _ => {
                if let Some(stretch) = covered.replace(segment.code.clone()) {
                    add(stretch.start);
                    add(stretch.end);
                }
            }
        }
    }
    if let Some(stretch) = covered {
        add(stretch.start);
        add(stretch.end);
    }
    hex(&hasher.finalize())
}

#[cfg(test)]
mod tests;
