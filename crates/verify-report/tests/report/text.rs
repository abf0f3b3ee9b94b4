use snapbox::{Data, assert_data_eq, file};
use verify_model::{
    AidKind, Cause, CauseKind, DocumentStatus, ExampleId, Report, Severity, Stage, StageReport,
    Status, Verdict,
};
use verify_report::{Sources, text};

use crate::builder::{ReportBuilder, RunBuilder, cause, error, missing_name, output, run, stage};
use crate::samples;

fn styled(report: &Report, sources: &Sources) -> String {
    let mut out = Vec::new();
    text::render(report, sources, &mut out).expect("a vector takes everything");
    String::from_utf8(out).expect("the summary is UTF-8")
}

/// The summary without its styles: what `ESC [ … m` leaves. Everything else stays.
fn plain(report: &Report) -> String {
    without_styles(&styled(report, &samples::sources()))
}

fn without_styles(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (style, rest) = part.split_once('m').expect("a style ends with `m`");
        assert!(
            style.chars().all(|c| c.is_ascii_digit() || c == ';'),
            "not a style: {style:?}"
        );
        plain.push_str(rest);
    }
    plain
}

fn raw(snapshot: Data) -> Data {
    snapshot.raw()
}

#[test]
fn every_verdict_says_where_what_and_what_next() {
    assert_data_eq!(
        plain(&samples::every_verdict()),
        raw(file!["snapshots/every_verdict.txt"])
    );
}

#[test]
fn a_run_without_examples_says_so() {
    let report = ReportBuilder::default().build();
    assert_data_eq!(plain(&report), raw(file!["snapshots/empty.txt"]));
}

#[test]
fn an_unreadable_document_is_shown_with_the_reason() {
    let report = ReportBuilder::default()
        .unreadable(
            "notes/latin1.md",
            "not UTF-8: invalid byte 0xe4 at offset 120",
        )
        .document("notes/ok.md")
        .example(1, run(Verdict::Passes))
        .build();
    assert_data_eq!(plain(&report), raw(file!["snapshots/unreadable.txt"]));
}

#[test]
fn untrusted_text_moves_no_cursor_and_forges_no_line() {
    let report = untrusted();
    let styled = styled(&report, &Sources::default());
    // A style like any other, but none of ours.
    assert!(!styled.contains("\u{1b}[7m"));
    // Fails on any escape sequence that is not a style.
    let plain = without_styles(&styled);
    assert!(!plain.contains(|c: char| c.is_control() && c != '\n'));
    assert!(!plain.contains(['\u{202e}', '\u{2066}', '\u{2028}']));
    assert!(!plain.contains("##["));
    for line in plain.lines() {
        assert!(!line.trim_start().starts_with("::"), "{line}");
    }
    assert_data_eq!(plain, raw(file!["snapshots/untrusted.txt"]));
}

/// A report in which everything that comes from outside is hostile.
fn untrusted() -> Report {
    let hostile =
        "\u{1b}[2J\u{1b}[7m\u{1b}]0;owned\u{7}x\u{202e}y\r\n::error::forged\n##[error]forged";
    let report = StageReport {
        reason: Some(hostile.to_owned()),
        failed_tests: vec![hostile.to_owned()],
        output: Some(output(hostile)),
        ..stage(Status::Failed)
    };
    let hostile_cause = Cause {
        code: Some(hostile.to_owned()),
        name: Some("\u{1b}[7mname\nnext".to_owned()),
        ..error("", hostile, 2, 3)
    };
    let mut report = ReportBuilder::default()
        .document("::warning file=a\u{1b}[7m::\nb.md")
        .finding(Severity::Note, hostile, Some((1, 1)))
        .example(
            1,
            run(Verdict::Fails)
                .aid(AidKind::Import, hostile)
                .cause(hostile_cause)
                .cause(missing_name(hostile, 4, 5))
                .stage(Stage::Run, report)
                .warnings(hostile, 1)
                .not_enforced(hostile),
        )
        .example(
            9,
            run(Verdict::Skipped).cause(cause(CauseKind::Expectation, hostile)),
        )
        .example(
            20,
            run(Verdict::Passes).stage(Stage::Run, StageReport::skipped(hostile)),
        )
        .build();
    let path = report.documents[0].path.clone();
    report.examples[0].listed.id = ExampleId::named(&path, "\u{1b}[7mname\nnext");
    hostile.clone_into(&mut report.toolchain.rustc);
    hostile.clone_into(&mut report.toolchain.host);
    report.toolchain.clippy = Some(hostile.to_owned());
    report
}

