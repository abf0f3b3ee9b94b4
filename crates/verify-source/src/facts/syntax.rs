//! Facts that need a syntax tree, where the text has one.

use std::collections::BTreeSet;
use std::ops::Range;

use syn::parse::Parser as _;
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{Attribute, Block, Expr, Item, Signature, Stmt};
use verify_model::{Body, STANDARD_MACROS};

use super::{EarlyOption, Facts, ItemFact, ItemKind, Main, Syntax, Tail, TailKind};
use super::{
    around, attributes, branches, comments, crate_name, depth, foreign, left_out, places, rivals,
    traits,
};
use crate::lex::{self, Kind, Token};

/// Macros that wait for futures, and so want an async function around them.
const AWAITING_MACROS: [&str; 4] = ["select", "join", "try_join", "await"];

/// Macros of crates that stand for statements or values, like those of the standard library. A text of
/// items and calls of these, such as a lone `println!("…");`, parses as a file, where it would be an
/// error.
const STATEMENT_MACROS: [&str; 18] = [
    "select",
    "join",
    "try_join",
    "trace",
    "debug",
    "info",
    "warn",
    "error",
    "event",
    "span",
    "json",
    "bail",
    "ensure",
    "anyhow",
    "eyre",
    "pin",
    "assert_matches",
    "quote",
];

/// Parses `text` as a file, else as statements, and adds what the tree says to `facts`; nothing
/// when it is nested too deep. `filled` are places in which left out code was replaced.
pub(super) fn parse(text: &str, tokens: &[Token], filled: &[Range<usize>], facts: &mut Facts) {
    depth::with_room(tokens, || parse_tree(text, tokens, filled, facts));
}

fn parse_tree(text: &str, tokens: &[Token], filled: &[Range<usize>], facts: &mut Facts) {
    match syn::parse_file(text) {
        Ok(file) if !calls_statement_macro(&file.items) => {
            facts.syntax = Syntax::File;
            facts.inner_attributes = range_of(&file.attrs);
            facts.crate_name = crate_name::stated(&file.attrs);
            of_items(&file.items, facts);
            facts.items = file.items.iter().map(item_fact).collect();
            let mut walk = Walk::new(text, tokens);
            walk.visit_file(&file);
            walk.finish(facts);
            facts.traits = traits::of_file(&file);
            facts.left_out = left_out::of_file(text, tokens, filled, &file);
            let open = [filled, &facts.elisions].concat();
            attributes::of_file(text, tokens, &open, &file, &mut facts.left_out);
            facts.around = around::of_file(&file);
        }
        as_file => match statements.parse_str(text) {
            Ok((attributes, statements)) => {
                facts.syntax = Syntax::Statements;
                facts.inner_attributes = range_of(&attributes);
                facts.crate_name = crate_name::stated(&attributes);
                facts.tail = statements.last().and_then(tail);
                facts.locals = locals(&statements);
                facts.traits = traits::of_statements(&statements);
                facts.left_out = left_out::of_statements(text, tokens, filled, &statements);
                let open = [filled, &facts.elisions].concat();
                attributes::of_statements(text, tokens, &open, &statements, &mut facts.left_out);
                facts.around = around::of_statements(&statements);
                let mut walk = Walk::new(text, tokens);
                for statement in &statements {
                    walk.visit_stmt(statement);
                }
                facts.awaits = walk.awaits;
                facts.items = statements
                    .iter()
                    .filter_map(|statement| match statement {
                        Stmt::Item(item) => Some(item_fact(item)),
                        _ => None,
                    })
                    .collect();
                facts.returns_early = walk.returns_early;
                facts.early_ends = walk.early_ends(facts.tail.as_ref());
                facts.returns_value = walk.returns_value;
                facts.returns_option = walk.returns_option;
                // The statements are the body of the function that will be put around them.
                walk.bodies.push(Body {
                    signature: 0..0,
                    block: 0..text.len(),
                    elided: false,
                    goes_on: true,
                });
                walk.finish(facts);
            }
            Err(statement_error) => {
                let reached = |error: &syn::Error| error.span().byte_range().start;
                let comes_further = || {
                    let of_file = as_file.err();
                    of_file.is_some_and(|error| reached(&statement_error) > reached(&error))
                };
                // With a bracket too few or too many, no function around it ends where it should.
                let as_statements = lex::is_balanced(tokens)
                    && (begins_as_statement(text, tokens)
                        || comes_further()
                        || are_statements_but_for_characters(text));
                if as_statements {
                    (facts.awaits, facts.returns_early) = leaving(text, tokens);
                }
                facts.syntax = if as_statements {
                    Syntax::TokensOfStatements
                } else {
                    Syntax::Tokens
                };
            }
        },
    }
    // Spans are kept per thread until they are given back.
    proc_macro2::extra::invalidate_current_thread_spans();
}

