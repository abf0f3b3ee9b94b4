//! The scaffold: everything that stands around an example so that it can compile.

mod apart;
mod crates;
mod first;
mod render;
mod returns;
mod shape;
mod usual;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use verify_model::{Aid, AidKind, ManifestFault, UnresolvedCrate};

pub use crates::Allowed;
pub(crate) use crates::{inferred, library_name};
pub(crate) use first::offer;
pub use first::{Given, Offer, blank_outside, first};
pub use render::{Rendered, render};
pub(crate) use usual::{enable_all, enable_for, infer, is_usual};

/// What a generated crate is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The package's name: the stated one, else `example`.
    pub package: String,
    /// The language edition.
    pub edition: Edition,
    /// Library or program.
    pub target: Target,
    /// Crates by the key under which the manifest lists them.
    pub dependencies: BTreeMap<String, Dependency>,
    /// Whether it brings what the standard library brings otherwise, so that it has no tests.
    pub freestanding: bool,
    /// Whether every usual feature of crates that nobody states is enabled, needed or not.
    pub has_all_usual: bool,
    /// The function around statements.
    pub wrapper: Wrapper,
    /// Whether `main` is to panic: a test is added that tells a panic from an exit.
    pub panics: bool,
    /// Names that are defined several times at the top level: every definition but the last one is
    /// moved into a module of its own.
    pub split: BTreeSet<String>,
    /// Types that implement a trait several times: every such `impl` but the last one is moved into
    /// a module, together with the type and the rest of its `impl` blocks.
    pub split_impls: BTreeSet<String>,
    /// Where items begin that declare something several times under one name: each version but the last
    /// one is moved into a module, together with the rest of the item and its type.
    pub split_members: BTreeSet<usize>,
    /// `use` declarations to add, without `use` and `;`, in the order in which they were asked for.
    pub imports: Vec<String>,
    /// The same inside inline modules, by the byte offset at which a module's inside begins.
    pub inner_imports: BTreeMap<usize, BTreeSet<String>>,
    /// Items of earlier examples that stand before the example's own code.
    pub context: Vec<Borrowed>,
    /// What stands in for missing traits, in a plan that only looks behind them.
    pub stand_ins: Option<StandIns>,
    /// Features that were enabled together and may not all be needed.
    pub spare: Option<Spare>,
    /// Crates of which an older major is used, since the example was written for it.
    pub outdated: Vec<OutdatedCrate>,
    /// Which crates' versions follow those of others.
    pub company: Company,
    /// Those of the imports that are guesses: what only the name speaks for, and how little.
    pub guesses: BTreeMap<String, Doubt>,
    /// What else the imports could be, by path: the standard library has something of that name, too.
    pub rivals: BTreeMap<String, String>,
    /// Traits among the imports, by path, each with the method that it is to bring.
    pub methods: BTreeMap<String, String>,
    /// Keys of the dependencies that only imports need.
    pub linked: BTreeSet<String>,
    /// Imports that were tried and do not resolve.
    pub rejected_imports: BTreeSet<String>,
    /// Names for which nothing is guessed any more, since the compiler could not confirm a guess.
    pub unguessed: BTreeSet<String>,
    /// Each piece of help, with its reason.
    pub aids: Vec<Aid>,
    /// Crates that the code needs and that may not, or cannot, be used.
    pub unresolved: Vec<UnresolvedCrate>,
    /// Mistakes in the stated manifest.
    pub manifest_faults: Vec<ManifestFault>,
}

/// The compiler's library for procedural macros. Nothing but their own crates has it without being
/// linked by hand.
pub(crate) const MACRO_LIBRARY: &str = "proc_macro";

/// The name of a generated package whose document states none.
pub const PACKAGE: &str = "example";

impl Plan {
    /// An empty library, without help of any kind.
    #[must_use]
    pub fn bare(package: String) -> Self {
        Self {
            package,
            edition: Edition::default(),
            target: Target::Library,
            dependencies: BTreeMap::new(),
            freestanding: false,
            has_all_usual: false,
            wrapper: Wrapper::None,
            panics: false,
            split: BTreeSet::new(),
            split_impls: BTreeSet::new(),
            split_members: BTreeSet::new(),
            imports: Vec::new(),
            inner_imports: BTreeMap::new(),
            context: Vec::new(),
            stand_ins: None,
            spare: None,
            outdated: Vec::new(),
            company: Company::default(),
            guesses: BTreeMap::new(),
            rivals: BTreeMap::new(),
            methods: BTreeMap::new(),
            linked: BTreeSet::new(),
            rejected_imports: BTreeSet::new(),
            unguessed: BTreeSet::new(),
            aids: Vec::new(),
            unresolved: Vec::new(),
            manifest_faults: Vec::new(),
        }
    }

    /// Takes a dependency out, and what the aids say of it.
    pub fn drop_dependency(&mut self, key: &str) {
        self.linked.remove(key);
        if let Some(dependency) = self.dependencies.remove(key) {
            self.aids.retain(|aid| !is_about(aid, &dependency.package));
        }
    }

