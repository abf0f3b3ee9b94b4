mod behind;
mod editions;
mod guesses;
mod newest;
mod own_features;

use std::collections::{BTreeMap, BTreeSet};

use verify_model::{DiagnosticSpan, Note, Position, Span};

use super::*;
use crate::known_crates::KnownCrates;
use crate::scaffold::{Doubt, Edition, Given, Returns, Stated, Waits, first};

/// An error at the start of the example, with what the compiler suggests below it.
pub(super) fn error(
    code: Option<&str>,
    message: &str,
    notes: &[(&str, Option<&str>)],
) -> Diagnostic {
    let at = Position { line: 1, column: 1 };
    Diagnostic {
        level: Level::Error,
        code: code.map(str::to_owned),
        message: message.to_owned(),
        spans: vec![DiagnosticSpan {
            place: Some(Span {
                code: 0..1,
                start: at,
                end: at,
                included: None,
            }),
            primary: true,
            text: None,
            label: None,
            package: None,
        }],
        notes: notes
            .iter()
            .map(|(message, replacement)| Note {
                message: (*message).to_owned(),
                replacement: replacement.map(str::to_owned),
                ..Note::default()
            })
            .collect(),
    }
}

struct Case {
    code: String,
    facts: Facts,
    plan: Plan,
    libraries: BTreeMap<String, String>,
    allowed: Allowed,
    neighbours: Neighbours,
    versions: BTreeMap<String, String>,
    uses: Uses,
    features: BTreeMap<String, FeatureTable>,
    edition_is_stated: bool,
    tried: BTreeSet<Probe>,
    expects_failure: bool,
    prose: &'static str,
    own: Option<&'static str>,
}

fn case(text: &str) -> Case {
    let facts = Facts::of(text);
    let allowed = Allowed {
        known: KnownCrates::builtin(),
        configured: BTreeMap::new(),
        libraries: BTreeMap::new(),
    };
    let plan = first(&Given {
        facts: &facts,
        manifest: None,
        shown: &[],
        surroundings: None,
        edition: None,
        expects_failure: false,
        test_harness: false,
        allowed: &allowed,
        position: &|_| None,
    });
    let libraries = plan
        .dependencies
        .keys()
        .map(|key| (key.clone(), key.replace('-', "_")))
        .collect();
    Case {
        code: text.to_owned(),
        facts,
        plan,
        libraries,
        allowed,
        neighbours: Neighbours::default(),
        versions: BTreeMap::new(),
        uses: Uses::new(),
        features: BTreeMap::new(),
        own: None,
        edition_is_stated: false,
        tried: BTreeSet::new(),
        expects_failure: false,
        prose: "",
    }
}

impl Case {
    fn step(&self, diagnostics: &[Diagnostic]) -> Step {
        self.asking(diagnostics, step)
    }

