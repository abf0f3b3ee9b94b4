//! Whether a source file may be compiled as one module among others, and would mean the same.
//!
//! Told from tokens, so that nothing is hidden by a macro. When unsure the answer is no: what is
//! compiled alone is slower, never wrong.

mod impls;
mod visible;

use crate::facts::Names;
use crate::lex::{self, Kind, Token};

pub use visible::{Visible, visible};

/// What a module's name begins with when files are compiled together. A file that uses the word
/// itself stays alone.
pub const MEMBER_PREFIX: &str = "verify_member_";

/// Identifiers that mean something else, or do something to others, in a module of a larger crate.
const OBSTACLES: [&str; 51] = [
    // What belongs to a whole crate, or is found by the linker under its own name.
    "extern",
    "macro_export",
    "macro_use",
    "global_allocator",
    "panic_handler",
    "alloc_error_handler",
    "no_mangle",
    "export_name",
    "link",
    "link_name",
    "link_section",
    "naked",
    "used",
    "global_asm",
    "no_std",
    "no_main",
    "no_core",
    "proc_macro",
    "proc_macro_derive",
    "proc_macro_attribute",
    "windows_subsystem",
    "wasm_bindgen",
    "pyclass",
    "pyfunction",
    "pymodule",
    "napi",
    "uniffi",
    "cxx",
    // What registers itself for a whole program.
    "ctor",
    "dtor",
    "inventory",
    "linkme",
    "distributed_slice",
    "typetag",
    // Where the code stands, and what the program was started with.
    "module_path",
    "column",
    "type_name",
    "type_name_of_val",
    "Location",
    "current_exe",
    "args",
    "args_os",
    "vars",
    "vars_os",
    "env",
    "option_env",
    // Files beside the source file.
    "include",
    "include_str",
    "include_bytes",
    "include_dir",
    "embed_migrations",
];

/// Macros that say where they stand.
const OF_PLACE: [&str; 2] = ["file", "line"];

/// Whether `text`, a source file, means the same as a module of a larger crate, and leaves the
/// crate's other modules alone.
#[must_use]
pub fn is_mergeable(text: &str) -> bool {
    let tokens = lex::tokens(text);
    let names = Names::of(text, &tokens);
    let code: Vec<Token> = tokens
        .into_iter()
        .filter(|token| !matches!(token.kind, Kind::Comment | Kind::DocComment))
        .collect();
    let file = File { text, code: &code };
    !text.contains(MEMBER_PREFIX)
        && (0..code.len()).all(|index| file.is_harmless(index))
        && file.parents_are_inside()
        && impls::are_of_own_types(&file, &names)
}

/// Whether `text` could differ when it is compiled with the test harness.
#[must_use]
pub fn may_differ_under_test(text: &str) -> bool {
    lex::stream(text).any(|token| token.kind == Kind::Ident && &text[token.range] == "test")
}

/// Whether a program's `main`, which is one function of many among others, could be one that no
/// program may begin with although it can be called.
#[must_use]
pub fn has_unusual_main(text: &str) -> bool {
    let code: Vec<Token> = lex::stream(text)
        .filter(|token| !matches!(token.kind, Kind::Comment | Kind::DocComment))
        .collect();
    let file = File { text, code: &code };
    let mut depth = 0_usize;
    let mut main = None;
    for (index, token) in code.iter().enumerate() {
        match token.kind {
            Kind::Open(_) => depth += 1,
            Kind::Close(_) => depth = depth.saturating_sub(1),
            Kind::Ident if file.ident(index) == Some("track_caller") => return true,
            Kind::Ident
                if depth == 0
                    && file.ident(index) == Some("main")
                    && file.ident_before(index, 1) == Some("fn") =>
            {
                main = Some(index);
            }
            _ => {}
        }
    }
    let Some(main) = main else {
        return true;
    };
    let header = (main..code.len()).take_while(|&it| !file.is(it, Kind::Open('{')));
    header
        .filter_map(|it| file.ident(it))
        .any(|it| it == "where")
}

