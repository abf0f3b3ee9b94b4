use super::*;
use crate::{Bringer, Note};

#[test]
fn a_method_that_an_own_type_lacks_is_missing_and_one_that_a_trait_would_bring_is_not() {
    let scaffold = Scaffold {
        defined: vec!["Breaker".to_owned()],
        types: vec!["Breaker".to_owned(), "Latch".to_owned()],
        ..Scaffold::default()
    };
    let lacks = |owner: &str, note: Option<&str>| {
        let message = format!("no method named `open` found for {owner} in the current scope");
        let mut error = error(Some("E0599"), &message, 0, "open");
        error.notes.extend(note.map(|note| Note {
            message: note.to_owned(),
            replacement: None,
            ..Note::default()
        }));
        verdict_of(&scaffold, vec![error])
    };
    assert_eq!(lacks("reference `&Breaker`", None), Verdict::Incomplete);
    assert_eq!(lacks("struct `Arc<Breaker<T>>`", None), Verdict::Incomplete);
    assert_eq!(lacks("struct `Vec<Breaker>`", None), Verdict::Broken);
    let similar = "there is a method `opens` with a similar name";
    assert_eq!(lacks("struct `Breaker`", Some(similar)), Verdict::Broken);
    for (candidate, expected) in [
        ("Clone", Verdict::Broken),
        ("Latch", Verdict::Broken),
        ("Iterator", Verdict::Incomplete),
        ("std::os::unix::fs::MetadataExt", Verdict::Incomplete),
    ] {
        let needed = format!(
            "the following trait defines an item `open`, perhaps you need to implement it:\ncandidate #1: `{candidate}`"
        );
        let verdict = lacks("struct `Breaker`", Some(&needed));
        assert_eq!(verdict, expected, "{candidate}");
    }
    let own = "`Latch` defines an item `open`, perhaps you need to implement it";
    assert_eq!(lacks("struct `Breaker`", Some(own)), Verdict::Broken);
}

#[test]
fn a_method_that_iterators_have_is_like_any_other_of_an_own_type() {
    let scaffold = Scaffold {
        defined: vec!["Breaker".to_owned()],
        ..Scaffold::default()
    };
    let count = |owner: &str| {
        let message = format!("`{owner}` is not an iterator");
        let mut error = error(Some("E0599"), &message, 0, "is not an iterator");
        error.spans[0].text = Some("count".to_owned());
        verdict_of(&scaffold, vec![error])
    };
    assert_eq!(count("Breaker"), Verdict::Incomplete);
    assert_eq!(count("&Breaker"), Verdict::Incomplete);
    assert_eq!(count("Vec<Breaker>"), Verdict::Broken);
    assert_eq!(count("{integer}"), Verdict::Broken);
}

fn bringer(path: &str, on: &[&str]) -> Bringer {
    Bringer {
        path: path.to_owned(),
        on: on.iter().map(|&it| it.to_owned()).collect(),
    }
}

#[test]
fn a_method_that_some_crates_trait_brings_is_missing() {
    let scaffold = Scaffold {
        bringers: [
            (
                "join".to_owned(),
                vec![bringer("itertools::Itertools", &[])],
            ),
            (
                "context".to_owned(),
                vec![bringer("anyhow::Context", &["Result"])],
            ),
        ]
        .into(),
        ..Scaffold::default()
    };
    let lacks_on = |method: &str, owner: &str, note: Option<&str>| {
        let message = format!("no method named `{method}` found for struct `{owner}`");
        let mut error = error(Some("E0599"), &message, 0, method);
        error.notes.extend(note.map(|note| Note {
            message: note.to_owned(),
            ..Note::default()
        }));
        judge(&Expectation::Pass, &scaffold, &failed_check(vec![error]))
    };
    let lacks = |method: &str, note: Option<&str>| lacks_on(method, "Map<A, B>", note);
    let missing = lacks("join", None);
    assert_eq!(missing.verdict, Verdict::Incomplete);
    assert_eq!(missing.causes[0].name.as_deref(), Some("join"));
    assert!(
        missing.causes[0]
            .message
            .ends_with(": itertools::Itertools")
    );
    assert_eq!(lacks("joins", None).verdict, Verdict::Broken);
    let similar = "there is a method `json` with a similar name";
    assert_eq!(lacks("join", Some(similar)).verdict, Verdict::Broken);
    let context = |owner: &str| lacks_on("context", owner, None).verdict;
    assert_eq!(context("Result<T, E>"), Verdict::Incomplete);
    assert_eq!(context("&str"), Verdict::Broken);
}

#[test]
fn a_method_of_a_trait_that_the_compiler_would_import_is_missing() {
    let verdict_for = |text: &str, replacement: Option<&str>| {
        let message = "no method named `wait` found for struct `Shutdown` in the current scope";
        let mut error = error(Some("E0599"), message, 0, "wait");
        error.notes.push(Note {
            message: text.to_owned(),
            replacement: replacement.map(str::to_owned),
            ..Note::default()
        });
        let scaffold = Scaffold::default();
        judge(&Expectation::Pass, &scaffold, &failed_check(vec![error]))
    };
    let sure = "trait `Future` which provides `wait` is implemented but not in scope; perhaps you \
                want to import it";
    let judged = verdict_for(sure, Some("use futures::future::Future;\n"));
    assert_eq!(judged.verdict, Verdict::Incomplete);
    assert_eq!(judged.causes[0].name.as_deref(), Some("wait"));
    let message = &judged.causes[0].message;
    assert!(
        message.ends_with("`use futures::future::Future;` would bring it"),
        "{message}"
    );
    let unsure = "trait `Future` defines an item `wait`, perhaps you need to implement it";
    assert_eq!(verdict_for(unsure, None).verdict, Verdict::Broken);
    let own = verdict_for(sure, Some("use crate::m::Future;\n"));
    assert_eq!(own.verdict, Verdict::Broken);
}
