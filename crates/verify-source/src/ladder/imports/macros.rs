//! Which crate a missing macro, derive macro or attribute is of, and what is none.

use std::collections::BTreeSet;

use verify_model::{Diagnostic, NameKind};

use super::super::Situation;
use super::candidates::is_standard;
use crate::facts::Used;
use crate::known_crates::{KnownCrate, KnownCrates};

/// Whether a path could be that of a derive macro where one is missing: the standard library's are all
/// in scope, and of well-known crates it is known which have one.
pub(super) fn may_derive(
    situation: &Situation<'_>,
    error: &Diagnostic,
    name: &str,
    path: &str,
) -> bool {
    if !wants_derive(error) {
        return true;
    }
    let root = path.split("::").next().unwrap_or_default();
    let known = situation.allowed.known;
    let has_it = |it: &KnownCrate| it.derives.iter().any(|derive| derive == name);
    let is_listed = known.iter().any(has_it);
    let owner = known.by_library(root).filter(|_| is_listed);
    !is_standard(root) && owner.is_none_or(has_it)
}

fn wants_derive(error: &Diagnostic) -> bool {
    error.message.starts_with("cannot find derive macro")
}

/// Of several candidates leaves those that are what is asked for, where some are: a derive macro of
/// that name is no trait.
pub(super) fn keep_kind(
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
    let wants_derive = wants_derive(error);
    if candidates.iter().any(|it| derives(it) == wants_derive) {
        candidates.retain(|it| derives(it) == wants_derive);
    }
}

/// The crate whose macro, derive macro or attribute bears this name: among those of which `is_meant`
/// says so, or, without that, the one that the name speaks for.
pub(super) fn implied(
    situation: &Situation<'_>,
    name: &str,
    kind: NameKind,
    is_meant: Option<&dyn Fn(&KnownCrate) -> bool>,
) -> Option<String> {
    if kind != NameKind::Macro {
        return None;
    }
    let used = &situation.facts.names;
    let is_in = |list: &[Used]| list.iter().any(|it| it.name == name);
    let known = situation.allowed.known;
    let only = |table: fn(&KnownCrate) -> &[String]| {
        let is_meant = is_meant?;
        let has_it = |it: &&KnownCrate| is_meant(it) && table(it).iter().any(|n| n == name);
        let mut all = known.iter().filter(has_it);
        let first = all.next();
        if all.next().is_some() { None } else { first }
    };
    let found = if is_in(&used.derives) {
        only(|it| &it.derives)
            .or_else(|| deriving_most(known, &used.derives, name))
            .or_else(|| known.implying_derive(name))
    } else if is_in(&used.attributes) {
        only(|it| &it.attributes).or_else(|| known.implying_attribute(name))
    } else {
        only(|it| &it.macros).or_else(|| known.implying_macro(name))
    };
    let found = found.filter(|it| is_meant.is_none_or(|is_meant| is_meant(it)))?;
    Some(found.path_of(name))
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
