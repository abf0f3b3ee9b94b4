//! Missing names: which compiler messages say that something is defined nowhere, and what it is.

use std::collections::BTreeSet;

use super::unseen::{self, written};
use crate::{Diagnostic, Level, Note, Scaffold};

/// A name that the compiler could not find.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingName {
    /// The name itself, as written.
    pub name: String,
    /// What the compiler looked for it in, when that is not simply the scope: a module or crate.
    pub container: Option<String>,
    /// What kind of thing it is.
    pub kind: NameKind,
}

/// What kind of thing a missing name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameKind {
    /// A type, function, value, trait or module.
    Item,
    /// The target of a `use`.
    Import,
    /// A macro, a derive macro or an attribute.
    Macro,
    /// A module's or a crate's file.
    File,
}

impl MissingName {
    /// The first segment of the path that leads to the name.
    #[must_use]
    pub fn root(&self) -> &str {
        let path = self.container.as_deref().unwrap_or(&self.name);
        path.split("::").next().unwrap_or(path)
    }
}

/// Codes of messages of the form "cannot find <kind> `name` in …".
const NOT_FOUND_CODES: [&str; 7] = [
    "E0405", "E0412", "E0422", "E0425", "E0433", "E0531", "E0574",
];

/// Codes of errors in the place of a trait. They keep the compiler from checking any type.
const TRAIT_CODES: [&str; 2] = ["E0404", "E0405"];

/// The beginning of what the compiler says of a method that it does not find.
const NO_METHOD: &str = "no method named `";

/// Traits of the standard library that a type can derive. Each derive macro is called after its trait.
pub const DERIVABLE: [&str; 9] = [
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "PartialEq",
    "Eq",
    "PartialOrd",
    "Ord",
    "Hash",
];

/// Macros of the standard library that stand for values or statements.
pub const STANDARD_MACROS: [&str; 20] = [
    "assert",
    "assert_eq",
    "assert_ne",
    "dbg",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "eprint",
    "eprintln",
    "format",
    "matches",
    "panic",
    "print",
    "println",
    "todo",
    "unimplemented",
    "unreachable",
    "vec",
    "write",
    "writeln",
];

/// What `diagnostic` could not find; `None` when it is about something else.
#[must_use]
pub fn missing(diagnostic: &Diagnostic) -> Option<MissingName> {
    if diagnostic.level != Level::Error {
        return None;
    }
    let message = diagnostic.message.as_str();
    let quoted = || quoted(message);
    if let Some(member) = unseen::member(diagnostic, quoted()) {
        // Of the type that a lone method belongs to.
        return named(vec![member], NameKind::Item);
    }
    match diagnostic.code.as_deref() {
        // A method outside its `impl`.
        None if message.starts_with("`self` parameter is only allowed in associated functions") => {
            named(vec!["self".to_owned()], NameKind::Item)
        }
        None => {
            let is_macro = [
                "cannot find macro ",
                "cannot find derive macro ",
                "cannot find attribute ",
            ]
            .iter()
            .any(|beginning| message.starts_with(beginning));
            is_macro.then(|| named(quoted(), NameKind::Macro)).flatten()
        }
        Some("E0432") => import(diagnostic),
        Some("E0583" | "E0463") => named(quoted(), NameKind::File),
        Some("E0107") => project_result(diagnostic),
        Some("E0404") => shadowed_trait(diagnostic),
        Some("E0423" | "E0573") => other_than_macro(message),
        // `Self` and `self` without an `impl` around them.
        Some("E0411" | "E0424") => Some(MissingName {
            name: if message.contains("Self") {
                "Self"
            } else {
                "self"
            }
            .to_owned(),
            container: None,
            kind: NameKind::Item,
        }),
        Some(code) if NOT_FOUND_CODES.contains(&code) => named(quoted(), NameKind::Item),
        Some(_) => None,
    }
}

