use std::time::Duration;

use verify_model::{Expectation, IncludedPlace, Severity};

use super::*;
use crate::block::sha256_hex;
use crate::book::Chapter;
use crate::document::Untagged;

fn read(path: &str, text: &str, options: &Options<'_>) -> Examined {
    let examined = examine(path, text.to_owned(), options);
    for example in &examined.examples {
        let whole = example.document.inclusions.whole_text(text);
        assert!(example.map.check(&example.code, &whole), "{text}");
    }
    examined
}

fn examples(text: &str) -> Vec<Example> {
    let examined = read("a.md", text, &Options::default());
    assert_eq!(examined.report.findings, [], "{text}");
    examined.examples
}

fn findings(text: &str) -> Vec<(Severity, Option<usize>, String)> {
    let report = read("a.md", text, &Options::default()).report;
    let findings = report.findings.into_iter();
    findings
        .map(|it| (it.severity, it.line, it.message))
        .collect()
}

fn only_error(text: &str) -> (usize, String) {
    let mut found = findings(text);
    assert_eq!(found.len(), 1, "{found:?}");
    let (severity, line, message) = found.remove(0);
    assert_eq!(severity, Severity::Error, "{message}");
    (line.unwrap(), message)
}

/// Line and column of where `needle`, which stands once in the code, lies in the document.
fn place(example: &Example, needle: &str) -> (usize, usize) {
    assert_eq!(example.code.matches(needle).count(), 1, "{needle}");
    let position = example.position(example.code.find(needle).unwrap());
    position.map(|it| (it.line, it.column)).unwrap()
}

#[test]
fn hidden_lines_are_compiled_and_their_places_kept() {
    let text = "- ```rust\n  # use a::B;\n  ##[derive(Debug)]\n  struct C;\n  #\n  ```\n";
    let example = &examples(text)[0];
    assert_eq!(example.code, "use a::B;\n#[derive(Debug)]\nstruct C;\n\n");
    assert_eq!(place(example, "use"), (2, 5));
    assert_eq!(place(example, "[derive"), (3, 5));
    assert_eq!(place(example, "struct"), (4, 3));
    // The digest is that of the block as the document has it.
    let shown = "# use a::B;\n##[derive(Debug)]\nstruct C;\n#\n";
    assert_eq!(example.listed.sha256, sha256_hex(shown));
}

#[test]
fn a_manifest_in_front_keeps_its_comments() {
    let text = "```rust\n# Cargo.toml\n[dependencies]\nrand = \"0.9\"\n\n#[test]\nfn f() {}\n```\n";
    let example = &examples(text)[0];
    assert!(example.code.starts_with("# Cargo.toml\n[dependencies]"));
    let manifest = example.manifest.as_ref().unwrap();
    assert_eq!(manifest.dependencies[0].key, "rand");
}

#[test]
fn strings_of_markdown_keep_lines_that_look_hidden() {
    let code = "let s = r#\"\n# a\n\"#;\n";
    let markdown = format!("```rust\n{code}```\n");
    assert_eq!(examples(&markdown)[0].code, code);
    let comment = format!("/// {}", markdown.trim_end().replace('\n', "\n/// "));
    let comment = format!("{comment}\nfn f() {{}}\n");
    let in_rustdoc = read("a.rs", &comment, &Options::default());
    assert_eq!(in_rustdoc.examples[0].code, "let s = r#\"\na\n\"#;\n");
}

