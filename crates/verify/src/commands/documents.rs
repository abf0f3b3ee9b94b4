//! Reads documents and extracts their examples.

use std::collections::BTreeMap;
use std::path::PathBuf;

use verify_model::{DocumentReport, Finding, Listed, Severity};
use verify_source::book::Chapter;
use verify_source::document::Options;
use verify_source::examine::{Survey, survey, unreadable};
use verify_source::example::Example;

use crate::books::Books;
use crate::discover::{Found, discover};
use crate::settings::Settings;
use crate::target;

/// Everything that was read.
#[derive(Default)]
pub(crate) struct Documents {
    /// One account for each document, and for each path that is not there.
    pub(crate) reports: Vec<DocumentReport>,
    /// Every example, in order.
    pub(crate) examples: Vec<Example>,
    /// Where the documents with examples are, by name.
    pub(crate) files: BTreeMap<String, PathBuf>,
    /// Paths that are not there.
    pub(crate) missing: usize,
}

/// What `verify list` shows.
#[derive(Default)]
pub(crate) struct Listing {
    /// One account for each document, and for each path that is not there.
    pub(crate) reports: Vec<DocumentReport>,
    /// Every example, in order.
    pub(crate) items: Vec<Item>,
    /// Paths that are not there.
    pub(crate) missing: usize,
}

/// An example that is listed.
pub(crate) struct Item {
    /// Where and what it is.
    pub(crate) listed: Listed,
    /// Why it is not to be judged.
    pub(crate) skip: Option<String>,
}

/// Reads all documents that `settings` names, and looks into their examples.
pub(crate) fn read(settings: &Settings) -> Documents {
    let mut documents = Documents::default();
    documents.missing = each(settings, |surveyed| match surveyed {
        Ok((found, survey)) => {
            let examined = survey.examine();
            if !examined.examples.is_empty() {
                let file = found.file.clone();
                documents.files.insert(found.name.clone(), file);
            }
            documents.reports.push(examined.report);
            documents.examples.extend(examined.examples);
        }
        Err(report) => documents.reports.push(report),
    });
    documents
}

/// Reads all documents that `settings` names, and only lists their examples.
pub(crate) fn list(settings: &Settings) -> Listing {
    let mut listing = Listing::default();
    listing.missing = each(settings, |surveyed| match surveyed {
        Ok((_, survey)) => {
            listing.reports.push(survey.report);
            let entries = survey.entries.into_iter();
            listing.items.extend(entries.map(|entry| Item {
                listed: entry.listed,
                skip: entry.skip,
            }));
        }
        Err(report) => listing.reports.push(report),
    });
    listing
}

/// Reads one document after the other, and returns how many paths are not there.
fn each(
    settings: &Settings,
    mut sink: impl FnMut(Result<(&Found, Survey), DocumentReport>),
) -> usize {
    let discovered = discover(&settings.paths, &settings.exclude);
    for (path, reason) in &discovered.missing {
        let message = format!("cannot be read: {reason}. Check the path");
        sink(Err(unreadable(path, message)));
    }
    let mut reader = Reader {
        settings,
        target: target::triple(),
        books: Books::default(),
    };
    for found in &discovered.documents {
        sink(match text(found, settings.max_bytes) {
            Ok(text) => Ok((found, reader.survey(found, text))),
            Err(message) => Err(unreadable(&found.name, message)),
        });
    }
    discovered.missing.len()
}

/// Knows what documents do not say themselves.
struct Reader<'a> {
    settings: &'a Settings,
    target: String,
    books: Books,
}

impl Reader<'_> {
    fn survey(&mut self, found: &Found, text: String) -> Survey {
        let options = Options {
            untagged: self.settings.untagged,
            target: &self.target,
            include_ignored: self.settings.include_ignored,
            chapter: None,
        };
        let max_bytes = self.settings.max_bytes;
        match self.books.of(&found.file) {
            Ok(None) => survey(&found.name, text, &options),
            Ok(Some(book)) => {
                let chapter = Chapter {
                    path: &book.path,
                    edition: book.book.edition,
                    read: &|path| book.read(path, max_bytes),
                };
                let chapter = Some(&chapter);
                survey(&found.name, text, &Options { chapter, ..options })
            }
            Err(message) => {
                let mut survey = survey(&found.name, text, &options);
                survey.report.findings.push(Finding {
                    severity: Severity::Error,
                    message,
                    line: None,
                    column: None,
                });
                survey
            }
        }
    }
}

fn text(found: &Found, max_bytes: u64) -> Result<String, String> {
    let failed = |error: std::io::Error| format!("cannot be read: {error}");
    let size = std::fs::metadata(&found.file).map_err(failed)?.len();
    if size > max_bytes {
        return Err(format!(
            "has {size} bytes; documents of more than {max_bytes} bytes are not read. \
             Use --allow-large"
        ));
    }
    let bytes = std::fs::read(&found.file).map_err(failed)?;
    String::from_utf8(bytes).map_err(|error| {
        format!(
            "is not UTF-8 text: the first wrong byte is at offset {}. Convert it to UTF-8",
            error.utf8_error().valid_up_to()
        )
    })
}