/// Whether something is awaited, and whether `?` ends the statements early, where no function or block
/// is shown that could be the one that does.
fn leaving(text: &str, tokens: &[Token]) -> (bool, bool) {
    let word = |token: &Token| &text[token.range.clone()];
    let is_await = |pair: &[Token]| word(&pair[0]) == "." && word(&pair[1]) == "await";
    let is_early =
        |pair: &[Token]| matches!(word(&pair[0]), ")" | "await") && word(&pair[1]) == "?";
    let is_around = |token: &Token| matches!(word(token), "fn" | "async" | "|");
    let is_bare = !tokens.iter().any(is_around);
    (
        is_bare && tokens.windows(2).any(is_await),
        is_bare && tokens.windows(2).any(is_early),
    )
}

/// Whether the first word can only begin a statement, and no `main` says that there are none.
fn begins_as_statement(text: &str, tokens: &[Token]) -> bool {
    const WORDS: [&str; 6] = ["let", "if", "for", "while", "loop", "return"];
    let word = |token: &Token| &text[token.range.clone()];
    let is_main = |pair: &[Token]| word(&pair[0]) == "fn" && word(&pair[1]) == "main";
    let begins = |first: &Token| WORDS.contains(&word(first));
    let first = tokens.iter().find(|it| it.kind != Kind::Comment);
    first.is_some_and(begins) && !tokens.windows(2).any(is_main)
}

/// Whether plain quotes and dashes would make statements of the text, and no file.
fn are_statements_but_for_characters(text: &str) -> bool {
    let is_file = |it: syn::File| !calls_statement_macro(&it.items);
    let are_statements = |plain: &str| {
        !syn::parse_file(plain).is_ok_and(is_file) && statements.parse_str(plain).is_ok()
    };
    foreign::plainly(text).is_some_and(|plain| {
        let tokens = lex::tokens(&plain);
        depth::with_room(&tokens, || are_statements(&plain)).unwrap_or_default()
    })
}

/// Statements as a function could hold them. With a `main` among them they are none: the text is a
/// program, and what stands beside its items is an error in it.
fn statements(input: syn::parse::ParseStream<'_>) -> syn::Result<(Vec<Attribute>, Vec<Stmt>)> {
    let attributes = input.call(Attribute::parse_inner)?;
    let statements = input.call(Block::parse_within)?;
    let is_main = |it: &Stmt| matches!(it, Stmt::Item(Item::Fn(it)) if it.sig.ident == "main");
    let stray = statements.iter().find(|it| !matches!(it, Stmt::Item(_)));
    match stray {
        Some(stray) if statements.iter().any(is_main) => {
            Err(syn::Error::new(stray.span(), "a statement beside `main`"))
        }
        _ => Ok((attributes, statements)),
    }
}

/// How far `text` can be parsed, as a file or as statements: the byte offset at which the better of
/// the two gives up; `None` when one of them does not.
pub(super) fn reached(text: &str) -> Option<usize> {
    depth::with_room(&lex::tokens(text), || reached_by_tree(text)).unwrap_or(Some(0))
}

fn reached_by_tree(text: &str) -> Option<usize> {
    let at = |error: &syn::Error| error.span().byte_range().start;
    let offsets = (
        syn::parse_file(text).map_err(|error| at(&error)),
        statements.parse_str(text).map_err(|error| at(&error)),
    );
    proc_macro2::extra::invalidate_current_thread_spans();
    match offsets {
        (Err(as_file), Err(as_statements)) => Some(as_file.max(as_statements)),
        _ => None,
    }
}