#[test]
fn directives_above_a_fence_are_obeyed() {
    let text = "<!-- verify: name=server, deps=\"axum 0.8\", timeout=30s, edition=2018 -->\n\n```rust\na\n```\n\n> <!-- verify: skip=\"needs a network\" -->\n> <!-- another tool's -->\n> ```rust,no_run\n> b\n> ```\n\n<!-- verify:\n  expect=E0382 -->\n```rust\nc\n```\n";
    let found = examples(text);
    let ids: Vec<&str> = found.iter().map(|it| it.listed.id.as_str()).collect();
    assert_eq!(ids, ["a.md#server", "a.md#2", "a.md#3"]);
    assert_eq!(found[0].directive_dependencies[0].package, "axum");
    assert_eq!(found[0].timeout, Some(Duration::from_secs(30)));
    assert_eq!(found[0].edition, Some(Edition::E2018));
    assert_eq!(found[1].skip.as_deref(), Some("needs a network"));
    assert_eq!(found[1].expectation, Expectation::Compile);
    let codes = vec!["E0382".to_owned()];
    assert_eq!(found[2].expectation, Expectation::CompileFail { codes });
}

#[test]
fn wrong_directives_are_errors_where_they_stand() {
    let (line, message) = only_error("- <!-- verify: norun -->\n  ```rust\n  a\n  ```\n");
    assert_eq!(line, 1);
    assert!(message.contains("did you mean `no_run`"), "{message}");
    for (text, line) in [
        ("<!-- verify: skip -->\n\ntext\n\n```rust\na\n```\n", 1),
        ("a\n\n<!-- verify: skip -->\n", 3),
        ("<!-- verify: skip -->\n- ```rust\n  a\n  ```\n", 1),
        ("<!-- verify: skip -->\n# b\n```rust\na\n```\n", 1),
        ("a <!-- verify: skip -->\n```rust\na\n```\n", 1),
        ("<!-- verify: skip --> b\n```rust\na\n```\n", 1),
        ("<div>\n<!-- verify: skip -->\n\n```rust\na\n```\n", 2),
        (
            "<!-- verify: name=b -->\n```rust\na\n```\n<!-- verify: name=b -->\n```rust\na\n```\n",
            6,
        ),
        ("<!-- verify: continue -->\n```rust\na\n```\n", 2),
        ("<!-- verify: continue=b -->\n```rust\na\n```\n", 2),
    ] {
        assert_eq!(only_error(text).0, line, "{text:?}");
    }
}

#[test]
fn directives_above_another_language_are_a_warning() {
    let found = findings("<!-- verify: skip -->\n```toml\na = 1\n```\n");
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].0, found[0].1), (Severity::Warning, Some(1)));
}

#[test]
fn a_continued_example_stands_behind_the_one_before() {
    let text = "```rust\n#![allow(unused)]\nuse a::B;\n```\n\n> <!-- verify: continue -->\n> ```rust\n> #![feature(x)]\n> fn c() {}\n> ```\n\n<!-- verify: continue -->\n```rust\nfn d() {}\n```\n";
    let found = examples(text);
    assert_eq!(
        found[1].code,
        "#![allow(unused)]\n#![feature(x)]\nuse a::B;\nfn c() {}\n"
    );
    assert_eq!(place(&found[1], "use a"), (3, 1));
    assert_eq!(place(&found[1], "#![feature"), (8, 3));
    assert_eq!(place(&found[1], "fn c"), (9, 3));
    assert!(found[2].code.ends_with("use a::B;\nfn c() {}\nfn d() {}\n"));
    assert_eq!(place(&found[2], "fn c"), (9, 3));
    assert_eq!(found[1].listed.line, 7);
    assert_eq!(
        found[1].listed.sha256,
        sha256_hex("#![feature(x)]\nfn c() {}\n")
    );
}

#[test]
fn an_earlier_example_is_continued_by_its_name() {
    let text = "<!-- verify: name=one -->\n```rust\nfn a() {}\n```\n```rust\nfn b() {}\n```\n<!-- verify: continue=one, name=two -->\n```rust\nfn c() {}\n```\n";
    let found = examples(text);
    assert_eq!(found[2].code, "fn a() {}\nfn c() {}\n");
    assert_eq!(found[2].listed.id.as_str(), "a.md#two");
}

