use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::policy::Decision;
use crate::{
    Aid, Blame, BodyCount, Cause, Environment, Expectation, Labelled, LintCount, Rung, Stage,
    StageReport, Verdict,
};

/// Names an example for good: `path#N`, the N-th Rust example of the document from 1, or
/// `path#name` when a directive names it.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct ExampleId(String);

impl ExampleId {
    /// The id of the `number`-th (from 1) Rust example of the document at `path`.
    #[must_use]
    pub fn numbered(path: &str, number: usize) -> Self {
        Self(format!("{path}#{number}"))
    }

    /// The id of the example that a directive calls `name`.
    #[must_use]
    pub fn named(path: &str, name: &str) -> Self {
        Self(format!("{path}#{name}"))
    }

    /// The whole id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The document's path.
    #[must_use]
    pub fn path(&self) -> &str {
        self.0.rsplit_once('#').map_or("", |(path, _)| path)
    }

    /// The number or name within the document.
    #[must_use]
    pub fn fragment(&self) -> &str {
        self.0.rsplit_once('#').map_or("", |(_, fragment)| fragment)
    }
}

impl std::fmt::Display for ExampleId {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.pad(&self.0)
    }
}

/// An example as it stands in its document: what `verify list` prints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Listed {
    /// Its id.
    pub id: ExampleId,
    /// The document's path as given on the command line, `/`-separated.
    pub path: String,
    /// 1-based line of the opening fence.
    pub line: usize,
    /// 1-based line of the closing fence, or of the last line when it is never closed.
    pub end_line: usize,
    /// The raw info string.
    pub info: String,
    /// What the fence stands in: lists, quotes, scalars, outermost first; empty at top level.
    pub container: String,
    /// SHA-256 of the code: container indentation removed, `\n` line ends, one final `\n`.
    pub sha256: String,
    /// The headings above it, outermost first.
    #[serde(default)]
    pub headings: Vec<String>,
}

/// An example with what a run found out about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Example {
    /// Where and what it is.
    #[serde(flatten)]
    pub listed: Listed,
    /// What the run found.
    #[serde(flatten)]
    pub run: Run,
    /// Why the document has it ignored, when it was judged all the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ignored: Option<String>,
    /// What the document's own words say against it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub labelled: Option<Labelled>,
    /// What the policy makes of it.
    #[serde(default)]
    pub policy: Decision,
}

/// What a run found out about an example.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Run {
    /// What the document says should happen.
    pub expectation: Expectation,
    /// What is true.
    pub verdict: Verdict,
    /// Who has to act.
    pub blame: Blame,
    /// How much help it had.
    pub rung: Rung,
    /// Each piece of help.
    pub aids: Vec<Aid>,
    /// Why it does not simply pass; for skipped examples, why it was skipped.
    pub causes: Vec<Cause>,
    /// How many bodies were checked in full; `None` when the text could not be parsed.
    pub bodies: Option<BodyCount>,
    /// What clippy and the compiler's own lints said.
    pub lints: LintCount,
    /// Each stage that was due.
    pub stages: BTreeMap<Stage, StageReport>,
    /// What contained it.
    pub environment: Environment,
}
