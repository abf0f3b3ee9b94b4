//! Programs that try to get out, run through the real command line in every tier that this machine
//! offers: nothing outside may change, nothing may go on running, nothing may hang, and the verdict
//! has to be right.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod builds;
#[path = "../cli/harness.rs"]
#[allow(dead_code, reason = "the other tests use the rest of it")]
mod harness;
mod lifetimes;
mod limits;
mod outside;
mod plants;
mod settings;
mod tiers;

use harness::Project;
use outside::Outside;

/// Every attack; see the text itself.
const ATTACKS: &str = include_str!("attacks.md");

/// Small enough to be reached quickly.
const LIMITS: &str = "cache-dir = \"cache\"\n\
    [limits]\nrun-seconds = 3\noutput-mib = 16\n\
    [limits.run]\nmemory-mib = 256\nprocesses = 50\nscratch-mib = 64\n";

/// The tiers that contain anything.
const TIERS: [&str; 2] = ["A", "B"];

/// Runs the words behind the names of attacks in tier A and in tier B; all others pass in both.
const NOT_PASSING: [(&str, &str, &str); 10] = [
    ("compile time", "error", "error"),
    ("own server", "passes", "error"),
    ("other architecture", "fails", "fails"),
    ("own signal", "fails", "fails"),
    ("forged answer", "fails", "fails"),
    ("allocation", "error", "error"),
    ("memory of many", "error", "error"),
    ("shared memory", "error", "error"),
    ("output", "error", "error"),
    ("disk", "passes", "error"),
];

#[test]
fn no_attack_succeeds_in_any_tier() {
    let project = Project::new().file("verify.toml", LIMITS);
    // Kernels whose Landlock cannot keep signals in need other means in tier B.
    for (tier, more) in [("A", &[][..]), ("B", &[]), ("B", &["--landlock", "5"])] {
        if tiers::refused(tier) {
            continue;
        }
        let outside = Outside::new();
        let text = outside.fill_in(ATTACKS, &project, tier);
        std::fs::write(project.path().join("doc.md"), &text).unwrap();
        let fixed = [
            "doc.md",
            "--force-tier",
            tier,
            "--report",
            "json=report.json",
        ];
        let ran = project.verify(&[&fixed, more].concat());
        let report = std::fs::read_to_string(project.path().join("report.json"))
            .unwrap_or_else(|_| panic!("no report: {}{}", ran.stdout, ran.stderr));
        assert!(!report.contains("ESCAPED"), "{tier}: {}", ran.stdout);
        let report: serde_json::Value = serde_json::from_str(&report).unwrap();
        let names = text.split("```rust\n// ").skip(1);
        let names: Vec<&str> = names.map(|it| it.lines().next().unwrap()).collect();
        let examples = report["examples"].as_array().unwrap();
        assert_eq!(names.len(), examples.len());
        for (name, example) in names.iter().zip(examples) {
            let other = NOT_PASSING.iter().find(|(other, ..)| other == name);
            let expected = match other {
                Some((_, in_a, _)) if tier == "A" => in_a,
                Some((.., in_b)) => in_b,
                None => "passes",
            };
            let seen = example["verdict"].as_str().unwrap();
            assert_eq!(seen, expected, "tier {tier}, {name}: {}", ran.stdout);
            assert_eq!(example["environment"]["sandbox"], tier);
        }
        assert!(
            !ran.stdout.contains(outside::SECRET),
            "{tier}: it was shown"
        );
        outside.assert_unharmed(&project);
    }
}
