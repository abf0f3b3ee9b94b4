use super::*;

fn fences(text: &str) -> Vec<MarkdownFence> {
    let mut found = Vec::new();
    super::read(text, |fence| found.push(fence));
    found
}

/// The code and the container of every fence; checks every map on the way.
fn read(text: &str) -> Vec<(String, String)> {
    let fences = fences(text);
    for fence in &fences {
        assert!(fence.map.check(&fence.code, text), "{text:?}");
        assert!(text.get(fence.range.clone()).is_some(), "{text:?}");
    }
    fences
        .into_iter()
        .map(|fence| (fence.code, fence.container))
        .collect()
}

fn assert_code(text: &str, code: &str) {
    let found: Vec<String> = read(text).into_iter().map(|(code, _)| code).collect();
    assert_eq!(found, [code], "{text:?}");
}

#[test]
fn fences_of_every_form_are_found() {
    for text in [
        "```rust\na\n```\n",
        "~~~rust\na\n~~~\n",
        "````rust\na\n````\n",
        "```rust\na\n``````\n",
        "  ```rust\n  a\n  ```\n",
        "  ```rust\na\n ```\n",
        "```rust\na\n```   \n",
        "text\n```rust\na\n```\ntext\n",
        "```rust\r\na\r\n```\r\n",
        "```rust\na\n```",
        "```rust\na",
        "```rust\na\n",
        "| a |\n|---|\n| b |\n```rust\na\n```\n",
        "# heading\n```rust\na\n```\n",
        "<br>\n\n```rust\na\n```\n",
    ] {
        assert_code(text, "a\n");
    }
}

#[test]
fn text_that_is_no_fence_is_not_found() {
    for text in [
        "",
        "``rust\na\n``\n",
        "``` a ``` b\n",
        "\\```rust\na\n",
        "`a`\n",
    ] {
        assert_eq!(read(text), [], "{text:?}");
    }
}

#[test]
fn fences_inside_a_longer_fence_and_in_doc_comments_are_code() {
    assert_code("````rust\n```\na\n```\n````\n", "```\na\n```\n");
    assert_code("~~~rust\n```rust\na\n```\n~~~\n", "```rust\na\n```\n");
    let code = "/// ```\n/// a\n/// ```\nfn a() {}\n";
    assert_code(&format!("```rust\n{code}```\n"), code);
}

#[test]
fn containers_are_named_and_their_indentation_is_removed() {
    for (text, container, code) in [
        ("- ```rust\n  a\n    b\n  ```\n", "list", "a\n  b\n"),
        ("1.  ```rust\n    a\n    ```\n", "list", "a\n"),
        ("- x\n\n  ```rust\n  a\n\n  b\n  ```\n", "list", "a\n\nb\n"),
        ("- x\n  ```rust\n  a\n  ```\n", "list", "a\n"),
        (
            "- x\n  - y\n    ```rust\n    a\n    ```\n",
            "list > list",
            "a\n",
        ),
        (
            "> ```rust\n> a\n>  b\n>\n>c\n> ```\n",
            "quote",
            "a\n b\n\nc\n",
        ),
        ("> - ```rust\n>   a\n>   ```\n", "quote > list", "a\n"),
        ("- > ```rust\n  > a\n  > ```\n", "list > quote", "a\n"),
        ("> > ```rust\n> > a\n> > ```\n", "quote > quote", "a\n"),
        (
            "[^1]: x\n\n    ```rust\n    a\n    ```\n",
            "footnote",
            "a\n",
        ),
        ("> [!NOTE]\n> ```rust\n> a\n> ```\n", "quote", "a\n"),
    ] {
        let expected = (code.to_owned(), container.to_owned());
        assert_eq!(read(text), [expected], "{text:?}");
        let with_returns = text.replace('\n', "\r\n");
        assert_eq!(read(&with_returns)[0].0, code, "{with_returns:?}");
    }
}

#[test]
fn tabs_indent_to_the_next_multiple_of_four() {
    for (text, code) in [
        ("- x\n\n\t```rust\n\ta\n\t```\n", "a\n"),
        ("- ```rust\n\ta\n  ```\n", "  a\n"),
        ("- ```rust\n\t\ta\n  ```\n", "  \ta\n"),
        ("1. x\n\n   ```rust\n\ta\n   ```\n", " a\n"),
        ("> ```rust\n>\ta\n> ```\n", "  a\n"),
        ("```rust\n\ta\n```\n", "\ta\n"),
    ] {
        assert_code(text, code);
    }
}

