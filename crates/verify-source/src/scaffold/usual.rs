//! Crates that nobody states, and the features that they come with.
//!
//! Documents take some features for granted. Those that few examples need are enabled when the code
//! says one of the names that need them, and otherwise only when the compiler is not content.

use verify_model::{Aid, AidKind};

use super::crates::{Allowed, inferred};
use super::{Dependency, Plan, Stated};
use crate::facts::Names;

/// What the reason for such a feature begins with.
const USUAL: &str = "usual for this crate";

/// Whether `aid` is such a feature.
pub(crate) fn is_usual(aid: &Aid) -> bool {
    aid.kind == AidKind::Feature && aid.reason.starts_with(USUAL)
}

/// Makes what `library` stands for in code that uses `names` a dependency of `plan`, and says why.
/// Returns whether there is such a crate.
pub(crate) fn infer(
    plan: &mut Plan,
    allowed: &Allowed,
    names: &Names,
    library: &str,
    reason: String,
) -> bool {
    let Some((package, dependency)) = inferred(allowed, names, library) else {
        return false;
    };
    plan.add_aid(AidKind::Dependency, package.clone(), reason);
    plan.dependencies.insert(package.clone(), dependency);
    let names = (!plan.has_all_usual).then_some(names);
    enable(plan, allowed, &package, names);
    true
}

/// Enables the features that `names`, of code that joins the example, need of crates that are there
/// already.
pub(crate) fn enable_for(plan: &mut Plan, allowed: &Allowed, names: &Names) {
    let keys: Vec<String> = plan.dependencies.keys().cloned().collect();
    for key in keys {
        enable(plan, allowed, &key, Some(names));
    }
}

/// Enables every usual feature that was left out. Returns whether there were any.
pub(crate) fn enable_all(plan: &mut Plan, allowed: &Allowed) -> bool {
    if std::mem::replace(&mut plan.has_all_usual, true) {
        return false;
    }
    let keys: Vec<String> = plan.dependencies.keys().cloned().collect();
    let enabled = keys.iter().map(|key| enable(plan, allowed, key, None));
    enabled.fold(false, |any, enabled| any | enabled)
}

/// Enables usual features of the dependency `key` that are ours to choose: those that `names` need,
/// without them all.
fn enable(plan: &mut Plan, allowed: &Allowed, key: &str, names: Option<&Names>) -> bool {
    let Some(dependency) = plan.dependencies.get_mut(key).filter(|it| is_ours(it)) else {
        return false;
    };
    let Some(known) = allowed.known.by_package(&dependency.package) else {
        return false;
    };
    let mut enabled = Vec::new();
    for feature in &known.features {
        let reason = match (known.when.get(feature), names) {
            (Some(words), Some(names)) => {
                let Some(word) = words.iter().find(|word| names.words.contains(*word)) else {
                    continue;
                };
                format!("{USUAL} where the code says `{word}`")
            }
            (Some(_), None) | (None, _) => USUAL.to_owned(),
        };
        if dependency.features.insert(feature.clone()) {
            enabled.push((format!("{}/{feature}", dependency.package), reason));
        }
    }
    let is_any = !enabled.is_empty();
    for (what, reason) in enabled {
        plan.add_aid(AidKind::Feature, what, reason);
    }
    is_any
}

/// Whether the features of a dependency are ours to choose. An older release may not have those of
/// the newest.
fn is_ours(dependency: &Dependency) -> bool {
    dependency.stated == Stated::Nowhere && !dependency.falls_back && dependency.path.is_none()
}
