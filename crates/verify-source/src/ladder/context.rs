//! Context: items that earlier examples of the same document define.

mod lending;
mod misuse;
mod shown;
mod wanted;

use std::collections::{BTreeMap, BTreeSet};

use verify_model::{AidKind, Diagnostic, ExampleId};

use super::{Situation, imports};
use crate::facts::{Facts, ItemKind, Names, says_more};
use crate::lex::{self, Kind, Token};
use crate::neighbours::{Definition, words};
use crate::scaffold::{Borrowed, Plan, enable_for, infer};
pub use misuse::{Tried, differs_in_lender, held, is_shown_in_full, misused};
pub(super) use shown::shows;
use wanted::Choice;
pub(super) use wanted::{declares, defines};

/// Most items that are borrowed for one example.
const MAX_ITEMS: usize = 40;

/// Most missing names that are tried one by one after all together did not fit.
const MAX_SINGLES: usize = 4;

/// Most definitions of one name further above that are tried after the nearest did not fit.
const MAX_FURTHER: usize = 2;

/// Which `impl` blocks come with a type or a trait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Impls {
    /// All that stand above.
    All,
    /// All but those of the example at this line, which may be wrong.
    Without(usize),
    /// Those of the example that defines it: others may be wrong.
    Own,
    /// None: the example may have them.
    None,
}

/// Plans that borrow what defines the missing names, the most helpful one first; none when no
/// earlier example defines any of them.
pub(super) fn borrow(situation: &Situation<'_>) -> Vec<Plan> {
    plans(situation)
}

/// The same where the document shows in full what can be meant: then the example may as well use it
/// wrongly. Of several definitions of one name each has its turn.
pub(super) fn certain(situation: &Situation<'_>) -> Vec<Plan> {
    let choices = wanted::choices(situation, false);
    let is_certain = |plan: &Plan| plan.context.iter().all(|it| it.is_certain);
    let depths = 0..wanted::depth(situation, &choices);
    let wishes = depths.flat_map(|depth| {
        let all = wanted::at(&choices, depth);
        let wrong = later_impls(situation, &all).map(Impls::Without);
        let impls = std::iter::once(Impls::All).chain(wrong).chain([Impls::Own]);
        let wishes = impls.map(|impls| (all.clone(), impls));
        wishes.collect::<Vec<_>>()
    });
    let mut plans = made(situation, wishes.collect());
    if !plans.iter().all(is_certain) {
        plans.clear();
    }
    let nearest: Vec<&Choice> = choices.iter().filter_map(|all| all.first()).collect();
    let is_single = |choice: &&&Choice| wanted::is_single(situation, &choice.name);
    let mut singles: Vec<&Choice> = nearest.iter().filter(is_single).copied().collect();
    let mut wishes = vec![(singles.clone(), Impls::All)];
    let wrong = later_impls(situation, &singles);
    wishes.extend(wrong.map(|line| (singles.clone(), Impls::Without(line))));
    singles.truncate(MAX_SINGLES);
    wishes.extend(singles.into_iter().map(|it| (vec![it], Impls::All)));
    wishes.retain(|(choices, _)| !choices.is_empty());
    for plan in made(situation, wishes) {
        if is_certain(&plan) && !plans.contains(&plan) {
            plans.push(plan);
        }
    }
    plans
}

/// The current plan with the imports that what it borrows lacks, as its own examples had to be helped
/// with; `None` when these are nothing but guesses.
#[must_use]
pub fn with_imports(situation: &Situation<'_>) -> Option<Plan> {
    let is_borrowed = |error: &&Diagnostic| error.is_outside_document();
    let lacking: Vec<Diagnostic> = situation.errors().filter(is_borrowed).cloned().collect();
    let of_borrowed = Situation {
        diagnostics: &lacking,
        ..*situation
    };
    let mut plan = situation.plan.clone();
    let is_more = imports::add(&of_borrowed, &mut plan);
    (is_more && plan.guesses == situation.plan.guesses).then_some(plan)
}

/// Plans that borrow what defines the missing names, with and without the `impl` blocks that came
/// later, from further above, and one by one.
fn plans(situation: &Situation<'_>) -> Vec<Plan> {
    let choices = wanted::choices(situation, true);
    if choices.is_empty() {
        return Vec::new();
    }
    let nearest: Vec<&Choice> = choices.iter().filter_map(|all| all.first()).collect();
    let mut wishes: Vec<(Vec<&Choice>, Impls)> = vec![(nearest.clone(), Impls::All)];
    wishes.extend([Impls::Own, Impls::None].map(|impls| (nearest.clone(), impls)));
    let further = (1..=MAX_FURTHER).map(|depth| wanted::at(&choices, depth));
    wishes.extend(further.map(|choices| (choices, Impls::All)));
    if nearest.len() > 1 {
        let singles = nearest.iter().copied().take(MAX_SINGLES);
        wishes.extend(singles.map(|choice| (vec![choice], Impls::All)));
    }
    let wrong = later_impls(situation, &nearest);
    wishes.extend(wrong.map(|line| (nearest.clone(), Impls::Without(line))));
    made(situation, wishes)
}

