//! Takes imports back: those that do not resolve, and guesses that an error could come of.
//!
//! An import that is no guess stays, whatever it brings to light: that is the example's own.

use std::collections::BTreeSet;

use verify_model::{Diagnostic, DiagnosticSpan, Level, missing_name};

use super::super::Situation;
use super::candidates::proposals;
use super::{last_segment, misfit, standard};
use crate::lex::{self, Kind, Token};
use crate::neighbours::words;
use crate::scaffold::Plan;

/// Takes back imports that do not resolve, and for each error the most doubtful guess that it could
/// come of: `std::process::Command` is not the project's own `Command`.
pub(in super::super) fn undo(situation: &Situation<'_>, plan: &mut Plan) -> bool {
    let is_unresolved = |import: &&String| is_unresolved(situation.diagnostics, import);
    let mut wrong: BTreeSet<String> = plan.imports.iter().filter(is_unresolved).cloned().collect();
    for imports in plan.inner_imports.values_mut() {
        let unresolved: Vec<String> = imports.iter().filter(is_unresolved).cloned().collect();
        imports.retain(|import| !unresolved.contains(import));
        wrong.extend(unresolved);
    }
    let speaks_against =
        |error: &&Diagnostic| !wants_trait(plan, error) && !confirms_trait(situation, error);
    for error in situation.errors().filter(speaks_against) {
        let suspects = plan.guesses.iter();
        let blamed = suspects
            .filter(|(import, _)| is_about(error, situation.code, last_segment(import)))
            .filter(|(import, _)| !is_confirmed(situation, last_segment(import)))
            .max_by_key(|(_, doubt)| **doubt);
        wrong.extend(blamed.map(|(import, _)| import.clone()));
    }
    wrong.extend(misfit::misfits(situation, plan).cloned());
    wrong.extend(misfit::modules(situation, plan).cloned());
    wrong.extend(vain_traits(situation, plan));
    for (name, import) in own_types(situation, plan) {
        plan.unguessed.insert(name);
        wrong.insert(import);
    }
    for import in &wrong {
        remove(situation, plan, import);
        plan.rejected_imports.insert(import.clone());
    }
    !wrong.is_empty()
}

/// Whether all that an error asks for is one trait: then the type in which a method was looked for is
/// no mistake.
fn wants_trait(plan: &Plan, error: &Diagnostic) -> bool {
    let is_open = |path: &String| !plan.rejected_imports.contains(path);
    error.code.as_deref() == Some("E0599") && proposals(error).filter(is_open).count() == 1
}

/// Whether an error is about an `impl` block all of whose functions its trait has, though not as they
/// are: then the trait is the one that is meant.
fn confirms_trait(situation: &Situation<'_>, error: &Diagnostic) -> bool {
    const UNLIKE: [&str; 4] = ["E0046", "E0050", "E0053", "E0186"];
    let is_unlike = |it: &Diagnostic| it.code.as_deref().is_some_and(|it| UNLIKE.contains(&it));
    let Some(place) = error.place().filter(|_| is_unlike(error)) else {
        return false;
    };
    let mut impls = situation.facts.traits.impls.iter();
    let start = place.code.start;
    let Some(block) = impls.find(|it| (it.head.start..it.inside.end).contains(&start)) else {
        return false;
    };
    let inside = situation.code.get(block.inside.clone());
    let is_strange = |it: &Diagnostic| {
        let start = it.place().map(|it| it.code.start);
        it.code.as_deref() == Some("E0407") && start.is_some_and(|it| block.inside.contains(&it))
    };
    inside.is_some_and(|it| words(it).contains("fn")) && !situation.errors().any(is_strange)
}

