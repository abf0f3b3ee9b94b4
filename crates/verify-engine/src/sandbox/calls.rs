//! System calls that no crate offers in a safe form: the only unsafe code of this project.
//!
//! Everything here is for the shim, a process of one thread; each function says what it relies on.
#![allow(unsafe_code)]

use std::ffi::{CStr, c_int, c_uint, c_ulong};
use std::io::{Error, Result};
use std::mem;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::time::Duration;

use rustix::process::Pid;

/// What [`fork`] came back as.
pub(super) enum Forked {
    /// In the new process.
    Child,
    /// In the old one.
    Parent(Pid),
}

/// Turns the usual "-1 and errno" into a result.
fn checked(value: c_int) -> Result<c_int> {
    if value < 0 {
        Err(Error::last_os_error())
    } else {
        Ok(value)
    }
}

/// Forks this process.
pub(super) fn fork() -> Result<Forked> {
    // SAFETY: the shim has one thread, so no lock can be left held in the child.
    let pid = checked(unsafe { libc::fork() })?;
    Ok(Pid::from_raw(pid).map_or(Forked::Child, Forked::Parent))
}

/// Ends this process at once.
pub(super) fn exit(code: i32) -> ! {
    // SAFETY: has no preconditions; nothing that the shim holds needs to be dropped.
    unsafe { libc::_exit(code) }
}

/// Closes every descriptor from `first` on.
pub(super) fn close_from(first: c_uint) -> Result<()> {
    // SAFETY: the arguments are plain numbers. The shim calls it before it has opened anything
    // that a value owns.
    let result = unsafe { libc::syscall(libc::SYS_close_range, first, c_uint::MAX, 0) };
    if result == 0 {
        Ok(())
    } else {
        Err(Error::last_os_error())
    }
}

/// Moves standard input to descriptor 3, closed on exec, and leaves the null device in its place.
pub(super) fn move_standard_input() -> Result<OwnedFd> {
    const NULL: &CStr = c"/dev/null";
    // SAFETY: plain numbers and a string that lives as long as the program. Descriptor 3 is owned
    // by nothing: the shim has opened nothing before this.
    let moved = unsafe {
        checked(libc::dup3(0, 3, libc::O_CLOEXEC))?;
        let null = checked(libc::open(NULL.as_ptr(), libc::O_RDONLY | libc::O_CLOEXEC))?;
        checked(libc::dup2(null, 0))?;
        OwnedFd::from_raw_fd(3)
    };
    Ok(moved)
}

/// Enters new namespaces (`CLONE_NEW…`).
pub(super) fn unshare(flags: c_int) -> Result<()> {
    // SAFETY: the flags are those of namespaces only, which change what names mean and leave
    // memory and descriptors alone.
    checked(unsafe { libc::unshare(flags) }).map(|_| ())
}

/// Sets attributes (`MOUNT_ATTR_…`) of a detached mount and of all below it, and makes it private.
pub(super) fn set_mount_attributes(mount: BorrowedFd<'_>, attributes: u64) -> Result<()> {
    let wanted = libc::mount_attr {
        attr_set: attributes,
        attr_clr: 0,
        propagation: libc::MS_PRIVATE,
        userns_fd: 0,
    };
    // SAFETY: the path is empty and lives long enough, and so does the struct, whose size is given.
    let result = unsafe {
        libc::syscall(
            libc::SYS_mount_setattr,
            mount.as_raw_fd(),
            c"".as_ptr(),
            libc::AT_EMPTY_PATH | libc::AT_RECURSIVE,
            &raw const wanted,
            mem::size_of::<libc::mount_attr>(),
        )
    };
    if result == 0 {
        Ok(())
    } else {
        Err(Error::last_os_error())
    }
}

/// Makes the loopback device of a new network namespace usable.
pub(super) fn raise_loopback() -> Result<()> {
    // SAFETY: all-zero bytes are a valid `ifreq`; the descriptor is used and closed here only; and
    // the union's field is the one that these two requests define.
    unsafe {
        let socket = checked(libc::socket(
            libc::AF_INET,
            libc::SOCK_DGRAM | libc::SOCK_CLOEXEC,
            0,
        ))?;
        let socket = OwnedFd::from_raw_fd(socket);
        let mut request: libc::ifreq = mem::zeroed();
        for (to, from) in request.ifr_name.iter_mut().zip(c"lo".to_bytes()) {
            *to = from.cast_signed();
        }
        let get = libc::ioctl(
            socket.as_raw_fd(),
            libc::SIOCGIFFLAGS as _,
            &raw mut request,
        );
        checked(get)?;
        request.ifr_ifru.ifru_flags |= libc::c_short::try_from(libc::IFF_UP).unwrap_or(1);
        let set = libc::ioctl(
            socket.as_raw_fd(),
            libc::SIOCSIFFLAGS as _,
            &raw mut request,
        );
        checked(set)?;
    }
    Ok(())
}

/// The signals that the shim waits for instead of being interrupted by them.
#[derive(Clone, Copy)]
pub(super) struct Awaited(libc::sigset_t);

/// What woke the shim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Woken {
    /// A child changed.
    Child,
    /// It is asked to end.
    Stop,
}

