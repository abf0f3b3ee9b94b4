//! Older majors: code that was written for a crate as it once was.

mod company;
mod generations;
mod macros;
mod newest;
mod novelties;
mod sought;

use std::collections::{BTreeMap, BTreeSet};

use verify_model::judge::lacks_at_compile_time;
use verify_model::{AidKind, Diagnostic, NameKind, missing_name};

pub use company::{Uses, keep_company, meet_once};
pub(super) use company::{alone, as_used, with_stated};
use generations::{GENERATIONS, Generation};
pub(super) use newest::newest;
pub use newest::still_said;
pub(super) use novelties::is_novel;
pub use sought::sought;

use super::Situation;
use super::imports::mentions;
use crate::neighbours::words;
use crate::scaffold::{OutdatedCrate, Plan};

/// Most older majors of a crate that are tried, one below the other.
pub const MAX_OLDER_MAJORS: usize = 8;

/// Most dependencies of an example of which each is tried older when none is named by an error.
const MAX_SUSPECTS: usize = 3;

/// Most versions of a crate that are taken from the document's prose.
const MAX_OF_PROSE: usize = 4;

/// Errors that come from an item, a method or a signature that is not as the code takes it to be.
const CODES_OF_TYPES: [&str; 33] = [
    "E0004", "E0023", "E0026", "E0027", "E0038", "E0046", "E0050", "E0053", "E0061", "E0063",
    "E0107", "E0186", "E0191", "E0195", "E0220", "E0271", "E0277", "E0308", "E0369", "E0407",
    "E0423", "E0532", "E0560", "E0599", "E0600", "E0603", "E0608", "E0609", "E0614", "E0616",
    "E0618", "E0624", "E0639",
];

/// Types that no crate but the standard library has, with what is written around them.
const PLAIN: [&str; 29] = [
    "Box", "Err", "None", "Ok", "Option", "Result", "Self", "Some", "String", "Vec", "_", "bool",
    "char", "f32", "f64", "i128", "i16", "i32", "i64", "i8", "isize", "mut", "str", "u128", "u16",
    "u32", "u64", "u8", "usize",
];

/// Plans with older majors of the crates that have not what the example asks of them; none when that
/// is not what is wrong, or when the document states the versions. What the document's prose names
/// comes first, then crates that belong together, then each alone, newest first.
pub(super) fn older(situation: &Situation<'_>) -> Vec<Plan> {
    if !situation.plan.outdated.is_empty() {
        return Vec::new();
    }
    let mut culprits = culprits(situation);
    for keys in &mut culprits {
        leave_to_follow(situation, keys);
    }
    let keys: BTreeSet<&String> = culprits.iter().flatten().collect();
    let mut plans = company::with_laggards(situation);
    plans.extend(keys.iter().flat_map(|key| of_prose(situation, key)));
    // Where the generations end, each crate goes on alone.
    let mut oldest = (situation.plan.clone(), situation.versions.clone());
    for generation in GENERATIONS {
        let is_listed = |key: &&String| generation.iter().any(|(package, _)| package == key);
        if !keys.iter().any(is_listed) {
            continue;
        }
        if let Some(plan) = of_generation(situation, generation, &keys) {
            for (package, version) in generation {
                oldest
                    .1
                    .insert((*package).to_owned(), (*version).to_owned());
            }
            oldest.0 = plan.clone();
            plans.push(plan);
        }
    }
    let few = culprits.iter().filter(|keys| keys.len() <= MAX_SUSPECTS);
    plans.extend(few.filter_map(|keys| {
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
                return of_generation(situation, generation, &BTreeSet::from([&key.to_owned()]));
            }
            let mut plan = situation.plan.clone();
            lead(&mut plan, key, version, situation.versions);
            Some(plan)
        })
        .collect()
}

/// Whether a version, or a requirement such as `0.6`, is of an older major than another.
fn is_older(version: &str, other: &str) -> bool {
    match (significant(version), significant(other)) {
        (Some(this), Some(that)) => this < that,
        _ => false,
    }
}

