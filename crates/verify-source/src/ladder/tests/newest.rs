//! The newest releases, with what was added beside older ones.

use super::*;

/// An outdated bincode, and a feature of another crate with this reason.
fn outdated(feature: &str, reason: &str) -> Case {
    let mut case = case("use bincode::A; use bytes::B;");
    case.plan.outdated.push(crate::scaffold::OutdatedCrate {
        key: "bincode".to_owned(),
        newest: "2.0.1".to_owned(),
    });
    if let Some(dependency) = case.plan.dependencies.get_mut("bincode") {
        dependency.requirement = Some("<2.0.0".to_owned());
    }
    case.plan.add_aid(AidKind::Feature, feature, reason);
    case
}

#[test]
fn older_releases_are_compared_once_with_what_was_added_beside() {
    let mut case = outdated("bytes/serde", "something is missing without it");
    let Step::Probe(Probe::Newest, plans) = case.step(&[]) else {
        panic!("the newest was not tried");
    };
    let [plan] = plans.as_slice() else {
        panic!("not one plan");
    };
    let bincode = plan.dependencies.get("bincode");
    let requirement = bincode.and_then(|it| it.requirement.as_deref());
    assert_eq!(requirement, Some("=2.0.1"));
    assert!(plan.outdated.is_empty());
    case.tried.insert(Probe::Newest);
    assert_eq!(case.step(&[]), Step::Settled);
}

#[test]
fn without_a_feature_of_another_crate_there_is_nothing_to_compare() {
    for (feature, reason) in [
        ("bincode/serde", "something is missing without it"),
        ("bytes/serde", "usual for this crate"),
    ] {
        let settled = outdated(feature, reason).step(&[]);
        assert_eq!(settled, Step::Settled, "{feature}: {reason}");
    }
    let mut current = outdated("bytes/serde", "something is missing without it");
    current.plan.outdated.clear();
    assert_eq!(current.step(&[]), Step::Settled);
}

#[test]
fn what_the_newest_is_still_said_is_what_is_told() {
    let gone = || error(Some("E0277"), "`Bytes: Serialize` is not satisfied", &[]);
    let kept = || error(Some("E0425"), "cannot find function `serialize`", &[]);
    assert_eq!(still_said(&[gone(), kept()], &[kept()]), [kept()]);
    assert_eq!(still_said(&[gone(), kept()], &[]), [gone(), kept()]);
}

#[test]
fn the_newest_is_taken_where_it_leaves_no_more_errors() {
    let facts = Facts::of("fn f() {}");
    let left = [missing_type("Ledger", &[])];
    let other = [error(Some("E0308"), "mismatched types", &[])];
    let takes = |before, after| is_accepted(Probe::Newest, &facts, before, after);
    assert!(takes(&[], &[]));
    assert!(takes(&left, &left));
    assert!(!takes(&[], &left));
    assert!(!takes(&left, &other));
}
