mod behind;
mod fragments;
mod members;
mod order;

use super::*;

mod around;

use crate::{
    Aid, AidKind, Asked, Body, DiagnosticSpan, Exit, Level, ManifestFault, Note, Output, Position,
    Span, StageReport, UnresolvedCrate,
};

fn place(start: usize, end: usize) -> Span {
    let at = |column| Position { line: 1, column };
    Span {
        code: start..end,
        start: at(start + 1),
        end: at(end + 1),
        included: None,
    }
}

fn error(code: Option<&str>, message: &str, start: usize, text: &str) -> Diagnostic {
    Diagnostic {
        level: Level::Error,
        code: code.map(str::to_owned),
        message: message.to_owned(),
        spans: vec![DiagnosticSpan {
            place: Some(place(start, start + text.len())),
            primary: true,
            text: Some(text.to_owned()),
            label: None,
            package: None,
        }],
        notes: Vec::new(),
    }
}

fn outcome(stage: Stage, status: Status) -> Outcome {
    Outcome {
        stage,
        report: StageReport {
            status,
            reason: None,
            ..StageReport::skipped("")
        },
        diagnostics: Vec::new(),
    }
}

fn failed_check(diagnostics: Vec<Diagnostic>) -> Vec<Outcome> {
    vec![Outcome {
        diagnostics,
        ..outcome(Stage::Check, Status::Failed)
    }]
}

fn verdict_of(scaffold: &Scaffold, diagnostics: Vec<Diagnostic>) -> Verdict {
    judge(&Expectation::Pass, scaffold, &failed_check(diagnostics)).verdict
}

fn kinds_of(scaffold: &Scaffold, diagnostics: Vec<Diagnostic>) -> Vec<CauseKind> {
    judge(&Expectation::Pass, scaffold, &failed_check(diagnostics))
        .causes
        .iter()
        .map(|cause| cause.kind)
        .collect()
}

fn exited(stage: Stage, code: i32, output: &str) -> Outcome {
    let mut outcome = outcome(
        stage,
        if code == 0 {
            Status::Passed
        } else {
            Status::Failed
        },
    );
    outcome.report.exit = Some(Exit::Code(code));
    outcome.report.output = Some(Output {
        text: output.to_owned(),
        omitted_bytes: 0,
    });
    outcome
}

