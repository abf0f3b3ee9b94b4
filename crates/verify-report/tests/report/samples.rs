//! Reports that several formats are tried on.

use verify_model::{
    AidKind, Cause, CauseKind, Exit, Expectation, Output, Report, Severity, Stage, StageReport,
    Status, TestCounts, Verdict,
};
use verify_report::Sources;

use crate::builder::{
    ReportBuilder, RunBuilder, cause, elided, error, missing_name, output, run, stage,
};

/// Two documents that show every verdict, one without examples.
pub(crate) fn every_verdict() -> Report {
    ReportBuilder::default()
        .document("docs/guide.md")
        .other_fence(3, "console", "not Rust")
        .other_fence(90, "Rust2", "unknown language")
        .finding(
            Severity::Warning,
            "`norun` is not known; did you mean `no_run`?",
            Some((40, 9)),
        )
        .example(8, run(Verdict::Passes))
        .example(20, passes_with_help())
        .example(40, broken())
        .example(55, outdated())
        .example(70, incomplete())
        .document("docs/empty.md")
        .document("README.md")
        .example(5, fails())
        .example(30, unexpected())
        .example(44, unresolved())
        .example(60, no_verdict())
        .example(
            112,
            run(Verdict::Skipped).cause(cause(CauseKind::Expectation, "marked `ignore`")),
        )
        .build()
}

/// The lines that some causes of [`every_verdict`] lie in.
pub(crate) fn sources() -> Sources {
    let guide = format!("{}        let total: u32 = name;\n", "\n".repeat(43));
    [("docs/guide.md".to_owned(), guide)].into_iter().collect()
}

fn passes_with_help() -> RunBuilder {
    run(Verdict::Passes)
        .aid(AidKind::Dependency, "tokio 1.52.0")
        .aid(AidKind::Feature, "tokio/full")
        .aid(AidKind::Wrapper, "async fn main()")
        .aid(AidKind::Import, "use std::time::Duration;")
        .aid(AidKind::Import, "use std::sync::Arc;")
        .warnings("clippy::needless_return", 2)
        .warnings("unused_variables", 1)
        .not_enforced("network")
        .stage(Stage::Run, stage(Status::Unfinished))
}

fn broken() -> RunBuilder {
    run(Verdict::Broken)
        .aid(AidKind::Wrapper, "fn main()")
        .bodies(1, 3)
        .cause(missing_name("Config", 42, 16))
        .cause(error("E0308", "mismatched types", 44, 26))
        .cause(error(
            "E0277",
            "the trait bound is not satisfied\nrequired by a bound in `spawn`",
            46,
            9,
        ))
        .stage(Stage::Check, stage(Status::Failed))
}

fn outdated() -> RunBuilder {
    run(Verdict::Outdated)
        .aid(AidKind::Dependency, "rand 0.10.0")
        .cause(error(
            "E0425",
            "cannot find function `thread_rng` in crate `rand`; it compiles with rand 0.8.5",
            57,
            13,
        ))
}

fn incomplete() -> RunBuilder {
    run(Verdict::Incomplete)
        .bodies(2, 4)
        .cause(missing_name("Foo", 71, 5))
        .cause(missing_name("Bar", 72, 9))
        .cause(missing_name("Foo", 73, 5))
        .cause(elided(74, 9))
        .cause(elided(80, 9))
}

/// An example with a failed test, in full detail.
pub(crate) fn fails() -> RunBuilder {
    let report = StageReport {
        exit: Some(Exit::Code(101)),
        tests: Some(TestCounts {
            passed: 1,
            failed: 2,
            ignored: 0,
        }),
        failed_tests: vec!["tests::adds".to_owned(), "tests::divides".to_owned()],
        output: Some(Output {
            text: "running 3 tests\nthread 'tests::adds' panicked\n".to_owned(),
            omitted_bytes: 4096,
        }),
        ..stage(Status::Failed)
    };
    run(Verdict::Fails)
        .cause(Cause {
            name: Some("tests::adds".to_owned()),
            line: Some(12),
            column: Some(9),
            ..cause(
                CauseKind::TestFailed,
                "assertion `left == right` failed\n  left: 3\n right: 4",
            )
        })
        .stage(Stage::Build, stage(Status::Passed))
        .stage(Stage::Test, report)
}

fn unexpected() -> RunBuilder {
    run(Verdict::Unexpected)
        .expectation(Expectation::CompileFail {
            codes: vec!["E0382".to_owned()],
        })
        .cause(cause(
            CauseKind::Expectation,
            "expected not to compile with E0382, but it compiled",
        ))
}

fn unresolved() -> RunBuilder {
    run(Verdict::Unresolved).cause(Cause {
        name: Some("acme".to_owned()),
        line: Some(45),
        column: Some(5),
        ..cause(
            CauseKind::MissingCrate,
            "the crate `acme` is not on the list; add to verify.toml:\n\n[dependencies]\nacme = \"1\"",
        )
    })
}

fn no_verdict() -> RunBuilder {
    run(Verdict::Error)
        .aid(AidKind::Dependency, "openssl 0.10.80")
        .stage(
            Stage::Check,
            StageReport::error("the dependency openssl-sys failed to build"),
        )
        .stage(
            Stage::Run,
            StageReport {
                output: Some(output("\n")),
                ..stage(Status::TimedOut)
            },
        )
}
