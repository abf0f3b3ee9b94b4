//! Names that are not in scope: a `use` that the document has elsewhere, a crate that the example
//! names already, the standard library, or a well-known crate. Two equally good candidates mean no
//! guess.

mod candidates;
mod evidence;
pub(super) mod globs;
pub(super) mod homes;
mod macros;
mod misfit;
pub(super) mod rivals;
mod runtime;
mod standard;
mod undo;

use std::collections::BTreeSet;

use verify_model::{AidKind, Diagnostic, MissingName, NameKind, missing_name};

use super::editions::begins_at_root;
use super::{Situation, context, outdated};
use crate::neighbours::words;
use crate::scaffold::{Doubt, MACRO_LIBRARY, Plan, infer};
use candidates::{Candidate, candidate, is_crate_root, own_items, proposals, provider};

pub(super) use candidates::{is_reachable, is_standard};
pub(super) use macros::deriving_most;
pub(super) use standard::{is_common_word, module_of as standard_module, path_of as unmistakable};
pub(super) use undo::{forget_unconfirmed, is_doubtful, mentions, undo};

/// Adds imports for names that the compiler did not find.
pub(super) fn add(situation: &Situation<'_>, plan: &mut Plan) -> bool {
    let mut changed = false;
    let mut seen = BTreeSet::new();
    // What the document imports goes before what is guessed.
    let is_early = globs::are_pending(situation);
    for error in situation.errors() {
        let Some(missing) = missing_name(error) else {
            changed |= add_function(situation, plan, error);
            continue;
        };
        changed |= add_macro_library(situation, plan, &missing);
        if missing.kind == NameKind::File || missing.kind == NameKind::Import {
            let reason = not_found(missing.root());
            changed |= link(situation, plan, missing.root(), reason);
            continue;
        }
        let is_open = missing.container.is_none() && !plan.unguessed.contains(&missing.name);
        if !is_open || !seen.insert(missing.name.clone()) {
            continue;
        }
        if is_crate_root(error) {
            // A module of the standard library, or of a crate that the example uses.
            if let Some(found) = candidate(situation, plan, error, &missing.name, missing.kind) {
                if !is_early || !found.yields {
                    changed |= import(situation, plan, error, &missing.name, found);
                }
                continue;
            }
            let known = situation.allowed.known.by_library(&missing.name);
            if !known.is_some_and(|known| known.common_word) {
                let reason = not_found(&missing.name);
                changed |= link(situation, plan, &missing.name, reason);
            }
            continue;
        }
        if begins_at_root(error) {
            // No import reaches it.
            let is_own = situation.facts.names.defined.contains(&missing.name);
            let reason = not_found(&missing.name);
            changed |= !is_own && link(situation, plan, &missing.name, reason);
            continue;
        }
        let name = missing.name.trim_end_matches("<T>");
        let found = candidate(situation, plan, error, name, missing.kind);
        // Functions of its own can be given to a type in its own crate only.
        let is_own = has_functions(situation, name);
        let found = found.filter(|it| !is_own || it.path.starts_with("crate::"));
        if let Some(found) = found.filter(|it| !is_early || !it.yields) {
            changed |= import(situation, plan, error, name, found);
        }
    }
    changed
}

/// Links the library of procedural macros for what a crate of them has beside its macros. A program is
/// no such crate.
fn add_macro_library(situation: &Situation<'_>, plan: &mut Plan, missing: &MissingName) -> bool {
    let is_linked = plan.imports.iter().any(|it| it == MACRO_LIBRARY);
    if missing.root() != MACRO_LIBRARY || is_linked || situation.facts.main.is_some() {
        return false;
    }
    let reason = "only crates of procedural macros have it by themselves, and which crate this is of is not shown";
    plan.add_aid(AidKind::Import, MACRO_LIBRARY, reason);
    plan.imports.push(MACRO_LIBRARY.to_owned());
    true
}

/// Adds the import of a function that is called as a macro is, when the document has one.
fn add_function(situation: &Situation<'_>, plan: &mut Plan, error: &Diagnostic) -> bool {
    let Some(name) = called_macro(error) else {
        return false;
    };
    let proposed: Vec<String> = proposals(error).collect();
    let is_function = |path: &&String| {
        let root = path.split("::").next().unwrap_or_default();
        !is_standard(root) || proposed.contains(path)
    };
    let all = situation.neighbours.imports.get(name).into_iter().flatten();
    let all = all.filter(|path| is_reachable(situation, path));
    let all: Vec<&String> = all.filter(is_function).collect();
    let [path] = all[..] else {
        return false;
    };
    let found = Candidate {
        path: path.clone(),
        reason: "the document imports it elsewhere".to_owned(),
        doubt: None,
        yields: false,
        rival: None,
    };
    import(situation, plan, error, name, found)
}

/// The name of a macro that is called as a function is: a function may have the same name.
pub(super) fn called_macro(error: &Diagnostic) -> Option<&str> {
    let rest = error
        .message
        .strip_prefix("expected function, found macro `")?;
    rest.strip_suffix('`')
}

