//! What is imported on which evidence, and taken back again.

use super::*;
use crate::neighbours::Glob;

fn tokio(case: &mut Case) {
    case.neighbours.crates.insert("tokio".to_owned());
}

#[test]
fn what_the_document_imports_everything_of_is_tried_before_anything_is_guessed() {
    let mut case = case("fn f(x: Context) {}");
    case.neighbours.globs.push(Glob {
        path: "actix::prelude::*".to_owned(),
        line: 10,
    });
    let missing = [missing_type("Context", &["std::task::Context"])];
    let Step::Probe(Probe::Globs, plans) = case.step(&missing) else {
        panic!("nothing was tried");
    };
    assert_eq!(plans.len(), 1);
    assert_eq!(plans[0].imports, ["actix::prelude::*"]);
    assert!(plans[0].dependencies.contains_key("actix"));
    case.tried.insert(Probe::Globs);
    assert_eq!(case.imports(&missing), ["std::task::Context"]);
}

#[test]
fn everything_of_a_module_is_taken_only_when_nothing_new_is_wrong() {
    let facts = Facts::of("fn f() {}");
    let before = [missing_type("Context", &[])];
    let accepts = |after: &[Diagnostic]| is_accepted(Probe::Globs, &facts, &before, after);
    assert!(accepts(&[]));
    assert!(!accepts(&before), "it has not the name");
    let mismatch = error(Some("E0308"), "mismatched types", &[]);
    assert!(!accepts(&[mismatch]));
}

#[test]
fn an_example_that_is_to_fail_gets_no_guesses() {
    let mut case = case("let c: Command = f(); let m: HashMap<u8, u8> = g();");
    case.expects_failure = true;
    let guess = missing_type("Command", &["std::process::Command"]);
    assert_eq!(case.step(&[guess]), Step::Settled);
    case.neighbours.crates.insert("sqlx".to_owned());
    assert_eq!(case.step(&[missing_type("PgPool", &[])]), Step::Settled);
    let sure = missing_type("HashMap", &["std::collections::HashMap"]);
    assert_eq!(case.imports(&[sure]), ["std::collections::HashMap"]);
}

#[test]
fn functions_of_the_standard_library_are_not_guessed() {
    let case = case("let a = hash(1);");
    let suggestion = (
        "consider importing this function",
        Some("use std::ptr::hash;\n"),
    );
    let message = "cannot find function `hash` in this scope";
    assert_eq!(
        case.step(&[error(Some("E0425"), message, &[suggestion])]),
        Step::Settled
    );
}

#[test]
fn a_lock_that_is_awaited_is_the_runtimes() {
    let suggested = ["std::sync::Mutex"];
    let import_for = |code: &str| {
        let mut case = case(code);
        tokio(&mut case);
        case.imports(&[missing_type("Mutex", &suggested)])
    };
    let awaited = "async fn f(m: &Mutex<u8>) { m.lock().await; }";
    assert_eq!(import_for(awaited), ["tokio::sync::Mutex"]);
    let unwrapped = "fn f(m: &Mutex<u8>) { m.lock().unwrap(); }";
    assert_eq!(import_for(unwrapped), ["std::sync::Mutex"]);
    assert!(import_for("struct State(Mutex<u8>);").is_empty());
}

#[test]
fn a_trait_that_does_not_bring_its_method_goes_with_its_crate() {
    let mut case = case("fn f(x: Thing) { x.wait(); }");
    let path = "futures::FutureExt".to_owned();
    let Step::Retry(plan) = case.step(&[error(
        Some("E0433"),
        "cannot find module or crate `futures` in this scope",
        &[],
    )]) else {
        panic!("nothing was linked");
    };
    case.plan = *plan;
    case.libraries
        .insert("futures".to_owned(), "futures".to_owned());
    case.plan.imports.push(path.clone());
    case.plan.methods.insert(path, "wait".to_owned());
    let missing = error(
        Some("E0599"),
        "no method named `wait` found for struct `Thing` in the current scope",
        &[],
    );
    let Step::Retry(plan) = case.step(&[missing]) else {
        panic!("nothing was taken back");
    };
    assert!(plan.imports.is_empty());
    assert!(plan.dependencies.is_empty(), "{:?}", plan.dependencies);
    assert!(plan.aids.is_empty(), "{:?}", plan.aids);
}

#[test]
fn of_the_guesses_that_an_error_could_come_of_the_most_doubtful_goes_first() {
    let mut case = case("fn f(c: Command, e: Entry) {}");
    for (path, doubt) in [
        ("std::process::Command", Doubt::Standard),
        ("walkdir::Entry", Doubt::KnownCrate),
    ] {
        case.plan.imports.push(path.to_owned());
        case.plan.guesses.insert(path.to_owned(), doubt);
    }
    let wrong = error(Some("E0308"), "expected `Command`, found `Entry`", &[]);
    assert_eq!(case.imports(&[wrong]), ["std::process::Command"]);
}
