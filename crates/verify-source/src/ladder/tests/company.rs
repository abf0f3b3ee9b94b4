//! Crates whose versions follow those of others.

use super::*;

fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    let pairs = pairs.iter();
    pairs
        .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
        .collect()
}

/// What keeps `tower-http` and `http` company with `axum`, and does not.
fn used(axum: &str, tower: &str) -> Uses {
    BTreeMap::from([
        ("axum".to_owned(), map(&[("http", axum)])),
        ("tower-http".to_owned(), map(&[("http", tower)])),
    ])
}

/// A plan with these crates, of which axum leads.
fn led() -> Plan {
    let mut plan = case("use axum::A; use http::B; use tower_http::C;").plan;
    plan.company.leads.insert("axum".to_owned());
    plan.outdated.push(crate::scaffold::OutdatedCrate {
        key: "axum".to_owned(),
        newest: "0.8.4".to_owned(),
    });
    plan
}

fn requirement<'a>(plan: &'a Plan, key: &str) -> Option<&'a str> {
    plan.dependencies[key].requirement.as_deref()
}

fn twice(library: &str) -> Diagnostic {
    let note = format!(
        "there are multiple different versions of crate `{library}` in the dependency graph"
    );
    error(Some("E0308"), "mismatched types", &[(&note, None)])
}

#[test]
fn what_a_crate_depends_on_is_as_old_as_it_asks_for() {
    let plan = led();
    let versions = map(&[
        ("axum", "0.6.20"),
        ("http", "1.3.1"),
        ("tower-http", "0.6.1"),
    ]);
    let next = keep_company(&plan, &used("0.2.12", "1.3.1"), &versions).expect("a step");
    assert_eq!(requirement(&next, "http"), Some("0.2"));
    assert_eq!(requirement(&next, "tower-http"), None, "nothing met there");
    let outdated: Vec<_> = next.outdated.iter().map(|it| it.newest.as_str()).collect();
    assert_eq!(outdated, ["0.8.4", "1.3.1"]);
    let versions = map(&[
        ("axum", "0.6.20"),
        ("http", "0.2.12"),
        ("tower-http", "0.6.1"),
    ]);
    assert_eq!(
        keep_company(&next, &used("0.2.12", "1.3.1"), &versions),
        None
    );
    // It goes on with the lead, and not by itself.
    let mut further = next.clone();
    further.dependencies.get_mut("axum").unwrap().requirement = Some("<0.7.0".to_owned());
    let older = still_older(&further, &versions).expect("an older one");
    assert_eq!(requirement(&older, "axum"), Some("<0.6.0"));
    assert_eq!(requirement(&older, "http"), Some("0.2"));
    let next = keep_company(&older, &used("0.1.21", "1.3.1"), &versions).expect("a step");
    assert_eq!(requirement(&next, "http"), Some("0.1"));
}

#[test]
fn what_depends_on_a_crate_goes_down_until_it_fits() {
    let mut plan = case("use rand::A; use rand_distr::B;").plan;
    plan.company.leads.insert("rand".to_owned());
    plan.company.is_stated = true;
    let step = |plan: &Plan, own: &str, depends: &str| {
        let uses = BTreeMap::from([("rand_distr".to_owned(), map(&[("rand", depends)]))]);
        keep_company(plan, &uses, &map(&[("rand", "0.8.5"), ("rand_distr", own)]))
    };
    let first = step(&plan, "0.6.0", "0.10.1").expect("a step");
    assert_eq!(requirement(&first, "rand_distr"), Some("<0.6.0"));
    let second = step(&first, "0.5.1", "0.9.2").expect("a step");
    assert_eq!(requirement(&second, "rand_distr"), Some("<0.5.0"));
    assert_eq!(step(&second, "0.4.3", "0.8.5"), None);
    assert_eq!(
        step(&second, "0.4.3", "0.7.3"),
        None,
        "further down is no better"
    );
    assert!(second.outdated.is_empty(), "what is stated is not too old");
    // Where there is no release as old as that, cargo's complaint takes the requirement away.
    let mut none = second.clone();
    let dependency = none.dependencies.get_mut("rand_distr").unwrap();
    (dependency.requirement, dependency.falls_back) = (None, false);
    assert_eq!(step(&none, "0.6.0", "0.10.1"), None);
}

