//! Older majors: code that was written for a crate as it once was.

use std::collections::{BTreeMap, BTreeSet};

use verify_model::{AidKind, Diagnostic, NameKind, missing_name};

use super::Situation;
use super::imports::mentions;
use crate::scaffold::{OutdatedCrate, Plan};

/// Most older majors of a crate that are tried, one below the other.
pub const MAX_OLDER_MAJORS: usize = 4;

/// Most dependencies of an example of which each is tried older when none is named by an error.
const MAX_SUSPECTS: usize = 3;

/// Errors that come from an item, a method or a signature that is not as the code takes it to be.
const CODES_OF_TYPES: [&str; 20] = [
    "E0023", "E0026", "E0027", "E0046", "E0050", "E0053", "E0061", "E0063", "E0107", "E0186",
    "E0191", "E0195", "E0220", "E0277", "E0308", "E0407", "E0560", "E0599", "E0609", "E0618",
];

/// Crates that have to be of one generation to work together, newest generation first: an older
/// `axum` wants an older `http`.
const GENERATIONS: [&[(&str, &str)]; 3] = [
    &[
        ("axum", "0.7"),
        ("axum-extra", "0.9"),
        ("hyper", "1"),
        ("http", "1"),
        ("http-body", "1"),
        ("tower-http", "0.5"),
        ("tonic", "0.12"),
        ("tower", "0.4"),
        ("reqwest", "0.12"),
        ("opentelemetry", "0.23"),
        ("tracing-opentelemetry", "0.24"),
    ],
    &[
        ("axum", "0.6"),
        ("axum-extra", "0.7"),
        ("hyper", "0.14"),
        ("http", "0.2"),
        ("http-body", "0.4"),
        ("tower-http", "0.4"),
        ("tonic", "0.10"),
        ("tower", "0.4"),
        ("reqwest", "0.11"),
        ("opentelemetry", "0.21"),
        ("opentelemetry-jaeger", "0.20"),
        ("tracing-opentelemetry", "0.22"),
    ],
    &[
        ("axum", "0.5"),
        ("axum-extra", "0.3"),
        ("hyper", "0.14"),
        ("http", "0.2"),
        ("http-body", "0.4"),
        ("tower-http", "0.3"),
        ("tonic", "0.8"),
        ("tower", "0.4"),
        ("reqwest", "0.11"),
        ("opentelemetry", "0.17"),
        ("tracing-opentelemetry", "0.17"),
    ],
];

/// Plans with older majors of the crates that have not what the example asks of them, newest
/// first; none when that is not what is wrong, or when the document states the versions.
pub(super) fn older(situation: &Situation<'_>) -> Vec<Plan> {
    if !situation.plan.outdated.is_empty() {
        return Vec::new();
    }
    let culprits = culprits(situation);
    let mut plans = Vec::new();
    for generation in GENERATIONS {
        let is_listed = |key: &str| generation.iter().any(|(package, _)| *package == key);
        if culprits.iter().flatten().any(|key| is_listed(key)) {
            plans.extend(of_generation(situation, generation));
        }
    }
    for keys in culprits {
        plans.extend(below(situation.plan, &keys, situation.versions));
    }
    plans.dedup();
    plans
}

/// The plan after `plan`, an older one that did not help either: the same crates below the versions
/// that they were resolved to; `None` when there is nothing older.
///
/// `versions` are those of `plan`, by dependency key. Only cargo knows which majors a crate has, so
/// each step starts from what the one before came to.
#[must_use]
pub fn still_older(plan: &Plan, versions: &BTreeMap<String, String>) -> Option<Plan> {
    let keys: BTreeSet<String> = plan.outdated.iter().map(|it| it.key.clone()).collect();
    let is_bounded = |key: &String| {
        let dependency = plan.dependencies.get(key);
        dependency
            .and_then(|it| it.requirement.as_deref())
            .is_some_and(|it| it.starts_with('<'))
    };
    // A generation is what it is: older ones are on the list.
    keys.iter()
        .all(is_bounded)
        .then(|| below(plan, &keys, versions))
        .flatten()
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
        return Vec::new();
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
fn of_generation(situation: &Situation<'_>, generation: &[(&str, &str)]) -> Option<Plan> {
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
