//! Directives on their way from a comment to the fence below it.

use std::ops::Range;

use crate::directive;
use crate::fault::Fault;
use crate::source_map::SourceMap;

/// The directives of one comment.
#[derive(Clone, Debug)]
pub(crate) struct Comment {
    /// The directives, without the comment's marks.
    pub text: String,
    /// From `text` to the Markdown text.
    pub map: SourceMap,
    /// Where the comment begins in the Markdown text.
    pub start: usize,
}

/// Comments that wait for the fence below them.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    comments: Vec<Comment>,
    /// Comments that stand above no fence.
    pub faults: Vec<Fault>,
}

impl Waiting {
    /// The comments right above a fence, which begins now.
    pub(super) fn take(&mut self) -> Vec<Comment> {
        std::mem::take(&mut self.comments)
    }

    /// Something else than a fence stands below the comments.
    pub(super) fn interrupt(&mut self) {
        for comment in self.comments.drain(..) {
            let message = "these directives stand above no fence: \
                           put the comment on a line of its own, right above one";
            self.faults.push(Fault::error(message, comment.start));
        }
    }

    /// Reads an HTML block.
    pub(super) fn html(&mut self, html: &str, map: &SourceMap) {
        match comments(html) {
            Some(found) if found.is_empty() => {
                // A comment for another tool may stand between directives and their fence.
            }
            Some(found) => self
                .comments
                .extend(found.into_iter().map(|(start, range)| Comment {
                    text: html[range.clone()].to_owned(),
                    map: SourceMap::verbatim(range.len(), range.start).compose(map),
                    start: map.to_source(start).unwrap_or_default(),
                })),
            None => {
                self.interrupt();
                if let Some(at) = mention(html) {
                    self.misplaced(map.to_source(at).unwrap_or_default());
                }
            }
        }
    }

    /// Reads HTML inside a line of text.
    pub(super) fn inline_html(&mut self, html: &str, start: usize) {
        if let Some(at) = mention(html) {
            self.misplaced(start + at);
        }
    }

    fn misplaced(&mut self, offset: usize) {
        let message = "directives are read only in a comment on a line of its own, \
                       right above a fence";
        self.faults.push(Fault::error(message, offset));
    }
}

/// The directives of the comments that `html` consists of, each with where its comment begins;
/// `None` when it holds anything else.
fn comments(html: &str) -> Option<Vec<(usize, Range<usize>)>> {
    let mut found = Vec::new();
    let mut at = 0;
    loop {
        let rest = html[at..].trim_start();
        if rest.is_empty() {
            return Some(found);
        }
        let outer = html.len() - rest.len();
        let start = outer + "<!--".len();
        let len = rest.strip_prefix("<!--")?.find("-->")?;
        let comment = &html[start..start + len];
        if let Some(from) = directive::start_in_comment(comment) {
            found.push((outer, start + from..start + len));
        }
        at = start + len + "-->".len();
    }
}

/// Where directives begin in `html`.
fn mention(html: &str) -> Option<usize> {
    let starts = html.match_indices("<!--").map(|(at, mark)| at + mark.len());
    let mut found = starts.filter_map(|at| Some(at + directive::start_in_comment(&html[at..])?));
    found.next()
}
