//! Lines of a text, fit to be shown, with places in them.

use std::ops::Range;

use verify_model::Stretch;

use crate::sources::Text;
use crate::terminal_safe::is_unsafe;

/// Most lines between the first and the last place that is shown.
const LINES: usize = 200;

/// Some lines of a text. Characters that do things to terminals are replaced, one by one, so that
/// columns stay what they are.
pub(super) struct Excerpt {
    /// The lines.
    pub(super) text: String,
    /// 1-based number of the first one.
    pub(super) first_line: usize,
}

impl Excerpt {
    /// The lines of `text` from the first to the last of `stretches`, as far as that is not too
    /// many; `None` when the text has no such lines.
    pub(super) fn of(text: &Text, stretches: &[&Stretch]) -> Option<Self> {
        let first_line = stretches.iter().map(|it| start(it).0).min()?.max(1);
        let last_line = stretches.iter().map(|it| end(it).0).max()?;
        let count = last_line.saturating_sub(first_line).min(LINES) + 1;
        let lines: Vec<String> = text.lines_from(first_line, count).map(shown).collect();
        (!lines.is_empty()).then(|| Self {
            text: lines.join("\n"),
            first_line,
        })
    }

    /// The bytes of the excerpt that `stretch` is; `None` when it begins outside.
    pub(super) fn range(&self, stretch: &Stretch) -> Option<Range<usize>> {
        let start = self.offset(start(stretch))?;
        let end = self.offset(end(stretch)).unwrap_or(self.text.len());
        Some(start..end.max(start))
    }

    fn offset(&self, (line, column): (usize, usize)) -> Option<usize> {
        let index = line.checked_sub(self.first_line)?;
        let mut start = 0;
        for (number, text) in self.text.split('\n').enumerate() {
            if number == index {
                let mut places = text.char_indices().map(|(at, _)| at);
                let within = places.nth(column.saturating_sub(1)).unwrap_or(text.len());
                return Some(start + within);
            }
            start += text.len() + 1;
        }
        None
    }
}

/// First line and column: those of the included file, when there is one.
fn start(stretch: &Stretch) -> (usize, usize) {
    match &stretch.included {
        Some(place) => (place.position.line, place.position.column),
        None => (stretch.line, stretch.column),
    }
}

/// One past the last line and column; of included files only the beginning is known.
fn end(stretch: &Stretch) -> (usize, usize) {
    match &stretch.included {
        Some(_) => start(stretch),
        None => (stretch.end_line, stretch.end_column),
    }
}

fn shown(line: &str) -> String {
    const REPLACEMENT: char = '\u{fffd}';
    let mut before = ['\0'; 2];
    line.chars()
        .map(|character| {
            let is_command = character == '[' && (before == ['#', '#'] || before[1] == 'o');
            let safe = if is_unsafe(character) || is_command && line.contains("##") {
                REPLACEMENT
            } else {
                character
            };
            before = [before[1], character];
            safe
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines_at(text: &str, place: &Stretch) -> Option<Excerpt> {
        Excerpt::of(&Text::new(text.to_owned()), &[place])
    }

    fn stretch(line: usize, column: usize, end_line: usize, end_column: usize) -> Stretch {
        Stretch {
            line,
            column,
            end_line,
            end_column,
            included: None,
        }
    }

    #[test]
    fn places_are_found_by_line_and_column() {
        let text = "\u{feff}one\r\n> zwö lf\n\tthree\nfour\n";
        let place = stretch(2, 3, 3, 2);
        let excerpt = lines_at(text, &place).unwrap();
        assert_eq!(
            (excerpt.text.as_str(), excerpt.first_line),
            ("> zwö lf\n\tthree", 2)
        );
        let range = excerpt.range(&place).unwrap();
        assert_eq!(&excerpt.text[range], "zwö lf\n\t");
    }

    #[test]
    fn places_outside_are_cut_or_dropped() {
        let excerpt = lines_at("a\nb\n", &stretch(2, 1, 2, 2)).unwrap();
        assert_eq!(excerpt.range(&stretch(1, 1, 1, 2)), None);
        assert_eq!(excerpt.range(&stretch(2, 1, 9, 9)), Some(0..1));
        assert_eq!(excerpt.range(&stretch(2, 50, 2, 60)), Some(1..1));
        assert!(lines_at("a\n", &stretch(7, 1, 7, 1)).is_none());
    }

    #[test]
    fn what_commands_a_terminal_or_a_log_is_replaced_and_takes_one_column() {
        let hostile = "a\u{1b}[2J\u{202e}b ##[error] ##vso[x] #[derive]";
        let shown = shown(hostile);
        assert_eq!(shown.chars().count(), hostile.chars().count());
        assert!(!shown.contains(['\u{1b}', '\u{202e}']));
        assert!(!shown.contains("##[") && !shown.contains("##vso["));
        assert!(shown.contains("#[derive]"));
    }
}
