//! What an example is linked with, as cargo's messages have it.

use std::collections::BTreeSet;
use std::path::PathBuf;

use cargo_metadata::{Artifact, BuildScript, TargetKind};
use serde::{Deserialize, Serialize};

use crate::sets::Depth;

/// What the compiler is told about the dependencies of a set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Links {
    /// Direct dependencies: the name in code, and the file.
    pub externs: Vec<(String, PathBuf)>,
    /// Folders in which the dependencies of dependencies lie.
    pub folders: BTreeSet<PathBuf>,
    /// Further places of libraries, as build scripts state them: `native=PATH`.
    pub native: Vec<String>,
}

impl Links {
    /// Reads them off what cargo said while it built a set to `depth`. `direct` has the set's own
    /// dependencies: the name in code, and the package's id.
    ///
    /// `None` when cargo's messages leave open which file is meant: then only cargo can tell.
    pub(crate) fn read(
        artifacts: &[Artifact],
        scripts: &[BuildScript],
        direct: &[(String, String)],
        depth: Depth,
    ) -> Option<Self> {
        let mut links = Self::default();
        for (name, package) in direct {
            let mut candidates: Vec<PathBuf> = artifacts
                .iter()
                .filter(|it| it.package_id.repr == *package && is_library(it))
                .filter_map(|it| file(it, depth))
                .collect();
            candidates.dedup();
            // A package that is built twice, for the host and with other features.
            let [file] = candidates.as_slice() else {
                return None;
            };
            links.externs.push((name.clone(), file.clone()));
        }
        for artifact in artifacts.iter().filter(|it| is_library(it)) {
            let folders = artifact.filenames.iter().filter_map(|it| it.parent());
            links
                .folders
                .extend(folders.map(|it| it.as_std_path().to_owned()));
        }
        for script in scripts {
            let paths = script.linked_paths.iter().map(ToString::to_string);
            links.native.extend(paths);
        }
        links.native.sort();
        links.native.dedup();
        Some(links)
    }
}

/// Whether an artefact is one that other crates can use.
fn is_library(artifact: &Artifact) -> bool {
    artifact.target.kind.iter().any(|kind| {
        matches!(
            kind,
            TargetKind::Lib
                | TargetKind::RLib
                | TargetKind::DyLib
                | TargetKind::ProcMacro
                | TargetKind::CDyLib
                | TargetKind::StaticLib
        )
    })
}

/// The file that the compiler is given: metadata for checking, code for linking, a plug-in for
/// procedural macros.
fn file(artifact: &Artifact, depth: Depth) -> Option<PathBuf> {
    let wanted = match depth {
        Depth::Metadata => ["rmeta", "rlib"],
        Depth::Code => ["rlib", "rmeta"],
    };
    let plugins = ["so", "dylib", "dll"];
    let of_kind = |extension: &str| {
        let mut files = artifact.filenames.iter();
        files.find(|it| it.extension() == Some(extension))
    };
    let file = wanted.into_iter().chain(plugins).find_map(of_kind)?;
    Some(file.as_std_path().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn artifact(package: &str, kind: &str, files: &[&str]) -> Artifact {
        let json = serde_json::json!({
            "package_id": package,
            "manifest_path": "/p/Cargo.toml",
            "target": {
                "kind": [kind], "crate_types": [kind], "name": "x", "src_path": "/p/src/lib.rs",
                "edition": "2021", "doc": true, "doctest": true, "test": true
            },
            "profile": {
                "opt_level": "0", "debuginfo": 0, "debug_assertions": true,
                "overflow_checks": true, "test": false
            },
            "features": [],
            "filenames": files,
            "executable": null,
            "fresh": false
        });
        serde_json::from_value(json).unwrap()
    }

    fn direct() -> Vec<(String, String)> {
        vec![("renamed".to_owned(), "a 1".to_owned())]
    }

    #[test]
    fn each_depth_has_its_own_file() {
        let files = ["/t/deps/liba-1.rlib", "/t/deps/liba-1.rmeta"];
        let artifacts = [artifact("a 1", "lib", &files)];
        let file = |depth| {
            let links = Links::read(&artifacts, &[], &direct(), depth).unwrap();
            assert_eq!(links.folders, BTreeSet::from([PathBuf::from("/t/deps")]));
            links.externs
        };
        let named = |path: &str| vec![("renamed".to_owned(), PathBuf::from(path))];
        assert_eq!(file(Depth::Metadata), named("/t/deps/liba-1.rmeta"));
        assert_eq!(file(Depth::Code), named("/t/deps/liba-1.rlib"));
    }

    #[test]
    fn a_plug_in_is_used_at_both_depths_and_a_build_script_never() {
        let artifacts = [
            artifact("a 1", "custom-build", &["/t/build/script"]),
            artifact("a 1", "proc-macro", &["/t/deps/liba-2.so"]),
        ];
        for depth in [Depth::Metadata, Depth::Code] {
            let links = Links::read(&artifacts, &[], &direct(), depth).unwrap();
            assert_eq!(links.externs[0].1, PathBuf::from("/t/deps/liba-2.so"));
        }
    }

    #[test]
    fn a_package_that_is_built_twice_or_never_is_left_to_cargo() {
        let twice = [
            artifact("a 1", "lib", &["/t/deps/liba-1.rmeta"]),
            artifact("a 1", "lib", &["/t/deps/liba-2.rmeta"]),
        ];
        assert_eq!(Links::read(&twice, &[], &direct(), Depth::Metadata), None);
        assert_eq!(Links::read(&[], &[], &direct(), Depth::Metadata), None);
    }
}
