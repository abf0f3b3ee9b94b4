//! Puts the pieces of an item's documentation together.

use std::ops::Range;

use super::literal::Literal;
use crate::source_map::{SourceMap, SourceMapBuilder};

/// The doc comments and `doc` attributes of an item.
#[derive(Debug, Default)]
pub(super) struct Run<'a> {
    /// Whether they document what they stand in.
    pub is_inner: bool,
    document: &'a str,
    lines: Vec<Line>,
    literals: Vec<Literal>,
}

/// A line of documentation.
#[derive(Clone, Debug)]
struct Line {
    text: Text,
    range: Range<usize>,
}

/// What a line is a part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Text {
    /// A comment; the range is one of the document.
    Comment,
    /// The literal with this index; the range is one of its value.
    Literal(usize),
}

impl<'a> Run<'a> {
    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Adds the lines of a comment, as ranges of the document.
    pub(super) fn comment(
        &mut self,
        document: &'a str,
        lines: impl IntoIterator<Item = Range<usize>>,
    ) {
        self.document = document;
        let text = Text::Comment;
        let lines = lines.into_iter().map(|range| Line { text, range });
        self.lines.extend(lines);
    }

    /// Adds the value of an attribute.
    pub(super) fn literal(&mut self, literal: Literal) {
        let text = Text::Literal(self.literals.len());
        let mut start = 0;
        for line in literal.text.split('\n') {
            let range = start..start + line.len();
            start = range.end + 1;
            self.lines.push(Line { text, range });
        }
        self.literals.push(literal);
    }

    /// The documentation, and its map to the document; `None` when it is blank.
    pub(super) fn finish(self) -> Option<(String, SourceMap)> {
        let indent = self.indent()?;
        // A comment's text begins with a space that is not part of it, an attribute's does not.
        let is_mixed = self.holds_comments() && !self.literals.is_empty();
        let mut text = String::new();
        let mut map = SourceMapBuilder::new();
        for line in &self.lines {
            let of_comment = usize::from(is_mixed && line.text != Text::Comment);
            let removed = indent.saturating_sub(of_comment);
            let content = self.text(line);
            let margin = content.len() - content.trim_start_matches([' ', '\t']).len();
            let start = line.range.start + removed.min(margin);
            self.copy(line, start, &mut text, &mut map);
        }
        Some((text, map.finish()))
    }

    fn text(&self, line: &Line) -> &str {
        match line.text {
            Text::Comment => &self.document[line.range.clone()],
            Text::Literal(index) => &self.literals[index].text[line.range.clone()],
        }
    }

    fn holds_comments(&self) -> bool {
        self.lines.iter().any(|line| line.text == Text::Comment)
    }

    /// The indentation that all lines share; `None` when all are blank.
    fn indent(&self) -> Option<usize> {
        let is_mixed = self.holds_comments() && !self.literals.is_empty();
        let indents = self.lines.iter().filter_map(|line| {
            let text = self.text(line);
            let content = text.trim_start_matches([' ', '\t']);
            let in_attribute = is_mixed && line.text != Text::Comment;
            let indent = text.len() - content.len() + usize::from(in_attribute);
            (!content.trim().is_empty()).then_some(indent)
        });
        indents.min()
    }

    /// Copies a line from `start` on, with its line end.
    fn copy(&self, line: &Line, start: usize, text: &mut String, map: &mut SourceMapBuilder) {
        let end = line.range.end;
        match line.text {
            Text::Comment => {
                text.push_str(&self.document[start..end]);
                map.verbatim(end - start, start);
                let rest = &self.document[end..];
                let returns = rest.len() - rest.trim_start_matches('\r').len();
                if rest[returns..].starts_with('\n') {
                    map.verbatim(1, end + returns);
                } else {
                    map.replaced(1, end..end);
                }
            }
            Text::Literal(index) => {
                let literal = &self.literals[index];
                text.push_str(&literal.text[start..end]);
                map.mapped(&literal.map, &(start..end));
                if end < literal.text.len() {
                    map.mapped(&literal.map, &(end..end + 1));
                } else {
                    map.replaced(1, literal.end..literal.end);
                }
            }
        }
        text.push('\n');
    }
}
