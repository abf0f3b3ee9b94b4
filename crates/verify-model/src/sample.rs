//! Examples for tests, made without running anything.

use std::collections::BTreeMap;

use crate::policy::Decision;
use crate::{
    Environment, Example, ExampleId, Expectation, LintCount, Listed, Run, Rung, Stage, StageReport,
    Status, Verdict,
};

/// The `number`-th example of the document at `path`, with code that `content` stands for.
pub(crate) fn example(path: &str, number: usize, content: &str, verdict: Verdict) -> Example {
    Example {
        listed: Listed {
            id: ExampleId::numbered(path, number),
            path: path.to_owned(),
            line: 10 * number,
            end_line: 10 * number + 2,
            info: "rust".to_owned(),
            container: String::new(),
            sha256: content.to_owned(),
            headings: Vec::new(),
        },
        run: Run {
            expectation: Expectation::Pass,
            verdict,
            blame: verdict.blame(),
            rung: Rung::Verbatim,
            aids: Vec::new(),
            causes: Vec::new(),
            bodies: None,
            lints: LintCount::default(),
            stages: BTreeMap::new(),
            environment: Environment::default(),
        },
        ignored: None,
        labelled: None,
        policy: Decision::default(),
    }
}

impl Example {
    /// With headings above it.
    pub(crate) fn below(mut self, headings: &[&str]) -> Self {
        self.listed.headings = headings.iter().map(|&it| it.to_owned()).collect();
        self
    }

    /// With a lint that spoke `count` times.
    pub(crate) fn linted(mut self, lint: &str, count: usize) -> Self {
        self.run.lints.by_lint.insert(lint.to_owned(), count);
        self
    }

    /// With a stage that ended like this.
    pub(crate) fn stage(mut self, stage: Stage, status: Status) -> Self {
        let report = StageReport {
            status,
            ..StageReport::skipped("")
        };
        self.run.stages.insert(stage, report);
        self
    }
}
