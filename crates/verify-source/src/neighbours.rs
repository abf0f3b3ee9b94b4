//! What the examples of one document say to each other: what they import, use and define.

use std::collections::{BTreeMap, BTreeSet};

use verify_model::{ExampleId, Expectation};

use crate::example::Example;
use crate::facts::{Imported, ItemKind};
use crate::known_crates::{KnownCrate, KnownCrates};
use crate::lex::{self, Kind};
use crate::manifest::StatedDependency;
use crate::scaffold::library_name;

/// What the examples of a document have for each other.
#[derive(Clone, Debug, Default)]
pub struct Neighbours {
    /// Paths that they import, by the name that each brings into scope; globs and renamings left
    /// out.
    pub imports: BTreeMap<String, Vec<String>>,
    /// Modules that they import everything of, ending in `*`; those of their own crate left out.
    pub globs: Vec<Glob>,
    /// Library names that they begin paths with, or that they or the document's manifests state as
    /// dependencies.
    pub crates: BTreeSet<String>,
    /// Library names of crates that take minutes to build and that the document names somewhere, be it
    /// in its prose.
    pub heavy: BTreeSet<String>,
    /// Items that they define at their top level, by name, in document order.
    pub definitions: BTreeMap<String, Vec<Definition>>,
    /// Names that one of them defines several times.
    pub ambiguous: BTreeSet<String>,
    /// The headings above each of them, by its first line.
    pub sections: BTreeMap<usize, Vec<String>>,
    /// What each of them imports, by its place in the document.
    pub imports_of: BTreeMap<usize, BTreeMap<String, String>>,
    /// `impl` blocks of types that their own example does not define, by the type's name.
    pub impls: BTreeMap<String, Vec<Definition>>,
    /// `impl` blocks of traits, by the trait's name, in document order.
    pub impls_of_traits: BTreeMap<String, Vec<TraitImpl>>,
    /// Macro calls among their items that name what they implement something for, in document order.
    pub calls: Vec<Call>,
    /// The traits that declare a function or constant, by its name, in document order.
    pub members: BTreeMap<String, Vec<Member>>,
}

/// An `impl` block of a trait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraitImpl {
    /// The example's first line.
    pub line: usize,
    /// The example.
    pub id: ExampleId,
    /// The name of the type; empty for one without a name.
    pub owner: String,
    /// The block's text.
    pub text: String,
}

/// A macro call that stands for an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The example's first line.
    pub line: usize,
    /// The example.
    pub id: ExampleId,
    /// The call.
    pub text: String,
}

impl Call {
    /// Whether it names a type or trait.
    #[must_use]
    pub fn names(&self, name: &str) -> bool {
        name.starts_with(char::is_uppercase) && words(&self.text).contains(name)
    }
}

/// A function or constant of a trait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The first line of the example that declares the trait.
    pub line: usize,
    /// The trait.
    pub of: String,
}

/// An import of everything that a module has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glob {
    /// The path, with its `*`.
    pub path: String,
    /// The first line of the example that has it.
    pub line: usize,
}

/// Items of one name in one example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// The example's place in the document: its first line.
    pub line: usize,
    /// The example.
    pub id: ExampleId,
    /// The item's text.
    pub text: String,
    /// The text of the `impl` blocks of the same name in the same example.
    pub impls: String,
}

