//! Every field on which an outcome depends changes its key, and nothing else does.

use std::collections::BTreeSet;

use proptest::prelude::*;
use verify_source::document::{Options, Untagged};
use verify_source::examine::examine;
use verify_source::scaffold::{Dependency, Edition, Rendered, Stated, Target};

use super::*;

/// The first example of a document.
fn example(text: &str) -> Example {
    let options = Options {
        untagged: Untagged::Unknown,
        target: "x86_64-unknown-linux-gnu",
        chapter: None,
        include_ignored: false,
    };
    let mut examples = examine("a.md", text.to_owned(), &options).examples;
    examples.remove(0)
}

/// Everything that keys are made of, owned.
#[derive(Clone)]
struct Case {
    task: Task,
    example: Example,
    plan: Plan,
    lockfile: String,
    limits: StageLimits,
    lints: Vec<String>,
    ground: Ground,
}

const CODE: &str = "pub fn f() -> u32 {\n    1\n}";

impl Case {
    fn of(document: &str) -> Self {
        let mut plan = Plan::bare("example".to_owned());
        plan.dependencies.insert("a".to_owned(), dependency());
        Self {
            task: Task::Execute,
            example: example(document),
            plan,
            lockfile: sha256(b"lockfile"),
            limits: StageLimits::default(),
            lints: Vec::new(),
            ground: Ground {
                tool: TOOL,
                toolchain: Toolchain {
                    rustc: "1.95.0".to_owned(),
                    cargo: "1.95.0".to_owned(),
                    clippy: None,
                    host: "x86_64-unknown-linux-gnu".to_owned(),
                },
                rustc: "rustc 1.95.0".to_owned(),
                cargo_configuration: sha256(b""),
                environment: sha256(b"PATH=a"),
                containment: "none".to_owned(),
                via_cargo: false,
            },
        }
    }

    fn usual() -> Self {
        Self::of(&format!("```rust\n{CODE}\n```\n"))
    }

    /// The printed question.
    fn printed(&self) -> String {
        let rendered: Rendered = self.example.render(&self.plan);
        let subject = Subject {
            example: &self.example,
            plan: &self.plan,
            rendered: &rendered,
            lockfile: &self.lockfile,
            limits: &self.limits,
            lints: &self.lints,
        };
        let key = Key::new(self.task, &subject, &self.ground).unwrap();
        let ground = serde_json::to_string(&self.ground).unwrap();
        format!("{ground}\n{}", serde_json::to_string(&key).unwrap())
    }
}

fn dependency() -> Dependency {
    Dependency {
        package: "a".to_owned(),
        requirement: None,
        features: BTreeSet::new(),
        default_features: true,
        path: None,
        stated: Stated::Nowhere,
        falls_back: false,
    }
}

/// A change of one thing.
type Change = fn(&mut Case);

/// What an outcome depends on.
const CHANGES: &[(&str, Change)] = &[
    ("task", |it| it.task = Task::Check),
    ("code", |it| {
        it.example = example("```rust\npub fn f() -> u32 {\n    2\n}\n```\n");
    }),
    ("package", |it| it.plan.package = "other".to_owned()),
    ("edition", |it| it.plan.edition = Edition::E2018),
    ("target", |it| it.plan.target = Target::Program),
    ("freestanding", |it| it.plan.freestanding = true),
    ("import", |it| it.plan.imports.push("std::fmt".to_owned())),
    ("dependency", |it| {
        it.plan.dependencies.clear();
    }),
    ("requirement", |it| {
        change_dependency(it, |a| a.requirement = Some("1".to_owned()));
    }),
    ("feature", |it| {
        change_dependency(it, |a| {
            a.features.insert("x".to_owned());
        });
    }),
    ("default features", |it| {
        change_dependency(it, |a| a.default_features = false);
    }),
    ("lockfile", |it| it.lockfile = sha256(b"another")),
    ("compile time", |it| it.limits.compile *= 2),
    ("test time", |it| it.limits.test *= 2),
    ("run time", |it| it.limits.run *= 2),
    ("kept output", |it| it.limits.output_bytes += 1),
    ("allowed output of compilers", |it| {
        it.limits.build_output += 1;
    }),
    ("allowed output of programs", |it| it.limits.run_output += 1),
    ("expectation", |it| {
        it.example.expectation = Expectation::Compile;
    }),
    ("rustc", |it| it.ground.rustc.push('1')),
    ("clippy", |it| {
        it.ground.toolchain.clippy = Some("0.1.95".to_owned());
    }),
    ("host", |it| it.ground.toolchain.host.push('x')),
    ("cargo's configuration", |it| {
        it.ground.cargo_configuration = sha256(b"[build]");
    }),
    ("via_cargo", |it| {
        it.ground.via_cargo = true;
    }),
    ("containment", |it| {
        it.ground.containment = "landlock".to_owned();
    }),
    ("tool", |it| it.ground.tool = "0.0.0"),
];