/// The plans that have what is wished for, each once.
fn made(situation: &Situation<'_>, wishes: Vec<(Vec<&Choice>, Impls)>) -> Vec<Plan> {
    let mut plans: Vec<Plan> = Vec::new();
    for (choices, impls) in wishes {
        let (plan, lenders) = with_context(situation, &choices, impls);
        let with_globs = with_globs(situation, &plan, &lenders);
        for plan in std::iter::once(plan).chain(with_globs) {
            if !plans.contains(&plan) {
                plans.push(plan);
            }
        }
    }
    plans
}

/// The lines of examples that have `impl` blocks of what is chosen, and do not define it: the nearest
/// few, where there are several. A tutorial may show a wrong one.
fn later_impls(situation: &Situation<'_>, chosen: &[&Choice]) -> impl Iterator<Item = usize> {
    let all = chosen.iter().filter_map(|choice| {
        let defined = definition(situation, &choice.name, choice.below)?.line;
        let impls = situation.neighbours.impls.get(&choice.name)?;
        let lines = impls.iter().map(|it| it.line);
        let later: BTreeSet<usize> = lines
            .filter(|line| (defined + 1..situation.line).contains(line))
            .collect();
        (later.len() > 1).then_some(later)
    });
    let lines: BTreeSet<usize> = all.flatten().collect();
    lines.into_iter().rev().take(MAX_FURTHER + 1)
}

/// `plan` with all that the `lenders`, by their lines, import everything of; `None` when they do not
/// do so.
fn with_globs(situation: &Situation<'_>, plan: &Plan, lenders: &BTreeSet<usize>) -> Option<Plan> {
    let mut with = plan.clone();
    for glob in &situation.neighbours.globs {
        if lenders.contains(&glob.line) && !with.imports.contains(&glob.path) {
            link_root(situation, &mut with, &glob.path);
            let reason = "what is borrowed may use it, and its example imports everything of this";
            with.add_aid(AidKind::Import, glob.path.clone(), reason);
            with.imports.push(glob.path.clone());
        }
    }
    (with != *plan).then_some(with)
}

/// The nearest definition of `name` above `line`.
fn definition<'a>(situation: &'a Situation<'_>, name: &str, line: usize) -> Option<&'a Definition> {
    let all = situation.neighbours.definitions.get(name)?;
    all.iter().rev().find(|definition| definition.line < line)
}

