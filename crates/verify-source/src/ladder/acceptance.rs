//! Whether a plan that was only a try is taken.

use std::collections::BTreeSet;

use verify_model::{Diagnostic, Level, missing_name};

use super::{Probe, editions, features, imports, outdated};
use crate::facts::Facts;

/// Whether what was tried is better than what was there: it has fewer errors, none that is new but
/// such as the old ones could hide, and none in code that we added. Of older majors no more is asked here than that the compiler checks
/// types at all, which it does not behind a missing trait, and that no name is missing that the
/// newest has: whether anything is left that speaks against the example is for the judge to say.
#[must_use]
pub fn is_accepted(
    probe: Probe,
    facts: &Facts,
    before: &[Diagnostic],
    after: &[Diagnostic],
) -> bool {
    match probe {
        Probe::Features => return features::is_cured(before, after),
        Probe::Usual => return features::is_changed(before, after),
        _ => {}
    }
    let errors = |diagnostics: &[Diagnostic]| -> Vec<Diagnostic> {
        let errors = diagnostics.iter().filter(|it| it.level >= Level::Error);
        errors.cloned().collect()
    };
    let (before, after) = (errors(before), errors(after));
    let is_old = |error: &Diagnostic| {
        // The words may change: more is known of the types.
        let same = |it: &Diagnostic| it.code == error.code && it.place() == error.place();
        before.iter().any(same)
    };
    let is_mild = |error: &Diagnostic| missing_name(error).is_some_and(|it| it.container.is_none());
    let is_open = |error: &Diagnostic| is_mild(error) || is_elision(facts, error);
    let is_tolerable = |error: &Diagnostic| match probe {
        Probe::Rivals
        | Probe::Homes
        | Probe::Context
        | Probe::Sections
        | Probe::FewerFeatures
        | Probe::Company
        | Probe::AnyEdition
        | Probe::Alone
        | Probe::Newest => is_old(error),
        // With what was missing, more of the example is looked at.
        Probe::Globs => is_old(error) || is_mild(error) || brings_several(&before, &after),
        Probe::Editions => {
            is_old(error) && (error.code.is_some() || is_open(error))
                || editions::could_hide(&before, error)
        }
        Probe::OlderMajors => {
            error.code.as_deref() != Some("E0405") && !outdated::is_novel(facts, &before, error)
        }
        // These are asked elsewhere.
        Probe::Usual | Probe::Features | Probe::Misuse | Probe::Behind | Probe::OwnFeatures => {
            false
        }
    };
    let has_shrunk = after.len() < before.len();
    let is_better = match probe {
        Probe::Globs => has_shrunk || brings_several(&before, &after),
        Probe::Rivals
        | Probe::Homes
        | Probe::Context
        | Probe::Company
        | Probe::Sections
        | Probe::AnyEdition => has_shrunk,
        Probe::FewerFeatures | Probe::Alone | Probe::Newest | Probe::OlderMajors => true,
        Probe::Editions => editions::has_fewer(facts, &before, &after),
        Probe::Usual | Probe::Features | Probe::Misuse | Probe::Behind | Probe::OwnFeatures => {
            false
        }
    };
    is_better
        && after
            .iter()
            .all(|error| !error.is_outside_document() && is_tolerable(error))
}

/// Whether at least two types that were missing are not any more, of which neither bears a name that
/// projects give to their own: then the module is the one that is meant, and what the compiler sees
/// with it is the example's.
fn brings_several(before: &[Diagnostic], after: &[Diagnostic]) -> bool {
    let missing = |errors: &[Diagnostic]| -> BTreeSet<String> {
        let names = errors.iter().filter_map(missing_name).map(|it| it.name);
        names.collect()
    };
    let after = missing(after);
    let telling = missing(before).into_iter().filter(|name| {
        let is_type = name.starts_with(char::is_uppercase);
        is_type && !imports::is_common_word(name) && !after.contains(name)
    });
    telling.count() > 1
}

/// Whether an error lies where the text leaves code out.
fn is_elision(facts: &Facts, error: &Diagnostic) -> bool {
    error.place().is_some_and(|place| {
        let mut elisions = facts.elisions.iter();
        elisions.any(|it| place.code.start <= it.end && it.start <= place.code.end)
    })
}
