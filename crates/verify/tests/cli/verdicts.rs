//! Verdicts on small documents that need nothing but the standard library.

use crate::harness::{Project, redacted, words};

#[test]
fn each_kind_of_example_gets_its_verdict() {
    let project = Project::with_document(
        r#"# Verdicts

```rust
fn main() { println!("hello"); }
```

```rust
let a = [1, 2];
assert_eq!(a.len(), 2);
```

```rust
pub fn f() -> u8 { "text" }
```

```rust
pub fn f(order: &Order) -> Total { order.total() }
```

```rust
pub fn f() -> u8 { 1 }

#[test]
fn the_only_test_fails() { assert_eq!(f(), 2); }
```

```rust
/// ```
/// assert_eq!(example::f(), 2);
/// ```
pub fn f() -> u8 { 1 }
```

```rust
fn main() { panic!("on purpose"); }
```

```rust
use surely_nobody_published_this::Thing;
```

```rust,ignore
not even Rust
```

```rust,should_panic
panic!("as expected");
```

```rust,should_panic
std::process::exit(1);
```

```rust,compile_fail,E0308
let a: u8 = "text";
```

```rust,compile_fail,E0599
let a: u8 = "text";
```

```rust,no_run
loop {}
```

```rust
let text = include_str!("no/such/file.txt");
```

```rust
pub fn f() -> u8 {
    // the details do not matter here
}
```
"#,
    );
    let (ran, report) = project.report();
    assert_eq!(
        words(&report["examples"], "verdict"),
        [
            "passes",
            "passes",
            "broken",
            "incomplete",
            "fails",
            "fails",
            "fails",
            "unresolved",
            "skipped",
            "passes",
            "unexpected",
            "passes",
            "unexpected",
            "passes",
            "error",
            "incomplete",
        ],
        "{}",
        ran.stdout
    );
    assert_eq!(ran.code, Some(1));
    let test = &report["examples"][4];
    assert_eq!(test["causes"][0]["name"], "the_only_test_fails");
    assert_eq!(test["stages"]["test"]["tests"]["failed"], 1);
}

#[test]
fn causes_point_at_the_documents_own_line_and_column() {
    let project = Project::with_document(
        "1. A list:\n\n   > ~~~rust\n   > pub fn ä() -> u8 { \"ü\" }\n   > ~~~\n",
    );
    let (ran, report) = project.report();
    let example = &report["examples"][0];
    assert_eq!(example["verdict"], "broken", "{}", ran.stdout);
    assert_eq!(example["container"], "list > quote");
    let cause = &example["causes"][0];
    assert_eq!((&cause["line"], &cause["column"]), (&4.into(), &25.into()));
    assert_eq!(cause["code"], "E0308");
}

#[test]
fn a_scratch_crate_is_a_package_for_plain_cargo() {
    let project =
        Project::with_document("```rust\nfn main() { println!(\"from the crate\"); }\n```\n");
    assert_eq!(project.verdicts(), ["passes"]);
    let crates = project.path().join("cache/crates");
    let document = std::fs::read_dir(crates).unwrap().next().unwrap().unwrap();
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let output = std::process::Command::new(cargo)
        .args(["run", "--quiet", "--offline"])
        .current_dir(document.path().join("1"))
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "from the crate\n");
}

#[test]
fn a_climb_adds_an_import_and_says_why() {
    let project =
        Project::with_document("```rust\npub fn f() -> HashMap<u8, u8> { HashMap::new() }\n```\n");
    let (ran, report) = project.report();
    let example = &report["examples"][0];
    assert_eq!(example["verdict"], "passes", "{}", ran.stdout);
    assert_eq!(example["rung"], "imports");
    assert_eq!(example["aids"][0]["what"], "std::collections::HashMap");
    let shown = project.verify(&["show", "doc.md#1"]);
    assert_eq!(shown.code, Some(0), "{}", shown.stderr);
    for part in [
        "# round 1, edition 2024",
        "cannot find type `HashMap`",
        "# round 2, edition 2024",
        "added std::collections::HashMap",
        "use std::collections::HashMap;",
    ] {
        assert!(shown.stdout.contains(part), "{part}: {}", shown.stdout);
    }
}

#[test]
fn an_older_edition_is_found_where_only_it_compiles() {
    let project =
        Project::with_document("```rust\npub fn f() { let gen = 1; let _ = gen; }\n```\n");
    let (ran, report) = project.report();
    let example = &report["examples"][0];
    assert_eq!(example["verdict"], "passes", "{}", ran.stdout);
    assert_eq!(example["aids"][0]["what"], "2021");
}

#[test]
fn a_second_run_says_the_same() {
    let project = Project::with_document(
        "```rust\nfn main() {}\n```\n\n```rust\npub fn f() -> u8 { \"a\" }\n```\n",
    );
    let first = redacted(&project.report().1);
    let second = redacted(&project.report().1);
    assert_eq!(first, second);
}

#[test]
fn a_server_that_keeps_running_is_unfinished_and_passes() {
    let project =
        Project::with_document("```rust\nfn main() { loop { std::thread::park(); } }\n```\n").file(
            "verify.toml",
            "cache-dir = \"cache\"\n[limits]\nrun-seconds = 1\n",
        );
    let (_, report) = project.report();
    let example = &report["examples"][0];
    assert_eq!(example["verdict"], "passes");
    assert_eq!(example["stages"]["run"]["status"], "unfinished");
}

#[test]
fn earlier_examples_lend_what_they_define_and_later_ones_do_not() {
    let project = Project::with_document(
        "```rust\nuse std::collections::HashMap;\n\npub struct Store { rows: HashMap<u8, Row> }\n\npub struct Row(u8);\n\nimpl Store {\n    pub fn rows(&self) -> usize { self.rows.len() }\n}\n```\n\n```rust\npub fn count(store: &Store) -> usize { store.rows() }\n```\n\n```rust\npub fn early(x: Later) -> Later { x }\n```\n\n```rust\npub struct Later;\n```\n\n```rust\npub fn wrong(store: &Store) -> u8 { store.no_such_method() }\n```\n",
    );
    let (ran, report) = project.report();
    assert_eq!(
        words(&report["examples"], "verdict"),
        ["passes", "passes", "incomplete", "passes", "incomplete"],
        "{}",
        ran.stdout
    );
    let borrowed = &report["examples"][1];
    assert_eq!(borrowed["rung"], "context");
    let what = words(&borrowed["aids"], "what");
    assert_eq!(
        what[..2],
        ["std::collections::HashMap", "Store from doc.md#1"]
    );
}

#[test]
fn alternatives_are_split_apart_and_each_is_judged() {
    let project = Project::with_document(
        "```rust\n// BAD\npub fn first(x: &[u8]) -> u8 { x[0] }\n\n// GOOD\npub fn first(x: &[u8]) -> Option<u8> { x.first().copied() }\n```\n\n```rust\n// BAD\npub fn f() -> u8 { \"a\" }\n// GOOD\npub fn f() -> u8 { 1 }\n```\n",
    );
    let (ran, report) = project.report();
    assert_eq!(
        words(&report["examples"], "verdict"),
        ["passes", "broken"],
        "{}",
        ran.stdout
    );
    assert_eq!(report["examples"][0]["rung"], "alternatives");
    let causes = words(&report["examples"][1]["causes"], "kind");
    assert_eq!(causes, ["compile_error"]);
}

#[test]
fn elided_code_leaves_the_rest_to_be_judged() {
    let project = Project::with_document(
        "```rust\npub struct Config { pub name: String, ... }\n\npub fn load() -> Config { ... }\n```\n\n```rust\npub fn load() -> u8 { ... }\n\npub fn wrong() -> u8 { \"a\" }\n```\n",
    );
    let (ran, report) = project.report();
    assert_eq!(
        words(&report["examples"], "verdict"),
        ["incomplete", "broken"],
        "{}",
        ran.stdout
    );
    assert_eq!(
        words(&report["examples"][0]["causes"], "kind"),
        ["elided_body", "elided_body"]
    );
    assert_eq!(
        words(&report["examples"][1]["causes"], "kind"),
        ["elided_body", "compile_error"]
    );
    assert_eq!(report["examples"][1]["causes"][1]["column"], 24);
}

#[test]
fn a_readme_is_verified_against_the_package_beside_it() {
    let project = Project::with_document(
        "```rust\nuse small_thing::double;\nassert_eq!(double(2), 4);\n```\n\n```rust\nuse small_thing::triple;\n```\n\n```rust\nprintln!(\"{}\", double(4));\n```\n",
    )
    .file("Cargo.toml", "[package]\nname = \"small-thing\"\nversion = \"1.0.0\"\nedition = \"2021\"\n[workspace]\n")
    .file("src/lib.rs", "pub fn double(x: u8) -> u8 { x * 2 }\n");
    let (ran, report) = project.report();
    assert_eq!(
        words(&report["examples"], "verdict"),
        ["passes", "broken", "passes"],
        "{}",
        ran.stdout
    );
    assert_eq!(
        report["examples"][0]["aids"][0]["what"],
        "small-thing 1.0.0"
    );
    // What one example imports from it, another may lack.
    assert_eq!(
        words(&report["examples"][2]["aids"], "what"),
        ["small-thing 1.0.0", "fn main()", "small_thing::double"]
    );
    // The package changes; what was known of it must not stay.
    let project = project.file(
        "src/lib.rs",
        "pub fn double(x: u8) -> u8 { x * 3 }\npub fn triple() {}\n",
    );
    let (ran, report) = project.report();
    assert_eq!(
        words(&report["examples"], "verdict"),
        ["fails", "passes", "passes"],
        "{}",
        ran.stdout
    );
}

#[test]
fn names_that_are_not_imported_are_looked_for_in_the_package_beside_a_document() {
    let project = Project::with_document(
        "```rust\nlet client = Client::new();\nassert_eq!(client.port, 80);\n```\n\n```rust\nlet server = Server::new();\n```\n\n```rust\nlet client = Client::of(\"x\", 1);\n```\n",
    )
    .file("Cargo.toml", "[package]\nname = \"small-thing\"\nversion = \"1.0.0\"\nedition = \"2021\"\n[workspace]\n")
    .file("src/lib.rs", "pub struct Client { pub port: u16 }\nimpl Client { pub fn new() -> Self { Client { port: 80 } } }\n");
    let (ran, report) = project.report();
    let verdicts = words(&report["examples"], "verdict");
    // What does not fit may be another one.
    assert_eq!(
        verdicts,
        ["passes", "incomplete", "incomplete"],
        "{}",
        ran.stdout
    );
    assert_eq!(
        words(&report["examples"][0]["aids"], "what"),
        ["small-thing 1.0.0", "fn main()", "small_thing::Client"]
    );
    assert_eq!(report["examples"][1]["causes"][0]["name"], "Server");
}

#[test]
fn a_package_beside_a_document_that_does_not_build_has_no_older_release() {
    let project = Project::with_document(
        "```toml\n[dependencies]\nsmall-thing = { version = \"1\", features = [\"few\"] }\n```\n\n```rust\nuse small_thing::double;\n```\n",
    )
    .file("Cargo.toml", "[package]\nname = \"small-thing\"\nversion = \"1.0.0\"\nedition = \"2021\"\n[features]\nfew = []\n[workspace]\n")
    .file("src/lib.rs", "#[cfg(feature = \"few\")]\ncompile_error!(\"one more, at least\");\n");
    let (ran, report) = project.report();
    let example = &report["examples"][0];
    assert_eq!(example["verdict"], "error", "{}", ran.stdout);
    let causes = words(&example["causes"], "message");
    assert_eq!(causes.len(), 1, "{causes:?}");
    assert!(!causes[0].contains("cannot be met"), "{causes:?}");
}

#[test]
fn features_of_the_package_beside_a_document_are_found_or_stated() {
    const MANIFEST: &str = "[package]\nname = \"small-thing\"\nversion = \"1.0.0\"\nedition = \"2021\"\n[lib]\nname = \"smallish\"\n[features]\ntriple = []\n[workspace]\n";
    let project = Project::with_document(
        "# A\n\n```rust\nassert_eq!(smallish::Number(2).triple(), 6);\n```\n\n```rust\nuse small_thing::Number;\n```\n\n```rust\n[dependencies]\nsmall-thing = { version = \"1\", features = [\"triple\"] }\n\nfn main() {\n    assert_eq!(smallish::Number(2).triple(), 6);\n}\n```\n\n```rust\n[dependencies]\nsmall-thing = \"1\"\n\nfn main() {\n    smallish::Number(2).triple();\n}\n```\n",
    )
    .file("Cargo.toml", MANIFEST)
    .file(
        "src/lib.rs",
        "pub struct Number(pub u8);\n#[cfg(feature = \"triple\")]\nimpl Number { pub fn triple(&self) -> u8 { self.0 * 3 } }\n",
    );
    let (ran, report) = project.report();
    assert_eq!(
        words(&report["examples"], "verdict"),
        ["passes", "unresolved", "passes", "broken"],
        "{}",
        ran.stdout
    );
    let aids = words(&report["examples"][0]["aids"], "what");
    let is_feature = |aid: &String| aid == "small-thing/triple";
    assert!(aids.iter().any(is_feature), "{aids:?}");
    let advice = &report["examples"][1]["causes"][0]["message"];
    let advice = advice.as_str().unwrap();
    assert!(advice.contains("is called `smallish`"), "{advice}");
}

#[test]
fn the_line_that_a_readme_begins_with_says_nothing_of_features() {
    const MANIFEST: &str = "[package]\nname = \"small-thing\"\nversion = \"1.0.0\"\nedition = \"2021\"\n[features]\ntriple = []\nsmall = []\n[workspace]\n";
    const LIBRARY: &str = "pub struct Number(pub u8);\n#[cfg(feature = \"triple\")]\nimpl Number { pub fn triple(&self) -> u8 { self.0 * 3 } }\n";
    for (line, expected) in [
        ("small-thing = \"1\"", "passes"),
        (
            "small-thing = { version = \"1\", features = [\"small\"] }",
            "broken",
        ),
    ] {
        let document = format!(
            "```toml\n[dependencies]\n{line}\n```\n\n```rust\nassert_eq!(small_thing::Number(2).triple(), 6);\n```\n"
        );
        let project = Project::with_document(&document)
            .file("Cargo.toml", MANIFEST)
            .file("src/lib.rs", LIBRARY);
        assert_eq!(project.verdicts(), [expected], "{line}");
    }
}

#[test]
fn a_workspace_that_cargo_cannot_read_is_said() {
    let project = Project::with_document("```rust\nlet a = 1;\n```\n").file(
        "Cargo.toml",
        "[package]\nname = \"small-thing\"\nversion = \"0.1\"\n[workspace]\n",
    );
    let (ran, report) = project.report();
    assert_eq!(words(&report["examples"], "verdict"), ["passes"]);
    assert!(ran.stderr.contains("Cargo.toml"), "{}", ran.stderr);
    assert!(ran.stderr.contains("cargo cannot read"), "{}", ran.stderr);
}

#[test]
fn what_is_refused_is_not_taken_from_elsewhere() {
    let project = Project::with_document(
        "```rust\n[dependencies]\nitoa = { git = \"https://example.invalid/itoa\" }\n\nuse itoa::Buffer;\npub fn f() -> Buffer { Buffer::new() }\n```\n",
    );
    assert_eq!(project.verdicts(), ["unresolved"]);
}

#[test]
fn a_feature_that_an_item_is_behind_is_found_and_one_that_is_stated_is_respected() {
    let project = Project::with_document(
        "```rust\nuse serde_json::value::RawValue;\npub fn f(x: Box<RawValue>) -> Box<RawValue> { x }\n```\n\n```rust\n[dependencies]\nserde_json = \"1\"\n\nuse serde_json::value::RawValue;\npub fn f(x: Box<RawValue>) -> Box<RawValue> { x }\n```\n",
    );
    let (ran, report) = project.report();
    assert_eq!(
        words(&report["examples"], "verdict"),
        ["passes", "broken"],
        "{}",
        ran.stdout
    );
    let whats = words(&report["examples"][0]["aids"], "what");
    assert!(
        whats.contains(&"serde_json/raw_value".to_owned()),
        "{whats:?}"
    );
    let message = report["examples"][1]["causes"][0]["message"]
        .as_str()
        .unwrap();
    assert!(message.contains("raw_value"), "{message}");
}

#[test]
fn modules_get_imports_of_their_own() {
    let project = Project::with_document(
        "```rust\npub fn add(a: u8, b: u8) -> u8 { a + b }\n\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn adds() {\n        let map: HashMap<u8, u8> = HashMap::new();\n        assert!(map.is_empty());\n        assert_eq!(add(1, 2), 3);\n    }\n}\n```\n",
    );
    let (ran, report) = project.report();
    let example = &report["examples"][0];
    assert_eq!(example["verdict"], "passes", "{}", ran.stdout);
    assert_eq!(example["rung"], "imports");
    assert_eq!(example["stages"]["test"]["tests"]["passed"], 1);
}

#[test]
fn directives_state_dependencies_and_time_and_links_without_a_file_are_the_machines_matter() {
    let project = Project::with_document(
        "<!-- verify: deps=\"itoa 1\" -->\n```rust\nitoa::Buffer::new();\n```\n\n<!-- verify: timeout=1s -->\n```rust\n#[test]\nfn waits() { loop { std::thread::park(); } }\n```\n\n```rust\n{{#include ../nowhere.rs}}\n```\n",
    );
    let (ran, report) = project.report();
    assert_eq!(
        words(&report["examples"], "verdict"),
        ["passes", "fails", "error"],
        "{}",
        ran.stdout
    );
    assert_eq!(
        report["examples"][0]["aids"][0]["reason"],
        "the example's own manifest states it"
    );
    assert_eq!(
        report["examples"][1]["stages"]["test"]["status"],
        "timed_out"
    );
}
