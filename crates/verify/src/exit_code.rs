//! Exit codes: documented here, chosen here.

use verify_model::policy::Decision;
use verify_model::{DocumentReport, Report, Severity};

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
    let wrong_document = report.documents.iter().any(is_wrong);
    let decisions = report.examples.iter().map(|example| &example.policy);
    match of_decisions(decisions) {
        _ if wrong_document => Code::Failure,
        Code::Success if report.examples.is_empty() => Code::NoExample,
        code => code,
    }
}

/// The code that follows from what the policy makes of some examples.
pub(crate) fn of_decisions<'a>(decisions: impl IntoIterator<Item = &'a Decision>) -> Code {
    let mut code = Code::Success;
    for decision in decisions.into_iter().filter(|it| it.fails) {
        if !decision.is_of_environment() {
            return Code::Failure;
        }
        code = Code::Environment;
    }
    code
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
    use verify_model::policy::Policy;
    use verify_model::{
        DocumentStatus, Environment, Example, ExampleId, Expectation, Finding, LintCount, Listed,
        Run, Rung, SCHEMA_VERSION, Summary, Tool, Toolchain, Verdict,
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
            work: verify_model::Work::default(),
            documents,
            examples,
            policy: Policy::default(),
            comparison: None,
        }
    }

    fn example(verdict: Verdict) -> Example {
        let id = ExampleId::numbered("a.md", 1);
        let run = run(verdict);
        Example {
            policy: Policy::default().decide(&id, &run),
            ignored: None,
            labelled: None,
            run,
            listed: Listed {
                id,
                path: "a.md".to_owned(),
                line: 1,
                end_line: 2,
                info: "rust".to_owned(),
                container: String::new(),
                sha256: String::new(),
                headings: Vec::new(),
            },
        }
    }

    fn run(verdict: Verdict) -> Run {
        Run {
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
