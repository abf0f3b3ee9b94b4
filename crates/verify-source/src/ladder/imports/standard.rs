//! What is known of names by themselves: which hardly mean anything but the standard library's, and
//! which mean something else in every project.

/// Names that documents use for what the standard library has under them, and that projects do not
/// give to types of their own. A name that is not here, such as `Command` or `Context`, may as well
/// be the project's, or another library's: runtimes have a `Mutex` and a `TcpListener`, too. Each
/// with its module.
const UNMISTAKABLE: [(&str, &str); 55] = [
    ("Arc", "sync"),
    ("AsRawFd", "os::fd"),
    ("AtomicBool", "sync::atomic"),
    ("AtomicI32", "sync::atomic"),
    ("AtomicI64", "sync::atomic"),
    ("AtomicPtr", "sync::atomic"),
    ("AtomicU32", "sync::atomic"),
    ("AtomicU64", "sync::atomic"),
    ("AtomicU8", "sync::atomic"),
    ("AtomicUsize", "sync::atomic"),
    ("BTreeMap", "collections"),
    ("BTreeSet", "collections"),
    ("BinaryHeap", "collections"),
    ("CStr", "ffi"),
    ("CString", "ffi"),
    ("Condvar", "sync"),
    ("Cow", "borrow"),
    ("Deref", "ops"),
    ("DerefMut", "ops"),
    ("Duration", "time"),
    ("ErrorKind", "io"),
    ("FromStr", "str"),
    ("HashMap", "collections"),
    ("HashSet", "collections"),
    ("Infallible", "convert"),
    ("IpAddr", "net"),
    ("Ipv4Addr", "net"),
    ("Ipv6Addr", "net"),
    ("LazyCell", "cell"),
    ("LazyLock", "sync"),
    ("ManuallyDrop", "mem"),
    ("MaybeUninit", "mem"),
    ("NonNull", "ptr"),
    ("NonZeroU32", "num"),
    ("NonZeroU64", "num"),
    ("NonZeroUsize", "num"),
    ("OnceLock", "sync"),
    ("OsStr", "ffi"),
    ("OsString", "ffi"),
    ("ParseFloatError", "num"),
    ("ParseIntError", "num"),
    ("PathBuf", "path"),
    ("PhantomData", "marker"),
    ("PhantomPinned", "marker"),
    ("Pin", "pin"),
    ("PoisonError", "sync"),
    ("Rc", "rc"),
    ("RefCell", "cell"),
    ("RefMut", "cell"),
    ("SocketAddr", "net"),
    ("SocketAddrV4", "net"),
    ("SystemTime", "time"),
    ("TypeId", "any"),
    ("UnsafeCell", "cell"),
    ("VecDeque", "collections"),
];

/// Names that mean the standard library's where no crate is named that has them as well.
const USUAL: [&str; 34] = [
    "Barrier",
    "BufRead",
    "BufReader",
    "BufWriter",
    "Display",
    "File",
    "FromIterator",
    "Hash",
    "Hasher",
    "Index",
    "IndexMut",
    "Instant",
    "Mutex",
    "MutexGuard",
    "Once",
    "OpenOptions",
    "Path",
    "Poll",
    "RwLock",
    "RwLockReadGuard",
    "RwLockWriteGuard",
    "TcpListener",
    "TcpStream",
    "UdpSocket",
    "Waker",
    "cmp",
    "env",
    "fmt",
    "fs",
    "io",
    "mem",
    "ops",
    "ptr",
    "thread",
];

/// Names of the standard library that asynchronous runtimes have as well.
const ALSO_ASYNCHRONOUS: [&str; 33] = [
    "Barrier",
    "BufReader",
    "BufWriter",
    "Child",
    "Command",
    "DirEntry",
    "File",
    "Instant",
    "JoinHandle",
    "Mutex",
    "MutexGuard",
    "OnceCell",
    "OpenOptions",
    "RwLock",
    "RwLockReadGuard",
    "RwLockWriteGuard",
    "Stdin",
    "Stdout",
    "TcpListener",
    "TcpStream",
    "UdpSocket",
    "UnixDatagram",
    "UnixListener",
    "UnixStream",
    "channel",
    "fs",
    "io",
    "net",
    "process",
    "sync",
    "task",
    "thread",
    "time",
];

