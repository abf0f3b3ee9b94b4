//! Macros that keep one of several branches, by conditions: `cfg_if!` and `cfg_select!`.

use std::ops::Range;

use proc_macro2::{Group, TokenStream};
use syn::parse::{ParseStream, Parser as _};
use syn::spanned::Spanned as _;
use syn::visit::Visit;
use syn::{Block, Expr, File, Macro, Meta, Token};

use super::conditions::{self, Condition, Switch};

/// A branch of such a macro.
pub(super) struct Branch {
    /// What it depends on; `None` for the one that is left when no other is taken.
    pub condition: Option<Meta>,
    /// Where it stands, with its braces.
    pub range: Range<usize>,
    code: TokenStream,
}

impl Branch {
    /// Shows the items or statements of the branch to `visitor`.
    pub(super) fn visit(&self, visitor: &mut impl for<'a> Visit<'a>) {
        if let Ok(file) = syn::parse2::<File>(self.code.clone()) {
            visitor.visit_file(&file);
        } else if let Ok(statements) = Block::parse_within.parse2(self.code.clone()) {
            for statement in &statements {
                visitor.visit_stmt(statement);
            }
        }
    }
}

/// The branches of a macro, in order; none when it is another macro, or written in another way.
pub(super) fn of(node: &Macro) -> Vec<Branch> {
    let name = node.path.segments.last().map(|it| it.ident.to_string());
    let branches = match name.as_deref() {
        Some("cfg_if") => node.parse_body_with(chain),
        Some("cfg_select") => node.parse_body_with(arms),
        _ => return Vec::new(),
    };
    branches.unwrap_or_default()
}

/// Which of the branches are left out, with `on` turned on.
pub(super) fn absent(branches: &[Branch], on: Option<&Switch>) -> Vec<bool> {
    let mut is_taken = false;
    let mut absent = Vec::new();
    for branch in branches {
        let condition = branch.condition.as_ref();
        let holds = condition.map_or(Some(true), |it| conditions::holds(it, on));
        absent.push(is_taken || holds == Some(false));
        is_taken |= holds == Some(true);
    }
    absent
}

/// `if #[cfg(a)] { … } else if #[cfg(b)] { … } else { … }`.
fn chain(input: ParseStream<'_>) -> syn::Result<Vec<Branch>> {
    let mut branches = Vec::new();
    loop {
        let condition = if input.peek(Token![if]) {
            input.parse::<Token![if]>()?;
            Some(attribute(input)?)
        } else {
            None
        };
        let is_last = condition.is_none();
        branches.push(braced(condition, &input.parse()?));
        if is_last || input.is_empty() {
            return Ok(branches);
        }
        input.parse::<Token![else]>()?;
    }
}

/// The condition of a `#[cfg(…)]`.
fn attribute(input: ParseStream<'_>) -> syn::Result<Meta> {
    let mut all = input.call(syn::Attribute::parse_outer)?;
    let only = all
        .pop()
        .filter(|it| all.is_empty() && it.path().is_ident("cfg"));
    let only = only.ok_or_else(|| input.error("a condition is due"))?;
    only.parse_args().map(|Condition(condition)| condition)
}

/// `a => { … } b => c, _ => d`.
fn arms(input: ParseStream<'_>) -> syn::Result<Vec<Branch>> {
    let mut branches = Vec::new();
    while !input.is_empty() {
        let condition = if input.peek(Token![_]) {
            input.parse::<Token![_]>()?;
            None
        } else {
            Some(input.parse::<Condition>()?.0)
        };
        input.parse::<Token![=>]>()?;
        let is_braced = input.peek(syn::token::Brace);
        branches.push(if is_braced {
            braced(condition, &input.parse()?)
        } else {
            let value: Expr = input.parse()?;
            Branch {
                condition,
                range: value.span().byte_range(),
                code: quote::ToTokens::to_token_stream(&value),
            }
        });
        if input.peek(Token![,]) {
            input.parse::<Token![,]>()?;
        }
    }
    Ok(branches)
}

fn braced(condition: Option<Meta>, group: &Group) -> Branch {
    Branch {
        condition,
        range: group.span().byte_range(),
        code: group.stream(),
    }
}

#[cfg(test)]
mod tests {
    use crate::facts::Facts;

    /// The parts of `text` that are configured out.
    fn absent(text: &str) -> Vec<&str> {
        let facts = Facts::of(text);
        let ranges = facts.around.absent.into_iter();
        ranges.map(|it| &text[it]).collect()
    }

    #[test]
    fn branches_that_are_not_taken_are_known() {
        let chain = "cfg_if::cfg_if! { if #[cfg(x)] { fn a() {} } else if #[cfg(all())] { fn b() {} } else { fn c() {} } }";
        assert_eq!(absent(chain), ["{ fn a() {} }", "{ fn c() {} }"]);
        let bodies = Facts::of(chain).bodies.unwrap_or_default();
        assert_eq!(bodies.len(), 3);
        assert_eq!(&chain[bodies[1].signature.clone()], "fn b() ");
        let arms = "cfg_select! { x => { fn a() {} } not(x) => { fn b() {} } _ => { fn c() {} } }";
        assert_eq!(absent(arms), ["{ fn a() {} }", "{ fn c() {} }"]);
        let open = "cfg_if! { if #[cfg(test)] { fn a() {} } else { fn b() {} } }";
        assert!(absent(open).is_empty());
        let nothing = "cfg_if! { if #[cfg(x)] { fn a() {} } }";
        assert_eq!(absent(nothing), [nothing, "{ fn a() {} }"]);
        let inside = "fn f() -> u8 { cfg_if! { if #[cfg(x)] { 1 } else { let a = 2; a } } }";
        assert_eq!(absent(inside), ["{ 1 }"]);
        let values = "fn f() -> u8 { cfg_select! { x => 1, _ => 2 } }";
        assert_eq!(absent(values), ["1"]);
        let another = "my_if! { if #[cfg(x)] { fn a() {} } }";
        assert!(absent(another).is_empty());
        let switched = "cfg_if! { if #[cfg(feature = \"a\")] { fn a() {} } else { fn b() {} } }";
        let features = Facts::of(switched).around.features;
        assert_eq!(features.len(), 1);
        assert_eq!(&switched[features[0].absent[0].clone()], "{ fn b() {} }");
    }
}
