//! Names that the standard library has in several modules: `Ordering`, `Weak`, `Error`. What the
//! example does with them often decides, so each is tried.

use std::collections::{BTreeMap, BTreeSet};

use verify_model::{Diagnostic, missing_name};

use super::super::{Situation, context};
use super::candidates::{Candidate, has_rival, is_crate_root, is_named_after, suggestions};
use super::{import, last_segment, standard};
use crate::facts::Facts;
use crate::scaffold::{Doubt, Plan};

/// Most modules that one name is tried in.
const MAX_HOMES: usize = 4;

/// Most plans that are tried for one example.
const MAX_PLANS: usize = 8;

/// Plans that import each such name from one of its modules, in all combinations.
pub(in super::super) fn plans(situation: &Situation<'_>) -> Vec<Plan> {
    let mut plans = vec![situation.plan.clone()];
    let mut seen = BTreeSet::new();
    for error in situation.errors() {
        let Some(name) = open_name(situation, error) else {
            continue;
        };
        let homes = homes(situation, error, &name);
        let is_open = (2..=MAX_HOMES).contains(&homes.len()) && seen.insert(name.clone());
        if is_open && plans.len() * homes.len() <= MAX_PLANS {
            let with = |plan: &Plan| {
                let each = homes
                    .iter()
                    .map(|path| with(situation, plan, error, &name, path));
                each.collect::<Vec<_>>()
            };
            plans = plans.iter().flat_map(with).collect();
        }
    }
    plans.retain(|plan| plan != situation.plan);
    plans
}

/// What the plans that fit have in common, beside what was in `before`: of several modules the one
/// that the example imports something else of. `None` when they agree on nothing.
#[must_use]
pub fn agreed(facts: &Facts, before: &Plan, fits: &[Plan]) -> Option<Plan> {
    let mut paths: BTreeMap<&str, BTreeSet<&String>> = BTreeMap::new();
    for path in fits.iter().flat_map(|fit| new_imports(before, fit)) {
        paths.entry(last_segment(path)).or_default().insert(path);
    }
    let known = known_modules(facts, before);
    let chosen: BTreeSet<&String> = paths
        .values()
        .filter_map(|all| {
            only(all.iter().copied()).or_else(|| {
                only(
                    all.iter()
                        .copied()
                        .filter(|path| known.contains(module_of(path))),
                )
            })
        })
        .collect();
    let is_it = |fit: &&Plan| chosen.iter().all(|path| fit.imports.contains(path));
    let mut plan = fits.iter().find(is_it)?.clone();
    let vain: Vec<String> = new_imports(before, &plan)
        .filter(|path| !chosen.contains(path))
        .cloned()
        .collect();
    for path in vain {
        plan.forget_import(&path);
    }
    (!chosen.is_empty()).then_some(plan)
}

fn only<'a>(mut all: impl Iterator<Item = &'a String>) -> Option<&'a String> {
    let first = all.next();
    first.filter(|_| all.next().is_none())
}

fn new_imports<'a>(before: &'a Plan, plan: &'a Plan) -> impl Iterator<Item = &'a String> {
    let imports = plan.imports.iter();
    imports.filter(|path| !before.imports.contains(path))
}

/// The name that an error does not find, when nothing else in the document could be meant, nor a crate
/// that it names or that is called so.
fn open_name(situation: &Situation<'_>, error: &Diagnostic) -> Option<String> {
    let missing = missing_name(error)?;
    let name = missing.name.trim_end_matches("<T>");
    let is_defined = situation.facts.names.knows(name) || context::defines(situation, name);
    let exporters = situation.allowed.known.exporters(name);
    let mut named = exporters.iter().map(|(known, _)| &known.lib);
    let is_crates = has_rival(situation, name) || named.any(|it| is_named_after(name, it));
    let is_open = missing.container.is_none()
        && name != "Result"
        && !is_defined
        && !is_crates
        && !is_crate_root(error)
        && !situation.plan.unguessed.contains(name);
    is_open.then(|| name.to_owned())
}

/// The paths of the standard library that the compiler proposes for a name. What projects call their
/// own types has to be in a module that the example imports something else of.
fn homes(situation: &Situation<'_>, error: &Diagnostic, name: &str) -> Vec<String> {
    let known = known_modules(situation.facts, situation.plan);
    let is_common = standard::is_common_word(name);
    let all: BTreeSet<String> = suggestions(error, name).into_iter().collect();
    let is_usable = |path: &String| !situation.plan.rejected_imports.contains(path);
    if !all.iter().all(is_usable) {
        return Vec::new();
    }
    let is_near = |path: &String| known.contains(module_of(path));
    if is_common && !all.iter().any(is_near) {
        return Vec::new();
    }
    all.into_iter().collect()
}

/// Modules that the example has something of, or that what it needs was imported from.
fn known_modules<'a>(facts: &'a Facts, plan: &'a Plan) -> BTreeSet<&'a str> {
    let own = facts
        .names
        .imports
        .iter()
        .map(|import| import.path.as_str());
    let added = plan.imports.iter().map(String::as_str);
    own.chain(added).map(module_of).collect()
}

fn module_of(path: &str) -> &str {
    path.rsplit_once("::").map_or("", |(module, _)| module)
}

fn with(
    situation: &Situation<'_>,
    plan: &Plan,
    error: &Diagnostic,
    name: &str,
    path: &str,
) -> Plan {
    let mut plan = plan.clone();
    let candidate = Candidate {
        path: path.to_owned(),
        reason: "the standard library has it in several modules, and this one fits".to_owned(),
        doubt: Some(Doubt::Standard),
        yields: false,
        rival: None,
    };
    import(situation, &mut plan, error, name, candidate);
    plan
}
