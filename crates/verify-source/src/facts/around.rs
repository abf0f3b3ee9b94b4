//! Where the text imports, where it shows functions of an `impl` that it does not show, and what of
//! it is compiled elsewhere only.

use std::env::consts::{ARCH, FAMILY, OS};
use std::ops::Range;

use quote::ToTokens as _;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{
    Attribute, Expr, ExprLit, Item, Lit, Meta, MetaList, MetaNameValue, Signature, Stmt, Token,
};

use super::places;

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
    /// The features that it speaks of.
    pub features: Vec<OwnFeature>,
}

/// A feature of the author's own package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnFeature {
    /// Its name.
    pub name: String,
    /// Where conditions name it: each place is all of `feature = "…"`.
    pub places: Vec<Range<usize>>,
    /// What would be configured out if this feature alone were on.
    pub absent: Vec<Range<usize>>,
}

pub(super) fn of_file(file: &syn::File) -> Around {
    let items = || file.items.iter();
    read(items(), |reader| {
        reader.look_at(&file.attrs, || file.span().byte_range());
        reader.visit_file(file);
    })
}

pub(super) fn of_statements(statements: &[Stmt]) -> Around {
    let items = statements.iter().filter_map(|statement| match statement {
        Stmt::Item(item) => Some(item),
        _ => None,
    });
    read(items, |reader| {
        for statement in statements {
            reader.visit_stmt(statement);
        }
    })
}

/// Reads a text whose outermost items are `items`: once as it is, and once with each of its features.
fn read<'a>(items: impl Iterator<Item = &'a Item>, walk: impl Fn(&mut Reader<'_>)) -> Around {
    let mut plain = Reader::default();
    walk(&mut plain);
    plain.members(items);
    let mut around = plain.around;
    for feature in &mut around.features {
        let mut reader = Reader {
            on: Some(&feature.name),
            ..Reader::default()
        };
        walk(&mut reader);
        feature.absent = reader.around.absent;
    }
    around
}

#[derive(Default)]
struct Reader<'a> {
    around: Around,
    /// The feature that is on.
    on: Option<&'a str>,
}

