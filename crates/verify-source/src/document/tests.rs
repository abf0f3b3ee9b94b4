use verify_model::Severity;

use super::*;
use crate::block::FenceKind;

/// Line, container and code of every example; checks every map on the way.
fn examples(path: &str, text: &str) -> Vec<(usize, String, String)> {
    let extraction = extract(path, text, &Options::default());
    for fence in &extraction.fences {
        assert!(fence.map.check(&fence.code, text), "{text:?}");
        assert!(
            text[fence.range.clone()].starts_with(['`', '~']),
            "{text:?}"
        );
    }
    let fences = extraction.fences.into_iter();
    let examples = fences.filter(Fence::is_example);
    examples
        .map(|it| (it.line, it.container, it.code))
        .collect()
}

/// Severity, line, column and message of every finding.
fn findings(path: &str, text: &str) -> Vec<(Severity, usize, usize, String)> {
    let place = |it: &Finding| (it.line.unwrap_or_default(), it.column.unwrap_or_default());
    let findings = extract(path, text, &Options::default())
        .findings
        .into_iter();
    findings
        .map(|it| (it.severity, place(&it).0, place(&it).1, it.message))
        .collect()
}

fn assert_finding(text: &str, severity: Severity, place: (usize, usize), message: &str) {
    let found = findings("a.md", text);
    assert_eq!(found.len(), 1, "{found:?}");
    let (found_severity, line, column, found_message) = &found[0];
    assert_eq!(
        (*found_severity, (*line, *column)),
        (severity, place),
        "{text:?}"
    );
    assert!(found_message.contains(message), "{found_message}");
}

fn example(line: usize, container: &str, code: &str) -> (usize, String, String) {
    (line, container.to_owned(), code.to_owned())
}

#[test]
fn a_byte_order_mark_hides_nothing() {
    let text = "\u{feff}```rust\na\n```\n";
    assert_eq!(examples("a.md", text), [example(1, "", "a\n")]);
    assert_eq!(
        extract("a.md", text, &Options::default()).fences[0].range,
        3..16
    );
    let text = "\u{feff}a: |\n  ```rust\n  a\n  ```\n";
    assert_eq!(examples("a.yaml", text), [example(2, "yaml a", "a\n")]);
    let text = "\u{feff}---\na: 1\n---\n```rust\na\n```\n";
    assert_eq!(examples("a.md", text), [example(4, "", "a\n")]);
}

#[test]
fn fences_that_stand_further_in_are_found_where_they_are_meant() {
    let notes = "Words.\n\n!!! note\n    ```rust\n    a\n    ```\n\n=== \"Rust\"\n\n    ```rs\n    b {\n        c\n    ```\n\nWords.\n\n    ```rust\n    d\n    ```\n";
    let in_notes = [example(4, "", "a\n"), example(10, "", "b {\n    c\n")];
    assert_eq!(examples("a.md", notes), in_notes);
    let tabs = "<Tab>\n    ```rust\n    a\n\n    b\n    ```\n</Tab>\n\n- one\n\n    ```rust\n    c\n    ```\n\n<!-- verify: name=d -->\n\n    ```rust\n    d\n    ```\n";
    let in_tabs = [
        example(2, "", "a\n\nb\n"),
        example(11, "list", "c\n"),
        example(17, "", "d\n"),
    ];
    assert_eq!(examples("a.mdx", tabs), in_tabs);
    let plain = extract("a.md", tabs, &Options::default()).fences;
    let plain: Vec<usize> = plain
        .iter()
        .filter(|it| it.is_example())
        .map(|it| it.line)
        .collect();
    assert_eq!(plain, [11]);
}

#[test]
fn every_fence_is_listed_with_what_it_is() {
    let text =
        "```rs\n```\n```\n```\n```toml\n```\n```ignore\n```\n<p>\n```rust\n```\n\n<!--\n```\n-->\n";
    let kinds: Vec<String> = extract("a.md", text, &Options::default())
        .fences
        .iter()
        .map(|fence| match &fence.kind {
            FenceKind::Example => "example".to_owned(),
            FenceKind::Other { reason } => reason.clone(),
        })
        .collect();
    let expected = [
        "example",
        "no language",
        "language `toml`",
        "no language",
        "inside an HTML block",
        "inside an HTML comment",
    ];
    assert_eq!(kinds, expected);
}

#[test]
fn the_last_line_is_the_closing_fence_or_the_last_one_there_is() {
    for (text, end_line) in [
        ("```rust\na\n```\n", 3),
        ("```rust\r\na\r\n```\r\n", 3),
        ("```rust\na\n", 2),
        ("```rust\na\n\n\n", 4),
        ("```rust", 1),
        ("> ```rust\n> a\n\nb\n", 2),
        ("- ```rust\n  a\n\nb\n", 3),
    ] {
        assert_eq!(
            extract("a.md", text, &Options::default()).fences[0].end_line,
            end_line,
            "{text:?}"
        );
    }
}

#[test]
fn a_lone_carriage_return_ends_a_line_of_markdown_and_not_of_the_document() {
    for (text, code) in [
        ("```rust\ra\r```\r", "a\n"),
        ("```rust\r> a\r b", "> a\n b\n"),
        ("```rust\r\na\rb\r\n```\r\n", "a\nb\n"),
        ("```rust\na\r\r\n```\n", "a\n\n"),
        ("```rust\n\ra", "\na\n"),
        ("```rust\na\r", "a\n"),
    ] {
        assert_eq!(examples("a.md", text), [example(1, "", code)], "{text:?}");
    }
    assert_eq!(
        extract("a.md", "a\r```rust\rb", &Options::default()).fences[0].line,
        1
    );
}

