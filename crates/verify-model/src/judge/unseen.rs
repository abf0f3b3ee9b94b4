//! What stands around a part that the document shows: the loop around statements, the `impl` around
//! methods. An error that only this could cure says no more than that it is not shown.

use std::ops::Range;

use super::names::{MissingName, NameKind};
use super::{ANY_ERROR, STAND_IN};
use crate::{Body, Cause, Diagnostic, Note, Scaffold, Span};

/// What `error` lacks of the code around the example; `None` when no such code could cure it.
pub(super) fn missing(scaffold: &Scaffold, error: &Diagnostic) -> Option<MissingName> {
    let bodies = scaffold.bodies.as_deref().unwrap_or_default();
    let name = if is_of_loop(bodies, error) {
        label(error).unwrap_or("loop")
    } else if is_of_returned_error(error) {
        "?"
    } else if let Some(lifetime) = of_function(scaffold, bodies, error) {
        lifetime
    } else {
        of_header(&scaffold.unseen_impls, error)?
    };
    Some(MissingName {
        name: name.to_owned(),
        container: None,
        kind: NameKind::Item,
    })
}

/// The lifetime that statements name and the function that they are from would declare. An item among
/// them declares its own.
fn of_function<'a>(scaffold: &Scaffold, bodies: &[Body], error: &'a Diagnostic) -> Option<&'a str> {
    let is_slip = |note: &Note| note.message.contains("misspelled");
    let start = error.place()?.code.start;
    let mut items = scaffold.among_statements.iter();
    let is_theirs = error.code.as_deref() == Some("E0261")
        && is_of_statements(bodies, start)
        && !items.any(|item| item.contains(&start))
        && !error.notes.iter().any(is_slip);
    written(error).filter(|_| is_theirs)
}

/// Whether `error` is about a loop that statements want around them: in `bodies`, they are the body
/// without a signature. A function of the example ends at its braces, and so do its loops.
pub(super) fn is_of_loop(bodies: &[Body], error: &Diagnostic) -> bool {
    let is_jump = matches!(error.code.as_deref(), Some("E0268" | "E0426"));
    let is_theirs = |place: &Span| is_of_statements(bodies, place.code.start);
    is_jump && error.place().is_some_and(is_theirs)
}

/// Whether what begins at `start` belongs to statements outside every function of the example.
fn is_of_statements(bodies: &[Body], start: usize) -> bool {
    let around = bodies
        .iter()
        .filter(|body| body.contains(start))
        .max_by_key(|body| body.block.start);
    around.is_some_and(|body| body.signature.is_empty())
}

/// Whether `error` is about what our function around statements returns for a `?` among them.
fn is_of_returned_error(error: &Diagnostic) -> bool {
    let mut notes = error.notes.iter();
    error.code.as_deref() == Some("E0277") && notes.any(|note| note.message.contains(ANY_ERROR))
}

/// The label that a jump names, whether the error is about that or about the whole jump.
fn label(error: &Diagnostic) -> Option<&str> {
    let mut words = written(error)?.split_whitespace();
    words.find(|word| word.starts_with('\''))
}

/// A lifetime or an associated type that the header of an `impl` would bring.
fn of_header<'a>(unseen: &[Range<usize>], error: &'a Diagnostic) -> Option<&'a str> {
    let start = error.place()?.code.start;
    if !unseen.iter().any(|range| range.contains(&start)) {
        return None;
    }
    let written = written(error)?;
    match error.code.as_deref() {
        Some("E0261") => Some(written),
        // Of what type `self` may be is said there.
        Some("E0307") => Some("Self"),
        Some("E0223") if written.starts_with("Self::") => Some(written),
        _ => None,
    }
}

/// The text that `error` is about.
pub(super) fn written(error: &Diagnostic) -> Option<&str> {
    let primary = error.spans.iter().find(|span| span.primary)?;
    primary.text.as_deref()
}

/// The member of the stand-in that `error` is about, or `Self` when it is about the whole type:
/// whatever is wrong with that is not known of the real one.
pub(super) fn member(error: &Diagnostic, quoted: Vec<String>) -> Option<String> {
    let is_of_type = |span: &crate::DiagnosticSpan| {
        let label = span.label.as_deref();
        label.is_some_and(|label| label.contains(STAND_IN))
    };
    if !error.message.contains(STAND_IN) {
        let is_about_it = error.spans.iter().any(is_of_type);
        return is_about_it.then(|| "Self".to_owned());
    }
    let has_members = matches!(
        error.code.as_deref(),
        Some("E0026" | "E0560" | "E0599" | "E0609" | "E0610" | "E0615" | "E0616" | "E0624")
    );
    let mut names = quoted.into_iter().filter(|name| !name.contains(STAND_IN));
    let member = names.next().filter(|_| has_members);
    Some(member.unwrap_or_else(|| "Self".to_owned()))
}

/// Calls stand-ins by what they stand for.
pub(super) fn call_by_name(cause: &mut Cause) {
    let mend = |text: &mut String| {
        if text.contains(STAND_IN) {
            *text = text.replace(STAND_IN, "Self");
        }
        if text.contains(ANY_ERROR) {
            *text = text.replace(&format!("`{ANY_ERROR}`"), "what the code around returns");
        }
    };
    mend(&mut cause.message);
    let explanation = &mut cause.explanation;
    let notes = explanation.notes.iter_mut();
    for note in notes {
        mend(&mut note.message);
        note.labels
            .iter_mut()
            .filter_map(|it| it.text.as_mut())
            .for_each(mend);
        note.replacements
            .iter_mut()
            .for_each(|it| mend(&mut it.text));
    }
    explanation
        .labels
        .iter_mut()
        .filter_map(|it| it.text.as_mut())
        .for_each(mend);
    explanation
        .follow_ons
        .iter_mut()
        .for_each(|it| mend(&mut it.message));
}
