use std::collections::BTreeMap;

use verify_engine::LintNames;
use verify_model::ExampleId;

use super::*;

fn understand(table: &str) -> anyhow::Result<Configured> {
    configure(&toml::from_str(table)?)
}

fn error(table: &str) -> String {
    format!("{:#}", understand(table).unwrap_err())
}

fn subjects(ids: &[ExampleId], is_whole: bool, check: impl FnOnce(&Subjects<'_>)) {
    let paths = ids
        .iter()
        .map(|id| (id.path().to_owned(), id.path().into()));
    let files: BTreeMap<String, std::path::PathBuf> = paths.collect();
    check(&Subjects::new(ids, &files, None, is_whole));
}

fn words(rules: &BTreeSet<Matter>) -> Vec<&'static str> {
    rules.iter().map(|it| it.as_str()).collect()
}

#[test]
fn unknown_words_lead_to_the_word_that_was_meant() {
    for (word, meant) in [
        ("brokn", "broken"),
        ("Incomplete", "incomplete"),
        ("out-dated", "outdated"),
        ("lint", "lints"),
        ("fail", "fails"),
        ("errors", "error"),
        ("unfinish", "unfinished"),
        ("skiped", "skipped"),
    ] {
        let error = matter(word).unwrap_err();
        assert!(
            error.contains(&format!("did you mean `{meant}`?")),
            "{error}"
        );
    }
    assert!(
        matter("warnings")
            .unwrap_err()
            .contains("there are passes, broken")
    );
    assert!(matter("clippy::panic").unwrap_err().contains("--deny-lint"));
    assert!(deniable("passes").unwrap_err().contains("cannot be denied"));
}

