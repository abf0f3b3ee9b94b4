//! What is remembered of a dependency set, so that cargo need not be asked again.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use cargo_metadata::Artifact;
use cargo_metadata::semver::Version;
use serde::{Deserialize, Serialize};
use verify_source::ladder::{FeatureTable, Uses};

use crate::cache::{Answers, Stamp, sha256};
use crate::compiler::Links;
use crate::resolution::{Fault, FaultKind};
use crate::sets::{Depth, Set};
use crate::trust::Group;

/// What cargo said of a set.
#[derive(Debug, Serialize, Deserialize)]
struct Remembered {
    /// The lockfile that it said it of.
    lockfile_sha256: String,
    libraries: BTreeMap<String, String>,
    packages: BTreeMap<String, String>,
    versions: BTreeMap<String, String>,
    direct: Vec<(String, String)>,
    features: BTreeMap<String, FeatureTable>,
    uses: Uses,
    elsewhere: BTreeSet<String>,
    /// A dependency whose own code has an error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    does_not_build: Option<DoesNotBuild>,
}

#[derive(Debug, Serialize, Deserialize)]
struct DoesNotBuild {
    key: String,
    version: Version,
    message: String,
}

/// The set of `question` in `directory` as it was resolved before, if its lockfile is still the
/// one that was resolved. Its group is for the caller to say.
pub(crate) fn recall(answers: &Answers<'_>, question: &str, directory: &Path) -> Option<Set> {
    let lockfile = std::fs::read_to_string(directory.join("Cargo.lock")).ok()?;
    let remembered: Remembered = answers.recall(question)?;
    let lockfile_sha256 = sha256(lockfile.as_bytes());
    (remembered.lockfile_sha256 == lockfile_sha256).then(|| Set {
        directory: directory.to_owned(),
        lockfile,
        lockfile_sha256,
        libraries: remembered.libraries,
        packages: remembered.packages,
        versions: remembered.versions,
        direct: remembered.direct,
        features: remembered.features,
        uses: remembered.uses,
        elsewhere: remembered.elsewhere,
        does_not_build: remembered.does_not_build.map(|it| Fault {
            key: it.key,
            kind: FaultKind::DoesNotBuild {
                version: it.version,
            },
            message: it.message,
        }),
        question: Some(question.to_owned()),
        group: Group::default(),
        sources: Vec::new(),
    })
}

/// Remembers `set`, unless it is of this machine, and that a dependency of it does not build, when one does not.
pub(crate) fn keep(answers: &Answers<'_>, set: &Set, fault: Option<&Fault>) {
    let Some(question) = &set.question else {
        return;
    };
    let does_not_build = fault.and_then(|fault| match &fault.kind {
        FaultKind::DoesNotBuild { version } => Some(DoesNotBuild {
            key: fault.key.clone(),
            version: version.clone(),
            message: fault.message.clone(),
        }),
        _ => None,
    });
    let remembered = Remembered {
        lockfile_sha256: set.lockfile_sha256.clone(),
        libraries: set.libraries.clone(),
        packages: set.packages.clone(),
        versions: set.versions.clone(),
        direct: set.direct.clone(),
        features: set.features.clone(),
        uses: set.uses.clone(),
        elsewhere: set.elsewhere.clone(),
        does_not_build,
    };
    answers.keep(question, &remembered);
}

/// What a build of a set said, and the files that it made.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Built {
    /// What examples are linked with; `None` when only cargo can tell.
    pub links: Option<Links>,
    stamps: Vec<Stamp>,
}

/// What an earlier build of `set` to `depth` said, if everything that it made is still there as it
/// was.
pub(crate) fn recall_build(answers: &Answers<'_>, set: &Set, depth: Depth) -> Option<Built> {
    let built: Built = answers.recall(&question_of_build(set, depth)?)?;
    let mut stamps = built.stamps.iter();
    stamps
        .all(|it| it.is_present() && it.is_current())
        .then_some(built)
}

/// Remembers a build of `set` to `depth`, which made `artifacts`.
pub(crate) fn keep_build(
    answers: &Answers<'_>,
    set: &Set,
    depth: Depth,
    links: Option<&Links>,
    artifacts: &[Artifact],
) {
    let Some(question) = question_of_build(set, depth) else {
        return;
    };
    let files = artifacts.iter().flat_map(|it| &it.filenames);
    let built = Built {
        links: links.cloned(),
        stamps: files.map(|it| Stamp::size(it.as_std_path())).collect(),
    };
    answers.keep(&question, &built);
}

