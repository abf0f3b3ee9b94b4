//! What is imported on which evidence, and taken back again.

use verify_model::ExampleId;

use super::*;
use crate::neighbours::{Definition, Glob};
use crate::scaffold::Borrowed;

fn tokio(case: &mut Case) {
    case.neighbours.crates.insert("tokio".to_owned());
}

#[test]
fn what_the_document_imports_everything_of_is_tried_before_anything_is_guessed() {
    let mut case = case("fn f(x: Context) { x.waker(); }");
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
fn a_module_that_brings_several_types_may_bring_mistakes_to_light() {
    let facts = Facts::of("fn f() {}");
    let mismatch = || error(Some("E0063"), "missing field `pre`", &[]);
    for (names, is_expected) in [
        (["Comparator", "Prerelease"], true),
        (["Comparator", "Config"], false),
        (["Comparator", "sort"], false),
        (["Comparator", "Kept"], false),
    ] {
        let before = names.map(|name| missing_type(name, &[]));
        let mut after = vec![mismatch()];
        after.extend(names.contains(&"Kept").then(|| missing_type("Kept", &[])));
        let is_accepted = is_accepted(Probe::Globs, &facts, &before, &after);
        assert_eq!(is_accepted, is_expected, "{names:?}");
    }
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
fn an_error_about_an_unknown_type_speaks_against_no_guess() {
    let mut case = case("fn f() -> Router { post(save) }");
    let path = "axum::routing::post".to_owned();
    case.plan.imports.push(path.clone());
    case.plan.guesses.insert(path, Doubt::KnownCrate);
    let message = |kind: &str| format!("`post` is not made for `fn({kind})`");
    let about = |kind: &str| error(Some("E0277"), &message(kind), &[]);
    assert_eq!(case.step(&[about("{type error}")]), Step::Settled);
    assert!(matches!(case.step(&[about("u8")]), Step::Retry(plan) if plan.imports.is_empty()));
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

#[test]
fn what_a_project_calls_result_differs_in_its_error_and_in_nothing_else() {
    let mut case = case("fn f() -> Result<u8> { g().ok_or(1) }");
    let path = "anyhow::Result".to_owned();
    case.plan.imports.push(path.clone());
    case.plan.guesses.insert(path, Doubt::CommonWord);
    let no_method = "no method named `ok_or` found for enum `Result<T, E>` in the current scope";
    let mut no_method = error(Some("E0599"), no_method, &[]);
    no_method.spans[0].label = Some("method not found in `Result<u8, anyhow::Error>`".to_owned());
    assert_eq!(case.step(&[no_method]), Step::Settled);
    let of_error = error(Some("E0308"), "expected `Error`, found `Gone`", &[]);
    let Step::Retry(plan) = case.step(&[of_error]) else {
        panic!("nothing was taken back");
    };
    assert!(plan.imports.is_empty());
}

#[test]
fn a_guess_is_confirmed_by_a_function_of_its_own() {
    let is_kept = |code: &str, name: &str| {
        let mut case = case(code);
        let path = format!("known::{name}");
        case.plan.imports.push(path.clone());
        case.plan.guesses.insert(path, Doubt::KnownCrate);
        let message = format!("no method named `gone` found for struct `{name}`");
        let mut wrong = error(Some("E0599"), &message, &[]);
        let place = wrong.spans[0].place.as_mut().unwrap();
        let at = code.find("gone").unwrap();
        place.code = at..at + 4;
        case.step(&[wrong]) == Step::Settled
    };
    assert!(is_kept("let a = Url::parse(1)?; a.gone();", "Url"));
    assert!(
        !is_kept("let a = Url::new(1)?; a.gone();", "Url"),
        "any type"
    );
    assert!(!is_kept("fn f(a: Url) { a.gone(); }", "Url"));
    assert!(!is_kept("Url::gone(1); a.gone();", "Url"), "it has not");
    assert!(!is_kept("let a = Client::dial(1)?; a.gone();", "Client"));
}

#[test]
fn the_standard_librarys_is_tried_where_a_crates_does_not_fit() {
    let mut case = case("let m = Mutex::new(0); m.lock().unwrap();");
    let imports = &mut case.neighbours.imports;
    imports.insert("Mutex".to_owned(), vec!["parking_lot::Mutex".to_owned()]);
    let Step::Retry(plan) = case.step(&[missing_type("Mutex", &["std::sync::Mutex"])]) else {
        panic!("nothing was imported");
    };
    assert_eq!(plan.imports, ["parking_lot::Mutex"]);
    case.plan = *plan;
    case.libraries
        .insert("parking_lot".to_owned(), "parking_lot".to_owned());
    let wrong = error(
        Some("E0599"),
        "no method named `unwrap` found for struct `MutexGuard`",
        &[],
    );
    let Step::Probe(Probe::Rivals, plans) = case.step(std::slice::from_ref(&wrong)) else {
        panic!("nothing was tried");
    };
    assert_eq!(plans.len(), 1);
    assert_eq!(plans[0].imports, ["std::sync::Mutex"]);
    assert!(plans[0].dependencies.is_empty());
    let facts = &case.facts;
    let accepts = |after: &[Diagnostic]| {
        is_accepted(Probe::Rivals, facts, std::slice::from_ref(&wrong), after)
    };
    assert!(accepts(&[]));
    assert!(!accepts(std::slice::from_ref(&wrong)));
}

#[test]
fn only_what_is_defined_above_and_in_full_can_be_used_wrongly() {
    let is_tried = |text: &str, lines: &[usize]| {
        let mut case = case("fn f(a: &Quote) -> u8 { a.page }");
        case.tried.insert(Probe::Context);
        let definition = Definition {
            line: 1,
            id: ExampleId::numbered("a.md", 1),
            text: text.to_owned(),
            impls: String::new(),
        };
        let at = |line| Definition {
            line,
            ..definition.clone()
        };
        let all = lines.iter().map(|line| at(*line)).collect();
        case.neighbours.definitions.insert("Quote".to_owned(), all);
        matches!(
            case.step(&[missing_type("Quote", &[])]),
            Step::Probe(Probe::Misuse, _)
        )
    };
    let whole = "struct Quote { text: u8 }";
    assert!(is_tried(whole, &[1]));
    assert!(is_tried(whole, &[1, 2, 3]), "each has its turn");
    assert!(!is_tried(whole, &[1, 2, 3, 4]), "too many");
    assert!(!is_tried(whole, &[1, 900]), "another one below");
    assert!(!is_tried("struct Quote { text: u8 /* ... */ }", &[1]));
    assert!(!is_tried("struct Quote { text: u8 } // and more", &[1]));
    assert!(is_tried(
        "struct Quote { text: u8 } // fetched and restored",
        &[1]
    ));
}

#[test]
fn the_macros_of_what_is_borrowed_are_imported_from_the_crate_of_most() {
    let imports = |text: &str| {
        let mut case = case("fn f(a: &Quote) {}");
        let definition = Definition {
            line: 1,
            id: ExampleId::numbered("a.md", 1),
            text: text.to_owned(),
            impls: String::new(),
        };
        case.neighbours
            .definitions
            .insert("Quote".to_owned(), vec![definition]);
        let Step::Probe(Probe::Context, plans) = case.step(&[missing_type("Quote", &[])]) else {
            panic!("nothing was borrowed");
        };
        plans[0].imports.clone()
    };
    assert_eq!(
        imports("#[derive(Debug, Serialize)] struct Quote;"),
        ["serde::Serialize"]
    );
    assert_eq!(
        imports("#[derive(Archive, Serialize)] struct Quote;"),
        ["rkyv::Archive", "rkyv::Serialize"]
    );
    assert!(imports("#[derive(Debug)] struct Quote;").is_empty());
}

#[test]
fn a_wrong_use_shows_in_the_examples_own_lines() {
    let borrowed = |is_certain| lent(&[1], is_certain);
    let certain = borrowed(true);
    let before = [missing_type("Quote", &[])];
    let shows = |plan: &Plan, after: &[Diagnostic]| misused(&before, &[(plan, after)]).is_some();
    let field = || wrong("E0560", "struct `Quote` has no field named `page`");
    assert!(shows(&certain, &[field()]));
    assert!(!shows(&borrowed(false), &[field()]));
    assert!(!shows(&certain, &[]), "nothing is wrong");
    assert!(
        !shows(&certain, &[before[0].clone(), field()]),
        "still missing"
    );
    let mut elsewhere = field();
    elsewhere.spans.clear();
    assert!(!shows(&certain, &[elsewhere]));
    for (code, text, is_shown) in [
        (
            Some("E0277"),
            "the trait bound `Quote: Ord` is not satisfied",
            true,
        ),
        (Some("E0277"), "cannot add a float to an integer", true),
        (
            Some("E0277"),
            "`?` couldn't convert the error to `Quote`",
            true,
        ),
        (Some("E0308"), "mismatched types", true),
        (
            Some("E0308"),
            "expected `u8`, found `fn() -> u8 {Quote}`",
            false,
        ),
        (
            Some("E0046"),
            "not all trait items implemented, missing: `page`",
            true,
        ),
        (Some("E0614"), "type `u8` cannot be dereferenced", true),
        (Some("E0282"), "type annotations needed", false),
        (Some("E0592"), "duplicate definitions", false),
        (None, "lifetime may not live long enough", true),
        (None, "an error of a macro of its own", false),
    ] {
        let said = [error(code, text, &[])];
        assert_eq!(shows(&certain, &said), is_shown, "{text}");
    }
    let mut remote = lent(&[1], true);
    remote.context[0].is_remote = true;
    assert!(shows(&remote, &[field()]));
    assert!(!shows(&remote, &[wrong("E0308", "mismatched types")]));
    let lacking = [field(), missing_type("Page", &[])];
    assert!(!shows(&certain, &lacking), "something else is missing");
}

#[test]
fn of_several_definitions_none_may_make_it_right() {
    let before = [missing_type("Quote", &[])];
    let [first, second] = [lent(&[1], true), lent(&[2], true)];
    let mismatch = || wrong("E0308", "mismatched types");
    let field = || wrong("E0063", "missing field `page`");
    let mut unsound = wrong("E0106", "missing lifetime specifier");
    unsound.spans.clear();
    let mut lacking = missing_type("Page", &[]);
    lacking.spans.clear();
    let cases: [(&[Diagnostic], &[Diagnostic], Option<&Plan>); 7] = [
        (&[mismatch()], &[mismatch()], Some(&first)),
        (&[mismatch(), field()], &[mismatch()], Some(&second)),
        (&[mismatch()], &[field()], None),
        (&[mismatch()], &[], None),
        (&[unsound.clone()], &[field()], Some(&second)),
        (&[lacking], &[field()], None),
        (&[unsound.clone()], &[unsound], None),
    ];
    for (one, other, expected) in cases {
        let tries = [(&first, one), (&second, other)];
        assert_eq!(misused(&before, &tries), expected, "{one:?} {other:?}");
    }
    // With a part of its `impl` blocks it may have more errors.
    let again = first.clone();
    let tries: [(&Plan, &[Diagnostic]); 2] = [(&first, &[mismatch()]), (&again, &[field()])];
    assert_eq!(misused(&before, &tries), Some(&first));
}

/// A plan that borrows what the examples on these lines define.
fn lent(lines: &[usize], is_certain: bool) -> Plan {
    let mut plan = case("fn f() {}").plan;
    plan.context = lines
        .iter()
        .map(|line| Borrowed {
            name: "Quote".to_owned(),
            text: "struct Quote;".to_owned(),
            is_certain,
            is_remote: false,
            asked: Some(*line),
        })
        .collect();
    plan
}

fn wrong(code: &str, message: &str) -> Diagnostic {
    error(Some(code), message, &[])
}

#[test]
fn of_two_imports_the_one_that_is_what_is_asked_for_counts() {
    let mut case = case("fn f(it: &dyn Error) {}");
    let paths = ["std::error::Error", "thiserror::Error"];
    let paths = paths.map(str::to_owned).to_vec();
    case.neighbours.imports.insert("Error".to_owned(), paths);
    let wanted = |what: &str| {
        let message = format!("cannot find {what} `Error` in this scope");
        case.imports(&[error(Some("E0405"), &message, &[])])
    };
    assert_eq!(wanted("trait"), ["std::error::Error"]);
    assert_eq!(wanted("derive macro"), ["thiserror::Error"]);
}

#[test]
fn a_name_alone_does_not_bring_a_crate_that_takes_minutes_to_build() {
    let mut case = case("#[derive(Component)] struct Health(u32);");
    let derive = error(
        None,
        "cannot find derive macro `Component` in this scope",
        &[],
    );
    assert!(case.imports(std::slice::from_ref(&derive)).is_empty());
    case.neighbours.heavy.insert("bevy".to_owned());
    assert_eq!(case.imports(&[derive]), ["bevy::prelude::Component"]);
}

#[test]
fn iterators_that_methods_make_are_not_guessed() {
    let case = case("struct S { map: Map<String, u8> }");
    assert!(
        case.imports(&[missing_type("Map", &["std::iter::Map"])])
            .is_empty()
    );
    let peekable = missing_type("Peekable", &["std::iter::Peekable"]);
    assert_eq!(case.imports(&[peekable]), ["std::iter::Peekable"]);
}

#[test]
fn a_type_without_end_may_come_of_what_was_guessed_for_a_field() {
    let code = "enum Page {\n    Some(Weak<Page>),\n}\n";
    let mut case = case(code);
    let weak = missing_type("Weak", &["std::rc::Weak"]);
    let Step::Retry(plan) = case.step(&[weak]) else {
        panic!("nothing was imported");
    };
    case.plan = *plan;
    let mut endless = error(
        Some("E0072"),
        "recursive type `Page` has infinite size",
        &[],
    );
    let mut field = endless.spans[0].clone();
    let at = code.find("Weak").expect("it is there");
    if let Some(place) = &mut field.place {
        place.code = at..at + 4;
    }
    field.primary = false;
    endless.spans.push(field);
    let Step::Retry(plan) = case.step(&[endless]) else {
        panic!("nothing was taken back");
    };
    assert!(plan.imports.is_empty());
}

#[test]
fn a_trait_is_no_answer_to_a_missing_derive_macro() {
    let mut case = case("use num_traits::Zero; #[derive(FromPrimitive)] enum E { A }");
    let derive = "cannot find derive macro `FromPrimitive` in this scope";
    let paths = ["num_traits::FromPrimitive", "std::num::FromPrimitive"];
    let paths = paths.map(str::to_owned).to_vec();
    let imports = &mut case.neighbours.imports;
    imports.insert("FromPrimitive".to_owned(), paths);
    case.neighbours.crates.insert("num_derive".to_owned());
    assert_eq!(
        case.imports(&[error(None, derive, &[])]),
        ["num_derive::FromPrimitive"]
    );
}

#[test]
fn a_name_is_looked_for_at_the_roots_of_the_crates_that_the_example_names() {
    let mut case = case("use hex::encode; fn f(a: arrayvec::ArrayVec<u8, 2>) {}");
    case.libraries = [("hex", "hex"), ("arrayvec", "arrayvec")]
        .map(|(key, library)| (key.to_owned(), library.to_owned()))
        .into();
    let missing = missing_type("CapacityError", &[]);
    assert_eq!(
        case.imports(std::slice::from_ref(&missing)),
        ["arrayvec::CapacityError"]
    );
    let rejected = &mut case.plan.rejected_imports;
    rejected.insert("arrayvec::CapacityError".to_owned());
    assert_eq!(
        case.imports(&[missing]),
        ["hex::CapacityError"],
        "then the next"
    );
    for name in ["Config", "Error", "Result<T>"] {
        assert!(
            case.imports(&[missing_type(name, &[])]).is_empty(),
            "{name}"
        );
    }
    let function = "cannot find function `tidy` in this scope";
    assert!(
        case.imports(&[error(Some("E0425"), function, &[])])
            .is_empty()
    );
}
