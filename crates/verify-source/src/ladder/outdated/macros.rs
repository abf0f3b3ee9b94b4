//! Macros that reject what they are given. Their errors have no code, and lie in the example's own
//! attributes and arguments, so the text has to say whose macros they are.

use verify_model::{Diagnostic, STANDARD_MACROS, missing_name};

use super::super::Situation;
use crate::lex::{self, Kind, Token};

/// The dependencies that an error without a code may come from: those whose macro is given what lies
/// at its place. None where the compiler itself may not be able to read the text.
pub(super) fn rejecting(situation: &Situation<'_>, error: &Diagnostic) -> Vec<String> {
    let is_of_macro = error.code.is_none()
        && missing_name(error).is_none()
        && situation.facts.parses()
        && situation.facts.elisions.is_empty();
    let Some(place) = error.place().filter(|_| is_of_macro) else {
        return Vec::new();
    };
    let code = situation.code;
    match around(code, place.code.start) {
        Some(Around::Macro(path)) => owner(situation, &path).into_iter().collect(),
        Some(Around::Attribute(path)) if path == ["derive"] => {
            let name = code.get(place.code.clone()).unwrap_or_default();
            owner(situation, &[name]).into_iter().collect()
        }
        Some(Around::Attribute(path)) => match owner(situation, &path) {
            Some(owner) => vec![owner],
            None => of_derives(situation, path.last().copied().unwrap_or_default()),
        },
        None => Vec::new(),
    }
}

/// Whether what lies at `offset` is given to a macro that could do anything with it.
pub(super) fn is_given(code: &str, offset: usize) -> bool {
    let is_plain = |it: &Around<'_>| match it {
        Around::Macro(path) => matches!(path[..], [name] if STANDARD_MACROS.contains(&name)),
        Around::Attribute(_) => false,
    };
    all_around(code, offset).iter().any(|it| !is_plain(it))
}

/// What is given to a macro, by the path that calls it.
#[derive(Debug, PartialEq, Eq)]
enum Around<'a> {
    /// `path!(…)`.
    Macro(Vec<&'a str>),
    /// `#[path …]`.
    Attribute(Vec<&'a str>),
}

/// What the code at `offset` is given to.
fn around(code: &str, offset: usize) -> Option<Around<'_>> {
    all_around(code, offset).into_iter().next()
}

/// All that it is given to, the innermost first.
fn all_around(code: &str, offset: usize) -> Vec<Around<'_>> {
    let mut tokens = lex::tokens(code);
    tokens.retain(|it| !matches!(it.kind, Kind::Comment | Kind::DocComment));
    let mut open = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        if token.range.start > offset {
            break;
        }
        match token.kind {
            Kind::Open(_) => open.push(at),
            Kind::Close(_) => {
                open.pop();
            }
            _ => {}
        }
    }
    let open = open.into_iter().rev();
    open.filter_map(|at| given_to(code, &tokens, at)).collect()
}

/// What the bracket at `open` gives something to, if it does.
fn given_to<'a>(code: &'a str, tokens: &[Token], open: usize) -> Option<Around<'a>> {
    let kind = |at: usize| tokens.get(at).map(|it| it.kind);
    let back = |by: usize| open.checked_sub(by).and_then(kind);
    let is_attribute = kind(open) == Some(Kind::Open('['))
        && (back(1) == Some(Kind::Punct('#'))
            || back(1) == Some(Kind::Punct('!')) && back(2) == Some(Kind::Punct('#')));
    let is_path = |token: &&Token| matches!(token.kind, Kind::Ident | Kind::Punct(':'));
    let named = |token: &Token| {
        let text = code.get(token.range.clone());
        text.filter(|_| token.kind == Kind::Ident)
    };
    if is_attribute {
        let path = tokens[open + 1..].iter().take_while(is_path);
        return Some(Around::Attribute(path.filter_map(named).collect()));
    }
    if back(1) != Some(Kind::Punct('!')) || back(2) != Some(Kind::Ident) {
        return None;
    }
    let mut start = open - 2;
    let is_joined = |at: usize| {
        let colon = |by: usize| at.checked_sub(by).and_then(kind) == Some(Kind::Punct(':'));
        colon(1) && colon(2) && at.checked_sub(3).and_then(kind) == Some(Kind::Ident)
    };
    while is_joined(start) {
        start -= 3;
    }
    let path = tokens[start..open].iter().filter_map(named);
    Some(Around::Macro(path.collect()))
}

/// The dependency that a macro is of: the one that its path begins with, or that it is imported from.
fn owner(situation: &Situation<'_>, path: &[&str]) -> Option<String> {
    let (first, rest) = path.split_first()?;
    if !rest.is_empty() {
        return situation.dependency_of(first).map(str::to_owned);
    }
    let own = situation.facts.names.imports.iter();
    let own = own.filter(|import| import.name == *first);
    let added = situation.plan.imports.iter().map(String::as_str);
    let added = added.filter(|path| path.rsplit("::").next() == Some(first));
    let mut paths = own.map(|import| import.path.as_str()).chain(added);
    paths.find_map(|path| {
        let root = path.split("::").next()?;
        situation.dependency_of(root).map(str::to_owned)
    })
}

/// The dependencies whose derive macros an attribute could be for: the one that is called like it, or
/// whose macro is; else all of them.
fn of_derives(situation: &Situation<'_>, attribute: &str) -> Vec<String> {
    if let Some(key) = situation.dependency_of(attribute) {
        return vec![key.to_owned()];
    }
    let derives = situation.facts.names.derives.iter();
    let owned = derives.filter_map(|it| Some((&it.name, owner(situation, &[&it.name])?)));
    let (alike, others): (Vec<_>, Vec<_>) =
        owned.partition(|(name, _)| name.to_lowercase() == attribute.replace('_', ""));
    let found = if alike.is_empty() { others } else { alike };
    found.into_iter().map(|(_, owner)| owner).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_macro_is_given_is_found_by_the_brackets_around_it() {
        let of = |code: &'static str| around(code, code.find('@').unwrap());
        let attribute = |path: &[&'static str]| Some(Around::Attribute(path.to_vec()));
        let called = |path: &[&'static str]| Some(Around::Macro(path.to_vec()));
        assert_eq!(of("#[display(fmt = @)] struct A;"), attribute(&["display"]));
        assert_eq!(of("#![a::b(@)]"), attribute(&["a", "b"]));
        assert_eq!(
            of("fn f() { ::a::b::c!{ [ (@) ] } }"),
            called(&["a", "b", "c"])
        );
        assert_eq!(of("fn f() { g(h!(1), @) }"), None);
        assert_eq!(of("#[a] struct A { b: @ }"), None);
        assert_eq!(of("let b = [@];"), None);
        assert_eq!(of("let b = !(@);"), None);
        let given = |code: &str| is_given(code, code.find('@').unwrap());
        assert!(!given("fn f() { assert_eq!(format!(@), 1) }"));
        assert!(given("fn f() { html!(format!(@)) }"));
        assert!(given("fn f() { a::format!(@) }"));
    }
}
