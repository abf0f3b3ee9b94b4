//! Where parts of a syntax tree stand. What [`syn::spanned::Spanned`] says is found by printing all
//! of a part again; of parts that hold code, the outermost tokens tell the same.

use std::ops::Range;

use proc_macro2::extra::DelimSpan;
use syn::spanned::Spanned as _;
use syn::{AttrStyle, Attribute, Block, Item, Visibility};

/// All of a block, with its braces.
pub(super) fn of_block(block: &Block) -> Range<usize> {
    block.brace_token.span.join().byte_range()
}

/// All of an item, with its attributes.
pub(super) fn of_item(item: &Item) -> Range<usize> {
    match item {
        Item::Fn(it) if it.modifiers.defaultness.is_none() => {
            let start = || it.sig.span().byte_range().start;
            start_of(&it.attrs, Some(&it.vis), start)..end_of(&it.block.brace_token.span)
        }
        Item::Impl(it) if it.modifiers.defaultness.is_none() => {
            let first = it.unsafety.map_or(it.impl_token.span, |it| it.span);
            let start = || first.byte_range().start;
            start_of(&it.attrs, None, start)..end_of(&it.brace_token.span)
        }
        Item::Mod(module) => match &module.content {
            Some((braces, _)) => {
                let first = module.unsafety.map_or(module.mod_token.span, |it| it.span);
                let start = || first.byte_range().start;
                start_of(&module.attrs, Some(&module.vis), start)..end_of(&braces.span)
            }
            None => item.span().byte_range(),
        },
        _ => item.span().byte_range(),
    }
}

fn start_of(
    attributes: &[Attribute],
    visibility: Option<&Visibility>,
    start: impl FnOnce() -> usize,
) -> usize {
    if let Some(first) = first_attribute(attributes) {
        return first;
    }
    match visibility {
        None | Some(Visibility::Inherited) => start(),
        Some(shown) => shown.span().byte_range().start,
    }
}

/// Where the first attribute starts that stands before what it is about.
pub(super) fn first_attribute(attributes: &[Attribute]) -> Option<usize> {
    let mut outer = attributes
        .iter()
        .filter(|it| matches!(it.style, AttrStyle::Outer));
    outer
        .next()
        .map(|it| it.pound_token.span.byte_range().start)
}

fn end_of(braces: &DelimSpan) -> usize {
    braces.close().byte_range().end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_those_that_printing_tells() {
        let text = "#[a] /// d\npub(crate) const unsafe extern \"C\" fn f<T>(a: T) -> u8 { g({ 1 }) }\n\
            fn g() {}\n async fn h() {}\n\
            unsafe impl<T> Send for S<T> {}\n default impl<T> Fit for S<T> {}\nimpl S<u8> { #![b] fn m(&self) {} }\n\
            #[cfg(x)] pub mod m { fn f() {} }\nmod n;\nmod o {}\nstruct S<T>(T);\n\
            pub trait T { fn f() {} }\n#[doc = \"x\"] impl T for u8 {}\nuse a::{b, c};";
        let file = syn::parse_file(text).unwrap();
        assert_eq!(file.items.len(), 13);
        for item in &file.items {
            let place = of_item(item);
            // Inner attributes are printed where they stand, and so change nothing here.
            assert_eq!(place, item.span().byte_range(), "{}", &text[place.clone()]);
            if let Item::Fn(it) = item {
                assert_eq!(of_block(&it.block), it.block.span().byte_range());
            }
        }
    }
}
