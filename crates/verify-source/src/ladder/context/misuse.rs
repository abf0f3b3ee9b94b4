//! Errors that what is borrowed brings to light: the document shows it in full, and the example uses
//! it wrongly.

use verify_model::{DERIVABLE, Diagnostic, Level, missing_name};

use crate::neighbours::words;
use crate::scaffold::Plan;

/// What no definition decides: what a name stands for, a type that nothing tells, two definitions of one
/// thing, what is hidden or not stable. Everything else that the compiler says of an example which has
/// all that it names is true of that example.
const OPEN: [&str; 18] = [
    "E0116", "E0117", "E0118", "E0119", "E0120", "E0201", "E0252", "E0255", "E0282", "E0283",
    "E0284", "E0428", "E0433", "E0592", "E0603", "E0616", "E0624", "E0658",
];

/// Errors that an `impl` block could cure, which may stand anywhere.
const OF_IMPLS: [&str; 5] = ["E0277", "E0369", "E0600", "E0608", "E0614"];

/// What an error without a code begins with that is as decided.
const WITHOUT_CODE: [&str; 3] = [
    "lifetime may not live long enough",
    "no rules expected ",
    "unexpected end of macro invocation",
];

/// What the compiler says of an error that cannot be passed on.
const UNLIKE: &str = "`?` couldn't convert the error to";

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
        is_decided(plan, error, expects_failure)
            && error.level == Level::Error
            && error.place().is_some()
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

/// Whether what `plan` borrows is all that there is to know about an error.
fn is_decided(plan: &Plan, error: &Diagnostic, expects_failure: bool) -> bool {
    let Some(code) = error.code.as_deref() else {
        return WITHOUT_CODE.iter().any(|it| error.message.starts_with(it));
    };
    if OPEN.contains(&code) || missing_name(error).is_some() || error.speaks_of_unknown_types() {
        return false;
    }
    if takes_function(plan, error) {
        return false;
    }
    let speaks_of_borrowed = || {
        let said = words(&error.message);
        plan.context
            .iter()
            .any(|it| said.contains(it.name.as_str()))
    };
    !OF_IMPLS.contains(&code)
        || expects_failure
        || error.message.starts_with(UNLIKE)
        || is_underived(plan, error)
        || !speaks_of_borrowed()
}

/// Whether a function was borrowed where a variable of its name is due: `fn() -> u8 {config}` has no
/// fields.
fn takes_function(plan: &Plan, error: &Diagnostic) -> bool {
    let mut names = plan.context.iter().map(|it| format!(" {{{}}}", it.name));
    let labels = error.spans.iter().filter_map(|it| it.label.as_deref());
    let texts: Vec<&str> = labels.chain([error.message.as_str()]).collect();
    names.any(|name| texts.iter().any(|it| it.contains(&name)))
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
