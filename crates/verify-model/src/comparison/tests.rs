use super::*;
use crate::Stage;
use crate::policy::{Matter, Override, Rules};
use crate::sample::example;
use std::collections::BTreeSet;

/// The groups in words: `a.md#1 passes > a.md#1 broken`.
fn groups(before: &[Example], after: &[Example]) -> [Vec<String>; 4] {
    in_words(&compare(&Policy::default(), before, after).comparison)
}

fn in_words(comparison: &Comparison) -> [Vec<String>; 4] {
    let seen = |seen: &Option<Seen>| match seen {
        Some(seen) => format!("{} {}", seen.id, seen.verdict),
        None => "-".to_owned(),
    };
    comparison.groups().map(|(_, changes)| {
        let changes = changes.iter();
        changes
            .map(|it| format!("{} > {}", seen(&it.before), seen(&it.after)))
            .collect()
    })
}

fn words<const N: usize>(words: [&str; N]) -> Vec<String> {
    words.map(str::to_owned).to_vec()
}

#[test]
fn trouble_is_new_fixed_known_or_gone() {
    let before = [
        example("a.md", 1, "became broken", Verdict::Passes),
        example("a.md", 2, "mended", Verdict::Broken),
        example("a.md", 3, "as bad as before", Verdict::Broken),
        example("a.md", 4, "removed", Verdict::Fails),
        example("a.md", 5, "fine", Verdict::Passes),
        example("a.md", 6, "switched off", Verdict::Broken),
        example("a.md", 7, "failed otherwise", Verdict::Broken),
    ];
    let after = [
        example("a.md", 1, "became broken", Verdict::Broken),
        example("a.md", 2, "mended", Verdict::Passes),
        example("a.md", 3, "as bad as before", Verdict::Broken),
        example("a.md", 5, "fine", Verdict::Passes),
        example("a.md", 6, "switched off", Verdict::Skipped),
        example("a.md", 7, "failed otherwise", Verdict::Fails),
    ];
    let added = example("b.md", 1, "added", Verdict::Unresolved);
    let after: Vec<Example> = after.into_iter().chain([added]).collect();
    let [new, fixed, still, gone] = groups(&before, &after);
    assert_eq!(
        new,
        words([
            "a.md#1 passes > a.md#1 broken",
            "a.md#7 broken > a.md#7 fails",
            "- > b.md#1 unresolved",
        ])
    );
    assert_eq!(fixed, words(["a.md#2 broken > a.md#2 passes"]));
    assert_eq!(still, words(["a.md#3 broken > a.md#3 broken"]));
    assert_eq!(
        gone,
        words(["a.md#6 broken > a.md#6 skipped", "a.md#4 fails > -"])
    );
}

#[test]
fn moved_text_stays_the_same_example() {
    let before = [
        example("a.md", 1, "x", Verdict::Broken).below(&["First"]),
        example("a.md", 2, "y", Verdict::Fails).below(&["Second"]),
    ];
    let after = [
        example("a.md", 1, "y", Verdict::Fails).below(&["New"]),
        example("guide/b.md", 1, "x", Verdict::Broken),
    ];
    let [new, fixed, still, gone] = groups(&before, &after);
    assert_eq!(
        still,
        words([
            "a.md#2 fails > a.md#1 fails",
            "a.md#1 broken > guide/b.md#1 broken"
        ])
    );
    assert_eq!((new.len(), fixed.len(), gone.len()), (0, 0, 0));
}

#[test]
fn edited_text_is_found_by_its_headings_and_order() {
    let before = [
        example("a.md", 1, "1", Verdict::Broken).below(&["A", "One"]),
        example("a.md", 2, "2", Verdict::Broken).below(&["A", "One"]),
        example("a.md", 3, "3", Verdict::Broken).below(&["A", "Two"]),
    ];
    let after = [
        example("a.md", 1, "0", Verdict::Passes).below(&["A"]),
        example("a.md", 2, "1 edited", Verdict::Passes).below(&["A", "One"]),
        example("a.md", 3, "2 edited", Verdict::Broken).below(&["A", "One"]),
        example("a.md", 4, "3 edited", Verdict::Broken).below(&["A", "Two"]),
    ];
    let [new, fixed, still, gone] = groups(&before, &after);
    assert_eq!(fixed, words(["a.md#1 broken > a.md#2 passes"]));
    assert_eq!(
        still,
        words([
            "a.md#2 broken > a.md#3 broken",
            "a.md#3 broken > a.md#4 broken"
        ])
    );
    assert_eq!((new.len(), gone.len()), (0, 0));
}

