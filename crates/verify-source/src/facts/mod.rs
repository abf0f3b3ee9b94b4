//! What an example's text says by itself, before any compiler has seen it.

mod around;
mod assembly;
mod attributes;
mod branches;
mod comments;
mod conditions;
mod crate_name;
mod depth;
mod deriving;
mod doctests;
mod ellipses;
mod elsewhere;
mod ends;
mod foreign;
mod foundations;
mod left_out;
mod names;
mod outside;
mod places;
mod rivals;
mod syntax;
mod traits;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use verify_model::{Asked, Body, LeftOut};

use crate::lex::{self, Kind, Token};

pub use around::{Around, OwnFeature};
pub(crate) use comments::{says_more, says_wrong, stands_for_statements};
pub use conditions::Switch;
pub use doctests::Doctests;
pub(crate) use ellipses::unread;
pub use elsewhere::is_for_elsewhere;
pub use foundations::foundations;
pub use names::{Imported, Names, Root, RootKind, Used};
pub use traits::{Declared, Impl, TraitPath, TraitUse, Traits};

/// Everything known about an example's text.
// Each flag answers a question of its own; they are no state machine.
#[expect(clippy::struct_excessive_bools)]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// How the text parses.
    pub syntax: Syntax,
    /// The crates, macros, derives and attributes that it names, and what it defines.
    pub names: Names,
    /// What gives the example a `main`.
    pub main: Option<Main>,
    /// Statements at the top level use `.await`, or a macro that does.
    pub awaits: bool,
    /// Statements at the top level use `?`, or return a result early.
    pub returns_early: bool,
    /// Where such statements end early: byte ranges, and whether it is a `?` that ends them. None when
    /// they may end the program as well.
    pub early_ends: Vec<(Range<usize>, bool)>,
    /// Statements at the top level return a value early, by itself or in an `Ok`.
    pub returns_value: bool,
    /// The options that such statements return early.
    pub returns_option: EarlyOption,
    /// Variables that such statements bind. No function among them sees these.
    pub locals: BTreeSet<String>,
    /// The value of the last statement, when the statements end in one.
    pub tail: Option<Tail>,
    /// The items at the top level, in order; empty when the text does not parse.
    pub items: Vec<ItemFact>,
    /// Byte ranges of the insides of inline modules, in order.
    pub modules: Vec<Range<usize>>,
    /// Byte ranges of functions that take `self` and stand outside any `impl`.
    pub stray_methods: Vec<Range<usize>>,
    /// An attribute makes it a procedural macro.
    pub is_proc_macro: bool,
    /// It brings the start or the panic handler of a whole program, which the standard library
    /// would bring otherwise: it can be compiled anywhere, but neither linked nor tested.
    pub is_freestanding: bool,
    /// It is the build script of a package, which only cargo can run.
    pub is_build_script: bool,
    /// It gives a runtime something to do, and brings none.
    pub starts_tasks: bool,
    /// Its string literals, and the names that begin in upper case: its output may repeat them.
    pub spoken: BTreeSet<String>,
    /// What the program reads that its user has to give.
    pub asks: Vec<Asked>,
    /// Attributes or macros stand in it that could make tests.
    pub may_hold_tests: bool,
    /// Its doc comments hold code.
    pub may_hold_doctests: bool,
    /// What that code names.
    pub doctests: Doctests,
    /// Byte range of the leading `#![…]` attributes and `//!` comments.
    pub inner_attributes: Range<usize>,
    /// The name that one of them gives the crate.
    pub crate_name: Option<String>,
    /// Function bodies; `None` when the text does not parse.
    pub bodies: Option<Vec<Body>>,
    /// Byte ranges of what operators and casts are applied to.
    pub operands: Vec<Range<usize>>,
    /// First and last segments of paths in the place of a trait, and all of the paths that these are
    /// imported by.
    pub trait_names: BTreeSet<String>,
    /// The types that it defines, by the derive macros on them.
    pub derived: BTreeMap<String, BTreeSet<String>>,
    /// Where it names traits; nothing when the text does not parse.
    pub traits: Traits,
    /// Its imports, parts of an unseen `impl`, and what is configured out; nothing when the text does
    /// not parse.
    pub around: Around,
    /// Byte ranges of `...` and `…` outside comments and strings, and of `..` that is all or the
    /// last there is in the braces of an item or a block.
    pub elisions: Vec<Range<usize>>,
    /// What is left out in places that parse.
    pub left_out: LeftOut,
    /// Nothing in it is Rust's alone: a list of files, a console session, another language.
    pub is_foreign: bool,
    /// There is no token besides comments.
    pub is_blank: bool,
}

