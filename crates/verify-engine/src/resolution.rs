//! What cargo's resolution says: which library a dependency brings, and what is wrong with one
//! that cannot be had.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use cargo_metadata::semver::Version;
use cargo_metadata::{DependencyKind, Metadata, NodeDep, Package, Target, TargetKind};
use verify_source::ladder::{FeatureTable, Uses};
use verify_source::scaffold::Dependency;

use crate::sets::Trouble;

/// A dependency that cannot be had as asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The dependency's key in the manifest.
    pub key: String,
    /// What is wrong with it.
    pub kind: FaultKind,
    /// A sentence about it.
    pub message: String,
}

/// What is wrong with a dependency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FaultKind {
    /// The registry has no such package.
    NoSuchPackage,
    /// The package has no version that meets the requirement.
    NoSuchVersion,
    /// The requirement is not one.
    NotARequirement,
    /// The package has no such feature.
    NoSuchFeature(String),
    /// The chosen version does not build: a tombstone, or a release that needs what is not here.
    DoesNotBuild {
        /// That version.
        version: Version,
    },
}

impl FaultKind {
    /// The requirement that leaves out a version that does not build, and all of its major: the
    /// leftmost number that is not zero counts as the major one.
    pub(crate) fn older_than(version: &Version) -> String {
        if version.major > 0 {
            format!("<{}.0.0", version.major)
        } else {
            format!("<0.{}.0", version.minor)
        }
    }
}

/// Words of cargo that mean that the registry could not be reached.
const NO_NETWORK: [&str; 9] = [
    "download of config.json failed",
    "failed to download",
    "failed to get `",
    "failed to query replaced source registry",
    "Could not resolve host",
    "Couldn't resolve host",
    "network failure",
    "spurious network error",
    "unable to update registry",
];

/// Words of cargo that mean that it did without the network.
const OFFLINE: [&str; 2] = [
    "attempting to make an HTTP request, but --offline was specified",
    "you're using offline mode",
];

/// Reads cargo's complaint about a manifest that could not be resolved.
pub(crate) fn trouble(
    stderr: &str,
    dependencies: &BTreeMap<String, Dependency>,
    offline: bool,
) -> Trouble {
    let is_offline = offline || OFFLINE.iter().any(|words| stderr.contains(words));
    // What is not here may well be elsewhere.
    let is_known = |fault: &Fault| {
        let is_of_registry = matches!(
            fault.kind,
            FaultKind::NoSuchPackage | FaultKind::NoSuchVersion
        );
        !(is_offline && is_of_registry)
    };
    let fault = fault(stderr, dependencies);
    if let Some(fault) = fault.clone().filter(is_known) {
        return Trouble::Fault(fault);
    }
    if is_offline {
        let what = match (fault, undownloaded(stderr)) {
            (Some(fault), _) => format!("`{}`, or a version of it that would do,", fault.key),
            (None, Some(package)) => format!("`{package}`, which the example's crates need,"),
            (None, None) => "a crate that the example needs".to_owned(),
        };
        return Trouble::Environment(format!(
            "{what} is not downloaded, and the run is offline: run once without --offline"
        ));
    }
    let said = brief(stderr);
    if NO_NETWORK.iter().any(|words| stderr.contains(words)) {
        return Trouble::Environment(format!(
            "the package registry could not be reached: {said}. Check the network, then run again"
        ));
    }
    Trouble::Environment(format!("cargo could not resolve the dependencies: {said}"))
}

/// The package that cargo would have to download, with its version where cargo says it.
fn undownloaded(stderr: &str) -> Option<String> {
    const WORDS: [&str; 2] = ["failed to download `", "no matching package named `"];
    let rest = stderr.lines().find_map(|line| {
        let mut found = WORDS.iter().filter_map(|words| line.split_once(words));
        found.next().map(|(_, rest)| rest)
    })?;
    Some(rest.split('`').next()?.replacen(" v", " ", 1))
}

