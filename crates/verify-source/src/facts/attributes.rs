//! Attributes that are left out in part: `#[derive(Debug, ...)]`, `#[route(/* path */)]`.

use std::ops::Range;

use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{Attribute, File, Stmt};
use verify_model::LeftOut;

use super::{comments, places};
use crate::lex::{Kind, Token};

/// Attributes of the compiler that add nothing to what they stand at, and change nothing in it.
const HARMLESS: [&str; 22] = [
    "allow",
    "automatically_derived",
    "cfg",
    "cold",
    "deny",
    "deprecated",
    "doc",
    "expect",
    "export_name",
    "forbid",
    "ignore",
    "inline",
    "link",
    "link_name",
    "link_section",
    "must_use",
    "no_mangle",
    "path",
    "repr",
    "should_panic",
    "target_feature",
    "warn",
];

/// Adds to `found` which types and which code of a source file bear such attributes. `places` are where
/// ellipses stand or stood.
pub(super) fn of_file(
    text: &str,
    tokens: &[Token],
    places: &[Range<usize>],
    file: &File,
    found: &mut LeftOut,
) {
    if let Some(mut finder) = Finder::new(text, tokens, places, found) {
        finder.visit_file(file);
    }
}

/// The same of statements.
pub(super) fn of_statements(
    text: &str,
    tokens: &[Token],
    places: &[Range<usize>],
    statements: &[Stmt],
    found: &mut LeftOut,
) {
    if let Some(mut finder) = Finder::new(text, tokens, places, found) {
        for statement in statements {
            finder.visit_stmt(statement);
        }
    }
}

struct Finder<'a> {
    /// Where something is left out.
    gaps: Vec<usize>,
    found: &'a mut LeftOut,
}

impl<'a> Finder<'a> {
    /// `None` when nothing is left out in the text.
    fn new(
        text: &str,
        tokens: &[Token],
        places: &[Range<usize>],
        found: &'a mut LeftOut,
    ) -> Option<Self> {
        let comments = tokens.iter().filter(|token| token.kind == Kind::Comment);
        let more = comments.filter(|token| comments::says_more(text, &token.range));
        let gaps = places.iter().chain(more.map(|token| &token.range));
        let gaps: Vec<usize> = gaps.map(|gap| gap.start).collect();
        (!gaps.is_empty()).then_some(Self { gaps, found })
    }

    fn has_open(&self, attributes: &[Attribute]) -> bool {
        attributes.iter().any(|attribute| {
            let is_harmless = HARMLESS.iter().any(|it| attribute.path().is_ident(it));
            let range = || attribute.span().byte_range();
            !is_harmless && self.gaps.iter().any(|gap| range().contains(gap))
        })
    }

    /// Takes note of a type whose own attributes, or those of its fields and variants, are left out in
    /// part.
    fn definition<'f>(
        &mut self,
        name: &syn::Ident,
        attributes: &[Attribute],
        fields: impl IntoIterator<Item = &'f syn::Field>,
    ) {
        let mut fields = fields.into_iter();
        if self.has_open(attributes) || fields.any(|field| self.has_open(&field.attrs)) {
            self.found.derived.insert(name.to_string());
        }
    }

    /// Takes note of code that such an attribute may make something else of.
    fn code(&mut self, attributes: &[Attribute], range: impl FnOnce() -> Range<usize>) {
        if self.has_open(attributes) {
            self.found.rewritten.push(range());
        }
    }
}

impl<'ast> Visit<'ast> for Finder<'_> {
    fn visit_item(&mut self, node: &'ast syn::Item) {
        let attributes = match node {
            syn::Item::Fn(it) => &it.attrs,
            syn::Item::Impl(it) => &it.attrs,
            syn::Item::Trait(it) => &it.attrs,
            syn::Item::Mod(it) => &it.attrs,
            _ => &Vec::new(),
        };
        self.code(attributes, || places::of_item(node));
        visit::visit_item(self, node);
    }

    fn visit_impl_item_fn(&mut self, node: &'ast syn::ImplItemFn) {
        self.code(&node.attrs, || node.span().byte_range());
        visit::visit_impl_item_fn(self, node);
    }

    fn visit_trait_item_fn(&mut self, node: &'ast syn::TraitItemFn) {
        self.code(&node.attrs, || node.span().byte_range());
        visit::visit_trait_item_fn(self, node);
    }

    fn visit_item_struct(&mut self, node: &'ast syn::ItemStruct) {
        self.definition(&node.ident, &node.attrs, &node.fields);
        visit::visit_item_struct(self, node);
    }

    fn visit_item_enum(&mut self, node: &'ast syn::ItemEnum) {
        for variant in &node.variants {
            self.definition(&node.ident, &variant.attrs, &variant.fields);
        }
        self.definition(&node.ident, &node.attrs, []);
        visit::visit_item_enum(self, node);
    }

    fn visit_item_union(&mut self, node: &'ast syn::ItemUnion) {
        self.definition(&node.ident, &node.attrs, &node.fields.named);
        visit::visit_item_union(self, node);
    }
}

#[cfg(test)]
mod tests {
    use crate::facts::Facts;

    #[test]
    fn types_with_attributes_that_are_left_out_in_part_are_known() {
        let derived = |text: &str| Vec::from_iter(Facts::of(text).left_out.derived);
        for text in [
            "#[derive(Debug, ...)]\nstruct A;",
            "#[derive(Debug, /* ... */)]\nstruct A;",
            "#[derive(Serialize)]\n#[serde(...)]\nenum A { B }",
            "#[cfg_attr(..., derive(Debug))]\nunion A { b: u8 }",
            "#[derive(Parser)]\nstruct A { #[arg(short, ...)] b: u8 }",
            "#[derive(Error)]\nenum A { #[error(...)] B, C }",
            "#[derive(Error)]\nenum A { B(#[from(...)] u8), C }",
            "let x = 1;\n#[derive(...)]\nstruct A;",
        ] {
            assert_eq!(derived(text), ["A"], "{text}");
        }
        for text in [
            "#[derive(Debug)]\nstruct A;\nfn f() { ... }",
            "#[repr(...)]\nenum A { B }",
            "#[derive(Debug)]\n// ...\nstruct A;",
            "#[error(\"...\")]\nstruct A;",
        ] {
            assert_eq!(derived(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn code_that_such_attributes_may_rewrite_is_known() {
        let rewritten = |text: &str| {
            let facts = Facts::of(text);
            let ranges = facts.left_out.rewritten.into_iter();
            ranges.map(|it| text[it].to_owned()).collect::<Vec<_>>()
        };
        for text in [
            "#[route(...)]\nfn a() {}",
            "#[service(/* ... */)]\nimpl A { fn b() {} }",
            "#[mocked(kind = ...)]\ntrait A { fn b(); }",
            "#[exports(...)]\nmod a {}",
        ] {
            assert_eq!(rewritten(text), [text]);
        }
        let methods = "impl A {\n#[route(...)] fn a() {}\n#[cfg(...)] fn b() {}\n}";
        assert_eq!(rewritten(methods), ["#[route(...)] fn a() {}"]);
        assert_eq!(rewritten("#[route(\"...\")]\nfn a() {}"), [""; 0]);
    }
}
