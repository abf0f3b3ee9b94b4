//! Where a text names traits: in the heads of `impl` blocks, in bounds, behind `dyn`.

use std::ops::Range;

use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{ImplItem, Item, Stmt};

use super::places;

/// Where a text names traits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Traits {
    /// Each place of a trait outside the heads of `impl` blocks.
    pub uses: Vec<TraitUse>,
    /// Every `impl`, with a trait or without.
    pub impls: Vec<Impl>,
    /// Each trait that it declares.
    pub declared: Vec<Declared>,
}

/// A trait that a text declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declared {
    /// Its name.
    pub name: String,
    /// The names of its functions and constants.
    pub members: Vec<String>,
}

/// A path in the place of a trait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraitPath {
    /// Byte range with its arguments.
    pub range: Range<usize>,
    /// Byte range without the arguments of its last segment.
    pub name: Range<usize>,
    /// Its first segment.
    pub first: String,
    /// Its last segment.
    pub last: String,
}

/// A trait in a bound, a list of supertraits, or behind `dyn`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraitUse {
    /// The trait.
    pub path: TraitPath,
    /// Whether it stands behind `dyn`.
    pub is_object: bool,
    /// Byte range of the innermost function, `impl` or other item that it stands in.
    pub inside: Range<usize>,
    /// The trait of which it says something: whose supertrait it is, or whose types have it.
    pub above: Option<String>,
}

/// An `impl` block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Impl {
    /// The trait; `None` for a type's own functions.
    pub of: Option<TraitPath>,
    /// Byte ranges of its attributes, each with the last segment of its path.
    pub attributes: Vec<(Range<usize>, String)>,
    /// Byte range from `impl` to the opening brace.
    pub head: Range<usize>,
    /// Byte range of the type.
    pub owner: Range<usize>,
    /// The type's name, when it is a plain name with or without arguments.
    pub owner_name: Option<String>,
    /// Byte range between the braces.
    pub inside: Range<usize>,
    /// The names of its functions.
    pub functions: Vec<String>,
    /// Whether the type could have it without the trait: functions and constants only, and no
    /// parameter that only the trait names.
    pub could_be_own: bool,
}

/// Where the items of a file name traits.
pub(super) fn of_file(file: &syn::File) -> Traits {
    let mut walk = Walk::default();
    walk.visit_file(file);
    walk.found
}

/// Where statements name traits.
pub(super) fn of_statements(statements: &[Stmt]) -> Traits {
    let mut walk = Walk::default();
    for statement in statements {
        walk.visit_stmt(statement);
    }
    walk.found
}

#[derive(Default)]
struct Walk {
    found: Traits,
    /// The items around the current node, outermost first.
    around: Vec<Range<usize>>,
    /// How many `dyn` types lie around it.
    objects: usize,
    /// The trait whose supertraits, parameters or types are being visited.
    above: Option<String>,
}

impl Walk {
    fn inside(&mut self, range: Range<usize>, walk: impl FnOnce(&mut Self)) {
        let objects = std::mem::take(&mut self.objects);
        self.around.push(range);
        walk(self);
        self.around.pop();
        self.objects = objects;
    }
}

impl<'ast> Visit<'ast> for Walk {
    fn visit_item(&mut self, node: &'ast Item) {
        if matches!(node, Item::Mod(_)) {
            visit::visit_item(self, node);
        } else {
            self.inside(places::of_item(node), |it| visit::visit_item(it, node));
        }
    }

    fn visit_impl_item(&mut self, node: &'ast ImplItem) {
        self.inside(node.span().byte_range(), |it| {
            visit::visit_impl_item(it, node);
        });
    }

    fn visit_trait_item(&mut self, node: &'ast syn::TraitItem) {
        self.inside(node.span().byte_range(), |it| {
            visit::visit_trait_item(it, node);
        });
    }

    fn visit_item_trait(&mut self, node: &'ast syn::ItemTrait) {
        let (functions, others): (Vec<_>, Vec<_>) = node
            .items
            .iter()
            .partition(|item| matches!(item, syn::TraitItem::Fn(_)));
        self.found.declared.push(declared(node));
        self.above = Some(node.ident.to_string());
        self.visit_generics(&node.generics);
        for bound in &node.supertraits {
            self.visit_type_param_bound(bound);
        }
        for item in others {
            self.visit_trait_item(item);
        }
        self.above = None;
        for item in functions {
            self.visit_trait_item(item);
        }
    }

