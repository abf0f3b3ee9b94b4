//! What a package of the user's own plants where well-known packages are built.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::harness::{Project, words};
use crate::{TIERS, tiers};

const PLAIN: &str = "```rust\nassert_eq!(itoa::Buffer::new().format(7), \"7\");\n```\n";

/// An example that gives the macro, and its doctests, their chance as well.
const HOSTILE: &str = r#"```rust
/// Adds.
///
/// ```
/// hostile_macros::hostile!();
/// @TAMPER@
/// fn main() {
///     tamper();
///     assert_eq!(itoa::Buffer::new().format(hostile::answer()), "42");
/// }
/// ```
pub fn add() {
    hostile_macros::hostile!();
    assert_eq!(itoa::Buffer::new().format(hostile::answer()), "42");
}
```
"#;

/// Writes over every file that it is told of, removes it, and plants another in its place. In a
/// compiler, it is also told of all files by the arguments.
const TAMPER: &str = r#"
fn tamper() {
    let mut paths: Vec<std::path::PathBuf> = vec![@PATHS@];
    for argument in std::env::args() {
        let path = argument.rsplit('=').next().unwrap().to_owned();
        if path.contains("libitoa") {
            paths.push(path.into());
        }
    }
    let own = std::env::temp_dir();
    for path in paths {
        let linked = own.join("linked");
        let _ = std::fs::hard_link(&path, &linked);
        for path in [&path, &linked] {
            let file = std::fs::OpenOptions::new().write(true).open(path);
            assert!(file.is_err(), "ESCAPED: opened {}", path.display());
        }
        let beside = path.with_file_name("libitoa-0.rlib");
        let is_ours = path.to_string_lossy().contains("/tree-");
        if !is_ours {
            assert!(std::fs::write(&beside, "planted").is_err(), "ESCAPED: planted it");
            assert!(std::fs::remove_file(&path).is_err(), "ESCAPED: removed it");
        }
    }
}
"#;

const MACRO: &str = "#[proc_macro]\n\
    pub fn hostile(_: proc_macro::TokenStream) -> proc_macro::TokenStream {\n    \
    tamper();\n    Default::default()\n}\n";

fn package(name: &str, more: &str) -> String {
    format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n{more}")
}

/// Every file below `folder` with its content; links with where they lead.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(
                std::fs::read_dir(&path)
                    .unwrap()
                    .map(|it| it.unwrap().path()),
            );
        } else {
            let content = std::fs::read(&path).unwrap();
            found.insert(path, content);
        }
    }
    found
}

#[test]
fn a_package_of_ones_own_cannot_plant_anything_for_others() {
    for tier in TIERS {
        if tiers::refused(tier) {
            continue;
        }
        let project = Project::with_document(PLAIN);
        let verdicts = |arguments: &[&str]| {
            let fixed = ["--force-tier", tier, "--report", "json=report.json"];
            let ran = project.verify(&[arguments, &fixed].concat());
            let text = std::fs::read_to_string(project.path().join("report.json"))
                .unwrap_or_else(|_| panic!("no report: {}{}", ran.stdout, ran.stderr));
            assert!(!text.contains("ESCAPED"), "{tier}: {}", ran.stdout);
            let report: serde_json::Value = serde_json::from_str(&text).unwrap();
            (words(&report["examples"], "verdict"), ran.stdout)
        };
        let (before, said) = verdicts(&["doc.md"]);
        assert_eq!(before, ["passes"], "{tier}: {said}");

        let shared = project.path().join("cache/target/shared");
        let built = files(&shared);
        let is_library = |it: &&PathBuf| it.to_string_lossy().contains("itoa");
        let paths = built.keys().filter(is_library);
        let paths: Vec<String> = paths.map(|it| format!("{it:?}.into()")).collect();
        assert!(paths.len() > 3, "{paths:?}");
        let tamper = TAMPER.replace("@PATHS@", &paths.join(", "));
        let document = HOSTILE.replace("@TAMPER@", &tamper.replace('\n', "\n/// "));
        let files_of_package = [
            (
                "own/Cargo.toml",
                package(
                    "hostile",
                    "[workspace]\nmembers = [\"macros\"]\n\
                [dependencies]\nhostile-macros = { path = \"macros\" }\n",
                ),
            ),
            (
                "own/src/lib.rs",
                "hostile_macros::hostile!();\npub fn answer() -> u32 { 42 }\n".into(),
            ),
            (
                "own/build.rs",
                format!("{tamper}\nfn main() {{ tamper(); }}\n"),
            ),
            (
                "own/macros/Cargo.toml",
                package("hostile-macros", "[lib]\nproc-macro = true\n"),
            ),
            ("own/macros/src/lib.rs", format!("{tamper}\n{MACRO}")),
            ("own/README.md", document),
        ];
        for (name, content) in files_of_package {
            let path = project.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, content).unwrap();
        }
        for way in [&[][..], &["--via-cargo"]] {
            let (verdicts, said) = verdicts(&[&["own/README.md", "doc.md"], way].concat());
            assert_eq!(verdicts, ["passes", "passes"], "{tier} {way:?}: {said}");
            assert!(
                files(&shared) == built,
                "{tier} {way:?}: something was planted"
            );
            std::fs::remove_dir_all(project.path().join("cache/outcomes")).unwrap();
        }
        let (after, said) = verdicts(&["doc.md"]);
        assert_eq!(after, ["passes"], "{tier}: {said}");
    }
}
