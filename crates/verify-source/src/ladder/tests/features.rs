use super::*;

/// An example that uses a made-up crate `engine`, which has these features, each with members.
fn with_features(features: &[(&str, &[&str])], documented: &[&str]) -> Case {
    let mut case = case("fn f() { engine::start!(); }");
    let dependency = crate::scaffold::Dependency::inferred("engine", None);
    case.plan
        .dependencies
        .insert("engine".to_owned(), dependency);
    case.libraries
        .insert("engine".to_owned(), "engine".to_owned());
    let owned = |list: &[&str]| list.iter().map(|&it| it.to_owned()).collect::<Vec<_>>();
    let table = FeatureTable {
        features: features
            .iter()
            .map(|(name, members)| ((*name).to_owned(), owned(members)))
            .collect(),
        documented: owned(documented).into_iter().collect(),
    };
    case.features.insert("engine".to_owned(), table);
    case
}

fn missing_macro() -> Diagnostic {
    error(Some("E0433"), "cannot find `start` in `engine`", &[])
}

/// The features that each plan of a probe adds.
fn probed(case: &Case, diagnostics: &[Diagnostic]) -> Vec<Vec<String>> {
    match case.step(diagnostics) {
        Step::Probe(Probe::Features, plans) => {
            let features = |plan: &Plan| plan.dependencies["engine"].features.clone();
            let all = plans.iter().map(features);
            all.map(|it| it.into_iter().collect()).collect()
        }
        _ => Vec::new(),
    }
}

#[test]
fn an_older_release_gets_the_feature_that_an_error_names() {
    let features: [(&str, &[&str]); 4] =
        [("std", &[]), ("alloc", &[]), ("net", &[]), ("net-std", &[])];
    let case = with_features(&features, &["alloc", "net"]);
    let words =
        "`?` couldn't convert the error: `engine::Error: std::error::Error` is not satisfied";
    let unmet = error(Some("E0277"), words, &[]);
    let assisted = |error: Diagnostic| case.asking(&[error], assist);
    let plan = assisted(unmet).expect("a plan with more");
    let on: Vec<&String> = plan.dependencies["engine"].features.iter().collect();
    assert_eq!(on, ["std"], "one, and the nearest");
    assert_eq!(
        assisted(error(Some("E0308"), "mismatched types", &[])),
        None
    );
}

#[test]
fn an_older_release_gets_all_features_where_the_compiler_named_one_of_them() {
    let features: [(&str, &[&str]); 4] = [
        ("client", &[]),
        ("tcp", &[]),
        ("http1", &[]),
        ("full", &["client", "tcp", "http1"]),
    ];
    let mut case = with_features(&features, &["full"]);
    case.code = "use engine::Client; fn f() { Client::new(); }".to_owned();
    case.facts = Facts::of(&case.code);
    case.plan.outdated.push(crate::scaffold::OutdatedCrate {
        key: "engine".to_owned(),
        newest: "2.0.0".to_owned(),
    });
    let gated = "the item is gated behind the `client` feature";
    let import = error(
        Some("E0432"),
        "unresolved import `engine::Client`",
        &[(gated, None)],
    );
    let on = |plan: &Plan| plan.dependencies["engine"].features.clone();
    let words = "no function or associated item named `new` found for struct `Client<_, _>` in the current scope";
    let without = || error(Some("E0599"), words, &[]);
    assert_eq!(case.asking(&[without()], assist), None, "none was named");
    case.plan = case.asking(&[import], assist).expect("the one named");
    assert_eq!(on(&case.plan).into_iter().collect::<Vec<_>>(), ["client"]);
    let other = error(
        Some("E0599"),
        "no method named `a` found for type `u8`",
        &[],
    );
    assert_eq!(case.asking(&[other], assist), None, "it is not about it");
    let all = case.asking(&[without()], assist).expect("all of them");
    assert_eq!(on(&all).len(), 3);
    assert!(all.spare.is_some(), "what is not needed is taken out again");
    case.plan = all;
    assert_eq!(case.asking(&[without()], assist), None);
}

#[test]
fn features_are_tried_by_name_then_as_documented_then_in_full() {
    let features: [(&str, &[&str]); 7] = [
        ("default", &["std"]),
        ("std", &[]),
        ("macros", &[]),
        ("start", &[]),
        ("net", &[]),
        ("full", &["macros", "net", "start"]),
        ("unstable-start", &[]),
    ];
    let case = with_features(&features, &["net", "std", "unstable-start"]);
    assert_eq!(
        probed(&case, &[missing_macro()]),
        [
            vec!["macros"],
            vec!["start"],
            vec!["net"],
            vec!["macros", "net", "start"]
        ]
    );
}

#[test]
fn stated_features_are_not_probed() {
    let mut case = with_features(&[("macros", &[])], &[]);
    let dependency = case.plan.dependencies.get_mut("engine").unwrap();
    dependency.stated = Stated::Exactly;
    assert!(probed(&case, &[missing_macro()]).is_empty());
}

#[test]
fn errors_that_no_feature_resembles_are_not_probed() {
    let case = with_features(&[("json", &[])], &[]);
    let method = |name: &str| {
        let message = format!("no method named `{name}` found for struct `Request`");
        error(Some("E0599"), &message, &[])
    };
    assert!(probed(&case, &[method("launch")]).is_empty());
    assert_eq!(probed(&case, &[method("json")]), [["json"]]);
}

