//! Fences that stand further in than Markdown allows: MDX knows no indented code, and `MkDocs` indents
//! what belongs to a note or a tab. They are brought to the left.

use std::ops::Range;

use crate::markdown::{closes, opening_run};
use crate::source_map::{SourceMap, SourceMapBuilder};

/// From this column on, code is indented code.
const CODE: usize = 4;

/// Which fences are meant as such wherever they stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meant {
    /// Those below `!!! note`, `??? tip` and `=== "Tab"`, as `MkDocs` has them.
    InNotes,
    /// All outside of lists and footnotes. Lines that begin with a tag are no HTML, and hide nothing.
    Anywhere,
}

/// `text` with such fences at the left, and the map from it to `text`; `None` when there are none.
pub(crate) fn brought_out(text: &str, meant: Meant) -> Option<(String, SourceMap)> {
    let mut reader = Reader {
        meant,
        around: Vec::new(),
        open: None,
    };
    let mut out = String::new();
    let mut map = SourceMapBuilder::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let kept = reader.kept(line);
        out.push_str(&line[kept.clone()]);
        map.verbatim(kept.len(), start + kept.start);
        start += line.len();
    }
    (out.len() < text.len()).then(|| (out, map.finish()))
}

struct Reader {
    meant: Meant,
    /// The columns of the notes, or of the list items, that the next line may belong to.
    around: Vec<usize>,
    /// The fence that is open.
    open: Option<Open>,
}

struct Open {
    /// Its character, and how many of it.
    run: (char, usize),
    /// How far its lines are brought to the left.
    columns: usize,
}

impl Reader {
    /// Which part of `line` is kept.
    fn kept(&mut self, line: &str) -> Range<usize> {
        let content = line.trim_end_matches(['\n', '\r']);
        if let Some(Open { run, columns }) = self.open {
            if closes(content, run) {
                self.open = None;
            }
            return before(content, columns)..line.len();
        }
        if content.trim().is_empty() {
            return 0..line.len();
        }
        let column = column(content);
        self.leave(column);
        if let Some((run, _)) = opening_run(content) {
            let character = content[run.start..].chars().next().unwrap_or_default();
            let columns = if self.is_further_in(column) {
                column
            } else {
                0
            };
            self.open = Some(Open {
                run: (character, run.len()),
                columns,
            });
            return before(content, columns)..line.len();
        }
        let opens = match self.meant {
            Meant::InNotes => is_note(content.trim_start()),
            Meant::Anywhere => is_item(content.trim_start()),
        };
        if opens {
            self.around.push(column);
        }
        if self.meant == Meant::Anywhere && is_tag(content.trim_start()) {
            return content.len()..line.len();
        }
        0..line.len()
    }

    /// Forgets the notes or list items that a line in this column does not belong to.
    fn leave(&mut self, column: usize) {
        let least = match self.meant {
            Meant::InNotes => CODE,
            Meant::Anywhere => 1,
        };
        self.around.retain(|around| around + least <= column);
    }

    /// Whether a fence in this column is meant as one, and Markdown would not take it for one.
    fn is_further_in(&self, column: usize) -> bool {
        let is_in_notes = self.meant == Meant::InNotes;
        column >= CODE && self.around.is_empty() != is_in_notes
    }
}

/// The column of a line's first character, with tabs to each fourth.
fn column(line: &str) -> usize {
    let spaces = line.chars().take_while(|it| matches!(it, ' ' | '\t'));
    spaces.fold(0, next_column)
}

fn next_column(column: usize, space: char) -> usize {
    match space {
        '\t' => (column / CODE + 1) * CODE,
        _ => column + 1,
    }
}

/// How many bytes of white space stand before `columns`.
fn before(line: &str, columns: usize) -> usize {
    let mut column = 0;
    let mut bytes = 0;
    for space in line.chars().take_while(|it| matches!(it, ' ' | '\t')) {
        column = next_column(column, space);
        if column > columns {
            break;
        }
        bytes += 1;
    }
    bytes
}

/// Whether a line opens a note or a tab of `MkDocs`'s.
fn is_note(line: &str) -> bool {
    const NOTES: [&str; 4] = ["!!! ", "!!!+ ", "??? ", "???+ "];
    const TABS: [&str; 3] = ["=== \"", "===! \"", "===+ \""];
    let mut notes = NOTES.iter().filter_map(|it| line.strip_prefix(it));
    notes.any(|kind| kind.starts_with(char::is_alphabetic))
        || TABS.iter().any(|it| line.starts_with(it))
}

