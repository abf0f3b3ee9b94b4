//! Replaces the links of a chapter by what they stand for.

use std::ops::Range;

use super::link::{Link, LinkKind, Part, Target, links};
use super::select::select;
use super::{Chapter, resolve};
use crate::fault::Fault;
use crate::inclusion::Inclusions;
use crate::source_map::{SourceMap, SourceMapBuilder};

/// So many files may include one another in a row, as in mdBook.
const MAX_DEPTH: usize = 10;

/// A document and everything that it includes may have so many bytes: a few small files that
/// include each other several times could make any number.
pub(super) const MAX_BYTES: usize = if cfg!(test) { 1 << 20 } else { 64 << 20 };

/// A chapter whose links are replaced.
#[derive(Debug)]
pub(crate) struct Expanded {
    /// Its text.
    pub text: String,
    /// From `text` to the document and what it includes.
    pub map: SourceMap,
    /// What could not be included. Offsets are those of `map`'s source.
    pub faults: Vec<Fault>,
}

/// Replaces the links of `text`, whose map leads to the document of `document_len` bytes; `None`
/// when there are none.
pub(crate) fn expand(
    chapter: &Chapter<'_>,
    text: &str,
    map: &SourceMap,
    document_len: usize,
    inclusions: &mut Inclusions,
) -> Option<Expanded> {
    if links(text).is_empty() {
        return None;
    }
    let mut expander = Expander {
        chapter,
        document_len,
        inclusions,
        included_bytes: 0,
        faults: Vec::new(),
        written: Written::default(),
    };
    expander.replace(text, map, chapter.path, 0);
    Some(Expanded {
        text: expander.written.text,
        map: expander.written.map.finish(),
        faults: expander.faults,
    })
}

struct Expander<'a> {
    chapter: &'a Chapter<'a>,
    document_len: usize,
    inclusions: &'a mut Inclusions,
    included_bytes: usize,
    faults: Vec<Fault>,
    written: Written,
}

/// Text on its way, with its map.
#[derive(Default)]
struct Written {
    text: String,
    map: SourceMapBuilder,
}

impl Written {
    fn mapped(&mut self, text: &str, map: &SourceMap, range: &Range<usize>) {
        self.text.push_str(&text[range.clone()]);
        self.map.mapped(map, range);
    }

    fn replaced(&mut self, text: &str, source: &Range<usize>) {
        self.text.push_str(text);
        self.map.replaced(text.len(), source.clone());
    }
}

impl Expander<'_> {
    /// Writes `text`, which stands in the file at `path`, with its links replaced.
    fn replace(&mut self, text: &str, map: &SourceMap, path: &str, depth: usize) {
        let mut done = 0;
        for Link { range, kind } in links(text) {
            self.written.mapped(text, map, &(done..range.start));
            done = range.end;
            let place = map.range_to_source(range.clone()).unwrap_or_default();
            match self.link(&kind, &place, path, depth) {
                Ok(()) => {
                    if kind == LinkKind::Escaped {
                        self.written
                            .mapped(text, map, &(range.start + 1..range.end));
                    }
                }
                Err(message) => {
                    self.faults.push(Fault::error(message, place.start));
                    self.written.mapped(text, map, &range);
                }
            }
        }
        self.written.mapped(text, map, &(done..text.len()));
    }

    /// Writes what a link stands for. `place` is where it stands.
    fn link(
        &mut self,
        kind: &LinkKind<'_>,
        place: &Range<usize>,
        path: &str,
        depth: usize,
    ) -> Result<(), String> {
        let (target, words) = match kind {
            LinkKind::Escaped | LinkKind::Title => return Ok(()),
            LinkKind::Include(target) | LinkKind::RustdocInclude(target) => (target.clone(), None),
            LinkKind::Playground { path, words } => {
                let part = Part::Lines(0..usize::MAX);
                (Target { path, part }, Some(words))
            }
        };
        let hides = matches!(kind, LinkKind::RustdocInclude(_));
        let (inner_path, text, start) = self.file(&target, place, path, depth)?;
        let mut part = part_of(&text, start, &target.part, hides);
        if let (true, Part::Anchor(name)) = (part.is_empty, &target.part) {
            let message = format!("there is no anchor `{name}` in `{inner_path}`");
            self.faults.push(Fault::error(message, place.start));
        }
        if let Some(words) = words {
            let info: Vec<&str> = std::iter::once("rust")
                .chain(words.iter().copied())
                .collect();
            self.written
                .replaced(&format!("```{}\n", info.join(",")), place);
            part.written.replaced("\n```\n", place);
        }
        let Written { text, map } = part.written;
        self.replace(&text, &map.finish(), &inner_path, depth + 1);
        Ok(())
    }

    /// The path in the book, the text and the offset of the file that a link names.
    fn file(
        &mut self,
        target: &Target<'_>,
        place: &Range<usize>,
        from: &str,
        depth: usize,
    ) -> Result<(String, String, usize), String> {
        let shown = target.path;
        if depth >= MAX_DEPTH {
            return Err(format!(
                "`{shown}` is not included: {MAX_DEPTH} files that include one another are enough"
            ));
        }
        let path = resolve(from, shown)
            .ok_or_else(|| format!("`{shown}` is not included: it leads out of the book"))?;
        let text = (self.chapter.read)(&path)
            .map_err(|error| format!("`{shown}` cannot be included: {error}"))?;
        self.included_bytes += text.len();
        if self.included_bytes > MAX_BYTES {
            return Err(format!(
                "`{shown}` is not included: more than {MAX_BYTES} bytes were included before"
            ));
        }
        let start =
            self.inclusions
                .add(self.document_len, path.clone(), text.clone(), place.clone());
        Ok((path, text, start))
    }
}

/// A part of a file, and whether nothing of it is shown.
struct Selected {
    written: Written,
    is_empty: bool,
}

/// The lines of a part, or all lines with those outside of it hidden. `start` is the offset of the
/// file's text.
fn part_of(text: &str, start: usize, part: &Part<'_>, hides: bool) -> Selected {
    let file = SourceMap::verbatim(text.len(), start);
    let lines = select(text, part);
    let is_empty = !lines.iter().any(|line| line.is_shown);
    let used: Vec<_> = lines
        .into_iter()
        .filter(|line| hides || line.is_shown)
        .collect();
    let mut written = Written::default();
    for (index, line) in used.iter().enumerate() {
        let at = start + line.range.start;
        if !line.is_shown {
            written.replaced("# ", &(at..at));
        }
        written.mapped(text, &file, &line.range);
        if index + 1 < used.len() {
            let end = line.range.end;
            let end = end + usize::from(text[end..].starts_with('\r'));
            written.mapped(text, &file, &(end..end + 1));
        }
    }
    Selected { written, is_empty }
}
