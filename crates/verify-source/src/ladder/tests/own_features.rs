use super::*;
use crate::scaffold::render;

const TEXT: &str = "#[cfg(feature = \"a\")]\nfn a() -> u8 { 1 }\n#[cfg(feature = \"b\")]\nfn b() -> u8 { 2 }\nfn c() {}\n";

/// An error at the first place of `text`.
fn at(code: &str, text: &str) -> Diagnostic {
    let mut error = error(Some(code), "something is wrong", &[]);
    let start = TEXT.find(text).unwrap();
    error.spans[0].place.as_mut().unwrap().code = start..start + text.len();
    error
}

fn plans(case: &Case) -> Vec<Plan> {
    match case.step(&[]) {
        Step::Probe(Probe::OwnFeatures, plans) => plans,
        _ => Vec::new(),
    }
}

#[test]
fn each_feature_is_switched_on_by_itself() {
    let case = case(TEXT);
    let rendered = |plan: &Plan| render(plan, &case.facts, TEXT, &(0..TEXT.len())).text;
    let texts: Vec<String> = plans(&case).iter().map(rendered).collect();
    let one = TEXT.replace("feature = \"a\"", "all()");
    let other = TEXT.replace("feature = \"b\"", "all()");
    assert_eq!(texts.len(), 2);
    assert!(texts[0].starts_with(&one), "{}", texts[0]);
    assert!(texts[1].starts_with(&other), "{}", texts[1]);
}

#[test]
fn only_what_compiles_is_looked_at_and_only_once() {
    let mut case = case(TEXT);
    let mismatch = at("E0308", "2 }");
    assert!(!matches!(
        case.step(&[mismatch]),
        Step::Probe(Probe::OwnFeatures, _)
    ));
    case.tried.insert(Probe::OwnFeatures);
    assert_eq!(plans(&case).len(), 0);
    case.tried.clear();
    case.expects_failure = true;
    assert_eq!(plans(&case).len(), 0);
}

#[test]
fn errors_count_where_nothing_else_is_wrong() {
    let case = case(TEXT);
    let plans = plans(&case);
    let seen = |said: &[&[Diagnostic]]| {
        let mut known = None;
        for (plan, said) in plans.iter().zip(said) {
            add_own_feature(plan, &case.facts, TEXT, said, &mut known);
        }
        known.map(|it| (it.errors.len(), it.unchecked.len()))
    };
    let mismatch = || at("E0308", "1 }");
    assert_eq!(seen(&[&[], &[]]), Some((0, 0)));
    assert_eq!(seen(&[&[mismatch()], &[]]), Some((1, 0)));
    assert_eq!(
        seen(&[&[at("E0425", "1 }")], &[]]),
        Some((0, 1)),
        "a missing name"
    );
    let elsewhere = at("E0308", "c()");
    assert_eq!(seen(&[&[mismatch(), elsewhere], &[]]), Some((0, 1)));
    // What is said about the other feature's code cannot come of this one.
    assert_eq!(seen(&[&[at("E0308", "2 }")]]), None);
}
