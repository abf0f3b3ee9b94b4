//! Where the text imports, where it shows functions of an `impl` that it does not show, and what of
//! it is compiled elsewhere only.

use std::env::consts::{ARCH, FAMILY, OS};
use std::ops::Range;

use quote::ToTokens as _;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{Attribute, Expr, ExprLit, Item, Lit, Meta, Signature, Stmt, Token};

/// Ranges of a text, in the order in which they begin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Around {
    /// Its `use` declarations.
    pub uses: Vec<Range<usize>>,
    /// Functions that belong to an `impl` which is not shown: they take `self` or speak of `Self`.
    pub unseen_impls: Vec<Range<usize>>,
    /// What is configured out, wherever it is verified: it is for another system, or behind a
    /// feature of the author's own package.
    pub absent: Vec<Range<usize>>,
}

pub(super) fn of_file(file: &syn::File) -> Around {
    let mut around = Around::default();
    around.look_at(&file.attrs, &file.span().byte_range());
    around.visit_file(file);
    around.members(&file.items.iter().collect::<Vec<_>>());
    around
}

pub(super) fn of_statements(statements: &[Stmt]) -> Around {
    let mut around = Around::default();
    for statement in statements {
        around.visit_stmt(statement);
    }
    let items = statements.iter().filter_map(|statement| match statement {
        Stmt::Item(item) => Some(item),
        _ => None,
    });
    around.members(&items.collect::<Vec<_>>());
    around
}

impl Around {
    /// Adds what belongs to no `impl` among `items`, the outermost ones.
    fn members(&mut self, items: &[&Item]) {
        for item in items {
            if let Item::Fn(function) = item
                && is_member(&function.sig)
            {
                self.unseen_impls.push(item.span().byte_range());
            }
        }
    }

    /// Takes note of `range` when one of its attributes configures it out.
    fn look_at(&mut self, attributes: &[Attribute], range: &Range<usize>) {
        let conditions = attributes.iter().filter(|it| it.path().is_ident("cfg"));
        let is_absent = |it: &Attribute| {
            let condition = it.parse_args::<Meta>().ok();
            condition.is_some_and(|it| holds(&it) == Some(false))
        };
        if conditions.into_iter().any(is_absent) {
            self.absent.push(range.clone());
        }
    }
}

fn is_member(signature: &Signature) -> bool {
    let says_self = |token: proc_macro2::TokenTree| says(&token, "Self");
    signature.receiver().is_some() || signature.to_token_stream().into_iter().any(says_self)
}

fn says(token: &proc_macro2::TokenTree, name: &str) -> bool {
    match token {
        proc_macro2::TokenTree::Ident(ident) => ident == name,
        proc_macro2::TokenTree::Group(group) => {
            group.stream().into_iter().any(|inner| says(&inner, name))
        }
        _ => false,
    }
}

/// Whether a condition of `#[cfg(…)]` holds where examples are verified; `None` when that depends.
fn holds(condition: &Meta) -> Option<bool> {
    match condition {
        Meta::Path(path) => match path.get_ident()?.to_string().as_str() {
            system @ ("unix" | "windows") => Some(system == FAMILY),
            _ => None,
        },
        Meta::NameValue(pair) => {
            let Expr::Lit(ExprLit {
                lit: Lit::Str(value),
                ..
            }) = &pair.value
            else {
                return None;
            };
            let is = |own: &str| Some(value.value() == own);
            match pair.path.get_ident()?.to_string().as_str() {
                // The generated package has none.
                "feature" => Some(false),
                "target_os" => is(OS),
                "target_family" => is(FAMILY),
                "target_arch" => is(ARCH),
                _ => None,
            }
        }
        Meta::List(list) => {
            let parts = list
                .parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)
                .ok()?;
            let mut known = parts.iter().map(holds);
            match list.path.get_ident()?.to_string().as_str() {
                "not" => known.next()?.map(|it| !it),
                "all" => decided(known, false),
                "any" => decided(known, true),
                _ => None,
            }
        }
    }
}

/// What a list of conditions amounts to when one that is `deciding` decides it.
fn decided(conditions: impl Iterator<Item = Option<bool>>, deciding: bool) -> Option<bool> {
    let mut all_known = true;
    for condition in conditions {
        if condition == Some(deciding) {
            return condition;
        }
        all_known &= condition.is_some();
    }
    all_known.then_some(!deciding)
}