/// A value or type of which the compiler knows nothing but a macro, an attribute or a crate of that
/// name, which are no rivals of it: `path`, `test`, `file` and `log` are what variables are called. A
/// macro that is called without its `!` is none, but `write(path, text)` calls a function.
fn other_than_macro(message: &str) -> Option<MissingName> {
    const OTHERS: [&str; 8] = [
        "built-in attribute",
        "builtin type",
        "attribute macro",
        "derive macro",
        "derive helper attribute",
        "tool module",
        "crate",
        "macro",
    ];
    let (expected, found) = message.strip_prefix("expected ")?.split_once(", found ")?;
    let is_other = OTHERS.iter().any(|other| {
        let rest = found.strip_prefix(other);
        rest.is_some_and(|rest| rest.starts_with(" `"))
    });
    let name = quoted(message).into_iter().next()?;
    let is_meant = match expected {
        "value" | "type" => true,
        // Whoever calls one of these as a function forgot its `!`; `write` is one of the library's, too.
        "function" => name == "write" || !STANDARD_MACROS.contains(&name.as_str()),
        _ => false,
    };
    (is_other && is_meant).then(|| named(vec![name], NameKind::Item))?
}

/// The method or associated function that a type of the example does not have.
///
/// A type's definition is closed, but its `impl` blocks may stand anywhere in its crate: what the
/// document calls and shows nowhere is a missing name. It is none when the compiler knows a similar
/// name, or a trait that the type would have to implement: one that can be derived, or the example's
/// own; nor when the type implements it, and it only is not in scope. Any other trait merely happens to
/// have a method of that name. A method that a trait of another example declares may be implemented for
/// any type, and nobody can tell where.
pub(super) fn missing_member(scaffold: &Scaffold, error: &Diagnostic) -> Option<String> {
    const BEGINNINGS: [&str; 3] = [
        NO_METHOD,
        "no function or associated item named `",
        "no associated function or constant named `",
    ];
    if error.code.as_deref() != Some("E0599") {
        return None;
    }
    let message = error.message.as_str();
    let names = quoted(message);
    let (member, owner) = match names.as_slice() {
        [member, owner] if BEGINNINGS.iter().any(|it| message.starts_with(it)) => (member, owner),
        // The compiler's words for a method that iterators have.
        [owner] if message.ends_with(" is not an iterator") => (&written(error)?.to_owned(), owner),
        _ => return None,
    };
    let is_trait_of_it = |name: &String| {
        let name = bare_type(name);
        DERIVABLE.contains(&name) || scaffold.types.iter().any(|own| own == name)
    };
    let explains = |text: &str| {
        text.contains("similar name")
            || (text.contains("perhaps you need to implement") || is_out_of_scope(text))
                && quoted(text).iter().any(is_trait_of_it)
    };
    if scaffold.declared_elsewhere.contains(member) {
        return Some(member.clone());
    }
    if error.notes.iter().any(|note| explains(&note.message)) {
        return None;
    }
    let is_own = scaffold.defined.iter().any(|name| name == bare_type(owner));
    is_own.then(|| member.clone())
}

/// Whether the compiler found a trait that brings what it looked for, where it may not be used.
fn is_out_of_scope(text: &str) -> bool {
    text.contains(" is implemented but not in scope")
        || text.contains(" is implemented but not reachable")
}

/// The method that is there, and the trait that has it and is not imported: the compiler is sure of
/// it. The example's own traits are its own matter.
pub(super) fn unimported_trait(error: &Diagnostic) -> Option<(String, Vec<&str>)> {
    if error.code.as_deref() != Some("E0599") {
        return None;
    }
    let method = quoted(&error.message).into_iter().next()?;
    let sure = |note: &&Note| is_out_of_scope(&note.message);
    let traits = error.notes.iter().filter(sure);
    let traits = traits
        .filter_map(|note| note.replacement.as_deref()?.trim().strip_prefix("use "))
        .filter_map(|path| Some(path.split(';').next()?.trim()))
        .filter(|path| !path.starts_with("crate::"));
    let traits: Vec<&str> = traits.collect();
    (!traits.is_empty()).then_some((method, traits))
}