/// Imported types, each with its name, that the example implements what only their own crate may: they
/// are the project's, which has not imported anything.
fn own_types(situation: &Situation<'_>, plan: &Plan) -> Vec<(String, String)> {
    let of_own = |it: &&Diagnostic| matches!(it.code.as_deref(), Some("E0116" | "E0117" | "E0120"));
    let owner = |error: &Diagnostic| {
        let place = &error.place()?.code;
        let mut impls = situation.facts.traits.impls.iter();
        // `unsafe` stands before the head.
        let of_it = impls.find(|it| place.start < it.inside.end && it.head.start < place.end)?;
        let name = of_it.owner_name.clone()?;
        let import = plan.imports.iter().find(|it| last_segment(it) == name)?;
        Some((name, import.clone()))
    };
    situation
        .errors()
        .filter(of_own)
        .filter_map(owner)
        .collect()
}

/// Traits that did not bring the method that they were imported for.
fn vain_traits(situation: &Situation<'_>, plan: &Plan) -> Vec<String> {
    let is_missing = |method: &str| {
        let mut errors = situation.errors();
        errors.any(|error| {
            // Either there is none of that name, or none for such a type.
            let is_called = |it: &DiagnosticSpan| it.primary && it.text.as_deref() == Some(method);
            let is_named = || error.message.split('`').nth(1) == Some(method);
            error.code.as_deref() == Some("E0599")
                && (is_named() || error.spans.iter().any(is_called))
        })
    };
    let traits = plan.methods.iter();
    traits
        .filter(|(path, method)| plan.imports.contains(path) && is_missing(method))
        .map(|(path, _)| path.clone())
        .collect()
}

/// Whether an import that we added does not resolve, or is a guess that an error could come of.
pub(in super::super) fn is_doubtful(
    plan: &Plan,
    code: &str,
    diagnostics: &[Diagnostic],
    import: &str,
) -> bool {
    let name = last_segment(import);
    let errors = || diagnostics.iter().filter(|it| it.level == Level::Error);
    is_unresolved(diagnostics, import)
        || plan.guesses.contains_key(import) && errors().any(|it| is_about(it, code, name))
}

/// Takes back guesses that the compiler could not confirm: where a trait is missing, it checks no
/// types at all, and would not notice that `Command` is the project's own.
pub(in super::super) fn forget_unconfirmed(situation: &Situation<'_>, plan: &mut Plan) -> bool {
    let is_unchecked = situation
        .errors()
        .any(|error| error.code.as_deref() == Some("E0405"));
    if !is_unchecked {
        return false;
    }
    let guesses: Vec<String> = plan.guesses.keys().cloned().collect();
    for guess in &guesses {
        remove(situation, plan, guess);
        plan.unguessed.insert(last_segment(guess).to_owned());
    }
    !guesses.is_empty()
}

pub(super) fn remove(situation: &Situation<'_>, plan: &mut Plan, import: &str) {
    plan.forget_import(import);
    unlink(situation, plan, root_of(import));
}

/// Drops a crate that only an import needed, and nothing needs any more.
fn unlink(situation: &Situation<'_>, plan: &mut Plan, library: &str) {
    let is_needed = plan.imports.iter().any(|it| root_of(it) == library)
        || situation
            .facts
            .names
            .roots
            .iter()
            .any(|it| it.name == library)
        || plan
            .context
            .iter()
            .any(|it| words(&it.text).contains(library));
    let Some(key) = situation.dependency_of(library).map(str::to_owned) else {
        return;
    };
    if is_needed || !plan.linked.contains(&key) {
        return;
    }
    plan.drop_dependency(&key);
}

fn root_of(path: &str) -> &str {
    path.split("::").next().unwrap_or(path)
}

/// Whether the compiler rejects this import itself.
fn is_unresolved(diagnostics: &[Diagnostic], import: &str) -> bool {
    const CODES: [&str; 6] = ["E0432", "E0433", "E0603", "E0252", "E0255", "E0659"];
    // The second of two that clash is blamed, and that may be the example's own.
    const CLASHES: [&str; 2] = ["E0252", "E0255"];
    let clashes = |error: &Diagnostic| {
        let name = last_segment(import);
        let is_clash = |code: &str| CLASHES.contains(&code);
        error.code.as_deref().is_some_and(is_clash) && error.message.split('`').nth(1) == Some(name)
    };
    let mut errors = diagnostics.iter().filter(|it| it.level == Level::Error);
    errors.any(|error| {
        let has_code = error
            .code
            .as_deref()
            .is_some_and(|code| CODES.contains(&code));
        let mut quoted = error.message.split('`').skip(1).step_by(2);
        clashes(error)
            || error.is_outside_document()
                && has_code
                && quoted.any(|name| {
                    import == name
                        || import.ends_with(&format!("::{name}"))
                        || import.starts_with(&format!("{name}::"))
                })
    })
}

