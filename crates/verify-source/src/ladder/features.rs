//! Features that the compiler says an item is gated behind.

use verify_model::{AidKind, missing_name};

use super::Situation;
use crate::scaffold::Plan;

/// What rustc says of an item that it found and that was configured out.
const GATED: &str = "the item is gated behind the `";

/// Enables the features that gate what the example asked for. Features that the document states
/// are respected exactly, so a stated dependency never grows.
pub(super) fn grow(situation: &Situation<'_>, plan: &mut Plan) -> bool {
    let mut grown = false;
    for error in situation.errors() {
        let Some(missing) = missing_name(error) else {
            continue;
        };
        let Some(key) = situation.dependency_of(missing.root()) else {
            continue;
        };
        let gates = error.notes.iter().filter_map(|note| gate(&note.message));
        let labels = error.spans.iter().filter_map(|span| span.label.as_deref());
        for feature in gates.chain(labels.filter_map(gate)) {
            let Some(dependency) = plan.dependencies.get_mut(key) else {
                continue;
            };
            if dependency.stated || !dependency.features.insert(feature.to_owned()) {
                continue;
            }
            let what = format!("{}/{feature}", dependency.package);
            let reason = format!("the compiler says that `{}` is behind it", missing.name);
            plan.add_aid(AidKind::Feature, what, reason);
            grown = true;
        }
    }
    grown
}

fn gate(message: &str) -> Option<&str> {
    let rest = &message[message.find(GATED)? + GATED.len()..];
    rest.split_once("` feature").map(|(feature, _)| feature)
}
