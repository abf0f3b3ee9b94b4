//! Elisions: `...` where an author left code out, or a comment where a type or a value is due.
//!
//! Rust knows no such thing, so one of them keeps a whole example from being read. Each is replaced
//! by the least that lets the rest parse, so that the rest can be judged.

use std::ops::Range;

use verify_model::judge::UNKNOWN;

use crate::source_map::{SourceMap, SourceMapBuilder};

/// A text whose elisions are filled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filled {
    /// The text, which parses.
    pub text: String,
    /// From it to the text with elisions.
    pub map: SourceMap,
    /// Byte ranges of `text` that hold what was filled in.
    pub places: Vec<Range<usize>>,
    /// The lines of `text` that hold what was filled in, without their line ends.
    pub lines: Vec<Range<usize>>,
}

/// What can stand in the place of left out code, in the order of preference: a type, a value, a match
/// arm, the rest of a struct's fields, nothing, a statement, a type once more. Nothing is a space, so
/// that it has a place.
const FILLERS: [&str; 7] = [
    TYPE,
    "todo!()",
    "_ => todo!()",
    "..todo!()",
    NOTHING,
    "todo!();",
    "_",
];
const NOTHING: &str = " ";

/// What can be read as a type only. In its place goes a name that is defined nowhere: of what depends
/// on that the compiler says nothing.
const TYPE: &str = "&'static Self";

/// Most elisions of one example that are filled; texts with more are outlines, not code.
const MAX_ELISIONS: usize = 32;

/// Fills the elisions of `text`. `reached` says how far a text can be parsed, as a byte offset, and
/// `None` when it parses to its end. Without a way to make the text parse there is no answer.
#[must_use]
pub fn fill(
    text: &str,
    elisions: &[Range<usize>],
    reached: impl Fn(&str) -> Option<usize>,
) -> Option<Filled> {
    if elisions.is_empty() || elisions.len() > MAX_ELISIONS {
        return None;
    }
    let mut chosen: Vec<&str> = Vec::new();
    for elision in elisions {
        let best = fillers(text, elision)
            .enumerate()
            .max_by_key(|(preference, filler)| {
                let mut fillers = chosen.clone();
                fillers.push(filler);
                let up_to_here = assemble(text, elisions, &fillers);
                let progress = match reached(&up_to_here.text) {
                    None => usize::MAX,
                    // Counted in the original text, so that long fillers have no advantage.
                    Some(offset) => up_to_here.map.to_source(offset).unwrap_or(elision.start),
                };
                (progress, std::cmp::Reverse(*preference))
            })
            .map(|(_, filler)| filler)?;
        chosen.push(best);
    }
    for filler in &mut chosen {
        if *filler == TYPE {
            *filler = UNKNOWN;
        }
    }
    let filled = assemble(text, elisions, &chosen);
    reached(&filled.text).is_none().then_some(filled)
}

/// What to try in the place of `elision`. A statement of its own with others behind it gets nothing,
/// if that will do: behind code that never ends, anything goes.
fn fillers(text: &str, elision: &Range<usize>) -> impl Iterator<Item = &'static str> {
    let before = text[..elision.start].trim_end();
    let behind = text[elision.end..].trim_start().strip_prefix(';');
    let is_statement = before.is_empty() || before.ends_with(['{', '}', ';']);
    let goes_on = behind.is_some_and(|rest| !rest.trim_start().starts_with('}'));
    let first = (is_statement && goes_on).then_some(NOTHING);
    first.into_iter().chain(FILLERS)
}

