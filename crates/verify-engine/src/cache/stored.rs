//! Outcomes without their places in a document, which are the document's matter: the same example
//! further down has the same outcome.

use std::ops::Range;

use serde::{Deserialize, Serialize};
use verify_model::{Diagnostic, DiagnosticSpan, Level, Note, Outcome, Stage, StageReport};
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
    notes: Vec<Note>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct StoredSpan {
    /// Byte range in the example's code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    code: Option<Range<usize>>,
    primary: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    label: Option<String>,
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
    let spans = diagnostic.spans.iter().map(|span| StoredSpan {
        code: span.place.as_ref().map(|place| place.code.clone()),
        primary: span.primary,
        label: span.label.clone(),
    });
    StoredDiagnostic {
        level: diagnostic.level,
        code: diagnostic.code.clone(),
        message: diagnostic.message.clone(),
        spans: spans.collect(),
        notes: diagnostic.notes.clone(),
    }
}

fn revived(stored: StoredDiagnostic, example: &Example) -> Option<Diagnostic> {
    let spans = stored.spans.into_iter().map(|span| {
        let place = match span.code {
            Some(code) => Some(example.span(code)?),
            None => None,
        };
        Some(DiagnosticSpan {
            text: place
                .as_ref()
                .and_then(|place| diagnostics::text(place, example)),
            place,
            primary: span.primary,
            label: span.label,
        })
    });
    Some(Diagnostic {
        level: stored.level,
        code: stored.code,
        message: stored.message,
        spans: spans.collect::<Option<_>>()?,
        notes: stored.notes,
    })
}
