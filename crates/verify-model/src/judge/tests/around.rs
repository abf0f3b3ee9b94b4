//! What is missing around a part, on this machine, or in this toolchain; and what a program says
//! itself.

use super::*;

fn noted(mut error: Diagnostic, notes: &[(&str, Option<&str>)]) -> Diagnostic {
    let notes = notes.iter().map(|(message, replacement)| Note {
        message: (*message).to_owned(),
        replacement: replacement.map(str::to_owned),
        ..Note::default()
    });
    error.notes.extend(notes);
    error
}

fn body(signature: std::ops::Range<usize>, block: std::ops::Range<usize>) -> Body {
    Body {
        signature,
        block,
        elided: false,
        goes_on: false,
    }
}

/// What is found of one error: the verdict, the name that its cause is about, and its message.
fn found(scaffold: &Scaffold, error: Diagnostic) -> (Verdict, Option<String>, String) {
    let judgement = judge(&Expectation::Pass, scaffold, &failed_check(vec![error]));
    let cause = judgement.causes[0].clone();
    (judgement.verdict, cause.name, cause.message)
}

#[test]
fn a_loop_around_statements_is_not_shown_and_one_around_a_function_cannot_be() {
    let scaffold = Scaffold {
        bodies: Some(vec![body(0..0, 0..100), body(40..50, 50..90)]),
        ..Scaffold::default()
    };
    let message = "`break` outside of a loop or labeled block";
    let jump = |start| error(Some("E0268"), message, start, "break");
    let label = |start| error(Some("E0426"), "use of undeclared label `'a`", start, "'a");
    let closure = error(Some("E0267"), "`break` inside of a closure", 10, "break");
    let name = |name: &str| Some(name.to_owned());
    for (case, error, verdict, missing) in [
        ("statements", jump(10), Verdict::Incomplete, name("loop")),
        ("a function", jump(60), Verdict::Broken, None),
        ("a label", label(10), Verdict::Incomplete, name("'a")),
        ("its label", label(60), Verdict::Broken, None),
        ("a closure", closure, Verdict::Broken, None),
    ] {
        let (found, of, _) = found(&scaffold, error);
        assert_eq!((found, of), (verdict, missing), "{case}");
    }
    let judgement = judge(&Expectation::Pass, &scaffold, &failed_check(vec![jump(10)]));
    let checked = judgement.bodies.map(|it| (it.checked, it.total));
    assert_eq!(
        checked,
        Some((1, 2)),
        "the compiler checks no borrows there"
    );
    let items = Scaffold {
        bodies: Some(vec![body(0..10, 10..100)]),
        ..Scaffold::default()
    };
    assert_eq!(verdict_of(&items, vec![jump(20)]), Verdict::Broken);
}

#[test]
fn the_header_of_an_unseen_impl_may_bring_lifetimes_and_types() {
    let scaffold = Scaffold {
        unseen_impls: vec![0..50, 80..90],
        ..Scaffold::default()
    };
    let lifetime = |start| {
        error(
            Some("E0261"),
            "use of undeclared lifetime name `'a`",
            start,
            "'a",
        )
    };
    let own = |text: &str| error(Some("E0223"), "ambiguous associated type", 10, text);
    for (case, error, verdict) in [
        ("in a method", lifetime(10), Verdict::Incomplete),
        ("in another function", lifetime(60), Verdict::Broken),
        ("of `Self`", own("Self::Item"), Verdict::Incomplete),
        ("of another type", own("Vec<u8>::Item"), Verdict::Broken),
    ] {
        assert_eq!(verdict_of(&scaffold, vec![error]), verdict, "{case}");
    }
}

#[test]
fn the_function_that_statements_are_from_may_bring_lifetimes() {
    let scaffold = Scaffold {
        bodies: Some(vec![body(40..60, 60..80), body(0..0, 0..100)]),
        among_statements: vec![20..30, 40..80],
        ..Scaffold::default()
    };
    let lifetime = |start| {
        error(
            Some("E0261"),
            "use of undeclared lifetime name",
            start,
            "'a",
        )
    };
    let slip = noted(
        lifetime(10),
        &[("you may have misspelled the `'static` lifetime", None)],
    );
    for (case, error, verdict) in [
        ("in a statement", lifetime(10), Verdict::Incomplete),
        ("in a type among them", lifetime(25), Verdict::Broken),
        ("in a signature", lifetime(50), Verdict::Broken),
        ("in a function", lifetime(70), Verdict::Broken),
        ("mistyped", slip, Verdict::Broken),
    ] {
        assert_eq!(verdict_of(&scaffold, vec![error]), verdict, "{case}");
    }
    let file = Scaffold {
        bodies: Some(vec![body(0..10, 10..100)]),
        ..Scaffold::default()
    };
    assert_eq!(verdict_of(&file, vec![lifetime(20)]), Verdict::Broken);
}

