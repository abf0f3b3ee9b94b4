//! How much is kept below the cache directory, and keeping that within bounds.

use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::{ANSWERS, FORMAT, OUTCOMES};
use crate::error::EngineError;
use crate::layout::Layout;

/// Most bytes of outcomes and answers that are kept unless somebody says otherwise.
pub const DEFAULT_MAX_BYTES: u64 = 2 * 1024 * 1024 * 1024;

/// The file whose time says when the cache was last kept within its bounds.
const MARK: &str = ".tidied";

/// How often that is done.
const INTERVAL: Duration = Duration::from_hours(24);

/// How many files there are in a part of the cache directory, and how large they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// The part's folder in the cache directory.
    pub folder: String,
    /// Its files.
    pub files: u64,
    /// Their sizes in bytes, together. A file that several parts share counts in each.
    pub bytes: u64,
}

/// What was removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Removed {
    /// Files.
    pub files: u64,
    /// Their sizes in bytes, together.
    pub bytes: u64,
}

/// A file below the cache directory.
struct Entry {
    path: PathBuf,
    bytes: u64,
    /// When it was last used, as far as that is written down.
    used: SystemTime,
}

impl Layout {
    /// How much each part of the cache directory holds.
    pub fn usage(&self) -> Result<Vec<Usage>, EngineError> {
        let parts = self.parts().map(|(folder, path)| {
            let files = files_below(&path)?;
            Ok(Usage {
                folder: folder.to_owned(),
                files: files.len() as u64,
                bytes: files.iter().map(|it| it.bytes).sum(),
            })
        });
        parts.collect()
    }

    /// Removes the outcomes and answers that were not used for the longest time, until they take
    /// `max_bytes` or less, and those of other versions of verify. Waits for a run that uses the
    /// cache directory.
    pub fn prune(&self, max_bytes: u64) -> Result<Removed, EngineError> {
        let _lock = self.lock(|| {})?;
        self.prune_locked(max_bytes)
    }

    /// The same where the cache directory is this process's already.
    pub(crate) fn prune_locked(&self, max_bytes: u64) -> Result<Removed, EngineError> {
        let mut kept = Vec::new();
        let mut removed = Removed::default();
        for bucket in [OUTCOMES, ANSWERS] {
            let bucket = self.bucket(bucket);
            let current = bucket.join(FORMAT);
            for entry in files_below(&bucket)? {
                if entry.path.starts_with(&current) && is_whole(&entry.path) {
                    kept.push(entry);
                } else {
                    removed.add(&entry)?;
                }
            }
        }
        let mut bytes: u64 = kept.iter().map(|it| it.bytes).sum();
        kept.sort_by(|a, b| (a.used, &a.path).cmp(&(b.used, &b.path)));
        for entry in &kept {
            if bytes <= max_bytes {
                break;
            }
            removed.add(entry)?;
            bytes -= entry.bytes;
        }
        Ok(removed)
    }

    /// Keeps the cache within its bounds, once a day. The cache directory has to be this process's
    /// already.
    pub(crate) fn tidy(&self) -> Result<(), EngineError> {
        let mark = self.root().join(MARK);
        let tidied = std::fs::metadata(&mark).and_then(|it| it.modified());
        let age = tidied.ok().and_then(|it| it.elapsed().ok());
        if age.is_some_and(|age| age < INTERVAL) {
            return Ok(());
        }
        self.prune_locked(DEFAULT_MAX_BYTES)?;
        fs_err::write(&mark, "").map_err(EngineError::cache(mark))
    }

    /// Forgets all outcomes and answers. What was built stays. Waits for a run that uses the cache
    /// directory.
    pub fn forget(&self) -> Result<Removed, EngineError> {
        let _lock = self.lock(|| {})?;
        let mut removed = Removed::default();
        for bucket in [OUTCOMES, ANSWERS] {
            let path = self.bucket(bucket);
            for entry in files_below(&path)? {
                removed.files += 1;
                removed.bytes += entry.bytes;
            }
            if path.is_dir() {
                fs_err::remove_dir_all(&path).map_err(EngineError::cache(&path))?;
            }
        }
        Ok(removed)
    }
}

