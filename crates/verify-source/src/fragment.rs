//! Fragments: Rust that lacks what stands around it, such as the arms of a `match`.
//!
//! No file and no function can begin with one. Each gets the least around it that lets it be read,
//! with a name that is defined nowhere where a value is due: what depends on that is then unknown to
//! the compiler as well, and is held against nobody.

mod attributes;
mod halves;
mod torn;

use std::ops::Range;

use verify_model::Fragment;
use verify_model::judge::UNKNOWN;

use crate::facts::is_type;
use crate::lex::{self, Kind, Token};
use crate::source_map::{SourceMap, SourceMapBuilder};

/// A fragment with what it lacks around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Completed {
    /// The text, which parses once its elisions are filled.
    pub text: String,
    /// From it to the fragment.
    pub map: SourceMap,
    /// What it is.
    pub kind: Fragment,
    /// Where the fragment's own code begins in `text`.
    pub start: usize,
}

/// What goes around a fragment: text in front of it and behind it.
struct Shape {
    kind: Fragment,
    before: String,
    behind: String,
}

pub(crate) use halves::Brackets;

/// A name for what is not shown; nothing is ever looked for in it.
const NAME: &str = "VerifyFragment";
const FUNCTION: &str = "verify_fragment";

/// All ways to complete `text`, the likeliest first. Which of them parses is left to the caller.
/// `elsewhere` are the brackets that other blocks of its document leave without a counterpart.
pub(crate) fn completions(text: &str, elsewhere: Brackets) -> Vec<Completed> {
    let tokens = lex::tokens(text);
    let code: Vec<Token> = tokens
        .into_iter()
        .filter(|token| token.kind != Kind::Comment)
        .collect();
    let Some(start) = code.first().map(|it| it.range.start) else {
        return Vec::new();
    };
    let place = start..text.len();
    let code = Code {
        text,
        tokens: &code,
    };
    if [NAME, FUNCTION, UNKNOWN].iter().any(|it| text.contains(it)) {
        return Vec::new();
    }
    let torn = code.torn(elsewhere.opened);
    if torn.is_some() || !lex::is_balanced(code.tokens) {
        let halves = code.halves(elsewhere).into_iter();
        return halves.chain(torn).collect();
    }
    let shapes = code.shapes().into_iter();
    let around = shapes.map(|shape| around(text, &place, &shape));
    let signatures = code.ends_of_signatures();
    let listed = signatures.map(|ends| behind_each(text, start, &ends, Fragment::Signatures, ";"));
    let bounds = code.ends_of_bounds();
    let noted = bounds.map(|ends| behind_each(text, start, &ends, Fragment::Notation, ":"));
    let around = around.chain(listed).chain(noted);
    around.chain(code.announced()).collect()
}

/// `text` with a shape around its code at `place`.
fn around(text: &str, place: &Range<usize>, shape: &Shape) -> Completed {
    let mut map = SourceMapBuilder::new();
    map.verbatim(place.start, 0);
    map.replaced(shape.before.len(), place.start..place.start);
    map.verbatim(place.len(), place.start);
    map.replaced(shape.behind.len(), place.end..place.end);
    map.verbatim(text.len() - place.end, place.end);
    let (leading, rest) = (&text[..place.start], &text[place.end..]);
    let code = &text[place.clone()];
    Completed {
        text: [leading, &shape.before, code, &shape.behind, rest].concat(),
        map: map.finish(),
        kind: shape.kind,
        start: place.start + shape.before.len(),
    }
}

/// A fragment of which every part that ends at one of `ends` gets `own` behind it.
fn behind_each(text: &str, start: usize, ends: &[usize], kind: Fragment, own: &str) -> Completed {
    let mut map = SourceMapBuilder::new();
    let mut completed = String::new();
    let mut next = 0;
    for &end in ends {
        map.verbatim(end - next, next);
        completed.push_str(&text[next..end]);
        map.replaced(own.len(), end..end);
        completed.push_str(own);
        next = end;
    }
    map.verbatim(text.len() - next, next);
    completed.push_str(&text[next..]);
    Completed {
        text: completed,
        map: map.finish(),
        kind,
        start,
    }
}

/// The tokens of a text, without comments.
struct Code<'a> {
    text: &'a str,
    tokens: &'a [Token],
}

