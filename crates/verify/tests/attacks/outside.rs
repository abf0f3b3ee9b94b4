//! What is around the programs, and must not be touched.

use std::fs;
use std::io::ErrorKind;
use std::net::{TcpListener, UdpSocket};
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::fs::MetadataExt as _;
use std::os::unix::net::{SocketAddr, UnixListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};

use crate::harness::Project;

/// What stands in the file that nobody may read.
pub(crate) const SECRET: &str = "a-secret-that-nobody-may-read";

/// Files, sockets and a process that programs would like to get at.
pub(crate) struct Outside {
    folder: tempfile::TempDir,
    token: String,
    tcp: TcpListener,
    udp: UdpSocket,
    unix: UnixListener,
    named: UnixListener,
    bystander: Child,
    before: Vec<(PathBuf, u32, i64, i64, u64)>,
}

impl Outside {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("key"), SECRET).unwrap();
        let token = folder.path().file_name().unwrap().to_str().unwrap();
        let token = token.replace('.', "");
        let address = SocketAddr::from_abstract_name(&token).unwrap();
        let mut outside = Self {
            tcp: TcpListener::bind("0.0.0.0:0").unwrap(),
            udp: UdpSocket::bind("127.0.0.1:0").unwrap(),
            unix: UnixListener::bind(folder.path().join("socket")).unwrap(),
            named: UnixListener::bind_addr(&address).unwrap(),
            bystander: Command::new("sleep").arg("600").spawn().unwrap(),
            before: Vec::new(),
            token,
            folder,
        };
        outside.tcp.set_nonblocking(true).unwrap();
        outside.udp.set_nonblocking(true).unwrap();
        outside.unix.set_nonblocking(true).unwrap();
        outside.named.set_nonblocking(true).unwrap();
        outside.before = state(outside.folder.path());
        outside
    }

    /// A word that is nowhere else on this machine.
    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    /// The text of attacks, with the places of what is around.
    pub(crate) fn fill_in(&self, text: &str, project: &Project, tier: &str) -> String {
        let path = |path: PathBuf| path.to_str().unwrap().to_owned();
        let inside = |name: &str| path(project.path().join(name));
        let home = std::env::home_dir().unwrap();
        let cargo = std::env::var_os("CARGO_HOME").map_or_else(|| home.join(".cargo"), Into::into);
        let words = [
            ("TIER", tier.to_owned()),
            ("TOKEN", self.token.clone()),
            ("OUTSIDE", path(self.folder.path().to_owned())),
            ("KEY", path(self.folder.path().join("key"))),
            ("SOCKET", path(self.folder.path().join("socket"))),
            ("HOME", path(home)),
            ("REGISTRY", path(cargo.join("registry"))),
            ("CACHE", inside("cache")),
            ("DOCUMENT", inside("doc.md")),
            ("TARGET", inside("cache/target/shared")),
            ("TOOLCHAIN", toolchain()),
            ("TCP", self.tcp.local_addr().unwrap().port().to_string()),
            ("UDP", self.udp.local_addr().unwrap().port().to_string()),
            ("OWN_ADDRESS", own_address()),
            ("BYSTANDER", self.bystander.id().to_string()),
        ];
        let mut text = text.to_owned();
        for (word, value) in words {
            text = text.replace(&format!("@{word}@"), &value);
        }
        text
    }

    /// That nothing outside changed or was reached, and that nothing of the run is left.
    pub(crate) fn assert_unharmed(mut self, project: &Project) {
        assert_eq!(state(self.folder.path()), self.before, "files changed");
        let key = fs::read_to_string(self.folder.path().join("key")).unwrap();
        assert_eq!(key, SECRET);
        let home = std::env::home_dir().unwrap();
        let cache = project.path().join("cache");
        for folder in [
            &home,
            &cache,
            Path::new("/tmp"),
            Path::new("/usr"),
            Path::new("/etc"),
            Path::new("/var/tmp"),
        ] {
            let file = folder.join(format!("escaped-{}", self.token));
            assert!(fs::symlink_metadata(&file).is_err(), "{}", file.display());
        }
        let refused = |error: std::io::Error| error.kind() == ErrorKind::WouldBlock;
        assert!(self.tcp.accept().is_err_and(refused), "TCP was reached");
        assert!(
            self.udp.recv(&mut [0; 64]).is_err_and(refused),
            "UDP was reached"
        );
        assert!(
            self.unix.accept().is_err_and(refused),
            "a socket was reached"
        );
        assert!(
            self.named.accept().is_err_and(refused),
            "an abstract socket was reached"
        );
        assert!(
            self.bystander.try_wait().unwrap().is_none(),
            "another process was killed"
        );
        assert_eq!(
            running_below(&cache),
            Vec::<String>::new(),
            "something goes on running"
        );
        let shared = fs::read_dir("/dev/shm").into_iter().flatten().flatten();
        let left = shared.filter(|it| it.file_name().to_string_lossy().contains(&self.token));
        assert_eq!(left.count(), 0, "shared memory is left");
        let runs = fs::read_dir(cache.join("runs")).into_iter().flatten();
        assert_eq!(runs.count(), 0, "folders of runs are left");
    }
}

impl Drop for Outside {
    fn drop(&mut self) {
        let _ = self.bystander.kill();
        let _ = self.bystander.wait();
    }
}

/// Names, modes, times and sizes below a folder.
fn state(folder: &Path) -> Vec<(PathBuf, u32, i64, i64, u64)> {
    let mut state: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let entry = entry.unwrap();
            let it = entry.metadata().unwrap();
            (
                entry.path(),
                it.mode(),
                it.mtime_nsec(),
                it.ctime_nsec(),
                it.size(),
            )
        })
        .collect();
    state.sort();
    state
}

/// The address by which this machine is known to others, or that of the loopback device.
fn own_address() -> String {
    let socket = UdpSocket::bind("0.0.0.0:0").unwrap();
    // Nothing is sent by this.
    let route = socket.connect("192.0.2.1:9");
    let address = route.and_then(|()| socket.local_addr());
    address.map_or_else(|_| "127.0.0.1".to_owned(), |it| it.ip().to_string())
}

/// Command lines of living processes that name something below `folder`.
pub(crate) fn running_below(folder: &Path) -> Vec<String> {
    let folder = folder.to_str().unwrap();
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let lines = processes.filter_map(|it| fs::read_to_string(it.path().join("cmdline")).ok());
    lines.filter(|line| line.contains(folder)).collect()
}

/// Where the libraries of the toolchain are, which programs may read.
fn toolchain() -> String {
    let mut rustc = Command::new("rustc");
    let printed = rustc.args(["--print", "sysroot"]).output().unwrap().stdout;
    let sysroot = String::from_utf8(printed).unwrap();
    format!("{}/lib", sysroot.trim_end())
}
