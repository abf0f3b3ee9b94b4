//! The terminal summary: what became of every example, what to do about it, and the totals.
//!
//! Colours are written as ANSI styles; a caller whose output takes none strips them. Nothing is
//! said by colour alone.

mod cause;
mod comparison;
mod document;
mod example;
mod message;
mod next;
mod policy;
mod stage;
mod style;
mod totals;

use std::io::{self, Write};

use verify_model::Report;
use verify_model::comparison::Comparison;

use crate::Sources;

/// How lines below an example's own line are indented.
const INDENT: &str = "    ";

/// At most this many examples of a group in which there is nothing to do are named at the end of a
/// report, which has said everything about them before.
const UNCHANGED: usize = 20;

/// Writes `report`, document by document; lines of `sources` stand below the causes that lie
/// in them.
///
/// Fails only when `out` does.
pub fn render(report: &Report, sources: &Sources, out: &mut dyn Write) -> io::Result<()> {
    for section in document::sections(report) {
        section.write(sources, out)?;
    }
    next::write(&report.examples, out)?;
    if let Some(changes) = &report.comparison {
        comparison::write(changes, "the baseline", UNCHANGED, out)?;
        writeln!(out)?;
    }
    totals::write(report, out)
}

/// Writes what changed since the report called `with`: every example of all four groups.
///
/// Fails only when `out` does.
pub fn comparison(changes: &Comparison, with: &str, out: &mut dyn Write) -> io::Result<()> {
    comparison::write(changes, with, usize::MAX, out)
}
