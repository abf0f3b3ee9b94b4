//! The built-in list of well-known crates: what `data/crates.toml` says, made searchable.
//!
//! The list answers three questions. Which package does a name in code belong to, and with which
//! features do documents use it (`by_library`, `by_package`)? Which crate does a bare macro, derive
//! or attribute imply (`implying_*`)? From where could a missing name be imported (`exporters`)?
//! It never guesses: two crates that imply a name equally imply nothing.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use serde::Deserialize;
use verify_model::Bringer;

/// The list itself; its header documents every field.
const DATA: &str = include_str!("../data/crates.toml");

/// Parsed once. A test proves that the embedded list parses, so the empty list is never seen.
static BUILTIN: LazyLock<KnownCrates> =
    LazyLock::new(|| KnownCrates::parse(DATA).unwrap_or_default());

/// One well-known crate.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a key of its own in the list"
)]
pub struct KnownCrate {
    /// The package, as the registry spells it (`md-5`).
    pub name: String,
    /// The library's name in code (`md5`); always filled in.
    pub lib: String,
    /// Features that documents assume without saying so; for documents that state none.
    pub features: Vec<String>,
    /// Those of them that few documents need, each with names of which one then stands in the code.
    pub when: BTreeMap<String, Vec<String>>,
    /// Function-like macros whose bare use implies the crate, without `!`.
    pub macros: Vec<String>,
    /// Derive macros whose bare use implies the crate.
    pub derives: Vec<String>,
    /// Attribute macros whose bare use implies the crate.
    pub attributes: Vec<String>,
    /// Names directly below the library's root that tell the crate from others whose library has
    /// the same name.
    pub items: Vec<String>,
    /// Paths below the library's root whose last segments documents use without importing them.
    pub exports: Vec<String>,
    /// Which crate wins when several imply the same name: the highest.
    pub rank: i32,
    /// Methods of extension traits, each with the trait's path below the library's root.
    pub methods: BTreeMap<String, String>,
    /// Those of the methods that imply the crate where nothing else names it.
    pub telling: Vec<String>,
    /// Traits below the library's root, each with methods that it brings to types of others. They
    /// imply nothing: several crates may have such a method.
    pub brings: BTreeMap<String, Vec<String>>,
    /// Those of the traits that only certain types have, with the types' names; `[` for slices.
    pub on: BTreeMap<String, Vec<String>>,
    /// The library is called what a project's own module may well be called.
    pub common_word: bool,
    /// It takes minutes to build, so that a bare name alone does not imply it.
    pub heavy: bool,
    /// Programs that use it need somebody to run them, such as cargo, which runs build scripts.
    pub not_run: bool,
    /// It has other items on other systems, by macros that the compiler cannot tell of.
    pub per_system: bool,
    /// One sentence about what is remarkable (deprecated, renamed, cannot be built).
    pub note: Option<String>,
    /// C libraries or tools that building the crate needs.
    pub system: Vec<String>,
}

impl KnownCrate {
    /// The full path of a name that the crate provides: `time::macros::datetime` for `datetime`.
    ///
    /// A name that `exports` does not place deeper is taken to be at the library's root, as the
    /// list promises for macros, derives and attributes.
    #[must_use]
    pub fn path_of(&self, name: &str) -> String {
        let below = self.exports.iter().find(|path| last_segment(path) == name);
        format!("{}::{}", self.lib, below.map_or(name, String::as_str))
    }

    /// The names that it exports, without their paths.
    pub fn exported_names(&self) -> impl Iterator<Item = &str> {
        self.exports.iter().map(|path| last_segment(path))
    }
}

/// The well-known crates, indexed by everything that a document can mention.
#[derive(Debug, Clone, Default)]
pub struct KnownCrates {
    crates: Vec<KnownCrate>,
    packages: Index,
    libraries: Index,
    macros: Index,
    derives: Index,
    attributes: Index,
    exports: Index,
}

/// A name to the positions of the crates that it leads to, best rank first, then in list order.
type Index = HashMap<String, Vec<usize>>;

