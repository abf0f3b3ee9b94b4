//! Crates of which nothing is compiled here, since they are for other systems.

use syn::{AttrStyle, Attribute, Item, Visibility};

use super::{conditions, depth};
use crate::lex;

/// Whether nothing of a crate with the root `text` can be used here, whatever features are on: it is
/// configured out for this system.
#[must_use]
pub fn is_for_elsewhere(text: &str) -> bool {
    text.contains("cfg") && depth::with_room(&lex::tokens(text), || is_out(text)) == Some(true)
}

fn is_out(text: &str) -> bool {
    let Ok(file) = syn::parse_file(text) else {
        return false;
    };
    let is_out = |attributes: &[Attribute]| attributes.iter().any(conditions::is_of_other_system);
    let inner: Vec<Attribute> = file.attrs.into_iter().filter(is_inner).collect();
    let mut offered = file.items.iter().filter(|it| is_offered(it)).peekable();
    is_out(&inner) || offered.peek().is_some() && offered.all(|it| is_out(conditions::of_item(it)))
}

fn is_inner(attribute: &Attribute) -> bool {
    matches!(attribute.style, AttrStyle::Inner(_))
}

/// Whether others could use an item; what macros make, too.
fn is_offered(item: &Item) -> bool {
    let visibility = match item {
        Item::Const(it) => &it.vis,
        Item::Enum(it) => &it.vis,
        Item::Fn(it) => &it.vis,
        Item::Mod(it) => &it.vis,
        Item::Static(it) => &it.vis,
        Item::Struct(it) => &it.vis,
        Item::Trait(it) => &it.vis,
        Item::Type(it) => &it.vis,
        Item::Union(it) => &it.vis,
        Item::Use(it) => &it.vis,
        Item::ExternCrate(it) => &it.vis,
        Item::ForeignMod(_) | Item::Impl(_) => return false,
        _ => return true,
    };
    !matches!(visibility, Visibility::Inherited)
}

#[cfg(test)]
mod tests {
    use super::is_for_elsewhere;

    #[test]
    fn what_is_for_another_system_alone_is_told_by_its_root() {
        let off = if cfg!(windows) { "unix" } else { "windows" };
        let on = if cfg!(windows) { "windows" } else { "unix" };
        for (text, is_it) in [
            (format!("//! Docs.\n#![cfg({off})]\npub fn f() {{}}"), true),
            (format!("#![cfg({on})]\npub fn f() {{}}"), false),
            (
                format!("#![cfg(any({off}, docsrs))]\npub fn f() {{}}"),
                true,
            ),
            (
                format!("#![cfg(any({off}, feature = \"x\"))]\npub fn f() {{}}"),
                false,
            ),
            ("#![cfg(feature = \"x\")]\npub fn f() {}".to_owned(), false),
            ("#![cfg(loom)]\npub fn f() {}".to_owned(), false),
            (
                "#![cfg(target_os = \"no_such_system\")]\npub fn f() {}".to_owned(),
                true,
            ),
            (
                format!("use a::b;\n#[cfg({off})]\nmod c;\n#[cfg({off})]\npub use c::d;"),
                true,
            ),
            (format!("#[cfg({off})]\npub mod c;\npub mod d;"), false),
            (format!("#[cfg({off})]\npub mod c;\nm! {{}}"), false),
            (
                format!("#![cfg_attr({off}, no_std)]\npub fn f() {{}}"),
                false,
            ),
            ("fn f() {}".to_owned(), false),
            (format!("#![cfg({off})]\nno Rust at all"), false),
        ] {
            assert_eq!(is_for_elsewhere(&text), is_it, "{text}");
        }
    }
}
