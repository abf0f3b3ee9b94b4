//! Modules of which the document imports everything elsewhere: `use rayon::prelude::*`. What is in
//! them only the compiler knows, so they are tried.

use verify_model::{AidKind, NameKind, missing_name};

use super::super::{Probe, Situation};
use super::candidates::{is_reachable, is_standard};
use super::link;
use crate::scaffold::Plan;

/// Most modules that are tried for one example.
const MAX_GLOBS: usize = 4;

/// Plans that import everything of a module, the nearest import of the document first.
pub(in super::super) fn plans(situation: &Situation<'_>) -> Vec<Plan> {
    usable(situation)
        .into_iter()
        .filter_map(|path| with(situation, path))
        .collect()
}

/// Whether a module is still to be tried: guesses wait for that.
pub(super) fn are_pending(situation: &Situation<'_>) -> bool {
    !situation.tried.contains(&Probe::Globs)
        && !situation.expects_failure
        && !usable(situation).is_empty()
}

fn with(situation: &Situation<'_>, path: &str) -> Option<Plan> {
    let mut plan = situation.plan.clone();
    let root = root_of(path);
    let is_linked = is_standard(root) || situation.dependency_of(root).is_some();
    let imported = || format!("`{path}` is imported from it");
    if !is_linked && !link(situation, &mut plan, root, imported()) {
        return None;
    }
    let reason = "names are not in scope, and the document imports everything of this elsewhere";
    plan.add_aid(AidKind::Import, path, reason);
    plan.imports.push(path.to_owned());
    Some(plan)
}

/// The paths that may have what is missing.
fn usable<'a>(situation: &Situation<'a>) -> Vec<&'a str> {
    let wanted = wanted(situation);
    if wanted.is_empty() {
        return Vec::new();
    }
    let own = &situation.facts.names.imports;
    let mut globs: Vec<_> = situation.neighbours.globs.iter().collect();
    globs.sort_by_key(|glob| glob.line.abs_diff(situation.line));
    let mut paths: Vec<&str> = Vec::new();
    for glob in globs {
        let path = glob.path.as_str();
        let is_there = own.iter().any(|import| import.path == path)
            || situation.plan.imports.iter().any(|it| it == path)
            || situation.plan.rejected_imports.contains(path)
            || paths.contains(&path);
        if !is_there && is_reachable(situation, path) && may_have(situation, path, &wanted) {
            paths.push(path);
        }
    }
    paths.truncate(MAX_GLOBS);
    paths
}

/// Names and methods that are not in scope.
fn wanted(situation: &Situation<'_>) -> Vec<String> {
    let name = |error| {
        let missing = missing_name(error)?;
        let is_open = missing.container.is_none()
            && matches!(missing.kind, NameKind::Item | NameKind::Macro)
            && !matches!(missing.name.as_str(), "self" | "Self");
        is_open.then_some(missing.name)
    };
    let method = |error: &verify_model::Diagnostic| {
        let rest = error.message.strip_prefix("no method named `")?;
        rest.split('`').next().map(str::to_owned)
    };
    situation
        .errors()
        .filter_map(|error| name(error).or_else(|| method(error)))
        .collect()
}

/// Whether it is worth building the module's crate for: the example uses it or no other, or it is
/// known to have one of the names.
fn may_have(situation: &Situation<'_>, path: &str, wanted: &[String]) -> bool {
    let root = root_of(path);
    if is_standard(root)
        || situation.dependency_of(root).is_some()
        || situation.plan.dependencies.is_empty()
    {
        return true;
    }
    let known = situation.allowed.known;
    wanted.iter().any(|name| {
        let mut exporters = known.exporters(name).into_iter();
        let method = known.extension_trait(name);
        exporters.any(|(known, _)| known.lib == root)
            || method.is_some_and(|(known, _)| known.lib == root)
    })
}

fn root_of(path: &str) -> &str {
    path.split("::").next().unwrap_or(path)
}