impl<'ast> Visit<'ast> for Around {
    fn visit_item_use(&mut self, node: &'ast syn::ItemUse) {
        self.uses.push(node.span().byte_range());
    }

    fn visit_item_fn(&mut self, node: &'ast syn::ItemFn) {
        self.look_at(&node.attrs, &node.span().byte_range());
        visit::visit_item_fn(self, node);
    }

    fn visit_impl_item_fn(&mut self, node: &'ast syn::ImplItemFn) {
        self.look_at(&node.attrs, &node.span().byte_range());
        visit::visit_impl_item_fn(self, node);
    }

    fn visit_trait_item_fn(&mut self, node: &'ast syn::TraitItemFn) {
        self.look_at(&node.attrs, &node.span().byte_range());
        visit::visit_trait_item_fn(self, node);
    }

    fn visit_item_mod(&mut self, node: &'ast syn::ItemMod) {
        self.look_at(&node.attrs, &node.span().byte_range());
        visit::visit_item_mod(self, node);
    }

    fn visit_item_impl(&mut self, node: &'ast syn::ItemImpl) {
        self.look_at(&node.attrs, &node.span().byte_range());
        visit::visit_item_impl(self, node);
    }

    fn visit_item_trait(&mut self, node: &'ast syn::ItemTrait) {
        self.look_at(&node.attrs, &node.span().byte_range());
        visit::visit_item_trait(self, node);
    }
}

#[cfg(test)]
mod tests {
    use crate::facts::Facts;

    /// The parts of `text` that `pick` finds.
    fn parts(text: &str, pick: fn(&super::Around) -> &Vec<std::ops::Range<usize>>) -> Vec<&str> {
        let facts = Facts::of(text);
        pick(&facts.around)
            .iter()
            .map(|it| &text[it.clone()])
            .collect()
    }

    #[test]
    fn what_is_configured_out_is_known() {
        let off = if cfg!(windows) { "unix" } else { "windows" };
        let on = if cfg!(windows) { "windows" } else { "unix" };
        for (condition, is_absent) in [
            ("feature = \"turbo\"".to_owned(), true),
            ("not(feature = \"turbo\")".to_owned(), false),
            ("all(test, feature = \"turbo\")".to_owned(), true),
            ("any(test, feature = \"turbo\")".to_owned(), false),
            (off.to_owned(), true),
            (on.to_owned(), false),
            (format!("not({on})"), true),
            (format!("any({on}, {off})"), false),
            ("target_os = \"none\"".to_owned(), true),
            ("test".to_owned(), false),
            ("not(test)".to_owned(), false),
            ("some_flag".to_owned(), false),
        ] {
            let text = format!("#[cfg({condition})]\nfn f() {{}}\nfn g() {{}}\n");
            let absent = parts(&text, |it| &it.absent);
            assert_eq!(
                absent.len(),
                usize::from(is_absent),
                "{condition}: {absent:?}"
            );
        }
        let text = "#![cfg(feature = \"x\")]\nfn f() {}\n";
        assert_eq!(parts(text, |it| &it.absent), [text.trim_end()]);
    }

    #[test]
    fn functions_of_an_unseen_impl_are_known() {
        let text = "fn a(&self) {}\nfn b() -> Option<Self> { None }\nfn c() { let _: Self; }\nstruct S;\nimpl S { fn d(&self) {} }\n";
        assert_eq!(
            parts(text, |it| &it.unseen_impls),
            ["fn a(&self) {}", "fn b() -> Option<Self> { None }"]
        );
        let among_statements = "let x = 1;\nfn a(&self) {}\n";
        assert_eq!(
            parts(among_statements, |it| &it.unseen_impls),
            ["fn a(&self) {}"]
        );
    }

    #[test]
    fn imports_are_found_wherever_they_stand() {
        let text = "use super::*;\nfn f() { use a::b; }\nmod m { use c; }\n";
        assert_eq!(
            parts(text, |it| &it.uses),
            ["use super::*;", "use a::b;", "use c;"]
        );
    }
}
