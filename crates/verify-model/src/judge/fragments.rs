//! Examples that lack what stands around them.

use super::{UNKNOWN, names};
use crate::{Cause, CauseKind, Diagnostic, Fragment, Scaffold};

/// Errors about what only the code around could allow: to leave a loop, or a block with a label.
const OF_SURROUNDINGS: [&str; 5] = ["E0267", "E0268", "E0426", "E0571", "E0572"];

/// What is not shown of a fragment.
pub(super) fn cause(scaffold: &Scaffold) -> Option<Cause> {
    let (fragment, place) = scaffold.fragment.as_ref()?;
    Some(Cause::new(CauseKind::ElidedBody, fragment.as_str()).at(Some(place)))
}

/// Whether `error` may come of what is not shown of a fragment, or of what stands in for a type that is
/// left out. Of code the compiler knows which types depend on that. Of everything else only the names count that it could not find.
pub(super) fn excuses(scaffold: &Scaffold, error: &Diagnostic) -> bool {
    let is_unknown = error.message.contains(UNKNOWN);
    let Some((fragment, place)) = &scaffold.fragment else {
        return is_unknown && !scaffold.filled.is_empty();
    };
    let code = error.code.as_deref().unwrap_or_default();
    let is_helper = error.message.starts_with("cannot find attribute ");
    let is_behind = || {
        let start = error.place().map(|it| it.code.start);
        start.is_none_or(|start| place.code.start <= start)
    };
    let is_whole = *fragment == Fragment::Announced;
    let is_unseen = if is_whole {
        is_behind()
    } else {
        !fragment.is_code()
    };
    is_unknown
        || !is_whole && OF_SURROUNDINGS.contains(&code)
        || is_unseen && (is_helper || names::missing(error).is_none())
}

/// What is not shown around an item that only a trait or an `impl` can have; `None` when `error` is
/// about something else, or a program shows that nothing is around it.
pub(super) fn of_associated(scaffold: &Scaffold, error: &Diagnostic) -> Option<&'static str> {
    let of_trait = [
        "free type alias without body",
        "free constant item without body",
        "bounds on `type`s in this context have no effect",
    ];
    let message = error.message.as_str();
    let is_open = error.code.is_none() && scaffold.defined.iter().all(|it| it != "main");
    if is_open && of_trait.contains(&message) {
        Some("the trait that this belongs to is not shown")
    } else if is_open && message == "where clauses are not allowed after the type for type aliases"
    {
        Some("the `impl` that this belongs to is not shown")
    } else {
        None
    }
}
