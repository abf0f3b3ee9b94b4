//! Where a missing name could come from, in the order of trust.

use std::collections::BTreeSet;

use verify_model::{Diagnostic, NameKind};

use super::super::{Situation, context};
use super::runtime::{Meant, meant};
use super::{evidence, last_segment, standard};
use crate::facts::Used;
use crate::known_crates::{KnownCrate, KnownCrates};
use crate::scaffold::{Doubt, Plan, inferred};

/// Where a missing name could come from, and why we think so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    /// The path to import.
    pub(super) path: String,
    /// What speaks for it.
    pub(super) reason: String,
    /// How doubtful it is, when it is only a guess.
    pub(super) doubt: Option<Doubt>,
    /// Whether what the document imports everything of goes before it.
    pub(super) yields: bool,
    /// What the standard library has of this name, when that is not it.
    pub(super) rival: Option<String>,
}

pub(in super::super) fn is_standard(root: &str) -> bool {
    matches!(root, "std" | "core" | "alloc")
}

/// The one best candidate for `name`, in the order of trust.
pub(super) fn candidate(
    situation: &Situation<'_>,
    plan: &Plan,
    error: &Diagnostic,
    name: &str,
    kind: NameKind,
) -> Option<Candidate> {
    let names = &situation.facts.names;
    let is_defined = if is_crate_root(error) {
        // A function may well be called as a module is: `fn fmt` and `fmt::Formatter`.
        names.modules.contains(name)
    } else {
        names.defined.contains(name)
    };
    if is_defined && kind == NameKind::Item {
        // It is defined in the example, only not here.
        let own: Vec<String> = own_items(error).collect();
        return match own.as_slice() {
            [path] => Some(Candidate {
                path: path.clone(),
                reason: "the example defines it outside".to_owned(),
                doubt: None,
                yields: false,
                rival: None,
            }),
            _ => None,
        };
    }
    let meant = meant(situation, name);
    // An example that is to fail is helped by what itself or the document names, and no more.
    let is_shown = context::shows(situation, error, name);
    let may_be_asked = |source: &Source| {
        let is_far = matches!(source, Source::MentionedCrate | Source::KnownCrate);
        !(is_far && situation.expects_failure || is_shown)
    };
    for source in SOURCES.into_iter().filter(may_be_asked) {
        let usable = |path: &String| !plan.rejected_imports.contains(path);
        let all = match (source, meant) {
            // The document says which it means.
            (Source::Document, _) | (_, Meant::Undisputed) => {
                source.paths(situation, error, name, kind)
            }
            (_, Meant::Unknown) => return None,
            (Source::UsedCrate, Meant::Tokio(path)) => vec![path.to_owned()],
            (Source::Standard, Meant::Standard) => suggestions(error, name),
            (_, Meant::Tokio(_) | Meant::Standard) => Vec::new(),
        };
        let mut distinct: BTreeSet<String> = all.into_iter().filter(usable).collect();
        if source == Source::Standard
            && let Some(path) = standard::path_of(name)
            && distinct.contains(&path)
        {
            // What else is called so is for few: Unix sockets have a `SocketAddr` of their own.
            distinct.retain(|it| *it == path);
        }
        if distinct.len() > 1 {
            keep_kind(situation, error, name, &mut distinct);
        }
        let mut distinct = distinct.into_iter();
        match (distinct.next(), distinct.next()) {
            (None, _) => {}
            (Some(path), None) => {
                let doubt = source.doubt(situation, error, name, &path);
                let reason = source.reason().to_owned();
                let is_sure = source == Source::Standard && doubt.is_none();
                return Some(Candidate {
                    rival: rival(error, name, &path),
                    path,
                    reason,
                    doubt,
                    yields: source != Source::Document && !is_sure,
                });
            }
            // Equally good candidates.
            (Some(_), Some(_)) => return None,
        }
    }
    None
}

