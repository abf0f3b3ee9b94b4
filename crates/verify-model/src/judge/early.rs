//! Statements that ended before the last one, in a function that is ours.

use crate::{AidKind, EarlyEnd, Exit, Failure, Scaffold, Span};

/// What the function around statements says of a `None` and of an error that it is left with.
const OF_NONE: &str = "called `Option::unwrap()` on a `None` value";
const OF_ERROR: &str = "called `Result::unwrap()` on an `Err` value: ";
/// What the standard library prints of an error that `main` returns.
const RETURNED: &str = "Error: ";

/// What to say of statements that ended early with `None` or an error, and where, if there is but one
/// such place; `None` for any other failure.
pub(super) fn end<'a>(
    scaffold: &'a Scaffold,
    failure: &Failure,
    exit: Option<Exit>,
) -> Option<(String, Option<&'a Span>)> {
    let is_ours = |it: &crate::Aid| it.kind == AidKind::Wrapper && it.what.ends_with("fn main()");
    if scaffold.early_ends.is_empty() || !scaffold.aids.iter().any(is_ours) {
        return None;
    }
    let said = failure.message.as_str();
    let with = if failure.panicked && failure.is_around {
        if said == OF_NONE {
            None
        } else {
            Some(said.strip_prefix(OF_ERROR)?)
        }
    } else if !failure.panicked && exit == Some(Exit::Code(1)) {
        Some(said.strip_prefix(RETURNED)?)
    } else {
        return None;
    };
    let asks = scaffold.early_ends.iter().all(|it| it.asks);
    let how = match (asks, with) {
        (true, None) => "`?` met `None`, and the statements ended there".to_owned(),
        (true, Some(error)) => {
            format!("`?` met an error, and the statements ended there: {error}")
        }
        (false, None) => "the statements ended early, with `None`".to_owned(),
        (false, Some(error)) => format!("the statements ended in an error: {error}"),
    };
    let place = match scaffold.early_ends.as_slice() {
        [EarlyEnd { place, .. }] => Some(place),
        _ => None,
    };
    Some((how, place))
}
