//! What belongs to a definition: its `impl` blocks, from whichever examples they are.

use verify_model::ExampleId;

use super::super::Situation;
use super::{Impls, definition, imported, imported_elsewhere};
use crate::facts::Facts;
use crate::neighbours::{Definition, TraitImpl, words};

/// A part of what is borrowed.
pub(super) struct Piece<'a> {
    /// The first line of the example that it is from.
    pub(super) line: usize,
    /// That example.
    pub(super) id: &'a ExampleId,
    /// Its text.
    pub(super) text: &'a str,
}

/// Types of the standard library that are in scope everywhere.
const IN_SCOPE: [&str; 5] = ["Box", "Option", "Result", "String", "Vec"];

/// The definition of `name` with the `impl` blocks that belong to it.
pub(super) fn pieces<'a>(
    situation: &'a Situation<'_>,
    definition: &'a Definition,
    name: &str,
    impls: Impls,
) -> Vec<Piece<'a>> {
    let is_lent = |line: usize| match impls {
        Impls::All => definition.line <= line && line < situation.line,
        Impls::Own => definition.line == line,
        Impls::None => false,
    };
    let own = || (definition.line, &definition.id);
    let piece = |(line, id): (usize, &'a ExampleId), text: &'a str| Piece { line, id, text };
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
            || IN_SCOPE.contains(&owner)
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