/// Of several candidates leaves those that are what is asked for, where some are: a derive macro of
/// that name is no trait.
fn keep_kind(
    situation: &Situation<'_>,
    error: &Diagnostic,
    name: &str,
    candidates: &mut BTreeSet<String>,
) {
    let derives = |path: &String| {
        let root = path.split("::").next().unwrap_or_default();
        let known = situation.allowed.known.by_library(root);
        known.is_some_and(|it| it.derives.iter().any(|derive| derive == name))
    };
    let wants_derive = error.message.starts_with("cannot find derive macro");
    if candidates.iter().any(|it| derives(it) == wants_derive) {
        candidates.retain(|it| derives(it) == wants_derive);
    }
}

/// The one thing besides `path` that the compiler proposes for `name`.
fn rival(error: &Diagnostic, name: &str, path: &str) -> Option<String> {
    if name == "Result" || is_standard(path.split("::").next()?) {
        return None;
    }
    let [rival] = <[String; 1]>::try_from(suggestions(error, name)).ok()?;
    Some(rival)
}

/// Where names come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    /// Another example of the document imports the name.
    Document,
    /// A crate that the example uses has it.
    UsedCrate,
    /// The standard library has it.
    Standard,
    /// A crate that another example uses has it.
    MentionedCrate,
    /// A crate that is called like the name, or whose macro bears it.
    KnownCrate,
}

/// All sources, in the order of trust.
const SOURCES: [Source; 5] = [
    Source::Document,
    Source::UsedCrate,
    Source::Standard,
    Source::MentionedCrate,
    Source::KnownCrate,
];

impl Source {
    /// Paths that end in `name`. A `Result` of one argument is only what the document imports, or
    /// what a crate that the example uses has for that.
    fn paths(
        self,
        situation: &Situation<'_>,
        error: &Diagnostic,
        name: &str,
        kind: NameKind,
    ) -> Vec<String> {
        let known = situation.allowed.known;
        let exported_by = |is_meant: &dyn Fn(&KnownCrate) -> bool| -> Vec<String> {
            let mut exporters = known.exporters(name);
            exporters.retain(|(known, _)| is_meant(known));
            exporters.into_iter().map(|(_, path)| path).collect()
        };
        let is_alias = name == "Result";
        let mut paths = match self {
            Self::Standard | Self::MentionedCrate | Self::KnownCrate if is_alias => Vec::new(),
            Self::Document => situation
                .neighbours
                .imports
                .get(name)
                .into_iter()
                .flatten()
                .filter(|path| is_reachable(situation, path))
                .filter(|path| *path != "std::result::Result")
                .cloned()
                .collect(),
            Self::UsedCrate => exported_by(&|it| situation.dependency_of(&it.lib).is_some()),
            // In a field or a signature alone, an everyday word is the project's.
            Self::Standard
                if standard::is_common_word(name)
                    && error.message.starts_with("cannot find type ")
                    && !evidence::is_used(situation.code, name) =>
            {
                Vec::new()
            }
            Self::Standard => suggestions(error, name),
            Self::MentionedCrate => {
                exported_by(&|it| situation.neighbours.crates.contains(&it.lib))
            }
            Self::KnownCrate => exported_by(&|it| is_named_after(name, &it.lib)),
        };
        match self {
            Self::UsedCrate => paths.extend(implied(situation, name, kind, true)),
            Self::KnownCrate => paths.extend(implied(situation, name, kind, false)),
            Self::Document | Self::Standard | Self::MentionedCrate => {}
        }
        paths
    }

