//! Interruption: no child process stays, no file is half written, and what was done is said.

use std::io::Read as _;
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::harness::Project;

#[test]
fn an_interrupt_ends_everything_and_says_what_was_done() {
    let project = Project::with_document("```rust\npub fn f() {}\n```\n").with_cargo(
        "case \"$*\" in */crates/*) echo $$ > \"$(dirname \"$0\")/pid.new\"; mv \"$(dirname \"$0\")/pid.new\" \"$(dirname \"$0\")/pid\"; exec sleep 600 ;; esac\nexec \"$REAL\" \"$@\"",
    );
    let mut child = project
        .command(&["doc.md", "--report", "json=report.json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let file = project.path().join("pid");
    let patience = Instant::now() + Duration::from_mins(1);
    while !file.exists() {
        assert!(Instant::now() < patience, "the stage never began");
        std::thread::sleep(Duration::from_millis(10));
    }
    let pid = std::fs::read_to_string(&file).unwrap().trim().to_owned();
    let signalled = std::process::Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(signalled.success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let mut stdout = String::new();
    child
        .stdout
        .take()
        .unwrap()
        .read_to_string(&mut stdout)
        .unwrap();
    assert!(stdout.contains("interrupted"), "{stdout}");
    let text = std::fs::read_to_string(project.path().join("report.json")).unwrap();
    let report: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(report["examples"][0]["verdict"], "skipped");
    let alive = std::process::Command::new("kill")
        .args(["-0", &pid])
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert!(!alive.success(), "the stage's process is still there");
}