/// Whether `text` is a type, and nothing else.
pub(super) fn is_type(text: &str) -> bool {
    let parsed = depth::with_room(&lex::tokens(text), || {
        syn::parse_str::<syn::Type>(text).is_ok()
    });
    proc_macro2::extra::invalidate_current_thread_spans();
    parsed.unwrap_or_default()
}

fn calls_statement_macro(items: &[Item]) -> bool {
    items.iter().any(|item| match item {
        Item::Macro(call) => call
            .mac
            .path
            .segments
            .last()
            .map(|last| last.ident.to_string())
            .is_some_and(|it| {
                STANDARD_MACROS.contains(&it.as_str()) || STATEMENT_MACROS.contains(&it.as_str())
            }),
        _ => false,
    })
}

fn range_of(attributes: &[Attribute]) -> Range<usize> {
    match (attributes.first(), attributes.last()) {
        (Some(first), Some(last)) => first.span().byte_range().start..last.span().byte_range().end,
        _ => 0..0,
    }
}

fn of_items(items: &[Item], facts: &mut Facts) {
    for item in items {
        let Item::Fn(function) = item else { continue };
        if function.sig.ident == "main" && function.sig.receiver().is_none() {
            // `#[wasm_bindgen(start)] fn main()` is called by a browser, not by an operating system.
            let is_foreign = function
                .attrs
                .iter()
                .any(|attribute| attribute.path().is_ident("wasm_bindgen"));
            if !is_foreign {
                facts.main = Some(Main::Function);
            }
        }
        if function.sig.receiver().is_some() {
            facts.stray_methods.push(function.span().byte_range());
        }
    }
}

fn item_fact(item: &Item) -> ItemFact {
    let defines = |name: &syn::Ident| (name.to_string(), ItemKind::Definition);
    let (name, kind) = match item {
        Item::Const(it) => defines(&it.ident),
        Item::Enum(it) => defines(&it.ident),
        Item::Fn(it) if it.sig.ident == "main" => ("main".to_owned(), ItemKind::Main),
        Item::Fn(it) => defines(&it.sig.ident),
        Item::Mod(it) if it.content.is_some() => defines(&it.ident),
        Item::Static(it) => defines(&it.ident),
        Item::Struct(it) => defines(&it.ident),
        Item::Trait(it) => defines(&it.ident),
        Item::TraitAlias(it) => defines(&it.ident),
        Item::Type(it) => defines(&it.ident),
        Item::Union(it) => defines(&it.ident),
        Item::Macro(it) => match &it.ident {
            Some(name) => (name.to_string(), ItemKind::Macro),
            None => (String::new(), ItemKind::Call),
        },
        Item::Impl(it) => (type_name(&it.self_ty), ItemKind::Impl),
        Item::Use(_) => (String::new(), ItemKind::Use),
        _ => (String::new(), ItemKind::Other),
    };
    let of_trait = match item {
        Item::Impl(it) => implemented_trait(it)
            .map(|path| quote::ToTokens::to_token_stream(path).to_string())
            .unwrap_or_default(),
        _ => String::new(),
    };
    ItemFact {
        name,
        of_trait,
        kind,
        range: places::of_item(item),
        rivals: rivals::of(item),
    }
}

/// The last segment of a path type, without references and arguments.
fn type_name(kind: &syn::Type) -> String {
    match kind {
        syn::Type::Path(path) => path
            .path
            .segments
            .last()
            .map(|last| last.ident.to_string())
            .unwrap_or_default(),
        syn::Type::Reference(reference) => type_name(&reference.elem),
        syn::Type::Group(group) => type_name(&group.elem),
        syn::Type::Paren(paren) => type_name(&paren.elem),
        _ => String::new(),
    }
}

