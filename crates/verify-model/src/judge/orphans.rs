//! `impl` blocks that only a type's own crate may have, for a type of the prelude's name: that the
//! example has its own `Vec`, which is not shown, is told from what it is made of.

use std::collections::BTreeSet;

use super::names::{is_slip, quoted};
use super::unseen::written;
use crate::{Body, Diagnostic, Scaffold};

/// Errors about such an `impl`.
const ORPHANS: [&str; 4] = ["E0116", "E0117", "E0120", "E0210"];

/// Errors about the fields of a type.
const OF_FIELDS: [&str; 5] = ["E0026", "E0451", "E0560", "E0609", "E0616"];

/// The names of types that are the example's own and not shown: it has an `impl` for them which is
/// nobody else's to write, and they have members that the standard library's have not.
pub(super) fn own_types<'a>(scaffold: &'a Scaffold, errors: &[&Diagnostic]) -> BTreeSet<&'a str> {
    let orphans = errors.iter().filter_map(|error| owner(scaffold, error));
    // The document says itself which it means.
    let is_open = |name: &&str| !scaffold.imported.contains_key(*name);
    let mut names: BTreeSet<&str> = orphans.filter(is_open).collect();
    names.retain(|name| errors.iter().any(|it| is_of_another(scaffold, it, name)));
    names
}

/// The type that an `impl` is for which only that type's crate may have.
pub(super) fn owner<'a>(scaffold: &'a Scaffold, error: &Diagnostic) -> Option<&'a str> {
    let code = error.code.as_deref()?;
    let place = error.place().filter(|_| ORPHANS.contains(&code))?;
    let mut impls = scaffold.impls.iter();
    let of_it = impls.find(|it| {
        // The place is the head, the type in it, or a parameter before that.
        let is_parameter = code == "E0210" && place.code.end <= it.owner.start;
        is_parameter || place.code.start <= it.owner.start && it.owner.end <= place.code.end
    });
    of_it?.name.as_deref()
}

/// Whether `error` comes of taking one of the `own` types for the standard library's, or of `others`
/// that reject an `impl`.
pub(super) fn follows(
    scaffold: &Scaffold,
    own: &BTreeSet<&str>,
    others: &[&Diagnostic],
    error: &Diagnostic,
) -> bool {
    let is_own = |text: &str| own.iter().any(|name| mentions(text, name));
    let mut labels = error.spans.iter().filter_map(|it| it.label.as_deref());
    let is_rejected = |other: &&Diagnostic| {
        let owner = owner(scaffold, other);
        owner.is_some_and(|owner| mentions(&error.message, owner))
    };
    is_own(&error.message)
        || labels.any(is_own)
        || is_of_rejected(scaffold, error) && others.iter().any(is_rejected)
}

/// Whether `body` belongs to one of the types that are the example's own.
pub(super) fn has(scaffold: &Scaffold, own: &BTreeSet<&str>, body: &Body) -> bool {
    let mut impls = scaffold.impls.iter();
    impls.any(|it| {
        let is_own = it.name.as_deref().is_some_and(|name| own.contains(name));
        is_own && it.inside.contains(&body.block.start)
    })
}

/// Whether `error` shows that `name` is not what the standard library calls so: it has other fields,
/// or methods for which the compiler knows nothing better.
fn is_of_another(scaffold: &Scaffold, error: &Diagnostic, name: &str) -> bool {
    let quoted = quoted(&error.message);
    let is_of_it = quoted.iter().any(|it| head(it) == name);
    let code = error.code.as_deref().unwrap_or_default();
    let is_of_self = || {
        let mut impls = scaffold.impls.iter();
        let start = error.place().map(|it| it.code.start);
        impls.any(|it| {
            it.name.as_deref() == Some(name)
                && start.is_some_and(|start| it.inside.contains(&start))
        })
    };
    is_of_it
        && (OF_FIELDS.contains(&code)
            || code == "E0599"
                && error.message.starts_with("no method named `")
                // What a method of it gives out is nothing new.
                && error.message.contains("reference `&")
                && !is_mended(error)
                && is_of_self()
                && !is_of_rejected(scaffold, error))
}

/// Whether the compiler knows what was meant: another method for the slip of the keyboard, or a call
/// before it.
fn is_mended(error: &Diagnostic) -> bool {
    let called = written(error).unwrap_or_default();
    error.notes.iter().any(|note| {
        let similar = note.message.contains("similar name");
        let mut named = quoted(&note.message).into_iter();
        similar && named.any(|name| is_slip(called, &name))
            || !similar && note.replacement.is_some()
    })
}

/// Whether `error` is about a function that an `impl` of the example has for the type in question:
/// where that `impl` may not be there, it was not looked at.
fn is_of_rejected(scaffold: &Scaffold, error: &Diagnostic) -> bool {
    let Some(function) = written(error).filter(|_| error.code.as_deref() == Some("E0599")) else {
        return false;
    };
    let quoted = quoted(&error.message);
    let mut impls = scaffold.impls.iter();
    impls.any(|it| {
        let name = it.name.as_deref();
        it.functions.iter().any(|own| own == function)
            && quoted.iter().any(|owner| Some(head(owner)) == name)
    })
}

/// The name of a type without references, path and arguments.
fn head(written: &str) -> &str {
    let name = written.split('<').next().unwrap_or(written);
    name.rsplit(is_no_part).next().unwrap_or(name)
}

/// Whether a message speaks of the type `name`.
fn mentions(text: &str, name: &str) -> bool {
    let quoted = quoted(text);
    let mut words = quoted.iter().flat_map(|it| it.split(is_no_part));
    words.any(|word| word == name)
}

fn is_no_part(letter: char) -> bool {
    !letter.is_alphanumeric() && letter != '_'
}
