//! What is known is not done again, and nothing else is taken for it.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::harness::{Project, redacted};

const DOCUMENT: &str = "# Title\n\n```rust\nlet a = vec![1];\nprintln!(\"{}\", a[0]);\n```\n\n```rust\npub fn wrong() -> u32 {\n    \"1\"\n}\n```\n\n```rust\n#[test]\nfn fails() {\n    assert_eq!(1, 2);\n}\n```\n";

/// A project whose cargo writes down what it is asked for.
fn recorded(document: &str) -> Project {
    Project::with_document(document)
        .with_cargo("case \"$*\" in *--version*) ;; *) echo \"$1\" >> \"$(dirname \"$0\")/calls\" ;; esac\nexec \"$REAL\" \"$@\"")
}

/// What cargo was asked for since the last time.
fn calls(project: &Project) -> Vec<String> {
    let path = project.path().join("calls");
    let text = std::fs::read_to_string(&path).unwrap_or_default();
    let _ = std::fs::remove_file(path);
    text.lines().map(str::to_owned).collect()
}

/// Whether something was compiled since the last time.
fn compiled(project: &Project) -> bool {
    calls(project)
        .iter()
        .any(|call| matches!(call.as_str(), "check" | "clippy" | "build" | "test"))
}

fn entries(project: &Project) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![project.path().join("cache/outcomes")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// Whether every stage of every example came from the cache.
fn is_cached(report: &Value) -> bool {
    let examples = report["examples"].as_array().unwrap();
    examples.iter().all(|example| {
        let stages = example["stages"].as_object().unwrap();
        !stages.is_empty() && stages.values().all(|stage| stage["cached"] == true)
    })
}

#[test]
fn what_did_not_change_is_not_compiled_again_and_reported_the_same() {
    let project = recorded(DOCUMENT);
    let (_, first) = project.report();
    assert!(compiled(&project));
    assert!(!is_cached(&first));
    let (_, second) = project.report();
    assert!(!compiled(&project));
    assert!(is_cached(&second));
    assert_eq!(redacted(&first), redacted(&second));
}

#[test]
fn an_example_that_moved_stays_known_and_shows_where_it_now_is() {
    let project = recorded(DOCUMENT);
    let (_, before) = project.report();
    calls(&project);
    let moved = DOCUMENT.replace("# Title\n", "# Title\n\nA line.\n\nAnother.\n");
    let project = project.file("doc.md", moved);
    let (ran, after) = project.report();
    assert!(!compiled(&project), "{}", ran.stdout);
    let line = |report: &Value| report["examples"][1]["causes"][0]["line"].as_u64().unwrap();
    assert_eq!(line(&before) + 4, line(&after));
    assert!(ran.stdout.contains("doc.md:14"), "{}", ran.stdout);
}

#[test]
fn an_example_behind_a_new_one_stays_known() {
    let project = recorded(DOCUMENT);
    let (_, before) = project.report();
    calls(&project);
    let project = project.file("doc.md", format!("```rust,ignore\nx\n```\n\n{DOCUMENT}"));
    let (_, after) = project.report();
    assert!(!compiled(&project));
    assert_eq!(
        before["examples"][1]["causes"][0]["message"],
        after["examples"][2]["causes"][0]["message"]
    );
}

#[test]
fn only_what_changed_is_compiled_again() {
    let project = recorded(DOCUMENT);
    project.report();
    let project = project.file(
        "doc.md",
        DOCUMENT.replace("assert_eq!(1, 2)", "assert_eq!(1, 1)"),
    );
    let (_, report) = project.report();
    let cached = |index: usize| report["examples"][index]["stages"]["check"]["cached"] == true;
    assert!(cached(0) && cached(1) && !cached(2));
    assert_eq!(report["examples"][2]["verdict"], "passes");
}

#[test]
fn damaged_entries_are_made_again_with_a_warning() {
    let project = recorded(DOCUMENT);
    let (_, first) = project.report();
    let entries = entries(&project);
    assert!(!entries.is_empty());
    for (index, path) in entries.iter().enumerate() {
        let content = std::fs::read(path).unwrap();
        let damaged = match index % 3 {
            0 => content[..content.len() / 2].to_vec(),
            1 => Vec::new(),
            _ => String::from_utf8(content)
                .unwrap()
                .replace("passed", "failed")
                .replace("code\":0", "code\":1")
                .into_bytes(),
        };
        std::fs::write(path, damaged).unwrap();
    }
    let (ran, second) = project.report();
    assert!(ran.stderr.contains("cache is not used"), "{}", ran.stderr);
    assert_eq!(redacted(&first), redacted(&second));
    let (_, third) = project.report();
    assert!(is_cached(&third));
}

#[test]
fn no_cache_does_everything_again_and_keeps_what_comes_of_it() {
    let project = recorded(DOCUMENT);
    project.report();
    calls(&project);
    let ran = project.verify(&["doc.md", "--no-cache", "--report", "json=again.json"]);
    assert!(compiled(&project));
    let again = std::fs::read_to_string(project.path().join("again.json")).unwrap();
    assert!(!again.contains("\"cached\": true"), "{}", ran.stdout);
    let (_, report) = project.report();
    assert!(is_cached(&report));
}

#[test]
fn what_need_not_come_out_again_is_not_kept() {
    let cases = [
        (
            "a program that does not end",
            "loop { std::thread::sleep(std::time::Duration::from_secs(1)); }",
        ),
        ("a program that is killed", "std::process::abort();"),
        (
            "a file that is read while compiling",
            "let text = include_str!(\"../Cargo.toml\");\nassert!(!text.is_empty());",
        ),
        (
            "a variable that is read while compiling",
            "let home = option_env!(\"HOME\");\nprintln!(\"{home:?}\");",
        ),
        (
            "a service that is not there",
            "std::net::TcpStream::connect(\"127.0.0.1:1\").unwrap();",
        ),
    ];
    for (what, code) in cases {
        let project = Project::with_document(&format!("```rust\n{code}\n```\n")).file(
            "verify.toml",
            "cache-dir = \"cache\"\n[limits]\nrun-seconds = 1\n",
        );
        project.report();
        let (_, report) = project.report();
        let stages = report["examples"][0]["stages"].as_object().unwrap();
        assert_eq!(stages["run"]["cached"], false, "{what}");
    }
}

#[test]
fn no_entry_is_there_before_its_outcome() {
    // Cargo looks whether an entry is there already while it works on the only example.
    let script = "case \"$1\" in check|clippy|build) case \"$*\" in */crates/*) find \"${0%/*}/cache/outcomes\" -type f 2>/dev/null | wc -l >> \"${0%/*}/seen\" ;; esac ;; esac\nexec \"$REAL\" \"$@\"";
    let project =
        Project::with_document("```rust\nlet a = 1;\nprintln!(\"{a}\");\n```\n").with_cargo(script);
    assert_eq!(project.verdicts(), ["passes"]);
    let seen = std::fs::read_to_string(project.path().join("seen")).unwrap();
    let seen: Vec<usize> = seen.lines().map(|it| it.trim().parse().unwrap()).collect();
    assert!(!seen.is_empty());
    for (stages_before, entries) in seen.into_iter().enumerate() {
        assert!(
            entries <= stages_before,
            "{entries} entries before stage {stages_before} ended"
        );
    }
    assert!(!entries(&project).is_empty());
}

#[test]
fn a_run_that_is_killed_leaves_a_cache_that_can_be_used() {
    let whole = recorded(DOCUMENT);
    // Cargo kills the program that started it, while it works on the second example.
    let killer = "case \"$*\" in \"clippy \"*/crates/*) kill -9 $PPID; exit 1 ;; esac\nexec \"$REAL\" \"$@\"";
    let project = Project::with_document(DOCUMENT).with_cargo(killer);
    let ran = project.verify(&["doc.md", "--jobs", "1"]);
    assert_eq!(ran.code, None);
    assert!(!entries(&project).is_empty());
    let project = project.with_cargo("exec \"$REAL\" \"$@\"");
    let (_, after) = project.report();
    let (_, expected) = whole.report();
    assert_eq!(redacted(&after), redacted(&expected));
    assert_eq!(after["examples"][0]["stages"]["check"]["cached"], true);
}

#[test]
fn two_runs_at_once_report_the_same() {
    let project = recorded(DOCUMENT);
    let runs: Vec<_> = ["one.json", "two.json"]
        .iter()
        .map(|name| {
            let report = format!("json={name}");
            let mut command = project.command(&["doc.md", "--report", &report]);
            command
                .stdout(std::process::Stdio::null())
                .stderr(std::process::Stdio::null());
            command.spawn().unwrap()
        })
        .collect();
    for mut run in runs {
        assert_eq!(run.wait().unwrap().code(), Some(1));
    }
    let read = |name: &str| -> Value {
        serde_json::from_str(&std::fs::read_to_string(project.path().join(name)).unwrap()).unwrap()
    };
    assert_eq!(redacted(&read("one.json")), redacted(&read("two.json")));
}

/// Programs called `cargo` and `rustc` that write down that they were started, and start the real
/// ones. They are no scripts: what those choose a toolchain by cannot be known.
fn fake_tools(folder: &Path) {
    let real = |name: &str| {
        let path = std::env::var_os("PATH").unwrap();
        let mut all = std::env::split_paths(&path).map(|it| it.join(name));
        all.find(|it| it.is_file()).unwrap()
    };
    std::fs::create_dir_all(folder).unwrap();
    for name in ["cargo", "rustc"] {
        let source = format!(
            "use std::io::Write as _;\nuse std::os::unix::process::CommandExt as _;\nfn main() {{\n    let calls = {:?};\n    let mut file = std::fs::File::options().create(true).append(true).open(calls).unwrap();\n    writeln!(file, \"{name}\").unwrap();\n    let error = std::process::Command::new({:?}).args(std::env::args_os().skip(1)).exec();\n    panic!(\"{{error}}\");\n}}\n",
            folder.join("calls").to_str().unwrap(),
            real(name).to_str().unwrap(),
        );
        let file = folder.join(format!("{name}.rs"));
        std::fs::write(&file, source).unwrap();
        let status = std::process::Command::new(real("rustc"))
            .args(["--edition=2024", "-o"])
            .arg(folder.join(name))
            .arg(&file)
            .status();
        assert!(status.unwrap().success());
    }
}

#[test]
fn a_run_in_which_nothing_is_new_starts_no_process() {
    let manifest = "[package]\nname = \"around\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[dependencies]\nitoa = \"1\"\n";
    let document = format!(
        "{DOCUMENT}\n```rust\nuse itoa::Buffer;\npub fn f() -> Buffer {{\n    Buffer::new()\n}}\n```\n"
    );
    let project = Project::with_document(&document)
        .file("Cargo.toml", manifest)
        .file("src/lib.rs", "");
    let tools = project.path().join("tools");
    fake_tools(&tools);
    let run = || {
        let mut path = vec![tools.clone()];
        path.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap()));
        let output = project
            .command(&["doc.md", "--report", "json=report.json"])
            .env("PATH", std::env::join_paths(path).unwrap())
            .env_remove("CARGO")
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(1));
        let calls = std::fs::read_to_string(tools.join("calls")).unwrap_or_default();
        let _ = std::fs::remove_file(tools.join("calls"));
        let report = std::fs::read_to_string(project.path().join("report.json")).unwrap();
        let report: Value = serde_json::from_str(&report).unwrap();
        (calls.lines().count(), report)
    };
    let (calls, first) = run();
    assert!(calls > 0);
    let (calls, second) = run();
    assert_eq!(calls, 0);
    assert!(is_cached(&second));
    assert_eq!(redacted(&first), redacted(&second));
    // Another manifest, other surroundings: cargo is asked again.
    std::fs::write(
        project.path().join("Cargo.toml"),
        format!("{manifest}ryu = \"1\"\n"),
    )
    .unwrap();
    assert!(run().0 > 0);
}

