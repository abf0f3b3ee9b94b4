//! Reads what Rust's test harness prints.

use verify_model::TestCounts;

/// What a harness reported.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Results {
    /// Totals over all harnesses of the output.
    pub counts: TestCounts,
    /// Names of failed tests, in order.
    pub failed: Vec<String>,
    /// Whether every harness that began also told its result.
    pub is_complete: bool,
}

/// Reads the plain format: `test NAME ... ok`, then `test result: ok. 1 passed; 0 failed; …`.
pub(crate) fn read(output: &str) -> Results {
    let mut results = Results::default();
    let (mut begun, mut ended) = (0_usize, 0_usize);
    for line in output.lines() {
        let line = line.trim_end();
        let is_beginning = line
            .strip_prefix("running ")
            .is_some_and(|rest| rest.ends_with(" tests") || rest.ends_with(" test"));
        begun += usize::from(is_beginning);
        if let Some(summary) = line.strip_prefix("test result: ") {
            ended += 1;
            add(&mut results.counts, summary);
        } else if let Some(name) = line
            .strip_prefix("test ")
            .and_then(|rest| rest.strip_suffix(" ... FAILED"))
        {
            // What a test is expected to do is no part of its name.
            let name = name.strip_suffix(" - should panic").unwrap_or(name);
            results.failed.push(name.to_owned());
        }
    }
    results.is_complete = ended > 0 && ended >= begun;
    results
}

/// A harness's output with its results in the order of the tests' names: tests run at once, and end
/// in any order.
pub(crate) fn in_order(output: &str) -> String {
    let is_result = |line: &str| {
        let rest = line.trim_end().strip_prefix("test ");
        rest.is_some_and(|it| it.contains(" ... "))
    };
    let mut lines: Vec<&str> = output.split_inclusive('\n').collect();
    for block in lines.chunk_by_mut(|one, other| is_result(one) && is_result(other)) {
        block.sort_unstable();
    }
    lines.concat()
}

fn add(counts: &mut TestCounts, summary: &str) {
    let clauses = summary.split(['.', ';']).map(str::trim);
    for clause in clauses {
        let Some((number, word)) = clause.split_once(' ') else {
            continue;
        };
        let Ok(number) = number.parse::<usize>() else {
            continue;
        };
        match word {
            "passed" => counts.passed += number,
            "failed" => counts.failed += number,
            "ignored" => counts.ignored += number,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_and_failed_names_are_read() {
        let output = "running 3 tests\ntest tests::a ... ok\ntest tests::b ... FAILED\ntest src/lib.rs - f (line 3) ... FAILED\ntest c ... ignored\n\ntest result: FAILED. 1 passed; 2 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s\n\ntest result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out\n";
        let results = read(output);
        assert_eq!(
            results.counts,
            TestCounts {
                passed: 3,
                failed: 2,
                ignored: 1
            }
        );
        assert_eq!(results.failed, ["tests::b", "src/lib.rs - f (line 3)"]);
    }

    #[test]
    fn results_have_an_order() {
        let output = "running 2 tests\ntest b ... ok\ntest a ... FAILED\n\ntest b\ntest a\n";
        let sorted = "running 2 tests\ntest a ... FAILED\ntest b ... ok\n\ntest b\ntest a\n";
        assert_eq!(in_order(output), sorted);
    }

    #[test]
    fn a_program_that_imitates_a_harness_in_vain_changes_nothing() {
        assert_eq!(read("a test result: ok. 5 passed\n"), Results::default());
    }

    #[test]
    fn a_harness_that_ends_early_is_not_complete() {
        assert!(!read("\nrunning 2 tests\ntest a ... ok\n").is_complete);
        assert!(!read("").is_complete);
        assert!(read("\nrunning 0 tests\n\ntest result: ok. 0 passed\n").is_complete);
    }
}
