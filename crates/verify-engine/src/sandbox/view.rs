//! What a contained process sees of the file system: the same list for every tier.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use super::order::Order;
use super::rules::Use;

/// What programs and compilers need of the system. What is not there is passed over.
const SYSTEM: [&str; 21] = [
    "/usr",
    "/bin",
    "/sbin",
    "/lib",
    "/lib32",
    "/lib64",
    "/libx32",
    "/nix/store",
    "/gnu/store",
    "/etc/ld.so.cache",
    "/etc/alternatives",
    "/etc/hosts",
    "/etc/nsswitch.conf",
    "/etc/localtime",
    "/etc/ssl/certs",
    "/etc/ssl/cert.pem",
    "/etc/ssl/openssl.cnf",
    "/etc/ca-certificates",
    "/etc/pki/tls/certs",
    "/etc/pki/ca-trust",
    "/etc/crypto-policies",
];

/// Devices that are no way to anything.
pub(super) const DEVICES: [&str; 5] = [
    "/dev/null",
    "/dev/zero",
    "/dev/full",
    "/dev/random",
    "/dev/urandom",
];

/// What of `/proc` may be read where it shows more than the contained processes: the process
/// itself, and what tells how big the machine is.
const OWN_PROCESS: [&str; 7] = [
    "/proc/self",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/proc/stat",
    "/proc/filesystems",
    "/proc/sys/vm/overcommit_memory",
    "/sys/devices/system/cpu",
];

/// Most links that are followed on the way to a path.
const MAX_LINKS: usize = 40;

/// What lies where.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct View {
    /// Real paths, without any link in them, and what each may be used for; each after those that
    /// it lies in.
    pub paths: Vec<(PathBuf, Use)>,
    /// Links that lead to them, and what they say.
    pub links: BTreeSet<(PathBuf, PathBuf)>,
}

impl View {
    /// What `order` grants.
    pub(super) fn of(order: &Order) -> Self {
        let mut view = Self::default();
        let system = SYSTEM.iter().map(Path::new);
        let read = order.policy.read.iter().map(PathBuf::as_path);
        for path in system.chain(read).chain([order.program.as_path()]) {
            view.add(path, Use::Read);
        }
        for path in &order.policy.write {
            view.add(path, Use::Change);
        }
        view.paths.sort();
        view.paths.dedup();
        view
    }

    /// Where there is no file system of one's own: with the devices, the process's own entries,
    /// and the folder for temporary files, and without what holds secrets.
    pub(super) fn confined(order: &Order) -> Self {
        let mut view = Self::of(order);
        for secret in &order.hidden {
            view.leave_out(secret);
        }
        view.paths
            .extend(DEVICES.map(|path| (path.into(), Use::Device)));
        view.paths
            .extend(OWN_PROCESS.map(|path| (path.into(), Use::Read)));
        let scratch = order.policy.scratch.clone();
        view.paths.extend(scratch.map(|path| (path, Use::Read)));
        let private = order.private.clone();
        view.paths.extend(private.map(|path| (path, Use::Change)));
        view
    }

    fn add(&mut self, path: &Path, purpose: Use) {
        if let Some(real) = follow(path, &mut self.links) {
            self.paths.push((real, purpose));
        }
    }

    /// Grants the neighbours of `secret` instead of a folder that it lies in.
    fn leave_out(&mut self, secret: &Path) {
        let holders: Vec<PathBuf> = self
            .paths
            .iter()
            .filter(|(path, purpose)| *purpose == Use::Read && secret.starts_with(path))
            .map(|(path, _)| path.clone())
            .collect();
        for holder in holders {
            self.paths.retain(|(path, _)| *path != holder);
            let between = secret.ancestors().skip(1);
            for folder in between.take_while(|folder| folder.starts_with(&holder)) {
                let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
                let others = entries
                    .map(|entry| entry.path())
                    .filter(|path| !secret.starts_with(path));
                self.paths.extend(others.map(|path| (path, Use::Read)));
            }
        }
    }
}

/// The real path that `path` leads to, and the links on the way; `None` when nothing is there.
fn follow(path: &Path, links: &mut BTreeSet<(PathBuf, PathBuf)>) -> Option<PathBuf> {
    let mut rest: Vec<PathBuf> = parts(path);
    let mut real = PathBuf::from("/");
    let mut followed = 0;
    while let Some(part) = rest.pop() {
        if part.as_os_str() == ".." {
            real.pop();
            continue;
        }
        let next = real.join(&part);
        let metadata = std::fs::symlink_metadata(&next).ok()?;
        if !metadata.is_symlink() {
            real = next;
            continue;
        }
        followed += 1;
        if followed > MAX_LINKS {
            return None;
        }
        let says = std::fs::read_link(&next).ok()?;
        if says.is_absolute() {
            real = PathBuf::from("/");
        }
        rest.extend(parts(&says));
        links.insert((next, says));
    }
    Some(real)
}

/// The names of a path, last one first.
fn parts(path: &Path) -> Vec<PathBuf> {
    let names = path.components().rev().filter_map(|part| match part {
        Component::Normal(name) => Some(PathBuf::from(name)),
        Component::ParentDir => Some(PathBuf::from("..")),
        Component::Prefix(_) | Component::RootDir | Component::CurDir => None,
    });
    names.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_on_the_way_are_kept_and_followed() {
        let folder = tempfile::tempdir().unwrap();
        let root = fs_err::canonicalize(folder.path()).unwrap();
        fs_err::create_dir_all(root.join("real/inner")).unwrap();
        std::os::unix::fs::symlink("real", root.join("one")).unwrap();
        std::os::unix::fs::symlink(root.join("one/inner"), root.join("two")).unwrap();
        std::os::unix::fs::symlink("loop", root.join("loop")).unwrap();
        let mut links = BTreeSet::new();
        let real = follow(&root.join("two"), &mut links);
        assert_eq!(real, Some(root.join("real/inner")));
        assert_eq!(links.len(), 2);
        assert_eq!(follow(&root.join("loop"), &mut links), None);
        assert_eq!(follow(&root.join("none"), &mut links), None);
    }

    #[test]
    fn a_secret_is_left_out_and_its_neighbours_are_not() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        for file in ["a/secret", "a/other", "a/b/c", "d"] {
            let path = root.join(file);
            fs_err::create_dir_all(path.parent().unwrap()).unwrap();
            fs_err::write(path, "").unwrap();
        }
        let mut view = View {
            paths: vec![(root.to_owned(), Use::Read)],
            links: BTreeSet::new(),
        };
        view.leave_out(&root.join("a/secret"));
        view.paths.sort();
        let names: Vec<_> = view.paths.iter().map(|(path, _)| path.clone()).collect();
        assert_eq!(names, ["a/b", "a/other", "d"].map(|name| root.join(name)));
    }
}
