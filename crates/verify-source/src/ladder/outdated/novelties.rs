//! What is missing only with an older major: a name that the older one has not got yet is no cure,
//! since nothing is checked where it stands.

use verify_model::{Diagnostic, MissingName, NameKind, missing_name};

use crate::facts::Facts;

/// Whether `error` says that a name is missing which the newest release had: it was not missing
/// `before`, when nothing kept the compiler from noticing.
pub(in super::super) fn is_novel(facts: &Facts, before: &[Diagnostic], error: &Diagnostic) -> bool {
    let Some(missing) = missing_name(error) else {
        return false;
    };
    let is_same = |it: &Diagnostic| {
        it.place() == error.place() && missing_name(it).is_some_and(|it| it.name == missing.name)
    };
    let is_hidden = || before.iter().any(|it| hides_names(facts, it));
    let is_sure = is_looked_up_first(facts, &missing) || is_strange(facts, &missing);
    !before.iter().any(is_same) && (is_sure || !is_hidden())
}

/// Whether the example does not hold the name at all: a macro of the older release asks for it.
fn is_strange(facts: &Facts, missing: &MissingName) -> bool {
    let name = missing.name.rsplit("::").next().unwrap_or(&missing.name);
    missing.kind == NameKind::Macro && !facts.names.words.contains(name)
}

/// Whether a name is that of a derive macro or an attribute: these are found, or not, before any macro
/// fails.
fn is_looked_up_first(facts: &Facts, missing: &MissingName) -> bool {
    let names = &facts.names;
    let mut used = names.derives.iter().chain(&names.attributes);
    missing.kind == NameKind::Macro && used.any(|it| it.name == missing.name)
}

/// Whether an error keeps names from being looked up: a macro that is not there or fails, in the
/// arguments of which nothing is read, or a module of which everything is imported.
fn hides_names(facts: &Facts, error: &Diagnostic) -> bool {
    let Some(missing) = missing_name(error) else {
        return error.code.is_none();
    };
    // An import is named by its whole path.
    let path = missing.name.as_str();
    let name = path.rsplit("::").next().unwrap_or(path);
    let names = &facts.names;
    let is_prefix = |whole: &str| {
        let rest = whole.strip_prefix(path);
        rest.is_some_and(|rest| rest.starts_with("::"))
    };
    let mut imports = names.imports.iter().map(|import| import.path.as_str());
    let mut macros = names.macros.iter().chain(&names.attributes);
    imports.any(|it| it.ends_with("::*") && is_prefix(it)) || macros.any(|used| used.name == name)
}