// One table, so that no verdict is forgotten.
#[expect(clippy::too_many_lines)]
#[test]
fn every_verdict_follows_from_its_facts() {
    let check = || outcome(Stage::Check, Status::Passed);
    let plain = Scaffold::default();
    let unresolved = Scaffold {
        unresolved: vec![UnresolvedCrate {
            name: "zork".to_owned(),
            reason: "unknown".to_owned(),
            place: None,
        }],
        ..Scaffold::default()
    };
    let missing = || {
        error(
            Some("E0425"),
            "cannot find type `Foo` in this scope",
            3,
            "Foo",
        )
    };
    let mismatch = || error(Some("E0308"), "mismatched types", 3, "\"a\"");
    let compile_fail = |codes: &[&str]| Expectation::CompileFail {
        codes: codes.iter().map(|&code| code.to_owned()).collect(),
    };
    let cases = [
        (
            "compiled",
            Expectation::Pass,
            &plain,
            vec![check()],
            Verdict::Passes,
        ),
        (
            "a type error",
            Expectation::Pass,
            &plain,
            failed_check(vec![mismatch()]),
            Verdict::Broken,
        ),
        (
            "a missing name",
            Expectation::Pass,
            &plain,
            failed_check(vec![missing()]),
            Verdict::Incomplete,
        ),
        (
            "both",
            Expectation::Pass,
            &plain,
            failed_check(vec![missing(), mismatch()]),
            Verdict::Broken,
        ),
        (
            "a failing test",
            Expectation::Pass,
            &plain,
            vec![check(), exited(Stage::Test, 101, "")],
            Verdict::Fails,
        ),
        (
            "a test without end",
            Expectation::Pass,
            &plain,
            vec![check(), outcome(Stage::Test, Status::TimedOut)],
            Verdict::Fails,
        ),
        (
            "a server",
            Expectation::Pass,
            &plain,
            vec![check(), outcome(Stage::Run, Status::Unfinished)],
            Verdict::Passes,
        ),
        (
            "a program that panics",
            Expectation::Pass,
            &plain,
            vec![
                check(),
                exited(
                    Stage::Run,
                    101,
                    "thread 'main' panicked at src/main.rs:1:1:\nboom\n",
                ),
            ],
            Verdict::Fails,
        ),
        (
            "a program without its database",
            Expectation::Pass,
            &plain,
            vec![
                check(),
                exited(Stage::Run, 1, "Error: Connection refused (os error 111)"),
            ],
            Verdict::Error,
        ),
        (
            "an unknown crate",
            Expectation::Pass,
            &unresolved,
            failed_check(vec![error(
                Some("E0432"),
                "unresolved import `zork`",
                4,
                "zork",
            )]),
            Verdict::Unresolved,
        ),
        (
            "an unknown crate that nothing needs",
            Expectation::Pass,
            &unresolved,
            vec![check()],
            Verdict::Passes,
        ),
        (
            "no check at all",
            Expectation::Pass,
            &plain,
            Vec::new(),
            Verdict::Error,
        ),
        (
            "a check that hung",
            Expectation::Pass,
            &plain,
            vec![outcome(Stage::Check, Status::TimedOut)],
            Verdict::Error,
        ),
        (
            "a machine that cannot",
            Expectation::Pass,
            &plain,
            vec![outcome(Stage::Check, Status::Error)],
            Verdict::Error,
        ),
        (
            "expected to fail, fails",
            compile_fail(&[]),
            &plain,
            failed_check(vec![mismatch()]),
            Verdict::Passes,
        ),
        (
            "expected to fail with this code",
            compile_fail(&["E0308"]),
            &plain,
            failed_check(vec![mismatch()]),
            Verdict::Passes,
        ),
        (
            "expected to fail with another code",
            compile_fail(&["E0599"]),
            &plain,
            failed_check(vec![mismatch()]),
            Verdict::Unexpected,
        ),
        (
            "expected to fail, compiles",
            compile_fail(&[]),
            &plain,
            vec![check()],
            Verdict::Unexpected,
        ),
        (
            "expected to fail, lacks a name",
            compile_fail(&[]),
            &plain,
            failed_check(vec![missing()]),
            Verdict::Incomplete,
        ),
        (
            "expected to panic, panics",
            Expectation::Panic,
            &plain,
            vec![check(), outcome(Stage::Run, Status::Passed)],
            Verdict::Passes,
        ),
        (
            "expected to panic, exits",
            Expectation::Panic,
            &plain,
            vec![check(), exited(Stage::Run, 1, "")],
            Verdict::Unexpected,
        ),
        (
            "expected to panic, does not",
            Expectation::Panic,
            &plain,
            vec![check(), outcome(Stage::Run, Status::Failed)],
            Verdict::Unexpected,
        ),
        (
            "expected to panic, does not compile",
            Expectation::Panic,
            &plain,
            failed_check(vec![mismatch()]),
            Verdict::Broken,
        ),
    ];
    for (name, expectation, scaffold, outcomes, expected) in cases {
        let judgement = judge(&expectation, scaffold, &outcomes);
        assert_eq!(
            judgement.verdict, expected,
            "{name}: {:?}",
            judgement.causes
        );
        assert_eq!(
            judgement.causes.is_empty(),
            expected == Verdict::Passes,
            "{name}"
        );
    }
}

#[test]
fn missing_names_are_told_from_wrong_uses_of_a_crate_that_is_there() {
    let scaffold = Scaffold {
        libraries: vec!["hyper".to_owned()],
        ..Scaffold::default()
    };
    let cases = [
        (
            Some("E0425"),
            "cannot find function `f` in this scope",
            Verdict::Incomplete,
        ),
        (
            Some("E0405"),
            "cannot find trait `T` in this scope",
            Verdict::Incomplete,
        ),
        (
            Some("E0432"),
            "unresolved import `crate::models`",
            Verdict::Incomplete,
        ),
        (
            Some("E0433"),
            "cannot find module or crate `handlers` in this scope",
            Verdict::Incomplete,
        ),
        (
            Some("E0583"),
            "file not found for module `crud`",
            Verdict::Incomplete,
        ),
        (
            None,
            "cannot find macro `m` in this scope",
            Verdict::Incomplete,
        ),
        (
            None,
            "cannot find derive macro `D` in this scope",
            Verdict::Incomplete,
        ),
        (
            Some("E0424"),
            "expected value, found module `self`",
            Verdict::Incomplete,
        ),
        (
            Some("E0599"),
            "no method named `x` found for reference `&VerifySelf`",
            Verdict::Incomplete,
        ),
        (
            Some("E0425"),
            "cannot find function `to_bytes` in module `hyper::body`",
            Verdict::Broken,
        ),
        (
            Some("E0432"),
            "unresolved import `hyper::Server`",
            Verdict::Broken,
        ),
        (
            Some("E0432"),
            "unresolved import `std::nothing`",
            Verdict::Broken,
        ),
        (
            Some("E0433"),
            "cannot find `nope` in `std`",
            Verdict::Broken,
        ),
        (
            None,
            "expected one of `!` or `::`, found `a`",
            Verdict::Broken,
        ),
    ];
    for (code, message, expected) in cases {
        let verdict = verdict_of(&scaffold, vec![error(code, message, 0, "x")]);
        assert_eq!(verdict, expected, "{message}");
    }
}

