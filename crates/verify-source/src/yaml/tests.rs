use verify_model::Severity;

use super::*;

/// Path and text of every scalar; checks every map on the way.
fn scalars(text: &str) -> Vec<(String, String)> {
    let reading = read(text, 0..text.len());
    assert!(reading.error.is_none(), "{text:?} {:?}", reading.error);
    for scalar in &reading.scalars {
        assert!(scalar.map.check(&scalar.text, text), "{text:?}");
        let last = scalar.map.segments().last().map(|segment| segment.code.end);
        assert_eq!(last, Some(scalar.text.len()), "{text:?}");
    }
    reading
        .scalars
        .into_iter()
        .map(|scalar| (scalar.path, scalar.text))
        .collect()
}

fn assert_scalar(text: &str, path: &str, value: &str) {
    assert_eq!(
        scalars(text),
        [(path.to_owned(), value.to_owned())],
        "{text:?}"
    );
    let text = text.replace('\n', "\r\n");
    assert_eq!(
        scalars(&text),
        [(path.to_owned(), value.to_owned())],
        "{text:?}"
    );
}

#[test]
fn literal_scalars_are_read_with_every_indicator() {
    for (text, value) in [
        ("a: |\n  ```\n  b\n  ```\n", "```\nb\n```\n"),
        ("a: |\n  ```\n    b\n  ```\nc: 1\n", "```\n  b\n```\n"),
        ("a: |-\n  ```\n  b\n\n", "```\nb"),
        ("a: |+\n  ```\n\n  b\n\n\n", "```\n\nb\n\n\n"),
        ("a: |2\n    ```\n   b\n", "  ```\n b\n"),
        ("a: |2-\n    ```\n", "  ```"),
        ("a: |-2\n    ```\n", "  ```"),
        ("a: |  # why\n  ```\n", "```\n"),
        ("a: |\n\n\n  ```\n", "\n\n```\n"),
        ("a: |\n  ```", "```\n"),
        ("a: |-\n  ```", "```"),
        ("a: |\n ```\n \n  \n b\n", "```\n\n \nb\n"),
        ("a: !!str |\n  ```\n", "```\n"),
        ("a: &x |\n  ```\n", "```\n"),
        (
            "a: !t &x # why\n  # why\n  |2+ # why\n\n    ```\n",
            "\n  ```\n",
        ),
        ("a: |\n  !t ```\n", "!t ```\n"),
        ("a: |\n  ```\n# why\n", "```\n"),
    ] {
        assert_scalar(text, "a", value);
    }
}

#[test]
fn folded_scalars_are_read_as_yaml_joins_them() {
    for (text, value) in [
        ("a: >\n  b\n  c ```\n", "b c ```\n"),
        ("a: >\n  b\n\n  ```\n\n  c\n", "b\n```\nc\n"),
        ("a: >\n  b\n\n\n  ```\n", "b\n\n```\n"),
        ("a: >\n  b\n    ```\n    c\n  d\n", "b\n  ```\n  c\nd\n"),
        ("a: >-\n  b\n\n  ```\n\n", "b\n```"),
        ("a: >+\n  b\n\n  ```\n\n", "b\n```\n\n"),
        ("a: >\n\n  ```\n", "\n```\n"),
        ("a: >\n  b\n  \tc\n  ```\n", "b\n\tc\n```\n"),
    ] {
        assert_scalar(text, "a", value);
    }
}

#[test]
fn scalars_are_found_at_any_depth_and_named() {
    for (text, path) in [
        ("|\n  ```\n", ""),
        ("- |\n  ```\n", "[0]"),
        ("a:\n- b: 1\n- b: 2\n  c: |\n    ```\n", "a[1].c"),
        ("a: [1, 2]\nb: {c: d}\ne: |\n  ```\n", "e"),
        ("- - 1\n  - |\n    ```\n", "[0][1]"),
        ("'a b': |\n  ```\n", "\"a b\""),
        ("a: &x 1\nb: *x\nc:\nd: |\n  ```\n", "d"),
        ("? |\n  ```\n: 1\n", "?"),
        ("a: 1\n---\nb: |\n  ```\n", "#2 b"),
        ("ключ: |\n  ```\n", "ключ"),
    ] {
        assert_scalar(text, path, "```\n");
    }
}

#[test]
fn scalars_after_characters_of_several_bytes_are_in_their_place() {
    assert_scalar("a: äöü→\nb: |\n  ```ä\n  →\n", "b", "```ä\n→\n");
}

#[test]
fn scalars_without_a_fence_are_left_out() {
    assert_eq!(scalars("a: |\n  b\nc: d ``\n"), []);
}

#[test]
fn a_text_inside_a_document_has_the_documents_places() {
    let document = "---\na: |\n  ```\n---\n";
    let reading = read(document, 4..15);
    let scalar = &reading.scalars[0];
    assert!(scalar.map.check(&scalar.text, document));
    assert_eq!(scalar.range, 11..14);
}

#[test]
fn only_a_text_whose_documents_are_all_mappings_is_a_mapping() {
    for (text, expected) in [
        ("a: 1\n", true),
        ("a: 1\n---\nb: 1\n", true),
        ("- 1\n", false),
        ("a\n", false),
        ("a: 1\n---\n- 1\n", false),
        ("a: 1\n  b: 2\n", false),
        ("# a\n", false),
    ] {
        assert_eq!(read(text, 0..text.len()).is_mapping(), expected, "{text:?}");
    }
}

fn fault(text: &str) -> Option<(Severity, usize)> {
    let reading = read(text, 0..text.len());
    let faults = reading.faults.iter().chain(&reading.error);
    let mut faults = faults.map(|fault| (fault.severity, fault.offset));
    let first = faults.next();
    assert_eq!(faults.next(), None, "{text:?}");
    first
}

#[test]
fn a_fence_whose_lines_are_joined_is_a_fault() {
    assert_eq!(
        fault("a: >\n  ```rust\n  b\n  ```\n"),
        Some((Severity::Error, 7))
    );
    assert_eq!(
        fault("a: >\n  ```toml\n  b\n  ```\n"),
        Some((Severity::Warning, 7))
    );
    assert_eq!(fault("a: >\n  ```rust\n\n  b\n\n  ```\n"), None);
    assert_eq!(fault("a: |\n  ```rust\n  b\n  ```\n"), None);
}

#[test]
fn a_fence_in_a_quoted_scalar_is_a_fault() {
    assert_eq!(
        fault("a: \"b\\n```rust\\nc\"\n"),
        Some((Severity::Warning, 3))
    );
    assert_eq!(
        fault("a: b\n  ```rust\n  c\n  ```\n"),
        Some((Severity::Warning, 3))
    );
    assert_eq!(fault("a: \"use ``` here\"\n"), None);
}

#[test]
fn text_that_is_not_yaml_is_a_fault_and_what_stands_before_it_is_read() {
    let text = "a: |\n  ```\nb: }\nc: |\n  ```rust\n";
    let reading = read(text, 0..text.len());
    assert_eq!(reading.scalars.len(), 1);
    let error = reading.error.map(|error| error.severity);
    assert_eq!(error, Some(Severity::Error));
    let error = read("a: }\n", 0..5).error.map(|error| error.severity);
    assert_eq!(error, Some(Severity::Warning));
}
