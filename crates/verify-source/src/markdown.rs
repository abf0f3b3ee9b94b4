//! Fences of Markdown text, by pulldown-cmark's events and their offsets.

mod code;
mod directives;
mod headings;
mod html;

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use crate::block::Form;
use crate::fault::Fault;
use crate::source_map::SourceMap;
use code::CodeBuilder;
pub(crate) use directives::Comment;
use directives::Waiting;
use headings::Headings;
pub(crate) use html::closes;

/// A code block as Markdown sees it. Offsets are bytes of the Markdown text.
#[derive(Clone, Debug)]
pub(crate) struct MarkdownFence {
    /// How it is written.
    pub form: Form,
    /// From the opening fence's first character to the end of the closing fence's line, without
    /// the line end; to the end of the last line when it is never closed. Of an indented block:
    /// from the first line's code to the end of the last line.
    pub range: Range<usize>,
    /// The info string without the white space around it.
    pub info: Range<usize>,
    /// What it stands in, outermost first, joined by ` > `.
    pub container: String,
    /// The headings above it, outermost first.
    pub headings: Vec<String>,
    /// The code without the container's indentation; every line ends with `\n`.
    pub code: String,
    /// From `code` to the Markdown text.
    pub map: SourceMap,
    /// Whether the closing fence is missing.
    pub unterminated: bool,
    /// Whether Markdown takes it for code.
    pub standing: Standing,
    /// The directives right above it.
    pub directives: Vec<Comment>,
}

/// Whether Markdown takes a fence for code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It does.
    Code,
    /// It stands in an HTML block: Markdown is not read there.
    Html,
    /// It stands in an HTML comment.
    Comment,
}

/// Extensions to CommonMark that change where fences are. Others (tables, task lists, alerts) do
/// not; metadata blocks would, but pulldown-cmark accepts them anywhere in the text, where they
/// would hide what stands between two thematic breaks.
const OPTIONS: Options = Options::ENABLE_FOOTNOTES;

/// Gives all code blocks of `text`, in order, to `sink`, and returns what is wrong with directives.
///
/// The lines of `text` end with `\n` or `\r\n`: pulldown-cmark loses a lone `\r` or two, and takes
/// quadratic time over many.
pub(crate) fn read(text: &str, sink: impl FnMut(MarkdownFence)) -> Vec<Fault> {
    let mut reader = Reader {
        text,
        containers: Vec::new(),
        headings: Headings::default(),
        state: State::Elsewhere,
        waiting: Waiting::default(),
        sink,
    };
    for (event, range) in Parser::new_ext(text, OPTIONS).into_offset_iter() {
        reader.read(event, range);
    }
    reader.waiting.interrupt();
    reader.waiting.faults
}

/// The run of three or more fence characters at the start of `line`, after its indentation, if
/// the line can open a fence: the run's byte range and the rest of the line.
pub(crate) fn opening_run(line: &str) -> Option<(Range<usize>, &str)> {
    let trimmed = line.trim_start_matches([' ', '\t']);
    let start = line.len() - trimmed.len();
    let fence = trimmed.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let rest = trimmed.trim_start_matches(fence);
    let run = start..line.len() - rest.len();
    let is_fence = run.len() >= 3 && !(fence == '`' && rest.contains('`'));
    is_fence.then_some((run, rest))
}

struct Reader<'a, F> {
    text: &'a str,
    containers: Vec<&'static str>,
    headings: Headings,
    state: State<'a>,
    waiting: Waiting,
    sink: F,
}

/// What the events stand in.
enum State<'a> {
    Elsewhere,
    Code(Opened<'a>),
    Html(CodeBuilder<'a>),
}

/// A code block while its code comes in.
struct Opened<'a> {
    form: Form,
    range: Range<usize>,
    code: CodeBuilder<'a>,
    directives: Vec<Comment>,
}

