//! Who is compiled with whom. Pure.

use std::collections::BTreeMap;
use std::path::PathBuf;

use verify_model::Expectation;
use verify_source::example::Example;
use verify_source::merging;
use verify_source::scaffold::{Edition, Plan, Target};
use verify_source::uncalled;

use crate::batch::MAX_MEMBERS;

/// Fewest members of a batch when there is more than one: starting a compiler costs as much as a
/// handful of examples.
const FEWEST: usize = 8;

/// What examples of one batch have in common.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Group {
    /// The directory of their dependency set.
    pub set: PathBuf,
    pub edition: Edition,
    pub are_programs: bool,
    /// Whether they are compiled with the test harness as well.
    pub has_harness: bool,
    /// Whether they are never run, and show all their faults without being linked.
    pub is_only_built: bool,
}

/// How an example is compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// Together with others.
    Batch(Group),
    /// By itself.
    Alone,
    /// By cargo, which knows how.
    Cargo,
}

/// How an example is compiled, given its plan, its source file and its set's directory.
pub(crate) fn route(example: &Example, plan: &Plan, text: &str, set: PathBuf) -> Route {
    let facts = &example.facts;
    let is_program = plan.target == Target::Program;
    let needs_cargo = plan.target == Target::ProcMacro
        || plan.freestanding
        || facts.is_build_script
        // A library beside the program, made of the same file.
        || is_program && facts.may_hold_doctests;
    if needs_cargo {
        return Route::Cargo;
    }
    let is_expected_to_fail = matches!(example.expectation, Expectation::CompileFail { .. });
    // A text that does not parse keeps the compiler from looking at any other.
    let is_hopeless = !facts.parses() || is_expected_to_fail;
    // In modules, 2015's paths mean something else.
    let text_is_alone = plan.edition == Edition::E2015
        // What is added to programs stands behind their tests.
        || is_program && (merging::may_differ_under_test(text) || merging::has_unusual_main(text))
        // Compiled once more, with what it does not call.
        || is_program && uncalled::may_hide_errors(text)
        || !merging::is_mergeable(text);
    let document_wants_it_alone = example.standalone || example.test_harness;
    if is_hopeless || text_is_alone || document_wants_it_alone {
        return Route::Alone;
    }
    Route::Batch(Group {
        set,
        edition: plan.edition,
        are_programs: is_program,
        has_harness: has_harness(example, plan, text),
        is_only_built: is_only_built(example, plan, text),
    })
}

/// Whether nothing is run, and nothing could show when it is linked: without other crates and
/// assembly, all that is named is the example's own and the standard library's.
fn is_only_built(example: &Example, plan: &Plan, text: &str) -> bool {
    example.expectation == Expectation::Compile
        && plan.dependencies.is_empty()
        && !merging::may_hold_assembly(text)
}

/// Whether compiling with the test harness can tell more than compiling without.
pub(crate) fn has_harness(example: &Example, plan: &Plan, text: &str) -> bool {
    example.facts.may_hold_tests || plan.panics || merging::may_differ_under_test(text)
}

/// Makes batches of what may be compiled together: few enough to be worth it, enough for every
/// worker to have one.
pub(crate) fn batches<T>(
    members: impl IntoIterator<Item = (Group, T)>,
    workers: usize,
) -> Vec<(Group, Vec<T>)> {
    let mut groups: BTreeMap<Group, Vec<T>> = BTreeMap::new();
    for (group, member) in members {
        groups.entry(group).or_default().push(member);
    }
    together_when_few(&mut groups);
    let mut batches = Vec::new();
    for (group, members) in groups {
        let fair = members.len().div_ceil(workers.max(1));
        let size = fair.clamp(FEWEST, MAX_MEMBERS);
        let mut members = members.into_iter().peekable();
        while members.peek().is_some() {
            let batch: Vec<T> = members.by_ref().take(size).collect();
            batches.push((group.clone(), batch));
        }
    }
    batches
}

