//! Lists examples: gives each its id, and finds what it continues.

use std::collections::BTreeMap;

use verify_model::{ExampleId, FenceReport, Finding, Listed, Severity};

use super::Entry;
use crate::block::{Fence, FenceKind, sha256_hex};
use crate::directive::{Continues, Directives};
use crate::document::Options;
use crate::info_string::{InfoString, nearest};
use crate::shown_manifest::may_show_manifest;

pub(super) struct Surveyor<'a> {
    pub path: &'a str,
    pub options: &'a Options<'a>,
    pub entries: Vec<Entry>,
    /// The examples that directives name, by index.
    pub names: BTreeMap<String, usize>,
    pub other_fences: Vec<FenceReport>,
    /// Fences that may show manifests.
    pub manifests: Vec<Fence>,
    pub findings: Vec<Finding>,
}

impl Surveyor<'_> {
    pub(super) fn fence(&mut self, mut fence: Fence) {
        match &mut fence.kind {
            FenceKind::Example => self.example(fence),
            FenceKind::Other { reason } => {
                self.other_fences.push(FenceReport {
                    line: fence.line,
                    end_line: fence.end_line,
                    info: std::mem::take(&mut fence.info),
                    container: std::mem::take(&mut fence.container),
                    reason: std::mem::take(reason),
                });
                if may_show_manifest(&fence) {
                    self.manifests.push(fence);
                }
            }
        }
    }

    fn example(&mut self, mut fence: Fence) {
        let is_blank = fence.code.trim().is_empty();
        if is_blank {
            let message = "this Rust block is empty: fill it, or give it another language";
            self.finding(Severity::Warning, message.to_owned(), fence.line);
        }
        let continues = self.continues(&fence.directives, fence.line);
        let (skip, ignored) = self.skip(&fence.words, &fence.directives, is_blank);
        let listed = Listed {
            id: self.id(&fence.directives, fence.line),
            path: self.path.to_owned(),
            line: fence.line,
            end_line: fence.end_line,
            info: std::mem::take(&mut fence.info),
            container: std::mem::take(&mut fence.container),
            sha256: sha256_hex(&fence.code),
            headings: std::mem::take(&mut fence.headings),
        };
        self.entries.push(Entry {
            listed,
            skip,
            ignored,
            continues,
            fence,
        });
    }

    /// Why an example is not judged, or why the document has it ignored although it is.
    fn skip(
        &self,
        words: &InfoString,
        directives: &Directives,
        is_blank: bool,
    ) -> (Option<String>, Option<String>) {
        let target = self.options.target;
        let by_info = words.ignored_on(target).map(|word| {
            if words.ignore.is_some() {
                format!("the info string says `{word}`")
            } else {
                format!("the info string says `{word}`, and this is {target}")
            }
        });
        let (by_info, ignored) = if self.options.include_ignored {
            (None, by_info)
        } else {
            (by_info, None)
        };
        let skip = directives.skip.clone();
        let because_blank = || is_blank.then(|| "the block is empty".to_owned());
        let skip = skip.or(by_info).or_else(because_blank);
        let ignored = ignored.filter(|_| skip.is_none());
        (skip, ignored)
    }

    /// The id of the next example, which begins on `line`.
    fn id(&mut self, directives: &Directives, line: usize) -> ExampleId {
        let index = self.entries.len();
        if let Some(name) = &directives.name {
            match self.names.get(name) {
                None => {
                    self.names.insert(name.clone(), index);
                    return ExampleId::named(self.path, name);
                }
                Some(other) => {
                    let other = self.entries[*other].listed.line;
                    let message = format!("the example on line {other} is called `{name}` already");
                    self.finding(Severity::Error, message, line);
                }
            }
        }
        ExampleId::numbered(self.path, index + 1)
    }

    /// The example, by index, that the next one continues, which begins on `line`.
    fn continues(&mut self, directives: &Directives, line: usize) -> Option<usize> {
        let (found, message) = match directives.continues.as_ref()? {
            Continues::Previous => {
                let message = "`continue` has nothing to continue: this is the document's first \
                               example";
                (self.entries.len().checked_sub(1), message.to_owned())
            }
            Continues::Named(name) => match self.names.get(name) {
                Some(index) => return Some(*index),
                None => (None, self.no_such_example(name)),
            },
        };
        if found.is_none() {
            self.finding(Severity::Error, message, line);
        }
        found
    }

    fn no_such_example(&self, name: &str) -> String {
        let hint = match nearest(name, self.names.keys().map(String::as_str)) {
            Some(meant) => format!(": did you mean `{meant}`?"),
            None => String::new(),
        };
        format!("`continue={name}`: no example above is called `{name}`{hint}")
    }

    fn finding(&mut self, severity: Severity, message: String, line: usize) {
        self.findings.push(Finding {
            severity,
            message,
            line: Some(line),
            column: None,
        });
    }
}
