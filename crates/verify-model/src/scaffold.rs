use std::collections::BTreeMap;
use std::ops::Range;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Aid, Diagnostic, Position, Span, Stage};

/// Everything that we added to an example, and what we know of its text: what judging needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scaffold {
    /// What was added, in the order of [`crate::AidKind`].
    pub aids: Vec<Aid>,
    /// The function bodies of the example; `None` when its text could not be parsed.
    pub bodies: Option<Vec<Body>>,
    /// Byte ranges of code that the author left out with `...` or `…`.
    pub elisions: Vec<Range<usize>>,
    /// Lines in which left out code was replaced by a stand-in, so that the rest could be judged.
    pub filled: Vec<Span>,
    /// Library names that the example can name in paths, besides the standard ones.
    pub libraries: Vec<String>,
    /// The crates among them, with the versions that were used.
    pub linked: Vec<LinkedCrate>,
    /// Names that the example imports, with the library that each is from.
    pub imported: BTreeMap<String, String>,
    /// Names of the items that the example defines.
    pub defined: Vec<String>,
    /// Names of the types and traits that the example defines, at any depth.
    pub types: Vec<String>,
    /// Names of the modules that the example defines.
    pub modules: Vec<String>,
    /// Names of the variables that the example binds.
    pub variables: Vec<String>,
    /// What the program reads that its user has to give.
    pub asks: Vec<Asked>,
    /// Where the example begins, when nothing in it is Rust.
    pub foreign: Option<Span>,
    /// Crates of which an older major was used, since the example does not compile with the newest.
    pub outdated: Vec<OutdatedVersion>,
    /// What the compiler said with the newest.
    pub outdated_by: Vec<Diagnostic>,
    /// First and last segments of paths in the place of a trait: `impl` headers, bounds, `dyn`.
    pub trait_names: Vec<String>,
    /// Whether it is compiled as it stands, and its tests are all that is run.
    pub is_test_harness: bool,
    /// Crates that the code needs and that were not used.
    pub unresolved: Vec<UnresolvedCrate>,
    /// Mistakes in the manifest that the document states.
    pub manifest_faults: Vec<ManifestFault>,
    /// How tests, doctests and the program said that they failed.
    pub failures: Vec<Failure>,
}

/// A crate that an example is compiled with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkedCrate {
    /// Its name in code.
    pub library: String,
    /// The package.
    pub package: String,
    /// The version that was used.
    pub version: String,
}

/// How a test, a doctest or the program said that it failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The stage in which it ran.
    pub stage: Stage,
    /// The test's name; `None` for the program.
    pub test: Option<String>,
    /// Whether it panicked, and did not merely end with an error.
    pub panicked: bool,
    /// Its own words.
    pub message: String,
    /// Where in the document it happened, or where the doctest stands.
    pub place: Option<Span>,
}

/// Something that whoever runs a program gives to it. Nobody does when it is verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Asked {
    /// Arguments on the command line.
    Arguments,
    /// Lines on standard input.
    Input,
}

impl Asked {
    /// In words.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Arguments => "arguments on the command line",
            Self::Input => "lines on standard input",
        }
    }
}

/// A function of the example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body {
    /// Byte range from the function's first attribute to the body's opening brace.
    pub signature: Range<usize>,
    /// Byte range of the body with its braces.
    pub block: Range<usize>,
    /// Whether a comment stands where the body's value is due.
    pub elided: bool,
    /// Whether something in the body says that code is left out: a comment with an ellipsis, or the
    /// body is that of statements, which go on in code that is not shown.
    pub goes_on: bool,
}

impl Body {
    /// Whether `offset` lies in the function's signature or body.
    #[must_use]
    pub fn contains(&self, offset: usize) -> bool {
        (self.signature.start..self.block.end).contains(&offset)
    }
}

/// A crate that an example needs and that was not used, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct UnresolvedCrate {
    /// The name as the code or the stated manifest has it.
    pub name: String,
    /// Why it was not used, and what to add to `verify.toml`.
    pub reason: String,
    /// Where the document names it.
    pub place: Option<Position>,
}

/// A crate of which an example needs an older major than the newest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutdatedVersion {
    /// The package.
    pub package: String,
    /// The newest version, with which the example does not compile.
    pub newest: String,
    /// The newest version of an older major, with which it does.
    pub used: String,
}

/// A mistake in a manifest that the document states.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct ManifestFault {
    /// What is wrong.
    pub message: String,
    /// Where.
    pub place: Option<Position>,
}

/// How many function bodies the compiler checked in full.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct BodyCount {
    /// Bodies without an unresolved name: every check of the compiler was made.
    pub checked: usize,
    /// All bodies of the example.
    pub total: usize,
}

/// Lints by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct LintCount {
    /// Lints at level `warn`.
    pub warnings: usize,
    /// Lints at level `deny`.
    pub errors: usize,
    /// How often each lint spoke, by its full name.
    pub by_lint: std::collections::BTreeMap<String, usize>,
}
