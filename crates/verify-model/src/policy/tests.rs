use super::*;
use crate::sample::example;
use crate::{Example, Verdict};

/// Rules in words: `deny outdated`, `allow lints`, `deny clippy::unwrap_used`.
fn rules(words: &[&str]) -> Rules {
    let mut rules = Rules::default();
    for word in words {
        let (effect, what) = word.split_once(' ').unwrap();
        let matter = Matter::parse(what);
        match (effect, matter) {
            ("deny", Some(matter)) => drop(rules.deny.insert(matter)),
            ("allow", Some(matter)) => drop(rules.allow.insert(matter)),
            ("deny", None) => drop(rules.deny_lints.insert(what.to_owned())),
            ("allow", None) => drop(rules.allow_lints.insert(what.to_owned())),
            _ => panic!("{word}"),
        }
    }
    rules
}

fn policy(words: &[&str]) -> Policy {
    Policy::default().with(&rules(words))
}

fn for_example(example: &Example, scope: &str, words: &[&str]) -> Override {
    Override {
        scope: scope.to_owned(),
        reason: format!("because of {scope}"),
        rules: rules(words),
        examples: BTreeSet::from([example.listed.id.clone()]),
    }
}

fn decide(policy: &Policy, example: &Example) -> Decision {
    policy.decide(&example.listed.id, &example.run)
}

/// What fails the run, by name.
fn denied(policy: &Policy, example: &Example) -> Vec<String> {
    let decision = decide(policy, example);
    assert_eq!(decision.fails, !decision.denied.is_empty());
    let denied = decision.denied.into_iter();
    denied.map(|it| it.trouble.name).collect()
}

fn of(verdict: Verdict) -> Example {
    example("a.md", 1, "x", verdict)
}

#[test]
fn without_a_policy_the_verdict_alone_decides() {
    for verdict in Verdict::ALL {
        let example = of(verdict)
            .linted("clippy::redundant_clone", 2)
            .stage(Stage::Run, Status::Unfinished);
        let fails = decide(&Policy::default(), &example).fails;
        assert_eq!(fails, verdict.fails_by_default(), "{verdict}");
    }
}

#[test]
fn every_matter_can_be_denied_and_allowed() {
    for matter in Matter::all() {
        let word = matter.as_str();
        assert_eq!(Matter::parse(word), Some(matter));
        let verdict = match matter {
            Matter::Verdict(verdict) => verdict,
            Matter::Lints | Matter::Unfinished => Verdict::Passes,
        };
        let example = of(verdict)
            .linted("unused_mut", 1)
            .stage(Stage::Run, Status::Unfinished);
        let deny = policy(&[&format!("deny {word}")]);
        assert!(decide(&deny, &example).fails, "{word}");
        let allow = policy(&[&format!("allow {word}")]);
        assert!(!decide(&allow, &example).fails, "{word}");
        let back = deny.with(&rules(&[&format!("allow {word}")]));
        assert!(!decide(&back, &example).fails, "{word}");
    }
    assert_eq!(Matter::parse("brokn"), None);
}

#[test]
fn lints_are_denied_as_such_or_one_by_one() {
    let example = of(Verdict::Passes)
        .linted("clippy::a", 1)
        .linted("clippy::b", 3);
    let none: [&str; 0] = [];
    for (words, expected) in [
        (&["deny clippy::a"][..], &["clippy::a"][..]),
        (&["deny lints"], &["clippy::a", "clippy::b"]),
        (&["deny lints", "allow clippy::a"], &["clippy::b"]),
        (&["deny clippy::c"], &none),
        (&["allow lints", "deny clippy::b"], &["clippy::b"]),
    ] {
        assert_eq!(denied(&policy(words), &example), expected, "{words:?}");
    }
    let decision = decide(&policy(&["deny clippy::b"]), &example);
    assert_eq!(decision.denied[0].trouble.count, 3);
    assert_eq!(decision.denied[0].trouble.kind, TroubleKind::Lint);
}

#[test]
fn a_later_layer_replaces_what_an_earlier_one_says_of_lints() {
    let example = of(Verdict::Passes).linted("clippy::a", 1);
    let single = policy(&["deny clippy::a"]);
    let none: [&str; 0] = [];
    assert_eq!(
        denied(&single.with(&rules(&["allow lints"])), &example),
        none
    );
    let excepted = policy(&["deny lints", "allow clippy::a"]);
    assert_eq!(denied(&excepted, &example), none);
    let strict = excepted.with(&rules(&["deny lints"]));
    assert_eq!(denied(&strict, &example), ["clippy::a"]);
}

