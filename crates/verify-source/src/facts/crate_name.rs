//! The name that a text gives its own crate, as the reference's `crate_name` attribute has it.

use syn::{Attribute, Expr, ExprLit, Lit, Meta};

/// The crate's name among inner attributes.
pub(super) fn stated(attributes: &[Attribute]) -> Option<String> {
    let mut values = attributes.iter().filter_map(|attribute| {
        let Meta::NameValue(it) = &attribute.meta else {
            return None;
        };
        match &it.value {
            Expr::Lit(ExprLit {
                lit: Lit::Str(name),
                ..
            }) if it.path.is_ident("crate_name") => Some(name.value()),
            _ => None,
        }
    });
    values.next()
}

#[cfg(test)]
mod tests {
    use crate::facts::Facts;

    #[test]
    fn only_the_attribute_names_the_crate() {
        let cases = [
            ("#![crate_name = \"jug\"]\nfn a() {}", Some("jug")),
            (
                "#![crate_type = \"lib\"]\n#![crate_name = \"jug\"]",
                Some("jug"),
            ),
            ("#![crate_name = \"jug\"]\nlet a = 1;\na + 1", Some("jug")),
            ("#![crate_type = \"lib\"]", None),
            ("#![crate_name = concat!(\"j\", \"ug\")]", None),
            ("#![doc = \"jug\"]\nconst crate_name: &str = \"jug\";", None),
        ];
        for (text, expected) in cases {
            assert_eq!(Facts::of(text).crate_name.as_deref(), expected, "{text}");
        }
    }
}
