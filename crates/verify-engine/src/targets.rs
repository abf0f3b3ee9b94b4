//! Target directories in which cargo compiles single examples.
//!
//! What runs while an example is compiled or its doctests are tried may write to its target
//! directory. So each gets one of its own, which is thrown away: links to what was built once, which
//! nobody may write to any more. Cargo locks a target directory while it runs, so that examples that
//! shared one would wait for each other as well.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::error::EngineError;
use crate::layout::TREES;
use crate::lock;
use crate::sandbox;

/// The target directory of one example, made when it is needed: examples that the compiler is called
/// for directly need none.
pub(crate) struct Tree<'a> {
    /// Where dependencies were built.
    built: &'a Path,
    /// The lockfile of those that are needed.
    lockfile: &'a str,
    folder: OnceCell<Folder>,
}

/// A folder that goes away with all that was made in it.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed now is removed with the cache.
        let _ = sandbox::remove(&self.0);
    }
}

impl<'a> Tree<'a> {
    /// One with what was built in `built` of the packages in `lockfile`.
    pub(crate) fn of(built: &'a Path, lockfile: &'a str) -> Self {
        Self {
            built,
            lockfile,
            folder: OnceCell::new(),
        }
    }

    /// Where it is.
    pub(crate) fn path(&self) -> Result<&Path, EngineError> {
        if let Some(folder) = self.folder.get() {
            return Ok(&folder.0);
        }
        let above = self.built.parent().unwrap_or(self.built);
        let made = TempDir::with_prefix_in(TREES, above).map_err(EngineError::cache(above))?;
        let made = Folder(made.keep());
        if self.built.is_dir() {
            let packages = lock::names(self.lockfile);
            link_profiles(self.built, &made.0, &packages).map_err(EngineError::cache(&made.0))?;
        }
        Ok(&self.folder.get_or_init(|| made).0)
    }
}

/// Links what lies in the target directory `from`. Cargo adds to its folders, but changes nothing of
/// a unit that is fresh: so these are links as a whole. Only units of `packages` are linked: there may
/// be thousands of others, and links cost more than anything else that is done for an example.
fn link_profiles(from: &Path, to: &Path, packages: &BTreeSet<String>) -> io::Result<()> {
    each(from, &mut |name, profile, is_folder| {
        let target = to.join(name);
        if !is_folder {
            let is_lock = name.as_encoded_bytes() == b".cargo-lock";
            return if is_lock {
                Ok(())
            } else {
                link(profile, &target)
            };
        }
        // The files here are the programs and libraries that a person looks for.
        let units = units(profile, packages)?;
        each(profile, &mut |name, kind, is_folder| {
            let target = target.join(name);
            if !is_folder {
                return Ok(());
            }
            fs_err::create_dir_all(&target)?;
            each(kind, &mut |name, unit, _| {
                if is_of(&units, &name.to_string_lossy()) {
                    link(unit, &target.join(name))?;
                }
                Ok(())
            })
        })
    })
}

/// The units of `packages` that were built in a profile's folder, by the hashes in their names. Cargo
/// names their fingerprints after the packages, and files after the libraries.
fn units(profile: &Path, packages: &BTreeSet<String>) -> io::Result<BTreeSet<String>> {
    let mut units = BTreeSet::new();
    let fingerprints = profile.join(".fingerprint");
    if fingerprints.is_dir() {
        each(&fingerprints, &mut |name, _, _| {
            let name = name.to_string_lossy();
            if let Some((package, hash)) = name.rsplit_once('-')
                && packages.contains(package)
            {
                units.insert(hash.to_owned());
            }
            Ok(())
        })?;
    }
    Ok(units)
}

/// Whether a file or folder of cargo's, such as `libserde_json-0123456789abcdef.rlib`, is of one of
/// `units`, or of none at all.
fn is_of(units: &BTreeSet<String>, name: &str) -> bool {
    let Some((_, end)) = name.rsplit_once('-') else {
        return true;
    };
    let hash = end.split('.').next().unwrap_or(end);
    units.contains(hash)
}

