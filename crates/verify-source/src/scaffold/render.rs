//! From a plan to the text of a source file, with a map back to the example's text.

use std::collections::BTreeSet;
use std::ops::Range;

use super::apart::{Alternatives, alternatives};
use super::returns::any_error;
use super::{MACRO_LIBRARY, PANIC_TEST, Plan, Returns, STAND_IN, Waits, Wrapper};
use crate::facts::{Facts, ItemFact, ItemKind};
use crate::lex::{self, Kind};
use crate::source_map::{SourceMap, SourceMapBuilder};

/// A generated source file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// Its text.
    pub text: String,
    /// Which bytes of it are bytes of the example's text.
    pub map: SourceMap,
}

/// Renders the example's Rust code, `code[rust]`, with what `plan` puts around it.
#[must_use]
pub fn render(plan: &Plan, facts: &Facts, code: &str, rust: &Range<usize>) -> Rendered {
    let mut file = File {
        code,
        changes: changes(plan),
        gaps: Vec::new(),
        text: String::new(),
        map: SourceMapBuilder::new(),
    };
    let inner = facts.inner_attributes.clone();
    let body = rust.start.max(inner.end)..rust.end;
    let is_changed =
        !plan.imports.is_empty() || !plan.context.is_empty() || plan.wrapper != Wrapper::None;
    let body = if is_changed {
        // Inner attributes must stay first in the file.
        file.copy(rust.start..body.start);
        file.own("\n");
        for import in &plan.imports {
            let keyword = if import == MACRO_LIBRARY {
                "extern crate"
            } else {
                "use"
            };
            file.own(&format!("{keyword} {import};\n"));
        }
        for borrowed in &plan.context {
            file.own(&borrowed.text);
            file.own("\n");
        }
        body
    } else {
        rust.clone()
    };
    let moved = alternatives(facts, plan);
    file.gaps.clone_from(&moved.gaps);
    match plan.wrapper {
        Wrapper::None => file.items(facts, &body, &moved),
        Wrapper::Function { waits, returns } => {
            let statements = file.hoisted(facts, &body, &moved);
            file.function(facts, &statements, waits, returns);
        }
    }
    if let Some(stand_ins) = &plan.stand_ins {
        file.own("\n");
        file.own(&stand_ins.items);
    }
    if plan.panics {
        file.own(&format!(
            "\n#[cfg(test)]\n#[test]\n#[should_panic]\nfn {PANIC_TEST}() {{ let _ = main(); }}\n"
        ));
    }
    Rendered {
        text: file.text,
        map: file.map.finish(),
    }
}

/// Which items stay among the statements. A `main` there would be a second one, and what a call stands
/// for is known to the compiler only. A macro must not be helped out of coming too late for a call,
/// and sees the variables of where it stands; who calls it stays with it.
fn staying<'a>(facts: &'a Facts, code: &str) -> Vec<&'a ItemFact> {
    let calls = |item: &ItemFact, name: &str| {
        let mut macros = facts.names.macros.iter();
        macros.any(|it| it.name == name && item.range.contains(&it.place.start))
    };
    let is_late = |item: &ItemFact| {
        let mut macros = facts.names.macros.iter();
        macros.any(|it| it.name == item.name && it.place.start < item.range.start)
    };
    let is_bound = |item: &&ItemFact| {
        item.kind == ItemKind::Macro
            && (is_late(item) || names_any(&code[item.range.clone()], &facts.locals))
    };
    let bound: Vec<&ItemFact> = facts.items.iter().filter(is_bound).collect();
    let stays = |item: &&ItemFact| {
        matches!(item.kind, ItemKind::Main | ItemKind::Call)
            || bound.contains(item)
            || bound.iter().any(|it| calls(item, &it.name))
    };
    facts.items.iter().filter(stays).collect()
}

/// Whether `text` has one of `names` by itself, not as a parameter of a macro.
fn names_any(text: &str, names: &BTreeSet<String>) -> bool {
    let tokens = lex::tokens(text);
    let is_parameter = |index: usize| index > 0 && tokens[index - 1].kind == Kind::Punct('$');
    let mut idents = tokens.iter().enumerate();
    idents.any(|(index, token)| {
        token.kind == Kind::Ident
            && names.contains(&text[token.range.clone()])
            && !is_parameter(index)
    })
}

/// What to write instead of which ranges of the example, in order: the imports of inline modules,
/// and what stands in for something.
fn changes(plan: &Plan) -> Vec<(Range<usize>, String)> {
    let import = |path: &String| format!(" use {path};");
    let imports = plan.inner_imports.iter();
    let imports =
        imports.map(|(offset, paths)| (*offset..*offset, paths.iter().map(import).collect()));
    let stand_ins = plan.stand_ins.iter().flat_map(|it| it.changes.clone());
    let mut changes: Vec<(Range<usize>, String)> = imports.chain(stand_ins).collect();
    changes.sort_by_key(|(place, _)| (place.start, place.end));
    changes
}

struct File<'a> {
    code: &'a str,
    /// What to write instead of which ranges of the code.
    changes: Vec<(Range<usize>, String)>,
    /// Ranges of the code that stand in modules of their own, in order.
    gaps: Vec<Range<usize>>,
    text: String,
    map: SourceMapBuilder,
}

