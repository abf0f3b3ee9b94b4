use std::collections::BTreeMap;

/// The documents' texts by path (as in the report), for the formats that show code.
///
/// A document may be absent; its code is then not shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources(BTreeMap<String, String>);

impl Sources {
    /// The text of the document at `path`, if it is known.
    #[must_use]
    pub fn text(&self, path: &str) -> Option<&str> {
        self.0.get(path).map(String::as_str)
    }

    /// The 1-based `line` of the document at `path`, without its line end.
    #[must_use]
    pub fn line(&self, path: &str, line: usize) -> Option<&str> {
        self.text(path)?.lines().nth(line.checked_sub(1)?)
    }
}

impl From<BTreeMap<String, String>> for Sources {
    fn from(texts: BTreeMap<String, String>) -> Self {
        Self(texts)
    }
}

impl FromIterator<(String, String)> for Sources {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(texts: I) -> Self {
        Self(texts.into_iter().collect())
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
}
