//! The terminal summary: what became of every example, what to do about it, and the totals.
//!
//! Colours are written as ANSI styles; a caller whose output takes none strips them. Nothing is
//! said by colour alone.

mod cause;
mod document;
mod example;
mod message;
mod next;
mod stage;
mod style;
mod totals;

use std::io::{self, Write};

use verify_model::Report;

use crate::Sources;

/// How lines below an example's own line are indented.
const INDENT: &str = "    ";

/// Writes `report`, document by document; lines of `sources` stand below the causes that lie
/// in them.
///
/// Fails only when `out` does.
pub fn render(report: &Report, sources: &Sources, out: &mut dyn Write) -> io::Result<()> {
    for section in document::sections(report) {
        section.write(sources, out)?;
    }
    next::write(&report.examples, out)?;
    totals::write(report, out)
}
