use std::collections::BTreeMap;

/// The documents' texts by path (as in the report), for the formats that show code.
///
/// A document may be absent; its code is then not shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources {
    documents: BTreeMap<String, Text>,
    included: BTreeMap<(String, String), Text>,
}

/// A text whose lines are found at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Text {
    text: String,
    /// Byte offset of each line's first character.
    starts: Vec<usize>,
}

impl Text {
    pub(crate) fn new(text: String) -> Self {
        let breaks = text.match_indices('\n').map(|(at, _)| at + 1);
        Self {
            starts: std::iter::once(0).chain(breaks).collect(),
            text,
        }
    }

    /// At most `count` lines from the 1-based line `first` on, without their line ends.
    pub(crate) fn lines_from(&self, first: usize, count: usize) -> impl Iterator<Item = &str> {
        let start = first
            .checked_sub(1)
            .and_then(|index| self.starts.get(index));
        let rest = start.and_then(|start| self.text.get(*start..));
        let lines = rest.unwrap_or_default().lines().take(count);
        lines.map(|line| line.strip_prefix('\u{feff}').unwrap_or(line))
    }
}

impl Sources {
    /// The text of the document at `path`, if it is known.
    #[must_use]
    pub fn text(&self, path: &str) -> Option<&str> {
        self.document(path).map(|it| it.text.as_str())
    }

    /// The 1-based `line` of the document at `path`, without its line end.
    #[must_use]
    pub fn line(&self, path: &str, line: usize) -> Option<&str> {
        self.document(path)?.lines_from(line, 1).next()
    }

    /// Adds a file that the document at `path` includes.
    pub fn add_included(&mut self, path: &str, included: &str, text: String) {
        let key = (path.to_owned(), included.to_owned());
        self.included.insert(key, Text::new(text));
    }

    pub(crate) fn document(&self, path: &str) -> Option<&Text> {
        self.documents.get(path)
    }

    /// The file `included` that the document at `path` includes, if it is known.
    pub(crate) fn included(&self, path: &str, included: &str) -> Option<&Text> {
        let key = (path.to_owned(), included.to_owned());
        self.included.get(&key)
    }
}

impl From<BTreeMap<String, String>> for Sources {
    fn from(texts: BTreeMap<String, String>) -> Self {
        texts.into_iter().collect()
    }
}

impl FromIterator<(String, String)> for Sources {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(texts: I) -> Self {
        let texts = texts.into_iter();
        Self {
            documents: texts.map(|(path, text)| (path, Text::new(text))).collect(),
            included: BTreeMap::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_count_from_one_and_end_with_the_document() {
        let sources: Sources = [("a.md".to_owned(), "one\r\ntwo\n".to_owned())]
            .into_iter()
            .collect();
        assert_eq!(sources.line("a.md", 0), None);
        assert_eq!(sources.line("a.md", 1), Some("one"));
        assert_eq!(sources.line("a.md", 2), Some("two"));
        assert_eq!(sources.line("a.md", 3), None);
        assert_eq!(sources.line("b.md", 1), None);
    }

    #[test]
    fn files_that_a_document_includes_are_its_own() {
        let mut sources = Sources::default();
        sources.add_included("a.md", "code.rs", "fn a() {}\n".to_owned());
        assert!(sources.included("a.md", "code.rs").is_some());
        assert!(sources.included("b.md", "code.rs").is_none());
    }
}
