use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::IncludedPlace;

/// What there is to say about a cause besides its message: the compiler's own words, at the places
/// of the document that they are about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Explanation {
    /// The places that the compiler points at, primary ones first; only those in the document.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<Label>,
    /// What it says below them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Remark>,
    /// Errors that merely follow from this cause. They are not counted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub follow_ons: Vec<FollowOn>,
    /// The examples that define a missing name, of a document with which the example does not compile
    /// either.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub defined_in: Vec<String>,
    /// All of it as the compiler would print it, with the lines of the document: plain text
    /// without colours or control characters, bounded in size.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rendered: Option<String>,
}

/// A stretch of the document, with the words beside it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Label {
    /// Where it is.
    #[serde(flatten)]
    pub stretch: Stretch,
    /// Whether this is what the message is about, and not mere context.
    pub primary: bool,
    /// The words beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// A stretch of the document.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Stretch {
    /// 1-based line of its first character.
    pub line: usize,
    /// 1-based column of its first character, in Unicode scalar values.
    pub column: usize,
    /// 1-based line of what is behind its last character.
    pub end_line: usize,
    /// 1-based column of what is behind its last character.
    pub end_column: usize,
    /// Where it begins in the file that it is from, when the document includes that file; the other
    /// places are then those of what includes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub included: Option<IncludedPlace>,
}

/// A note or a help text below a message.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Remark {
    /// Whether it explains, or proposes what to do.
    pub level: RemarkLevel,
    /// Its text.
    pub message: String,
    /// The places in the document that it points at.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<Label>,
    /// What the compiler proposes to write.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replacements: Vec<Replacement>,
}

/// What a remark is for.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum RemarkLevel {
    /// It explains.
    #[default]
    Note,
    /// It proposes what to do.
    Help,
}

/// A text that the compiler proposes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Replacement {
    /// The text.
    pub text: String,
    /// The stretch of the document that it would take the place of, perhaps empty; absent when that
    /// is not in the document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stretch: Option<Stretch>,
}

/// An error that merely follows from a cause.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct FollowOn {
    /// The compiler's error code, if it gave one.
    pub code: Option<String>,
    /// The first line of its message.
    pub message: String,
    /// 1-based line in the document.
    pub line: Option<usize>,
    /// 1-based column in the document, in Unicode scalar values.
    pub column: Option<usize>,
}
