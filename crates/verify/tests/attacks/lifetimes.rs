//! Programs outlive neither their run nor verify itself, wherever that runs.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::harness::Project;
use crate::outside::running_below;
use crate::{TIERS, tiers};

/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_mins(1);

const ENDLESS: &str = "```rust\nfn main() {\n    \
    let own = std::env::current_exe().unwrap();\n    \
    if std::env::args().count() == 1 {\n        \
    std::process::Command::new(own).arg(\"child\").spawn().unwrap();\n    }\n    \
    loop {\n        std::thread::park();\n    }\n}\n```\n";

const DAEMON: &str = r#"```rust
use std::os::unix::process::CommandExt;

unsafe extern "C" {
    fn setsid() -> i32;
}

fn main() {
    let mut daemon = std::process::Command::new("sleep");
    daemon.arg("600");
    unsafe {
        daemon.pre_exec(|| {
            setsid();
            Ok(())
        });
    }
    daemon.spawn().unwrap();
}
```
"#;

/// Asks until the answer is yes.
fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < PATIENCE, "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn what_runs_dies_with_a_verify_that_is_killed() {
    for tier in TIERS {
        if tiers::refused(tier) {
            continue;
        }
        let project = Project::with_document(ENDLESS);
        let programs = project.path().join("cache/target");
        let mut verify = project
            .command(&["doc.md", "--force-tier", tier])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let is_child = |line: &String| line.ends_with("\0child\0");
        wait_until("the program does not start", || {
            running_below(&programs).iter().any(is_child)
        });
        verify.kill().unwrap();
        verify.wait().unwrap();
        wait_until("it goes on running", || running_below(&programs).is_empty());
    }
}

#[test]
fn a_daemon_is_ended_when_verify_itself_is_in_a_new_pid_namespace() {
    let unshare = ["--pid", "--fork", "--mount-proc"];
    let tried = Command::new("unshare").args(unshare).arg("true").output();
    if !tried.is_ok_and(|it| it.status.success()) {
        println!("skipped: this machine refuses a PID namespace");
        return;
    }
    for tier in ["A", "B", "C"] {
        if tier != "C" && tiers::refused(tier) {
            continue;
        }
        let project = Project::with_document(DAEMON);
        let verify = project.command(&["doc.md", "--force-tier", tier, "--allow-unsandboxed"]);
        let output = Command::new("unshare")
            .args(unshare)
            .arg(verify.get_program())
            .args(verify.get_args())
            .current_dir(project.path())
            .output()
            .unwrap();
        let stdout = String::from_utf8_lossy(&output.stdout);
        let stderr = String::from_utf8_lossy(&output.stderr);
        // There the tier may be refused, and then that is said; but nothing hangs.
        let is_refused = stderr.contains("tier C (limits only, programs run uncontained)");
        assert!(
            tier == "C" || !is_refused || stderr.contains("refused"),
            "{stderr}"
        );
        assert_eq!(output.status.code(), Some(0), "{tier}: {stdout}{stderr}");
        assert!(running_below(project.path()).is_empty());
    }
}