/// Libraries of asynchronous runtimes.
pub(super) const RUNTIMES: [&str; 4] = ["async_std", "futures", "smol", "tokio"];

/// Names that a project gives to types of its own, whatever some library has under them.
const COMMON_WORDS: [&str; 107] = [
    "Action",
    "Alignment",
    "Ancestors",
    "App",
    "Args",
    "Arguments",
    "Backend",
    "Body",
    "Builder",
    "Cache",
    "Channel",
    "Child",
    "Chunks",
    "Cli",
    "Client",
    "Cloned",
    "Command",
    "Component",
    "Components",
    "Config",
    "Connection",
    "Context",
    "Copied",
    "Cursor",
    "Cycle",
    "Database",
    "Dir",
    "Discriminant",
    "Document",
    "Element",
    "Empty",
    "Entry",
    "Enumerate",
    "Error",
    "Event",
    "Exclusive",
    "Executor",
    "FileType",
    "Filter",
    "Flatten",
    "Form",
    "Frame",
    "Fuse",
    "Global",
    "Handle",
    "Handler",
    "Id",
    "Inspect",
    "Item",
    "Iter",
    "Key",
    "Kind",
    "Layer",
    "Layout",
    "Location",
    "Map",
    "Matches",
    "Message",
    "Metadata",
    "Method",
    "Model",
    "Node",
    "Options",
    "Order",
    "Output",
    "ParseError",
    "Parser",
    "Pending",
    "Permissions",
    "Pool",
    "Position",
    "Prefix",
    "Query",
    "Ready",
    "Record",
    "Report",
    "Request",
    "Response",
    "Result",
    "Rev",
    "Row",
    "Scan",
    "Schema",
    "Scope",
    "Server",
    "Service",
    "Session",
    "Shutdown",
    "Sign",
    "Sink",
    "Skip",
    "Slice",
    "State",
    "Status",
    "Store",
    "System",
    "Take",
    "Thread",
    "ThreadId",
    "Token",
    "Type",
    "User",
    "Value",
    "Variant",
    "Vars",
    "Windows",
    "Zip",
];

/// Whether a name is the standard library's unless the document names a crate that has it, too.
pub(super) fn is_usual(name: &str) -> bool {
    USUAL.binary_search(&name).is_ok()
}

/// Whether asynchronous runtimes have something of this name as well.
pub(super) fn is_also_asynchronous(name: &str) -> bool {
    ALSO_ASYNCHRONOUS.binary_search(&name).is_ok()
}

/// Whether projects give their own types this name.
pub(in super::super) fn is_common_word(name: &str) -> bool {
    COMMON_WORDS.binary_search(&name).is_ok()
}

/// Whether a name speaks for the standard library by itself.
pub(super) fn is_unmistakable(name: &str) -> bool {
    path_of(name).is_some()
}

/// The path of a name that speaks for the standard library by itself.
pub(in super::super) fn path_of(name: &str) -> Option<String> {
    let found = UNMISTAKABLE.binary_search_by_key(&name, |(name, _)| name);
    let module = found.ok().map(|at| UNMISTAKABLE[at].1)?;
    Some(format!("std::{module}::{name}"))
}

/// The path of a module that is the standard library's wherever no runtime has one of that name.
pub(in super::super) fn module_of(name: &str) -> Option<String> {
    let is_module = is_usual(name) && name.starts_with(char::is_lowercase);
    is_module.then(|| format!("std::{name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_are_sorted_and_none_is_twice() {
        assert!(UNMISTAKABLE.is_sorted_by(|(one, _), (other, _)| one < other));
        let lists: [&[&str]; 3] = [&USUAL, &ALSO_ASYNCHRONOUS, &COMMON_WORDS];
        for list in lists {
            assert!(list.is_sorted_by(|one, other| one < other), "{list:?}");
        }
    }

    #[test]
    fn paths_lead_to_their_names() {
        assert_eq!(path_of("Arc").as_deref(), Some("std::sync::Arc"));
        assert_eq!(path_of("Command"), None);
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
