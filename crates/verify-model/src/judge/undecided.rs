//! Types that code which is not shown would decide.

use std::ops::Range;

use crate::{Body, Diagnostic};

/// Codes of types that nothing decides.
const CODES: [&str; 3] = ["E0282", "E0283", "E0284"];

/// Whether `error` is about a type that code below would decide, and one of `bodies` says that there
/// is some. What a method among `operands` makes is used up where it stands, so that no code below
/// could say which type it is.
pub(super) fn is_left_open(bodies: &[Body], operands: &[Range<usize>], error: &Diagnostic) -> bool {
    let is_undecided = error.code.as_deref().is_some_and(|it| CODES.contains(&it));
    let Some(place) = error.place().filter(|_| is_undecided) else {
        return false;
    };
    let at = place.code.start;
    let is_of_method = || {
        let mut labels = error.spans.iter().filter_map(|span| span.label.as_deref());
        labels.any(|it| it.contains("declared on the method `"))
    };
    let is_of_variable = || {
        let mut notes = error.notes.iter().map(|note| note.message.as_str());
        notes.any(|it| it.starts_with("consider giving"))
    };
    let is_operand = operands.iter().any(|it| it.contains(&at));
    let is_used_up = is_operand && is_of_method() && !is_of_variable();
    let goes_on = bodies.iter().any(|it| it.goes_on && it.contains(at));
    goes_on && !is_used_up
}