impl Reader<'_> {
    /// Adds what belongs to an `impl` that is not shown among `items`, the outermost ones.
    fn members<'i>(&mut self, items: impl Iterator<Item = &'i Item>) {
        for item in items {
            if let Item::Fn(function) = item
                && is_member(&function.sig)
            {
                self.around.unseen_impls.push(places::of_item(item));
            }
        }
    }

    /// Takes note of `range` when one of its attributes configures it out.
    fn look_at(&mut self, attributes: &[Attribute], range: impl FnOnce() -> Range<usize>) {
        let conditions = attributes.iter().filter(|it| it.path().is_ident("cfg"));
        let is_absent = |it: &Attribute| {
            let condition = it.parse_args::<Meta>().ok();
            condition.is_some_and(|it| holds(&it, self.on) == Some(false))
        };
        if conditions.into_iter().any(is_absent) {
            self.around.absent.push(range());
        }
    }

    /// Takes note of the features in a condition.
    fn features(&mut self, condition: &Meta) {
        match condition {
            Meta::Path(_) => {}
            Meta::NameValue(pair) => {
                let Some(name) = feature(pair) else { return };
                let place = pair.span().byte_range();
                let known = &mut self.around.features;
                if let Some(feature) = known.iter_mut().find(|it| it.name == name) {
                    feature.places.push(place);
                } else {
                    known.push(OwnFeature {
                        name,
                        places: vec![place],
                        absent: Vec::new(),
                    });
                }
            }
            Meta::List(list) => {
                for part in parts(list).into_iter().flatten() {
                    self.features(&part);
                }
            }
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

/// The feature that a condition names.
fn feature(pair: &MetaNameValue) -> Option<String> {
    literal(pair).filter(|_| pair.path.is_ident("feature"))
}

fn literal(pair: &MetaNameValue) -> Option<String> {
    match &pair.value {
        Expr::Lit(ExprLit {
            lit: Lit::Str(value),
            ..
        }) => Some(value.value()),
        _ => None,
    }
}

fn parts(list: &MetaList) -> Option<Punctuated<Meta, Token![,]>> {
    list.parse_args_with(Punctuated::parse_terminated).ok()
}

/// Whether a condition of `#[cfg(…)]` holds where examples are verified, with the feature `on`;
/// `None` when that depends.
fn holds(condition: &Meta, on: Option<&str>) -> Option<bool> {
    match condition {
        Meta::Path(path) => match path.get_ident()?.to_string().as_str() {
            system @ ("unix" | "windows") => Some(system == FAMILY),
            _ => None,
        },
        Meta::NameValue(pair) => {
            let value = literal(pair)?;
            let is = |own: &str| Some(value == own);
            match pair.path.get_ident()?.to_string().as_str() {
                // The generated package has none but that.
                "feature" => Some(on == Some(value.as_str())),
                "target_os" => is(OS),
                "target_family" => is(FAMILY),
                "target_arch" => is(ARCH),
                _ => None,
            }
        }
        Meta::List(list) => {
            let parts = parts(list)?;
            let mut known = parts.iter().map(|part| holds(part, on));
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

/// The attributes of an item of which the compiler sees nothing when it is configured out.
fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(it) => &it.attrs,
        Item::Enum(it) => &it.attrs,
        Item::ExternCrate(it) => &it.attrs,
        Item::Fn(it) => &it.attrs,
        Item::ForeignMod(it) => &it.attrs,
        Item::Impl(it) => &it.attrs,
        Item::Macro(it) => &it.attrs,
        Item::Mod(it) => &it.attrs,
        Item::Static(it) => &it.attrs,
        Item::Struct(it) => &it.attrs,
        Item::Trait(it) => &it.attrs,
        Item::TraitAlias(it) => &it.attrs,
        Item::Type(it) => &it.attrs,
        Item::Union(it) => &it.attrs,
        Item::Use(it) => &it.attrs,
        _ => &[],
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item(&mut self, node: &'ast Item) {
        self.look_at(attributes(node), || node.span().byte_range());
        visit::visit_item(self, node);
    }

    fn visit_item_use(&mut self, node: &'ast syn::ItemUse) {
        self.around.uses.push(node.span().byte_range());
        visit::visit_item_use(self, node);
    }

    fn visit_attribute(&mut self, node: &'ast Attribute) {
        if node.path().is_ident("cfg")
            && let Ok(condition) = node.parse_args::<Meta>()
        {
            self.features(&condition);
        }
    }

    fn visit_macro(&mut self, node: &'ast syn::Macro) {
        if node.path.is_ident("cfg")
            && let Ok(condition) = node.parse_body::<Meta>()
        {
            self.features(&condition);
        }
    }

    fn visit_impl_item_fn(&mut self, node: &'ast syn::ImplItemFn) {
        self.look_at(&node.attrs, || node.span().byte_range());
        visit::visit_impl_item_fn(self, node);
    }

    fn visit_trait_item_fn(&mut self, node: &'ast syn::TraitItemFn) {
        self.look_at(&node.attrs, || node.span().byte_range());
        visit::visit_trait_item_fn(self, node);
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
        for item in [
            "struct S;",
            "pub use a::b;",
            "const C: u8 = 1;",
            "m! {}",
            "mod m {}",
        ] {
            let text = format!("#[cfg({off})]\n{item}\n");
            assert_eq!(parts(&text, |it| &it.absent), [text.trim_end()]);
        }
        let text = "#![cfg(feature = \"x\")]\nfn f() {}\n";
        assert_eq!(parts(text, |it| &it.absent), [text.trim_end()]);
    }

    #[test]
    fn each_feature_is_known_with_what_it_brings() {
        let text = "#[cfg(feature = \"a\")]\nfn a() {}\n#[cfg(all(feature=\"b\", not(feature = \"a\")))]\nfn b() {}\nfn c() -> bool { cfg!(feature = \"b\") }\n";
        let facts = Facts::of(text);
        let found: Vec<(&str, Vec<&str>, Vec<&str>)> = facts
            .around
            .features
            .iter()
            .map(|it| {
                let places = it.places.iter().map(|it| &text[it.clone()]).collect();
                let absent = it.absent.iter().map(|it| {
                    let (_, item) = text[it.clone()].split_once('\n').unwrap();
                    item
                });
                (it.name.as_str(), places, absent.collect())
            })
            .collect();
        let a = "feature = \"a\"";
        let b = "feature=\"b\"";
        assert_eq!(
            found,
            [
                ("a", vec![a, a], vec!["fn b() {}"]),
                ("b", vec![b, "feature = \"b\""], vec!["fn a() {}"]),
            ]
        );
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
