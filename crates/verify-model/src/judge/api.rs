//! Which errors are about what a crate offers: its items, methods and signatures, and the features
//! that these are behind.

use crate::{Diagnostic, DiagnosticSpan, LinkedCrate, Scaffold};

use super::names::{bare_type, quoted};

/// Messages about a type or trait that lacks something: which of its quoted words names the type.
const LACKS: [(&str, &str, usize); 9] = [
    ("E0599", "no method named `", 1),
    ("E0599", "no function or associated item named `", 1),
    ("E0599", "no associated function or constant named `", 1),
    ("E0599", "no associated item named `", 1),
    ("E0599", "no variant or associated item named `", 1),
    ("E0599", "no variant named `", 1),
    ("E0609", "no field `", 1),
    ("E0407", "method `", 1),
    ("E0437", "type `", 1),
];

/// The same where the type comes first.
const LACKS_FIELD: [&str; 2] = ["E0560", "E0026"];

/// Errors about the shape of a function, type or trait that is used or implemented, when that is
/// defined in the crate.
const SIGNATURE: [&str; 7] = [
    "E0061", "E0107", "E0050", "E0053", "E0185", "E0186", "E0195",
];

/// What a reader is told when a trait's method only needs an import.
const NEEDS_IMPORT: [&str; 2] = ["trait is in scope", "traits can only be used if the trait"];

/// Types of the prelude. Without a path these are meant, whatever a crate calls its aliases.
const PRELUDE: [&str; 5] = ["Box", "Option", "Result", "String", "Vec"];

/// The crate that lacks what `error` is about, when that is known: its types are used in a way that
/// they do not have.
pub(super) fn lacking<'a>(scaffold: &'a Scaffold, error: &Diagnostic) -> Option<&'a LinkedCrate> {
    let code = error.code.as_deref()?;
    let says = |words: &str| error.notes.iter().any(|note| note.message.contains(words));
    if NEEDS_IMPORT.iter().any(|words| says(words)) {
        return None;
    }
    if SIGNATURE.contains(&code) {
        return defined_in(scaffold, error);
    }
    let words = quoted(&error.message);
    let lacks = LACKS
        .iter()
        .find(|(it, beginning, _)| *it == code && error.message.starts_with(beginning))
        .map(|(_, _, index)| *index)
        .or_else(|| LACKS_FIELD.contains(&code).then_some(0))?;
    let owner = words.get(lacks)?;
    owner_of(scaffold, owner)
}

/// The crate that the type or trait `written` is imported from, or that its path begins with.
fn owner_of<'a>(scaffold: &'a Scaffold, written: &str) -> Option<&'a LinkedCrate> {
    let path = written.trim_start_matches(['&', '*']).trim();
    let path = path.strip_prefix("mut ").unwrap_or(path);
    let root = path
        .split_once("::")
        .map(|(root, _)| root)
        .filter(|root| root.chars().all(|it| it.is_alphanumeric() || it == '_'));
    let name = bare_type(written);
    if root.is_none() && PRELUDE.contains(&name) {
        return None;
    }
    if scaffold.types.iter().any(|own| own == name) {
        return None;
    }
    let imported = scaffold.imported.get(name).map(String::as_str);
    let library = root.or(imported)?;
    linked(scaffold, library)
}

/// The crate that the compiler says the function, type or trait is defined in.
fn defined_in<'a>(scaffold: &'a Scaffold, error: &Diagnostic) -> Option<&'a LinkedCrate> {
    let notes = error.notes.iter().flat_map(|note| &note.spans);
    let mut packages = error
        .spans
        .iter()
        .chain(notes)
        .filter_map(|span: &DiagnosticSpan| span.package.as_deref());
    packages.find_map(|package| {
        let mut linked = scaffold.linked.iter();
        linked.find(|it| package == format!("{}-{}", it.package, it.version))
    })
}

/// The crate that is called `library` in code.
pub(super) fn linked<'a>(scaffold: &'a Scaffold, library: &str) -> Option<&'a LinkedCrate> {
    scaffold.linked.iter().find(|it| it.library == library)
}

/// The beginning of a note with the condition that an item is behind.
pub const GATED_HERE: &str = "the item is gated here";

/// Why another system would have what `error` says that `linked` lacks; `None` when none would.
pub(super) fn elsewhere(linked: &LinkedCrate, error: &Diagnostic) -> Option<String> {
    let package = &linked.package;
    if linked.is_elsewhere {
        return Some(format!("all of {package} is for other systems"));
    }
    let is_slip = |text: &str| text.contains("similar name");
    if linked.is_per_system && !error.notes.iter().any(|note| is_slip(&note.message)) {
        return Some(format!("other systems have other items of {package}"));
    }
    let condition = system(error)?;
    Some(format!("{package} has it behind `{condition}`"))
}

/// The condition on the system that an item is behind: one that no feature of its crate fulfils, and
/// that is none of its author's tests or documentation.
fn system(error: &Diagnostic) -> Option<&str> {
    const OTHERS: [&str; 4] = ["feature", "test", "doc", "miri"];
    let notes = error.notes.iter().map(|note| note.message.as_str());
    let mut gates = notes.filter_map(|it| it.strip_prefix(GATED_HERE));
    let condition = gates
        .next()?
        .trim_start_matches([':', ' '])
        .trim_matches('`');
    let mut words = condition.split(|it: char| !it.is_alphanumeric() && it != '_');
    let is_of_system = !words.any(|word| OTHERS.iter().any(|it| word.starts_with(it)));
    (is_of_system && !condition.is_empty() && gates.next().is_none()).then_some(condition)
}

/// The feature that the compiler says an item is behind.
pub(super) fn gate(error: &Diagnostic) -> Option<&str> {
    const GATED: &str = "the item is gated behind the `";
    let labels = error.spans.iter().filter_map(|span| span.label.as_deref());
    let notes = error.notes.iter().map(|note| note.message.as_str());
    let rest = labels
        .chain(notes)
        .find_map(|text| text.split_once(GATED))?
        .1;
    rest.split_once('`').map(|(feature, _)| feature)
}
