//! A folder for one run where there is no file system of its own, and its removal, whatever the
//! program made of it.

use std::ffi::OsStr;
use std::io::Result;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, CWD, Dir, FileType, Mode, OFlags};
use rustix::io::Errno;

use super::copy::{self, Copied};

/// A folder for one run. Dropping it removes it with all that is in it.
#[derive(Debug)]
pub(super) struct Private {
    path: PathBuf,
}

impl Private {
    /// Makes one below `parent` for `user`, with a copy of the files of `original`.
    pub(super) fn new(parent: &Path, original: Option<&Path>, user: Option<u32>) -> Result<Self> {
        fs_err::create_dir_all(parent)?;
        let parent = fs_err::canonicalize(parent)?;
        let made = tempfile::Builder::new().prefix("run-").tempdir_in(parent)?;
        let private = Self { path: made.keep() };
        for folder in [private.temporary(), private.work()] {
            fs_err::create_dir(&folder)?;
            copy::give(&folder, user)?;
        }
        copy::give(&private.path, user)?;
        if let Some(original) = original {
            Copied::read(original)?.write(&private.work(), user)?;
        }
        Ok(private)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Where it may put temporary files.
    pub(super) fn temporary(&self) -> PathBuf {
        self.path.join("tmp")
    }

    /// Where it starts.
    pub(super) fn work(&self) -> PathBuf {
        self.path.join("work")
    }
}

impl Drop for Private {
    fn drop(&mut self) {
        // What cannot be removed now is removed with the cache.
        let _ = remove(&self.path);
    }
}

/// Removes `path` and all below it: however deep it is, whatever its folders permit, and without
/// following a link. Nothing may be at work in it any more.
pub(super) fn remove(path: &Path) -> Result<()> {
    let Some(parent) = path.parent() else {
        return Ok(());
    };
    let name = path.file_name().unwrap_or_default();
    let parent = open(CWD, parent.as_os_str())?;
    let top = open_forced(&parent, name)?;
    let mut moved = 0_u64;
    // Folders move up to the top one by one, so that no path gets long and few are open at once.
    loop {
        let mut emptied = true;
        for (inner, is_folder) in entries(&top)? {
            if !is_folder {
                rustix::fs::unlinkat(&top, inner.as_slice(), AtFlags::empty())?;
                continue;
            }
            let inner = OsStr::from_bytes(&inner);
            let folder = open_forced(&top, inner)?;
            for (name, is_folder) in entries(&folder)? {
                if is_folder {
                    emptied = false;
                    // A folder that its owner may not write to cannot be moved either.
                    make_writable(&folder, OsStr::from_bytes(&name))?;
                    lift(&folder, &name, &top, &mut moved)?;
                } else {
                    rustix::fs::unlinkat(&folder, name.as_slice(), AtFlags::empty())?;
                }
            }
            rustix::fs::unlinkat(&top, inner, AtFlags::REMOVEDIR)?;
        }
        if emptied {
            break;
        }
    }
    Ok(rustix::fs::unlinkat(&parent, name, AtFlags::REMOVEDIR)?)
}

/// Moves a folder up under a name that nothing has yet.
fn lift(from: &OwnedFd, name: &[u8], to: &OwnedFd, moved: &mut u64) -> Result<()> {
    loop {
        let fresh = format!(".removed-{moved}");
        *moved += 1;
        match rustix::fs::renameat_with(from, name, to, &fresh, rustix::fs::RenameFlags::NOREPLACE)
        {
            Err(Errno::EXIST) => {}
            result => return Ok(result?),
        }
    }
}

fn entries(folder: &OwnedFd) -> Result<Vec<(Vec<u8>, bool)>> {
    let mut found = Vec::new();
    for entry in Dir::read_from(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_bytes();
        if name == b"." || name == b".." {
            continue;
        }
        let kind = match entry.file_type() {
            FileType::Unknown => {
                let status = rustix::fs::statat(folder, name, AtFlags::SYMLINK_NOFOLLOW)?;
                FileType::from_raw_mode(status.st_mode)
            }
            kind => kind,
        };
        found.push((name.to_vec(), kind == FileType::Directory));
    }
    Ok(found)
}

/// Opens a folder of `parent` after making it readable and writable for its owner.
fn open_forced(parent: &OwnedFd, name: &OsStr) -> Result<OwnedFd> {
    make_writable(parent, name)?;
    open(parent.as_fd(), name)
}

fn make_writable(parent: &OwnedFd, name: &OsStr) -> Result<()> {
    // It is a folder, so this follows no link; nothing that could exchange it is alive.
    Ok(rustix::fs::chmodat(
        parent,
        name,
        Mode::RWXU,
        AtFlags::empty(),
    )?)
}

fn open(parent: impl AsFd, name: &OsStr) -> Result<OwnedFd> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    Ok(rustix::fs::openat(parent, name, flags, Mode::empty())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deep_and_a_forbidding_folder_are_removed_and_links_are_not_followed() {
        let outer = tempfile::tempdir().unwrap();
        let kept = outer.path().join("kept");
        fs_err::write(&kept, "kept").unwrap();
        let private = Private::new(&outer.path().join("runs"), None, None).unwrap();
        let path = private.path().to_owned();
        std::os::unix::fs::symlink(outer.path(), private.work().join("out")).unwrap();
        let mut folder = open(CWD, private.work().as_os_str()).unwrap();
        for _ in 0..5000 {
            rustix::fs::mkdirat(&folder, "deeper", Mode::RWXU).unwrap();
            folder = open(folder.as_fd(), OsStr::new("deeper")).unwrap();
        }
        rustix::fs::mkdirat(&folder, "closed", Mode::RWXU).unwrap();
        let closed = open(folder.as_fd(), OsStr::new("closed")).unwrap();
        rustix::fs::mkdirat(&closed, "inner", Mode::empty()).unwrap();
        rustix::fs::fchmod(&closed, Mode::empty()).unwrap();
        drop((folder, closed, private));
        assert!(!path.exists());
        assert_eq!(fs_err::read(&kept).unwrap(), b"kept");
    }
}
