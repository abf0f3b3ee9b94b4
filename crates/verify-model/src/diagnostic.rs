use serde::{Deserialize, Serialize};

use crate::{RemarkLevel, Span};

/// One message of the compiler about an example, with its places mapped to the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How grave it is.
    pub level: Level,
    /// An error code (`E0308`) or a lint's name (`clippy::needless_return`).
    pub code: Option<String>,
    /// The first line of the message.
    pub message: String,
    /// The places that it points at, primary ones first.
    pub spans: Vec<DiagnosticSpan>,
    /// Notes and suggestions below it.
    pub notes: Vec<Note>,
}

impl Diagnostic {
    /// Whether it says that linking failed.
    #[must_use]
    pub fn is_of_linking(&self) -> bool {
        self.message.starts_with("linking with `")
    }

    /// Whether it speaks of a type that the compiler does not know for another error.
    #[must_use]
    pub fn speaks_of_unknown_types(&self) -> bool {
        const UNKNOWN: [&str; 2] = ["{type error}", "[type error]"];
        let labels = self.spans.iter().filter_map(|span| span.label.as_deref());
        let mut texts = labels.chain([self.message.as_str()]);
        texts.any(|text| UNKNOWN.iter().any(|unknown| text.contains(unknown)))
    }

    /// The first primary place that lies in the document.
    #[must_use]
    pub fn place(&self) -> Option<&Span> {
        self.spans
            .iter()
            .filter(|span| span.primary)
            .find_map(|span| span.place.as_ref())
    }

    /// Whether none of its places lies in the document: it is about code that we added.
    #[must_use]
    pub fn is_outside_document(&self) -> bool {
        self.spans.iter().all(|span| span.place.is_none())
    }
}

/// How grave a compiler message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// A note, a help text, or something we do not know.
    Note,
    /// A warning; lints among them.
    Warning,
    /// An error: nothing is produced.
    Error,
    /// The compiler itself crashed.
    Crash,
}

/// A place that a message points at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DiagnosticSpan {
    /// Where it lies in the document; `None` when it lies in code that we, a macro or a
    /// dependency wrote.
    pub place: Option<Span>,
    /// Whether this is what the message is about, and not mere context.
    pub primary: bool,
    /// The document's text there, for places in the document that lie on one line.
    pub text: Option<String>,
    /// The words beside it.
    pub label: Option<String>,
    /// The downloaded package that it lies in, `NAME-VERSION`.
    pub package: Option<String>,
}

/// A note or suggestion below a message. What it suggests to write at several places, or in several
/// ways, is as many notes of one text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Note {
    /// What it is for.
    pub level: RemarkLevel,
    /// Its text.
    pub message: String,
    /// The places that it points at.
    pub spans: Vec<DiagnosticSpan>,
    /// What the compiler would write in its place, for suggestions.
    pub replacement: Option<String>,
    /// Where it would write that; `None` when that is not in the document.
    pub place: Option<Span>,
}
