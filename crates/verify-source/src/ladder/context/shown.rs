//! Names that the document itself defines before an example: they are its own, whatever else is called
//! so. `Duration` is not the standard library's where a chapter builds one.

use std::collections::BTreeSet;

use verify_model::Diagnostic;

use super::super::Situation;
use crate::lex::{self, Kind};
use crate::neighbours::words;

/// Whether an earlier example defines what `error` says is missing, and none between imports a thing of
/// that name.
pub(in super::super) fn shows(situation: &Situation<'_>, error: &Diagnostic, name: &str) -> bool {
    let neighbours = situation.neighbours;
    let all = neighbours.definitions.get(name).into_iter().flatten();
    let above = all.filter(|it| it.line < situation.line);
    let defined = above
        .filter(|it| is_meant(error, &it.text))
        .map(|it| it.line)
        .max();
    let importing = neighbours.imports_of.range(..situation.line).rev();
    let mut importing = importing.filter(|(_, imports)| imports.contains_key(name));
    let imported = importing.next().map(|(line, _)| *line);
    defined > imported
}

/// Types of the prelude: a document that builds one has to be asked whose is meant, since the compiler
/// never misses them.
const OF_PRELUDE: [&str; 5] = ["Box", "Option", "Result", "String", "Vec"];

/// Whether a name means something everywhere, without any import.
pub(super) fn is_of_prelude(name: &str) -> bool {
    OF_PRELUDE.contains(&name)
}

/// Errors about what a type is, has and takes.
const ABOUT_TYPES: [&str; 8] = [
    "E0026", "E0107", "E0308", "E0560", "E0599", "E0609", "E0614", "E0616",
];

/// The types of the prelude that `error` is about and that an earlier example defines.
pub(super) fn hidden(situation: &Situation<'_>, error: &Diagnostic) -> BTreeSet<String> {
    let code = error.code.as_deref().unwrap_or_default();
    let named: BTreeSet<&str> = match code {
        // Only a type's own crate may implement that.
        "E0116" | "E0117" | "E0118" | "E0120" | "E0390" => {
            owner(situation, error).into_iter().collect()
        }
        _ if ABOUT_TYPES.contains(&code) => words(&error.message),
        _ => BTreeSet::new(),
    };
    let is_built = |name: &&str| {
        let all = situation.neighbours.definitions.get(*name);
        let mut above = all
            .into_iter()
            .flatten()
            .filter(|it| it.line < situation.line);
        above.any(|it| matches!(keyword(&it.text), Some("struct" | "enum" | "union")))
    };
    let hidden = OF_PRELUDE.iter().filter(|name| named.contains(**name));
    hidden
        .filter(|it| is_built(it))
        .map(|it| (*it).to_owned())
        .collect()
}

/// The type of the `impl` block that `error` is about.
fn owner<'a>(situation: &'a Situation<'_>, error: &Diagnostic) -> Option<&'a str> {
    let start = error.place()?.code.start;
    let mut impls = situation.facts.traits.impls.iter();
    let of_it = impls.find(|it| (it.head.start..it.inside.end).contains(&start))?;
    of_it.owner_name.as_deref()
}

/// Whether a definition is of the kind of thing that is missing.
fn is_meant(error: &Diagnostic, definition: &str) -> bool {
    let message = error.message.as_str();
    let Some(keyword) = keyword(definition) else {
        return false;
    };
    let kinds: &[&str] = match message {
        it if it.starts_with("cannot find macro ") => &["macro_rules"],
        it if it.starts_with("cannot find derive macro ")
            || it.starts_with("cannot find attribute ") =>
        {
            &[]
        }
        it if it.starts_with("cannot find trait ")
            || it.starts_with("expected trait, found derive macro ") =>
        {
            &["trait"]
        }
        it if it.starts_with("cannot find type ")
            || it.starts_with("expected type, found ")
            || it.starts_with("cannot find struct, variant or union type ") =>
        {
            &["struct", "enum", "union", "type", "trait"]
        }
        it if it.starts_with("cannot find module or crate ") => &["mod", "struct", "enum", "type"],
        _ => &["fn", "struct", "const", "static"],
    };
    kinds.contains(&keyword)
}

/// The word that says what an item is.
fn keyword(item: &str) -> Option<&str> {
    const WORDS: [&str; 10] = [
        "struct",
        "enum",
        "union",
        "type",
        "trait",
        "fn",
        "static",
        "mod",
        "macro_rules",
        "const",
    ];
    let mut depth = 0_usize;
    let mut found = None;
    for token in lex::stream(item) {
        match token.kind {
            Kind::Open(_) => depth += 1,
            Kind::Close(_) => depth = depth.saturating_sub(1),
            Kind::Ident if depth == 0 => {
                let word = item.get(token.range).unwrap_or_default();
                let word = WORDS.into_iter().find(|it| *it == word);
                // `const fn`.
                if word.is_some() && word != Some("const") {
                    return word;
                }
                found = found.or(word);
                if found.is_some() && word.is_none() {
                    return found;
                }
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::error;
    use super::{is_meant, keyword};

    #[test]
    fn an_items_keyword_tells_what_it_is() {
        for (item, expected) in [
            ("/// A type.\n#[derive(Debug)]\npub struct S(u8);", "struct"),
            ("pub(crate) const fn f() {}", "fn"),
            ("const N: usize = 1;", "const"),
            ("pub unsafe trait T { fn f(); }", "trait"),
            ("async fn f() {}", "fn"),
            ("macro_rules! m { () => {} }", "macro_rules"),
            ("pub mod m { struct S; }", "mod"),
        ] {
            assert_eq!(keyword(item), Some(expected), "{item}");
        }
        assert_eq!(keyword("impl S {}"), None);
    }

    #[test]
    fn a_definition_is_meant_where_its_kind_is_missing() {
        for (message, definition, expected) in [
            (
                "expected type, found derive macro `Hash`",
                "enum Hash { Short(u8) }",
                true,
            ),
            (
                "cannot find type `Duration` in this scope",
                "struct Duration;",
                true,
            ),
            (
                "cannot find trait `Error` in this scope",
                "enum Error {}",
                false,
            ),
            (
                "cannot find trait `Error` in this scope",
                "trait Error {}",
                true,
            ),
            (
                "cannot find macro `json` in this scope",
                "macro_rules! json { () => {} }",
                true,
            ),
            (
                "cannot find macro `json` in this scope",
                "fn json() {}",
                false,
            ),
            (
                "cannot find derive macro `Error` in this scope",
                "struct Error;",
                false,
            ),
            (
                "cannot find function `sleep` in this scope",
                "fn sleep() {}",
                true,
            ),
            (
                "cannot find value `sleep` in this scope",
                "trait sleep {}",
                false,
            ),
        ] {
            let error = error(Some("E0425"), message, &[]);
            assert_eq!(
                is_meant(&error, definition),
                expected,
                "{message}: {definition}"
            );
        }
    }
}