#[test]
fn yaml_files_are_known_by_their_extension() {
    let text = "a:\n  - b: |\n      - ```rust\n        a\n        ```\n";
    for path in ["a.yaml", "a.yml", "a/b.YML"] {
        assert_eq!(
            examples(path, text),
            [example(3, "yaml a[0].b > list", "a\n")]
        );
        assert_eq!(extract(path, text, &Options::default()).host, Host::Yaml);
    }
}

#[test]
fn front_matter_is_looked_into_and_is_not_markdown() {
    let text = "---\na: |\n  ```rust\n  a\n  ```\n---\n\n```rust\nb\n```\n";
    let expected = [example(3, "front matter a", "a\n"), example(8, "", "b\n")];
    assert_eq!(examples("a.md", text), expected);
    let text = "+++\na = 1\n+++\n```rust\nb\n```\n";
    assert_eq!(examples("a.md", text), [example(4, "", "b\n")]);
}

#[test]
fn a_body_that_is_yaml_as_a_whole_is_read_as_yaml() {
    let body = "a: |\n  b\n\n  ```rust\n  c\n  ```\nd:\n  - e: |\n      b\n\n      ```rust\n      f\n      ```\n";
    for (front, lines) in [("", 0), ("---\nx: 1\n---\n", 3), ("---\n", 1)] {
        let text = format!("{front}{body}");
        let expected = [
            example(lines + 4, "yaml a", "c\n"),
            example(lines + 11, "yaml d[0].e", "f\n"),
        ];
        assert_eq!(examples("a.md", &text), expected);
        assert_eq!(extract("a.md", &text, &Options::default()).host, Host::Yaml);
    }
}

#[test]
fn markdown_that_happens_to_be_yaml_loses_no_fence() {
    for (text, line) in [
        ("Note: this\n\n```rust\na\n```\n", 3),
        ("a: |\n  b\nc: d\n  ```rust\n  a\n  ```\n", 4),
        ("---\n\n```rust\na\n```\n\n---\n", 3),
        ("---\na: b: c\n```rust\na\n```\n---\n", 3),
        ("+++\n```rust\na\n```\n+++\n", 2),
    ] {
        assert_eq!(
            examples("a.md", text),
            [example(line, "", "a\n")],
            "{text:?}"
        );
        assert_eq!(
            extract("a.md", text, &Options::default()).host,
            Host::Markdown
        );
    }
}

#[test]
fn a_body_that_is_yaml_is_markdown_when_a_fence_stands_outside_its_block_scalars() {
    let text = "a: |\n  ```rust\n  b\n  ```\nc: d\n  ```rust\n  e\n  ```\n";
    let expected = [example(2, "", "b\n"), example(6, "", "e\n")];
    assert_eq!(examples("a.md", text), expected);
}

#[test]
fn a_fence_in_toml_front_matter_is_a_warning() {
    let text = "+++\na = \"\"\"\n```rust\n\"\"\"\n+++\n";
    assert_finding(text, Severity::Warning, (1, 1), "TOML front matter");
    assert_eq!(findings("a.md", "+++\na = \"use ```\"\n+++\n"), []);
}

#[test]
fn a_mistyped_word_is_an_error_where_it_stands() {
    use Severity::Error;
    let text = "> - ```rust, norun\n>   a\n>   ```\n";
    assert_finding(text, Error, (1, 14), "did you mean `no_run`?");
    assert_eq!(examples("a.md", text).len(), 1);
    let text = "---\nä: |\n  ```rust,should_pannic\n  a\n  ```\n---\n";
    assert_finding(text, Error, (3, 11), "did you mean `should_panic`?");
}

#[test]
fn a_fence_that_is_never_closed_is_a_warning() {
    assert_finding(
        "a\n\n ```rust\nb\n",
        Severity::Warning,
        (3, 2),
        "never closed",
    );
}

#[test]
fn a_fence_that_begins_inside_another_one_is_a_warning() {
    let text = "```markdown\n  ```rust\n  a\n```\n";
    assert_finding(text, Severity::Warning, (2, 3), "```rust");
    for text in [
        "````markdown\n```rust\na\n```\n````\n",
        "~~~markdown\n```rust\n~~~\n",
        "````\n```\n````\n",
    ] {
        assert_eq!(findings("a.md", text), [], "{text:?}");
    }
}

#[test]
fn a_rust_fence_in_html_is_a_warning_unless_it_is_commented_out() {
    let text = "<div>\n```rust\na\n```\n</div>\n";
    assert_finding(text, Severity::Warning, (2, 1), "HTML block");
    assert_eq!(findings("a.md", "<!--\n```rust\na\n```\n-->\n"), []);
    assert_eq!(findings("a.md", "<div>\n```toml\na\n```\n</div>\n"), []);
}

#[test]
fn yaml_that_breaks_off_is_a_finding_at_its_place() {
    let text = "a: |\n  ```rust\n  a\n  ```\nb: }\nc: |\n  ```rust\n  ```\n";
    let found = findings("a.yaml", text);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].0, found[0].1), (Severity::Error, 5));
    assert_eq!(examples("a.yaml", text).len(), 1);
}

#[test]
fn a_yaml_file_without_fences_is_not_judged_as_yaml() {
    assert_eq!(findings("a.yaml", "a: }\n"), []);
}

#[test]
fn findings_stand_in_document_order() {
    let text = "```rust,norun\n```\n\n```markdown\n```rust\n```\n\n```rust,ignroe\n```\n";
    let lines: Vec<usize> = findings("a.md", text).iter().map(|it| it.1).collect();
    assert_eq!(lines, [1, 5, 8]);
}
