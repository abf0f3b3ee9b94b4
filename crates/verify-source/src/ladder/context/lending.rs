//! What belongs to a definition: its `impl` blocks, from whichever examples they are.

use verify_model::ExampleId;

use super::super::{Situation, imports};
use super::{Impls, definition, imported, imported_elsewhere, shown};
use crate::facts::{Facts, Names};
use crate::lex::{self, Kind};
use crate::neighbours::{Definition, TraitImpl, words};

/// A part of what is borrowed.
pub(super) struct Piece<'a> {
    /// The first line of the example that it is from.
    pub(super) line: usize,
    /// That example.
    pub(super) id: &'a ExampleId,
    /// Its text.
    pub(super) text: &'a str,
    /// Whether it is a macro call, which may belong to several definitions.
    pub(super) is_call: bool,
}

/// The definition of `name` with the `impl` blocks that belong to it, and the macro calls that may stand
/// for such.
pub(super) fn pieces<'a>(
    situation: &'a Situation<'_>,
    definition: &'a Definition,
    name: &str,
    impls: Impls,
) -> Vec<Piece<'a>> {
    let is_lent = |line: usize| match impls {
        Impls::All => definition.line <= line && line < situation.line,
        Impls::Without(wrong) => definition.line <= line && line < situation.line && line != wrong,
        Impls::Own => definition.line == line,
        Impls::None => false,
    };
    let own = || (definition.line, &definition.id);
    let piece = |(line, id): (usize, &'a ExampleId), text: &'a str| Piece {
        line,
        id,
        text,
        is_call: false,
    };
    let mut pieces = vec![piece(own(), &definition.text)];
    if is_lent(definition.line) && !definition.impls.is_empty() {
        pieces.push(piece(own(), &definition.impls));
    }
    let later = situation.neighbours.impls.get(name).into_iter().flatten();
    let later = later.filter(|it| it.line != definition.line && is_lent(it.line));
    pieces.extend(later.map(|it| piece((it.line, &it.id), &it.impls)));
    let of_trait = situation.neighbours.impls_of_traits.get(name);
    if let Some(all) = of_trait.filter(|_| is_trait(&definition.text)) {
        let lent = all.iter().filter(|it| is_lent(it.line));
        let lent = lent.filter(|it| comes_with_trait(situation, it));
        pieces.extend(lent.map(|it| piece((it.line, &it.id), &it.text)));
    }
    let calls = situation.neighbours.calls.iter();
    let calls = calls.filter(|it| is_lent(it.line) && it.names(name));
    pieces.extend(calls.map(|it| Piece {
        is_call: true,
        ..piece((it.line, &it.id), &it.text)
    }));
    pieces
}