fn question_of_build(set: &Set, depth: Depth) -> Option<String> {
    let question = set.question.as_ref()?;
    let (lockfile, group) = (&set.lockfile_sha256, set.group.name());
    // A copy of a cache may not link with what lies in the original.
    let directory = set.directory.display();
    Some(format!(
        "build to {depth:?} in {group} of lockfile {lockfile} in {directory} of {question}"
    ))
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::cache::{ANSWERS, CacheUse};
    use crate::layout::Layout;

    fn set(directory: PathBuf) -> Set {
        Set {
            directory,
            lockfile: "one".to_owned(),
            lockfile_sha256: sha256(b"one"),
            libraries: BTreeMap::from([("a".to_owned(), "a_lib".to_owned())]),
            packages: BTreeMap::new(),
            versions: BTreeMap::new(),
            direct: Vec::new(),
            features: BTreeMap::new(),
            uses: BTreeMap::new(),
            elsewhere: BTreeSet::new(),
            does_not_build: None,
            question: Some("q".to_owned()),
            group: Group::default(),
            sources: Vec::new(),
        }
    }

    #[test]
    fn links_are_remembered_as_long_as_what_was_built_is_there() {
        let root = tempfile::tempdir().unwrap();
        let layout = Layout::open(root.path()).unwrap();
        let answers = Answers::new(&layout, ANSWERS, CacheUse::Reuse, &|_| ());
        let set = set(layout.set("a"));
        let library = layout.targets().join("liba.rmeta");
        layout.write(&library, b"library").unwrap();
        let artifact: Artifact = serde_json::from_value(serde_json::json!({
            "package_id": "a", "manifest_path": "/a/Cargo.toml", "fresh": false,
            "target": { "name": "a", "kind": ["lib"], "crate_types": ["lib"], "src_path": "/a/lib.rs" },
            "profile": { "opt_level": "0", "debuginfo": 0, "debug_assertions": true,
                "overflow_checks": true, "test": false },
            "features": [], "filenames": [library], "executable": null,
        }))
        .unwrap();
        let links = Links {
            externs: vec![("a".to_owned(), library.clone())],
            ..Links::default()
        };
        let recalled = |depth: Depth| recall_build(&answers, &set, depth).map(|it| it.links);
        assert_eq!(recalled(Depth::Metadata), None);
        keep_build(&answers, &set, Depth::Metadata, Some(&links), &[artifact]);
        assert_eq!(recalled(Depth::Metadata), Some(Some(links)));
        assert_eq!(recalled(Depth::Code), None);
        let of_copy = self::set(PathBuf::from("/copy/sets/a"));
        assert!(recall_build(&answers, &of_copy, Depth::Metadata).is_none());
        fs_err::remove_file(&library).unwrap();
        assert_eq!(recalled(Depth::Metadata), None);
    }

    #[test]
    fn a_set_is_remembered_as_long_as_its_lockfile_is_the_same() {
        let root = tempfile::tempdir().unwrap();
        let layout = Layout::open(root.path()).unwrap();
        let answers = Answers::new(&layout, ANSWERS, CacheUse::Reuse, &|_| ());
        let directory = layout.set("a");
        layout.write(&directory.join("Cargo.lock"), b"one").unwrap();
        let set = set(directory.clone());
        let fault = Fault {
            key: "a".to_owned(),
            kind: FaultKind::DoesNotBuild {
                version: Version::new(3, 0, 0),
            },
            message: "a tombstone".to_owned(),
        };
        assert!(recall(&answers, "q", &directory).is_none());
        keep(&answers, &set, Some(&fault));
        let known = recall(&answers, "q", &directory).unwrap();
        assert_eq!(known.libraries, set.libraries);
        assert_eq!(known.does_not_build, Some(fault));
        assert!(recall(&answers, "another", &directory).is_none());
        layout.write(&directory.join("Cargo.lock"), b"two").unwrap();
        assert!(recall(&answers, "q", &directory).is_none());
    }
}
