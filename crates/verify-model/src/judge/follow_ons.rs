//! Errors that merely follow from others: which cause each of them hangs under.

use crate::{Cause, CauseKind, Diagnostic, Scaffold};

use super::explain;

/// At most this many errors hang under one cause.
const FOLLOW_ONS: usize = 16;

/// Causes that make the compiler say more than once that something is wrong.
const ROOTS: [CauseKind; 7] = [
    CauseKind::MissingName,
    CauseKind::MissingCrate,
    CauseKind::MissingFeature,
    CauseKind::WrongApi,
    CauseKind::ElidedBody,
    CauseKind::Environment,
    CauseKind::CompileError,
];

/// Hangs each of `followers` under the cause that it most likely follows from.
pub(super) fn hang(scaffold: &Scaffold, followers: &[&Diagnostic], causes: &mut [Cause]) {
    for error in followers {
        let Some(cause) = root_of(scaffold, error, causes) else {
            continue;
        };
        let follow_on = explain::follow_on(error);
        let place = (follow_on.line, follow_on.column);
        let is_here = place == (cause.line, cause.column);
        if is_here && cause.kind == CauseKind::MissingCrate && cause.explanation.labels.is_empty() {
            // The compiler's words for the same thing.
            cause.explanation.labels = explain::explanation(error).labels;
            continue;
        }
        let known = &mut cause.explanation.follow_ons;
        let is_itself = is_here && follow_on.code == cause.code;
        if !is_itself && !known.contains(&follow_on) && known.len() < FOLLOW_ONS {
            known.push(follow_on);
        }
    }
}

/// The cause whose name `error` mentions, else the nearest one above it, else the first.
fn root_of<'a>(
    scaffold: &Scaffold,
    error: &Diagnostic,
    causes: &'a mut [Cause],
) -> Option<&'a mut Cause> {
    let unresolved = |cause: &Cause| {
        let name = cause.name.as_deref().unwrap_or_default();
        scaffold.unresolved.iter().any(|it| it.name == name)
    };
    let mentions = |cause: &Cause| {
        let name = cause.name.as_deref().unwrap_or_default();
        let last = name.rsplit("::").next().unwrap_or_default();
        !last.is_empty() && error.message.contains(last)
    };
    let line = error.place().map(|place| place.start.line);
    let distance = |cause: &Cause| match (cause.line, line) {
        (Some(own), Some(line)) => line.checked_sub(own),
        _ => None,
    };
    causes
        .iter_mut()
        .filter(|cause| ROOTS.contains(&cause.kind))
        .min_by_key(|cause| {
            let distance = distance(cause);
            (
                !mentions(cause),
                distance.is_none(),
                distance.unwrap_or_default(),
                !unresolved(cause),
            )
        })
}
