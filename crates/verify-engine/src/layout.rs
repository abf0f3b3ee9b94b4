//! Where things lie below the cache directory.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sha2::{Digest, Sha256};
use verify_model::ExampleId;

use crate::error::EngineError;
use crate::process::ProcessError;
use crate::sandbox;
use crate::trust::Group;
use crate::workshop::Workshop;

/// The cache directory and the places in it.
#[derive(Clone, Debug)]
pub struct Layout {
    root: PathBuf,
    /// Where strangers' code is compiled and run; absent while nothing of it is.
    workshop: Option<Arc<Workshop>>,
}

/// Marks a directory that backups should leave out.
const CACHEDIR_TAG: &str = "Signature: 8a477f597d28d172789f06886806bc55\n\
# This directory holds what verify can make again. It is safe to delete.\n";

/// The folders that runs fill.
const GENERATED: [&str; 8] = [
    "crates",
    "sets",
    "target",
    "home",
    "outcomes",
    "answers",
    "runs",
    "cargo-home",
];

/// The names of folders below that of what is built that exist while something uses them.
pub(crate) const TREES: &str = "tree-";
pub(crate) const BATCHES: &str = "batches-";
const PASSING: [&str; 3] = [TREES, BATCHES, "worker-"];

/// What plain cargo reads when a person enters a scratch crate: the dependencies that verify built
/// are reused, and nothing is written next to the example.
const CARGO_CONFIG: &str = "# Written by verify for the generated packages below this directory.\n\
[build]\n\
target-dir = \"target/shared\"\n\
incremental = false\n\
\n\
[profile.dev]\n\
debug = false\n";

impl Layout {
    /// Opens the cache directory at `root`, and makes it when it is not there.
    pub fn open(root: &Path) -> Result<Self, EngineError> {
        fs_err::create_dir_all(root).map_err(EngineError::cache(root))?;
        let root = fs_err::canonicalize(root).map_err(EngineError::cache(root))?;
        let layout = Self {
            root,
            workshop: None,
        };
        let tag = layout.root.join("CACHEDIR.TAG");
        if !tag.exists() {
            layout.write(&tag, CACHEDIR_TAG.as_bytes())?;
        }
        let config = layout.root.join(".cargo").join("config.toml");
        layout.write(&config, CARGO_CONFIG.as_bytes())?;
        Ok(layout)
    }

    /// The same, with a workshop for what is compiled and run.
    pub(crate) fn with(self, workshop: Workshop) -> Self {
        Self {
            workshop: Some(Arc::new(workshop)),
            ..self
        }
    }

    /// Where strangers' code is compiled and run. An error for a process that was to be started
    /// without one: nothing is run uncontained by mistake.
    pub(crate) fn workshop(&self) -> Result<&Workshop, ProcessError> {
        self.workshop
            .as_deref()
            .ok_or_else(|| ProcessError::Contain {
                program: "a stranger's program".to_owned(),
                reason: "no sandbox was set up".to_owned(),
            })
    }

    /// Where folders for single runs are made.
    #[must_use]
    pub fn runs(root: &Path) -> PathBuf {
        root.join("runs")
    }

    /// The cache directory.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The package that holds a dependency set.
    #[must_use]
    pub fn set(&self, key: &str) -> PathBuf {
        self.root.join("sets").join(key)
    }

    /// Where what is built lies.
    #[must_use]
    pub fn targets(&self) -> PathBuf {
        self.root.join("target")
    }

    /// The target directory in which the dependencies of `group` are built.
    #[must_use]
    pub(crate) fn target_of(&self, group: &Group) -> PathBuf {
        group.directory(&self.targets())
    }

    /// What plain cargo reads besides when a person enters a scratch crate of `group`.
    pub(crate) fn config_of(group: &Group) -> String {
        // Relative to the scratch crate.
        format!(
            "[build]\ntarget-dir = \"../../../target/{}\"\n",
            group.name()
        )
    }

    /// The scratch crate of an example. Its name can be read, and is unique to the id.
    #[must_use]
    pub fn scratch(&self, id: &ExampleId) -> PathBuf {
        let path = id.path();
        let stem = path.rsplit('/').next().unwrap_or(path);
        self.root
            .join("crates")
            .join(format!("{}-{}", readable(stem), short_hash(path)))
            .join(readable(id.fragment()))
    }

