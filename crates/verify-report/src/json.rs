//! JSON: the report as it is, and the list of examples.
//!
//! Both are pretty-printed in the order of the model's fields and end with a line break, so equal
//! reports give equal bytes. Nothing is removed from what strangers wrote; what a terminal or a log
//! reader would obey is escaped.

use std::io::{self, Write};

use serde::Serialize;
use verify_model::comparison::Comparison;
use verify_model::{DocumentReport, Listed, Report, SCHEMA_VERSION, Tool};

use crate::{Sources, safe_json};

/// What `verify list --format json` prints: the examples as they stand, without a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Listing {
    /// Version of the report's shape, which the list shares.
    pub schema_version: u32,
    /// Which verify made it.
    pub tool: Tool,
    /// Every document, in the order of the command line.
    pub documents: Vec<DocumentReport>,
    /// Every example, in document order.
    pub examples: Vec<Listed>,
}

impl Listing {
    /// A list in the shape that this version writes.
    #[must_use]
    pub fn new(tool: Tool, documents: Vec<DocumentReport>, examples: Vec<Listed>) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            tool,
            documents,
            examples,
        }
    }
}

/// Writes `report`; the sources are not needed.
///
/// Fails only when `out` does.
pub fn render(report: &Report, _sources: &Sources, out: &mut dyn Write) -> io::Result<()> {
    safe_json::write(report, out)
}

/// Writes `listing`.
///
/// Fails only when `out` does.
pub fn listing(listing: &Listing, out: &mut dyn Write) -> io::Result<()> {
    safe_json::write(listing, out)
}

/// What `verify diff --format json` prints.
#[derive(Serialize)]
struct Changes<'a> {
    schema_version: u32,
    #[serde(flatten)]
    comparison: &'a Comparison,
}

/// Writes `comparison`, its four groups beside the version of the report's shape.
///
/// Fails only when `out` does.
pub fn comparison(comparison: &Comparison, out: &mut dyn Write) -> io::Result<()> {
    let changes = Changes {
        schema_version: SCHEMA_VERSION,
        comparison,
    };
    safe_json::write(&changes, out)
}
