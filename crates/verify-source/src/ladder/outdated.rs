//! Older majors: code that was written for a crate as it once was.

mod generations;

use std::collections::{BTreeMap, BTreeSet};

use verify_model::{AidKind, Diagnostic, NameKind, missing_name};

use generations::{GENERATIONS, Generation};

use super::Situation;
use super::imports::mentions;
use crate::scaffold::{OutdatedCrate, Plan};

/// Most older majors of a crate that are tried, one below the other.
pub const MAX_OLDER_MAJORS: usize = 8;

/// Most dependencies of an example of which each is tried older when none is named by an error.
const MAX_SUSPECTS: usize = 3;

/// Most versions of a crate that are taken from the document's prose.
const MAX_OF_PROSE: usize = 3;

/// Errors that come from an item, a method or a signature that is not as the code takes it to be.
const CODES_OF_TYPES: [&str; 20] = [
    "E0023", "E0026", "E0027", "E0046", "E0050", "E0053", "E0061", "E0063", "E0107", "E0186",
    "E0191", "E0195", "E0220", "E0277", "E0308", "E0407", "E0560", "E0599", "E0609", "E0618",
];

/// Plans with older majors of the crates that have not what the example asks of them; none when that
/// is not what is wrong, or when the document states the versions. What the document's prose names
/// comes first, then crates that belong together, then each alone, newest first.
pub(super) fn older(situation: &Situation<'_>) -> Vec<Plan> {
    if !situation.plan.outdated.is_empty() {
        return Vec::new();
    }
    let culprits = culprits(situation);
    let keys: BTreeSet<&String> = culprits.iter().flatten().collect();
    let mut plans: Vec<Plan> = keys
        .iter()
        .flat_map(|key| of_prose(situation, key))
        .collect();
    // Where the generations end, each crate goes on alone.
    let mut oldest = (situation.plan.clone(), situation.versions.clone());
    for generation in GENERATIONS {
        let is_listed = |key: &&String| generation.iter().any(|(package, _)| package == key);
        if !keys.iter().any(is_listed) {
            continue;
        }
        if let Some(plan) = of_generation(situation, generation) {
            for (package, version) in generation {
                oldest
                    .1
                    .insert((*package).to_owned(), (*version).to_owned());
            }
            oldest.0 = plan.clone();
            plans.push(plan);
        }
    }
    let alone = culprits.iter().filter(|keys| keys.len() <= MAX_SUSPECTS);
    plans.extend(alone.filter_map(|keys| {
        if oldest.0.outdated.iter().any(|it| keys.contains(&it.key)) {
            below(&oldest.0, keys, &oldest.1)
        } else {
            below(situation.plan, keys, situation.versions)
        }
    }));
    distinct(plans)
}

fn distinct(plans: Vec<Plan>) -> Vec<Plan> {
    let mut distinct: Vec<Plan> = Vec::new();
    for plan in plans {
        if !distinct.contains(&plan) {
            distinct.push(plan);
        }
    }
    distinct
}

/// Plans with the versions of a crate that the document's prose names, with what belongs to them.
fn of_prose(situation: &Situation<'_>, key: &str) -> Vec<Plan> {
    let Some(package) = situation.plan.dependencies.get(key).map(|it| &it.package) else {
        return Vec::new();
    };
    let newest = situation.versions.get(key).map(String::as_str);
    let versions = (situation.prose)(package).into_iter();
    versions
        .filter(|version| newest.is_some_and(|newest| is_older(version, newest)))
        .take(MAX_OF_PROSE)
        .filter_map(|version| {
            let entry = (package.as_str(), version.as_str());
            let generation = GENERATIONS.iter().find(|it| it.contains(&entry));
            if let Some(generation) = generation {
                return of_generation(situation, generation);
            }
            let mut plan = situation.plan.clone();
            lower(&mut plan, key, version, situation.versions);
            Some(plan)
        })
        .collect()
}

/// Whether a requirement such as `0.6` asks for an older major than that of `version`.
fn is_older(requirement: &str, version: &str) -> bool {
    let significant = |text: &str| -> Option<(u64, u64)> {
        let mut parts = text.split('.');
        let major = parts.next()?.parse().ok()?;
        let minor = parts.next().and_then(|it| it.parse().ok()).unwrap_or(0);
        Some(if major == 0 { (0, minor) } else { (major, 0) })
    };
    match (significant(requirement), significant(version)) {
        (Some(asked), Some(newest)) => asked < newest,
        _ => false,
    }
}

/// The plan after `plan`, an older one that did not help either: the same crates below the versions
/// that they were resolved to; `None` when there is nothing older.
///
/// `versions` are those of `plan`, by dependency key. Only cargo knows which majors a crate has, so
/// each step starts from what the one before came to.
#[must_use]
pub fn still_older(plan: &Plan, versions: &BTreeMap<String, String>) -> Option<Plan> {
    let is_bounded = |key: &&String| {
        let dependency = plan.dependencies.get(*key);
        dependency
            .and_then(|it| it.requirement.as_deref())
            .is_some_and(|it| it.starts_with('<'))
    };
    // What belongs to a generation stays as old as that is.
    let keys = plan.outdated.iter().map(|it| &it.key);
    let keys: BTreeSet<String> = keys.filter(is_bounded).cloned().collect();
    below(plan, &keys, versions)
}

