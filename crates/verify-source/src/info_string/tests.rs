use proptest::prelude::*;
use verify_model::{Expectation, Severity};

use super::*;

fn language(info: &str) -> Option<String> {
    InfoString::parse(info).language
}

#[test]
fn rust_is_rust_in_every_spelling() {
    for info in [
        "rust",
        "Rust",
        "RUST",
        "rs",
        "rust,no_run",
        "rust no_run",
        "no_run,rust",
        "rust=",
        "rust=12",
        "rust,",
        "rust!",
        "rust:src/main.rs",
        "rust title=\"x\"",
        "title=\"x\" rust",
        "{.rust .ignore}",
        "{.ignore .rust}",
        "rust{1,3-4}",
        "rust (a remark)",
    ] {
        assert!(InfoString::parse(info).is_rust, "{info}");
    }
}

#[test]
fn other_languages_are_named_as_written() {
    assert_eq!(language("TOML").as_deref(), Some("TOML"));
    assert_eq!(language("c++,foo").as_deref(), Some("c++"));
    assert_eq!(language("text,rust").as_deref(), Some("text"));
    assert_eq!(language("rustc").as_deref(), Some("rustc"));
    assert!(!InfoString::parse("text,rust").is_rust);
}

#[test]
fn words_of_rustdoc_alone_name_no_language() {
    for info in [
        "",
        "ignore",
        "should_panic,edition2021",
        "title=\"x\"",
        "{1}",
    ] {
        assert_eq!(language(info), None, "{info}");
    }
}

#[test]
fn expectations_come_from_the_words() {
    let codes = |codes: &[&str]| Expectation::CompileFail {
        codes: codes.iter().map(ToString::to_string).collect(),
    };
    for (info, expected) in [
        ("rust", Expectation::Pass),
        ("rust,no_run", Expectation::Compile),
        ("rust,should_panic", Expectation::Panic),
        ("rust,panics", Expectation::Panic),
        ("rust,should_panic,no_run", Expectation::Compile),
        ("rust,compile_fail", codes(&[])),
        ("rust,does_not_compile", codes(&[])),
        ("rust,compile_fail,E0382,E0505", codes(&["E0382", "E0505"])),
        ("rust,should_panic,compile_fail", codes(&[])),
        ("text,compile_fail", Expectation::Pass),
    ] {
        assert_eq!(InfoString::parse(info).expectation, expected, "{info}");
    }
}

#[test]
fn an_ignored_target_is_ignored_only_there() {
    let info = InfoString::parse("rust,ignore-windows");
    assert_eq!(
        info.ignored_on("x86_64-pc-windows-msvc"),
        Some("ignore-windows")
    );
    assert_eq!(info.ignored_on("x86_64-unknown-linux-gnu"), None);
    assert_eq!(
        InfoString::parse("rust,ignore").ignored_on("any"),
        Some("ignore")
    );
}

#[test]
fn the_edition_and_the_hidden_prefix_are_kept() {
    let info = InfoString::parse("rust,edition2018,hidelines=!!!");
    assert_eq!(info.edition.as_deref(), Some("2018"));
    assert!(info.has(&Meaning::HideLines("!!!".into())));
}

#[test]
fn a_mistyped_word_is_an_error_at_its_place() {
    let info = InfoString::parse("rust, norun");
    assert!(info.is_rust);
    assert_eq!(info.faults.len(), 1);
    let fault = &info.faults[0];
    assert_eq!(
        (fault.severity, fault.range.clone()),
        (Severity::Error, 6..11)
    );
    assert!(
        fault.message.ends_with("did you mean `no_run`?"),
        "{}",
        fault.message
    );
}

#[test]
fn a_mistyped_word_in_the_place_of_the_language_is_a_warning() {
    let info = InfoString::parse("should_pannic");
    let severities: Vec<Severity> = info.faults.iter().map(|fault| fault.severity).collect();
    assert_eq!(severities, [Severity::Warning]);
}

#[test]
fn words_that_nobody_knows_are_counted_and_no_fault() {
    let info = InfoString::parse("rust,linenos title=\"a.rs\" #id");
    let words: Vec<&str> = info
        .unknown_words()
        .map(|word| word.text.as_str())
        .collect();
    assert_eq!(words, ["linenos", "title=\"a.rs\"", "#id"]);
    assert_eq!(info.faults, []);
}

#[test]
fn words_in_fences_of_other_languages_are_no_fault() {
    assert_eq!(InfoString::parse("python norun").faults, []);
    assert_eq!(InfoString::parse("text,E0382").faults, []);
}

#[test]
fn an_error_code_without_compile_fail_is_a_warning() {
    let faults = InfoString::parse("rust,E0382").faults;
    assert_eq!(faults.len(), 1);
    assert_eq!(faults[0].severity, Severity::Warning);
}

proptest! {
    #[test]
    fn any_text_is_read_and_every_word_stands_where_it_says(info in "[a-z{}().,=\"'#! →:_0-9-]{0,40}") {
        let parsed = InfoString::parse(&info);
        for word in &parsed.words {
            prop_assert_eq!(info.get(word.range.clone()), Some(word.text.as_str()));
        }
        for fault in &parsed.faults {
            prop_assert!(info.get(fault.range.clone()).is_some());
        }
    }
}
