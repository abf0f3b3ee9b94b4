//! Errors that what is borrowed brings to light: the document shows it in full, and the example uses
//! it wrongly.

use std::collections::BTreeSet;

use verify_model::judge::OF_FLOW;
use verify_model::{Diagnostic, Level, Position, missing_name};

use crate::scaffold::Plan;

/// What no definition decides: what a name stands for, a type that nothing tells, two definitions of one
/// thing, what is hidden or not stable. Everything else that the compiler says of an example which has
/// all that it names is true of that example.
const OPEN: [&str; 19] = [
    "E0116", "E0117", "E0118", "E0119", "E0120", "E0201", "E0252", "E0255", "E0282", "E0283",
    "E0284", "E0428", "E0433", "E0592", "E0603", "E0616", "E0624", "E0658", "E0782",
];

/// What an error without a code begins with that is as decided.
const WITHOUT_CODE: [&str; 3] = [
    "lifetime may not live long enough",
    "no rules expected ",
    "unexpected end of macro invocation",
];

/// What the compiler finds together with the errors of flow: what a closure borrows for too long, what
/// is moved out of a borrow, what is borrowed when it is dropped.
const BESIDE_FLOW: [&str; 3] = ["E0373", "E0507", "E0713"];

/// A plan that was tried, and what the compiler said of it.
pub type Tried<'a> = (&'a Plan, &'a [Diagnostic]);

/// An error, by what is wrong and where.
type Wrong = (Option<String>, Position);

/// The plan of `tries` that shows that the example uses wrongly what it borrows, whichever of several
/// definitions of it is meant: a name is no longer missing, and there are errors in the example's own
/// lines under each definition that is sound by itself.
#[must_use]
pub fn misused<'a>(before: &[Diagnostic], tries: &[Tried<'a>]) -> Option<&'a Plan> {
    let mut names: Vec<BTreeSet<&str>> = Vec::new();
    for (plan, _) in tries {
        let of = asked(plan).map(|it| it.0).collect();
        if !names.contains(&of) {
            names.push(of);
        }
    }
    names.iter().find_map(|names| {
        let is_of = |plan: &Plan| asked(plan).map(|it| it.0).collect::<BTreeSet<_>>() == *names;
        let tries = tries.iter().filter(|(plan, _)| is_of(plan));
        agreed(before, &tries.copied().collect::<Vec<_>>())
    })
}

/// The plan of `tries`, the nearest definitions first, that shows that the example uses these wrongly:
/// they fit in all types, and what it does with its variables is wrong. The same names from further
/// above, or below, are then not meant.
#[must_use]
pub fn held<'a>(before: &[Diagnostic], tries: &[Tried<'a>]) -> Option<&'a Plan> {
    let (nearest, _) = tries.first()?;
    let is_of_flow =
        |it: &&Diagnostic| is_about_flow(it.code.as_deref()) && !it.is_outside_document();
    let found = tries.iter().find(|(plan, after)| {
        let errors = new_errors(before, after);
        !differs_in_lender(nearest, plan) && !errors.is_empty() && errors.iter().all(is_of_flow)
    });
    found.map(|it| it.0)
}

/// Whether `other` borrows the same names as `plan`, from other examples.
#[must_use]
pub fn differs_in_lender(plan: &Plan, other: &Plan) -> bool {
    let names = asked(plan).map(|it| it.0);
    names.eq(asked(other).map(|it| it.0)) && asked(plan).ne(asked(other))
}

/// Whether what `plan` borrows is shown in full.
#[must_use]
pub fn is_shown_in_full(plan: &Plan) -> bool {
    !plan.context.is_empty() && plan.context.iter().all(|it| it.is_certain)
}

/// Whether an error with this code is about what was done to a variable before. Of functions whose
/// types are wrong the compiler makes none of these: whatever is borrowed fits.
fn is_about_flow(code: Option<&str>) -> bool {
    code.is_some_and(|it| OF_FLOW.contains(&it) || BESIDE_FLOW.contains(&it))
}

/// The errors that were not there before, without those that only count others.
fn new_errors<'a>(before: &[Diagnostic], after: &'a [Diagnostic]) -> Vec<&'a Diagnostic> {
    let is_old = |error: &Diagnostic| {
        let mut before = before.iter();
        before.any(|it| it.code == error.code && it.place() == error.place())
    };
    let is_summary = |error: &Diagnostic| error.spans.is_empty() && error.code.is_none();
    let errors = after.iter().filter(|it| it.level >= Level::Error);
    errors.filter(|it| !is_old(it) && !is_summary(it)).collect()
}

