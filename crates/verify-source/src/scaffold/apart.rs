//! Which versions of items stand in modules of their own, so that each can be judged.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::Plan;
use crate::facts::{Facts, ItemFact, ItemKind, Rival};

/// Items that stand in modules of their own.
#[derive(Debug, Default)]
pub(super) struct Alternatives {
    /// The modules, each with what stands in it.
    pub parts: Vec<Vec<Range<usize>>>,
    /// The items that no longer stand at the top level.
    pub gone: Vec<Range<usize>>,
    /// The parts of items that no longer stand there, in order.
    pub gaps: Vec<Range<usize>>,
}

/// What `plan` splits apart.
pub(super) fn alternatives(facts: &Facts, plan: &Plan) -> Alternatives {
    let parts = definitions(facts, &plan.split);
    let mut all = Alternatives {
        gone: parts.iter().flatten().cloned().collect(),
        parts,
        gaps: Vec::new(),
    };
    let with_versions = facts.items.iter();
    let is_split = |item: &&ItemFact| plan.split_members.contains(&item.range.start);
    for item in with_versions.filter(is_split) {
        versions(facts, plan, item, &mut all);
    }
    for name in &plan.split_impls {
        let of_type = || facts.items.iter().filter(|item| item.name == *name);
        for item in of_type().filter(|item| item.kind == ItemKind::Impl) {
            let is_rival = |other: &&ItemFact| {
                other.kind == ItemKind::Impl
                    && other.of_trait == item.of_trait
                    && other.range.start > item.range.start
            };
            if item.of_trait.is_empty() || of_type().find(is_rival).is_none() {
                continue;
            }
            let stays =
                |other: &&ItemFact| other.of_trait != item.of_trait || other.range == item.range;
            let part = of_type().filter(stays).map(|other| other.range.clone());
            all.parts.push(part.collect());
            all.gone.push(item.range.clone());
        }
    }
    all
}

/// The items to move, one list for each module: the first definitions of the names in `split`,
/// then the second ones, and so on, without the last. An `impl` goes with the definition of its
/// type that stands before it.
fn definitions(facts: &Facts, split: &BTreeSet<String>) -> Vec<Vec<Range<usize>>> {
    let count = |name: &str| {
        let is_definition =
            |item: &&ItemFact| matches!(item.kind, ItemKind::Definition | ItemKind::Main);
        let of_name = facts.items.iter().filter(is_definition);
        of_name.filter(|item| item.name == name).count()
    };
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let mut parts: Vec<Vec<Range<usize>>> = Vec::new();
    for item in &facts.items {
        if !split.contains(&item.name) {
            continue;
        }
        let number = seen.entry(&item.name).or_default();
        match item.kind {
            ItemKind::Definition | ItemKind::Main => *number += 1,
            ItemKind::Impl => {}
            _ => continue,
        }
        if *number == 0 || *number == count(&item.name) {
            continue;
        }
        if parts.len() < *number {
            parts.resize(*number, Vec::new());
        }
        parts[*number - 1].push(item.range.clone());
    }
    parts
}

/// Splits an item with several versions of its members: what goes into modules keeps one version of
/// each, and what stays the last ones.
fn versions(facts: &Facts, plan: &Plan, item: &ItemFact, all: &mut Alternatives) {
    let of_type = |other: &&ItemFact| item.kind == ItemKind::Impl && other.name == item.name;
    let count = numbered(item).map(|(number, _)| number).max();
    for version in 1..count.unwrap_or_default() {
        let mut part = Vec::new();
        for other in facts.items.iter().filter(|it| *it == item || of_type(it)) {
            let version = if other == item { version } else { usize::MAX };
            let is_split = plan.split_members.contains(&other.range.start);
            let mut next = other.range.start;
            for gap in gaps(other, version).filter(|_| is_split) {
                part.push(next..gap.start);
                next = gap.end;
            }
            part.push(next..other.range.end);
        }
        all.parts.push(part);
    }
    all.gaps.extend(gaps(item, usize::MAX));
}

/// The members of `item` that share their names, each with its number among those of its name.
fn numbered(item: &ItemFact) -> impl Iterator<Item = (usize, &Rival)> {
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    item.rivals.iter().map(move |rival| {
        let number = numbers.entry(&rival.name).or_default();
        *number += 1;
        (*number, rival)
    })
}

/// What of `item` is no part of its version number `version`: a name that has fewer has its last one.
fn gaps(item: &ItemFact, version: usize) -> impl Iterator<Item = Range<usize>> {
    let last = |name: &str| numbered(item).filter(|(_, it)| it.name == name).count();
    let is_other =
        move |(number, rival): &(usize, &Rival)| *number != version.min(last(&rival.name));
    let others = numbered(item).filter(is_other);
    others.map(|(_, rival)| rival.range.clone())
}
