//! Fences in HTML blocks: Markdown does not take them for code, but their author may.

use std::ops::Range;

use super::{Standing, opening_run, trimmed};

/// A fence in an HTML block. Offsets are bytes of the block's text.
pub(super) struct HtmlFence {
    pub range: Range<usize>,
    pub info: Range<usize>,
    pub code: Range<usize>,
    pub unterminated: bool,
    pub standing: Standing,
}

/// The fences in the text of an HTML block, whose every line ends with `\n`.
pub(super) fn fences(html: &str) -> Vec<HtmlFence> {
    let standing = if html.trim_start().starts_with("<!--") {
        Standing::Comment
    } else {
        Standing::Html
    };
    let mut found: Vec<HtmlFence> = Vec::new();
    let mut open: Option<(char, usize)> = None;
    let mut start = 0;
    for line in html.split_inclusive('\n') {
        let end = start + line.len();
        let content = line.trim_end_matches(['\n', '\r']);
        match (open, found.last_mut()) {
            (Some(run), Some(fence)) if closes(content, run) => {
                fence.range.end = start + content.len();
                fence.unterminated = false;
                open = None;
            }
            (Some(_), Some(fence)) => {
                fence.code.end = end;
                fence.range.end = start + content.len();
            }
            _ => {
                if let Some((run, rest)) = opening_run(content) {
                    open = content[run.start..].chars().next().map(|c| (c, run.len()));
                    found.push(HtmlFence {
                        range: start + run.start..start + content.len(),
                        info: trimmed(rest, start + run.end),
                        code: end..end,
                        unterminated: true,
                        standing,
                    });
                }
            }
        }
        start = end;
    }
    found
}

/// Whether `line` closes a fence that was opened by so many of this character.
pub(crate) fn closes(line: &str, (fence, len): (char, usize)) -> bool {
    let run = line.trim();
    run.len() >= len && run.chars().all(|c| c == fence)
}
