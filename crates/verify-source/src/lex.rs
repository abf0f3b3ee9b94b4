//! The compiler's own lexer, behind one file. It never fails, whatever it is given.

use std::ops::Range;

use ra_ap_rustc_lexer::{FrontmatterAllowed, TokenKind, tokenize};

/// A token, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// Byte range in the text.
    pub range: Range<usize>,
}

/// What a token is, as far as facts about examples need to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An identifier or keyword.
    Ident,
    /// A lifetime or loop label.
    Lifetime,
    /// A string, number or character.
    Literal,
    /// `(`, `[` or `{`.
    Open(char),
    /// `)`, `]` or `}`.
    Close(char),
    /// Any other single punctuation character.
    Punct(char),
    /// A comment that is not a doc comment.
    Comment,
    /// A doc comment.
    DocComment,
    /// A character that Rust does not know.
    Unknown,
}

/// The tokens of `text` without its white space.
#[must_use]
pub fn tokens(text: &str) -> Vec<Token> {
    stream(text).collect()
}

/// The tokens of `text` without its white space, one by one: a long text has many.
pub fn stream(text: &str) -> impl Iterator<Item = Token> {
    let mut offset = 0;
    tokenize(text, FrontmatterAllowed::No).filter_map(move |token| {
        let start = offset;
        offset += token.len as usize;
        kind_of(token.kind).map(|kind| Token {
            kind,
            range: start..offset,
        })
    })
}

/// Whether every bracket has its counterpart.
pub(crate) fn is_balanced(tokens: &[Token]) -> bool {
    let mut open = Vec::new();
    tokens.iter().all(|token| match token.kind {
        Kind::Open(bracket) => {
            open.push(bracket);
            true
        }
        Kind::Close(bracket) => {
            let counterpart = match bracket {
                ')' => '(',
                ']' => '[',
                _ => '{',
            };
            open.pop() == Some(counterpart)
        }
        _ => true,
    }) && open.is_empty()
}

fn kind_of(kind: TokenKind) -> Option<Kind> {
    Some(match kind {
        TokenKind::Whitespace | TokenKind::Eof => return None,
        TokenKind::LineComment { doc_style } | TokenKind::BlockComment { doc_style, .. } => {
            if doc_style.is_some() {
                Kind::DocComment
            } else {
                Kind::Comment
            }
        }
        TokenKind::Ident | TokenKind::RawIdent | TokenKind::ForcedKeywordIdent => Kind::Ident,
        TokenKind::Lifetime { .. } | TokenKind::RawLifetime => Kind::Lifetime,
        TokenKind::Literal { .. } => Kind::Literal,
        TokenKind::OpenParen => Kind::Open('('),
        TokenKind::OpenBracket => Kind::Open('['),
        TokenKind::OpenBrace => Kind::Open('{'),
        TokenKind::CloseParen => Kind::Close(')'),
        TokenKind::CloseBracket => Kind::Close(']'),
        TokenKind::CloseBrace => Kind::Close('}'),
        TokenKind::Semi => Kind::Punct(';'),
        TokenKind::Comma => Kind::Punct(','),
        TokenKind::Dot => Kind::Punct('.'),
        TokenKind::At => Kind::Punct('@'),
        TokenKind::Pound => Kind::Punct('#'),
        TokenKind::Tilde => Kind::Punct('~'),
        TokenKind::Question => Kind::Punct('?'),
        TokenKind::Colon => Kind::Punct(':'),
        TokenKind::Dollar => Kind::Punct('$'),
        TokenKind::Eq => Kind::Punct('='),
        TokenKind::Bang => Kind::Punct('!'),
        TokenKind::Lt => Kind::Punct('<'),
        TokenKind::Gt => Kind::Punct('>'),
        TokenKind::Minus => Kind::Punct('-'),
        TokenKind::And => Kind::Punct('&'),
        TokenKind::Or => Kind::Punct('|'),
        TokenKind::Plus => Kind::Punct('+'),
        TokenKind::Star => Kind::Punct('*'),
        TokenKind::Slash => Kind::Punct('/'),
        TokenKind::Caret => Kind::Punct('^'),
        TokenKind::Percent => Kind::Punct('%'),
        _ => Kind::Unknown,
    })
}
