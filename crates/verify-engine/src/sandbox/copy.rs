//! The files of an example's folder, taken along into a place where they may be changed.

use std::io::{Error, Result};
use std::path::{Path, PathBuf};

/// Most that is copied: the folder holds what verify itself wrote.
const MAX_BYTES: u64 = 16 * 1024 * 1024;
const MAX_FILES: usize = 1000;
const MAX_DEPTH: usize = 16;

/// The files of a folder.
#[derive(Debug, Default)]
pub(super) struct Copied {
    folders: Vec<PathBuf>,
    files: Vec<(PathBuf, Vec<u8>)>,
}

impl Copied {
    /// Reads every file below `folder`. Links and what is no file are left out.
    pub(super) fn read(folder: &Path) -> Result<Self> {
        let mut copied = Self::default();
        let mut bytes = 0;
        let mut open = vec![PathBuf::new()];
        while let Some(inner) = open.pop() {
            for entry in fs_err::read_dir(folder.join(&inner))? {
                let entry = entry?;
                let kind = entry.file_type()?;
                let name = inner.join(entry.file_name());
                if kind.is_dir() {
                    if name.components().count() > MAX_DEPTH {
                        return Err(Error::other("its folders are too deep to be copied"));
                    }
                    copied.folders.push(name.clone());
                    open.push(name);
                } else if kind.is_file() {
                    bytes += entry.metadata()?.len();
                    if bytes > MAX_BYTES || copied.files.len() >= MAX_FILES {
                        return Err(Error::other("it holds too much to be copied"));
                    }
                    copied.files.push((name, fs_err::read(entry.path())?));
                }
            }
        }
        Ok(copied)
    }

    /// Writes them below `folder`, which is there, for `user`.
    pub(super) fn write(&self, folder: &Path, user: Option<u32>) -> Result<()> {
        for inner in &self.folders {
            let path = folder.join(inner);
            fs_err::create_dir(&path)?;
            give(&path, user)?;
        }
        for (name, bytes) in &self.files {
            let path = folder.join(name);
            fs_err::write(&path, bytes)?;
            give(&path, user)?;
        }
        Ok(())
    }
}

/// Makes what is at `path`, and no link, belong to `user`.
pub(super) fn give(path: &Path, user: Option<u32>) -> Result<()> {
    match user {
        Some(user) => std::os::unix::fs::lchown(path, Some(user), Some(user)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_copied_and_links_are_not() {
        let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs_err::create_dir_all(from.path().join("src/a")).unwrap();
        fs_err::write(from.path().join("src/a/b.rs"), "b").unwrap();
        std::os::unix::fs::symlink("/etc/hostname", from.path().join("link")).unwrap();
        let copied = Copied::read(from.path()).unwrap();
        copied.write(to.path(), None).unwrap();
        assert_eq!(fs_err::read(to.path().join("src/a/b.rs")).unwrap(), b"b");
        assert!(!to.path().join("link").exists());
    }
}
