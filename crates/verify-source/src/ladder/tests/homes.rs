use super::*;

fn with(before: &Plan, paths: &[&str]) -> Plan {
    let mut plan = before.clone();
    for path in paths {
        plan.add_aid(AidKind::Import, *path, "it fits");
        plan.imports.push((*path).to_owned());
    }
    plan
}

#[test]
fn each_home_of_a_name_is_tried_with_each_of_another() {
    let case = case("fn f(a: Weak<u8>, b: &str) { Ordering::Less; }");
    let weak = missing_type("Weak", &["std::rc::Weak", "std::sync::Weak"]);
    let homes = ["std::cmp::Ordering", "std::sync::atomic::Ordering"];
    let ordering = missing_type("Ordering", &homes);
    let Step::Probe(Probe::Homes, plans) = case.step(&[weak, ordering]) else {
        panic!("nothing was tried");
    };
    let imports: Vec<String> = plans.iter().map(|it| it.imports.join(" ")).collect();
    assert_eq!(
        imports,
        [
            "std::rc::Weak std::cmp::Ordering",
            "std::rc::Weak std::sync::atomic::Ordering",
            "std::sync::Weak std::cmp::Ordering",
            "std::sync::Weak std::sync::atomic::Ordering",
        ]
    );
}

#[test]
fn what_projects_call_their_own_needs_a_sibling_to_be_tried() {
    let is_tried = |text: &str| {
        let error = missing_type("Error", &["std::fmt::Error", "std::io::Error"]);
        matches!(case(text).step(&[error]), Step::Probe(Probe::Homes, _))
    };
    assert!(!is_tried("fn f() -> Error { g() }"));
    assert!(!is_tried("use std::io; fn f() -> Error { g() }"));
    assert!(is_tried("use std::io::ErrorKind; fn f() -> Error { g() }"));
}

#[test]
fn what_a_crate_could_mean_is_not_tried() {
    let is_tried = |text: &str, name: &str| {
        let homes = [format!("std::io::{name}"), format!("std::str::{name}")];
        let error = missing_type(name, &[&homes[0], &homes[1]]);
        matches!(case(text).step(&[error]), Step::Probe(Probe::Homes, _))
    };
    assert!(is_tried("fn f(a: Lines) -> usize { a.count() }", "Lines"));
    assert!(!is_tried("fn f(a: Bytes) -> usize { a.len() }", "Bytes"));
}

#[test]
fn of_several_homes_that_fit_only_a_siblings_is_taken() {
    let agreed = |text: &str, fits: &[&[&str]]| {
        let case = case(text);
        let fits: Vec<Plan> = fits.iter().map(|it| with(&case.plan, it)).collect();
        agreed(&case.facts, &case.plan, &fits).map(|plan| {
            let aids: Vec<String> = plan.aids.into_iter().map(|aid| aid.what).collect();
            assert_eq!(plan.imports, aids);
            aids
        })
    };
    let (rc, sync) = (&["std::rc::Weak"][..], &["std::sync::Weak"][..]);
    let plain = "fn f(a: Weak<u8>) {}";
    assert_eq!(agreed(plain, &[]), None);
    assert_eq!(agreed(plain, &[sync]).unwrap(), sync);
    assert_eq!(agreed(plain, &[rc, sync]), None);
    let beside = "use std::rc::Rc; fn f(a: Weak<u8>) {}";
    assert_eq!(agreed(beside, &[rc, sync]).unwrap(), rc);
    assert_eq!(
        agreed(beside, &[sync]).unwrap(),
        sync,
        "the other does not fit"
    );
    let both = "use std::{rc::Rc, sync::Arc}; fn f(a: Weak<u8>) {}";
    assert_eq!(agreed(both, &[rc, sync]), None);
    // What another name stands for may be certain all the same.
    let fits: [&[&str]; 2] = [
        &["std::rc::Weak", "std::cmp::Ordering"],
        &["std::sync::Weak", "std::cmp::Ordering"],
    ];
    assert_eq!(agreed(plain, &fits).unwrap(), ["std::cmp::Ordering"]);
}