/// The method that somebody else's type does not have, and the traits that have one of that name,
/// because the compiler or the list of well-known crates says so: what the example lacks may be no
/// more than an import. It is none when the compiler knows a similar name.
pub(super) fn missing_trait<'a>(
    scaffold: &'a Scaffold,
    error: &'a Diagnostic,
) -> Option<(String, Vec<&'a str>)> {
    if let Some(found) = unimported_trait(error) {
        return Some(found);
    }
    let is_method = error.code.as_deref() == Some("E0599") && error.message.starts_with(NO_METHOD);
    let similar = |text: &str| text.contains("similar name");
    if !is_method || error.notes.iter().any(|note| similar(&note.message)) {
        return None;
    }
    let [method, owner] = <[String; 2]>::try_from(quoted(&error.message)).ok()?;
    let is_slice = owner.trim_start_matches(['&', '*']).starts_with('[');
    let of = if is_slice { "[" } else { bare_type(&owner) };
    let has = |on: &[String]| on.is_empty() || on.iter().any(|it| it == of);
    let traits = scaffold.bringers.get(&method)?.iter();
    let traits: Vec<&str> = traits
        .filter(|it| has(&it.on))
        .map(|it| it.path.as_str())
        .collect();
    (!traits.is_empty()).then_some((method, traits))
}

/// The method that a future does not have, though nothing says that its output has it: futures have
/// but `poll` of their own, and all others of traits of many crates.
pub(super) fn missing_of_future(error: &Diagnostic) -> Option<String> {
    const KINDS: [&str; 2] = ["`async` block", "opaque type `impl Future<"];
    let message = error.message.as_str();
    let is_future = |words: &str| {
        KINDS
            .iter()
            .any(|it| message.contains(&format!("{words}{it}")))
    };
    let method = if is_future(" found for ") || is_future(" exists for ") {
        quoted(message).first().cloned()
    } else {
        let owner = message.strip_suffix(" is not an iterator")?;
        let is_future = ["`impl Future<", "`{async block"]
            .iter()
            .any(|it| owner.starts_with(it));
        written(error).filter(|_| is_future).map(str::to_owned)
    };
    let is_forgotten = |text: &str| text.contains("await") || text.contains("similar name");
    let is_cured = error.notes.iter().any(|note| is_forgotten(&note.message));
    method.filter(|_| error.code.as_deref() == Some("E0599") && !is_cured)
}

/// The name of a type without references, smart pointers and arguments.
pub(super) fn bare_type(written: &str) -> &str {
    let mut name = written.trim_start_matches(['&', '*']).trim();
    for prefix in [
        "mut ", "const ", "Arc<", "Rc<", "Box<", "Pin<", "&", "&mut ",
    ] {
        name = name.strip_prefix(prefix).unwrap_or(name);
    }
    let name = name.split(['<', '>']).next().unwrap_or(name);
    name.rsplit("::").next().unwrap_or(name)
}

/// Whether a missing name is a slip of the keyboard: the compiler knows a similar name, and the two
/// differ in one letter, or in two that changed places. A name with something added at its end, or a
/// type's with a letter in front, is a name of its own.
pub(super) fn is_typo(scaffold: &Scaffold, error: &Diagnostic, name: &str) -> bool {
    const SHORTEST: usize = 5;
    let says_so = |text: &str| text.contains("similar name");
    let is_proposed = error.notes.iter().any(|note| says_so(&note.message))
        || error
            .spans
            .iter()
            .any(|span| span.label.as_deref().is_some_and(says_so));
    let proposed = error
        .notes
        .iter()
        .filter_map(|note| note.replacement.as_deref());
    let own = scaffold.defined.iter().chain(&scaffold.variables);
    is_proposed
        && name.chars().count() >= SHORTEST
        && proposed
            .chain(own.map(String::as_str))
            .any(|other| is_slip(name, other.trim()))
}