#[test]
fn long_lists_are_cut_and_counted() {
    let names = (0..12).map(|n| missing_name(&format!("Type{n}"), 2, n + 1));
    let repeated = (0..5).map(|n| missing_name("Type0", n + 20, 1));
    let errors = (0..10).map(|n| error("E0308", &format!("mismatched types, {n}"), n + 3, 5));
    let lines: Vec<String> = (1..=30).map(|n| format!("line {n}")).collect();
    let failed = StageReport {
        failed_tests: (0..10).map(|n| format!("test_{n}")).collect(),
        output: Some(output(&lines.join("\n"))),
        ..stage(Status::Failed)
    };
    let many = errors
        .chain(names)
        .chain(repeated)
        .fold(run(Verdict::Fails), RunBuilder::cause)
        .stage(Stage::Test, failed);
    let report = ReportBuilder::default()
        .document("long.md")
        .example(1, many)
        .build();
    assert_data_eq!(plain(&report), raw(file!["snapshots/long_lists.txt"]));
}

#[test]
fn a_line_without_end_is_cut() {
    let endless = "x".repeat(100_000);
    let failed = StageReport {
        output: Some(output(&endless)),
        ..stage(Status::Failed)
    };
    let report = ReportBuilder::default()
        .document("a.md")
        .example(
            1,
            run(Verdict::Fails)
                .cause(cause(
                    CauseKind::ProgramFailed,
                    &format!("{endless}\n{endless}"),
                ))
                .stage(Stage::Run, failed),
        )
        .build();
    let text = plain(&report);
    assert_eq!(text.matches("xxx…").count(), 3);
    assert!(text.lines().all(|line| line.chars().count() < 500));
}

#[test]
fn an_example_is_shown_even_when_its_document_is_not_listed() {
    let mut report = ReportBuilder::default()
        .document("lost.md")
        .example(7, run(Verdict::Passes))
        .build();
    report.documents.clear();
    assert!(plain(&report).contains("\n  lost.md:7  #1  passes"));
}

#[test]
fn a_failure_without_any_recorded_cause_says_so() {
    let report = ReportBuilder::default()
        .document("a.md")
        .example(1, run(Verdict::Broken))
        .build();
    assert!(plain(&report).contains("no cause was recorded"));
}

#[test]
fn a_pass_says_which_stages_were_not_run() {
    let report = ReportBuilder::default()
        .document("a.md")
        .example(
            1,
            run(Verdict::Passes)
                .stage(Stage::Lint, StageReport::skipped("no clippy"))
                .stage(Stage::Run, StageReport::skipped("marked `no_run`")),
        )
        .build();
    let text = plain(&report);
    assert!(
        text.contains("verbatim; run skipped: marked `no_run`\n"),
        "{text}"
    );
}

#[test]
fn a_readable_document_without_examples_or_findings_only_counts() {
    let report = ReportBuilder::default()
        .document("quiet.md")
        .document("loud.md")
        .finding(Severity::Warning, "a fence is never closed", Some((4, 1)))
        .build();
    assert!(
        report
            .documents
            .iter()
            .all(|document| document.status == DocumentStatus::Read)
    );
    let text = plain(&report);
    assert!(!text.contains("quiet.md"), "{text}");
    assert!(text.contains("loud.md:4:1  warning: a fence is never closed"));
    assert!(text.contains("0 examples in 2 documents (2 without examples)"));
}

#[test]
fn the_command_to_copy_quotes_what_a_shell_would_take_apart() {
    let shown = |path: &str| {
        let report = ReportBuilder::default()
            .document(path)
            .example(1, run(Verdict::Broken))
            .build();
        let text = plain(&report);
        text.lines()
            .find_map(|line| Some(line.split_once("verify show ")?.1.to_owned()))
    };
    assert_eq!(shown("docs/a.md").as_deref(), Some("docs/a.md#1"));
    assert_eq!(
        shown("it's $HOME.md").as_deref(),
        Some(r"'it'\''s $HOME.md#1'")
    );
    assert_eq!(shown("odd\u{7}.md"), None);
}