impl<'a> Code<'a> {
    /// What could be put around it.
    fn shapes(&self) -> Vec<Shape> {
        let named = |keyword: &str| format!("{keyword} {NAME} {{ ");
        let of_match = format!("match {UNKNOWN} {{ ");
        let of_value = format!("let _ = {UNKNOWN} {{ ");
        let of_trait = format!("trait {NAME} ");
        let of_clause = format!("trait {NAME} where ");
        let unit = format!("\nstruct {NAME};");
        let argument = format!("trait {NAME} {{ fn {FUNCTION}(_: ");
        let rest = |behind: &str| {
            let is_on_new_line = self.text.ends_with('\n');
            let behind = behind
                .strip_prefix('\n')
                .filter(|_| is_on_new_line)
                .unwrap_or(behind);
            behind.to_owned()
        };
        [
            (Fragment::Chain, self.is_chain(), UNKNOWN, ""),
            (Fragment::Arms, self.is_arms(), &of_match, "\n}"),
            (Fragment::Fields, self.is_fields(), &named("struct"), "\n}"),
            (Fragment::Values, self.is_values(), &of_value, "\n};"),
            (
                Fragment::Variants,
                self.is_variants(),
                &named("enum"),
                "\n}",
            ),
            (Fragment::Bounds, self.is_bounds(), &of_trait, "\n{}"),
            (
                Fragment::Bounds,
                self.is_list_of_bounds(),
                &of_clause,
                "\n{}",
            ),
            (Fragment::Head, self.is_head(), "", "\n{}"),
            (Fragment::Attributes, self.is_attributes(), "", &unit),
            (Fragment::Type, is_type(self.text), &argument, "\n); }"),
        ]
        .into_iter()
        .filter(|(_, fits, ..)| *fits)
        .map(|(kind, _, before, behind)| Shape {
            kind,
            before: before.to_owned(),
            behind: rest(behind),
        })
        .collect()
    }

