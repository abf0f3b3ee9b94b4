use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What became of one document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DocumentReport {
    /// The path as given on the command line, `/`-separated.
    pub path: String,
    /// Whether it could be read.
    pub status: DocumentStatus,
    /// How many Rust examples it holds.
    pub examples: usize,
    /// Its other fences, each with the reason why it is not an example.
    pub other_fences: Vec<FenceReport>,
    /// How many words in the info strings of its examples nobody knows: they have no effect.
    #[serde(default)]
    pub unknown_words: usize,
    /// What is wrong with the document itself.
    pub findings: Vec<Finding>,
}

/// Whether a document could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DocumentStatus {
    /// It was read and its examples were extracted.
    Read,
    /// It was not; a finding says why.
    Unreadable,
}

/// A code block that is not an example.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FenceReport {
    /// 1-based line of the opening fence.
    pub line: usize,
    /// 1-based line of the closing fence, or of the last line when it is never closed.
    pub end_line: usize,
    /// The raw info string.
    pub info: String,
    /// What it stands in: lists, quotes, scalars, outermost first; empty at top level.
    pub container: String,
    /// Why it is not an example.
    pub reason: String,
}

/// Something that is wrong, or remarkable, about a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// How grave it is.
    pub severity: Severity,
    /// What it is, and what to do.
    pub message: String,
    /// 1-based line, if it has a place.
    pub line: Option<usize>,
    /// 1-based column in Unicode scalar values, if it has a place.
    pub column: Option<usize>,
}

/// How grave a finding is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Probably not what the author meant.
    Warning,
    /// Certainly wrong: the run fails.
    Error,
}