#[test]
fn attributes_that_are_left_out_in_part_may_bring_and_rewrite_anything() {
    let scaffold = Scaffold {
        left_out: crate::LeftOut {
            derived: ["Shelf".to_owned()].into(),
            rewritten: std::iter::once(50..60).collect(),
            ..crate::LeftOut::default()
        },
        ..Scaffold::default()
    };
    let labelled = |label: &str| {
        let mut mismatch = error(Some("E0308"), "mismatched types", 10, "x");
        mismatch.spans[0].label = Some(label.to_owned());
        mismatch
    };
    let of = |code: &str, message: &str| error(Some(code), message, 10, "x");
    let slip = of("E0599", "no method named `lenght` found for struct `Shelf`");
    let similar = "there is a method `length` with a similar name";
    for (error, verdict) in [
        (
            of("E0277", "`Shelf` doesn't implement `Debug`"),
            Verdict::Incomplete,
        ),
        (
            of("E0277", "`Shelves` doesn't implement `Debug`"),
            Verdict::Broken,
        ),
        (
            of("E0609", "no field `nam` on type `Shelf`"),
            Verdict::Broken,
        ),
        (
            labelled("expected `Shelf`, found `&Shelf`"),
            Verdict::Incomplete,
        ),
        (labelled("expected `u8`, found `Shelf`"), Verdict::Broken),
        (noted(slip, &[(similar, None)]), Verdict::Broken),
        (
            error(
                Some("E0428"),
                "the name `cfg` is defined multiple times",
                50,
                "x",
            ),
            Verdict::Incomplete,
        ),
        (
            error(
                Some("E0428"),
                "the name `cfg` is defined multiple times",
                60,
                "x",
            ),
            Verdict::Broken,
        ),
    ] {
        let message = error.message.clone();
        assert_eq!(verdict_of(&scaffold, vec![error]), verdict, "{message}");
    }
}

#[test]
fn nothing_is_known_of_the_type_that_lone_methods_belong_to() {
    let of = |code: &str, message: &str| error(Some(code), message, 10, "x");
    let mut returned = of("E0308", "mismatched types");
    returned.spans[0].label = Some("expected `u8`, found `VerifySelf`".to_owned());
    for (error, missing) in [
        (of("E0609", "no field `map` on type `&VerifySelf`"), "map"),
        (
            of(
                "E0026",
                "struct `VerifySelf` does not have a field named `a`",
            ),
            "a",
        ),
        (
            of("E0277", "`VerifySelf` doesn't implement `Debug`"),
            "Self",
        ),
        (
            of(
                "E0369",
                "binary operation `==` cannot be applied to type `VerifySelf`",
            ),
            "Self",
        ),
        (returned, "Self"),
    ] {
        let (verdict, name, message) = found(&Scaffold::default(), error);
        assert_eq!(
            (verdict, name.as_deref()),
            (Verdict::Incomplete, Some(missing)),
            "{message}"
        );
        assert!(!message.contains("VerifySelf"), "{message}");
    }
}

#[test]
fn a_trait_whose_macro_alone_is_in_scope_is_a_missing_name() {
    let found = |kind: &str, import: &str| {
        let message = format!("expected trait, found {kind} `Hash`");
        let error = error(Some("E0404"), &message, 10, "Hash");
        let help = "consider importing this trait instead";
        verdict_of(
            &Scaffold::default(),
            vec![noted(error, &[(help, Some(import))])],
        )
    };
    assert_eq!(
        found("derive macro", "use std::hash::Hash;\n\n"),
        Verdict::Incomplete
    );
    // A macro that the example imports itself hides no trait of the standard library.
    assert_eq!(found("derive macro", "use serde::Hash;\n"), Verdict::Broken);
    assert_eq!(found("struct", "use std::hash::Hash;\n"), Verdict::Broken);
}

