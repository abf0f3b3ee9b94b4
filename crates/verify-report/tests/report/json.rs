use serde_json::Value;
use snapbox::{Data, assert_data_eq, file};
use verify_model::{FenceReport, Report};
use verify_report::json::{self, Listing};
use verify_report::{Sources, schema};

use crate::builder::{ReportBuilder, listed, tool};
use crate::samples::{every_verdict, fails};

fn rendered(report: &Report) -> String {
    let mut out = Vec::new();
    json::render(report, &Sources::default(), &mut out).expect("a vector takes everything");
    String::from_utf8(out).expect("JSON is UTF-8")
}

fn rendered_list(listing: &Listing) -> String {
    let mut out = Vec::new();
    json::listing(listing, &mut out).expect("a vector takes everything");
    String::from_utf8(out).expect("JSON is UTF-8")
}

fn raw(snapshot: Data) -> Data {
    snapshot.raw()
}

#[test]
fn an_empty_report_still_has_every_field() {
    let report = ReportBuilder::default().build();
    assert_data_eq!(rendered(&report), raw(file!["snapshots/empty.json": Text]));
}

#[test]
fn an_example_keeps_the_names_that_people_script_against() {
    let report = ReportBuilder::default()
        .document("a.md")
        .example(
            3,
            fails().bodies(2, 2).warnings("clippy::needless_return", 1),
        )
        .build();
    assert_data_eq!(
        rendered(&report),
        raw(file!["snapshots/one_example.json": Text])
    );
}

#[test]
fn a_report_reads_back_as_it_was() {
    let report = every_verdict();
    let text = rendered(&report);
    assert!(text.ends_with("}\n"));
    assert_eq!(serde_json::from_str::<Report>(&text).unwrap(), report);
}

#[test]
fn a_list_keeps_the_order_of_its_fields() {
    let document = ReportBuilder::default()
        .document("a.md")
        .other_fence(9, "console", "not Rust")
        .build()
        .documents;
    let listing = Listing::new(tool(), document, vec![listed("a.md", 1, 3)]);
    assert_data_eq!(
        rendered_list(&listing),
        raw(file!["snapshots/list.json": Text])
    );
}

#[test]
fn line_breaks_inside_a_list_survive_its_layout() {
    let mut documents = ReportBuilder::default().document("a.md").build().documents;
    documents[0].other_fences.push(FenceReport {
        line: 1,
        end_line: 3,
        info: "odd\ninfo".to_owned(),
        container: String::new(),
        reason: "not Rust".to_owned(),
    });
    let listing = Listing::new(tool(), documents, Vec::new());
    let value: Value = serde_json::from_str(&rendered_list(&listing)).unwrap();
    assert_eq!(
        value["documents"][0]["other_fences"][0]["info"],
        "odd\ninfo"
    );
    assert_eq!(value["examples"], Value::Array(Vec::new()));
}

#[test]
fn a_report_is_valid_under_its_own_schema() {
    let schema = schema();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for report in [every_verdict(), ReportBuilder::default().build()] {
        let report: Value = serde_json::from_str(&rendered(&report)).unwrap();
        let errors: Vec<String> = validator
            .iter_errors(&report)
            .map(|error| format!("{error} at {}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
}

#[test]
fn the_schema_refuses_a_verdict_that_does_not_exist_and_a_field_that_is_missing() {
    let schema = schema();
    let report: Value = serde_json::from_str(&rendered(&every_verdict())).unwrap();

    let mut unknown = report.clone();
    unknown["examples"][0]["verdict"] = "maybe".into();
    assert!(!jsonschema::is_valid(&schema, &unknown));

    for field in ["id", "verdict", "stages"] {
        let mut missing = report.clone();
        let example = missing["examples"][0].as_object_mut().unwrap();
        assert!(example.remove(field).is_some());
        assert!(!jsonschema::is_valid(&schema, &missing), "{field}");
    }
}
