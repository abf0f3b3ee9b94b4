//! What comments say is left out: `// ... other arms`, `/* more fields */`, or a block that holds
//! nothing but a comment.

use std::collections::BTreeSet;
use std::ops::Range;

use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{Block, File, Stmt};
use verify_model::{LeftOut, LeftOutHead, LeftOutIn};

use crate::lex::{Kind, Token};

/// What is left out of a source file. `places` are where code was left out by other means than
/// comments, such as an ellipsis that has been filled.
pub(super) fn of_file(
    text: &str,
    tokens: &[Token],
    places: &[Range<usize>],
    file: &File,
) -> LeftOut {
    let mut finder = Finder::new(text, tokens, places);
    finder.visit_file(file);
    finder.found
}

/// The same of statements.
pub(super) fn of_statements(
    text: &str,
    tokens: &[Token],
    places: &[Range<usize>],
    statements: &[Stmt],
) -> LeftOut {
    let mut finder = Finder::new(text, tokens, places);
    for statement in statements {
        finder.visit_stmt(statement);
    }
    finder.found
}

/// Whether a comment says that code is left out where it stands.
fn says_so(comment: &str) -> bool {
    const WORDS: [&str; 8] = [
        "other",
        "others",
        "more",
        "rest",
        "remaining",
        "etc",
        "omitted",
        "snip",
    ];
    if comment.contains("...") || comment.contains('…') {
        return true;
    }
    let words = comment.split(|c: char| !c.is_alphanumeric());
    let mut words = words.filter(|word| !word.is_empty()).take(3);
    words.any(|word| WORDS.contains(&word.to_ascii_lowercase().as_str()))
}

/// Where delimiters open that code is left out between.
fn openers(text: &str, tokens: &[Token], places: &[Range<usize>]) -> BTreeSet<usize> {
    let mut open = Vec::new();
    let mut openers = BTreeSet::new();
    let mut places = places.iter().peekable();
    for token in tokens {
        while places
            .next_if(|place| place.start <= token.range.start)
            .is_some()
        {
            openers.extend(open.last());
        }
        match token.kind {
            Kind::Open(_) => open.push(token.range.start),
            Kind::Close(_) => {
                open.pop();
            }
            Kind::Comment if says_so(&text[token.range.clone()]) => openers.extend(open.last()),
            _ => {}
        }
    }
    openers
}

struct Finder<'a> {
    text: &'a str,
    tokens: &'a [Token],
    openers: BTreeSet<usize>,
    found: LeftOut,
}

impl<'a> Finder<'a> {
    fn new(text: &'a str, tokens: &'a [Token], places: &[Range<usize>]) -> Self {
        Self {
            text,
            tokens,
            openers: openers(text, tokens, places),
            found: LeftOut::default(),
        }
    }

    /// Takes note of code between `head` and a delimiter, if something is left out behind it.
    fn head(&mut self, from: usize, delimiter: proc_macro2::Span, within: LeftOutIn) {
        let open = delimiter.byte_range().start;
        if self.openers.contains(&open) {
            self.found.heads.push(LeftOutHead {
                range: from..open,
                within,
            });
        }
    }

    /// Takes note of a type whose definition is not whole.
    fn definition(&mut self, name: &syn::Ident, delimiter: proc_macro2::Span) {
        if self.openers.contains(&delimiter.byte_range().start) {
            self.found.types.insert(name.to_string());
        }
    }

    /// Whether nothing but comments stands in a block.
    fn is_comment(&self, block: &Block) -> bool {
        let inside = block.brace_token.span.open().byte_range().end
            ..block.brace_token.span.close().byte_range().start;
        let mut comments = self
            .tokens
            .iter()
            .filter(|token| inside.contains(&token.range.start));
        block.stmts.is_empty()
            && comments.next().is_some_and(|it| it.kind == Kind::Comment)
            && !self.text[inside.clone()].trim().is_empty()
    }
}

