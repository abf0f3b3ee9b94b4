//! Causes that need no compiler message: what is known of an example and its scaffold.

use super::causes;
use crate::{Cause, CauseKind, Scaffold};

/// What is wrong with the stated manifest.
pub(super) fn of_manifest(scaffold: &Scaffold) -> Vec<Cause> {
    let faults = scaffold.manifest_faults.iter();
    faults
        .map(|fault| Cause {
            line: fault.place.map(|place| place.line),
            column: fault.place.map(|place| place.column),
            ..Cause::new(CauseKind::Manifest, &fault.message)
        })
        .collect()
}

/// What the newest releases no longer have, and which versions had it.
pub(super) fn of_outdated(scaffold: &Scaffold) -> Vec<Cause> {
    if scaffold.outdated.is_empty() {
        return Vec::new();
    }
    let versions: Vec<String> = scaffold
        .outdated
        .iter()
        .map(|it| format!("{} {} (newest: {})", it.package, it.used, it.newest))
        .collect();
    // What was said was said of the newest.
    let mut newest = scaffold.clone();
    for it in &mut newest.linked {
        let mut outdated = scaffold.outdated.iter();
        if let Some(outdated) = outdated.find(|outdated| outdated.package == it.package) {
            it.version.clone_from(&outdated.newest);
        }
    }
    let mut causes = causes::of_compilation(&newest, &scaffold.outdated_by, Vec::new());
    let kinds = [CauseKind::WrongApi, CauseKind::CompileError];
    causes.retain(|cause| kinds.contains(&cause.kind));
    for cause in &mut causes {
        cause.kind = CauseKind::OutdatedApi;
        cause.message = format!("{}; compiles with {}", cause.message, versions.join(", "));
    }
    causes
}

/// Code that the author left out, and that a stand-in took the place of.
pub(super) fn of_filled(scaffold: &Scaffold) -> Vec<Cause> {
    let filled = scaffold.filled.iter();
    filled
        .map(|line| Cause::new(CauseKind::ElidedBody, "code is left out here").at(Some(line)))
        .collect()
}

/// Crates that could not be used. They matter only to an example that does not compile without.
pub(super) fn of_crates(scaffold: &Scaffold) -> Vec<Cause> {
    let crates = scaffold.unresolved.iter();
    crates
        .map(|unresolved| Cause {
            name: Some(unresolved.name.clone()),
            line: unresolved.place.map(|place| place.line),
            column: unresolved.place.map(|place| place.column),
            ..Cause::new(CauseKind::MissingCrate, &unresolved.reason)
        })
        .collect()
}

/// Says that there is a manifest and no code.
pub(super) fn of_manifest_alone(scaffold: &Scaffold) -> Option<Cause> {
    let place = scaffold.without_code.as_ref()?;
    let message = "a manifest and no code: give the block the language `toml`";
    Some(Cause::new(CauseKind::ElidedBody, message).at(Some(place)))
}

/// Says that nothing was compiled, when all of the example is configured out.
pub(super) fn of_absent(scaffold: &Scaffold) -> Option<Cause> {
    let message = "nothing of this is compiled here: it is for other systems, or behind features that \
                   were not turned on";
    super::is_unseen(scaffold).then(|| Cause::new(CauseKind::ElidedBody, message))
}

/// Says that statements compile only in the function that was put around them.
pub(super) fn of_lent(scaffold: &Scaffold) -> Option<Cause> {
    let codes = scaffold.lent.join(" and ");
    let message = format!(
        "the function around these statements is not shown: in a plain one they fail with {codes}, in \
         one that waits and returns as they do they compile"
    );
    (!codes.is_empty()).then(|| Cause::new(CauseKind::ElidedBody, message))
}
