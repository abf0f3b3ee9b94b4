use std::collections::{BTreeMap, BTreeSet};
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
    /// For each of these bodies, byte ranges of the declarations that it rests on; empty when all
    /// compiles.
    pub foundations: Vec<Vec<Range<usize>>>,
    /// Byte ranges of what operators and casts are applied to.
    pub operands: Vec<Range<usize>>,
    /// Byte ranges of code that the author left out with `...` or `…`.
    pub elisions: Vec<Range<usize>>,
    /// What is left out in places that are Rust all the same.
    pub left_out: LeftOut,
    /// Lines in which left out code was replaced by a stand-in, so that the rest could be judged.
    pub filled: Vec<Span>,
    /// Codes of the errors that its statements would make in a plain function, and do not make in the
    /// one that was put around them.
    pub lent: Vec<&'static str>,
    /// What the example is when it lacks what stands around it, and where it begins.
    pub fragment: Option<(Fragment, Span)>,
    /// Library names that the example can name in paths, besides the standard ones.
    pub libraries: Vec<String>,
    /// The crates among them, with the versions that were used.
    pub linked: Vec<LinkedCrate>,
    /// Names that the example imports, or that a linked crate is known for, with the library that
    /// each is from.
    pub imported: BTreeMap<String, String>,
    /// Names of the types that the example defines, by the derive macros on them.
    pub derived: BTreeMap<String, Vec<String>>,
    /// Names of the items that the example defines.
    pub defined: Vec<String>,
    /// Names that earlier examples define and that were not taken from them, with these examples.
    pub shown: BTreeMap<String, Vec<String>>,
    /// Names of the types and traits that the example defines, at any depth.
    pub types: Vec<String>,
    /// Names of the modules that the example defines.
    pub modules: Vec<String>,
    /// Methods that traits of well-known crates bring, with the traits; without those of which the
    /// compiler would say so, or that were tried.
    pub bringers: BTreeMap<String, Vec<Bringer>>,
    /// Names of the variables that the example binds.
    pub variables: Vec<String>,
    /// Those that statements bind outside every function.
    pub locals: Vec<String>,
    /// Names of the macros that the example defines at its top level.
    pub macros: Vec<String>,
    /// Texts of the example that its output may repeat: its string literals and the names of its types
    /// and variants.
    pub spoken: Vec<String>,
    /// What the program reads that its user has to give.
    pub asks: Vec<Asked>,
    /// Where its statements end early, in the function that was put around them.
    pub early_ends: Vec<EarlyEnd>,
    /// Where the example begins, when nothing in it is Rust.
    pub foreign: Option<Span>,
    /// Where the example begins, when it states a manifest and holds no code.
    pub without_code: Option<Span>,
    /// Crates of which an older major was used, since the example does not compile with the newest.
    pub outdated: Vec<OutdatedVersion>,
    /// What the compiler said with the newest.
    pub outdated_by: Vec<Diagnostic>,
    /// Byte ranges of its attributes, without `derive`.
    pub attributes: Vec<Range<usize>>,
    /// Byte ranges of its `use` declarations.
    pub uses: Vec<Range<usize>>,
    /// The `impl` blocks.
    pub impls: Vec<ImplBlock>,
    /// Byte ranges of functions that belong to an `impl` which is not shown.
    pub unseen_impls: Vec<Range<usize>>,
    /// Byte ranges of the items among its statements.
    pub among_statements: Vec<Range<usize>>,
    /// Byte ranges of what the example defines at the top level, with nothing beside it; its imports
    /// when it has nothing else.
    pub outer: Vec<Range<usize>>,
    /// Byte ranges of what is configured out, and so was not compiled, and of assembly that nobody
    /// assembled.
    pub absent: Vec<Range<usize>>,
    /// First and last segments of paths in the place of a trait: `impl` headers, bounds, `dyn`; and
    /// all segments of the paths that these are imported by.
    pub trait_names: Vec<String>,
    /// Names of functions that traits of the document's other examples declare.
    pub declared_elsewhere: Vec<String>,
    /// What the compiler says of the rest once something stands in for missing traits, or once the
    /// features that only the example names are on.
    pub behind: Option<Behind>,
    /// Whether it is compiled as it stands, and its tests are all that is run.
    pub is_test_harness: bool,
    /// Crates that the code needs and that were not used.
    pub unresolved: Vec<UnresolvedCrate>,
    /// Mistakes in the manifest that the document states.
    pub manifest_faults: Vec<ManifestFault>,
    /// How tests, doctests and the program said that they failed.
    pub failures: Vec<Failure>,
}

/// What an example leaves out in places where Rust does not mind: in comments, or where something
/// was filled in. Byte ranges of its code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// What stands before the delimiter that something is left out behind.
    pub heads: Vec<LeftOutHead>,
    /// Types and traits that are not defined in full.
    pub types: BTreeSet<String>,
    /// Types whose attributes are left out in part: they may have any trait that can be derived.
    pub derived: BTreeSet<String>,
    /// Code at which such attributes stand, which may make something else of it.
    pub rewritten: Vec<Range<usize>>,
    /// Blocks that hold nothing but a comment.
    pub blocks: Vec<Range<usize>>,
    /// Where statements are left out.
    pub gaps: Vec<Gap>,
}