#[test]
fn a_result_with_one_argument_is_an_alias_that_is_missing() {
    let message = "enum takes 2 generic arguments but 1 generic argument was supplied";
    let alias = error(Some("E0107"), message, 0, "Result");
    assert_eq!(
        kinds_of(&Scaffold::default(), vec![alias]),
        [CauseKind::MissingName]
    );
    let own = error(Some("E0107"), message, 0, "Pair");
    assert_eq!(
        kinds_of(&Scaffold::default(), vec![own]),
        [CauseKind::CompileError]
    );
}

#[test]
fn errors_that_follow_from_a_missing_name_are_no_causes() {
    let macro_missing = || {
        error(
            None,
            "cannot find derive macro `Validate` in this scope",
            0,
            "Validate",
        )
    };
    let no_method = || {
        error(
            Some("E0599"),
            "no method named `validate` found for struct `A`",
            9,
            "validate",
        )
    };
    let plain = Scaffold::default();
    assert_eq!(
        kinds_of(&plain, vec![macro_missing(), no_method()]),
        [CauseKind::MissingName]
    );
    assert_eq!(
        kinds_of(&plain, vec![no_method()]),
        [CauseKind::CompileError]
    );
    let type_missing = error(Some("E0425"), "cannot find type `B` in this scope", 0, "B");
    assert_eq!(
        kinds_of(&plain, vec![type_missing, no_method()]),
        [CauseKind::MissingName, CauseKind::CompileError],
        "a missing type brings no method to another one"
    );
}

#[test]
fn left_out_code_is_elided_and_not_wrong() {
    let scaffold = Scaffold {
        elisions: std::iter::once(10..13).collect(),
        bodies: Some(vec![Body {
            signature: 20..30,
            block: 30..40,
            elided: true,
            goes_on: false,
        }]),
        ..Scaffold::default()
    };
    let ellipsis = error(None, "unexpected token: `...`", 10, "...");
    assert_eq!(verdict_of(&scaffold, vec![ellipsis]), Verdict::Incomplete);
    let value = error(Some("E0308"), "mismatched types", 25, "u8");
    assert_eq!(kinds_of(&scaffold, vec![value]), [CauseKind::ElidedBody]);
    let inside = error(Some("E0308"), "mismatched types", 35, "u8");
    assert_eq!(verdict_of(&scaffold, vec![inside]), Verdict::Broken);
}

#[test]
fn what_the_machine_lacks_at_compile_time_is_its_own_fault() {
    for message in [
        "couldn't read `src/a.sql`: No such file or directory (os error 2)",
        "couldn't read src/a.py: No such file or directory (os error 2)",
        "environment variable `X` not defined at compile time",
        "linking with `cc` failed: exit status: 1",
    ] {
        let verdict = verdict_of(&Scaffold::default(), vec![error(None, message, 0, "x")]);
        assert_eq!(verdict, Verdict::Error, "{message}");
    }
    let panicked = |said: &str| {
        let mut panicked = error(None, "proc macro panicked", 0, "query!");
        panicked.notes.push(crate::Note {
            message: format!("message: {said}"),
            ..crate::Note::default()
        });
        verdict_of(&Scaffold::default(), vec![panicked])
    };
    assert_eq!(panicked("env var \"HOST\" must be set"), Verdict::Error);
    assert_eq!(panicked("unexpected end of input"), Verdict::Broken);
}

