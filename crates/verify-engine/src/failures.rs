//! How tests, doctests and programs say that they failed: read from what they printed.

use verify_model::{Exit, Failure, Outcome, Position, Span, Stage};

use crate::generated::Generated;

/// At most this many lines of what a panic says are kept.
const MESSAGE_LINES: usize = 8;
/// Characters that are kept of each of them.
const LINE_CHARACTERS: usize = 200;

/// What the failed tests of `outcome`, or its program, said.
pub(crate) fn read(outcome: &Outcome, generated: &Generated<'_>) -> Vec<Failure> {
    let output = outcome.report.output.as_ref().map_or("", |it| &it.text);
    if outcome.stage == Stage::Run {
        let said = Said::of_program(output, outcome.report.exit);
        return said
            .map(|said| said.failure(outcome.stage, None, generated))
            .into_iter()
            .collect();
    }
    let failed = outcome.report.failed_tests.iter();
    failed
        .filter_map(|test| {
            let said = Said::of_test(section(output, test)?, test);
            let mut failure = said.failure(outcome.stage, Some(test.clone()), generated);
            if outcome.stage == Stage::Doctest {
                let section = section(output, test)?;
                failure.place = doctest_place(test, section, generated);
                failure.missing_crate = missing_crate(section).map(str::to_owned);
            }
            Some(failure)
        })
        .collect()
}

/// What was said of a failure, and the place that was named.
#[derive(Debug, PartialEq, Eq)]
struct Said<'a> {
    panicked: bool,
    message: String,
    place: Option<(&'a str, Position)>,
}

impl<'a> Said<'a> {
    /// What ended the program: the last panic of its main thread, or the error that `main` returned
    /// behind that. A panic that the program caught ended nothing.
    fn of_program(output: &'a str, exit: Option<Exit>) -> Option<Self> {
        const OF_PANIC: i32 = 101;
        let is_other = matches!(exit, Some(Exit::Code(code)) if code != OF_PANIC);
        let mut panics = Panic::all(output);
        if is_other {
            panics.clear();
        }
        let panic = Panic::ending(&panics, &["main"]);
        if panics.is_empty()
            && let Some(line) = output.lines().rfind(|it| is_overflow(it))
        {
            return Some(Self {
                panicked: false,
                message: cut(line),
                place: None,
            });
        }
        let error = Self::error(output);
        let is_later = |at: usize| panic.is_none_or(|panic| panic.offset < at);
        match error {
            Some((at, said)) if is_later(at) => Some(said),
            _ => panic.or(panics.first()).map(Self::panic),
        }
    }

    fn of_test(section: &'a str, test: &str) -> Self {
        const NO_PANIC: &str = "note: test did not panic as expected at ";
        const OTHER_PANIC: &str = "note: panic did not contain expected string";
        let mut lines = section.lines();
        if let Some(rest) = lines.find_map(|line| line.strip_prefix(NO_PANIC)) {
            return Self {
                panicked: false,
                message: "it did not panic as expected".to_owned(),
                place: place(rest),
            };
        }
        let panics = Panic::all(section);
        let panic = Panic::ending(&panics, &[test, "main"]).or(panics.first());
        let panic = panic.map(Self::panic);
        if let Some(at) = section.find(OTHER_PANIC) {
            return Self {
                panicked: true,
                message: message(section[at..].lines()).replacen("note: ", "its ", 1),
                place: panic.and_then(|panic| panic.place),
            };
        }
        let error = || Self::error(section).map(|(_, said)| said);
        panic.or_else(error).unwrap_or_else(|| {
            let mut lines = section.lines().map(str::trim);
            Self {
                panicked: false,
                message: lines
                    .find(|line| !line.is_empty())
                    .map_or_else(String::new, cut),
                place: None,
            }
        })
    }

    fn panic(panic: &Panic<'a>) -> Self {
        Self {
            panicked: true,
            message: panic.message.clone(),
            place: place(panic.place),
        }
    }

    /// What the `Termination` of a `Result` prints, and the offset at which it begins.
    fn error(output: &str) -> Option<(usize, Self)> {
        let at = output
            .rmatch_indices("Error: ")
            .map(|(at, _)| at)
            .find(|at| *at == 0 || output[..*at].ends_with('\n'))?;
        let said = Self {
            panicked: false,
            message: message(output[at..].lines()),
            place: None,
        };
        Some((at, said))
    }

