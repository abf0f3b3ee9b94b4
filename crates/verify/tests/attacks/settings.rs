//! Settings of tools that lie around the documents, which often are a stranger's, too.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;

use crate::harness::{Project, words};
use crate::tiers;

const DOCUMENT: &str = "```rust\nassert_eq!(itoa::Buffer::new().format(7), \"7\");\n```\n\n\
    ```rust\nassert_eq!(own::answer(), 42);\n```\n";
const MANIFEST: &str = "[package]\nname = \"own\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";
const CONFIG: &str = "[build]\nrustc-wrapper = \"@\"\nrustdoc = \"@\"\n\
    [target.'cfg(all())']\nrunner = \"@\"\nlinker = \"@\"\n\
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
            let program = project.path().join("program");
            let script = format!("#!/bin/sh\ntouch '{}'\nexec \"$@\"\n", mark.display());
            std::fs::write(&program, script).unwrap();
            std::fs::set_permissions(&program, Permissions::from_mode(0o755)).unwrap();
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
