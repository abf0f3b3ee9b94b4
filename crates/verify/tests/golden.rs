//! The golden suite: documents whose every Rust example is followed by what is true of it.
//!
//! The documents in `golden/` are judged in one run of the binary, and its JSON report is compared
//! with what they expect. Behind each Rust block stands one block with the info string `expected`,
//! a line for each fact:
//!
//! ```text
//! verdict: broken
//! rung: wrapped
//! aid: dependency itoa 1
//! aid: wrapper fn main()
//! cause: compile_error E0308 - 2:5
//! stage: run none
//! finding: error did you mean `no_run`
//! labelled: bad
//! bodies: 7 of 9
//! lint: clippy::needless_return 1
//! known: one sentence
//! ```
//!
//! - `aid` is a kind and what was added, in any order. Versions of crates depend on the day: what is
//!   written is the beginning of the version that must be used, and nothing means any. An example of
//!   the same document is named `#N`.
//! - `cause` is kind, code, name, place, in the report's order; `-` stands for none, and spaces in
//!   names are written `_`. A place is line and column, or the line alone. The line counts from the
//!   opening fence, so that the first line of code is 1 and text can be added to a document above
//!   its examples, and one above it is negative; columns are the document's.
//! - `stage` is a stage and its status, `none` for one that was not due. Stages that are not written
//!   may be anything.
//! - `finding` is a severity and a part of the message of a finding on the opening fence's line.
//! - `labelled` is what the document's own words say against it, `none` for nothing.
//! - `bodies` is how many bodies were checked in full, of how many.
//! - `lint` is a lint and how often it spoke; `lint: none 0` means that none did.
//! - `known` marks an expectation that is true and not met yet, and says why. The mark has to go as
//!   soon as the expectation is met.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use serde_json::Value;

/// The fewest examples that the suite has.
const EXAMPLES: usize = 330;

/// What the suite has to show at least once, as the beginning of an expected line.
const COVERED: [&str; 38] = [
    "verdict: passes",
    "verdict: broken",
    "verdict: outdated",
    "verdict: incomplete",
    "verdict: fails",
    "verdict: unexpected",
    "verdict: unresolved",
    "verdict: error",
    "verdict: skipped",
    "rung: verbatim",
    "rung: dependencies",
    "rung: wrapped",
    "rung: imports",
    "rung: context",
    "rung: alternatives",
    "aid: dependency ",
    "aid: feature ",
    "aid: edition ",
    "aid: wrapper ",
    "aid: import ",
    "aid: context ",
    "aid: alternatives ",
    "cause: missing_name ",
    "cause: elided_body ",
    "cause: missing_crate ",
    "cause: manifest ",
    "cause: duplicate_definition ",
    "cause: not_rust ",
    "cause: compile_error ",
    "cause: outdated_api ",
    "cause: missing_feature ",
    "cause: wrong_api ",
    "cause: environment ",
    "cause: test_failed ",
    "cause: doctest_failed ",
    "cause: program_failed ",
    "cause: expectation ",
    "cause: skipped ",
];

/// A document of the suite.
struct Document {
    name: String,
    expectations: Vec<Expectation>,
}

/// One `expected` block.
struct Expectation {
    /// 1-based line of its opening fence.
    line: usize,
    /// Its facts, aids sorted.
    facts: Vec<String>,
    /// Why it is not met yet.
    known: Option<String>,
}

impl Expectation {
    fn parse(line: usize, text: &[&str]) -> Self {
        let (known, facts): (Vec<&str>, Vec<&str>) =
            text.iter().partition(|fact| fact.starts_with("known: "));
        Self {
            line,
            facts: sorted(facts.into_iter().map(str::to_owned).collect()),
            known: known.first().map(|it| (*it).to_owned()),
        }
    }
}

/// Verdict, rung, sorted aids, then causes in their order and everything else.
fn sorted(facts: Vec<String>) -> Vec<String> {
    let rank = |fact: &String| {
        let words = [
            "verdict:",
            "rung:",
            "aid:",
            "cause:",
            "stage:",
            "finding:",
            "labelled:",
            "bodies:",
            "lint:",
        ];
        words.iter().position(|word| fact.starts_with(word))
    };
    let (mut aids, mut others): (Vec<String>, Vec<String>) =
        facts.into_iter().partition(|fact| rank(fact) == Some(2));
    aids.sort();
    others.extend(aids);
    others.sort_by_key(rank);
    others
}

