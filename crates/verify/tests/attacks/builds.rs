//! Code that runs while something is compiled.

use crate::harness::Project;
use crate::outside::Outside;
use crate::{TIERS, tiers};

const MANIFEST: &str = "[package]\nname = \"hostile\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";
const README: &str = "```rust\nassert_eq!(hostile::answer(), 42);\n```\n";
const LIBRARY: &str = "pub fn answer() -> u32 { 42 }\n";
const MACRO_MANIFEST: &str = "[package]\nname = \"hostile-macros\"\nversion = \"0.1.0\"\n\
    edition = \"2024\"\n[lib]\nproc-macro = true\n";
const MACRO: &str = "\n#[proc_macro]\n\
    pub fn hostile(_: proc_macro::TokenStream) -> proc_macro::TokenStream {\n    \
    attack();\n    Default::default()\n}\n";

/// What a build script, or a macro, tries: what programs try, and to leave a daemon behind.
const ATTACK: &str = r#"
use std::fs;
use std::net::{TcpStream, UdpSocket};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

fn attack() {
    for path in ["@KEY@", "/etc/shadow", "/root/.ssh"] {
        assert!(fs::read(path).is_err() && fs::read_dir(path).is_err(), "ESCAPED: read {path}");
    }
    let own = concat!(env!("CARGO_MANIFEST_DIR"), "/src/lib.rs");
    for path in ["@KEY@", own, "@REGISTRY@/escaped-@TOKEN@", "@HOME@/escaped-@TOKEN@"] {
        let file = fs::OpenOptions::new().append(true).create(true).open(path);
        assert!(file.is_err(), "ESCAPED: wrote {path}");
    }
    assert!(TcpStream::connect("127.0.0.1:@TCP@").is_err(), "ESCAPED: TCP");
    if let Ok(socket) = UdpSocket::bind("127.0.0.1:0") {
        let _ = socket.send_to(b"escaped", "127.0.0.1:@UDP@");
    }
    assert!(UnixStream::connect("@SOCKET@").is_err(), "ESCAPED: a socket");
    let mut daemon = Command::new("/bin/sh");
    daemon.args(["-c", "trap '' TERM HUP; echo @CACHE@ >/dev/null; sleep 300"]);
    daemon.stdin(Stdio::null()).@OUTPUT@.process_group(0).spawn().unwrap();
}
"#;

/// A package that attacks by its build script, or by a macro that its library uses.
fn project(outside: &Outside, tier: &str, output: &str, is_macro: bool) -> Project {
    let project = Project::new()
        .file(
            "verify.toml",
            "cache-dir = \"cache\"\n[limits]\ndependencies-seconds = 10\n",
        )
        .file("package/README.md", README);
    let attack = ATTACK.replace("@OUTPUT@", output);
    let attack = outside.fill_in(&attack, &project, tier);
    if is_macro {
        let uses = "[dependencies]\nhostile-macros = { path = \"macros\" }\n";
        project
            .file("package/Cargo.toml", [MANIFEST, uses].concat())
            .file(
                "package/src/lib.rs",
                ["hostile_macros::hostile!();\n", LIBRARY].concat(),
            )
            .file("package/macros/Cargo.toml", MACRO_MANIFEST)
            .file("package/macros/src/lib.rs", [&attack, MACRO].concat())
    } else {
        project
            .file("package/Cargo.toml", MANIFEST)
            .file("package/src/lib.rs", LIBRARY)
            .file(
                "package/build.rs",
                [&attack, "fn main() {\n    attack();\n}\n"].concat(),
            )
    }
}

fn verdict(project: &Project, tier: &str) -> (String, String) {
    let arguments = [
        "package/README.md",
        "--force-tier",
        tier,
        "--report",
        "json=report.json",
    ];
    let ran = project.verify(&arguments);
    let text = std::fs::read_to_string(project.path().join("report.json"))
        .unwrap_or_else(|_| panic!("no report: {}{}", ran.stdout, ran.stderr));
    assert!(!text.contains("ESCAPED"), "{tier}: {}", ran.stdout);
    let report: serde_json::Value = serde_json::from_str(&text).unwrap();
    let verdict = report["examples"][0]["verdict"]
        .as_str()
        .unwrap()
        .to_owned();
    (verdict, ran.stdout)
}

#[test]
fn hostile_build_scripts_and_macros_get_nowhere() {
    for tier in TIERS {
        if tiers::refused(tier) {
            continue;
        }
        for is_macro in [false, true] {
            let outside = Outside::new();
            let output = "stdout(Stdio::null()).stderr(Stdio::null())";
            let project = project(&outside, tier, output, is_macro);
            let library = project.path().join("package/src/lib.rs");
            let before = std::fs::read_to_string(&library).unwrap();
            let (verdict, stdout) = verdict(&project, tier);
            assert_eq!(verdict, "passes", "{tier}: {stdout}");
            assert_eq!(std::fs::read_to_string(&library).unwrap(), before);
            outside.assert_unharmed(&project);
        }
    }
}

#[test]
fn a_build_script_whose_daemon_holds_on_to_cargo_is_ended_in_time() {
    for tier in TIERS {
        if tiers::refused(tier) {
            continue;
        }
        let outside = Outside::new();
        let project = project(&outside, tier, "stdout(Stdio::inherit())", false);
        let (verdict, stdout) = verdict(&project, tier);
        assert_eq!(verdict, "error", "{tier}: {stdout}");
        outside.assert_unharmed(&project);
    }
}

/// Not every linker makes its programs such that they can be started: some have to say so after it.
#[test]
fn what_another_linker_made_can_be_started() {
    let rustflags = "[target.x86_64-unknown-linux-gnu]\n\
        rustflags = [\"-Clinker-features=-lld\"]\n";
    for tier in TIERS {
        if tiers::refused(tier) {
            continue;
        }
        // A build script, and a program.
        let cases = [
            ("```rust\nuse own as _;\n\nfn main() {}\n```\n", "doc.md"),
            ("```rust\nfn main() {}\n```\n", "--via-cargo"),
        ];
        for (document, way) in cases {
            let project = Project::with_document(document)
                .file("Cargo.toml", MANIFEST.replace("hostile", "own"))
                .file("src/lib.rs", "")
                .file("build.rs", "fn main() {}\n")
                .file("home/config.toml", rustflags);
            let arguments = [
                "doc.md",
                way,
                "--report",
                "json=report.json",
                "--force-tier",
                tier,
            ];
            let mut verify = project.command(&arguments);
            verify.env("CARGO_HOME", project.path().join("home"));
            let output = verify.output().unwrap();
            let said = String::from_utf8_lossy(&output.stdout);
            let text = std::fs::read_to_string(project.path().join("report.json")).unwrap();
            let report: serde_json::Value = serde_json::from_str(&text).unwrap();
            assert_eq!(
                report["examples"][0]["verdict"], "passes",
                "{tier} {way}: {said}"
            );
        }
    }
}