#[test]
fn a_wrong_manifest_is_the_documents_fault_even_when_the_rest_compiles() {
    let scaffold = Scaffold {
        manifest_faults: vec![ManifestFault {
            message: "`tokio` has no feature `fulll`".to_owned(),
            place: Some(Position { line: 4, column: 1 }),
        }],
        ..Scaffold::default()
    };
    let judgement = judge(
        &Expectation::Pass,
        &scaffold,
        &[outcome(Stage::Check, Status::Passed)],
    );
    assert_eq!(judgement.verdict, Verdict::Broken);
    assert_eq!(judgement.causes[0].line, Some(4));
}

#[test]
fn errors_that_speak_of_unknown_types_follow_from_a_missing_name() {
    let bound = || {
        error(
            Some("E0277"),
            "the trait bound `fn(u8, {type error}) {save}: Handler<_, _>` is not satisfied",
            10,
            "save",
        )
    };
    let missing = error(
        Some("E0531"),
        "cannot find tuple struct or tuple variant `Extra` in this scope",
        0,
        "Extra",
    );
    let together = kinds_of(&Scaffold::default(), vec![missing, bound()]);
    assert_eq!(together, [CauseKind::MissingName]);
    let alone = kinds_of(&Scaffold::default(), vec![bound()]);
    assert_eq!(alone, [CauseKind::CompileError]);
}

#[test]
fn errors_in_code_that_we_added_are_not_the_documents() {
    let mut ours = error(Some("E0308"), "mismatched types", 0, "x");
    ours.spans[0].place = None;
    let judgement = judge(
        &Expectation::Pass,
        &Scaffold::default(),
        &failed_check(vec![ours]),
    );
    assert_eq!(judgement.verdict, Verdict::Error);
}

#[test]
fn bodies_with_missing_names_are_not_counted_as_checked() {
    let bodies = |trait_names: &[&str]| Scaffold {
        bodies: Some(vec![
            Body {
                signature: 0..5,
                block: 5..10,
                elided: false,
                goes_on: false,
            },
            Body {
                signature: 10..15,
                block: 15..20,
                elided: false,
                goes_on: false,
            },
        ]),
        trait_names: trait_names.iter().map(|&name| name.to_owned()).collect(),
        ..Scaffold::default()
    };
    let count = |scaffold: &Scaffold, error: Diagnostic| {
        judge(&Expectation::Pass, scaffold, &failed_check(vec![error])).bodies
    };
    let value = || error(Some("E0425"), "cannot find value `x` in this scope", 7, "x");
    let import = || error(Some("E0432"), "unresolved import `a::T`", 30, "a::T");
    assert_eq!(
        count(&bodies(&[]), value()),
        Some(BodyCount {
            checked: 1,
            total: 2
        })
    );
    let resting = Scaffold {
        foundations: vec![vec![30..40], Vec::new()],
        ..bodies(&[])
    };
    let field = error(Some("E0425"), "cannot find type `X` in this scope", 35, "X");
    assert_eq!(
        count(&resting, field),
        Some(BodyCount {
            checked: 1,
            total: 2
        })
    );
    assert_eq!(
        count(&bodies(&[]), import()),
        Some(BodyCount {
            checked: 2,
            total: 2
        })
    );
    // A missing trait keeps the compiler from checking any type.
    assert_eq!(
        count(&bodies(&["T"]), import()),
        Some(BodyCount {
            checked: 0,
            total: 2
        })
    );
    assert_eq!(count(&Scaffold::default(), value()), None);
}

#[test]
fn lints_are_counted_by_name_and_only_in_the_documents_text() {
    let lint = |code: &str, level: Level| Diagnostic {
        level,
        ..error(Some(code), "lint", 0, "x")
    };
    let mut elsewhere = lint("unused_mut", Level::Warning);
    elsewhere.spans[0].place = None;
    let count = count_lints(&[
        lint("clippy::needless_return", Level::Warning),
        lint("clippy::needless_return", Level::Warning),
        lint("clippy::eq_op", Level::Error),
        lint("dead_code", Level::Warning),
        lint("E0308", Level::Error),
        elsewhere,
    ]);
    assert_eq!((count.warnings, count.errors), (2, 1));
    assert_eq!(count.by_lint["clippy::needless_return"], 2);
    assert_eq!(count.by_lint.len(), 2);
}

#[test]
fn lints_about_the_crate_that_we_made_are_not_counted() {
    let lint = |message: &str| Diagnostic {
        level: Level::Warning,
        ..error(Some("missing_docs"), message, 0, "x")
    };
    let count = count_lints(&[
        lint("missing documentation for the crate"),
        lint("missing documentation for a struct"),
    ]);
    assert_eq!(count.by_lint["missing_docs"], 1);
    assert!(!is_counted("unused_crate_dependencies"));
    assert!(is_counted("unused_mut"));
}

