//! Outcomes without their places in a document, which are the document's matter: the same example
//! further down has the same outcome.

use std::ops::Range;

use serde::{Deserialize, Serialize};
use verify_model::{
    Diagnostic, DiagnosticSpan, Level, Note, Outcome, RemarkLevel, Span, Stage, StageReport,
};
use verify_source::example::Example;

use crate::diagnostics;

#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct StoredOutcome {
    stage: Stage,
    report: StageReport,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    diagnostics: Vec<StoredDiagnostic>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct StoredDiagnostic {
    level: Level,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    message: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    spans: Vec<StoredSpan>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    notes: Vec<StoredNote>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct StoredSpan {
    /// Byte range in the example's code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    code: Option<Range<usize>>,
    primary: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    label: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    package: Option<String>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct StoredNote {
    level: RemarkLevel,
    message: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    spans: Vec<StoredSpan>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    replacement: Option<String>,
    /// Byte range in the example's code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    code: Option<Range<usize>>,
}

impl StoredOutcome {
    pub(super) fn of(outcome: &Outcome) -> Self {
        Self {
            stage: outcome.stage,
            report: outcome.report.clone(),
            diagnostics: outcome.diagnostics.iter().map(stored).collect(),
        }
    }

    /// The outcome of `example`, its places those of where the example now stands. `None` when a
    /// place lies in no document, which an outcome of this example's cannot have.
    pub(super) fn revive(self, example: &Example) -> Option<Outcome> {
        let diagnostics = self.diagnostics.into_iter();
        Some(Outcome {
            stage: self.stage,
            report: StageReport {
                cached: true,
                ..self.report
            },
            diagnostics: diagnostics
                .map(|it| revived(it, example))
                .collect::<Option<_>>()?,
        })
    }
}

fn stored(diagnostic: &Diagnostic) -> StoredDiagnostic {
    StoredDiagnostic {
        level: diagnostic.level,
        code: diagnostic.code.clone(),
        message: diagnostic.message.clone(),
        spans: diagnostic.spans.iter().map(stored_span).collect(),
        notes: diagnostic.notes.iter().map(stored_note).collect(),
    }
}

fn stored_span(span: &DiagnosticSpan) -> StoredSpan {
    StoredSpan {
        code: span.place.as_ref().map(|place| place.code.clone()),
        primary: span.primary,
        label: span.label.clone(),
        package: span.package.clone(),
    }
}

fn stored_note(note: &Note) -> StoredNote {
    StoredNote {
        level: note.level,
        message: note.message.clone(),
        spans: note.spans.iter().map(stored_span).collect(),
        replacement: note.replacement.clone(),
        code: note.place.as_ref().map(|place| place.code.clone()),
    }
}

fn revived(stored: StoredDiagnostic, example: &Example) -> Option<Diagnostic> {
    let notes = stored.notes.into_iter();
    Some(Diagnostic {
        level: stored.level,
        code: stored.code,
        message: stored.message,
        spans: revived_spans(stored.spans, example)?,
        notes: notes
            .map(|note| revived_note(note, example))
            .collect::<Option<_>>()?,
    })
}

fn revived_spans(stored: Vec<StoredSpan>, example: &Example) -> Option<Vec<DiagnosticSpan>> {
    let spans = stored.into_iter().map(|span| {
        let place = revived_place(span.code, example).ok()?;
        Some(DiagnosticSpan {
            text: place
                .as_ref()
                .and_then(|place| diagnostics::text(place, example)),
            place,
            primary: span.primary,
            label: span.label,
            package: span.package,
        })
    });
    spans.collect()
}

fn revived_note(stored: StoredNote, example: &Example) -> Option<Note> {
    Some(Note {
        level: stored.level,
        message: stored.message,
        spans: revived_spans(stored.spans, example)?,
        replacement: stored.replacement,
        place: revived_place(stored.code, example).ok()?,
    })
}

/// A range that lies nowhere: it is none of this example's.
struct Misplaced;

/// The place of a range of the example's code. Without a range there is none.
fn revived_place(code: Option<Range<usize>>, example: &Example) -> Result<Option<Span>, Misplaced> {
    code.map(|code| example.span(code).ok_or(Misplaced))
        .transpose()
}