/// What decides compatibility: the leftmost number that is not zero, and where it stands.
fn significant(version: &str) -> Option<(u64, u64)> {
    let mut parts = version.trim_start_matches('=').split('.');
    let major = parts.next()?.parse().ok()?;
    let minor = parts.next().and_then(|it| it.parse().ok()).unwrap_or(0);
    Some(if major == 0 { (0, minor) } else { (major, 0) })
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
    // What belongs to a generation stays as old as that is, and what follows goes down by itself.
    let keys = plan.company.leads.iter();
    let keys: BTreeSet<String> = keys.filter(is_bounded).cloned().collect();
    below(plan, &keys, versions)
}

/// Whether two plans ask for the same versions, whatever the features.
#[must_use]
pub fn are_as_old(one: &Plan, other: &Plan) -> bool {
    let versions = |plan: &Plan| -> Vec<(String, Option<String>)> {
        let all = plan.dependencies.iter();
        all.map(|(key, it)| (key.clone(), it.requirement.clone()))
            .collect()
    };
    one.imports == other.imports && versions(one) == versions(other)
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
/// errors name, by an import or by a place in their sources, else each of the few that there are.
fn misused(situation: &Situation<'_>) -> Vec<BTreeSet<String>> {
    // Macros that are called as they no longer are. What the machine lacks, older ones lack.
    let is_rejected = |error: &Diagnostic| {
        let is_given = || !macros::rejecting(situation, error).is_empty();
        !lacks_at_compile_time(error) && (packages(error).next().is_some() || is_given())
    };
    let is_of_types = |error: &&Diagnostic| {
        let code = error.code.as_deref();
        code.map_or_else(|| is_rejected(error), |it| CODES_OF_TYPES.contains(&it))
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
    named.extend(
        errors
            .iter()
            .flat_map(|it| macros::rejecting(situation, it)),
    );
    let places: BTreeSet<&str> = errors.iter().flat_map(|it| packages(it)).collect();
    for (key, dependency) in &situation.plan.dependencies {
        let version = situation.versions.get(key);
        let place = version.map(|version| format!("{}-{version}", dependency.package));
        if place.is_some_and(|it| places.contains(it.as_str())) {
            named.insert(key.clone());
        }
    }
    named.retain(|key| is_open(situation, key));
    if !named.is_empty() {
        return vec![named];
    }
    let all = situation.plan.dependencies.keys();
    let open: Vec<&String> = all
        .filter(|key| is_open(situation, key))
        .filter(|key| errors.iter().any(|it| could_be_of(situation, it, key)))
        .collect();
    if open.len() > MAX_SUSPECTS {
        // Only those that grow old together.
        return vec![open.into_iter().cloned().collect()];
    }
    open.into_iter()
        .map(|key| BTreeSet::from([key.clone()]))
        .collect()
}

/// Whether an error that names no crate could come of one: it speaks of a type that is not the standard
/// library's, or the function around it has something of that crate.
fn could_be_of(situation: &Situation<'_>, error: &Diagnostic, key: &str) -> bool {
    let labels = error.spans.iter().filter_map(|span| span.label.as_deref());
    let quoted = labels
        .chain([error.message.as_str()])
        .flat_map(|text| text.split('`').skip(1).step_by(2));
    let mut said = quoted.flat_map(|text| text.split(|c: char| !c.is_alphanumeric() && c != '_'));
    if said.any(|word| !word.is_empty() && !PLAIN.contains(&word)) {
        return true;
    }
    let Some(library) = situation.libraries.get(key) else {
        return true;
    };
    let bodies = situation.facts.bodies.iter().flatten();
    let around = error.place().and_then(|place| {
        let mut around = bodies.filter(|body| body.contains(place.code.start));
        let body = around.next()?;
        situation.code.get(body.signature.start..body.block.end)
    });
    let around = words(around.unwrap_or(situation.code));
    let imports = situation.facts.names.imports.iter();
    around.contains(library.as_str())
        || imports
            .filter(|import| import.path.split("::").next() == Some(library))
            .any(|import| import.name.is_empty() || around.contains(import.name.as_str()))
}

/// The packages in whose sources an error has places.
fn packages(error: &Diagnostic) -> impl Iterator<Item = &str> {
    let notes = error.notes.iter().flat_map(|note| &note.spans);
    let spans = error.spans.iter().chain(notes);
    spans.filter_map(|span| span.package.as_deref())
}

/// Takes out of `keys` what others of them depend on: it is to be as old as these ask for.
fn leave_to_follow(situation: &Situation<'_>, keys: &mut BTreeSet<String>) {
    let package = |key: &String| Some(&situation.plan.dependencies.get(key)?.package);
    let users: Vec<_> = keys
        .iter()
        .filter_map(|key| situation.uses.get(key))
        .collect();
    keys.retain(|key| {
        !package(key).is_some_and(|it| users.iter().any(|used| used.contains_key(it)))
    });
}

/// Keys of the dependencies in which the example names something that is not there.
fn missing_items(situation: &Situation<'_>) -> BTreeSet<String> {
    situation
        .errors()
        .filter_map(missing_name)
        .filter(|missing| missing.container.is_some() && missing.kind != NameKind::File)
        .filter_map(|missing| {
            let key = situation.dependency_of(situation.home_of(&missing));
            key.map(str::to_owned)
        })
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

/// All crates of one generation as they were then, those of `keys` foremost; `None` where these would
/// not be older than they are.
fn of_generation(
    situation: &Situation<'_>,
    generation: Generation,
    keys: &BTreeSet<&String>,
) -> Option<Plan> {
    let versions = situation.versions;
    let gets_older = |key: &str, version: &str| {
        let now = versions.get(key);
        is_open(situation, key) && now.is_none_or(|now| is_older(version, now))
    };
    let is_meant = |key: &str| keys.iter().any(|it| *it == key);
    let mut old = generation.iter();
    if !old.any(|(key, version)| is_meant(key) && gets_older(key, version)) {
        return None;
    }
    let mut plan = situation.plan.clone();
    for (key, version) in generation {
        let requirement = (*version).to_owned();
        if is_meant(key) && is_open(situation, key) {
            lead(&mut plan, key, requirement, versions);
        } else if gets_older(key, version) {
            // It may do as it is, which is tried when the rest does.
            company::follow(&mut plan, key, requirement, versions);
        }
    }
    Some(plan)
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
            lead(&mut lowered, key, bound, versions);
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

/// Asks for an older version of a crate that others are to follow.
fn lead(plan: &mut Plan, key: &str, requirement: String, versions: &BTreeMap<String, String>) {
    plan.company.leads.insert(key.to_owned());
    lower(plan, key, requirement, versions);
}

fn lower(plan: &mut Plan, key: &str, requirement: String, versions: &BTreeMap<String, String>) {
    ask_for(
        plan,
        key,
        requirement,
        "the newest release has not what the example uses, this one has",
    );
    if !plan.outdated.iter().any(|it| it.key == key) {
        plan.outdated.push(OutdatedCrate {
            key: key.to_owned(),
            newest: versions.get(key).cloned().unwrap_or_default(),
        });
    }
}

/// Takes another version of a dependency, and says why.
fn ask_for(plan: &mut Plan, key: &str, requirement: String, reason: &str) {
    let Some(dependency) = plan.dependencies.get_mut(key) else {
        return;
    };
    let package = dependency.package.clone();
    dependency.requirement = Some(requirement);
    dependency.falls_back = true;
    let is_it = |what: &str| what.split(' ').next() == Some(package.as_str());
    plan.aids
        .retain(|aid| aid.kind != AidKind::Dependency || !is_it(&aid.what));
    plan.add_aid(AidKind::Dependency, package.clone(), reason);
}
