//! Finds the cargo workspaces that documents live in.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cargo_metadata::{DependencyKind, Metadata, Package, TargetKind};
use escargot::Cargo;
use serde::{Deserialize, Serialize};
use verify_source::manifest::{Origin, StatedDependency};
use verify_source::scaffold::Edition;
use verify_source::surroundings::{Member, Surroundings};

use crate::cache::{ANSWERS, Answers, CacheUse, Stamp};
use crate::cargo;
use crate::event::Event;
use crate::layout::Layout;
use crate::process::{Cancel, Ended};

/// The workspaces around the files `documents`, by the documents' names, as cargo sees them.
/// Nothing is resolved or fetched, and cargo is asked once for each workspace: not again before its
/// manifests change, if `cache_use` allows to remember in the cache directory `cache`.
///
/// A document has none when there is no manifest above it up to the root of its repository, or when
/// cargo cannot read that, which is told by an event.
#[must_use]
pub fn surroundings(
    documents: &BTreeMap<String, PathBuf>,
    cache: &Path,
    cache_use: CacheUse,
    observe: &(dyn Fn(Event) + Sync),
    cancel: &Cancel,
) -> BTreeMap<String, Arc<Surroundings>> {
    // A run that cannot write there says so itself.
    let layout = Layout::open(cache).ok();
    let answers = layout.map(|it| Answers::new(&it, ANSWERS, cache_use, observe));
    let mut asked: BTreeMap<PathBuf, Option<Metadata>> = BTreeMap::new();
    let mut found = BTreeMap::new();
    for (name, file) in documents {
        let Ok(document) = fs_err::canonicalize(file) else {
            continue;
        };
        let Some(manifest) = manifest_above(&document) else {
            continue;
        };
        let metadata = asked.entry(manifest.clone()).or_insert_with(|| {
            match known(&manifest, answers.as_ref(), cancel) {
                Ok(metadata) => Some(metadata),
                Err(reason) => {
                    let manifest = manifest.clone();
                    observe(Event::WorkspaceFault { manifest, reason });
                    None
                }
            }
        });
        if let Some(metadata) = metadata {
            found.insert(name.clone(), Arc::new(around(&document, metadata)));
        }
    }
    found
}

/// What cargo said of a workspace, and what it read for that.
#[derive(Serialize, Deserialize)]
struct Remembered {
    metadata: Metadata,
    stamps: Vec<Stamp>,
}

/// What cargo says, or said if what it read has not changed since. Else, why it says nothing.
fn known(
    manifest: &Path,
    answers: Option<&Answers<'_>>,
    cancel: &Cancel,
) -> Result<Metadata, String> {
    let question = format!("workspace of {}", manifest.display());
    let remembered = answers.and_then(|it| it.recall::<Remembered>(&question));
    if let Some(remembered) = remembered
        && remembered.stamps.iter().all(Stamp::is_current)
    {
        return Ok(remembered.metadata);
    }
    let metadata = ask(manifest, cancel)?;
    let stamps = stamps(manifest, &metadata);
    let remembered = Remembered { metadata, stamps };
    if let Some(answers) = answers {
        answers.keep(&question, &remembered);
    }
    Ok(remembered.metadata)
}

/// Everything that decides what cargo says of a workspace, as far as it is asked here.
fn stamps(manifest: &Path, metadata: &Metadata) -> Vec<Stamp> {
    // The workspace's root may be any manifest above.
    let directories = manifest.ancestors().skip(1);
    let mut stamps: Vec<Stamp> = directories
        .map(|it| Stamp::content(it.join("Cargo.toml")))
        .collect();
    let root = metadata.workspace_root.as_std_path();
    stamps.push(Stamp::content(root.join("Cargo.toml")));
    let has_patterns = std::fs::read_to_string(root.join("Cargo.toml"))
        .is_ok_and(|text| text.contains(['*', '?', '[']) && text.contains("members"));
    let mut folders = BTreeSet::new();
    for package in &metadata.packages {
        stamps.push(Stamp::content(package.manifest_path.as_std_path()));
        // That it has a library need not be written down.
        stamps.push(Stamp::presence(directory(package).join("src/lib.rs")));
        folders.extend(directory(package).parent());
    }
    if has_patterns {
        stamps.extend(folders.into_iter().map(Stamp::names));
    }
    stamps
}

fn ask(manifest: &Path, cancel: &Cancel) -> Result<Metadata, String> {
    let command = Cargo::new()
        .args(["metadata", "--no-deps", "--offline", "--format-version=1"])
        .arg("--manifest-path")
        .arg(manifest)
        .into_command();
    let finished = cargo::run_query(command, cancel).map_err(|error| error.to_string())?;
    if !matches!(finished.ended, Ended::Exited(exit) if exit.is_success()) {
        let said = finished.stderr.to_text().text;
        return Err(said.split_whitespace().collect::<Vec<_>>().join(" "));
    }
    let output = finished.stdout.complete();
    let output = output.ok_or("cargo said too much about it")?;
    serde_json::from_slice(&output).map_err(|error| error.to_string())
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
        own: own.and_then(member).map(|it| it.library),
        edition: own.and_then(|package| Edition::parse(package.edition.as_str())),
        root: metadata.workspace_root.as_std_path().to_owned(),
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
