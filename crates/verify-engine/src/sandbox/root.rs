//! A file system of one's own: a root in memory that holds what is granted and nothing else.

use std::io::{Error, Result};
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};

use rustix::fs::CWD;
use rustix::mount::{
    FsMountFlags, FsOpenFlags, MountAttrFlags, MountFlags, MountPropagationFlags, MoveMountFlags,
    OpenTreeFlags, UnmountFlags, fsconfig_create, fsconfig_set_string, fsmount, fsopen, mount,
    mount_change, move_mount, open_tree, unmount,
};
use rustix::process::pivot_root;

use super::calls;
use super::copy::Copied;
use super::order::Order;
use super::rules::Use;
use super::view::{DEVICES, View};

/// Where a folder of the old root is covered by the new one for a moment.
const STEPPING_STONE: &str = "/proc";
/// Folders in memory that every program finds.
pub(super) const TEMPORARY: &str = "/tmp";
const SHARED_MEMORY: &str = "/dev/shm";

/// Attributes of what comes from outside.
const READ_ONLY: u64 = libc::MOUNT_ATTR_RDONLY | libc::MOUNT_ATTR_NOSUID | libc::MOUNT_ATTR_NODEV;
const CHANGEABLE: u64 = libc::MOUNT_ATTR_NOSUID | libc::MOUNT_ATTR_NODEV;
const DEVICE: u64 = libc::MOUNT_ATTR_NOSUID | libc::MOUNT_ATTR_NOEXEC;

/// A piece of the old file system, cut out, and where it belongs.
struct Graft {
    path: PathBuf,
    is_folder: bool,
    mount: OwnedFd,
}

/// Makes the new root for `order` and enters it. The step that failed comes with the error.
pub(super) fn enter(order: &Order) -> std::result::Result<(), (&'static str, Error)> {
    let failed = |step| move |error: Error| (step, error);
    let view = View::of(order);
    let private = MountPropagationFlags::PRIVATE | MountPropagationFlags::REC;
    mount_change("/", private).map_err(|error| ("keeping mounts to itself", error.into()))?;
    // Everything is taken hold of before the old root goes.
    let grafts = grafts(&view, &order.hidden).map_err(failed("taking hold of what is granted"))?;
    let copied = match &order.policy.scratch {
        Some(folder) => Some(Copied::read(folder).map_err(failed("reading the example's folder"))?),
        None => None,
    };
    let processes = processes().map_err(failed("making /proc"))?;
    change_root().map_err(failed("changing the root"))?;

    // First, since what is granted may lie in one of them.
    let size = order.policy.resources.scratch;
    for path in [TEMPORARY, SHARED_MEMORY] {
        memory(Path::new(path), size, order.user).map_err(failed("making folders in memory"))?;
    }
    for graft in &grafts {
        attach(graft).map_err(failed("putting what is granted in its place"))?;
    }
    for (link, says) in &view.links {
        // Where its folder came whole, the link came with it.
        if std::fs::symlink_metadata(link).is_err() {
            make_parent(link).map_err(failed("making links"))?;
            std::os::unix::fs::symlink(says, link).map_err(failed("making links"))?;
        }
    }
    if let (Some(folder), Some(copied)) = (&order.policy.scratch, copied) {
        memory(folder, size, order.user).map_err(failed("making the scratch folder"))?;
        copied
            .write(folder, order.user)
            .map_err(failed("copying the example's files"))?;
    }
    for (link, says) in [
        ("/dev/fd", "/proc/self/fd"),
        ("/dev/stdin", "/proc/self/fd/0"),
        ("/dev/stdout", "/proc/self/fd/1"),
        ("/dev/stderr", "/proc/self/fd/2"),
    ] {
        std::os::unix::fs::symlink(says, link).map_err(failed("making /dev"))?;
    }
    attach(&put("/proc".into(), true, processes)).map_err(failed("mounting /proc"))?;
    close_root().map_err(failed("closing the root"))
}

fn grafts(view: &View, hidden: &[PathBuf]) -> Result<Vec<Graft>> {
    let mut grafts: Vec<Graft> = Vec::new();
    for (index, (path, purpose)) in view.paths.iter().enumerate() {
        // What lies in something that is granted for the same is there already.
        let is_covered = view.paths[..index]
            .iter()
            .any(|(other, same)| same == purpose && path.starts_with(other));
        if !is_covered {
            let attributes = match purpose {
                Use::Read => READ_ONLY,
                Use::Change => CHANGEABLE,
                Use::Device => DEVICE,
            };
            grafts.push(cut(path, path, attributes)?);
        }
    }
    for device in DEVICES {
        grafts.push(cut(Path::new(device), Path::new(device), DEVICE)?);
    }
    for secret in hidden {
        let is_seen = grafts.iter().any(|graft| secret.starts_with(&graft.path));
        if is_seen && secret.exists() {
            grafts.push(cut(Path::new("/dev/null"), secret, DEVICE | READ_ONLY)?);
        }
    }
    Ok(grafts)
}

