//! Alternatives: a bad and a good version of the same item in one example.
//!
//! Versions are told apart where comments call one of them good or bad, and where nothing but versions
//! is shown. A program that has a name twice and uses it does not compile, whatever its author believes.

use std::collections::BTreeSet;
use std::ops::Range;

use verify_model::{AidKind, Diagnostic};

use super::Situation;
use crate::facts::{ItemFact, ItemKind};
use crate::labels;
use crate::lex::{self, Kind, Token};
use crate::scaffold::Plan;

/// Splits definitions of equal names apart, so that each of them can be judged.
pub(super) fn split(situation: &Situation<'_>, plan: &mut Plan) -> bool {
    let mut changed = false;
    for error in situation.errors() {
        let code = error.code.as_deref().unwrap_or_default();
        if code == "E0119" {
            changed |= split_impls(situation, plan, &error.message);
        }
        if matches!(code, "E0201" | "E0428" | "E0592") {
            changed |= split_members(situation, plan, error);
        }
        if code != "E0428" {
            continue;
        }
        let Some(name) = error.message.split('`').nth(1) else {
            continue;
        };
        let is_version = |item: &&ItemFact| {
            matches!(item.kind, ItemKind::Definition | ItemKind::Main) && item.name == name
        };
        let definitions = situation.facts.items.iter().filter(is_version).count();
        if are_versions(situation, name, is_version) && plan.split.insert(name.to_owned()) {
            plan.add_aid(
                AidKind::Alternatives,
                name,
                format!("`{name}` is defined {definitions} times; each definition is judged"),
            );
            changed = true;
        }
    }
    changed
}

/// Splits implementations of one trait for one type of the example.
fn split_impls(situation: &Situation<'_>, plan: &mut Plan, message: &str) -> bool {
    // conflicting implementations of trait `From<f64>` for type `Celsius`
    let Some(written) = message.split('`').nth(3) else {
        return false;
    };
    let name = written.split('<').next().unwrap_or(written);
    let is_own = situation
        .facts
        .items
        .iter()
        .any(|item| item.kind == ItemKind::Definition && item.name == name);
    let is_version = |item: &&ItemFact| item.kind == ItemKind::Impl && item.name == name;
    if !is_own
        || !are_versions(situation, name, is_version)
        || !plan.split_impls.insert(name.to_owned())
    {
        return false;
    }
    let reason = format!("`{name}` implements a trait several times; each of them is judged");
    plan.add_aid(AidKind::Alternatives, name, reason);
    true
}

/// Splits the versions of something that an `impl` or a trait declares, where a comment tells them apart.
/// An `impl` goes with its type, which has to be shown.
fn split_members(situation: &Situation<'_>, plan: &mut Plan, error: &Diagnostic) -> bool {
    let (Some(name), Some(place)) = (error.message.split('`').nth(1), error.place()) else {
        return false;
    };
    let items = &situation.facts.items;
    let Some(item) = items.iter().find(|it| it.range.contains(&place.code.start)) else {
        return false;
    };
    let is_definition = |it: &ItemFact| it.kind == ItemKind::Definition && it.name == item.name;
    let versions = item.rivals.iter().filter(|it| it.name == name).count();
    if versions < 2
        || !items.iter().any(is_definition)
        || !tells_versions_apart(situation.code, item)
        || !plan.split_members.insert(item.range.start)
    {
        return false;
    }
    let reason = format!("`{name}` is declared {versions} times; each version is judged");
    plan.add_aid(AidKind::Alternatives, name, reason);
    true
}

/// Whether a comment of `item` tells versions of its members apart. What stands in their bodies is about
/// other things.
fn tells_versions_apart(code: &str, item: &ItemFact) -> bool {
    let tokens = lex::tokens(code);
    let is_inside = |token: &Token| {
        let mut rivals = item.rivals.iter();
        token.kind == Kind::Comment && rivals.any(|it| it.range.contains(&token.range.start))
    };
    let mut comments = tokens.iter().filter(|it| {
        let is_comment = matches!(it.kind, Kind::Comment | Kind::DocComment);
        is_comment && item.range.contains(&it.range.start) && !is_inside(it)
    });
    comments.any(|it| {
        let comment = &code[it.range.clone()];
        labels::marks(comment) || labels::offers(comment)
    })
}

/// Whether the items that `is_version` picks are versions of `name` to choose from: a comment says so,
/// or they differ and no program is shown that would need all of them at once.
fn are_versions(
    situation: &Situation<'_>,
    name: &str,
    is_version: impl Fn(&&ItemFact) -> bool,
) -> bool {
    let code = situation.code;
    let tokens = lex::tokens(code);
    let versions = || situation.facts.items.iter().filter(&is_version);
    if versions().count() < 2 {
        // The other one is derived.
        return false;
    }
    let mut reaches = versions().map(|it| reach(situation, it));
    let is_comment = |token: &Token| matches!(token.kind, Kind::Comment | Kind::DocComment);
    let is_marked = reaches.any(|range| {
        let mut comments = tokens.iter().filter(|token| is_comment(token));
        comments.any(|it| range.contains(&it.range.start) && labels::marks(&code[it.range.clone()]))
    });
    if is_marked {
        return true;
    }
    let written = |item: &ItemFact| -> Vec<&str> {
        let inside = tokens.iter().filter(|it| {
            !is_comment(it) && item.range.start <= it.range.start && it.range.end <= item.range.end
        });
        inside.map(|it| &code[it.range.clone()]).collect()
    };
    let all: BTreeSet<Vec<&str>> = versions().map(written).collect();
    if all.len() < versions().count() {
        // What is written twice in the same words is no version of itself.
        return false;
    }
    if name == "main" {
        return true;
    }
    let is_test = |pair: &[Token]| {
        let before = matches!(pair[0].kind, Kind::Open('[') | Kind::Punct(':'));
        before && &code[pair[1].range.clone()] == "test"
    };
    let of_it = situation.facts.items.iter().filter(|it| it.name == name);
    let of_it: Vec<&Range<usize>> = of_it.map(|it| &it.range).collect();
    let is_used = tokens.iter().any(|token| {
        token.kind == Kind::Ident
            && &code[token.range.clone()] == name
            && !of_it.iter().any(|range| range.contains(&token.range.start))
    });
    situation.facts.main.is_none() && !tokens.windows(2).any(is_test) && !is_used
}

/// An item with the comments above it.
fn reach(situation: &Situation<'_>, item: &ItemFact) -> Range<usize> {
    let ends = situation.facts.items.iter().map(|it| it.range.end);
    let before = ends.filter(|end| *end <= item.range.start).max();
    before.unwrap_or_default()..item.range.end
}
