use verify_model::Severity;

use super::*;

fn read(text: &str) -> (Directives, Vec<(usize, String)>) {
    let mut directives = Directives::default();
    let faults = directives.read(text);
    assert!(faults.iter().all(|it| it.severity == Severity::Error));
    let faults = faults.into_iter().map(|it| (it.offset, it.message));
    (directives, faults.collect())
}

fn good(text: &str) -> Directives {
    let (directives, faults) = read(text);
    assert_eq!(faults, [], "{text}");
    directives
}

fn fault(text: &str) -> String {
    let (_, mut faults) = read(text);
    assert_eq!(faults.len(), 1, "{text}: {faults:?}");
    faults.remove(0).1
}

#[test]
fn every_directive_is_understood() {
    let found = good(
        " name=server, continue, deps=\"axum 0.8\", no_run, edition=2021, timeout=30s, skip=\"why\"",
    );
    assert_eq!(found.name.as_deref(), Some("server"));
    assert_eq!(found.continues, Some(Continues::Previous));
    assert_eq!(found.dependencies[0].package, "axum");
    assert_eq!(found.expectation, Some(Expectation::Compile));
    assert_eq!(found.edition, Some(Edition::E2021));
    assert_eq!(found.timeout, Some(Duration::from_secs(30)));
    assert_eq!(found.skip.as_deref(), Some("why"));
}

#[test]
fn every_directive_that_is_listed_does_something() {
    for directive in DIRECTIVES {
        let value = match directive {
            "name" | "deps" => "=a",
            "expect" => "=E0001",
            "edition" => "=2018",
            "timeout" => "=1s",
            _ => "",
        };
        assert!(!good(&format!("{directive}{value}")).is_empty());
    }
}

#[test]
fn expected_errors_are_named_by_their_codes() {
    let codes = |text: &str| match good(text).expectation {
        Some(Expectation::CompileFail { codes }) => codes.join(" "),
        other => panic!("{text}: {other:?}"),
    };
    assert_eq!(codes("compile_fail"), "");
    assert_eq!(codes("expect=E0382"), "E0382");
    assert_eq!(codes("compile_fail, expect=E0382"), "E0382");
    assert_eq!(codes("expect=E0382, compile_fail"), "E0382");
    assert_eq!(
        codes("expect=\"E0382, E0505\" expect=E0502"),
        "E0382 E0505 E0502"
    );
}

#[test]
fn an_unknown_directive_is_an_error_at_its_place() {
    let (directives, faults) = read(" name=a, norun, deps=rand");
    assert_eq!(
        faults,
        [(
            9,
            "unknown directive `norun`: did you mean `no_run`?".to_owned()
        )]
    );
    assert_eq!(directives.name.as_deref(), Some("a"));
    assert_eq!(directives.dependencies.len(), 1);
    assert!(fault("frobnicate").contains("there are name, continue"));
}

#[test]
fn what_makes_no_sense_is_an_error() {
    for (text, message) in [
        ("", "no directive"),
        ("name", "needs a value"),
        ("name=1", "no name"),
        ("name=a/b", "no name"),
        ("name=a name=b", "twice"),
        ("no_run=true", "takes no value"),
        ("no_run should_panic", "contradicts"),
        ("no_run expect=E0382", "contradicts"),
        ("expect=panic", "no error code"),
        ("edition=2020", "no edition"),
        ("timeout=30", "no time"),
        ("timeout=0s", "no sensible time"),
        ("timeout=2h", "no time"),
        ("timeout=61m", "no sensible time"),
        ("timeout=99999999999999999999s", "no time"),
        ("skip=\"because", "never closed"),
        ("deps=\"axum latest\"", "neither a version"),
        ("=a", "unknown directive"),
    ] {
        let found = fault(text);
        assert!(found.contains(message), "{text}: {found}");
    }
}

#[test]
fn only_comments_that_begin_with_the_mark_are_for_us() {
    assert_eq!(start_in_comment(" verify: skip "), Some(8));
    assert_eq!(start_in_comment("\nverify:skip"), Some(8));
    for other in ["", " prettier-ignore ", " please verify: this ", "verify"] {
        assert_eq!(start_in_comment(other), None, "{other}");
    }
}
