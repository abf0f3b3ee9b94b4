//! Books made with mdBook: what `book.toml` says, and what chapters include.
//!
//! Follows mdBook's `links` preprocessor, which replaces links as text, before anybody reads
//! Markdown.

mod expand;
mod link;
mod select;

use toml::{Table, Value};

use crate::scaffold::Edition;

pub(crate) use expand::expand;

/// What a book's `book.toml` says, as far as its examples are concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Book {
    /// The folder of the chapters, relative to that of `book.toml`; `/`-separated.
    pub source: String,
    /// The edition of its Rust code.
    pub edition: Option<Edition>,
}

impl Book {
    /// Reads the text of a `book.toml`. The error says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let table: Table = text
            .parse()
            .map_err(|error: toml::de::Error| error.message().to_owned())?;
        let word = |table: &str, key: &str, text: &Table| {
            let value = text.get(table).and_then(|it| it.get(key));
            value.and_then(Value::as_str).map(str::to_owned)
        };
        let source = word("book", "src", &table).unwrap_or_else(|| "src".to_owned());
        let edition = word("rust", "edition", &table);
        Ok(Self {
            source,
            edition: edition.as_deref().and_then(Edition::parse),
        })
    }
}

/// A document that is a chapter of a book.
#[derive(Clone, Copy)]
pub struct Chapter<'a> {
    /// Its path in the book's folder, `/`-separated.
    pub path: &'a str,
    /// The edition that the book states.
    pub edition: Option<Edition>,
    /// Reads a file of the book, by its path in the book's folder, which has no `..` in it. The
    /// error says why it cannot be read.
    pub read: &'a dyn Fn(&str) -> Result<String, String>,
}

impl std::fmt::Debug for Chapter<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = formatter.debug_struct("Chapter");
        let shown = shown.field("path", &self.path);
        shown
            .field("edition", &self.edition)
            .finish_non_exhaustive()
    }
}

/// The path of `link` in the book's folder, when it stands in the file at `from`; `None` when it
/// leads out of that folder.
fn resolve(from: &str, link: &str) -> Option<String> {
    let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    if link.starts_with('/') || link.contains(['\\', '\0']) || link.contains(':') {
        return None;
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(link.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests;
