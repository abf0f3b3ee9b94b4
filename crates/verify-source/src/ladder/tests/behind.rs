use super::*;
use crate::scaffold::render;

const SHELF: &str = "struct Shelf;\nimpl Storage for Shelf {\n    fn size(&self) -> u8 { 1 }\n}\n\
                     fn f<T: Storage>(it: T) { }\nfn g() -> u8 { 2 }\n";

/// An error at the first place of `text` in `code`.
fn at(code: &str, text: &str, mut error: Diagnostic) -> Diagnostic {
    let start = code.find(text).unwrap();
    error.spans[0].place.as_mut().unwrap().code = start..start + text.len();
    error
}

fn missing(code: &str, name: &str) -> Diagnostic {
    let message = format!("cannot find trait `{name}` in this scope");
    at(code, name, error(Some("E0405"), &message, &[]))
}

/// The plan that looks behind the trait `name`, if there is one.
fn plan(case: &Case, name: &str) -> Option<Plan> {
    match case.step(&[missing(&case.code, name)]) {
        Step::Probe(Probe::Behind, plans) => plans.into_iter().next(),
        _ => None,
    }
}

/// The errors that witness how far the compiler came.
fn witnesses() -> Vec<Diagnostic> {
    ["E0308", "E0382"]
        .map(|code| {
            let mut error = error(Some(code), "about `VerifyWitness`", &[]);
            error.spans[0].place = None;
            error
        })
        .to_vec()
}

fn rendered(text: &str, name: &str) -> String {
    let case = case(text);
    let plan = plan(&case, name).unwrap();
    render(&plan, &case.facts, &case.code, &(0..text.len())).text
}

#[test]
fn functions_of_an_implementation_become_the_types_own() {
    let text = rendered(SHELF, "Storage");
    assert!(text.contains("impl Shelf {\n    fn size"), "{text}");
    assert!(
        text.contains("impl crate::VerifyAbsent1 for Shelf  {}"),
        "{text}"
    );
    assert!(text.contains("fn f<T: crate::VerifyAbsent1>"), "{text}");
    assert!(text.contains("pub trait VerifyAbsent1 {}"), "{text}");
}

#[test]
fn what_cannot_be_the_types_own_is_emptied() {
    let of = |inside: &str| format!("struct A;\nimpl T for A {{ {inside} }}\n");
    let clash = "struct A;\nimpl A { fn f() {} }\nimpl T for A { fn f() {} }\n".to_owned();
    let foreign = "impl T for Vec<u8> { fn f() {} }\n".to_owned();
    let open = "struct A;\nimpl<X> T<X> for A { fn f(x: X) {} }\n".to_owned();
    let attribute = "struct A;\n#[rewrite]\nimpl T for A { fn f() {} }\n".to_owned();
    let vague = "struct A;\nunsafe impl T for A { fn f() {} }\n".to_owned();
    let kind = of("type X = u8; fn f() {}");
    for text in [clash, foreign, open, attribute, vague, kind] {
        let rendered = rendered(&text, "T");
        assert!(rendered.contains("crate::VerifyAbsent1 for "), "{rendered}");
        assert_eq!(
            rendered.matches("fn f(").count(),
            text.matches("fn f(").count() - 1,
            "{rendered}"
        );
        assert!(!rendered.contains("#[rewrite]"), "{rendered}");
    }
}

#[test]
fn nothing_is_looked_behind_when_no_trait_is_missing() {
    let case = case(SHELF);
    let other = error(Some("E0425"), "cannot find value `x` in this scope", &[]);
    assert_eq!(case.step(&[other]), Step::Settled);
    let mut once = self::case(SHELF);
    once.tried.insert(Probe::Behind);
    assert_eq!(once.step(&[missing(SHELF, "Storage")]), Step::Settled);
}

#[test]
fn an_import_that_is_not_found_brings_no_trait() {
    let text = "use crate::store::{Lock, Storage};\nstruct A;\nimpl Storage for A {}\n";
    let case = case(text);
    let found = |message: &str| {
        let import = error(Some("E0432"), message, &[]);
        matches!(case.step(&[import]), Step::Probe(Probe::Behind, _))
    };
    assert!(found("unresolved import `crate::store`"));
    assert!(found(
        "unresolved imports `crate::other`, `crate::store::Storage`"
    ));
    assert!(!found("unresolved import `crate::store::Lock`"));
    assert!(!found("unresolved import `crate::sto`"));
}

