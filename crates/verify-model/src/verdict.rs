use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What is true of an example, in one word.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Compiled on the reported rung; tests, doctests and the program ran as expected.
    Passes,
    /// Has an error that no context, feature or version could cure.
    Broken,
    /// Fails against the newest dependencies, compiles against an older major version.
    Outdated,
    /// A fragment: its only causes are names that the document defines nowhere, and elided code.
    Incomplete,
    /// Compiled, but a test, a doctest or the program failed.
    Fails,
    /// Did not fail in the way in which it was expected to fail.
    Unexpected,
    /// We could not decide on, or were not allowed to use, a crate that it needs.
    Unresolved,
    /// The machine lacks something: a dependency failed to build, a file or a service is missing.
    Error,
    /// Not judged, by attribute, directive or filter.
    Skipped,
}

impl Verdict {
    /// Every verdict, in the order in which summaries list them.
    pub const ALL: [Self; 9] = [
        Self::Passes,
        Self::Broken,
        Self::Outdated,
        Self::Incomplete,
        Self::Fails,
        Self::Unexpected,
        Self::Unresolved,
        Self::Error,
        Self::Skipped,
    ];

    /// The word used in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Passes => "passes",
            Self::Broken => "broken",
            Self::Outdated => "outdated",
            Self::Incomplete => "incomplete",
            Self::Fails => "fails",
            Self::Unexpected => "unexpected",
            Self::Unresolved => "unresolved",
            Self::Error => "error",
            Self::Skipped => "skipped",
        }
    }

    /// Who has to act on this verdict.
    #[must_use]
    pub const fn blame(self) -> Blame {
        match self {
            Self::Passes | Self::Skipped => Blame::None,
            Self::Broken | Self::Outdated | Self::Incomplete | Self::Fails | Self::Unexpected => {
                Blame::Document
            }
            Self::Unresolved => Blame::Inference,
            Self::Error => Blame::Environment,
        }
    }

    /// Whether this verdict fails a run under the default policy: nothing unverified looks green.
    #[must_use]
    pub const fn fails_by_default(self) -> bool {
        !matches!(self, Self::Passes | Self::Incomplete | Self::Skipped)
    }
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// Who is at fault.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Blame {
    /// Nobody: there is nothing to mend.
    None,
    /// The document's author.
    Document,
    /// Our own guess at what the example needs.
    Inference,
    /// The machine that the example was judged on.
    Environment,
}

impl Blame {
    /// The word used in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Document => "document",
            Self::Inference => "inference",
            Self::Environment => "environment",
        }
    }
}
