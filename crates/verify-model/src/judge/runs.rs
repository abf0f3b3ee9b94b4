//! From what tests and programs did to root causes.

use crate::{AidKind, Asked, Cause, CauseKind, Exit, Failure, Outcome, Scaffold, Status};

use super::early;
use super::environment::{every_panic_lacks, lacks_at_run_time};
use super::{environment_cause, exit_words};

/// What libraries say when they are called without the runtime that they need, or inside of another.
const ABOUT_RUNTIMES: [&str; 11] = [
    "there is no reactor running",
    "there is no timer running",
    "not currently running on a Tokio",
    "not currently running on the Tokio",
    "called from outside of a `task::LocalSet`",
    "can call blocking only when running on the multi-threaded runtime",
    "Cannot start a runtime from within a runtime",
    "Cannot drop a runtime in a context where blocking is not allowed",
    "Cannot block the current thread from within a runtime",
    "System is not running",
    "Arbiter is not running",
];

/// One cause for each test that failed, or one for the stage when no test was named.
pub(super) fn of_tests(kind: CauseKind, scaffold: &Scaffold, outcome: &Outcome) -> Vec<Cause> {
    let stage = outcome.stage.as_str();
    let output = outcome.report.output.as_ref().map_or("", |it| &it.text);
    if let Some(line) = every_panic_lacks(&scaffold.spoken, output) {
        let message = format!("the tests need something that is not here: {line}");
        return vec![environment_cause(&message, None)];
    }
    if outcome.report.failed_tests.is_empty() {
        let message = if outcome.report.status == Status::Failed {
            format!("the {stage} stage failed with {}", exit_words(outcome))
        } else {
            format!("the {stage} stage did not end within its time")
        };
        return vec![Cause::new(kind, message)];
    }
    let failed = outcome.report.failed_tests.iter();
    failed
        .map(|test| {
            let failure = failure(scaffold, outcome, Some(test));
            let said = failure.map(|it| it.message.as_str());
            let message = match said.filter(|said| !said.is_empty()) {
                Some(said) => said.to_owned(),
                None => format!("{stage} {test} failed"),
            };
            let place = failure.and_then(|it| it.place.as_ref());
            if let Some(library) = failure.and_then(|it| it.missing_crate.as_ref()) {
                let message = format!(
                    "the doctest uses `{library}`, which is no crate that it has; the example would be \
                     taken for that if it held all that is used of it"
                );
                return Cause {
                    name: Some(library.clone()),
                    ..Cause::new(CauseKind::MissingCrate, message).at(place)
                };
            }
            let unwritten = failure.and_then(unwritten);
            let (kind, message) = match unwritten {
                Some(message) => (CauseKind::ElidedBody, message),
                None => (kind, message),
            };
            Cause {
                name: Some(test.clone()),
                ..Cause::new(kind, message).at(place)
            }
        })
        .collect()
}

/// The cause of a program that ended badly: its own fault, or something that it talks to.
pub(super) fn of_failed_program(scaffold: &Scaffold, outcome: &Outcome) -> Cause {
    let output = outcome.report.output.as_ref().map_or("", |it| &it.text);
    if let Some(line) = lacks_at_run_time(&scaffold.spoken, output) {
        let message = format!("the program needs something that is not here: {line}");
        return environment_cause(&message, None);
    }
    let failure = failure(scaffold, outcome, None);
    if let Some(message) = failure.and_then(|it| of_hidden_runtime(scaffold, it)) {
        let place = failure.and_then(|it| it.place.as_ref());
        return Cause::new(CauseKind::ElidedBody, message).at(place);
    }
    if let Some(message) = failure.and_then(unwritten) {
        return Cause::new(CauseKind::ElidedBody, message);
    }
    let ended = failure.and_then(|it| early::end(scaffold, it, outcome.report.exit));
    let (message, end) = match (ended, failure) {
        (Some((message, place)), _) => (message, place),
        (None, Some(it)) if it.panicked => (format!("the program panicked: {}", it.message), None),
        (None, Some(it)) => {
            let how = exit_words(outcome);
            (
                format!("the program ended with {how}: {}", it.message),
                None,
            )
        }
        (None, None) => {
            let how = exit_words(outcome);
            (format!("the program ended with {how}"), None)
        }
    };
    if let Some(asked) = unanswered(scaffold, outcome, failure) {
        let message = format!("the program asks for {asked}, and nobody gave any: {message}");
        return environment_cause(&message, None);
    }
    let place = failure.and_then(|it| it.place.as_ref()).or(end);
    Cause::new(CauseKind::ProgramFailed, message).at(place)
}