#[test]
fn the_rung_is_that_of_the_highest_aid() {
    let aid = |kind| Aid {
        kind,
        what: String::new(),
        reason: String::new(),
    };
    assert_eq!(crate::Rung::of(&[]), crate::Rung::Verbatim);
    let aids = [
        aid(AidKind::Import),
        aid(AidKind::Feature),
        aid(AidKind::Wrapper),
    ];
    assert_eq!(crate::Rung::of(&aids), crate::Rung::Imports);
}

#[test]
fn notes_do_not_decide_anything() {
    let mut mismatch = error(Some("E0308"), "mismatched types", 0, "x");
    mismatch.notes.push(Note {
        message: "cannot find type `A` in this scope".to_owned(),
        replacement: None,
        ..Note::default()
    });
    assert_eq!(
        verdict_of(&Scaffold::default(), vec![mismatch]),
        Verdict::Broken
    );
}

#[test]
fn a_method_that_a_trait_of_another_example_declares_is_missing_whatever_the_type_is() {
    let scaffold = Scaffold {
        declared_elsewhere: vec!["weigh".to_owned()],
        ..Scaffold::default()
    };
    let lacks = |method: &str| {
        let message =
            format!("no method named `{method}` found for type `f64` in the current scope");
        let mut error = error(Some("E0599"), &message, 0, method);
        error.notes.push(Note {
            message: "there is a method `weigh_in` with a similar name".to_owned(),
            ..Note::default()
        });
        verdict_of(&scaffold, vec![error])
    };
    assert_eq!(lacks("weigh"), Verdict::Incomplete);
    assert_eq!(lacks("weighs"), Verdict::Broken);
}

#[test]
fn a_type_that_code_below_would_decide_is_left_open_and_not_wrong() {
    let scaffold = |goes_on| Scaffold {
        bodies: Some(vec![Body {
            signature: 0..0,
            block: 0..50,
            elided: false,
            goes_on,
        }]),
        ..Scaffold::default()
    };
    let open = || error(Some("E0282"), "type annotations needed", 7, "x");
    assert_eq!(
        kinds_of(&scaffold(true), vec![open()]),
        [CauseKind::ElidedBody]
    );
    assert_eq!(
        kinds_of(&scaffold(false), vec![open()]),
        [CauseKind::CompileError]
    );
    // What a method makes is used up by an operator, unless it is a variable's.
    let used_up = Scaffold {
        operands: std::iter::once(0..20).collect(),
        ..scaffold(true)
    };
    let mut of_method = open();
    of_method.spans[0].label = Some("declared on the method `sum`".to_owned());
    assert_eq!(
        kinds_of(&used_up, vec![of_method.clone()]),
        [CauseKind::CompileError]
    );
    assert_eq!(
        kinds_of(&scaffold(true), vec![of_method.clone()]),
        [CauseKind::ElidedBody]
    );
    of_method.notes.push(Note {
        message: "consider giving `x` an explicit type".to_owned(),
        ..Note::default()
    });
    assert_eq!(kinds_of(&used_up, vec![of_method]), [CauseKind::ElidedBody]);
}

#[test]
fn code_for_an_older_major_is_outdated_and_names_the_version() {
    let scaffold = Scaffold {
        libraries: vec!["hyper".to_owned()],
        outdated: vec![crate::OutdatedVersion {
            package: "hyper".to_owned(),
            newest: "1.6.0".to_owned(),
            used: "0.14.32".to_owned(),
        }],
        outdated_by: vec![error(
            Some("E0432"),
            "unresolved import `hyper::Server`",
            3,
            "hyper",
        )],
        ..Scaffold::default()
    };
    let passed = [outcome(Stage::Check, Status::Passed)];
    let judgement = judge(&Expectation::Pass, &scaffold, &passed);
    assert_eq!(judgement.verdict, Verdict::Outdated);
    assert_eq!(judgement.causes[0].kind, CauseKind::OutdatedApi);
    assert!(judgement.causes[0].message.contains("hyper 0.14.32"));
    assert_eq!(judgement.causes[0].code.as_deref(), Some("E0432"));
}

