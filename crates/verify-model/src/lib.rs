//! The words of verify, as plain data.
//!
//! This crate *is* the schema of `report.json`: every type here is either shown in a report or
//! passed between two other crates. It performs no I/O. Besides data it holds pure functions:
//! [`judge()`], which turns facts into a verdict, [`policy::Policy::decide`], which says whether an
//! example fails the run, [`comparison::compare`], which says what changed since an earlier report,
//! and [`merge()`], which joins reports.

mod aid;
mod cause;
pub mod comparison;
mod diagnostic;
mod document;
mod example;
mod expectation;
mod explanation;
pub mod judge;
mod labelled;
mod location;
mod merge;
mod outcome;
pub mod policy;
mod report;
#[cfg(test)]
mod sample;
mod scaffold;
mod verdict;

pub use aid::{Aid, AidKind, Rung};
pub use cause::{Cause, CauseKind};
pub use diagnostic::{Diagnostic, DiagnosticSpan, Level, Note};
pub use document::{DocumentReport, DocumentStatus, FenceReport, Finding, Severity};
pub use example::{Example, ExampleId, Listed, Run};
pub use expectation::Expectation;
pub use explanation::{Explanation, FollowOn, Label, Remark, RemarkLevel, Replacement, Stretch};
pub use judge::{
    DERIVABLE, GATED_HERE, Judgement, MissingName, NameKind, STANDARD_MACROS, judge, missing_name,
};
pub use labelled::Labelled;
pub use location::{IncludedPlace, Position, Span};
pub use merge::{MergeError, merge};
pub use outcome::{Environment, Exit, Outcome, Output, Stage, StageReport, Status, TestCounts};
pub use report::{Report, SCHEMA_VERSION, Summary, Tool, Toolchain, Work};
pub use scaffold::{
    Asked, Behind, Body, BodyCount, Bringer, EarlyEnd, Failure, Fragment, Gap, ImplBlock, LeftOut,
    LeftOutHead, LeftOutIn, LinkedCrate, LintCount, ManifestFault, OutdatedVersion, Scaffold,
    UnresolvedCrate,
};
pub use verdict::{Blame, Verdict};