    fn failure(self, stage: Stage, test: Option<String>, generated: &Generated<'_>) -> Failure {
        let place = self
            .place
            .and_then(|(file, position)| generated.place(file, position));
        let is_in = |(file, _): (&str, Position)| generated.is_named(file);
        Failure {
            stage,
            test,
            panicked: self.panicked,
            message: self.message,
            is_around: place.is_none() && self.place.is_some_and(is_in),
            place,
            missing_crate: None,
        }
    }
}

/// The part of a harness's output that it captured of one test.
fn section<'a>(output: &'a str, test: &str) -> Option<&'a str> {
    // What a doctest is expected to do stands behind its place, and only in the list.
    let name = test.find("(line ").and_then(|line| {
        let end = line + test[line..].find(')')? + 1;
        test.get(..end)
    });
    let head = format!("---- {} stdout ----\n", name.unwrap_or(test));
    let start = output.find(&head)? + head.len();
    let rest = &output[start..];
    let ends = ["\n---- ", "\nfailures:\n"].map(|end| rest.find(end).unwrap_or(rest.len()));
    let end = ends.into_iter().min()?;
    rest.get(..end)
}

/// A panic as it is printed.
#[derive(Debug)]
struct Panic<'a> {
    /// Where in the output it begins.
    offset: usize,
    thread: &'a str,
    place: &'a str,
    message: String,
}

impl<'a> Panic<'a> {
    /// All that `output` tells of, in order.
    fn all(output: &'a str) -> Vec<Self> {
        let mut offset = 0;
        let mut panics = Vec::new();
        for line in output.split_inclusive('\n') {
            let start = offset;
            offset += line.len();
            if let Some((thread, place)) = panic_head(line.trim_end()) {
                panics.push(Self {
                    offset: start,
                    thread,
                    place,
                    message: message(output[offset..].lines()),
                });
            }
        }
        panics
    }

    /// The one that ended a thread of one of these names: its last. Where that only passes on
    /// another panic, it is the one before.
    fn ending<'p>(panics: &'p [Self], threads: &[&str]) -> Option<&'p Self> {
        let is_own = |it: &&Self| threads.contains(&it.thread);
        let last = panics.iter().rposition(|it| is_own(&it))?;
        let before = panics[..last].iter().rev();
        let cause = if panics[last].tells_of_a_thread() {
            before.clone().find(|it| !is_own(it))
        } else if panics[last].tells_of_unwinding() {
            before
                .clone()
                .find(|it| is_own(it) && !it.tells_of_unwinding())
        } else {
            None
        };
        Some(cause.unwrap_or(&panics[last]))
    }

    /// Whether it says that another thread panicked, and not why.
    fn tells_of_a_thread(&self) -> bool {
        [
            "Any { .. }",
            "PoisonError { .. }",
            "a scoped thread panicked",
        ]
        .iter()
        .any(|words| self.message.contains(words))
    }

    /// Whether it says that a panic could not be unwound.
    fn tells_of_unwinding(&self) -> bool {
        [
            "panic in a destructor during cleanup",
            "panic in a function that cannot unwind",
        ]
        .iter()
        .any(|words| self.message.starts_with(words))
    }
}

/// Whether the standard library says that a thread has overflowed its stack.
fn is_overflow(line: &str) -> bool {
    line.starts_with("thread '") && line.ends_with(" has overflowed its stack")
}

/// The name and the place in `thread 'NAME' (ID) panicked at FILE:LINE:COLUMN:`, as written.
fn panic_head(line: &str) -> Option<(&str, &str)> {
    let (head, place) = line.strip_prefix("thread '")?.split_once(" panicked at ")?;
    let (thread, _) = head.rsplit_once('\'')?;
    Some((thread, place.trim_end_matches(':')))
}

/// Reads `FILE:LINE:COLUMN`.
fn place(text: &str) -> Option<(&str, Position)> {
    let mut parts = text.trim().rsplitn(3, ':');
    let column = parts.next()?.parse().ok()?;
    let line = parts.next()?.parse().ok()?;
    Some((parts.next()?, Position { line, column }))
}

/// The lines up to the first that is not part of the message any more.
fn message<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    const ENDS: [&str; 4] = ["note: run with ", "stack backtrace:", "thread '", "---- "];
    let is_end = |line: &str| line.trim().is_empty() || ENDS.iter().any(|it| line.starts_with(it));
    let lines: Vec<String> = lines
        .take_while(|line| !is_end(line))
        .take(MESSAGE_LINES)
        .map(|line| cut(line.trim_end()))
        .collect();
    lines.join("\n")
}