#[test]
fn a_program_that_nobody_answers_is_not_the_documents_fault() {
    let judged = |asks: &[Asked], code, output: &str| {
        let panic = output.split_once("panicked at src/main.rs:1:2:\n");
        let failures = panic.map(|(_, message)| crate::Failure {
            stage: Stage::Run,
            test: None,
            panicked: true,
            message: message.to_owned(),
            is_around: false,
            place: None,
            missing_crate: None,
        });
        let scaffold = Scaffold {
            asks: asks.to_vec(),
            failures: Vec::from_iter(failures),
            ..Scaffold::default()
        };
        let check = outcome(Stage::Check, Status::Passed);
        let run = exited(Stage::Run, code, output);
        judge(&Expectation::Pass, &scaffold, &[check, run]).verdict
    };
    let panic = "thread 'main' panicked at src/main.rs:1:2:\nwhich file?\n";
    assert_eq!(judged(&[], 101, panic), Verdict::Fails);
    assert_eq!(judged(&[Asked::Arguments], 101, panic), Verdict::Error);
    assert_eq!(judged(&[Asked::Input], 1, ""), Verdict::Error);
    assert_eq!(judged(&[Asked::Input], 0, ""), Verdict::Passes);
    let assertion = "thread 'main' panicked at src/main.rs:1:2:\nassertion failed: a\n";
    assert_eq!(judged(&[Asked::Input], 101, assertion), Verdict::Fails);
    let usage = "error: what about --name?\n\nUsage: a --name <NAME>\n";
    assert_eq!(judged(&[], 2, usage), Verdict::Error);
    assert_eq!(judged(&[], 1, usage), Verdict::Fails);
    let wants = "error: The following required arguments were not provided:\n    <file>\n";
    assert_eq!(judged(&[], 1, wants), Verdict::Error);
    assert_eq!(judged(&[], 0, wants), Verdict::Passes);
}

#[test]
fn a_test_harness_that_is_to_panic_has_a_test_that_fails() {
    let harness = Scaffold {
        is_test_harness: true,
        ..Scaffold::default()
    };
    let tested = |status, failed: &[&str]| {
        let mut test = outcome(Stage::Test, status);
        test.report.failed_tests = failed.iter().map(|&name| name.to_owned()).collect();
        let outcomes = [outcome(Stage::Check, Status::Passed), test];
        judge(&Expectation::Panic, &harness, &outcomes).verdict
    };
    assert_eq!(tested(Status::Failed, &["fails"]), Verdict::Passes);
    assert_eq!(tested(Status::Failed, &[]), Verdict::Unexpected);
    assert_eq!(tested(Status::Passed, &[]), Verdict::Unexpected);
    assert_eq!(tested(Status::TimedOut, &[]), Verdict::Unexpected);
    assert_eq!(tested(Status::Error, &[]), Verdict::Error);
    let untested = [outcome(Stage::Check, Status::Passed)];
    let judged = judge(&Expectation::Panic, &harness, &untested);
    assert_eq!(judged.verdict, Verdict::Unexpected);
}

fn linked(library: &str, version: &str) -> Scaffold {
    Scaffold {
        libraries: vec![library.to_owned()],
        linked: vec![crate::LinkedCrate {
            is_elsewhere: false,
            is_per_system: false,
            library: library.to_owned(),
            package: library.to_owned(),
            version: version.to_owned(),
            features: [("fs_dep".to_owned(), "files".to_owned())].into(),
        }],
        ..Scaffold::default()
    }
}

#[test]
fn what_a_crate_has_on_other_systems_is_no_fault_of_the_document() {
    let verdict = |scaffold: &Scaffold, notes: &[&str]| {
        let mut absent = error(
            Some("E0432"),
            "unresolved import `axum::Frob`",
            4,
            "axum::Frob",
        );
        absent.notes.extend(notes.iter().map(|it| crate::Note {
            message: (*it).to_owned(),
            ..crate::Note::default()
        }));
        judge(&Expectation::Pass, scaffold, &failed_check(vec![absent])).verdict
    };
    let mut scaffold = linked("axum", "0.8.4");
    for (notes, expected) in [
        (&[][..], Verdict::Broken),
        (
            &["the item is gated here: `#[cfg(windows)]`"],
            Verdict::Error,
        ),
        (&["the item is gated here: `bsd`"], Verdict::Error),
        (&["the item is gated here"], Verdict::Broken),
        (&["the item is gated here: `#[cfg(test)]`"], Verdict::Broken),
        (
            &["the item is gated here: `#[cfg(docsrs)]`"],
            Verdict::Broken,
        ),
        (
            &["the item is gated here: `#[cfg(all(windows, feature = \"a\"))]`"],
            Verdict::Broken,
        ),
        (
            &[
                "the item is gated here: `#[cfg(windows)]`",
                "the item is gated here: `#[cfg(unix)]`",
            ],
            Verdict::Broken,
        ),
    ] {
        assert_eq!(verdict(&scaffold, notes), expected, "{notes:?}");
    }
    scaffold.linked[0].is_per_system = true;
    assert_eq!(verdict(&scaffold, &[]), Verdict::Error);
    let slip = ["a struct with a similar name exists"];
    assert_eq!(verdict(&scaffold, &slip), Verdict::Broken);
    scaffold.linked[0].is_elsewhere = true;
    assert_eq!(verdict(&scaffold, &[]), Verdict::Error);
}