/// Keys of the dependencies that the example may have been written for as they once were: sets to
/// try one after the other, each as a whole.
fn culprits(situation: &Situation<'_>) -> Vec<BTreeSet<String>> {
    let missing = missing_items(situation);
    if missing.is_empty() {
        misused(situation)
    } else {
        vec![missing]
    }
}

/// The dependencies whose items the example uses in a way that they do not have: those that the
/// errors name by an import, else each of the few that there are.
fn misused(situation: &Situation<'_>) -> Vec<BTreeSet<String>> {
    let is_of_types = |error: &&Diagnostic| {
        let code = error.code.as_deref();
        code.is_some_and(|code| CODES_OF_TYPES.contains(&code))
    };
    let errors: Vec<_> = situation.errors().filter(is_of_types).collect();
    if errors.is_empty() {
        return Vec::new();
    }
    let mut named = BTreeSet::new();
    for import in &situation.facts.names.imports {
        let root = import.path.split("::").next().unwrap_or_default();
        let is_meant =
            !import.name.is_empty() && errors.iter().any(|error| mentions(error, &import.name));
        if let Some(key) = situation.dependency_of(root).filter(|_| is_meant) {
            named.insert(key.to_owned());
        }
    }
    named.retain(|key| is_open(situation, key));
    if !named.is_empty() {
        return vec![named];
    }
    let all = situation.plan.dependencies.keys();
    let open: Vec<&String> = all.filter(|key| is_open(situation, key)).collect();
    if open.len() > MAX_SUSPECTS {
        // Only those that grow old together.
        return vec![open.into_iter().cloned().collect()];
    }
    open.into_iter()
        .map(|key| BTreeSet::from([key.clone()]))
        .collect()
}

/// Keys of the dependencies in which the example names something that is not there.
fn missing_items(situation: &Situation<'_>) -> BTreeSet<String> {
    situation
        .errors()
        .filter_map(missing_name)
        .filter(|missing| missing.container.is_some() && missing.kind != NameKind::File)
        .filter_map(|missing| situation.dependency_of(missing.root()).map(str::to_owned))
        .filter(|key| is_open(situation, key))
        .collect()
}

/// Whether the version of a dependency is ours to choose.
fn is_open(situation: &Situation<'_>, key: &str) -> bool {
    situation
        .plan
        .dependencies
        .get(key)
        .is_some_and(|it| it.path.is_none() && (it.requirement.is_none() || it.falls_back))
}

/// All crates of one generation as they were then.
fn of_generation(situation: &Situation<'_>, generation: Generation) -> Option<Plan> {
    let mut plan = situation.plan.clone();
    for (package, requirement) in generation {
        if is_open(situation, package) {
            lower(
                &mut plan,
                package,
                (*requirement).to_owned(),
                situation.versions,
            );
        }
    }
    (plan != *situation.plan).then_some(plan)
}

/// `plan` with those of `keys` that can be older below the major of `versions`; `None` when none
/// can.
fn below(
    plan: &Plan,
    keys: &BTreeSet<String>,
    versions: &BTreeMap<String, String>,
) -> Option<Plan> {
    let mut lowered = plan.clone();
    for key in keys {
        let bound = versions.get(key).and_then(|it| below_major(it));
        if let Some(bound) = bound {
            lower(&mut lowered, key, bound, versions);
        }
    }
    (lowered != *plan).then_some(lowered)
}

/// What is older than every version compatible with `version`, as a requirement.
fn below_major(version: &str) -> Option<String> {
    let mut parts = version.split('.');
    let major: u64 = parts.next()?.parse().ok()?;
    let minor: u64 = parts.next()?.parse().ok()?;
    match (major, minor) {
        (0, 0) => None,
        (0, minor) => Some(format!("<0.{minor}.0")),
        (major, _) => Some(format!("<{major}.0.0")),
    }
}

fn lower(plan: &mut Plan, key: &str, requirement: String, versions: &BTreeMap<String, String>) {
    let Some(dependency) = plan.dependencies.get_mut(key) else {
        return;
    };
    let package = dependency.package.clone();
    dependency.requirement = Some(requirement);
    dependency.falls_back = true;
    let is_it = |what: &str| what.split(' ').next() == Some(package.as_str());
    plan.aids
        .retain(|aid| aid.kind != AidKind::Dependency || !is_it(&aid.what));
    plan.add_aid(
        AidKind::Dependency,
        package.clone(),
        "the newest release has not what the example uses, this one has",
    );
    if !plan.outdated.iter().any(|it| it.key == key) {
        plan.outdated.push(OutdatedCrate {
            key: key.to_owned(),
            newest: versions.get(key).cloned().unwrap_or_default(),
        });
    }
}