pub(super) fn is_slip(one: &str, other: &str) -> bool {
    if one == other || one.starts_with(other) || other.starts_with(one) || other == "Self" {
        return false;
    }
    // `EString` is how types are called that are much like `String`.
    let is_type = other.starts_with(char::is_uppercase);
    if is_type && one.ends_with(other) && one.chars().count() == other.chars().count() + 1 {
        return false;
    }
    let (a, b): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let same_start = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[same_start..], &b[same_start..]);
    let same_end = a
        .iter()
        .rev()
        .zip(b.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let (a, b) = (&a[..a.len() - same_end], &b[..b.len() - same_end]);
    match (a, b) {
        ([_], [] | [_]) | ([], [_]) => true,
        ([first, second], [other, another]) => first == another && second == other,
        _ => false,
    }
}

/// Whether the errors kept the compiler from checking any function body: it stops before type
/// checking when a trait in an `impl`, a bound or a supertrait list cannot be found.
pub(super) fn stop_type_checking(scaffold: &Scaffold, diagnostics: &[Diagnostic]) -> bool {
    let traits: BTreeSet<&str> = scaffold.trait_names.iter().map(String::as_str).collect();
    let is_of_trait = |path: &str| {
        let last = path.rsplit("::").next().unwrap_or(path);
        traits.contains(last)
    };
    diagnostics.iter().any(|diagnostic| {
        let code = diagnostic.code.as_deref().unwrap_or_default();
        TRAIT_CODES.contains(&code)
            || missing(diagnostic)
                .is_some_and(|it| traits.contains(it.root()) || is_of_trait(&it.name))
            || code == "E0432" && quoted(&diagnostic.message).iter().any(|it| is_of_trait(it))
    })
}

/// `Result` with fewer than two arguments is a project's own alias, which stands elsewhere.
fn project_result(diagnostic: &Diagnostic) -> Option<MissingName> {
    let primary = diagnostic.spans.iter().find(|span| span.primary)?;
    let is_alias = primary.text.as_deref() == Some("Result")
        && [
            "enum takes 2 generic arguments but 1 ",
            "missing generics for enum `Result`",
        ]
        .iter()
        .any(|beginning| diagnostic.message.starts_with(beginning));
    is_alias.then(|| MissingName {
        name: "Result<T>".to_owned(),
        container: None,
        kind: NameKind::Item,
    })
}

/// A trait of which only the derive macro is in scope: the standard library's prelude has `Debug` and
/// `Hash` so. Where the example imports a macro without its trait, the compiler proposes no such
/// import.
fn shadowed_trait(diagnostic: &Diagnostic) -> Option<MissingName> {
    let is_macro = diagnostic
        .message
        .starts_with("expected trait, found derive macro `");
    let name = quoted(&diagnostic.message).into_iter().next()?;
    let end = format!("::{name};");
    let is_standard = diagnostic.notes.iter().any(|note| {
        let import = note.replacement.as_deref().unwrap_or_default().trim();
        import.starts_with("use std::") && import.ends_with(&end)
    });
    (is_macro && is_standard)
        .then(|| named(vec![name], NameKind::Item))
        .flatten()
}

/// Reads "unresolved import `a::b::C`" together with its label "no `C` in `a::b`".
fn import(diagnostic: &Diagnostic) -> Option<MissingName> {
    let path = quoted(&diagnostic.message).into_iter().next()?;
    let (container, _) = path.rsplit_once("::").unwrap_or((path.as_str(), ""));
    Some(MissingName {
        container: Some(container.to_owned()),
        name: path,
        kind: NameKind::Import,
    })
}

fn named(quoted: Vec<String>, kind: NameKind) -> Option<MissingName> {
    let mut quoted = quoted.into_iter();
    Some(MissingName {
        name: quoted.next()?,
        container: quoted.next(),
        kind,
    })
}

/// The texts between backticks.
pub(super) fn quoted(message: &str) -> Vec<String> {
    message
        .split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}