/// The examples that they are from.
pub(super) fn sources(pieces: &[Piece<'_>]) -> String {
    let mut ids: Vec<String> = Vec::new();
    for piece in pieces {
        let id = piece.id.to_string();
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    ids.join(" and ")
}

/// The line of the first example below the one that a piece is from, and above the one that borrows
/// it, that defines a type or function which the piece names: a tutorial may show what it calls first
/// and what that is made of afterwards.
pub(super) fn shown_later(
    situation: &Situation<'_>,
    piece: &Piece<'_>,
    word: &str,
) -> Option<usize> {
    if shown::is_of_prelude(word) {
        return None;
    }
    let mut all = situation.neighbours.definitions.get(word)?.iter();
    let later = all.find(|it| piece.line < it.line && it.line < situation.line)?;
    let is_meant = word.starts_with(char::is_uppercase) || calls(piece.text, word);
    is_meant.then_some(later.line)
}

/// The trait that declares a method which a piece calls, with its line: the one of the piece's own
/// example, or the nearest above.
pub(super) fn declaring<'a>(
    situation: &'a Situation<'_>,
    piece: &Piece<'_>,
    word: &str,
) -> Option<(&'a str, usize)> {
    let all = situation.neighbours.members.get(word)?.iter();
    let member = all.rev().find(|it| it.line <= piece.line)?;
    let is_called = surroundings(piece.text, word).any(|it| it == (".", "("));
    is_called.then_some((&member.of, member.line))
}

/// Whether code calls a function of this name, or a macro, by the name alone.
fn calls(code: &str, name: &str) -> bool {
    surroundings(code, name)
        .any(|(before, behind)| matches!(behind, "(" | "!") && !matches!(before, "." | ":" | "fn"))
}

/// The module that a piece names a path by without an import, when the document imports it elsewhere,
/// or it is the standard library's: `fmt::Display`.
pub(super) fn module(situation: &Situation<'_>, piece: &Piece<'_>, word: &str) -> Option<String> {
    let own = imports::standard_module(word)?;
    let texts = texts(piece.text);
    let begins_path = |at: usize| {
        let is_path = texts[at..].starts_with(&[word, ":", ":"]);
        is_path && at.checked_sub(1).is_none_or(|it| texts[it] != ":")
    };
    if !(0..texts.len()).any(begins_path) {
        return None;
    }
    let rivals = situation.allowed.known.exporters(word);
    let has_rival = rivals
        .iter()
        .any(|(known, _)| situation.neighbours.crates.contains(&known.lib));
    match situation.neighbours.imports.get(word).map(Vec::as_slice) {
        Some([path]) => Some(path.clone()),
        Some(_) => None,
        None => (!has_rival).then_some(own),
    }
}

/// What stands right before and right behind each `word` of some code.
fn surroundings<'a>(code: &'a str, word: &str) -> impl Iterator<Item = (&'a str, &'a str)> {
    let texts = texts(code);
    let at = |index: Option<usize>| index.and_then(|it| texts.get(it).copied());
    let places = (0..texts.len()).filter(|index| texts[*index] == word);
    let found = places.map(|index| {
        let before = at(index.checked_sub(1)).unwrap_or_default();
        (before, at(Some(index + 1)).unwrap_or_default())
    });
    found.collect::<Vec<_>>().into_iter()
}

/// The tokens of some code, without its comments.
fn texts(code: &str) -> Vec<&str> {
    let tokens = lex::stream(code);
    let tokens = tokens.filter(|it| !matches!(it.kind, Kind::Comment | Kind::DocComment));
    tokens.filter_map(|it| code.get(it.range)).collect()
}

/// Derive macros, attributes and macros of well-known crates that `pieces` use without an import, each
/// with its path: their own examples had to be helped with them as well.
pub(super) fn macros(
    situation: &Situation<'_>,
    pieces: &[Piece<'_>],
    names: &Names,
) -> Vec<(String, String)> {
    let known = situation.allowed.known;
    let is_imported = |name: &str| {
        let mut pieces = pieces.iter();
        pieces.any(|it| imported(situation, it.line, name).is_some())
            || situation.neighbours.imports.contains_key(name)
            || situation.neighbours.definitions.contains_key(name)
    };
    let derives = names.derives.iter().map(|it| &it.name);
    let derives = derives.filter_map(|it| {
        let most = imports::deriving_most(known, &names.derives, it);
        Some((it, most.or_else(|| known.implying_derive(it))?))
    });
    let attributes = names.attributes.iter().map(|it| &it.name);
    let attributes = attributes.filter_map(|it| Some((it, known.implying_attribute(it)?)));
    derives
        .chain(attributes)
        .filter(|(name, _)| !is_imported(name))
        .map(|(name, known)| (name.clone(), known.path_of(name)))
        .collect()
}

fn is_trait(text: &str) -> bool {
    !Facts::of(text).traits.declared.is_empty()
}

/// Whether an `impl` of a trait belongs to the trait, since its type is nobody's in the document: those
/// of the document's own types come with these.
fn comes_with_trait(situation: &Situation<'_>, block: &TraitImpl) -> bool {
    let owner = block.owner.as_str();
    if owner.is_empty() {
        return true;
    }
    let is_defined = situation.facts.names.knows(owner)
        || definition(situation, owner, situation.line).is_some();
    let is_known = || {
        owner.starts_with(char::is_lowercase)
            || shown::is_of_prelude(owner)
            || is_parameter(&block.text, owner)
            || imported(situation, block.line, owner).is_some()
            || imported_elsewhere(situation, owner).is_some()
    };
    !is_defined && is_known()
}

/// Whether an `impl` is one for all types: `owner` is among its parameters.
fn is_parameter(text: &str, owner: &str) -> bool {
    let head = text.split(" for ").next().unwrap_or_default();
    head.contains("impl<") && words(head).contains(owner)
}
