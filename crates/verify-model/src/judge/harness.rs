//! Examples that are test harnesses and are expected to panic.

use super::{could_not, expectation_cause};
use crate::{Cause, Outcome, Status};

/// What speaks against a test harness that is to panic, from the run of its tests: one of them has
/// to fail, and to be named as failed.
pub(super) fn of_panicking(test: Option<&Outcome>) -> Option<Cause> {
    let Some(test) = test else {
        let message = "was expected to panic, but holds no test that could run";
        return Some(expectation_cause(message.to_owned()));
    };
    let how = match test.report.status {
        Status::Failed if !test.report.failed_tests.is_empty() => return None,
        Status::Error => return Some(could_not(test)),
        Status::Passed => "its tests passed",
        Status::Failed | Status::Skipped => "no test was reported as failed",
        Status::Unfinished | Status::TimedOut => "its tests did not end",
    };
    Some(expectation_cause(format!("was expected to panic: {how}")))
}