#[test]
fn a_name_goes_before_a_place() {
    let named = |name: &str, content: &str, verdict| {
        let mut example = example("a.md", 1, content, verdict);
        example.listed.id = ExampleId::named("a.md", name);
        example
    };
    let mut second = named("server", "2", Verdict::Broken);
    second.listed.line = 20;
    let before = [named("client", "1", Verdict::Passes), second];
    let after = [named("server", "2 edited", Verdict::Broken)];
    let [new, _, still, gone] = groups(&before, &after);
    assert_eq!(new.len(), 0);
    assert_eq!(still, words(["a.md#server broken > a.md#server broken"]));
    assert_eq!(gone, words(["a.md#client passes > -"]));
}

#[test]
fn a_renamed_document_keeps_its_edited_examples() {
    let before = [
        example("old.md", 1, "same", Verdict::Passes).below(&["A"]),
        example("old.md", 2, "text", Verdict::Broken).below(&["B"]),
        example("other.md", 1, "other", Verdict::Passes),
    ];
    let after = [
        example("new.md", 1, "same", Verdict::Passes).below(&["A"]),
        example("new.md", 2, "edited", Verdict::Broken).below(&["B"]),
        example("other.md", 1, "other", Verdict::Passes),
    ];
    let [new, _, still, gone] = groups(&before, &after);
    assert_eq!((new.len(), gone.len()), (0, 0));
    assert_eq!(still, words(["old.md#2 broken > new.md#2 broken"]));
}

#[test]
fn the_same_block_twice_is_two_examples() {
    let twice = [
        example("a.md", 1, "x", Verdict::Broken),
        example("a.md", 2, "x", Verdict::Broken),
    ];
    let once = [example("a.md", 1, "x", Verdict::Broken)];
    let [new, _, still, gone] = groups(&once, &twice);
    assert_eq!((new.len(), still.len(), gone.len()), (1, 1, 0));
    let [new, _, still, gone] = groups(&twice, &once);
    assert_eq!((new.len(), still.len(), gone.len()), (0, 1, 1));
}

#[test]
fn of_equal_blocks_the_one_below_the_same_heading_is_the_same() {
    let before = [
        example("a.md", 1, "x", Verdict::Passes).below(&["With context"]),
        example("a.md", 2, "x", Verdict::Broken).below(&["Without"]),
    ];
    let after = [example("a.md", 1, "x", Verdict::Broken).below(&["Without"])];
    let [new, _, still, gone] = groups(&before, &after);
    assert_eq!(new, words([]));
    assert_eq!(still, words(["a.md#2 broken > a.md#1 broken"]));
    assert_eq!(gone, words(["a.md#1 passes > -"]));
}

#[test]
fn the_past_is_seen_under_the_rules_of_today() {
    let before = [example("a.md", 1, "x", Verdict::Incomplete)];
    let after = [example("a.md", 1, "x", Verdict::Passes)];
    let mut policy = Policy::default();
    assert_eq!(compare(&policy, &before, &after).comparison.fixed.len(), 0);
    policy.deny.insert(Matter::Verdict(Verdict::Incomplete));
    let strict = compare(&policy, &before, &after);
    assert_eq!(strict.comparison.fixed.len(), 1);
    let known = compare(&policy, &before, &before);
    assert_eq!(known.comparison.still_failing.len(), 1);
    assert!(!known.decisions[0].fails);
}

#[test]
fn what_an_override_excuses_is_no_trouble_on_either_side() {
    let broken = [example("a.md", 1, "x", Verdict::Broken)];
    let legacy = Override {
        scope: "a.md".to_owned(),
        reason: "legacy".to_owned(),
        rules: Rules {
            allow: BTreeSet::from([Matter::Verdict(Verdict::Broken)]),
            ..Rules::default()
        },
        examples: BTreeSet::from([broken[0].listed.id.clone()]),
    };
    let policy = Policy {
        overrides: vec![legacy],
        ..Policy::default()
    };
    let compared = compare(&policy, &broken, &broken);
    assert_eq!(compared.comparison, Comparison::default());
    assert!(!compared.decisions[0].is_known());
}

#[test]
fn more_of_a_lint_is_new_trouble() {
    let mut policy = Policy::default();
    policy.deny.insert(Matter::Lints);
    let linted = |count| [example("a.md", 1, "x", Verdict::Passes).linted("clippy::a", count)];
    let compared = compare(&policy, &linted(1), &linted(2));
    assert_eq!(compared.comparison.new.len(), 1);
    let fewer = compare(&policy, &linted(2), &linted(1)).comparison;
    assert_eq!((fewer.new.len(), fewer.still_failing.len()), (0, 1));
    let unlinted =
        [example("a.md", 1, "x", Verdict::Passes).stage(Stage::Lint, crate::Status::Error)];
    assert_eq!(
        compare(&policy, &linted(1), &unlinted).comparison.new.len(),
        1
    );
}