fn fault(stderr: &str, dependencies: &BTreeMap<String, Dependency>) -> Option<Fault> {
    let by_package = |name: &str| {
        let same = |other: &str| other.replace('_', "-") == name.replace('_', "-");
        dependencies
            .iter()
            .find(|(_, dependency)| same(&dependency.package))
    };
    let found = |name: &str, kind: FaultKind, message: String| {
        by_package(name).map(|(key, _)| Fault {
            key: key.clone(),
            kind,
            message,
        })
    };
    for line in stderr.lines() {
        let quoted: Vec<&str> = line.split('`').skip(1).step_by(2).collect();
        if line.contains(" with feature `") && line.contains("but `") {
            // package `p` depends on `x` with feature `f` but `x` does not have that feature.
            if let [.., feature, name] = quoted.as_slice()
                && let Some(fault) = found(
                    name,
                    FaultKind::NoSuchFeature((*feature).to_owned()),
                    format!("`{name}` has no feature `{feature}`"),
                )
            {
                return Some(fault);
            }
        } else if line.contains("no matching package named `") {
            if let [name, ..] = quoted.as_slice()
                && let Some(fault) = found(
                    name,
                    FaultKind::NoSuchPackage,
                    format!("the registry has no package `{name}`"),
                )
            {
                return Some(fault);
            }
        } else if line.contains("failed to select a version for the requirement `") {
            // … for the requirement `x = "^9"`
            if let [requirement, ..] = quoted.as_slice()
                && let Some((name, version)) = requirement.split_once(" = ")
                && let Some(fault) = found(
                    name,
                    FaultKind::NoSuchVersion,
                    format!("`{name}` has no version that meets {version}"),
                )
            {
                return Some(fault);
            }
        } else if line.contains("failed to parse the version requirement `") {
            // … requirement `x y` for dependency `name`
            if let [requirement, key, ..] = quoted.as_slice()
                && dependencies.contains_key(*key)
            {
                return Some(Fault {
                    key: (*key).to_owned(),
                    kind: FaultKind::NotARequirement,
                    message: format!("`{requirement}` is not a version requirement for `{key}`"),
                });
            }
        }
    }
    None
}

/// The first lines of a complaint, as one sentence.
fn brief(stderr: &str) -> String {
    let lines: Vec<&str> = stderr
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with("Updating") && *line != "Caused by:")
        .take(4)
        .collect();
    lines
        .join("; ")
        .trim_start_matches("error:")
        .trim()
        .to_owned()
}

/// The direct dependencies of a set, as cargo resolved them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Direct {
    /// Library names by dependency key.
    pub libraries: BTreeMap<String, String>,
    /// Versions by package name.
    pub versions: BTreeMap<String, String>,
    /// Libraries: the name in code, and the package's id.
    pub packages: Vec<(String, String)>,
}

/// Reads the direct dependencies off `metadata`.
pub(crate) fn direct(metadata: &Metadata, dependencies: &BTreeMap<String, Dependency>) -> Direct {
    let mut found = Direct::default();
    for edge in edges(metadata) {
        let Some(package) = metadata.packages.iter().find(|it| it.id == edge.pkg) else {
            continue;
        };
        let (name, version) = (package.name.to_string(), package.version.to_string());
        found.versions.insert(name, version);
        if package.targets.iter().any(is_library) {
            let id = (edge.name.clone(), edge.pkg.repr.clone());
            found.packages.push(id);
            // The edge's name takes renames into account.
            for key in keys_of(package.name.as_str(), &edge.name, dependencies) {
                found.libraries.insert(key.clone(), edge.name.clone());
            }
        }
    }
    found
}

fn is_library(target: &Target) -> bool {
    target.kind.iter().any(|kind| {
        !matches!(
            kind,
            TargetKind::Bin
                | TargetKind::Test
                | TargetKind::Bench
                | TargetKind::Example
                | TargetKind::CustomBuild
        )
    })
}

/// What the set's own package depends on.
fn edges(metadata: &Metadata) -> &[NodeDep] {
    let resolve = metadata.resolve.as_ref();
    let root = resolve.and_then(|resolve| {
        let root = resolve.root.as_ref()?;
        resolve.nodes.iter().find(|node| node.id == *root)
    });
    root.map(|root| root.deps.as_slice()).unwrap_or_default()
}

/// The folders of this machine that packages are read from: that of their `workspace`, and those of
/// packages that lie elsewhere.
pub(crate) fn folders(metadata: &Metadata, workspace: Option<&Path>) -> Vec<PathBuf> {
    let own = metadata.resolve.as_ref().and_then(|it| it.root.as_ref());
    let local = metadata.packages.iter();
    let local = local.filter(|it| it.source.is_none() && Some(&it.id) != own);
    let folders = local.filter_map(|it| it.manifest_path.as_std_path().parent());
    let folders: BTreeSet<&Path> = folders
        .map(|folder| match workspace {
            Some(workspace) if folder.starts_with(workspace) => workspace,
            _ => folder,
        })
        .collect();
    folders.into_iter().map(Path::to_owned).collect()
}

