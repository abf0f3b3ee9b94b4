//! Programs that try to get out, run through the real command line in every tier that this machine
//! offers: nothing outside may change, nothing may go on running, nothing may hang, and the verdict
//! has to be right.
//!
//! What is tried, and by which test. Names in quotes are programs of `attacks.md`, which all go
//! through [`no_attack_succeeds_in_any_tier`]: in tier A, in tier B, and in tier B as it is where
//! Landlock does not keep signals in.
//!
//! | attack | shown by |
//! |---|---|
//! | reading keys, other documents, the registry, the target directory | "reading" |
//! | writing to the home directory, `/tmp`, `/usr`, `/etc`, the cache | "writing" |
//! | mode, owner, times, attributes, length by path; names and sizes in tier A | "metadata" |
//! | mode, owner, attributes of a file that may be read, by a descriptor | "permissions of what may be read" |
//! | reading while compiling | "compile time" |
//! | TCP, UDP, sockets by path and by abstract name | "sockets" |
//! | a network of one's own | "own server" |
//! | io_uring, ptrace, namespaces, keys, memory without owner, words for a terminal, x32 | "system calls" |
//! | calls of another architecture | "other architecture" |
//! | other processes: what they hold, and signals to them, to all, to the supervisor | "bystander" |
//! | variables, descriptors and input of the supervisor | "what is handed on" |
//! | root, capabilities, set-user-ID, ignored signals, limits | "rights", "own signal" |
//! | an answer in the shim's place | "forged answer" |
//! | daemons, with and without the pipes | "daemon", [`lifetimes`], [`builds`] |
//! | processes that fork and leave their session over and over | "hopping" |
//! | a loop without end that ignores the polite signal | "busy loop" |
//! | memory: of one process, of many, shared | "allocation", "memory of many", "shared memory" |
//! | processes, threads | "forks", "threads" |
//! | output without end | "output" |
//! | files without end, in the folder and in `/dev/shm` | "disk", "shared memory folder" |
//! | a folder that is deep, or that forbids its removal | "own folder" |
//! | verify itself killed | [`lifetimes`] |
//! | hostile build scripts and macros; a daemon that keeps cargo waiting | [`builds`] |
//! | programs of a linker that sets permissions afterwards still start | [`builds`] |
//! | a library planted where others build | [`plants`] |
//! | settings, aliases and toolchains that lie around the documents | [`settings`] |
//! | limits of compiling taken for those of running | [`limits`] |
//! | an outcome of a weaker tier for a stronger one; running without a sandbox | [`tiers`] |
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
        let mut verify = project.command(&[&fixed, more].concat());
        let output = verify.env("SECRET", outside.token()).output().unwrap();
        let stdout = String::from_utf8(output.stdout).unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        let report = std::fs::read_to_string(project.path().join("report.json"))
            .unwrap_or_else(|_| panic!("no report: {stdout}{stderr}"));
        assert!(!report.contains("ESCAPED"), "{tier}: {stdout}");
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
            assert_eq!(seen, expected, "tier {tier}, {name}: {stdout}");
            let is_endless = example["stages"]["run"]["status"] == "unfinished";
            assert_eq!(
                is_endless,
                *name == "busy loop",
                "tier {tier}, {name}: {stdout}"
            );
            assert_eq!(example["environment"]["sandbox"], tier);
        }
        assert!(!stdout.contains(outside::SECRET), "{tier}: it was shown");
        outside.assert_unharmed(&project);
    }
}