fn cut(line: &str) -> String {
    if line.chars().nth(LINE_CHARACTERS).is_none() {
        return line.to_owned();
    }
    let mut cut: String = line.chars().take(LINE_CHARACTERS - 1).collect();
    cut.push('…');
    cut
}

/// Where a doctest went wrong: on the line of its error when it does not compile, else on the line
/// that its name gives, `FILE - ITEM (line LINE)`. What it gives as columns are not those of the
/// file, and where it panics is not reliable.
fn doctest_place(test: &str, section: &str, generated: &Generated<'_>) -> Option<Span> {
    let error = section
        .lines()
        .find_map(|line| line.trim_start().strip_prefix("--> "))
        .filter(|_| section.starts_with("error"))
        .and_then(place)
        .map(|(_, position)| position.line);
    let named = || {
        let (_, rest) = test.rsplit_once("(line ")?;
        rest.split_once(')')?.0.parse().ok()
    };
    generated.line(error.or_else(named)?)
}

/// The crate that a doctest does not find, when its errors are all about that.
fn missing_crate(section: &str) -> Option<&str> {
    const LABEL: &str = "use of unresolved module or unlinked crate `";
    let is_error = |line: &&str| line.starts_with("error") && !line.starts_with("error: aborting");
    let is_of_crate = |line: &str| {
        ["error[E0432]", "error[E0433]"]
            .iter()
            .any(|head| line.starts_with(head))
    };
    let errors = section.lines().filter(is_error);
    let crates: Vec<&str> = section
        .lines()
        .filter_map(|line| line.split_once(LABEL)?.1.split('`').next())
        .collect();
    let first = *crates.first()?;
    let is_all = errors.clone().count() == crates.len() && errors.clone().all(is_of_crate);
    (is_all && crates.iter().all(|it| *it == first)).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTPUT: &str = "running 4 tests\n\nfailures:\n\n---- panics stdout ----\nnote: test did not panic as expected at src/lib.rs:29:4\n---- bad stdout ----\n\nthread 'bad' panicked at src/lib.rs:26:12:\nassertion `left == right` failed: hm\n  left: 1\n right: 2\nnote: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\n\n---- other stdout ----\n\nthread 'other' panicked at src/lib.rs:32:16:\nbar\nnote: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\nnote: panic did not contain expected string\n      panic message: \"bar\"\n expected substring: \"foo\"\n---- reads stdout ----\nError: ParseIntError { kind: InvalidDigit }\n\n\nfailures:\n    bad\n";

    fn said(test: &str) -> Said<'static> {
        Said::of_test(section(OUTPUT, test).unwrap(), test)
    }

    fn at(line: usize, column: usize) -> (&'static str, Position) {
        ("src/lib.rs", Position { line, column })
    }

    #[test]
    fn a_failed_assertion_is_told_with_its_place() {
        let bad = said("bad");
        assert!(bad.panicked);
        assert_eq!(
            bad.message,
            "assertion `left == right` failed: hm\n  left: 1\n right: 2"
        );
        assert_eq!(bad.place, Some(at(26, 12)));
    }

    #[test]
    fn a_test_that_should_panic_says_what_it_did_instead() {
        let silent = said("panics");
        assert_eq!(silent.message, "it did not panic as expected");
        assert_eq!(silent.place, Some(at(29, 4)));
        let other = said("other");
        assert!(
            other.message.starts_with("its panic did not contain"),
            "{}",
            other.message
        );
        assert!(other.message.ends_with("expected substring: \"foo\""));
        assert_eq!(other.place, Some(at(32, 16)));
    }

    #[test]
    fn an_error_that_was_returned_is_told() {
        let reads = said("reads");
        assert!(!reads.panicked);
        assert_eq!(reads.message, "Error: ParseIntError { kind: InvalidDigit }");
        assert_eq!(Said::of_program("no Error: here\n", None), None);
        let program = Said::of_program("one\nError: \"no\"\n", Some(Exit::Code(1))).unwrap();
        assert_eq!(
            (program.panicked, program.message.as_str()),
            (false, "Error: \"no\"")
        );
    }

    #[test]
    fn a_panic_that_ended_the_program_is_told() {
        let head = |thread: &str, line: usize| {
            format!("\nthread '{thread}' (7) panicked at src/main.rs:{line}:5:\n")
        };
        let end = "note: run with `RUST_BACKTRACE=1` environment variable\n";
        let caught = format!("{}caught\n{end}", head("main", 2));
        let assertion = format!("{}assertion failed: x\n{end}", head("main", 9));
        let worker = format!("{}the reason\n", head("worker", 3));
        let join = "called `Result::unwrap()` on an `Err` value: Any { .. }\n";
        let passed_on = format!("{worker}{}{join}", head("main", 4));
        let aborted = format!(
            "{assertion}\nthread 'main' (7) panicked at library/core/src/panicking.rs:1:2:\npanic in a destructor during cleanup\n"
        );
        let cases = [
            (format!("{caught}{assertion}"), "assertion failed: x", 9),
            (format!("{assertion}{worker}"), "assertion failed: x", 9),
            (worker.clone(), "the reason", 3),
            (passed_on, "the reason", 3),
            (
                format!("{caught}{}{join}", head("main", 4)),
                join.trim_end(),
                4,
            ),
            (aborted, "assertion failed: x", 9),
        ];
        for (output, message, line) in cases {
            let said = Said::of_program(&output, Some(Exit::Code(101))).unwrap();
            assert_eq!(said.message, message, "{output}");
            assert_eq!(said.place.map(|(_, at)| at.line), Some(line), "{output}");
        }
        let error = format!("{caught}Error: Odd\n");
        let said = Said::of_program(&error, Some(Exit::Code(1))).unwrap();
        assert_eq!(
            (said.panicked, said.message.as_str()),
            (false, "Error: Odd")
        );
        let overflow =
            "thread 'main' (7) has overflowed its stack\nfatal runtime error: stack overflow\n";
        let said = Said::of_program(overflow, None).unwrap();
        assert_eq!(said.message, overflow.lines().next().unwrap());
        let exited = Said::of_program(&caught, Some(Exit::Code(2)));
        assert_eq!(exited, None, "a panic that was caught");
        let tests = format!("{}caught\n{}second\n", head("a::b", 1), head("a::b", 2));
        assert_eq!(Said::of_test(&tests, "a::b").message, "second");
    }

    #[test]
    fn a_program_that_only_talks_about_panics_has_not_panicked() {
        assert_eq!(
            Said::of_program("it panicked at src/main.rs:1:1:\nno\n", None),
            None
        );
        assert_eq!(section(OUTPUT, "absent"), None);
    }

    #[test]
    fn what_a_doctest_is_expected_to_do_is_no_part_of_its_name() {
        let output = "---- src/lib.rs - a (line 3) stdout ----\nTest compiled\n\nfailures:\n";
        let section = section(output, "src/lib.rs - a (line 3) - compile fail");
        assert_eq!(section, Some("Test compiled\n"));
    }

    #[test]
    fn a_doctest_that_only_lacks_a_crate_is_told_from_one_that_is_wrong() {
        let lacks = |name: &str| {
            format!(
                "error[E0432]: unresolved import `{name}`\n --> src/lib.rs:4:5\n  |\n4 | use {name}::add;\n  |     ^^^^ use of unresolved module or unlinked crate `{name}`\n\n"
            )
        };
        let end = "error: aborting due to 1 previous error\n";
        let mismatch = "error[E0308]: mismatched types\n --> src/lib.rs:5:5\n";
        let absent = "error[E0432]: unresolved import `sums::add`\n  |     no `add` in the root\n";
        for (section, name) in [
            (format!("{}{end}", lacks("sums")), Some("sums")),
            (
                format!("{}{}{end}", lacks("sums"), lacks("sums")),
                Some("sums"),
            ),
            (format!("{}{}{end}", lacks("sums"), lacks("other")), None),
            (format!("{}{mismatch}{end}", lacks("sums")), None),
            (format!("{absent}{end}"), None),
            (
                "thread 'main' panicked at src/lib.rs:1:1:\nno\n".to_owned(),
                None,
            ),
        ] {
            assert_eq!(missing_crate(&section), name, "{section}");
        }
    }

    #[test]
    fn a_message_without_end_is_cut() {
        let output = format!(
            "thread 'main' panicked at src/main.rs:1:1:\n{}",
            format!("{}\n", "x".repeat(5_000)).repeat(50)
        );
        let message = Said::of_program(&output, Some(Exit::Code(101)))
            .unwrap()
            .message;
        assert_eq!(message.lines().count(), MESSAGE_LINES);
        assert!(message.len() < 2_000);
    }
}
