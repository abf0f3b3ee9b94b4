//! Statements that end in something whose value is `()` whatever it holds: a `for`, an `if` without
//! `else`, a `loop` that is left by a plain `break`.

use syn::visit::{self, Visit};
use syn::{Block, Expr, Label, Stmt};

/// Whether the value of `expression` is `()` by its looks.
pub(super) fn has_no_value(expression: &Expr) -> bool {
    match expression {
        Expr::ForLoop(_) | Expr::While(_) => true,
        Expr::If(it) => it.else_branch.is_none(),
        Expr::Loop(it) => breaks(&it.body, it.label.as_ref()),
        Expr::Unsafe(it) => ends_without_value(&it.block),
        Expr::Block(it) if it.label.is_none() => ends_without_value(&it.block),
        _ => false,
    }
}

/// Whether a block has no value: its last statement has a semicolon, and is not one behind which
/// nothing comes.
fn ends_without_value(block: &Block) -> bool {
    let never_ends = |it: &Expr| matches!(it, Expr::Return(_) | Expr::Break(_) | Expr::Continue(_));
    match block.stmts.last() {
        Some(Stmt::Expr(value, _)) if never_ends(value) => false,
        None | Some(Stmt::Local(_) | Stmt::Item(_) | Stmt::Expr(_, Some(_))) => true,
        Some(Stmt::Macro(it)) => it.semi_token.is_some() && !it.mac.path.is_ident("panic"),
        Some(Stmt::Expr(value, None)) => has_no_value(value),
    }
}

/// Whether a loop with this body is left by a `break` without a value.
fn breaks(body: &Block, label: Option<&Label>) -> bool {
    let mut finder = Finder {
        label: label.map(|it| it.name.ident.to_string()),
        depth: 0,
        found: false,
    };
    finder.visit_block(body);
    finder.found
}

struct Finder {
    label: Option<String>,
    /// How many loops lie between the loop and the current node.
    depth: usize,
    found: bool,
}

impl Finder {
    fn nested(&mut self, walk: impl FnOnce(&mut Self)) {
        self.depth += 1;
        walk(self);
        self.depth -= 1;
    }
}

impl<'ast> Visit<'ast> for Finder {
    fn visit_expr_break(&mut self, node: &'ast syn::ExprBreak) {
        let is_of_it = match &node.label {
            None => self.depth == 0,
            Some(label) => self.label.as_ref() == Some(&label.ident.to_string()),
        };
        self.found |= is_of_it && node.expr.is_none();
        visit::visit_expr_break(self, node);
    }

    fn visit_expr_for_loop(&mut self, node: &'ast syn::ExprForLoop) {
        self.nested(|it| visit::visit_expr_for_loop(it, node));
    }

    fn visit_expr_while(&mut self, node: &'ast syn::ExprWhile) {
        self.nested(|it| visit::visit_expr_while(it, node));
    }

    fn visit_expr_loop(&mut self, node: &'ast syn::ExprLoop) {
        self.nested(|it| visit::visit_expr_loop(it, node));
    }

    fn visit_expr_closure(&mut self, _: &'ast syn::ExprClosure) {}

    fn visit_expr_async(&mut self, _: &'ast syn::ExprAsync) {}

    fn visit_item(&mut self, _: &'ast syn::Item) {}
}

#[cfg(test)]
mod tests {
    use crate::facts::Facts;

    #[test]
    fn what_has_no_value_is_no_tail() {
        for text in [
            "for a in b { c(a)?; }",
            "while a() { return Err(1); }",
            "while let Some(a) = b.next() { c(a) }",
            "if a { return Err(1); }",
            "loop { if a { break; } }",
            "'a: loop { loop { break 'a; } }",
            "unsafe { a(); }",
            "unsafe { if a { return Err(1); } }",
            "{ let a = 1; }",
            "{ println!(); }",
        ] {
            assert_eq!(Facts::of(&format!("x();\n{text}")).tail, None, "{text}");
        }
    }

    #[test]
    fn what_has_one_or_never_ends_is() {
        for text in [
            "loop { a(); }",
            "loop { break 5; }",
            "loop { for a in b { break; } }",
            "loop { while a { break } }",
            "loop { a(|| loop { break; }); }",
            "if a { 1 } else { 2 }",
            "match a { _ => 1 }",
            "unsafe { a() }",
            "{ a(); b }",
            "{ return 5; }",
            "{ panic!(); }",
        ] {
            let tail = Facts::of(&format!("x();\n{text}")).tail;
            assert!(tail.is_some(), "{text}");
        }
    }
}
