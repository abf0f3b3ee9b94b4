//! Arbitrary bytes as a document: extraction neither fails nor loses a place.

#![no_main]

use libfuzzer_sys::fuzz_target;
use verify_source::book::Chapter;
use verify_source::document::{Extraction, Options, Untagged, extract};

/// Divides a chapter from the file that it includes.
const DIVIDER: &str = "\u{1f}";

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    for path in ["a.md", "a.yaml", "a.rs"] {
        let extraction = extract(path, &text, &Options::default());
        assert_sound(&text, &text, &extraction);
    }
    let (text, file) = text.split_once(DIVIDER).unwrap_or((&text, ""));
    let read = |path: &str| {
        if path == "f" {
            Ok(file.to_owned())
        } else {
            Err("no such file".to_owned())
        }
    };
    let chapter = Chapter {
        path: "a.md",
        edition: None,
        read: &read,
    };
    let options = Options {
        untagged: Untagged::Rust,
        target: "x86_64-unknown-linux-gnu",
        chapter: Some(&chapter),
        ..Options::default()
    };
    let extraction = extract("a.md", text, &options);
    let whole = extraction.inclusions.whole_text(text);
    assert_sound(text, &whole, &extraction);
});

/// `whole` is the document's text and that of what it includes.
fn assert_sound(text: &str, whole: &str, extraction: &Extraction) {
    let lines = extraction.lines.line_count();
    for fence in &extraction.fences {
        assert!(fence.map.check(&fence.code, whole));
        let mut covered = 0;
        for segment in fence.map.segments() {
            assert_eq!(segment.code.start, covered);
            covered = segment.code.end;
        }
        assert_eq!(covered, fence.code.len());
        assert!(fence.code.is_empty() || fence.code.ends_with('\n'));
        assert!(text.get(fence.range.clone()).is_some());
        assert!(1 <= fence.line && fence.line <= fence.end_line && fence.end_line <= lines);
    }
    for finding in &extraction.findings {
        assert!(finding.line.is_some_and(|line| 1 <= line && line <= lines));
        assert!(finding.column.is_some_and(|column| 1 <= column));
    }
}
