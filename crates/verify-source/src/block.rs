//! A fenced code block of a document.

use std::ops::Range;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::directive::Directives;
use crate::info_string::InfoString;
use crate::source_map::SourceMap;

/// A code block, Rust or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fence {
    /// How it is written.
    pub form: Form,
    /// Bytes of the document from the opening fence's first character to the end of the closing
    /// fence's line, without the line end; to the end of the last line when it is never closed. Of
    /// an indented block: from the first line's code to the end of the last line. A block from an
    /// included file has the place of what includes it.
    pub range: Range<usize>,
    /// 1-based line of the opening fence; of an indented block, of its first line.
    pub line: usize,
    /// 1-based line of the closing fence, or of the last line when there is none.
    pub end_line: usize,
    /// The raw info string, without the white space around it.
    pub info: String,
    /// What it stands in, outermost first: `list`, `quote > list`, `yaml examples[1].content`;
    /// empty at top level.
    pub container: String,
    /// The headings above it, outermost first, each bounded in length.
    pub headings: Vec<String>,
    /// What the info string says.
    pub words: Arc<InfoString>,
    /// The code without the container's indentation; every line ends with `\n`.
    pub code: String,
    /// From `code` to the document and what it includes.
    pub map: SourceMap,
    /// Whether the closing fence is missing.
    pub unterminated: bool,
    /// What it is to us.
    pub kind: FenceKind,
    /// What the directives right above it ask for.
    pub directives: Arc<Directives>,
    /// Who shows it.
    pub dialect: Dialect,
}

/// How a code block is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Between two fences.
    Fenced,
    /// By four spaces, or a tab, before each of its lines.
    Indented,
}

/// Whose rules hold where a code block stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dialect {
    /// Nobody's: code without a language is not known to be Rust.
    #[default]
    Markdown,
    /// mdBook's: it hides lines, whatever they stand in.
    Book,
    /// rustdoc's: it hides lines as well, and code without a language is Rust.
    Rustdoc,
}

/// What a fence is to us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FenceKind {
    /// A Rust example.
    Example,
    /// Not an example.
    Other {
        /// Why not.
        reason: String,
    },
}

impl Fence {
    /// Whether it is a Rust example.
    #[must_use]
    pub fn is_example(&self) -> bool {
        self.kind == FenceKind::Example
    }
}

/// SHA-256 of an example's code as UTF-8, in lower-case hexadecimal digits.
#[must_use]
pub fn sha256_hex(code: &str) -> String {
    const DIGITS: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
    ];
    let digest = Sha256::digest(code.as_bytes());
    let mut text = String::with_capacity(2 * digest.len());
    for byte in digest {
        text.push(DIGITS[usize::from(byte >> 4)]);
        text.push(DIGITS[usize::from(byte & 0xf)]);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_the_one_that_sha256sum_prints() {
        let expected = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(sha256_hex(""), expected);
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(sha256_hex("abc"), expected);
    }
}
