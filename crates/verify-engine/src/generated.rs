//! The source file that was made of an example, and where its places lie in the document.

use verify_model::{Position, Span};
use verify_source::example::Example;
use verify_source::line_index::LineIndex;
use verify_source::scaffold::Rendered;

/// A generated source file.
pub(crate) struct Generated<'a> {
    /// Its path as programs name it, relative to the package.
    file: &'a str,
    rendered: Rendered,
    lines: LineIndex,
    example: &'a Example,
}

impl<'a> Generated<'a> {
    pub(crate) fn new(file: &'a str, rendered: Rendered, example: &'a Example) -> Self {
        Self {
            file,
            lines: LineIndex::new(&rendered.text),
            rendered,
            example,
        }
    }

    /// Where a place of `file` lies in the document; `None` for other files and for code that we
    /// added.
    pub(crate) fn place(&self, file: &str, at: Position) -> Option<Span> {
        if file != self.file {
            return None;
        }
        let offset = self.lines.offset(&self.rendered.text, at)?;
        self.span(offset)
    }

    /// Where the first byte of the document on a 1-based line of the file lies.
    pub(crate) fn line(&self, line: usize) -> Option<Span> {
        let mut range = self.lines.line_range(&self.rendered.text, line)?;
        range.find_map(|offset| self.span(offset))
    }

    fn span(&self, offset: usize) -> Option<Span> {
        let at = self.rendered.map.to_source(offset)?;
        self.example.span(at..at)
    }
}
