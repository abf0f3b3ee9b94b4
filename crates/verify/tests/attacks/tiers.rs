//! Which tier is in force, and what is done without one.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex};

use crate::harness::{Project, words};

const DOCUMENT: &str = "```rust\nfn main() {}\n```\n\n```rust,no_run\nfn main() {}\n```\n\n\
    ```rust\nfn main() { let _: u8 = 'x'; }\n```\n";

/// Whether this machine refuses a tier; the reason is printed.
pub(crate) fn refused(tier: &str) -> bool {
    static ASKED: LazyLock<Mutex<HashMap<String, bool>>> = LazyLock::new(Mutex::default);
    let mut asked = ASKED.lock().unwrap();
    *asked.entry(tier.to_owned()).or_insert_with(|| {
        let project = Project::with_document("```rust\n```\n");
        let ran = project.verify(&["doc.md", "--force-tier", tier, "--require-sandbox", tier]);
        let refused = ran.code == Some(3) && ran.stderr.contains("is required");
        if refused {
            println!("skipped, this machine refuses tier {tier}: {}", ran.stderr);
        }
        refused
    })
}

#[test]
fn a_weaker_sandbox_than_required_is_an_environment_fault() {
    let project = Project::with_document(DOCUMENT);
    let ran = project.verify(&["doc.md", "--force-tier", "C", "--require-sandbox", "B"]);
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("tier B of the sandbox is required"),
        "{}",
        ran.stderr
    );
    let ran = project.verify(&["doc.md", "--require-sandbox", "C"]);
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
}

#[test]
fn without_a_sandbox_nothing_is_run_unless_that_is_allowed() {
    let project = Project::with_document(DOCUMENT);
    let verdicts = |arguments: &[&str]| {
        let report = [
            "doc.md",
            "--report",
            "json=report.json",
            "--force-tier",
            "C",
        ];
        let ran = project.verify(&[&report, arguments].concat());
        assert!(ran.stderr.contains("sandbox: tier C"), "{}", ran.stderr);
        let text = std::fs::read_to_string(project.path().join("report.json")).unwrap();
        let report: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(report["examples"][0]["environment"]["sandbox"], "C");
        words(&report["examples"], "verdict")
    };
    assert_eq!(verdicts(&[]), ["skipped", "passes", "broken"]);
    assert_eq!(
        verdicts(&["--allow-unsandboxed"]),
        ["passes", "passes", "broken"]
    );
    // What was found out when it was allowed does not count when it is not.
    assert_eq!(verdicts(&[]), ["skipped", "passes", "broken"]);
}

#[test]
fn an_outcome_of_one_tier_is_none_of_another() {
    if refused("A") || refused("B") {
        return;
    }
    let project = Project::with_document("```rust\nfn main() {}\n```\n");
    let is_cached = |tier: &str| {
        let (ran, report) = project.report_with(&["--force-tier", tier]);
        let example = &report["examples"][0];
        assert_eq!(example["verdict"], "passes", "{tier}: {}", ran.stdout);
        assert_eq!(example["environment"]["sandbox"], tier);
        example["stages"]["run"]["cached"].as_bool().unwrap()
    };
    let seen = ["B", "A", "B", "A"].map(is_cached);
    assert_eq!(seen, [false, false, true, true]);
}
