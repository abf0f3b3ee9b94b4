//! Properties of comparisons, over reports of any kind.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::sample::example;

/// Examples of up to three documents, with few contents and headings, so that many are alike.
fn any_examples() -> impl Strategy<Value = Vec<Example>> {
    let document = prop::sample::select(&["a.md", "b.md", "dir/c.md"][..]);
    let content = prop::sample::select(&["x", "y", "z", "u", "v"][..]);
    let heading = prop::sample::select(&["One", "Two"][..]);
    let verdict = prop::sample::select(&Verdict::ALL[..]);
    let one = (document, content, heading, verdict, 0..3_usize);
    prop::collection::vec(one, 0..14).prop_map(|drawn| {
        let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
        let examples = drawn
            .into_iter()
            .map(|(path, content, heading, verdict, lints)| {
                let number = numbers.entry(path).or_default();
                *number += 1;
                let example = example(path, *number, content, verdict).below(&[heading]);
                if lints > 0 {
                    example.linted("clippy::a", lints)
                } else {
                    example
                }
            });
        examples.collect()
    })
}

fn any_policy() -> impl Strategy<Value = Policy> {
    let matters: Vec<_> = crate::policy::Matter::all().collect();
    let count = matters.len();
    prop::sample::subsequence(matters, 0..=count).prop_map(|deny| Policy {
        deny: deny.into_iter().collect(),
        ..Policy::default()
    })
}

/// The earlier ids of some changes, and the later ones, each sorted.
fn ids(changes: &[Change]) -> [Vec<&ExampleId>; 2] {
    let mut before: Vec<_> = changes.iter().filter_map(|it| it.before.as_ref()).collect();
    let mut after: Vec<_> = changes.iter().filter_map(|it| it.after.as_ref()).collect();
    [&mut before, &mut after].map(|seen| {
        let mut ids: Vec<&ExampleId> = seen.iter().map(|it| &it.id).collect();
        ids.sort();
        ids
    })
}

fn all_changes(comparison: &Comparison) -> Vec<Change> {
    let groups = comparison.groups();
    groups.iter().flat_map(|(_, it)| it.to_vec()).collect()
}

/// The changes of each group, whatever their order.
fn unordered(comparison: &Comparison) -> Vec<Vec<String>> {
    let groups = comparison.groups().map(|(_, changes)| {
        let mut words: Vec<String> = changes.iter().map(|it| format!("{it:?}")).collect();
        words.sort();
        words
    });
    groups.to_vec()
}

proptest! {
    #[test]
    fn a_report_does_not_differ_from_itself(policy in any_policy(), examples in any_examples()) {
        let compared = compare(&policy, &examples, &examples);
        let Comparison { new, fixed, still_failing, gone } = compared.comparison;
        prop_assert_eq!((new, fixed, gone), (vec![], vec![], vec![]));
        let failing = examples.iter().filter(|it| policy.decide(&it.listed.id, &it.run).fails);
        prop_assert_eq!(still_failing.len(), failing.count());
        prop_assert!(compared.decisions.iter().all(|it| !it.fails));
    }

    #[test]
    fn the_order_of_the_documents_changes_nothing(
        policy in any_policy(),
        before in any_examples(),
        after in any_examples(),
        rotation in 0..3_usize,
    ) {
        let shuffled = |examples: &[Example]| {
            let mut examples = examples.to_vec();
            examples.sort_by_key(|it| (it.listed.path.len() + rotation) % 3);
            examples
        };
        let plain = compare(&policy, &before, &after);
        let other = compare(&policy, &shuffled(&before), &shuffled(&after));
        prop_assert_eq!(unordered(&plain.comparison), unordered(&other.comparison));
    }

    #[test]
    fn no_example_is_lost_or_counted_twice(
        policy in any_policy(),
        before in any_examples(),
        after in any_examples(),
    ) {
        let compared = compare(&policy, &before, &after);
        let changes = all_changes(&compared.comparison);
        for mut ids in ids(&changes) {
            let count = ids.len();
            ids.dedup();
            prop_assert_eq!(ids.len(), count);
        }
        // Exactly what still fails the run is new.
        let failing = compared.decisions.iter().filter(|it| it.fails).count();
        prop_assert_eq!(failing, compared.comparison.new.len());
        // Whatever fails today is told, known or not.
        for example in after.iter().filter(|it| policy.decide(&it.listed.id, &it.run).fails) {
            let [_, told] = ids(&changes);
            prop_assert!(told.contains(&&example.listed.id));
        }
    }

    #[test]
    fn renaming_and_reordering_documents_changes_no_group(
        policy in any_policy(),
        drawn in any_examples(),
    ) {
        // What stands twice may be told apart by nothing but its verdict.
        let mut seen = BTreeSet::new();
        let mut is_first = |it: &Example| seen.insert(it.listed.sha256.clone());
        let examples: Vec<Example> = drawn.into_iter().filter(|it| is_first(it)).collect();
        let mut moved = examples.clone();
        for example in &mut moved {
            let listed = &mut example.listed;
            let path = format!("moved/{}", listed.path);
            listed.id = ExampleId::named(&path, listed.id.fragment());
            listed.path = path;
        }
        moved.reverse();
        let comparison = compare(&policy, &examples, &moved).comparison;
        prop_assert_eq!(comparison.new, vec![]);
        prop_assert_eq!(comparison.fixed, vec![]);
        prop_assert_eq!(comparison.gone, vec![]);
    }

    #[test]
    fn an_example_that_is_there_no_longer_is_gone(
        policy in any_policy(),
        examples in any_examples(),
        removed in any::<prop::sample::Index>(),
    ) {
        prop_assume!(!examples.is_empty());
        let mut rest = examples.clone();
        rest.remove(removed.index(examples.len()));
        let gone = compare(&policy, &examples, &rest).comparison.gone;
        let without_successor = gone.iter().filter(|it| it.after.is_none()).count();
        prop_assert_eq!(without_successor, 1);
    }
}
