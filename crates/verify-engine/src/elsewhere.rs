//! Which crates are for other systems, so that nothing of them can be used here.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use cargo_metadata::{Metadata, Package, TargetKind};
use verify_source::facts::is_for_elsewhere;

/// The largest root of a crate that is read.
const MAX_BYTES: u64 = 1024 * 1024;

/// The dependency keys of such crates among those that are `direct`: the name in code and the
/// package's id of each, where `libraries` has the names by key.
pub(crate) fn of(
    metadata: &Metadata,
    libraries: &BTreeMap<String, String>,
    direct: &[(String, String)],
) -> BTreeSet<String> {
    let is_elsewhere = |library: &String| {
        let ids = direct.iter().filter(|(name, _)| name == library);
        let mut packages = ids.filter_map(|(_, id)| {
            let mut all = metadata.packages.iter();
            all.find(|it| it.id.repr == *id)
        });
        packages.any(is_for_others)
    };
    let keys = libraries
        .iter()
        .filter(|(_, library)| is_elsewhere(library));
    keys.map(|(key, _)| key.clone()).collect()
}

fn is_for_others(package: &Package) -> bool {
    let mut libraries = package.targets.iter().filter(|target| {
        let mut kinds = target.kind.iter();
        kinds.any(|it| *it == TargetKind::Lib)
    });
    libraries
        .any(|target| read(target.src_path.as_std_path()).is_some_and(|it| is_for_elsewhere(&it)))
}

/// What a file says, when it is no larger than a root is.
fn read(path: &Path) -> Option<String> {
    let size = std::fs::metadata(path).ok()?.len();
    (size <= MAX_BYTES)
        .then(|| std::fs::read_to_string(path).ok())
        .flatten()
}