fn each(
    folder: &Path,
    with: &mut dyn FnMut(&std::ffi::OsStr, &Path, bool) -> io::Result<()>,
) -> io::Result<()> {
    for entry in fs_err::read_dir(folder)? {
        let entry = entry?;
        with(
            &entry.file_name(),
            &entry.path(),
            entry.file_type()?.is_dir(),
        )?;
    }
    Ok(())
}

#[cfg(unix)]
fn link(to: &Path, at: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(to, at)
}

/// Where links are a privilege, nothing is contained either.
#[cfg(not(unix))]
fn link(to: &Path, at: &Path) -> io::Result<()> {
    if to.is_dir() {
        fs_err::create_dir_all(at)?;
        return each(to, &mut |name, path, _| link(path, &at.join(name)));
    }
    if fs_err::hard_link(to, at).is_ok() {
        return Ok(());
    }
    // Cargo compares times, so they are copied, too.
    fs_err::copy(to, at)?;
    let modified = fs_err::metadata(to)?.modified()?;
    let file = fs_err::OpenOptions::new().write(true).open(at)?;
    file.file().set_modified(modified)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCKFILE: &str = "version = 4\n\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\n\n[[package]]\nname = \"b-c\"\nversion = \"1.0.0\"\n";

    #[test]
    fn trees_have_the_units_of_their_packages_only() {
        let directory = tempfile::tempdir().unwrap();
        let built = directory.path().join("shared");
        let files = [
            (".fingerprint/b-c-02/lib-other", true),
            ("deps/libother-02.rlib", true),
            ("deps/other-02.d", true),
            ("build/b-c-02/output", true),
            (".fingerprint/c-03/lib-c", false),
            ("deps/libc-03.rlib", false),
            ("build/c-03/output", false),
        ];
        for (name, _) in files {
            let path = built.join("debug").join(name);
            fs_err::create_dir_all(path.parent().unwrap()).unwrap();
            fs_err::write(path, "built").unwrap();
        }
        let tree = Tree::of(&built, LOCKFILE);
        let path = tree.path().unwrap().join("debug");
        for (name, is_there) in files {
            assert_eq!(path.join(name).exists(), is_there, "{name}");
        }
    }

    #[test]
    fn trees_have_what_was_built_and_share_nothing_that_is_added() {
        let directory = tempfile::tempdir().unwrap();
        let built = directory.path().join("shared");
        for name in ["deps/liba-1.rlib", ".fingerprint/a-1/lib-a", ".cargo-lock"] {
            let path = built.join("debug").join(name);
            fs_err::create_dir_all(path.parent().unwrap()).unwrap();
            fs_err::write(path, "built").unwrap();
        }
        fs_err::write(built.join(".rustc_info.json"), "{}").unwrap();
        let (first, second) = (Tree::of(&built, LOCKFILE), Tree::of(&built, LOCKFILE));
        let (one, two) = (first.path().unwrap(), second.path().unwrap());
        assert_ne!(one, two);
        assert_eq!(first.path().unwrap(), one);
        for tree in [one, two] {
            let read = |name: &str| fs_err::read_to_string(tree.join(name)).unwrap();
            assert_eq!(read("debug/deps/liba-1.rlib"), "built");
            assert_eq!(read("debug/.fingerprint/a-1/lib-a"), "built");
            assert_eq!(read(".rustc_info.json"), "{}");
            assert!(!tree.join("debug/.cargo-lock").exists());
        }
        fs_err::write(one.join("debug/deps/own.rlib"), "own").unwrap();
        fs_err::create_dir(one.join("debug/.fingerprint/own-1")).unwrap();
        for place in [two, &built] {
            assert!(!place.join("debug/deps/own.rlib").exists());
            assert!(!place.join("debug/.fingerprint/own-1").exists());
        }
        let gone = one.to_owned();
        drop(first);
        assert!(!gone.exists());
        let kept = fs_err::read_to_string(built.join("debug/.fingerprint/a-1/lib-a"));
        assert_eq!(kept.unwrap(), "built");
    }
}
