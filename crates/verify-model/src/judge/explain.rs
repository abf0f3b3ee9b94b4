//! The compiler's own explanation of a cause, in terms of the document.

use crate::{
    Diagnostic, DiagnosticSpan, Explanation, FollowOn, Label, Note, Remark, Replacement, Span,
    Stretch,
};

/// At most this many places of one message are kept.
const LABELS: usize = 8;
/// At most this many notes of one message are kept.
const NOTES: usize = 8;
/// At most this many proposals of one note are kept.
const REPLACEMENTS: usize = 8;
/// Characters that are kept of a text.
const CHARACTERS: usize = 600;

/// Parts of notes that speak about this machine or about the command line, not about the code.
const NOT_ABOUT_THE_CODE: [&str; 4] = [
    "has been written to '",
    "consider using `--verbose`",
    "this error originates in the macro",
    "for more information about this error",
];

/// What the compiler says about `error`, as far as it is about the document.
pub(super) fn explanation(error: &Diagnostic) -> Explanation {
    Explanation {
        labels: labels(&error.spans),
        notes: remarks(&error.notes),
        ..Explanation::default()
    }
}

/// `error` as something that merely follows from a cause.
pub(super) fn follow_on(error: &Diagnostic) -> FollowOn {
    let place = error.place();
    FollowOn {
        code: error.code.clone(),
        message: bounded(&error.message),
        line: place.map(|span| span.start.line),
        column: place.map(|span| span.start.column),
    }
}

fn labels(spans: &[DiagnosticSpan]) -> Vec<Label> {
    let mut labels: Vec<Label> = Vec::new();
    for span in spans {
        let Some(place) = &span.place else {
            continue;
        };
        let label = Label {
            stretch: stretch(place),
            primary: span.primary,
            text: span.label.as_deref().map(bounded),
        };
        if !labels.contains(&label) && labels.len() < LABELS {
            labels.push(label);
        }
    }
    labels
}

fn remarks(notes: &[Note]) -> Vec<Remark> {
    let mut remarks: Vec<Remark> = Vec::new();
    for note in notes {
        let message = note.message.trim();
        if message.is_empty() || NOT_ABOUT_THE_CODE.iter().any(|it| message.contains(it)) {
            continue;
        }
        let replacement = note.replacement.as_ref().map(|text| Replacement {
            text: bounded(text),
            stretch: note.place.as_ref().map(stretch),
        });
        let message = bounded(&match elsewhere(note) {
            Some(package) => format!("{message} (in {package})"),
            None => message.to_owned(),
        });
        match remarks.last_mut() {
            Some(last) if replacement.is_some() && last.message == message => {
                if last.replacements.len() < REPLACEMENTS {
                    last.replacements.extend(replacement);
                }
            }
            _ => remarks.push(Remark {
                level: note.level,
                message,
                labels: labels(&note.spans),
                replacements: replacement.into_iter().collect(),
            }),
        }
    }
    remarks.dedup();
    remarks.truncate(NOTES);
    remarks
}

/// The downloaded package that a note points into, when it points nowhere else.
fn elsewhere(note: &Note) -> Option<&str> {
    let is_here = note.spans.iter().any(|span| span.place.is_some());
    let mut packages = note.spans.iter().filter_map(|span| span.package.as_deref());
    packages.next().filter(|_| !is_here)
}

fn stretch(place: &Span) -> Stretch {
    Stretch {
        line: place.start.line,
        column: place.start.column,
        end_line: place.end.line,
        end_column: place.end.column,
        included: place.included.clone(),
    }
}

/// `text` with at most [`CHARACTERS`]; a cut is marked by `…`.
fn bounded(text: &str) -> String {
    if text.chars().nth(CHARACTERS).is_none() {
        return text.to_owned();
    }
    let mut cut: String = text.chars().take(CHARACTERS - 1).collect();
    cut.push('…');
    cut
}