#[test]
fn what_lacks_something_of_a_crate_with_little_on_gets_the_library_then_what_is_documented() {
    let features: [(&str, &[&str]); 4] = [
        ("default", &[]),
        ("alloc", &[]),
        ("net", &[]),
        ("std", &["alloc"]),
    ];
    let about = |name: &str| {
        let message = format!("the trait bound `{name}: Send` is not satisfied");
        error(Some("E0277"), &message, &[])
    };
    let using = |features| Case {
        facts: Facts::of("use engine::Request; fn f() {}"),
        ..with_features(features, &["net"])
    };
    let case = using(&features);
    assert_eq!(
        probed(&case, &[about("Request")]),
        [["std"], ["alloc"], ["net"]]
    );
    assert!(probed(&case, &[about("Response")]).is_empty());
    let mut stated = using(&features);
    let dependency = stated.plan.dependencies.get_mut("engine").unwrap();
    dependency.stated = Stated::Exactly;
    assert!(probed(&stated, &[about("Request")]).is_empty());
    let in_part = using(&[
        ("default", &["alloc"]),
        ("alloc", &[]),
        ("net", &[]),
        ("std", &[]),
    ]);
    assert_eq!(probed(&in_part, &[about("Request")]), [["std"]]);
    let with_default = using(&[("default", &["std"]), ("net", &[]), ("std", &[])]);
    assert!(probed(&with_default, &[about("Request")]).is_empty());
}

#[test]
fn what_another_section_states_of_features_is_tried_the_other_way_round() {
    let mut case = with_features(&[("default", &["std"]), ("std", &[])], &[]);
    let mismatched = || error(Some("E0308"), "mismatched types", &[]);
    let mut tried = |stated, default_features, diagnostic: Diagnostic| {
        let dependency = case.plan.dependencies.get_mut("engine").unwrap();
        dependency.stated = stated;
        dependency.default_features = default_features;
        dependency.features = ["std".to_owned()].into();
        let Step::Probe(Probe::Sections, plans) = case.step(&[diagnostic]) else {
            return None;
        };
        let dependency = &plans[0].dependencies["engine"];
        Some((dependency.default_features, dependency.features.len()))
    };
    assert_eq!(tried(Stated::Apart, false, mismatched()), Some((true, 1)));
    assert_eq!(tried(Stated::Apart, true, mismatched()), None);
    assert_eq!(tried(Stated::Later, true, mismatched()), Some((true, 0)));
    for stated in [Stated::Exactly, Stated::Version, Stated::Nowhere] {
        assert_eq!(tried(stated, false, mismatched()), None, "{stated:?}");
    }
    let moved = error(Some("E0382"), "borrow of moved value: `now`", &[]);
    assert_eq!(tried(Stated::Apart, false, moved), None);
}

#[test]
fn of_many_features_only_those_that_are_needed_stay() {
    let all = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let mut features: Vec<(&str, &[&str])> = all.iter().map(|&it| (it, &[][..])).collect();
    features.push(("full", &all));
    for needed in [vec!["c"], vec!["a", "h"], vec!["f", "g"]] {
        let mut case = with_features(&features, &[]);
        let Step::Probe(Probe::Features, mut plans) = case.step(&[missing_macro()]) else {
            panic!("nothing was probed");
        };
        case.plan = plans.remove(0);
        for _ in 0..40 {
            let Step::Probe(Probe::FewerFeatures, mut plans) = case.step(&[]) else {
                break;
            };
            let fewer = plans.remove(0);
            let enabled = &fewer.dependencies["engine"].features;
            if needed.iter().all(|it| enabled.contains(*it)) {
                case.plan = fewer;
            } else {
                assert!(!gave_up(Probe::FewerFeatures, &mut case.plan));
            }
        }
        let enabled: Vec<&String> = case.plan.dependencies["engine"].features.iter().collect();
        assert_eq!(enabled, needed);
        assert_eq!(case.plan.aids.len(), needed.len(), "{:?}", case.plan.aids);
    }
}

#[test]
fn a_feature_that_a_macro_asks_for_by_name_is_enabled() {
    let case = with_features(&[("rt", &[])], &[]);
    let asked = error(None, "the `rt` feature of engine has to be enabled", &[]);
    let Step::Retry(plan) = case.step(&[asked]) else {
        panic!("nothing was added");
    };
    assert!(plan.dependencies["engine"].features.contains("rt"));
    assert_eq!(plan.aids[0].what, "engine/rt");
}

#[test]
fn more_features_have_to_make_something_appear_and_do_no_harm() {
    let facts = Facts::default();
    let before = [missing_macro()];
    let accepted = |after: &[Diagnostic]| is_accepted(Probe::Features, &facts, &before, after);
    assert!(accepted(&[]));
    assert!(accepted(&[error(Some("E0308"), "mismatched types", &[])]));
    assert!(!accepted(&[missing_macro()]));
    let mut ours = error(Some("E0433"), "cannot find `main` in `engine`", &[]);
    ours.spans.clear();
    assert!(!accepted(&[ours]));
}

#[test]
fn a_gate_that_is_a_dependency_is_opened_by_the_feature_for_users() {
    let gated = || {
        error(
            Some("E0432"),
            "unresolved import `engine::Thing`",
            &[("the item is gated behind the `gears_derive` feature", None)],
        )
    };
    let implied: (&str, &[&str]) = ("gears_derive", &["dep:gears_derive"]);
    for (others, expected) in [
        (vec![("derive", &["gears_derive"][..])], "derive"),
        (vec![("full", &["gears_derive", "std"][..])], "gears_derive"),
        (vec![("default", &["gears_derive"][..])], "gears_derive"),
        (vec![("derive", &["dep:gears_derive"][..])], "gears_derive"),
    ] {
        let features: Vec<_> = others.into_iter().chain([implied]).collect();
        let case = with_features(&features, &[]);
        let Step::Retry(plan) = case.step(&[gated()]) else {
            panic!("nothing was added");
        };
        let enabled = &plan.dependencies["engine"].features;
        assert!(enabled.contains(expected), "{expected}: {enabled:?}");
    }
}
