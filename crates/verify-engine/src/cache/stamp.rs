//! What an answer about the machine was read from, so that a change is noticed without asking.

use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

use super::sha256;

/// A file or a directory as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stamp {
    path: PathBuf,
    state: State,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum State {
    /// Nothing that can be read was there.
    Absent,
    /// Something was there.
    Present,
    /// A file with content of this SHA-256.
    Content(String),
    /// A directory with entries of these names.
    Names(Vec<String>),
    /// A file of this size in bytes, changed then, in nanoseconds since 1970.
    Size { bytes: u64, modified: u128 },
}

impl Stamp {
    /// The content of a small file.
    pub(crate) fn content(path: impl Into<PathBuf>) -> Self {
        Self::new(path.into(), content)
    }

    /// The names in a directory.
    pub(crate) fn names(path: impl Into<PathBuf>) -> Self {
        Self::new(path.into(), names)
    }

    /// The size and the time of a large file.
    pub(crate) fn size(path: impl Into<PathBuf>) -> Self {
        Self::new(path.into(), size)
    }

    /// Whether something is there.
    pub(crate) fn presence(path: impl Into<PathBuf>) -> Self {
        Self::new(path.into(), presence)
    }

    fn new(path: PathBuf, state: impl FnOnce(&Path) -> Option<State>) -> Self {
        let state = state(&path).unwrap_or(State::Absent);
        Self { path, state }
    }

    /// Whether a file or a directory was there.
    pub(crate) fn is_present(&self) -> bool {
        self.state != State::Absent
    }

    /// Whether it still is as it was.
    pub(crate) fn is_current(&self) -> bool {
        let path = &self.path;
        match &self.state {
            State::Absent => std::fs::symlink_metadata(path).is_err(),
            State::Present => presence(path).is_some(),
            State::Content(_) => content(path).as_ref() == Some(&self.state),
            State::Names(_) => names(path).as_ref() == Some(&self.state),
            State::Size { .. } => size(path).as_ref() == Some(&self.state),
        }
    }
}

fn presence(path: &Path) -> Option<State> {
    std::fs::symlink_metadata(path).ok().map(|_| State::Present)
}

fn content(path: &Path) -> Option<State> {
    Some(State::Content(sha256(&std::fs::read(path).ok()?)))
}

fn names(path: &Path) -> Option<State> {
    let entries = std::fs::read_dir(path).ok()?;
    let names = entries.map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()));
    let mut names = names.collect::<Option<Vec<String>>>()?;
    names.sort_unstable();
    Some(State::Names(names))
}

fn size(path: &Path) -> Option<State> {
    let metadata = std::fs::metadata(path).ok()?;
    let modified = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    Some(State::Size {
        bytes: metadata.len(),
        modified: modified.as_nanos(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_change_is_noticed() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("a");
        let absent = Stamp::content(&file);
        assert!(!absent.is_present() && absent.is_current());
        fs_err::write(&file, "one").unwrap();
        assert!(!absent.is_current());
        let stamps = [
            Stamp::content(&file),
            Stamp::names(directory.path()),
            Stamp::size(&file),
        ];
        assert!(stamps.iter().all(|it| it.is_present() && it.is_current()));
        // As long as before, at another time.
        fs_err::write(&file, "two").unwrap();
        let past = UNIX_EPOCH + std::time::Duration::from_secs(1);
        fs_err::OpenOptions::new()
            .write(true)
            .open(&file)
            .unwrap()
            .file()
            .set_modified(past)
            .unwrap();
        assert_eq!(
            stamps.each_ref().map(Stamp::is_current),
            [false, true, false]
        );
        fs_err::write(directory.path().join("b"), "").unwrap();
        assert!(!stamps[1].is_current());
    }
}
