//! Finds the cargo workspaces that documents live in.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cargo_metadata::{DependencyKind, Metadata, Package, TargetKind};
use escargot::Cargo;
use verify_source::manifest::{Origin, StatedDependency};
use verify_source::scaffold::Edition;
use verify_source::surroundings::{Member, Surroundings};

use crate::cargo;
use crate::process::{Cancel, Ended};

/// The workspaces around the files `documents`, by the documents' names, as cargo sees them.
/// Nothing is resolved or fetched, and cargo is asked once for each workspace.
///
/// A document has none when there is no manifest above it up to the root of its repository, or when
/// cargo cannot read that, which is the workspace's matter and not the document's.
#[must_use]
pub fn surroundings(
    documents: &BTreeMap<String, PathBuf>,
    cancel: &Cancel,
) -> BTreeMap<String, Arc<Surroundings>> {
    let mut asked: BTreeMap<PathBuf, Option<Metadata>> = BTreeMap::new();
    let mut found = BTreeMap::new();
    for (name, file) in documents {
        let Ok(document) = fs_err::canonicalize(file) else {
            continue;
        };
        let Some(manifest) = manifest_above(&document) else {
            continue;
        };
        let metadata = asked
            .entry(manifest.clone())
            .or_insert_with(|| ask(&manifest, cancel));
        if let Some(metadata) = metadata {
            found.insert(name.clone(), Arc::new(around(&document, metadata)));
        }
    }
    found
}

fn ask(manifest: &Path, cancel: &Cancel) -> Option<Metadata> {
    let command = Cargo::new()
        .args(["metadata", "--no-deps", "--offline", "--format-version=1"])
        .arg("--manifest-path")
        .arg(manifest)
        .into_command();
    let finished = cargo::run_query(command, cancel).ok()?;
    let is_success = matches!(finished.ended, Ended::Exited(exit) if exit.is_success());
    if !is_success {
        return None;
    }
    serde_json::from_slice(&finished.stdout.complete()?).ok()
}

fn around(document: &Path, metadata: &Metadata) -> Surroundings {
    let own = metadata
        .packages
        .iter()
        .filter(|package| document.starts_with(directory(package)))
        .max_by_key(|package| directory(package).components().count());
    let lockfile = metadata.workspace_root.as_std_path().join("Cargo.lock");
    Surroundings {
        members: metadata.packages.iter().filter_map(member).collect(),
        dependencies: own.map(dependencies).unwrap_or_default(),
        edition: own.and_then(|package| Edition::parse(package.edition.as_str())),
        lockfile: lockfile.is_file().then_some(lockfile),
    }
}

/// The nearest manifest above `document` inside its repository.
fn manifest_above(document: &Path) -> Option<PathBuf> {
    for directory in document.ancestors().skip(1) {
        let manifest = directory.join("Cargo.toml");
        if manifest.is_file() {
            return Some(manifest);
        }
        if directory.join(".git").exists() {
            return None;
        }
    }
    None
}

fn directory(package: &Package) -> &Path {
    let manifest = package.manifest_path.as_std_path();
    manifest.parent().unwrap_or(manifest)
}

fn member(package: &Package) -> Option<Member> {
    let library = package.targets.iter().find(|target| {
        target.kind.iter().any(|kind| {
            matches!(
                kind,
                TargetKind::Lib | TargetKind::RLib | TargetKind::ProcMacro
            )
        })
    })?;
    Some(Member {
        package: package.name.to_string(),
        library: library.name.replace('-', "_"),
        directory: directory(package).to_owned(),
    })
}

fn dependencies(package: &Package) -> Vec<StatedDependency> {
    let mut stated: Vec<StatedDependency> = Vec::new();
    for dependency in &package.dependencies {
        if !matches!(
            dependency.kind,
            DependencyKind::Normal | DependencyKind::Development
        ) {
            continue;
        }
        let key = dependency
            .rename
            .clone()
            .unwrap_or_else(|| dependency.name.clone());
        if let Some(present) = stated.iter_mut().find(|it| it.key == key) {
            // A dependency that the tests want more of.
            for feature in &dependency.features {
                if !present.features.contains(feature) {
                    present.features.push(feature.clone());
                }
            }
            continue;
        }
        let source = dependency
            .source
            .as_ref()
            .map(|source| source.repr.as_str());
        stated.push(StatedDependency {
            key,
            package: dependency.name.clone(),
            requirement: Some(dependency.req.to_string()),
            features: dependency.features.clone(),
            default_features: dependency.uses_default_features,
            origin: match source {
                None => Origin::Path,
                Some(source) if source.starts_with("git+") => Origin::Git,
                Some(_) if dependency.registry.is_some() => Origin::OtherRegistry,
                Some(_) => Origin::Registry,
            },
            place: 0..0,
        });
    }
    stated
}