/// The versions of packages that each dependency depends on itself, by dependency key.
pub(crate) fn uses(metadata: &Metadata, dependencies: &BTreeMap<String, Dependency>) -> Uses {
    let nodes = metadata.resolve.iter().flat_map(|it| &it.nodes);
    let nodes: BTreeMap<_, _> = nodes.map(|node| (&node.id, node)).collect();
    let packages = metadata.packages.iter();
    let packages: BTreeMap<_, _> = packages.map(|package| (&package.id, package)).collect();
    let used = |edge: &NodeDep| {
        let own = packages.get(&edge.pkg)?;
        let key = keys_of(own.name.as_str(), &edge.name, dependencies).next()?;
        let normal = nodes.get(&edge.pkg)?.deps.iter().filter(|edge| {
            let mut kinds = edge.dep_kinds.iter();
            kinds.any(|it| it.kind == DependencyKind::Normal)
        });
        let used = normal.filter_map(|edge| packages.get(&edge.pkg));
        let used = used.map(|it| (it.name.to_string(), it.version.to_string()));
        Some((key.clone(), used.collect()))
    };
    edges(metadata).iter().filter_map(used).collect()
}

/// The features that packages have, by dependency key.
pub(crate) fn features(
    metadata: &Metadata,
    dependencies: &BTreeMap<String, Dependency>,
) -> BTreeMap<String, FeatureTable> {
    let table = |edge: &NodeDep| {
        let package = metadata.packages.iter().find(|it| it.id == edge.pkg)?;
        let features = package.features.clone().into_iter().collect();
        let table = FeatureTable {
            documented: documented(package, &features),
            features,
        };
        let key = keys_of(package.name.as_str(), &edge.name, dependencies).next()?;
        Some((key.clone(), table))
    };
    edges(metadata).iter().filter_map(table).collect()
}

/// The features that docs.rs builds a package's documentation with, as its manifest asks.
fn documented(package: &Package, features: &BTreeMap<String, Vec<String>>) -> BTreeSet<String> {
    let docs = &package.metadata["docs"]["rs"];
    if docs["all-features"].as_bool() == Some(true) {
        return features.keys().cloned().collect();
    }
    let listed = docs["features"].as_array().into_iter().flatten();
    listed
        .filter_map(|feature| feature.as_str().map(str::to_owned))
        .collect()
}

/// The keys of `dependencies` that list `package` under the name `name`. Several may list it, each in
/// another version.
fn keys_of<'a>(
    package: &'a str,
    name: &'a str,
    dependencies: &'a BTreeMap<String, Dependency>,
) -> impl Iterator<Item = &'a String> {
    let is_new_name = move |key: &String| key.replace('-', "_") == name;
    let of_package = dependencies
        .iter()
        .filter(move |(_, it)| it.package == package);
    let keys = of_package.map(|(key, _)| key);
    let is_renamed = keys.clone().any(|key| key != package && is_new_name(key));
    keys.filter(move |key| {
        if is_renamed {
            is_new_name(key)
        } else {
            *key == package
        }
    })
}

#[cfg(test)]
mod tests {
    use verify_source::scaffold::Stated;

    use super::*;

    fn dependencies(names: &[&str]) -> BTreeMap<String, Dependency> {
        names
            .iter()
            .map(|name| {
                let dependency = Dependency {
                    package: (*name).to_owned(),
                    requirement: None,
                    features: [].into(),
                    default_features: true,
                    stated: Stated::Exactly,
                    path: None,
                    falls_back: false,
                };
                ((*name).to_owned(), dependency)
            })
            .collect()
    }

