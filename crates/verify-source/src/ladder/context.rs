//! Context: items that earlier examples of the same document define.

use std::collections::{BTreeMap, BTreeSet};

use verify_model::{AidKind, missing_name};

use super::Situation;
use crate::facts::Facts;
use crate::neighbours::{Definition, words};
use crate::scaffold::{Borrowed, Plan, inferred};

/// Most items that are borrowed for one example.
const MAX_ITEMS: usize = 40;

/// Most missing names that are tried one by one after all together did not fit.
const MAX_SINGLES: usize = 4;

/// Plans that borrow what defines the missing names, the most helpful one first; none when no
/// earlier example defines any of them.
pub(super) fn borrow(situation: &Situation<'_>) -> Vec<Plan> {
    let borrowed_before: BTreeSet<&str> = situation
        .plan
        .context
        .iter()
        .map(|borrowed| borrowed.name.as_str())
        .collect();
    let missing: Vec<String> = situation
        .errors()
        .filter_map(missing_name)
        .map(|missing| missing.name.trim_end_matches("<T>").to_owned())
        .filter(|name| !borrowed_before.contains(name.as_str()))
        .filter(|name| definition(situation, name, situation.line).is_some())
        .collect::<BTreeSet<String>>()
        .into_iter()
        .collect();
    if missing.is_empty() {
        return Vec::new();
    }
    let mut plans: Vec<Plan> = Vec::new();
    let mut wishes: Vec<(Vec<String>, bool)> =
        vec![(missing.clone(), true), (missing.clone(), false)];
    if missing.len() > 1 {
        let singles = missing.into_iter().take(MAX_SINGLES);
        wishes.extend(singles.map(|name| (vec![name], true)));
    }
    for (names, with_impls) in wishes {
        let plan = with_context(situation, &names, with_impls);
        if !plans.contains(&plan) {
            plans.push(plan);
        }
    }
    plans
}

/// The nearest definition of `name` above `line`.
fn definition<'a>(situation: &'a Situation<'_>, name: &str, line: usize) -> Option<&'a Definition> {
    let all = situation.neighbours.definitions.get(name)?;
    all.iter().rev().find(|definition| definition.line < line)
}

fn with_context(situation: &Situation<'_>, names: &[String], with_impls: bool) -> Plan {
    let mut plan = situation.plan.clone();
    let mut done: BTreeSet<String> = plan.context.iter().map(|it| it.name.clone()).collect();
    let mut queue: Vec<(String, usize)> = names
        .iter()
        .rev()
        .map(|name| (name.clone(), situation.line))
        .collect();
    let mut imports: BTreeMap<String, (String, &Definition)> = BTreeMap::new();
    while let Some((name, line)) = queue.pop() {
        if done.len() >= MAX_ITEMS || done.contains(&name) || situation.facts.names.knows(&name) {
            continue;
        }
        let Some(definition) = definition(situation, &name, line) else {
            continue;
        };
        done.insert(name.clone());
        let text = text_of(situation, definition, &name, with_impls);
        for word in words(&text) {
            if let Some(path) = imported(situation, definition.line, word) {
                imports.insert(word.to_owned(), (path.to_owned(), definition));
            } else {
                // Its own example first, then those above it.
                queue.push((word.to_owned(), definition.line + 1));
            }
        }
        link(situation, &mut plan, &text);
        plan.add_aid(
            AidKind::Context,
            format!("{name} from {}", definition.id),
            format!("`{name}` is not in scope, and an earlier example defines it"),
        );
        plan.context.push(Borrowed { name, text });
    }
    for (name, (path, definition)) in imports {
        let is_there = situation.facts.names.knows(&name)
            || done.contains(&name)
            || plan
                .imports
                .iter()
                .any(|it| it.rsplit("::").next() == Some(&name));
        if !is_there {
            let reason = format!("what is borrowed from {} uses it", definition.id);
            plan.add_aid(AidKind::Import, path.clone(), reason);
            plan.imports.push(path);
        }
    }
    plan
}

/// The text of a definition with the `impl` blocks that belong to it.
fn text_of(
    situation: &Situation<'_>,
    definition: &Definition,
    name: &str,
    with_impls: bool,
) -> String {
    let mut text = definition.text.clone();
    if with_impls {
        let later = situation.neighbours.impls.get(name).into_iter().flatten();
        let between = later.filter(|it| definition.line < it.line && it.line < situation.line);
        for impls in std::iter::once(definition).chain(between) {
            text.push('\n');
            text.push_str(&impls.impls);
        }
    }
    text
}

fn imported<'a>(situation: &'a Situation<'_>, line: usize, word: &str) -> Option<&'a str> {
    let imports = situation.neighbours.imports_of.get(&line)?;
    imports.get(word).map(String::as_str)
}

/// Links the crates that borrowed code names.
fn link(situation: &Situation<'_>, plan: &mut Plan, text: &str) {
    let names = Facts::of(text).names;
    for root in &names.roots {
        let is_there = plan
            .dependencies
            .iter()
            .any(|(key, it)| situation.allowed.brings(key, it) == root.name);
        if is_there {
            continue;
        }
        if let Some(offer) = (situation.offer)(&root.name) {
            offer.take(plan);
        } else if let Some((package, dependency)) = inferred(situation.allowed, &names, &root.name)
        {
            plan.add_aid(
                AidKind::Dependency,
                package.clone(),
                format!("borrowed code names `{}`", root.name),
            );
            plan.dependencies.insert(package, dependency);
        }
    }
}
