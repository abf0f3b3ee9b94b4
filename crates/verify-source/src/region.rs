//! Which parts of a document are Markdown.

use std::borrow::Cow;
use std::ops::Range;

use crate::block::{Dialect, Form};
use crate::book::{self, Chapter};
use crate::document::Host;
use crate::fault::Fault;
use crate::front_matter::{self, Syntax};
use crate::inclusion::Inclusions;
use crate::indented::{self, Meant};
use crate::markdown;
use crate::rustdoc;
use crate::source_map::{SourceMap, SourceMapBuilder};
use crate::yaml::{self, Reading};

/// A stretch of Markdown in a document.
pub(crate) struct Region<'a> {
    /// Its text; `\n` and `\r\n` end its lines.
    pub text: Cow<'a, str>,
    /// From `text`, all of it, to the document and what it includes.
    pub map: SourceMap,
    /// Where it stands: `yaml examples[1].content`; empty for a document's own Markdown.
    pub container: String,
    /// Whose rules hold in it.
    pub dialect: Dialect,
}

impl<'a> Region<'a> {
    /// Markdown of a document's own. A lone carriage return ends a line there, so it becomes a
    /// line feed.
    fn own(original: Cow<'a, str>, source: SourceMap, dialect: Dialect) -> Self {
        let mut text = String::new();
        let mut map = SourceMapBuilder::new();
        let mut done = 0;
        for (at, _) in original.match_indices('\r') {
            if original[at + 1..].starts_with('\n') {
                continue;
            }
            text.push_str(&original[done..at]);
            text.push('\n');
            map.mapped(&source, &(done..at));
            let place = source.range_to_source(at..at + 1).unwrap_or_default();
            map.replaced(1, place);
            done = at + 1;
        }
        let (text, map) = if done == 0 {
            (original, source)
        } else {
            text.push_str(&original[done..]);
            map.mapped(&source, &(done..original.len()));
            (Cow::Owned(text), map.finish())
        };
        Self {
            text,
            map,
            container: String::new(),
            dialect,
        }
    }

    /// This region with the fences that are meant as such where Markdown does not take them for any.
    fn brought_out(mut self, meant: Meant) -> Self {
        if let Some((text, map)) = indented::brought_out(&self.text, meant) {
            self.map = map.compose(&self.map);
            self.text = Cow::Owned(text);
        }
        self
    }
}

/// Finds the Markdown in a document.
pub(crate) struct Regions<'a> {
    document: &'a str,
    chapter: Option<&'a Chapter<'a>>,
    found: Found<'a>,
}

/// What was found in a document: the Markdown, what it includes, and what is wrong with what is
/// around it.
#[derive(Default)]
pub(crate) struct Found<'a> {
    pub regions: Vec<Region<'a>>,
    pub inclusions: Inclusions,
    pub faults: Vec<Fault>,
}

impl<'a> Regions<'a> {
    pub(crate) fn new(document: &'a str, chapter: Option<&'a Chapter<'a>>) -> Self {
        Self {
            document,
            chapter,
            found: Found::default(),
        }
    }

    pub(crate) fn add_yaml_file(&mut self, start: usize) {
        if yaml::may_hold_fence(self.document) {
            let reading = yaml::read(self.document, start..self.document.len());
            self.add_reading("yaml", reading);
        }
    }

    pub(crate) fn add_rust_file(&mut self, start: usize) {
        let reading = rustdoc::read(self.document, start);
        self.found.faults.extend(reading.faults);
        let texts = reading.texts.into_iter();
        self.found.regions.extend(texts.map(|doc| Region {
            text: Cow::Owned(doc.text),
            map: doc.map,
            container: "doc comment".to_owned(),
            dialect: Dialect::Rustdoc,
        }));
    }

    pub(crate) fn add_markdown_file(&mut self, start: usize, meant: Meant) -> Host {
        let start = self.add_front_matter(start);
        let body = start..self.document.len();
        let own = Cow::Borrowed(&self.document[body.clone()]);
        let map = SourceMap::verbatim(body.len(), body.start);
        if let Some(chapter) = self.chapter {
            self.add_chapter(chapter, own, map);
            return Host::Markdown;
        }
        let markdown = Region::own(own, map, Dialect::Markdown);
        if let Some(reading) = self.whole_yaml(body, &markdown) {
            self.add_reading("yaml", reading);
            return Host::Yaml;
        }
        self.found.regions.push(markdown.brought_out(meant));
        Host::Markdown
    }

