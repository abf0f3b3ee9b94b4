//! Names that are imported as the document does elsewhere, while the standard library has them, too:
//! `parking_lot::Mutex` where another example means `std::sync::Mutex`.

use verify_model::{AidKind, missing_name};

use super::super::Situation;
use super::last_segment;
use super::undo::remove;
use crate::scaffold::Plan;

/// Most names that are tried one by one after all together did not fit.
const MAX_SINGLES: usize = 3;

/// Plans with the standard library's in the place of a crate's: all of them, then each alone.
pub(in super::super) fn plans(situation: &Situation<'_>) -> Vec<Plan> {
    let is_about_use = |error| missing_name(error).is_none();
    if !situation.errors().any(is_about_use) {
        return Vec::new();
    }
    let swaps: Vec<(&String, &String)> = situation
        .plan
        .rivals
        .iter()
        .filter(|(path, _)| situation.plan.imports.contains(path))
        .collect();
    let mut wishes = vec![swaps.clone()];
    if swaps.len() > 1 {
        wishes.extend(swaps.into_iter().take(MAX_SINGLES).map(|swap| vec![swap]));
    }
    wishes.retain(|wish| !wish.is_empty());
    wishes.iter().map(|wish| with(situation, wish)).collect()
}

fn with(situation: &Situation<'_>, swaps: &[(&String, &String)]) -> Plan {
    let mut plan = situation.plan.clone();
    for (path, rival) in swaps {
        let inside: Vec<usize> = plan
            .inner_imports
            .iter()
            .filter(|(_, imports)| imports.contains(*path))
            .map(|(at, _)| *at)
            .collect();
        remove(situation, &mut plan, path);
        plan.rejected_imports.insert((*path).clone());
        for at in inside {
            let imports = plan.inner_imports.entry(at).or_default();
            imports.insert((*rival).clone());
        }
        let name = last_segment(rival);
        plan.add_aid(
            AidKind::Import,
            (*rival).clone(),
            format!("`{name}` is not in scope; `{path}` does not fit"),
        );
        plan.imports.push((*rival).clone());
    }
    plan
}
