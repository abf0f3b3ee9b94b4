//! What fails a run, and what changed since an earlier one, as text and as JSON.

use std::collections::BTreeSet;

use snapbox::{Data, IntoData as _, assert_data_eq, file};
use verify_model::comparison::{Compared, compare};
use verify_model::policy::{Matter, Override, Policy, Rules};
use verify_model::{ExampleId, Report, Stage, StageReport, Status, Verdict};
use verify_report::{Sources, json, schema, text};

use crate::builder::{ReportBuilder, RunBuilder, missing_name, run, stage};

fn raw(data: Data) -> Data {
    data.raw()
}

fn rendered(report: &Report) -> Data {
    let mut out = Vec::new();
    text::render(report, &Sources::default(), &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    without_styles(&text).raw()
}

/// The text without styles.
fn without_styles(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, style)) = rest.split_once('\u{1b}') {
        plain.push_str(before);
        rest = style.split_once('m').map_or("", |(_, after)| after);
    }
    plain + rest
}

fn matters(words: &[&str]) -> BTreeSet<Matter> {
    let parsed = words.iter().map(|word| Matter::parse(word).unwrap());
    parsed.collect()
}

fn except(id: &str, reason: &str, rules: Rules) -> Override {
    let (path, name) = id.rsplit_once('#').unwrap();
    Override {
        scope: id.to_owned(),
        reason: reason.to_owned(),
        rules,
        examples: BTreeSet::from([ExampleId::named(path, name)]),
    }
}

fn strict() -> Policy {
    let allow = |words| Rules {
        allow: matters(words),
        ..Rules::default()
    };
    let deny = Rules {
        deny: matters(&["skipped"]),
        ..Rules::default()
    };
    Policy {
        deny: matters(&["broken", "incomplete", "error", "lints", "unfinished"]),
        overrides: vec![
            except("a.md#2", "shows the error", allow(&["broken"])),
            except("a.md#6", "has to be judged:\n::error::forged", deny),
        ],
        ..Policy::default()
    }
}

fn incomplete() -> RunBuilder {
    run(Verdict::Incomplete).cause(missing_name("Order", 30, 4))
}

fn unfinished() -> RunBuilder {
    run(Verdict::Passes).stage(Stage::Run, stage(Status::Unfinished))
}

fn current() -> Report {
    let unlinted = StageReport::error("clippy is not installed");
    ReportBuilder::default()
        .document("a.md")
        .example(
            10,
            run(Verdict::Passes).warnings("clippy::needless_return", 2),
        )
        .example(20, run(Verdict::Broken))
        .example(30, incomplete())
        .example(40, unfinished())
        .example(50, run(Verdict::Passes).stage(Stage::Lint, unlinted))
        .example(60, run(Verdict::Skipped))
        .example(70, run(Verdict::Passes))
        .build()
}

fn under(policy: &Policy, mut report: Report, before: Option<&Report>) -> Report {
    for example in &mut report.examples {
        example.policy = policy.decide(&example.listed.id, &example.run);
    }
    if let Some(before) = before {
        let Compared {
            decisions,
            comparison,
        } = compare(policy, &before.examples, &report.examples);
        for (example, decision) in report.examples.iter_mut().zip(decisions) {
            example.policy = decision;
        }
        report.comparison = Some(comparison);
    }
    report.policy = policy.clone();
    report
}

/// Gives every example content of its own, by its line.
fn with_content(mut report: Report) -> Report {
    for example in &mut report.examples {
        example.listed.sha256 = example.listed.line.to_string();
    }
    report
}

fn earlier() -> Report {
    let mut report = ReportBuilder::default()
        .document("old.md")
        .example(30, incomplete())
        .example(40, unfinished())
        .document("a.md")
        .example(
            10,
            run(Verdict::Passes).warnings("clippy::needless_return", 1),
        )
        .example(70, run(Verdict::Broken))
        .example(99, run(Verdict::Broken))
        .build();
    report.examples[4].listed.headings = vec!["A section that was removed".to_owned()];
    with_content(report)
}

#[test]
fn a_policy_shows_where_it_decides_otherwise_than_the_verdict() {
    let mut report = under(&strict(), current(), None);
    report.examples[6].ignored = Some("the info string says `ignore`".to_owned());
    assert_data_eq!(rendered(&report), raw(file!["snapshots/policy.txt"]));
}

#[test]
fn four_groups_say_what_changed() {
    let report = under(&strict(), with_content(current()), Some(&earlier()));
    assert_data_eq!(rendered(&report), raw(file!["snapshots/baseline.txt"]));
    let mut out = Vec::new();
    let comparison = report.comparison.as_ref().unwrap();
    json::comparison(comparison, &mut out).unwrap();
    let json = String::from_utf8(out).unwrap();
    assert_data_eq!(json.raw(), raw(file!["snapshots/comparison.json": Text]));
}

#[test]
fn a_report_with_a_policy_and_a_baseline_is_valid_under_its_own_schema() {
    let mut report = under(&strict(), with_content(current()), Some(&earlier()));
    report.examples[6].ignored = Some("the info string says `ignore`".to_owned());
    let mut out = Vec::new();
    json::render(&report, &Sources::default(), &mut out).unwrap();
    let value: serde_json::Value = serde_json::from_slice(&out).unwrap();
    let schema = schema();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(&value)
        .map(|it| it.to_string())
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
    // What is written can be read as a baseline.
    assert_eq!(serde_json::from_value::<Report>(value).unwrap(), report);
}

#[test]
fn long_groups_are_cut_in_a_report_and_whole_in_a_comparison() {
    let examples = |count: usize| {
        let lines = (1..=count).map(|number| number * 10);
        let builder = ReportBuilder::default().document("a.md");
        let builder = lines.fold(builder, |it, line| it.example(line, run(Verdict::Broken)));
        with_content(builder.build())
    };
    let report = under(&Policy::default(), examples(30), Some(&examples(30)));
    let mut whole = Vec::new();
    text::comparison(report.comparison.as_ref().unwrap(), "a.json", &mut whole).unwrap();
    let whole = String::from_utf8(whole).unwrap();
    assert_eq!(whole.matches("  still failing  a.md:").count(), 30);
    let text = rendered(&report).to_string();
    assert_eq!(text.matches("  still failing  a.md:").count(), 20);
    assert!(text.contains("  still failing  and 10 more"), "{text}");
    let added = under(&Policy::default(), examples(30), Some(&examples(0)));
    let text = rendered(&added).to_string();
    assert_eq!(text.matches("  new            a.md:").count(), 30);
}
