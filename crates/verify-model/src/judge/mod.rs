//! Judgement: from facts to a verdict. Pure, and the only place where verdicts are made.

mod api;
mod causes;
mod deriving;
mod early;
mod elsewhere;
mod environment;
mod explain;
mod follow_ons;
mod fragments;
mod harness;
mod impls;
mod inside;
mod known;
mod left_out;
mod lints;
mod missing;
mod names;
mod orphans;
mod runs;
mod typography;
mod undecided;
mod unseen;

use std::ops::Range;

use crate::{
    BodyCount, Cause, CauseKind, Diagnostic, Expectation, Outcome, Scaffold, Stage, Status, Verdict,
};

pub use api::GATED_HERE;
pub use environment::{lacks_at_compile_time, lacks_something};
pub use left_out::OF_FLOW;
pub use lints::{count_lints, is_counted};
pub use names::{DERIVABLE, MissingName, NameKind, STANDARD_MACROS, missing as missing_name};
use undecided::is_left_open;

/// The name of the type that a scaffold puts in the place of `Self` around a lone method. What it
/// lacks is missing from the document.
pub const STAND_IN: &str = "VerifySelf";

/// The name of the error that a function around statements returns when theirs do not implement `Error`.
pub const ANY_ERROR: &str = "VerifyError";

/// What a scaffold calls a value or a type that a fragment is about and that is not shown.
pub const UNKNOWN: &str = "verify_unknown";

/// What judging an example found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// What is true of it.
    pub verdict: Verdict,
    /// Why it does not simply pass, in document order; empty when it passes.
    pub causes: Vec<Cause>,
    /// How many bodies were checked in full; `None` when the text could not be parsed.
    pub bodies: Option<BodyCount>,
}

/// Judges an example by what was expected of it, what was added to it, and what its stages did.
///
/// Stages that are absent from `outcomes` were not due. Without a check stage there is no
/// knowledge, hence the verdict [`Verdict::Error`].
#[must_use]
pub fn judge(expectation: &Expectation, scaffold: &Scaffold, outcomes: &[Outcome]) -> Judgement {
    let (verdict, mut causes) = decide(expectation, scaffold, outcomes);
    causes.sort_by(|a, b| in_order(a).cmp(&in_order(b)));
    Judgement {
        verdict,
        bodies: count_bodies(scaffold, outcomes),
        causes: if verdict == Verdict::Passes {
            Vec::new()
        } else {
            causes
        },
    }
}

/// In the order of the document, whatever order the compiler had.
fn in_order(cause: &Cause) -> impl Ord + '_ {
    let place = (cause.line, cause.column);
    (place, cause.kind, &cause.code, &cause.name, &cause.message)
}

fn decide(
    expectation: &Expectation,
    scaffold: &Scaffold,
    outcomes: &[Outcome],
) -> (Verdict, Vec<Cause>) {
    let mut causes = known::of_manifest(scaffold);
    causes.extend(fragments::cause(scaffold));
    causes.extend(known::of_filled(scaffold));
    causes.extend(known::of_outdated(scaffold));
    for stage in [Stage::Check, Stage::Build] {
        let Some(outcome) = find(outcomes, stage) else {
            if stage == Stage::Check {
                let missing = "the example was not compiled";
                return (Verdict::Error, vec![environment_cause(missing, None)]);
            }
            continue;
        };
        match outcome.report.status {
            Status::Passed | Status::Skipped => {
                let hidden = scaffold.behind.iter().flat_map(|it| &it.errors);
                let hidden: Vec<_> = hidden.cloned().collect();
                if stage == Stage::Check && !hidden.is_empty() {
                    let causes = causes::of_compilation(scaffold, &hidden, causes);
                    return failed_compilation(expectation, scaffold, causes, outcome);
                }
            }
            Status::Failed => {
                causes.extend(known::of_crates(scaffold));
                let behind = scaffold.behind.iter().flat_map(|it| &it.errors);
                let said: Vec<_> = outcome.diagnostics.iter().chain(behind).cloned().collect();
                let causes = causes::of_compilation(scaffold, &said, causes);
                return failed_compilation(expectation, scaffold, causes, outcome);
            }
            Status::Unfinished | Status::TimedOut | Status::Error => {
                causes.extend(known::of_crates(scaffold));
                causes.push(could_not(outcome));
                return (Verdict::Error, causes);
            }
        }
    }
    if let Some(cause) = known::of_manifest_alone(scaffold) {
        causes.extend(known::of_crates(scaffold));
        causes.push(cause);
        return (rank(&causes), causes);
    }
    if let Expectation::CompileFail { codes } = expectation {
        if !scaffold.filled.is_empty() || scaffold.fragment.is_some() || is_unseen(scaffold) {
            causes.extend(known::of_absent(scaffold));
            // What compiles is not what the document says, but what we made of it.
            return (rank(&causes), causes);
        }
        let is_lent = |code: &String| scaffold.lent.contains(&code.as_str());
        if !codes.is_empty() && codes.iter().all(is_lent) {
            return (Verdict::Passes, Vec::new());
        }
        if codes.is_empty() && !scaffold.lent.is_empty() {
            causes.extend(known::of_lent(scaffold));
            return (rank(&causes), causes);
        }
        let wanted = if codes.is_empty() {
            String::new()
        } else {
            format!(" with {}", codes.join(", "))
        };
        causes.push(expectation_cause(format!(
            "was expected to fail to compile{wanted}, but compiles"
        )));
        return (Verdict::Unexpected, causes);
    }
    causes.extend(known::of_absent(scaffold));
    if causes.is_empty() {
        executed(expectation, scaffold, outcomes)
    } else {
        (rank(&causes), causes)
    }
}

