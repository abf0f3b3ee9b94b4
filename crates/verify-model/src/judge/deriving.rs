//! Errors that come of a derive macro that a crate does not have, or not without a feature, while it
//! has the trait of that name: the types that were to have the trait do not.

use std::collections::BTreeSet;

use super::names::{self, NameKind};
use crate::{Diagnostic, Scaffold};

/// Errors about types that do not fit, which an implementation could have made fit.
const CODES: [&str; 2] = ["E0271", "E0308"];

/// The types that lack a trait of a crate, since its derive macro was not found.
pub(super) fn bare_types<'a>(scaffold: &'a Scaffold, errors: &[&Diagnostic]) -> BTreeSet<&'a str> {
    let mut bare = BTreeSet::new();
    for missing in errors.iter().filter_map(|error| names::missing(error)) {
        let home = scaffold.imported.get(&missing.name);
        let is_of_crate = home.is_some_and(|it| scaffold.libraries.contains(it));
        if missing.kind == NameKind::Macro && is_of_crate {
            let types = scaffold.derived.get(&missing.name).into_iter().flatten();
            bare.extend(types.map(String::as_str));
        }
    }
    bare
}

/// Whether an error says that one of these types does not fit.
pub(super) fn follows(bare: &BTreeSet<&str>, error: &Diagnostic) -> bool {
    let names_one = |text: &str| {
        let mut words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
        words.any(|word| bare.contains(word))
    };
    let labels = error.spans.iter().filter_map(|span| span.label.as_deref());
    let mut texts = labels.chain([error.message.as_str()]);
    let has_code = error.code.as_deref().is_some_and(|it| CODES.contains(&it));
    !bare.is_empty() && has_code && texts.any(names_one)
}