/// What is borrowed since it is missing itself, and the line of its definition.
fn asked(plan: &Plan) -> impl Iterator<Item = (&str, usize)> {
    let borrowed = plan.context.iter();
    borrowed.filter_map(|it| Some((it.name.as_str(), it.asked?)))
}

/// The first of several plans with the same names whose errors are there with all definitions.
fn agreed<'a>(before: &[Diagnostic], tries: &[Tried<'a>]) -> Option<&'a Plan> {
    let mut definitions: Vec<Vec<(&str, usize)>> = Vec::new();
    for (plan, _) in tries {
        let of: Vec<(&str, usize)> = asked(plan).collect();
        if !definitions.contains(&of) {
            definitions.push(of);
        }
    }
    let mut found: Vec<(&Plan, BTreeSet<Wrong>)> = Vec::new();
    for (number, definition) in definitions.iter().enumerate() {
        let of_it = tries
            .iter()
            .filter(|it| asked(it.0).eq(definition.iter().copied()));
        let mut is_open = false;
        let mut first = None;
        for (plan, after) in of_it {
            match seen(plan, before, after) {
                Seen::Wrong(errors) => {
                    first = Some((*plan, errors));
                    break;
                }
                Seen::Unsound => {}
                Seen::Nothing => is_open = true,
            }
        }
        let is_of_flow =
            |errors: &BTreeSet<Wrong>| errors.iter().all(|it| is_about_flow(it.0.as_deref()));
        match first {
            // The nearest fits in all types.
            Some((plan, errors)) if number == 0 && is_of_flow(&errors) => return Some(plan),
            Some(first) => found.push(first),
            None if is_open => return None,
            // Nobody can mean a definition that does not compile.
            None => {}
        }
    }
    let is_common = |errors: &BTreeSet<Wrong>| found.iter().all(|it| errors.is_subset(&it.1));
    found.iter().find(|it| is_common(&it.1)).map(|it| it.0)
}

/// What a plan shows.
enum Seen {
    /// The example uses what is borrowed wrongly.
    Wrong(BTreeSet<Wrong>),
    /// What is borrowed is wrong itself.
    Unsound,
    /// Neither.
    Nothing,
}

fn seen(plan: &Plan, before: &[Diagnostic], after: &[Diagnostic]) -> Seen {
    let new = new_errors(before, after);
    let is_in = |all: &[Diagnostic], error: &Diagnostic| {
        let mut all = all.iter();
        all.any(|it| it.code == error.code && it.place() == error.place())
    };
    let is_found = |error: &Diagnostic| missing_name(error).is_some() && !is_in(after, error);
    let is_remote = plan
        .context
        .iter()
        .any(|it| it.is_remote && it.asked.is_some());
    let is_vague =
        |error: &&Diagnostic| is_remote && matches!(error.code.as_deref(), Some("E0277" | "E0308"));
    let is_open = |error: &&Diagnostic| error.place().is_some() && !is_decided(plan, error);
    let is_lacking = |error: &&Diagnostic| missing_name(error).is_some();
    let shows_nothing = new.is_empty() || new.iter().any(is_lacking) || new.iter().any(is_vague);
    let shows_nothing = shows_nothing || new.iter().any(is_open);
    if !is_shown_in_full(plan) || !before.iter().any(is_found) || shows_nothing {
        return Seen::Nothing;
    }
    let wrong = new.iter().map(|error| {
        let place = error.place()?;
        (error.level == Level::Error).then(|| (error.code.clone(), place.start))
    });
    wrong
        .collect::<Option<_>>()
        .map_or(Seen::Unsound, Seen::Wrong)
}

/// Whether what `plan` borrows is all that there is to know about an error in the example's own lines.
fn is_decided(plan: &Plan, error: &Diagnostic) -> bool {
    let Some(code) = error.code.as_deref() else {
        return WITHOUT_CODE.iter().any(|it| error.message.starts_with(it));
    };
    !(OPEN.contains(&code) || error.speaks_of_unknown_types() || takes_function(plan, error))
}

/// Whether a function was borrowed where a variable of its name is due: `fn() -> u8 {config}` has no
/// fields.
fn takes_function(plan: &Plan, error: &Diagnostic) -> bool {
    let mut names = plan.context.iter().map(|it| format!(" {{{}}}", it.name));
    let labels = error.spans.iter().filter_map(|it| it.label.as_deref());
    let texts: Vec<&str> = labels.chain([error.message.as_str()]).collect();
    names.any(|name| texts.iter().any(|it| it.contains(&name)))
}
