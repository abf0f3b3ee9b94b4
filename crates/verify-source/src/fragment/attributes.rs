//! Attributes and doc comments whose item is not shown.

use verify_model::Fragment;

use super::{Code, Completed, FUNCTION, Kind, NAME, Shape, around};

impl Code<'_> {
    /// The code, whose last attributes and doc comments belong to nothing, with an item behind them.
    pub(super) fn announced(&self) -> Option<Completed> {
        let first = self.last_attributes().filter(|first| *first > 0)?;
        let start = self.tokens[first].range.start;
        // Rust takes comments behind code for slips, wherever they stand.
        let line = self.text[..start].rsplit('\n').next()?;
        let is_derived = (first..self.tokens.len()).any(|it| self.word(it) == "derive");
        let item = if is_derived {
            format!("struct {NAME};")
        } else {
            format!("fn {FUNCTION}() {{}}")
        };
        let is_on_new_line = self.text.ends_with('\n');
        let line_end = if is_on_new_line { "" } else { "\n" };
        let shape = Shape {
            kind: Fragment::Announced,
            before: String::new(),
            behind: format!("{line_end}{item}"),
        };
        line.trim()
            .is_empty()
            .then(|| around(self.text, &(start..self.text.len()), &shape))
    }

    /// Where the attributes and doc comments begin that the code ends in.
    pub(super) fn last_attributes(&self) -> Option<usize> {
        let mut first = self.tokens.len();
        while let Some(last) = first.checked_sub(1) {
            let token = &self.tokens[last];
            let is_doc = token.kind == Kind::DocComment;
            let is_outer = is_doc && ["///", "/**"].iter().any(|it| self.is_sign(last, it));
            match token.kind {
                _ if is_outer => first = last,
                Kind::Close(']') => match self.attribute_that_ends(last) {
                    Some(start) => first = start,
                    None => break,
                },
                _ => break,
            }
        }
        (first < self.tokens.len()).then_some(first)
    }

    /// Where the attribute begins whose bracket is closed at `last`.
    fn attribute_that_ends(&self, last: usize) -> Option<usize> {
        let mut depth = 0_usize;
        let open = (0..=last).rev().find(|index| {
            match self.tokens[*index].kind {
                Kind::Close(_) => depth += 1,
                Kind::Open(_) => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0
        });
        let start = open?.checked_sub(1)?;
        (self.word(start) == "#").then_some(start)
    }
}
