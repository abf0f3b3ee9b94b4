//! Text that is no Rust at all, and text that is Rust but for how it was typed.

use crate::lex::{Kind, Token};

use super::reached;

/// Words that Rust has to itself, or nearly so.
const OF_RUST: [&str; 19] = [
    "fn",
    "let",
    "use",
    "struct",
    "enum",
    "impl",
    "pub",
    "mod",
    "match",
    "trait",
    "const",
    "static",
    "mut",
    "async",
    "unsafe",
    "loop",
    "crate",
    "dyn",
    "macro_rules",
];

/// Words that Rust shares with other languages. They count in what would parse.
const SHARED: [&str; 6] = ["if", "while", "for", "return", "self", "Self"];

/// Whether a text that does not parse is no Rust at all: a diff, a console session, or words among
/// which there is none that Rust has to itself.
pub(super) fn is(text: &str, tokens: &[Token]) -> bool {
    let lines: Vec<&str> = text.lines().filter(|it| !it.trim().is_empty()).collect();
    let mostly = |is: fn(&str) -> bool| {
        let count = lines.iter().filter(|line| is(line)).count();
        count > 0 && count * 2 >= lines.len()
    };
    let is_diff = lines
        .iter()
        .any(|line| line.starts_with("@@ ") || line.starts_with("--- "))
        || mostly(|line| {
            line.starts_with("+ ") || line.starts_with("- ") || line.starts_with("-\t")
        });
    let is_session = lines.first().is_some_and(|line| {
        line.starts_with("$ ") || line.starts_with("% ") || line.starts_with(">>> ")
    });
    let has_rust = || has(text, tokens, &OF_RUST);
    is_diff || is_session || !(has_rust() || is_mistyped(text, tokens))
}

/// Whether any of `words` stands in the text.
fn has(text: &str, tokens: &[Token], words: &[&str]) -> bool {
    let mut idents = tokens.iter().filter(|it| it.kind == Kind::Ident);
    idents.any(|it| words.contains(&&text[it.range.clone()]))
}

/// Whether the text would be Rust if its quotes were plain ones and its brackets closed. Nearly any
/// word is an expression, so that there has to be a macro's call, a statement or a word of Rust, too.
fn is_mistyped(text: &str, tokens: &[Token]) -> bool {
    let closing = closing(tokens);
    let plain = plainly(text);
    if closing.is_empty() && plain.is_none() {
        return false;
    }
    let plain = plain.as_deref().unwrap_or(text);
    let calls = tokens.windows(3).any(|it| {
        let kinds = (it[0].kind, it[1].kind, it[2].kind);
        matches!(kinds, (Kind::Ident, Kind::Punct('!'), Kind::Open(_)))
    });
    let is_statement = tokens.iter().any(|it| it.kind == Kind::Punct(';'));
    (calls || is_statement || has(text, tokens, &SHARED))
        && reached(&format!("{plain}\n{closing}")).is_none()
}

/// The text with the characters that Rust knows in the place of those that word processors make of
/// them; `None` when it has none of these.
pub(super) fn plainly(text: &str) -> Option<String> {
    let changes = text.chars().any(|it| plain(it) != it);
    changes.then(|| text.chars().map(plain).collect())
}

/// What word processors make of a character, as it was typed.
const fn plain(character: char) -> char {
    match character {
        '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}' => '\'',
        '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{201f}' => '"',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{3000}' => ' ',
        other => other,
    }
}

/// What closes the brackets that are open at the end.
fn closing(tokens: &[Token]) -> String {
    let mut open = Vec::new();
    for token in tokens {
        match token.kind {
            Kind::Open('(') => open.push(')'),
            Kind::Open('[') => open.push(']'),
            Kind::Open(_) => open.push('}'),
            Kind::Close(bracket) if open.last() == Some(&bracket) => {
                open.pop();
            }
            _ => {}
        }
    }
    open.iter().rev().collect()
}
