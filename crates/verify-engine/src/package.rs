//! Generated packages: typed manifests, written below the cache directory.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;
use sha2::{Digest, Sha256};
use verify_model::ExampleId;
use verify_source::scaffold::{Dependency, Edition, Plan, Target};

use crate::error::EngineError;
use crate::layout::Layout;
use crate::sets::Set;
use crate::trust::Group;

/// A package manifest, as cargo reads it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct Manifest<'a> {
    package: Package<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lib: Option<Library>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    bin: Vec<Program<'a>>,
    dependencies: BTreeMap<&'a str, ManifestDependency<'a>>,
    lints: Lints,
    /// Empty: the package is its own workspace, wherever the cache directory lies.
    workspace: Workspace,
}

/// Lints that come of being an example, and that `#![deny(warnings)]` must not turn into errors.
#[derive(Debug, Serialize)]
struct Lints {
    rust: BTreeMap<&'static str, &'static str>,
}

/// The table `[workspace]`.
#[derive(Debug, Serialize)]
struct Workspace {}

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct Package<'a> {
    name: &'a str,
    version: &'a str,
    edition: &'a str,
    /// The resolver does not follow the edition, so that one lockfile serves every edition.
    resolver: &'a str,
    publish: bool,
    autobins: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct Library {
    path: &'static str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    proc_macro: bool,
    /// Whether it is built with the test harness, and whether it has doctests; `None` is cargo's
    /// default, yes.
    #[serde(skip_serializing_if = "Option::is_none")]
    test: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bench: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    doctest: Option<bool>,
}

#[derive(Debug, Serialize)]
struct Program<'a> {
    name: &'a str,
    path: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct ManifestDependency<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'a Path>,
    #[serde(skip_serializing_if = "Option::is_none")]
    package: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    features: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    default_features: Option<bool>,
}

/// The package of a dependency set: an empty library with the set's dependencies.
pub(crate) fn write_set(
    layout: &Layout,
    directory: &Path,
    name: &str,
    dependencies: &BTreeMap<String, Dependency>,
) -> Result<(), EngineError> {
    let manifest = manifest(
        name,
        SET_VERSION,
        Edition::default(),
        Target::Library,
        dependencies,
    );
    let text = to_toml(&manifest, name)?;
    layout.write(&directory.join("Cargo.toml"), text.as_bytes())?;
    layout.write(&directory.join("src/lib.rs"), b"")
}

/// The version of a dependency set's own package.
pub(crate) const SET_VERSION: &str = "0.0.0";

/// The scratch crate of an example with the dependencies of `set`.
pub(crate) fn write_scratch(
    layout: &Layout,
    directory: &Path,
    id: &ExampleId,
    plan: &Plan,
    may_hold_doctests: bool,
    source: &str,
    set: &Set,
) -> Result<(), EngineError> {
    let version = version(id);
    let text = scratch_manifest(plan, &version, may_hold_doctests)?;
    let lockfile = relabelled(&set.lockfile, &plan.package, &version);
    let config = directory.join(".cargo").join("config.toml");
    if set.group == Group::default() {
        if config.exists() {
            fs_err::remove_file(&config).map_err(EngineError::cache(&config))?;
        }
    } else {
        layout.write(&config, Layout::config_of(&set.group).as_bytes())?;
    }
    let file = source_file(plan.target);
    let other = if file == "src/main.rs" {
        "src/lib.rs"
    } else {
        "src/main.rs"
    };
    let stale = directory.join(other);
    if stale.exists() {
        fs_err::remove_file(&stale).map_err(EngineError::cache(&stale))?;
    }
    layout.write(&directory.join("Cargo.toml"), text.as_bytes())?;
    layout.write(&directory.join("Cargo.lock"), lockfile.as_bytes())?;
    layout.write(&directory.join(file), source.as_bytes())
}

/// The manifest that a scratch crate of `plan` has but for its version, which is another one for
/// every example.
pub(crate) fn manifest_of_any(plan: &Plan, may_hold_doctests: bool) -> Result<String, EngineError> {
    scratch_manifest(plan, SET_VERSION, may_hold_doctests)
}

fn scratch_manifest(
    plan: &Plan,
    version: &str,
    may_hold_doctests: bool,
) -> Result<String, EngineError> {
    let manifest = manifest(
        &plan.package,
        version,
        plan.edition,
        plan.target,
        &plan.dependencies,
    );
    // The test harness brings the standard library.
    let tests = plan.freestanding.then_some(false);
    let lib = manifest.lib.map(|lib| Library {
        test: tests,
        bench: tests,
        doctest: tests,
        ..lib
    });
    let manifest = Manifest {
        // Cargo runs the doctests of libraries only.
        lib: lib.or(may_hold_doctests.then_some(Library {
            path: "src/main.rs",
            proc_macro: false,
            test: None,
            bench: None,
            doctest: None,
        })),
        ..manifest
    };
    to_toml(&manifest, &plan.package)
}

