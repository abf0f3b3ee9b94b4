//! What the code in an example's doc comments names. It is compiled by itself, against the example
//! as a crate.

use std::collections::BTreeSet;

use super::{ItemFact, ItemKind, Names};
use crate::block::{Dialect, Fence};
use crate::document::{Options, extract};
use crate::hidden::{Rules, Strings, reveal};
use crate::info_string::Meaning;
use crate::lex;

/// What doctests name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Doctests {
    /// The names in all of them.
    pub names: Names,
    /// By what name they call the example itself: the one root of paths all of which lead to its
    /// items.
    pub own: Option<String>,
}

/// Looks into the doc comments of `text`, which defines `items`.
pub(super) fn of(text: &str, items: &[ItemFact]) -> Doctests {
    let is_compiled = |fence: &&Fence| {
        fence.is_example()
            && fence.dialect == Dialect::Rustdoc
            && !fence.words.has(&Meaning::Ignore)
    };
    let fences = extract("example.rs", text, &Options::default()).fences;
    let mut code = String::new();
    for fence in fences.iter().filter(is_compiled) {
        let rules = Rules {
            prefix: None,
            strings: Strings::Hide,
        };
        let revealed = reveal(&fence.code, 0, rules);
        code.push_str(revealed.as_ref().map_or(&fence.code, |(text, _)| text));
    }
    let names = Names::of(&code, &lex::tokens(&code));
    let own = own(&names, items);
    Doctests { names, own }
}

fn own(names: &Names, items: &[ItemFact]) -> Option<String> {
    let defined: BTreeSet<&str> = items
        .iter()
        .filter(|item| matches!(item.kind, ItemKind::Definition | ItemKind::Macro))
        .map(|item| item.name.as_str())
        .collect();
    let uses_one = defined.iter().any(|name| names.words.contains(*name));
    let leads_here = |root: &str| {
        let paths = names.imports.iter().map(|it| it.path.as_str());
        let paths = paths.chain(names.beginnings.iter().map(String::as_str));
        let mut below = paths
            .filter_map(|path| path.strip_prefix(root)?.strip_prefix("::"))
            .map(|rest| rest.split("::").next().unwrap_or(rest))
            .peekable();
        below.peek().is_some()
            && below.all(|item| defined.contains(item) || item == "*" && uses_one)
    };
    let roots: BTreeSet<&str> = names.roots.iter().map(|root| root.name.as_str()).collect();
    let mut own = roots.into_iter().filter(|root| leads_here(root));
    let first = own.next()?;
    own.next().is_none().then(|| first.to_owned())
}

#[cfg(test)]
mod tests {
    use crate::facts::Facts;

    fn own(doctest: &str) -> Option<String> {
        let lines = doctest.lines().map(|line| format!("/// {line}\n"));
        let comment: String = lines.collect();
        let text = format!("{comment}pub fn add(a: u8) -> u8 {{ a }}\npub struct Sum;\n");
        Facts::of(&text).doctests.own
    }

    #[test]
    fn the_crate_that_doctests_call_the_examples_is_known() {
        for (doctest, name) in [
            ("```\nuse sums::add;\nadd(1);\n```", Some("sums")),
            ("```\n# use sums::{add, Sum};\nadd(1);\n```", Some("sums")),
            ("```\nassert_eq!(sums::add(1), 1);\n```", Some("sums")),
            ("```\nuse sums::*;\nadd(1);\n```", Some("sums")),
            // Nothing of it is the example's.
            ("```\nuse sums::*;\nother(1);\n```", None),
            ("```\nuse sums::{add, subtract};\n```", None),
            ("```\nuse sums::deep::add;\n```", None),
            // Two of them.
            ("```\nuse sums::add;\nuse others::Sum;\n```", None),
            ("```\nuse sums::add;\nuse rand::random;\n```", Some("sums")),
            ("```\nlet x = 1;\n```", None),
            ("```text\nuse sums::add;\n```", None),
            ("```ignore\nuse sums::add;\n```", None),
            ("use sums::add;", None),
        ] {
            assert_eq!(own(doctest).as_deref(), name, "{doctest}");
        }
    }

    #[test]
    fn what_doctests_name_is_nothing_that_the_example_names() {
        let text = "/// ```\n/// rand::random::<u8>();\n/// ```\npub fn f() {}\n";
        let facts = Facts::of(text);
        assert!(facts.names.roots.is_empty());
        let roots: Vec<&str> = facts
            .doctests
            .names
            .roots
            .iter()
            .map(|it| it.name.as_str())
            .collect();
        assert_eq!(roots, ["rand"]);
    }
}
