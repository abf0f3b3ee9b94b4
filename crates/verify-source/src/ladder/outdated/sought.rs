//! Names without which an older release is no cure: what the newest has not got under them, another
//! one must have.

use std::collections::BTreeSet;

use verify_model::{Diagnostic, missing_name};

use super::macros;
use crate::facts::Facts;
use crate::neighbours::words;
use crate::scaffold::{Plan, library_name};

/// Shorter names are in every source.
const SHORTEST: usize = 4;

/// The names that `error` says are not there, and that only the example's crates or the standard
/// library could have. None where the example, or a macro that it calls, could make them itself.
#[must_use]
pub fn sought(facts: &Facts, code: &str, plan: &Plan, error: &Diagnostic) -> BTreeSet<String> {
    let is_given = |offset| macros::is_given(code, offset);
    let is_plain = error.place().is_some_and(|it| !is_given(it.code.start));
    let names = match missing_name(error) {
        _ if !is_plain => Vec::new(),
        Some(missing) => {
            let library = |key: &String| library_name(key) == missing.root();
            let is_of_crate = missing.container.is_some() && plan.dependencies.keys().any(library);
            let container = missing.container.as_deref().unwrap_or_default();
            let path = [container, &missing.name].join("::");
            let segments = path.split("::").filter(|it| *it != missing.root());
            segments
                .filter(|_| is_of_crate)
                .map(str::to_owned)
                .collect()
        }
        None => member(facts, error).into_iter().collect(),
    };
    let is_open = |name: &String| {
        name.len() >= SHORTEST
            && name.chars().all(|it| it.is_alphanumeric() || it == '_')
            && !name.starts_with(|it: char| it.is_numeric())
            && !is_own(facts, plan, name)
    };
    names.into_iter().filter(is_open).collect()
}

/// The member that a type does not have, when the type is none of the example's.
fn member(facts: &Facts, error: &Diagnostic) -> Option<String> {
    let message = error.message.as_str();
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let (at, owner) = match error.code.as_deref()? {
        "E0599" if message.starts_with("no ") => (0, 1),
        "E0609" => (0, 1),
        "E0559" | "E0560" => (1, 0),
        _ => return None,
    };
    let owner = words(quoted.get(owner)?);
    let is_own = facts
        .names
        .types
        .iter()
        .any(|it| owner.contains(it.as_str()));
    let name = quoted.get(at)?;
    (!is_own).then(|| (*name).to_owned())
}

/// Whether the example may have the name itself: it, or what is borrowed for it, defines it, or a macro
/// could make it of its other names.
fn is_own(facts: &Facts, plan: &Plan, name: &str) -> bool {
    let traits = &facts.traits;
    let members = traits.declared.iter().flat_map(|it| &it.members);
    let functions = traits.impls.iter().flat_map(|it| &it.functions);
    let mut defined = facts.names.defined.iter().chain(members).chain(functions);
    let mut borrowed = plan.context.iter();
    let folded = name.to_lowercase();
    let is_part = |word: &String| {
        let is_long = word.len() >= SHORTEST && word != name;
        is_long && folded.contains(&word.to_lowercase())
    };
    let has_macros = !facts.names.derives.is_empty() || !facts.names.attributes.is_empty();
    defined.any(|it| it == name)
        || borrowed.any(|it| words(&it.text).contains(name))
        || has_macros && facts.names.words.iter().any(is_part)
}

#[cfg(test)]
mod tests {
    use verify_model::{DiagnosticSpan, Level, Position, Span};

    use super::*;
    use crate::scaffold::Dependency;

    fn sought_by(code: &str, error_code: &str, message: &str, at: &str) -> Vec<String> {
        let facts = Facts::of(code);
        let mut plan = Plan::bare("example".to_owned());
        let dependency = Dependency::inferred("some-engine", None);
        plan.dependencies
            .insert("some-engine".to_owned(), dependency);
        let start = code.find(at).unwrap();
        let position = Position { line: 1, column: 1 };
        let place = Span {
            code: start..start + at.len(),
            start: position,
            end: position,
            included: None,
        };
        let span = DiagnosticSpan {
            place: Some(place),
            primary: true,
            text: None,
            label: None,
            package: None,
        };
        let error = Diagnostic {
            level: Level::Error,
            code: Some(error_code.to_owned()),
            message: message.to_owned(),
            spans: vec![span],
            notes: Vec::new(),
        };
        sought(&facts, code, &plan, &error).into_iter().collect()
    }

    #[test]
    fn a_path_has_to_be_there_with_all_its_segments() {
        let code = "use some_engine::prelude::Gear;";
        let message = "unresolved import `some_engine::prelude::Gear`";
        let gear = |code: &str| sought_by(code, "E0432", message, "some_engine");
        assert_eq!(gear(code), ["Gear", "prelude"]);
        let elsewhere = "unresolved import `other_engine::prelude`";
        assert!(sought_by(code, "E0432", elsewhere, "some_engine").is_empty());
        let missing = "cannot find type `Gear` in this scope";
        assert!(sought_by(code, "E0425", missing, "Gear").is_empty());
    }

    #[test]
    fn a_member_counts_unless_the_example_could_make_it() {
        let message = "no method named `shift_up` found for struct `Gear` in the current scope";
        let member = |code: &str| sought_by(code, "E0599", message, "shift_up");
        assert_eq!(member("fn f(a: Gear) { a.shift_up() }"), ["shift_up"]);
        for code in [
            "fn f() { a.shift_up() } struct Gear;",
            "fn f() { a.shift_up() } trait Shift { fn shift_up(&self); }",
            "fn f() { a.shift_up() } impl Shift for u8 { fn shift_up(&self) {} }",
            "fn f() { make!(a.shift_up()) }",
            "fn f() { a.shift_up() } #[derive(Make)] struct A { shift: u8 }",
        ] {
            assert!(member(code).is_empty(), "{code}");
        }
        let short = "no method named `up` found for struct `Gear` in the current scope";
        assert!(sought_by("fn f() { a.up() }", "E0599", short, "up").is_empty());
        let field = "no field `1` on type `Gear`";
        assert!(sought_by("fn f() { a.1 }", "E0609", field, "1").is_empty());
        let wrong = "mismatched types";
        assert!(sought_by("fn f() { a.shift_up() }", "E0308", wrong, "a").is_empty());
    }
}
