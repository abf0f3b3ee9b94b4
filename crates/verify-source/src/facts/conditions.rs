//! Conditions of `#[cfg(…)]`: which of them hold where examples are verified.

use std::env::consts::{ARCH, FAMILY, OS};
use std::ops::Range;

use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::{
    Attribute, Expr, ExprLit, ImplItem, Item, Lit, Meta, MetaList, MetaNameValue, Token, TraitItem,
};

/// A condition that only an author turns on: `feature = "x"`, `loom`, `engine = "steam"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Switch {
    /// What it is called.
    pub key: String,
    /// What it has to be, when it is not merely set.
    pub value: Option<String>,
}

impl std::fmt::Display for Switch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.value {
            Some(name) if self.key == "feature" => write!(f, "the feature `{name}`"),
            Some(value) => write!(f, "the condition `{} = {value:?}`", self.key),
            None => write!(f, "the condition `{}`", self.key),
        }
    }
}

/// Conditions of the compiler's own that hold or not with everybody's settings.
const SETTLED: [(&str, bool); 9] = [
    ("debug_assertions", true),
    ("doc", false),
    ("doctest", false),
    ("miri", false),
    ("overflow_checks", true),
    ("proc_macro", false),
    ("target_has_atomic", true),
    ("ub_checks", true),
    ("target_thread_local", cfg!(unix)),
];

/// Those of which nothing is claimed: with `test` an example is compiled both ways.
const OPEN: [&str; 8] = [
    "test",
    "target_abi",
    "target_vendor",
    "target_env",
    "relocation_model",
    "sanitize",
    "target_object_format",
    "fmt_debug",
];

/// What every processor of its kind can do.
const BASELINES: [(&str, &[&str]); 2] =
    [("x86_64", &["fxsr", "sse", "sse2"]), ("aarch64", &["neon"])];

/// Attributes that change nothing of what is checked.
const HARMLESS: [&str; 9] = [
    "allow", "cold", "deny", "doc", "expect", "forbid", "inline", "must_use", "warn",
];

/// Whether an attribute configures out what it stands at, with `on` turned on.
pub(super) fn fails(attribute: &Attribute, on: Option<&Switch>) -> bool {
    meta_fails(&attribute.meta, on)
}

fn meta_fails(meta: &Meta, on: Option<&Switch>) -> bool {
    if let Some(condition) = plain(meta) {
        return holds(&condition, on) == Some(false);
    }
    conditional(meta).is_some_and(|(condition, attributes)| {
        holds(&condition, on) == Some(true) && attributes.iter().any(|it| meta_fails(it, on))
    })
}

/// Whether an attribute configures out what it stands at for want of another system, and whatever
/// features are on.
pub(super) fn is_of_other_system(attribute: &Attribute) -> bool {
    let Some(condition) = plain(&attribute.meta) else {
        return false;
    };
    let mut switches = switches(&condition).into_iter();
    holds(&condition, None) == Some(false)
        && names_system(&condition)
        && !switches.any(|(switch, _)| switch.key == "feature")
}

fn names_system(condition: &Meta) -> bool {
    if let Meta::List(list) = condition {
        return parts(list).iter().flatten().any(names_system);
    }
    let key = condition.path().get_ident().map(ToString::to_string);
    key.is_some_and(|it| it.starts_with("target_") || it == "unix" || it == "windows")
}

/// The attributes that are not there with `on` turned on, since the condition does not hold that
/// `attribute` puts before them: where they stand. Those are left out that change nothing.
pub(super) fn withheld(attribute: &Attribute, on: Option<&Switch>) -> Vec<Range<usize>> {
    let Some((condition, attributes)) = conditional(&attribute.meta) else {
        return Vec::new();
    };
    if holds(&condition, on) != Some(false) {
        return Vec::new();
    }
    let telling = attributes.iter().filter(|it| !is_harmless(it));
    telling.map(|it| it.span().byte_range()).collect()
}

/// The switches that decide whether an attribute, or what it stands at, is there.
pub(super) fn switches_of(attribute: &Meta) -> Vec<(Switch, Range<usize>)> {
    if let Some(condition) = plain(attribute) {
        return switches(&condition);
    }
    let Some((condition, attributes)) = conditional(attribute) else {
        return Vec::new();
    };
    if attributes.iter().all(is_harmless) {
        return Vec::new();
    }
    let inner = attributes.iter().flat_map(switches_of);
    switches(&condition).into_iter().chain(inner).collect()
}

/// The condition of a `cfg(…)`.
fn plain(meta: &Meta) -> Option<Meta> {
    let Meta::List(list) = meta else {
        return None;
    };
    let condition = list.path.is_ident("cfg").then(|| list.parse_args());
    condition?.ok().map(|Condition(condition)| condition)
}

/// The condition of a `cfg_attr(…)`, and the attributes behind it.
fn conditional(meta: &Meta) -> Option<(Meta, Vec<Meta>)> {
    let Meta::List(list) = meta else {
        return None;
    };
    if !list.path.is_ident("cfg_attr") {
        return None;
    }
    let mut parts = parts(list)?.into_iter();
    Some((parts.next()?, parts.collect()))
}

fn is_harmless(attribute: &Meta) -> bool {
    let path = attribute.path();
    let first = path.segments.first().map(|it| it.ident.to_string());
    first.is_some_and(|it| HARMLESS.contains(&it.as_str()) || it.starts_with("rustfmt"))
}

/// A condition as it may be written; `true` and `false` become conditions that always and never hold.
pub(super) struct Condition(pub Meta);

