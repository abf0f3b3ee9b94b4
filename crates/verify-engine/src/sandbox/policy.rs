//! What a contained process may see, change and use.

use std::path::{Path, PathBuf};
use std::time::Duration;

#[cfg(unix)]
use rustix::process::Signal;
use serde::{Deserialize, Serialize};
#[cfg(unix)]
use verify_model::Exit;

/// What a process may do. Without any grant it sees the system's libraries and programs, its own
/// program, and an empty folder for temporary files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// What it is for.
    pub(crate) kind: Kind,
    /// Files and folders that may be read, and programs in them that may be started.
    pub(crate) read: Vec<PathBuf>,
    /// Folders that may be changed; they have to exist.
    pub(crate) write: Vec<PathBuf>,
    /// A folder whose files are given to the process as a copy that it may change.
    pub(crate) scratch: Option<PathBuf>,
    /// How much it may use.
    pub(crate) resources: Resources,
}

/// What a contained process is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// Compiling: cargo, rustc, build scripts and procedural macros.
    Build,
    /// Running what was compiled.
    Run,
}

/// How much a contained process may use, beside wall time and output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resources {
    /// CPU time of each of its processes.
    pub cpu: Duration,
    /// Bytes of memory, of each of its processes and of all of them together.
    pub memory: u64,
    /// Processes and threads at once.
    pub processes: u64,
    /// Bytes that it may write: in all where its files are in memory, else in each file.
    pub scratch: u64,
}

const MEBIBYTE: u64 = 1024 * 1024;

impl Resources {
    /// What compiling with `jobs` compilers at once gets by default.
    #[must_use]
    pub fn for_building(jobs: usize) -> Self {
        let jobs = u64::try_from(jobs).unwrap_or(1);
        Self {
            cpu: Duration::from_mins(30),
            memory: 3 * 1024 * MEBIBYTE,
            // For several builds: they belong to one user, and the kernel counts by user.
            processes: 512 + 32 * jobs,
            scratch: 4 * 1024 * MEBIBYTE,
        }
    }

    /// What a program gets by default.
    #[must_use]
    pub const fn for_running() -> Self {
        Self {
            cpu: Duration::from_mins(1),
            memory: 1024 * MEBIBYTE,
            processes: 256,
            scratch: 64 * MEBIBYTE,
        }
    }
}

#[cfg(unix)]
impl Resources {
    /// Which of them a process went beyond, by the signal with which the kernel ended it: a sentence
    /// without its beginning.
    pub(crate) fn exceeded_by(&self, exit: Exit) -> Option<String> {
        let Exit::Signal(signal) = exit else {
            return None;
        };
        if signal == Signal::XCPU.as_raw() {
            let seconds = self.cpu.as_secs();
            Some(format!("used more CPU time than it may: {seconds} s"))
        } else if signal == Signal::XFSZ.as_raw() {
            let mebibytes = self.scratch / MEBIBYTE;
            Some(format!("wrote a larger file than it may: {mebibytes} MiB"))
        } else {
            None
        }
    }
}

impl Policy {
    /// For compiling: no network.
    #[must_use]
    pub const fn build(resources: Resources) -> Self {
        Self::new(Kind::Build, resources)
    }

    /// For running what was compiled: no network but its own.
    #[must_use]
    pub const fn run(resources: Resources) -> Self {
        Self::new(Kind::Run, resources)
    }

    const fn new(kind: Kind, resources: Resources) -> Self {
        Self {
            kind,
            read: Vec::new(),
            write: Vec::new(),
            scratch: None,
            resources,
        }
    }

    /// Also lets it read `path`, and start programs there.
    #[must_use]
    pub fn reading(mut self, path: impl AsRef<Path>) -> Self {
        self.read.push(path.as_ref().to_owned());
        self
    }

    /// Also lets it change everything in the folder `path`.
    #[must_use]
    pub fn writing(mut self, path: impl AsRef<Path>) -> Self {
        self.write.push(path.as_ref().to_owned());
        self
    }

    /// Starts it in a copy of the folder `path`, which it may change and which is thrown away.
    #[must_use]
    pub fn in_copy_of(mut self, path: impl AsRef<Path>) -> Self {
        self.scratch = Some(path.as_ref().to_owned());
        self
    }
}