#[test]
fn what_a_crate_does_not_have_is_told_with_its_version() {
    let absent = || {
        error(
            Some("E0432"),
            "unresolved import `axum::Frob`",
            4,
            "axum::Frob",
        )
    };
    let scaffold = linked("axum", "0.8.4");
    let judgement = judge(&Expectation::Pass, &scaffold, &failed_check(vec![absent()]));
    assert_eq!(judgement.verdict, Verdict::Broken);
    assert_eq!(judgement.causes[0].kind, CauseKind::WrongApi);
    assert!(judgement.causes[0].message.ends_with("(axum 0.8.4)"));
    // The standard library has no version that a document could mean.
    let standard = error(
        Some("E0432"),
        "unresolved import `std::Frob`",
        4,
        "std::Frob",
    );
    assert_eq!(
        kinds_of(&scaffold, vec![standard]),
        [CauseKind::CompileError]
    );
}

#[test]
fn an_item_behind_a_feature_names_the_feature() {
    let mut gated = error(Some("E0433"), "cannot find `fs` in `tokio`", 4, "fs");
    gated.notes.push(Note {
        message: "the item is gated behind the `fs` feature".to_owned(),
        ..Note::default()
    });
    let scaffold = linked("tokio", "1.52.0");
    let expectation = Expectation::CompileFail { codes: Vec::new() };
    for expectation in [Expectation::Pass, expectation] {
        let judgement = judge(&expectation, &scaffold, &failed_check(vec![gated.clone()]));
        assert_eq!(
            judgement.verdict,
            Verdict::Broken,
            "a missing feature proves nothing"
        );
        assert_eq!(judgement.causes[0].kind, CauseKind::MissingFeature);
        assert!(judgement.causes[0].message.contains("feature `fs`"));
    }
    gated.notes[0].message = "the item is gated behind the `fs_dep` feature".to_owned();
    let judgement = judge(&Expectation::Pass, &scaffold, &failed_check(vec![gated]));
    let message = &judgement.causes[0].message;
    assert!(message.contains("feature `files`"), "{message}");
}

#[test]
fn a_method_is_missed_in_a_crate_only_when_its_type_is_that_crates() {
    let message = "no method named `frob` found for struct `Router<S>` in the current scope";
    let method = || error(Some("E0599"), message, 4, "frob");
    let mut scaffold = linked("axum", "0.8.4");
    assert_eq!(
        kinds_of(&scaffold, vec![method()]),
        [CauseKind::CompileError]
    );
    let import = ("Router".to_owned(), "axum".to_owned());
    scaffold.imported.extend([import]);
    assert_eq!(kinds_of(&scaffold, vec![method()]), [CauseKind::WrongApi]);
    // An alias of a crate's stands for the standard library's type.
    let alias = ("Result".to_owned(), "axum".to_owned());
    scaffold.imported.extend([alias]);
    let message = "no method named `frob` found for enum `Result<T, E>` in the current scope";
    let of_alias = error(Some("E0599"), message, 4, "frob");
    let kinds = kinds_of(&scaffold, vec![of_alias]);
    assert_eq!(kinds, [CauseKind::CompileError]);
    let mut needs_import = method();
    needs_import.notes.push(Note {
        message: "items from traits can only be used if the trait is in scope".to_owned(),
        ..Note::default()
    });
    assert_eq!(
        kinds_of(&scaffold, vec![needs_import]),
        [CauseKind::CompileError]
    );
}