/// Puts those that need no linking with those that do, unless they are enough for a batch.
fn together_when_few<T>(groups: &mut BTreeMap<Group, Vec<T>>) {
    let few = |(group, members): (&Group, &Vec<T>)| {
        (group.is_only_built && members.len() < FEWEST).then(|| group.clone())
    };
    for group in groups.iter().filter_map(few).collect::<Vec<_>>() {
        let linked = Group {
            is_only_built: false,
            ..group.clone()
        };
        if groups.contains_key(&linked) {
            let members = groups.remove(&group).unwrap_or_default();
            groups.entry(linked).or_default().extend(members);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(set: &str) -> Group {
        Group {
            set: PathBuf::from(set),
            edition: Edition::E2021,
            are_programs: false,
            has_harness: false,
            is_only_built: false,
        }
    }

    fn sizes(count: usize, workers: usize) -> Vec<usize> {
        let members = (0..count).map(|number| (group("a"), number));
        let batches = batches(members, workers);
        batches.iter().map(|(_, members)| members.len()).collect()
    }

    #[test]
    fn every_worker_gets_a_batch_and_none_is_large() {
        assert_eq!(sizes(3, 2), [3]);
        assert_eq!(sizes(40, 2), [20, 20]);
        assert_eq!(sizes(200, 2), [64, 64, 64, 8]);
        assert_eq!(sizes(20, 16), [8, 8, 4]);
        assert!(sizes(0, 2).is_empty());
    }

    #[test]
    fn groups_do_not_mix_and_keep_their_order() {
        let members = [(group("b"), 1), (group("a"), 2), (group("b"), 3)];
        let batches = batches(members, 1);
        assert_eq!(batches, [(group("a"), vec![2]), (group("b"), vec![1, 3])]);
    }

    #[test]
    fn a_few_that_need_no_linking_are_linked_with_the_others() {
        let only_built = || Group {
            is_only_built: true,
            ..group("a")
        };
        let few = (0..3).map(|it| (only_built(), it));
        let sizes = |batches: Vec<(Group, Vec<i32>)>| -> Vec<usize> {
            batches.iter().map(|(_, members)| members.len()).collect()
        };
        assert_eq!(sizes(batches(few.clone(), 1)), [3]);
        let mixed = few.clone().chain([(group("a"), 3)]);
        assert_eq!(sizes(batches(mixed, 1)), [4]);
        let many = (0..8).map(|it| (only_built(), it)).chain([(group("a"), 8)]);
        assert_eq!(sizes(batches(many, 1)), [1, 8]);
    }

    #[test]
    fn only_what_is_neither_run_nor_linked_with_others_is_only_built() {
        for (words, code, is_expected) in [
            ("rust,no_run", "pub fn f() {}", true),
            ("rust", "pub fn f() {}", false),
            ("rust,should_panic", "pub fn f() {}", false),
            ("rust,no_run", "use std::arch::asm; pub fn f() {}", false),
        ] {
            let document = format!("```{words}\n{code}\n```\n");
            let options = verify_source::document::Options::default();
            let examined = verify_source::examine::examine("a.md", document, &options);
            let example = &examined.examples[0];
            let plan = Plan::bare("example".to_owned());
            let is_found = is_only_built(example, &plan, &example.code);
            assert_eq!(is_found, is_expected, "{words}: {code}");
        }
    }

    #[test]
    fn examples_that_ask_for_a_crate_of_their_own_get_it() {
        for (words, is_alone) in [
            ("rust", false),
            ("rust,standalone_crate", true),
            ("rust,test_harness", true),
        ] {
            let document = format!("```{words}\npub fn f() {{}}\n```\n");
            let options = verify_source::document::Options::default();
            let examined = verify_source::examine::examine("a.md", document, &options);
            let example = &examined.examples[0];
            let plan = Plan::bare("example".to_owned());
            let route = route(example, &plan, &example.code, PathBuf::from("a"));
            assert_eq!(route == Route::Alone, is_alone, "{words}");
        }
    }
}
