//! Older editions.

use super::*;

#[test]
fn older_editions_are_tried_only_for_errors_that_they_could_cure() {
    let mut case = case("fn f() {}");
    let keyword = || {
        error(
            None,
            "expected identifier, found reserved keyword `gen`",
            &[],
        )
    };
    let Step::Probe(Probe::Editions, plans) = case.step(&[keyword()]) else {
        panic!("no edition was tried");
    };
    let editions: Vec<Edition> = plans.iter().map(|plan| plan.edition).collect();
    assert_eq!(editions, [Edition::E2021, Edition::E2018, Edition::E2015]);
    let mismatch = error(Some("E0308"), "mismatched types", &[]);
    assert_eq!(case.step(&[mismatch]), Step::Settled);
    case.plan = plans[1].clone();
    let Step::Probe(Probe::Editions, plans) = case.step(&[keyword()]) else {
        panic!("a better edition was the last one");
    };
    let oldest: Vec<_> = plans.iter().map(|it| (it.edition, it.aids.len())).collect();
    assert_eq!(oldest, [(Edition::E2015, 1)]);
    case.edition_is_stated = true;
    assert_eq!(case.step(&[keyword()]), Step::Settled);
}

#[test]
fn traits_that_an_edition_brings_are_rivals_of_others_in_newer_ones_only() {
    let case = case("fn f() {}");
    let own = "an impl of the trait `Convert` for the type `u8`";
    let rivals = |other: &str| {
        let mut several = error(Some("E0034"), "multiple applicable items in scope", &[]);
        several.notes = [other, own]
            .map(|text| verify_model::Note {
                message: format!("candidate #1 is defined in {text}"),
                ..verify_model::Note::default()
            })
            .into();
        several
    };
    for (other, is_tried) in [
        (
            "an impl of the trait `std::convert::TryInto` for the type `T`",
            true,
        ),
        ("the trait `IntoFuture`", true),
        ("an impl of the trait `Other` for the type `u8`", false),
        ("the trait `std::fmt::Write`", false),
    ] {
        let step = case.step(&[rivals(other)]);
        let tries = matches!(step, Step::Probe(Probe::Editions, _));
        assert_eq!(tries, is_tried, "{other}");
    }
}

#[test]
fn values_that_were_references_are_errors_of_newer_editions() {
    let mismatch = || error(Some("E0308"), "mismatched types", &[]);
    let moved = error(Some("E0382"), "use of moved value", &[]);
    let tries = |code: &str, error: Diagnostic| {
        let step = case(code).step(&[error]);
        matches!(step, Step::Probe(Probe::Editions, _))
    };
    let by_value = "fn f() { for n in [1].into_iter() {} }";
    assert!(tries(by_value, mismatch()));
    assert!(!tries(by_value, moved));
    assert!(!tries("fn f() { for n in [1].iter() {} }", mismatch()));
    let facts = Facts::of(by_value);
    let is_cure = |after| is_accepted(Probe::Editions, &facts, &[mismatch()], after);
    assert!(is_cure(&[]));
    assert!(!is_cure(&[mismatch()]));
}

#[test]
fn an_edition_is_a_cure_only_if_what_it_makes_is_gone_and_no_name_is_lost() {
    let facts = Facts::of("fn f() {}");
    let at = |start: usize, mut said: Diagnostic| {
        if let Some(place) = &mut said.spans[0].place {
            place.code = start..start + 4;
        }
        said
    };
    let bare = || {
        at(
            10,
            error(Some("E0782"), "expected a type, found a trait", &[]),
        )
    };
    let missing = |name: &str| {
        let message = format!("cannot find type `{name}` in this scope");
        at(20, error(Some("E0425"), &message, &[]))
    };
    let other = |code: &str, start: usize| at(start, error(Some(code), "mismatched types", &[]));
    let keyword = || {
        at(
            10,
            error(None, "expected identifier, found keyword `gen`", &[]),
        )
    };
    for (before, after, is_expected) in [
        (bare(), vec![], true),
        (bare(), vec![bare()], false),
        (bare(), vec![other("E0308", 40)], true),
        (bare(), vec![missing("Future")], false),
        (bare(), vec![missing("Ledger")], false),
        (bare(), vec![other("E0277", 12)], false),
        (bare(), vec![other("E0133", 40)], false),
        (keyword(), vec![missing("Ledger")], true),
        (keyword(), vec![missing("TryInto")], false),
        (other("E0716", 10), vec![other("E0308", 10)], false),
    ] {
        let is_accepted = is_accepted(Probe::Editions, &facts, &[before], &after);
        assert_eq!(is_accepted, is_expected, "{after:?}");
    }
}

#[test]
fn what_an_older_edition_does_not_bring_is_imported_with_it() {
    let trait_object = error(Some("E0782"), "expected a type, found a trait", &[]);
    let imports = |code: &str| {
        let Step::Probe(Probe::Editions, plans) =
            case(code).step(std::slice::from_ref(&trait_object))
        else {
            panic!("no edition was tried");
        };
        plans.into_iter().map(|it| it.imports).collect::<Vec<_>>()
    };
    let future = "std::future::Future";
    assert_eq!(imports("fn f(a: Box<Future>) {}"), [[future]; 3]);
    let none: [[&str; 0]; 3] = [[]; 3];
    for code in [
        "use std::future::Future; fn f(a: Box<Future>) {}",
        "use futures::prelude::*; fn f(a: Box<Future>) {}",
        "trait Future {} fn f(a: Box<Future>) {}",
    ] {
        assert_eq!(imports(code), none, "{code}");
    }
    let old = imports("fn f(a: Box<Iterator<Item = u8>>) -> u8 { u8::try_from(1) + TryFrom }");
    assert_eq!(old[0], none[0]);
    assert_eq!(old[1], ["std::convert::TryFrom"]);
}
