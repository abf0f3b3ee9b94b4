//! What `ARCHITECTURE.md` promises of the whole repository, checked on its text.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The product code of a crate: its sources, without tests.
fn product_code(name: &str) -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    let mut folders = vec![root().join("crates").join(name).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                let product = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
                files.push((path, product.to_owned()));
            }
        }
    }
    let test_modules: Vec<String> = files
        .iter()
        .flat_map(|(_, text)| text.split("#[cfg(test)]\nmod ").skip(1))
        .filter_map(|rest| rest.split_once(';'))
        .map(|(module, _)| module.to_owned())
        .collect();
    files.retain(|(path, _)| {
        !path.iter().any(|part| {
            let part = part.to_string_lossy();
            let stem = part.strip_suffix(".rs").unwrap_or(&part);
            test_modules.iter().any(|module| module == stem)
        })
    });
    files
}

/// Fails with every place in `crates` outside `except` that holds one of `words`.
fn assert_absent(crates: &[&str], words: &[&str], except: &[&str]) {
    let mut found = Vec::new();
    for name in crates {
        let files = product_code(name);
        assert!(!files.is_empty(), "{name} has no sources");
        for (path, text) in files {
            let path = path.to_string_lossy().replace('\\', "/");
            if except.iter().any(|part| path.contains(part)) {
                continue;
            }
            for (number, line) in text.lines().enumerate() {
                let code = line.split("//").next().unwrap();
                // What a string says is not done here.
                let code: String = code.split('"').step_by(2).collect();
                // Nor are constants asked of anybody.
                let code = code.replace("std::env::consts", "");
                if words.iter().any(|word| code.contains(word)) {
                    found.push(format!("{path}:{}: {}", number + 1, line.trim()));
                }
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn the_pure_crates_neither_read_nor_write_nor_spawn() {
    assert_absent(
        &["verify-model", "verify-source", "verify-report"],
        &[
            "std::fs",
            "fs_err",
            "std::process",
            "std::net",
            "std::env",
            " File::",
            "Command::",
        ],
        &[],
    );
}

#[test]
fn only_supervision_starts_processes() {
    assert_absent(
        &["verify-engine", "verify"],
        &[".spawn()", ".output()?", ".status()?", "Command::exec"],
        &["verify-engine/src/process"],
    );
}

#[test]
fn only_the_program_prints() {
    assert_absent(
        &[
            "verify-model",
            "verify-source",
            "verify-engine",
            "verify-report",
        ],
        &["println!", "print!(", "io::stdout", "io::stderr", "dbg!"],
        &[],
    );
}

#[test]
fn every_path_that_the_architecture_names_is_there() {
    let text = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let mut named = 0;
    for quoted in text.split('`').skip(1).step_by(2) {
        let begins = ["crates/", "ci/", "docs/", "examples-cache/"];
        if begins.iter().any(|begin| quoted.starts_with(begin)) {
            named += 1;
            assert!(root().join(quoted).exists(), "{quoted}");
        }
    }
    assert!(named > 50, "only {named} paths are named");
}
