//! The source file that was made of an example, and where its places lie in the document.

use verify_model::{Cause, Explanation, Position, Span};
use verify_source::example::Example;
use verify_source::line_index::LineIndex;
use verify_source::scaffold::Rendered;

/// A generated source file.
pub(crate) struct Generated<'a> {
    /// Its path as programs name it, relative to the package.
    file: &'a str,
    rendered: Rendered,
    lines: LineIndex,
    example: &'a Example,
}

impl<'a> Generated<'a> {
    pub(crate) fn new(file: &'a str, rendered: Rendered, example: &'a Example) -> Self {
        Self {
            file,
            lines: LineIndex::new(&rendered.text),
            rendered,
            example,
        }
    }

    /// Whether programs call it `file`.
    pub(crate) fn is_named(&self, file: &str) -> bool {
        file == self.file
    }

    /// Where a place of `file` lies in the document; `None` for other files and for code that we
    /// added.
    pub(crate) fn place(&self, file: &str, at: Position) -> Option<Span> {
        if !self.is_named(file) {
            return None;
        }
        let offset = self.lines.offset(&self.rendered.text, at)?;
        self.span(offset)
    }

    /// [`Self::in_words`] for all that is said of a cause.
    pub(crate) fn put_into_words(&self, cause: &mut Cause) {
        let in_words = |text: &mut String| {
            if text.contains(self.file) {
                *text = self.in_words(text);
            }
        };
        in_words(&mut cause.message);
        let Explanation {
            labels,
            notes,
            follow_ons,
            defined_in: _,
            rendered: _,
        } = &mut cause.explanation;
        let labels = labels.iter_mut().filter_map(|it| it.text.as_mut());
        labels.for_each(in_words);
        for note in notes {
            in_words(&mut note.message);
            let labels = note.labels.iter_mut().filter_map(|it| it.text.as_mut());
            labels.for_each(in_words);
        }
        for follow_on in follow_ons {
            in_words(&mut follow_on.message);
        }
    }

    /// Where the first byte of the document on a 1-based line of the file lies.
    pub(crate) fn line(&self, line: usize) -> Option<Span> {
        let mut range = self.lines.line_range(&self.rendered.text, line)?;
        range.find_map(|offset| self.span(offset))
    }

    /// `text`, with the document's places for those of the file that it names: `src/main.rs:3:5`, or
    /// from there `: 3:9` to another. Places in code that we added stay what they are.
    pub(crate) fn in_words(&self, text: &str) -> String {
        let mut words = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find(self.file) {
            let (before, found) = rest.split_at(at);
            words.push_str(before);
            let (name, behind) = found.split_at(self.file.len());
            rest = behind;
            if let Some((place, behind)) = self.named_place(behind) {
                words.push_str(&place);
                rest = behind;
            } else {
                words.push_str(name);
            }
        }
        words.push_str(rest);
        words
    }

    /// What to write for the place that `text`, which stands behind the file's name, begins with,
    /// and what follows it.
    fn named_place<'t>(&self, text: &'t str) -> Option<(String, &'t str)> {
        let (start, behind) = line_and_column(text.strip_prefix(':')?)?;
        let first = self.place(self.file, start)?.start;
        let path = &self.example.document.path;
        let end = behind.strip_prefix(": ").and_then(line_and_column);
        let last = end.and_then(|(end, behind)| {
            // What is named is the place behind the last character.
            let column = end.column.checked_sub(1)?;
            let last = self.place(self.file, Position { column, ..end })?.start;
            let column = last.column + 1;
            Some((Position { column, ..last }, behind))
        });
        Some(match last {
            Some((last, behind)) => (format!("{path}:{first}: {last}"), behind),
            None => (format!("{path}:{first}"), behind),
        })
    }

    fn span(&self, offset: usize) -> Option<Span> {
        let at = self.rendered.map.to_source(offset)?;
        self.example.span(at..at)
    }
}

/// Reads `LINE:COLUMN`, and says what follows.
fn line_and_column(text: &str) -> Option<(Position, &str)> {
    let (line, rest) = number(text)?;
    let (column, rest) = number(rest.strip_prefix(':')?)?;
    Some((Position { line, column }, rest))
}

fn number(text: &str) -> Option<(usize, &str)> {
    let end = text
        .find(|it: char| !it.is_ascii_digit())
        .unwrap_or(text.len());
    Some((text[..end].parse().ok()?, &text[end..]))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use verify_source::document::Options;
    use verify_source::examine::examine;
    use verify_source::known_crates::KnownCrates;
    use verify_source::scaffold::Allowed;

    use super::*;

    #[test]
    fn places_of_the_generated_file_become_those_of_the_document() {
        let text = "> ```rust\n> let a = || 1;\n> a();\n> ```\n".to_owned();
        let examined = examine("a.md", text, &Options::default());
        let example = &examined.examples[0];
        let allowed = Allowed {
            known: KnownCrates::builtin(),
            configured: BTreeMap::new(),
            libraries: BTreeMap::new(),
        };
        let plan = example.first_plan(&allowed, None);
        let rendered = example.render(&plan);
        let line = 1 + rendered
            .text
            .lines()
            .position(|it| it.contains("||"))
            .unwrap();
        let column = 1 + rendered
            .text
            .lines()
            .nth(line - 1)
            .unwrap()
            .find("||")
            .unwrap();
        let generated = Generated::new("src/main.rs", rendered, example);
        let end = column + 4;
        let said = format!("`{{closure@src/main.rs:{line}:{column}: {line}:{end}}}` is wrong");
        assert_eq!(
            generated.in_words(&said),
            "`{closure@a.md:2:11: 2:15}` is wrong"
        );
        for other in [
            "src/main.rs",
            "src/main.rs:1",
            "src/main.rs:900:1",
            "src/other.rs:2:1",
        ] {
            assert_eq!(generated.in_words(other), other);
        }
    }
}