#[test]
fn the_rest_of_a_split_tab_maps_to_the_tab() {
    let text = "- ```rust\n\tab\n  ```\n";
    let fence = &fences(text)[0];
    assert_eq!(fence.code, "  ab\n");
    assert_eq!(fence.map.range_to_source(0..2), Some(10..11));
    assert_eq!(fence.map.range_to_source(2..4), Some(11..13));
}

#[test]
fn a_fence_that_is_never_closed_ends_with_what_it_stands_in() {
    for (text, code, range) in [
        ("```rust\na\n", "a\n", 0..9),
        ("```rust\na\r\n", "a\n", 0..9),
        ("```rust", "", 0..7),
        ("> ```rust\n> a\n\nb\n", "a\n", 2..13),
        ("- ```rust\n  a\nb\n", "a\n", 2..13),
        ("```rust\na\n~~~\n", "a\n~~~\n", 0..13),
        ("````rust\na\n```\n", "a\n```\n", 0..14),
    ] {
        let found = &fences(text)[0];
        assert!(found.unterminated, "{text:?}");
        assert_eq!(
            (found.code.as_str(), &found.range),
            (code, &range),
            "{text:?}"
        );
    }
    for text in ["```rust\n```", "> ```\n> ```\n", "- ~~~\n  ~~~\nb"] {
        assert!(!fences(text)[0].unterminated, "{text:?}");
    }
}

#[test]
fn the_range_goes_from_the_fence_to_the_end_of_the_closing_line() {
    for (text, expected) in [
        ("x\n\n  ```rust\na\n  ```  \ny\n", "```rust\na\n  ```  "),
        ("> ~~~ rs\r\n> a\r\n> ~~~\r\n", "~~~ rs\r\n> a\r\n> ~~~"),
    ] {
        assert_eq!(&text[fences(text)[0].range.clone()], expected);
    }
}

#[test]
fn the_info_string_is_raw_and_trimmed() {
    for (text, expected) in [
        ("```  rust,ignore  \na\n```\n", "rust,ignore"),
        ("~~~rust `a` ~~~\na\n~~~\n", "rust `a` ~~~"),
        ("```a&amp;b\\_c\r\n```\r\n", "a&amp;b\\_c"),
        ("```\n```\n", ""),
        ("````", ""),
    ] {
        assert_eq!(&text[fences(text)[0].info.clone()], expected, "{text:?}");
    }
}

#[test]
fn every_fence_knows_the_headings_above_it() {
    let text = "# A `b`\n\n## C\n```\n```\n## D\n### E\n```\n```\n# F\n```\n```\n";
    let found: Vec<String> = fences(text).iter().map(|f| f.headings.join("/")).collect();
    assert_eq!(found, ["A b/C", "A b/D/E", "F"]);
}

#[test]
fn a_long_heading_is_cut() {
    let text = format!("# {}\n```\n```\n", "é".repeat(500));
    let heading = &fences(&text)[0].headings[0];
    assert_eq!(heading.len(), 200);
}

#[test]
fn fences_in_html_are_found_and_marked() {
    for (text, standing, code) in [
        ("<div>\n```rust\na\n```\n</div>\n", Standing::Html, "a\n"),
        (
            "<!--\n```rust\na\n\nb\n```\n-->\n",
            Standing::Comment,
            "a\n\nb\n",
        ),
        ("> <div>\n> ```rust\n> a\n> ```\n", Standing::Html, "a\n"),
        ("<div>\r\n```rust\r\na\r\n```\r\n", Standing::Html, "a\n"),
        (
            "<div>\n\n```rust\na\n```\n\n</div>\n",
            Standing::Code,
            "a\n",
        ),
    ] {
        assert_code(text, code);
        let found = &fences(text)[0];
        assert_eq!(found.standing, standing, "{text:?}");
        assert_eq!(&text[found.info.clone()], "rust");
        assert!(!found.unterminated);
        assert!(text[found.range.clone()].ends_with("```"), "{text:?}");
    }
}

#[test]
fn a_fence_that_html_ends_too_early_is_two() {
    let found: Vec<(Standing, bool)> = fences("<details>\n```rust\na\n\nb\n```\n")
        .iter()
        .map(|fence| (fence.standing, fence.unterminated))
        .collect();
    assert_eq!(found, [(Standing::Html, true), (Standing::Code, true)]);
}
