//! Where code is left out and Rust would mind: `...`, `..` in the braces of items, and comments for types
//! and values.

use std::ops::Range;

use crate::lex::{self, Kind, Token};

/// Where `text`, which cannot be read, may leave code out: its ellipses, and the comments that stand
/// where a type or a value is due.
#[must_use]
pub(crate) fn unread(text: &str) -> Vec<Range<usize>> {
    let tokens = lex::tokens(text);
    let mut found = dots(text, &tokens);
    found.extend(Tokens::new(text, &tokens).comments_for_code(&tokens));
    found.sort_by_key(|place| place.start);
    found
}

/// `...` and `…`, where Rust knows neither, and `..` that is all or the last there is in the braces of an
/// item or a block.
pub(super) fn dots(text: &str, tokens: &[Token]) -> Vec<Range<usize>> {
    let tokens = Tokens::new(text, tokens);
    let mut found = Vec::new();
    let mut index = 0;
    while let Some(token) = tokens.code.get(index) {
        let dots = tokens.dots_at(index);
        let is_ellipsis = dots >= 3 && !tokens.is_variadic(index)
            || token.kind == Kind::Unknown && tokens.is(index, "…");
        let end = index + dots.max(1);
        if is_ellipsis {
            let place = token.range.start..tokens.code[end - 1].range.end;
            found.push(tokens.with_brackets(index..end).unwrap_or(place));
        } else if dots == 2 && tokens.is_body(index) {
            found.push(token.range.start..token.range.start + dots);
        }
        index = end;
    }
    found
}

/// The tokens of a text without its comments.
struct Tokens<'a> {
    text: &'a str,
    code: Vec<&'a Token>,
}

impl<'a> Tokens<'a> {
    fn new(text: &'a str, tokens: &'a [Token]) -> Self {
        Self {
            text,
            code: tokens.iter().filter(|it| !is_comment(it)).collect(),
        }
    }

