//! Names of the standard library that hardly mean anything else.

/// Names that documents use for what the standard library has under them, and that projects do not
/// give to types of their own. A name that is not here, such as `Command` or `Context`, may as well
/// be the project's, or another library's: runtimes have a `Mutex` and a `TcpListener`, too.
const UNMISTAKABLE: [&str; 55] = [
    "Arc",
    "AsRawFd",
    "AtomicBool",
    "AtomicI32",
    "AtomicI64",
    "AtomicPtr",
    "AtomicU32",
    "AtomicU64",
    "AtomicU8",
    "AtomicUsize",
    "BTreeMap",
    "BTreeSet",
    "BinaryHeap",
    "CStr",
    "CString",
    "Condvar",
    "Cow",
    "Deref",
    "DerefMut",
    "Duration",
    "ErrorKind",
    "FromStr",
    "HashMap",
    "HashSet",
    "Infallible",
    "IpAddr",
    "Ipv4Addr",
    "Ipv6Addr",
    "LazyCell",
    "LazyLock",
    "ManuallyDrop",
    "MaybeUninit",
    "NonNull",
    "NonZeroU32",
    "NonZeroU64",
    "NonZeroUsize",
    "OnceLock",
    "OsStr",
    "OsString",
    "ParseFloatError",
    "ParseIntError",
    "PathBuf",
    "PhantomData",
    "PhantomPinned",
    "Pin",
    "PoisonError",
    "Rc",
    "RefCell",
    "RefMut",
    "SocketAddr",
    "SocketAddrV4",
    "SystemTime",
    "TypeId",
    "UnsafeCell",
    "VecDeque",
];

/// Whether a name speaks for the standard library by itself.
pub(super) fn is_unmistakable(name: &str) -> bool {
    UNMISTAKABLE.binary_search(&name).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_are_sorted_and_none_is_twice() {
        assert!(UNMISTAKABLE.is_sorted_by(|one, other| one < other));
    }

    #[test]
    fn what_projects_call_their_own_types_is_not_unmistakable() {
        assert!(is_unmistakable("PhantomData"));
        for name in [
            "Command", "Context", "Entry", "Error", "Mutex", "Request", "hash",
        ] {
            assert!(!is_unmistakable(name), "{name}");
        }
    }
}