/// The current plan with what was chosen, and the lines of the examples that it is from.
fn with_context(
    situation: &Situation<'_>,
    choices: &[&Choice],
    impls: Impls,
) -> (Plan, BTreeSet<usize>) {
    let mut lenders = BTreeSet::new();
    let mut calls = BTreeSet::new();
    let mut plan = situation.plan.clone();
    let mut done: BTreeSet<String> = plan.context.iter().map(|it| it.name.clone()).collect();
    let chosen = choices.iter().rev();
    let mut queue: Vec<Choice> = chosen.map(|it| (*it).clone()).collect();
    let mut imports: BTreeMap<String, (String, &ExampleId)> = BTreeMap::new();
    while let Some(choice) = queue.pop() {
        let Choice { name, below, .. } = &choice;
        if done.len() >= MAX_ITEMS || done.contains(name) || situation.facts.names.knows(name) {
            continue;
        }
        let Some(definition) = definition(situation, name, *below) else {
            continue;
        };
        done.insert(name.clone());
        let mut pieces = lending::pieces(situation, definition, name, impls);
        pieces.retain(|it| !it.is_call || calls.insert((it.line, it.text)));
        for piece in &pieces {
            lenders.insert(piece.line);
            let words = words(piece.text).into_iter();
            // Nothing says that the lender meant another `Vec` than everybody.
            for word in words.filter(|it| !shown::is_of_prelude(it)) {
                if let Some(path) = imported(situation, piece.line, word) {
                    imports.insert(word.to_owned(), (path.to_owned(), piece.id));
                } else if self::definition(situation, word, piece.line + 1).is_some() {
                    // Its own example first, then those above it.
                    queue.push(Choice::inner(word, piece.line + 1));
                } else if let Some(line) = lending::shown_later(situation, piece, word) {
                    queue.push(Choice::inner(word, line + 1));
                } else if let Some((of, line)) = lending::declaring(situation, piece, word) {
                    queue.push(Choice::inner(of, line + 1));
                } else if let Some(path) = lending::module(situation, piece, word)
                    .or_else(|| imported_elsewhere(situation, word))
                {
                    imports.insert(word.to_owned(), (path, piece.id));
                }
            }
        }
        let texts: Vec<&str> = pieces.iter().map(|piece| piece.text).collect();
        let text = texts.join("\n");
        let facts = Facts::of(&text);
        for (name, path) in lending::macros(situation, &pieces, &facts.names) {
            let first = pieces.first().map_or(&definition.id, |it| it.id);
            imports.entry(name).or_insert((path, first));
        }
        link(situation, &mut plan, &facts.names);
        let what = format!("{name} from {}", lending::sources(&pieces));
        plan.add_aid(AidKind::Context, what, choice.reason());
        let borrowed = Borrowed {
            is_certain: is_certain(situation, name, &text, choice.is_asked()),
            is_remote: is_remote(situation, name, definition),
            asked: choice.is_asked().then_some(definition.line),
            name: choice.name,
            text,
        };
        // Macros are known only behind their definition.
        let place = if defines_macro(&facts) {
            0
        } else {
            plan.context.len()
        };
        plan.context.insert(place, borrowed);
    }
    for (name, (path, lender)) in imports {
        let is_there = situation.facts.names.knows(&name)
            || done.contains(&name)
            || plan
                .imports
                .iter()
                .any(|it| it.rsplit("::").next() == Some(&name));
        if !is_there {
            let reason = format!("what is borrowed from {lender} uses it");
            link_root(situation, &mut plan, &path);
            plan.add_aid(AidKind::Import, path.clone(), reason);
            plan.imports.push(path);
        }
    }
    (plan, lenders)
}

fn defines_macro(facts: &Facts) -> bool {
    let mut items = facts.items.iter();
    items.any(|item| item.kind == ItemKind::Macro)
}

/// Whether `definition` is that of a function, and stands below other headings than the example.
fn is_remote(situation: &Situation<'_>, name: &str, definition: &Definition) -> bool {
    let section = |line: usize| situation.neighbours.sections.get(&line);
    definition.text.contains(&format!("fn {name}"))
        && section(definition.line) != section(situation.line)
}

/// Whether nothing is left out of the `text` of `name`, and the document defines it once, unless it
/// `is_asked` for: then each definition has its turn.
fn is_certain(situation: &Situation<'_>, name: &str, text: &str, is_asked: bool) -> bool {
    let is_left_out = |token: Token| token.kind == Kind::Comment && says_more(text, &token.range);
    (is_asked || wanted::is_single(situation, name))
        && !situation.neighbours.ambiguous.contains(name)
        && !lex::stream(text).any(is_left_out)
}

fn imported<'a>(situation: &'a Situation<'_>, line: usize, word: &str) -> Option<&'a str> {
    let imports = situation.neighbours.imports_of.get(&line)?;
    imports.get(word).map(String::as_str)
}

/// What a name in borrowed code stands for when its own example does not import it: what that
/// example had to be helped with as well.
fn imported_elsewhere(situation: &Situation<'_>, word: &str) -> Option<String> {
    if !word.starts_with(char::is_uppercase) {
        return None;
    }
    let paths = situation.neighbours.imports.get(word);
    match paths.map(Vec::as_slice) {
        Some([path]) => imports::is_reachable(situation, path).then(|| path.clone()),
        Some(_) => None,
        None => imports::unmistakable(word),
    }
}

/// Links the crates that borrowed code names.
fn link(situation: &Situation<'_>, plan: &mut Plan, names: &Names) {
    for root in &names.roots {
        link_library(situation, plan, names, &root.name);
    }
    enable_for(plan, situation.allowed, names);
}

/// Links the crate that the path of an import begins with.
fn link_root(situation: &Situation<'_>, plan: &mut Plan, path: &str) {
    let root = path.split("::").next().unwrap_or_default();
    if !imports::is_standard(root) {
        link_library(situation, plan, &situation.facts.names, root);
    }
}

fn link_library(situation: &Situation<'_>, plan: &mut Plan, names: &Names, library: &str) {
    let is_there = plan
        .dependencies
        .iter()
        .any(|(key, it)| situation.allowed.brings(key, it) == library);
    if is_there {
        return;
    }
    if let Some(offer) = (situation.offer)(library) {
        offer.take(plan);
    } else {
        let reason = format!("borrowed code needs `{library}`");
        infer(plan, situation.allowed, names, library, reason);
    }
}