/// An `impl` block of an example.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImplBlock {
    /// Byte range of the type.
    pub owner: Range<usize>,
    /// Its name, when it is a plain name with or without arguments.
    pub name: Option<String>,
    /// Byte range between the braces.
    pub inside: Range<usize>,
    /// The names of its functions.
    pub functions: Vec<String>,
}

/// A trait that brings a method to types of others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bringer {
    /// The full path to the trait.
    pub path: String,
    /// Names of the types that have it, `[` for slices; nothing when these are too many to list.
    pub on: Vec<String>,
}

/// A place at which statements are left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// Where they would begin.
    pub place: usize,
    /// Byte range of the block that they belong to.
    pub block: Range<usize>,
    /// The same of the body of the innermost loop around them.
    pub around: Option<Range<usize>>,
}

/// Code up to a delimiter that something is left out behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOutHead {
    /// Where it stands.
    pub range: Range<usize>,
    /// What it is.
    pub within: LeftOutIn,
}

/// What something is left out of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeftOutIn {
    /// The arms of a `match`.
    Match,
    /// The items of an `impl`.
    Impl,
    /// The fields of a value or a pattern.
    Fields,
    /// The arguments of a call.
    Arguments,
}

/// Rust that lacks what stands around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fragment {
    /// Method calls, without the value that they begin with.
    Chain,
    /// Arms of a `match`.
    Arms,
    /// Fields of a struct's definition.
    Fields,
    /// Fields of a struct's value.
    Values,
    /// Variants of an enum.
    Variants,
    /// A `where` clause.
    Bounds,
    /// Functions without their bodies.
    Signatures,
    /// An `impl` or a trait without its braces.
    Head,
    /// Attributes.
    Attributes,
    /// Code, and behind it attributes of something else.
    Announced,
    /// A type.
    Type,
    /// Code in which names stand for what is not said.
    Notation,
    /// Code from within a block to behind it.
    Torn,
}

impl Fragment {
    /// What it is and lacks.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Chain => "the value that these method calls begin with is not shown",
            Self::Arms => "the `match` that these arms belong to is not shown",
            Self::Fields => "the struct that these fields belong to is not shown",
            Self::Values => "the struct that these fields are of is not shown",
            Self::Variants => "the enum that these variants belong to is not shown",
            Self::Bounds => "what this `where` clause belongs to is not shown",
            Self::Signatures => "the bodies of these functions are not shown",
            Self::Head => "what stands in the braces of this is not shown",
            Self::Attributes | Self::Announced => {
                "the item that these attributes belong to is not shown"
            }
            Self::Type => "what is of this type is not shown",
            Self::Notation => "the bounds that names stand for here are not shown",
            Self::Torn => "the code that these braces are around is not shown as a whole",
        }
    }

    /// What was put around it.
    #[must_use]
    pub const fn around(self) -> &'static str {
        match self {
            Self::Chain => "a value",
            Self::Arms => "match",
            Self::Fields | Self::Attributes => "struct",
            Self::Values => "a struct's value",
            Self::Variants => "enum",
            Self::Bounds => "trait",
            Self::Signatures => ";",
            Self::Head => "{}",
            Self::Announced => "an item",
            Self::Type => "an argument",
            Self::Notation => ":",
            Self::Torn => "braces",
        }
    }

    /// Whether it is code that runs, so that what the compiler says of it counts.
    #[must_use]
    pub const fn is_code(self) -> bool {
        matches!(
            self,
            Self::Chain | Self::Arms | Self::Values | Self::Torn | Self::Announced
        )
    }
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
    /// Whether it is for other systems, so that nothing of it can be used here.
    pub is_elsewhere: bool,
    /// Whether it has other items on other systems, of which the compiler cannot tell.
    pub is_per_system: bool,
    /// Features that only stand for an optional dependency, each with the one that is meant for users
    /// and turns it on.
    pub features: BTreeMap<String, String>,
}

/// What the compiler says behind traits that are missing. It checks no types where one is, so the
/// example is compiled once more with empty traits in their place. Nor does it look at what is behind a
/// feature that is not on; there, each feature's turn comes in a compilation of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Behind {
    /// Errors that do not come of what stands in.
    pub errors: Vec<Diagnostic>,
    /// Byte ranges that were not checked in full even so.
    pub unchecked: Vec<Range<usize>>,
}

impl Behind {
    /// Whether all of `body` was checked.
    #[must_use]
    pub fn checked(&self, body: &Body) -> bool {
        let mut unchecked = self.unchecked.iter();
        !unchecked.any(|it| it.contains(&body.block.start) || body.contains(it.start))
    }
}

/// A place at which statements may end before the last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EarlyEnd {
    /// Where.
    pub place: Span,
    /// Whether it is a `?` that ends them, and no `return`.
    pub asks: bool,
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
    /// Whether it happened in code that was put around the example.
    pub is_around: bool,
    /// Where in the document it happened, or where the doctest stands.
    pub place: Option<Span>,
    /// The crate that a doctest does not find, when that is all that is wrong with it.
    pub missing_crate: Option<String>,
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
