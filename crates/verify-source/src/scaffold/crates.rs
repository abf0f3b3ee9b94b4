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
        if let Some((package, version)) = self.renamed(name) {
            return format!(
                "`{name}` looks like {package} {version} under another name, which only a manifest \
                 can give it: state `{name} = {{ package = \"{package}\", version = \
                 \"{version}\" }}` in a `toml` block of the document"
            );
        }
        let hint = self.known.similar(name).map_or_else(
            || " If you know".to_owned(),
            |similar| format!(" Did you mean `{similar}`? If not, and if you know"),
        );
        format!(
            "`{name}` is no crate that verify knows, and crates are never downloaded merely \
             because a document names them.{hint} the package of that name and trust it, add it to \
             verify.toml: [crates.allow] {name} = \"*\""
        )
    }

    /// The package and the version that a name such as `tokio_01` says: those of a well-known crate
    /// that a manifest lists under that name, to use several of its versions at once.
    pub(super) fn renamed(&self, name: &str) -> Option<(&str, String)> {
        let mut known = (1..name.len()).rev().filter_map(|end| {
            let (library, version) = name.split_at_checked(end)?;
            let (library, version) = match library.strip_suffix("_v") {
                Some(library) => (library, format!("_{version}")),
                None => (library, version.to_owned()),
            };
            let known = self.known.by_library(library)?;
            let is_word = known.common_word || library.len() < 2;
            (!is_word).then_some((known.name.as_str(), version_in_name(&version)?))
        });
        known.next()
    }
}

/// The version that the end of a crate's name says: `01` is 0.1, `_1` is 1, and `_0_14` is 0.14.
fn version_in_name(end: &str) -> Option<String> {
    let is_separated = end.starts_with('_');
    let numbers: Vec<&str> = end.trim_start_matches('_').split('_').collect();
    let are_numbers = numbers
        .iter()
        .all(|it| (1..=3).contains(&it.len()) && it.bytes().all(|byte| byte.is_ascii_digit()));
    match numbers.as_slice() {
        _ if !are_numbers => None,
        [one] => match one.strip_prefix('0') {
            Some(minor) if !minor.is_empty() => Some(format!("0.{minor}")),
            _ => (is_separated && one.len() == 1).then(|| (*one).to_owned()),
        },
        several => is_separated.then(|| several.join(".")),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn renamed(name: &str) -> Option<(String, String)> {
        let allowed = Allowed {
            known: KnownCrates::builtin(),
            configured: BTreeMap::new(),
            libraries: BTreeMap::new(),
        };
        let (package, version) = allowed.renamed(name)?;
        Some((package.to_owned(), version))
    }

    #[test]
    fn a_name_that_ends_in_a_version_is_a_crate_under_another_name() {
        for (name, package, version) in [
            ("tokio_01", "tokio", "0.1"),
            ("futures01", "futures", "0.1"),
            ("rand_08", "rand", "0.8"),
            ("http_1", "http", "1"),
            ("hyper_0_14", "hyper", "0.14"),
            ("axum_v0_7", "axum", "0.7"),
            ("tokio_util_06", "tokio-util", "0.6"),
        ] {
            let expected = Some((package.to_owned(), version.to_owned()));
            assert_eq!(renamed(name), expected, "{name}");
        }
    }

    #[test]
    fn other_names_with_digits_are_none() {
        for name in [
            "http2",
            "billing_01",
            "tokio_old",
            "x86_64",
            "tokio_",
            "utf8",
            "tokio_2019",
        ] {
            assert_eq!(renamed(name), None, "{name}");
        }
    }
}
