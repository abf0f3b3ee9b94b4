//! Books made with mdBook: which one a document belongs to, and reading its files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use verify_source::book::Book;

/// The file that makes a folder a book.
const FILE: &str = "book.toml";

/// Finds the books of documents; looks into each folder once.
#[derive(Debug, Default)]
pub(crate) struct Books {
    by_folder: BTreeMap<PathBuf, Option<Rc<FoundBook>>>,
}

/// A folder with a `book.toml`.
#[derive(Debug)]
pub(crate) struct FoundBook {
    /// The folder, without symbolic links.
    folder: PathBuf,
    /// What the file says, or why it cannot be read.
    book: Result<Book, String>,
}

/// A document of a book.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) book: Book,
    /// The document's path in the book's folder, `/`-separated.
    pub(crate) path: String,
    folder: PathBuf,
}

impl Books {
    /// The book that has the document `file` among its chapters, if one has; the error says why a
    /// book above the document cannot be understood.
    pub(crate) fn of(&mut self, file: &Path) -> Result<Option<Found>, String> {
        let Ok(file) = std::fs::canonicalize(file) else {
            return Ok(None);
        };
        let Some(found) = file.parent().and_then(|folder| self.above(folder)) else {
            return Ok(None);
        };
        let book = found.book.as_ref().map_err(|error| {
            format!("the book's {FILE} cannot be understood, so nothing is included: {error}")
        })?;
        let is_chapter = file.starts_with(found.folder.join(&book.source));
        let relative = file.strip_prefix(&found.folder).ok();
        Ok(relative.filter(|_| is_chapter).map(|path| Found {
            book: book.clone(),
            path: slashed(path),
            folder: found.folder.clone(),
        }))
    }

    /// The book in `folder` or the nearest one above.
    fn above(&mut self, folder: &Path) -> Option<Rc<FoundBook>> {
        if let Some(known) = self.by_folder.get(folder) {
            return known.clone();
        }
        let file = folder.join(FILE);
        let found = if file.is_file() {
            let text = std::fs::read_to_string(&file).map_err(|error| error.to_string());
            Some(Rc::new(FoundBook {
                folder: folder.to_owned(),
                book: text.and_then(|text| Book::parse(&text)),
            }))
        } else {
            folder.parent().and_then(|parent| self.above(parent))
        };
        self.by_folder.insert(folder.to_owned(), found.clone());
        found
    }
}

impl Found {
    /// Reads a file of the book, at most `max_bytes` long, by its path in the book's folder. The
    /// error says why it cannot be read.
    pub(crate) fn read(&self, path: &str, max_bytes: u64) -> Result<String, String> {
        let failed = |error: std::io::Error| error.to_string();
        let file = std::fs::canonicalize(self.folder.join(path)).map_err(failed)?;
        if !file.starts_with(&self.folder) {
            return Err("a symbolic link leads out of the book".to_owned());
        }
        let metadata = std::fs::metadata(&file).map_err(failed)?;
        if !metadata.is_file() {
            return Err("it is no file".to_owned());
        }
        if metadata.len() > max_bytes {
            return Err(format!("it has {} bytes", metadata.len()));
        }
        let bytes = std::fs::read(&file).map_err(failed)?;
        String::from_utf8(bytes).map_err(|error| {
            let offset = error.utf8_error().valid_up_to();
            format!("it is not UTF-8 text: the first wrong byte is at offset {offset}")
        })
    }
}

fn slashed(path: &Path) -> String {
    let parts = path.components().map(|it| it.as_os_str().to_string_lossy());
    parts.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs_err::create_dir_all(path.parent().unwrap()).unwrap();
            fs_err::write(path, text).unwrap();
        }
        folder
    }

    #[test]
    fn documents_below_the_source_folder_are_chapters() {
        let folder = folder(&[
            ("book/book.toml", "[book]\nsrc = \"text\"\n"),
            ("book/text/one/a.md", ""),
            ("book/README.md", ""),
            ("b.md", ""),
        ]);
        let mut books = Books::default();
        let mut path = |file: &str| {
            let found = books.of(&folder.path().join(file)).unwrap();
            found.map(|it| it.path)
        };
        assert_eq!(path("book/text/one/a.md").as_deref(), Some("text/one/a.md"));
        assert_eq!(path("book/README.md"), None);
        assert_eq!(path("b.md"), None);
        assert_eq!(path("none.md"), None);
    }

    #[test]
    fn a_book_that_cannot_be_understood_is_an_error() {
        let folder = folder(&[("book.toml", "[book\n"), ("src/a.md", "")]);
        let error = Books::default().of(&folder.path().join("src/a.md"));
        assert!(error.unwrap_err().contains("cannot be understood"));
    }

    #[cfg(unix)]
    #[test]
    fn nothing_outside_the_book_is_read() {
        let folder = folder(&[
            ("secret", "x"),
            ("book/book.toml", ""),
            ("book/src/a.md", "y"),
        ]);
        let link = folder.path().join("book/link");
        std::os::unix::fs::symlink(folder.path().join("secret"), link).unwrap();
        let found = Books::default().of(&folder.path().join("book/src/a.md"));
        let found = found.unwrap().unwrap();
        assert_eq!(found.read("src/a.md", 9).as_deref(), Ok("y"));
        for (path, max_bytes, error) in [
            ("link", 9, "leads out of the book"),
            ("../secret", 9, "leads out of the book"),
            ("src", 9, "no file"),
            ("src/a.md", 0, "has 1 bytes"),
            ("none", 9, "No such file"),
        ] {
            let message = found.read(path, max_bytes).unwrap_err();
            assert!(message.contains(error), "{path}: {message}");
        }
    }
}