/// Options that statements return early, the most telling last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum EarlyOption {
    /// None at all.
    #[default]
    Never,
    /// `None` only.
    Empty,
    /// A `Some`, whose value says what the option is of.
    OfValue,
}

/// How a text parses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Syntax {
    /// As a source file: items only.
    File,
    /// As the inside of a function.
    Statements,
    /// Neither. `as_statements` says which of the two came further.
    #[default]
    Tokens,
    /// Neither, and reading it as statements came further than reading it as a file.
    TokensOfStatements,
}

/// An item at the top level of an example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemFact {
    /// The name that it defines; for an `impl` the name of its type; empty for other items.
    pub name: String,
    /// The trait that an `impl` is of, as it is written; empty for other items.
    pub of_trait: String,
    /// What it is.
    pub kind: ItemKind,
    /// Byte range with its attributes and doc comments.
    pub range: Range<usize>,
    /// What an `impl` or a trait declares several times under one name, in order.
    pub rivals: Vec<Rival>,
}

/// One of several functions, constants or types of one name in an `impl` or a trait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rival {
    /// The name.
    pub name: String,
    /// Byte range with its attributes and doc comments.
    pub range: Range<usize>,
}

/// What an item is, as far as moving it about needs to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemKind {
    /// Defines a name: a type, function, trait, module, constant.
    Definition,
    /// Defines a macro, which is known only behind its definition.
    Macro,
    /// `impl` of a type.
    Impl,
    /// `use`.
    Use,
    /// `fn main`.
    Main,
    /// A macro's call.
    Call,
    /// Anything else, such as foreign items.
    Other,
}

/// What gives an example a `main`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Main {
    /// `fn main`.
    Function,
    /// A macro that writes one, such as `criterion_main!`.
    Macro,
}

/// The value at the end of a list of statements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tail {
    /// Byte range of the expression.
    pub range: Range<usize>,
    /// What it is, as far as wrapping it in a function needs to know.
    pub kind: TailKind,
}

/// What a tail expression is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TailKind {
    /// `Ok(())`, whose error type something else decides.
    Ok,
    /// `Ok(…)` of a value, whose error type something else decides.
    OkWithValue,
    /// `Err(…)`.
    Err,
    /// `Ok::<T, E>(…)`, which names its error type.
    OkWithTypes,
    /// Anything else.
    Other,
}

/// Attributes of functions that make procedural macros of them.
const OF_PROC_MACROS: [&str; 3] = ["proc_macro", "proc_macro_attribute", "proc_macro_derive"];

/// Macros that write a `main` function.
const MAIN_MACROS: [&str; 3] = ["criterion_main", "iai_main", "divan_main"];

impl Facts {
    /// Gathers the facts of `text`: Rust code, or something that claims to be.
    #[must_use]
    pub fn of(text: &str) -> Self {
        Self::of_filled(text, &[])
    }

    /// The same, of a text in which code was left out at the places `filled` and something stands in
    /// for it.
    #[must_use]
    pub fn of_filled(text: &str, filled: &[Range<usize>]) -> Self {
        let tokens = lex::tokens(text);
        let mut facts = Self {
            is_blank: tokens
                .iter()
                .all(|token| matches!(token.kind, Kind::Comment)),
            may_hold_tests: may_hold_tests(text, &tokens),
            may_hold_doctests: may_hold_doctests(text, &tokens),
            elisions: ellipses::dots(text, &tokens),
            names: Names::of(text, &tokens),
            derived: deriving::of(text, &tokens),
            ..Self::default()
        };
        facts.is_proc_macro = facts
            .names
            .attributes
            .iter()
            .any(|it| OF_PROC_MACROS.contains(&it.name.as_str()));
        facts.is_freestanding = facts
            .names
            .attributes
            .iter()
            .any(|it| matches!(it.name.as_str(), "no_main" | "panic_handler"));
        facts.is_build_script = outside::is_build_script(text, &tokens);
        facts.spoken = outside::spoken(text, &tokens);
        facts.asks = outside::asked(text, &tokens);
        facts.starts_tasks = outside::starts_tasks(text, &tokens);
        syntax::parse(text, &tokens, filled, &mut facts);
        facts.name_sources_of_traits();
        if facts.may_hold_doctests {
            facts.doctests = doctests::of(text, &facts.items);
        }
        facts.is_foreign =
            !facts.parses() && facts.elisions.is_empty() && foreign::is(text, &tokens);
        if facts.main.is_none() && writes_main(text, &facts.items) {
            facts.main = Some(Main::Macro);
        }
        if facts.main.is_none()
            && facts.names.macros.iter().any(|it| {
                MAIN_MACROS.contains(&it.name.as_str()) && is_top_level(&tokens, &it.place)
            })
        {
            facts.main = Some(Main::Macro);
        }
        facts
    }