impl Neighbours {
    /// Reads the examples of one document.
    #[must_use]
    pub fn of<'a>(examples: impl IntoIterator<Item = &'a Example>) -> Self {
        let mut neighbours = Self::default();
        let mut document = None;
        for example in examples {
            let text = &example.document.text;
            if document
                .replace(text)
                .is_none_or(|last| !std::ptr::eq(last, text))
            {
                neighbours.add_heavy(text);
            }
            neighbours.add_imports(example);
            neighbours.add_crates(example);
            let listed = &example.listed;
            neighbours
                .sections
                .insert(listed.line, listed.headings.clone());
            let is_sound = !matches!(example.expectation, Expectation::CompileFail { .. });
            if example.skip.is_none() && is_sound {
                neighbours.add_definitions(example);
                neighbours.add_traits(example);
                neighbours.add_calls(example);
            }
        }
        neighbours
    }

    fn add_imports(&mut self, example: &Example) {
        for import in &example.facts.names.imports {
            self.add_glob(import, example);
            let last = import.path.rsplit("::").next().unwrap_or_default();
            if import.name.is_empty() || import.name != last || import.path == import.name {
                continue;
            }
            let paths = self.imports.entry(import.name.clone()).or_default();
            if !paths.contains(&import.path) {
                paths.push(import.path.clone());
            }
            if import.top_level {
                self.imports_of
                    .entry(example.listed.line)
                    .or_default()
                    .insert(import.name.clone(), import.path.clone());
            }
        }
    }

    fn add_glob(&mut self, import: &Imported, example: &Example) {
        let root = import.path.split("::").next().unwrap_or_default();
        let names = &example.facts.names;
        let is_foreign = !matches!(root, "self" | "super" | "crate" | "Self" | "*")
            && root.starts_with(char::is_lowercase)
            && !names.knows(root);
        if import.path.ends_with("::*") && is_foreign {
            self.globs.push(Glob {
                path: import.path.clone(),
                line: example.listed.line,
            });
        }
    }

    fn add_crates(&mut self, example: &Example) {
        let shown = example.shown_manifests.iter().map(|it| &it.manifest);
        let stated = example.manifest.iter().chain(shown);
        let stated = stated.flat_map(|it| &it.dependencies);
        self.crates.extend(stated.map(library));
        let roots = example.facts.names.roots.iter();
        self.crates.extend(roots.map(|root| root.name.clone()));
    }

    fn add_heavy(&mut self, text: &str) {
        let text = text.to_ascii_lowercase();
        let is_part = |c: char| c.is_alphanumeric();
        let is_named = |name: &str| {
            let mut found = text.match_indices(name);
            found.any(|(at, _)| {
                !text[..at].ends_with(is_part) && !text[at + name.len()..].starts_with(is_part)
            })
        };
        let heavy = KnownCrates::builtin().iter().filter(|it| it.heavy);
        let joined = |it: &KnownCrate| it.lib.replace('_', "");
        let named =
            heavy.filter(|it| is_named(&it.name) || is_named(&it.lib) || is_named(&joined(it)));
        self.heavy.extend(named.map(|it| it.lib.clone()));
    }

    fn add_traits(&mut self, example: &Example) {
        let line = example.listed.line;
        for item in &example.facts.items {
            let name = name_of_trait(&item.of_trait);
            let text = example.code.get(item.range.clone());
            if let Some(text) = text.filter(|_| !name.is_empty()) {
                let all = self.impls_of_traits.entry(name.to_owned()).or_default();
                all.push(TraitImpl {
                    line,
                    id: example.listed.id.clone(),
                    owner: item.name.clone(),
                    text: text.to_owned(),
                });
            }
        }
        for declared in &example.facts.traits.declared {
            for member in &declared.members {
                let of = declared.name.clone();
                let all = self.members.entry(member.clone()).or_default();
                all.push(Member { line, of });
            }
        }
    }

    fn add_calls(&mut self, example: &Example) {
        let calls = example.facts.items.iter();
        let calls = calls.filter(|it| it.kind == ItemKind::Call);
        let texts = calls.filter_map(|it| example.code.get(it.range.clone()));
        let calls = texts.filter(|it| implements(it)).map(|text| Call {
            line: example.listed.line,
            id: example.listed.id.clone(),
            text: text.to_owned(),
        });
        self.calls.extend(calls);
    }

    fn add_definitions(&mut self, example: &Example) {
        let items = &example.facts.items;
        let names: BTreeSet<&str> = items
            .iter()
            .filter(|item| !item.name.is_empty())
            .map(|item| item.name.as_str())
            .collect();
        for name in names {
            let text_of = |kinds: &[ItemKind]| -> Vec<&str> {
                items
                    .iter()
                    .filter(|item| item.name == name && kinds.contains(&item.kind))
                    .filter_map(|item| example.code.get(item.range.clone()))
                    .collect()
            };
            let definitions = text_of(&[ItemKind::Definition, ItemKind::Macro]);
            let definition = |text: &str| Definition {
                line: example.listed.line,
                id: example.listed.id.clone(),
                text: text.to_owned(),
                impls: text_of(&[ItemKind::Impl]).join("\n"),
            };
            match definitions.as_slice() {
                [] => {
                    let only_impls = definition("");
                    if !only_impls.impls.is_empty() {
                        let all = self.impls.entry(name.to_owned()).or_default();
                        all.push(only_impls);
                    }
                }
                [one] => {
                    let all = self.definitions.entry(name.to_owned()).or_default();
                    all.push(definition(one));
                }
                // A bad and a good version: nobody can tell which one is meant.
                _ => {
                    self.ambiguous.insert(name.to_owned());
                }
            }
        }
    }
}

/// Whether a macro call defines nothing by itself, so that it can only add to what it names.
fn implements(call: &str) -> bool {
    const DEFINING: [&str; 11] = [
        "fn", "static", "struct", "enum", "union", "trait", "type", "const", "mod", "use", "let",
    ];
    let words = words(call);
    !DEFINING.iter().any(|it| words.contains(it))
}

/// The name of a trait as it is written in the head of an `impl`.
fn name_of_trait(written: &str) -> &str {
    let path = written.split('<').next().unwrap_or(written);
    path.rsplit("::").next().unwrap_or(path).trim()
}

/// What code calls a stated dependency, as far as the built-in list knows.
fn library(stated: &StatedDependency) -> String {
    let known = KnownCrates::builtin().by_package(&stated.key);
    let known = known.filter(|_| stated.key == stated.package);
    known.map_or_else(|| library_name(&stated.key), |known| known.lib.clone())
}

/// The identifiers in a piece of code.
pub(crate) fn words(code: &str) -> BTreeSet<&str> {
    lex::tokens(code)
        .into_iter()
        .filter(|token| token.kind == Kind::Ident)
        .filter_map(|token| code.get(token.range))
        .collect()
}