/// The verdict on an example that does not compile.
fn failed_compilation(
    expectation: &Expectation,
    scaffold: &Scaffold,
    mut causes: Vec<Cause>,
    outcome: &Outcome,
) -> (Verdict, Vec<Cause>) {
    if causes.is_empty() {
        // The compiler failed and named nothing in the document: a linker, a crash, our scaffold.
        causes.push(could_not(outcome));
    }
    let verdict = rank(&causes);
    let Expectation::CompileFail { codes } = expectation else {
        return (verdict, causes);
    };
    let is_named = |code: &String| causes.iter().any(|it| it.code.as_ref() == Some(code));
    let is_as_named = !codes.is_empty() && codes.iter().all(is_named);
    // A variable that is known elsewhere in the example shows where its scope ends.
    let is_out_of_scope = codes.is_empty()
        && causes.iter().all(|cause| {
            let name = cause.name.as_ref();
            cause.kind == CauseKind::MissingName
                && name.is_some_and(|it| {
                    scaffold.variables.contains(it) || scaffold.defined.contains(it)
                })
        });
    // The document says itself that what is left out cures nothing.
    let is_of_flow = codes.is_empty()
        && scaffold.filled.is_empty()
        && scaffold.fragment.is_none()
        && causes.iter().all(|cause| {
            let code = cause.code.as_deref();
            code.is_some_and(|it| OF_FLOW.contains(&it))
        });
    // The same of an `impl` that could only stand elsewhere.
    let is_unimplemented = codes.is_empty()
        && causes.iter().all(|cause| {
            cause.kind == CauseKind::MissingName && cause.code.as_deref() == Some("E0277")
        });
    if is_as_named || is_out_of_scope || is_of_flow || is_unimplemented {
        return (Verdict::Passes, Vec::new());
    }
    let lacks_only_features = causes
        .iter()
        .all(|cause| cause.kind == CauseKind::MissingFeature);
    if verdict != Verdict::Broken || lacks_only_features {
        // It fails for want of something, which proves nothing about the code shown.
        return (verdict, causes);
    }
    let found: Vec<&str> = causes.iter().filter_map(|c| c.code.as_deref()).collect();
    let absent: Vec<&str> = codes
        .iter()
        .map(String::as_str)
        .filter(|code| !found.contains(code))
        .collect();
    if absent.is_empty() {
        return (Verdict::Passes, Vec::new());
    }
    causes.push(expectation_cause(format!(
        "was expected to fail with {}, but that error does not occur",
        absent.join(", ")
    )));
    (Verdict::Unexpected, causes)
}

/// The verdict on an example that compiles, from what ran.
fn executed(
    expectation: &Expectation,
    scaffold: &Scaffold,
    outcomes: &[Outcome],
) -> (Verdict, Vec<Cause>) {
    if scaffold.is_test_harness && *expectation == Expectation::Panic {
        let causes = Vec::from_iter(harness::of_panicking(find(outcomes, Stage::Test)));
        return (rank(&causes), causes);
    }
    let mut causes = Vec::new();
    for (stage, kind) in [
        (Stage::Test, CauseKind::TestFailed),
        (Stage::Doctest, CauseKind::DoctestFailed),
    ] {
        let Some(outcome) = find(outcomes, stage) else {
            continue;
        };
        match outcome.report.status {
            Status::Passed => {}
            Status::Skipped => causes.push(was_skipped(outcome)),
            Status::Error => causes.push(could_not(outcome)),
            Status::Failed | Status::Unfinished | Status::TimedOut => {
                causes.extend(runs::of_tests(kind, scaffold, outcome));
            }
        }
    }
    if let Some(outcome) = find(outcomes, Stage::Run) {
        causes.extend(of_program(expectation, scaffold, outcome));
    } else if *expectation == Expectation::Panic && causes.is_empty() {
        causes.push(expectation_cause(
            "was expected to panic, but holds no program that could run".to_owned(),
        ));
    }
    (rank(&causes), causes)
}

