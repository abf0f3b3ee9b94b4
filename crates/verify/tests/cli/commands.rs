//! The other commands.

use crate::harness::Project;

const DOCUMENT: &str = "# Title\n\n```rust\npub fn f() {}\n```\n\n```toml\na = 1\n```\n\n- ~~~rust,no_run\n  fn main() {}\n  ~~~\n";

#[test]
fn list_prints_examples_and_on_request_everything_else() {
    let project = Project::with_document(DOCUMENT);
    let ran = project.verify(&["list", "doc.md"]);
    assert_eq!(ran.code, Some(0));
    assert_eq!(
        ran.stdout,
        "doc.md:3  #1  rust\ndoc.md:11  #2  rust,no_run  (in list)\n2 Rust examples, 1 other fence, 0 unknown words in 1 document\n"
    );
    let all = project.verify(&["list", "doc.md", "--all"]).stdout;
    assert!(all.contains("doc.md:7  no example:"), "{all}");
}

#[test]
fn list_as_json_has_the_documented_fields() {
    let project = Project::with_document(DOCUMENT);
    let ran = project.verify(&["list", "doc.md", "--format", "json"]);
    let list: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let example = &list["examples"][1];
    assert_eq!(example["id"], "doc.md#2");
    assert_eq!(example["path"], "doc.md");
    assert_eq!(
        (&example["line"], &example["end_line"]),
        (&11.into(), &13.into())
    );
    assert_eq!(example["info"], "rust,no_run");
    assert_eq!(example["container"], "list");
    // printf 'fn main() {}\n' | sha256sum
    assert_eq!(
        example["sha256"],
        "536e506bb90914c243a12b397b9a998f85ae2cbd9ba02dfd03a9e155ca5ca0f4"
    );
}

#[test]
fn show_explains_an_example_that_was_never_run() {
    let project = Project::with_document("```rust\nlet a = 1;\n```\n");
    let ran = project.verify(&["show", "doc.md#1"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(
        ran.stdout.contains("not run yet") && ran.stdout.contains("fn main() {"),
        "{}",
        ran.stdout
    );
    assert_eq!(project.verify(&["show", "doc.md#7"]).code, Some(2));
    assert_eq!(project.verify(&["show", "doc.md"]).code, Some(2));
    assert_eq!(project.verify(&["show", "none.md#1"]).code, Some(2));
}

#[test]
fn clean_empties_the_cache() {
    let project = Project::with_document("```rust\npub fn f() {}\n```\n");
    assert_eq!(project.verdicts(), ["passes"]);
    assert!(project.path().join("cache/crates").exists());
    assert_eq!(project.verify(&["clean"]).code, Some(0));
    for folder in ["crates", "sets", "target"] {
        assert!(
            !project.path().join("cache").join(folder).exists(),
            "{folder}"
        );
    }
    assert_eq!(project.verdicts(), ["passes"]);
}

#[test]
fn versions_are_pinned_kept_and_refreshed() {
    let project = Project::with_document(
        "```rust\nuse itoa::Buffer;\npub fn f() -> Buffer { Buffer::new() }\n```\n",
    )
    .file(
        "verify.toml",
        "paths = [\"doc.md\"]\ncache-dir = \"cache\"\n",
    );
    let lock = project.path().join("verify.lock");
    let missing = project.verify(&["--locked"]);
    assert_eq!(missing.code, Some(3), "{}", missing.stdout);
    assert!(
        missing.stdout.contains("verify.lock does not have itoa"),
        "{}",
        missing.stdout
    );
    assert_eq!(project.verify(&[]).code, Some(0));
    let pinned = std::fs::read_to_string(&lock).unwrap();
    assert!(pinned.contains("name = \"itoa\""), "{pinned}");
    // An older version, as if time had passed since.
    let newest = pinned
        .lines()
        .skip_while(|line| *line != "name = \"itoa\"")
        .nth(1)
        .unwrap()
        .to_owned();
    let older: String = pinned
        .lines()
        .filter(|line| !line.starts_with("checksum"))
        .map(|line| {
            if line == newest {
                "version = \"1.0.9\"\n".to_owned()
            } else {
                format!("{line}\n")
            }
        })
        .collect();
    std::fs::write(&lock, older).unwrap();
    let ran = project.verify(&["--report", "json=-"]);
    assert!(ran.stdout.contains("itoa 1.0.9"), "{}", ran.stdout);
    assert_eq!(project.verify(&["--update"]).code, Some(0));
    assert!(std::fs::read_to_string(&lock).unwrap().contains(&newest));
}
