use std::ops::Range;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A place in a document, as editors and rustc count it.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct Position {
    /// 1-based line.
    pub line: usize,
    /// 1-based column, counted in Unicode scalar values.
    pub column: usize,
}

impl std::fmt::Display for Position {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}:{}", self.line, self.column)
    }
}

/// A stretch of an example's code, and where that stretch lies in the document.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Span {
    /// Byte range in the example's code.
    pub code: Range<usize>,
    /// First character, in the document.
    pub start: Position,
    /// One past the last character, in the document.
    pub end: Position,
    /// Where it begins in the file that it is from, when the document includes that file. The
    /// places in the document are then those of what includes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub included: Option<IncludedPlace>,
}

/// A place in a file that a document includes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct IncludedPlace {
    /// The file's path in the folder of the document's book, `/`-separated.
    pub path: String,
    /// Where in the file.
    #[serde(flatten)]
    pub position: Position,
}