fn change_dependency(case: &mut Case, change: impl FnOnce(&mut Dependency)) {
    change(case.plan.dependencies.get_mut("a").unwrap());
}

#[test]
fn whatever_an_outcome_depends_on_changes_its_key() {
    let usual = Case::usual().printed();
    let mut seen = BTreeSet::from([usual]);
    for (what, change) in CHANGES {
        let mut case = Case::usual();
        change(&mut case);
        assert!(seen.insert(case.printed()), "{what}");
    }
}

#[test]
fn lints_matter_to_linting_only() {
    let mut case = Case::usual();
    let before = case.printed();
    case.lints.push("clippy::unwrap_used".to_owned());
    assert_eq!(case.printed(), before);
    case.task = Task::Lint;
    let with = case.printed();
    case.lints.clear();
    assert_ne!(case.printed(), with);
}

#[test]
fn where_an_example_stands_does_not_matter() {
    let usual = Case::usual().printed();
    for document in [
        format!(
            "# A title\n\n- ```rust\n  {}\n  ```\n",
            CODE.replace('\n', "\n  ")
        ),
        format!("> ```rust\n> {}\n> ```\n", CODE.replace('\n', "\n> ")),
        format!(
            "Text.\r\n\r\n```rust\r\n{}\r\n```\r\n",
            CODE.replace('\n', "\r\n")
        ),
    ] {
        assert_eq!(Case::of(&document).printed(), usual, "{document}");
    }
}

#[test]
fn hidden_code_counts_like_code_that_is_shown() {
    let hidden = Case::of(&format!("```rust\n# {}\n```\n", CODE.replace('\n', "\n# ")));
    assert_eq!(hidden.printed(), Case::usual().printed());
}

#[test]
fn an_example_that_can_see_which_one_it_is_has_a_key_of_its_own() {
    let document = "```rust\nlet version = env!(\"CARGO_PKG_VERSION\");\n```\n";
    let first = Case::of(document);
    let mut second = first.clone();
    second.example.listed.id = ExampleId::numbered("a.md", 2);
    assert_ne!(first.printed(), second.printed());
    let mut usual = Case::usual();
    let before = usual.printed();
    usual.example.listed.id = ExampleId::numbered("a.md", 2);
    assert_eq!(usual.printed(), before);
}

#[test]
fn the_environment_matters_to_those_who_can_see_it() {
    let changed = |document: &str| {
        let mut case = Case::of(document);
        let before = case.printed();
        case.ground.environment = sha256(b"PATH=b");
        case.printed() != before
    };
    assert!(changed(
        "```rust\nstd::process::Command::new(\"git\");\n```\n"
    ));
    assert!(changed(
        "```rust\nlet home = std::env::var(\"HOME\");\n```\n"
    ));
    assert!(!changed(&format!("```rust\n{CODE}\n```\n")));
}

proptest! {
    #[test]
    fn no_two_combinations_of_changes_share_a_key(one in any::<u32>(), two in any::<u32>()) {
        // Changes of the same thing overwrite each other; these do not.
        let apart: Vec<Change> = CHANGES
            .iter()
            .filter(|(what, _)| !matches!(*what, "task" | "code" | "dependency"))
            .map(|(_, change)| *change)
            .collect();
        let mask = (1_u32 << apart.len()) - 1;
        let (one, two) = (one & mask, two & mask);
        let changed = |which: u32| {
            let mut case = Case::usual();
            for (bit, change) in apart.iter().enumerate() {
                if which & (1 << bit) != 0 {
                    change(&mut case);
                }
            }
            case.printed()
        };
        prop_assert_eq!(changed(one) == changed(two), one == two);
    }
}