#[test]
fn what_is_kept_can_be_looked_at_pruned_and_forgotten() {
    let project = recorded(DOCUMENT);
    project.report();
    let stats = || -> Value {
        let ran = project.verify(&["cache", "stats", "--format", "json"]);
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        serde_json::from_str(&ran.stdout).unwrap()
    };
    let files = |folder: &str| {
        let stats = stats();
        let parts = stats["parts"].as_array().unwrap().clone();
        let part = parts.into_iter().find(|it| it["folder"] == folder).unwrap();
        part["files"].as_u64().unwrap()
    };
    assert_eq!(files("outcomes"), entries(&project).len() as u64);
    let text = project.verify(&["cache", "stats"]).stdout;
    assert!(text.contains("outcomes") && text.contains("KiB"), "{text}");
    let kept = project.verify(&["cache", "prune"]).stdout;
    assert_eq!(kept, "removed 0 files, 0 bytes\n");
    project.verify(&["cache", "prune", "--max-size", "0"]);
    assert_eq!((files("outcomes"), files("answers")), (0, 0));
    project.report();
    assert!(files("outcomes") > 0);
    assert_eq!(project.verify(&["cache", "clear"]).code, Some(0));
    assert_eq!(files("outcomes"), 0);
    assert!(files("target") > 0);
}