/// The variables that statements bind themselves.
fn locals(statements: &[Stmt]) -> BTreeSet<String> {
    #[derive(Default)]
    struct Bound(BTreeSet<String>);
    impl Visit<'_> for Bound {
        fn visit_pat_ident(&mut self, pattern: &syn::PatIdent) {
            self.0.insert(pattern.ident.to_string());
            visit::visit_pat_ident(self, pattern);
        }
    }
    let mut bound = Bound::default();
    for statement in statements {
        if let Stmt::Local(local) = statement {
            bound.visit_pat(&local.pat);
        }
    }
    bound.0
}

fn tail(last: &Stmt) -> Option<Tail> {
    let expression = match last {
        Stmt::Expr(expression, None) => expression,
        // What it stands for may have a value.
        Stmt::Macro(call) if call.semi_token.is_none() => {
            return Some(Tail {
                range: call.span().byte_range(),
                kind: TailKind::Other,
            });
        }
        _ => return None,
    };
    if super::ends::has_no_value(expression) {
        return None;
    }
    Some(Tail {
        range: expression.span().byte_range(),
        kind: result_kind(expression),
    })
}

/// Which result an expression is by its looks.
fn result_kind(value: &Expr) -> TailKind {
    let Expr::Call(call) = value else {
        return TailKind::Other;
    };
    let Expr::Path(path) = call.func.as_ref() else {
        return TailKind::Other;
    };
    let Some(last) = path.path.segments.last() else {
        return TailKind::Other;
    };
    let is_unit = |value: &Expr| matches!(value, Expr::Tuple(tuple) if tuple.elems.is_empty());
    if last.ident == "Err" {
        TailKind::Err
    } else if last.ident != "Ok" {
        TailKind::Other
    } else if !last.arguments.is_none() {
        TailKind::OkWithTypes
    } else if call.args.first().is_some_and(is_unit) {
        TailKind::Ok
    } else {
        TailKind::OkWithValue
    }
}

/// Walks a tree once and collects bodies, traits and what top-level statements do.
struct Walk<'a> {
    text: &'a str,
    tokens: &'a [Token],
    bodies: Vec<Body>,
    modules: Vec<Range<usize>>,
    operands: Vec<Range<usize>>,
    trait_names: BTreeSet<String>,
    awaits: bool,
    returns_early: bool,
    early_ends: Vec<(Range<usize>, bool)>,
    returns_value: bool,
    returns_option: EarlyOption,
    /// How many functions, closures and async blocks lie around the current node.
    depth: usize,
}

impl<'a> Walk<'a> {
    fn new(text: &'a str, tokens: &'a [Token]) -> Self {
        Self {
            text,
            tokens,
            bodies: Vec::new(),
            modules: Vec::new(),
            operands: Vec::new(),
            trait_names: BTreeSet::new(),
            awaits: false,
            returns_early: false,
            early_ends: Vec::new(),
            returns_value: false,
            returns_option: EarlyOption::Never,
            depth: 0,
        }
    }

    /// Where the statements end early, in order.
    fn early_ends(&mut self, tail: Option<&Tail>) -> Vec<(Range<usize>, bool)> {
        let exits = |it: &Token| &self.text[it.range.clone()] == "exit";
        if self.tokens.iter().any(exits) {
            return Vec::new();
        }
        let mut ends = std::mem::take(&mut self.early_ends);
        let failing = tail.filter(|it| it.kind == TailKind::Err);
        ends.extend(failing.map(|it| (it.range.clone(), false)));
        ends.sort_by_key(|(range, _)| range.start);
        ends
    }

    fn finish(mut self, facts: &mut Facts) {
        self.bodies.sort_by_key(|body| body.block.start);
        self.modules.sort_by_key(|module| module.start);
        facts.modules = self.modules;
        facts.operands = self.operands;
        facts.bodies = Some(self.bodies);
        facts.trait_names = self.trait_names;
    }

    fn function(&mut self, attributes: &[Attribute], signature: &Signature, block: &Block) {
        let range = places::of_block(block);
        let first = places::first_attribute(attributes);
        let start = first.unwrap_or_else(|| signature.span().byte_range().start);
        self.bodies.push(Body {
            signature: start..range.start,
            elided: returns_value(signature) && self.ends_in_comment(block),
            goes_on: self.says_that_it_goes_on(&range),
            block: range,
        });
    }