impl Awaited {
    /// Blocks the signals of [`Woken`], and ignores the one that a closed pipe makes.
    pub(super) fn block() -> Result<Self> {
        // SAFETY: the set is initialised by `sigemptyset`, and the pointers live long enough.
        unsafe {
            let mut set: libc::sigset_t = mem::zeroed();
            libc::sigemptyset(&raw mut set);
            for signal in [libc::SIGCHLD, libc::SIGTERM, libc::SIGINT, libc::SIGHUP] {
                libc::sigaddset(&raw mut set, signal);
            }
            checked(libc::sigprocmask(
                libc::SIG_BLOCK,
                &raw const set,
                std::ptr::null_mut(),
            ))?;
            libc::signal(libc::SIGPIPE, libc::SIG_IGN);
            Ok(Self(set))
        }
    }

    /// Undoes [`Self::block`], for a program that is about to start.
    pub(super) fn restore(self) {
        // SAFETY: the set was initialised when it was blocked.
        unsafe {
            libc::sigprocmask(libc::SIG_UNBLOCK, &raw const self.0, std::ptr::null_mut());
            libc::signal(libc::SIGPIPE, libc::SIG_DFL);
        }
    }

    /// Waits for one of them, at most as long as said.
    pub(super) fn wait(self, patience: Duration) -> Option<Woken> {
        let patience = libc::timespec {
            tv_sec: libc::time_t::try_from(patience.as_secs()).unwrap_or(libc::time_t::MAX),
            tv_nsec: patience.subsec_nanos().into(),
        };
        // SAFETY: the set is initialised, and no information is asked for.
        let signal = unsafe {
            libc::sigtimedwait(&raw const self.0, std::ptr::null_mut(), &raw const patience)
        };
        match signal {
            libc::SIGCHLD => Some(Woken::Child),
            number if number > 0 => Some(Woken::Stop),
            _ => None,
        }
    }
}

/// Kills every process that this one may signal, but not itself.
pub(super) fn kill_all() {
    // SAFETY: plain numbers. The callers have made sure that what they may signal is theirs.
    unsafe {
        libc::kill(-1, libc::SIGKILL);
    }
}

/// CPU time of the children that were waited for.
pub(super) fn cpu_time_of_children() -> Duration {
    // SAFETY: all-zero bytes are a valid `rusage`, which the call fills.
    let usage = unsafe {
        let mut usage: libc::rusage = mem::zeroed();
        libc::getrusage(libc::RUSAGE_CHILDREN, &raw mut usage);
        usage
    };
    let of = |time: libc::timeval| {
        Duration::from_secs(u64::try_from(time.tv_sec).unwrap_or(0))
            + Duration::from_micros(u64::try_from(time.tv_usec).unwrap_or(0))
    };
    of(usage.ru_utime) + of(usage.ru_stime)
}

/// Becomes an ordinary user for good: no other groups, and no way back.
pub(super) fn become_user(user: u32) -> Result<()> {
    let all = |result: c_int| checked(result).map(|_| ());
    // SAFETY: plain numbers; the list of groups is empty, so its pointer is not read.
    unsafe {
        all(libc::setgroups(0, std::ptr::null()))?;
        all(libc::setresgid(user, user, user))?;
        all(libc::setresuid(user, user, user))
    }
}

/// A `prctl` request with numbers only.
pub(super) fn prctl(request: c_int, argument: c_ulong, second: c_ulong) -> Result<()> {
    // SAFETY: only requests without pointers are made by the callers.
    checked(unsafe { libc::prctl(request, argument, second, 0, 0) }).map(|_| ())
}

/// Landlock's version here, 0 where there is none. Asked of the kernel: what lists such things
/// below `/sys` need not be there.
pub(super) fn landlock_version() -> i32 {
    /// `LANDLOCK_CREATE_RULESET_VERSION` in the kernel's `include/uapi/linux/landlock.h`.
    const VERSION: c_uint = 1;
    // SAFETY: this flag asks for a null pointer and a length of 0, and makes nothing.
    let version = unsafe {
        libc::syscall(
            libc::SYS_landlock_create_ruleset,
            std::ptr::null::<u8>(),
            0_usize,
            VERSION,
        )
    };
    i32::try_from(version).unwrap_or(0).max(0)
}

/// Keeps one capability, handed on to programs that are started, or none.
pub(super) fn keep_only_capability(kept: Option<u32>) -> Result<()> {
    /// `_LINUX_CAPABILITY_VERSION_3` in the kernel's `include/uapi/linux/capability.h`.
    const VERSION: u32 = 0x2008_0522;
    #[repr(C)]
    struct Header {
        version: u32,
        pid: c_int,
    }
    #[repr(C)]
    #[derive(Clone, Copy, Default)]
    struct Sets {
        effective: u32,
        permitted: u32,
        inheritable: u32,
    }
    let bit = kept.map_or(0, |capability| 1 << capability);
    let header = Header {
        version: VERSION,
        pid: 0,
    };
    let low = Sets {
        effective: bit,
        permitted: bit,
        inheritable: bit,
    };
    let sets = [low, Sets::default()];
    // SAFETY: both structs have the layout that this version defines, and live long enough.
    let result = unsafe { libc::syscall(libc::SYS_capset, &raw const header, sets.as_ptr()) };
    if result != 0 {
        return Err(Error::last_os_error());
    }
    match kept {
        Some(capability) => prctl(
            libc::PR_CAP_AMBIENT,
            libc::c_ulong::try_from(libc::PR_CAP_AMBIENT_RAISE).unwrap_or(2),
            capability.into(),
        ),
        None => Ok(()),
    }
}
