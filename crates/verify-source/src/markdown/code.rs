//! Puts a block's text together from the pieces that pulldown-cmark gives.

use std::ops::Range;

use crate::source_map::{SourceMap, SourceMapBuilder};

/// A block's text while its pieces come in.
pub(super) struct CodeBuilder<'a> {
    source: &'a str,
    /// Where the source text that is accounted for ends.
    end: usize,
    code: String,
    map: SourceMapBuilder,
}

impl<'a> CodeBuilder<'a> {
    /// A builder for a block whose text begins at `start` or, after a container's prefix, later.
    pub(super) fn new(source: &'a str, start: usize) -> Self {
        Self {
            source,
            end: start,
            code: String::new(),
            map: SourceMapBuilder::new(),
        }
    }

    /// Where the last piece ends in the source.
    pub(super) fn source_end(&self) -> usize {
        self.end
    }

    /// Adds a piece, which stands at `range` in the source.
    pub(super) fn push(&mut self, piece: &str, range: Range<usize>) {
        if self.source.get(range.clone()) == Some(piece) {
            self.map.verbatim(piece.len(), range.start);
        } else {
            // Spaces, with an empty range: what is left of a tab that the container's indentation
            // needs only a part of.
            let source = self.source.get(..range.start).unwrap_or_default();
            let is_tab = source.ends_with('\t') && range.start > self.end;
            let start = if is_tab { range.start - 1 } else { range.start };
            self.map.replaced(piece.len(), start..range.end);
        }
        self.code.push_str(piece);
        self.end = range.end;
    }

    /// The text, every line ended, and its map.
    pub(super) fn finish(mut self) -> (String, SourceMap) {
        if !self.code.is_empty() && !self.code.ends_with('\n') {
            self.code.push('\n');
            self.map.replaced(1, self.end..self.end);
        }
        (self.code, self.map.finish())
    }
}