/// Whether `text` could hold instructions for the machine, which only an assembler understands.
#[must_use]
pub fn may_hold_assembly(text: &str) -> bool {
    const WORDS: [&str; 4] = ["arch", "asm", "global_asm", "naked_asm"];
    lex::stream(text).any(|token| token.kind == Kind::Ident && WORDS.contains(&&text[token.range]))
}

/// A source file as tokens without comments.
struct File<'a> {
    text: &'a str,
    code: &'a [Token],
}

impl<'a> File<'a> {
    /// The identifier at `index`.
    fn ident(&self, index: usize) -> Option<&'a str> {
        let token = self.code.get(index)?;
        (token.kind == Kind::Ident).then(|| &self.text[token.range.clone()])
    }

    fn is(&self, index: usize, kind: Kind) -> bool {
        self.code.get(index).is_some_and(|token| token.kind == kind)
    }

    /// The identifier that stands `distance` before `index`.
    fn ident_before(&self, index: usize, distance: usize) -> Option<&'a str> {
        self.ident(index.checked_sub(distance)?)
    }

    fn is_before(&self, index: usize, distance: usize, kind: Kind) -> bool {
        let at = index.checked_sub(distance);
        at.is_some_and(|it| self.is(it, kind))
    }

    /// Whether what begins at `index` may stand in a module among others.
    fn is_harmless(&self, index: usize) -> bool {
        let Some(word) = self.ident(index) else {
            return !self.is_inner_attribute(index);
        };
        let is_macro = self.is(index + 1, Kind::Punct('!'));
        match word {
            "crate" => self.is_visibility(index),
            // Lint levels of groups that only some compilations know.
            "clippy" => self.is(index + 1, Kind::Punct(':')) && !self.raises_a_lint(index),
            // Lint levels, and where the files of modules are.
            "deny" | "forbid" | "path" => !self.is_before(index, 1, Kind::Open('[')),
            // Modules in files of their own.
            "mod" => !self.is(index + 2, Kind::Punct(';')),
            _ if OF_PLACE.contains(&word) => !is_macro,
            _ => !OBSTACLES.contains(&word),
        }
    }

    /// `#![…]`, but for those that may stand in any module.
    fn is_inner_attribute(&self, index: usize) -> bool {
        self.is(index, Kind::Punct('#'))
            && self.is(index + 1, Kind::Punct('!'))
            && self.is(index + 2, Kind::Open('['))
            && !matches!(self.ident(index + 3), Some("allow" | "doc"))
    }

    /// Whether the `crate` at `index` is that of `pub(crate)`.
    fn is_visibility(&self, index: usize) -> bool {
        self.ident_before(index, 2) == Some("pub")
            && self.is_before(index, 1, Kind::Open('('))
            && self.is(index + 1, Kind::Close(')'))
    }

    /// Whether the lint at `index` is one of a list that `warn` begins.
    fn raises_a_lint(&self, index: usize) -> bool {
        let start = (0..index)
            .rev()
            .find(|&it| self.is(it, Kind::Open('[')))
            .unwrap_or_default();
        (start..index).any(|it| self.ident(it) == Some("warn"))
    }

    /// Whether every `super` leads to a module that is inside the file.
    fn parents_are_inside(&self) -> bool {
        // For each open brace, whether it is that of a module.
        let mut braces: Vec<bool> = Vec::new();
        let mut chain = 0_usize;
        for (index, token) in self.code.iter().enumerate() {
            match token.kind {
                Kind::Open('{') => braces.push(self.opens_a_module(index)),
                Kind::Close('}') => {
                    braces.pop();
                }
                _ => {}
            }
            if self.ident(index) == Some("super") {
                chain = if self.continues_a_path(index) {
                    chain + 1
                } else {
                    1
                };
                let depth = braces.iter().filter(|is_module| **is_module).count();
                if chain > depth {
                    return false;
                }
            }
        }
        true
    }

    fn opens_a_module(&self, brace: usize) -> bool {
        self.ident_before(brace, 2) == Some("mod")
    }

    /// Whether `super::` stands before `index`.
    fn continues_a_path(&self, index: usize) -> bool {
        let is_colon = |distance| self.is_before(index, distance, Kind::Punct(':'));
        is_colon(1) && is_colon(2) && self.ident_before(index, 3) == Some("super")
    }
}

#[cfg(test)]
mod tests;
