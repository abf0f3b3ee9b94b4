//! Files that a document includes: their texts stand, as it were, behind the document's.

use std::ops::Range;

use crate::line_index::LineIndex;

/// The files that a document includes.
///
/// Offsets count through the document's text and then through each file's, with one byte between
/// two texts, so that a [`crate::source_map::SourceMap`] can lead into any of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inclusions {
    files: Vec<IncludedFile>,
}

/// A file that a document includes, as often as it is included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncludedFile {
    /// Its path in the book's folder, `/`-separated.
    pub path: String,
    /// Its text.
    pub text: String,
    /// Where its lines begin.
    pub lines: LineIndex,
    /// Where its text begins among all offsets.
    start: usize,
    /// What includes it: a link in the document, or in an earlier file.
    link: Range<usize>,
}

impl Inclusions {
    /// The files, in the order of their offsets.
    #[must_use]
    pub fn files(&self) -> &[IncludedFile] {
        &self.files
    }

    /// Adds a file that `link` includes, and returns the offset of its text. `document` is the
    /// document's length.
    pub(crate) fn add(
        &mut self,
        document: usize,
        path: String,
        text: String,
        link: Range<usize>,
    ) -> usize {
        let end = self.files.last().map_or(document, IncludedFile::end);
        let start = end + 1;
        self.files.push(IncludedFile {
            path,
            lines: LineIndex::new(&text),
            text,
            start,
            link,
        });
        start
    }

    /// The file that holds `offset`, and the offset in that file; `None` when it is the document.
    #[must_use]
    pub fn file_at(&self, offset: usize) -> Option<(&IncludedFile, usize)> {
        let after = self.files.partition_point(|file| file.start <= offset);
        let file = self.files.get(after.checked_sub(1)?)?;
        Some((file, offset - file.start))
    }

    /// The bytes of the document that `offset` stands for: itself, or the link that includes it.
    #[must_use]
    pub fn in_document(&self, offset: usize) -> Range<usize> {
        let mut range = offset..offset;
        // Every link stands in a text with a smaller offset.
        while let Some((file, _)) = self.file_at(range.start) {
            range = file.link.clone();
        }
        range
    }

    /// The range of the document that `range`, which may begin and end in different texts, stands
    /// for.
    #[must_use]
    pub fn range_in_document(&self, range: &Range<usize>) -> Range<usize> {
        if self.files.is_empty() {
            return range.clone();
        }
        let start = self.in_document(range.start).start;
        let end = self.in_document(range.end).end;
        start..end.max(start)
    }

    /// The document's text followed by all files', each behind a line end: the text that offsets
    /// count through.
    #[must_use]
    pub fn whole_text(&self, document: &str) -> String {
        let mut text = document.to_owned();
        for file in &self.files {
            text.push('\n');
            text.push_str(&file.text);
        }
        text
    }
}

impl IncludedFile {
    fn end(&self) -> usize {
        self.start + self.text.len()
    }
}