/// The documents of the suite, by name.
fn documents() -> Vec<Document> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut documents: Vec<Document> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|it| it == "md"))
        .map(|path| Document {
            name: path.file_name().unwrap().to_str().unwrap().to_owned(),
            expectations: expectations(&std::fs::read_to_string(&path).unwrap()),
        })
        .collect();
    documents.sort_by(|one, other| one.name.cmp(&other.name));
    documents
}

/// The `expected` blocks of a document.
fn expectations(text: &str) -> Vec<Expectation> {
    let lines: Vec<&str> = text.lines().collect();
    let is_open = |(_, line): &(usize, &&str)| **line == "```expected";
    let opened = lines.iter().enumerate().filter(is_open);
    opened
        .map(|(open, _)| {
            let inside = lines[open + 1..].iter().take_while(|line| **line != "```");
            let inside: Vec<&str> = inside.copied().collect();
            Expectation::parse(open + 1, &inside)
        })
        .collect()
}

/// Judges all documents at once, in a folder of their own: no package of ours lies around them.
fn judged(documents: &[Document]) -> Value {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let folder = tempfile::tempdir().unwrap();
    for document in documents {
        let copy = folder.path().join(&document.name);
        std::fs::copy(source.join(&document.name), copy).unwrap();
    }
    // One example never ends; one uses a crate that only the configuration allows.
    let configuration = "[limits]\nrun-seconds = 3\n\n[crates.allow]\nInflector = \"0.11\"\n";
    std::fs::write(folder.path().join("verify.toml"), configuration).unwrap();
    let output = escargot::CargoBuild::new()
        .package("verify")
        .bin("verify")
        .manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .run()
        .expect("the binary builds")
        .command()
        .current_dir(folder.path())
        .args(documents.iter().map(|document| &document.name))
        .args(["--report", "json=report.json", "--cache-dir"])
        .arg(Path::new(env!("CARGO_TARGET_TMPDIR")).join("golden"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    let report = std::fs::read_to_string(folder.path().join("report.json")).expect(&said);
    serde_json::from_str(&report).unwrap()
}

/// What the report says of an example, in the words of the expectation.
fn facts_of(example: &Value, report: &Value, expectation: &Expectation) -> Vec<String> {
    let mut facts = vec![
        format!("verdict: {}", word(&example["verdict"])),
        format!("rung: {}", word(&example["rung"])),
    ];
    let aids = example["aids"].as_array().unwrap().iter();
    facts.extend(aids.map(|aid| aid_fact(aid, word(&example["path"]), &expectation.facts)));
    let opening = example["line"].as_i64().unwrap();
    let causes = example["causes"].as_array().unwrap().iter();
    facts.extend(causes.map(|cause| cause_fact(cause, opening)));
    for expected in &expectation.facts {
        if let Some(expected) = expected.strip_prefix("stage: ") {
            let (stage, _) = expected.split_once(' ').unwrap();
            let status = example["stages"][stage]["status"].as_str();
            facts.push(format!("stage: {stage} {}", status.unwrap_or("none")));
        } else if let Some(expected) = expected.strip_prefix("finding: ") {
            facts.push(finding_fact(example, report, expected));
        } else if expected.starts_with("bodies: ") {
            let count = |field: &str| example["bodies"][field].as_u64().unwrap();
            facts.push(format!(
                "bodies: {} of {}",
                count("checked"),
                count("total")
            ));
        } else if expected.starts_with("labelled: ") {
            let labelled = example["labelled"].as_str().unwrap_or("none");
            facts.push(format!("labelled: {labelled}"));
        }
    }
    if expectation.facts.iter().any(|it| it.starts_with("lint: ")) {
        facts.extend(lint_facts(&example["lints"]["by_lint"]));
    }
    sorted(facts)
}

/// All lints that spoke.
fn lint_facts(by_lint: &Value) -> Vec<String> {
    let lints = by_lint.as_object().unwrap();
    if lints.is_empty() {
        return vec!["lint: none 0".to_owned()];
    }
    let lints = lints.iter();
    lints
        .map(|(lint, count)| format!("lint: {lint} {count}"))
        .collect()
}

/// The aid as the expectation writes it when the versions agree as far as it says.
fn aid_fact(aid: &Value, path: &str, expected: &[String]) -> String {
    let kind = word(&aid["kind"]);
    let what = word(&aid["what"]).replace(&format!(" {path}#"), " #");
    let fact = format!("aid: {kind} {what}");
    let agrees = |expected: &&String| {
        let rest = fact.strip_prefix(expected.as_str());
        rest.is_some_and(|rest| rest.starts_with([' ', '.']))
    };
    match expected.iter().find(agrees) {
        Some(masked) if kind == "dependency" => masked.clone(),
        _ => fact,
    }
}

fn cause_fact(cause: &Value, opening: i64) -> String {
    let or_none = |field: &str| cause[field].as_str().unwrap_or("-").replace(' ', "_");
    let line = cause["line"].as_i64().map(|line| line - opening);
    let place = match (line, cause["column"].as_u64()) {
        (Some(line), Some(column)) => format!("{line}:{column}"),
        (Some(line), None) => line.to_string(),
        (None, _) => "-".to_owned(),
    };
    let (kind, code, name) = (word(&cause["kind"]), or_none("code"), or_none("name"));
    format!("cause: {kind} {code} {name} {place}")
}

/// The finding that was expected, or what stands in its place.
fn finding_fact(example: &Value, report: &Value, expected: &str) -> String {
    let (severity, part) = expected.split_once(' ').unwrap();
    let all = report["documents"].as_array().unwrap();
    let document = all.iter().find(|it| it["path"] == example["path"]);
    let findings = document.unwrap()["findings"].as_array().unwrap();
    let on_line = || findings.iter().filter(|it| it["line"] == example["line"]);
    let is_meant = |it: &&Value| it["severity"] == severity && word(&it["message"]).contains(part);
    match (on_line().find(is_meant), on_line().next()) {
        (Some(_), _) => format!("finding: {expected}"),
        (None, Some(other)) => format!("finding: {} {}", other["severity"], other["message"]),
        (None, None) => "finding: none".to_owned(),
    }
}

fn word(value: &Value) -> &str {
    value.as_str().unwrap()
}

/// What is wrong with an example's result; `None` when it is as expected.
fn disagreement(example: &Value, report: &Value, expectation: &Expectation) -> Option<String> {
    let facts = facts_of(example, report, expectation);
    let is_met = facts == expectation.facts;
    let headline = match (&expectation.known, is_met) {
        (None, true) | (Some(_), false) => return None,
        (Some(mark), true) => return Some(format!("is met, so the mark has to go: {mark}\n")),
        (None, false) => "is not what was expected:",
    };
    let mut text = format!("{headline}\n");
    let only_in = |some: &[String], others: &[String], sign: &str| -> String {
        let lines = some.iter().filter(|fact| !others.contains(fact));
        lines.fold(String::new(), |text, fact| {
            format!("{text}  {sign} {fact}\n")
        })
    };
    text.push_str(&only_in(&expectation.facts, &facts, "-"));
    text.push_str(&only_in(&facts, &expectation.facts, "+"));
    for cause in example["causes"].as_array().unwrap() {
        writeln!(text, "    the report says: {}", word(&cause["message"])).unwrap();
        for note in cause["notes"].as_array().into_iter().flatten() {
            writeln!(text, "      {}", word(&note["message"])).unwrap();
        }
    }
    Some(text)
}

/// The crates and features of the example's generated manifest that no aid speaks of. Features that
/// a manifest of the document states are no aids.
fn unsaid_in_aids(example: &Value) -> Vec<String> {
    let Some(manifest) = generated_manifest(example) else {
        return Vec::new();
    };
    let aids = example["aids"].as_array().unwrap();
    let mut unsaid = Vec::new();
    for (key, dependency) in manifest["dependencies"].as_table().unwrap() {
        let text = |field: &str| dependency.get(field).and_then(toml::Value::as_str);
        let package = text("package").unwrap_or(key);
        let of_crate = aids.iter().find(|aid| {
            let what = word(&aid["what"]);
            aid["kind"] == "dependency" && what.split(' ').next() == Some(package)
        });
        let Some(of_crate) = of_crate else {
            unsaid.push(package.to_owned());
            continue;
        };
        let features = dependency.get("features").and_then(toml::Value::as_array);
        let is_stated = word(&of_crate["reason"]).ends_with(" states it");
        for feature in features.into_iter().flatten().filter(|_| !is_stated) {
            let what = format!("{package}/{}", feature.as_str().unwrap());
            let is_said = |aid: &Value| aid["kind"] == "feature" && word(&aid["what"]) == what;
            if !aids.iter().any(is_said) {
                unsaid.push(what);
            }
        }
    }
    unsaid
}

/// The manifest of the package that was generated for an example, if there is one.
fn generated_manifest(example: &Value) -> Option<toml::Table> {
    let crates = Path::new(env!("CARGO_TARGET_TMPDIR")).join("golden/crates");
    let (document, number) = word(&example["id"]).split_once('#').unwrap();
    let mut folders = std::fs::read_dir(crates).unwrap();
    let folder = folders.find_map(|entry| {
        let entry = entry.unwrap();
        let name = entry.file_name();
        let hash = name.to_str()?.strip_prefix(document)?.strip_prefix('-')?;
        (!hash.contains('-')).then(|| entry.path())
    })?;
    let text = std::fs::read_to_string(folder.join(number).join("Cargo.toml")).ok()?;
    Some(text.parse().unwrap())
}

#[test]
fn every_example_is_judged_as_its_document_expects() {
    let documents = documents();
    let report = judged(&documents);
    let mut wrong = String::new();
    for document in &documents {
        let all = report["examples"].as_array().unwrap().iter();
        let examples: Vec<&Value> = all.filter(|it| it["path"] == document.name).collect();
        assert_eq!(
            examples.len(),
            document.expectations.len(),
            "{}: each Rust block has one `expected` block",
            document.name
        );
        let mut last = 0;
        for (example, expectation) in examples.iter().zip(&document.expectations) {
            let (opened, closed) = (&example["line"], &example["end_line"]);
            assert!(
                last < opened.as_u64().unwrap()
                    && closed.as_u64().unwrap() < expectation.line as u64,
                "{}:{opened}: the `expected` block stands directly after its Rust block",
                document.name
            );
            last = expectation.line as u64;
            if let Some(text) = disagreement(example, &report, expectation) {
                writeln!(wrong, "{}:{opened} {text}", document.name).unwrap();
            }
            for unsaid in unsaid_in_aids(example) {
                writeln!(wrong, "{}:{opened} no aid says: {unsaid}", document.name).unwrap();
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn the_suite_shows_every_verdict_rung_aid_and_cause() {
    let documents = documents();
    let expectations = || documents.iter().flat_map(|it| &it.expectations);
    let facts: BTreeSet<&str> = expectations()
        .flat_map(|it| it.facts.iter().map(String::as_str))
        .collect();
    let is_shown = |covered: &&str| facts.iter().any(|fact| fact.starts_with(covered));
    let absent: Vec<&str> = COVERED.into_iter().filter(|it| !is_shown(it)).collect();
    assert_eq!(absent, [""; 0]);
    assert!(expectations().count() >= EXAMPLES);
}

#[test]
fn expectations_are_written_in_known_words() {
    for document in documents() {
        for expectation in document.expectations {
            let mut facts = expectation.facts.iter();
            let is_well_formed = facts.next().is_some_and(|it| it.starts_with("verdict: "))
                && facts.next().is_some_and(|it| it.starts_with("rung: "))
                && facts.all(|fact| match fact.split_once(": ") {
                    Some(("aid" | "finding", rest)) => rest.contains(' '),
                    Some(("cause", rest)) => rest.split(' ').count() == 4,
                    Some(("stage" | "lint", rest)) => rest.split(' ').count() == 2,
                    Some(("bodies", rest)) => rest.contains(" of "),
                    Some(("labelled", rest)) => !rest.contains(' '),
                    _ => false,
                });
            let place = format!("{}:{}", document.name, expectation.line);
            assert!(is_well_formed, "{place}: {:?}", expectation.facts);
        }
    }
}
