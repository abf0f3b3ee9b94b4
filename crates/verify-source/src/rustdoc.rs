//! Doc comments of Rust source text, put together into Markdown as rustdoc does.

mod attribute;
mod block_comment;
mod fragment;
mod literal;

use std::iter::Peekable;
use std::ops::Range;

use crate::fault::Fault;
use crate::lex::{self, Kind, Token};
use crate::source_map::SourceMap;
use attribute::Doc;
use fragment::Run;

/// The documentation in a Rust source text. Offsets are bytes of the document.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    /// The documentation of each item that has any, in the order of the text.
    pub texts: Vec<DocText>,
    /// What is not looked into.
    pub faults: Vec<Fault>,
}

/// The documentation of an item: all its doc comments and `doc` attributes.
#[derive(Debug)]
pub(crate) struct DocText {
    /// Markdown.
    pub text: String,
    /// From `text` to the document.
    pub map: SourceMap,
}

/// Reads `document[start..]` as Rust; never fails.
pub(crate) fn read(document: &str, start: usize) -> Reading {
    let mut reader = Reader {
        document,
        run: Run::default(),
        reading: Reading::default(),
    };
    let tokens = lex::stream(&document[start..]).map(|token| Token {
        range: start + token.range.start..start + token.range.end,
        ..token
    });
    reader.read(&mut tokens.peekable());
    reader.end_of_run();
    reader.reading
}

struct Reader<'a> {
    document: &'a str,
    /// What documents the item that comes next or, for inner comments, that they stand in.
    run: Run<'a>,
    reading: Reading,
}

impl Reader<'_> {
    fn read(&mut self, tokens: &mut Peekable<impl Iterator<Item = Token>>) {
        while let Some(token) = tokens.next() {
            match token.kind {
                Kind::DocComment => self.comment(token.range),
                Kind::Comment => {}
                Kind::Punct('#') => {
                    let bang = tokens.next_if(|it| it.kind == Kind::Punct('!'));
                    if tokens.next_if(|it| it.kind == Kind::Open('[')).is_some() {
                        self.attribute(bang.is_some(), tokens);
                    } else {
                        self.end_of_run();
                    }
                }
                _ => self.end_of_run(),
            }
        }
    }

    fn comment(&mut self, range: Range<usize>) {
        let document = self.document;
        let comment = &document[range.clone()];
        self.begin(comment.starts_with("//!") || comment.starts_with("/*!"));
        let content = range.start + 3;
        if comment.starts_with("//") {
            let line = document[content..range.end].trim_end_matches('\r');
            let lines = std::iter::once(content..content + line.len());
            self.run.comment(document, lines);
        } else {
            let end = if comment.len() >= 5 && comment.ends_with("*/") {
                range.end - 2
            } else {
                range.end
            };
            let lines = block_comment::lines(document, content..end);
            self.run.comment(document, lines);
        }
    }

    /// Reads an attribute to its end.
    fn attribute(&mut self, is_inner: bool, tokens: &mut impl Iterator<Item = Token>) {
        let docs = attribute::docs(self.document, tokens);
        if docs.is_empty() {
            return;
        }
        self.begin(is_inner);
        for doc in docs {
            match doc {
                Doc::Text(range) => match literal::read(self.document, range.clone()) {
                    Some(literal) => self.run.literal(literal),
                    None => self.not_looked_into(range),
                },
                Doc::File(range) => {
                    let message = format!(
                        "{} is documentation: its examples are judged when that file is \
                         named as a document",
                        &self.document[range.clone()]
                    );
                    self.reading.faults.push(Fault::note(message, range.start));
                }
                Doc::Macro(range) => self.not_looked_into(range),
            }
        }
    }

    fn not_looked_into(&mut self, range: Range<usize>) {
        let is_code = crate::yaml::may_hold_fence(&self.document[range.clone()]);
        if is_code {
            let message = "documentation that a macro makes is not looked into: \
                           its fences are not judged";
            let fault = Fault::warning(message, range.start);
            self.reading.faults.push(fault);
        }
    }

    /// Comments about what comes next and about what they stand in do not belong together.
    fn begin(&mut self, is_inner: bool) {
        if self.run.is_inner != is_inner {
            self.end_of_run();
            self.run.is_inner = is_inner;
        }
    }

    fn end_of_run(&mut self) {
        if self.run.is_empty() {
            return;
        }
        let run = std::mem::take(&mut self.run);
        if let Some((text, map)) = run.finish() {
            self.reading.texts.push(DocText { text, map });
        }
    }
}

#[cfg(test)]
mod tests;
