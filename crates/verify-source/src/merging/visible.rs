//! What a source file adds to a larger crate that the compiler could speak of elsewhere.

use std::collections::BTreeSet;

use verify_model::DERIVABLE;

use super::{File, impls};
use crate::facts::{Imported, Names};
use crate::lex::{self, Kind, Token};

/// What other modules could notice of a source file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Visible {
    /// Names of its items, at any depth.
    pub defined: BTreeSet<String>,
    /// Names of the traits that it implements, or derives.
    pub implemented: BTreeSet<String>,
    /// Names of the traits that it implements in so many words.
    pub by_hand: BTreeSet<String>,
}

/// Macros of the standard library that add nothing but what their arguments say.
const MACROS: [&str; 31] = [
    "assert",
    "assert_eq",
    "assert_ne",
    "cfg",
    "concat",
    "dbg",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "eprint",
    "eprintln",
    "format",
    "format_args",
    "is_x86_feature_detected",
    "matches",
    "offset_of",
    "panic",
    "pin",
    "print",
    "println",
    "ready",
    "stringify",
    "thread_local",
    "todo",
    "try",
    "unimplemented",
    "unreachable",
    "vec",
    "write",
    "writeln",
    "compile_error",
];

/// Attributes that expand to nothing.
const ATTRIBUTES: [&str; 17] = [
    "allow",
    "cfg",
    "cold",
    "default",
    "deprecated",
    "derive",
    "doc",
    "expect",
    "ignore",
    "inline",
    "must_use",
    "non_exhaustive",
    "repr",
    "rustfmt",
    "should_panic",
    "test",
    "warn",
];

/// What others could notice of `text`; `None` when only a macro that is not the standard library's
/// knows, or when it names the module that it is.
#[must_use]
pub fn visible(text: &str) -> Option<Visible> {
    let tokens = lex::tokens(text);
    let names = Names::of(text, &tokens);
    let code: Vec<Token> = tokens
        .into_iter()
        .filter(|token| !matches!(token.kind, Kind::Comment | Kind::DocComment))
        .collect();
    let file = File { text, code: &code };
    let is_plain = names.imports.iter().all(|it| is_harmless(it, &names))
        && (0..code.len()).all(|index| is_known(&file, index))
        && names
            .derives
            .iter()
            .all(|it| DERIVABLE.contains(&it.name.as_str()));
    let by_hand = impls::of_traits(&file)?;
    let derived = names.derives.iter().map(|it| it.name.clone());
    is_plain.then(|| Visible {
        implemented: by_hand.iter().cloned().chain(derived).collect(),
        defined: names.defined.clone(),
        by_hand,
    })
}

/// Whether what is imported cannot take the place of one of the macros that are known.
fn is_harmless(import: &Imported, names: &Names) -> bool {
    let root = import.path.split("::").next().unwrap_or_default();
    let is_standard = matches!(root, "std" | "core" | "alloc" | "self" | "super");
    let could_be_macro = import.path.ends_with('*')
        || [&MACROS[..], &DERIVABLE, &ATTRIBUTES]
            .concat()
            .contains(&import.name.as_str());
    is_standard || names.defined.contains(root) || !could_be_macro
}

/// Whether the attribute at `open` is a list of derives with a path among them.
fn derives_by_path(file: &File<'_>, open: usize) -> bool {
    let derives = file.code.iter().skip(open + 1);
    let mut derives = derives.take_while(|it| it.kind != Kind::Close(')'));
    file.ident(open + 1) == Some("derive") && derives.any(|it| it.kind == Kind::Punct(':'))
}

/// Whether what begins at `index` is no macro, or one that is known.
fn is_known(file: &File<'_>, index: usize) -> bool {
    if file.is(index, Kind::Punct('#')) {
        let open = index + 1 + usize::from(file.is(index + 1, Kind::Punct('!')));
        let is_attribute = file.is(open, Kind::Open('['));
        return !is_attribute
            || !derives_by_path(file, open)
                && file.ident(open + 1).is_some_and(|it| {
                    let is_path = file.is(open + 2, Kind::Punct(':'));
                    it == "clippy" || ATTRIBUTES.contains(&it) && (!is_path || it == "rustfmt")
                });
    }
    let Some(word) = file.ident(index) else {
        return true;
    };
    let opens = |index| {
        let next = file.code.get(index);
        next.is_some_and(|it: &Token| matches!(it.kind, Kind::Open(_)))
    };
    let is_call = file.is(index + 1, Kind::Punct('!')) && opens(index + 2);
    let is_colon = |index| file.is(index, Kind::Punct(':')) && file.is(index + 1, Kind::Punct(':'));
    let is_path = || file.is_before(index, 1, Kind::Punct(':'));
    let is_standard = || matches!(file.ident_before(index, 3), Some("std" | "core" | "alloc"));
    match word {
        "macro_rules" | "macro" => false,
        // The compiler calls the module that this leads to by what it is.
        "self" | "super" if is_colon(index + 1) && !file.is(index + 3, Kind::Punct('*')) => false,
        _ => !is_call || MACROS.contains(&word) && (!is_path() || is_standard()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_could_notice_is_told_from_tokens() {
        let text = "#[derive(Debug, Clone)] struct S; mod m { pub fn f() {} }\n\
                    impl std::fmt::Display for S {} impl<T: Fn() -> u8> Own<T> for m::X {}\n\
                    impl S {} impl ::core::ops::Not for S {}";
        let seen = visible(text).unwrap();
        let all = |names: &BTreeSet<String>| Vec::from_iter(names.clone()).join(" ");
        assert_eq!(all(&seen.defined), "S f m");
        assert_eq!(all(&seen.by_hand), "Display Not Own");
        assert_eq!(all(&seen.implemented), "Clone Debug Display Not Own");
    }

    #[test]
    fn what_macros_make_is_known_of_the_standard_librarys_only() {
        for (text, is_known) in [
            ("fn f() { println!(\"x\"); std::println!(); }", true),
            (
                "#![allow(unused)] #[test] #[clippy::x] #[rustfmt::skip] fn f() {}",
                true,
            ),
            ("use std::fmt::Debug; #[derive(Debug)] struct S;", true),
            ("use Colour::*; enum Colour { Red }", true),
            ("fn f() -> bool { 1 != 2 && !(true) }", true),
            ("fn f() { json!({}); }", false),
            ("fn f() { log::println!(); }", false),
            ("#[derive(Serialize)] struct S;", false),
            ("#[derive(serde::Debug)] struct S;", false),
            ("#[tokio::main] async fn main() {}", false),
            ("#[automock] trait T {}", false),
            ("mod tests { use super::*; fn f(it: self::S) {} }", false),
            ("mod tests { use super::f; }", false),
            ("mod tests { use super::*; fn f(&self) {} }", true),
            ("macro_rules! m { () => {} }", false),
            ("use other::Debug; #[derive(Debug)] struct S;", false),
            ("use other::*; fn f() { vec![1]; }", false),
            ("use other::println as vec; fn f() { vec![1]; }", false),
        ] {
            assert_eq!(visible(text).is_some(), is_known, "{text}");
        }
    }
}
