//! The runner against a cargo that misbehaves.

use crate::harness::{Project, words};

/// Two examples; only the first one's crate is tampered with.
const DOCUMENT: &str = "```rust\npub fn first() {}\n```\n\n```rust\npub fn second() {}\n```\n";

/// Does `what` when cargo works on the first example, and is cargo otherwise.
fn at_first(what: &str) -> String {
    format!("case \"$*\" in */crates/*/1/Cargo.toml*) {what} ;; esac\nexec \"$REAL\" \"$@\"")
}

fn tampered(what: &str) -> Project {
    Project::with_document(DOCUMENT)
        .file(
            "verify.toml",
            "cache-dir = \"cache\"\n[limits]\ncompile-seconds = 8\n",
        )
        .with_cargo(&at_first(what))
}

#[test]
fn a_cargo_that_hangs_is_ended_and_costs_only_its_example() {
    let project = tampered("sleep 600");
    let (ran, report) = project.report();
    assert_eq!(
        words(&report["examples"], "verdict"),
        ["error", "passes"],
        "{}",
        ran.stdout
    );
    let example = &report["examples"][0];
    assert_eq!(example["stages"]["check"]["status"], "timed_out");
    assert_eq!(example["blame"], "environment");
}

#[test]
fn a_cargo_that_floods_its_error_output_does_not_hang_the_run() {
    let project = tampered("yes 'error: a long line of noise' | head -c 3000000 >&2");
    let (ran, report) = project.report();
    assert_eq!(
        words(&report["examples"], "verdict"),
        ["passes", "passes"],
        "{}",
        ran.stdout
    );
}

#[test]
fn a_cargo_that_crashes_is_an_environment_fault() {
    let project = tampered("kill -SEGV $$");
    let (ran, report) = project.report();
    assert_eq!(
        words(&report["examples"], "verdict"),
        ["error", "passes"],
        "{}",
        ran.stdout
    );
    let message = report["examples"][0]["causes"][0]["message"]
        .as_str()
        .unwrap();
    assert!(message.contains("signal 11"), "{message}");
    assert_eq!(ran.code, Some(3));
}

#[test]
fn a_cargo_that_prints_nonsense_is_no_pass() {
    let project = tampered("echo '{\"reason\":\"compiler-message\"'; echo '\u{1b}[31mred'; exit 9");
    let (ran, report) = project.report();
    assert_eq!(
        words(&report["examples"], "verdict"),
        ["error", "passes"],
        "{}",
        ran.stdout
    );
    assert!(!ran.stdout.contains('\u{1b}'), "{:?}", ran.stdout);
}

#[test]
fn a_toolchain_without_clippy_still_judges() {
    let script = "case \"$*\" in *clippy*) echo 'error: no such command: `clippy`' >&2; exit 101 ;; esac\nexec \"$REAL\" \"$@\"";
    let project = Project::with_document(DOCUMENT).with_cargo(script);
    let (ran, report) = project.report();
    assert_eq!(
        words(&report["examples"], "verdict"),
        ["passes", "passes"],
        "{}",
        ran.stdout
    );
    let lint = &report["examples"][0]["stages"]["lint"];
    assert_eq!(lint["status"], "error");
    assert!(
        lint["reason"]
            .as_str()
            .unwrap()
            .contains("rustup component add clippy")
    );
}

#[test]
fn no_cargo_at_all_is_an_environment_fault() {
    let project = Project::with_document(DOCUMENT);
    let output = project
        .command(&["doc.md"])
        .env("CARGO", "no-such-cargo")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.contains("rustup"), "{stderr}");
}

#[test]
fn an_index_that_is_being_written_is_asked_again() {
    for complaint in [
        "no matching package named `uuid` found",
        "failed to download `itoa v1.0.1`: config.json not found in registry",
    ] {
        let script = format!(
            "case \"$*\" in check*/sets/*) if ! [ -e \"${{0%/*}}/once\" ]; then \
             touch \"${{0%/*}}/once\"; echo 'error: {complaint}' >&2; exit 101; fi ;; esac\n\
             exec \"$REAL\" \"$@\""
        );
        let document = "```rust\nassert_eq!(itoa::Buffer::new().format(7), \"7\");\n```\n";
        let project = Project::with_document(document).with_cargo(&script);
        let (ran, report) = project.report();
        assert_eq!(
            words(&report["examples"], "verdict"),
            ["passes"],
            "{}",
            ran.stdout
        );
        assert!(project.path().join("once").exists());
    }
}

#[test]
fn without_a_network_the_others_are_judged_all_the_same() {
    let script = "case \"$*\" in generate-lockfile*) m=\"${*##*--manifest-path }\"; if grep -q 'serde' \"${m%% *}\"; then echo 'error: failed to get `serde` as a dependency of package `example`' >&2; echo 'Could not resolve host' >&2; exit 101; fi ;; esac\nexec \"$REAL\" \"$@\"";
    let document = format!("{DOCUMENT}\n```rust\nuse serde::Serialize;\n```\n");
    let project = Project::with_document(&document).with_cargo(script);
    let (ran, report) = project.report();
    assert_eq!(
        words(&report["examples"], "verdict"),
        ["passes", "passes", "error"],
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains("Check the network"), "{}", ran.stdout);
    assert_eq!(ran.code, Some(3));
}

#[test]
fn secrets_of_the_environment_do_not_reach_an_example() {
    let project = Project::with_document(
        "```rust\nfn main() { assert!(std::env::var_os(\"VERY_SECRET_TOKEN\").is_none()); }\n```\n",
    );
    let output = project
        .command(&["doc.md"])
        .env("VERY_SECRET_TOKEN", "s3cr3t")
        .env("RUSTFLAGS", "-D warnings --cfg nonsense")
        .output()
        .unwrap();
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
}

#[test]
fn a_guess_whose_crates_cannot_be_had_is_given_up() {
    // Neither what has more features can be resolved nor an older release.
    let said = "failed to select a version for the requirement `uuid = \"*\"`";
    let script = format!(
        "for it in \"$@\"; do case \"$it\" in */Cargo.toml)\n\
         if grep -qe macro-diagnostics -e slog -e '\"<' \"$it\"; then echo 'error: {said}' >&2; exit 101; fi ;;\n\
         esac; done\n\
         exec \"$REAL\" \"$@\""
    );
    let document = "```rust\nuse uuid::{Clock, Uuid};\n\n\
         pub fn f(_: Clock) -> Uuid {\n    Uuid::ticking()\n}\n```\n";
    let project = Project::with_document(document).with_cargo(&script);
    let (ran, report) = project.report();
    let example = &report["examples"][0];
    assert_eq!(example["verdict"], "broken", "{}", ran.stdout);
    assert_eq!(words(&example["causes"], "kind"), ["wrong_api"]);
}