impl KnownCrates {
    /// The list that is part of this program.
    #[must_use]
    pub fn builtin() -> &'static Self {
        &BUILTIN
    }

    /// Whether any crate on the list is called `lib` in code.
    #[must_use]
    pub fn has_library(&self, lib: &str) -> bool {
        self.found(&self.libraries, lib).next().is_some()
    }

    /// The crate that code calls `lib` when it names those items below it of which `is_named` says so: `md5` is the
    /// library of two packages. `None` when nothing tells them apart.
    #[must_use]
    pub fn by_library_and_use(
        &self,
        lib: &str,
        is_named: impl Fn(&str) -> bool,
    ) -> Option<&KnownCrate> {
        let is_used = |known: &&KnownCrate| known.items.iter().any(|item| is_named(item));
        let mut used = self.found(&self.libraries, lib).filter(is_used);
        match (used.next(), used.next()) {
            (Some(only), None) => Some(only),
            _ => self.by_library(lib),
        }
    }

    /// The crate of a package name; `-` and `_` are equal, as they are to the registry.
    #[must_use]
    pub fn by_package(&self, name: &str) -> Option<&KnownCrate> {
        self.best(&self.packages, &normalized(name))
    }

    /// The crate that code calls `lib` (`serde_json`, `md5`).
    #[must_use]
    pub fn by_library(&self, lib: &str) -> Option<&KnownCrate> {
        self.best(&self.libraries, lib)
    }

    /// The crate that a bare `name!` implies; `None` too when several imply it equally.
    #[must_use]
    pub fn implying_macro(&self, name: &str) -> Option<&KnownCrate> {
        self.best(&self.macros, name)
    }

    /// The crate that a bare `#[derive(name)]` implies; `None` too when several imply it equally.
    #[must_use]
    pub fn implying_derive(&self, name: &str) -> Option<&KnownCrate> {
        self.best(&self.derives, name)
    }

    /// The crate whose extension trait brings a method, and the trait's full path; `None` too when
    /// several do.
    #[must_use]
    pub fn extension_trait(&self, method: &str) -> Option<(&KnownCrate, String)> {
        let mut found = self.iter().filter_map(|known| {
            let path = known.methods.get(method)?;
            Some((known, format!("{}::{path}", known.lib)))
        });
        let first = found.next();
        if found.next().is_some() { None } else { first }
    }

    /// The traits that bring a method to types of others.
    #[must_use]
    pub fn bringers(&self, method: &str) -> Vec<(&KnownCrate, Bringer)> {
        let mut found = Vec::new();
        for known in self.iter() {
            let of_it = known.methods.get(method).into_iter();
            let has = |methods: &[String]| methods.iter().any(|it| it == method);
            let brings = known.brings.iter().filter(|(_, it)| has(it));
            for path in of_it.chain(brings.map(|(path, _)| path)) {
                let bringer = Bringer {
                    path: format!("{}::{path}", known.lib),
                    on: known.on.get(path).cloned().unwrap_or_default(),
                };
                found.push((known, bringer));
            }
        }
        found
    }

    /// The crate that a bare `#[name]` implies; `None` too when several imply it equally.
    #[must_use]
    pub fn implying_attribute(&self, name: &str) -> Option<&KnownCrate> {
        self.best(&self.attributes, name)
    }

    /// Every crate that exports `name`, with the full path to it (`tokio::sync::mpsc`), best rank
    /// first. Only what `exports` lists: derives and other macros have `implying_*` and
    /// [`KnownCrate::path_of`].
    #[must_use]
    pub fn exporters(&self, name: &str) -> Vec<(&KnownCrate, String)> {
        self.found(&self.exports, name)
            .map(|known| (known, known.path_of(name)))
            .collect()
    }

    /// The package that a misspelled name probably means: the nearest one of the same first letter at
    /// most two edits away, one for names so short that two edits could make anything of them. `None`
    /// for a known name.
    #[must_use]
    pub fn similar(&self, name: &str) -> Option<&str> {
        let wanted = normalized(name);
        if self.packages.contains_key(&wanted) {
            return None;
        }
        let length = wanted.chars().count();
        let limit = if length < 8 { 1 } else { 2 };
        self.crates
            .iter()
            .filter(|known| known.name.len().abs_diff(length) <= limit)
            .filter(|known| known.name.chars().next() == wanted.chars().next())
            .map(|known| {
                let edits = strsim::osa_distance(&wanted, &normalized(&known.name));
                (edits, Reverse(known.rank), known.name.as_str())
            })
            .filter(|(edits, ..)| *edits <= limit)
            .min()
            .map(|(.., name)| name)
    }

    /// All crates, sorted by package name.
    pub fn iter(&self) -> impl Iterator<Item = &KnownCrate> {
        self.crates.iter()
    }

    /// Reads a list in the format of `data/crates.toml`.
    fn parse(text: &str) -> Result<Self, toml::de::Error> {
        let list: List = toml::from_str(text)?;
        let crates: Vec<KnownCrate> = list.crates.into_iter().map(KnownCrate::from).collect();
        Ok(Self {
            packages: index(&crates, |known| vec![normalized(&known.name)]),
            libraries: index(&crates, |known| vec![known.lib.clone()]),
            macros: index(&crates, |known| known.macros.clone()),
            derives: index(&crates, |known| known.derives.clone()),
            attributes: index(&crates, |known| known.attributes.clone()),
            exports: index(&crates, |known| {
                known.exported_names().map(str::to_owned).collect()
            }),
            crates,
        })
    }

    /// The crates that an index has under a name, best rank first.
    fn found<'a>(&'a self, index: &'a Index, name: &str) -> impl Iterator<Item = &'a KnownCrate> {
        let positions = index.get(name).map_or(&[][..], Vec::as_slice);
        positions.iter().filter_map(|&at| self.crates.get(at))
    }

    /// The one crate of the best rank; `None` when there is no such crate or no single one.
    fn best<'a>(&'a self, index: &'a Index, name: &str) -> Option<&'a KnownCrate> {
        let mut found = self.found(index, name);
        let best = found.next()?;
        let rival = found.next().is_some_and(|next| next.rank == best.rank);
        (!rival).then_some(best)
    }
}

