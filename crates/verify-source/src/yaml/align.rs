//! Lays a block scalar's value beside the lines that it was read from.
//!
//! The value comes from the YAML parser. Here it is made again, line by line, from the document;
//! as long as both agree, every byte's place is known.

use std::ops::Range;

use crate::markdown::opening_run;
use crate::source_map::{SourceMap, SourceMapBuilder};

/// A block scalar as the YAML parser found it.
pub(super) struct Scalar<'a> {
    /// The document.
    pub source: &'a str,
    /// Byte offset of its first content line's text, after the indentation.
    pub start: usize,
    /// Spaces before each of its lines.
    pub indent: usize,
    /// Its value.
    pub value: &'a str,
    /// Whether its lines are joined (`>`).
    pub is_folded: bool,
}

/// Where the first content line of a scalar begins, after its indentation, and how wide that is;
/// `properties` is where the scalar's tag or anchor begins. `None` when no such scalar is there.
pub(super) fn content_after(
    source: &str,
    properties: usize,
    value: &str,
) -> Option<(usize, usize)> {
    let mut rest = after_header(source.get(properties..)?)?;
    let content = value.trim_start_matches('\n');
    // Empty lines come first.
    for _ in 0..=value.len() - content.len() {
        rest = after_line(rest)?;
    }
    let spaces = |text: &str| text.len() - text.trim_start_matches(' ').len();
    let indent = spaces(rest).checked_sub(spaces(content))?;
    Some((source.len() - rest.len() + indent, indent))
}

/// What follows the `|` or `>` that comes after properties and comments.
fn after_header(mut rest: &str) -> Option<&str> {
    loop {
        rest = rest.trim_start_matches([' ', '\t', '\n', '\r']);
        match rest.chars().next()? {
            '|' | '>' => return Some(rest),
            '#' => rest = after_line(rest)?,
            '!' | '&' => rest = &rest[rest.find([' ', '\t', '\n', '\r'])?..],
            _ => return None,
        }
    }
}

/// What follows the first line end.
fn after_line(text: &str) -> Option<&str> {
    let rest = &text[text.find(['\n', '\r'])?..];
    Some(rest.strip_prefix("\r\n").unwrap_or(&rest[1..]))
}

/// Where a block scalar's value comes from.
pub(super) struct Aligned {
    /// From the value to the document.
    pub map: SourceMap,
    /// Where its last content line ends.
    pub end: usize,
    /// Lines of the document that look like fences and were joined with a line beside them.
    pub joined: Vec<Range<usize>>,
}

/// The places of a scalar's value; `None` when the value is not what the lines make.
pub(super) fn align(scalar: &Scalar<'_>) -> Option<Aligned> {
    let mut aligner = Aligner {
        scalar,
        at: scalar.start,
        map: SourceMapBuilder::new(),
        joined: Vec::new(),
    };
    for line_break in leading_breaks(scalar)? {
        aligner.line_break(&line_break)?;
    }
    let content_len = scalar.value.trim_end_matches('\n').len();
    let mut is_joined_before = false;
    loop {
        let line = aligner.content_line()?;
        let end = aligner.at;
        let breaks = aligner.take_breaks();
        let is_last = aligner.map.code_len() >= content_len;
        let folds = !is_last && aligner.folds(&line, &breaks);
        let is_joined_after = folds && breaks.len() == 1;
        let text = &scalar.source[line.clone()];
        if (is_joined_before || is_joined_after) && opening_run(text).is_some() {
            aligner.joined.push(line);
        }
        if is_last {
            aligner.tail(&breaks, end)?;
            let map = aligner.map.finish();
            let joined = aligner.joined;
            return Some(Aligned { map, end, joined });
        }
        if folds {
            aligner.fold(&breaks)?;
        } else {
            breaks.iter().try_for_each(|it| aligner.line_break(it))?;
        }
        is_joined_before = is_joined_after;
    }
}