#[test]
fn manifests_of_continued_examples_are_one() {
    let text = "```rust\n[dependencies]\nrand = \"0.8\"\nlog = \"0.4\"\n\nfn a() {}\n```\n<!-- verify: continue -->\n```rust\n[dependencies]\nrand = \"0.9\"\n\nfn b() {}\n```\n";
    let example = &examples(text)[1];
    let manifest = example.manifest.as_ref().unwrap();
    let stated: Vec<_> = manifest
        .dependencies
        .iter()
        .map(|it| {
            (
                it.key.as_str(),
                it.requirement.as_deref(),
                &example.code[it.place.clone()],
            )
        })
        .collect();
    let expected = [
        ("log", Some("0.4"), "log = \"0.4\""),
        ("rand", Some("0.9"), "rand = \"0.9\""),
    ];
    assert_eq!(stated, expected);
    let rust = &example.code[example.rust.clone()];
    assert_eq!(
        rust.split_whitespace().collect::<Vec<_>>().join(" "),
        "fn a() {} fn b() {}"
    );
}

#[test]
fn an_example_behind_filled_code_continues_what_the_document_shows() {
    let text = "```rust\nfn a() { ... }\n```\n<!-- verify: continue -->\n```rust\nfn b() {}\n```\n";
    let found = examples(text);
    assert_eq!(found[0].filled.len(), 1);
    assert_eq!(found[1].filled.len(), 1);
    assert_eq!(place(&found[1], "fn b"), (6, 1));
}

#[test]
fn the_machine_decides_about_ignored_targets() {
    let text = "```rust,ignore-windows\na\n```\n```rust,ignore\nb\n```\n";
    let skips = |target| {
        let options = Options {
            target,
            ..Options::default()
        };
        let found = read("a.md", text, &options).examples.into_iter();
        found.map(|it| it.skip).collect::<Vec<_>>()
    };
    let ignored = Some("the info string says `ignore`".to_owned());
    assert_eq!(skips("x86_64-unknown-linux-gnu"), [None, ignored.clone()]);
    let windows = "the info string says `ignore-windows`, and this is x86_64-pc-windows-msvc";
    let expected = [Some(windows.to_owned()), ignored];
    assert_eq!(skips("x86_64-pc-windows-msvc"), expected);
}

#[test]
fn code_without_a_language_is_judged_on_request_and_in_doc_comments() {
    let text = "```\na\n```\n\n    b\n\n```should_panic\nc\n```\n\n```text\nd\n```\n";
    let codes = |path: &str, text: &str, untagged| {
        let options = Options {
            untagged,
            ..Options::default()
        };
        let found = read(path, text, &options).examples.into_iter();
        found.map(|it| it.code).collect::<Vec<_>>().concat()
    };
    assert_eq!(codes("a.md", text, Untagged::Unknown), "");
    assert_eq!(codes("a.md", text, Untagged::Rust), "a\nb\nc\n");
    let comment = format!("//! {}", text.trim_end().replace('\n', "\n//! "));
    assert_eq!(codes("a.rs", &comment, Untagged::Unknown), "a\nb\nc\n");
}

#[test]
fn other_blocks_are_listed_with_what_they_are() {
    let text = "    a\n\n```toml\n```\n\n```\n```\n";
    let report = read("a.md", text, &Options::default()).report;
    let found: Vec<_> = report
        .other_fences
        .iter()
        .map(|it| (it.line, it.end_line, it.reason.as_str()))
        .collect();
    let expected = [
        (1, 1, "indented code"),
        (3, 4, "language `toml`"),
        (6, 7, "no language"),
    ];
    assert_eq!(found, expected);
}

