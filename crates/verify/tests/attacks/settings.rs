//! Settings of tools that lie around the documents, which often are a stranger's, too.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::harness::{Project, words};
use crate::tiers;

const DOCUMENT: &str = "```rust\nassert_eq!(itoa::Buffer::new().format(7), \"7\");\n```\n\n\
    ```rust\nassert_eq!(own::answer(), 42);\n```\n";
const MANIFEST: &str = "[package]\nname = \"own\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";
const CONFIG: &str = "[build]\nrustc-wrapper = \"@\"\nrustdoc = \"@\"\n\
    [target.'cfg(all())']\nrunner = \"@\"\nlinker = \"@\"\n\
    [alias]\nclippy = \"none-such\"\n\
    [registry]\nglobal-credential-providers = [\"@\"]\n[http]\nproxy = \"nowhere.invalid:1\"\n";

#[test]
fn settings_of_strangers_start_nothing() {
    for (tier, way) in [
        ("A", &["--via-cargo"][..]),
        ("B", &[]),
        ("C", &["--via-cargo"]),
    ] {
        if tier == "C" || !tiers::refused(tier) {
            let project = Project::with_document(DOCUMENT)
                .file("verify.toml", "cache-dir = \"in/cache\"\n")
                .file("Cargo.toml", MANIFEST)
                .file("src/lib.rs", "pub fn answer() -> u32 { 42 }\n")
                .file("clippy.toml", "no-such-setting = true\n")
                .file(
                    "in/rust-toolchain.toml",
                    "[toolchain]\nchannel = \"none-such\"\n",
                );
            let mark = project.path().join("mark");
            let program = marking(&project);
            let config = CONFIG.replace('@', program.to_str().unwrap());
            let project = project.file(".cargo/config.toml", config);

            let fixed = ["--force-tier", tier, "--allow-unsandboxed"];
            let (ran, report) = project.report_with(&[&fixed, way].concat());
            let verdicts = words(&report["examples"], "verdict");
            let what = format!("{tier} {way:?}: {}{}", ran.stdout, ran.stderr);
            assert_eq!(verdicts, ["passes", "passes"], "{what}");
            for example in report["examples"].as_array().unwrap() {
                assert_eq!(example["stages"]["lint"]["status"], "passed", "{what}");
            }
            assert!(!mark.exists(), "ESCAPED: {what}");
        }
    }
}

/// A toolchain of a stranger, all of whose tools are `program`.
fn with_toolchain(project: Project, program: &Path) -> Project {
    let tools = project.path().join("tools/bin");
    std::fs::create_dir_all(&tools).unwrap();
    for tool in ["cargo", "cargo-clippy", "clippy-driver", "rustc", "rustdoc"] {
        std::os::unix::fs::symlink(program, tools.join(tool)).unwrap();
    }
    let path = tools.parent().unwrap().to_str().unwrap().to_owned();
    let file = format!("[toolchain]\npath = \"{path}\"\n");
    project
        .file("rust-toolchain.toml", &file)
        .file("docs/rust-toolchain", &file)
}

/// A shell script that leaves a mark wherever it is started.
fn marking(project: &Project) -> PathBuf {
    let program = project.path().join("program");
    let mark = project.path().join("mark");
    let script = format!("#!/bin/sh\ntouch '{}'\nexec \"$@\"\n", mark.display());
    std::fs::write(&program, script).unwrap();
    std::fs::set_permissions(&program, Permissions::from_mode(0o755)).unwrap();
    program
}

#[test]
fn a_toolchain_of_strangers_is_not_chosen() {
    let project = Project::new()
        .file("Cargo.toml", MANIFEST)
        .file("src/lib.rs", "pub fn answer() -> u32 { 42 }\n")
        .file("docs/doc.md", DOCUMENT)
        .file(
            "docs/.cargo/config.toml",
            "[alias]\nclippy = \"none-such\"\nmetadata = \"none-such\"\n",
        );
    let program = marking(&project);
    let project = with_toolchain(project, &program);
    let chosen = || {
        let mut rustc = Command::new("rustc");
        let rustc = rustc.arg("--version").current_dir(project.path());
        rustc.env_remove("RUSTUP_TOOLCHAIN").output().unwrap();
        std::fs::remove_file(project.path().join("mark")).is_ok()
    };
    if !chosen() {
        println!("skipped: there is no rustup here that could choose");
        return;
    }
    for way in [&[][..], &["--via-cargo"]] {
        // In the folder of the document, and in the one above it.
        for (folder, document) in [("docs", "doc.md"), ("", "docs/doc.md")] {
            let fixed = [
                document,
                "--cache-dir",
                "cache",
                "--report",
                "json=report.json",
                "--deny-lint",
                "clippy::unwrap_used",
            ];
            let directory = project.path().join(folder);
            let mut verify = project.command(&[&fixed, way].concat());
            verify.current_dir(&directory);
            for name in ["RUSTUP_TOOLCHAIN", "CARGO"] {
                verify.env_remove(name);
            }
            let output = verify.output().unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(
                !project.path().join("mark").exists(),
                "ESCAPED: {way:?} in `{folder}`: {said}"
            );
            let text = std::fs::read_to_string(directory.join("report.json"))
                .unwrap_or_else(|_| panic!("no report: {said}"));
            let report: serde_json::Value = serde_json::from_str(&text).unwrap();
            let verdicts = words(&report["examples"], "verdict");
            assert_eq!(verdicts, ["passes", "passes"], "{way:?}: {said}");
            let lint = &report["examples"][1]["stages"]["lint"]["status"];
            assert_eq!(lint, "passed", "{way:?}: {said}");
        }
    }
}
