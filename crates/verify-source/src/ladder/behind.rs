//! What a missing trait hides: the compiler checks no types where one cannot be found.
//!
//! So the example is compiled once more with empty traits in their place. That plan can never be
//! what an example is judged by: it brings errors of its own, which also witness that the compiler
//! came as far as types and borrows. What it says is taken only where it cannot come of the
//! stand-ins, and where no older edition or crate would cure it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use verify_model::{Behind, Diagnostic, Level};

use super::{Situation, editions, imports, outdated};
use crate::facts::{Facts, Impl, TraitPath};
use crate::lex::{self, Kind};
use crate::scaffold::{Plan, StandIns};

/// What the names of stand-ins begin with.
const ABSENT: &str = "VerifyAbsent";

/// A type of which errors show how far the compiler came.
const WITNESS: &str = "VerifyWitness";

/// Errors that no trait can make or mend: of types that are both known, of values that were moved
/// or borrowed, of fields, arguments and patterns.
pub(super) const CERTAIN: [&str; 32] = [
    "E0004", "E0005", "E0023", "E0026", "E0027", "E0040", "E0054", "E0060", "E0061", "E0063",
    "E0069", "E0070", "E0308", "E0381", "E0382", "E0384", "E0499", "E0502", "E0505", "E0506",
    "E0507", "E0515", "E0559", "E0560", "E0594", "E0596", "E0597", "E0605", "E0606", "E0609",
    "E0618", "E0716",
];

/// Attributes that leave an `impl` as it is.
const HARMLESS: [&str; 6] = ["doc", "cfg", "allow", "expect", "warn", "deny"];

/// The plan with stand-ins for all missing traits; none when no trait is missing.
pub(super) fn plans(situation: &Situation<'_>) -> Vec<Plan> {
    let traits = &situation.facts.traits;
    let heads = traits.impls.iter().filter_map(|it| it.of.as_ref());
    let all = || traits.uses.iter().map(|it| &it.path).chain(heads.clone());
    let missing: BTreeSet<&str> = all()
        .filter(|path| is_missing(situation, path))
        .map(|path| &situation.code[path.name.clone()])
        .collect();
    let is_taken = [ABSENT, WITNESS]
        .iter()
        .any(|name| situation.code.contains(name));
    if missing.is_empty() || is_taken {
        return Vec::new();
    }
    let mut change = Change {
        code: situation.code,
        facts: situation.facts,
        missing,
        names: BTreeMap::new(),
        done: StandIns::default(),
        lost: BTreeSet::new(),
    };
    change.uses();
    if change.decides_how_values_behave() {
        return Vec::new();
    }
    change.impls();
    let mut plan = situation.plan.clone();
    plan.stand_ins = Some(change.finish());
    vec![plan]
}

/// Whether the compiler did not find the trait of this path, or the import that brings it.
fn is_missing(situation: &Situation<'_>, path: &TraitPath) -> bool {
    let brings = |import: &str| {
        let is_below = |path: &str| {
            path.strip_prefix(import)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
        };
        let mut imports = situation.facts.names.imports.iter();
        imports.any(|it| it.name == path.first && is_below(&it.path))
    };
    let is_about = |error: &Diagnostic| match error.code.as_deref() {
        Some("E0405" | "E0433") => {
            let place = error.place();
            place.is_some_and(|place| path.name.contains(&place.code.start))
        }
        Some("E0432") => error.message.split('`').skip(1).step_by(2).any(brings),
        _ => false,
    };
    situation.errors().any(is_about)
}

/// Stand-ins in the making.
struct Change<'a> {
    code: &'a str,
    facts: &'a Facts,
    /// The missing traits, as they are written.
    missing: BTreeSet<&'a str>,
    /// The stand-ins' names, by what they stand for.
    names: BTreeMap<&'a str, String>,
    done: StandIns,
    /// Functions that are gone with the `impl` that held them.
    lost: BTreeSet<&'a str>,
}

