//! Crates that keep each other company: when one of them is older than the newest, what it depends on
//! and what depends on it has to be as it was then. Cargo's resolution says what fits.

use std::collections::{BTreeMap, BTreeSet};

use verify_model::Diagnostic;

use super::{ask_for, below_major, is_older, is_open, lower, significant};
use crate::ladder::Situation;
use crate::scaffold::{Dependency, Follower, Plan, is_about};

/// The versions of packages that each dependency of a plan depends on itself, by dependency key.
pub type Uses = BTreeMap<String, BTreeMap<String, String>>;

/// What the compiler says when types of several versions of one crate meet.
const SEVERAL: &str = "different versions of crate `";

/// The libraries of which the compiler says that there are several versions.
fn met_twice<'a>(errors: impl Iterator<Item = &'a Diagnostic>) -> BTreeSet<String> {
    let texts = errors.flat_map(|error| {
        let notes = error.notes.iter().map(|note| note.message.as_str());
        notes.chain([error.message.as_str()])
    });
    texts
        .filter_map(|text| text.split_once(SEVERAL)?.1.split('`').next())
        .map(str::to_owned)
        .collect()
}

/// `plan` with the crates that follow others one step nearer to what goes with these; `None` when all
/// of them do, as far as that is known.
///
/// `uses` and `versions` are those of `plan`. What an older release depends on is known only when
/// cargo was asked again. Each step goes down, so there is an end.
#[must_use]
pub fn keep_company(plan: &Plan, uses: &Uses, versions: &BTreeMap<String, String>) -> Option<Plan> {
    let mut next = plan.clone();
    for (key, dependency) in &plan.dependencies {
        if plan.company.leads.contains(key) || !may_follow(plan, key) {
            continue;
        }
        let mut leads = plan.company.leads.iter();
        let requirement = leads.find_map(|lead| {
            let pair = Pair {
                lead: (lead, plan.dependencies.get(lead)?),
                other: (key, dependency),
                uses,
                versions,
            };
            pair.requirement(&plan.company.shared)
        });
        let now = dependency.requirement.as_ref();
        if let Some(requirement) = requirement.filter(|it| now != Some(it)) {
            follow(&mut next, key, requirement, versions);
        }
    }
    (next != *plan).then_some(next)
}

/// The plan after `plan`, which the compiler rejects because types of several versions of a crate
/// meet: with what uses the newer of them further down.
#[must_use]
pub fn meet_once(
    plan: &Plan,
    errors: &[Diagnostic],
    uses: &Uses,
    versions: &BTreeMap<String, String>,
) -> Option<Plan> {
    let mut next = plan.clone();
    next.company.shared.extend(met_twice(errors.iter()));
    if next.company.shared == plan.company.shared {
        return None;
    }
    keep_company(&next, uses, versions)
}

/// Plans in which crates whose versions are open go with those whose versions the document states.
pub(in crate::ladder) fn with_stated(situation: &Situation<'_>) -> Vec<Plan> {
    if !situation.plan.outdated.is_empty() || !situation.plan.company.leads.is_empty() {
        return Vec::new();
    }
    let keys = situation.plan.dependencies.keys();
    let stated = keys.filter(|key| !is_open(situation, key));
    let mut plan = situation.plan.clone();
    plan.company.leads = stated.cloned().collect();
    plan.company.shared = met_twice(situation.errors());
    plan.company.is_stated = true;
    Vec::from_iter(keep_company(&plan, situation.uses, situation.versions))
}

/// Plans in which crates go with the one that lags behind: it uses the oldest version of what the code
/// takes for one crate.
pub(super) fn with_laggards(situation: &Situation<'_>) -> Vec<Plan> {
    let shared = met_twice(situation.errors());
    let plans = shared.iter().filter_map(|library| {
        let users = situation.plan.dependencies.iter();
        let users = users.filter_map(|(key, dependency)| {
            let version = if library_of(&dependency.package) == *library {
                situation.versions.get(key)
            } else {
                let mut used = situation.uses.get(key)?.iter();
                used.find(|(package, _)| library_of(package) == *library)
                    .map(|(_, version)| version)
            };
            Some((significant(version?)?, key))
        });
        let (_, laggard) = users.min()?;
        let mut plan = situation.plan.clone();
        plan.company.leads = BTreeSet::from([laggard.clone()]);
        plan.company.shared.clone_from(&shared);
        keep_company(&plan, situation.uses, situation.versions)
    });
    plans.collect()
}

