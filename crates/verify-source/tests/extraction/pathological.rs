//! Documents that are made to hurt: they neither overflow the stack nor take quadratic time.

use std::time::{Duration, Instant};

use verify_source::document::{Options, extract};

/// Far more than a linear reading of these texts takes in an unoptimised build, far less than a
/// quadratic one.
const PATIENCE: Duration = Duration::from_secs(20);

/// The lines of so many numbers.
fn numbered(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(line).collect()
}

fn assert_bearable(name: &str, path: &str, text: &str) {
    let start = Instant::now();
    let fences = extract(path, text, &Options::default()).fences;
    assert!(
        fences
            .iter()
            .all(|fence| fence.map.check(&fence.code, text))
    );
    assert!(start.elapsed() < PATIENCE, "{name}: {:?}", start.elapsed());
}

/// So many bytes that what is quadratic takes hours.
const BYTES: usize = 1 << 20;

#[test]
fn documents_that_are_made_to_hurt_are_read() {
    let repeated = |text: &str| text.repeat(BYTES / text.len());
    for (name, text) in [
        ("backticks", repeated("`")),
        ("runs of backticks", repeated("``` ` ")),
        ("opened fences", repeated("```a\n~~~b\n")),
        ("fences", repeated("```rust\n```\n")),
        ("quotes", repeated("> ")),
        ("lists", repeated("- ")),
        (
            "lists below each other",
            numbered(700, |n| format!("{}- a\n", "  ".repeat(n))),
        ),
        ("brackets", repeated("[")),
        ("stars", repeated("*a_")),
        ("html", repeated("<div>\n")),
        ("comments", repeated("<!-- verify: skip -->\n")),
        ("opened comments", repeated("<!-- a\n\n")),
        ("comments that are never closed", repeated("<!--")),
        ("links of books", repeated("{{#include a}}")),
        ("opened braces", repeated("{{")),
        ("returns", repeated("\r")),
        ("tabs", repeated("-\t")),
        ("nul", repeated("\0")),
        ("keys", format!("a: |\n  ```\n{}", repeated("a: b\n"))),
        ("line of a fence", format!("```{}\n```\n", repeated("a"))),
        (
            "words of a fence",
            format!("```rust {}\n```\n", repeated("a ")),
        ),
        (
            "footnotes",
            numbered(20_000, |n| {
                format!("[^{n}]: a\n\n    ```\n    b\n    ```\n")
            }),
        ),
        ("headings", repeated("# a\n```\n```\n")),
    ] {
        assert_bearable(name, "a.md", &text);
    }
}

#[test]
fn yaml_that_is_made_to_hurt_is_read() {
    let repeated = |text: &str| text.repeat(BYTES / 8 / text.len());
    for (name, text) in [
        ("scalars", repeated("- |\n  ```rust\n  a\n  ```\n")),
        (
            "keys",
            numbered(3000, |n| format!("a{n}: |\n  ```rust\n  a\n  ```\n")),
        ),
        (
            "flow",
            format!("a: {}\nb: |\n  ```\n  ```\n", "[".repeat(5000)),
        ),
        (
            "nesting",
            numbered(300, |n| format!("{}a:\n", " ".repeat(n))) + "```",
        ),
        ("returns", format!("a: |\n  ```\n{}", repeated("  \r"))),
        (
            "a long scalar",
            format!("a: |\n{}", repeated("  ```rust\n  ä\n  ```\n")),
        ),
    ] {
        assert_bearable(name, "a.yaml", &text);
    }
}

#[test]
fn rust_that_is_made_to_hurt_is_read() {
    let repeated = |text: &str| text.repeat(BYTES / 2 / text.len());
    for (name, text) in [
        ("comments", repeated("/// ```\n/// a\n/// ```\n")),
        ("items", repeated("/// ```\n/// a\n/// ```\nfn f() {}\n")),
        ("attributes", repeated("#[doc = \"a\\n```\"]\n")),
        ("opened attributes", repeated("#[doc = ")),
        ("block comments", repeated("/** a\n")),
        ("nested comments", repeated("/*")),
        ("quotes", repeated("\"'")),
        ("raw strings", format!("r{}", repeated("#"))),
    ] {
        assert_bearable(name, "a.rs", &text);
    }
}
