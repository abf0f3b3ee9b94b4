//! Features: those that the compiler says an item is gated behind, and those that a crate's own
//! macros ask for.

mod probes;
mod sections;
mod table;

use verify_model::{AidKind, Diagnostic, missing_name};

use super::Situation;
use crate::scaffold::{Plan, enable_all};

pub(super) use probes::{all_behind, fewer, forget, is_changed, is_cured, likely, more};
pub(super) use sections::otherwise;
pub use table::FeatureTable;

/// What rustc says of an item that it found and that was configured out.
const GATED: &str = "the item is gated behind the `";

/// How the reason of a feature begins that the compiler names.
const BEHIND_IT: &str = "the compiler says that ";

/// Enables the features that gate what the example asked for. Features that the document states
/// are respected exactly, so a stated dependency never grows.
pub(super) fn grow(situation: &Situation<'_>, plan: &mut Plan) -> bool {
    let mut grown = false;
    for error in situation.errors() {
        let Some(missing) = missing_name(error) else {
            continue;
        };
        let Some(key) = situation.dependency_of(situation.home_of(&missing)) else {
            continue;
        };
        let gates = error.notes.iter().filter_map(|note| gate(&note.message));
        let labels = error.spans.iter().filter_map(|span| span.label.as_deref());
        let names = situation.features.get(key).map(FeatureTable::public_names);
        let names = names.unwrap_or_default();
        for gate in gates.chain(labels.filter_map(gate)) {
            let feature = names.get(gate).map_or(gate, String::as_str);
            let Some(dependency) = plan.dependencies.get_mut(key) else {
                continue;
            };
            if dependency.stated.is_exact() || !dependency.features.insert(feature.to_owned()) {
                continue;
            }
            let what = format!("{}/{feature}", dependency.package);
            let reason = format!("{BEHIND_IT}`{}` is behind it", missing.name);
            plan.add_aid(AidKind::Feature, what, reason);
            grown = true;
        }
    }
    asked_for(situation, plan) || grown
}

/// Enables features that an error speaks of in words of its own, as macros do: "the `x` feature is
/// disabled".
fn asked_for(situation: &Situation<'_>, plan: &mut Plan) -> bool {
    let mut grown = false;
    let errors = situation.errors();
    for error in errors.filter(|error| error.code.is_none() && error.message.contains("feature")) {
        for (key, table) in situation.features {
            let Some(dependency) = plan.dependencies.get_mut(key) else {
                continue;
            };
            if dependency.stated.is_exact() {
                continue;
            }
            let asked: Vec<&str> = quoted(error).filter(|it| table.is_open(it)).collect();
            for feature in asked {
                if dependency.features.insert(feature.to_owned()) {
                    let what = format!("{}/{feature}", dependency.package);
                    let reason = "the compiler says that it is needed";
                    plan.aids.push(verify_model::Aid {
                        kind: AidKind::Feature,
                        what,
                        reason: reason.to_owned(),
                    });
                    grown = true;
                }
            }
        }
    }
    grown
}

/// What an error quotes, in backticks or in quotation marks.
fn quoted(error: &Diagnostic) -> impl Iterator<Item = &str> {
    error.message.split(['`', '"']).skip(1).step_by(2)
}

/// Errors that no feature of a crate makes or cures: moves, borrows, what is never assigned, an
/// asynchronous `main`, types that nothing decides.
const OF_THE_CODE_ALONE: [&str; 16] = [
    "E0282", "E0283", "E0373", "E0381", "E0382", "E0384", "E0499", "E0502", "E0505", "E0506",
    "E0507", "E0594", "E0596", "E0597", "E0716", "E0752",
];

/// Whether an error may come of a feature that is not on, or is on.
fn is_curable(error: &Diagnostic) -> bool {
    let code = error.code.as_deref().unwrap_or_default();
    !OF_THE_CODE_ALONE.contains(&code)
        && missing_name(error).is_none_or(|it| it.container.is_some())
}

/// The plan with the usual features that were left out, when an error may come of that: a missing name
/// that a feature gates says so itself.
pub(super) fn usual(situation: &Situation<'_>) -> Vec<Plan> {
    let mut plan = situation.plan.clone();
    let is_open = situation.errors().any(is_curable);
    let is_fuller = is_open && enable_all(&mut plan, situation.allowed);
    is_fuller.then_some(plan).into_iter().collect()
}

fn gate(message: &str) -> Option<&str> {
    let rest = &message[message.find(GATED)? + GATED.len()..];
    rest.split_once("` feature").map(|(feature, _)| feature)
}
