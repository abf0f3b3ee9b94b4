//! Lines and columns of a document.

use std::ops::Range;

use verify_model::Position;

/// The byte order mark: part of the file, but not of its first line.
pub(crate) const BYTE_ORDER_MARK: char = '\u{feff}';

/// Where the lines of a text begin: finds lines and columns, and back.
///
/// As for rustc, `\n` and `\r\n` end a line and a lone `\r` does not; a byte order mark takes no
/// column; columns count Unicode scalar values. Methods that take the text expect the one that the
/// index was made of; with another one the answers are wrong, but nothing panics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineIndex {
    /// Byte offset of each line's first character; never empty.
    starts: Vec<usize>,
}

impl LineIndex {
    /// Reads `text` once.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let first = if text.starts_with(BYTE_ORDER_MARK) {
            BYTE_ORDER_MARK.len_utf8()
        } else {
            0
        };
        let breaks = text.match_indices('\n').map(|(at, _)| at + 1);
        Self {
            starts: std::iter::once(first).chain(breaks).collect(),
        }
    }

    /// The 1-based line of the byte at `offset`; the last line for offsets past the end.
    #[must_use]
    pub fn line(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset).max(1)
    }

    /// The line and column of the character that holds the byte at `offset`. A line end counts as
    /// the place after the line's last character, and so does every offset past the end.
    #[must_use]
    pub fn position(&self, text: &str, offset: usize) -> Position {
        let line = self.line(offset);
        let range = self.line_range(text, line).unwrap_or_default();
        let before = text
            .get(range.clone())
            .unwrap_or_default()
            .char_indices()
            .take_while(|(at, char)| range.start + at + char.len_utf8() <= offset)
            .count();
        Position {
            line,
            column: before + 1,
        }
    }

    /// The byte offset of a position; `None` when the text has no such line or column. The place
    /// after a line's last character is a position.
    #[must_use]
    pub fn offset(&self, text: &str, position: Position) -> Option<usize> {
        let range = self.line_range(text, position.line)?;
        let line = text.get(range.clone())?;
        let steps = position.column.checked_sub(1)?;
        let mut places = line.char_indices().map(|(at, _)| at).chain([line.len()]);
        places.nth(steps).map(|at| range.start + at)
    }

    /// How many lines there are; a text that ends with a line end has an empty last line.
    #[must_use]
    pub fn line_count(&self) -> usize {
        self.starts.len()
    }

    /// The bytes of a 1-based line without its line end; `None` when there is no such line.
    #[must_use]
    pub fn line_range(&self, text: &str, line: usize) -> Option<Range<usize>> {
        let start = *self.starts.get(line.checked_sub(1)?)?;
        let Some(next) = self.starts.get(line) else {
            return Some(start..text.len().max(start));
        };
        let end = next - 1;
        let has_return = end > start && text.as_bytes().get(end - 1) == Some(&b'\r');
        Some(start..if has_return { end - 1 } else { end })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn position(text: &str, offset: usize) -> (usize, usize) {
        let Position { line, column } = LineIndex::new(text).position(text, offset);
        (line, column)
    }

    fn offset(text: &str, line: usize, column: usize) -> Option<usize> {
        LineIndex::new(text).offset(text, Position { line, column })
    }

    #[test]
    fn columns_count_characters_and_not_bytes() {
        let text = "ä→b\nc";
        let found = [0, 2, 5, 7].map(|at| position(text, at));
        assert_eq!(found, [(1, 1), (1, 2), (1, 3), (2, 1)]);
    }

    #[test]
    fn an_offset_inside_a_character_is_that_character() {
        assert_eq!(position("a→b", 2), (1, 2));
    }

    #[test]
    fn a_crlf_ends_a_line_and_a_lone_return_does_not() {
        let found = [2, 3, 4, 5].map(|at| position("a\rb\r\nc", at));
        assert_eq!(found, [(1, 3), (1, 4), (1, 4), (2, 1)]);
    }

    #[test]
    fn a_byte_order_mark_takes_no_column() {
        let text = "\u{feff}ab\nc";
        assert_eq!(position(text, 0), (1, 1));
        assert_eq!(position(text, 4), (1, 2));
        assert_eq!(offset(text, 1, 1), Some(3));
    }

    #[test]
    fn offsets_past_the_end_are_the_end() {
        assert_eq!(position("ab\n", 99), (2, 1));
        assert_eq!(position("", 5), (1, 1));
        assert_eq!(LineIndex::new("ab\n").line_count(), 2);
    }

    #[test]
    fn positions_that_do_not_exist_have_no_offset() {
        assert_eq!(offset("ab\nc", 1, 3), Some(2));
        for (line, column) in [(1, 4), (3, 1), (0, 1), (1, 0)] {
            assert_eq!(offset("ab\nc", line, column), None, "{line}:{column}");
        }
    }

    proptest! {
        #[test]
        fn a_character_is_found_again_at_its_position(text in "[a→\r\n\t]{0,30}") {
            let index = LineIndex::new(&text);
            for (offset, char) in text.char_indices() {
                let in_line_end = char == '\n' || text[offset..].starts_with("\r\n");
                if !in_line_end {
                    let position = index.position(&text, offset);
                    prop_assert_eq!(index.offset(&text, position), Some(offset));
                }
            }
        }
    }
}
