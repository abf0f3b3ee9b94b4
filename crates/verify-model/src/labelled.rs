use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a document's own words say against an example. It changes no verdict: the example is judged
/// as it is written.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Labelled {
    /// It is shown as something not to do.
    Bad,
    /// It shows what not to do beside what to do.
    BadAndGood,
    /// It is said not to compile.
    DoesNotCompile,
    /// It is said to panic.
    Panics,
}

impl Labelled {
    /// The words used where people read them.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bad => "labelled bad",
            Self::BadAndGood => "labelled bad and good",
            Self::DoesNotCompile => "labelled as not compiling",
            Self::Panics => "labelled as panicking",
        }
    }
}
