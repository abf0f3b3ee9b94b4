//! Documentation in attributes: `#[doc = "…"]`, also below `cfg_attr`.

use std::ops::Range;

use crate::lex::{Kind, Token};

/// What `doc =` is followed by. Offsets are bytes of the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Doc {
    /// A string literal.
    Text(Range<usize>),
    /// `include_str!("…")`.
    File(Range<usize>),
    /// Another macro.
    Macro(Range<usize>),
}

/// Reads the tokens behind `#[` up to its `]`, and returns the documentation among them.
pub(super) fn docs(document: &str, tokens: &mut impl Iterator<Item = Token>) -> Vec<Doc> {
    let mut depth = 0_usize;
    let mut found = Vec::new();
    // Attributes are short, but nothing keeps a broken one from reaching to the end of the text.
    let mut before = [None, None];
    let mut is_conditional = false;
    let mut is_first = true;
    while let Some(token) = tokens.next() {
        let text = &document[token.range.clone()];
        match token.kind {
            Kind::Open(_) => depth += 1,
            Kind::Close(']') if depth == 0 => break,
            Kind::Close(_) => depth = depth.saturating_sub(1),
            Kind::Comment => continue,
            _ => {}
        }
        is_conditional |= is_first && text == "cfg_attr";
        is_first = false;
        let is_value = before == [Some("doc"), Some("=")];
        if is_value && depth == usize::from(is_conditional) {
            match token.kind {
                Kind::Literal => found.push(Doc::Text(token.range)),
                Kind::Ident => found.push(call(document, &token, tokens)),
                _ => {}
            }
            before = [None, None];
            continue;
        }
        before = [before[1], Some(text)];
    }
    found
}

/// A macro call, whose name was just read.
fn call(document: &str, name: &Token, tokens: &mut impl Iterator<Item = Token>) -> Doc {
    let mut depth = 0_usize;
    let mut end = name.range.end;
    for token in tokens {
        end = token.range.end;
        match token.kind {
            Kind::Open(_) => depth += 1,
            Kind::Close(_) if depth <= 1 => break,
            Kind::Close(_) => depth -= 1,
            _ => {}
        }
    }
    let range = name.range.start..end;
    if &document[name.range.clone()] == "include_str" {
        Doc::File(range)
    } else {
        Doc::Macro(range)
    }
}
