//! Older majors: code that was written for a crate as it once was.

use std::collections::BTreeSet;

use verify_model::{AidKind, NameKind, missing_name};

use super::Situation;
use super::imports::mentions;
use crate::scaffold::{OutdatedCrate, Plan};

/// Most older majors of a crate that are tried.
const MAX_MAJORS: u64 = 4;

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
    let culprits = culprits(situation);
    if culprits.is_empty() || !situation.plan.outdated.is_empty() {
        return Vec::new();
    }
    let mut plans = Vec::new();
    for generation in GENERATIONS {
        let is_listed = |key: &str| generation.iter().any(|(package, _)| *package == key);
        if culprits.iter().any(|key| is_listed(key)) {
            plans.extend(of_generation(situation, generation));
        }
    }
    for step in 0..MAX_MAJORS {
        plans.extend(lowered(situation, &culprits, step));
    }
    plans.dedup();
    plans
}

/// Keys of the dependencies that the example was written for as they once were.
fn culprits(situation: &Situation<'_>) -> BTreeSet<String> {
    let missing = missing_items(situation);
    if missing.is_empty() {
        misused(situation)
    } else {
        missing
    }
}

/// The dependency whose types the example uses in a way that they do not have: those that the
/// errors name by an import, else the only one there is.
fn misused(situation: &Situation<'_>) -> BTreeSet<String> {
    const CODES: [&str; 6] = ["E0599", "E0061", "E0107", "E0560", "E0609", "E0026"];
    let errors: Vec<_> = situation
        .errors()
        .filter(|error| {
            error
                .code
                .as_deref()
                .is_some_and(|code| CODES.contains(&code))
        })
        .collect();
    if errors.is_empty() {
        return BTreeSet::new();
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
    if named.is_empty() {
        let mut all = situation.plan.dependencies.keys();
        if let (Some(only), None) = (all.next(), all.next()) {
            named.insert(only.clone());
        }
    }
    named.retain(|key| is_open(situation, key));
    named
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
            lower(situation, &mut plan, package, (*requirement).to_owned());
        }
    }
    (plan != *situation.plan).then_some(plan)
}

/// The culprits `step` majors below the one before theirs; `None` when there is none so old.
fn lowered(situation: &Situation<'_>, culprits: &BTreeSet<String>, step: u64) -> Option<Plan> {
    let mut plan = situation.plan.clone();
    for key in culprits {
        let version = situation.versions.get(key)?;
        let mut numbers = version
            .split('.')
            .map(|part| part.parse::<u64>().unwrap_or(0));
        let (major, minor) = (numbers.next()?, numbers.next()?);
        let bound = if major > 0 {
            format!("<{}.0.0", major.checked_sub(step).filter(|it| *it > 0)?)
        } else {
            format!("<0.{}.0", minor.checked_sub(step).filter(|it| *it > 0)?)
        };
        lower(situation, &mut plan, key, bound);
    }
    (plan != *situation.plan).then_some(plan)
}

fn lower(situation: &Situation<'_>, plan: &mut Plan, key: &str, requirement: String) {
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
    plan.outdated.push(OutdatedCrate {
        key: key.to_owned(),
        newest: situation.versions.get(key).cloned().unwrap_or_default(),
    });
}
