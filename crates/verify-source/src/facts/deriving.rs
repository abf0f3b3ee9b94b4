//! Which types have which derive macros on them, from tokens.

use std::collections::{BTreeMap, BTreeSet};

use crate::lex::{Kind, Token};

/// The names of types by the derive macros on them; of a macro's path the last segment.
pub(super) fn of(text: &str, tokens: &[Token]) -> BTreeMap<String, BTreeSet<String>> {
    let is_code = |token: &&Token| !matches!(token.kind, Kind::Comment | Kind::DocComment);
    let code: Vec<&Token> = tokens.iter().filter(is_code).collect();
    let word = |at: usize| {
        let token = code.get(at);
        token.map_or("", |it| text.get(it.range.clone()).unwrap_or_default())
    };
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut open: Vec<&str> = Vec::new();
    let mut at = 0;
    while at < code.len() {
        let is_derive = word(at) == "derive" && word(at + 1) == "(";
        if is_derive && matches!(at.checked_sub(1).map(word), Some("[" | ",")) {
            at += 2;
            while at < code.len() && word(at) != ")" {
                // Before a comma or the end stands the macro's own name.
                if code[at].kind == Kind::Ident && matches!(word(at + 1), "," | ")") {
                    open.push(word(at));
                }
                at += 1;
            }
        } else if matches!(word(at), "struct" | "enum" | "union") {
            for name in open.drain(..) {
                let types = found.entry(name.to_owned()).or_default();
                types.insert(word(at + 1).to_owned());
            }
        }
        at += 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::Facts;

    #[test]
    fn types_are_found_by_the_macros_on_them() {
        let text = "#[derive(Debug, /* and */ axum::extract::FromRef)]\n#[repr(C)] pub struct A(u8);\n\
                    #[cfg_attr(test, derive(Debug))] enum B {}\nstruct C;\n\
                    fn derive(a: u8) { derive(a); } struct D;";
        let derived = Facts::of(text).derived;
        let types = |name: &str| -> Vec<&str> {
            let types = derived.get(name).into_iter().flatten();
            types.map(String::as_str).collect()
        };
        assert_eq!(types("Debug"), ["A", "B"]);
        assert_eq!(types("FromRef"), ["A"]);
        assert_eq!(derived.len(), 2);
    }
}
