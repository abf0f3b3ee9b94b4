//! Hidden lines: code that is compiled and that rustdoc and mdBook do not show.

use std::ops::Range;

use crate::lex::{Kind, tokens};
use crate::source_map::{SourceMap, SourceMapBuilder};

/// Which lines of a block are hidden, besides those that begin with `# `.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rules<'a> {
    /// mdBook's `hidelines=`: lines that begin with this are hidden as well.
    pub prefix: Option<&'a str>,
    /// What is done with lines inside a string.
    pub strings: Strings,
}

/// What is done with lines inside a string that look hidden.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Strings {
    /// They are text: who shows the document knows nothing of hidden lines.
    #[default]
    Keep,
    /// They are hidden: rustdoc and mdBook do not read the code.
    Hide,
}

/// The code with its hidden lines as they are compiled, and the map from it to `code`; `None`
/// when no line has to change. Lines before the byte `from` stay as they are.
///
/// As in rustdoc: a line whose first characters are `# ` is compiled without them, a lone `#` is
/// an empty line, and `##` stands for one `#` that is not meant to hide anything.
pub(crate) fn reveal(code: &str, from: usize, rules: Rules<'_>) -> Option<(String, SourceMap)> {
    let mut strings = Vec::new();
    let mut changes = changes(code, from, rules).peekable();
    changes.peek()?;
    if rules.strings == Strings::Keep {
        strings = strings_of_lines(code, from);
    }
    let is_text = |at: usize| {
        let before = strings.partition_point(|it: &Range<usize>| it.end <= at);
        strings.get(before).is_some_and(|it| it.start < at)
    };
    let mut text = String::with_capacity(code.len());
    let mut map = SourceMapBuilder::new();
    let mut copied = 0;
    let mut copy = |range: Range<usize>| {
        map.verbatim(range.len(), range.start);
        text.push_str(&code[range]);
    };
    for Change { line_start, cut } in changes {
        if !is_text(line_start) {
            for cut in cut {
                copy(copied..cut.start);
                copied = cut.end;
            }
        }
    }
    if copied == 0 {
        return None;
    }
    copy(copied..code.len());
    Some((text, map.finish()))
}

/// A line that is not compiled as it is written.
struct Change {
    line_start: usize,
    /// What is left out of it, at its start and at its end.
    cut: [Range<usize>; 2],
}

fn changes<'a>(code: &'a str, from: usize, rules: Rules<'a>) -> impl Iterator<Item = Change> {
    let mut next = from;
    code[from..].split_inclusive('\n').filter_map(move |line| {
        let line_start = next;
        next += line.len();
        let line = line.strip_suffix('\n').unwrap_or(line);
        let cut = cut(line, rules.prefix)?;
        let cut = cut.map(|range| line_start + range.start..line_start + range.end);
        Some(Change { line_start, cut })
    })
}

/// What is left out of a line, if anything is.
fn cut(line: &str, prefix: Option<&str>) -> Option<[Range<usize>; 2]> {
    let trimmed = line.trim_start();
    let start = line.len() - trimmed.len();
    let trimmed = trimmed.trim_end();
    let end = start + trimmed.len();
    if trimmed.starts_with("##") {
        return Some([start..start + 1, line.len()..line.len()]);
    }
    let mark = match prefix {
        _ if trimmed == "#" => 1,
        _ if trimmed.starts_with("# ") => 2,
        Some(prefix) if !prefix.is_empty() && trimmed.starts_with(prefix) => prefix.len(),
        _ => return None,
    };
    Some([0..start + mark, end..line.len()])
}

