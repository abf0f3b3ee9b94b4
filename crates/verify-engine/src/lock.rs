//! `verify.lock`: the versions that examples were verified with, so that tomorrow's releases do not
//! change today's verdicts.
//!
//! It is a lockfile in cargo's own format that joins those of all dependency sets. Cargo takes from
//! it what a set needs, and leaves the rest.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::layout::short_hash;

/// What to do with versions that were resolved before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lock {
    /// The content of `verify.lock`, when there is one.
    pub pinned: Option<String>,
    /// How it is used.
    pub mode: LockMode,
}

/// How `verify.lock` is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LockMode {
    /// Its versions are taken; what it lacks is resolved anew.
    #[default]
    Pinned,
    /// Everything is resolved anew.
    Update,
    /// What it lacks is not used.
    Frozen,
}

impl Lock {
    /// What resolution starts from.
    pub(crate) fn seed(&self) -> Option<&str> {
        match self.mode {
            LockMode::Update => None,
            LockMode::Pinned | LockMode::Frozen => self.pinned.as_deref(),
        }
    }

    /// Tells sets that were resolved from different versions apart.
    pub(crate) fn key(&self) -> String {
        self.seed().map_or_else(String::new, short_hash)
    }
}

/// A lockfile, as far as joining needs to read it.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Lockfile {
    version: u32,
    #[serde(default)]
    package: Vec<Package>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Package {
    name: String,
    version: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    checksum: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    dependencies: Vec<String>,
}

/// What lockfiles call the registry that cargo uses when nothing else is said, wherever it is
/// mirrored.
const COMMON_REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// The version of the lockfile's format.
const FORMAT: u32 = 4;

/// Joins lockfiles. Packages that lie on this machine are left out; lockfiles that cannot be read
/// add nothing.
pub(crate) fn join<'a>(lockfiles: impl IntoIterator<Item = &'a str>) -> String {
    let mut packages: BTreeMap<(String, String), Package> = BTreeMap::new();
    for lockfile in lockfiles.into_iter().filter_map(read) {
        for package in &lockfile.package {
            if package.source.is_none() {
                continue;
            }
            let mut package = package.clone();
            for dependency in &mut package.dependencies {
                *dependency = spelled_out(dependency, &lockfile);
            }
            packages.insert((package.name.clone(), package.version.clone()), package);
        }
    }
    let joined = Lockfile {
        version: FORMAT,
        package: packages.into_values().collect(),
    };
    let header = "# Versions that examples were verified with. Written by verify; refreshed by\n\
                  # `verify --update`.\n";
    // Plain structs of strings always serialize.
    let body = toml::to_string(&joined).unwrap_or_default();
    format!("{header}{body}")
}

/// The packages of `lockfile` that `pinned` does not have, as `name version`.
pub(crate) fn missing_from(pinned: &str, lockfile: &str) -> Vec<String> {
    let known = read(pinned).unwrap_or_default();
    let wanted = read(lockfile).unwrap_or_default();
    let is_known = |package: &Package| {
        known
            .package
            .iter()
            .any(|it| it.name == package.name && it.version == package.version)
    };
    wanted
        .package
        .iter()
        .filter(|package| package.source.is_some() && !is_known(package))
        .map(|package| format!("{} {}", package.name, package.version))
        .collect()
}

/// The packages of `lockfile` that cannot be built without the package `name`, itself among them.
pub(crate) fn leading_to(lockfile: &str, name: &str) -> BTreeSet<String> {
    let packages = read(lockfile).unwrap_or_default().package;
    let mut leading = BTreeSet::from([name.to_owned()]);
    loop {
        let before = leading.len();
        for package in &packages {
            let mut names = package.dependencies.iter();
            let leads = names.any(|it| it.split(' ').next().is_some_and(|it| leading.contains(it)));
            if leads {
                leading.insert(package.name.clone());
            }
        }
        if leading.len() == before {
            return leading;
        }
    }
}