/// What the error types of libraries' `Result`s are called.
const ERRORS: [&str; 2] = ["Error", "Report"];

/// Whether an error could come of what the guessed `name` stands for: it speaks of it, lies on a
/// line with it, or something was looked for in it and not found.
fn is_about(error: &Diagnostic, code: &str, name: &str) -> bool {
    // What is unknown is somebody else's, and what only another toolchain has is nobody's.
    let is_unstable = error.code.as_deref() == Some("E0658");
    if error.is_outside_document() || error.speaks_of_unknown_types() || is_unstable {
        return false;
    }
    if let Some(missing) = missing_name(error) {
        return missing.container.as_deref() == Some(name);
    }
    if name == "Result" {
        // A project's own has an error type of its own, and no more.
        let is_of_arguments = error.code.as_deref() == Some("E0107") && mentions(error, name);
        let is_of_error = ERRORS.iter().any(|it| mentions(error, it));
        return is_of_arguments || is_of_error && !lacks_method(error);
    }
    let has_name = |at: usize| words(line_at(code, at)).contains(name);
    let is_on_line = error.place().is_some_and(|it| has_name(it.code.start));
    // A type without an end is one because of what its fields are.
    let mut places = error.spans.iter().filter_map(|span| span.place.as_ref());
    let is_within =
        error.code.as_deref() == Some("E0072") && places.any(|place| has_name(place.code.start));
    is_on_line || is_within || mentions(error, name)
}

/// Whether an error says that no `Result` at all has a method.
fn lacks_method(error: &Diagnostic) -> bool {
    let message = error.message.as_str();
    message.starts_with("no method named `") && message.contains("` found for enum `Result<")
}

/// Names that constructors have everywhere.
const OF_ANY_TYPE: [&str; 8] = [
    "builder",
    "connect",
    "create",
    "default",
    "from",
    "new",
    "open",
    "with_capacity",
];

/// Whether the compiler found in a guessed type what no other is likely to have: an associated
/// function with a name of its own, as in `Url::parse`.
pub(super) fn is_confirmed(situation: &Situation<'_>, name: &str) -> bool {
    if standard::is_common_word(name) || standard::is_also_asynchronous(name) {
        return false;
    }
    let code = situation.code;
    let mut tokens = lex::tokens(code);
    tokens.retain(|it| !matches!(it.kind, Kind::Comment | Kind::DocComment));
    let text = |token: &Token| code.get(token.range.clone()).unwrap_or_default();
    tokens.windows(5).any(|window| {
        let [owner, one, other, member, open] = window else {
            return false;
        };
        let is_call = text(owner) == name
            && (text(one), text(other), text(open)) == (":", ":", "(")
            && text(member).starts_with(char::is_lowercase)
            && !OF_ANY_TYPE.contains(&text(member));
        let place = owner.range.start..member.range.end;
        let touches = |error: &Diagnostic| {
            let places = error.spans.iter().filter_map(|span| span.place.as_ref());
            let mut ranges = places.map(|it| &it.code);
            ranges.any(|it| it.start < place.end && place.start < it.end)
        };
        is_call && !situation.errors().any(touches)
    })
}

/// The line of `code` in which `offset` lies; empty when it lies outside.
fn line_at(code: &str, offset: usize) -> &str {
    let (Some(before), Some(behind)) = (code.get(..offset), code.get(offset..)) else {
        return "";
    };
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let end = behind.find('\n').map_or(code.len(), |at| offset + at);
    &code[start..end]
}

/// Whether an error speaks about `name`: in its message, in a label, or by its place.
pub(in super::super) fn mentions(error: &Diagnostic, name: &str) -> bool {
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
