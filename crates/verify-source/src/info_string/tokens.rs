//! Splits an info string into words, whoever's syntax it is.

use std::ops::Range;

/// A word, and where it stands in the info string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    /// Byte range in the info string.
    pub range: Range<usize>,
    pub shape: Shape,
}

/// How a word is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// A bare word: `rust`, `no_run`.
    Word,
    /// A word with `=`: `title="main.rs"`.
    Assignment,
    /// Text that is not for the compiler: line numbers in braces, a remark in parentheses.
    Remark,
}

/// The words of `info`, split at commas and white space.
///
/// Braces hold words too, as pandoc writes them (`{.rust .ignore}`), unless they hold line numbers
/// (`{1,3-4}`). Quotes keep an assigned value together; parentheses hold remarks.
pub(super) fn tokens(info: &str) -> Vec<Token> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(char) = info[at..].chars().next() {
        match char {
            '{' if let Some(len) = line_numbers(&info[at..]) => {
                found.push(remark(at..at + len));
                at += len;
            }
            '(' => {
                let end = info[at..].find(')').map_or(info.len(), |len| at + len + 1);
                found.push(remark(at..end));
                at = end;
            }
            _ if is_separator(char) => at += char.len_utf8(),
            _ => {
                let end = word_end(info, at);
                found.extend(word(info, at..end));
                at = end;
            }
        }
    }
    found
}

fn is_separator(char: char) -> bool {
    char == ',' || char == '{' || char == '}' || char.is_whitespace()
}

fn remark(range: Range<usize>) -> Token {
    let shape = Shape::Remark;
    Token { range, shape }
}

/// The length of the line numbers in braces at the start of `text`; the closing brace may be
/// missing.
fn line_numbers(text: &str) -> Option<usize> {
    let is_number_list = |c: char| c.is_ascii_digit() || matches!(c, ',' | '-' | '.' | ' ');
    let inner = text.strip_prefix('{')?;
    let rest = inner.trim_start_matches(is_number_list);
    let numbers = &inner[..inner.len() - rest.len()];
    let is_closed = rest.starts_with('}');
    let is_list = numbers.contains(|c: char| c.is_ascii_digit()) && (is_closed || rest.is_empty());
    is_list.then_some(1 + numbers.len() + usize::from(is_closed))
}

/// Where the word that starts at `start` ends. A quote that opens right after `=` is part of it.
fn word_end(info: &str, start: usize) -> usize {
    let mut before = None;
    let mut quote = None;
    for (at, char) in info[start..].char_indices() {
        match quote {
            Some(open) if open == char => quote = None,
            None if matches!(char, '"' | '\'') && before == Some('=') => quote = Some(char),
            None if is_separator(char) || (char == '(' && at > 0) => return start + at,
            _ => {}
        }
        before = Some(char);
    }
    info.len()
}

/// A word without pandoc's leading dot; nothing for a lone dot.
fn word(info: &str, range: Range<usize>) -> Option<Token> {
    let text = &info[range.clone()];
    let dots = text.len() - text.trim_start_matches('.').len();
    let start = if dots == 1 {
        range.start + 1
    } else {
        range.start
    };
    let shape = match text.find('=') {
        Some(at) if at > 0 => Shape::Assignment,
        _ => Shape::Word,
    };
    let range = start..range.end;
    (!range.is_empty()).then_some(Token { range, shape })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(info: &str) -> Vec<&str> {
        tokens(info)
            .iter()
            .map(|t| &info[t.range.clone()])
            .collect()
    }

    #[test]
    fn commas_spaces_and_tabs_separate_words() {
        assert_eq!(words("rust,no_run"), ["rust", "no_run"]);
        assert_eq!(words("rust, no_run\tignore"), ["rust", "no_run", "ignore"]);
        assert_eq!(words(",,rust,"), ["rust"]);
        assert_eq!(words(""), [""; 0]);
    }

    #[test]
    fn pandoc_braces_hold_words() {
        assert_eq!(words("{.rust .ignore}"), ["rust", "ignore"]);
        assert_eq!(
            words("{.rust #a startFrom=\"1\"}"),
            ["rust", "#a", "startFrom=\"1\""]
        );
        assert_eq!(words("rust{.ignore}"), ["rust", "ignore"]);
    }

    #[test]
    fn quotes_keep_a_value_together() {
        assert_eq!(
            words("rust title=\"a, b\" x"),
            ["rust", "title=\"a, b\"", "x"]
        );
        assert_eq!(words("rust title='a b'"), ["rust", "title='a b'"]);
        assert_eq!(words("rust title=\"open"), ["rust", "title=\"open"]);
    }

    #[test]
    fn line_numbers_and_parentheses_are_remarks() {
        for info in ["rust {1,3-4}", "rust (a, b)", "rust {2"] {
            let shapes: Vec<Shape> = tokens(info).iter().map(|t| t.shape).collect();
            assert_eq!(shapes, [Shape::Word, Shape::Remark], "{info}");
        }
        assert_eq!(words("rust{1}"), ["rust", "{1}"]);
    }
}