    #[test]
    fn cargo_complaints_name_the_dependency_at_fault() {
        let cases = [
            (
                "error: failed to select a version for `tokio`.\n    ... required by package `example v0.0.0 (/x)`\nversions that meet the requirements `*` are: 1.0\n\npackage `example` depends on `tokio` with feature `fulll` but `tokio` does not have that feature.\n",
                "tokio",
                FaultKind::NoSuchFeature("fulll".to_owned()),
            ),
            (
                "error: no matching package named `serde-none` found\nlocation searched: registry\nrequired by package `example v0.0.0 (/x)`\n",
                "serde-none",
                FaultKind::NoSuchPackage,
            ),
            (
                "error: failed to select a version for the requirement `rand = \"^99\"`\ncandidate versions found which didn't match: 0.9.0\n",
                "rand",
                FaultKind::NoSuchVersion,
            ),
            (
                "error: failed to parse manifest at `/x/Cargo.toml`\n\nCaused by:\n  failed to parse the version requirement `latest` for dependency `rand`\n",
                "rand",
                FaultKind::NotARequirement,
            ),
        ];
        for (stderr, key, kind) in cases {
            let found = fault(stderr, &dependencies(&["tokio", "serde-none", "rand"])).unwrap();
            assert_eq!((found.key.as_str(), &found.kind), (key, &kind));
        }
    }

    #[test]
    fn the_major_before_a_version_is_asked_for() {
        let older = |text: &str| FaultKind::older_than(&Version::parse(text).unwrap());
        assert_eq!(older("3.0.0"), "<3.0.0");
        assert_eq!(older("0.9.4"), "<0.9.0");
    }

    #[test]
    fn a_fault_deeper_in_the_graph_is_nobodys_stated_dependency() {
        let stderr =
            "error: no matching package named `inner` found\nrequired by package `tokio v1`\n";
        assert_eq!(fault(stderr, &dependencies(&["tokio"])), None);
    }

    #[test]
    fn an_unreachable_registry_is_the_environments_fault() {
        let stderr = "    Updating index\nwarning: spurious network error (3 tries remaining): [6] Could not resolve hostname\nerror: failed to get `tokio` as a dependency of package `example`\n";
        let Trouble::Environment(message) = trouble(stderr, &dependencies(&["tokio"]), false)
        else {
            panic!("not the environment's");
        };
        assert!(message.contains("could not be reached"), "{message}");
        let Trouble::Environment(message) = trouble(stderr, &dependencies(&["tokio"]), true) else {
            panic!("not the environment's");
        };
        assert!(message.contains("without --offline"), "{message}");
    }

    #[test]
    fn without_the_network_nobody_knows_what_the_registry_has() {
        let reminder = "As a reminder, you're using offline mode (--offline) which can sometimes cause surprising resolution failures";
        let known = dependencies(&["hex"]);
        let is_environment = |stderr: &str, offline: bool| {
            let trouble = trouble(stderr, &known, offline);
            matches!(trouble, Trouble::Environment(message) if message.contains("`hex`"))
        };
        let package = "error: no matching package named `hex` found\n";
        let version = "error: failed to select a version for the requirement `hex = \"^9\"`\n";
        for stderr in [package, version] {
            assert!(is_environment(stderr, true), "{stderr}");
            let offline_too = format!("{stderr}{reminder}\n");
            assert!(is_environment(&offline_too, false), "{offline_too}");
            assert!(!is_environment(stderr, false), "{stderr}");
        }
        // What is here has the features that it has.
        let feature = "package `example` depends on `hex` with feature `fast` but `hex` does not have that feature.\n";
        assert!(matches!(
            trouble(feature, &known, true),
            Trouble::Fault(fault) if fault.kind == FaultKind::NoSuchFeature("fast".to_owned())
        ));
    }

    #[test]
    fn what_is_not_downloaded_is_named() {
        for (stderr, named) in [
            (
                "error: failed to download `inner v1.1.3`\n\nCaused by:\n",
                "`inner 1.1.3`",
            ),
            (
                "error: no matching package named `inner` found\n",
                "`inner`",
            ),
            ("error: failed to get `hex` as a dependency\n", "a crate"),
        ] {
            let trouble = trouble(stderr, &dependencies(&["hex"]), true);
            let Trouble::Environment(message) = trouble else {
                panic!("not the environment's: {stderr}");
            };
            assert!(message.starts_with(named), "{message}");
        }
    }

    #[test]
    fn a_package_in_several_versions_has_a_name_for_each() {
        let named =
            |key: &str, package: &str| (key.to_owned(), Dependency::inferred(package, None));
        let dependencies = BTreeMap::from([
            named("itoa", "itoa"),
            named("itoa-0", "itoa"),
            named("hex", "hex"),
        ]);
        let keys = |name| keys_of("itoa", name, &dependencies).collect::<Vec<_>>();
        assert_eq!(keys("itoa_0"), ["itoa-0"]);
        assert_eq!(keys("itoa"), ["itoa"]);
    }
}