impl Parse for Condition {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if !input.peek(syn::LitBool) {
            return input.parse().map(Self);
        }
        let literal: syn::LitBool = input.parse()?;
        let always = syn::parse_quote!(all());
        let never = syn::parse_quote!(any());
        Ok(Self(if literal.value { always } else { never }))
    }
}

/// The switches that a condition names, with their places.
pub(super) fn switches(condition: &Meta) -> Vec<(Switch, Range<usize>)> {
    match condition {
        Meta::List(list) => {
            let parts = parts(list).into_iter().flatten();
            parts.flat_map(|part| switches(&part)).collect()
        }
        single => {
            let place = single.span().byte_range();
            let switch = switch(single).map(|it| (it, place));
            switch.into_iter().collect()
        }
    }
}

/// The switch that a condition without parts is; `None` when the compiler sets it.
fn switch(condition: &Meta) -> Option<Switch> {
    let key = condition.path().get_ident()?.to_string();
    let is_known = key.starts_with("target_")
        || matches!(key.as_str(), "unix" | "windows" | "panic")
        || OPEN.contains(&key.as_str())
        || SETTLED.iter().any(|it| it.0 == key);
    let value = match condition {
        Meta::NameValue(pair) => Some(literal(pair)?),
        _ => None,
    };
    (!is_known).then_some(Switch { key, value })
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

fn parts(list: &MetaList) -> Option<Vec<Meta>> {
    let all: Punctuated<Condition, Token![,]> =
        list.parse_args_with(Punctuated::parse_terminated).ok()?;
    Some(all.into_iter().map(|it| it.0).collect())
}

/// Whether a condition holds where examples are verified, with `on` turned on; `None` when that
/// depends.
pub(super) fn holds(condition: &Meta, on: Option<&Switch>) -> Option<bool> {
    if let Meta::List(list) = condition {
        let parts = parts(list)?;
        let mut known = parts.iter().map(|part| holds(part, on));
        return match list.path.get_ident()?.to_string().as_str() {
            "not" => known.next()?.map(|it| !it),
            "all" => decided(known, false),
            "any" => decided(known, true),
            _ => None,
        };
    }
    if let Some(switch) = switch(condition) {
        return Some(on == Some(&switch));
    }
    let key = condition.path().get_ident()?.to_string();
    let value = match condition {
        Meta::NameValue(pair) => Some(literal(pair)?),
        _ => None,
    };
    is_set(&key, value.as_deref())
}

/// Whether the compiler sets a condition of its own.
fn is_set(key: &str, value: Option<&str>) -> Option<bool> {
    let is = |own: &str| Some(value? == own);
    match key {
        "unix" | "windows" => Some(key == FAMILY),
        "target_os" => is(OS),
        "target_family" => is(FAMILY),
        "target_arch" => is(ARCH),
        "target_endian" => is(if cfg!(target_endian = "big") {
            "big"
        } else {
            "little"
        }),
        "target_pointer_width" => is(&usize::BITS.to_string()),
        "panic" => is("unwind"),
        "target_feature" => {
            let baseline = BASELINES.iter().find(|it| it.0 == ARCH)?.1;
            Some(baseline.contains(&value?))
        }
        "target_has_atomic" => match value {
            Some("8" | "16" | "32" | "ptr") | None => Some(true),
            Some(_) => None,
        },
        _ => {
            let settled = SETTLED.iter().find(|it| it.0 == key);
            settled.filter(|_| value.is_none()).map(|it| it.1)
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
pub(super) fn of_item(item: &Item) -> &[Attribute] {
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

/// The attributes of a part of an `impl`.
pub(super) fn of_impl_item(item: &ImplItem) -> &[Attribute] {
    match item {
        ImplItem::Const(it) => &it.attrs,
        ImplItem::Fn(it) => &it.attrs,
        ImplItem::Type(it) => &it.attrs,
        ImplItem::Macro(it) => &it.attrs,
        _ => &[],
    }
}

/// The attributes of a part of a trait.
pub(super) fn of_trait_item(item: &TraitItem) -> &[Attribute] {
    match item {
        TraitItem::Const(it) => &it.attrs,
        TraitItem::Fn(it) => &it.attrs,
        TraitItem::Type(it) => &it.attrs,
        TraitItem::Macro(it) => &it.attrs,
        _ => &[],
    }
}

/// The attributes of an expression, of the kinds that may have some.
pub(super) fn of_expression(expression: &Expr) -> &[Attribute] {
    match expression {
        Expr::Array(it) => &it.attrs,
        Expr::Assign(it) => &it.attrs,
        Expr::Async(it) => &it.attrs,
        Expr::Await(it) => &it.attrs,
        Expr::Binary(it) => &it.attrs,
        Expr::Block(it) => &it.attrs,
        Expr::Break(it) => &it.attrs,
        Expr::Call(it) => &it.attrs,
        Expr::Closure(it) => &it.attrs,
        Expr::Continue(it) => &it.attrs,
        Expr::ForLoop(it) => &it.attrs,
        Expr::If(it) => &it.attrs,
        Expr::Lit(it) => &it.attrs,
        Expr::Loop(it) => &it.attrs,
        Expr::Macro(it) => &it.attrs,
        Expr::Match(it) => &it.attrs,
        Expr::MethodCall(it) => &it.attrs,
        Expr::Paren(it) => &it.attrs,
        Expr::Path(it) => &it.attrs,
        Expr::Reference(it) => &it.attrs,
        Expr::Return(it) => &it.attrs,
        Expr::Struct(it) => &it.attrs,
        Expr::Try(it) => &it.attrs,
        Expr::Tuple(it) => &it.attrs,
        Expr::Unary(it) => &it.attrs,
        Expr::Unsafe(it) => &it.attrs,
        Expr::While(it) => &it.attrs,
        _ => &[],
    }
}