/// What the program's own run has to say against the example. A run of a program that is to panic
/// passes when it panics.
fn of_program(expectation: &Expectation, scaffold: &Scaffold, outcome: &Outcome) -> Option<Cause> {
    match (expectation, outcome.report.status) {
        (_, Status::Error) => Some(runs::of_endless_program(scaffold, outcome)),
        (Expectation::Panic, Status::Failed | Status::Unfinished | Status::TimedOut) => {
            let how = outcome.report.reason.as_deref().unwrap_or("it did not");
            Some(expectation_cause(format!("was expected to panic: {how}")))
        }
        (_, Status::Failed) => Some(runs::of_failed_program(scaffold, outcome)),
        (_, Status::Skipped) => Some(was_skipped(outcome)),
        (_, Status::Passed | Status::Unfinished | Status::TimedOut) => None,
    }
}

/// The verdict that a set of causes amounts to. What can be acted on first comes first.
fn rank(causes: &[Cause]) -> Verdict {
    let has = |kinds: &[CauseKind]| causes.iter().any(|cause| kinds.contains(&cause.kind));
    if has(&[
        CauseKind::CompileError,
        CauseKind::WrongApi,
        CauseKind::MissingFeature,
        CauseKind::DuplicateDefinition,
        CauseKind::NotRust,
        CauseKind::Manifest,
    ]) {
        Verdict::Broken
    } else if has(&[CauseKind::OutdatedApi]) {
        Verdict::Outdated
    } else if has(&[CauseKind::MissingCrate]) {
        Verdict::Unresolved
    } else if has(&[CauseKind::Environment]) {
        Verdict::Error
    } else if has(&[CauseKind::Expectation]) {
        Verdict::Unexpected
    } else if has(&[
        CauseKind::TestFailed,
        CauseKind::DoctestFailed,
        CauseKind::ProgramFailed,
    ]) {
        Verdict::Fails
    } else if has(&[CauseKind::MissingName, CauseKind::ElidedBody]) {
        Verdict::Incomplete
    } else if has(&[CauseKind::Skipped]) {
        Verdict::Skipped
    } else {
        Verdict::Passes
    }
}

/// How many bodies had every check made on them.
fn count_bodies(scaffold: &Scaffold, outcomes: &[Outcome]) -> Option<BodyCount> {
    let bodies = scaffold.bodies.as_ref()?;
    let total = bodies.len();
    let check = find(outcomes, Stage::Check)?;
    let checked = match check.report.status {
        Status::Passed => {
            let behind = scaffold.behind.as_ref();
            let is_checked = |body: &&crate::Body| {
                let is_compiled =
                    !is_absent(scaffold, body) || behind.is_some_and(|it| it.checked(body));
                is_compiled && !is_filled(scaffold, body)
            };
            bodies.iter().filter(is_checked).count()
        }
        Status::Failed => {
            let diagnostics = &check.diagnostics;
            let errors: Vec<&Diagnostic> = diagnostics.iter().collect();
            let own = orphans::own_types(scaffold, &errors);
            let is_hidden = names::stop_type_checking(scaffold, diagnostics);
            let is_seen = |body: &crate::Body| match &scaffold.behind {
                Some(behind) if is_hidden => behind.checked(body),
                _ => !is_hidden,
            };
            // Where something stood in for missing traits, these keep nothing from being checked.
            let stands_in = is_hidden && scaffold.behind.is_some();
            let rests_on = |index: usize, diagnostic: &Diagnostic| {
                let is_trait = || {
                    names::missing_trait(scaffold, diagnostic).is_some()
                        || names::stop_type_checking(scaffold, std::slice::from_ref(diagnostic))
                };
                if stands_in && is_trait() {
                    return false;
                }
                let ranges = scaffold.foundations.get(index).into_iter().flatten();
                let place = diagnostic.place().map(|it| it.code.start);
                place.is_some_and(|place| ranges.clone().any(|it| it.contains(&place)))
            };
            let is_open = |(index, body): &(usize, &crate::Body)| {
                !body.elided
                    && !is_filled(scaffold, body)
                    && !is_absent(scaffold, body)
                    && !orphans::has(scaffold, &own, body)
                    && is_seen(body)
                    && !diagnostics.iter().any(|diagnostic| {
                        let is_missing = names::missing(diagnostic).is_some()
                            || names::missing_member(scaffold, diagnostic).is_some()
                            || names::missing_trait(scaffold, diagnostic).is_some()
                            || impls::missing_impl(scaffold, diagnostic).is_some()
                            || left_out::of_attributes(&scaffold.left_out, diagnostic).is_some()
                            || unseen::missing(scaffold, diagnostic).is_some();
                        is_missing
                            && (touches(diagnostic, body)
                                || is_owner(scaffold, diagnostic, body)
                                || rests_on(*index, diagnostic))
                    })
            };
            bodies.iter().enumerate().filter(is_open).count()
        }
        _ => 0,
    };
    Some(BodyCount { checked, total })
}