impl Change<'_> {
    fn is_missing(&self, path: &TraitPath) -> bool {
        self.missing.contains(&self.code[path.name.clone()])
    }

    /// The path of what stands in for a trait. With other arguments it is another trait.
    fn stand_in(&mut self, path: &TraitPath) -> String {
        let number = self.names.len() + 1;
        let name = self.names.entry(&self.code[path.range.clone()]);
        let name = name.or_insert_with(|| format!("{ABSENT}{number}"));
        format!("crate::{name}")
    }

    /// Bounds, supertraits and trait objects. What a parameter can do is not known then.
    fn uses(&mut self) {
        let facts = self.facts;
        // Traits that are shown and want a missing one.
        let mut vague: BTreeSet<&str> = BTreeSet::new();
        loop {
            let known = vague.len();
            for it in &facts.traits.uses {
                let is_vague = self.is_missing(&it.path) || vague.contains(it.path.last.as_str());
                vague.extend(it.above.as_deref().filter(|_| is_vague));
            }
            if vague.len() == known {
                break;
            }
        }
        let vague = vague.into_iter().map(str::to_owned);
        self.done.vague = vague.chain([ABSENT.to_owned()]).collect();
        for it in &facts.traits.uses {
            let is_missing = self.is_missing(&it.path);
            if is_missing {
                let stand_in = self.stand_in(&it.path);
                self.done.changes.push((it.path.range.clone(), stand_in));
            }
            let is_vague = is_missing || self.done.vague.contains(&it.path.last);
            if is_vague && !it.is_object {
                self.done.blind.push(it.inside.clone());
            }
        }
    }

    /// Whether values are copied, or stand for others, only where a missing trait is implemented.
    fn decides_how_values_behave(&self) -> bool {
        const BEHAVIOURS: [&str; 3] = ["Copy", "Deref", "DerefMut"];
        let traits = &self.facts.traits;
        let is_behaviour = |block: &&Impl| {
            let of = block.of.as_ref();
            of.is_some_and(|it| BEHAVIOURS.contains(&it.last.as_str()))
        };
        let mut impls = traits.impls.iter().filter(is_behaviour);
        impls.any(|block| {
            traits.uses.iter().any(|it| {
                block.head.contains(&it.path.range.start)
                    && (self.is_missing(&it.path) || self.done.vague.contains(&it.path.last))
            })
        })
    }

    /// Implementations. Their functions become the type's own where that means the same.
    fn impls(&mut self) {
        let facts = self.facts;
        for block in &facts.traits.impls {
            let Some(of) = block.of.as_ref().filter(|it| self.is_missing(it)) else {
                continue;
            };
            let stand_in = self.stand_in(of);
            let attributes = block.attributes.iter();
            let removed = attributes.filter(|(_, name)| !HARMLESS.contains(&name.as_str()));
            for (place, _) in removed {
                self.done.changes.push((place.clone(), String::new()));
            }
            if self.can_be_own(block) {
                let head = self.changed(&block.head, &of.range, &stand_in);
                let behind = block.inside.end + 1;
                let empty = format!("\n{head} {{}}\n");
                self.done.changes.push((behind..behind, empty));
                let place = of.range.start..block.owner.start;
                self.done.changes.push((place, String::new()));
            } else {
                self.done.changes.push((of.range.clone(), stand_in));
                self.done
                    .changes
                    .push((block.inside.clone(), String::new()));
                self.done.blind.push(block.inside.clone());
                self.lost.extend(block.functions.iter().map(String::as_str));
            }
        }
    }

    fn can_be_own(&self, block: &Impl) -> bool {
        let names = &self.facts.names;
        let is_own_type = block
            .owner_name
            .as_ref()
            .is_some_and(|it| names.types.contains(it));
        let is_harmless =
            |name: &str| HARMLESS.contains(&name) || matches!(name, "async_trait" | "inline");
        let others = self.facts.traits.impls.iter();
        let mut others = others
            .filter(|it| it.head != block.head && it.owner_name == block.owner_name)
            .flat_map(|it| &it.functions);
        block.could_be_own
            && is_own_type
            && block.attributes.iter().all(|(_, name)| is_harmless(name))
            && !others.any(|it| block.functions.contains(it))
    }

    /// The head of an `impl` with `stand_in` at `place`, and with what is changed in it already.
    fn changed(&self, head: &Range<usize>, place: &Range<usize>, stand_in: &str) -> String {
        let inside =
            |it: &&(Range<usize>, String)| head.start <= it.0.start && it.0.end <= head.end;
        let mut changes: Vec<(Range<usize>, &str)> = self
            .done
            .changes
            .iter()
            .filter(inside)
            .map(|(place, text)| (place.clone(), text.as_str()))
            .chain([(place.clone(), stand_in)])
            .collect();
        changes.sort_by_key(|(place, _)| place.start);
        let mut text = String::new();
        let mut next = head.start;
        for (place, change) in changes {
            if place.start >= next {
                text.push_str(&self.code[next..place.start]);
                text.push_str(change);
                next = place.end;
            }
        }
        text.push_str(&self.code[next..head.end]);
        text
    }

    /// The stand-ins, with the traits themselves and the witnesses.
    fn finish(mut self) -> StandIns {
        let traits = self.names.values();
        let traits = traits.map(|name| format!("pub trait {name} {{}}\n"));
        let witnesses = [
            format!("pub struct {WITNESS};\n"),
            format!("pub fn verify_types() {{ let _: {WITNESS} = (); }}\n"),
            format!("pub fn verify_borrows(it: {WITNESS}) {{ let _a = it; let _b = it; }}\n"),
        ];
        self.done.items = traits.chain(witnesses).collect();
        for body in self.facts.bodies.iter().flatten() {
            let range = body.signature.start..body.block.end;
            let text = self.code.get(range.clone()).unwrap_or_default();
            let tokens = lex::tokens(text);
            let is_lost = |pair: &[lex::Token]| {
                let is_member = matches!(pair[0].kind, Kind::Punct('.' | ':'));
                is_member && self.lost.contains(&text[pair[1].range.clone()])
            };
            if tokens.windows(2).any(is_lost) {
                self.done.blind.push(range);
            }
        }
        self.done
    }
}

