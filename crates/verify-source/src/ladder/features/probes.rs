//! Features where the compiler says nothing: macros, derives and methods that are not there until a
//! feature is enabled. Only trying tells, so little is tried, and what is not needed is taken out
//! again.

use std::collections::{BTreeMap, BTreeSet};

use verify_model::{AidKind, Diagnostic, Level, missing_name};

use super::super::Situation;
use super::super::imports::mentions;
use super::BEHIND_IT;
use super::table::FeatureTable;
use crate::scaffold::{OutdatedCrate, Plan, Spare};

/// Most features that are tried one by one for their names.
const MAX_SINGLES: usize = 3;

/// Most crates that are suspected when an error does not name one.
const MAX_SUSPECTS: usize = 2;

/// Most tries at taking needless features out again.
const MAX_REMOVALS: usize = 10;

/// Features that macros and derives commonly stand behind.
const OF_MACROS: [&str; 3] = ["derive", "macros", "macro"];

/// Features without which a crate does without the standard library, or a part of it.
const OF_LIBRARIES: [&str; 2] = ["std", "alloc"];

/// Plans with more features of the crates in which something is missing; none when nothing is, or
/// when the document states their features.
pub(in super::super) fn more(situation: &Situation<'_>) -> Vec<Plan> {
    let mut plans: Vec<Plan> = Vec::new();
    for (key, words) in suspects(situation) {
        let Some(table) = situation.features.get(&key) else {
            continue;
        };
        for features in trials(situation, table, &key, &words) {
            if let Some(plan) = with(situation.plan, &key, table, &features)
                && !plans.contains(&plan)
            {
                plans.push(plan);
            }
        }
    }
    plans
}

/// Enables the feature that errors speak of most clearly, in each crate that they could be about.
/// Returns whether there is any.
pub(in super::super) fn likely(situation: &Situation<'_>, plan: &mut Plan) -> bool {
    let mut is_any = false;
    for (key, words) in suspects(situation) {
        let Some(table) = situation.features.get(&key) else {
            continue;
        };
        let first = open(situation, table, &key, table.resembling(&words)).next();
        let with_it = first.and_then(|it| with(plan, &key, table, &[it]));
        if let Some(with_it) = with_it {
            *plan = with_it;
            is_any = true;
        }
    }
    is_any
}

/// Enables all that an older crate has, or what its documentation is built with, where the
/// compiler named one feature of it already and something that the example takes from it still lacks
/// what is asked of it: what is spread over several features comes by all of them. Returns whether
/// there is any.
pub(in super::super) fn all_behind(situation: &Situation<'_>, plan: &mut Plan) -> bool {
    if plan.spare.is_some() {
        return false;
    }
    let aids = &situation.plan.aids;
    let is_named = |package: &str| {
        aids.iter().any(|aid| {
            let of_it = aid.what.split_once('/').map(|(it, _)| it) == Some(package);
            aid.kind == AidKind::Feature && of_it && aid.reason.starts_with(BEHIND_IT)
        })
    };
    let outdated = &situation.plan.outdated;
    let more = outdated.iter().find_map(|OutdatedCrate { key, .. }| {
        let dependency = situation.plan.dependencies.get(key)?;
        let is_open = !dependency.stated.is_exact() && is_named(&dependency.package);
        let table = situation.features.get(key).filter(|_| is_open)?;
        let library = situation.libraries.get(key)?;
        if !situation
            .errors()
            .any(|it| lacks_of(situation, it, library))
        {
            return None;
        }
        // What is documented may need a compiler that is not this one, `full` hardly ever.
        let all = trials(situation, table, key, &BTreeSet::new());
        let mut all = all.iter().rev();
        all.find_map(|it| with(situation.plan, key, table, it))
    });
    more.map(|more| *plan = more).is_some()
}

/// Whether an error says that something that the example imports from `library`, or names in it, has
/// not what is asked of it.
fn lacks_of(situation: &Situation<'_>, error: &Diagnostic, library: &str) -> bool {
    if let Some(missing) = missing_name(error) {
        return missing.container.is_some() && situation.home_of(&missing) == library;
    }
    let imports = situation.facts.names.imports.iter();
    let mut of_it = imports.filter(|it| it.path.split("::").next() == Some(library));
    matches!(error.code.as_deref(), Some("E0599" | "E0277"))
        && of_it.any(|it| !it.name.is_empty() && mentions(error, &it.name))
}

