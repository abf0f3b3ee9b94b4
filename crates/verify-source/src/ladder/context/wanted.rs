//! Names that earlier examples define: those that are missing, and traits whose methods are.

use std::collections::BTreeSet;

use verify_model::{Diagnostic, missing_name};

use super::super::{Situation, imports};
use super::shown;

/// One definition that a name could have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Choice {
    /// The name.
    pub(super) name: String,
    /// The nearest definition above this line is meant.
    pub(super) below: usize,
    /// The method that is missing, when the name is that of its trait.
    method: Option<String>,
    /// Whether a nearer definition is passed over.
    is_further: bool,
    /// Whether it is only what something borrowed names.
    is_inner: bool,
}

impl Choice {
    /// What something that is borrowed names.
    pub(super) fn inner(name: &str, below: usize) -> Self {
        Self {
            name: name.to_owned(),
            below,
            method: None,
            is_further: false,
            is_inner: true,
        }
    }

    /// Whether the example itself lacks it.
    pub(super) const fn is_asked(&self) -> bool {
        !self.is_inner
    }

    /// Why it is borrowed.
    pub(super) fn reason(&self) -> String {
        let name = &self.name;
        let lacks = match &self.method {
            Some(method) => format!("`{method}` is not found, and an earlier example declares it"),
            None => format!("`{name}` is not in scope, and an earlier example defines it"),
        };
        if self.is_further {
            format!("{lacks}; a nearer definition of `{name}` does not fit")
        } else {
            lacks
        }
    }
}

/// For each thing that is missing, the definitions that it could have, the nearest first; `with_traits`
/// asks for traits whose methods are missing, too.
pub(super) fn choices(situation: &Situation<'_>, with_traits: bool) -> Vec<Vec<Choice>> {
    let mut missing = BTreeSet::new();
    let mut methods = BTreeSet::new();
    for error in situation.errors() {
        if let Some(missing_name) = missing_name(error) {
            missing.insert(missing_name.name.trim_end_matches("<T>").to_owned());
            continue;
        }
        missing.extend(shown::hidden(situation, error));
        if let Some(name) = imports::called_macro(error) {
            missing.insert(name.to_owned());
        } else if with_traits && let Some(method) = member(error) {
            methods.insert(method.to_owned());
        }
    }
    let names = missing.iter().map(|name| of_name(situation, name));
    let methods = methods.iter().map(|method| of_method(situation, method));
    let mut choices: Vec<Vec<Choice>> = Vec::new();
    for choice in names.chain(methods).filter(|it| !it.is_empty()) {
        if !choices.iter().any(|other| is_same(other, &choice)) {
            choices.push(choice);
        }
    }
    choices
}

/// Each one's definition at `depth`, or its farthest.
pub(super) fn at(choices: &[Vec<Choice>], depth: usize) -> Vec<&Choice> {
    let at_depth = |all: &'_ [Choice]| depth.min(all.len().saturating_sub(1));
    choices
        .iter()
        .filter_map(|all| all.get(at_depth(all)))
        .collect()
}

/// How many definitions there are to choose from, if each can have its turn: one name has several at
/// most, all of them above. None otherwise.
pub(super) fn depth(situation: &Situation<'_>, choices: &[Vec<Choice>]) -> usize {
    let is_open = |all: &&Vec<Choice>| {
        let name = all.first().map(|it| it.name.as_str());
        !name.is_some_and(|it| is_single(situation, it))
    };
    let mut open = choices.iter().filter(is_open);
    let (first, second) = (open.next(), open.next());
    match first {
        None => usize::from(!choices.is_empty()),
        Some(all) => {
            let name = all.first().map(|it| it.name.as_str()).unwrap_or_default();
            let defined = situation.neighbours.definitions.get(name).map(Vec::len);
            let is_all = second.is_none()
                && defined == Some(all.len())
                && all.len() <= super::MAX_FURTHER + 1;
            if is_all { all.len() } else { 0 }
        }
    }
}

/// Whether the document defines a name once.
pub(super) fn is_single(situation: &Situation<'_>, name: &str) -> bool {
    let all = situation.neighbours.definitions.get(name);
    all.is_some_and(|all| all.len() == 1)
}

/// Whether an earlier example defines a name.
pub(in super::super) fn defines(situation: &Situation<'_>, name: &str) -> bool {
    !of_name(situation, name).is_empty()
}

/// Whether a trait of an earlier example declares a method.
pub(in super::super) fn declares(situation: &Situation<'_>, method: &str) -> bool {
    !of_method(situation, method).is_empty()
}

fn is_same(one: &[Choice], other: &[Choice]) -> bool {
    let name = |all: &[Choice]| all.first().map(|it| it.name.clone());
    name(one) == name(other)
}

/// The method, function or constant that a type does not have.
fn member(error: &Diagnostic) -> Option<&str> {
    const BEGINNINGS: [&str; 4] = [
        "no method named `",
        "no function or associated item named `",
        "no associated function or constant named `",
        "no associated item named `",
    ];
    let message = error.message.as_str();
    let rest = BEGINNINGS.iter().find_map(|it| message.strip_prefix(it));
    rest.filter(|_| error.code.as_deref() == Some("E0599"))?
        .split('`')
        .next()
}

fn of_name(situation: &Situation<'_>, name: &str) -> Vec<Choice> {
    if is_borrowed(situation, name) {
        return Vec::new();
    }
    let all = situation.neighbours.definitions.get(name);
    let above = all.into_iter().flatten().rev();
    above
        .filter(|definition| definition.line < situation.line)
        .enumerate()
        .map(|(at, definition)| Choice {
            name: name.to_owned(),
            below: definition.line + 1,
            method: None,
            is_further: at > 0,
            is_inner: false,
        })
        .collect()
}

fn of_method(situation: &Situation<'_>, method: &str) -> Vec<Choice> {
    let all = situation.neighbours.members.get(method);
    let above = all.into_iter().flatten().rev();
    let mut choices: Vec<Choice> = Vec::new();
    for member in above.filter(|member| member.line < situation.line) {
        let name = &member.of;
        if situation.facts.names.knows(name)
            || is_borrowed(situation, name)
            || super::definition(situation, name, member.line + 1).is_none()
        {
            continue;
        }
        choices.push(Choice {
            name: name.clone(),
            below: member.line + 1,
            method: Some(method.to_owned()),
            is_further: choices.iter().any(|it| it.name == *name),
            is_inner: false,
        });
    }
    choices
}

fn is_borrowed(situation: &Situation<'_>, name: &str) -> bool {
    situation.plan.context.iter().any(|it| it.name == name)
}