    /// Takes an import out, and what the aids say of it.
    pub(crate) fn forget_import(&mut self, import: &str) {
        self.imports.retain(|other| other != import);
        for imports in self.inner_imports.values_mut() {
            imports.remove(import);
        }
        self.guesses.remove(import);
        self.rivals.remove(import);
        self.aids
            .retain(|aid| aid.kind != AidKind::Import || aid.what != import);
    }

    /// Keeps those features of a dependency that `is_kept` says yes to, and returns whether there were
    /// others.
    pub fn keep_features(&mut self, key: &str, is_kept: impl Fn(&str) -> bool) -> bool {
        let Some(dependency) = self.dependencies.get_mut(key) else {
            return false;
        };
        let all = std::mem::take(&mut dependency.features);
        let (kept, gone) = all.into_iter().partition(|it| is_kept(it));
        dependency.features = kept;
        let gone: BTreeSet<String> = gone;
        let is_gone = |aid: &Aid| {
            let feature = aid.what.strip_prefix(dependency.package.as_str());
            let feature = feature.and_then(|it| it.strip_prefix('/'));
            aid.kind == AidKind::Feature && feature.is_some_and(|it| gone.contains(it))
        };
        self.aids.retain(|aid| !is_gone(aid));
        !gone.is_empty()
    }

    /// Records help, unless the same is recorded already.
    pub fn add_aid(&mut self, kind: AidKind, what: impl Into<String>, reason: impl Into<String>) {
        let what = what.into();
        if !self
            .aids
            .iter()
            .any(|aid| aid.kind == kind && aid.what == what)
        {
            let reason = reason.into();
            self.aids.push(Aid { kind, what, reason });
        }
    }
}

/// How doubtful a guessed import is, the least doubtful first.
///
/// What the document imports itself is no guess, nor is what hardly means anything else. A guess
/// gives way as soon as an error could come of it, and proves nothing about an example that is to
/// fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Doubt {
    /// Another example imports it, and projects give their own types such names, too.
    CommonWord,
    /// A crate that the example uses has it.
    UsedCrate,
    /// The standard library has it.
    Standard,
    /// A crate that another example uses has it.
    MentionedCrate,
    /// A crate that nothing else speaks for has it.
    KnownCrate,
}

/// Features of one crate, some of which may be taken out again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spare {
    /// The crate's key among the dependencies.
    pub key: String,
    /// Groups of features; each is taken out as a whole, and halved when it is needed.
    pub parts: Vec<Vec<String>>,
    /// How often that is still tried.
    pub left: usize,
}

/// What takes the place of missing traits, so that the compiler goes on to check types; or of
/// features that are not on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StandIns {
    /// What to write at which byte ranges of the code instead, in order.
    pub changes: Vec<(Range<usize>, String)>,
    /// Items of our own behind the code.
    pub items: String,
    /// Byte ranges of the code about which the compiler then says nothing that is certain.
    pub blind: Vec<Range<usize>>,
    /// Words of which nothing certain is said.
    pub vague: BTreeSet<String>,
}

/// Whether an aid is a package, with or without a version, or one of its features.
#[must_use]
pub fn is_about(aid: &Aid, package: &str) -> bool {
    let is_of_crates = matches!(aid.kind, AidKind::Dependency | AidKind::Feature);
    let rest = aid.what.strip_prefix(package);
    is_of_crates && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '/']))
}

/// A crate that the example wants older than it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutdatedCrate {
    /// Its key among the dependencies.
    pub key: String,
    /// The newest version, with which the example does not compile.
    pub newest: String,
}

/// Crates of which some have the versions that go with those of others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Company {
    /// Keys of the crates that the others follow; none where each has a version of its own.
    pub leads: BTreeSet<String>,
    /// The crates that follow, by key, as they were before.
    pub followers: BTreeMap<String, Follower>,
    /// Libraries that are there in several versions, which the code takes for one.
    pub shared: BTreeSet<String>,
    /// Whether the document states the versions of the leads.
    pub is_stated: bool,
}

/// A crate before it followed another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Follower {
    /// What the manifest had.
    pub dependency: Dependency,
    /// What the aids said of it.
    pub aids: Vec<Aid>,
}

/// Items that one example has from another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Borrowed {
    /// The name that they define.
    pub name: String,
    /// Their text.
    pub text: String,
    /// Whether the document defines it only once, and in full: then what is wrong with its use is
    /// the user's fault.
    pub is_certain: bool,
    /// Whether it is a function of another section: such names are anyone's, and what it takes and
    /// returns shows nothing.
    pub is_remote: bool,
    /// The line of the example that defines it, when it is what the example itself lacks.
    pub asked: Option<usize>,
}

/// A language edition.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub enum Edition {
    /// Rust 2015.
    #[serde(rename = "2015")]
    E2015,
    /// Rust 2018.
    #[serde(rename = "2018")]
    E2018,
    /// Rust 2021.
    #[serde(rename = "2021")]
    E2021,
    /// Rust 2024, the newest.
    #[default]
    #[serde(rename = "2024")]
    E2024,
}

