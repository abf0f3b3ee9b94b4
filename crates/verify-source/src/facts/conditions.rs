//! Conditions of `#[cfg(…)]`: which of them hold where examples are verified.

use std::env::consts::{ARCH, FAMILY, OS};
use std::ops::Range;

use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::{Attribute, Expr, ExprLit, Item, Lit, Meta, MetaList, MetaNameValue, Token};

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

/// Whether an attribute configures out what it stands at, with `on` turned on.
pub(super) fn fails(attribute: &Attribute, on: Option<&Switch>) -> bool {
    match attribute.parse_args::<Meta>() {
        Ok(condition) => holds(&condition, on) == Some(false),
        Err(_) => attribute
            .parse_args::<syn::LitBool>()
            .is_ok_and(|it| !it.value),
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

fn parts(list: &MetaList) -> Option<Punctuated<Meta, Token![,]>> {
    list.parse_args_with(Punctuated::parse_terminated).ok()
}

/// Whether a condition holds where examples are verified, with `on` turned on; `None` when that
/// depends.
fn holds(condition: &Meta, on: Option<&Switch>) -> Option<bool> {
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
