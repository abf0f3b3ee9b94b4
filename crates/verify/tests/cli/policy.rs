//! What fails a run, and what changed since an earlier one.

use crate::harness::{Project, Ran};

const CONFIG: &str = "cache-dir = \"cache\"\npaths = [\"docs\"]\n";

/// One example that passes with a lint that is off by default, a fragment, and a broken one.
const DOCUMENT: &str = "# A\n\n```rust\npub fn f(a: Option<u8>) -> u8 {\n    a.unwrap()\n}\n```\n\n\
    ## B\n\n```rust\npub fn g(order: &Order) {}\n```\n\n## C\n\n```rust\npub fn h() -> u8 {\n    \"a\"\n}\n```\n";

fn project(policy: &str) -> Project {
    Project::new()
        .file("verify.toml", format!("{CONFIG}{policy}"))
        .file("docs/a.md", DOCUMENT)
}

/// Runs over the configured documents and reads the report.
fn report(project: &Project, arguments: &[&str]) -> (Ran, serde_json::Value) {
    let mut all = vec!["--report", "json=report.json"];
    all.extend_from_slice(arguments);
    let ran = project.verify(&all);
    let text = std::fs::read_to_string(project.path().join("report.json"))
        .unwrap_or_else(|_| panic!("no report: {}{}", ran.stdout, ran.stderr));
    (ran, serde_json::from_str(&text).unwrap())
}

/// For each example whether it fails the run.
fn fails(report: &serde_json::Value) -> Vec<bool> {
    let examples = report["examples"].as_array().unwrap().iter();
    examples
        .map(|it| it["policy"]["fails"].as_bool().unwrap())
        .collect()
}

#[test]
fn flags_say_what_fails_a_run() {
    let project = project("");
    let (ran, default) = report(&project, &[]);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert_eq!(fails(&default), [false, false, true]);
    let (ran, allowed) = report(&project, &["--allow", "broken"]);
    assert_eq!(ran.code, Some(0));
    assert_eq!(fails(&allowed), [false; 3]);
    let (ran, strict) = report(&project, &["--deny", "incomplete", "--allow", "broken"]);
    assert_eq!(ran.code, Some(1));
    assert_eq!(fails(&strict), [false, true, false]);
    assert_eq!(
        strict["examples"][1]["policy"]["denied"][0]["name"],
        "incomplete"
    );
    assert!(
        ran.stdout.contains("    fails the run: incomplete\n"),
        "{}",
        ran.stdout
    );
    // The verdicts are what they are, whatever the policy.
    for report in [&default, &allowed, &strict] {
        assert_eq!(report["examples"][2]["verdict"], "broken");
    }
    let wrong = project.verify(&["--deny", "brokn"]);
    assert_eq!(wrong.code, Some(2));
    assert!(
        wrong.stderr.contains("did you mean `broken`?"),
        "{}",
        wrong.stderr
    );
}

#[test]
fn a_lint_that_is_off_by_default_fails_the_run_when_it_is_denied() {
    let project = project("[policy]\nallow = [\"broken\"]\n");
    // What was found without the lint is no answer to the question about it.
    assert_eq!(project.verify(&[]).code, Some(0));
    let (ran, strict) = report(&project, &["--deny-lint", "clippy::unwrap_used"]);
    assert_eq!(ran.code, Some(1), "{}{}", ran.stdout, ran.stderr);
    assert_eq!(fails(&strict), [true, false, false]);
    assert_eq!(strict["examples"][0]["verdict"], "passes");
    assert!(
        ran.stdout
            .contains("    fails the run: lint clippy::unwrap_used\n"),
        "{}",
        ran.stdout
    );

    let table = "[policy]\nallow = [\"broken\"]\ndeny-lints = [\"clippy::unwrap_used\"]\n";
    let project = project.file("verify.toml", format!("{CONFIG}{table}"));
    assert_eq!(project.verify(&[]).code, Some(1));
    let allowed = project.verify(&["--allow-lint", "clippy::unwrap_used"]);
    assert_eq!(allowed.code, Some(0));
    let wrong = project.verify(&["--deny-lint", "clippy::unwrap_use"]);
    assert_eq!(wrong.code, Some(2));
    assert!(
        wrong.stderr.contains("did you mean `clippy::unwrap_used`?"),
        "{}",
        wrong.stderr
    );
}

