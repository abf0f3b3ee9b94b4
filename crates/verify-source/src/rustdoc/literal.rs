//! String literals: what they say, and where each character of it is written.

use std::ops::Range;

use crate::source_map::{SourceMap, SourceMapBuilder};

/// A string literal.
#[derive(Debug)]
pub(super) struct Literal {
    /// Its value.
    pub text: String,
    /// From `text` to the document.
    pub map: SourceMap,
    /// Where its closing quote stands in the document.
    pub end: usize,
}

/// Reads the string literal `document[range]`; `None` for other literals and wrong ones.
pub(super) fn read(document: &str, range: Range<usize>) -> Option<Literal> {
    let literal = &document[range.clone()];
    let (inner, is_raw) = inner(literal)?;
    let mut value = Value {
        text: String::with_capacity(inner.len()),
        map: SourceMapBuilder::new(),
    };
    let base = range.start + inner.start;
    let inner = &literal[inner];
    let mut at = 0;
    while at < inner.len() {
        let rest = &inner[at..];
        let is_special = |c: char| c == '\r' || (c == '\\' && !is_raw);
        let plain = rest.find(is_special).unwrap_or(rest.len());
        value.verbatim(&rest[..plain], base + at);
        at += plain;
        let rest = &inner[at..];
        if let Some(after) = rest.strip_prefix('\r') {
            // Rust reads both line ends as one character.
            if !after.starts_with('\n') {
                value.verbatim("\r", base + at);
            }
            at += 1;
        } else if !rest.is_empty() {
            let (char, len) = escape(rest)?;
            value.replaced(char, base + at..base + at + len);
            at += len;
        }
    }
    Some(Literal {
        text: value.text,
        map: value.map.finish(),
        end: base + inner.len(),
    })
}

/// The range between the quotes, and whether it is raw.
fn inner(literal: &str) -> Option<(Range<usize>, bool)> {
    if let Some(raw) = literal.strip_prefix('r') {
        let signs = raw.len() - raw.trim_start_matches('#').len();
        let start = 1 + signs + 1;
        let end = literal.len().checked_sub(signs + 1)?;
        let is_closed = raw[signs..].starts_with('"') && literal[end..].starts_with('"');
        return (start <= end && is_closed).then_some((start..end, true));
    }
    let is_string = literal.len() >= 2 && literal.starts_with('"') && literal.ends_with('"');
    is_string.then_some((1..literal.len() - 1, false))
}

/// The escape at the start of `text`: what it stands for, if anything, and its length.
fn escape(text: &str) -> Option<(Option<char>, usize)> {
    let rest = text.strip_prefix('\\')?;
    let char = match rest.chars().next()? {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        '0' => '\0',
        char @ ('\\' | '\'' | '"') => char,
        'x' => {
            let code = u8::from_str_radix(rest.get(1..3)?, 16).ok()?;
            return code.is_ascii().then_some((Some(char::from(code)), 4));
        }
        'u' => {
            let digits = rest.strip_prefix("u{")?;
            let len = digits.find('}')?;
            let code = u32::from_str_radix(&digits[..len].replace('_', ""), 16).ok()?;
            return Some((Some(char::from_u32(code)?), 4 + len));
        }
        '\n' | '\r' => {
            // The line end and the next line's indentation are left out.
            let next = rest.trim_start_matches([' ', '\t', '\n', '\r']);
            return Some((None, text.len() - next.len()));
        }
        _ => return None,
    };
    Some((Some(char), 2))
}

struct Value {
    text: String,
    map: SourceMapBuilder,
}

impl Value {
    fn verbatim(&mut self, text: &str, start: usize) {
        self.map.verbatim(text.len(), start);
        self.text.push_str(text);
    }

    fn replaced(&mut self, char: Option<char>, source: Range<usize>) {
        if let Some(char) = char {
            self.map.replaced(char.len_utf8(), source);
            self.text.push(char);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(literal: &str) -> Option<String> {
        let document = format!("é{literal};");
        let Literal { text, map, end } = read(&document, 2..2 + literal.len())?;
        assert!(document[end..].starts_with('"'), "{literal}");
        assert!(map.check(&text, &document), "{literal}");
        let covered: usize = map.segments().iter().map(|it| it.code.len()).sum();
        assert_eq!(covered, text.len());
        Some(text)
    }

    #[test]
    fn strings_say_what_rust_reads_in_them() {
        for (literal, expected) in [
            (r#""a b""#, "a b"),
            (r#""""#, ""),
            (r#""a\nb\t\"\\\x41\u{e9}""#, "a\nb\t\"\\Aé"),
            ("\"a\\\n    b\"", "ab"),
            ("\"a\r\nb\"", "a\nb"),
            ("r\"a\\n\"", "a\\n"),
            ("r#\"a\"b\"#", "a\"b"),
            ("r##\"a\nb\"##", "a\nb"),
        ] {
            assert_eq!(value(literal).as_deref(), Some(expected), "{literal}");
        }
    }

    #[test]
    fn what_is_no_string_has_no_value() {
        for literal in [
            "1",
            "'a'",
            "b\"a\"",
            "\"\\q\"",
            "\"",
            "r\"",
            "r#\"a\"",
            "\"\\u{d800}\"",
            "\"\\xff\"",
        ] {
            assert_eq!(value(literal), None, "{literal}");
        }
    }
}
