//! What is written in the sources of packages and of the standard library: a release whose sources do
//! not have a name at all need not be built to see that it lacks it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use memchr::memmem::Finder;

use crate::lock;

/// The largest file that is read: the compiler is among them.
const MAX_BYTES: u64 = 512 * 1024 * 1024;

/// The shortest part of a name that says something.
const SHORTEST_PART: usize = 4;

/// Packages whose macros put names together out of parts.
const COMPOSING: [&str; 12] = [
    "bon",
    "concat-idents",
    "derive-getters",
    "derive_builder",
    "derive_setters",
    "getset",
    "mashup",
    "paste",
    "pastey",
    "seq-macro",
    "typed-builder",
    "with_builder_macro",
];

/// The sources of packages that were fetched, and what the toolchain knows by name.
#[derive(Debug)]
pub(crate) struct Sources {
    /// Where cargo unpacks packages: a folder for each registry.
    unpacked: PathBuf,
    /// Files of the toolchain that hold the names of all items of the standard library. Empty when it
    /// is laid out in another way.
    library: Vec<PathBuf>,
    /// Whether a name is in a place; `None` where that cannot be known.
    known: Mutex<BTreeMap<(PathBuf, String), Option<bool>>>,
}

impl Sources {
    /// Those that lie in a cargo home, and those of the toolchain at `sysroot` for `host`.
    pub(crate) fn new(cargo_home: &Path, sysroot: &Path, host: &str) -> Self {
        Self {
            unpacked: cargo_home.join("registry").join("src"),
            library: library(sysroot, host).unwrap_or_default(),
            known: Mutex::default(),
        }
    }

    /// Whether nothing in the packages of `lockfile`, nor in the standard library, can be called
    /// `name`. `package` and `version` are those of the one that should have it.
    pub(crate) fn lack(
        &self,
        lockfile: &str,
        (package, version): (&str, &str),
        name: &str,
    ) -> bool {
        let Some(folders) = self.folders(lockfile) else {
            return false;
        };
        let Some(own) = self.folder(package, version) else {
            return false;
        };
        let is_absent = |place: &PathBuf| self.has(place, name) == Some(false);
        let composes = lock::names(lockfile)
            .iter()
            .any(|it| COMPOSING.contains(&it.as_str()))
            || own.join("build.rs").exists();
        !self.library.is_empty()
            && (!composes || parts(name).iter().any(|part| self.lacks_part(&own, part)))
            && folders.iter().all(is_absent)
            && self.library.iter().all(is_absent)
    }

    /// Whether a folder has no part of that spelling, in any of the usual ways to write it.
    fn lacks_part(&self, folder: &Path, part: &str) -> bool {
        let mut letters = part.chars();
        let first = letters.next().map(|it| it.to_ascii_uppercase());
        let title: String = first.into_iter().chain(letters).collect();
        let spellings = [part.to_owned(), title, part.to_ascii_uppercase()];
        let mut spellings = spellings.iter();
        spellings.all(|it| self.has(folder, it) == Some(false))
    }

    /// The folders of all packages in a lockfile; `None` when some are not there.
    fn folders(&self, lockfile: &str) -> Option<Vec<PathBuf>> {
        let fetched = lock::fetched(lockfile)?;
        let folder = |(name, version): &(String, String)| self.folder(name, version);
        fetched.iter().map(folder).collect()
    }

    fn folder(&self, package: &str, version: &str) -> Option<PathBuf> {
        let registries = std::fs::read_dir(&self.unpacked).ok()?;
        let folders = registries.filter_map(|it| Some(it.ok()?.path()));
        let mut folders = folders.map(|it| it.join(format!("{package}-{version}")));
        folders.find(|it| it.is_dir())
    }

    /// Whether a file, or some file in a folder, has `name`.
    fn has(&self, place: &Path, name: &str) -> Option<bool> {
        let key = (place.to_owned(), name.to_owned());
        if let Ok(known) = self.known.lock()
            && let Some(known) = known.get(&key)
        {
            return *known;
        }
        let found = search(place, &Finder::new(name));
        if let Ok(mut known) = self.known.lock() {
            known.insert(key, found);
        }
        found
    }
}

/// The parts of a name, in lower case, that are long enough to say something.
fn parts(name: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut was_lower = false;
    for letter in name.chars() {
        let is_start = letter.is_uppercase() && was_lower;
        if letter == '_' || is_start {
            parts.push(String::new());
        }
        if letter != '_'
            && let Some(part) = parts.last_mut()
        {
            part.extend(letter.to_lowercase());
        }
        was_lower = letter.is_lowercase();
    }
    parts.retain(|part| part.len() >= SHORTEST_PART);
    parts
}