    fn add_chapter(&mut self, chapter: &Chapter<'_>, own: Cow<'a, str>, map: SourceMap) {
        let found = &mut self.found;
        let expanded = book::expand(
            chapter,
            &own,
            &map,
            self.document.len(),
            &mut found.inclusions,
        );
        let region = match expanded {
            None => Region::own(own, map, Dialect::Book),
            Some(expanded) => {
                found.faults.extend(expanded.faults);
                Region::own(Cow::Owned(expanded.text), expanded.map, Dialect::Book)
            }
        };
        found.regions.push(region);
    }

    pub(crate) fn finish(self) -> Found<'a> {
        self.found
    }

    /// Looks into front matter and returns where the body begins.
    ///
    /// Two thematic breaks at a document's start look like front matter. Such a text is front
    /// matter if it reads as such or if it holds no fence: either way no fence is lost.
    fn add_front_matter(&mut self, start: usize) -> usize {
        let Some(found) = front_matter::find(self.document, start) else {
            return start;
        };
        let content = &self.document[found.content.clone()];
        if !yaml::may_hold_fence(content) {
            return found.body;
        }
        match found.syntax {
            Syntax::Toml if content.parse::<toml::Table>().is_ok() => {
                if yaml::has_fence_line(content) {
                    let message = "a fence in TOML front matter is not looked into";
                    self.found.faults.push(Fault::warning(message, start));
                }
                found.body
            }
            Syntax::Toml => start,
            Syntax::Yaml => {
                let reading = yaml::read(self.document, found.content);
                if reading.is_mapping() {
                    self.add_reading("front matter", reading);
                    found.body
                } else {
                    start
                }
            }
        }
    }

    /// `body` read as YAML, if it is a mapping as a whole and every fence that Markdown would see
    /// in it stands in one of its block scalars.
    fn whole_yaml(&self, body: Range<usize>, markdown: &Region<'_>) -> Option<Reading> {
        let text = &markdown.text;
        if !yaml::may_hold_fence(text) || !begins_like_mapping(text) {
            return None;
        }
        let reading = yaml::read(self.document, body);
        if !reading.is_mapping() || reading.scalars.is_empty() {
            return None;
        }
        let is_covered = |offset: usize| {
            let place = markdown.map.to_source(offset);
            place.is_some_and(|place| reading.scalar_at(place).is_some())
        };
        // Usually no line outside of the scalars so much as looks like a fence.
        let mut is_yaml = fence_lines(text).all(is_covered);
        if !is_yaml {
            is_yaml = true;
            markdown::read(text, |fence| {
                is_yaml &= fence.form == Form::Indented || is_covered(fence.range.start);
            });
        }
        is_yaml.then_some(reading)
    }

    fn add_reading(&mut self, host: &str, reading: Reading) {
        self.found.faults.extend(reading.faults);
        self.found.faults.extend(reading.error);
        for scalar in reading.scalars {
            let space = if scalar.path.is_empty() { "" } else { " " };
            self.found.regions.push(Region {
                text: Cow::Owned(scalar.text),
                map: scalar.map,
                container: format!("{host}{space}{}", scalar.path),
                dialect: Dialect::Markdown,
            });
        }
    }
}

/// Where the lines that look like fences begin.
fn fence_lines(text: &str) -> impl Iterator<Item = usize> {
    let mut next = 0;
    text.split_inclusive('\n').filter_map(move |line| {
        let start = next;
        next += line.len();
        let (run, _) = markdown::opening_run(line)?;
        Some(start + run.start)
    })
}

/// Whether the first line that is neither empty nor a comment could begin a YAML mapping. Spares
/// us from reading prose as YAML.
fn begins_like_mapping(text: &str) -> bool {
    let is_content = |line: &&str| !line.is_empty() && !line.starts_with('#') && *line != "---";
    let first = text.lines().map(str::trim_end).find(is_content);
    first.is_some_and(|line| line.contains(": ") || line.ends_with(':'))
}