impl Removed {
    fn add(&mut self, entry: &Entry) -> Result<(), EngineError> {
        match fs_err::remove_file(&entry.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(EngineError::cache(&entry.path)(error));
            }
            _ => {}
        }
        self.files += 1;
        self.bytes += entry.bytes;
        Ok(())
    }
}

/// Whether a file is an entry, and not one that a process which was killed was still writing.
fn is_whole(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().as_encoded_bytes();
    name.iter().all(u8::is_ascii_hexdigit)
}

fn files_below(root: &Path) -> Result<Vec<Entry>, EngineError> {
    let mut files = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        let failed = || EngineError::cache(folder.clone());
        let entries = match fs_err::read_dir(&folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            entries => entries.map_err(failed())?,
        };
        for entry in entries {
            let entry = entry.map_err(failed())?;
            let metadata = match entry.metadata() {
                // It went away meanwhile.
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                metadata => metadata.map_err(failed())?,
            };
            if metadata.is_dir() {
                folders.push(entry.path());
            } else {
                files.push(Entry {
                    path: entry.path(),
                    bytes: metadata.len(),
                    used: metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH),
                });
            }
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::{Answers, CacheUse};

    fn entries(layout: &Layout) -> Vec<String> {
        let files = files_below(&layout.bucket(ANSWERS)).unwrap();
        let names = files
            .iter()
            .map(|it| it.path.to_string_lossy().into_owned());
        names.collect()
    }

    #[test]
    fn what_was_not_used_for_longest_goes_first() {
        let root = tempfile::tempdir().unwrap();
        let layout = Layout::open(root.path()).unwrap();
        let answers = Answers::new(&layout, ANSWERS, CacheUse::Reuse, &|_| ());
        for question in ["a", "b", "c"] {
            answers.keep(question, "an answer");
        }
        let files = files_below(&layout.bucket(ANSWERS)).unwrap();
        let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1);
        for (days, file) in files.iter().enumerate() {
            let used = long_ago + Duration::from_hours(24 * days as u64);
            let file = fs_err::OpenOptions::new()
                .write(true)
                .open(&file.path)
                .unwrap();
            file.file().set_modified(used).unwrap();
        }
        // The first one is used again.
        let used = ["a", "b", "c"].into_iter().find(|question| {
            let name = crate::cache::entry::name(question);
            files[0].path.ends_with(name)
        });
        assert_eq!(
            answers.recall::<String>(used.unwrap()).as_deref(),
            Some("an answer")
        );
        let one = files[0].bytes;
        assert_eq!(
            layout.prune(one).unwrap(),
            Removed {
                files: 2,
                bytes: 2 * one
            }
        );
        assert_eq!(entries(&layout), [files[0].path.to_string_lossy()]);
        assert_eq!(layout.prune(one).unwrap(), Removed::default());
    }

    #[test]
    fn other_formats_and_half_written_entries_are_removed() {
        let root = tempfile::tempdir().unwrap();
        let layout = Layout::open(root.path()).unwrap();
        let bucket = layout.bucket(ANSWERS);
        layout.write(&bucket.join("v0/ab/abcd"), b"old").unwrap();
        layout
            .write(&bucket.join(FORMAT).join("ab/.tmpXyz"), b"half")
            .unwrap();
        layout
            .write(&bucket.join(FORMAT).join("ab/abcd"), b"whole")
            .unwrap();
        let removed = layout.prune(DEFAULT_MAX_BYTES).unwrap();
        assert_eq!(removed, Removed { files: 2, bytes: 7 });
        assert_eq!(entries(&layout).len(), 1);
    }

    #[test]
    fn forgetting_leaves_what_was_built() {
        let root = tempfile::tempdir().unwrap();
        let layout = Layout::open(root.path()).unwrap();
        layout.write(&layout.targets().join("a"), b"built").unwrap();
        layout
            .write(&layout.bucket(OUTCOMES).join("x"), b"known")
            .unwrap();
        assert_eq!(layout.forget().unwrap(), Removed { files: 1, bytes: 5 });
        let usage = layout.usage().unwrap();
        let of = |folder: &str| usage.iter().find(|it| it.folder == folder).unwrap().files;
        assert_eq!((of("outcomes"), of("target")), (0, 1));
    }
}
