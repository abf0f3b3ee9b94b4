//! Names that are not in scope: a `use` that the document has elsewhere, a crate that the example
//! names already, the standard library, or a well-known crate. Two equally good candidates mean no
//! guess.

use std::collections::BTreeSet;

use verify_model::{AidKind, Diagnostic, NameKind, missing_name};

use super::Situation;
use crate::known_crates::KnownCrate;
use crate::scaffold::{Plan, inferred, library_name};

/// Where a missing name could come from, and why we think so.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Candidate {
    path: String,
    reason: String,
}

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
        if missing.container.is_some() || !seen.insert(missing.name.clone()) {
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
    let is_wrong = |import: &str| {
        let name = last_segment(import);
        situation.errors().any(|error| {
            if error.is_outside_document() {
                does_not_resolve(error, import)
            } else {
                missing_name(error).is_none() && mentions(error, name)
            }
        })
    };
    let wrong: Vec<String> = plan
        .imports
        .iter()
        .filter(|import| is_wrong(import))
        .cloned()
        .collect();
    let is_unresolved = |import: &String| {
        let mut errors = situation.errors().filter(|it| it.is_outside_document());
        errors.any(|error| does_not_resolve(error, import))
    };
    let mut wrong = wrong;
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
        plan.imports.retain(|other| other != import);
        plan.aids
            .retain(|aid| aid.kind != AidKind::Import || aid.what != *import);
        plan.rejected_imports.insert(import.clone());
    }
    !wrong.is_empty()
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

/// Whether the compiler takes the name for a crate or module at the root of a path.
fn is_crate_root(error: &Diagnostic) -> bool {
    error.message.starts_with("cannot find module or crate `")
}

