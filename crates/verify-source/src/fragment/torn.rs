//! Code that is torn out of a block: it begins with the brace that closes something, or with the
//! `else` of an `if`, neither of which is shown.

use super::{Code, Completed, Kind};
use crate::source_map::SourceMapBuilder;
use verify_model::Fragment;
use verify_model::judge::UNKNOWN;

impl Code<'_> {
    /// The text with what opens its first braces, and with what closes its last ones; `None` when it
    /// is not torn out of anything. That it is has been seen already if another block opens a brace and
    /// does not close it.
    pub(super) fn torn(&self, is_opened_elsewhere: bool) -> Option<Completed> {
        let (closers, openers) = self.unmatched()?;
        let begins_with_else = self.word(0) == "else";
        let first = closers.first().copied();
        let ends_match = first.is_some_and(|it| self.word(it) == "}" && self.up_to(it).is_arms());
        let is_torn = begins_with_else
            || ends_match
            || is_opened_elsewhere && first.is_some()
            || first.is_some() && openers.is_empty() && self.begins_left_out()
            || first.is_some_and(|it| it == 0 || self.is_else(it + 1));
        if !is_torn || self.is_foreign() {
            return None;
        }
        let opening = |&closer: &usize| match first {
            Some(first) if first == closer && ends_match => format!("match {UNKNOWN} {{ "),
            _ => self.opening(closer, first == Some(0)),
        };
        let openings = closers.iter().rev().map(opening);
        let of_if = begins_with_else.then(|| format!("if {UNKNOWN} {{ loop {{}} }} "));
        let assignment = std::iter::once(format!("{UNKNOWN} = "));
        let before: String = assignment.chain(openings).chain(of_if).collect();
        let last = closers.last().copied();
        let end = self.end_of_chain(last.map_or(0, |it| it + 1));
        Some(self.put_together(&before, &openers, end))
    }

    /// The indices of the closing brackets that nothing opens, and the opening ones that nothing
    /// closes; `None` when others are mixed up.
    pub(super) fn unmatched(&self) -> Option<(Vec<usize>, Vec<char>)> {
        let mut open = Vec::new();
        let mut closers = Vec::new();
        for (index, token) in self.tokens.iter().enumerate() {
            match token.kind {
                Kind::Open(bracket) => open.push(bracket),
                Kind::Close(bracket) => match open.pop() {
                    Some(opened) if closing(opened) == bracket => {}
                    Some(_) => return None,
                    None => closers.push(index),
                },
                _ => {}
            }
        }
        Some((closers, open))
    }

    fn is_else(&self, index: usize) -> bool {
        self.word(index) == "else"
    }

    /// The tokens before `index`.
    fn up_to(&self, index: usize) -> Code<'_> {
        Code {
            text: self.text,
            tokens: &self.tokens[..index],
        }
    }

    /// Whether it says that it is another language with such brackets.
    pub(super) fn is_foreign(&self) -> bool {
        const WORDS: [&str; 9] = [
            "catch",
            "finally",
            "function",
            "var",
            "null",
            "undefined",
            "console",
            "elif",
            "def",
        ];
        (0..self.tokens.len()).any(|it| self.is_ident(it) && WORDS.contains(&self.word(it)))
    }

    /// What opens the bracket that is closed at `closer`. Nothing is known of what an `if` has in its
    /// braces when the text begins behind it.
    fn opening(&self, closer: usize, is_empty: bool) -> String {
        match self.word(closer) {
            ")" => format!("{UNKNOWN}("),
            "]" => format!("{UNKNOWN}["),
            _ if !self.is_else(closer + 1) => "{ ".to_owned(),
            _ if is_empty => format!("if {UNKNOWN} {{ loop {{}} "),
            _ => format!("if {UNKNOWN} {{ "),
        }
    }

    /// Where, from the token `index` on, the last `else` of a chain ends; `None` when the text ends
    /// before.
    fn end_of_chain(&self, mut index: usize) -> Option<usize> {
        while self.is_else(index) {
            let mut depth = 0_usize;
            let closed = self.tokens[index..].iter().position(|token| {
                match token.kind {
                    Kind::Open(_) => depth += 1,
                    Kind::Close(_) => depth = depth.saturating_sub(1),
                    _ => return false,
                }
                depth == 0 && token.kind == Kind::Close('}')
            });
            index += closed? + 1;
        }
        Some(index)
    }

    /// The text between `before` and what closes its open brackets, with a `;` where the first
    /// statement ends: before the token `end`, or behind everything.
    fn put_together(&self, before: &str, openers: &[char], end: Option<usize>) -> Completed {
        let start = self.tokens.first().map_or(0, |it| it.range.start);
        let goes_on = end.is_some_and(|it| matches!(self.word(it), ";" | "." | "?"));
        let middle = match end {
            Some(end) => self.tokens[..end].last().map_or(start, |it| it.range.end),
            None => self.text.len(),
        };
        let mut behind: String = openers.iter().rev().map(|it| closing(*it)).collect();
        let between = if end.is_some() && !goes_on { ";" } else { "" };
        if end.is_none() {
            behind.push(';');
        }
        if !behind.is_empty() && !self.text.ends_with('\n') {
            behind.insert(0, '\n');
        }
        let mut map = SourceMapBuilder::new();
        map.verbatim(start, 0);
        map.replaced(before.len(), start..start);
        map.verbatim(middle - start, start);
        map.replaced(between.len(), middle..middle);
        map.verbatim(self.text.len() - middle, middle);
        map.replaced(behind.len(), self.text.len()..self.text.len());
        let (leading, code) = self.text.split_at(start);
        let (first, rest) = code.split_at(middle - start);
        Completed {
            text: [leading, before, first, between, rest, &behind].concat(),
            map: map.finish(),
            kind: Fragment::Torn,
            start: start + before.len(),
        }
    }
}

/// The bracket that closes `bracket`.
pub(super) fn closing(bracket: char) -> char {
    match bracket {
        '(' => ')',
        '[' => ']',
        _ => '}',
    }
}
