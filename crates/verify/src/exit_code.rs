//! Exit codes: documented here, chosen here.

use verify_model::{DocumentReport, Report, Severity, Verdict};

/// What the process returns. People script against these numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    /// 0: nothing to complain about.
    Success,
    /// 1: an example failed its expectation, or a document is wrong.
    Failure,
    /// 2: the command line or the configuration is wrong.
    Usage,
    /// 3: the machine lacks something that judging needs.
    Environment,
    /// 4: there is no example.
    NoExample,
    /// 130: interrupted.
    Interrupted,
}

impl From<Code> for std::process::ExitCode {
    fn from(code: Code) -> Self {
        Self::from(match code {
            Code::Success => 0,
            Code::Failure => 1,
            Code::Usage => 2,
            Code::Environment => 3,
            Code::NoExample => 4,
            Code::Interrupted => 130,
        })
    }
}

/// An error that ends the program, and the code that it ends with.
#[derive(Debug)]
pub(crate) struct Failure {
    /// The code.
    pub(crate) code: Code,
    /// What to print.
    pub(crate) error: anyhow::Error,
}

impl Failure {
    /// A mistake on the command line or in the configuration.
    pub(crate) fn usage(error: impl Into<anyhow::Error>) -> Self {
        Self {
            code: Code::Usage,
            error: error.into(),
        }
    }

    /// Something that the machine lacks.
    pub(crate) fn environment(error: impl Into<anyhow::Error>) -> Self {
        Self {
            code: Code::Environment,
            error: error.into(),
        }
    }
}

/// The code of a finished run.
pub(crate) fn of_report(report: &Report, missing_paths: usize) -> Code {
    if missing_paths > 0 {
        return Code::Usage;
    }
    let failing = |verdict: Verdict| verdict.fails_by_default();
    let verdicts = || report.examples.iter().map(|example| example.run.verdict);
    let wrong_document = report.documents.iter().any(is_wrong);
    if wrong_document || verdicts().any(|it| failing(it) && it != Verdict::Error) {
        Code::Failure
    } else if verdicts().any(|it| it == Verdict::Error) {
        Code::Environment
    } else if report.examples.is_empty() {
        Code::NoExample
    } else {
        Code::Success
    }
}

/// Whether a document itself fails the run.
pub(crate) fn is_wrong(document: &DocumentReport) -> bool {
    document
        .findings
        .iter()
        .any(|finding| finding.severity == Severity::Error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use verify_model::{
        DocumentStatus, Environment, Example, ExampleId, Expectation, Finding, LintCount, Listed,
        Run, Rung, SCHEMA_VERSION, Summary, Tool, Toolchain,
    };

    fn report(verdicts: &[Verdict], wrong: bool) -> Report {
        let examples: Vec<Example> = verdicts.iter().map(|verdict| example(*verdict)).collect();
        let findings = Vec::from_iter(wrong.then(|| Finding {
            severity: Severity::Error,
            message: "wrong".to_owned(),
            line: None,
            column: None,
        }));
        let documents = vec![DocumentReport {
            path: "a.md".to_owned(),
            status: DocumentStatus::Read,
            examples: examples.len(),
            other_fences: Vec::new(),
            unknown_words: 0,
            findings,
        }];
        Report {
            schema_version: SCHEMA_VERSION,
            tool: Tool {
                name: "verify".to_owned(),
                version: "0".to_owned(),
            },
            toolchain: Toolchain {
                rustc: String::new(),
                cargo: String::new(),
                clippy: None,
                host: String::new(),
            },
            summary: Summary::of(&documents, &examples),
            documents,
            examples,
        }
    }

    fn example(verdict: Verdict) -> Example {
        Example {
            listed: Listed {
                id: ExampleId::numbered("a.md", 1),
                path: "a.md".to_owned(),
                line: 1,
                end_line: 2,
                info: "rust".to_owned(),
                container: String::new(),
                sha256: String::new(),
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
                stages: std::collections::BTreeMap::new(),
                environment: Environment::default(),
            },
        }
    }

    #[test]
    fn every_outcome_of_a_run_has_its_code() {
        let cases: [(&[Verdict], bool, usize, Code); 9] = [
            (
                &[Verdict::Passes, Verdict::Skipped],
                false,
                0,
                Code::Success,
            ),
            (&[Verdict::Incomplete], false, 0, Code::Success),
            (&[Verdict::Passes, Verdict::Broken], false, 0, Code::Failure),
            (&[Verdict::Unresolved], false, 0, Code::Failure),
            (
                &[Verdict::Error, Verdict::Passes],
                false,
                0,
                Code::Environment,
            ),
            (&[Verdict::Error, Verdict::Fails], false, 0, Code::Failure),
            (&[], false, 0, Code::NoExample),
            (&[Verdict::Passes], true, 0, Code::Failure),
            (&[Verdict::Broken], false, 1, Code::Usage),
        ];
        for (verdicts, wrong, missing, expected) in cases {
            let code = of_report(&report(verdicts, wrong), missing);
            assert_eq!(code, expected, "{verdicts:?} {wrong} {missing}");
        }
    }
}