    /// Whether a comment stands where the value of `block` is due.
    fn ends_in_comment(&self, block: &Block) -> bool {
        if matches!(block.stmts.last(), Some(Stmt::Expr(_, None))) {
            return false;
        }
        let (start, end) = (
            block.brace_token.span.open().byte_range().start,
            block.brace_token.span.close().byte_range().start,
        );
        let before: Vec<&Token> = self
            .tokens
            .iter()
            .filter(|token| token.range.end <= end && token.range.start > start)
            .collect();
        let is_comment = |token: &&&Token| token.kind == Kind::Comment;
        let mut comments = before.iter().rev().take_while(is_comment);
        let explains = |it: &&Token| comments::explains(self.text, &it.range);
        // What was done is wrong, and nothing is to come.
        if !block.stmts.is_empty() && comments.any(explains) {
            return false;
        }
        before.last().is_some_and(|token| {
            // Behind code on the same line it only explains that.
            let line = self.text[..token.range.start].rsplit('\n').next();
            let is_alone = line.is_some_and(|it| it.trim().is_empty());
            token.kind == Kind::Comment && (block.stmts.is_empty() || is_alone)
        })
    }

    /// Whether a comment in `body` holds an ellipsis.
    fn says_that_it_goes_on(&self, body: &Range<usize>) -> bool {
        self.tokens
            .iter()
            .filter(|token| token.kind == Kind::Comment && body.contains(&token.range.start))
            .any(|token| {
                let comment = &self.text[token.range.clone()];
                comment.contains("...") || comment.contains('…')
            })
    }

    fn nested(&mut self, walk: impl FnOnce(&mut Self)) {
        self.depth += 1;
        walk(self);
        self.depth -= 1;
    }

    fn trait_path(&mut self, path: &syn::Path) {
        for segment in [path.segments.first(), path.segments.last()]
            .into_iter()
            .flatten()
        {
            self.trait_names.insert(segment.ident.to_string());
        }
    }
}

/// Whether what stands in a `select!` is about channels of threads: its arms are calls, and what
/// comes of them stands behind an arrow.
fn selects_channels(inner: &str) -> bool {
    let first = inner.trim_start();
    let call = first
        .strip_prefix("recv")
        .or_else(|| first.strip_prefix("send"));
    call.is_some_and(|rest| {
        let arm = rest.split("=>").next().unwrap_or_default();
        rest.trim_start().starts_with('(') && arm.contains("->")
    })
}

/// Which option an expression is by its looks.
fn early_option(value: &Expr) -> EarlyOption {
    let is_path = |value: &Expr, name: &str| match value {
        Expr::Path(path) => path.path.is_ident(name),
        _ => false,
    };
    match value {
        Expr::Call(call) if is_path(&call.func, "Some") => EarlyOption::OfValue,
        value if is_path(value, "None") => EarlyOption::Empty,
        _ => EarlyOption::Never,
    }
}

fn returns_value(signature: &Signature) -> bool {
    match &signature.output {
        syn::ReturnType::Default => false,
        syn::ReturnType::Type(_, kind) => {
            !matches!(kind.as_ref(), syn::Type::Tuple(tuple) if tuple.elems.is_empty())
        }
    }
}

