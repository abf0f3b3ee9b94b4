//! Block scalars of YAML text, by saphyr-parser's events and their marks.

mod align;
mod offsets;
mod path;

use std::ops::Range;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span};
use verify_model::Severity;

use crate::fault::Fault;
use crate::info_string::InfoString;
use crate::markdown::opening_run;
use crate::source_map::SourceMap;
use align::{Aligned, Scalar, align, content_after};
use offsets::Offsets;
use path::Path;

/// What was found in a YAML text. Offsets are bytes of the document.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reading {
    /// The block scalars in which there may be fences.
    pub scalars: Vec<BlockScalar>,
    /// How many YAML documents the text holds that are mappings, and that are anything else.
    pub mappings: usize,
    pub other_roots: usize,
    /// Where the text stops being YAML.
    pub error: Option<Fault>,
    /// What else is wrong.
    pub faults: Vec<Fault>,
}

/// A literal or folded block scalar.
#[derive(Clone, Debug)]
pub(crate) struct BlockScalar {
    /// Its place: `examples[1].content`; empty for the root.
    pub path: String,
    /// Its value.
    pub text: String,
    /// From its value to the document.
    pub map: SourceMap,
    /// From its first to its last content line.
    pub range: Range<usize>,
}

impl Reading {
    /// Whether the text as a whole is YAML, and a mapping.
    pub(crate) fn is_mapping(&self) -> bool {
        self.error.is_none() && self.mappings > 0 && self.other_roots == 0
    }

    /// The scalar whose lines hold the byte at `offset`.
    pub(crate) fn scalar_at(&self, offset: usize) -> Option<&BlockScalar> {
        // Scalars are in document order.
        let after = self.scalars.partition_point(|it| it.range.start <= offset);
        let scalar = &self.scalars[after.checked_sub(1)?];
        scalar.range.contains(&offset).then_some(scalar)
    }
}

/// Whether there can be a fence in `text` at all.
pub(crate) fn may_hold_fence(text: &str) -> bool {
    text.contains("```") || text.contains("~~~")
}

/// Whether a line of `text` looks like a fence.
pub(crate) fn has_fence_line(text: &str) -> bool {
    may_hold_fence(text) && text.lines().any(|line| opening_run(line).is_some())
}

/// Reads `document[range]`, which begins at the start of a line, as YAML.
pub(crate) fn read(document: &str, range: Range<usize>) -> Reading {
    let text = &document[range.clone()];
    let mut reader = Reader {
        document,
        base: range.start,
        offsets: Offsets::new(text),
        path: Path::default(),
        roots: 0,
        depth: 0,
        reading: Reading::default(),
    };
    for event in Parser::new_from_str(text) {
        match event {
            Ok((event, span)) => reader.event(&event, span),
            Err(error) => {
                reader.error(&error, range.end);
                break;
            }
        }
    }
    reader.reading
}

struct Reader<'a> {
    document: &'a str,
    /// Where the YAML text begins in the document.
    base: usize,
    offsets: Offsets<'a>,
    path: Path,
    roots: usize,
    depth: usize,
    reading: Reading,
}

