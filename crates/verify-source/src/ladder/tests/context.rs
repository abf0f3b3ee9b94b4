use verify_model::ExampleId;

use super::*;
use crate::neighbours::{Definition, Member};

/// A document that defines `name` in examples at these lines, each with its text.
fn neighbours(name: &str, defined: &[(usize, &str)]) -> Neighbours {
    let mut neighbours = Neighbours::default();
    let definitions = defined.iter().map(|(line, text)| Definition {
        line: *line,
        id: ExampleId::numbered("a.md", *line),
        text: (*text).to_owned(),
        impls: String::new(),
    });
    let definitions: Vec<Definition> = definitions.collect();
    neighbours.definitions.insert(name.to_owned(), definitions);
    neighbours
}

fn lacks(method: &str) -> Diagnostic {
    let message = format!("no method named `{method}` found for type `f64` in the current scope");
    error(Some("E0599"), &message, &[])
}

/// What each plan that is tried borrows.
fn borrowed(step: Step) -> Vec<String> {
    let Step::Probe(Probe::Context, plans) = step else {
        return Vec::new();
    };
    let text = |plan: Plan| plan.context.first().map(|it| it.text.clone());
    plans.into_iter().filter_map(text).collect()
}

#[test]
fn a_trait_is_borrowed_for_a_method_that_it_declares() {
    let mut case = case("fn f() -> f64 { 2.0_f64.weigh() }");
    let text = "trait Weigh { fn weigh(&self) -> f64; }";
    case.neighbours = neighbours("Weigh", &[(1, text)]);
    let of = "Weigh".to_owned();
    let member = Member { line: 1, of };
    let members = &mut case.neighbours.members;
    members.insert("weigh".to_owned(), vec![member]);
    assert_eq!(borrowed(case.step(&[lacks("weigh")])), [text]);
    assert!(borrowed(case.step(&[lacks("weighs")])).is_empty());
}

#[test]
fn definitions_further_above_are_tried_after_the_nearest() {
    let mut case = case("fn f(it: Part) {}");
    let texts = ["struct Part(u8);", "struct Part(u16);", "struct Part(u32);"];
    let defined: Vec<(usize, &str)> = [1, 5, 9].into_iter().zip(texts).collect();
    case.neighbours = neighbours("Part", &defined);
    let tried = borrowed(case.step(&[missing_type("Part", &[])]));
    assert_eq!(tried, [texts[2], texts[1], texts[0]]);
}

#[test]
fn what_is_borrowed_gets_the_imports_that_nothing_speaks_against() {
    let case = case("fn f(tally: Tally) {}");
    let lacking = |path: &str| {
        let name = path.rsplit("::").next().unwrap_or_default();
        missing_type(name, &[path])
    };
    let mut borrowed = lacking("std::collections::HashMap");
    borrowed.spans.clear();
    let mut guess = lacking("std::any::Any");
    guess.spans.clear();
    let own = lacking("std::collections::BTreeMap");
    let found = |errors: &[Diagnostic]| {
        let plan = case.asking(errors, with_imports);
        plan.map(|it| it.imports).unwrap_or_default()
    };
    let map = ["std::collections::HashMap"];
    assert_eq!(found(std::slice::from_ref(&borrowed)), map);
    assert_eq!(found(&[own.clone(), borrowed.clone()]), map);
    assert!(found(&[own]).is_empty());
    assert!(found(&[borrowed, guess]).is_empty());
}