#[test]
fn unknown_words_are_counted_and_each_is_told_once() {
    let text = "```rust,linenos\na\n```\n```rust linenos norun\nb\n```\n```toml x\n```\n";
    let report = read("a.md", text, &Options::default()).report;
    assert_eq!(report.unknown_words, 3);
    let found: Vec<_> = report
        .findings
        .iter()
        .map(|it| (it.severity, it.line, it.column))
        .collect();
    let expected = [
        (Severity::Note, Some(1), Some(9)),
        (Severity::Error, Some(4), Some(17)),
    ];
    assert_eq!(found, expected);
    assert!(
        report.findings[0]
            .message
            .ends_with("here and 1 times more")
    );
}

#[test]
fn a_chapter_says_where_included_code_stands() {
    let files = |path: &str| match path {
        "listings/f.rs" => Ok("use a;\nfn b() {}\n".to_owned()),
        "src/part.md" => Ok("x\n\n```rust\nfn c() {}\n```\n".to_owned()),
        _ => Err("no such file".to_owned()),
    };
    let chapter = Chapter {
        path: "src/a.md",
        edition: Some(Edition::E2018),
        read: &files,
    };
    let options = Options {
        chapter: Some(&chapter),
        ..Options::default()
    };
    let text = "# ä\n\n```rust\n{{#rustdoc_include ../listings/f.rs:2}}\nfn d() {}\n```\n\n{{#include part.md}}\n\n```rust,edition2021\nfn e() {}\n```\n";
    let examined = read("book/src/a.md", text, &options);
    assert_eq!(examined.report.findings, []);
    let found = examined.examples;
    assert_eq!(found[0].code, "use a;\nfn b() {}\nfn d() {}\n");
    assert_eq!(place(&found[0], "fn d"), (5, 1));
    // In the document, included code stands where it is included.
    assert_eq!(place(&found[0], "fn b"), (4, 1));
    let IncludedPlace { path, position } = found[0].included_place(10).unwrap();
    assert_eq!(
        (path.as_str(), position.line, position.column),
        ("listings/f.rs", 2, 4)
    );
    assert_eq!((found[1].listed.line, found[1].listed.end_line), (8, 8));
    let IncludedPlace { path, position } = found[1].included_place(0).unwrap();
    assert_eq!((path.as_str(), position.line), ("src/part.md", 4));
    let span = found[0].span(7..27).unwrap();
    assert_eq!((span.start.line, span.end.line), (4, 6));
    assert_eq!(span.included.unwrap().position.to_string(), "2:1");
    let editions: Vec<_> = found.iter().map(|it| it.edition).collect();
    let expected = [Edition::E2018, Edition::E2018, Edition::E2021].map(Some);
    assert_eq!(editions, expected);
}

#[test]
fn a_playground_link_is_an_example() {
    let files = |_: &str| Ok("fn main() {}\n".to_owned());
    let chapter = Chapter {
        path: "src/a.md",
        edition: None,
        read: &files,
    };
    let options = Options {
        chapter: Some(&chapter),
        ..Options::default()
    };
    let found = read("a.md", "a\n\n{{#playground f.rs editable}}\n", &options).examples;
    assert_eq!(found[0].code, "fn main() {}\n");
    assert_eq!(
        (found[0].listed.line, found[0].listed.info.as_str()),
        (3, "rust,editable")
    );
}

#[test]
fn crates_that_take_minutes_to_build_are_named_anywhere_in_a_document() {
    let heavy = |prose: &str| {
        let text = format!("{prose}\n\n```rust\nstruct Health(u32);\n```\n");
        let named = crate::neighbours::Neighbours::of(&examples(&text)).heavy;
        named.into_iter().collect::<Vec<_>>()
    };
    assert_eq!(heavy("A game with Bevy."), ["bevy"]);
    assert_eq!(heavy("Entities of **SeaORM** (`sea-orm`)"), ["sea_orm"]);
    assert_eq!(heavy("See <https://example.org/polars/>."), ["polars"]);
    for prose in ["A bevybird flew.", "Components and queries", "Tokio"] {
        assert!(heavy(prose).is_empty(), "{prose}");
    }
}
