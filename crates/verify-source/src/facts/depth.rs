//! How deep code is nested. Reading it recurses as deep, and a stack has an end.

use crate::lex::{Kind, Token};

/// Nesting up to here is read on any thread's stack.
const SHALLOW: usize = 64;

/// Nesting beyond this is not read: rustc gives up on such code as well.
const TOO_DEEP: usize = 2000;

/// Stack for code in between, in bytes. An unoptimised build needs some ten thousand for a level.
const STACK: usize = 256 << 20;

/// What `read` returns, which recurses as deep as the code of `tokens` is nested; `None` when that
/// is too deep.
pub(super) fn with_room<T: Send>(tokens: &[Token], read: impl FnOnce() -> T + Send) -> Option<T> {
    match depth(tokens) {
        depth if depth <= SHALLOW => Some(read()),
        depth if depth <= TOO_DEEP => std::thread::scope(|scope| {
            let builder = std::thread::Builder::new().stack_size(STACK);
            let reader = builder.spawn_scoped(scope, read).ok()?;
            reader.join().ok()
        }),
        _ => None,
    }
}

/// How deep a syntax tree of the code can be at most: brackets nest, and so does every operator
/// between two separators.
fn depth(tokens: &[Token]) -> usize {
    let mut outer: Vec<usize> = Vec::new();
    let mut operators = 0_usize;
    // The sum of `outer`, one for each bracket included.
    let mut below = 0_usize;
    let mut deepest = 0;
    for token in tokens {
        match token.kind {
            Kind::Open(_) => {
                outer.push(operators);
                below += operators + 1;
                operators = 0;
            }
            Kind::Close(bracket) => {
                let before = outer.pop().unwrap_or_default();
                below = below.saturating_sub(before + 1);
                // A block ends a statement or an arm, or is followed by few operators.
                operators = if bracket == '}' { 0 } else { before };
            }
            Kind::Punct(';' | ',') => operators = 0,
            Kind::Punct(_) => operators += 1,
            _ => {}
        }
        deepest = deepest.max(below + operators);
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Facts;
    use crate::lex::tokens;

    fn depth_of(text: &str) -> usize {
        depth(&tokens(text))
    }

    #[test]
    fn brackets_and_operators_nest_and_separators_do_not() {
        assert_eq!(depth_of("fn f() {} fn g() {}"), 1);
        assert_eq!(depth_of("[[[1]]]"), 3);
        assert_eq!(depth_of("- - 1"), 2);
        assert_eq!(depth_of("- - (1)"), 3);
        assert_eq!(depth_of("f(-1, -2, -3); -4"), 2);
        assert_eq!(depth_of("))) a"), 0);
    }

    #[test]
    fn code_that_is_nested_without_end_is_not_read_as_a_tree() {
        for (open, close) in [
            ("(", ")"),
            ("[", "]"),
            ("-", ""),
            ("mod a {", "}"),
            ("if a {", "}"),
        ] {
            for levels in [100, 1500, 10_000] {
                let text = format!("{}1{}", open.repeat(levels), close.repeat(levels));
                let facts = Facts::of(&text);
                assert!(levels < 10_000 || !facts.parses(), "{open} {levels}");
            }
        }
        let sum = format!("let a = 1{};", " + 1".repeat(1000));
        assert!(Facts::of(&sum).parses());
        assert!(!Facts::of(&sum.repeat(50).replace(';', "+")).parses());
    }
}
