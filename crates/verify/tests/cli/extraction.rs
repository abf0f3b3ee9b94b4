//! What documents hold, whatever they are: listed, with what became of it.

use crate::harness::Project;

/// The listing of `paths`, everything included.
fn list_all(project: &Project, paths: &[&str]) -> (Option<i32>, String) {
    let ran = project.verify(&[&["list", "--all"], paths].concat());
    (ran.code, format!("{}{}", ran.stdout, ran.stderr))
}

#[test]
fn every_block_is_listed_with_what_became_of_it() {
    let project = Project::with_document(
        "```rust,ignore\na\n```\n\n    b\n\n```rust linenos\nc\n```\n\n```\nd\n```\n\n<!-- verify: name=e, skip=\"too slow\" -->\n```rust\n```\n",
    );
    let (code, text) = list_all(&project, &["doc.md"]);
    let expected = "doc.md:1  #1  rust,ignore  skipped: the info string says `ignore`
doc.md:5  no example: indented code
doc.md:7  #2  rust linenos
doc.md:7  note: unknown word `linenos` in the info string has no effect
doc.md:11  no example: no language
doc.md:16  #e  rust  skipped: too slow
doc.md:16  warning: this Rust block is empty: fill it, or give it another language
3 Rust examples, 2 other fences, 1 unknown word in 1 document
";
    assert_eq!(text, expected);
    assert_eq!(code, Some(0));
}

#[test]
fn a_document_with_a_wrong_directive_fails() {
    let project = Project::with_document("<!-- verify: skp -->\n```rust\nfn main() {}\n```\n");
    let (code, text) = list_all(&project, &["doc.md"]);
    assert!(
        text.contains("doc.md:1  error: unknown directive `skp`"),
        "{text}"
    );
    assert_eq!(code, Some(1));
}

#[test]
fn blocks_without_a_language_are_judged_when_the_configuration_says_so() {
    let project = Project::with_document("```\na\n```\n").file(
        "verify.toml",
        "cache-dir = \"cache\"\nuntagged = \"rust\"\n",
    );
    let (_, text) = list_all(&project, &["doc.md"]);
    assert!(
        text.starts_with("doc.md:1  #1  (no language)\n1 Rust example, "),
        "{text}"
    );
}

#[test]
fn rust_files_are_read_when_they_are_named() {
    let project = Project::new()
        .file(
            "a/b.rs",
            "/// ```\n/// assert!(true);\n/// ```\npub fn f() {}\n",
        )
        .file("a/c.md", "```rust\nfn main() {}\n```\n");
    let (_, text) = list_all(&project, &["a"]);
    assert!(
        text.starts_with("a/c.md:1  #1  rust\n1 Rust example, "),
        "{text}"
    );
    let (_, text) = list_all(&project, &["a/b.rs"]);
    assert!(
        text.starts_with("a/b.rs:1  #1  (no language)  (in doc comment)\n"),
        "{text}"
    );
}

#[test]
fn a_book_s_chapters_include_files() {
    let project = Project::new()
        .file("book/book.toml", "[rust]\nedition = \"2018\"\n")
        .file(
            "book/code/a.rs",
            "// ANCHOR: main\nfn main() {}\n// ANCHOR_END: main\n",
        )
        .file(
            "book/src/a.md",
            "```rust\n{{#include ../code/a.rs:main}}\n```\n",
        )
        .file(
            "book/src/b.md",
            "```rust\n{{#include ../../verify.toml}}\n```\n",
        )
        .file("c.md", "```rust\n{{#include ../code/a.rs}}\n```\n");
    let ran = project.verify(&["list", "--format", "json", "book/src/a.md"]);
    assert_eq!(ran.code, Some(0));
    let list: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    // printf 'fn main() {}\n' | sha256sum
    let digest = "536e506bb90914c243a12b397b9a998f85ae2cbd9ba02dfd03a9e155ca5ca0f4";
    assert_eq!(list["examples"][0]["sha256"], digest);
    let (code, text) = list_all(&project, &["book"]);
    let message = "book/src/b.md:2  error: `../../verify.toml` is not included: it leads out of";
    assert!(text.contains(message), "{text}");
    assert_eq!(code, Some(1));
}

#[test]
fn a_large_document_is_refused_unless_it_is_allowed() {
    const BYTES: u64 = 64 * 1024 * 1024 + 1;
    let project = Project::with_document("");
    let file = std::fs::File::options()
        .write(true)
        .open(project.path().join("doc.md"));
    // A file of nothing but NUL bytes takes no space.
    file.unwrap().set_len(BYTES).unwrap();
    let (code, text) = list_all(&project, &["doc.md"]);
    assert_eq!(code, Some(1));
    assert!(text.contains("Use --allow-large"), "{text}");
    let (code, text) = list_all(&project, &["doc.md", "--allow-large"]);
    assert_eq!(code, Some(4), "{text}");
    assert!(!text.contains("error"), "{text}");
}

#[test]
fn hidden_lines_and_directives_take_part_in_the_verdict() {
    let project = Project::with_document(
        "```rust\n# fn hidden() -> u8 { 1 }\nassert_eq!(hidden(), 1);\n```\n\n<!-- verify: continue -->\n```rust\nassert_eq!(hidden(), 2 - 1);\n```\n\n<!-- verify: expect=E0308 -->\n```rust\nlet a: u8 = \"\";\n```\n",
    );
    assert_eq!(project.verdicts(), ["passes", "passes", "passes"]);
}

#[test]
fn an_error_in_an_included_file_is_shown_where_it_stands() {
    let project = Project::new()
        .file("book.toml", "")
        .file("code/a.rs", "fn main() {\n    let a: u8 = \"\";\n}\n")
        .file(
            "src/a.md",
            "# A\n\n```rust\n{{#include ../code/a.rs}}\n```\n",
        );
    let ran = project.verify(&["src/a.md", "--report", "json=report.json"]);
    assert!(
        ran.stdout
            .contains("src/a.md:4:1 (code/a.rs:2:17)  error[E0308]"),
        "{}",
        ran.stdout
    );
    let text = std::fs::read_to_string(project.path().join("report.json")).unwrap();
    let report: serde_json::Value = serde_json::from_str(&text).unwrap();
    let included = &report["examples"][0]["causes"][0]["included"];
    assert_eq!(included["path"], "code/a.rs");
    assert_eq!(
        (&included["line"], &included["column"]),
        (&2.into(), &17.into())
    );
}