/// The crates of which a feature could be missing, each with the words that name it.
fn suspects(situation: &Situation<'_>) -> BTreeMap<String, BTreeSet<String>> {
    let mut suspects: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let is_open = |key: &str| {
        let dependency = situation.plan.dependencies.get(key);
        dependency.is_some_and(|it| !it.stated.is_exact())
    };
    for error in situation.errors() {
        if let Some(missing) = missing_name(error) {
            let path = match &missing.container {
                Some(container) => format!("{container}::{}", missing.name),
                None => imported_as(situation, error, &missing.name).unwrap_or_default(),
            };
            let mut segments = path.split("::").map(str::to_owned);
            let root = segments.next().unwrap_or_default();
            if let Some(key) = situation.dependency_of(&root).filter(|key| is_open(key)) {
                let words = suspects.entry(key.to_owned()).or_default();
                words.extend(segments);
                words.extend(OF_MACROS.map(str::to_owned));
            }
            continue;
        }
        for (key, is_bare) in spare_of(situation, error).filter(|(key, _)| is_open(key)) {
            let words = suspects.entry(key.to_owned()).or_default();
            if !is_bare {
                words.extend(OF_LIBRARIES.map(str::to_owned));
            }
        }
        let Some(words) = words_of(situation, error) else {
            continue;
        };
        let resembles = |table: &FeatureTable| !table.resembling(&words).is_empty();
        let tables = situation.features.iter();
        let open = tables.filter(|(key, table)| is_open(key) && resembles(table));
        for (key, _) in open.take(MAX_SUSPECTS) {
            let all = suspects.entry(key.clone()).or_default();
            all.extend(words.iter().cloned());
        }
    }
    suspects
}

/// The crates without any feature on, or without the standard library, of which something has not
/// what an error asks of it, and whether it is without any.
fn spare_of<'s>(
    situation: &'s Situation<'_>,
    error: &Diagnostic,
) -> impl Iterator<Item = (&'s str, bool)> {
    situation.features.iter().filter_map(|(key, table)| {
        let is_bare = on(situation, table, key).is_empty();
        let mut of_libraries = open(situation, table, key, OF_LIBRARIES);
        let is_spare = is_bare || of_libraries.next().is_some();
        let library = situation.libraries.get(key).filter(|_| is_spare)?;
        lacks_of(situation, error, library).then_some((key.as_str(), is_bare))
    })
}

/// The features of a crate that are on.
fn on(situation: &Situation<'_>, table: &FeatureTable, key: &str) -> BTreeSet<String> {
    let dependency = situation.plan.dependencies.get(key);
    let stated = dependency.into_iter().flat_map(|it| &it.features);
    let default = dependency.is_some_and(|it| it.default_features);
    let stated = stated.map(String::as_str);
    let enabled = table.closure(stated.chain(default.then_some("default")));
    let named = enabled.into_iter().filter(|it| *it != "default");
    named.map(str::to_owned).collect()
}

/// The path of the trait under whose name a derive macro was looked for: the crate is there, and its
/// derive macro is not.
fn imported_as(situation: &Situation<'_>, error: &Diagnostic, name: &str) -> Option<String> {
    if !error.message.starts_with("cannot find derive macro") {
        return None;
    }
    let own = situation.facts.names.imports.iter();
    let own = own.filter(|import| import.name == name);
    let added = situation.plan.imports.iter();
    let added = added.filter(|path| path.rsplit("::").next() == Some(name));
    own.map(|import| import.path.clone())
        .chain(added.cloned())
        .next()
}

/// What a method, or a trait that is not implemented, says about the feature that would bring it.
fn words_of(situation: &Situation<'_>, error: &Diagnostic) -> Option<BTreeSet<String>> {
    let quoted: Vec<&str> = error.message.split('`').skip(1).step_by(2).collect();
    match error.code.as_deref() {
        // no method named `json` found for struct `RequestBuilder`
        Some("E0599") => quoted.first().map(|name| {
            let parts = name.split('_').map(str::to_owned);
            parts.chain([(*name).to_owned()]).collect()
        }),
        // the trait bound `Uuid: serde::Serialize` is not satisfied
        Some("E0277") => {
            let (_, bound) = quoted.iter().find_map(|it| it.split_once(": "))?;
            let path = bound.split('<').next().unwrap_or(bound);
            let name = path.rsplit("::").next().unwrap_or(path);
            let imports = situation.facts.names.imports.iter();
            let imported = imports.filter(|import| import.name == name);
            let paths = imported.map(|import| import.path.as_str()).chain([path]);
            let roots = paths.filter_map(|path| path.split_once("::"));
            Some(roots.map(|(root, _)| root.to_owned()).collect())
        }
        _ => None,
    }
}

/// Sets of features to try, the likeliest first.
fn trials<'a>(
    situation: &Situation<'_>,
    table: &'a FeatureTable,
    key: &str,
    words: &BTreeSet<String>,
) -> Vec<Vec<&'a str>> {
    let resembling = open(situation, table, key, table.resembling(words));
    let mut trials: Vec<Vec<&str>> = resembling.take(MAX_SINGLES).map(|it| vec![it]).collect();
    let of_libraries = open(situation, table, key, OF_LIBRARIES);
    for one in of_libraries.map(|it| vec![it]) {
        if !trials.contains(&one) {
            trials.push(one);
        }
    }
    let is_of_libraries = |word: &String| OF_LIBRARIES.contains(&word.as_str());
    if !words.is_empty() && words.iter().all(is_of_libraries) {
        return trials;
    }
    let documented = table.documented.iter().map(String::as_str);
    trials.push(open(situation, table, key, documented).collect());
    trials.push(open(situation, table, key, table.members("full")).collect());
    trials.retain(|trial| !trial.is_empty());
    trials
}

