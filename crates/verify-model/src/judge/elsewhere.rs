//! Which messages say that another toolchain or target would have what is asked for.

use super::environment::lacks_at_compile_time;
use super::names::quoted;
use crate::{Diagnostic, Scaffold};

/// Codes of errors about what only a nightly toolchain has, whatever words follow.
const GATED: [&str; 2] = ["E0658", "E0183"];

/// What would have what `error` is about, if not this toolchain and target; `None` when it is about
/// nothing of the kind.
pub(super) fn who_has(scaffold: &Scaffold, error: &Diagnostic) -> Option<&'static str> {
    if is_elsewhere(error) {
        Some("the standard library has it on other platforms only")
    } else if is_of_other_target(error) {
        Some("it is for another target")
    } else if is_experimental(scaffold, error) {
        Some("a nightly toolchain has it, with an attribute that is not shown")
    } else if wants_nightly(error) {
        Some("a nightly toolchain has what it asks for")
    } else {
        None
    }
}

/// Whether `error` only follows from one of `others` that only a nightly toolchain would not make, or
/// that a file is not there: both are about the same piece of code.
pub(super) fn follows(others: &[&Diagnostic], error: &Diagnostic) -> bool {
    let is_of_coroutine = error.code.as_deref() == Some("E0627")
        || error.code.is_none() && error.message.starts_with("`yield` can only be used in ");
    let is_of_literal =
        error.code.is_none() && error.message.starts_with("attribute value must be ");
    let Some(place) = error.place() else {
        return false;
    };
    others.iter().any(|other| {
        let at_one_place = other.place().is_some_and(|it| it.code == place.code);
        at_one_place
            && (is_of_coroutine && is_gated(other) || is_of_literal && lacks_at_compile_time(other))
    })
}

/// Whether `error` says that a feature of the language or the library has to be turned on.
fn is_gated(error: &Diagnostic) -> bool {
    let code = error.code.as_deref();
    code.is_some_and(|it| GATED.contains(&it))
}

/// Whether `error` is about an ABI, a kind of library or an instruction set of other targets. One that
/// no target has gets another message.
fn is_of_other_target(error: &Diagnostic) -> bool {
    let message = error.message.as_str();
    match error.code.as_deref() {
        Some("E0570") => message.ends_with(" is not a supported ABI for the current target"),
        Some("E0455") => message.contains(" is only supported on "),
        None => {
            message.starts_with("target `")
                && message.contains("` does not support `#[instruction_set(")
        }
        _ => false,
    }
}

/// Modules of `std::arch`. The compiler knows nothing of those that are for other processors.
const ARCHITECTURES: [&str; 17] = [
    "aarch64",
    "amdgpu",
    "arm",
    "hexagon",
    "loongarch32",
    "loongarch64",
    "mips",
    "mips64",
    "nvptx",
    "powerpc",
    "powerpc64",
    "riscv32",
    "riscv64",
    "s390x",
    "wasm32",
    "x86",
    "x86_64",
];

/// Whether `error` is about a module that the standard library has on other platforms only.
fn is_elsewhere(error: &Diagnostic) -> bool {
    let words = quoted(&error.message);
    let (module, parent) = match (error.code.as_deref(), words.as_slice()) {
        // cannot find `windows` in `os`
        (Some("E0433"), [module, parent]) => (module.as_str(), parent.as_str()),
        // unresolved import `std::os::windows`
        (Some("E0432"), [path, ..]) => match path.split("::").collect::<Vec<_>>()[..] {
            ["std" | "core", parent, module, ..] => (module, parent),
            _ => return false,
        },
        _ => return false,
    };
    let is_left_out = error.notes.iter().any(|note| {
        // The place is none of the example's, nor one of a package that was downloaded.
        let mut spans = note.spans.iter();
        note.message == "found an item that was configured out"
            && spans.all(|span| span.place.is_none() && span.package.is_none())
    });
    match parent {
        "os" => is_left_out,
        "arch" => ARCHITECTURES.contains(&module),
        _ => false,
    }
}

/// Whether `error` says that only a nightly toolchain has a feature that the example enables. Of one
/// that is stable by now it says something else: that the attribute can go.
fn wants_nightly(error: &Diagnostic) -> bool {
    let mut notes = error.notes.iter();
    error.code.as_deref() == Some("E0554")
        && !notes.any(|note| note.message.starts_with("remove the attribute"))
}

/// Whether `error` is about something that only a nightly toolchain has, where the attribute that turns
/// it on may stand in code that is not shown: a program with a `main` would have it.
fn is_experimental(scaffold: &Scaffold, error: &Diagnostic) -> bool {
    // Dots that stand for parameters are no feature.
    let is_elided = error.message.starts_with("C-variadic") && !scaffold.elisions.is_empty();
    is_gated(error) && !is_elided && scaffold.defined.iter().all(|it| it != "main")
}

/// What the compiler says of features that are stable by now, in one sentence.
pub(super) fn stable_by_now(error: &Diagnostic) -> Option<String> {
    const STABLE: &str = " has been stable since ";
    let notes = error.notes.iter().map(|note| note.message.as_str());
    let stable: Vec<&str> = notes.filter(|it| it.contains(STABLE)).collect();
    let is_asked = error.code.as_deref() == Some("E0554") && !stable.is_empty();
    is_asked.then(|| format!("{}: {}", error.message, stable.join("; ")))
}
