//! Target directories: one in which dependencies are built, and one for each worker.
//!
//! Cargo locks a target directory while it runs, so workers that shared one would wait for each
//! other, and the waiting would count against an example's time. A worker's directory therefore
//! is a tree of hard links to what was built once, made when it is
//! needed: examples that the compiler is called for directly need none.

use std::cell::RefCell;
use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::error::EngineError;
use crate::layout::Layout;

/// The target directories of a run.
#[derive(Debug)]
pub(crate) struct Targets {
    shared: PathBuf,
    free: Mutex<Vec<Folder>>,
    /// How often something was built in the shared directory.
    builds: AtomicUsize,
}

/// One worker's directory.
#[derive(Debug)]
struct Folder {
    path: PathBuf,
    /// Which build of the shared directory it was linked to last.
    builds: usize,
}

/// A worker's target directory, for as long as this value lives.
pub(crate) struct Worker<'a> {
    targets: &'a Targets,
    folder: RefCell<Option<Folder>>,
    /// Where it is.
    path: PathBuf,
}

impl Targets {
    pub(crate) fn new(layout: &Layout, workers: usize) -> Self {
        let folder = |worker| Folder {
            path: layout.worker_target(worker),
            builds: 0,
        };
        Self {
            shared: layout.shared_target(),
            free: Mutex::new((0..workers.max(1)).map(folder).collect()),
            builds: AtomicUsize::new(1),
        }
    }

    /// Where dependencies are built.
    pub(crate) fn shared(&self) -> &Path {
        &self.shared
    }

    /// Says that something was built in the shared directory.
    pub(crate) fn changed(&self) {
        self.builds.fetch_add(1, Ordering::Relaxed);
    }

    /// A directory that nobody else uses; there is one for each worker thread.
    pub(crate) fn take(&self) -> Worker<'_> {
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = free.pop();
        // More threads than directories cannot be: the pool has as many of both. Should it be all
        // the same, the shared directory is right, only slower.
        let path = folder.as_ref().map_or(&self.shared, |it| &it.path).clone();
        Worker {
            targets: self,
            folder: RefCell::new(folder),
            path,
        }
    }
}

impl Worker<'_> {
    /// The directory, with everything that has been built in the shared one.
    pub(crate) fn path(&self) -> Result<&Path, EngineError> {
        let builds = self.targets.builds.load(Ordering::Relaxed);
        if let Some(folder) = self.folder.borrow_mut().as_mut()
            && folder.builds != builds
        {
            if self.targets.shared.is_dir() {
                link_tree(&self.targets.shared, &folder.path)
                    .map_err(EngineError::cache(&folder.path))?;
            }
            folder.builds = builds;
        }
        Ok(&self.path)
    }
}

impl Drop for Worker<'_> {
    fn drop(&mut self) {
        if let Some(folder) = self.folder.take() {
            let mut free = self
                .targets
                .free
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            free.push(folder);
        }
    }
}

/// Links every file below `from` to its place below `to`, in the place of an older one.
fn link_tree(from: &Path, to: &Path) -> io::Result<()> {
    fs_err::create_dir_all(to)?;
    for entry in fs_err::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        let kind = entry.file_type()?;
        if kind.is_dir() {
            link_tree(&entry.path(), &target)?;
        } else if kind.is_file() && entry.file_name() != ".cargo-lock" {
            let present = std::fs::symlink_metadata(&target).ok();
            if present
                .as_ref()
                .is_some_and(|it| is_same(&entry.metadata(), it))
            {
                continue;
            }
            if present.is_some() {
                fs_err::remove_file(&target)?;
            }
            link_or_copy(&entry.path(), &target)?;
        }
    }
    Ok(())
}

/// Whether a file is the one that it was linked to, or an unchanged copy of it.
fn is_same(from: &io::Result<Metadata>, to: &Metadata) -> bool {
    let Ok(from) = from else { return false };
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        if (from.dev(), from.ino()) == (to.dev(), to.ino()) {
            return true;
        }
    }
    let modified = |metadata: &Metadata| metadata.modified().ok();
    from.len() == to.len() && modified(from).is_some() && modified(from) == modified(to)
}

fn link_or_copy(from: &Path, to: &Path) -> io::Result<()> {
    if fs_err::hard_link(from, to).is_ok() {
        return Ok(());
    }
    // File systems without links: cargo compares times, so they are copied, too.
    fs_err::copy(from, to)?;
    let modified = fs_err::metadata(from)?.modified()?;
    fs_err::OpenOptions::new()
        .write(true)
        .open(to)?
        .file()
        .set_modified(modified)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn workers_get_what_was_built_and_keep_what_is_theirs() {
        let directory = tempfile::tempdir().unwrap();
        let layout = Layout::open(directory.path()).unwrap();
        let targets = Targets::new(&layout, 2);
        fs_err::create_dir_all(targets.shared().join("debug/deps")).unwrap();
        fs_err::write(targets.shared().join("debug/deps/a.rlib"), "a").unwrap();
        let first = targets.take();
        let deps = first.path().unwrap().join("debug/deps");
        fs_err::write(deps.join("own.rlib"), "own").unwrap();
        fs_err::write(targets.shared().join("debug/deps/b.rlib"), "b").unwrap();
        targets.changed();
        first.path().unwrap();
        for name in ["a.rlib", "b.rlib", "own.rlib"] {
            assert!(deps.join(name).exists(), "{name}");
        }
        assert!(!targets.shared().join("debug/deps/own.rlib").exists());
    }

    #[test]
    fn what_was_built_again_takes_the_place_of_what_was_there() {
        let directory = tempfile::tempdir().unwrap();
        let layout = Layout::open(directory.path()).unwrap();
        let targets = Targets::new(&layout, 1);
        let built = targets.shared().join("debug/a.rlib");
        fs_err::create_dir_all(built.parent().unwrap()).unwrap();
        fs_err::write(&built, "old").unwrap();
        targets.take().path().unwrap();
        // As a compiler does: a new file under the old name.
        fs_err::write(targets.shared().join("new"), "new one").unwrap();
        fs_err::rename(targets.shared().join("new"), &built).unwrap();
        targets.changed();
        let worker = targets.take();
        let seen = fs_err::read(worker.path().unwrap().join("debug/a.rlib")).unwrap();
        assert_eq!(seen, b"new one");
    }

    #[test]
    fn no_two_workers_have_the_same_directory_at_once() {
        let directory = tempfile::tempdir().unwrap();
        let layout = Layout::open(directory.path()).unwrap();
        let targets = Targets::new(&layout, 2);
        let (first, second) = (targets.take(), targets.take());
        assert_ne!(first.path().unwrap(), second.path().unwrap());
        let path = first.path().unwrap().to_owned();
        drop(first);
        assert_eq!(targets.take().path().unwrap(), path);
        drop(second);
    }
}
