//! What manifests of other sections say of features, the other way round: they may be about
//! something else than the example.

use verify_model::AidKind;

use super::super::Situation;
use crate::scaffold::{Plan, Stated};

/// Most crates of which that is tried.
const MAX_CRATES: usize = 3;

/// Plans in which a crate has the default features that another section turns off, or has not the
/// features that one further down turns on.
pub(in super::super) fn otherwise(situation: &Situation<'_>) -> Vec<Plan> {
    if !situation.errors().any(super::is_curable) {
        return Vec::new();
    }
    let keys = situation.plan.dependencies.keys();
    let plans = keys.filter_map(|key| {
        with_defaults(situation.plan, key).or_else(|| without(situation.plan, key))
    });
    plans.take(MAX_CRATES).collect()
}

fn with_defaults(plan: &Plan, key: &str) -> Option<Plan> {
    let mut plan = plan.clone();
    let dependency = plan.dependencies.get_mut(key)?;
    if dependency.stated != Stated::Apart || dependency.default_features {
        return None;
    }
    dependency.default_features = true;
    let what = format!("{}/default", dependency.package);
    let reason = "the manifest that turns it off belongs to another section";
    plan.add_aid(AidKind::Feature, what, reason);
    Some(plan)
}

fn without(plan: &Plan, key: &str) -> Option<Plan> {
    let mut plan = plan.clone();
    let dependency = plan.dependencies.get_mut(key)?;
    if dependency.stated != Stated::Later || dependency.features.is_empty() {
        return None;
    }
    dependency.features.clear();
    let package = dependency.package.clone();
    let is_its = |it: &&mut verify_model::Aid| {
        let of_it = it.what.split(' ').next() == Some(package.as_str());
        it.kind == AidKind::Dependency && of_it
    };
    if let Some(aid) = plan.aids.iter_mut().find(is_its) {
        aid.reason.push_str(", its features for another section");
    }
    Some(plan)
}
