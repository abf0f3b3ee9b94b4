//! What is left out, or taken out again, since nothing asks for it.

use super::*;

#[test]
fn features_that_were_left_out_are_tried_before_anything_is_called_wrong() {
    let mut case = case("pub fn now() -> tokio::time::Instant { tokio::time::Instant::now() }");
    assert!(
        !case.plan.dependencies["tokio"]
            .features
            .contains("test-util")
    );
    let rejected = &mut case.plan.rejected_imports;
    rejected.insert("tokio::Clock".to_owned());
    let missing = missing_type("Clock", &[]);
    assert_eq!(case.step(&[missing]), Step::Settled);
    let moved = error(Some("E0382"), "borrow of moved value: `now`", &[]);
    assert_eq!(case.step(&[moved]), Step::Settled, "no feature cures that");
    let mismatched = || error(Some("E0308"), "mismatched types", &[]);
    let Step::Probe(Probe::Usual, plans) = case.step(&[mismatched()]) else {
        panic!("nothing was tried");
    };
    let plan = &plans[0];
    assert!(plan.dependencies["tokio"].features.contains("test-util"));
    let aids = plan.aids.iter().map(|aid| aid.what.as_str());
    assert_eq!(
        aids.collect::<Vec<_>>(),
        ["tokio", "tokio/full", "tokio/test-util"]
    );
    // Where they change nothing, they are not kept.
    let facts = &case.facts;
    let accepts = |after: &[Diagnostic]| is_accepted(Probe::Usual, facts, &[mismatched()], after);
    assert!(accepts(&[]));
    assert!(accepts(&[missing_type("Clock", &[])]));
    assert!(!accepts(&[mismatched(), missing_type("Clock", &[])]));
    assert!(gave_up(Probe::Usual, &mut case.plan));
    assert!(case.plan.has_all_usual);
    let next = case.step(&[mismatched()]);
    assert!(!matches!(next, Step::Probe(Probe::Usual, _)));
}

#[test]
fn a_crate_of_which_nothing_is_imported_any_more_is_no_dependency() {
    let mut case = case("pub fn f(id: Uuid) {}");
    let Step::Retry(plan) = case.step(&[missing_type("Uuid", &[])]) else {
        panic!("nothing was imported");
    };
    assert_eq!(plan.imports, ["uuid::Uuid"]);
    let reason = plan.aids.iter().find(|aid| aid.what == "uuid");
    let reason = reason.map(|aid| aid.reason.as_str());
    assert_eq!(reason, Some("`uuid::Uuid` is imported from it"));
    case.plan = *plan;
    case.libraries.insert("uuid".to_owned(), "uuid".to_owned());
    let mut ours = error(Some("E0432"), "unresolved import `uuid::Uuid`", &[]);
    ours.spans[0].place = None;
    let Step::Retry(plan) = case.step(&[ours]) else {
        panic!("the import was not taken back");
    };
    assert!(plan.dependencies.is_empty(), "{:?}", plan.dependencies);
    assert!(plan.aids.is_empty(), "{:?}", plan.aids);
}