/// Whether a line begins an item of a list, or a footnote.
fn is_item(line: &str) -> bool {
    let footnote = line.strip_prefix("[^");
    if footnote.is_some_and(|it| it.contains("]:")) {
        return true;
    }
    let digits = line.trim_start_matches(|it: char| it.is_ascii_digit());
    let is_numbered = digits.len() < line.len() && digits.starts_with([')', '.']);
    let behind = if is_numbered || line.starts_with(['-', '*', '+']) {
        digits.get(1..)
    } else {
        None
    };
    behind.is_some_and(|it| it.is_empty() || it.starts_with([' ', '\t']))
}

/// Whether a line begins with a tag: `<Tabs>`, `</TabItem>`, `<>`.
fn is_tag(line: &str) -> bool {
    let inside = line.strip_prefix('<');
    inside
        .is_some_and(|it| it.starts_with(|it: char| it.is_alphabetic() || matches!(it, '/' | '>')))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn out(text: &str, meant: Meant) -> String {
        let Some((out, map)) = brought_out(text, meant) else {
            return text.to_owned();
        };
        assert!(map.check(&out, text), "{text}");
        out
    }

    #[test]
    fn fences_of_notes_and_tabs_are_brought_out() {
        for (text, expected) in [
            (
                "!!! note\n    ```rust\n    a {\n        b\n    ```\n    c\n",
                "!!! note\n```rust\na {\n    b\n```\n    c\n",
            ),
            (
                "??? tip \"More\"\n\n    Words.\n\n    ~~~ rust\n    a\n    ~~~\n",
                "??? tip \"More\"\n\n    Words.\n\n~~~ rust\na\n~~~\n",
            ),
            (
                "=== \"Rust\"\n\n    !!! note\n        ```rust\n        a\n        ```\n",
                "=== \"Rust\"\n\n    !!! note\n```rust\na\n```\n",
            ),
            (
                "!!! note\r\n\t```rust\r\n\ta\r\n\t```\r\n",
                "!!! note\r\n```rust\r\na\r\n```\r\n",
            ),
        ] {
            assert_eq!(out(text, Meant::InNotes), expected);
        }
    }

    #[test]
    fn other_fences_stay_where_they_are() {
        for text in [
            "    ```rust\n    a\n    ```\n",
            "!!! note\n    Words.\n\nWords.\n\n    ```rust\n    a\n    ```\n",
            "!!! note\n\n```rust\n    ```\n```\n",
            "!!! note\n\n```\na\n```\n\n    ```rust\n    a\n    ```\n",
            "Wait!!! note\n\n    ```rust\n    a\n    ```\n",
            "!!!\n\n    ```rust\n    a\n    ```\n",
            "===\n\n    ```rust\n    a\n    ```\n",
            "```\n!!! note\n    ```rust\n```\n",
            "1. a\n\n    ```rust\n    a\n    ```\n",
            "<Tab>\n    ```rust\n    a\n    ```\n",
        ] {
            assert_eq!(out(text, Meant::InNotes), text);
        }
    }

    #[test]
    fn in_mdx_all_fences_outside_of_lists_are() {
        for (text, expected) in [
            (
                "<Tab>\n\n    ```rust\n    a\n      b\n    ```\n\n</Tab>\n",
                "\n\n```rust\na\n  b\n```\n\n\n",
            ),
            (
                "<Tab>\n  ```rust\n  a\n  ```\n</Tab>\n",
                "\n  ```rust\n  a\n  ```\n\n",
            ),
            (
                "1 < 2\n\n      ```rust\n      a\n      ```\n",
                "1 < 2\n\n```rust\na\n```\n",
            ),
            ("```html\n<a>\n```\n", "```html\n<a>\n```\n"),
            (
                "- a\n\n    ```rust\n    a\n    ```\n",
                "- a\n\n    ```rust\n    a\n    ```\n",
            ),
            (
                "12) a\n\n      ```rust\n      a\n      ```\nb\n\n    ```rust\n    a\n    ```\n",
                "12) a\n\n      ```rust\n      a\n      ```\nb\n\n```rust\na\n```\n",
            ),
            (
                "[^1]: a\n\n    ```rust\n    a\n    ```\n",
                "[^1]: a\n\n    ```rust\n    a\n    ```\n",
            ),
            ("<!-- verify: skip -->\n", "<!-- verify: skip -->\n"),
        ] {
            assert_eq!(out(text, Meant::Anywhere), expected);
        }
    }
}
