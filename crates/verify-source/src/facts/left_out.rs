//! What comments say is left out: `// ... other arms`, `/* more fields */`, or a block that holds
//! nothing but a comment.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{Block, File, Stmt};
use verify_model::{Gap, LeftOut, LeftOutHead, LeftOutIn};

use super::comments;
use super::places;
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
    finder.gaps(None, 0..text.len());
    for statement in statements {
        finder.visit_stmt(statement);
    }
    finder.found
}

/// Where delimiters open that code is left out between, and where it is left out between statements
/// if they are the braces of a block.
#[derive(Default)]
struct Openers {
    all: BTreeSet<usize>,
    /// By the delimiter; `None` for what stands outside of all.
    statements: BTreeMap<Option<usize>, Vec<usize>>,
}

impl Openers {
    fn find(text: &str, tokens: &[Token], places: &[Range<usize>]) -> Self {
        let mut found = Self::default();
        let mut open: Vec<usize> = Vec::new();
        let mut last = None;
        let mut places = places.iter().peekable();
        for token in tokens {
            let is_between = matches!(
                last,
                None | Some(Kind::Open('{') | Kind::Close('}') | Kind::Punct(';'))
            );
            while let Some(place) = places.next_if(|place| place.start <= token.range.start) {
                found.add(&open, place.start, is_between);
            }
            match token.kind {
                Kind::Open(_) => open.push(token.range.start),
                Kind::Close(_) => {
                    open.pop();
                }
                Kind::Comment => {
                    let place = &token.range;
                    found.all.extend(
                        open.last()
                            .filter(|_| comments::says_more(text, place))
                            .copied(),
                    );
                    if is_between && comments::stands_for_statements(text, place) {
                        found.add(&open, place.start, true);
                    }
                    continue;
                }
                _ => {}
            }
            last = Some(token.kind);
        }
        found
    }

    fn add(&mut self, open: &[usize], place: usize, is_between_statements: bool) {
        self.all.extend(open.last());
        if is_between_statements {
            let inside = self.statements.entry(open.last().copied());
            inside.or_default().push(place);
        }
    }
}

struct Finder<'a> {
    text: &'a str,
    tokens: &'a [Token],
    openers: Openers,
    /// The bodies of loops around the current node.
    loops: Vec<Range<usize>>,
    found: LeftOut,
}

impl<'a> Finder<'a> {
    fn new(text: &'a str, tokens: &'a [Token], places: &[Range<usize>]) -> Self {
        Self {
            text,
            tokens,
            openers: Openers::find(text, tokens, places),
            loops: Vec::new(),
            found: LeftOut::default(),
        }
    }

    /// Takes note of code between `head` and a delimiter, if something is left out behind it.
    fn head(&mut self, from: usize, delimiter: proc_macro2::Span, within: LeftOutIn) {
        let open = delimiter.byte_range().start;
        if self.openers.all.contains(&open) {
            self.found.heads.push(LeftOutHead {
                range: from..open,
                within,
            });
        }
    }

    /// Takes note of a type whose definition is not whole.
    fn definition(&mut self, name: &syn::Ident, delimiter: proc_macro2::Span) {
        if self.openers.all.contains(&delimiter.byte_range().start) {
            self.found.types.insert(name.to_string());
        }
    }

    /// Takes note of statements that are left out of a block.
    fn gaps(&mut self, open: Option<usize>, block: Range<usize>) {
        let places = self.openers.statements.get(&open).into_iter().flatten();
        let around = self.loops.last();
        let gaps = places.map(|&place| Gap {
            place,
            block: block.clone(),
            around: around.cloned(),
        });
        self.found.gaps.extend(gaps);
    }

    fn repeated(&mut self, body: &Block, walk: impl FnOnce(&mut Self)) {
        self.loops.push(body.span().byte_range());
        walk(self);
        self.loops.pop();
    }

    /// Whether nothing but comments stands between braces, and none of them says that this is all.
    fn stands_for_items(&self, braces: &proc_macro2::extra::DelimSpan) -> bool {
        let inside = braces.open().byte_range().end..braces.close().byte_range().start;
        let tokens = self.tokens.iter();
        let mut comments = tokens
            .filter(|it| inside.contains(&it.range.start))
            .peekable();
        comments.peek().is_some()
            && comments.all(|it| {
                let is_comment = it.kind == Kind::Comment;
                is_comment && !comments::says_nothing_follows(self.text, &it.range)
            })
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
            self.found.blocks.push(places::of_block(block));
        }
        let open = block.brace_token.span.open().byte_range().start;
        self.gaps(Some(open), places::of_block(block));
        visit::visit_block(self, block);
    }

    fn visit_expr_for_loop(&mut self, node: &'ast syn::ExprForLoop) {
        self.repeated(&node.body, |finder| {
            visit::visit_expr_for_loop(finder, node);
        });
    }

    fn visit_expr_while(&mut self, node: &'ast syn::ExprWhile) {
        self.repeated(&node.body, |finder| visit::visit_expr_while(finder, node));
    }

    fn visit_expr_loop(&mut self, node: &'ast syn::ExprLoop) {
        self.repeated(&node.body, |finder| visit::visit_expr_loop(finder, node));
    }

    fn visit_expr_match(&mut self, node: &'ast syn::ExprMatch) {
        let from = node.match_token.span().byte_range().start;
        self.head(from, node.brace_token.span.open(), LeftOutIn::Match);
        visit::visit_expr_match(self, node);
    }

    fn visit_item_impl(&mut self, node: &'ast syn::ItemImpl) {
        let from = node.impl_token.span().byte_range().start;
        let open = node.brace_token.span.open();
        if node.items.is_empty() && self.stands_for_items(&node.brace_token.span) {
            self.openers.all.insert(open.byte_range().start);
        }
        self.head(from, open, LeftOutIn::Impl);
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
        let threads = "struct A {\n    // other threads see this\n    a: u8,\n}";
        assert_eq!(types(threads), [""; 0]);
        let many = "enum E {\n    // more than one is allowed\n    A,\n}";
        assert_eq!(types(many), [""; 0]);
        assert_eq!(types("struct A { a: fn(/* ... */) }"), [""; 0]);
    }

    #[test]
    fn statements_are_left_out_of_blocks() {
        let gaps = |text: &str| {
            let facts = Facts::of(text);
            assert!(facts.parses(), "{text}");
            let gaps = facts.left_out.gaps.iter();
            gaps.map(|it| {
                let around = it.around.as_ref().map(|it| text[it.clone()].to_owned());
                (text[it.block.clone()].to_owned(), around)
            })
            .collect::<Vec<_>>()
        };
        let flat = "a();\n// ...\nb();";
        assert_eq!(gaps(flat), [(flat.to_owned(), None)]);
        assert_eq!(
            gaps("fn f() { a();\n    // more code\n    b(); }"),
            [("{ a();\n    // more code\n    b(); }".to_owned(), None)]
        );
        let body = "{\n    a();\n    // ...\n}".to_owned();
        assert_eq!(
            gaps(&format!("for i in 0..2 {body}")),
            [(body.clone(), Some(body))]
        );
        for text in [
            "match a {\n    B => 1,\n    // ...\n}",
            "struct A {\n    // ...\n}\nfn f() {}",
            "a(1,\n    // ...\n    2);",
            "a(); // and so on...\nb();",
            "a\n    // ...\n    .b();",
        ] {
            assert_eq!(gaps(text), [], "{text}");
        }
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