    /// What speaks for it.
    const fn reason(self) -> &'static str {
        match self {
            Self::Document => "the document imports it elsewhere",
            Self::UsedCrate => "a crate that the example uses has it",
            Self::Standard => "the compiler suggests the standard library's",
            Self::MentionedCrate => "a crate that the document uses elsewhere has it",
            Self::KnownCrate => "a well-known crate has it",
        }
    }

    /// How doubtful it is that `path` is what `name` stands for; `None` when it is no guess.
    fn doubt(
        self,
        situation: &Situation<'_>,
        error: &Diagnostic,
        name: &str,
        path: &str,
    ) -> Option<Doubt> {
        let is_type = name.starts_with(char::is_uppercase);
        let is_common = standard::is_common_word(name);
        let is_shared = standard::is_also_asynchronous(name);
        let (is_sure, doubt) = match self {
            Self::Document => (!is_common, Doubt::CommonWord),
            Self::UsedCrate => (is_type && !is_common && !is_shared, Doubt::UsedCrate),
            // Its derive macro is in scope already.
            Self::Standard if is_half_there(error) => (true, Doubt::Standard),
            Self::Standard => {
                let is_sure = standard::is_unmistakable(name)
                    || standard::is_usual(name) && !has_rival(situation, name);
                (is_sure, Doubt::Standard)
            }
            Self::MentionedCrate => {
                let is_sure = is_type && !is_common && !is_shared;
                (is_sure, Doubt::MentionedCrate)
            }
            Self::KnownCrate => {
                let root = path.split("::").next().unwrap_or_default();
                let is_mentioned = situation.neighbours.crates.contains(root);
                (is_mentioned && !is_common, Doubt::KnownCrate)
            }
        };
        (!is_sure).then_some(doubt)
    }
}

/// Whether a crate that the document names has something of this name, too.
pub(super) fn has_rival(situation: &Situation<'_>, name: &str) -> bool {
    let is_named = |library: &str| {
        situation.dependency_of(library).is_some() || situation.neighbours.crates.contains(library)
    };
    let exporters = situation.allowed.known.exporters(name);
    exporters.iter().any(|(known, _)| is_named(&known.lib))
        || standard::is_also_asynchronous(name) && standard::RUNTIMES.iter().any(|it| is_named(it))
}

/// Whether a name by itself speaks for a crate that nobody mentioned: `Uuid` for `uuid`.
pub(super) fn is_named_after(name: &str, library: &str) -> bool {
    let plain = |text: &str| text.replace('_', "").to_ascii_lowercase();
    plain(name) == plain(library)
}

/// Whether an import of another example can hold here: its root is the standard library or a
/// crate that may be used.
pub(in super::super) fn is_reachable(situation: &Situation<'_>, path: &str) -> bool {
    let root = path.split("::").next().unwrap_or_default();
    is_standard(root)
        || situation.dependency_of(root).is_some()
        || (situation.offer)(root).is_some()
        || inferred(situation.allowed, &situation.facts.names, root).is_some()
}

/// The crate whose macro, derive macro or attribute bears this name. `named` asks for those among
/// the example's own crates only.
fn implied(situation: &Situation<'_>, name: &str, kind: NameKind, named: bool) -> Option<String> {
    if kind != NameKind::Macro {
        return None;
    }
    let used = &situation.facts.names;
    let is_in = |list: &[crate::facts::Used]| list.iter().any(|it| it.name == name);
    let known = situation.allowed.known;
    let implying = |table: fn(&crate::known_crates::KnownCrate) -> &[String]| {
        if named {
            let mut all = known.iter().filter(|it| {
                situation.dependency_of(&it.lib).is_some() && table(it).iter().any(|n| n == name)
            });
            let first = all.next();
            if all.next().is_some() { None } else { first }
        } else {
            None
        }
    };
    let found = if is_in(&used.derives) {
        implying(|it| &it.derives)
            .or_else(|| deriving_most(known, &used.derives, name))
            .or_else(|| known.implying_derive(name))
    } else if is_in(&used.attributes) {
        implying(|it| &it.attributes).or_else(|| known.implying_attribute(name))
    } else {
        implying(|it| &it.macros).or_else(|| known.implying_macro(name))
    };
    let found = found?;
    (!named || situation.dependency_of(&found.lib).is_some()).then(|| found.path_of(name))
}