impl Reader<'_> {
    fn event(&mut self, event: &Event<'_>, span: Span) {
        match event {
            Event::DocumentStart(_) => self.path = Path::default(),
            Event::Scalar(value, style, anchor, tag) => {
                self.begin(false);
                let has_properties = *anchor != 0 || tag.is_some();
                self.scalar(value, *style, span, has_properties);
                self.path.end_node(Some(value));
            }
            Event::Alias(_) => {
                self.begin(false);
                self.path.end_node(None);
            }
            Event::MappingStart(..) => {
                self.begin(true);
                self.path.enter_mapping();
                self.depth += 1;
            }
            Event::SequenceStart(..) => {
                self.begin(false);
                self.path.enter_sequence();
                self.depth += 1;
            }
            Event::MappingEnd | Event::SequenceEnd => {
                self.path.leave();
                self.path.end_node(None);
                self.depth = self.depth.saturating_sub(1);
            }
            _ => {}
        }
    }

    fn begin(&mut self, is_mapping: bool) {
        if self.depth > 0 {
            self.path.begin_node();
            return;
        }
        self.roots += 1;
        if is_mapping {
            self.reading.mappings += 1;
        } else {
            self.reading.other_roots += 1;
        }
    }

    fn scalar(&mut self, value: &str, style: ScalarStyle, span: Span, has_properties: bool) {
        if !may_hold_fence(value) {
            return;
        }
        let start = self.base + self.offsets.byte(span.start.index());
        let is_folded = match style {
            ScalarStyle::Literal => false,
            ScalarStyle::Folded => true,
            _ => {
                let end = self.base + self.offsets.byte(span.end.index());
                return self.flow_scalar(value, start..end);
            }
        };
        // The mark of a scalar is that of its first line or, if it has a tag or an anchor, of that.
        let content = if has_properties {
            content_after(self.document, start, value)
        } else {
            Some((start, span.start.col()))
        };
        let aligned = content.and_then(|(start, indent)| {
            let scalar = Scalar {
                source: self.document,
                start,
                indent,
                value,
                is_folded,
            };
            Some((start, align(&scalar)?))
        });
        self.block_scalar(value, start, aligned);
    }

    fn block_scalar(&mut self, value: &str, mark: usize, aligned: Option<(usize, Aligned)>) {
        let Some((start, aligned)) = aligned else {
            let message = "the lines of this block scalar could not be told apart: \
                           the fences in it are not looked into";
            self.fault(Severity::Error, message, mark);
            return;
        };
        self.joined_fences(&aligned.joined);
        self.reading.scalars.push(BlockScalar {
            path: self.shown_path(),
            text: value.to_owned(),
            map: aligned.map,
            range: start..aligned.end,
        });
    }

    /// Says that fences were joined with other lines: once, and for a Rust fence if there is one.
    fn joined_fences(&mut self, lines: &[Range<usize>]) {
        let is_rust = |line: &&Range<usize>| {
            let run = opening_run(&self.document[(*line).clone()]);
            run.is_some_and(|(_, info)| InfoString::parse(info).is_rust)
        };
        let (line, severity) = match (lines.iter().find(is_rust), lines.first()) {
            (Some(line), _) => (line, Severity::Error),
            (None, Some(line)) => (line, Severity::Warning),
            (None, None) => return,
        };
        let message = "this fence stands in a folded scalar (`>`), which joins its lines: \
                       write a literal one (`|`)";
        self.fault(severity, message, line.start);
    }

    /// Quoted and plain scalars are not looked into; says so if they hold a fence.
    fn flow_scalar(&mut self, value: &str, range: Range<usize>) {
        let source = self.document.get(range.clone()).unwrap_or_default();
        let below = source.split_once('\n').map_or("", |(_, below)| below);
        if has_fence_line(value) || has_fence_line(below) {
            let message = "a fence in a quoted or plain YAML scalar is not looked into: \
                           write a block scalar (`|`)";
            self.fault(Severity::Warning, message, range.start);
        }
    }

    fn fault(&mut self, severity: Severity, message: &str, offset: usize) {
        let fault = Fault::new(severity, message, offset);
        self.reading.faults.push(fault);
    }

    /// The path, with the YAML document's number after the first.
    fn shown_path(&self) -> String {
        let path = self.path.show();
        match self.roots {
            0 | 1 => path,
            number if path.is_empty() => format!("#{number}"),
            number => format!("#{number} {path}"),
        }
    }

    fn error(&mut self, error: &ScanError, end: usize) {
        let offset = self.base + self.offsets.byte(error.marker().index());
        let rest = self.document.get(offset..end).unwrap_or_default();
        let severity = if may_hold_fence(rest) {
            Severity::Error
        } else {
            Severity::Warning
        };
        self.reading.error = Some(Fault {
            severity,
            message: format!(
                "not valid YAML ({}): block scalars from here on are not looked into",
                error.info()
            ),
            offset,
        });
    }
}

#[cfg(test)]
mod tests;
