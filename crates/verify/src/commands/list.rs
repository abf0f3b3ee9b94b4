//! `verify list`: extracts, and compiles nothing.

use std::collections::BTreeMap;
use std::io::{self, Write};

use verify_model::{DocumentReport, FenceReport, Finding, Severity};
use verify_report::json::{Listing, listing};
use verify_report::terminal_safe;

use super::documents::{self, Item};
use super::run::tool;
use crate::cli::{ListArgs, ListFormat};
use crate::exit_code::{Code, Failure, is_wrong};
use crate::settings;

/// Lists the examples of the documents that the command line or the configuration names.
pub(crate) fn list(arguments: &ListArgs) -> Result<Code, Failure> {
    let settings =
        settings::resolve(&arguments.paths, None, &arguments.common).map_err(Failure::usage)?;
    let documents = documents::list(&settings);
    let code = if documents.missing > 0 {
        Code::Usage
    } else if documents.reports.iter().any(is_wrong) {
        Code::Failure
    } else if documents.items.is_empty() {
        Code::NoExample
    } else {
        Code::Success
    };
    let mut out = io::BufWriter::new(anstream::stdout());
    let written = match arguments.format {
        ListFormat::Json => {
            let listed = documents.items.into_iter().map(|it| it.listed);
            let listing = Listing::new(tool(), documents.reports, listed.collect());
            self::listing(&listing, &mut out)
        }
        ListFormat::Text => text(
            &mut out,
            &documents.reports,
            &documents.items,
            arguments.all,
        ),
    };
    written
        .and_then(|()| out.flush())
        .map_err(Failure::environment)?;
    Ok(code)
}

/// A line for each thing that a document holds, in document order, then the totals.
fn text(
    out: &mut dyn Write,
    documents: &[DocumentReport],
    items: &[Item],
    all: bool,
) -> io::Result<()> {
    let mut by_path: BTreeMap<&str, Vec<&Item>> = BTreeMap::new();
    for item in items {
        let path = item.listed.path.as_str();
        by_path.entry(path).or_default().push(item);
    }
    for document in documents {
        let path = terminal_safe(&document.path);
        let items = by_path.remove(document.path.as_str()).unwrap_or_default();
        let mut lines: Vec<(usize, String)> = Vec::new();
        lines.extend(items.into_iter().map(|it| of_example(&path, it)));
        if all {
            let fences = document.other_fences.iter();
            lines.extend(fences.map(|it| of_fence(&path, it)));
        }
        lines.extend(document.findings.iter().map(|it| of_finding(&path, it)));
        lines.sort_by_key(|(line, _)| *line);
        for (_, line) in lines {
            writeln!(out, "{line}")?;
        }
    }
    totals(out, documents, items.len())
}

fn of_example(path: &str, example: &Item) -> (usize, String) {
    let listed = &example.listed;
    let line = listed.line;
    let name = terminal_safe(listed.id.fragment());
    let info = terminal_safe(&listed.info);
    let info = if info.is_empty() {
        "(no language)"
    } else {
        &info
    };
    let container = in_container(&listed.container);
    let skipped = match &example.skip {
        Some(reason) => format!("  skipped: {}", terminal_safe(reason)),
        None => String::new(),
    };
    let text = format!("{path}:{line}  #{name}  {info}{container}{skipped}");
    (line, text)
}

fn of_fence(path: &str, fence: &FenceReport) -> (usize, String) {
    let line = fence.line;
    let reason = terminal_safe(&fence.reason);
    let container = in_container(&fence.container);
    let text = format!("{path}:{line}  no example: {reason}{container}");
    (line, text)
}

fn of_finding(path: &str, finding: &Finding) -> (usize, String) {
    let severity = match finding.severity {
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    };
    let place = finding.line.map(|line| format!(":{line}"));
    let place = place.unwrap_or_default();
    let message = terminal_safe(&finding.message);
    let text = format!("{path}{place}  {severity}: {message}");
    (finding.line.unwrap_or(0), text)
}

fn totals(out: &mut dyn Write, documents: &[DocumentReport], examples: usize) -> io::Result<()> {
    let fences = documents.iter().map(|it| it.other_fences.len()).sum();
    let words = documents.iter().map(|it| it.unknown_words).sum();
    writeln!(
        out,
        "{}, {}, {} in {}",
        counted(examples, "Rust example"),
        counted(fences, "other fence"),
        counted(words, "unknown word"),
        counted(documents.len(), "document"),
    )
}

fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}

fn in_container(container: &str) -> String {
    if container.is_empty() {
        String::new()
    } else {
        format!("  (in {})", terminal_safe(container))
    }
}