#[test]
fn crates_that_meet_in_a_third_have_one_version_of_it() {
    let plan = led();
    let versions = map(&[
        ("axum", "0.6.20"),
        ("http", "0.2.12"),
        ("tower-http", "0.6.1"),
    ]);
    let uses = used("0.2.12", "1.3.1");
    let other = error(Some("E0308"), "mismatched types", &[]);
    assert_eq!(meet_once(&plan, &[other], &uses, &versions), None);
    let next = meet_once(&plan, &[twice("http")], &uses, &versions).expect("a step");
    assert_eq!(requirement(&next, "tower-http"), Some("<0.6.0"));
    assert_eq!(
        meet_once(&next, &[twice("http")], &uses, &versions),
        None,
        "it is known"
    );
    assert_eq!(
        meet_once(&plan, &[twice("bytes")], &uses, &versions),
        None,
        "none of them has it"
    );
}

#[test]
fn versions_that_the_document_leaves_open_go_with_those_that_it_states() {
    let mut case = case("use axum::A; use http::B;");
    case.plan.has_all_usual = true;
    case.versions = map(&[("axum", "0.6.20"), ("http", "1.3.1")]);
    case.uses = used("0.2.12", "1.3.1");
    let axum = case.plan.dependencies.get_mut("axum").unwrap();
    axum.requirement = Some("0.6".to_owned());
    axum.stated = Stated::Exactly;
    let wrong = error(Some("E0277"), "the trait bound `T: Handler`", &[]);
    let Step::Probe(Probe::Company, plans) = case.step(std::slice::from_ref(&wrong)) else {
        panic!("nothing was fitted");
    };
    let [plan] = plans.as_slice() else {
        panic!("{plans:?}");
    };
    assert_eq!(requirement(plan, "http"), Some("0.2"));
    assert_eq!(requirement(plan, "axum"), Some("0.6"));
    assert!(plan.outdated.is_empty());
    // When that helped, whether it did is tried, and what was there before is there again.
    let before = case.plan.clone();
    case.plan = plan.clone();
    let Step::Probe(Probe::Alone, plans) = case.step(&[]) else {
        panic!("it was not doubted");
    };
    assert_eq!(plans, std::slice::from_ref(&before));
    case.tried.insert(Probe::Alone);
    assert_eq!(case.step(&[]), Step::Settled);
    // With nothing stated there is nothing to go with.
    case.plan = before;
    case.plan.dependencies.get_mut("axum").unwrap().requirement = None;
    assert!(!matches!(
        case.step(&[wrong]),
        Step::Probe(Probe::Company, _)
    ));
}

#[test]
fn of_newest_releases_that_do_not_go_together_the_one_that_lags_behind_leads() {
    let mut case = case("use hmac::A; use sha2::B;");
    case.plan.has_all_usual = true;
    case.versions = map(&[("hmac", "0.12.1"), ("sha2", "0.11.0")]);
    case.uses = BTreeMap::from([
        ("hmac".to_owned(), map(&[("digest", "0.10.7")])),
        ("sha2".to_owned(), map(&[("digest", "0.11.0")])),
    ]);
    let Step::Probe(Probe::OlderMajors, plans) = case.step(&[twice("digest")]) else {
        panic!("nothing older was tried");
    };
    let [first, ..] = plans.as_slice() else {
        panic!("no plan");
    };
    assert_eq!(requirement(first, "sha2"), Some("<0.11.0"));
    assert_eq!(requirement(first, "hmac"), None);
    assert_eq!(first.outdated.len(), 1);
    let leads = BTreeSet::from(["hmac".to_owned()]);
    assert_eq!(first.company.leads, leads);
    // Without such an error, nothing says that they have to go together.
    let other = error(Some("E0308"), "mismatched types", &[]);
    let Step::Probe(Probe::OlderMajors, plans) = case.step(&[other]) else {
        panic!("nothing older was tried");
    };
    assert!(plans.iter().all(|plan| plan.company.shared.is_empty()));
}

#[test]
fn a_crate_is_suspected_where_types_of_the_standard_library_differ_only_beside_it() {
    let text = "use hex::encode;\nfn f() -> u8 { \"a\" }\nfn g() -> String { encode(1) }";
    let mut case = case(text);
    case.plan.has_all_usual = true;
    case.versions = map(&[("hex", "0.4.3")]);
    let at = |place: &str, label: &str| {
        let mut it = error(Some("E0308"), "mismatched types", &[]);
        it.spans[0].label = Some(label.to_owned());
        if let Some(span) = &mut it.spans[0].place {
            let start = text.find(place).unwrap();
            span.code = start..start + 1;
        }
        it
    };
    let plain = "expected `u8`, found `&str`";
    assert_eq!(case.step(&[at("\"a\"", plain)]), Step::Settled);
    for (place, label) in [
        ("encode(1)", plain),
        ("\"a\"", "expected `u8`, found `Hex`"),
    ] {
        let step = case.step(&[at(place, label)]);
        assert!(
            matches!(step, Step::Probe(Probe::OlderMajors, _)),
            "{place}"
        );
    }
}