#[test]
fn overrides_excuse_with_their_reason_and_idle_ones_are_warned_about() {
    let project = project(
        "[[policy.override]]\nid = \"docs/a.md#3\"\nallow = [\"broken\"]\nreason = \"shows the error\"\n\
         [[policy.override]]\npath = \"drafts/**\"\nallow = [\"broken\"]\nreason = \"old\"\n",
    );
    let (ran, report) = report(&project, &[]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
    let excused = &report["examples"][2]["policy"]["excused"][0];
    assert_eq!(excused["name"], "broken");
    assert_eq!(excused["by"]["override"]["reason"], "shows the error");
    assert!(
        ran.stdout
            .contains("by the override for docs/a.md#3: shows the error")
    );
    assert!(
        ran.stderr
            .contains("the override for `drafts/**` concerns no example"),
        "{}",
        ran.stderr
    );
    // From another directory the document has another name, and is the same document.
    let mut elsewhere = project.command(&["a.md", "--config", "../verify.toml"]);
    let output = elsewhere
        .current_dir(project.path().join("docs"))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(!stderr.contains("warning"), "{stderr}");
}

#[test]
fn an_override_without_a_reason_is_a_mistake() {
    let project = project("[[policy.override]]\nid = \"docs/a.md#3\"\nallow = [\"broken\"]\n");
    let ran = project.verify(&[]);
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.stderr.contains("missing field `reason`"),
        "{}",
        ran.stderr
    );
}