/// Indexes the crates by the names that `names_of` gives for each.
fn index(crates: &[KnownCrate], names_of: impl Fn(&KnownCrate) -> Vec<String>) -> Index {
    let mut best_first: Vec<(usize, &KnownCrate)> = crates.iter().enumerate().collect();
    best_first.sort_by_key(|(_, known)| Reverse(known.rank));
    let mut index = Index::new();
    for (at, known) in best_first {
        for name in names_of(known) {
            index.entry(name).or_default().push(at);
        }
    }
    index
}

/// The name at the end of a path: `mpsc` of `sync::mpsc`.
fn last_segment(path: &str) -> &str {
    path.rsplit_once("::").map_or(path, |(_, name)| name)
}

/// The spelling under which two package names that the registry holds equal are the same.
fn normalized(package: &str) -> String {
    package.replace('-', "_")
}

/// The file's form. An unknown field is an error, so that a misspelled one cannot hide.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    #[serde(rename = "crate")]
    crates: Vec<Entry>,
}

/// One `[[crate]]` table.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a key of its own in the list"
)]
struct Entry {
    name: String,
    lib: Option<String>,
    #[serde(default)]
    features: Vec<String>,
    #[serde(default)]
    when: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    macros: Vec<String>,
    #[serde(default)]
    derives: Vec<String>,
    #[serde(default)]
    attributes: Vec<String>,
    #[serde(default)]
    items: Vec<String>,
    #[serde(default)]
    exports: Vec<String>,
    #[serde(default)]
    rank: i32,
    note: Option<String>,
    #[serde(default)]
    system: Vec<String>,
    #[serde(default)]
    common_word: bool,
    #[serde(default)]
    heavy: bool,
    #[serde(default)]
    not_run: bool,
    #[serde(default)]
    per_system: bool,
    #[serde(default)]
    methods: BTreeMap<String, String>,
    #[serde(default)]
    telling: Vec<String>,
    #[serde(default)]
    brings: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    on: BTreeMap<String, Vec<String>>,
}

impl From<Entry> for KnownCrate {
    fn from(entry: Entry) -> Self {
        Self {
            lib: entry.lib.unwrap_or_else(|| normalized(&entry.name)),
            name: entry.name,
            features: entry.features,
            when: entry.when,
            macros: entry.macros,
            derives: entry.derives,
            attributes: entry.attributes,
            items: entry.items,
            exports: entry.exports,
            rank: entry.rank,
            note: entry.note,
            common_word: entry.common_word,
            heavy: entry.heavy,
            not_run: entry.not_run,
            per_system: entry.per_system,
            methods: entry.methods,
            telling: entry.telling,
            brings: entry.brings,
            on: entry.on,
            system: entry.system,
        }
    }
}

#[cfg(test)]
mod tests;