#[test]
fn a_crate_is_suspected_when_an_error_has_a_place_in_its_sources() {
    let mut case = case("use hex::A; use sha2::B;");
    case.plan.has_all_usual = true;
    case.versions = map(&[("hex", "0.4.3"), ("sha2", "0.11.0")]);
    let mut rule = error(None, "no rules expected `,`", &[("here", None)]);
    assert_eq!(case.step(std::slice::from_ref(&rule)), Step::Settled);
    rule.notes[0].spans.push(DiagnosticSpan {
        package: Some("hex-0.4.3".to_owned()),
        ..DiagnosticSpan::default()
    });
    let Step::Probe(Probe::OlderMajors, plans) = case.step(&[rule]) else {
        panic!("nothing older was tried");
    };
    assert_eq!(plans.len(), 1);
    assert_eq!(requirement(&plans[0], "hex"), Some("<0.4.0"));
}

#[test]
fn an_import_of_ours_that_clashes_with_the_examples_own_goes() {
    let mut case = case("use hex::A; fn f() -> A {}");
    case.plan.imports.push("hex::A".to_owned());
    let message = "the name `A` is defined multiple times";
    let Step::Retry(plan) = case.step(&[error(Some("E0252"), message, &[])]) else {
        panic!("nothing was taken back");
    };
    assert!(plan.imports.is_empty());
    let other = "the name `B` is defined multiple times";
    assert_eq!(
        case.step(&[error(Some("E0252"), other, &[])]),
        Step::Settled
    );
}

#[test]
fn crates_of_one_generation_follow_the_one_that_is_too_old() {
    let mut case = case("use rand::thread_rng; use rand_chacha::ChaCha8Rng;");
    case.libraries = map(&[("rand", "rand"), ("rand_chacha", "rand_chacha")]);
    case.versions = map(&[("rand", "0.10.0"), ("rand_chacha", "0.10.0")]);
    let gone = error(Some("E0432"), "unresolved import `rand::thread_rng`", &[]);
    let tried = |case: &Case| match case.step(std::slice::from_ref(&gone)) {
        Step::Probe(Probe::OlderMajors, plans) => plans,
        other => panic!("{other:?}"),
    };
    let plans = tried(&case);
    assert_eq!(requirement(&plans[0], "rand"), Some("0.9"));
    assert_eq!(requirement(&plans[0], "rand_chacha"), Some("0.9"));
    let leads: Vec<_> = plans[0].company.leads.iter().collect();
    assert_eq!(leads, ["rand"]);
    let newest = std::mem::replace(&mut case.plan, plans[0].clone());
    let Step::Probe(Probe::Alone, plans) = case.step(&[]) else {
        panic!("the companion was not tried as it is");
    };
    assert_eq!(requirement(&plans[0], "rand"), Some("0.9"));
    assert_eq!(requirement(&plans[0], "rand_chacha"), None);
    case.plan = newest;
    // What is not older than what there is, is no older generation.
    case.versions = map(&[("rand", "0.9.2"), ("rand_chacha", "0.9.0")]);
    assert_eq!(requirement(&tried(&case)[0], "rand"), Some("0.8"));
}

/// What the compiler says of a trait of a crate that another one depends on.
fn unimported() -> Diagnostic {
    error(
        Some("E0599"),
        "no method named `wait` found for struct `Shutdown` in the current scope",
        &[(
            "trait `Future` which provides `wait` is implemented but not in scope; perhaps you want to import it",
            Some("use futures::future::Future;\n"),
        )],
    )
}

#[test]
fn a_trait_behind_a_dependency_is_of_the_version_that_this_uses() {
    let mut case = case("use tokio_compat::A;");
    case.versions = map(&[("tokio-compat", "0.1.6")]);
    let requirement_with = |case: &Case| {
        let Step::Retry(plan) = case.step(&[unimported()]) else {
            panic!("nothing was added");
        };
        assert_eq!(plan.imports, ["futures::future::Future"]);
        requirement(&plan, "futures").map(str::to_owned)
    };
    assert_eq!(requirement_with(&case), None);
    let uses = ("tokio-compat".to_owned(), map(&[("futures", "0.1.31")]));
    case.uses = Uses::from([uses]);
    assert_eq!(requirement_with(&case).as_deref(), Some("0.1"));
    case.uses
        .insert("other".to_owned(), map(&[("futures", "0.3.31")]));
    assert_eq!(requirement_with(&case), None, "nobody knows whose it is");
}