/// The line ends of the empty lines before the first content line.
fn leading_breaks(scalar: &Scalar<'_>) -> Option<Vec<Range<usize>>> {
    let count = scalar.value.len() - scalar.value.trim_start_matches('\n').len();
    let line_start = scalar.start.checked_sub(scalar.indent)?;
    let indentation = scalar.source.get(line_start..scalar.start)?;
    if indentation.contains(|c| c != ' ') {
        return None;
    }
    let mut breaks = Vec::with_capacity(count);
    let mut before = scalar.source.get(..line_start)?;
    for _ in 0..count {
        let rest = before.strip_suffix("\r\n");
        let rest = rest.or_else(|| before.strip_suffix(['\n', '\r']))?;
        breaks.push(rest.len()..before.len());
        before = rest.trim_end_matches(' ');
    }
    breaks.reverse();
    Some(breaks)
}

struct Aligner<'a> {
    scalar: &'a Scalar<'a>,
    /// Where the document is read.
    at: usize,
    map: SourceMapBuilder,
    joined: Vec<Range<usize>>,
}

impl Aligner<'_> {
    fn rest(&self) -> &str {
        &self.scalar.source[self.at..]
    }

    /// The rest of the document's line, which must come next in the value; never empty.
    fn content_line(&mut self) -> Option<Range<usize>> {
        let rest = self.rest();
        let line = &rest[..rest.find(['\n', '\r']).unwrap_or(rest.len())];
        let value = self.scalar.value.get(self.map.code_len()..)?;
        if line.is_empty() || !value.starts_with(line) {
            return None;
        }
        let range = self.at..self.at + line.len();
        self.map.verbatim(range.len(), range.start);
        self.at = range.end;
        Some(range)
    }

    /// The line ends from here to the next content line, and moves to that line's text.
    fn take_breaks(&mut self) -> Vec<Range<usize>> {
        let mut breaks = Vec::new();
        loop {
            let rest = self.rest();
            let len = match rest.as_bytes() {
                [b'\r', b'\n', ..] => 2,
                [b'\r' | b'\n', ..] => 1,
                _ => return breaks,
            };
            breaks.push(self.at..self.at + len);
            self.at += len;
            let spaces = self.rest().bytes().take_while(|byte| *byte == b' ').count();
            self.at += spaces.min(self.scalar.indent);
        }
    }

    /// Whether the line that was just read is joined with the one that comes next: neither is
    /// indented further than the scalar.
    fn folds(&self, line: &Range<usize>, breaks: &[Range<usize>]) -> bool {
        let is_indented = |text: &str| text.starts_with([' ', '\t']);
        self.scalar.is_folded
            && !breaks.is_empty()
            && !is_indented(&self.scalar.source[line.clone()])
            && !is_indented(self.rest())
    }

    /// Joins two lines: with a space, or with the empty lines that are between them.
    fn fold(&mut self, breaks: &[Range<usize>]) -> Option<()> {
        let (first, others) = breaks.split_first()?;
        if others.is_empty() {
            self.expect(' ')?;
            self.map.replaced(1, first.clone());
        }
        others.iter().try_for_each(|it| self.line_break(it))
    }

    /// A line end that the value keeps.
    fn line_break(&mut self, range: &Range<usize>) -> Option<()> {
        self.expect('\n')?;
        if self.scalar.source[range.clone()].ends_with('\n') {
            self.map.verbatim(1, range.end - 1);
        } else {
            self.map.replaced(1, range.clone());
        }
        Some(())
    }

    /// The line ends at the value's end: as many as chomping left of the document's, and one that
    /// the document's last line lacks.
    fn tail(&mut self, breaks: &[Range<usize>], end: usize) -> Option<()> {
        let mut breaks = breaks.iter();
        while self.map.code_len() < self.scalar.value.len() {
            match breaks.next() {
                Some(line_break) => self.line_break(line_break)?,
                None => self.map.replaced(1, end..end),
            }
        }
        Some(())
    }

    fn expect(&self, char: char) -> Option<()> {
        let value = self.scalar.value.get(self.map.code_len()..)?;
        value.starts_with(char).then_some(())
    }
}
