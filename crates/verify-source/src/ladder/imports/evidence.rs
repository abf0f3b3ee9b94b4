//! What speaks for a type besides its name. `Metadata` in a field is the project's own; one that is
//! asked for its `len()` may be the standard library's.

use crate::lex::{self, Kind, Token};

/// Whether `code` does something with the type `name`: it names a member, makes a value, states a
/// lifetime, or asks a parameter or variable of that type for something.
pub(super) fn is_used(code: &str, name: &str) -> bool {
    let mut tokens = lex::tokens(code);
    tokens.retain(|it| !matches!(it.kind, Kind::Comment | Kind::DocComment));
    let text = |at: usize| {
        let token: Option<&Token> = tokens.get(at);
        token.map_or("", |it| code.get(it.range.clone()).unwrap_or_default())
    };
    let is_lifetime = |text: &str| text.starts_with('\'');
    let mut places = (0..tokens.len()).filter(|at| text(*at) == name);
    places.any(|at| match (text(at + 1), text(at + 2)) {
        (":", ":") | ("(", _) => true,
        ("<", argument) if is_lifetime(argument) => true,
        _ => {
            let mut before = at;
            while before > 0 && is_reference(text(before - 1)) {
                before -= 1;
            }
            let is_typed = before > 1 && text(before - 1) == ":" && text(before - 2) != ":";
            let variable = if is_typed { text(before - 2) } else { "" };
            let is_asked = |at: usize| text(at) == variable && text(at + 1) == ".";
            !variable.is_empty() && (0..tokens.len()).any(is_asked)
        }
    })
}

/// What may stand between a name's colon and its type.
fn is_reference(text: &str) -> bool {
    matches!(text, "&" | "mut") || text.starts_with('\'')
}

#[cfg(test)]
mod tests {
    use super::is_used;

    #[test]
    fn a_type_is_used_where_something_is_done_with_it() {
        for (code, is_expected) in [
            ("struct Track { metadata: Metadata }", false),
            ("fn size(metadata: &Metadata) -> u64 { 1 }", false),
            (
                "fn size(metadata: &Metadata) -> u64 { metadata.len() }",
                true,
            ),
            ("fn size(m: &'a mut Metadata) -> u64 { m.len() }", true),
            (
                "fn size(m: u8, all: Vec<Metadata>) -> u64 { m.len() }",
                false,
            ),
            ("let m = Metadata::read();", true),
            ("let m = Metadata(1);", true),
            ("fn poll(c: &mut Metadata<'_>) {}", true),
            ("fn poll(c: &mut Metadata<u8>) {}", false),
            ("fn f(m: other::Metadata) { other.x() }", false),
            ("// Metadata::new()", false),
        ] {
            assert_eq!(is_used(code, "Metadata"), is_expected, "{code}");
        }
    }
}