#[test]
fn errors_that_follow_hang_under_the_cause_that_they_mention() {
    let missing = error(
        None,
        "cannot find derive macro `Build` in this scope",
        0,
        "Build",
    );
    let message = "no function or associated item named `build` found for struct `A`";
    let follows = error(Some("E0599"), message, 9, "build");
    let checked = failed_check(vec![missing, follows]);
    let judgement = judge(&Expectation::Pass, &Scaffold::default(), &checked);
    assert_eq!(judgement.verdict, Verdict::Incomplete);
    assert_eq!(judgement.causes.len(), 1);
    let follow_ons = &judgement.causes[0].explanation.follow_ons;
    assert_eq!(follow_ons.len(), 1);
    assert_eq!(follow_ons[0].code.as_deref(), Some("E0599"));
}

#[test]
fn types_that_lack_a_derived_trait_fit_nowhere() {
    let macro_missing = || {
        let message = "cannot find derive macro `FromRef` in this scope";
        error(None, message, 0, "FromRef")
    };
    let misfit = |label: &str| {
        let mut misfit = error(Some("E0308"), "mismatched types", 9, "state");
        misfit.spans[0].label = Some(label.to_owned());
        misfit
    };
    let own = || misfit("expected `Client`, found `AppState`");
    let of_crate = Scaffold {
        imported: [("FromRef".to_owned(), "axum".to_owned())].into(),
        libraries: vec!["axum".to_owned()],
        derived: [("FromRef".to_owned(), vec!["AppState".to_owned()])].into(),
        ..Scaffold::default()
    };
    let missing = [CauseKind::MissingName];
    assert_eq!(kinds_of(&of_crate, vec![macro_missing(), own()]), missing);
    let both = [CauseKind::MissingName, CauseKind::CompileError];
    let other = misfit("expected `Client`, found `u8`");
    assert_eq!(kinds_of(&of_crate, vec![macro_missing(), other]), both);
    // A macro of nobody knows what says nothing about the types.
    let of_nobody = Scaffold {
        imported: [].into(),
        ..of_crate.clone()
    };
    assert_eq!(kinds_of(&of_nobody, vec![macro_missing(), own()]), both);
    assert_eq!(kinds_of(&of_crate, vec![own()]), [CauseKind::CompileError]);
}

#[test]
fn a_name_that_is_used_often_is_missing_once() {
    let used = |start| {
        error(
            Some("E0425"),
            "cannot find type `B` in this scope",
            start,
            "B",
        )
    };
    let other = error(Some("E0425"), "cannot find type `C` in this scope", 30, "C");
    let check = failed_check(vec![used(0), used(10), other, used(20)]);
    let causes = judge(&Expectation::Pass, &Scaffold::default(), &check).causes;
    let names: Vec<_> = causes.iter().filter_map(|it| it.name.as_deref()).collect();
    assert_eq!(names, ["B", "C"]);
    assert_eq!(causes[0].explanation.follow_ons.len(), 2);
}

#[test]
fn a_file_that_is_missing_in_one_body_excuses_nothing_in_another() {
    let body = |start: usize| Body {
        signature: start..start + 5,
        block: start + 5..start + 10,
        elided: false,
        goes_on: false,
    };
    let scaffold = Scaffold {
        bodies: Some(vec![body(0), body(10)]),
        ..Scaffold::default()
    };
    let unread = |start| {
        error(
            None,
            "couldn't read `a.sql`: not found",
            start,
            "include_str!",
        )
    };
    let wrong = |start| {
        error(
            Some("E0277"),
            "the trait bound is not satisfied",
            start,
            "x",
        )
    };
    assert_eq!(
        kinds_of(&scaffold, vec![unread(7), wrong(8)]),
        [CauseKind::Environment]
    );
    assert_eq!(
        kinds_of(&scaffold, vec![unread(7), wrong(18)]),
        [CauseKind::Environment, CauseKind::CompileError]
    );
    assert_eq!(
        kinds_of(&scaffold, vec![unread(30), wrong(18)]),
        [CauseKind::Environment],
        "what is read among items may define anything"
    );
}

#[test]
fn a_crate_that_was_built_and_is_not_found_is_not_the_documents_fault() {
    let lost = || error(Some("E0463"), "can't find crate for `md5`", 0, "md5");
    let linked = Scaffold {
        libraries: vec!["md5".to_owned()],
        ..Scaffold::default()
    };
    assert_eq!(kinds_of(&linked, vec![lost()]), [CauseKind::Environment]);
    assert_eq!(
        kinds_of(&Scaffold::default(), vec![lost()]),
        [CauseKind::MissingName]
    );
}
