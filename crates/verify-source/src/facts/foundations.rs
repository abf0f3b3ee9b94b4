//! What a function body rests on: the declarations of what it names, of what these name, and so on.
//! Where one of them has a type that does not exist, the compiler leaves out checks of the body, too,
//! without saying so.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use verify_model::Body;

use super::{Facts, ItemKind};
use crate::lex::{self, Kind, Token};

/// For each body of `facts`, the byte ranges of the declarations that it rests on: signatures, fields
/// and heads, no bodies. What is told by names alone may be a few too many.
#[must_use]
pub fn foundations(code: &str, facts: &Facts) -> Vec<Vec<Range<usize>>> {
    let bodies = facts.bodies.as_deref().unwrap_or_default();
    let mut tokens = lex::tokens(code);
    tokens.retain(|it| it.kind == Kind::Ident);
    let words = |range: &Range<usize>| -> BTreeSet<&str> {
        let inside = tokens.iter().filter(|it| lies_in(it, range));
        inside.map(|it| &code[it.range.clone()]).collect()
    };
    let mut declarations: BTreeMap<&str, Vec<Range<usize>>> = BTreeMap::new();
    // What a head says is known to all that stands below it.
    let mut heads: Vec<(&Range<usize>, Vec<Range<usize>>)> = Vec::new();
    for item in &facts.items {
        let inside: Vec<&Body> = bodies.iter().filter(|it| holds(&item.range, it)).collect();
        match item.kind {
            ItemKind::Definition => {
                let blocks = inside.iter().map(|it| it.block.clone());
                let declared = without(&item.range, blocks);
                declarations.entry(&item.name).or_default().extend(declared);
            }
            ItemKind::Impl => {
                for body in &inside {
                    let name = name_of(code, &tokens, body);
                    let all = declarations.entry(name).or_default();
                    all.push(body.signature.clone());
                }
                let functions = inside.iter().map(|it| it.signature.start..it.block.end);
                heads.push((&item.range, without(&item.range, functions)));
            }
            _ => {}
        }
    }
    for item in facts.items.iter().filter(|it| it.kind == ItemKind::Use) {
        for name in tokens.iter().filter(|it| lies_in(it, &item.range)) {
            let ranges = importing(code, &item.range, &name.range);
            let all = declarations.entry(&code[name.range.clone()]).or_default();
            all.extend(ranges);
        }
    }
    let rest_on = |body: &Body| {
        let mut open = words(&(body.signature.start..body.block.end));
        let mut known: BTreeSet<&str> = BTreeSet::new();
        let mut ranges = Vec::new();
        for (_, head) in heads.iter().filter(|(range, _)| holds(range, body)) {
            open.extend(head.iter().flat_map(words));
            ranges.extend(head.iter().cloned());
        }
        while let Some(name) = open.pop_first() {
            let Some(declared) = declarations.get(name).filter(|_| known.insert(name)) else {
                continue;
            };
            for range in declared {
                open.extend(words(range));
                ranges.push(range.clone());
            }
        }
        ranges
    };
    bodies.iter().map(rest_on).collect()
}

/// The parts of a `use` declaration that bring the name at `name`: in a list, what stands before the
/// list, and the name.
fn importing(code: &str, item: &Range<usize>, name: &Range<usize>) -> Vec<Range<usize>> {
    match code[item.clone()].find('{') {
        Some(list) => vec![item.start..item.start + list, name.clone()],
        None => vec![item.clone()],
    }
}

fn lies_in(token: &Token, range: &Range<usize>) -> bool {
    range.start <= token.range.start && token.range.end <= range.end
}

/// Whether a body lies in an item.
fn holds(item: &Range<usize>, body: &Body) -> bool {
    item.start <= body.block.start && body.block.end <= item.end
}

/// The name of a body's function; empty for statements.
fn name_of<'c>(code: &'c str, identifiers: &[Token], body: &Body) -> &'c str {
    let inside = identifiers.iter().filter(|it| lies_in(it, &body.signature));
    let mut names = inside.map(|it| &code[it.range.clone()]);
    let _ = names.find(|it| *it == "fn");
    names.next().unwrap_or_default()
}

/// The parts of a range that none of `holes`, which are in order, covers.
fn without(range: &Range<usize>, holes: impl Iterator<Item = Range<usize>>) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut start = range.start;
    for hole in holes {
        if start < hole.start {
            parts.push(start..hole.start);
        }
        start = start.max(hole.end);
    }
    if start < range.end {
        parts.push(start..range.end);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    /// For each body, whether it rests on what stands at `at`.
    fn resting(code: &str, at: &str) -> Vec<bool> {
        let place = code.find(at).unwrap();
        let all = foundations(code, &Facts::of(code));
        all.iter()
            .map(|ranges| ranges.iter().any(|it| it.contains(&place)))
            .collect()
    }

    #[test]
    fn a_body_rests_on_what_it_names_and_what_that_names() {
        for (code, expected) in [
            ("struct S(Gone); fn a(s: S) {} fn b() {}", vec![true, false]),
            (
                "struct S(Gone); struct T(S); fn a(t: T) { b() } fn b() {}",
                vec![true, false],
            ),
            (
                "fn find() -> Gone { g() } fn a() { find(); } fn b() { 1; }",
                vec![true, true, false],
            ),
            (
                "struct S(Gone); impl S { fn a(&self) {} } fn b() {}",
                vec![true, false],
            ),
            (
                "struct S; impl S { fn a(&self) {} } impl From<Gone> for S { fn from(g: u8) -> S { S } }",
                vec![false, true],
            ),
            (
                "struct S; impl S { fn a(&self) { self.b() } fn b(&self) -> Gone { c() } fn d() {} }",
                vec![true, true, false],
            ),
            // What stands in another body is that body's.
            ("fn a() { b() } fn b() { Gone; }", vec![false, false]),
            ("struct S(T); struct T(S, Gone); fn a(s: S) {}", vec![true]),
            (
                "trait T { fn m(&self) -> Gone; } fn a(t: &dyn T) {} fn b() {}",
                vec![true, false],
            ),
        ] {
            assert_eq!(resting(code, "Gone"), expected, "{code}");
        }
    }
}
