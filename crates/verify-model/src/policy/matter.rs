use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Verdict;

/// What a policy denies or allows: a verdict, lints as such, or programs that do not end.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(into = "String", try_from = "String")]
#[schemars(with = "String")]
pub enum Matter {
    /// Examples with this verdict.
    Verdict(Verdict),
    /// Lints of any name.
    Lints,
    /// Programs that neither ended nor failed within their time.
    Unfinished,
}

impl Matter {
    /// Every matter: the verdicts in their order, then the others.
    pub fn all() -> impl Iterator<Item = Self> {
        let verdicts = Verdict::ALL.into_iter().map(Self::Verdict);
        verdicts.chain([Self::Lints, Self::Unfinished])
    }

    /// The matter that `word` names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::all().find(|matter| matter.as_str() == word)
    }

    /// The word used in policies and reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Verdict(verdict) => verdict.as_str(),
            Self::Lints => "lints",
            Self::Unfinished => "unfinished",
        }
    }
}

impl From<Matter> for String {
    fn from(matter: Matter) -> Self {
        matter.as_str().to_owned()
    }
}

impl TryFrom<String> for Matter {
    type Error = String;

    fn try_from(word: String) -> Result<Self, String> {
        Self::parse(&word).ok_or_else(|| format!("`{word}` is nothing that a policy knows"))
    }
}
