//! Limits that the configuration sets, for compiling and for running, each apart from the other.

use crate::harness::Project;
use crate::{TIERS, tiers};

/// Keeps to little while it runs; a compiler needs more than that.
const SMALL: &str = "```rust\nfn main() {\n    println!(\"hello\");\n}\n```\n";

/// Prints two mebibytes and ends well.
const TALKATIVE: &str =
    "```rust\nfn main() {\n    print!(\"{}\", \"x\".repeat(2 << 20));\n}\n```\n";

/// Works without end.
const BUSY: &str =
    "```rust\nfn main() {\n    loop {\n        std::hint::black_box(0);\n    }\n}\n```\n";

/// What is set, the document, its verdict, and what the report says.
const CASES: [(&str, &str, &str, &str); 7] = [
    ("[limits.run]\nmemory-mib = 64", SMALL, "passes", ""),
    ("[limits.build]\nmemory-mib = 64", SMALL, "error", ""),
    ("[limits.build]\noutput-mib = 1", TALKATIVE, "passes", ""),
    (
        "[limits]\noutput-mib = 9\n[limits.run]\noutput-mib = 1",
        TALKATIVE,
        "error",
        "printed more than it may: 1 MiB (`[limits]` in verify.toml)",
    ),
    (
        "[limits]\nrun-seconds = 60\n[limits.run]\ncpu-seconds = 1",
        BUSY,
        "error",
        "used more CPU time than it may: 1 s",
    ),
    (
        "[limits]\nrun-seconds = 1",
        BUSY,
        "passes",
        "still running after 1 s",
    ),
    (
        "[limits]\nrun-seconds = 60",
        BUSY,
        "passes",
        "still running after 500 ms",
    ),
];

#[test]
fn what_compiles_and_what_runs_have_limits_of_their_own() {
    for tier in TIERS {
        if tiers::refused(tier) {
            continue;
        }
        let project = Project::new();
        for (limits, document, verdict, says) in CASES {
            let directive = "<!-- verify: timeout=500ms -->\n";
            let is_short = says.contains("500 ms");
            let document = [if is_short { directive } else { "" }, document].concat();
            let config = format!("cache-dir = \"cache\"\n{limits}\n");
            std::fs::write(project.path().join("verify.toml"), config).unwrap();
            std::fs::write(project.path().join("doc.md"), document).unwrap();
            let (ran, report) = project.report_with(&["--force-tier", tier]);
            let example = &report["examples"][0];
            let said = format!("{tier}, {limits}: {example}{}", ran.stdout);
            assert_eq!(example["verdict"], verdict, "{said}");
            assert!(example.to_string().contains(says), "{said}");
        }
    }
}