/// Whether the example has an `impl` block of the type `name`, without a trait.
fn has_functions(situation: &Situation<'_>, name: &str) -> bool {
    let mut impls = situation.facts.traits.impls.iter();
    impls.any(|it| it.of.is_none() && it.owner_name.as_deref() == Some(name))
}

/// Links a crate that may be used and that the text alone did not give away.
fn link(situation: &Situation<'_>, plan: &mut Plan, library: &str, reason: String) -> bool {
    if situation.dependency_of(library).is_some()
        || plan
            .dependencies
            .iter()
            .any(|(key, it)| situation.allowed.brings(key, it) == library)
        || situation.facts.names.begins_paths(library)
        || is_too_much(situation, library)
        // Refused for a reason, which stays.
        || plan.unresolved.iter().any(|it| it.name == library)
    {
        return false;
    }
    if let Some(offer) = (situation.offer)(library) {
        plan.linked.insert(offer.key.clone());
        offer.take(plan);
        return true;
    }
    let names = &situation.facts.names;
    let before: BTreeSet<String> = plan.dependencies.keys().cloned().collect();
    let is_known = infer(plan, situation.allowed, names, library, reason);
    let added = plan
        .dependencies
        .keys()
        .filter(|key| !before.contains(*key));
    plan.linked.extend(added.cloned());
    is_known
}

/// Whether a crate would take minutes to build for a name that may as well be the project's.
fn is_too_much(situation: &Situation<'_>, library: &str) -> bool {
    let known = situation.allowed.known.by_library(library);
    known.is_some_and(|it| it.heavy) && !situation.neighbours.heavy.contains(library)
}

fn not_found(library: &str) -> String {
    format!("the compiler does not find the crate `{library}`")
}

fn import(
    situation: &Situation<'_>,
    plan: &mut Plan,
    error: &Diagnostic,
    name: &str,
    candidate: Candidate,
) -> bool {
    let Candidate {
        path,
        reason,
        doubt,
        rival,
        ..
    } = candidate;
    // Where the example is to fail, a guess of ours must not be what fails.
    let is_vain = doubt.is_some() && situation.expects_failure;
    if is_vain || plan.rejected_imports.contains(&path) {
        return false;
    }
    let own = &situation.facts.names.imports;
    let is_own = own.iter().any(|it| it.top_level && it.path == path);
    if is_own || plan.imports.contains(&path) || path.starts_with("crate::") {
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
        let reason = format!("`{path}` is imported from it");
        if !link(situation, plan, &root, reason)
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
    plan.guesses
        .extend(doubt.map(|doubt| (path.clone(), doubt)));
    plan.rivals.extend(rival.map(|rival| (path.clone(), rival)));
    plan.imports.push(path);
    true
}

fn last_segment(path: &str) -> &str {
    path.rsplit("::").next().unwrap_or(path)
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
    let is_early = globs::are_pending(situation);
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
        // What the document itself declares is tried first.
        let is_declared = !situation.tried.contains(&super::Probe::Context)
            && context::declares(situation, method);
        let by_data = situation.allowed.known.extension_trait(method);
        let by_data = by_data.filter(|_| !is_declared);
        let own: Vec<String> = own_items(error).collect();
        let (path, doubt) = match (suggested.as_slice(), by_data) {
            ([one], _) => (one.clone(), None),
            // Of the example itself, from within a module.
            ([], _) if own.len() == 1 => (own[0].clone(), None),
            ([], Some((known, path)))
                if !is_early && situation.neighbours.crates.contains(&known.lib) =>
            {
                (path, None)
            }
            ([], Some((known, path)))
                if !is_early
                    && known.telling.iter().any(|it| it == method)
                    && !is_of_own_type(situation, error) =>
            {
                (path, Some(Doubt::KnownCrate))
            }
            _ => continue,
        };
        let name = Some(last_segment(&path)).filter(|it| *it != "*");
        let name = name.or_else(|| provider(error)).unwrap_or("*").to_owned();
        plan.methods.insert(path.clone(), method.to_owned());
        let candidate = Candidate {
            reason: format!("it brings `{method}`"),
            path,
            doubt,
            yields: false,
            rival: None,
        };
        let library = candidate.path.split("::").next().unwrap_or_default();
        let library = library.to_owned();
        let is_added = import(situation, plan, error, &name, candidate);
        if is_added && !suggested.is_empty() {
            outdated::as_used(situation, plan, &library);
        }
        changed |= is_added;
    }
    changed
}

/// Whether a method was looked for in a type that the example itself defines.
fn is_of_own_type(situation: &Situation<'_>, error: &Diagnostic) -> bool {
    let owner = error.message.split('`').nth(3).unwrap_or_default();
    let types = &situation.facts.names.types;
    words(owner).iter().any(|word| types.contains(*word))
}
