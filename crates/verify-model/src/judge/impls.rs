//! `impl` blocks that a type lacks, and that may stand in code which is not shown.

use super::names::{DERIVABLE, bare_type, quoted};
use crate::{Diagnostic, DiagnosticSpan, Scaffold};

/// The `impl` that a type lacks, when it may stand in code that is not shown: that of a type of an
/// earlier example, or, where the example has no `main`, that of its own which another item asks for. A
/// trait that would have been derived, or is the example's own, is none that it lacks: there the
/// definition, or the trait, is shown without it.
pub(super) fn missing_impl(scaffold: &Scaffold, error: &Diagnostic) -> Option<String> {
    // With older crates, something must be cured.
    if !scaffold.outdated.is_empty() {
        return None;
    }
    if OF_OPERATORS.contains(&error.code.as_deref()?) {
        return missing_operator(scaffold, error);
    }
    if error.code.as_deref() != Some("E0277") {
        return None;
    }
    let quoted = quoted(&error.message);
    let (owner, bound) = match quoted.as_slice() {
        [both] if error.message.starts_with("the trait bound `") => both.split_once(": ")?,
        [owner, bound] if error.message.contains("` doesn't implement `") => {
            (owner.as_str(), bound.as_str())
        }
        _ => return None,
    };
    let (owner, name) = (bare_type(owner), bare_type(bound));
    let is_own = scaffold.types.iter().any(|it| it == owner);
    let is_lent = !is_own && scaffold.defined.iter().any(|it| it == owner);
    let is_macro = |it: &DiagnosticSpan| it.primary && it.text.as_deref() == Some(name);
    let is_derived = DERIVABLE.contains(&name)
        || error.spans.iter().any(is_macro)
        || error
            .notes
            .iter()
            .any(|it| it.message.contains("#[derive("));
    let is_own_trait = scaffold.types.iter().any(|it| it == name);
    let start = error.place()?.code.start;
    let mut bodies = scaffold.bodies.iter().flatten();
    let is_asked_by_item =
        scaffold.defined.iter().all(|it| it != "main") && bodies.all(|body| !body.contains(start));
    ((is_lent || is_own && is_asked_by_item) && !is_derived && !is_own_trait)
        .then(|| format!("impl {bound} for {owner}"))
}

/// Errors about operators: arithmetic and comparison, signs, `[…]`, `*`.
const OF_OPERATORS: [&str; 4] = ["E0369", "E0600", "E0608", "E0614"];

/// The same for what an operator stands for. Comparisons are derived.
fn missing_operator(scaffold: &Scaffold, error: &Diagnostic) -> Option<String> {
    const COMPARISONS: [&str; 6] = ["==", "!=", "<", ">", "<=", ">="];
    let quoted = quoted(&error.message);
    if quoted.iter().any(|it| COMPARISONS.contains(&it.as_str())) {
        return None;
    }
    let is_lent = |owner: &&str| {
        scaffold.types.iter().all(|it| it != owner) && scaffold.defined.iter().any(|it| it == owner)
    };
    let mut owners = quoted.iter().map(|it| bare_type(it));
    owners
        .find(is_lent)
        .map(|owner| format!("impl of an operator for {owner}"))
}