#[test]
fn what_an_import_of_everything_would_have_brought_is_unknown() {
    let glob = |start| {
        error(
            Some("E0433"),
            "too many leading `super` keywords",
            start,
            "super",
        )
    };
    let method = error(
        Some("E0599"),
        "no method named `sum_up` found for type `u8`",
        60,
        "sum_up",
    );
    let scaffold = Scaffold {
        uses: Vec::from([0..20, 25..30]),
        ..Scaffold::default()
    };
    let verdict = |start| verdict_of(&scaffold, vec![glob(start), method.clone()]);
    assert_eq!(verdict(4), Verdict::Incomplete);
    // A path in code names one item, and brings no method.
    assert_eq!(verdict(40), Verdict::Broken);
}

#[test]
fn modules_for_other_platforms_are_the_machines_matter() {
    let left_out = [("found an item that was configured out", None)];
    let module = |code: &str, message: &str| error(Some(code), message, 4, "windows");
    for (case, error, verdict) in [
        (
            "a path into it",
            noted(module("E0433", "cannot find `windows` in `os`"), &left_out),
            Verdict::Error,
        ),
        (
            "itself",
            noted(
                module("E0432", "unresolved import `std::os::windows`"),
                &left_out,
            ),
            Verdict::Error,
        ),
        (
            "another processor's",
            module("E0432", "unresolved import `std::arch::s390x`"),
            Verdict::Error,
        ),
        (
            "one that no platform has",
            module("E0432", "unresolved import `std::os::beos`"),
            Verdict::Broken,
        ),
        (
            "a processor that there is not",
            module("E0432", "unresolved import `std::arch::z80`"),
            Verdict::Broken,
        ),
        (
            "the example's own",
            noted(
                module("E0432", "unresolved import `crate::os::windows`"),
                &left_out,
            ),
            Verdict::Incomplete,
        ),
    ] {
        assert_eq!(
            verdict_of(&Scaffold::default(), vec![error]),
            verdict,
            "{case}"
        );
    }
}

#[test]
fn a_feature_of_nightly_toolchains_is_no_fault_of_the_code() {
    let message = "`#![feature]` may not be used on the stable release channel";
    let attribute = || error(Some("E0554"), message, 0, "#![feature(x)]");
    let stable =
        "the feature `x` has been stable since `1.2.0` and no longer requires an attribute";
    let gone = noted(
        attribute(),
        &[(stable, None), ("remove the attribute", Some(""))],
    );
    let (verdict, _, said) = found(&Scaffold::default(), gone);
    assert_eq!(verdict, Verdict::Broken);
    assert!(said.contains("stable since `1.2.0`"), "{said}");
    // One of several is still unstable.
    let mixed = noted(attribute(), &[(stable, None)]);
    assert_eq!(
        verdict_of(&Scaffold::default(), vec![mixed]),
        Verdict::Error
    );
    let mismatch = error(Some("E0308"), "mismatched types", 30, "\"a\"");
    let verdict = verdict_of(&Scaffold::default(), vec![attribute(), mismatch]);
    assert_eq!(verdict, Verdict::Broken);
}

#[test]
fn what_the_example_says_itself_is_not_the_machines_word() {
    let run = |spoken: &[&str], output: &str| {
        let scaffold = Scaffold {
            spoken: spoken.iter().map(|&it| it.to_owned()).collect(),
            ..Scaffold::default()
        };
        let outcomes = [
            outcome(Stage::Check, Status::Passed),
            exited(Stage::Run, 101, output),
        ];
        judge(&Expectation::Pass, &scaffold, &outcomes).verdict
    };
    let panicked =
        |message: &str| format!("thread 'main' panicked at src/main.rs:1:2:\n{message}\n");
    let literal = ["\"Permission denied for {name}\""];
    for (case, spoken, output, verdict) in [
        (
            "of the system",
            &[][..],
            panicked("Permission denied (os error 13)"),
            Verdict::Error,
        ),
        (
            "a literal",
            &literal,
            panicked("Permission denied for eve"),
            Verdict::Fails,
        ),
        (
            "a literal and the system",
            &literal,
            panicked("Permission denied for eve: Permission denied (os error 13)"),
            Verdict::Error,
        ),
        (
            "an own error",
            &["PermissionDenied"],
            "Error: PermissionDenied\n".to_owned(),
            Verdict::Fails,
        ),
        (
            "a kind that is looked for",
            &["PermissionDenied"],
            panicked("Os { code: 13, kind: PermissionDenied, message: \"Permission denied\" }"),
            Verdict::Error,
        ),
        (
            "a file, in a crate's words",
            &[],
            "Error: Io(Custom { kind: NotFound, error: \"no such path\" })\n".to_owned(),
            Verdict::Error,
        ),
        (
            "a kind and no more",
            &[],
            panicked("called `Result::unwrap()` on an `Err` value: Kind(NotFound)"),
            Verdict::Error,
        ),
        (
            "a file, in its own words",
            &["NotFound"],
            "Error: Custom { kind: NotFound, error: \"no treasure\" }\n".to_owned(),
            Verdict::Fails,
        ),
        (
            "what is merely not known",
            &[],
            "Error: NotFound(\"atlas\")\n".to_owned(),
            Verdict::Fails,
        ),
        (
            "an assertion",
            &[],
            panicked(
                "assertion `left == right` failed\n  left: \"No such file or directory\"\n right: \"\"",
            ),
            Verdict::Fails,
        ),
    ] {
        assert_eq!(run(spoken, &output), verdict, "{case}");
    }
}

