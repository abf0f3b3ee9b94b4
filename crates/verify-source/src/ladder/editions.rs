//! Older editions: worth a try where the newest one's rules may be all that is in the way.

use std::collections::BTreeSet;

use verify_model::{AidKind, Diagnostic, NameKind, missing_name};

use super::Situation;
use super::imports::is_standard;
use crate::facts::{Facts, Imported, says_wrong};
use crate::neighbours::words;
use crate::scaffold::{Doubt, Edition, Plan};

/// Errors that the rules of an edition can make: unsafe where it became required, how long
/// temporaries live, what `impl Trait` and closures capture, bare trait objects, `async` in 2015.
const CODES: [&str; 16] = [
    "E0133",
    "E0310",
    "E0373",
    "E0499",
    "E0502",
    "E0503",
    "E0505",
    "E0506",
    "E0521",
    "E0597",
    "E0670",
    "E0700",
    "E0716",
    "E0782",
    "E0783",
    "static_mut_refs",
];

/// Beginnings and parts of messages about words and forms that an edition took away.
const WORDS: [&str; 8] = [
    "edition",
    "Rust 20",
    "reserved",
    "found keyword `",
    "extern blocks",
    "unsafe attribute",
    "format argument must be a string literal",
    "unknown prefix",
];

/// What the compiler says where references are due and values come: before 2021 an array's `into_iter`
/// gave references.
const OF_VALUES: [&str; 6] = ["E0271", "E0277", "E0308", "E0599", "E0614", "E0631"];

/// Errors that editions make without a word about it, each with a part of the message: which type is
/// inferred where nothing returns, what a closure captures, which methods are there, what a pattern
/// binds and a path begins at, and what `panic!` takes for a format.
const SILENT: [(Option<&str>, &str); 12] = [
    (Some("E0277"), "`!: "),
    (Some("E0277"), "between threads safely"),
    (Some("E0061"), "this method takes "),
    (Some("E0283"), "type annotations needed"),
    (Some("E0657"), "cannot capture higher-ranked lifetime"),
    (None, "within an implicitly-borrowing pattern"),
    (None, "when implicitly borrowing"),
    (
        None,
        "is followed by `|`, which is not allowed for `pat` fragments",
    ),
    (None, "no arguments were given"),
    (None, "invalid format string"),
    (None, "`format_args!` argument"),
    (None, "extern prelude cannot be imported"),
];

/// Whether an edition may have made this error, though it does not say so.
fn may_depend_silently(facts: &Facts, error: &Diagnostic) -> bool {
    // Of what the example itself has, imports began at its root in 2015.
    let is_own_import = || {
        let missing = missing_name(error).filter(|it| it.kind == NameKind::Import);
        missing.is_some_and(|it| facts.names.defined.contains(it.root()))
    };
    is_own_import()
        || SILENT.iter().any(|(code, part)| {
            let has_code = error.code.as_deref() == *code;
            has_code && error.message.contains(part)
        })
}

/// Whether `error` is about a path that begins with `::`, which is where crates are looked for.
pub(super) fn begins_at_root(error: &Diagnostic) -> bool {
    error.code.as_deref() == Some("E0433") && error.message.ends_with(" in the crate root")
}

/// Traits that newer editions bring into every scope: the first that does, the name and its path.
const IN_NEWER_PRELUDES: [(Edition, &str, &str); 5] = [
    (Edition::E2021, "FromIterator", "std::iter::FromIterator"),
    (Edition::E2024, "Future", "std::future::Future"),
    (Edition::E2024, "IntoFuture", "std::future::IntoFuture"),
    (Edition::E2021, "TryFrom", "std::convert::TryFrom"),
    (Edition::E2021, "TryInto", "std::convert::TryInto"),
];

/// Whether an older edition might accept what this error is about.
fn depends_on_edition(error: &Diagnostic) -> bool {
    let has_code = error
        .code
        .as_deref()
        .is_some_and(|code| CODES.contains(&code));
    let mentions = |text: &str| WORDS.iter().any(|words| text.contains(words));
    has_code
        || begins_at_root(error)
        || mentions(&error.message)
        || error.notes.iter().any(|note| mentions(&note.message))
        || is_rival_of_prelude(error)
}

/// Whether an older edition might accept what this error of an example with these facts is about.
fn may_depend(facts: &Facts, error: &Diagnostic) -> bool {
    let code = error.code.as_deref();
    let is_of_values = code.is_some_and(|code| OF_VALUES.contains(&code));
    depends_on_edition(error) || is_of_values && facts.names.words.contains("into_iter")
}

/// Whether a method is one of several traits, and one of these is in scope only since an edition
/// brings it.
fn is_rival_of_prelude(error: &Diagnostic) -> bool {
    let of = |text: &str| {
        let candidate = text.strip_prefix("candidate #")?;
        let (_, named) = candidate.split_once("the trait `")?;
        Some(named.split('`').next()?.to_owned())
    };
    let is_newer = |named: String| {
        let mut newer = IN_NEWER_PRELUDES.iter();
        newer.any(|(_, name, path)| named == *path || named == *name)
    };
    let mut notes = error.notes.iter();
    error.code.as_deref() == Some("E0034")
        && notes.any(|note| of(&note.message).is_some_and(is_newer))
}

