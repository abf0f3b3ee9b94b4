//! The headings above a place.

use pulldown_cmark::HeadingLevel;

/// Longest heading that is kept, in bytes: headings are repeated for every fence below them.
const MAX_LEN: usize = 200;

/// The headings that are open at a place, and the one that is being read.
#[derive(Debug, Default)]
pub(super) struct Headings {
    above: Vec<(HeadingLevel, String)>,
    is_reading: bool,
}

impl Headings {
    /// A heading begins.
    pub(super) fn open(&mut self, level: HeadingLevel) {
        while self.above.last().is_some_and(|(last, _)| *last >= level) {
            self.above.pop();
        }
        self.above.push((level, String::new()));
        self.is_reading = true;
    }

    /// Text; kept if a heading is being read and is not too long.
    pub(super) fn text(&mut self, piece: &str) {
        if !self.is_reading {
            return;
        }
        if let Some((_, heading)) = self.above.last_mut() {
            let room = MAX_LEN.saturating_sub(heading.len());
            heading.push_str(&piece[..piece.floor_char_boundary(room)]);
        }
    }

    /// The heading ends.
    pub(super) fn close(&mut self) {
        self.is_reading = false;
    }

    /// The headings above this place, outermost first.
    pub(super) fn path(&self) -> Vec<String> {
        self.above
            .iter()
            .map(|(_, heading)| heading.clone())
            .collect()
    }
}
