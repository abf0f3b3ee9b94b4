use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One thing that we added so that an example could compile, and why.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct Aid {
    /// The sort of help.
    pub kind: AidKind,
    /// What was added: a crate, a feature, a line of code.
    pub what: String,
    /// What in the text, or which compiler message, asked for it.
    pub reason: String,
}

/// The sorts of help, from what a reader takes for granted to what changes the example most.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum AidKind {
    /// A crate that the code names.
    Dependency,
    /// A cargo feature of such a crate.
    Feature,
    /// A language edition other than the newest, or than the stated one.
    Edition,
    /// Code around the example: a function, an `impl` block.
    Wrapper,
    /// A `use` that the example leaves out.
    Import,
    /// Items from other examples of the same document.
    Context,
    /// A bad and a good version of the same thing, split apart.
    Alternatives,
}

impl AidKind {
    /// The rung on which an example stands that needs this sort of help.
    #[must_use]
    pub const fn rung(self) -> Rung {
        match self {
            Self::Dependency | Self::Feature | Self::Edition => Rung::Dependencies,
            Self::Wrapper => Rung::Wrapped,
            Self::Import => Rung::Imports,
            Self::Context => Rung::Context,
            Self::Alternatives => Rung::Alternatives,
        }
    }
}

/// How much help an example had: the highest aid used.
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
pub enum Rung {
    /// As written, in an empty crate.
    #[default]
    Verbatim,
    /// With crates, features or an edition.
    Dependencies,
    /// With code around it.
    Wrapped,
    /// With added imports.
    Imports,
    /// With items from other examples.
    Context,
    /// With its alternatives split apart.
    Alternatives,
}

impl Rung {
    /// Every rung, lowest first.
    pub const ALL: [Self; 6] = [
        Self::Verbatim,
        Self::Dependencies,
        Self::Wrapped,
        Self::Imports,
        Self::Context,
        Self::Alternatives,
    ];

    /// The highest rung that `aids` reach; [`Rung::Verbatim`] when there are none.
    pub fn of<'a>(aids: impl IntoIterator<Item = &'a Aid>) -> Self {
        aids.into_iter()
            .map(|aid| aid.kind.rung())
            .max()
            .unwrap_or_default()
    }

    /// The word used in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Verbatim => "verbatim",
            Self::Dependencies => "dependencies",
            Self::Wrapped => "wrapped",
            Self::Imports => "imports",
            Self::Context => "context",
            Self::Alternatives => "alternatives",
        }
    }
}
