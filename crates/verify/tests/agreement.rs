//! The fast ways against plain cargo, over many documents: the golden suite, and whatever lies in the
//! folder that the variable `VERIFY_CORPUS` names.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// The Markdown files of a folder.
fn documents(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut all: Vec<PathBuf> = paths
        .filter(|path| path.extension().is_some_and(|it| it == "md"))
        .collect();
    all.sort();
    all
}

/// The examples of a report on copies of `documents`, without what differs from run to run.
fn judged(documents: &[PathBuf], arguments: &[&str]) -> Vec<Value> {
    let folder = tempfile::tempdir().unwrap();
    let names: Vec<OsString> = documents
        .iter()
        .map(|document| {
            let name = document.file_name().unwrap().to_owned();
            std::fs::copy(document, folder.path().join(&name)).unwrap();
            name
        })
        .collect();
    let configuration = "[limits]\nrun-seconds = 3\n\n[crates.allow]\nInflector = \"0.11\"\n";
    std::fs::write(folder.path().join("verify.toml"), configuration).unwrap();
    let output = escargot::CargoBuild::new()
        .package("verify")
        .bin("verify")
        .manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .run()
        .expect("the binary builds")
        .command()
        .current_dir(folder.path())
        .args(&names)
        .args(arguments)
        .args(["--report", "json=report.json", "--cache-dir"])
        .arg(Path::new(env!("CARGO_TARGET_TMPDIR")).join("golden"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    let report = std::fs::read_to_string(folder.path().join("report.json")).expect(&said);
    let report: Value = serde_json::from_str(&report).unwrap();
    let mut examples = report["examples"].as_array().unwrap().clone();
    for example in &mut examples {
        for stage in example["stages"].as_object_mut().unwrap().values_mut() {
            stage["duration_ms"] = 0.into();
            stage["cached"] = false.into();
        }
    }
    examples
}

#[track_caller]
fn assert_agreement(documents: &[PathBuf]) {
    let by_cargo = judged(documents, &["--no-cache", "--via-cargo"]);
    // The last takes what the one before found out.
    let ways: [&[&str]; 3] = [
        &["--no-cache", "--jobs", "1"],
        &["--no-cache", "--jobs", "4"],
        &["--jobs", "4"],
    ];
    for arguments in ways {
        let directly = judged(documents, arguments);
        assert_eq!(directly.len(), by_cargo.len());
        let pairs = directly.iter().zip(&by_cargo);
        let differing: Vec<String> = pairs
            .filter(|(one, other)| one != other)
            .map(|(one, other)| format!("{one:#}\nby cargo: {other:#}\n"))
            .collect();
        assert!(
            differing.is_empty(),
            "{arguments:?}\n{}",
            differing.concat()
        );
    }
}

#[test]
#[ignore = "minutes long: for the nightly run"]
fn the_golden_suite_is_judged_the_same_by_all_ways() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    assert_agreement(&documents(&folder));
}

#[test]
#[ignore = "minutes long, and of documents that are not part of the project"]
fn a_corpus_is_judged_the_same_by_all_ways() {
    if let Some(folder) = std::env::var_os("VERIFY_CORPUS") {
        assert_agreement(&documents(Path::new(&folder)));
    }
}