/// Those of `features` that can be tried and are not on yet.
fn open<'a>(
    situation: &Situation<'_>,
    table: &'a FeatureTable,
    key: &str,
    features: impl IntoIterator<Item = &'a str>,
) -> impl Iterator<Item = &'a str> {
    let enabled = on(situation, table, key);
    features
        .into_iter()
        .filter(move |it| !enabled.contains(*it) && table.is_open(it))
}

fn with(plan: &Plan, key: &str, table: &FeatureTable, features: &[&str]) -> Option<Plan> {
    let mut plan = plan.clone();
    let dependency = plan.dependencies.get_mut(key)?;
    // `full` is what its members are: each is added, so that each can be taken out again.
    let members = features
        .iter()
        .filter(|feature| features.len() > 1 || **feature == "full")
        .flat_map(|feature| table.members(feature).filter(|it| table.is_open(it)));
    let all: BTreeSet<String> = features
        .iter()
        .copied()
        .filter(|feature| *feature != "full")
        .chain(members)
        .map(str::to_owned)
        .collect();
    dependency.features.extend(all.iter().cloned());
    if all.is_empty() {
        return None;
    }
    let package = dependency.package.clone();
    for feature in &all {
        let what = format!("{package}/{feature}");
        plan.add_aid(
            AidKind::Feature,
            what,
            "something that the example uses is missing without it",
        );
    }
    if all.len() > 1 {
        let all: Vec<String> = all.into_iter().collect();
        let (one, other) = all.split_at(all.len() / 2);
        plan.spare = Some(Spare {
            key: key.to_owned(),
            parts: vec![one.to_vec(), other.to_vec()],
            left: MAX_REMOVALS,
        });
    }
    Some(plan)
}

/// The plan with some features fewer that may not be needed.
pub(in super::super) fn fewer(situation: &Situation<'_>) -> Vec<Plan> {
    let mut plan = situation.plan.clone();
    let Some(spare) = &mut plan.spare else {
        return Vec::new();
    };
    if spare.left == 0 {
        return Vec::new();
    }
    spare.left -= 1;
    let Some(part) = spare.parts.pop() else {
        return Vec::new();
    };
    let key = spare.key.clone();
    let Some(dependency) = plan.dependencies.get_mut(&key) else {
        return Vec::new();
    };
    dependency
        .features
        .retain(|feature| !part.contains(feature));
    let package = dependency.package.clone();
    let gone = |what: &str| part.iter().any(|it| what == format!("{package}/{it}"));
    plan.aids
        .retain(|aid| aid.kind != AidKind::Feature || !gone(&aid.what));
    vec![plan]
}

/// Notes that the features that [`fewer`] took out of `plan` last are needed, or some of them.
pub(in super::super) fn forget(plan: &mut Plan) {
    let Some(spare) = &mut plan.spare else {
        return;
    };
    spare.left = spare.left.saturating_sub(1);
    if let Some(part) = spare.parts.pop()
        && part.len() > 1
    {
        let (one, other) = part.split_at(part.len() / 2);
        spare.parts.push(one.to_vec());
        spare.parts.push(other.to_vec());
    }
}

/// Whether the usual features changed what is said at all, and did no harm.
pub(in super::super) fn is_changed(before: &[Diagnostic], after: &[Diagnostic]) -> bool {
    let errors = before.iter().filter(|it| it.level >= Level::Error);
    !is_worse(after) && errors.filter(|error| !is_there(after, error)).count() > 0
}

/// Whether more features made something appear that was missing before, and did no harm.
pub(in super::super) fn is_cured(before: &[Diagnostic], after: &[Diagnostic]) -> bool {
    let of_features = |error: &&Diagnostic| {
        error.level >= Level::Error
            && (missing_name(error).is_some()
                || matches!(error.code.as_deref(), Some("E0599" | "E0277")))
    };
    let was_missing = before.iter().filter(of_features);
    !is_worse(after) && was_missing.filter(|error| !is_there(after, error)).count() > 0
}

fn is_worse(after: &[Diagnostic]) -> bool {
    let mut errors = after.iter().filter(|it| it.level >= Level::Error);
    errors.any(|it| it.is_outside_document() || it.level > Level::Error)
}

fn is_there(all: &[Diagnostic], error: &Diagnostic) -> bool {
    all.iter().any(|it| {
        it.code == error.code && it.message == error.message && it.place() == error.place()
    })
}
