use std::collections::BTreeMap;
use std::io::{self, Write};

use verify_model::{Blame, Report, Rung, Verdict};

use super::document::is_unreadable;
use super::policy;
use super::style::{HEADING, Styled, counted};
use crate::terminal_safe::one_line;

/// At most this many lints are named, the most frequent ones.
const LINTS: usize = 8;

/// Writes the totals of the whole report.
pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let summary = &report.summary;
    if summary.examples == 0 {
        writeln!(out, "No Rust example was found.")?;
    }
    writeln!(out, "{}", Styled(HEADING, headline(report)))?;
    let verdicts = Verdict::ALL.map(|v| (v.as_str(), count(&summary.by_verdict, &v)));
    let rungs = Rung::ALL.map(|r| (r.as_str(), count(&summary.by_rung, &r)));
    let blames = [Blame::Document, Blame::Inference, Blame::Environment]
        .map(|b| (b.as_str(), count(&summary.by_blame, &b)));
    let rows = [
        ("by verdict", list(verdicts)),
        ("passing, by rung", list(rungs)),
        ("not passing, by blame", list(blames)),
        ("policy", policy::totals(report)),
        ("lints", lints(report)),
        ("not enforced", not_enforced(report)),
        ("judged by", judged_by(report)),
    ];
    for (label, text) in rows.iter().filter(|(_, text)| !text.is_empty()) {
        writeln!(out, "  {label:21}  {text}")?;
    }
    Ok(())
}

fn headline(report: &Report) -> String {
    let documents = &report.documents;
    let unreadable = documents.iter().filter(|d| is_unreadable(d)).count();
    let without = documents
        .iter()
        .filter(|document| document.examples == 0 && !is_unreadable(document))
        .count();
    let remarks: Vec<String> = [(without, "without examples"), (unreadable, "unreadable")]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    let remarks = if remarks.is_empty() {
        String::new()
    } else {
        format!(" ({})", remarks.join(", "))
    };
    format!(
        "Total: {} in {}{remarks}, {}",
        counted(report.summary.examples, "example", "examples"),
        counted(documents.len(), "document", "documents"),
        counted(report.summary.other_fences, "other fence", "other fences"),
    )
}

fn count<K: Ord>(counts: &BTreeMap<K, usize>, key: &K) -> usize {
    counts.get(key).copied().unwrap_or_default()
}

/// `name count, name count, …` without the zeros.
fn list<S: std::fmt::Display>(counts: impl IntoIterator<Item = (S, usize)>) -> String {
    let parts: Vec<String> = counts
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .map(|(name, count)| format!("{name} {count}"))
        .collect();
    parts.join(", ")
}

fn lints(report: &Report) -> String {
    let mut by_lint: BTreeMap<&str, usize> = BTreeMap::new();
    for example in &report.examples {
        for (lint, count) in &example.run.lints.by_lint {
            *by_lint.entry(lint).or_default() += count;
        }
    }
    most_frequent(by_lint, LINTS)
}

/// Limits that were not in force, with the number of examples that it concerns.
fn not_enforced(report: &Report) -> String {
    let mut by_limit: BTreeMap<&str, usize> = BTreeMap::new();
    for example in &report.examples {
        for limit in &example.run.environment.not_enforced {
            *by_limit.entry(limit).or_default() += 1;
        }
    }
    most_frequent(by_limit, usize::MAX)
}

fn most_frequent(counts: BTreeMap<&str, usize>, limit: usize) -> String {
    let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
    // Stable: equal counts stay in the order of their names.
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let more = counts.len().saturating_sub(limit);
    let shown = counts.into_iter().take(limit);
    let text = list(shown.map(|(name, count)| (one_line(name), count)));
    if more > 0 {
        format!("{text}, and {more} more")
    } else {
        text
    }
}

fn judged_by(report: &Report) -> String {
    let toolchain = &report.toolchain;
    let clippy = toolchain.clippy.as_deref().map_or_else(
        || "no clippy".to_owned(),
        |version| format!("clippy {}", one_line(version)),
    );
    format!(
        "rustc {}, {clippy}, {}",
        one_line(&toolchain.rustc),
        one_line(&toolchain.host)
    )
}