#[test]
fn what_is_configured_out_was_not_checked() {
    let scaffold = Scaffold {
        bodies: Some(vec![body(0..10, 10..20), body(30..40, 40..50)]),
        absent: Vec::from([21..22, 25..50]),
        ..Scaffold::default()
    };
    let checked = outcome(Stage::Check, Status::Passed);
    let judgement = judge(&Expectation::Pass, &scaffold, &[checked]);
    let bodies = judgement.bodies.map(|it| (it.checked, it.total));
    assert_eq!((judgement.verdict, bodies), (Verdict::Passes, Some((1, 2))));
}

#[test]
fn what_was_seen_with_a_feature_counts() {
    let seen = |errors: Vec<Diagnostic>| {
        let scaffold = Scaffold {
            bodies: Some(vec![body(0..10, 10..20), body(30..40, 40..50)]),
            absent: Vec::from([21..22, 25..50]),
            behind: Some(crate::Behind {
                errors,
                unchecked: Vec::from([21..22, 60..70]),
            }),
            ..Scaffold::default()
        };
        let checked = outcome(Stage::Check, Status::Passed);
        let judgement = judge(&Expectation::Pass, &scaffold, &[checked]);
        let bodies = judgement.bodies.map(|it| (it.checked, it.total));
        (judgement.verdict, bodies)
    };
    assert_eq!(seen(Vec::new()), (Verdict::Passes, Some((2, 2))));
    let mismatch = error(Some("E0308"), "mismatched types", 45, "x");
    assert_eq!(seen(vec![mismatch]).0, Verdict::Broken);
}

#[test]
fn a_doctest_that_lacks_a_crate_is_unresolved_and_no_failure() {
    let test = "src/lib.rs - add (line 3)";
    let judged = |missing_crate: Option<&str>| {
        let scaffold = Scaffold {
            failures: vec![crate::Failure {
                stage: Stage::Doctest,
                test: Some(test.to_owned()),
                panicked: false,
                message: "error[E0432]: unresolved import `sums`".to_owned(),
                is_around: false,
                place: None,
                missing_crate: missing_crate.map(str::to_owned),
            }],
            ..Scaffold::default()
        };
        let mut doctest = exited(Stage::Doctest, 101, "");
        doctest.report.failed_tests = vec![test.to_owned()];
        let check = outcome(Stage::Check, Status::Passed);
        judge(&Expectation::Pass, &scaffold, &[check, doctest])
    };
    let unresolved = judged(Some("sums"));
    assert_eq!(unresolved.verdict, Verdict::Unresolved);
    assert_eq!(unresolved.causes[0].name.as_deref(), Some("sums"));
    assert_eq!(judged(None).verdict, Verdict::Fails);
}

#[test]
fn a_library_that_is_gone_is_no_fault_of_the_code() {
    let gone = error(
        None,
        "extern location for itoa does not exist: x.rmeta",
        4,
        "itoa",
    );
    let judgement = judge(
        &Expectation::Pass,
        &Scaffold::default(),
        &failed_check(vec![gone]),
    );
    assert_eq!(judgement.verdict, Verdict::Error);
    assert!(judgement.causes[0].message.contains("run verify again"));
}

