//! Features of the example's own package: what is behind them is compiled nowhere else.
//!
//! An example that compiles is compiled once more with each of them on. That plan only looks: what it
//! says counts where it is about code that the feature brings, and where nothing else is wrong.

use std::ops::Range;

use verify_model::{Behind, Diagnostic, Level};

use super::behind::CERTAIN;
use super::{Situation, doubts_an_import};
use crate::facts::{Facts, OwnFeature};
use crate::scaffold::{Plan, StandIns};
use crate::uncalled;

/// Examples with more features than this are left alone.
const MOST: usize = 4;

/// A condition that always holds, in the place of a feature.
const ON: &str = "all()";

/// A plan for each feature that the example names, with that feature on.
pub(super) fn plans(situation: &Situation<'_>) -> Vec<Plan> {
    let features = &situation.facts.around.features;
    if features.len() > MOST || situation.plan.stand_ins.is_some() {
        return Vec::new();
    }
    let plan = |feature: &OwnFeature| {
        let places = feature.places.iter();
        let changes = places.map(|place| (place.clone(), ON.to_owned())).collect();
        Plan {
            stand_ins: Some(StandIns {
                changes,
                ..StandIns::default()
            }),
            ..situation.plan.clone()
        }
    };
    features.iter().map(plan).collect()
}

/// Adds to `known` what a compilation of such a plan says of the example.
pub fn add_own_feature(
    plan: &Plan,
    facts: &Facts,
    code: &str,
    diagnostics: &[Diagnostic],
    known: &mut Option<Behind>,
) {
    let is_on = |feature: &&OwnFeature| {
        let changes = plan.stand_ins.iter().flat_map(|it| &it.changes);
        changes.map(|(place, _)| place).eq(&feature.places)
    };
    let Some(feature) = facts.around.features.iter().find(is_on) else {
        return;
    };
    let absent = &facts.around.absent;
    let is_brought = |error: &Diagnostic| {
        let start = error.place().map(|place| place.code.start);
        let mut brought = absent.iter().filter(|it| !feature.absent.contains(it));
        start.is_some_and(|start| brought.any(|it| it.contains(&start)))
    };
    let is_summary = |error: &Diagnostic| error.spans.is_empty() && error.code.is_none();
    let errors = diagnostics.iter().filter(|it| it.level >= Level::Error);
    let errors: Vec<&Diagnostic> = errors.filter(|it| !is_summary(it)).collect();
    let is_certain = |error: &&Diagnostic| {
        let code = error.code.as_deref().unwrap_or_default();
        CERTAIN.contains(&code) && is_brought(error)
    };
    if !errors.iter().all(is_certain) || doubts_an_import(plan, code, diagnostics) {
        return;
    }
    let known = known.get_or_insert_with(|| Behind {
        errors: Vec::new(),
        unchecked: [absent.as_slice(), &facts.around.unassembled].concat(),
    });
    // Some errors show only when code is made, which is not done with a feature on.
    let is_made_in_full = !uncalled::may_hide_errors(code);
    let is_checked = |it: &Range<usize>| absent.contains(it) && !feature.absent.contains(it);
    known
        .unchecked
        .retain(|it| !(is_made_in_full && is_checked(it)));
    let switch = &feature.switch;
    known
        .errors
        .extend(errors.into_iter().map(|error| Diagnostic {
            message: format!("{} (with {switch})", error.message),
            ..error.clone()
        }));
}