    fn visit_item_impl(&mut self, node: &'ast syn::ItemImpl) {
        self.found.impls.push(described(node));
        // The trait itself is no use of its own; what its arguments name is.
        visit::visit_item_impl(self, node);
    }

    fn visit_type_trait_object(&mut self, node: &'ast syn::TypeTraitObject) {
        self.objects += 1;
        visit::visit_type_trait_object(self, node);
        self.objects -= 1;
    }

    fn visit_trait_bound(&mut self, node: &'ast syn::TraitBound) {
        if let Some(path) = trait_path(&node.path) {
            self.found.uses.push(TraitUse {
                path,
                is_object: self.objects > 0,
                inside: self.around.last().cloned().unwrap_or_default(),
                above: self.above.clone(),
            });
        }
        visit::visit_trait_bound(self, node);
    }
}

fn declared(node: &syn::ItemTrait) -> Declared {
    let members = node.items.iter().filter_map(|item| match item {
        syn::TraitItem::Fn(it) => Some(it.sig.ident.to_string()),
        syn::TraitItem::Const(it) => Some(it.ident.to_string()),
        _ => None,
    });
    Declared {
        name: node.ident.to_string(),
        members: members.collect(),
    }
}

fn trait_path(path: &syn::Path) -> Option<TraitPath> {
    let range = path.span().byte_range();
    let last = &path.segments.last()?.ident;
    Some(TraitPath {
        name: range.start..last.span().byte_range().end,
        range,
        first: path.segments.first()?.ident.to_string(),
        last: last.to_string(),
    })
}

fn described(node: &syn::ItemImpl) -> Impl {
    let owner_name = match node.self_ty.as_ref() {
        syn::Type::Path(path) if path.qself.is_none() && path.path.segments.len() == 1 => path
            .path
            .segments
            .first()
            .map(|segment| segment.ident.to_string()),
        _ => None,
    };
    let functions = node.items.iter().filter_map(|item| match item {
        ImplItem::Fn(function) => Some(function.sig.ident.to_string()),
        _ => None,
    });
    let brace = &node.brace_token.span;
    let open = brace.open().byte_range();
    Impl {
        of: node.trait_.as_ref().and_then(|(path, _)| trait_path(path)),
        attributes: node
            .attrs
            .iter()
            .map(|it| (it.span().byte_range(), last_segment(it.path())))
            .collect(),
        head: node.impl_token.span.byte_range().start..open.start,
        owner: node.self_ty.span().byte_range(),
        owner_name,
        inside: open.end..brace.close().byte_range().start,
        functions: functions.collect(),
        could_be_own: could_be_own(node),
    }
}

fn could_be_own(node: &syn::ItemImpl) -> bool {
    let is_plain = |item: &ImplItem| match item {
        ImplItem::Fn(it) => it.modifiers.defaultness.is_none(),
        ImplItem::Const(it) => it.modifiers.defaultness.is_none(),
        _ => false,
    };
    let mut of_owner = Identifiers::default();
    of_owner.visit_type(&node.self_ty);
    let mut parameters = node.generics.params.iter();
    node.unsafety.is_none()
        && node.modifiers.defaultness.is_none()
        && node.items.iter().all(is_plain)
        && parameters.all(|parameter| match parameter {
            syn::GenericParam::Lifetime(_) => true,
            syn::GenericParam::Type(it) => of_owner.0.contains(&it.ident.to_string()),
            syn::GenericParam::Const(it) => of_owner.0.contains(&it.ident.to_string()),
        })
}

fn last_segment(path: &syn::Path) -> String {
    let last = path.segments.last();
    last.map(|it| it.ident.to_string()).unwrap_or_default()
}

/// All identifiers of a part of a tree.
#[derive(Default)]
struct Identifiers(Vec<String>);

impl<'ast> Visit<'ast> for Identifiers {
    fn visit_ident(&mut self, node: &'ast syn::Ident) {
        self.0.push(node.to_string());
    }
}