/// Cuts out what is at `from`, to be put at `to`.
fn cut(from: &Path, to: &Path, attributes: u64) -> Result<Graft> {
    let named = |error: Error| Error::new(error.kind(), format!("{}: {error}", from.display()));
    let is_folder = std::fs::metadata(from).map_err(named)?.is_dir();
    let flags = OpenTreeFlags::OPEN_TREE_CLONE
        | OpenTreeFlags::OPEN_TREE_CLOEXEC
        | OpenTreeFlags::AT_RECURSIVE;
    let mount = open_tree(CWD, from, flags).map_err(|error| named(error.into()))?;
    calls::set_mount_attributes(mount.as_fd(), attributes).map_err(named)?;
    Ok(put(to.to_owned(), is_folder, mount))
}

fn put(path: PathBuf, is_folder: bool, mount: OwnedFd) -> Graft {
    Graft {
        path,
        is_folder,
        mount,
    }
}

/// A `/proc` of this PID namespace.
fn processes() -> Result<OwnedFd> {
    let context = fsopen("proc", FsOpenFlags::FSOPEN_CLOEXEC)?;
    fsconfig_create(context.as_fd())?;
    let attributes = MountAttrFlags::MOUNT_ATTR_NOSUID
        | MountAttrFlags::MOUNT_ATTR_NODEV
        | MountAttrFlags::MOUNT_ATTR_NOEXEC;
    Ok(fsmount(
        context.as_fd(),
        FsMountFlags::FSMOUNT_CLOEXEC,
        attributes,
    )?)
}

/// Makes an empty folder in memory the root, and lets the old one go.
fn change_root() -> Result<()> {
    let flags = MountFlags::NOSUID | MountFlags::NODEV;
    let options = c"size=1m,nr_inodes=4k,mode=0755";
    mount("tmpfs", STEPPING_STONE, "tmpfs", flags, options)?;
    std::env::set_current_dir(STEPPING_STONE)?;
    pivot_root(".", ".")?;
    unmount(".", UnmountFlags::DETACH)?;
    std::env::set_current_dir("/")
}

fn attach(graft: &Graft) -> Result<()> {
    let named =
        |error: Error| Error::new(error.kind(), format!("{}: {error}", graft.path.display()));
    if std::fs::symlink_metadata(&graft.path).is_err() {
        make_parent(&graft.path).map_err(named)?;
        if graft.is_folder {
            std::fs::create_dir_all(&graft.path).map_err(named)?;
        } else {
            std::fs::File::create(&graft.path).map_err(named)?;
        }
    }
    let from_descriptor = MoveMountFlags::MOVE_MOUNT_F_EMPTY_PATH;
    move_mount(graft.mount.as_fd(), "", CWD, &graft.path, from_descriptor)
        .map_err(|error| named(error.into()))
}

fn make_parent(path: &Path) -> Result<()> {
    path.parent().map_or(Ok(()), std::fs::create_dir_all)
}

/// A folder in memory at `path`, of at most `size` bytes, that belongs to `user`.
fn memory(path: &Path, size: u64, user: Option<u32>) -> Result<()> {
    if !path.is_dir() {
        std::fs::create_dir_all(path)?;
    }
    let context = fsopen("tmpfs", FsOpenFlags::FSOPEN_CLOEXEC)?;
    let mut options = vec![("size", size.to_string()), ("mode", "0700".to_owned())];
    // A file of one page at least, and every file costs memory of its own.
    options.push(("nr_inodes", (size / 4096).clamp(1024, 1 << 20).to_string()));
    if let Some(user) = user {
        options.extend([("uid", user.to_string()), ("gid", user.to_string())]);
    }
    for (name, value) in &options {
        fsconfig_set_string(context.as_fd(), *name, value.as_str())?;
    }
    fsconfig_create(context.as_fd())?;
    let attributes = MountAttrFlags::MOUNT_ATTR_NOSUID | MountAttrFlags::MOUNT_ATTR_NODEV;
    let made = fsmount(context.as_fd(), FsMountFlags::FSMOUNT_CLOEXEC, attributes)?;
    attach(&put(path.to_owned(), true, made))
}

/// From here on the root itself, which holds folders and links only, does not change.
fn close_root() -> Result<()> {
    let flags = MountFlags::BIND | MountFlags::RDONLY | MountFlags::NOSUID | MountFlags::NODEV;
    Ok(rustix::mount::mount_remount("/", flags, c"")?)
}
