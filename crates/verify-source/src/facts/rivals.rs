//! What an `impl` or a trait declares several times under one name.

use std::collections::BTreeMap;
use std::ops::Range;

use syn::spanned::Spanned as _;
use syn::{ImplItem, Item, TraitItem};

use super::Rival;

/// The members of `item` that share their names with others, in order.
pub(super) fn of(item: &Item) -> Vec<Rival> {
    match item {
        Item::Impl(it) => clashing(&it.items, in_impl, |it| it.span().byte_range()),
        Item::Trait(it) => clashing(&it.items, in_trait, |it| it.span().byte_range()),
        _ => Vec::new(),
    }
}

fn in_impl(member: &ImplItem) -> Option<&syn::Ident> {
    match member {
        ImplItem::Fn(it) => Some(&it.sig.ident),
        ImplItem::Const(it) => Some(&it.ident),
        ImplItem::Type(it) => Some(&it.ident),
        _ => None,
    }
}

fn in_trait(member: &TraitItem) -> Option<&syn::Ident> {
    match member {
        TraitItem::Fn(it) => Some(&it.sig.ident),
        TraitItem::Const(it) => Some(&it.ident),
        TraitItem::Type(it) => Some(&it.ident),
        _ => None,
    }
}

/// Those of `members` that share their names with others. Where they stand is found by printing them,
/// so only theirs is asked for.
fn clashing<T>(
    members: &[T],
    name_of: impl Fn(&T) -> Option<&syn::Ident>,
    place_of: impl Fn(&T) -> Range<usize>,
) -> Vec<Rival> {
    let mut counts: BTreeMap<&syn::Ident, usize> = BTreeMap::new();
    for name in members.iter().filter_map(&name_of) {
        *counts.entry(name).or_default() += 1;
    }
    let named = members.iter().filter_map(|it| Some((name_of(it)?, it)));
    let clashing = named.filter(|(name, _)| counts.get(name).is_some_and(|count| *count > 1));
    let rivals = clashing.map(|(name, member)| Rival {
        name: name.to_string(),
        range: place_of(member),
    });
    rivals.collect()
}

#[cfg(test)]
mod tests {
    use crate::facts::Facts;

    #[test]
    fn members_of_one_name_are_rivals() {
        let text = "impl A {\n    // either\n    fn a() {}\n    fn b() {}\n    /// or\n    pub fn a() {}\n}\n\
            trait T { fn c(&self); const D: u8; fn c(&self) {} }\nimpl B { fn e() {} }";
        let facts = Facts::of(text);
        let rivals = facts.items.iter().flat_map(|it| &it.rivals);
        let rivals = rivals.map(|it| (it.name.as_str(), &text[it.range.clone()]));
        assert_eq!(
            rivals.collect::<Vec<_>>(),
            [
                ("a", "fn a() {}"),
                ("a", "/// or\n    pub fn a() {}"),
                ("c", "fn c(&self);"),
                ("c", "fn c(&self) {}"),
            ]
        );
    }
}