/// The packages of `lockfile`, but for `package` itself, that are not from the registry which is
/// everybody's, each with its source; `None` for that of this machine. `None` in all when the lockfile
/// cannot be read.
pub(crate) fn from_elsewhere(
    lockfile: &str,
    package: &str,
) -> Option<Vec<(String, Option<String>)>> {
    let packages = read(lockfile)?.package.into_iter();
    let is_foreign = |it: &Package| match &it.source {
        Some(source) => source != COMMON_REGISTRY,
        None => it.name != package,
    };
    let foreign = packages.filter(is_foreign);
    Some(foreign.map(|it| (it.name, it.source)).collect())
}

/// Name and version of each package of `lockfile` besides the one that it is of; `None` when one of
/// them is from no registry.
pub(crate) fn fetched(lockfile: &str) -> Option<Vec<(String, String)>> {
    let packages = read(lockfile)?.package;
    let (fetched, others): (Vec<_>, Vec<_>) =
        packages.into_iter().partition(|it| it.source.is_some());
    let is_of_registry = |it: &Package| {
        let source = it.source.as_deref();
        source.is_some_and(|it| it.starts_with("registry+") || it.starts_with("sparse+"))
    };
    let is_known = others.len() <= 1 && fetched.iter().all(is_of_registry);
    is_known.then(|| {
        fetched
            .into_iter()
            .map(|it| (it.name, it.version))
            .collect()
    })
}

/// The names of all packages in `lockfile`.
pub(crate) fn names(lockfile: &str) -> BTreeSet<String> {
    let packages = read(lockfile).unwrap_or_default().package;
    packages.into_iter().map(|it| it.name).collect()
}

fn read(text: &str) -> Option<Lockfile> {
    toml::from_str(text).ok()
}

/// A dependency with its version, which a lockfile leaves out where it has only one.
fn spelled_out(dependency: &str, lockfile: &Lockfile) -> String {
    if dependency.contains(' ') {
        return dependency.to_owned();
    }
    let mut named = lockfile.package.iter().filter(|it| it.name == dependency);
    match (named.next(), named.next()) {
        (Some(only), None) => format!("{dependency} {}", only.version),
        _ => dependency.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lockfile(root: &str, version: &str) -> String {
        format!(
            "version = 4\n\n[[package]]\nname = \"{root}\"\nversion = \"0.0.0\"\ndependencies = [\n \"a\",\n]\n\n[[package]]\nname = \"a\"\nversion = \"{version}\"\nsource = \"registry+x\"\nchecksum = \"c{version}\"\ndependencies = [\n \"b\",\n]\n\n[[package]]\nname = \"b\"\nversion = \"1.0.0\"\nsource = \"registry+x\"\n"
        )
    }

    #[test]
    fn joined_lockfiles_have_every_package_once_and_no_local_one() {
        let (one, two) = (lockfile("x", "1.0.0"), lockfile("y", "2.0.0"));
        let joined = join([one.as_str(), two.as_str(), "no lockfile at all ["]);
        let packages: Vec<(String, String)> = read(&joined)
            .unwrap()
            .package
            .into_iter()
            .map(|it| (it.name, it.version))
            .collect();
        let expected = [("a", "1.0.0"), ("a", "2.0.0"), ("b", "1.0.0")];
        assert_eq!(
            packages,
            expected.map(|(name, version)| (name.to_owned(), version.to_owned()))
        );
        assert!(joined.contains("\"b 1.0.0\""), "{joined}");
        assert_eq!(join([joined.as_str()]), joined);
    }

    #[test]
    fn what_is_not_pinned_is_named() {
        let pinned = join([lockfile("x", "1.0.0").as_str()]);
        assert!(missing_from(&pinned, &lockfile("y", "1.0.0")).is_empty());
        assert_eq!(missing_from(&pinned, &lockfile("y", "2.0.0")), ["a 2.0.0"]);
    }

    #[test]
    fn what_leans_on_a_package_leads_to_it() {
        let text = lockfile("example", "1.0.0");
        let names = |of: &str| leading_to(&text, of).into_iter().collect::<Vec<_>>();
        assert_eq!(names("b"), ["a", "b", "example"]);
        assert_eq!(names("a"), ["a", "example"]);
        assert_eq!(names("unheard-of"), ["unheard-of"]);
    }
}
