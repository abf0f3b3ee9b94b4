//! What the libraries of configured packages are called: only their own manifests say.

use std::collections::BTreeSet;

use verify_source::example::Example;
use verify_source::facts::RootKind;
use verify_source::scaffold::{Allowed, PACKAGE, Plan};

use crate::error::EngineError;
use crate::sets::Preparation;

/// `allowed` with the library names of its configured packages, when an example names a library
/// that nothing else explains. A package that cannot be resolved brings none; that is said where an
/// example needs it.
pub(crate) fn learned(
    allowed: &Allowed,
    examples: &[Example],
    preparation: &Preparation<'_>,
) -> Result<Allowed, EngineError> {
    let mut learned = allowed.clone();
    let mut open = unexplained(allowed, examples);
    for (package, dependency) in allowed.unknown_libraries() {
        if open.is_empty() {
            break;
        }
        let mut plan = Plan::bare(PACKAGE.to_owned());
        plan.dependencies.insert(package.to_owned(), dependency);
        let Ok(set) = preparation.resolve(&plan, None)? else {
            continue;
        };
        if let Some(library) = set.libraries.get(package) {
            open.remove(library);
            let (package, library) = (package.to_owned(), library.clone());
            learned.libraries.insert(package, library);
        }
    }
    Ok(learned)
}

/// Names that examples use as crates and that no crate that may be used is known to have.
fn unexplained(allowed: &Allowed, examples: &[Example]) -> BTreeSet<String> {
    examples
        .iter()
        .filter(|example| example.skip.is_none())
        .flat_map(|example| &example.facts.names.roots)
        .filter(|root| root.kind != RootKind::Path && !allowed.has_library(&root.name))
        .map(|root| root.name.clone())
        .collect()
}
