//! Errors that show that a name is not the standard library's: the example uses it as something that
//! this is not. A `File` that is built with fields is the project's own, and a `Mutex` whose lock is
//! awaited is a runtime's.

use std::collections::BTreeSet;

use verify_model::Diagnostic;

use super::super::Situation;
use super::{last_segment, standard, undo};
use crate::scaffold::Plan;

/// Errors about what a type is made of.
const OF_ANOTHER: [&str; 9] = [
    "E0026", "E0063", "E0107", "E0404", "E0451", "E0560", "E0574", "E0609", "E0616",
];

/// Fields that nobody may set. The error has no code.
const PRIVATE: &str = "with struct literal syntax due to private fields";

/// What is awaited, and no future.
const NO_FUTURE: &str = "is not a future";

/// The imports of `plan` that the standard library was taken for because it is usual, and that are
/// something else.
pub(super) fn misfits<'p>(
    situation: &'p Situation<'_>,
    plan: &'p Plan,
) -> impl Iterator<Item = &'p String> {
    let is_taken = |import: &&String| {
        let name = last_segment(import);
        import.starts_with("std::")
            && (standard::is_usual(name) || standard::is_unmistakable(name))
            // The document says itself which it means.
            && !situation.neighbours.imports.contains_key(name)
            && !plan.context.iter().any(|it| it.text.contains(name))
    };
    plan.imports.iter().filter(is_taken).filter(|import| {
        let name = last_segment(import);
        let mut errors = situation.errors();
        errors.any(|error| is_misfit(error, name))
            && !undo::is_confirmed(situation, last_segment(import))
    })
}

/// The imports of `plan` that brought a module where a value or type of its name is due: `span.enter()`
/// speaks of a variable.
pub(super) fn modules<'p>(
    situation: &'p Situation<'_>,
    plan: &'p Plan,
) -> impl Iterator<Item = &'p String> {
    let found = |error: &Diagnostic| {
        let message = error.message.as_str();
        let (_, found) = message
            .strip_prefix("expected ")?
            .split_once(", found module `")?;
        Some(found.split('`').next()?.to_owned())
    };
    let found: BTreeSet<String> = situation.errors().filter_map(found).collect();
    let imports = plan.imports.iter();
    imports.filter(move |import| found.contains(last_segment(import)))
}

/// Whether an error shows that `name` is not what the standard library calls so.
fn is_misfit(error: &Diagnostic, name: &str) -> bool {
    if error.is_outside_document() {
        return false;
    }
    let message = error.message.as_str();
    match error.code.as_deref() {
        None => message.contains(PRIVATE) && undo::mentions(error, name),
        Some("E0277") => {
            let mut words = message.split(|it: char| !it.is_alphanumeric() && it != '_');
            // The `MutexGuard` of a `Mutex`.
            let is_of_it = words.any(|it| it.starts_with(name));
            message.contains(NO_FUTURE) && standard::is_also_asynchronous(name) && is_of_it
        }
        Some("E0599") => is_of_other_variants(error, name),
        Some(code) => OF_ANOTHER.contains(&code) && undo::mentions(error, name),
    }
}

/// Whether an error is about a variant that the enum called `name` does not have, and that none of its
/// own resembles.
fn is_of_other_variants(error: &Diagnostic, name: &str) -> bool {
    let mut notes = error.notes.iter();
    error.message.starts_with("no variant")
        && error.message.contains(&format!("for enum `{name}`"))
        && !notes.any(|it| it.message.contains("similar name"))
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::error;
    use super::is_misfit;

    #[test]
    fn what_a_type_cannot_be_is_told_from_how_it_is_used() {
        for (code, message, name, is_expected) in [
            (
                Some("E0609"),
                "no field `segments` on type `&Path`",
                "Path",
                true,
            ),
            (
                Some("E0560"),
                "struct `File` has no field named `name`",
                "File",
                true,
            ),
            (
                Some("E0560"),
                "struct `Row` has no field named `File`",
                "Files",
                false,
            ),
            (
                None,
                "cannot construct `Duration` with struct literal syntax due to private fields",
                "Duration",
                true,
            ),
            (
                Some("E0277"),
                "`Result<MutexGuard<'_, u8>, PoisonError<MutexGuard<'_, u8>>>` is not a future",
                "Mutex",
                true,
            ),
            (
                Some("E0277"),
                "`Option<HashMap<u8, u8>>` is not a future",
                "HashMap",
                false,
            ),
            (
                Some("E0277"),
                "the trait bound `Path: Sized` is not satisfied",
                "Path",
                false,
            ),
            (
                Some("E0308"),
                "mismatched types: expected `Path`, found `u8`",
                "Path",
                false,
            ),
            (
                Some("E0599"),
                "no variant or associated item named `Spilt` found for enum `ErrorKind` in the current scope",
                "ErrorKind",
                true,
            ),
            (
                Some("E0599"),
                "no variant or associated item named `Spilt` found for enum `MyErrorKind` in the current scope",
                "ErrorKind",
                false,
            ),
            (
                Some("E0599"),
                "no method named `x` found for struct `Duration`",
                "Duration",
                false,
            ),
        ] {
            let said = error(code, message, &[]);
            assert_eq!(is_misfit(&said, name), is_expected, "{message}");
        }
    }
}
