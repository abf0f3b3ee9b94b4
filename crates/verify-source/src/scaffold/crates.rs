//! Which crates may be used, and which of them a name in code stands for.

use std::collections::BTreeMap;

use super::Dependency;
use crate::facts::Names;
use crate::known_crates::KnownCrates;

/// Crates that may be used.
#[derive(Clone, Debug)]
pub struct Allowed {
    /// The built-in list of well-known crates.
    pub known: &'static KnownCrates,
    /// Packages that the configuration allows besides, by name, with a version requirement.
    pub configured: BTreeMap<String, Option<String>>,
    /// What the libraries of such packages are called in code, as far as cargo was asked.
    pub libraries: BTreeMap<String, String>,
}

impl Allowed {
    /// Whether `package` may be used; `-` and `_` are equal.
    #[must_use]
    pub fn allows(&self, package: &str) -> bool {
        let same = |name: &String| library_name(name) == library_name(package);
        self.known.by_package(package).is_some() || self.configured.keys().any(same)
    }

    /// Whether code that says `library` means a crate that may be used, as far as is known.
    #[must_use]
    pub fn has_library(&self, library: &str) -> bool {
        let is_it = |package: &String| self.library(package) == library;
        self.known.has_library(library) || self.configured.keys().any(is_it)
    }

    /// The configured packages of which only cargo knows what their libraries are called.
    pub fn unknown_libraries(&self) -> impl Iterator<Item = (&str, Dependency)> {
        let is_unknown = |package: &str| {
            self.known.by_package(package).is_none() && !self.libraries.contains_key(package)
        };
        self.configured
            .iter()
            .filter(move |(package, _)| is_unknown(package))
            .map(|(package, requirement)| {
                let dependency = Dependency::inferred(package, requirement.clone());
                (package.as_str(), dependency)
            })
    }

    /// What the library of `package` is called in code.
    pub(crate) fn library(&self, package: &str) -> String {
        let known = || self.known.by_package(package).map(|it| it.lib.clone());
        let learned = self.libraries.get(package).cloned();
        learned
            .or_else(known)
            .unwrap_or_else(|| library_name(package))
    }

    /// What code calls a dependency that a manifest lists under `key`.
    pub(crate) fn brings(&self, key: &str, dependency: &Dependency) -> String {
        if key == dependency.package {
            self.library(key)
        } else {
            library_name(key)
        }
    }

    /// What to do about a crate that may not be used.
    pub(super) fn advice(&self, name: &str) -> String {
        let hint = self.known.similar(name).map_or_else(
            || " If you trust it,".to_owned(),
            |similar| format!(" Did you mean `{similar}`? If not,"),
        );
        format!(
            "`{name}` is no crate that verify knows, and crates are never downloaded merely \
             because a document names them.{hint} add it to verify.toml: [crates.allow] {name} = \"*\""
        )
    }
}

/// The dependency that `library` stands for in code that uses `names`, without any features.
#[must_use]
pub(crate) fn inferred(
    allowed: &Allowed,
    names: &Names,
    library: &str,
) -> Option<(String, Dependency)> {
    let known = allowed
        .known
        .by_library_and_use(library, |item| names.uses_below(library, item));
    let configured: Vec<&String> = allowed
        .configured
        .keys()
        .filter(|package| allowed.library(package) == library)
        .collect();
    let package = match (configured.as_slice(), known) {
        // What tells two packages of one library name apart decides between configured ones, too.
        ([_, _, ..], Some(known)) if configured.contains(&&known.name) => &known.name,
        ([first, ..], _) => first,
        ([], Some(known)) => &known.name,
        ([], None) => return None,
    };
    let requirement = allowed.configured.get(package).cloned().flatten();
    let dependency = Dependency::inferred(package, requirement);
    Some((package.clone(), dependency))
}

/// A package name as code writes it.
pub(crate) fn library_name(package: &str) -> String {
    package.replace('-', "_")
}
