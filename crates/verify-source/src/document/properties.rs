//! Properties of extraction: what was put into a document comes out of it, from its place.

mod generate;

use proptest::prelude::*;

use super::*;
use crate::block::Form;
use crate::line_index::LineIndex;
use generate::{Made, any_document, any_markdown};

/// What must hold of every fence of every text.
fn assert_sound(text: &str, extraction: &Extraction) {
    let mut last_start = 0;
    for fence in &extraction.fences {
        let opening = text.get(fence.range.clone());
        match fence.form {
            Form::Fenced => {
                let opens = |it: &str| it.starts_with("```") || it.starts_with("~~~");
                assert!(opening.is_some_and(opens), "{opening:?}");
            }
            Form::Indented => assert!(fence.info.is_empty() && !fence.code.trim().is_empty()),
        }
        assert!(fence.range.start >= last_start);
        last_start = fence.range.start;
        assert!(fence.line <= fence.end_line);
        assert!(fence.end_line <= LineIndex::new(text).line_count());
        assert!(fence.code.is_empty() || fence.code.ends_with('\n'));
        assert!(!fence.code.contains("\r\n"));
        assert!(fence.map.check(&fence.code, text));
        let mut covered = 0;
        for segment in fence.map.segments() {
            assert_eq!(segment.code.start, covered);
            covered = segment.code.end;
            assert!(segment.source.start >= fence.range.start);
        }
        assert_eq!(covered, fence.code.len());
    }
    let mut places = extraction.findings.iter().map(|it| (it.line, it.column));
    assert!(places.all(|(line, column)| line > Some(0) && column > Some(0)));
}

/// Bits of syntax, so that random texts are likely to be nearly something.
fn any_bits() -> impl Strategy<Value = String> {
    const BITS: [&str; 54] = [
        "```",
        "````",
        "~~~",
        "`",
        "rust",
        "rust,norun",
        "\n",
        "\n",
        "\n",
        "\r\n",
        "\r",
        "\t",
        " ",
        "  ",
        "    ",
        ">",
        "> ",
        "- ",
        "* ",
        "1. ",
        "a: |",
        "b: >",
        "c:",
        ": ",
        "|2-",
        "---",
        "---\n",
        "...",
        "+++\n",
        "\u{feff}",
        "é→",
        "<!--",
        "-->",
        "<div>",
        "[^1]:",
        "# ",
        "\"",
        "\0",
        "\\",
        "&x ",
        "? ",
        "=\n",
        "///",
        "//!",
        "/**",
        "*/",
        "#[doc = \"",
        "\"]",
        "r#\"",
        "\"#]",
        "<!-- verify: ",
        "skip",
        "name=a,",
        "continue",
    ];
    prop::collection::vec(prop::sample::select(&BITS[..]), 0..40).prop_map(|bits| bits.concat())
}

fn any_path() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["a.md", "a.yaml", "a.rs"])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn what_is_put_into_containers_comes_out_of_them(made in any_document()) {
        let Made { path, text, expected } = made;
        let extraction = extract(path, &text, &Options::default());
        assert_sound(&text, &extraction);
        let found: Vec<_> = extraction
            .fences
            .iter()
            .map(|it| (it.info.clone(), it.container.clone(), it.code.clone()))
            .collect();
        prop_assert_eq!(found, expected, "{}", text);
        for fence in &extraction.fences {
            prop_assert!(!fence.unterminated);
            // Each byte of a line of code lies in the line that it came from.
            let lines = LineIndex::new(&text);
            let mut at = 0;
            let mut last_line = fence.line;
            let on_one_line = fence.line == fence.end_line;
            for line in fence.code.split_inclusive('\n') {
                let place = fence.map.range_to_source(at..at + line.len()).unwrap();
                let number = lines.line(place.start);
                prop_assert!(number > last_line || on_one_line, "{}", text);
                last_line = number;
                at += line.len();
            }
            prop_assert!(fence.end_line > last_line || on_one_line);
        }
    }

    #[test]
    fn what_is_put_into_an_included_file_comes_out_of_it(
        made in any_markdown(),
        cuts in any::<(prop::sample::Index, prop::sample::Index)>(),
        file_has_returns in any::<bool>(),
    ) {
        let Made { path, text, expected } = made;
        // In the middle of a text it is a character like any other.
        let text = text.trim_start_matches(BYTE_ORDER_MARK);
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let start = cuts.0.index(lines.len());
        let end = start + 1 + cuts.1.index(lines.len() - start);
        let mut file = lines[start..end].concat();
        if file_has_returns {
            file = file.replace("\r\n", "\n").replace('\n', "\r\n");
        }
        let link = "{{#include b.md}}\n".to_owned();
        let text = lines[..start].concat() + &link + &lines[end..].concat();
        let read = |_: &str| Ok(file.clone());
        let chapter = Chapter { path: "a.md", edition: None, read: &read };
        let options = Options { chapter: Some(&chapter), ..Options::default() };
        let extraction = extract(path, &text, &options);
        let whole = extraction.inclusions.whole_text(&text);
        let count = LineIndex::new(&text).line_count();
        for fence in &extraction.fences {
            prop_assert!(fence.map.check(&fence.code, &whole));
            prop_assert!(fence.line <= fence.end_line && fence.end_line <= count);
        }
        let found: Vec<_> = extraction
            .fences
            .iter()
            .map(|it| (it.info.clone(), it.container.clone(), it.code.clone()))
            .collect();
        prop_assert_eq!(found, expected, "{}", whole);
    }

    #[test]
    fn any_text_is_extracted_without_a_fault_of_ours(text in any::<String>(), path in any_path()) {
        assert_sound(&text, &extract(path, &text, &Options::default()));
    }

    #[test]
    fn any_mixture_of_syntax_is_extracted_without_a_fault_of_ours(
        text in any_bits(),
        path in any_path(),
    ) {
        assert_sound(&text, &extract(path, &text, &Options::default()));
    }
}
