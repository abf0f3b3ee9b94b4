//! The compilers, called without cargo: the toolchain's own binaries, not rustup's proxies, which
//! cost half as much again as compiling a small example.

mod argv;
mod links;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use cargo_metadata::diagnostic::Diagnostic as Json;

pub(crate) use argv::{Kind, Makes, UNCALLED, Unit};
pub(crate) use links::Links;

use crate::cargo::{self, Purpose};
use crate::layout::Layout;
use crate::process::{Cancel, Ended, Finished, Limits, ProcessError};
use crate::workshop::Reach;

/// Most bytes of messages that one call may bring: what is cut off could name an error.
const MESSAGE_BYTES: usize = 64 * 1024 * 1024;

/// Which compiler to call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tool {
    /// The compiler itself.
    Rustc,
    /// The compiler with Clippy's lints.
    Clippy,
}

/// The toolchain's compilers.
#[derive(Debug)]
pub(crate) struct Compilers {
    rustc: PathBuf,
    clippy: Option<PathBuf>,
    /// How often one of them was started.
    calls: AtomicUsize,
}

/// What a compiler said.
#[derive(Debug)]
pub(crate) struct Spoken {
    /// How it ended.
    pub finished: Finished,
    /// Its messages, in order.
    pub messages: Vec<Json>,
    /// Whether everything that it printed was a message and could be read.
    pub is_readable: bool,
}

impl Spoken {
    /// Whether it ended by itself, reported success, and could be understood.
    pub(crate) fn is_success(&self) -> bool {
        self.is_readable && matches!(self.finished.ended, Ended::Exited(exit) if exit.is_success())
    }
}

/// Where a compiler works, and what it and the macros that it runs see.
#[derive(Clone, Debug)]
pub(crate) struct Surround<'a> {
    /// The directory in which it works.
    pub directory: &'a Path,
    /// The package's directory, as its environment names it.
    pub package: &'a Path,
    /// The package's name and version.
    pub name: &'a str,
    pub version: &'a str,
    /// What they may read besides what is made.
    pub readable: &'a [PathBuf],
    pub layout: &'a Layout,
    pub limits: Limits,
    pub cancel: &'a Cancel,
}

impl Compilers {
    /// Finds those of the toolchain at `sysroot`. `None` when it does not lie in one folder as
    /// toolchains do: cargo then has to find them.
    pub(crate) fn find(sysroot: &Path) -> Option<Self> {
        let folder = sysroot.join("bin");
        let tool = |name: &str| {
            let path = folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
            path.is_file().then_some(path)
        };
        Some(Self {
            rustc: tool("rustc")?,
            clippy: tool("clippy-driver"),
            calls: AtomicUsize::new(0),
        })
    }

    /// The one that knows most: Clippy, when it is installed.
    pub(crate) fn best(&self) -> Tool {
        if self.clippy.is_some() {
            Tool::Clippy
        } else {
            Tool::Rustc
        }
    }

    /// How often one of them was started.
    pub(crate) fn calls(&self) -> usize {
        self.calls.load(Ordering::Relaxed)
    }

    /// Compiles one unit and reads what the compiler says.
    pub(crate) fn compile(
        &self,
        tool: Tool,
        unit: &Unit<'_>,
        around: &Surround<'_>,
    ) -> Result<Spoken, ProcessError> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        let mut command = match (tool, &self.clippy) {
            (Tool::Clippy, Some(clippy)) => {
                let mut command = Command::new(clippy);
                // As a wrapper of the compiler, which is how cargo calls it.
                command.arg(&self.rustc);
                command
            }
            _ => Command::new(&self.rustc),
        };
        cargo::isolate(&mut command, around.layout, Purpose::Example);
        command
            .current_dir(around.directory)
            .envs(environment(unit, around))
            // Macros ask cargo about the package that they are used in.
            .env("CARGO", self.rustc.with_file_name(CARGO))
            .args(unit.arguments());
        let limits = Limits {
            output_bytes: MESSAGE_BYTES,
            output_cap: around.limits.output_cap.min(MESSAGE_BYTES as u64),
            ..around.limits
        };
        let folder = unit.output.parent().unwrap_or(unit.output);
        let workshop = around.layout.workshop()?;
        let reach = Reach {
            readable: around.readable,
            writable: folder,
        };
        let finished = workshop.build_quietly(command, reach, &limits, around.cancel)?;
        let (messages, is_readable) = read(&finished);
        Ok(Spoken {
            finished,
            messages,
            is_readable,
        })
    }
}

/// The file name of cargo, which lies beside the compiler.
const CARGO: &str = if cfg!(windows) { "cargo.exe" } else { "cargo" };

/// What cargo tells a compiler, and the macros that it runs, of the package.
fn environment(unit: &Unit<'_>, around: &Surround<'_>) -> BTreeMap<&'static str, String> {
    let path = |path: &Path| path.to_string_lossy().into_owned();
    let mut numbers = around.version.splitn(3, '.').map(str::to_owned);
    let mut number = || numbers.next().unwrap_or_default();
    let mut all = BTreeMap::from([
        ("CARGO_CRATE_NAME", unit.name.to_owned()),
        ("CARGO_MANIFEST_DIR", path(around.package)),
        (
            "CARGO_MANIFEST_PATH",
            path(&around.package.join("Cargo.toml")),
        ),
        ("CARGO_PKG_NAME", around.name.to_owned()),
        ("CARGO_PKG_VERSION", around.version.to_owned()),
        ("CARGO_PKG_VERSION_MAJOR", number()),
        ("CARGO_PKG_VERSION_MINOR", number()),
        ("CARGO_PKG_VERSION_PATCH", number()),
        ("CARGO_PRIMARY_PACKAGE", "1".to_owned()),
    ]);
    for empty in [
        "CARGO_PKG_VERSION_PRE",
        "CARGO_PKG_AUTHORS",
        "CARGO_PKG_DESCRIPTION",
        "CARGO_PKG_HOMEPAGE",
        "CARGO_PKG_LICENSE",
        "CARGO_PKG_LICENSE_FILE",
        "CARGO_PKG_README",
        "CARGO_PKG_REPOSITORY",
        "CARGO_PKG_RUST_VERSION",
    ] {
        all.insert(empty, String::new());
    }
    if unit.kind == Kind::Program {
        all.insert("CARGO_BIN_NAME", around.name.to_owned());
    }
    all
}

/// Whether a message says no more than how many others there were. Cargo leaves these out, too.
fn is_summary(message: &Json) -> bool {
    let text = &message.message;
    message.spans.is_empty()
        && message.code.is_none()
        && (text.starts_with("aborting due to")
            || text.ends_with("warning emitted")
            || text.ends_with("warnings emitted"))
}

/// The messages, one on each line of the error output, and whether that was all there was.
fn read(finished: &Finished) -> (Vec<Json>, bool) {
    let Some(bytes) = finished.stderr.complete() else {
        return (Vec::new(), false);
    };
    let mut messages = Vec::new();
    let mut is_readable = true;
    for line in bytes.split(|byte| *byte == b'\n') {
        if line.is_empty() {
            continue;
        }
        match serde_json::from_slice(line) {
            Ok(message) if is_summary(&message) => {}
            Ok(message) => messages.push(message),
            // Macros print, too.
            Err(_) => is_readable &= line.first() != Some(&b'{'),
        }
    }
    (messages, is_readable)
}
