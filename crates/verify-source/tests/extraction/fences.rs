//! Our own table of what is a fence and what is not, case by case.

use verify_source::document::{Options, extract};

/// The code of every code block, `[…]` around each.
fn codes(markdown: &str) -> String {
    let fences = extract("a.md", markdown, &Options::default()).fences;
    let codes = fences.iter().map(|fence| {
        assert!(fence.map.check(&fence.code, markdown), "{markdown:?}");
        format!("[{}]", fence.code.replace('\n', "/"))
    });
    codes.collect()
}

#[test]
fn opening_fences() {
    for (markdown, expected) in [
        ("```\na\n```", "[a/]"),
        ("~~~\na\n~~~", "[a/]"),
        ("``\na\n``", ""),
        ("`````\na\n`````", "[a/]"),
        (" ```\na\n```", "[a/]"),
        ("   ```\n   a\n```", "[a/]"),
        ("    ```\n    a\n    ```", "[```/a/```/]"),
        ("\t```\n", "[```/]"),
        ("a\n    ```\nb", ""),
        ("```a`b\nc\n```", "[]"),
        ("``` `\nc", ""),
        ("~~~a`b~\nc\n~~~", "[c/]"),
        ("a\n```\nb\n```\nc", "[b/]"),
        ("# a\n```\nb\n```\n---", "[b/]"),
        ("\\```\na", ""),
        ("```", "[]"),
        ("```\n", "[]"),
        ("```\n\n", "[/]"),
    ] {
        assert_eq!(codes(markdown), expected, "{markdown:?}");
    }
}

#[test]
fn closing_fences() {
    for (markdown, expected) in [
        ("```\na\n~~~\n```", "[a/~~~/]"),
        ("~~~\na\n```\n~~~", "[a/```/]"),
        ("````\na\n```\n````", "[a/```/]"),
        ("```\na\n`````", "[a/]"),
        ("```\na\n  ```  \nb", "[a/]"),
        ("```\na\n    ```\n", "[a/    ```/]"),
        ("```\na\n``` b\n```", "[a/``` b/]"),
        ("```\na\n\n  \n```", "[a//  /]"),
        ("```\na", "[a/]"),
        ("> ```\n> a\n\nb", "[a/]"),
        ("> ```\na\n```", "[][]"),
        ("- ```\n  a\n b", "[a/]"),
        ("- a\n\n  ```\n  b\n\n\n  c\n  ```", "[b///c/]"),
    ] {
        assert_eq!(codes(markdown), expected, "{markdown:?}");
    }
}

#[test]
fn indentation_of_the_fence_is_removed_from_the_code() {
    for (markdown, expected) in [
        (" ```\n a\n  b\nc\n```", "[a/ b/c/]"),
        ("   ```\n   a\n     b\n  c\n   ```", "[a/  b/c/]"),
        ("  ```\n\ta\n  ```", "[  a/]"),
    ] {
        assert_eq!(codes(markdown), expected, "{markdown:?}");
    }
}

#[test]
fn characters_that_mean_nothing_to_markdown_are_code() {
    for code in [
        "\0",
        "\u{1b}[0m",
        "\u{feff}",
        "\u{2028}",
        "é\u{301}",
        "\u{c}",
        "\u{b}",
    ] {
        let markdown = format!("```rust\n{code}\n```\n");
        assert_eq!(codes(&markdown), format!("[{code}/]"), "{markdown:?}");
    }
}
