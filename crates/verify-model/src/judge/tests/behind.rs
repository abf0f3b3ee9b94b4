use super::*;
use crate::Behind;

fn body(start: usize) -> Body {
    Body {
        signature: start..start + 5,
        block: start + 5..start + 10,
        elided: false,
        goes_on: false,
    }
}

fn behind(errors: Vec<Diagnostic>, unchecked: &[(usize, usize)]) -> Scaffold {
    Scaffold {
        bodies: Some(vec![body(0), body(10), body(20)]),
        behind: Some(Behind {
            errors,
            unchecked: unchecked.iter().map(|it| it.0..it.1).collect(),
        }),
        ..Scaffold::default()
    }
}

fn missing_trait() -> Diagnostic {
    error(
        Some("E0405"),
        "cannot find trait `T` in this scope",
        40,
        "T",
    )
}

fn checked(scaffold: &Scaffold) -> usize {
    let check = failed_check(vec![missing_trait()]);
    let judgement = judge(&Expectation::Pass, scaffold, &check);
    judgement.bodies.unwrap().checked
}

#[test]
fn what_is_seen_behind_a_missing_trait_counts() {
    let mismatch = error(Some("E0308"), "mismatched types", 7, "x");
    let scaffold = behind(vec![mismatch], &[]);
    let kinds = kinds_of(&scaffold, vec![missing_trait()]);
    assert_eq!(kinds, [CauseKind::CompileError, CauseKind::MissingName]);
    let scaffold = behind(Vec::new(), &[]);
    let verdict = verdict_of(&scaffold, vec![missing_trait()]);
    assert_eq!(verdict, Verdict::Incomplete);
}

#[test]
fn bodies_count_as_far_as_they_were_looked_at() {
    assert_eq!(checked(&behind(Vec::new(), &[])), 3);
    // A whole item, a place in a body, a place in a signature, a place between bodies.
    assert_eq!(checked(&behind(Vec::new(), &[(0, 20)])), 1);
    assert_eq!(checked(&behind(Vec::new(), &[(18, 19)])), 2);
    assert_eq!(checked(&behind(Vec::new(), &[(11, 12), (22, 23)])), 1);
    assert_eq!(checked(&behind(Vec::new(), &[(30, 31)])), 3);
    let unseen = Scaffold {
        behind: None,
        ..behind(Vec::new(), &[])
    };
    assert_eq!(checked(&unseen), 0);
}