impl<'ast> Visit<'ast> for Walk<'_> {
    fn visit_item_fn(&mut self, node: &'ast syn::ItemFn) {
        self.function(&node.attrs, &node.sig, &node.block);
        self.nested(|walk| visit::visit_item_fn(walk, node));
    }

    fn visit_impl_item_fn(&mut self, node: &'ast syn::ImplItemFn) {
        self.function(&node.attrs, &node.sig, &node.block);
        self.nested(|walk| visit::visit_impl_item_fn(walk, node));
    }

    fn visit_trait_item_fn(&mut self, node: &'ast syn::TraitItemFn) {
        if let Some(block) = &node.default {
            self.function(&node.attrs, &node.sig, block);
        }
        self.nested(|walk| visit::visit_trait_item_fn(walk, node));
    }

    fn visit_item(&mut self, node: &'ast Item) {
        // Constants, statics and types hold expressions of their own, too.
        self.nested(|walk| visit::visit_item(walk, node));
    }

    fn visit_expr_closure(&mut self, node: &'ast syn::ExprClosure) {
        self.nested(|walk| visit::visit_expr_closure(walk, node));
    }

    fn visit_expr_async(&mut self, node: &'ast syn::ExprAsync) {
        self.nested(|walk| visit::visit_expr_async(walk, node));
    }

    fn visit_expr_binary(&mut self, node: &'ast syn::ExprBinary) {
        let operands = [&node.left, &node.right];
        self.operands
            .extend(operands.map(|it| it.span().byte_range()));
        visit::visit_expr_binary(self, node);
    }

    fn visit_expr_cast(&mut self, node: &'ast syn::ExprCast) {
        self.operands.push(node.expr.span().byte_range());
        visit::visit_expr_cast(self, node);
    }

    fn visit_expr_await(&mut self, node: &'ast syn::ExprAwait) {
        self.awaits |= self.depth == 0;
        visit::visit_expr_await(self, node);
    }

    fn visit_expr_try(&mut self, node: &'ast syn::ExprTry) {
        if self.depth == 0 {
            self.returns_early = true;
            let place = node.question_token.span().byte_range();
            self.early_ends.push((place, true));
        }
        visit::visit_expr_try(self, node);
    }

    fn visit_expr_return(&mut self, node: &'ast syn::ExprReturn) {
        if self.depth == 0
            && let Some(value) = &node.expr
        {
            let option = early_option(value);
            let result = result_kind(value);
            self.returns_option = self.returns_option.max(option);
            self.early_ends.push((node.span().byte_range(), false));
            self.returns_early |= result != TailKind::Other;
            self.returns_value |= match result {
                TailKind::Ok | TailKind::Err => false,
                TailKind::OkWithValue | TailKind::OkWithTypes => true,
                TailKind::Other => option == EarlyOption::Never,
            };
        }
        visit::visit_expr_return(self, node);
    }

    fn visit_macro(&mut self, node: &'ast syn::Macro) {
        if self.depth == 0 {
            let range = node.tokens.span().byte_range();
            let inner = self.text.get(range.clone()).unwrap_or_default();
            let inside = || {
                self.tokens
                    .iter()
                    .filter(|token| range.contains(&token.range.start))
            };
            let is_awaiting = node
                .path
                .segments
                .last()
                .is_some_and(|last| AWAITING_MACROS.contains(&last.ident.to_string().as_str()))
                && !selects_channels(inner);
            let awaits = is_awaiting
                || (inner.contains(".await")
                    && inside().any(|token| &self.text[token.range.clone()] == "await"));
            let asking = inside().filter(|token| token.kind == Kind::Punct('?'));
            let asking: Vec<_> = asking.map(|it| (it.range.clone(), true)).collect();
            self.awaits |= awaits;
            self.returns_early |= !asking.is_empty();
            self.early_ends.extend(asking);
        }
        self.nested(|walk| branches::of(node).iter().for_each(|it| it.visit(walk)));
        visit::visit_macro(self, node);
    }

    fn visit_item_mod(&mut self, node: &'ast syn::ItemMod) {
        if let Some((brace, _)) = &node.content {
            let inside = brace.span.open().byte_range().end..brace.span.close().byte_range().start;
            self.modules.push(inside);
        }
        visit::visit_item_mod(self, node);
    }

    fn visit_item_impl(&mut self, node: &'ast syn::ItemImpl) {
        if let Some(path) = implemented_trait(node) {
            self.trait_path(path);
        }
        visit::visit_item_impl(self, node);
    }

    fn visit_trait_bound(&mut self, node: &'ast syn::TraitBound) {
        self.trait_path(&node.path);
        visit::visit_trait_bound(self, node);
    }
}

fn implemented_trait(node: &syn::ItemImpl) -> Option<&syn::Path> {
    node.trait_.as_ref().map(|(path, _)| path)
}
