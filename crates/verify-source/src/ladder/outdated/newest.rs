//! Outdated code, looked at once more with the newest releases: what it got beside older ones may cure
//! some of what was said of the newest, or all of it.

use verify_model::{AidKind, Diagnostic};

use crate::ladder::Situation;
use crate::scaffold::{Company, Plan, is_usual};

/// The plan with the newest releases in the place of the older ones, when other crates have features
/// that the compiler may not have seen with these.
pub(in crate::ladder) fn newest(situation: &Situation<'_>) -> Option<Plan> {
    let plan = situation.plan;
    let is_outdated = |key: &String| plan.outdated.iter().any(|it| it.key == *key);
    let others = plan.dependencies.iter();
    let mut others = others.filter(|(key, _)| !is_outdated(key));
    let has_features = others.any(|(_, dependency)| {
        let aids = plan.aids.iter();
        let mut added = aids.filter(|aid| aid.kind == AidKind::Feature && !is_usual(aid));
        added.any(|aid| {
            let of = aid.what.split_once('/').map(|(package, _)| package);
            of == Some(dependency.package.as_str())
        })
    });
    if plan.outdated.is_empty() || !has_features {
        return None;
    }
    let mut newest = plan.clone();
    newest.company = Company::default();
    for crate_ in std::mem::take(&mut newest.outdated) {
        super::ask_for(
            &mut newest,
            &crate_.key,
            format!("={}", crate_.newest),
            "the newest release, with what the example needs of others",
        );
    }
    Some(newest)
}

/// Of what was said of the newest releases, that which is said of them even so; all of it when that
/// is nothing.
#[must_use]
pub fn still_said(before: &[Diagnostic], after: &[Diagnostic]) -> Vec<Diagnostic> {
    let is_same = |one: &Diagnostic, other: &Diagnostic| {
        one.code == other.code && one.place() == other.place() && one.message == other.message
    };
    let still = before
        .iter()
        .filter(|it| after.iter().any(|other| is_same(it, other)));
    let still: Vec<Diagnostic> = still.cloned().collect();
    if still.is_empty() {
        before.to_vec()
    } else {
        still
    }
}