impl File<'_> {
    /// Copies a range of the example with its changes.
    fn copy(&mut self, range: Range<usize>) {
        let mut next = range.start;
        let changes = std::mem::take(&mut self.changes);
        for (place, text) in &changes {
            // What lies in a stretch that was replaced is gone with it.
            if (next..range.end).contains(&place.start) && place.end <= range.end {
                self.copy_verbatim(next..place.start);
                self.own(text);
                next = place.end;
            }
        }
        self.changes = changes;
        self.copy_verbatim(next..range.end);
    }

    fn copy_verbatim(&mut self, range: Range<usize>) {
        let gaps = std::mem::take(&mut self.gaps);
        let inside = |gap: &&Range<usize>| range.start <= gap.start && gap.end <= range.end;
        let mut next = range.start;
        for gap in gaps.iter().filter(inside) {
            self.copy_all(next..gap.start);
            next = gap.end;
        }
        self.gaps = gaps;
        self.copy_all(next..range.end);
    }

    fn copy_all(&mut self, range: Range<usize>) {
        self.map.verbatim(range.len(), range.start);
        self.text.push_str(&self.code[range]);
    }

    /// Adds text of our own.
    fn own(&mut self, text: &str) {
        self.map.skip(text.len());
        self.text.push_str(text);
    }

    /// Items as they are; lone methods in an `impl` of their own, alternatives in modules.
    fn items(&mut self, facts: &Facts, body: &Range<usize>, moved: &Alternatives) {
        let mut next = body.start;
        let is_moved = |range: &Range<usize>| moved.gone.contains(range);
        for item in &facts.items {
            let is_method = facts.stray_methods.contains(&item.range);
            if is_moved(&item.range) {
                self.copy(next..item.range.start);
            } else if is_method {
                self.copy(next..item.range.start);
                self.own(&format!("impl {STAND_IN} {{\n"));
                self.copy(item.range.clone());
                self.own("\n}\n");
            } else {
                continue;
            }
            next = item.range.end;
        }
        self.copy(next..body.end);
        self.modules(&moved.parts);
        if !facts.stray_methods.is_empty() {
            self.own(&format!("\npub struct {STAND_IN};\n"));
        }
    }

    /// Modules of items that were moved.
    fn modules(&mut self, moved: &[Vec<Range<usize>>]) {
        self.gaps.clear();
        for (number, part) in moved.iter().enumerate() {
            let number = number + 1;
            self.own(&format!("\nmod alternative_{number} {{\nuse super::*;\n"));
            for range in part {
                self.copy(range.clone());
                self.own("\n");
            }
            self.own("}\n");
        }
    }

    /// Items among statements, put outside the function: what they say of `super` and `crate` is
    /// then true, and tests among them are run. Returns what is left of the statements.
    fn hoisted(
        &mut self,
        facts: &Facts,
        body: &Range<usize>,
        moved: &Alternatives,
    ) -> Vec<Range<usize>> {
        let mut left = Vec::new();
        let mut next = body.start;
        let staying = staying(facts, self.code);
        for item in &facts.items {
            let is_inside = body.start <= item.range.start && item.range.end <= body.end;
            if staying.contains(&item) || !is_inside {
                continue;
            }
            left.push(next..item.range.start);
            next = item.range.end;
            if !moved.gone.contains(&item.range) {
                self.copy(item.range.clone());
                self.own("\n");
            }
        }
        left.push(next..body.end);
        self.modules(&moved.parts);
        left
    }

    fn function(&mut self, facts: &Facts, body: &[Range<usize>], waits: Waits, returns: Returns) {
        self.own(match waits {
            Waits::No => "fn main()",
            Waits::OnTokio => "#[::tokio::main]\nasync fn main()",
            Waits::Unrun => "pub async fn example()",
        });
        let result = returns.rendered(facts);
        // What cannot be the return type of `main`, an inner function has.
        let Some((binding, check)) = returns.use_of_inner(facts) else {
            self.own(&format!("{result} {{\n"));
            self.statements(facts, body, returns);
            self.own("}\n");
            return;
        };
        let (keyword, wait) = if waits == Waits::No {
            ("", "")
        } else {
            ("async ", ".await")
        };
        self.own(&format!(" {{\n{keyword}fn statements(){result} {{\n"));
        self.statements(facts, body, returns);
        self.own(&format!("}}\n{binding}statements(){wait}{check};\n}}\n"));
        if returns == Returns::AnyError {
            self.own(&any_error());
        }
    }

    /// The statements, and what makes their end fit the function's return type.
    fn statements(&mut self, facts: &Facts, body: &[Range<usize>], returns: Returns) {
        let tail = facts.tail.as_ref();
        for range in body {
            self.copy(range.clone());
        }
        // A line comment may end the statements.
        self.own("\n");
        if tail.is_some() {
            if returns.takes_tail(facts) {
                return;
            }
            // The tail's value is not the function's.
            self.own(";\n");
        }
        self.own(returns.end(facts));
    }
}