/// Whether code that was left out of a body has been filled in.
fn is_filled(scaffold: &Scaffold, body: &crate::Body) -> bool {
    let mut filled = scaffold.filled.iter();
    filled.any(|line| body.block.start < line.code.end && line.code.start < body.block.end)
}

/// Whether all of an example is configured out, and no feature brought it to light.
fn is_unseen(scaffold: &Scaffold) -> bool {
    let holds = |ranges: &[Range<usize>], start: usize| ranges.iter().any(|it| it.contains(&start));
    let behind = scaffold.behind.as_ref();
    let is_unseen = |item: &Range<usize>| {
        holds(&scaffold.absent, item.start)
            && behind.is_none_or(|it| holds(&it.unchecked, item.start))
    };
    !scaffold.outer.is_empty() && scaffold.outer.iter().all(is_unseen)
}

/// Whether a body is configured out, or a part of it.
fn is_absent(scaffold: &Scaffold, body: &crate::Body) -> bool {
    let mut absent = scaffold.absent.iter();
    absent.any(|range| range.contains(&body.block.start) || body.block.contains(&range.start))
}

fn touches(diagnostic: &Diagnostic, body: &crate::Body) -> bool {
    diagnostic
        .place()
        .is_some_and(|span| body.contains(span.code.start))
}

/// Whether `diagnostic` is about the type whose `impl` block holds `body`: without it, nothing that has
/// to do with `self` is checked.
fn is_owner(scaffold: &Scaffold, diagnostic: &Diagnostic, body: &crate::Body) -> bool {
    let is_around = |it: &&crate::ImplBlock| it.inside.contains(&body.block.start);
    let mut around = scaffold.impls.iter().filter(is_around);
    diagnostic.place().is_some_and(|span| {
        let start = span.code.start;
        around.any(|it| it.owner.contains(&start))
    })
}

fn find(outcomes: &[Outcome], stage: Stage) -> Option<&Outcome> {
    outcomes.iter().find(|outcome| outcome.stage == stage)
}

/// The cause of a stage that was due and was not started: nothing is claimed about it.
fn was_skipped(outcome: &Outcome) -> Cause {
    let reason = outcome.report.reason.as_deref();
    Cause {
        kind: CauseKind::Skipped,
        ..environment_cause(reason.unwrap_or("it was not run"), None)
    }
}

/// The cause of a stage that the machine could not do.
fn could_not(outcome: &Outcome) -> Cause {
    let stage = outcome.stage.as_str();
    let message = match (&outcome.report.reason, outcome.report.status) {
        (Some(reason), _) => reason.clone(),
        (None, Status::TimedOut) => format!("the {stage} stage did not end within its time"),
        (None, _) => format!(
            "the {stage} stage ended with {} and named no place in the document",
            exit_words(outcome)
        ),
    };
    environment_cause(&message, None)
}

fn exit_words(outcome: &Outcome) -> String {
    outcome
        .report
        .exit
        .map_or_else(|| "no exit code".to_owned(), |exit| exit.to_string())
}

fn environment_cause(message: &str, place: Option<&crate::Span>) -> Cause {
    Cause::new(CauseKind::Environment, message).at(place)
}

fn expectation_cause(message: String) -> Cause {
    Cause::new(CauseKind::Expectation, message)
}

#[cfg(test)]
mod tests;