/// A version that no other example's package has.
///
/// Cargo tells packages in one target directory apart by name, version and the path relative to
/// their workspace, which is the same for all scratch crates. Two of equal name and version would
/// be taken for one, and what was built for one would be run for the other.
pub(crate) fn version(id: &ExampleId) -> String {
    let digest = Sha256::digest(id.as_str().as_bytes());
    let number = digest
        .iter()
        .take(4)
        .fold(0_u32, |number, byte| (number << 8) | u32::from(*byte));
    format!("0.0.{number}")
}

/// A set's lockfile as the lockfile of an example's package, which differs in its version only.
fn relabelled(lockfile: &str, package: &str, version: &str) -> String {
    let entry =
        |version: &str| format!("[[package]]\nname = \"{package}\"\nversion = \"{version}\"\n");
    lockfile.replacen(&entry(SET_VERSION), &entry(version), 1)
}

/// The source file of a target, relative to its package.
pub(crate) const fn source_file(target: Target) -> &'static str {
    match target {
        Target::Program => "src/main.rs",
        Target::Library | Target::ProcMacro => "src/lib.rs",
    }
}

fn manifest<'a>(
    name: &'a str,
    version: &'a str,
    edition: Edition,
    target: Target,
    dependencies: &'a BTreeMap<String, Dependency>,
) -> Manifest<'a> {
    let library = Library {
        path: "src/lib.rs",
        proc_macro: target == Target::ProcMacro,
        test: None,
        bench: None,
        doctest: None,
    };
    let program = Program {
        name,
        path: "src/main.rs",
    };
    Manifest {
        package: Package {
            name,
            version,
            edition: edition.as_str(),
            resolver: "3",
            publish: false,
            autobins: false,
        },
        lib: (target != Target::Program).then_some(library),
        bin: Vec::from_iter((target == Target::Program).then_some(program)),
        dependencies: dependencies
            .iter()
            .map(|(key, dependency)| (key.as_str(), entry(key, dependency)))
            .collect(),
        lints: Lints {
            rust: BTreeMap::from([("dead_code", "allow")]),
        },
        workspace: Workspace {},
    }
}

fn entry<'a>(key: &str, dependency: &'a Dependency) -> ManifestDependency<'a> {
    ManifestDependency {
        version: match (&dependency.requirement, &dependency.path) {
            (Some(requirement), _) => Some(requirement),
            (None, None) => Some("*"),
            (None, Some(_)) => None,
        },
        path: dependency.path.as_deref(),
        package: (dependency.package != key).then_some(dependency.package.as_str()),
        features: dependency.features.iter().map(String::as_str).collect(),
        default_features: (!dependency.default_features).then_some(false),
    }
}

fn to_toml(manifest: &Manifest<'_>, package: &str) -> Result<String, EngineError> {
    toml::to_string(manifest).map_err(|source| EngineError::Manifest {
        package: package.to_owned(),
        source,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use verify_source::scaffold::Stated;

    use super::*;

    fn dependency(package: &str) -> Dependency {
        Dependency {
            package: package.to_owned(),
            requirement: None,
            features: BTreeSet::new(),
            default_features: true,
            stated: Stated::Nowhere,
            path: None,
            falls_back: false,
        }
    }

    #[test]
    fn hostile_names_stay_strings_in_the_manifest() {
        let mut dependencies = BTreeMap::new();
        let mut hostile = dependency("x");
        hostile.requirement = Some("1\"\n[patch.crates-io]\nx = { path = \"/\" }\n#".to_owned());
        hostile.features.insert("a\" , \"b".to_owned());
        dependencies.insert("x\"]\n[profile.dev]".to_owned(), hostile);
        let manifest = manifest("p", "0.0.0", Edition::E2021, Target::Library, &dependencies);
        let table: toml::Table = to_toml(&manifest, "p").unwrap().parse().unwrap();
        let keys: Vec<&str> = table.keys().map(String::as_str).collect();
        assert_eq!(
            keys,
            ["dependencies", "lib", "lints", "package", "workspace"]
        );
    }

    #[test]
    fn no_two_examples_have_packages_that_cargo_takes_for_one() {
        let versions: BTreeSet<String> = (1..=200)
            .map(|number| version(&ExampleId::numbered("a.md", number)))
            .collect();
        assert_eq!(versions.len(), 200);
    }

    #[test]
    fn a_lockfile_is_relabelled_in_the_packages_own_entry_only() {
        let lockfile = "version = 4\n\n[[package]]\nname = \"a\"\nversion = \"0.0.0\"\n\n[[package]]\nname = \"example\"\nversion = \"0.0.0\"\n";
        let relabelled = relabelled(lockfile, "example", "0.0.7");
        assert_eq!(relabelled.matches("0.0.0").count(), 1);
        assert!(relabelled.ends_with("name = \"example\"\nversion = \"0.0.7\"\n"));
    }

    #[test]
    fn a_program_has_no_library_and_a_renamed_dependency_its_package() {
        let dependencies = BTreeMap::from([("a".to_owned(), dependency("b"))]);
        let manifest = manifest("p", "0.0.0", Edition::E2018, Target::Program, &dependencies);
        let text = to_toml(&manifest, "p").unwrap();
        assert!(
            text.contains("[[bin]]") && !text.contains("[lib]"),
            "{text}"
        );
        assert!(text.contains("package = \"b\""), "{text}");
        assert!(text.contains("edition = \"2018\""), "{text}");
    }
}