/// The crate that has most of some code's derive macros, when one of them is its alone: beside
/// `Archive`, `Serialize` is rkyv's.
pub(in super::super) fn deriving_most<'a>(
    known: &'a KnownCrates,
    derives: &[Used],
    name: &str,
) -> Option<&'a KnownCrate> {
    let alone = |owner: &KnownCrate| {
        derives.iter().any(|used| {
            let others = known.iter().filter(|it| it.derives.contains(&used.name));
            owner.derives.contains(&used.name) && others.count() == 1
        })
    };
    let has_name = |it: &&KnownCrate| it.derives.iter().any(|derive| derive == name);
    let mut owners = known.iter().filter(has_name).filter(|it| alone(it));
    let first = owners.next();
    if owners.next().is_some() { None } else { first }
}

/// Whether a name stands for a derive macro where the trait of that name is meant.
fn is_half_there(error: &Diagnostic) -> bool {
    error.code.as_deref() == Some("E0404")
}

/// Whether the compiler takes the name for a crate or module at the root of a path.
pub(super) fn is_crate_root(error: &Diagnostic) -> bool {
    error.message.starts_with("cannot find module or crate `")
}

/// Paths that rustc proposes to import, each once. A name that begins with `__` is nobody's to write:
/// whoever needs what a prelude hides so imports all of it.
pub(super) fn proposals(error: &Diagnostic) -> impl Iterator<Item = String> + '_ {
    let is_hidden = |segment: &str| segment.starts_with("__");
    let written = move |path: String| match path.rsplit_once("::") {
        Some((module, _)) if module.split("::").any(is_hidden) => None,
        Some((module, name)) if is_hidden(name) => Some(format!("{module}::*")),
        _ => Some(path),
    };
    let mut seen = BTreeSet::new();
    error
        .notes
        .iter()
        .filter_map(|note| note.replacement.as_deref())
        .filter_map(|replacement| replacement.trim().strip_prefix("use "))
        .filter_map(|rest| rest.split(';').next())
        .map(|path| path.trim().to_owned())
        .filter(|path| !path.contains('{') && !path.starts_with("crate::"))
        .filter_map(written)
        .filter(move |path| seen.insert(path.clone()))
}

/// The trait that rustc says would bring what it did not find.
pub(super) fn provider(error: &Diagnostic) -> Option<&str> {
    let notes = error.notes.iter().map(|note| note.message.as_str());
    let mut named = notes.filter(|it| it.contains("` which provides `"));
    named.next()?.split('`').nth(1)
}

/// The example's own items that rustc proposes to import.
pub(super) fn own_items(error: &Diagnostic) -> impl Iterator<Item = String> + '_ {
    error
        .notes
        .iter()
        .filter_map(|note| note.replacement.as_deref())
        .filter_map(|replacement| replacement.trim().strip_prefix("use crate::"))
        .filter_map(|rest| rest.split(';').next())
        .map(|path| format!("crate::{}", path.trim()))
        .filter(|path| !path.contains('{'))
}

/// Whether a path is that of an iterator around another one. That of `Peekable` is written by those
/// who keep one in a structure.
fn is_made_by_method(path: &str) -> bool {
    path.starts_with("std::iter::") && path != "std::iter::Peekable"
}

/// Paths of the standard library that rustc proposes to import for `name`. For a type it proposes
/// traits of that name as well, which never fit; for `io::ErrorKind` also the latter by itself,
/// which brings no `io`. Functions are left out: what a project calls `hash` or `swap` is anyone's
/// guess. So are the types of iterators that methods make: nobody writes `Map<String, u8>` for one.
pub(super) fn suggestions(error: &Diagnostic, name: &str) -> Vec<String> {
    let wants_type = error.message.starts_with("cannot find type");
    error
        .notes
        .iter()
        .filter(|note| !(wants_type && note.message.contains("trait")))
        .filter(|note| !note.message.contains("function"))
        .filter_map(|note| note.replacement.as_deref())
        .filter_map(|replacement| replacement.trim().strip_prefix("use "))
        .filter_map(|rest| rest.split(';').next())
        .map(|path| path.trim().to_owned())
        .filter(|path| path.starts_with("std::") && last_segment(path) == name)
        .filter(|path| !(wants_type && is_made_by_method(path)))
        .collect()
}