    fn word(&self, index: usize) -> &'a str {
        let range = self.tokens.get(index).map(|it| it.range.clone());
        range.map_or("", |range| &self.text[range])
    }

    fn is_ident(&self, index: usize) -> bool {
        let token = self.tokens.get(index);
        token.is_some_and(|it| it.kind == Kind::Ident)
    }

    /// Whether the characters of `sign` stand at `index`, next to each other.
    fn is_sign(&self, index: usize, sign: &str) -> bool {
        let place = self.tokens.get(index).map(|it| it.range.start);
        place.is_some_and(|start| self.text[start..].starts_with(sign))
    }

    /// The tokens outside all brackets, each with its index.
    fn outer(&self) -> impl Iterator<Item = (usize, &'a Token)> {
        let mut depth = 0_usize;
        let tokens = self.tokens.iter().enumerate();
        tokens.filter(move |(_, token)| match token.kind {
            Kind::Open(_) => {
                depth += 1;
                depth == 1
            }
            Kind::Close(_) => {
                depth = depth.saturating_sub(1);
                depth == 0
            }
            _ => depth == 0,
        })
    }

    fn counts(&self, sign: &str) -> usize {
        self.outer()
            .filter(|(index, _)| self.is_sign(*index, sign))
            .count()
    }

    fn has(&self, sign: &str) -> bool {
        self.counts(sign) > 0
    }

    /// Whether something in it is Rust's alone: lists of names, values and arrows are found in many
    /// languages.
    fn speaks_rust(&self) -> bool {
        const WORDS: [&str; 42] = [
            "fn", "let", "impl", "pub", "match", "mut", "dyn", "ref", "Some", "None", "Ok", "Err",
            "String", "Vec", "Option", "Result", "Box", "Arc", "Rc", "Cow", "HashMap", "HashSet",
            "BTreeMap", "BTreeSet", "PathBuf", "Duration", "bool", "str", "char", "u8", "u16",
            "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "isize", "f32", "f64",
        ];
        let is_macro = |index: usize| {
            self.is_ident(index)
                && self.word(index + 1) == "!"
                && matches!(self.word(index + 2), "(" | "[" | "{")
        };
        (0..self.tokens.len()).any(|index| {
            let kind = self.tokens[index].kind;
            WORDS.contains(&self.word(index))
                || kind == Kind::Lifetime
                || is_macro(index)
                || ["::", "..=", "&'"].iter().any(|it| self.is_sign(index, it))
                || self.is_method(index)
        })
    }

    /// Whether a method is called at `index` that only Rust's values have.
    fn is_method(&self, index: usize) -> bool {
        const METHODS: [&str; 10] = [
            "to_string",
            "to_owned",
            "into",
            "into_iter",
            "as_str",
            "as_ref",
            "unwrap",
            "unwrap_or_default",
            "is_some",
            "is_none",
        ];
        let is_called = self.word(index) == "." && self.word(index + 2) == "(";
        is_called && METHODS.contains(&self.word(index + 1))
    }

    /// `.method()` and what follows.
    fn is_chain(&self) -> bool {
        let is_call = self.is_ident(1) && matches!(self.word(2), "(" | ":");
        self.word(0) == "." && (is_call || self.word(1) == "await")
    }

    /// `pattern => value,`
    fn is_arms(&self) -> bool {
        let has_wildcard = self.outer().any(|(index, _)| {
            index > 0 && self.word(index) == "_" && self.is_sign(index + 1, "=>")
        });
        self.has("=>")
            && !self.has(";")
            && (self.speaks_rust() || has_wildcard && self.counts("=>") > 1)
    }

    /// `name: Type,`
    fn is_fields(&self) -> bool {
        self.has(":") && !self.has(";") && !self.has("=") && self.speaks_rust()
    }

    /// `name: value,`, or `name,` when a value of that name is there. The last may be `..value`.
    fn is_values(&self) -> bool {
        let is_name = |index: usize| self.word(index) == ":" && !self.is_sign(index, "::");
        let is_named = self.is_ident(0) && (is_name(1) || self.word(1) == ",");
        let has_base = self.outer().any(|(index, _)| {
            let is_first = index > 0 && self.word(index - 1) == ",";
            is_first && self.is_sign(index, "..") && self.is_ident(index + 2)
        });
        is_named && !self.has(";") && (self.speaks_rust() || has_base)
    }

    /// `Name(Type),`
    fn is_variants(&self) -> bool {
        let is_upper = |name: &str| name.starts_with(|first: char| first.is_uppercase());
        let names = self.outer().filter(|(_, token)| token.kind == Kind::Ident);
        let mut names = names.map(|(index, _)| self.word(index)).peekable();
        let has_more = ["(", "{", "=", "#"].iter().any(|it| self.has(it));
        names.peek().is_some() && names.all(is_upper) && has_more && self.speaks_rust()
    }

    /// `where T: Trait,`
    fn is_bounds(&self) -> bool {
        self.word(0) == "where"
    }

    /// `Parameter: Trait,` each on a line of its own, where no field has such a name.
    fn is_list_of_bounds(&self) -> bool {
        let is_upper = |index: usize| {
            self.is_ident(index) && self.word(index).starts_with(|it: char| it.is_uppercase())
        };
        let is_bound =
            |index: usize| is_upper(index) && self.word(index + 1) == ":" && is_upper(index + 2);
        let ends = self.outer().filter(|(index, _)| self.word(*index) == ",");
        let mut starts = ends.map(|(index, _)| index + 1).collect::<Vec<_>>();
        starts.retain(|it| *it < self.tokens.len());
        starts.insert(0, 0);
        starts.len() > 1 && starts.into_iter().all(is_bound)
    }

    /// `impl Trait for Type`, `trait Trait: Other`
    fn is_head(&self) -> bool {
        let mut words = self.outer().map(|(index, _)| self.word(index));
        let is_before = |word: &&str| matches!(*word, "pub" | "unsafe" | "(" | ")");
        let keyword = words.find(|it| !is_before(it));
        matches!(keyword, Some("impl" | "trait")) && !self.has("{") && !self.has(";")
    }

    /// `#[attribute]`, or doc comments
    fn is_attributes(&self) -> bool {
        self.last_attributes() == Some(0)
    }

    /// Where a `;` has to be added for a list of signatures without bodies; `None` when it is none.
    fn ends_of_signatures(&self) -> Option<Vec<usize>> {
        const STARTS: [&str; 6] = ["fn", "pub", "async", "unsafe", "const", "extern"];
        let outer: Vec<(usize, &Token)> = self.outer().collect();
        let mut ends = Vec::new();
        let mut is_open = false;
        let mut before = 0;
        for (position, (index, token)) in outer.iter().enumerate() {
            let word = self.word(*index);
            let is_new_line = self.text[before..token.range.start].contains('\n');
            let is_start = STARTS.contains(&word) || token.kind == Kind::Punct('#');
            let is_next = is_new_line && (is_start || token.kind == Kind::DocComment);
            if is_open && is_next {
                ends.push(before);
                is_open = false;
            }
            match token.kind {
                Kind::Open('{') | Kind::Close('}') => return None,
                Kind::Punct(';') => is_open = false,
                Kind::Ident if word == "fn" && self.is_name_behind(&outer, position) => {
                    is_open = true;
                }
                _ => {}
            }
            before = token.range.end;
        }
        if is_open {
            ends.push(before);
        }
        (!ends.is_empty()).then_some(ends)
    }

    /// Where names end that stand for all the bounds of a `where` clause, as in a grammar; `None` when
    /// there are none.
    fn ends_of_bounds(&self) -> Option<Vec<usize>> {
        let is_end = |index: usize| {
            let is_last = self.tokens.len() == index;
            is_last
                || matches!(self.word(index), ";" | "{")
                || self.word(index) == "=" && !self.is_sign(index, "=>")
        };
        let is_lone = |index: &usize| {
            self.word(*index) == "where" && self.is_ident(index + 1) && is_end(index + 2)
        };
        let lone = (0..self.tokens.len()).filter(is_lone);
        let ends: Vec<usize> = lone.map(|index| self.tokens[index + 1].range.end).collect();
        (!ends.is_empty()).then_some(ends)
    }

    fn is_name_behind(&self, outer: &[(usize, &Token)], position: usize) -> bool {
        let next = outer.get(position + 1);
        next.is_some_and(|(index, _)| self.is_ident(*index))
    }
}

#[cfg(test)]
mod tests;
