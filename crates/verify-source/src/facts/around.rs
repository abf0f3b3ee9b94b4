//! Where the text imports, where it shows functions of an `impl` that it does not show, and what of
//! it is compiled elsewhere only.

use std::ops::Range;

use quote::ToTokens as _;
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{Attribute, Expr, Item, Signature, Stmt};

use super::assembly::Assembly;
use super::conditions::{self, Condition, Switch};
use super::conditions::{of_expression, of_impl_item, of_item, of_trait_item};
use super::{branches, places};

/// Ranges of a text, in the order in which they begin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Around {
    /// Its `use` declarations.
    pub uses: Vec<Range<usize>>,
    /// Functions that belong to an `impl` which is not shown: they take `self` or speak of `Self`.
    pub unseen_impls: Vec<Range<usize>>,
    /// Items among statements, with whatever they hold.
    pub among_statements: Vec<Range<usize>>,
    /// What is configured out, wherever it is verified: it is for another system, or behind a
    /// feature or a condition of the author's own package.
    pub absent: Vec<Range<usize>>,
    /// Calls of macros with assembly that nobody assembles, though they compile.
    pub unassembled: Vec<Range<usize>>,
    /// Its attributes, without `derive`: what is no attribute of the compiler's may rewrite what it
    /// stands at.
    pub attributes: Vec<Range<usize>>,
    /// The features that it speaks of.
    pub features: Vec<OwnFeature>,
}

/// A feature of the author's own package, or another condition that only its author turns on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnFeature {
    /// What turns it on.
    pub switch: Switch,
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
    .with_assembly(|assembly| assembly.visit_file(file))
}

pub(super) fn of_statements(statements: &[Stmt]) -> Around {
    let items = statements.iter().filter_map(|statement| match statement {
        Stmt::Item(item) => Some(item),
        _ => None,
    });
    let mut around = read(items, |reader| {
        for statement in statements {
            reader.visit_stmt(statement);
        }
    })
    .with_assembly(|assembly| {
        for statement in statements {
            assembly.visit_stmt(statement);
        }
    });
    let mut inside = Items::default();
    for statement in statements {
        inside.visit_stmt(statement);
    }
    around.among_statements = inside.0;
    around
}

impl Around {
    fn with_assembly(mut self, walk: impl FnOnce(&mut Assembly)) -> Self {
        let mut assembly = Assembly::default();
        walk(&mut assembly);
        self.unassembled = assembly.left_over(&self.absent);
        self
    }
}

/// Where the outermost items stand, at whatever depth.
#[derive(Default)]
struct Items(Vec<Range<usize>>);

impl Visit<'_> for Items {
    fn visit_item(&mut self, node: &Item) {
        self.0.push(places::of_item(node));
    }
}

