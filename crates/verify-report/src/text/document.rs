use std::collections::BTreeMap;
use std::io::{self, Write};

use verify_model::{DocumentReport, DocumentStatus, Example, Finding, Report, Severity};

use super::style::{HEADING, Styled, counted, of_severity};
use super::{example, message};
use crate::Sources;
use crate::terminal_safe::safe_path;

/// Everything that is said about one document.
pub(super) struct Section<'a> {
    path: &'a str,
    /// Absent when examples name a document that the report does not list.
    document: Option<&'a DocumentReport>,
    examples: Vec<&'a Example>,
}

/// The documents that there is something to say about, in the order of the report. Those without
/// examples and findings only count in the totals. Every example is in exactly one section.
pub(super) fn sections(report: &Report) -> Vec<Section<'_>> {
    let mut by_path: BTreeMap<&str, Vec<&Example>> = BTreeMap::new();
    for example in &report.examples {
        by_path
            .entry(&example.listed.path)
            .or_default()
            .push(example);
    }
    let mut sections: Vec<Section<'_>> = report
        .documents
        .iter()
        .map(|document| Section {
            path: &document.path,
            document: Some(document),
            examples: by_path.remove(document.path.as_str()).unwrap_or_default(),
        })
        .filter(|section| !section.is_quiet())
        .collect();
    sections.extend(by_path.into_iter().map(|(path, examples)| Section {
        path,
        document: None,
        examples,
    }));
    sections
}

impl Section<'_> {
    fn is_quiet(&self) -> bool {
        self.examples.is_empty()
            && self.document.is_none_or(|document| {
                document.status == DocumentStatus::Read && document.findings.is_empty()
            })
    }

    pub(super) fn write(&self, sources: &Sources, out: &mut dyn Write) -> io::Result<()> {
        let path = safe_path(self.path);
        writeln!(
            out,
            "{}  {}",
            Styled(HEADING, &path),
            self.count().join(", ")
        )?;
        for finding in self.document.map_or(&[][..], |document| &document.findings) {
            write_finding(&path, finding, out)?;
        }
        example::write_all(&path, &self.examples, sources, out)?;
        writeln!(out)
    }

    fn count(&self) -> Vec<String> {
        if self.document.is_some_and(is_unreadable) {
            return vec!["could not be read".to_owned()];
        }
        let mut parts = vec![counted(self.examples.len(), "example", "examples")];
        let other = self
            .document
            .map_or(0, |document| document.other_fences.len());
        if other > 0 {
            parts.push(counted(other, "other fence", "other fences"));
        }
        parts
    }
}

/// Whether the document's examples are unknown.
pub(super) fn is_unreadable(document: &DocumentReport) -> bool {
    document.status == DocumentStatus::Unreadable
}

/// `path:line:column`, as far as they are known.
pub(super) fn place(path: &str, line: Option<usize>, column: Option<usize>) -> String {
    match (line, column) {
        (Some(line), Some(column)) => format!("{path}:{line}:{column}"),
        (Some(line), None) => format!("{path}:{line}"),
        (None, _) => path.to_owned(),
    }
}

fn write_finding(path: &str, finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let severity = match finding.severity {
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    };
    let place = place(path, finding.line, finding.column);
    let severity = Styled(of_severity(finding.severity), severity);
    message::write(
        "  ",
        &format!("{place}  {severity}: "),
        &finding.message,
        out,
    )
}