impl Edition {
    /// Reads `2021` and the like; `None` for years that are no edition.
    #[must_use]
    pub fn parse(year: &str) -> Option<Self> {
        match year {
            "2015" => Some(Self::E2015),
            "2018" => Some(Self::E2018),
            "2021" => Some(Self::E2021),
            "2024" => Some(Self::E2024),
            _ => None,
        }
    }

    /// The year.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::E2015 => "2015",
            Self::E2018 => "2018",
            Self::E2021 => "2021",
            Self::E2024 => "2024",
        }
    }
}

/// What is built from an example.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// A library: there is nothing to start.
    Library,
    /// A library of procedural macros.
    ProcMacro,
    /// A program.
    Program,
}

/// A crate that an example uses.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Dependency {
    /// The package's name in the registry.
    pub package: String,
    /// The version requirement; `None` for the newest.
    pub requirement: Option<String>,
    /// Features to enable.
    pub features: BTreeSet<String>,
    /// Whether default features are enabled.
    pub default_features: bool,
    /// The package's directory, for packages of the workspace that the document lives in.
    pub path: Option<PathBuf>,
    /// What the document states of it.
    pub stated: Stated,
    /// Whether the requirement is ours: newer releases do not build.
    pub falls_back: bool,
}

impl Dependency {
    /// A package that nobody stated: with its default features.
    #[must_use]
    pub fn inferred(package: &str, requirement: Option<String>) -> Self {
        Self {
            package: package.to_owned(),
            requirement,
            features: BTreeSet::new(),
            default_features: true,
            path: None,
            stated: Stated::Nowhere,
            falls_back: false,
        }
    }
}

/// What a document states of a crate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Stated {
    /// Nothing.
    Nowhere,
    /// Its version, in a place that is not about the example: features may join it.
    Version,
    /// Its version, and features that may be for another section further down: others may join them,
    /// and they may go.
    Later,
    /// Version and features in another section. They are taken exactly, but for default features that
    /// it turns off and that the example needs.
    Apart,
    /// Version and features, both of which are taken exactly.
    Exactly,
}

impl Stated {
    /// Whether no features may join those that are stated.
    #[must_use]
    pub fn is_exact(self) -> bool {
        matches!(self, Self::Apart | Self::Exactly)
    }
}

/// The function that statements are put into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Wrapper {
    /// None: the text consists of items.
    None,
    /// A function.
    Function {
        /// How the function waits for futures.
        waits: Waits,
        /// What it returns.
        returns: Returns,
    },
}

impl Wrapper {
    /// Codes of the errors that statements would make in a `main` that neither waits nor returns
    /// anything. `awaits` says whether they wait for futures, and do not merely need a runtime.
    #[must_use]
    pub fn lends(&self, awaits: bool) -> Vec<&'static str> {
        let Self::Function { waits, returns } = self else {
            return Vec::new();
        };
        let waits = (awaits && *waits != Waits::No).then_some("E0728");
        // A result that is shown is asked for.
        let returns = match returns {
            Returns::Unit | Returns::OwnOk | Returns::OwnTypes => None,
            Returns::Value => Some("E0308"),
            _ => Some("E0277"),
        };
        waits.into_iter().chain(returns).collect()
    }
}

/// How a wrapping function waits for futures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Waits {
    /// It is not async.
    No,
    /// An async `main` on tokio, which the example itself uses.
    OnTokio,
    /// An async function that is compiled and not run: the example names no runtime.
    Unrun,
}

impl Waits {
    /// What the wrapper is called among the aids.
    pub(crate) const fn wrapper(self) -> &'static str {
        match self {
            Self::No => "fn main()",
            Self::OnTokio => "#[tokio::main] async fn main()",
            Self::Unrun => "async fn",
        }
    }
}

/// What a wrapping function returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Returns {
    /// Nothing.
    Unit,
    /// `Result<(), Box<dyn Error>>`; `Ok(())` is added behind the statements.
    BoxedError,
    /// `Result<(), Box<dyn Error>>`; the statements end in their own `Ok(…)`.
    OwnOk,
    /// `Result<impl Sized, Box<dyn Error>>`: the statements return values that they know.
    OwnResult,
    /// The same with `impl Debug` for the error: the statements know that, too.
    OwnTypes,
    /// The same with an error that any other becomes: theirs do not become a `Box<dyn Error>`.
    AnyError,
    /// `Option<()>`, since `?` is used on options.
    Option,
    /// `Option<impl Sized>`: the statements return options early, of values that they know.
    OptionOfValue,
    /// `impl Sized`: the statements return a value that they know.
    Value,
}

/// The name of the test that `main` panics.
pub const PANIC_TEST: &str = "verify_main_panics";

/// The name of the type that stands in for `Self` around a lone method.
pub const STAND_IN: &str = verify_model::judge::STAND_IN;

#[cfg(test)]
mod tests;
