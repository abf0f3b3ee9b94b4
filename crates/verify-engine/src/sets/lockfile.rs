//! The lockfile of a set: where its versions start from, and what cargo makes of it.

use std::path::Path;

use verify_source::surroundings::Surroundings;

use super::Preparation;
use crate::cache::sha256;
use crate::error::EngineError;
use crate::process::{Ended, Finished};

/// The file beside a set's lockfile that says which lockfile of a workspace this began from: its SHA-256.
const SEED: &str = "seed";

impl Preparation<'_> {
    /// Asks cargo for the packages of a set, whose lockfile is made first where there is none. Where that
    /// cannot be made, the answer is what cargo said of it.
    pub(super) fn metadata(
        &self,
        lock: &Path,
        is_local: bool,
        around: Option<&Surroundings>,
    ) -> Result<Finished, EngineError> {
        let directory = lock.parent().unwrap_or(lock);
        let mut is_seeded = false;
        if !lock.exists() {
            is_seeded = self.seed(lock, around.and_then(|it| it.lockfile.as_deref()))?;
        }
        if !lock.exists() {
            let finished = self.plain("generate-lockfile", directory, &[])?;
            if !matches!(finished.ended, Ended::Exited(exit) if exit.is_success()) {
                return Ok(finished);
            }
        }
        let mut arguments = vec!["--format-version=1"];
        if !is_local && !is_seeded {
            // The packages of a workspace change under their lockfile, and a joined one has to be
            // cut down to what this set needs.
            arguments.push("--locked");
        }
        if lock_is_fetched(directory) && !is_local {
            arguments.push("--offline");
        }
        self.plain("metadata", directory, &arguments)
    }

    /// Puts the versions to start from where cargo looks for them: those that the surrounding
    /// workspace builds already, else those that `verify.lock` pins. Says whether there were any.
    fn seed(&self, lock: &Path, workspace: Option<&Path>) -> Result<bool, EngineError> {
        if let Some(present) = workspace {
            fs_err::copy(present, lock).map_err(EngineError::cache(lock))?;
            return Ok(true);
        }
        if let Some(pinned) = self.lock.seed() {
            self.layout.write(lock, pinned.as_bytes())?;
            return Ok(true);
        }
        Ok(false)
    }
}

/// Whether everything in the set's lockfile was downloaded before, so that no network is needed.
fn lock_is_fetched(directory: &Path) -> bool {
    directory.join("fetched").exists()
}

/// Removes a lockfile that was begun from a workspace's as this is no more.
pub(super) fn forget_other_seed(lock: &Path, workspace: Option<&Path>) -> Result<(), EngineError> {
    let seed = match workspace {
        Some(present) => {
            let bytes = fs_err::read(present).map_err(EngineError::cache(present))?;
            sha256(&bytes)
        }
        None => String::new(),
    };
    let marker = lock.with_file_name(SEED);
    if fs_err::read_to_string(&marker).is_ok_and(|last| last == seed) {
        return Ok(());
    }
    if lock.exists() {
        fs_err::remove_file(lock).map_err(EngineError::cache(lock))?;
    }
    fs_err::write(&marker, seed).map_err(EngineError::cache(&marker))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lockfile_is_begun_anew_when_that_of_the_workspace_changes() {
        let directory = tempfile::tempdir().unwrap();
        let (lock, present) = (
            directory.path().join("Cargo.lock"),
            directory.path().join("workspace.lock"),
        );
        let is_kept = |workspace: Option<&Path>| {
            fs_err::write(&lock, "version = 4\n").unwrap();
            forget_other_seed(&lock, workspace).unwrap();
            lock.exists()
        };
        fs_err::write(&present, "one").unwrap();
        assert!(!is_kept(Some(&present)), "nobody knows where it is from");
        assert!(is_kept(Some(&present)));
        fs_err::write(&present, "two").unwrap();
        assert!(!is_kept(Some(&present)), "it pins other versions now");
        assert!(is_kept(Some(&present)));
        assert!(!is_kept(None), "it is gone");
        assert!(is_kept(None));
    }
}