#[test]
fn statements_that_end_early_are_said_to() {
    let none = "called `Option::unwrap()` on a `None` value";
    let failed = "called `Result::unwrap()` on an `Err` value: Odd";
    let ours = |ends: &[(usize, bool)], panicked: bool, is_around: bool, message: &str| {
        let early_ends = ends.iter().map(|(at, asks)| crate::EarlyEnd {
            place: place(*at, at + 1),
            asks: *asks,
        });
        let scaffold = Scaffold {
            aids: vec![Aid {
                kind: AidKind::Wrapper,
                what: "fn main()".to_owned(),
                reason: String::new(),
            }],
            early_ends: early_ends.collect(),
            failures: vec![crate::Failure {
                stage: Stage::Run,
                test: None,
                panicked,
                message: message.to_owned(),
                is_around,
                place: None,
                missing_crate: None,
            }],
            ..Scaffold::default()
        };
        let check = outcome(Stage::Check, Status::Passed);
        let run = exited(Stage::Run, if panicked { 101 } else { 1 }, "");
        let judgement = judge(&Expectation::Pass, &scaffold, &[check, run]);
        assert_eq!(judgement.verdict, Verdict::Fails);
        let cause = &judgement.causes[0];
        (cause.message.clone(), cause.column)
    };
    let (asks, two, returns) = ([(7, true)], [(3, true), (7, true)], [(7, false)]);
    let cases = [
        (ours(&asks, true, true, none), "`?` met `None`", Some(8)),
        (ours(&two, true, true, none), "`?` met `None`", None),
        (
            ours(&returns, true, true, none),
            "the statements ended early, with `None`",
            Some(8),
        ),
        (
            ours(&asks, true, true, failed),
            "`?` met an error, and the statements ended there: Odd",
            Some(8),
        ),
        (
            ours(&asks, false, false, "Error: Odd"),
            "`?` met an error, and the statements ended there: Odd",
            Some(8),
        ),
        (
            ours(&returns, false, false, "Error: Odd"),
            "the statements ended in an error: Odd",
            Some(8),
        ),
        (
            ours(&asks, true, false, none),
            "the program panicked: ",
            None,
        ),
        (
            ours(&asks, true, true, "no room"),
            "the program panicked: ",
            None,
        ),
        (
            ours(&[], false, false, "Error: Odd"),
            "the program ended with exit code 1: ",
            None,
        ),
    ];
    for ((message, column), said, at) in cases {
        assert!(message.starts_with(said), "{message}, not {said}");
        assert_eq!(column, at, "{message}");
    }
}

#[test]
fn a_linker_that_misses_something_says_what() {
    let said = |output: &str| {
        let mut linking = error(None, "linking with `cc` failed: exit status: 1", 0, "x");
        linking.spans.clear();
        linking.notes = vec![crate::Note {
            message: output.to_owned(),
            ..crate::Note::default()
        }];
        let outcome = Outcome {
            diagnostics: vec![linking],
            ..outcome(Stage::Build, Status::Failed)
        };
        let check = outcome_of_check();
        let judgement = judge(&Expectation::Pass, &Scaffold::default(), &[check, outcome]);
        assert_eq!(judgement.verdict, Verdict::Error);
        judgement.causes[0].message.clone()
    };
    for (output, expected) in [
        (
            "rust-lld: error: undefined symbol: turn\n>>> referenced by main.rs",
            "no library that is linked has `turn`",
        ),
        (
            "main.o: undefined reference to `turn'\nmain.o: undefined reference to `tilt'",
            "no library that is linked has `tilt`, `turn`",
        ),
        (
            "rust-lld: error: unable to find library -lwheel",
            "the linker finds no library `wheel`",
        ),
        (
            "ld: cannot find -lwheel: No such file\nundefined reference to `turn'",
            "the linker finds no library `wheel`",
        ),
        ("killed", "linking with `cc` failed: exit status: 1"),
    ] {
        assert_eq!(said(output), expected, "{output}");
    }
}

fn outcome_of_check() -> Outcome {
    outcome(Stage::Check, Status::Passed)
}

#[test]
fn what_a_program_does_not_find_here_is_no_failure_of_it() {
    let verdict_of = |message: &str| {
        let output = format!("thread 'main' panicked at src/main.rs:1:1:\n{message}\n");
        let ran = exited(Stage::Run, 101, &output);
        let outcomes = [outcome_of_check(), ran];
        judge(&Expectation::Pass, &Scaffold::default(), &outcomes).verdict
    };
    let library = "The system library `wheel` required by crate `cart` was not found.";
    let target = "function not implemented on non-wasm32 targets";
    for message in [library, target] {
        assert_eq!(verdict_of(message), Verdict::Error, "{message}");
    }
    assert_eq!(verdict_of("the wheel was not found"), Verdict::Fails);
}