#[test]
fn with_a_baseline_only_new_trouble_fails() {
    let project = project("");
    let (ran, _) = report(&project, &[]);
    assert_eq!(ran.code, Some(1));
    std::fs::rename(
        project.path().join("report.json"),
        project.path().join("base.json"),
    )
    .unwrap();
    let (ran, same) = report(&project, &["--baseline", "base.json"]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
    assert_eq!(
        same["examples"][2]["policy"]["excused"][0]["by"]["baseline"]["id"],
        "docs/a.md#3"
    );
    assert!(
        ran.stdout
            .contains("Compared with the baseline: 0 new, 0 fixed, 1 still failing, 0 gone"),
        "{}",
        ran.stdout
    );

    // The broken one moves to another document, the one that passed is broken by an edit.
    let (kept, moved) = DOCUMENT.split_at(DOCUMENT.find("## C").unwrap());
    let edited = kept.replace("a.unwrap()", "a.unwrap");
    let project = project
        .file("docs/a.md", edited)
        .file("docs/b.md", format!("# New\n\n{moved}"));
    let (ran, after) = report(&project, &["--baseline", "base.json"]);
    assert_eq!(ran.code, Some(1), "{}", ran.stdout);
    let ids = |group: &str| {
        let changes = after["comparison"][group].as_array().unwrap().iter();
        changes
            .map(|it| it["after"]["id"].to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(ids("new"), ["\"docs/a.md#1\""]);
    assert_eq!(ids("still_failing"), ["\"docs/b.md#1\""]);
    assert!(ids("fixed").is_empty() && ids("gone").is_empty());

    let diff = project.verify(&["diff", "base.json", "report.json"]);
    assert_eq!(diff.code, Some(1));
    assert_eq!(
        diff.stdout,
        "Compared with base.json: 1 new, 0 fixed, 1 still failing, 0 gone\n  \
         new            docs/a.md:3  #1  broken (was passes)\n  \
         still failing  docs/b.md:5  #1  broken; it was docs/a.md#3\n"
    );
    let back = project.verify(&["diff", "report.json", "base.json", "--format", "json"]);
    assert_eq!(back.code, Some(0));
    let back: serde_json::Value = serde_json::from_str(&back.stdout).unwrap();
    assert_eq!(back["fixed"][0]["before"]["verdict"], "broken");
}

#[test]
fn a_baseline_that_cannot_be_used_is_a_mistake_of_usage() {
    let project = project("")
        .file("text.json", "# no JSON")
        .file("later.json", "{\"schema_version\": 99, \"examples\": []}");
    for (file, expected) in [
        ("none.json", "none.json"),
        ("text.json", "it is no JSON"),
        ("later.json", "schema version 99"),
    ] {
        for arguments in [
            &["--baseline", file][..],
            &["diff", file, file],
            &["merge", file],
        ] {
            let ran = project.verify(arguments);
            assert_eq!(ran.code, Some(2), "{arguments:?}");
            assert!(ran.stderr.contains(expected), "{}", ran.stderr);
        }
    }
}

#[test]
fn reports_of_different_documents_are_merged() {
    let project = project("").file("docs/b.md", "```rust\npub fn f() {}\n```\n");
    for (path, file) in [("docs/b.md", "json=1.json"), ("docs/a.md", "json=2.json")] {
        project.verify(&[path, "--report", file]);
    }
    let ran = project.verify(&["merge", "1.json", "2.json", "--report", "json=all.json"]);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert!(
        ran.stdout.contains("Total: 4 examples in 2 documents"),
        "{}",
        ran.stdout
    );
    // As if it had been one run.
    let same = project.verify(&["diff", "all.json", "all.json"]);
    assert_eq!(same.code, Some(0));
    assert!(
        same.stdout
            .contains("0 new, 0 fixed, 1 still failing, 0 gone"),
        "{}",
        same.stdout
    );
    let twice = project.verify(&["merge", "1.json", "1.json"]);
    assert_eq!(twice.code, Some(2));
    assert!(twice.stderr.contains("docs/b.md"), "{}", twice.stderr);
}

#[test]
fn ignored_examples_are_judged_on_request_and_say_so() {
    let project = Project::with_document(
        "```rust,ignore\nlet a: u8 = \"x\";\n```\n\n<!-- verify: skip=\"never\" -->\n```rust\nfn f() {}\n```\n",
    );
    let plain = project.verify(&["doc.md"]);
    assert_eq!(plain.code, Some(0), "{}", plain.stdout);
    let (ran, judged) = report(&project, &["doc.md", "--include-ignored"]);
    assert_eq!(ran.code, Some(1));
    assert_eq!(judged["examples"][0]["verdict"], "broken");
    assert_eq!(
        judged["examples"][0]["ignored"],
        "the info string says `ignore`"
    );
    assert_eq!(judged["examples"][1]["verdict"], "skipped");
    assert!(
        ran.stdout
            .contains("judged although the info string says `ignore`"),
        "{}",
        ran.stdout
    );
}

#[test]
fn only_what_is_asked_for_is_judged_and_the_rest_says_why_not() {
    let project = project("");
    let (ran, one) = report(&project, &["--only", "docs/a.md#1"]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
    assert_eq!(
        crate::harness::words(&one["examples"], "verdict"),
        ["passes", "skipped", "skipped"]
    );
    let reason = one["examples"][1]["causes"][0]["message"].as_str().unwrap();
    assert!(reason.contains("--only docs/a.md#1"), "{reason}");
    for nothing in ["docs/a.md#7", "none/**"] {
        let ran = project.verify(&["--only", nothing]);
        assert_eq!(ran.code, Some(2));
        assert!(ran.stderr.contains("no such example"), "{}", ran.stderr);
    }
}

#[test]
fn a_test_harness_is_compiled_as_it_stands_and_only_its_tests_are_run() {
    let project = Project::with_document(
        "```rust,test_harness\n#[test]\nfn two() {\n    assert_eq!(1 + 1, 3);\n}\n```\n\n\
         ```rust,test_harness\nfn main() {\n    panic!(\"nobody runs this\");\n}\n\n#[test]\nfn ok() {}\n```\n\n\
         ```rust,test_harness\nlet a = 1;\nassert_eq!(a, 1);\n```\n\n\
         ```rust,standalone_crate\nlet a = 1;\nassert_eq!(a, 1);\n```\n\n\
         ```rust,test_harness,should_panic\n#[test]\nfn fails() {\n    panic!();\n}\n```\n\n\
         ```rust,test_harness,should_panic\n#[test]\nfn ok() {}\n```\n",
    );
    let (_, report) = project.report();
    assert_eq!(
        crate::harness::words(&report["examples"], "verdict"),
        [
            "fails",
            "passes",
            "broken",
            "passes",
            "passes",
            "unexpected"
        ]
    );
    assert_eq!(report["examples"][0]["rung"], "verbatim");
    assert_eq!(
        report["examples"][1]["stages"]["test"]["tests"]["passed"],
        1
    );
    assert!(report["examples"][1]["stages"].get("run").is_none());
}