/// The plan with what followed others as it was before: it may not have been for the others' sake.
pub(in crate::ladder) fn alone(situation: &Situation<'_>) -> Vec<Plan> {
    let mut plan = situation.plan.clone();
    let company = std::mem::take(&mut plan.company);
    for (key, before) in &company.followers {
        plan.aids
            .retain(|aid| !is_about(aid, &before.dependency.package));
        plan.aids.extend(before.aids.iter().cloned());
        plan.dependencies
            .insert(key.clone(), before.dependency.clone());
        plan.outdated.retain(|it| it.key != *key);
    }
    let has_changed = !company.followers.is_empty();
    has_changed.then_some(plan).into_iter().collect()
}

/// Takes a crate that has just been added because the compiler sees it behind other dependencies in
/// the version that they use: a trait of another version would be another trait.
pub(in crate::ladder) fn as_used(situation: &Situation<'_>, plan: &mut Plan, library: &str) {
    let before = &situation.plan.dependencies;
    let mut added = plan.dependencies.iter_mut();
    let added = added.find(|(key, it)| {
        !before.contains_key(*key)
            && it.requirement.is_none()
            && situation.allowed.brings(key, it) == library
    });
    let Some((_, dependency)) = added else {
        return;
    };
    let used = situation.uses.values().flatten();
    let used = used.filter(|(package, _)| **package == dependency.package);
    let mut used: BTreeSet<String> = used.filter_map(|(_, version)| major_of(version)).collect();
    if let (Some(requirement), true) = (used.pop_first(), used.is_empty()) {
        dependency.requirement = Some(requirement);
        dependency.falls_back = true;
    }
}

/// Whether the version of a dependency is ours to choose. One that followed and has no requirement any
/// more has no release as old as that.
fn may_follow(plan: &Plan, key: &str) -> bool {
    let has_followed = plan.company.followers.contains_key(key);
    plan.dependencies.get(key).is_some_and(|it| {
        it.path.is_none() && (it.falls_back || it.requirement.is_none() && !has_followed)
    })
}

/// Has a crate follow others, down to a version that goes with theirs.
pub(super) fn follow(
    plan: &mut Plan,
    key: &str,
    requirement: String,
    versions: &BTreeMap<String, String>,
) {
    let Some(dependency) = plan.dependencies.get_mut(key) else {
        return;
    };
    let package = dependency.package.clone();
    let followers = &mut plan.company.followers;
    followers.entry(key.to_owned()).or_insert_with(|| Follower {
        dependency: dependency.clone(),
        aids: plan
            .aids
            .iter()
            .filter(|aid| is_about(aid, &package))
            .cloned()
            .collect(),
    });
    if !plan.company.is_stated {
        lower(plan, key, requirement, versions);
        return;
    }
    // What goes with a stated version is no matter of age.
    ask_for(
        plan,
        key,
        requirement,
        "the newest release does not go with the versions that the document states, this one does",
    );
}

/// A crate that leads, and one that may have to follow it.
struct Pair<'a> {
    lead: (&'a String, &'a Dependency),
    other: (&'a String, &'a Dependency),
    uses: &'a Uses,
    versions: &'a BTreeMap<String, String>,
}

impl Pair<'_> {
    /// What is to be asked of the other's version; `None` when it goes with the lead's, or is older.
    fn requirement(&self, shared: &BTreeSet<String>) -> Option<String> {
        let lead = self.versions.get(self.lead.0)?;
        let other = self.versions.get(self.other.0)?;
        if let Some(used) = self.used(self.lead.0, &library_of(&self.other.1.package)) {
            return is_older(used, other).then(|| major_of(used))?;
        }
        let depends = self.used(self.other.0, &library_of(&self.lead.1.package));
        let is_for_newer = depends.is_some_and(|used| is_older(lead, used));
        let meets_newer = |library: &String| {
            let both = (
                self.used(self.lead.0, library),
                self.used(self.other.0, library),
            );
            matches!(both, (Some(ours), Some(theirs)) if is_older(ours, theirs))
        };
        let is_too_new = is_for_newer || shared.iter().any(meets_newer);
        is_too_new.then(|| below_major(other))?
    }

    fn used(&self, key: &str, library: &str) -> Option<&str> {
        let mut used = self.uses.get(key)?.iter();
        let (_, version) = used.find(|(package, _)| library_of(package) == library)?;
        Some(version)
    }
}

/// What a package is called in code, unless it says otherwise.
fn library_of(package: &str) -> String {
    package.replace('-', "_")
}

/// A requirement that every release compatible with `version` meets.
fn major_of(version: &str) -> Option<String> {
    Some(match significant(version)? {
        (0, 0) => version.to_owned(),
        (0, minor) => format!("0.{minor}"),
        (major, _) => major.to_string(),
    })
}
