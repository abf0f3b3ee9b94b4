use super::*;
use crate::{Failure, Fragment};

fn fragment(kind: Fragment) -> Scaffold {
    Scaffold {
        fragment: Some((kind, place(0, 0))),
        ..Scaffold::default()
    }
}

fn unknown() -> Diagnostic {
    let message = "cannot find value `verify_unknown` in this scope";
    error(Some("E0425"), message, 0, "S")
}

#[test]
fn a_fragment_is_incomplete_even_if_it_compiles() {
    let compiled = [outcome(Stage::Check, Status::Passed)];
    for kind in [Fragment::Fields, Fragment::Attributes, Fragment::Arms] {
        let judgement = judge(&Expectation::Pass, &fragment(kind), &compiled);
        assert_eq!(judgement.verdict, Verdict::Incomplete, "{kind:?}");
        assert_eq!(judgement.causes[0].kind, CauseKind::ElidedBody);
        assert_eq!(judgement.causes[0].message, kind.as_str());
    }
}

#[test]
fn what_stands_in_for_what_is_not_shown_is_no_cause() {
    let kinds = kinds_of(&fragment(Fragment::Arms), vec![unknown()]);
    assert_eq!(kinds, [CauseKind::ElidedBody]);
    let outside = error(Some("E0268"), "`continue` outside of a loop", 9, "continue");
    let kinds = kinds_of(&fragment(Fragment::Arms), vec![unknown(), outside.clone()]);
    assert_eq!(kinds, [CauseKind::ElidedBody]);
    assert_eq!(
        verdict_of(&Scaffold::default(), vec![outside]),
        Verdict::Broken
    );
}

#[test]
fn errors_count_in_code_and_only_names_in_definitions() {
    let mismatch = || error(Some("E0308"), "mismatched types", 9, "x");
    let lifetime = || {
        error(
            Some("E0261"),
            "use of undeclared lifetime name `'a`",
            9,
            "'a",
        )
    };
    let name = || error(Some("E0425"), "cannot find type `T` in this scope", 9, "T");
    for (kind, wrong) in [
        (Fragment::Arms, true),
        (Fragment::Chain, true),
        (Fragment::Values, true),
        (Fragment::Fields, false),
        (Fragment::Head, false),
        (Fragment::Signatures, false),
    ] {
        let is_broken = |it| verdict_of(&fragment(kind), vec![it]) == Verdict::Broken;
        assert_eq!(is_broken(mismatch()), wrong, "{kind:?}");
        assert_eq!(is_broken(lifetime()), wrong, "{kind:?}");
        let kinds = kinds_of(&fragment(kind), vec![name()]);
        assert_eq!(kinds, [CauseKind::ElidedBody, CauseKind::MissingName]);
    }
}

#[test]
fn helper_attributes_of_fields_miss_only_the_derive_above() {
    let message = "cannot find attribute `serde` in this scope";
    let attribute = || error(None, message, 2, "serde");
    let kinds = kinds_of(&fragment(Fragment::Fields), vec![attribute()]);
    assert_eq!(kinds, [CauseKind::ElidedBody]);
    let kinds = kinds_of(&Scaffold::default(), vec![attribute()]);
    assert_eq!(kinds, [CauseKind::MissingName]);
}

#[test]
fn of_announced_items_nothing_counts_but_what_stands_before_them() {
    let scaffold = Scaffold {
        fragment: Some((Fragment::Announced, place(40, 40))),
        ..Scaffold::default()
    };
    let wrong = |at| error(Some("E0277"), "`A` is not a future", at, "A");
    assert_eq!(verdict_of(&scaffold, vec![wrong(9)]), Verdict::Broken);
    assert_eq!(verdict_of(&scaffold, vec![wrong(44)]), Verdict::Incomplete);
    let outside = error(Some("E0268"), "`break` outside of a loop", 9, "break");
    assert_eq!(verdict_of(&scaffold, vec![outside]), Verdict::Broken);
    let name = error(Some("E0425"), "cannot find type `T` in this scope", 44, "T");
    let kinds = kinds_of(&scaffold, vec![name]);
    assert!(kinds.contains(&CauseKind::MissingName), "{kinds:?}");
}

#[test]
fn what_stands_in_for_a_type_that_is_left_out_is_no_cause() {
    let scaffold = Scaffold {
        filled: vec![place(30, 40)],
        ..Scaffold::default()
    };
    let unknown = error(
        Some("E0425"),
        "cannot find type `verify_unknown` in this scope",
        33,
        "verify_unknown",
    );
    assert_eq!(
        kinds_of(&scaffold, vec![unknown.clone()]),
        [CauseKind::ElidedBody]
    );
    assert_eq!(
        kinds_of(&Scaffold::default(), vec![unknown]),
        [CauseKind::MissingName]
    );
}

#[test]
fn a_fragment_proves_no_expected_failure() {
    let expected = Expectation::CompileFail { codes: Vec::new() };
    let judgement = judge(
        &expected,
        &fragment(Fragment::Arms),
        &failed_check(vec![unknown()]),
    );
    assert_eq!(judgement.verdict, Verdict::Incomplete);
}

#[test]
fn statements_that_want_a_runtime_are_incomplete_and_programs_fail() {
    let panicked = |message: &str| Failure {
        stage: Stage::Run,
        test: None,
        panicked: true,
        message: message.to_owned(),
        is_around: false,
        place: Some(place(3, 4)),
        missing_crate: None,
    };
    let reactor = "there is no reactor running, must be called from the context of a Tokio runtime";
    let wrapped = |what: &str, failure: Failure| Scaffold {
        aids: vec![Aid {
            kind: AidKind::Wrapper,
            what: what.to_owned(),
            reason: String::new(),
        }],
        failures: vec![failure],
        ..Scaffold::default()
    };
    let outcomes = [
        outcome(Stage::Check, Status::Passed),
        outcome(Stage::Run, Status::Failed),
    ];
    let verdict = |scaffold: &Scaffold| judge(&Expectation::Pass, scaffold, &outcomes).verdict;
    for ours in ["fn main()", "#[tokio::main] async fn main()"] {
        let scaffold = wrapped(ours, panicked(reactor));
        assert_eq!(verdict(&scaffold), Verdict::Incomplete);
        let scaffold = wrapped(ours, panicked("index out of bounds"));
        assert_eq!(verdict(&scaffold), Verdict::Fails);
        let error = Failure {
            panicked: false,
            ..panicked(reactor)
        };
        assert_eq!(verdict(&wrapped(ours, error)), Verdict::Fails);
    }
    let shown = wrapped("impl VerifySelf", panicked(reactor));
    assert_eq!(verdict(&shown), Verdict::Fails);
}