/// The files that hold the names of the standard library: its metadata, and the compiler, which knows
/// some of them by number.
fn library(sysroot: &Path, host: &str) -> Option<Vec<PathBuf>> {
    let in_folder = |folder: &Path, beginning: &str, ends: &[&str]| -> Option<PathBuf> {
        let entries = std::fs::read_dir(folder).ok()?;
        let paths: Vec<PathBuf> = entries.filter_map(|it| Some(it.ok()?.path())).collect();
        let is_it = |path: &&PathBuf, end: &str| {
            let name = path.file_name().and_then(|it| it.to_str());
            name.is_some_and(|it| it.starts_with(beginning) && it.ends_with(end))
        };
        let mut found = ends
            .iter()
            .filter_map(|end| paths.iter().find(|path| is_it(path, end)));
        found.next().cloned()
    };
    let target = sysroot.join("lib/rustlib").join(host).join("lib");
    let of_crate = |name: &str| in_folder(&target, &format!("lib{name}-"), &[".rmeta", ".rlib"]);
    let compiler = in_folder(&sysroot.join("lib"), "librustc_driver-", &[".so", ".dylib"]);
    let files = ["core", "alloc", "std"].map(of_crate);
    files.into_iter().chain([compiler]).collect()
}

/// Whether a file, or some file in a folder, holds what is looked for; `None` when something cannot be
/// read.
fn search(place: &Path, finder: &Finder<'_>) -> Option<bool> {
    let metadata = std::fs::metadata(place).ok()?;
    if metadata.is_dir() {
        for entry in std::fs::read_dir(place).ok()? {
            if search(&entry.ok()?.path(), finder)? {
                return Some(true);
            }
        }
        return Some(false);
    }
    if !metadata.is_file() || metadata.len() > MAX_BYTES {
        return None;
    }
    let bytes = std::fs::read(place).ok()?;
    Some(finder.find(&bytes).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_parts() {
        assert_eq!(parts("to_roman_x"), ["roman"]);
        assert_eq!(parts("AsyncHTTPClient"), ["async", "httpclient"]);
        assert_eq!(parts("MAX_SIZE"), ["size"]);
    }

    /// A cargo home with one package, and a toolchain that knows `as_nanos`.
    fn sources(home: &Path, package: &[(&str, &str)]) -> Sources {
        let folder = home.join("registry/src/index/engine-1.0.0/src");
        fs_err::create_dir_all(&folder).unwrap();
        for (name, text) in package {
            fs_err::write(folder.join("..").join(name), text).unwrap();
        }
        let libraries = home.join("toolchain/lib/rustlib/a-b/lib");
        fs_err::create_dir_all(&libraries).unwrap();
        for name in ["libcore-1.rmeta", "liballoc-1.rmeta", "libstd-1.rlib"] {
            fs_err::write(libraries.join(name), "\0as_nanos\0").unwrap();
        }
        let compiler = home.join("toolchain/lib/librustc_driver-1.so");
        fs_err::write(compiler, "unwrap").unwrap();
        Sources::new(home, &home.join("toolchain"), "a-b")
    }

    fn lockfile(packages: &[&str]) -> String {
        let root = "version = 4\n[[package]]\nname = \"example\"\nversion = \"0.0.0\"\n";
        let package = |name: &&str| {
            format!(
                "[[package]]\nname = \"{name}\"\nversion = \"1.0.0\"\nsource = \"registry+x\"\n"
            )
        };
        let packages = packages.iter().map(package);
        std::iter::once(root.to_owned()).chain(packages).collect()
    }

    const ENGINE: (&str, &str) = ("engine", "1.0.0");

    #[test]
    fn what_nothing_is_called_is_lacking() {
        let home = tempfile::tempdir().unwrap();
        let sources = sources(home.path(), &[("src/lib.rs", "pub fn start_up() {}")]);
        let lock = lockfile(&["engine"]);
        assert!(sources.lack(&lock, ENGINE, "shut_down"));
        assert!(!sources.lack(&lock, ENGINE, "start_up"));
        assert!(
            !sources.lack(&lock, ENGINE, "as_nanos"),
            "the standard library's"
        );
        assert!(!sources.lack(&lock, ENGINE, "unwrap"), "known by number");
    }

    #[test]
    fn what_cannot_be_seen_may_be_there() {
        let home = tempfile::tempdir().unwrap();
        let sources = sources(home.path(), &[("src/lib.rs", "")]);
        let unpacked = lockfile(&["engine", "wheels"]);
        assert!(
            !sources.lack(&unpacked, ENGINE, "shut_down"),
            "a package is not there"
        );
        let from_git = lockfile(&["engine"]).replace("registry+x", "git+x");
        assert!(!sources.lack(&from_git, ENGINE, "shut_down"));
        let other = Sources::new(home.path(), &home.path().join("toolchain"), "c-d");
        assert!(
            !other.lack(&lockfile(&["engine"]), ENGINE, "shut_down"),
            "no such host"
        );
    }

    #[test]
    fn names_that_could_be_put_together_may_be_there() {
        let home = tempfile::tempdir().unwrap();
        let lib = (
            "src/lib.rs",
            "paste! { fn [<shut_ $mode>]() {} make!(Down); }",
        );
        let sources = sources(home.path(), &[lib, ("build.rs", "")]);
        let lock = lockfile(&["engine"]);
        assert!(
            !sources.lack(&lock, ENGINE, "shut_down"),
            "both parts are there"
        );
        assert!(sources.lack(&lock, ENGINE, "shut_sideways"));
    }
}
