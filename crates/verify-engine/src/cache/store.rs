//! Files of one bucket: written at once or not at all, the least recently used removed first.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

/// How old the time of an entry's last use may be before it is brought up to date. Bringing it up
/// to date at every use would cost more than reading.
const STALE_USE: Duration = Duration::from_hours(12);

/// A directory of entries named by their digests.
#[derive(Clone, Debug)]
pub(super) struct Store {
    root: PathBuf,
}

impl Store {
    pub(super) fn new(root: PathBuf) -> Self {
        Self { root }
    }

    /// Where the entry of this name is.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        let shard = name.get(..2).unwrap_or(name);
        self.root.join(shard).join(name)
    }

    /// The entry's content; `None` when there is none.
    pub(super) fn read(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        let mut file = match File::open(self.path(name)) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let metadata = file.metadata()?;
        let mut content = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0));
        file.read_to_end(&mut content)?;
        let now = SystemTime::now();
        let age = metadata
            .modified()
            .ok()
            .and_then(|it| now.duration_since(it).ok());
        if age.is_some_and(|age| age > STALE_USE) {
            // Where that is not allowed, the entry only looks older than it is.
            let _ = file.set_modified(now);
        }
        Ok(Some(content))
    }

    /// Writes the entry at once or not at all: whoever reads sees all of it, or what was there
    /// before, also when this process is killed meanwhile.
    pub(super) fn write(&self, name: &str, content: &[u8]) -> io::Result<()> {
        let path = self.path(name);
        let directory = path.parent().unwrap_or(&self.root);
        let new = || tempfile::NamedTempFile::new_in(directory);
        let mut file = match new() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                std::fs::create_dir_all(directory)?;
                new()?
            }
            file => file?,
        };
        file.write_all(content)?;
        file.persist(path)?;
        Ok(())
    }

    /// Removes the entry, if there is one.
    pub(super) fn remove(&self, name: &str) -> io::Result<()> {
        match std::fs::remove_file(self.path(name)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            other => other,
        }
    }
}