/// What a compilation with stand-ins says of the example; `None` when it did not come as far as
/// types and borrows.
#[must_use]
pub fn seen(plan: &Plan, facts: &Facts, code: &str, diagnostics: &[Diagnostic]) -> Option<Behind> {
    let stand_ins = plan.stand_ins.as_ref()?;
    let witnesses = |code: &str| {
        let mut errors = diagnostics.iter().filter(|it| it.level == Level::Error);
        errors.any(|error| {
            let is_ours = error.is_outside_document() && says(error, WITNESS);
            is_ours && error.code.as_deref() == Some(code)
        })
    };
    if !witnesses("E0308") || !witnesses("E0382") {
        return None;
    }
    let is_blind = |offset: usize| {
        let mut blind = stand_ins.blind.iter();
        blind.any(|range| range.contains(&offset))
    };
    // What is said of values whose types are not known to be what they should be is worth nothing.
    let doubts = diagnostics
        .iter()
        .filter(|it| it.code.as_deref() == Some("E0277"));
    let doubts: Vec<usize> = doubts
        .filter_map(|it| Some(it.place()?.code.start))
        .collect();
    let is_in_doubt = |offset: usize| {
        let mut around = facts
            .bodies
            .iter()
            .flatten()
            .filter(|it| it.contains(offset));
        around.any(|body| doubts.iter().any(|it| body.contains(*it)))
    };
    let is_certain = |error: &Diagnostic, offset: usize| {
        let has_code = error
            .code
            .as_deref()
            .is_some_and(|code| CERTAIN.contains(&code));
        let mut guesses = plan.imports.iter();
        has_code
            && !is_blind(offset)
            && !stand_ins.vague.iter().any(|it| says(error, it))
            && !is_in_doubt(offset)
            && !guesses.any(|it| imports::is_doubtful(plan, code, std::slice::from_ref(error), it))
    };
    let mut behind = Behind {
        unchecked: stand_ins.blind.clone(),
        ..Behind::default()
    };
    for error in diagnostics.iter().filter(|it| it.level >= Level::Error) {
        let Some(offset) = error.place().map(|place| place.code.start) else {
            continue;
        };
        if is_certain(error, offset) {
            behind.errors.push(error.clone());
        } else {
            behind.unchecked.push(offset..offset + 1);
        }
    }
    Some(behind)
}

/// Plans with stand-ins that could cure what was seen with those of `situation`.
#[must_use]
pub fn cures(situation: &Situation<'_>) -> Vec<Plan> {
    [editions::older(situation), outdated::older(situation)].concat()
}

/// Keeps the errors of `behind` that `other`, seen by another way, has as well.
pub fn keep_common(behind: &mut Behind, other: &Behind) {
    let is_common = |error: &Diagnostic| {
        let is_it = |it: &Diagnostic| it.code == error.code && it.place() == error.place();
        other.errors.iter().any(is_it)
    };
    let all = std::mem::take(&mut behind.errors).into_iter();
    let (kept, cured): (Vec<Diagnostic>, _) = all.partition(is_common);
    behind.errors = kept;
    let places = cured.iter().filter_map(|it| it.place());
    let offsets = places.map(|it| it.code.start);
    behind.unchecked.extend(offsets.map(|it| it..it + 1));
}

/// Whether `word` stands anywhere in a message.
fn says(error: &Diagnostic, word: &str) -> bool {
    let in_label = |label: &Option<String>| label.as_deref().is_some_and(|it| it.contains(word));
    error.message.contains(word)
        || error.spans.iter().any(|span| in_label(&span.label))
        || error.notes.iter().any(|note| {
            note.message.contains(word) || note.spans.iter().any(|span| in_label(&span.label))
        })
}