#[test]
fn nothing_is_seen_without_both_witnesses() {
    let case = case(SHELF);
    let plan = plan(&case, "Storage").unwrap();
    let all = witnesses();
    assert!(seen(&plan, &case.facts, SHELF, &all).is_some());
    assert!(seen(&plan, &case.facts, SHELF, &all[..1]).is_none());
    assert!(seen(&plan, &case.facts, SHELF, &all[1..]).is_none());
    assert!(seen(&case.plan, &case.facts, SHELF, &all).is_none());
}

#[test]
fn only_what_no_trait_could_change_is_taken() {
    let case = case(SHELF);
    let plan = plan(&case, "Storage").unwrap();
    let taken = |text: &str, code: &str, message: &str, notes: &[(&str, Option<&str>)]| {
        let error = at(SHELF, text, error(Some(code), message, notes));
        let all = [witnesses(), vec![error]].concat();
        let seen = seen(&plan, &case.facts, SHELF, &all).unwrap();
        let unchecked = seen.unchecked.len() > plan.stand_ins.as_ref().unwrap().blind.len();
        assert_eq!(seen.errors.is_empty(), unchecked, "{text} {code}");
        !seen.errors.is_empty()
    };
    assert!(taken("{ 2 }", "E0308", "mismatched types", &[]));
    assert!(taken("{ 1 }", "E0308", "mismatched types", &[]));
    // A parameter that the trait may say anything about.
    assert!(!taken("{ }", "E0382", "use of moved value: `it`", &[]));
    // What a trait brings.
    assert!(!taken("{ 2 }", "E0599", "no method named `x` found", &[]));
    assert!(!taken(
        "{ 2 }",
        "E0277",
        "the trait bound is not satisfied",
        &[]
    ));
    // What speaks of a stand-in.
    let note = ("expected `Arc<dyn VerifyAbsent1>`", None);
    assert!(!taken("{ 2 }", "E0308", "mismatched types", &[note]));
}

#[test]
fn what_wants_a_missing_trait_is_as_vague_as_that() {
    let text = "trait Sub: T {}\ntrait Has { type Kind: Sub; }\ntrait Plain { fn f<X: T>(); }\n\
                fn f<X: Has>(it: X::Kind) {}\nfn g<X: Plain>(it: X) {}\n";
    let case = case(text);
    let stand_ins = plan(&case, "T").unwrap().stand_ins.unwrap();
    let vague: Vec<&str> = stand_ins.vague.iter().map(String::as_str).collect();
    assert_eq!(vague, ["Has", "Sub", "VerifyAbsent"]);
    let is_blind = |word: &str| {
        let offset = text.find(word).unwrap();
        stand_ins.blind.iter().any(|it| it.contains(&offset))
    };
    assert!(is_blind("it: X::Kind"));
    assert!(!is_blind("it: X)"));
}

#[test]
fn errors_beside_bounds_that_do_not_hold_are_not_taken() {
    let case = case(SHELF);
    let plan = plan(&case, "Storage").unwrap();
    let bound = at(
        SHELF,
        "fn g() -> u8",
        error(Some("E0277"), "not satisfied", &[]),
    );
    let moved = at(
        SHELF,
        "{ 2 }",
        error(Some("E0382"), "use of moved value", &[]),
    );
    let all = [witnesses(), vec![bound, moved]].concat();
    assert_eq!(seen(&plan, &case.facts, SHELF, &all).unwrap().errors, []);
}

#[test]
fn nothing_is_seen_where_a_missing_trait_decides_how_values_behave() {
    for behaviour in ["Copy", "std::ops::Deref"] {
        let text = format!("struct W<X>(X);\nimpl<X: T> {behaviour} for W<X> {{}}\n");
        assert_eq!(plan(&case(&text), "T"), None, "{behaviour}");
        let text =
            format!("struct W<X>(X);\nimpl<X> {behaviour} for W<X> {{}}\nimpl<X: T> W<X> {{}}\n");
        assert!(plan(&case(&text), "T").is_some(), "{behaviour}");
    }
}

#[test]
fn only_what_every_way_has_is_kept() {
    let case = case(SHELF);
    let plan = plan(&case, "Storage").unwrap();
    let of = |text: &str| at(SHELF, text, error(Some("E0308"), "mismatched types", &[]));
    let seen = |errors: &[Diagnostic]| {
        seen(
            &plan,
            &case.facts,
            SHELF,
            &[witnesses(), errors.to_vec()].concat(),
        )
        .unwrap()
    };
    let mut both = seen(&[of("{ 1 }"), of("{ 2 }")]);
    let unchecked = both.unchecked.len();
    keep_common(&mut both, &seen(&[of("{ 2 }")]));
    assert_eq!(both.errors, [of("{ 2 }")]);
    assert_eq!(both.unchecked.len(), unchecked + 1);
}
