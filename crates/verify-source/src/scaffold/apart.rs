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
        versions(facts, item, &mut all);
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
fn versions(facts: &Facts, item: &ItemFact, all: &mut Alternatives) {
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    let mut numbered: Vec<(usize, &Rival)> = Vec::new();
    for rival in &item.rivals {
        let number = numbers.entry(&rival.name).or_default();
        *number += 1;
        numbered.push((*number, rival));
    }
    let last = |name: &str| numbers.get(name).copied().unwrap_or_default();
    let count = numbers.values().copied().max().unwrap_or_default();
    for version in 1..count {
        let mut part = Vec::new();
        let of_type = |other: &&ItemFact| item.kind == ItemKind::Impl && other.name == item.name;
        for other in facts.items.iter().filter(|it| *it == item || of_type(it)) {
            let mut next = other.range.start;
            let is_other = |(number, rival): &&(usize, &Rival)| {
                other == item && *number != version.min(last(&rival.name))
            };
            for (_, rival) in numbered.iter().filter(is_other) {
                part.push(next..rival.range.start);
                next = rival.range.end;
            }
            part.push(next..other.range.end);
        }
        all.parts.push(part);
    }
    let gone = numbered
        .iter()
        .filter(|(number, it)| *number < last(&it.name));
    all.gaps.extend(gone.map(|(_, rival)| rival.range.clone()));
}