    fn asking<T>(&self, diagnostics: &[Diagnostic], ask: fn(&Situation<'_>) -> T) -> T {
        ask(&Situation {
            code: &self.code,
            facts: &self.facts,
            plan: &self.plan,
            diagnostics,
            libraries: &self.libraries,
            allowed: &self.allowed,
            offer: &|_| None,
            own: self.own,
            prose: &|package| crate::prose::versions(self.prose, package, 0),
            neighbours: &self.neighbours,
            line: 100,
            versions: &self.versions,
            uses: &self.uses,
            features: &self.features,
            tried: &self.tried,
            expects_failure: self.expects_failure,
            edition_is_stated: self.edition_is_stated,
        })
    }

    fn imports(&self, diagnostics: &[Diagnostic]) -> Vec<String> {
        match self.step(diagnostics) {
            Step::Retry(plan) => plan.imports,
            Step::Settled | Step::Probe(..) => Vec::new(),
        }
    }
}

fn missing_type(name: &str, suggested: &[&str]) -> Diagnostic {
    let uses: Vec<String> = suggested.iter().map(|it| format!("use {it};\n")).collect();
    let notes: Vec<(&str, Option<&str>)> = uses
        .iter()
        .map(|it| ("consider importing this", Some(it.as_str())))
        .collect();
    let message = format!("cannot find type `{name}` in this scope");
    error(Some("E0425"), &message, &notes)
}

#[test]
fn without_an_error_there_is_nothing_to_add() {
    assert_eq!(case("fn f() {}").step(&[]), Step::Settled);
}

#[test]
fn errors_that_no_aid_cures_settle_an_example() {
    let mismatch = error(Some("E0308"), "mismatched types", &[]);
    assert_eq!(case("fn f() {}").step(&[mismatch]), Step::Settled);
    let unknown = missing_type("OrderService", &[]);
    assert_eq!(case("fn f() {}").step(&[unknown]), Step::Settled);
}

#[test]
fn the_standard_library_is_imported_when_the_compiler_knows_one_place() {
    let case = case("fn f(x: HashMap<u8, u8>) {}");
    let one = missing_type("HashMap", &["std::collections::HashMap"]);
    assert_eq!(case.imports(&[one]), ["std::collections::HashMap"]);
    let two = missing_type(
        "Ordering",
        &["std::cmp::Ordering", "std::sync::atomic::Ordering"],
    );
    assert!(
        case.imports(&[two]).is_empty(),
        "two equally good candidates"
    );
    let neighbour = missing_type("Config", &["crate::b0003::Config"]);
    assert!(
        case.imports(&[neighbour]).is_empty(),
        "not the standard library"
    );
}

#[test]
fn the_documents_own_import_goes_before_all_others() {
    let mut case = case("fn f(x: Instant) {}");
    let path = "tokio::time::Instant".to_owned();
    case.neighbours
        .imports
        .insert("Instant".to_owned(), vec![path]);
    let error = missing_type("Instant", &["std::time::Instant"]);
    assert_eq!(case.imports(&[error]), ["tokio::time::Instant"]);
}

#[test]
fn imports_of_the_document_that_cannot_hold_elsewhere_are_not_borrowed() {
    let mut case = case("fn f(x: User) {}");
    let paths = vec!["crate::models::User".to_owned(), "super::User".to_owned()];
    case.neighbours.imports.insert("User".to_owned(), paths);
    assert!(case.imports(&[missing_type("User", &[])]).is_empty());
}

#[test]
fn a_derive_macro_brings_its_crate() {
    let case = case("#[derive(Serialize)] struct S;");
    let error = error(
        None,
        "cannot find derive macro `Serialize` in this scope",
        &[],
    );
    let Step::Retry(plan) = case.step(&[error]) else {
        panic!("nothing was added");
    };
    assert_eq!(plan.imports, ["serde::Serialize"]);
    assert!(plan.dependencies["serde"].features.contains("derive"));
}

#[test]
fn a_crate_that_the_text_did_not_give_away_is_linked() {
    let case = case("fn f() {}");
    let message = "cannot find module or crate `rand` in this scope";
    let Step::Retry(plan) = case.step(&[error(Some("E0433"), message, &[])]) else {
        panic!("nothing was added");
    };
    assert!(plan.dependencies.contains_key("rand"));
    let message = "cannot find module or crate `handlers` in this scope";
    assert_eq!(
        case.step(&[error(Some("E0433"), message, &[])]),
        Step::Settled
    );
}

#[test]
fn gated_items_grow_inferred_features_and_never_stated_ones() {
    let mut case = case("use uuid::Timestamp;");
    let gated = || {
        error(
            Some("E0432"),
            "unresolved import `uuid::Thing`",
            &[("the item is gated behind the `fast-rng` feature", None)],
        )
    };
    let Step::Retry(plan) = case.step(&[gated()]) else {
        panic!("nothing was added");
    };
    assert!(plan.dependencies["uuid"].features.contains("fast-rng"));
    assert!(plan.aids.iter().any(|aid| aid.what == "uuid/fast-rng"));
    if let Some(uuid) = case.plan.dependencies.get_mut("uuid") {
        uuid.stated = Stated::Exactly;
    }
    assert_eq!(case.step(&[gated()]), Step::Settled);
}

#[test]
fn an_import_of_ours_that_does_not_resolve_is_taken_back_for_good() {
    let mut case = case("fn f(x: HashMap<u8, u8>) {}");
    case.plan
        .imports
        .push("std::collections::HashMap".to_owned());
    let mut ours = error(
        Some("E0432"),
        "unresolved import `std::collections::HashMap`",
        &[],
    );
    ours.spans[0].place = None;
    let Step::Retry(plan) = case.step(&[ours]) else {
        panic!("nothing was taken back");
    };
    assert!(plan.imports.is_empty());
    case.plan = *plan;
    let error = missing_type("HashMap", &["std::collections::HashMap"]);
    assert_eq!(case.step(&[error]), Step::Settled);
}

#[test]
fn a_question_mark_on_an_option_changes_what_the_wrapper_returns() {
    let case = case("let a = f()?;");
    let message = "the `?` operator can only be used on `Result`s, not `Option`s, in a function that returns `Result`";
    let Step::Retry(plan) = case.step(&[error(Some("E0277"), message, &[])]) else {
        panic!("nothing was changed");
    };
    assert_eq!(
        plan.wrapper,
        Wrapper::Function {
            waits: Waits::No,
            returns: Returns::Option
        }
    );
}

#[test]
fn a_crate_that_nobody_named_is_guessed_only_from_a_name_like_its_own() {
    let mut case = case("fn f(id: Uuid, event: Event, pool: PgPool) {}");
    assert_eq!(case.imports(&[missing_type("Uuid", &[])]), ["uuid::Uuid"]);
    assert!(case.imports(&[missing_type("Event", &[])]).is_empty());
    assert!(case.imports(&[missing_type("PgPool", &[])]).is_empty());
    case.neighbours.crates.insert("sqlx".to_owned());
    assert_eq!(
        case.imports(&[missing_type("PgPool", &[])]),
        ["sqlx::PgPool"]
    );
}

#[test]
fn an_import_that_turns_out_to_be_something_else_is_taken_back() {
    let mut case = case("fn f(c: Command) { c.handle(); }\nfn g() -> u8 { h() }");
    let guess = "std::process::Command".to_owned();
    case.plan.imports.push(guess.clone());
    case.plan.guesses.insert(guess, Doubt::Standard);
    let wrong = error(
        Some("E0599"),
        "no method named `handle` found for struct `Command` in the current scope",
        &[],
    );
    let Step::Retry(plan) = case.step(&[wrong]) else {
        panic!("nothing was taken back");
    };
    assert!(plan.imports.is_empty());
    let mut other = error(Some("E0308"), "expected `u8`, found `Commander`", &[]);
    assert!(
        matches!(case.step(std::slice::from_ref(&other)), Step::Retry(_)),
        "on the line on which the guess is used"
    );
    if let Some(place) = &mut other.spans[0].place {
        place.code = 48..51;
    }
    assert_eq!(case.step(&[other]), Step::Settled);
}

#[test]
fn a_trait_is_never_imported_for_a_type() {
    let case = case("fn f(x: Product) {}");
    let suggestion = (
        "consider importing this trait",
        Some("use std::iter::Product;\n"),
    );
    let error = error(
        Some("E0425"),
        "cannot find type `Product` in this scope",
        &[suggestion],
    );
    assert!(case.imports(&[error]).is_empty());
}

#[test]
fn crates_that_belong_together_grow_old_together_and_then_alone() {
    let mut case = case("use axum::prelude::*; use tower_http::cors::CorsLayer;");
    case.plan.has_all_usual = true;
    for (key, version) in [("axum", "0.8.4"), ("tower-http", "0.6.1")] {
        case.versions.insert(key.to_owned(), version.to_owned());
    }
    let gone = || error(Some("E0432"), "unresolved import `axum::prelude`", &[]);
    let Step::Probe(Probe::OlderMajors, plans) = case.step(&[gone()]) else {
        panic!("no older major was tried");
    };
    assert_eq!(
        requirements(&plans, "axum"),
        ["0.7", "0.6", "0.5", "0.1", "<0.1.0"]
    );
    assert_eq!(
        requirements(&plans, "tower-http"),
        ["0.5", "0.4", "0.3", "0.1", "0.1"]
    );
    let resolved = BTreeMap::from([("axum".to_owned(), "0.4.8".to_owned())]);
    assert_eq!(
        still_older(&plans[0], &resolved),
        None,
        "the next is on the list"
    );
    let mut alone = plans[4].clone();
    alone.dependencies.get_mut("axum").unwrap().requirement = Some("<0.5.0".to_owned());
    let older = still_older(&alone, &resolved).expect("an older one");
    assert_eq!(
        requirements(std::slice::from_ref(&older), "axum"),
        ["<0.4.0"]
    );
    assert_eq!(older.outdated[0].newest, "0.8.4");
    // What the prose says goes first, with what belongs to it.
    case.prose = "# Axum 0.6\n\nSince axum 0.2 there is no prelude. Axum 0.9 will follow.";
    let Step::Probe(Probe::OlderMajors, plans) = case.step(&[gone()]) else {
        panic!("no older major was tried");
    };
    assert_eq!(
        requirements(&plans, "axum"),
        ["0.6", "0.2", "0.7", "0.5", "0.1", "<0.1.0"]
    );
    assert_eq!(requirements(&plans[..1], "tower-http"), ["0.4"]);
}

#[test]
fn what_the_machine_lacks_makes_no_crate_old() {
    let mut case = case("use sqlx::migrate; fn f() { migrate!(); }");
    case.versions.insert("sqlx".to_owned(), "0.9.0".to_owned());
    case.plan.has_all_usual = true;
    let of_macro = |message: &str| {
        let mut error = error(None, message, &[]);
        error.spans[0].package = Some("sqlx-0.9.0".to_owned());
        case.step(&[error])
    };
    let lacks = "error canonicalizing migration directory ./migrations: No such file or directory";
    assert_eq!(of_macro(lacks), Step::Settled);
    let Step::Probe(Probe::OlderMajors, plans) = of_macro("unexpected end of input") else {
        panic!("no older major was tried");
    };
    assert_eq!(requirements(&plans[..1], "sqlx").len(), 1);
}

#[test]
fn an_older_major_without_the_derive_macro_that_fails_proves_nothing() {
    let facts = Facts::of("#[derive(Serialize)] #[serde(rename_al = \"x\")] struct A;");
    let rejected = error(None, "unknown serde container attribute `rename_al`", &[]);
    let accepts = |after: Diagnostic| {
        let before = std::slice::from_ref(&rejected);
        is_accepted(Probe::OlderMajors, &facts, before, &[after])
    };
    let no_derive = "cannot find derive macro `Serialize` in this scope";
    assert!(!accepts(error(None, no_derive, &[])));
    let no_attribute = "cannot find attribute `serde` in this scope";
    assert!(!accepts(error(None, no_attribute, &[])));
    // What the macro is given may hold names that nobody looked up.
    assert!(accepts(missing_type("State", &[])));
}

#[test]
fn an_older_major_that_lacks_names_or_hides_types_proves_nothing() {
    let facts = Facts::of("use axum::prelude::*; let app = Router::new(); routes!(State);");
    let wrong = error(Some("E0308"), "mismatched types", &[]);
    let undecided = error(Some("E0283"), "type annotations needed", &[]);
    let name = missing_type("State", &[]);
    let no_trait = error(
        Some("E0405"),
        "cannot find trait `Layer` in this scope",
        &[],
    );
    let accepts = |before: &Diagnostic, after: &[&Diagnostic]| {
        let after: Vec<Diagnostic> = after.iter().map(|it| (*it).clone()).collect();
        is_accepted(
            Probe::OlderMajors,
            &facts,
            std::slice::from_ref(before),
            &after,
        )
    };
    assert!(accepts(&wrong, &[]));
    assert!(accepts(&wrong, &[&undecided]));
    assert!(!accepts(&wrong, &[&name]), "the newest has it");
    // Unless the newest kept the compiler from looking.
    let no_module = error(Some("E0432"), "unresolved import `axum::prelude`", &[]);
    assert!(accepts(&no_module, &[&name]));
    let no_macro = error(Some("E0432"), "unresolved import `axum::routes`", &[]);
    assert!(accepts(&no_macro, &[&name]));
    let other = error(Some("E0432"), "unresolved import `axum::Router`", &[]);
    assert!(!accepts(&other, &[&name]));
    assert!(!accepts(&wrong, &[&no_trait]), "nothing was checked");
}

fn requirements(plans: &[Plan], key: &str) -> Vec<String> {
    let requirement = |plan: &Plan| plan.dependencies[key].requirement.clone();
    plans.iter().filter_map(requirement).collect()
}

#[test]
fn each_of_a_few_crates_is_suspected_when_a_type_is_not_what_the_code_takes_it_for() {
    let mut case = case("use hex::encode; let hash = sha2::Sha256::digest(b\"a\");");
    for (key, version) in [("sha2", "0.11.1"), ("hex", "0.4.3")] {
        case.versions.insert(key.to_owned(), version.to_owned());
    }
    let bound = error(Some("E0277"), "the trait bound `Array<u8>: LowerHex`", &[]);
    let Step::Probe(Probe::OlderMajors, plans) = case.step(&[bound]) else {
        panic!("no older major was tried");
    };
    let lowered: Vec<&str> = plans.iter().map(|it| it.outdated[0].key.as_str()).collect();
    assert_eq!(lowered, ["sha2", "sha2", "hex", "sha2"]);
    let borrow = error(Some("E0382"), "use of moved value", &[]);
    assert_eq!(case.step(&[borrow]), Step::Settled);
}

#[test]
fn older_majors_are_tried_for_items_that_a_crate_no_longer_has() {
    let mut case = case("use bincode::serialize;");
    case.versions
        .insert("bincode".to_owned(), "2.0.1".to_owned());
    let gone = || error(Some("E0432"), "unresolved import `bincode::serialize`", &[]);
    let Step::Probe(Probe::OlderMajors, plans) = case.step(&[gone()]) else {
        panic!("no older major was tried");
    };
    assert_eq!(requirements(&plans, "bincode"), ["<2.0.0"]);
    let older = |version: &str| {
        let versions = BTreeMap::from([("bincode".to_owned(), version.to_owned())]);
        still_older(&plans[0], &versions).map(|plan| {
            assert_eq!(plan.outdated[0].newest, "2.0.1");
            requirements(&[plan], "bincode")
        })
    };
    assert_eq!(older("1.3.3"), Some(vec!["<1.0.0".to_owned()]));
    assert_eq!(older("0.9.2"), Some(vec!["<0.9.0".to_owned()]));
    assert_eq!(older("0.0.5"), None, "each of these is a major of its own");
    if let Some(bincode) = case.plan.dependencies.get_mut("bincode") {
        bincode.requirement = Some("2".to_owned());
    }
    assert_eq!(
        case.step(&[gone()]),
        Step::Settled,
        "the document states the version"
    );
}

mod company;
mod context;
mod features;
mod homes;
mod unneeded;
