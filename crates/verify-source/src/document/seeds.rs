//! Real documents, where they are at hand: they are data beside the repository, not part of it.

use std::path::{Path, PathBuf};

use super::*;

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus")
}

/// Checks that no line is lost and that every map is right.
fn assert_sound(path: &Path, text: &str, extraction: &Extraction) {
    for fence in &extraction.fences {
        let place = format!("{}:{}", path.display(), fence.line);
        assert!(fence.map.check(&fence.code, text), "{place}");
        assert_eq!(
            fence.map.segments().last().map_or(0, |s| s.code.end),
            fence.code.len(),
            "{place}"
        );
        let opening = text[fence.range.clone()].lines().next().unwrap();
        assert!(opening.ends_with(&fence.info), "{place}");
        let lines = fence.end_line - fence.line - usize::from(!fence.unterminated);
        assert_eq!(fence.code.lines().count(), lines, "{place}");
        for (code_line, number) in fence.code.lines().zip(fence.line + 1..) {
            let document_line = text.lines().nth(number - 1).unwrap();
            assert!(document_line.ends_with(code_line), "{place}+{number}");
        }
    }
}

#[test]
fn the_seed_documents_hold_51_examples_whose_maps_are_right() {
    let expected = [
        ("000-core-rust-pro.md", 2),
        ("001-rust-pro.md", 11),
        ("002-backend-rust.md", 29),
        ("003-rust-pro.md", 4),
        ("004-rust-expert.md", 5),
    ];
    for (name, examples) in expected {
        let path = corpus().join("seeds").join(name);
        let Ok(text) = std::fs::read_to_string(&path) else {
            continue;
        };
        let extraction = extract(name, &text, &Options::default());
        let found = extraction.fences.iter().filter(|fence| fence.is_example());
        assert_eq!(found.count(), examples, "{name}");
        assert_sound(&path, &text, &extraction);
    }
}

#[test]
fn the_seed_that_is_yaml_as_a_whole_names_its_scalars() {
    let Ok(text) = std::fs::read_to_string(corpus().join("seeds/003-rust-pro.md")) else {
        return;
    };
    let extraction = extract("003-rust-pro.md", &text, &Options::default());
    assert_eq!(extraction.host, Host::Yaml);
    let examples: Vec<(usize, &str)> = extraction
        .fences
        .iter()
        .filter(|fence| fence.is_example())
        .map(|fence| (fence.line, fence.container.as_str()))
        .collect();
    let expected = [
        (117, "yaml examples[1].content"),
        (436, "yaml examples[3].content"),
        (800, "yaml examples[5].content"),
        (1234, "yaml examples[5].content"),
    ];
    assert_eq!(examples, expected);
}

fn documents(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            documents(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            found.push(path);
        }
    }
}

#[test]
fn every_public_document_at_hand_is_extracted_soundly() {
    let mut paths = Vec::new();
    documents(&corpus().join("public"), &mut paths);
    for path in paths {
        let text = std::fs::read_to_string(&path).unwrap();
        let extraction = extract(path.to_str().unwrap(), &text, &Options::default());
        assert_sound(&path, &text, &extraction);
    }
}