/// Links a crate that may be used and that the text alone did not give away.
fn link(situation: &Situation<'_>, plan: &mut Plan, library: &str) -> bool {
    if situation.dependency_of(library).is_some()
        || plan
            .dependencies
            .keys()
            .any(|key| library_name(key) == library)
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
    let Some((package, dependency)) = inferred(situation.allowed, library) else {
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
                .keys()
                .any(|key| library_name(key) == root)
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

fn is_standard(root: &str) -> bool {
    matches!(root, "std" | "core" | "alloc")
}

/// The one best candidate for `name`, in the order of trust.
fn candidate(
    situation: &Situation<'_>,
    plan: &Plan,
    error: &Diagnostic,
    name: &str,
    kind: NameKind,
) -> Option<Candidate> {
    let names = &situation.facts.names;
    let is_defined = if is_crate_root(error) {
        // A function may well be called as a module is: `fn fmt` and `fmt::Formatter`.
        names.modules.contains(name)
    } else {
        names.defined.contains(name)
    };
    if is_defined && kind == NameKind::Item {
        // It is defined in the example, only not here.
        let own: Vec<String> = own_items(error).collect();
        return match own.as_slice() {
            [path] => Some(Candidate {
                path: path.clone(),
                reason: "the example defines it outside".to_owned(),
            }),
            _ => None,
        };
    }
    let usable = |path: &String| !plan.rejected_imports.contains(path);
    let from_document: Vec<String> = situation
        .neighbours
        .imports
        .get(name)
        .into_iter()
        .flatten()
        .filter(|path| is_reachable(situation, path))
        .filter(|path| usable(path))
        .cloned()
        .collect();
    let known = situation.allowed.known;
    let exporters = known.exporters(name);
    let from_named_crates: Vec<String> = exporters
        .iter()
        .filter(|(known, _)| situation.dependency_of(&known.lib).is_some())
        .map(|(_, path)| path.clone())
        .chain(implied(situation, name, kind, true))
        .filter(usable)
        .collect();
    let from_std: Vec<String> = suggestions(error).into_iter().filter(usable).collect();
    let from_documents_crates: Vec<String> = exporters
        .iter()
        .filter(|(known, _)| situation.neighbours.crates.contains(&known.lib))
        .map(|(_, path)| path.clone())
        .filter(usable)
        .collect();
    let from_known: Vec<String> = exporters
        .iter()
        .filter(|(known, _)| is_named_after(name, &known.lib))
        .map(|(_, path)| path.clone())
        .chain(implied(situation, name, kind, false))
        .filter(usable)
        .collect();
    let sources = [
        (from_document, "the document imports it elsewhere"),
        (from_named_crates, "a crate that the example uses has it"),
        (from_std, "the compiler suggests the standard library's"),
        (
            from_documents_crates,
            "a crate that the document uses elsewhere has it",
        ),
        (from_known, "a well-known crate has it"),
    ];
    for (candidates, reason) in sources {
        let distinct: BTreeSet<String> = candidates.into_iter().collect();
        match distinct.len() {
            0 => {}
            1 => {
                return distinct.into_iter().next().map(|path| Candidate {
                    path,
                    reason: reason.to_owned(),
                });
            }
            // Equally good candidates.
            _ => return None,
        }
    }
    None
}

/// Whether a name by itself speaks for a crate that nobody mentioned: `Uuid` for `uuid`.
fn is_named_after(name: &str, library: &str) -> bool {
    let plain = |text: &str| text.replace('_', "").to_ascii_lowercase();
    plain(name) == plain(library)
}

/// Whether an import of another example can hold here: its root is the standard library or a
/// crate that may be used.
fn is_reachable(situation: &Situation<'_>, path: &str) -> bool {
    let root = path.split("::").next().unwrap_or_default();
    is_standard(root)
        || situation.dependency_of(root).is_some()
        || (situation.offer)(root).is_some()
        || inferred(situation.allowed, root).is_some()
}

/// The crate whose macro, derive macro or attribute bears this name. `named` asks for those among
/// the example's own crates only.
fn implied(situation: &Situation<'_>, name: &str, kind: NameKind, named: bool) -> Option<String> {
    if kind != NameKind::Macro {
        return None;
    }
    let used = &situation.facts.names;
    let is_in = |list: &[crate::facts::Used]| list.iter().any(|it| it.name == name);
    let known = situation.allowed.known;
    let implying = |table: fn(&crate::known_crates::KnownCrate) -> &[String]| {
        if named {
            let mut all = known.iter().filter(|it| {
                situation.dependency_of(&it.lib).is_some() && table(it).iter().any(|n| n == name)
            });
            let first = all.next();
            if all.next().is_some() { None } else { first }
        } else {
            None
        }
    };
    let found = if is_in(&used.derives) {
        implying(|it| &it.derives)
            .or_else(|| deriving_most(situation, name))
            .or_else(|| known.implying_derive(name))
    } else if is_in(&used.attributes) {
        implying(|it| &it.attributes).or_else(|| known.implying_attribute(name))
    } else {
        implying(|it| &it.macros).or_else(|| known.implying_macro(name))
    };
    let found = found?;
    (!named || situation.dependency_of(&found.lib).is_some()).then(|| found.path_of(name))
}

/// The crate that has most of the example's derive macros, when one of them is its alone: beside
/// `Archive`, `Serialize` is rkyv's.
fn deriving_most<'a>(situation: &'a Situation<'_>, name: &str) -> Option<&'a KnownCrate> {
    let known = situation.allowed.known;
    let derives = &situation.facts.names.derives;
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

/// Paths that rustc proposes to import.
fn proposals(error: &Diagnostic) -> impl Iterator<Item = String> + '_ {
    error
        .notes
        .iter()
        .filter_map(|note| note.replacement.as_deref())
        .filter_map(|replacement| replacement.trim().strip_prefix("use "))
        .filter_map(|rest| rest.split(';').next())
        .map(|path| path.trim().to_owned())
        .filter(|path| !path.contains('{') && !path.starts_with("crate::"))
}

/// The example's own items that rustc proposes to import.
fn own_items(error: &Diagnostic) -> impl Iterator<Item = String> + '_ {
    error
        .notes
        .iter()
        .filter_map(|note| note.replacement.as_deref())
        .filter_map(|replacement| replacement.trim().strip_prefix("use crate::"))
        .filter_map(|rest| rest.split(';').next())
        .map(|path| format!("crate::{}", path.trim()))
        .filter(|path| !path.contains('{'))
}

/// Paths of the standard library that rustc proposes to import. For a type it proposes traits of
/// that name as well, which never fit.
fn suggestions(error: &Diagnostic) -> Vec<String> {
    let wants_type = error.message.starts_with("cannot find type");
    error
        .notes
        .iter()
        .filter(|note| !(wants_type && note.message.contains("trait")))
        .filter_map(|note| note.replacement.as_deref())
        .filter_map(|replacement| replacement.trim().strip_prefix("use "))
        .filter_map(|rest| rest.split(';').next())
        .map(|path| path.trim().to_owned())
        .filter(|path| path.starts_with("std::") && !path.contains('{'))
        .collect()
}
