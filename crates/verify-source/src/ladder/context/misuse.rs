//! Errors that what is borrowed brings to light: the document shows it in full, and the example uses
//! it wrongly.

use verify_model::{DERIVABLE, Diagnostic, Level, missing_name};

use crate::scaffold::Plan;

/// What a definition decides: which fields, variants and methods there are, what a function takes,
/// and what is moved, borrowed and how long it lives.
const DECIDED: [&str; 24] = [
    "E0004", "E0023", "E0026", "E0027", "E0061", "E0063", "E0373", "E0381", "E0382", "E0384",
    "E0499", "E0502", "E0503", "E0505", "E0506", "E0507", "E0515", "E0559", "E0560", "E0594",
    "E0596", "E0597", "E0599", "E0609",
];

/// What it decides as well, where the document says that something is wrong.
const PROMISED: [&str; 3] = ["E0277", "E0308", "E0716"];

/// Whether what `plan` borrows shows that the example uses it wrongly: a name is no longer missing,
/// and each new error lies in the example's own lines and is of a kind that a definition decides.
#[must_use]
pub fn is_misuse(
    plan: &Plan,
    before: &[Diagnostic],
    after: &[Diagnostic],
    expects_failure: bool,
) -> bool {
    let is_same = |one: &Diagnostic, other: &Diagnostic| {
        one.code == other.code && one.place() == other.place()
    };
    let is_in = |all: &[Diagnostic], error: &Diagnostic| all.iter().any(|it| is_same(it, error));
    let is_decided = |error: &&Diagnostic| {
        let code = error.code.as_deref().unwrap_or_default();
        let is_known = DECIDED.contains(&code)
            || expects_failure && PROMISED.contains(&code)
            || is_underived(plan, error);
        is_known && error.level == Level::Error && error.place().is_some()
    };
    let is_found = |error: &&Diagnostic| missing_name(error).is_some() && !is_in(after, error);
    let errors = after.iter().filter(|it| it.level >= Level::Error);
    let mut new = errors.filter(|error| !is_in(before, error)).peekable();
    let is_borrowed = !plan.context.is_empty() && plan.context.iter().all(|it| it.is_certain);
    is_borrowed
        && before.iter().any(|error| is_found(&error))
        && new.peek().is_some()
        && new.all(|error| is_decided(&error))
}

/// Whether an error says that a type which `plan` borrows does not have a trait that it would have had
/// to derive.
fn is_underived(plan: &Plan, error: &Diagnostic) -> bool {
    let mut quoted = error.message.split('`').skip(1).step_by(2);
    let is_borrowed = |name: &str| plan.context.iter().any(|it| it.name == name);
    match error.code.as_deref() {
        // `Level: Ord`, or: `Level` doesn't implement `Debug`
        Some("E0277") => quoted.next().is_some_and(|first| {
            let (owner, bound) = match first.split_once(": ") {
                Some((owner, bound)) => (owner, Some(bound)),
                None => (first, quoted.next()),
            };
            let bound = bound.map(|it| it.rsplit("::").next().unwrap_or(it));
            is_borrowed(owner) && bound.is_some_and(|it| DERIVABLE.contains(&it))
        }),
        // binary operation `==` cannot be applied to type `Level`
        Some("E0369") => {
            quoted
                .next()
                .is_some_and(|it| matches!(it, "==" | "!=" | "<" | ">" | "<=" | ">="))
                && quoted.next().is_some_and(is_borrowed)
        }
        _ => false,
    }
}
