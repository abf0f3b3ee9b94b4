//! Builds reports without running anything.

use std::collections::BTreeMap;

use verify_model::policy::Policy;
use verify_model::{
    Aid, AidKind, BodyCount, Cause, CauseKind, DocumentReport, DocumentStatus, Environment,
    Example, ExampleId, Expectation, FenceReport, Finding, LintCount, Listed, Output, Report, Run,
    Rung, SCHEMA_VERSION, Severity, Stage, StageReport, Status, Summary, Tool, Toolchain, Verdict,
    Work,
};

/// A report in the making; [`ReportBuilder::build`] counts the totals.
#[derive(Default)]
pub(crate) struct ReportBuilder {
    documents: Vec<DocumentReport>,
    examples: Vec<Example>,
}

impl ReportBuilder {
    pub(crate) fn document(mut self, path: &str) -> Self {
        self.documents.push(DocumentReport {
            path: path.to_owned(),
            status: DocumentStatus::Read,
            examples: 0,
            other_fences: Vec::new(),
            unknown_words: 0,
            findings: Vec::new(),
        });
        self
    }

    pub(crate) fn unreadable(self, path: &str, why: &str) -> Self {
        let mut this = self.document(path);
        this.last_document().status = DocumentStatus::Unreadable;
        this.finding(Severity::Error, why, None)
    }

    pub(crate) fn finding(
        mut self,
        severity: Severity,
        message: &str,
        place: Option<(usize, usize)>,
    ) -> Self {
        self.last_document().findings.push(Finding {
            severity,
            message: message.to_owned(),
            line: place.map(|(line, _)| line),
            column: place.map(|(_, column)| column),
        });
        self
    }

    pub(crate) fn other_fence(mut self, line: usize, info: &str, reason: &str) -> Self {
        self.last_document().other_fences.push(FenceReport {
            line,
            end_line: line + 2,
            info: info.to_owned(),
            container: String::new(),
            reason: reason.to_owned(),
        });
        self
    }

    /// Adds an example to the last document; its fence opens at `line`.
    pub(crate) fn example(mut self, line: usize, run: RunBuilder) -> Self {
        let document = self.last_document();
        document.examples += 1;
        let (path, number) = (document.path.clone(), document.examples);
        let listed = listed(&path, number, line);
        self.examples.push(Example {
            policy: Policy::default().decide(&listed.id, &run.0),
            listed,
            run: run.0,
            ignored: None,
            labelled: None,
        });
        self
    }

    pub(crate) fn build(self) -> Report {
        Report {
            schema_version: SCHEMA_VERSION,
            tool: tool(),
            toolchain: Toolchain {
                rustc: "1.95.0 (59807616e 2026-04-14)".to_owned(),
                cargo: "1.95.0 (f2d3ce0bd 2026-03-21)".to_owned(),
                clippy: Some("0.1.95 (59807616e 2026-04-14)".to_owned()),
                host: "x86_64-unknown-linux-gnu".to_owned(),
            },
            summary: Summary::of(&self.documents, &self.examples),
            work: Work::default(),
            documents: self.documents,
            examples: self.examples,
            policy: Policy::default(),
            comparison: None,
        }
    }

    fn last_document(&mut self) -> &mut DocumentReport {
        self.documents.last_mut().expect("a document comes first")
    }
}

/// What a run found, in the making.
pub(crate) struct RunBuilder(Run);

/// An example with this verdict, and nothing else to say.
pub(crate) fn run(verdict: Verdict) -> RunBuilder {
    RunBuilder(Run {
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
    })
}

impl RunBuilder {
    pub(crate) fn expectation(mut self, expectation: Expectation) -> Self {
        self.0.expectation = expectation;
        self
    }

    pub(crate) fn aid(mut self, kind: AidKind, what: &str) -> Self {
        self.0.aids.push(Aid {
            kind,
            what: what.to_owned(),
            reason: "the code names it".to_owned(),
        });
        self.0.rung = Rung::of(&self.0.aids);
        self
    }

    pub(crate) fn cause(mut self, cause: Cause) -> Self {
        self.0.causes.push(cause);
        self
    }

    pub(crate) fn bodies(mut self, checked: usize, total: usize) -> Self {
        self.0.bodies = Some(BodyCount { checked, total });
        self
    }

    /// Adds warnings of one lint.
    pub(crate) fn warnings(mut self, lint: &str, count: usize) -> Self {
        self.0.lints.warnings += count;
        self.0.lints.by_lint.insert(lint.to_owned(), count);
        self
    }

    pub(crate) fn stage(mut self, stage: Stage, report: StageReport) -> Self {
        self.0.stages.insert(stage, report);
        self
    }

    pub(crate) fn not_enforced(mut self, limit: &str) -> Self {
        self.0.environment.sandbox = "none".to_owned();
        self.0.environment.not_enforced.push(limit.to_owned());
        self
    }
}

/// A cause with a message and nothing else.
pub(crate) fn cause(kind: CauseKind, message: &str) -> Cause {
    Cause::new(kind, message)
}

/// A compiler error with a code and a place.
pub(crate) fn error(code: &str, message: &str, line: usize, column: usize) -> Cause {
    Cause {
        code: Some(code.to_owned()),
        line: Some(line),
        column: Some(column),
        ..cause(CauseKind::CompileError, message)
    }
}

/// A type that the document defines nowhere.
pub(crate) fn missing_name(name: &str, line: usize, column: usize) -> Cause {
    Cause {
        kind: CauseKind::MissingName,
        name: Some(name.to_owned()),
        ..error("E0425", "cannot find it in this scope", line, column)
    }
}

/// Code that the author left out.
pub(crate) fn elided(line: usize, column: usize) -> Cause {
    Cause {
        line: Some(line),
        column: Some(column),
        ..cause(CauseKind::ElidedBody, "`...` stands for code")
    }
}

/// A stage that ended like this.
pub(crate) fn stage(status: Status) -> StageReport {
    StageReport {
        status,
        duration_ms: 0,
        cached: false,
        reason: None,
        exit: None,
        tests: None,
        failed_tests: Vec::new(),
        output: None,
    }
}

/// What a stage printed, all of it.
pub(crate) fn output(text: &str) -> Output {
    Output {
        text: text.to_owned(),
        omitted_bytes: 0,
    }
}

/// An example as it stands.
pub(crate) fn listed(path: &str, number: usize, line: usize) -> Listed {
    Listed {
        id: ExampleId::numbered(path, number),
        path: path.to_owned(),
        line,
        end_line: line + 4,
        info: "rust".to_owned(),
        container: String::new(),
        sha256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855".to_owned(),
        headings: Vec::new(),
    }
}

pub(crate) fn tool() -> Tool {
    Tool {
        name: "verify".to_owned(),
        version: "0.1.0".to_owned(),
    }
}