/// How `test`, or the program, says that it failed.
fn failure<'a>(
    scaffold: &'a Scaffold,
    outcome: &Outcome,
    test: Option<&String>,
) -> Option<&'a Failure> {
    let mut failures = scaffold.failures.iter();
    failures.find(|it| it.stage == outcome.stage && it.test.as_ref() == test)
}

/// What is said of a body that an earlier example leaves out, when that was called: the part of that
/// example that is borrowed only stands for it.
fn unwritten(failure: &Failure) -> Option<String> {
    let words = ["not yet implemented", "not implemented"];
    let is_left_out = words.iter().any(|it| failure.message.starts_with(it));
    (failure.panicked && failure.is_around && is_left_out).then(|| {
        format!(
            "the body of what is borrowed from an earlier example is not shown: {}",
            failure.message
        )
    })
}

/// What statements say that need a runtime which their author has and does not show. The `main`
/// around them is ours, so that it is no fault of theirs to be run without.
fn of_hidden_runtime(scaffold: &Scaffold, failure: &Failure) -> Option<String> {
    let is_ours = |it: &crate::Aid| it.kind == AidKind::Wrapper && it.what.ends_with("fn main()");
    let is_about = ABOUT_RUNTIMES
        .iter()
        .any(|words| failure.message.contains(words));
    (failure.panicked && is_about && scaffold.aids.iter().any(is_ours)).then(|| {
        format!(
            "the runtime that these statements need is not shown: {}",
            failure.message
        )
    })
}

/// The cause of a program that could not be run to its end: one that asks for input for ever finds that
/// there is none.
pub(super) fn of_endless_program(scaffold: &Scaffold, outcome: &Outcome) -> Cause {
    let mut cause = super::could_not(outcome);
    let reason = outcome.report.reason.as_deref().unwrap_or_default();
    if scaffold.asks.contains(&Asked::Input) && reason.contains("printed more than it may") {
        let asked = Asked::Input.as_str();
        cause.message = format!("the program asks for {asked}, and nobody gave any: {reason}");
    }
    cause
}

/// What a program asked its user for, when it failed for want of that. An assertion that does not
/// hold is the program's own word, whatever it read.
fn unanswered(
    scaffold: &Scaffold,
    outcome: &Outcome,
    failure: Option<&Failure>,
) -> Option<&'static str> {
    if failure.is_some_and(|it| it.panicked && it.message.starts_with("assertion ")) {
        return None;
    }
    let output = outcome.report.output.as_ref().map_or("", |it| &it.text);
    let is_usage = |line: &str| line.starts_with("Usage:") || line.starts_with("USAGE:");
    // What parsers of arguments say that end with another code.
    let wants = [
        "required arguments were not provided",
        "Required options not provided",
    ];
    let is_want = |line: &str| wants.iter().any(|it| line.contains(it));
    let is_exit = matches!(outcome.report.exit, Some(Exit::Code(_)));
    if outcome.report.exit == Some(Exit::Code(2)) && output.lines().any(is_usage)
        || is_exit && output.lines().any(is_want)
    {
        return Some(Asked::Arguments.as_str());
    }
    scaffold.asks.first().map(|asked| asked.as_str())
}