    /// A bucket of what is known from earlier runs.
    #[must_use]
    pub(crate) fn bucket(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// A home directory for what runs: nothing of the user's is in it.
    #[must_use]
    pub fn home(&self) -> PathBuf {
        self.root.join("home")
    }

    /// The folders that runs fill, by name.
    pub(crate) fn parts(&self) -> impl Iterator<Item = (&'static str, PathBuf)> {
        GENERATED.iter().map(|&name| (name, self.root.join(name)))
    }

    /// Waits until no other run uses the cache directory, and keeps others out while the returned
    /// file is open. `on_wait` is called when there is somebody to wait for.
    pub fn lock(&self, on_wait: impl FnOnce()) -> Result<File, EngineError> {
        let path = self.root.join("lock");
        let file = File::create(&path).map_err(EngineError::cache(&path))?;
        if file.try_lock().is_err() {
            on_wait();
            file.lock().map_err(EngineError::cache(&path))?;
        }
        Ok(file)
    }

    /// Removes everything that runs put below the cache directory. Waits for a run that uses it.
    pub fn clean(&self) -> Result<(), EngineError> {
        let _lock = self.lock(|| {})?;
        for folder in GENERATED {
            let path = self.root.join(folder);
            if path.is_dir() {
                sandbox::remove(&path).map_err(EngineError::cache(&path))?;
            }
        }
        Ok(())
    }

    /// Removes what earlier runs left behind that were ended before they could clear up. The cache
    /// directory has to be this process's already.
    pub(crate) fn clear_up(&self) -> Result<(), EngineError> {
        let targets = self.targets();
        fs_err::create_dir_all(&targets).map_err(EngineError::cache(&targets))?;
        for entry in fs_err::read_dir(&targets).map_err(EngineError::cache(&targets))? {
            let path = entry.map_err(EngineError::cache(&targets))?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if PASSING.iter().any(|it| name.starts_with(it)) {
                // A folder that resists takes room, and does no harm.
                let _ = sandbox::remove(&path);
            }
        }
        Ok(())
    }

    /// Writes `content` to `path` at once or not at all, and not when it is there already, so that
    /// cargo sees a change only where there is one.
    pub fn write(&self, path: &Path, content: &[u8]) -> Result<(), EngineError> {
        if fs_err::read(path).is_ok_and(|present| present == content) {
            return Ok(());
        }
        let directory = path.parent().unwrap_or(&self.root);
        fs_err::create_dir_all(directory).map_err(EngineError::cache(directory))?;
        write_atomically(directory, path, content).map_err(EngineError::cache(path))
    }
}

fn write_atomically(directory: &Path, path: &Path, content: &[u8]) -> std::io::Result<()> {
    use std::io::Write as _;
    let mut file = tempfile::NamedTempFile::new_in(directory)?;
    file.write_all(content)?;
    file.persist(path)?;
    Ok(())
}

/// A name that every file system takes: letters, digits, `-`, `_` and `.`, at most 48 bytes.
fn readable(name: &str) -> String {
    let kept: String = name
        .chars()
        .map(|character| {
            if character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.') {
                character
            } else {
                '-'
            }
        })
        .take(48)
        .collect();
    match kept.trim_matches('.') {
        "" => "unnamed".to_owned(),
        kept => kept.to_owned(),
    }
}

/// The first 12 hexadecimal digits of the SHA-256 of `text`.
pub(crate) fn short_hash(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    hex(digest.get(..6).unwrap_or(&digest))
}

/// `bytes` in hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |value: u8| char::from(DIGITS[usize::from(value & 15)]);
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(*byte)])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_of_equal_names_have_scratch_crates_of_their_own() {
        let directory = tempfile::tempdir().unwrap();
        let layout = Layout::open(directory.path()).unwrap();
        let scratch = |path: &str| layout.scratch(&ExampleId::numbered(path, 1));
        assert_ne!(scratch("a/README.md"), scratch("b/README.md"));
        assert!(scratch("a/README.md").ends_with("1"));
    }

    #[test]
    fn names_from_documents_cannot_leave_the_cache() {
        for name in ["..", ".", "", "a/../b", "c\\d", "\u{0}", "é"] {
            let readable = readable(name);
            assert!(!readable.contains(['/', '\\', '\0']), "{readable}");
            assert!(!matches!(readable.as_str(), "" | "." | ".."), "{readable}");
        }
    }

    #[test]
    fn unchanged_content_is_not_written_again() {
        let directory = tempfile::tempdir().unwrap();
        let layout = Layout::open(directory.path()).unwrap();
        let path = layout.root().join("a/b.txt");
        layout.write(&path, b"one").unwrap();
        let before = fs_err::metadata(&path).unwrap().modified().unwrap();
        let read_only = fs_err::metadata(layout.root().join("a")).unwrap();
        assert!(read_only.is_dir());
        layout.write(&path, b"one").unwrap();
        assert_eq!(fs_err::metadata(&path).unwrap().modified().unwrap(), before);
        layout.write(&path, b"two").unwrap();
        assert_eq!(fs_err::read(&path).unwrap(), b"two");
    }
}
