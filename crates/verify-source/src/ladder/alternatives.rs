//! Alternatives: a bad and a good version of the same item in one example.

use verify_model::AidKind;

use super::Situation;
use crate::facts::ItemKind;
use crate::scaffold::Plan;

/// Splits definitions of equal names apart, so that each of them can be judged.
pub(super) fn split(situation: &Situation<'_>, plan: &mut Plan) -> bool {
    let mut changed = false;
    for error in situation.errors() {
        if error.code.as_deref() == Some("E0119") {
            changed |= split_impls(situation, plan, &error.message);
        }
        if error.code.as_deref() != Some("E0428") {
            continue;
        }
        let Some(name) = error.message.split('`').nth(1) else {
            continue;
        };
        let definitions = situation
            .facts
            .items
            .iter()
            .filter(|item| matches!(item.kind, ItemKind::Definition | ItemKind::Main))
            .filter(|item| item.name == name)
            .count();
        if definitions > 1 && plan.split.insert(name.to_owned()) {
            plan.add_aid(
                AidKind::Alternatives,
                name,
                format!("`{name}` is defined {definitions} times; each definition is judged"),
            );
            changed = true;
        }
    }
    changed
}

/// Splits implementations of one trait for one type of the example.
fn split_impls(situation: &Situation<'_>, plan: &mut Plan, message: &str) -> bool {
    // conflicting implementations of trait `From<f64>` for type `Celsius`
    let Some(written) = message.split('`').nth(3) else {
        return false;
    };
    let name = written.split('<').next().unwrap_or(written);
    let is_own = situation
        .facts
        .items
        .iter()
        .any(|item| item.kind == ItemKind::Definition && item.name == name);
    if !is_own || !plan.split_impls.insert(name.to_owned()) {
        return false;
    }
    let reason = format!("`{name}` implements a trait several times; each of them is judged");
    plan.add_aid(AidKind::Alternatives, name, reason);
    true
}