impl<'a, F: FnMut(MarkdownFence)> Reader<'a, F> {
    fn read(&mut self, event: Event<'a>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(&tag, range),
            Event::End(tag) => self.end(tag),
            Event::Text(piece) | Event::Html(piece) => match &mut self.state {
                State::Code(Opened { code, .. }) | State::Html(code) => code.push(&piece, range),
                State::Elsewhere => {
                    self.waiting.interrupt();
                    self.headings.text(&piece);
                }
            },
            Event::InlineHtml(piece) => self.waiting.inline_html(&piece, range.start),
            Event::Code(piece) => self.headings.text(&piece),
            Event::SoftBreak | Event::HardBreak => self.headings.text(" "),
            _ => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>, range: Range<usize>) {
        if !matches!(tag, Tag::CodeBlock(_) | Tag::HtmlBlock) {
            self.waiting.interrupt();
        }
        match tag {
            Tag::CodeBlock(kind) => {
                let (form, start) = match kind {
                    CodeBlockKind::Fenced(_) => (Form::Fenced, line_end(self.text, range.start).1),
                    CodeBlockKind::Indented => (Form::Indented, range.start),
                };
                self.state = State::Code(Opened {
                    form,
                    code: CodeBuilder::new(self.text, start),
                    directives: self.waiting.take(),
                    range,
                });
            }
            Tag::HtmlBlock => self.state = State::Html(CodeBuilder::new(self.text, range.start)),
            Tag::Heading { level, .. } => self.headings.open(*level),
            Tag::BlockQuote(_) => self.containers.push("quote"),
            Tag::List(_) => self.containers.push("list"),
            Tag::FootnoteDefinition(_) => self.containers.push("footnote"),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        if !matches!(tag, TagEnd::CodeBlock | TagEnd::HtmlBlock) {
            self.waiting.interrupt();
        }
        match tag {
            TagEnd::CodeBlock | TagEnd::HtmlBlock => {
                match std::mem::replace(&mut self.state, State::Elsewhere) {
                    State::Code(block) if block.form == Form::Indented => {
                        self.finish_indented(block);
                    }
                    State::Code(block) => self.finish_fence(block),
                    State::Html(html) => self.finish_html(html),
                    State::Elsewhere => {}
                }
            }
            TagEnd::Heading(_) => self.headings.close(),
            TagEnd::BlockQuote(_) | TagEnd::List(_) | TagEnd::FootnoteDefinition => {
                self.containers.pop();
            }
            _ => {}
        }
    }

    fn finish_indented(&mut self, block: Opened<'_>) {
        let (code, map) = block.code.finish();
        let range = map.range_to_source(0..code.len()).unwrap_or(block.range);
        let end = without_line_end(self.text, range.clone());
        (self.sink)(MarkdownFence {
            form: Form::Indented,
            range: range.start..end,
            info: range.start..range.start,
            container: self.containers.join(" > "),
            headings: self.headings.path(),
            code,
            map,
            unterminated: false,
            standing: Standing::Code,
            directives: block.directives,
        });
    }

    fn finish_fence(&mut self, block: Opened<'_>) {
        let Opened { range, code, .. } = block;
        let text = self.text;
        let opening = &text[range.start..line_end(text, range.start).0];
        let (run, rest) = opening_run(opening).unwrap_or((0..0, opening));
        let info = trimmed(rest, range.start + run.end);
        let tail = text.get(code.source_end()..range.end).unwrap_or_default();
        // Only a closing fence can follow the code.
        let unterminated = !tail.trim_end().ends_with(['`', '~']);
        let end = if unterminated {
            without_line_end(text, range.start..range.end)
        } else {
            line_end(text, range.end).0
        };
        let (code, map) = code.finish();
        (self.sink)(MarkdownFence {
            form: Form::Fenced,
            range: range.start..end,
            info,
            container: self.containers.join(" > "),
            headings: self.headings.path(),
            code,
            map,
            unterminated,
            standing: Standing::Code,
            directives: block.directives,
        });
    }

    fn finish_html(&mut self, html: CodeBuilder<'_>) {
        let (html, map) = html.finish();
        self.waiting.html(&html, &map);
        for fence in html::fences(&html) {
            let to_text = |range: Range<usize>| map.range_to_source(range).unwrap_or_default();
            (self.sink)(MarkdownFence {
                form: Form::Fenced,
                range: to_text(fence.range),
                info: to_text(fence.info),
                container: self.containers.join(" > "),
                headings: self.headings.path(),
                code: html[fence.code.clone()].to_owned(),
                map: SourceMap::verbatim(fence.code.len(), fence.code.start).compose(&map),
                unterminated: fence.unterminated,
                standing: fence.standing,
                directives: Vec::new(),
            });
        }
    }
}

/// Where the line that holds `offset` ends: without, and with its line end.
fn line_end(text: &str, offset: usize) -> (usize, usize) {
    let end = text[offset..]
        .find('\n')
        .map_or(text.len(), |len| offset + len);
    let next = text.len().min(end + 1);
    (without_return(text, offset, end), next)
}

/// The end of `range` without the line end that it may have.
fn without_line_end(text: &str, range: Range<usize>) -> usize {
    match text[range.clone()].strip_suffix('\n') {
        Some(kept) => without_return(text, range.start, range.start + kept.len()),
        None => range.end,
    }
}

/// `end`, or one less when a carriage return stands before it, but not before `start`.
fn without_return(text: &str, start: usize, end: usize) -> usize {
    let is_line_end = text[end..].starts_with('\n');
    if is_line_end && text[start..end].ends_with('\r') {
        end - 1
    } else {
        end
    }
}

/// The range of `part`, which begins at `start`, without the white space around it.
fn trimmed(part: &str, start: usize) -> Range<usize> {
    let is_space = |c: char| c.is_ascii_whitespace() || c == '\u{b}';
    let kept = part.trim_start_matches(is_space);
    let start = start + (part.len() - kept.len());
    start..start + kept.trim_end_matches(is_space).len()
}

#[cfg(test)]
mod tests;
