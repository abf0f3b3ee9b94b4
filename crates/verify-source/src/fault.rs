//! What is wrong with a text, at a place that is not yet a line of the document.

use verify_model::Severity;

/// Something wrong with a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// How grave it is.
    pub severity: Severity,
    /// What it is, and what to do.
    pub message: String,
    /// Byte offset in the text that the fault is said of.
    pub offset: usize,
}

impl Fault {
    pub(crate) fn error(message: impl Into<String>, offset: usize) -> Self {
        Self::new(Severity::Error, message, offset)
    }

    pub(crate) fn warning(message: impl Into<String>, offset: usize) -> Self {
        Self::new(Severity::Warning, message, offset)
    }

    pub(crate) fn note(message: impl Into<String>, offset: usize) -> Self {
        Self::new(Severity::Note, message, offset)
    }

    pub(crate) fn new(severity: Severity, message: impl Into<String>, offset: usize) -> Self {
        Self {
            severity,
            message: message.into(),
            offset,
        }
    }
}
