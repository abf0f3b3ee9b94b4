use std::collections::BTreeMap;

use super::expand::MAX_BYTES;
use super::*;
use crate::fault::Fault;
use crate::inclusion::Inclusions;
use crate::source_map::SourceMap;

struct Read {
    text: String,
    faults: Vec<Fault>,
    /// For each character, the file that it comes from and its line there.
    places: Vec<(String, usize)>,
}

/// Replaces the links of `src/a.md`; checks the map on the way.
fn read(document: &str, files: &[(&str, &str)]) -> Read {
    let files: BTreeMap<&str, &str> = files.iter().copied().collect();
    let read = |path: &str| {
        let text = files.get(path).copied();
        text.map(str::to_owned)
            .ok_or_else(|| "no such file".to_owned())
    };
    let chapter = Chapter {
        path: "src/a.md",
        edition: None,
        read: &read,
    };
    let mut inclusions = Inclusions::default();
    let map = SourceMap::verbatim(document.len(), 0);
    let expanded = expand(&chapter, document, &map, document.len(), &mut inclusions);
    let Some(expanded) = expanded else {
        return Read {
            text: document.to_owned(),
            faults: Vec::new(),
            places: Vec::new(),
        };
    };
    assert!(
        expanded
            .map
            .check(&expanded.text, &inclusions.whole_text(document))
    );
    let places = expanded.text.char_indices().map(|(at, _)| {
        let source = expanded.map.to_source(at).unwrap();
        let outer = inclusions.in_document(source);
        assert!(outer.end <= document.len());
        match inclusions.file_at(source) {
            Some((file, offset)) => (file.path.clone(), file.lines.line(offset)),
            None => (
                "a.md".to_owned(),
                document[..source].matches('\n').count() + 1,
            ),
        }
    });
    Read {
        places: places.collect(),
        text: expanded.text,
        faults: expanded.faults,
    }
}

fn text(document: &str, files: &[(&str, &str)]) -> String {
    let read = read(document, files);
    assert_eq!(read.faults, [], "{document}");
    read.text
}

const FILE: &str = "use a;\n// ANCHOR: x\nfn b() {}\n// ANCHOR_END: x\nfn c() {}\n";

#[test]
fn files_and_their_parts_replace_links() {
    let files = [("src/f.rs", FILE), ("listings/g.rs", "g\r\nh\r\n")];
    for (link, expected) in [
        ("{{#include f.rs:3}}", "fn b() {}"),
        ("{{#include f.rs:x}}", "fn b() {}"),
        ("{{#include ./../src/f.rs:5:}}", "fn c() {}"),
        ("{{#include ../listings/g.rs}}", "g\nh"),
        ("{{#include ../listings/g.rs:2:}}", "h"),
        (
            "{{#rustdoc_include f.rs:x}}",
            "# use a;\nfn b() {}\n# fn c() {}",
        ),
        ("{{#rustdoc_include ../listings/g.rs:2}}", "# g\nh"),
        (
            "{{#playground ../listings/g.rs editable}}",
            "```rust,editable\ng\nh\n```\n",
        ),
        ("{{#playpen ../listings/g.rs}}", "```rust\ng\nh\n```\n"),
        ("{{#title My book}}", ""),
        ("\\{{#include f.rs}}", "{{#include f.rs}}"),
    ] {
        let document = format!("ä {link}\n");
        assert_eq!(text(&document, &files), format!("ä {expected}\n"), "{link}");
    }
}

#[test]
fn included_files_include_others_relative_to_themselves() {
    let files = [
        ("src/one/f.md", "f\n{{#include two/g.md}}\n"),
        ("src/one/two/g.md", "g {{#include ../h.md}}"),
        ("src/one/h.md", "x\nh\n"),
    ];
    let read = read("a\n{{#include one/f.md}} b\n", &files);
    assert_eq!(read.text, "a\nf\ng x\nh b\n");
    let line_of = |char: &str| read.places[read.text.find(char).unwrap()].clone();
    assert_eq!(line_of("f"), ("src/one/f.md".to_owned(), 1));
    assert_eq!(line_of("g"), ("src/one/two/g.md".to_owned(), 1));
    assert_eq!(line_of("h"), ("src/one/h.md".to_owned(), 2));
    assert_eq!(line_of("b"), ("a.md".to_owned(), 2));
}

#[test]
fn what_cannot_be_included_is_an_error_and_stays_as_it_is() {
    let files = [("src/f.rs", FILE), ("src/loop.md", "{{#include loop.md}}")];
    for (link, message) in [
        ("{{#include none.rs}}", "no such file"),
        ("{{#include ../../etc/passwd}}", "leads out of the book"),
        ("{{#include /etc/passwd}}", "leads out of the book"),
        ("{{#include a\\b}}", "leads out of the book"),
        ("{{#include loop.md}}", "10 files"),
        ("{{#include f.rs:nowhere}}", "no anchor `nowhere`"),
    ] {
        let document = format!("a\n{link}\n");
        let read = read(&document, &files);
        assert_eq!(read.faults.len(), 1, "{link}");
        assert!(
            read.faults[0].message.contains(message),
            "{:?}",
            read.faults
        );
    }
    assert_eq!(
        read("{{#include none.rs}}", &files).text,
        "{{#include none.rs}}"
    );
}

#[test]
fn files_that_include_each_other_many_times_come_to_an_end() {
    let long = "x".repeat(MAX_BYTES / 16);
    let many = "{{#include a.md}}".repeat(40);
    let files = [("src/f.md", many.as_str()), ("src/a.md", long.as_str())];
    let read = read("{{#include f.md}}", &files);
    assert!(read.text.len() < MAX_BYTES * 2);
    assert!(
        read.faults[0]
            .message
            .contains("bytes were included before")
    );
}

#[test]
fn a_book_says_where_its_chapters_are_and_which_edition_they_are_in() {
    let book = Book::parse("[book]\nsrc = \"docs\"\n[rust]\nedition = \"2018\"\n").unwrap();
    assert_eq!(book.source, "docs");
    assert_eq!(book.edition, Some(Edition::E2018));
    let book = Book::parse("[book]\ntitle = \"a\"\n").unwrap();
    assert_eq!((book.source.as_str(), book.edition), ("src", None));
    assert!(Book::parse("[book\n").is_err());
}
