use std::collections::BTreeSet;

use crate::policy::Policy;
use crate::{Report, SCHEMA_VERSION, Summary};

/// Why reports could not be joined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MergeError {
    /// There was no report.
    Empty,
    /// A report has another shape than this version writes.
    Schema {
        /// The version found.
        found: u32,
    },
    /// Two reports speak about the same document.
    Overlap {
        /// The document's path.
        path: String,
    },
    /// Two reports were made by different compilers, whose verdicts do not compare.
    Toolchain {
        /// The first report's `rustc`.
        first: String,
        /// The other report's `rustc`.
        other: String,
    },
    /// Two reports were made under different policies, whose decisions do not compare.
    Policy,
}

impl std::fmt::Display for MergeError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Empty => write!(formatter, "there is no report to merge"),
            Self::Schema { found } => write!(
                formatter,
                "a report has schema version {found}, this verify reads {SCHEMA_VERSION}"
            ),
            Self::Overlap { path } => {
                write!(formatter, "two reports speak about the document {path}")
            }
            Self::Toolchain { first, other } => write!(
                formatter,
                "the reports were made by different compilers: {first} and {other}"
            ),
            Self::Policy => write!(
                formatter,
                "the reports were made under different policies: use one verify.toml for all"
            ),
        }
    }
}

impl std::error::Error for MergeError {}

/// Joins reports over different documents into one, as after a run that was split over machines.
///
/// Documents are ordered by path, so that the result does not depend on the order of `reports`.
pub fn merge(reports: Vec<Report>) -> Result<Report, MergeError> {
    let mut reports = reports.into_iter();
    let mut merged = reports.next().ok_or(MergeError::Empty)?;
    check_schema(&merged)?;
    for report in reports {
        check_schema(&report)?;
        if report.toolchain.rustc != merged.toolchain.rustc {
            return Err(MergeError::Toolchain {
                first: merged.toolchain.rustc,
                other: report.toolchain.rustc,
            });
        }
        join_policies(&mut merged.policy, report.policy)?;
        merged.documents.extend(report.documents);
        merged.examples.extend(report.examples);
        merged.work = merged.work + report.work;
    }
    let mut seen = BTreeSet::new();
    for document in &merged.documents {
        if !seen.insert(document.path.as_str()) {
            return Err(MergeError::Overlap {
                path: document.path.clone(),
            });
        }
    }
    merged.documents.sort_by(|a, b| a.path.cmp(&b.path));
    // Stable: examples of one document keep their order.
    merged
        .examples
        .sort_by(|a, b| a.listed.path.cmp(&b.listed.path));
    // What changed since a baseline is true of each report by itself only.
    merged.comparison = None;
    merged.summary = Summary::of(&merged.documents, &merged.examples);
    Ok(merged)
}

/// Adds the examples that the overrides of `policy` concern in another report.
fn join_policies(joined: &mut Policy, mut policy: Policy) -> Result<(), MergeError> {
    for (joined, it) in joined.overrides.iter_mut().zip(&mut policy.overrides) {
        joined.examples.append(&mut it.examples);
        it.examples.clone_from(&joined.examples);
    }
    if *joined == policy {
        Ok(())
    } else {
        Err(MergeError::Policy)
    }
}

fn check_schema(report: &Report) -> Result<(), MergeError> {
    if report.schema_version == SCHEMA_VERSION {
        Ok(())
    } else {
        Err(MergeError::Schema {
            found: report.schema_version,
        })
    }
}