    /// Adds the segments of the paths that traits are imported by: where one of these is not found,
    /// neither is the trait.
    fn name_sources_of_traits(&mut self) {
        let imports = self.names.imports.iter();
        let of_traits = imports.filter(|it| self.trait_names.contains(&it.name));
        let segments = of_traits.flat_map(|it| it.path.split("::"));
        let named = segments.filter(|it| !matches!(*it, "crate" | "self" | "super"));
        let named: Vec<String> = named.map(str::to_owned).collect();
        self.trait_names.extend(named);
    }

    /// Whether the text parses.
    #[must_use]
    pub fn parses(&self) -> bool {
        matches!(self.syntax, Syntax::File | Syntax::Statements)
    }

    /// Whether the text is to be read as statements, if it can be read at all.
    #[must_use]
    pub fn is_statements(&self) -> bool {
        matches!(self.syntax, Syntax::Statements | Syntax::TokensOfStatements)
    }
}

/// How far a text can be parsed, as a file or as statements: the byte offset at which the better of
/// the two gives up; `None` when one of them does not.
#[must_use]
pub fn reached(text: &str) -> Option<usize> {
    syntax::reached(text)
}

/// Whether `text` is a type, and nothing else.
pub(crate) fn is_type(text: &str) -> bool {
    syntax::is_type(text)
}

/// Whether a macro of the example writes a `main`, and something calls a macro at the top level.
fn writes_main(text: &str, items: &[ItemFact]) -> bool {
    let defines = items.iter().any(|item| {
        item.kind == ItemKind::Macro
            && text
                .get(item.range.clone())
                .is_some_and(|body| body.contains("fn main"))
    });
    defines && items.iter().any(|item| item.kind == ItemKind::Call)
}

/// Whether a place lies outside every bracket.
fn is_top_level(tokens: &[Token], place: &Range<usize>) -> bool {
    let depth = tokens
        .iter()
        .take_while(|token| token.range.start < place.start)
        .fold(0_i64, |depth, token| match token.kind {
            Kind::Open(_) => depth + 1,
            Kind::Close(_) => depth - 1,
            _ => depth,
        });
    depth == 0
}

/// Any attribute or macro besides the standard library's could make a test.
fn may_hold_tests(text: &str, tokens: &[Token]) -> bool {
    const HARMLESS: [&str; 32] = [
        "derive",
        "cfg",
        "cfg_attr",
        "allow",
        "warn",
        "deny",
        "expect",
        "inline",
        "must_use",
        "repr",
        "doc",
        "error",
        "serde",
        "non_exhaustive",
        "default",
        "from",
        "source",
        "println",
        "print",
        "eprintln",
        "eprint",
        "format",
        "write",
        "writeln",
        "vec",
        "panic",
        "assert",
        "assert_eq",
        "assert_ne",
        "todo",
        "unimplemented",
        "matches",
    ];
    let is_harmless = |token: &Token| HARMLESS.contains(&&text[token.range.clone()]);
    tokens.windows(3).any(|window| match window {
        [a, b, c] if a.kind == Kind::Punct('#') && b.kind == Kind::Open('[') => !is_harmless(c),
        [
            a,
            b,
            Token {
                kind: Kind::Open(_),
                ..
            },
        ] if b.kind == Kind::Punct('!') => a.kind == Kind::Ident && !is_harmless(a),
        _ => false,
    })
}

/// Doc comments with a fence, or with a line that is indented far enough to be code.
fn may_hold_doctests(text: &str, tokens: &[Token]) -> bool {
    let has_attribute = tokens.windows(3).any(|window| {
        window[0].kind == Kind::Punct('#')
            && matches!(window[1].kind, Kind::Open('[') | Kind::Punct('!'))
            && text[window[2].range.clone()].starts_with("doc")
    });
    has_attribute
        || tokens
            .iter()
            .filter(|token| token.kind == Kind::DocComment)
            .any(|token| {
                let comment = &text[token.range.clone()];
                comment.contains("```")
                    || comment.contains("~~~")
                    || comment.lines().any(|line| {
                        let line = line.trim_start().trim_start_matches(['/', '!', '*']);
                        line.starts_with("     ") || line.starts_with(" \t")
                    })
            })
}

#[cfg(test)]
mod tests;
