//! Bad input: a clear message, the right exit code, and nothing lost for the other examples.

use crate::harness::{Project, words};

const GOOD: &str = "```rust\npub fn good() {}\n```\n";

#[test]
fn a_missing_path_is_named_and_costs_nothing_else() {
    let project = Project::with_document(GOOD);
    let ran = project.verify(&["nowhere.md", "doc.md"]);
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.stdout.contains("nowhere.md") && ran.stdout.contains("Check the path"),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains("passes"), "{}", ran.stdout);
}

#[test]
fn a_folder_without_documents_holds_no_example() {
    let project = Project::new().file("empty/readme.rst", "nothing");
    let ran = project.verify(&["empty"]);
    assert_eq!(ran.code, Some(4), "{}", ran.stderr);
}

#[test]
fn no_path_and_no_configuration_is_a_usage_error() {
    let ran = Project::new().verify(&[]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("give paths"), "{}", ran.stderr);
}

#[test]
fn a_document_that_is_not_text_is_reported_with_the_place() {
    let project = Project::with_document(GOOD).file("bad.md", b"```rust\n\xff\n```\n");
    let ran = project.verify(&["bad.md", "doc.md"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.stdout.contains("offset 8"), "{}", ran.stdout);
    assert!(ran.stdout.contains("passes"), "{}", ran.stdout);
}

#[test]
fn an_unterminated_fence_and_an_empty_block_are_told() {
    let project = Project::with_document("```rust\n```\n\n```rust\npub fn f() {}\n");
    let (ran, report) = project.report();
    assert_eq!(words(&report["examples"], "verdict"), ["skipped", "passes"]);
    let findings = words(&report["documents"][0]["findings"], "message");
    assert!(
        findings.iter().any(|it| it.contains("empty")),
        "{findings:?}"
    );
    assert!(
        findings
            .iter()
            .any(|it| it.contains("never closed") || it.contains("closing")),
        "{findings:?}"
    );
    assert_eq!(ran.code, Some(0), "{}", ran.stdout);
}

#[test]
fn a_malformed_manifest_is_the_documents_fault() {
    let project = Project::with_document(&format!(
        "```rust\n[dependencies]\nserde = \n\npub fn f() {{}}\n```\n\n{GOOD}"
    ));
    let (ran, report) = project.report();
    assert_eq!(words(&report["examples"], "verdict"), ["broken", "passes"]);
    let cause = &report["examples"][0]["causes"][0];
    assert_eq!(cause["kind"], "manifest");
    assert_eq!(cause["line"], 3);
    assert_eq!(ran.code, Some(1));
}

#[test]
fn a_crate_that_does_not_exist_is_unresolved_with_advice() {
    let project = Project::with_document(&format!(
        "```rust\nuse surely_nobody_published_this::Thing;\n```\n\n{GOOD}"
    ));
    let (ran, report) = project.report();
    assert_eq!(
        words(&report["examples"], "verdict"),
        ["unresolved", "passes"]
    );
    assert!(ran.stdout.contains("[crates.allow]"), "{}", ran.stdout);
}

#[test]
fn a_cache_directory_that_cannot_be_written_is_an_environment_fault() {
    // A file where the directory should be: it fails for every user, root included.
    let project = Project::with_document(GOOD).file("taken", "");
    let ran = project.verify(&["doc.md", "--cache-dir", "taken/cache"]);
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    assert!(ran.stderr.contains("--cache-dir"), "{}", ran.stderr);
}

#[test]
fn a_configuration_with_an_unknown_field_is_a_usage_error() {
    let project = Project::with_document(GOOD).file("verify.toml", "cach-dir = \"x\"\n");
    let ran = project.verify(&["doc.md"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("cach-dir"), "{}", ran.stderr);
}

#[test]
fn a_limit_that_no_machine_could_keep_is_a_usage_error_with_its_place() {
    let text = "cache-dir = \"cache\"\n\n[limits.run]\nprocesses = 0\n";
    let project = Project::with_document(GOOD).file("verify.toml", text);
    let ran = project.verify(&["doc.md"]);
    assert_eq!(ran.code, Some(2));
    let says = "verify.toml:4: 0 is not within its range, from 1 to 65536";
    assert!(ran.stderr.contains(says), "{}", ran.stderr);
}

#[test]
fn an_unknown_report_format_is_a_usage_error() {
    let ran = Project::with_document(GOOD).verify(&["doc.md", "--report", "pdf=x"]);
    assert_eq!(ran.code, Some(2));
}