impl<'ast> Visit<'ast> for Finder<'_> {
    fn visit_block(&mut self, block: &'ast Block) {
        if self.is_comment(block) {
            self.found.blocks.push(block.span().byte_range());
        }
        visit::visit_block(self, block);
    }

    fn visit_expr_match(&mut self, node: &'ast syn::ExprMatch) {
        let from = node.match_token.span().byte_range().start;
        self.head(from, node.brace_token.span.open(), LeftOutIn::Match);
        visit::visit_expr_match(self, node);
    }

    fn visit_item_impl(&mut self, node: &'ast syn::ItemImpl) {
        let from = node.impl_token.span().byte_range().start;
        self.head(from, node.brace_token.span.open(), LeftOutIn::Impl);
        visit::visit_item_impl(self, node);
    }

    fn visit_expr_struct(&mut self, node: &'ast syn::ExprStruct) {
        let from = node.path.span().byte_range().start;
        self.head(from, node.brace_token.span.open(), LeftOutIn::Fields);
        visit::visit_expr_struct(self, node);
    }

    fn visit_pat_struct(&mut self, node: &'ast syn::PatStruct) {
        let from = node.path.span().byte_range().start;
        self.head(from, node.brace_token.span.open(), LeftOutIn::Fields);
        visit::visit_pat_struct(self, node);
    }

    fn visit_expr_call(&mut self, node: &'ast syn::ExprCall) {
        let from = node.func.span().byte_range().start;
        self.head(from, node.paren_token.span.open(), LeftOutIn::Arguments);
        visit::visit_expr_call(self, node);
    }

    fn visit_expr_method_call(&mut self, node: &'ast syn::ExprMethodCall) {
        let from = node.method.span().byte_range().start;
        self.head(from, node.paren_token.span.open(), LeftOutIn::Arguments);
        visit::visit_expr_method_call(self, node);
    }

    fn visit_item_struct(&mut self, node: &'ast syn::ItemStruct) {
        if let syn::Fields::Named(fields) = &node.fields {
            self.definition(&node.ident, fields.brace_token.span.open());
        }
        visit::visit_item_struct(self, node);
    }

    fn visit_item_enum(&mut self, node: &'ast syn::ItemEnum) {
        self.definition(&node.ident, node.brace_token.span.open());
        visit::visit_item_enum(self, node);
    }

    fn visit_item_trait(&mut self, node: &'ast syn::ItemTrait) {
        self.definition(&node.ident, node.brace_token.span.open());
        visit::visit_item_trait(self, node);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Facts;

    fn heads(text: &str) -> Vec<(&str, LeftOutIn)> {
        let facts = Facts::of(text);
        assert!(facts.parses(), "{text}");
        let heads = facts.left_out.heads.iter();
        heads
            .map(|it| (text[it.range.clone()].trim(), it.within))
            .collect()
    }

    #[test]
    fn comments_say_what_is_left_out() {
        for (text, expected) in [
            (
                "match c {\n    Go => 1,\n    // ... the other commands\n}",
                ("match c", LeftOutIn::Match),
            ),
            (
                "impl Repo for Mem {\n    fn get(&self) {}\n    // other methods\n}",
                ("impl Repo for Mem", LeftOutIn::Impl),
            ),
            ("let c = C { a: 1, /* … */ };", ("C", LeftOutIn::Fields)),
            (
                "connect(\"a\", /* ... */);",
                ("connect", LeftOutIn::Arguments),
            ),
            ("a.b().c(/* ... */);", ("c", LeftOutIn::Arguments)),
        ] {
            assert_eq!(heads(text), [expected], "{text}");
        }
    }

    #[test]
    fn comments_inside_of_something_else_do_not() {
        for text in [
            "match c {\n    Go => { /* ... */ }\n    Stop => {}\n}",
            "impl A {\n    fn f() {\n        // ...\n    }\n}",
            "// ...\nmatch c { Go => 1 }",
            "match c {\n    Go => 1, // goes\n    Stop => 2,\n}",
            "connect(\"...\");",
        ] {
            assert_eq!(heads(text), [], "{text}");
        }
    }

    #[test]
    fn definitions_are_left_out_in_part() {
        let types = |text: &str| Vec::from_iter(Facts::of(text).left_out.types);
        assert_eq!(types("struct A { a: u8, /* other fields */ }"), ["A"]);
        assert_eq!(types("enum E { A, B, /* ... */ }"), ["E"]);
        assert_eq!(types("struct A { a: u8 /* in bytes */ }"), [""; 0]);
        assert_eq!(types("struct A { a: fn(/* ... */) }"), [""; 0]);
    }

    #[test]
    fn blocks_of_comments_alone_are_left_out() {
        let blocks = |text: &str| {
            let facts = Facts::of(text);
            let blocks = facts.left_out.blocks.iter();
            blocks
                .map(|it| text[it.clone()].to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            blocks("let a = if b { /* slow */ } else { 5 };"),
            ["{ /* slow */ }"]
        );
        assert_eq!(blocks("let a = |x| { /* x */ };"), ["{ /* x */ }"]);
        assert_eq!(blocks("if b { } else { 5; /* five */ }"), [""; 0]);
    }
}
