//! Where a missing name could come from, in the order of trust.

use std::collections::BTreeSet;

use verify_model::{Diagnostic, NameKind};

use super::super::{Situation, context};
use super::macros::{implied, keep_kind, may_derive};
use super::runtime::{Meant, meant};
use super::{evidence, last_segment, standard};
use crate::known_crates::KnownCrate;
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
        let is_far = matches!(
            source,
            Source::MentionedCrate | Source::KnownCrate | Source::Root
        );
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
        let fits = |path: &String| usable(path) && may_derive(situation, error, name, path);
        // Of roots one after the other: which of them has it only the compiler knows.
        let most = if source == Source::Root { 1 } else { all.len() };
        let mut distinct: BTreeSet<String> = all.into_iter().filter(fits).take(most).collect();
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

/// Most crates at whose roots a name is looked for.
const MAX_ROOTS: usize = 3;

/// The root of the package that the document lives in, with `name`, and those of the crates that the
/// example names, for types, traits and macros that are not called as those of any project are.
fn at_roots(situation: &Situation<'_>, name: &str, kind: NameKind) -> Vec<String> {
    let is_telling = name.starts_with(char::is_uppercase) || kind == NameKind::Macro;
    let mut paths: Vec<String> = Vec::new();
    if name != "Result" {
        paths.extend(situation.own.map(|own| format!("{own}::{name}")));
    }
    if !is_telling || name == "Result" || standard::is_common_word(name) {
        return paths;
    }
    let roots = situation.facts.names.roots.iter();
    let libraries: BTreeSet<&str> = roots
        .map(|root| root.name.as_str())
        .filter(|root| situation.dependency_of(root).is_some())
        .collect();
    let libraries = libraries.into_iter().take(MAX_ROOTS);
    paths.extend(libraries.map(|it| format!("{it}::{name}")));
    paths
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
    /// The document's own package or a crate that the example names may have it at its root.
    Root,
}

/// All sources, in the order of trust.
const SOURCES: [Source; 6] = [
    Source::Document,
    Source::UsedCrate,
    Source::Standard,
    Source::MentionedCrate,
    Source::KnownCrate,
    Source::Root,
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
        let is_used = |it: &KnownCrate| situation.dependency_of(&it.lib).is_some();
        let is_mentioned = |it: &KnownCrate| situation.neighbours.crates.contains(&it.lib);
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
            Self::UsedCrate => exported_by(&is_used),
            // In a field or a signature alone, an everyday word is the project's.
            Self::Standard
                if standard::is_common_word(name)
                    && error.message.starts_with("cannot find type ")
                    && !evidence::is_used(situation.code, name) =>
            {
                Vec::new()
            }
            Self::Standard => suggestions(error, name),
            Self::MentionedCrate => exported_by(&is_mentioned),
            Self::KnownCrate => exported_by(&|it| is_named_after(name, &it.lib)),
            Self::Root => at_roots(situation, name, kind),
        };
        match self {
            Self::UsedCrate => paths.extend(implied(situation, name, kind, Some(&is_used))),
            Self::MentionedCrate => {
                paths.extend(implied(situation, name, kind, Some(&is_mentioned)));
            }
            Self::KnownCrate => paths.extend(implied(situation, name, kind, None)),
            Self::Document | Self::Standard | Self::Root => {}
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
            Self::Root => "the package beside it, or a crate that it names, has it",
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
            Self::Document => {
                let root = path.split("::").next().unwrap_or_default();
                let is_used = situation.dependency_of(root).is_some();
                (!is_common || is_used, Doubt::CommonWord)
            }
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
            Self::Root => (false, Doubt::UsedCrate),
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
    let wants = |beginning: &str| error.message.starts_with(beginning);
    let wants_type = wants("cannot find type") || wants("expected type, found ");
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