    fn word(&self, index: usize) -> &'a str {
        let range = self.code.get(index).map(|it| it.range.clone());
        range.map_or("", |range| &self.text[range])
    }

    fn is(&self, index: usize, word: &str) -> bool {
        self.word(index) == word
    }

    /// Whether the characters of `sign` end with the token at `index`, next to each other.
    fn ends_with(&self, index: usize, sign: &str) -> bool {
        let end = self.code.get(index).map_or(0, |it| it.range.end);
        self.text[..end].ends_with(sign)
    }

    /// How many dots stand at `index`, next to each other.
    fn dots_at(&self, index: usize) -> usize {
        let start = self.code[index].range.start;
        let dots = self.code[index..].iter().enumerate();
        let is_next = |(step, dot): &(usize, &&Token)| {
            dot.kind == Kind::Punct('.') && dot.range.start == start + step
        };
        dots.take_while(is_next).count()
    }

    /// Whether the dots at `index` are the last parameter of a function that another language has: there
    /// they are Rust.
    fn is_variadic(&self, index: usize) -> bool {
        let is_last = self.dots_at(index) == 3 && self.is(index + 3, ")");
        let open = self
            .enclosing(index)
            .filter(|it| is_last && self.is(*it, "("));
        let function = open.and_then(|open| open.checked_sub(2));
        let is_declared = function.is_some_and(|it| self.is(it, "fn"));
        let block = open.and_then(|open| self.enclosing(open));
        let abi = block.and_then(|block| block.checked_sub(1));
        let is_foreign = abi.is_some_and(|abi| {
            let is_named = self.code[abi].kind == Kind::Literal && abi > 0;
            self.is(if is_named { abi - 1 } else { abi }, "extern")
        });
        is_declared && is_foreign
    }

    /// The place of an ellipsis with the brackets around it, when they are alone on their line.
    fn with_brackets(&self, ellipsis: Range<usize>) -> Option<Range<usize>> {
        let (before, behind) = (ellipsis.start.checked_sub(1)?, ellipsis.end);
        let pair = (self.word(before), self.word(behind));
        if !matches!(pair, ("[", "]") | ("(", ")") | ("<", ">")) {
            return None;
        }
        let place = self.code[before].range.start..self.code[behind].range.end;
        let line_start = self.text[..place.start].rfind('\n').map_or(0, |it| it + 1);
        let line = self.text[line_start..].lines().next()?;
        (line.trim() == &self.text[place.clone()]).then_some(place)
    }

    /// Whether the two dots at `index` are all there is in the braces of an item or a block, or the end
    /// of a list in them. In those of a pattern they say that there are more fields.
    fn is_body(&self, index: usize) -> bool {
        let Some(before) = index.checked_sub(1) else {
            return false;
        };
        if !matches!(self.word(before), "{" | "}" | "," | ";") {
            return false;
        }
        let open = self.enclosing(index).filter(|it| self.is(*it, "{"));
        let is_last = self.is(index + 2, "}") && !self.is(index + 3, "in");
        is_last && open.is_some_and(|open| self.opens_body(open))
    }

    /// The bracket that is open at `index`.
    fn enclosing(&self, index: usize) -> Option<usize> {
        let mut depth = 0_usize;
        (0..index).rev().find(|at| match self.code[*at].kind {
            Kind::Close(_) => {
                depth += 1;
                false
            }
            Kind::Open(_) if depth > 0 => {
                depth -= 1;
                false
            }
            kind => matches!(kind, Kind::Open(_)),
        })
    }

    /// Whether the brace at `open` is that of an item or a block: what stands before it says so.
    fn opens_body(&self, open: usize) -> bool {
        let Some(before) = open.checked_sub(1) else {
            return false;
        };
        let is_block = matches!(
            self.word(before),
            ")" | "|" | "else" | "loop" | "unsafe" | "move" | "async"
        );
        is_block || self.ends_with(before, "=>") || self.has_keyword(before)
    }

    /// Whether, from `index` back to where it begins, an item or a block of statements has its keyword.
    fn has_keyword(&self, index: usize) -> bool {
        const KEYWORDS: [&str; 11] = [
            "struct", "enum", "union", "trait", "impl", "mod", "fn", "if", "while", "for", "match",
        ];
        let (mut depth, mut angles) = (0_usize, 0_usize);
        for at in (0..=index).rev() {
            let is_outside = depth == 0;
            match self.word(at) {
                ")" | "]" => depth += 1,
                "(" | "[" | "{" | "}" | ";" | "let" if is_outside => return false,
                "(" | "[" => depth -= 1,
                ">" if !self.ends_with(at, "->") && !self.ends_with(at, "=>") => angles += 1,
                "<" => angles = angles.saturating_sub(1),
                "=" if is_outside && angles == 0 => return false,
                word if is_outside && KEYWORDS.contains(&word) => return true,
                _ => {}
            }
        }
        false
    }

    /// The comments that stand where a type or a value is due, those next to each other as one.
    fn comments_for_code(&self, tokens: &[Token]) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        let mut behind = 0;
        for comments in tokens.chunk_by(|a, b| is_comment(a) && is_comment(b)) {
            let (Some(first), Some(last)) = (comments.first(), comments.last()) else {
                continue;
            };
            if !is_comment(first) {
                behind += 1;
            } else if self.lacks_code(behind) {
                found.push(first.range.start..last.range.end);
            }
        }
        found
    }

    /// Whether code is due before the token at `behind`: something that cannot stand there follows what
    /// asks for a type or a value.
    fn lacks_code(&self, behind: usize) -> bool {
        let Some(before) = behind.checked_sub(1) else {
            return false;
        };
        let next = self.word(behind);
        let ends = matches!(next, "" | "," | ";" | ")" | "]" | "}");
        match self.word(before) {
            ":" => !self.ends_with(before, "::") && (ends || next == "="),
            ">" if self.ends_with(before, "->") => ends || matches!(next, "{" | "where"),
            ">" if self.ends_with(before, "=>") => ends,
            "=" => ends || matches!(next, "{" | ">"),
            "|" | "+" | "-" | "*" | "/" | "%" => ends,
            "if" | "while" | "in" | "match" => next == "{",
            _ => false,
        }
    }
}

