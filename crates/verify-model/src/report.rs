use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::comparison::Comparison;
use crate::policy::Policy;
use crate::{Blame, DocumentReport, Example, Rung, Verdict};

/// Version of the report's shape. Later versions add fields; they never rename or remove one
/// without a new number here.
pub const SCHEMA_VERSION: u32 = 1;

/// Everything that a run found out. Serialized, this is `report.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// Version of the report's shape.
    pub schema_version: u32,
    /// Which verify made it.
    pub tool: Tool,
    /// Which compiler judged.
    pub toolchain: Toolchain,
    /// Totals.
    pub summary: Summary,
    /// What fails the run.
    #[serde(default)]
    pub policy: Policy,
    /// What changed since the baseline, when there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comparison: Option<Comparison>,
    /// How much work the run took.
    #[serde(default)]
    pub work: Work,
    /// Every document, in the order of the run.
    pub documents: Vec<DocumentReport>,
    /// Every example, in document order.
    pub examples: Vec<Example>,
}

/// The program that made a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tool {
    /// `verify`.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// The Rust toolchain that judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Toolchain {
    /// `rustc --version`, without the leading word.
    pub rustc: String,
    /// `cargo --version`, without the leading word.
    pub cargo: String,
    /// `cargo clippy --version`, without the leading word; `None` when clippy is not installed.
    pub clippy: Option<String>,
    /// The host's target triple.
    pub host: String,
}

/// How much work a run took. What it found does not depend on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Work {
    /// Compilations of several examples together, each repeated until it was free of errors.
    pub batches: usize,
    /// Examples in them.
    pub members: usize,
    /// Examples that were taken out of them again, because an error named them.
    pub evictions: usize,
    /// Those of them whose errors a compilation of nothing but such examples proved to be their own.
    #[serde(default)]
    pub confirmed: usize,
    /// Examples that were compiled, or built and run, by themselves: those taken out of batches, and
    /// those that mean something else among others.
    pub alone: usize,
    /// Examples that were left to cargo.
    pub by_cargo: usize,
    /// Compilers that were started without cargo.
    pub compiler_calls: usize,
    /// How often something was not done because what comes of it was known.
    #[serde(default)]
    pub recalled: usize,
}

impl std::ops::Add for Work {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            batches: self.batches + other.batches,
            members: self.members + other.members,
            evictions: self.evictions + other.evictions,
            confirmed: self.confirmed + other.confirmed,
            alone: self.alone + other.alone,
            by_cargo: self.by_cargo + other.by_cargo,
            compiler_calls: self.compiler_calls + other.compiler_calls,
            recalled: self.recalled + other.recalled,
        }
    }
}

/// Totals of a report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Summary {
    /// All examples.
    pub examples: usize,
    /// Fences that are not examples.
    pub other_fences: usize,
    /// Words in the info strings of examples that nobody knows.
    #[serde(default)]
    pub unknown_words: usize,
    /// Examples by verdict; verdicts that did not occur are left out.
    pub by_verdict: BTreeMap<Verdict, usize>,
    /// Examples that passed, by the help that they needed.
    pub by_rung: BTreeMap<Rung, usize>,
    /// Examples by who has to act.
    pub by_blame: BTreeMap<Blame, usize>,
}

impl Summary {
    /// Counts what is in a report.
    #[must_use]
    pub fn of(documents: &[DocumentReport], examples: &[Example]) -> Self {
        let mut summary = Self {
            examples: examples.len(),
            other_fences: documents.iter().map(|d| d.other_fences.len()).sum(),
            unknown_words: documents.iter().map(|d| d.unknown_words).sum(),
            ..Self::default()
        };
        for Example { run, .. } in examples {
            *summary.by_verdict.entry(run.verdict).or_default() += 1;
            *summary.by_blame.entry(run.blame).or_default() += 1;
            if run.verdict == Verdict::Passes {
                *summary.by_rung.entry(run.rung).or_default() += 1;
            }
        }
        summary
    }
}