#[test]
fn who_denies_lints_hears_that_nobody_looked_for_them() {
    let example = of(Verdict::Passes).stage(Stage::Lint, Status::Error);
    for words in ["deny lints", "deny clippy::a"] {
        let decision = decide(&policy(&[words]), &example);
        assert_eq!(decision.denied[0].trouble.kind, TroubleKind::Unlinted);
        assert!(decision.is_of_environment());
    }
    assert!(!decide(&Policy::default(), &example).fails);
    let mut relaxed = policy(&["deny lints"]);
    relaxed.overrides = vec![for_example(&example, "a.md", &["allow lints"])];
    assert!(!decide(&relaxed, &example).fails);
    let strict = Policy {
        overrides: vec![for_example(&example, "a.md", &["deny clippy::a"])],
        ..Policy::default()
    };
    assert!(decide(&strict, &example).fails);
}

#[test]
fn overrides_excuse_and_accuse_with_their_reason() {
    let broken = of(Verdict::Broken);
    let mut policy = Policy {
        overrides: vec![for_example(&broken, "a.md", &["allow broken"])],
        ..Policy::default()
    };
    let decision = decide(&policy, &broken);
    assert!(!decision.fails);
    let applied = AppliedOverride {
        scope: "a.md".to_owned(),
        reason: "because of a.md".to_owned(),
    };
    assert_eq!(decision.excused[0].trouble.name, "broken");
    assert_eq!(decision.excused[0].by, Excuse::Override(applied.clone()));

    let other = example("b.md", 1, "x", Verdict::Broken);
    assert!(decide(&policy, &other).fails);

    let incomplete = of(Verdict::Incomplete);
    policy.overrides = vec![for_example(&incomplete, "a.md", &["deny incomplete"])];
    let decision = decide(&policy, &incomplete);
    assert_eq!(decision.denied[0].by, Some(applied));
    // An override that agrees with everybody else has nothing to excuse.
    policy.overrides = vec![for_example(&incomplete, "a.md", &["allow incomplete"])];
    assert_eq!(decide(&policy, &incomplete), Decision::default());
}

#[test]
fn the_last_override_that_says_something_counts() {
    let broken = of(Verdict::Broken).linted("clippy::a", 1);
    let mut policy = policy(&["deny lints"]);
    policy.overrides = vec![
        for_example(&broken, "*.md", &["allow broken"]),
        for_example(&broken, "a.md", &["deny broken"]),
        for_example(&broken, "a.md#1", &["allow lints"]),
    ];
    let decision = decide(&policy, &broken);
    assert_eq!(decision.denied.len(), 1);
    let by = decision.denied[0].by.as_ref().unwrap();
    assert_eq!(by.scope, "a.md");
    assert_eq!(decision.excused.len(), 1);
    assert_eq!(decision.excused[0].trouble.name, "clippy::a");
}

#[test]
fn what_was_known_is_excused_and_what_is_new_is_not() {
    let policy = policy(&["deny lints", "deny unfinished"]);
    let before = of(Verdict::Broken).linted("clippy::a", 2);
    let id = &before.listed.id;
    let since = |after: &Example| decide(&policy, after).since(id, &before.run);
    assert!(!since(&before).fails);
    assert!(since(&before).is_known());
    let fewer = of(Verdict::Broken).linted("clippy::a", 1);
    assert!(!since(&fewer).fails);
    for worse in [
        of(Verdict::Fails),
        of(Verdict::Error),
        of(Verdict::Broken).linted("clippy::a", 3),
        of(Verdict::Broken).linted("clippy::b", 1),
        of(Verdict::Broken).stage(Stage::Run, Status::Unfinished),
    ] {
        assert!(since(&worse).fails, "{:?}", worse.run.verdict);
    }
}

#[test]
fn an_environment_at_fault_is_told_apart() {
    let error = of(Verdict::Error);
    assert!(decide(&Policy::default(), &error).is_of_environment());
    assert!(!decide(&Policy::default(), &of(Verdict::Broken)).is_of_environment());
    assert!(!decide(&Policy::default(), &of(Verdict::Passes)).is_of_environment());
    let both = error.linted("clippy::a", 1);
    assert!(!decide(&policy(&["deny lints"]), &both).is_of_environment());
}

#[test]
fn a_policy_survives_being_written_and_read() {
    let mut policy = policy(&["deny incomplete", "deny clippy::a", "allow lints"]);
    policy.overrides = vec![for_example(&of(Verdict::Broken), "a.md", &["allow broken"])];
    let text = serde_json::to_string(&policy).unwrap();
    assert!(text.contains(r#""deny":["broken","#), "{text}");
    assert_eq!(serde_json::from_str::<Policy>(&text).unwrap(), policy);
    assert!(serde_json::from_str::<Matter>("\"brokn\"").is_err());
}
