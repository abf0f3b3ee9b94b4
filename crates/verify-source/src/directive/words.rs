//! Splits directives into words.

use std::ops::Range;

/// A directive as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word<'a> {
    /// What stands before `=`, or all of it.
    pub key: &'a str,
    /// What stands behind `=`, without quotes.
    pub value: Option<&'a str>,
    /// Whether the value's quote is never closed.
    pub is_open: bool,
    /// Byte range in the text.
    pub range: Range<usize>,
}

/// The words of `text`, split at commas and white space outside quotes.
pub(super) fn words(text: &str) -> Vec<Word<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    loop {
        let rest = &text[at..];
        let trimmed = rest.trim_start_matches(is_separator);
        let start = at + (rest.len() - trimmed.len());
        if trimmed.is_empty() {
            return found;
        }
        let word = word(text, start);
        at = word.range.end;
        found.push(word);
    }
}

fn is_separator(char: char) -> bool {
    char == ',' || char.is_whitespace()
}

/// The word that begins at `start`.
fn word(text: &str, start: usize) -> Word<'_> {
    let rest = &text[start..];
    let key_len = rest
        .find(|c| c == '=' || is_separator(c))
        .unwrap_or(rest.len());
    let key = &rest[..key_len];
    let Some(value) = rest[key_len..].strip_prefix('=') else {
        return Word {
            key,
            value: None,
            is_open: false,
            range: start..start + key_len,
        };
    };
    let value_start = start + key_len + 1;
    let quoted = value
        .strip_prefix(['"', '\''])
        .zip(value.chars().next())
        .map(|(inner, quote)| match inner.find(quote) {
            Some(len) => (&inner[..len], len + 2, false),
            None => (inner, value.len(), true),
        });
    let (value, len, is_open) = quoted.unwrap_or_else(|| {
        let len = value.find(is_separator).unwrap_or(value.len());
        (&value[..len], len, false)
    });
    Word {
        key,
        value: Some(value),
        is_open,
        range: start..value_start + len,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(text: &str) -> Vec<(&str, Option<&str>)> {
        words(text)
            .into_iter()
            .map(|it| (it.key, it.value))
            .collect()
    }

    #[test]
    fn commas_and_white_space_separate_words() {
        let expected = [("a", None), ("b", Some("1")), ("c", None)];
        for text in ["a, b=1, c", "a b=1 c", "a,b=1,c", " a\n b=1 ,, c\t"] {
            assert_eq!(pairs(text), expected, "{text}");
        }
        assert_eq!(pairs(" , "), []);
    }

    #[test]
    fn quotes_keep_a_value_together() {
        assert_eq!(
            pairs("a=\"b, 'c'\" d='e \"f'"),
            [("a", Some("b, 'c'")), ("d", Some("e \"f"))]
        );
        assert_eq!(pairs("a="), [("a", Some(""))]);
        assert_eq!(pairs("=a"), [("", Some("a"))]);
    }

    #[test]
    fn a_quote_that_is_never_closed_is_told() {
        let found = words("a=\"b c");
        assert!(found[0].is_open);
        assert_eq!(found[0].range, 0..6);
    }
}
