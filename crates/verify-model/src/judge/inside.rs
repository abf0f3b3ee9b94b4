//! Names that are not missing: the compiler says where in the example itself they are.

use super::names::{MissingName, NameKind};
use crate::{Diagnostic, Note, Scaffold};

/// What the compiler says of a name that is there, and can never be used where it is.
const NEVER: [&str; 3] = [
    "a macro with the same name exists, but it appears later",
    "is not accessible due to macro hygiene",
    "add a `self` receiver parameter",
];

/// What it says of a value that a function has elsewhere. Code that is left out may define another.
const IN_FUNCTION: [&str; 3] = [
    "might have meant to use the available field",
    "is available in a different scope in the same function",
    "might have meant to use the associated `const`",
];

/// What it says of a method that is called without its value. A program as a whole has no function of
/// that name beside.
const IN_PROGRAM: [&str; 2] = [
    "consider using the method on `Self`",
    "might have meant to call the method",
];

/// Whether the compiler points at what is meant, so that nothing outside the example can cure `error`.
pub(super) fn is_inside(scaffold: &Scaffold, error: &Diagnostic, missing: &MissingName) -> bool {
    let labels = error.spans.iter().filter_map(|it| it.label.as_deref());
    let notes = error.notes.iter().map(|it| it.message.as_str());
    let texts: Vec<&str> = notes.chain(labels).collect();
    let says = |all: &[&str]| {
        let mut words = all.iter();
        words.any(|words| texts.iter().any(|text| text.contains(words)))
    };
    let is_program = || scaffold.defined.iter().any(|it| it == "main");
    says(&NEVER)
        || says(&IN_FUNCTION) && is_in_whole_function(scaffold, error)
        || says(&IN_PROGRAM) && is_program() && is_in_whole_function(scaffold, error)
        || imports_own(scaffold, error)
        || captures(scaffold, error, missing)
        || comes_too_late(scaffold, error, missing)
        || is_no_module(scaffold, error, missing)
        || has_no_path(scaffold, error, missing)
        // A sketch that leaves code out declares no parameters either.
        || scaffold.fragment.is_none()
            && scaffold.filled.is_empty()
            && is_parameter(&missing.name)
            && error.notes.iter().any(adds_parameter)
}

/// Whether a function among statements uses a variable of these, which it does not see.
fn captures(scaffold: &Scaffold, error: &Diagnostic, missing: &MissingName) -> bool {
    let is_bound = || scaffold.locals.contains(&missing.name);
    let is_in_function = |start: usize| {
        let mut bodies = scaffold.bodies.iter().flatten();
        bodies.any(|it| !it.signature.is_empty() && it.block.contains(&start))
    };
    let start = error.place().map(|place| place.code.start);
    error.message.starts_with("cannot find value `")
        && is_bound()
        && start.is_some_and(is_in_function)
}

/// Whether an import leads into a type of the example, which is no module, or an enum that has no such
/// variant.
fn is_no_module(scaffold: &Scaffold, error: &Diagnostic, missing: &MissingName) -> bool {
    let mut labels = error.spans.iter().filter_map(|it| it.label.as_deref());
    missing.kind == NameKind::Import
        && scaffold.defined.iter().any(|it| it == missing.root())
        && labels.any(|it| it.ends_with(", not a module") || it.starts_with("no `"))
}

/// Whether a macro of the example is called by a path, which it has only if it is exported.
fn has_no_path(scaffold: &Scaffold, error: &Diagnostic, missing: &MissingName) -> bool {
    let start = matches!(
        missing.container.as_deref(),
        Some("self" | "crate" | "super")
    );
    start && error.code.as_deref() == Some("E0433") && scaffold.macros.contains(&missing.name)
}

/// Whether the example has the macro that is missing, and not where it is called: a macro stands
/// before its calls.
fn comes_too_late(scaffold: &Scaffold, error: &Diagnostic, missing: &MissingName) -> bool {
    error.message.starts_with("cannot find macro `") && scaffold.macros.contains(&missing.name)
}

/// Whether `error` lies in a function of the example that leaves nothing out.
fn is_in_whole_function(scaffold: &Scaffold, error: &Diagnostic) -> bool {
    let Some(start) = error.place().map(|place| place.code.start) else {
        return false;
    };
    let bodies = scaffold.bodies.iter().flatten();
    let around = bodies.filter(|it| it.block.contains(&start));
    let innermost = around.max_by_key(|it| it.block.start);
    let leaves_out = |body: &crate::Body| {
        let mut gaps = scaffold.left_out.gaps.iter();
        body.goes_on
            || body.elided
            || super::is_filled(scaffold, body)
            || gaps.any(|it| body.block.contains(&it.place))
    };
    innermost.is_some_and(|body| !leaves_out(body))
}

/// Whether all that the compiler proposes to import is of modules and enums of the example.
fn imports_own(scaffold: &Scaffold, error: &Diagnostic) -> bool {
    let is_own = |path: &str| {
        let path = path.strip_prefix("crate::");
        let root = path.and_then(|it| it.split_once("::")).map(|it| it.0);
        let mut own = scaffold.modules.iter().chain(&scaffold.types);
        root.is_some_and(|root| own.any(|it| it == root))
    };
    let replacements = error
        .notes
        .iter()
        .filter_map(|it| it.replacement.as_deref());
    let mut imports = replacements
        .filter_map(|it| it.trim().strip_prefix("use "))
        .peekable();
    imports.peek().is_some() && imports.all(is_own)
}

/// Whether a name is what type parameters are called: `T`, `K2`.
fn is_parameter(name: &str) -> bool {
    let mut characters = name.chars();
    characters.next().is_some_and(|it| it.is_ascii_uppercase())
        && characters.all(|it| it.is_ascii_digit())
}

/// Whether a note proposes a type parameter for an item of the example.
fn adds_parameter(note: &Note) -> bool {
    note.place.is_some() && note.message.contains("might be missing a type parameter")
}
