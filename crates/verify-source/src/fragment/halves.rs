//! Code that one block opens and a later one closes, or that breaks off where code is left out.

use std::ops::Range;

use verify_model::Fragment;
use verify_model::judge::UNKNOWN;

use super::torn::closing;
use super::{Code, Completed, Kind, Shape, Token, around};
use crate::facts::stands_for_statements;
use crate::lex;

/// Braces without their counterpart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Brackets {
    /// One is opened and not closed.
    pub opened: bool,
    /// One is closed and was not opened.
    pub closed: bool,
}

impl Brackets {
    /// For each of a document's texts, those that others have for it: what one opens is closed by the
    /// next that only closes something.
    pub(crate) fn elsewhere<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<Self> {
        let mut found = Vec::new();
        let mut open = Vec::new();
        for (index, own) in texts.map(Self::of).enumerate() {
            found.push(Self::default());
            match (own.opened, own.closed) {
                (true, false) => open.push(index),
                (false, true) => {
                    if let Some(first) = open.pop() {
                        found[first].closed = true;
                        found[index].opened = true;
                    }
                }
                _ => {}
            }
        }
        found
    }

    /// Those of `text`.
    pub(super) fn of(text: &str) -> Self {
        let tokens = lex::tokens(text);
        let is_code = |token: &Token| token.kind != Kind::Comment;
        let tokens: Vec<Token> = tokens.into_iter().filter(is_code).collect();
        let code = Code {
            text,
            tokens: &tokens,
        };
        let (closers, openers) = code.unmatched().unwrap_or_default();
        Self {
            opened: openers.contains(&'{'),
            closed: closers.iter().any(|it| code.word(*it) == "}"),
        }
    }
}

impl Code<'_> {
    /// The text with what other blocks have of it: what is left out behind it, which may end a statement,
    /// or the `impl` before it.
    pub(super) fn halves(&self, elsewhere: Brackets) -> Vec<Completed> {
        let shapes = self.shapes_of_halves(elsewhere).unwrap_or_default();
        let (Some(first), Some(last)) = (self.tokens.first(), self.tokens.last()) else {
            return Vec::new();
        };
        let place = first.range.start..last.range.end;
        let shapes = shapes.iter().filter(|_| !self.is_foreign());
        shapes.map(|it| around(self.text, &place, it)).collect()
    }

    fn shapes_of_halves(&self, elsewhere: Brackets) -> Option<Vec<Shape>> {
        let (closers, openers) = self.unmatched()?;
        let is_cut = || elsewhere.closed || self.breaks_off();
        let is_first = closers.is_empty() && openers.contains(&'{') && is_cut();
        let is_second = openers.is_empty() && closers.len() == 1 && elsewhere.opened;
        let is_member = self.begins_member() && self.word(*closers.first().unwrap_or(&0)) == "}";
        let shape = |before: String, behind: String| Shape {
            kind: Fragment::Torn,
            before,
            behind,
        };
        if is_first {
            let closing = openers.iter().rev().map(|it| closing(*it));
            let behind: String = "\n...\n".chars().chain(closing).collect();
            let ended = format!("{behind};");
            let both = [behind, ended].map(|it| shape(String::new(), it));
            return Some(both.into());
        }
        let before = format!("impl {UNKNOWN} {{ ");
        (is_second && is_member).then(|| vec![shape(before, String::new())])
    }

    /// Whether its last brace is opened and nothing comes behind it, as where only the head of a function
    /// is shown, or a comment says that code is left out behind a brace that nothing closes.
    fn breaks_off(&self) -> bool {
        let mut open = Vec::new();
        for (index, token) in self.tokens.iter().enumerate() {
            match token.kind {
                Kind::Open(_) => open.push(index),
                Kind::Close(_) => {
                    open.pop();
                }
                _ => {}
            }
        }
        let is_head = open.last().is_some_and(|it| it + 1 == self.tokens.len());
        let first = open.iter().find(|it| self.word(**it) == "{");
        let first = first.map(|it| self.tokens[*it].range.end);
        is_head && self.word(self.tokens.len() - 1) == "{"
            || first.is_some_and(|first| self.leaves_out(first..self.text.len()))
    }

    /// Whether it begins with a comment that says that code is left out.
    pub(super) fn begins_left_out(&self) -> bool {
        let first = self.tokens.first().map_or(0, |it| it.range.start);
        self.leaves_out(0..first)
    }

    /// Whether a comment within `place` says that statements are left out.
    fn leaves_out(&self, place: Range<usize>) -> bool {
        let mut comments = lex::stream(self.text).filter(|it| it.kind == Kind::Comment);
        comments.any(|it| {
            let is_within = place.start <= it.range.start && it.range.end <= place.end;
            is_within && stands_for_statements(self.text, &it.range)
        })
    }

    /// Whether it begins as what an `impl` has in its braces.
    fn begins_member(&self) -> bool {
        const WORDS: [&str; 7] = ["fn", "pub", "async", "unsafe", "const", "type", "#"];
        let is_doc = self
            .tokens
            .first()
            .is_some_and(|it| it.kind == Kind::DocComment);
        is_doc || WORDS.contains(&self.word(0))
    }
}
