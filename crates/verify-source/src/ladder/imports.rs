//! Names that are not in scope: a `use` that the document has elsewhere, a crate that the example
//! names already, the standard library, or a well-known crate. Two equally good candidates mean no
//! guess.

mod candidates;
mod standard;

use std::collections::BTreeSet;

use verify_model::{AidKind, Diagnostic, Level, NameKind, missing_name};

use super::Situation;
use crate::scaffold::{Plan, inferred};
use candidates::{Candidate, candidate, is_crate_root, is_standard, proposals};

/// Adds imports for names that the compiler did not find.
pub(super) fn add(situation: &Situation<'_>, plan: &mut Plan) -> bool {
    let mut changed = false;
    let mut seen = BTreeSet::new();
    for error in situation.errors() {
        let Some(missing) = missing_name(error) else {
            continue;
        };
        if missing.kind == NameKind::File || missing.kind == NameKind::Import {
            changed |= link(situation, plan, missing.root());
            continue;
        }
        let is_open = missing.container.is_none() && !plan.unguessed.contains(&missing.name);
        if !is_open || !seen.insert(missing.name.clone()) {
            continue;
        }
        if is_crate_root(error) {
            // A module of the standard library, or of a crate that the example uses.
            if let Some(found) = candidate(situation, plan, error, &missing.name, missing.kind) {
                changed |= import(situation, plan, error, &missing.name, found);
                continue;
            }
            let known = situation.allowed.known.by_library(&missing.name);
            if !known.is_some_and(|known| known.common_word) {
                changed |= link(situation, plan, &missing.name);
            }
            continue;
        }
        if let Some(candidate) = candidate(situation, plan, error, &missing.name, missing.kind) {
            changed |= import(situation, plan, error, &missing.name, candidate);
        }
    }
    changed
}

/// Takes back imports that do not resolve, and those that the example then turns out to use as
/// something else: `std::process::Command` is not the project's own `Command`.
pub(super) fn undo(situation: &Situation<'_>, plan: &mut Plan) -> bool {
    let mut wrong: Vec<String> = plan
        .imports
        .iter()
        .filter(|import| is_wrong(situation.diagnostics, import))
        .cloned()
        .collect();
    let is_unresolved = |import: &String| {
        let mut errors = situation.errors().filter(|it| it.is_outside_document());
        errors.any(|error| does_not_resolve(error, import))
    };
    for imports in plan.inner_imports.values_mut() {
        let unresolved: Vec<String> = imports
            .iter()
            .filter(|it| is_unresolved(it))
            .cloned()
            .collect();
        imports.retain(|import| !unresolved.contains(import));
        wrong.extend(unresolved);
    }
    for import in &wrong {
        remove(plan, import);
        plan.rejected_imports.insert(import.clone());
    }
    !wrong.is_empty()
}

/// Whether an import that we added does not resolve, or an error speaks of what it brings: then the
/// error may be ours.
pub(super) fn is_wrong(diagnostics: &[Diagnostic], import: &str) -> bool {
    let name = last_segment(import);
    let is_sure = import.starts_with("std::") && standard::is_unmistakable(name);
    let mut errors = diagnostics.iter().filter(|it| it.level == Level::Error);
    errors.any(|error| {
        if error.is_outside_document() {
            does_not_resolve(error, import)
        } else {
            !is_sure && missing_name(error).is_none() && mentions(error, name)
        }
    })
}

/// Takes back guesses at the standard library that the compiler could not confirm: where a trait is
/// missing, it checks no types at all, and would not notice that `Command` is the project's own.
pub(super) fn forget_unconfirmed(situation: &Situation<'_>, plan: &mut Plan) -> bool {
    let is_unchecked = situation
        .errors()
        .any(|error| error.code.as_deref() == Some("E0405"));
    if !is_unchecked {
        return false;
    }
    let is_guess = |import: &&String| {
        let name = last_segment(import);
        let imports = situation.neighbours.imports.get(name);
        let is_stated = imports.is_some_and(|paths| paths.contains(*import));
        import.starts_with("std::") && !standard::is_unmistakable(name) && !is_stated
    };
    let guesses: Vec<String> = plan.imports.iter().filter(is_guess).cloned().collect();
    for guess in &guesses {
        remove(plan, guess);
        let name = last_segment(guess).to_owned();
        plan.unguessed.insert(name);
    }
    !guesses.is_empty()
}

fn remove(plan: &mut Plan, import: &str) {
    plan.imports.retain(|other| other != import);
    plan.aids
        .retain(|aid| aid.kind != AidKind::Import || aid.what != *import);
}

fn last_segment(path: &str) -> &str {
    path.rsplit("::").next().unwrap_or(path)
}