/// Reads a text whose outermost items are `items`: once as it is, and once with each of its features.
fn read<'a>(items: impl Iterator<Item = &'a Item>, walk: impl Fn(&mut Reader<'_>)) -> Around {
    let mut plain = Reader::default();
    walk(&mut plain);
    plain.members(items);
    let mut around = plain.around;
    for feature in &mut around.features {
        let mut reader = Reader {
            on: Some(&feature.switch),
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
    /// The switch that is on.
    on: Option<&'a Switch>,
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
        if attributes.iter().any(|it| conditions::fails(it, self.on)) {
            self.around.absent.push(range());
        }
    }

    /// Takes note of switches, with their places.
    fn switches(&mut self, found: Vec<(Switch, Range<usize>)>) {
        for (switch, place) in found {
            let known = &mut self.around.features;
            if let Some(feature) = known.iter_mut().find(|it| it.switch == switch) {
                feature.places.push(place);
            } else {
                known.push(OwnFeature {
                    switch,
                    places: vec![place],
                    absent: Vec::new(),
                });
            }
        }
    }

    /// Takes note of the branches that a macro such as `cfg_if!` leaves out.
    fn branches(&mut self, node: &syn::Macro) {
        let branches = branches::of(node);
        let is_absent = branches::absent(&branches, self.on);
        if !branches.is_empty() && is_absent.iter().all(|it| *it) {
            self.around.absent.push(node.span().byte_range());
        }
        for (branch, is_absent) in branches.iter().zip(is_absent) {
            if let Some(condition) = &branch.condition {
                self.switches(conditions::switches(condition));
            }
            if is_absent {
                self.around.absent.push(branch.range.clone());
            }
            branch.visit(self);
        }
    }
}

fn is_member(signature: &Signature) -> bool {
    let says_self = |token: proc_macro2::TokenTree| says(&token, "Self");
    signature.receiver().is_some() || signature.to_token_stream().into_iter().any(says_self)
}

pub(super) fn says(token: &proc_macro2::TokenTree, name: &str) -> bool {
    match token {
        proc_macro2::TokenTree::Ident(ident) => ident == name,
        proc_macro2::TokenTree::Group(group) => {
            group.stream().into_iter().any(|inner| says(&inner, name))
        }
        _ => false,
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item(&mut self, node: &'ast Item) {
        self.look_at(of_item(node), || node.span().byte_range());
        visit::visit_item(self, node);
    }

    fn visit_item_use(&mut self, node: &'ast syn::ItemUse) {
        self.around.uses.push(node.span().byte_range());
        visit::visit_item_use(self, node);
    }

    fn visit_attribute(&mut self, node: &'ast Attribute) {
        if !node.path().is_ident("derive") {
            self.around.attributes.push(node.span().byte_range());
        }
        self.switches(conditions::switches_of(&node.meta));
        let withheld = conditions::withheld(node, self.on);
        self.around.absent.extend(withheld);
    }

    fn visit_macro(&mut self, node: &'ast syn::Macro) {
        if node.path.is_ident("cfg")
            && let Ok(Condition(condition)) = node.parse_body()
        {
            self.switches(conditions::switches(&condition));
        }
        self.branches(node);
    }

    fn visit_impl_item(&mut self, node: &'ast syn::ImplItem) {
        self.look_at(of_impl_item(node), || node.span().byte_range());
        visit::visit_impl_item(self, node);
    }

    fn visit_trait_item(&mut self, node: &'ast syn::TraitItem) {
        self.look_at(of_trait_item(node), || node.span().byte_range());
        visit::visit_trait_item(self, node);
    }

    fn visit_expr(&mut self, node: &'ast Expr) {
        self.look_at(of_expression(node), || node.span().byte_range());
        visit::visit_expr(self, node);
    }

    fn visit_local(&mut self, node: &'ast syn::Local) {
        self.look_at(&node.attrs, || node.span().byte_range());
        visit::visit_local(self, node);
    }

    fn visit_stmt_macro(&mut self, node: &'ast syn::StmtMacro) {
        self.look_at(&node.attrs, || node.span().byte_range());
        visit::visit_stmt_macro(self, node);
    }

    fn visit_arm(&mut self, node: &'ast syn::Arm) {
        self.look_at(&node.attrs, || node.span().byte_range());
        visit::visit_arm(self, node);
    }

    fn visit_field(&mut self, node: &'ast syn::Field) {
        self.look_at(&node.attrs, || node.span().byte_range());
        visit::visit_field(self, node);
    }

    fn visit_field_value(&mut self, node: &'ast syn::FieldValue) {
        self.look_at(&node.attrs, || node.span().byte_range());
        visit::visit_field_value(self, node);
    }

    fn visit_variant(&mut self, node: &'ast syn::Variant) {
        self.look_at(&node.attrs, || node.span().byte_range());
        visit::visit_variant(self, node);
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
            ("some_flag".to_owned(), true),
            ("not(some_flag)".to_owned(), false),
            ("any(some_flag, test)".to_owned(), false),
            ("engine = \"steam\"".to_owned(), true),
            ("debug_assertions".to_owned(), false),
            ("not(debug_assertions)".to_owned(), true),
            ("miri".to_owned(), true),
            ("doc".to_owned(), true),
            ("false".to_owned(), true),
            ("true".to_owned(), false),
            ("panic = \"abort\"".to_owned(), true),
            ("target_feature = \"no_such_feature\"".to_owned(), true),
            ("target_endian = \"middle\"".to_owned(), true),
            ("target_has_atomic = \"8\"".to_owned(), false),
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
        for (text, absent) in [
            (
                "fn f() { #[cfg(x)] let a = 1; let b = 2; }",
                "#[cfg(x)] let a = 1;",
            ),
            ("fn f() { #[cfg(x)] { a(); } b(); }", "#[cfg(x)] { a(); }"),
            ("fn f() { #[cfg(x)] a(1); }", "#[cfg(x)] a(1)"),
            ("fn f() { #[cfg(x)] m!(1); }", "#[cfg(x)] m!(1);"),
            (
                "fn f() { match a { #[cfg(x)] 1 => 2, _ => 3 } }",
                "#[cfg(x)] 1 => 2,",
            ),
            ("struct S { #[cfg(x)] a: u8, b: u8 }", "#[cfg(x)] a: u8"),
            ("enum E { #[cfg(x)] A(u8), B }", "#[cfg(x)] A(u8)"),
            ("fn f() { S { #[cfg(x)] a: 1, b: 2 } }", "#[cfg(x)] a: 1"),
        ] {
            assert_eq!(parts(text, |it| &it.absent), [absent]);
        }
        let text = "#![cfg(feature = \"x\")]\nfn f() {}\n";
        assert_eq!(parts(text, |it| &it.absent), [text.trim_end()]);
    }

    #[test]
    fn attributes_that_depend_on_a_condition_are_known() {
        for (text, absent) in [
            (
                "#[cfg_attr(all(), cfg(x))] fn f() {}",
                Some("#[cfg_attr(all(), cfg(x))] fn f() {}"),
            ),
            (
                "#[cfg_attr(true, cfg(false))] fn f() {}",
                Some("#[cfg_attr(true, cfg(false))] fn f() {}"),
            ),
            (
                "#[cfg_attr(all(), cfg_attr(all(), cfg(x)))] fn f() {}",
                Some("#[cfg_attr(all(), cfg_attr(all(), cfg(x)))] fn f() {}"),
            ),
            ("#[cfg_attr(x, cfg(y))] fn f() {}", Some("cfg(y)")),
            (
                "#[cfg_attr(x, derive(Clone))] struct S;",
                Some("derive(Clone)"),
            ),
            (
                "#[cfg_attr(x, doc = \"x\", inline, rustfmt::skip)] fn f() {}",
                None,
            ),
            ("#[cfg_attr(all(), derive(Clone))] struct S;", None),
            ("#[cfg_attr(test, cfg(x))] fn f() {}", None),
        ] {
            let found = parts(text, |it| &it.absent);
            assert_eq!(found, Vec::from_iter(absent), "{text}");
        }
        let text = "#[cfg_attr(feature = \"a\", derive(Clone))] struct S;\n#[cfg_attr(feature = \"b\", doc = \"b\")] struct T;\n";
        let features = Facts::of(text).around.features;
        let names: Vec<_> = features.iter().map(|it| it.switch.to_string()).collect();
        assert_eq!(names, ["the feature `a`"]);
        assert!(features[0].absent.is_empty());
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
                (
                    it.switch.value.as_deref().unwrap_or_default(),
                    places,
                    absent.collect(),
                )
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
    fn assembly_that_nobody_assembles_is_known() {
        for (text, is_found) in [
            ("fn f() { unsafe { asm!(\"a\") } }", false),
            ("fn f<'a>(b: &'a u8) { unsafe { asm!(\"a\") } }", false),
            ("fn f<T>() { unsafe { asm!(\"a\") } }", true),
            ("fn f(b: impl Fn()) { unsafe { asm!(\"a\") } }", true),
            ("impl<T> S<T> { fn f() { unsafe { asm!(\"a\") } } }", true),
            (
                "impl S { fn f() { unsafe { core::arch::asm!(\"a\") } } }",
                false,
            ),
            ("trait T { fn f() { unsafe { asm!(\"a\") } } }", true),
            ("#[cfg(x)] fn f() { unsafe { asm!(\"a\") } }", true),
            ("let a = 1; fn f<T>() { unsafe { asm!(\"a\") } }", true),
        ] {
            let found = parts(text, |it| &it.unassembled);
            assert_eq!(found.len(), usize::from(is_found), "{text}");
        }
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
    fn items_among_statements_are_known() {
        let text = "let a = 1;\nstruct S { f: u8 }\nif a > 0 { fn f() { enum E {} } }\n";
        assert_eq!(
            parts(text, |it| &it.among_statements),
            ["struct S { f: u8 }", "fn f() { enum E {} }"]
        );
        assert!(parts("struct S { f: u8 }\n", |it| &it.among_statements).is_empty());
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