/// The strings that go over several lines. A string that nothing ends is none: then it is not
/// clear what is.
fn strings_of_lines(code: &str, from: usize) -> Vec<Range<usize>> {
    tokens(&code[from..])
        .into_iter()
        .filter(|token| token.kind == Kind::Literal)
        .map(|token| from + token.range.start..from + token.range.end)
        .filter(|range| code[range.clone()].contains('\n') && range.end < code.len())
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const RUSTDOC: Rules<'_> = Rules {
        prefix: None,
        strings: Strings::Hide,
    };

    fn revealed(code: &str, rules: Rules<'_>) -> Option<String> {
        let (text, map) = reveal(code, 0, rules)?;
        assert!(map.check(&text, code), "{code:?}");
        Some(text)
    }

    #[test]
    fn hidden_lines_are_compiled_without_their_mark() {
        let code = "# use a::B;\n#\n  # let x = 1; \nlet y = 2;\n#\t\n";
        let expected = "use a::B;\n\nlet x = 1;\nlet y = 2;\n\n";
        assert_eq!(revealed(code, RUSTDOC).as_deref(), Some(expected));
    }

    #[test]
    fn two_signs_stand_for_one_that_is_shown() {
        let code = "  ##[derive(Debug)]\n## a ##\n##\n";
        let expected = "  #[derive(Debug)]\n# a ##\n#\n";
        assert_eq!(revealed(code, RUSTDOC).as_deref(), Some(expected));
    }

    #[test]
    fn attributes_and_signs_inside_a_line_hide_nothing() {
        for code in [
            "#[derive(Debug)]\nstruct A;\n",
            "#![no_std]\n",
            "let a = 1; # b\n",
            "#a\n",
            "",
        ] {
            assert_eq!(revealed(code, RUSTDOC), None, "{code}");
        }
    }

    #[test]
    fn a_string_keeps_its_lines_unless_the_reader_is_rustdoc() {
        let code = "let s = r##\"\n# a\n## b\n\"##;\n# let t = s;\n";
        let kept = "let s = r##\"\n# a\n## b\n\"##;\nlet t = s;\n";
        assert_eq!(revealed(code, Rules::default()).as_deref(), Some(kept));
        let hidden = "let s = r##\"\na\n# b\n\"##;\nlet t = s;\n";
        assert_eq!(revealed(code, RUSTDOC).as_deref(), Some(hidden));
        let unended = "let s = \"\n# let t = 1;\n";
        assert_eq!(
            revealed(unended, Rules::default()).as_deref(),
            Some("let s = \"\nlet t = 1;\n")
        );
    }

    #[test]
    fn a_prefix_of_the_book_hides_lines_as_well() {
        let rules = Rules {
            prefix: Some("!!"),
            strings: Strings::Hide,
        };
        let code = "!!use a;\n  !! let b = 1;\n# let c = 2;\nlet d = !!b;\n";
        let expected = "use a;\n let b = 1;\nlet c = 2;\nlet d = !!b;\n";
        assert_eq!(revealed(code, rules).as_deref(), Some(expected));
    }

    #[test]
    fn lines_before_the_code_stay_as_they_are() {
        let code = "# Cargo.toml\n[dependencies]\n# fn main() {}\n";
        let (text, map) = reveal(code, 28, RUSTDOC).unwrap();
        assert_eq!(text, "# Cargo.toml\n[dependencies]\nfn main() {}\n");
        assert_eq!(map.to_source(28), Some(30));
    }

    proptest! {
        #[test]
        fn every_character_that_is_compiled_comes_from_its_own_line(
            code in "([ \t]{0,2}(# |##|#|\"|a|é|!!){0,3}\n){0,6}",
            hides in any::<bool>(),
        ) {
            let strings = if hides { Strings::Hide } else { Strings::Keep };
            let rules = Rules { prefix: Some("!!"), strings };
            if let Some((text, map)) = reveal(&code, 0, rules) {
                prop_assert!(map.check(&text, &code));
                prop_assert_eq!(text.lines().count(), code.lines().count());
                for (offset, _) in text.match_indices('\n') {
                    let source = map.to_source(offset).unwrap();
                    let lines = |text: &str| text.matches('\n').count();
                    prop_assert_eq!(lines(&text[..offset]), lines(&code[..source]));
                }
            }
        }
    }
}