/// Whether an error about code that we added is about this import.
fn does_not_resolve(error: &Diagnostic, import: &str) -> bool {
    const CODES: [&str; 6] = ["E0432", "E0433", "E0603", "E0252", "E0255", "E0659"];
    let has_code = error
        .code
        .as_deref()
        .is_some_and(|code| CODES.contains(&code));
    let mut quoted = error.message.split('`').skip(1).step_by(2);
    has_code
        && quoted.any(|name| {
            import == name
                || import.ends_with(&format!("::{name}"))
                || import.starts_with(&format!("{name}::"))
        })
}

/// Whether an error speaks about `name`: in its message, in a label, or by its place.
pub(super) fn mentions(error: &Diagnostic, name: &str) -> bool {
    let quotes = |text: &str| {
        text.split('`').skip(1).step_by(2).any(|quoted| {
            quoted
                .split(|c: char| !c.is_alphanumeric() && c != '_')
                .any(|word| word == name)
        })
    };
    quotes(&error.message)
        || error.spans.iter().any(|span| {
            span.label.as_deref().is_some_and(quotes) || span.text.as_deref() == Some(name)
        })
}

/// Links a crate that may be used and that the text alone did not give away.
fn link(situation: &Situation<'_>, plan: &mut Plan, library: &str) -> bool {
    if situation.dependency_of(library).is_some()
        || plan
            .dependencies
            .iter()
            .any(|(key, it)| situation.allowed.brings(key, it) == library)
        || situation.facts.names.defined.contains(library)
        // Refused for a reason, which stays.
        || plan.unresolved.iter().any(|it| it.name == library)
    {
        return false;
    }
    if let Some(offer) = (situation.offer)(library) {
        offer.take(plan);
        return true;
    }
    let Some((package, dependency)) = inferred(situation.allowed, &situation.facts.names, library)
    else {
        return false;
    };
    plan.add_aid(
        AidKind::Dependency,
        package.clone(),
        format!("the compiler does not find the crate `{library}`"),
    );
    plan.dependencies.insert(package, dependency);
    true
}

fn import(
    situation: &Situation<'_>,
    plan: &mut Plan,
    error: &Diagnostic,
    name: &str,
    candidate: Candidate,
) -> bool {
    let Candidate { path, reason } = candidate;
    if plan.rejected_imports.contains(&path) {
        return false;
    }
    if plan.imports.contains(&path) || path.starts_with("crate::") {
        // It is in scope at the top, and a module does not look there.
        let is_added = import_inside(situation, plan, error, &path);
        if is_added {
            let reason = format!("`{name}` is not in scope in a module; {reason}");
            plan.add_aid(AidKind::Import, path, reason);
        }
        return is_added;
    }
    let root = path.split("::").next().unwrap_or_default().to_owned();
    if !is_standard(&root) && situation.dependency_of(&root).is_none() {
        // A crate that only the missing name speaks for.
        if !link(situation, plan, &root)
            && !plan
                .dependencies
                .iter()
                .any(|(key, it)| situation.allowed.brings(key, it) == root)
        {
            return false;
        }
    }
    plan.add_aid(
        AidKind::Import,
        path.clone(),
        format!("`{name}` is not in scope; {reason}"),
    );
    plan.imports.push(path);
    true
}

/// Adds an import to the innermost inline module around the place of `error`.
fn import_inside(
    situation: &Situation<'_>,
    plan: &mut Plan,
    error: &Diagnostic,
    path: &str,
) -> bool {
    let Some(place) = error.place() else {
        return false;
    };
    let around = situation.facts.modules.iter();
    let innermost = around
        .filter(|module| module.contains(&place.code.start))
        .max_by_key(|module| module.start);
    innermost.is_some_and(|module| {
        let imports = plan.inner_imports.entry(module.start).or_default();
        imports.insert(path.to_owned())
    })
}

/// Traits that the compiler says would bring a method that it did not find.
pub(super) fn add_traits(situation: &Situation<'_>, plan: &mut Plan) -> bool {
    let mut changed = false;
    for error in situation.errors() {
        if error.code.as_deref() != Some("E0599") {
            continue;
        }
        let Some(method) = error.message.split('`').nth(1) else {
            continue;
        };
        let suggested: Vec<String> = proposals(error)
            .filter(|path| !plan.rejected_imports.contains(path))
            .collect();
        let by_data = situation.allowed.known.extension_trait(method);
        let path = match (suggested.as_slice(), by_data) {
            ([one], _) => one.clone(),
            ([], Some((known, path))) if situation.neighbours.crates.contains(&known.lib) => path,
            _ => continue,
        };
        let reason = format!("it brings `{method}`");
        let name = last_segment(&path).to_owned();
        changed |= import(situation, plan, error, &name, Candidate { path, reason });
    }
    changed
}