/// The text with the first elisions filled, and the others left empty.
fn assemble(text: &str, elisions: &[Range<usize>], fillers: &[&str]) -> Filled {
    let mut filled = String::with_capacity(text.len());
    let mut map = SourceMapBuilder::new();
    let mut places = Vec::new();
    let mut next = 0;
    for (index, elision) in elisions.iter().enumerate() {
        map.verbatim(elision.start - next, next);
        filled.push_str(&text[next..elision.start]);
        let stand_in = fillers.get(index).copied().unwrap_or_default();
        if !stand_in.is_empty() {
            map.replaced(stand_in.len(), elision.clone());
        }
        places.push(filled.len()..filled.len() + stand_in.len());
        filled.push_str(stand_in);
        next = elision.end;
    }
    map.verbatim(text.len() - next, next);
    filled.push_str(&text[next..]);
    let lines = places.iter().map(|place| line_around(&filled, place));
    let mut lines: Vec<Range<usize>> = lines.collect();
    lines.dedup();
    Filled {
        places,
        lines,
        text: filled,
        map: map.finish(),
    }
}

fn line_around(text: &str, place: &Range<usize>) -> Range<usize> {
    let start = text[..place.start].rfind('\n').map_or(0, |at| at + 1);
    let end = text[place.end..]
        .find('\n')
        .map_or(text.len(), |at| place.end + at);
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{reached, unread};

    fn filled(text: &str) -> Option<String> {
        let filled = fill(text, &unread(text), reached)?;
        assert!(filled.map.check(&filled.text, text));
        Some(filled.text)
    }

    #[test]
    fn each_elision_gets_the_least_that_lets_the_rest_parse() {
        let cases = [
            ("fn f() -> u8 { ... }", "fn f() -> u8 { todo!() }"),
            ("let x = ...;", "let x = todo!();"),
            ("fn f() -> u8 { ...; }", "fn f() -> u8 { todo!(); }"),
            ("fn f() -> u8 { ...; 1 }", "fn f() -> u8 {  ; 1 }"),
            ("struct S { a: u8, ... }", "struct S { a: u8,   }"),
            ("impl S { ... }", "impl S {   }"),
            ("let s = S { a: 1, ... };", "let s = S { a: 1, ..todo!() };"),
            (
                "match x { 1 => 2, ... }",
                "match x { 1 => 2, _ => todo!() }",
            ),
            (
                "fn f() {\n    g();\n    …\n    h();\n}",
                "fn f() {\n    g();\n     \n    h();\n}",
            ),
            (
                "enum E { A, ... }\nfn f() { ... }",
                "enum E { A,   }\nfn f() { todo!() }",
            ),
            ("let S { a, ... } = s;", "let S { a,   } = s;"),
            ("struct S { a: // ...\n}", "struct S { a: verify_unknown\n}"),
            ("fn f(a: ...) {}", "fn f(a: verify_unknown) {}"),
            ("let v: Vec<...> = w;", "let v: Vec<verify_unknown> = w;"),
            ("type T = /* ... */;", "type T = verify_unknown;"),
            (
                "fn f() -> /* ... */ { 1 }",
                "fn f() -> verify_unknown { 1 }",
            ),
            (
                "const A: u8 = /* ... */;\nlet s = S { a: /* ... */ };",
                "const A: u8 = todo!();\nlet s = S { a: todo!() };",
            ),
            ("if /* a */ { b(); }", "if todo!() { b(); }"),
            (
                "struct S { .. }\nimpl S { .. }",
                "struct S {   }\nimpl S {   }",
            ),
            ("fn f() -> u8 { .. }", "fn f() -> u8 { todo!() }"),
            (
                "fn f() {\n    a()?;\n    [...]\n    Ok(b)\n}",
                "fn f() {\n    a()?;\n     \n    Ok(b)\n}",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(filled(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn prose_with_dots_stays_what_it_is() {
        assert_eq!(filled("this is ... no code at all"), None);
        assert_eq!(filled("fn f() {}"), None);
    }

    #[test]
    fn the_lines_with_fillers_are_known() {
        let text = "fn f() -> u8 {\n    ...\n}\n";
        let filled = fill(text, &unread(text), reached).unwrap();
        assert_eq!(&filled.text[filled.lines[0].clone()], "    todo!()");
        let text = "fn f(a: ..., b: ...) {}";
        let filled = fill(text, &unread(text), reached).unwrap();
        assert_eq!(filled.lines.len(), 1);
    }
}
