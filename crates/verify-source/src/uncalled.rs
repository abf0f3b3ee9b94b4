//! Code that shows its errors only once it is used, wherever that is.

use crate::lex::{self, Kind, Token};

/// Macros whose text only an assembler understands.
pub(crate) const ASSEMBLY: [&str; 3] = ["asm", "global_asm", "naked_asm"];

/// Whether `text` could hold errors that no compiler looks for where nothing calls the code: in
/// assembly, and in constants that are computed for each use of generic code.
#[must_use]
pub fn may_hide_errors(text: &str) -> bool {
    let is_code = |it: &Token| !matches!(it.kind, Kind::Comment | Kind::DocComment);
    let code: Vec<Token> = lex::stream(text).filter(is_code).collect();
    let word = |index: usize| {
        let token: Option<&Token> = code.get(index);
        token.filter(|it| it.kind == Kind::Ident)
    };
    let word = |index: usize| word(index).map(|it| &text[it.range.clone()]);
    let is = |index: usize, kind: Kind| code.get(index).is_some_and(|it| it.kind == kind);
    let mut around: Vec<Header> = Vec::new();
    let mut header = Header::default();
    for (index, token) in code.iter().enumerate() {
        match token.kind {
            Kind::Ident => match word(index).unwrap_or_default() {
                word if ASSEMBLY.contains(&word) => return true,
                "const" if is(index + 1, Kind::Open('{')) => return true,
                "const" => {
                    let is_constant =
                        word(index + 1) != Some("fn") && is(index + 2, Kind::Punct(':'));
                    let owner = around.last().copied().unwrap_or_default();
                    if is_constant && owner.is_generic() {
                        return true;
                    }
                }
                "fn" => header.begin(Owner::Function),
                "impl" => header.begin(Owner::Impl),
                "trait" => header.begin(Owner::Trait),
                _ => {}
            },
            Kind::Punct('<') => header.has_parameters = true,
            Kind::Punct(';') => header = Header::default(),
            Kind::Open('{') => around.push(std::mem::take(&mut header)),
            Kind::Close('}') => {
                around.pop();
                header = Header::default();
            }
            _ => {}
        }
    }
    false
}

/// What stands before a brace.
#[derive(Clone, Copy, Debug, Default)]
struct Header {
    owner: Option<Owner>,
    has_parameters: bool,
}

/// What the braces belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owner {
    Function,
    Impl,
    Trait,
}

impl Header {
    /// The first word tells what it is: functions take and return `impl` of traits.
    fn begin(&mut self, owner: Owner) {
        self.owner.get_or_insert(owner);
    }

    /// Whether constants in the braces may differ from use to use.
    fn is_generic(self) -> bool {
        let is_impl = self.owner == Some(Owner::Impl);
        self.owner == Some(Owner::Trait) || is_impl && self.has_parameters
    }
}

#[cfg(test)]
mod tests {
    use super::may_hide_errors;

    #[test]
    fn assembly_and_constants_of_generic_code_may_hide_errors() {
        for (text, may) in [
            ("fn f() { unsafe { asm!(\"nop\") } }", true),
            ("std::arch::global_asm!(\"nop\");", true),
            ("fn f<const N: usize>() { const { assert!(N > 1) } }", true),
            (
                "impl<const N: usize> S<N> { const OK: () = assert!(N > 1); }",
                true,
            ),
            (
                "trait T { const OK: () = assert!(Self::N > 1); const N: usize; }",
                true,
            ),
            ("impl<T> S<T> { fn f(&self) {} const A: u8 = 1; }", true),
            ("impl S { const A: u8 = 1; }", false),
            ("const A: u8 = 1;\nfn main() { const B: u8 = 2; }", false),
            ("fn f(it: impl Fn<()>) { const B: u8 = 2; }", false),
            (
                "impl<T> S<T> { const fn f() {} fn g() { const B: u8 = 2; } }",
                false,
            ),
            ("fn f<const N: usize>() {}", false),
            ("// asm!(\"nop\")\nfn f() { let a = \"asm\"; }", false),
            ("fn f(a: *const u8) {}", false),
        ] {
            assert_eq!(may_hide_errors(text), may, "{text}");
        }
    }
}
