//! Documents: which parts of a file are Markdown, and the code blocks in them.

mod collect;

use verify_model::Finding;

use crate::block::Fence;
use crate::book::Chapter;
use crate::inclusion::Inclusions;
use crate::indented::Meant;
use crate::line_index::{BYTE_ORDER_MARK, LineIndex};
use crate::region::Regions;
use collect::Collector;

/// Everything that a document holds for us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extraction {
    /// What kind of file it is.
    pub host: Host,
    /// Every code block, Rust or not, in document order.
    pub fences: Vec<Fence>,
    /// Where the document's lines begin.
    pub lines: LineIndex,
    /// The files that it includes.
    pub inclusions: Inclusions,
    /// How many words of its Rust fences' info strings nobody knows.
    pub unknown_words: usize,
    /// What is wrong with it, in document order.
    pub findings: Vec<Finding>,
}

/// What kind of file a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Host {
    /// Markdown, with or without front matter.
    Markdown,
    /// YAML with Markdown in block scalars; front matter may stand before it.
    Yaml,
    /// Rust with Markdown in doc comments.
    Rust,
}

/// What a document itself does not say about how it is to be read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options<'a> {
    /// What code without a language is.
    pub untagged: Untagged,
    /// The target triple of the machine on which examples are judged, for `ignore-TARGET`; empty
    /// when there is none.
    pub target: &'a str,
    /// Whether examples are judged although their fence says `ignore`.
    pub include_ignored: bool,
    /// What the document is in its book, if it belongs to one.
    pub chapter: Option<&'a Chapter<'a>>,
}

/// What code without a language is, outside doc comments.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Untagged {
    /// Anything: it is listed and not judged.
    #[default]
    Unknown,
    /// Rust, as rustdoc takes it.
    Rust,
}

/// Extracts the code blocks of the document `text`. Never fails.
///
/// `path` says by its extension whether this is YAML (`.yaml`, `.yml`) or Rust (`.rs`); everything
/// else is taken for Markdown, unless its text turns out to be YAML as a whole, with all its
/// fences in block scalars.
#[must_use]
pub fn extract(path: &str, text: &str, options: &Options<'_>) -> Extraction {
    let start = if text.starts_with(BYTE_ORDER_MARK) {
        BYTE_ORDER_MARK.len_utf8()
    } else {
        0
    };
    let mut regions = Regions::new(text, options.chapter);
    let host = match host_of(path) {
        Host::Yaml => {
            regions.add_yaml_file(start);
            Host::Yaml
        }
        Host::Rust => {
            regions.add_rust_file(start);
            Host::Rust
        }
        Host::Markdown if has_extension(path, "mdx") => {
            regions.add_markdown_file(start, Meant::Anywhere)
        }
        Host::Markdown => regions.add_markdown_file(start, Meant::InNotes),
    };
    Collector::collect(text, host, regions.finish(), options)
}

/// The host that a path's extension names; Markdown when it names none.
fn host_of(path: &str) -> Host {
    let is = |other: &str| has_extension(path, other);
    if is("yaml") || is("yml") {
        Host::Yaml
    } else if is("rs") {
        Host::Rust
    } else {
        Host::Markdown
    }
}

fn has_extension(path: &str, other: &str) -> bool {
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    extension.eq_ignore_ascii_case(other)
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod seeds;
#[cfg(test)]
mod tests;