/// Whether fewer errors are left of those that an edition makes, and none came anew.
pub(super) fn has_fewer(facts: &Facts, before: &[Diagnostic], after: &[Diagnostic]) -> bool {
    let of_edition = |errors: &[Diagnostic]| -> BTreeSet<(Option<String>, Option<usize>)> {
        let errors = errors.iter().filter(|it| may_depend(facts, it));
        let key = |it: &Diagnostic| (it.code.clone(), it.place().map(|place| place.code.start));
        errors.map(key).collect()
    };
    let (before, after) = (of_edition(before), of_edition(after));
    after.is_subset(&before) && after != before
}

/// Whether `error` could have been there all the time, behind those that an edition made: a parser
/// that gives up hides whatever comes later, and a type that is none what is done with it. What a
/// newer edition brings into scope was never missing.
pub(super) fn could_hide(before: &[Diagnostic], error: &Diagnostic) -> bool {
    let mut before = before.iter().filter(|it| depends_on_edition(it));
    // No edition lets a trait be a type there.
    let is_no_object = matches!(error.code.as_deref(), Some("E0038" | "E0277"))
        && before.clone().any(|it| overlap(it, error));
    let is_prelude = |name: &str| IN_NEWER_PRELUDES.iter().any(|(_, it, _)| *it == name);
    match missing_name(error) {
        Some(missing) => !is_prelude(&missing.name) && before.any(|it| it.code.is_none()),
        None => {
            error.code.is_some()
                && !is_no_object
                && before.any(|it| matches!(it.code.as_deref(), None | Some("E0782")))
        }
    }
}

fn overlap(one: &Diagnostic, other: &Diagnostic) -> bool {
    let places = one.place().zip(other.place());
    places.is_some_and(|(one, other)| {
        one.code.start < other.code.end && other.code.start < one.code.end
    })
}

/// Plans with older editions, newest first; none when the document states one, or when no error is
/// of a kind that an edition can make. An edition that was found to help can still be too new for
/// what is left.
pub(super) fn older(situation: &Situation<'_>) -> Vec<Plan> {
    let may_depend = |error: &Diagnostic| may_depend(situation.facts, error);
    if situation.errors().any(may_depend) {
        plans(situation)
    } else {
        Vec::new()
    }
}

/// The same for errors of other kinds.
pub(super) fn any(situation: &Situation<'_>) -> Vec<Plan> {
    // What the example itself calls an error is meant.
    let is_meant = |error: &Diagnostic| {
        let start = error.place().map(|place| place.code.start);
        start.is_some_and(|start| says_wrong(situation.code, start))
    };
    let may_depend = |error: &Diagnostic| may_depend_silently(situation.facts, error);
    if situation.errors().any(may_depend) && !situation.errors().any(is_meant) {
        plans(situation)
    } else {
        Vec::new()
    }
}

fn plans(situation: &Situation<'_>) -> Vec<Plan> {
    if situation.edition_is_stated {
        return Vec::new();
    }
    [Edition::E2021, Edition::E2018, Edition::E2015]
        .into_iter()
        .filter(|edition| *edition < situation.plan.edition)
        .map(|edition| {
            let mut plan = situation.plan.clone();
            plan.edition = edition;
            plan.aids.retain(|aid| aid.kind != AidKind::Edition);
            plan.add_aid(
                AidKind::Edition,
                edition.as_str(),
                "the rules of newer editions make an error here that those of this one do not",
            );
            add_newer_preludes(situation, &mut plan);
            plan
        })
        .collect()
}

/// Imports what the code names and the plan's edition does not bring into every scope yet.
fn add_newer_preludes(situation: &Situation<'_>, plan: &mut Plan) {
    let names = &situation.facts.names;
    let brings = |import: &Imported| {
        import.path.ends_with("::*") && !is_standard(import.path.split("::").next().unwrap_or(""))
    };
    // Whoever imports everything of a crate may well get it from there.
    if names.imports.iter().any(brings) {
        return;
    }
    let used = words(situation.code);
    for (since, name, path) in IN_NEWER_PRELUDES {
        let is_there = plan.rejected_imports.contains(path)
            || names.defined.contains(name)
            || names.imports.iter().any(|import| import.name == name)
            || plan
                .imports
                .iter()
                .any(|it| it.rsplit("::").next() == Some(name));
        if plan.edition >= since || !used.contains(name) || is_there {
            continue;
        }
        let reason = format!("`{name}` is not in scope in this edition");
        plan.add_aid(AidKind::Import, path, reason);
        plan.guesses.insert(path.to_owned(), Doubt::Standard);
        plan.imports.push(path.to_owned());
        for module in &situation.facts.modules {
            let inside = situation.code.get(module.clone()).unwrap_or_default();
            if words(inside).contains(name) {
                let imports = plan.inner_imports.entry(module.start).or_default();
                imports.insert(path.to_owned());
            }
        }
    }
}
