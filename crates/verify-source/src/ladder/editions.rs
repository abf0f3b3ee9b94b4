//! Older editions: worth a try where the newest one's rules may be all that is in the way.

use verify_model::{AidKind, Diagnostic, missing_name};

use super::Situation;
use crate::scaffold::{Edition, Plan};

/// Errors that the rules of an edition can make: unsafe where it became required, how long
/// temporaries live, what `impl Trait` and closures capture, bare trait objects, `async` in 2015.
const CODES: [&str; 16] = [
    "E0133",
    "E0310",
    "E0373",
    "E0499",
    "E0502",
    "E0503",
    "E0505",
    "E0506",
    "E0521",
    "E0597",
    "E0670",
    "E0700",
    "E0716",
    "E0782",
    "E0783",
    "static_mut_refs",
];

/// Beginnings and parts of messages about words and forms that an edition took away.
const WORDS: [&str; 8] = [
    "edition",
    "Rust 20",
    "reserved",
    "found keyword `",
    "extern blocks",
    "unsafe attribute",
    "format argument must be a string literal",
    "unknown prefix",
];

/// Whether an older edition might accept what this error is about.
fn depends_on_edition(error: &Diagnostic) -> bool {
    let has_code = error
        .code
        .as_deref()
        .is_some_and(|code| CODES.contains(&code));
    let mentions = |text: &str| WORDS.iter().any(|words| text.contains(words));
    has_code || mentions(&error.message) || error.notes.iter().any(|note| mentions(&note.message))
}

/// Names that newer editions bring into every scope.
const IN_NEWER_PRELUDES: [&str; 5] = ["Future", "IntoFuture", "TryFrom", "TryInto", "FromIterator"];

/// Whether an error is that a name is missing only because an older edition does not bring it.
pub(super) fn is_about_prelude(error: &Diagnostic) -> bool {
    missing_name(error).is_some_and(|missing| {
        missing.container.is_none() && IN_NEWER_PRELUDES.contains(&missing.name.as_str())
    })
}

/// Plans with older editions, newest first; none when the document states one, or when no error is
/// of a kind that an edition can make. An edition that was found to help can still be too new for
/// what is left.
pub(super) fn older(situation: &Situation<'_>) -> Vec<Plan> {
    if situation.edition_is_stated || !situation.errors().any(depends_on_edition) {
        return Vec::new();
    }
    [Edition::E2021, Edition::E2018, Edition::E2015]
        .into_iter()
        .filter(|edition| *edition < situation.plan.edition)
        .map(|edition| {
            let mut plan = situation.plan.clone();
            plan.edition = edition;
            plan.aids.retain(|aid| aid.kind != AidKind::Edition);
            plan.add_aid(
                AidKind::Edition,
                edition.as_str(),
                "the rules of newer editions make an error here that those of this one do not",
            );
            plan
        })
        .collect()
}