#[test]
fn what_cannot_be_understood_is_named_with_its_place() {
    for (table, expected) in [
        (
            "deny = [\"brokn\"]",
            "[policy] in verify.toml: `deny`: unknown word `brokn`",
        ),
        (
            "deny = [\"lints\"]\nallow = [\"lints\"]",
            "`lints` is denied and allowed at once",
        ),
        (
            "deny-lints = [\"a\"]\nallow-lints = [\"a\"]",
            "`a` is denied and allowed at once",
        ),
        (
            "[[override]]\nid = \"a.md#1\"\nallow = [\"broken\"]",
            "missing field `reason`",
        ),
        (
            "[[override]]\nid = \"a.md#1\"\nallow = [\"broken\"]\nreason = \" \"",
            "number 1 in verify.toml: `reason` is empty",
        ),
        (
            "[[override]]\nreason = \"r\"\nallow = [\"broken\"]",
            "neither `path` nor `id`",
        ),
        (
            "[[override]]\npath = \"a\"\nid = \"a#1\"\nreason = \"r\"\nallow = [\"broken\"]",
            "both `path` and `id`",
        ),
        (
            "[[override]]\nid = \"a.md\"\nreason = \"r\"\nallow = [\"broken\"]",
            "is no id",
        ),
        (
            "[[override]]\npath = \"a[\"\nreason = \"r\"\nallow = [\"broken\"]",
            "is no glob",
        ),
        (
            "[[override]]\npath = \"a\"\nreason = \"r\"",
            "neither denies nor allows",
        ),
        (
            "[[override]]\npath = \"a\"\nreason = \"r\"\ndney = [\"lints\"]",
            "unknown field `dney`",
        ),
    ] {
        let error = error(table);
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn the_command_line_goes_before_the_file() {
    let file =
        understand("deny = [\"incomplete\", \"unfinished\"]\nallow = [\"outdated\"]").unwrap();
    let arguments = PolicyArgs {
        deny: vec![matter("outdated").unwrap()],
        allow: vec![matter("incomplete").unwrap()],
        ..PolicyArgs::default()
    };
    subjects(&[], true, |none| {
        let (policy, _) = file.with(&arguments).unwrap().policy(none);
        assert_eq!(
            words(&policy.deny),
            [
                "broken",
                "outdated",
                "fails",
                "unexpected",
                "unresolved",
                "error",
                "unfinished"
            ]
        );
    });
}

#[test]
fn overrides_reach_documents_directories_and_single_examples() {
    let ids = [
        "docs/a.md#1",
        "docs/a.md#2",
        "docs/old/b.md#1",
        "README.md#start",
    ];
    let ids = ids
        .map(|id| id.rsplit_once('#').unwrap())
        .map(|(path, name)| ExampleId::named(path, name));
    for (scope, expected) in [
        ("path = \"docs/a.md\"", &["docs/a.md#1", "docs/a.md#2"][..]),
        ("path = \"docs/old\"", &["docs/old/b.md#1"]),
        ("path = \"docs/old/\"", &["docs/old/b.md#1"]),
        (
            "path = \"**/*.md\"",
            &[
                "README.md#start",
                "docs/a.md#1",
                "docs/a.md#2",
                "docs/old/b.md#1",
            ],
        ),
        ("id = \"docs/a.md#2\"", &["docs/a.md#2"]),
        ("id = \"README.md#start\"", &["README.md#start"]),
    ] {
        let table = format!("[[override]]\n{scope}\nreason = \"r\"\nallow = [\"broken\"]");
        subjects(&ids, true, |subjects| {
            let (policy, warnings) = understand(&table).unwrap().policy(subjects);
            assert_eq!(warnings, [""; 0]);
            let examples = policy.overrides[0].examples.iter();
            let found: Vec<&str> = examples.map(ExampleId::as_str).collect();
            assert_eq!(found, expected, "{scope}");
        });
    }
}

#[test]
fn an_override_of_nothing_is_warned_about_when_the_run_would_show_it() {
    let id = ExampleId::named("docs/a.md", "1");
    for (scope, is_whole, warns) in [
        ("id = \"docs/a.md#9\"", true, true),
        ("id = \"docs/a.md#9\"", false, true),
        ("id = \"docs/b.md#1\"", true, true),
        ("id = \"docs/b.md#1\"", false, false),
        ("path = \"other/**\"", true, true),
        ("path = \"other/**\"", false, false),
    ] {
        let table = format!("[[override]]\n{scope}\nreason = \"r\"\nallow = [\"broken\"]");
        subjects(std::slice::from_ref(&id), is_whole, |subjects| {
            let (_, warnings) = understand(&table).unwrap().policy(subjects);
            assert_eq!(warnings.len(), usize::from(warns), "{scope} {is_whole}");
        });
    }
}

#[test]
fn overrides_of_one_example_go_before_those_of_documents() {
    let table = "[[override]]\nid = \"a.md#1\"\nreason = \"one\"\nallow = [\"broken\"]\n\
                 [[override]]\npath = \"a.md\"\nreason = \"all\"\ndeny = [\"broken\"]";
    let id = ExampleId::numbered("a.md", 1);
    subjects(&[id], true, |subjects| {
        let (policy, _) = understand(table).unwrap().policy(subjects);
        let reasons: Vec<&str> = policy
            .overrides
            .iter()
            .map(|it| it.reason.as_str())
            .collect();
        assert_eq!(reasons, ["all", "one"]);
    });
}

fn known() -> LintNames {
    LintNames::parse(
        "Lint checks:\n unused-mut warn x\n dead-code warn x\n clippy::panic allow x\n \
         clippy::todo allow x\n warnings warn x\nLint groups:\n clippy::strict clippy::panic, clippy::todo\n",
    )
}

#[test]
fn groups_stand_for_their_lints_and_a_lint_goes_before_its_group() {
    let table =
        "deny-lints = [\"clippy::strict\", \"unused-mut\"]\nallow-lints = [\"clippy::todo\"]";
    let mut configured = understand(table).unwrap();
    assert!(configured.names_lints());
    let to_switch_on = configured.expand_lints(&known()).unwrap();
    assert_eq!(to_switch_on, ["clippy::strict"]);
    let rules = &configured.layers[0];
    let denied: Vec<&String> = rules.deny_lints.iter().collect();
    assert_eq!(denied, ["clippy::panic", "unused_mut"]);
    assert!(rules.allow_lints.contains("clippy::todo"));
    assert!(!understand("deny = [\"lints\"]").unwrap().names_lints());
}

#[test]
fn lints_that_nobody_would_ever_hear_of_are_errors() {
    for (lint, expected) in [
        ("clippy::panick", "did you mean `clippy::panic`?"),
        ("panic", "did you mean `clippy::panic`?"),
        ("warnings", "stands for all of them"),
        ("dead_code", "never counted"),
        ("xyz", "called `xyz`"),
    ] {
        let mut configured = understand(&format!("deny-lints = [\"{lint}\"]")).unwrap();
        let error = configured.expand_lints(&known()).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}