fn is_comment(token: &Token) -> bool {
    token.kind == Kind::Comment
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dotted(text: &str) -> Vec<&str> {
        let found = dots(text, &lex::tokens(text));
        found.into_iter().map(|it| &text[it]).collect()
    }

    fn commented(text: &str) -> Vec<&str> {
        unread(text).into_iter().map(|it| &text[it]).collect()
    }

    #[test]
    fn dots_alone_in_the_braces_of_items_and_blocks_leave_code_out() {
        for text in [
            "fn f() { .. }",
            "fn f(a: u8) -> Vec<u8> { .. }",
            "fn f() -> impl Iterator<Item = u8> { .. }",
            "struct A { .. }",
            "enum E<T> { .. }",
            "impl<T: Copy> A for B<T> where T: Send { .. }",
            "match x { .. }",
            "if x.y() { .. }",
            "if x { 1; } else { .. }",
            "for a in b { .. }",
            "loop { .. }",
            "f(|x| { .. })",
            "match x { 1 => { .. } }",
            "enum E { A, B(u8), .. }",
            "struct A { a: u8, .. }",
            "match x { A { a } => a, .. }",
            "match x { A { a } => { a } .. }",
            "impl A { fn a() {} .. }",
            "fn f() { a(); .. }",
        ] {
            assert_eq!(dotted(text), [".."], "{text}");
        }
    }

    #[test]
    fn dots_in_the_braces_of_patterns_and_values_leave_nothing_out() {
        for text in [
            "let A { .. } = a;",
            "if let A { .. } = a {}",
            "while let Some(A { .. }) = a {}",
            "for A { .. } in b {}",
            "match x { A { .. } => 1, B::C { .. } if d => 2, E { .. } => 3 }",
            "match x { A { .. } | B { .. } => 1 }",
            "fn f(A { .. }: A) {}",
            "f(|A { .. }| 1)",
            "matches!(x, A { .. })",
            "let all = { .. };",
            "let A { a, .. } = b;",
            "for A { a, .. } in b {}",
            "match x { A { a, .. } => a, B { b: [c, ..] } => f(|C { c, .. }| c) }",
            "fn f() { if let A { a, .. } = b {} }",
            "f({ .. })",
            "a[..]",
        ] {
            assert_eq!(dotted(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn brackets_around_an_ellipsis_alone_on_its_line_belong_to_it() {
        assert_eq!(dotted("a();\n  [...]\nb();"), ["[...]"]);
        assert_eq!(dotted("a();\n(…)\nb();"), ["(…)"]);
        assert_eq!(dotted("<...>"), ["<...>"]);
        assert_eq!(dotted("a\n[...];"), ["..."]);
        assert_eq!(dotted("f(...)"), ["..."]);
    }

    #[test]
    fn comments_stand_for_types_and_values() {
        for (text, comment) in [
            ("struct A { a: // ...\n}", "// ..."),
            ("struct A(u8); fn f(a: /* b */) {}", "/* b */"),
            ("fn f() -> /* … */ { 1 }", "/* … */"),
            ("type A = /* ... */;", "/* ... */"),
            ("const A: u8 = // one\n // two\n;", "// one\n // two"),
            ("let a: /* a */ = 1;", "/* a */"),
            ("match a { B => /* b */, }", "/* b */"),
            ("if /* a */ { b() }", "/* a */"),
            ("f(|a| /* b */)", "/* b */"),
            ("a + /* b */;", "/* b */"),
        ] {
            assert_eq!(commented(text), [comment], "{text}");
        }
    }

    #[test]
    fn comments_beside_types_and_values_do_not() {
        for text in [
            "struct A { a: /* in bytes */ u8 }",
            "let a = /* one */ 1;",
            "let a = // one\n    1;",
            "let a = 1 /* one */;",
            "if /* always */ true {}",
            "a::/* b */;",
            "/* a */",
            "f(/* nothing */)",
            "a + /* b */ b;",
            "f(|| /* nothing */ ())",
        ] {
            assert_eq!(commented(text), [""; 0], "{text}");
        }
    }
}
