//! Where assembly stands that nobody assembles: in generic code, which is made for each of its uses,
//! and in what is configured out.

use std::ops::Range;

use quote::ToTokens as _;
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{GenericParam, Generics, Signature};

use super::around::says;
use crate::uncalled::ASSEMBLY;

/// Finds calls of the macros that hold assembly.
#[derive(Default)]
pub(super) struct Assembly {
    /// Each call, and whether it stands in generic code.
    calls: Vec<(Range<usize>, bool)>,
    /// How many things around the current node are generic.
    depth: usize,
}

impl Assembly {
    /// The calls that are not assembled when `absent` is configured out.
    pub(super) fn left_over(self, absent: &[Range<usize>]) -> Vec<Range<usize>> {
        let is_absent = |call: &Range<usize>| absent.iter().any(|it| it.contains(&call.start));
        let calls = self.calls.into_iter();
        calls
            .filter(|(call, is_generic)| *is_generic || is_absent(call))
            .map(|(call, _)| call)
            .collect()
    }

    fn inside(&mut self, is_generic: bool, walk: impl FnOnce(&mut Self)) {
        self.depth += usize::from(is_generic);
        walk(self);
        self.depth -= usize::from(is_generic);
    }
}

fn has_parameters(generics: &Generics) -> bool {
    let mut all = generics.params.iter();
    all.any(|it| !matches!(it, GenericParam::Lifetime(_)))
}

fn is_generic(signature: &Signature) -> bool {
    let mut inputs = signature.inputs.to_token_stream().into_iter();
    has_parameters(&signature.generics) || inputs.any(|it| says(&it, "impl"))
}

impl<'ast> Visit<'ast> for Assembly {
    fn visit_macro(&mut self, node: &'ast syn::Macro) {
        let last = node.path.segments.last();
        if last.is_some_and(|it| ASSEMBLY.iter().any(|name| it.ident == name)) {
            self.calls.push((node.span().byte_range(), self.depth > 0));
        }
        for branch in super::branches::of(node) {
            branch.visit(self);
        }
    }

    fn visit_item_fn(&mut self, node: &'ast syn::ItemFn) {
        self.inside(is_generic(&node.sig), |it| visit::visit_item_fn(it, node));
    }

    fn visit_impl_item_fn(&mut self, node: &'ast syn::ImplItemFn) {
        self.inside(is_generic(&node.sig), |it| {
            visit::visit_impl_item_fn(it, node);
        });
    }

    fn visit_item_impl(&mut self, node: &'ast syn::ItemImpl) {
        let is_generic = has_parameters(&node.generics);
        self.inside(is_generic, |it| visit::visit_item_impl(it, node));
    }

    fn visit_trait_item_fn(&mut self, node: &'ast syn::TraitItemFn) {
        self.inside(true, |it| visit::visit_trait_item_fn(it, node));
    }
}
