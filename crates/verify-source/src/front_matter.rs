//! Front matter: the lines between two markers at the very start of a document.

use std::ops::Range;

/// A document's front matter. Offsets are bytes of the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FrontMatter {
    /// How it is written.
    pub syntax: Syntax,
    /// The lines between the markers.
    pub content: Range<usize>,
    /// Where the line after the closing marker begins.
    pub body: usize,
}

/// How front matter is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Syntax {
    /// Between `---` and `---` or `...`.
    Yaml,
    /// Between `+++` and `+++`.
    Toml,
}

/// The front matter of `text`, whose first line begins at `start`, if both markers are there.
pub(crate) fn find(text: &str, start: usize) -> Option<FrontMatter> {
    let mut lines = text[start..].split_inclusive('\n');
    let first = lines.next()?;
    let syntax = match first.trim_end() {
        "---" => Syntax::Yaml,
        "+++" => Syntax::Toml,
        _ => return None,
    };
    let content = start + first.len();
    let mut at = content;
    for line in lines {
        let next = at + line.len();
        let is_closing = match (syntax, line.trim_end()) {
            (Syntax::Yaml, marker) => matches!(marker, "---" | "..."),
            (Syntax::Toml, marker) => marker == "+++",
        };
        if is_closing {
            return Some(FrontMatter {
                syntax,
                content: content..at,
                body: next,
            });
        }
        at = next;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Option<(&str, &str)> {
        find(text, 0).map(|found| (&text[found.content], &text[found.body..]))
    }

    #[test]
    fn front_matter_is_what_stands_between_two_markers() {
        assert_eq!(parts("---\na: 1\n---\nb\n"), Some(("a: 1\n", "b\n")));
        assert_eq!(parts("---\r\na: 1\r\n---  \r\nb"), Some(("a: 1\r\n", "b")));
        assert_eq!(parts("---\na: 1\n...\nb"), Some(("a: 1\n", "b")));
        assert_eq!(parts("+++\na = 1\n+++"), Some(("a = 1\n", "")));
        assert_eq!(parts("---\n---\n"), Some(("", "")));
    }

    #[test]
    fn without_both_markers_there_is_none() {
        for text in [
            "",
            "a\n---\n---\n",
            "---\na: 1\n",
            "+++\na\n---\n",
            "----\n---\n",
        ] {
            assert_eq!(parts(text), None, "{text:?}");
        }
    }
}
