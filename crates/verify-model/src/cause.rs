use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Explanation, IncludedPlace, Span};

/// A root cause: why an example does not simply pass.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Cause {
    /// The sort of cause.
    pub kind: CauseKind,
    /// The compiler's error code, if it gave one.
    pub code: Option<String>,
    /// The name that the cause is about: an item, a crate, a test.
    pub name: Option<String>,
    /// What happened, in the words of the compiler or of the program.
    pub message: String,
    /// 1-based line in the document.
    pub line: Option<usize>,
    /// 1-based column in the document, in Unicode scalar values.
    pub column: Option<usize>,
    /// Where it is in the file that it is from, when the document includes that file; the line is
    /// then that of what includes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub included: Option<IncludedPlace>,
    /// What more there is to say.
    #[serde(flatten)]
    pub explanation: Explanation,
}

impl Cause {
    /// A cause with a message, and nothing else known of it.
    #[must_use]
    pub fn new(kind: CauseKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            code: None,
            name: None,
            message: message.into(),
            line: None,
            column: None,
            included: None,
            explanation: Explanation::default(),
        }
    }

    /// The same at `place`, when that is known.
    #[must_use]
    pub fn at(mut self, place: Option<&Span>) -> Self {
        self.line = place.map(|span| span.start.line);
        self.column = place.map(|span| span.start.column);
        self.included = place.and_then(|span| span.included.clone());
        self
    }

    /// Whether it says the same as `other`, however each is explained.
    #[must_use]
    pub fn says_the_same_as(&self, other: &Self) -> bool {
        let said = |it: &Self| (it.kind, it.line, it.column);
        said(self) == said(other)
            && self.code == other.code
            && self.name == other.name
            && self.message == other.message
            && self.included == other.included
    }
}

/// The sorts of causes.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum CauseKind {
    /// A name that the document defines nowhere.
    MissingName,
    /// Code that the author left out: `...`, or a comment where a value is due.
    ElidedBody,
    /// A crate that we do not know or may not use.
    MissingCrate,
    /// A stated manifest that asks for something that does not exist.
    Manifest,
    /// Something that a crate had in an older version, and has no longer.
    OutdatedApi,
    /// An item that a crate has only with a feature that is not enabled.
    MissingFeature,
    /// An item, a method or a signature that a known crate does not have.
    WrongApi,
    /// A definition that stands twice.
    DuplicateDefinition,
    /// Text that is not Rust.
    NotRust,
    /// An error of the code itself.
    CompileError,
    /// Something that the machine lacks.
    Environment,
    /// A `#[test]` that failed.
    TestFailed,
    /// A doctest that failed.
    DoctestFailed,
    /// A program that failed.
    ProgramFailed,
    /// An expectation that did not come true.
    Expectation,
    /// Why an example was not judged.
    Skipped,
}

impl CauseKind {
    /// The words used where people read them.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MissingName => "missing name",
            Self::ElidedBody => "elided code",
            Self::MissingCrate => "missing crate",
            Self::Manifest => "manifest",
            Self::OutdatedApi => "outdated",
            Self::MissingFeature => "missing feature",
            Self::WrongApi => "no such API",
            Self::DuplicateDefinition => "duplicate definition",
            Self::NotRust => "not Rust",
            Self::CompileError => "error",
            Self::Environment => "environment",
            Self::TestFailed => "test failed",
            Self::DoctestFailed => "doctest failed",
            Self::ProgramFailed => "program failed",
            Self::Expectation => "expectation",
            Self::Skipped => "skipped",
        }
    }
}
