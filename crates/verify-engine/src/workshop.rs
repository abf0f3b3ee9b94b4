//! Where strangers' code is compiled and run: what contains it, and what it may see there.

#[cfg(unix)]
mod harmless_home;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cargo;
use crate::error::EngineError;
use crate::layout::Layout;
use crate::process::{self, Cancel, Finished, Limits, ProcessError};
use crate::sandbox::{Policy, Resources, Sandbox};
use crate::turns::{Patience, Turns};

/// The secrets in a cargo home.
const CREDENTIALS: [&str; 2] = ["credentials", "credentials.toml"];
/// What one compilation sees besides the toolchain and what was fetched.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reach<'a> {
    /// Folders that it may read.
    pub readable: &'a [PathBuf],
    /// The folder that it may change.
    pub writable: &'a Path,
}

/// What is heard of a compilation.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Heard<'a> {
    /// It begins, perhaps anew: what was heard before does not count.
    Beginning,
    /// A line of its standard output.
    Line(&'a [u8]),
}

/// The means of compiling and running examples.
#[derive(Debug)]
pub(crate) struct Workshop {
    sandbox: Sandbox,
    /// The toolchain's own folder.
    sysroot: PathBuf,
    /// A cargo home without secrets, whose packages are those that were fetched.
    cargo_home: PathBuf,
    /// What all builds read.
    readable: Vec<PathBuf>,
    building: Resources,
    running: Resources,
    turns: Turns,
}

impl Workshop {
    /// Furnishes a workshop below `layout`.
    pub(crate) fn open(
        layout: &Layout,
        sandbox: &Sandbox,
        (building, running): (Resources, Resources),
        jobs: usize,
        sysroot: &Path,
    ) -> Result<Self, EngineError> {
        let sysroot = fs_err::canonicalize(sysroot).unwrap_or_else(|_| sysroot.to_owned());
        let mut readable = vec![sysroot.clone()];
        let cargo_home = cargo_home(layout, &mut readable)?;
        Ok(Self {
            sandbox: sandbox.clone(),
            sysroot,
            cargo_home,
            readable,
            building,
            running,
            turns: Turns::new(jobs),
        })
    }

    /// What contains strangers' code.
    pub(crate) const fn sandbox(&self) -> &Sandbox {
        &self.sandbox
    }

    /// Compiles: runs `command`, which sees what `reach` says, without a network.
    /// `hear` is told every line of its standard output.
    pub(crate) fn build(
        &self,
        mut command: Command,
        (reach, patience): (Reach<'_>, Patience),
        limits: &Limits,
        cancel: &Cancel,
        hear: &mut dyn FnMut(Heard<'_>),
    ) -> Result<Finished, ProcessError> {
        let policy = self.build_policy(reach)?;
        self.name_tools(&mut command);
        self.turns.take(patience, limits.wall, &mut || {
            hear(Heard::Beginning);
            let on_line = &mut |line: &[u8]| hear(Heard::Line(line));
            self.sandbox
                .run_lines(&policy, &command, limits, cancel, on_line)
        })
    }

    /// The same, keeping the output as it is.
    pub(crate) fn build_quietly(
        &self,
        mut command: Command,
        reach: Reach<'_>,
        limits: &Limits,
        cancel: &Cancel,
    ) -> Result<Finished, ProcessError> {
        let policy = self.build_policy(reach)?;
        self.name_tools(&mut command);
        self.turns.take(Patience::IfIdle, limits.wall, &mut || {
            self.sandbox.run(&policy, &command, limits, cancel)
        })
    }

    /// Runs what was compiled, in a copy of the folder `directory` that it may change.
    pub(crate) fn run(
        &self,
        mut command: Command,
        directory: &Path,
        patience: Patience,
        limits: &Limits,
        cancel: &Cancel,
    ) -> Result<Finished, ProcessError> {
        let policy = Policy::run(self.running)
            .reading(self.sysroot.join("lib"))
            .in_copy_of(directory);
        // It is no business of a program where the user keeps what.
        for name in ["CARGO_HOME", "RUSTUP_HOME", "RUSTUP_TOOLCHAIN"] {
            command.env_remove(name);
        }
        self.turns.take(patience, limits.wall, &mut || {
            self.sandbox.run(&policy, &command, limits, cancel)
        })
    }

    /// Asks for packages: runs `command`, a cargo that resolves or fetches, outside of the sandbox.
    /// It needs the network, and runs no package's code.
    pub(crate) fn fetch(
        &self,
        mut command: Command,
        limits: &Limits,
        cancel: &Cancel,
    ) -> Result<Finished, ProcessError> {
        self.put_tools_first(&mut command);
        process::run(command, limits, cancel)
    }

    fn build_policy(&self, reach: Reach<'_>) -> Result<Policy, ProcessError> {
        let mut policy = Policy::build(self.building);
        for path in self.readable.iter().chain(reach.readable) {
            policy = policy.reading(path);
        }
        let folder = reach.writable;
        fs_err::create_dir_all(folder).map_err(|source| ProcessError::Io {
            program: folder.display().to_string(),
            source,
        })?;
        Ok(policy.writing(folder))
    }

    /// Names the toolchain's own tools, which need nothing of the user's home.
    fn name_tools(&self, command: &mut Command) {
        self.put_tools_first(command);
        command
            .env("CARGO_HOME", &self.cargo_home)
            // Else Clippy takes its settings from any folder above the package.
            .env("CLIPPY_CONF_DIR", cargo::ROOT)
            .env("MALLOC_ARENA_MAX", "2")
            .env_remove("RUSTUP_HOME")
            .env_remove("RUSTUP_TOOLCHAIN");
    }

    /// Has `command` find the tools of the toolchain that judges, and not those of rustup, which
    /// look above the working directory for another one.
    fn put_tools_first(&self, command: &mut Command) {
        let tools = self.sysroot.join("bin");
        let path = command.get_envs().find(|(name, _)| *name == "PATH");
        let path = path.and_then(|(_, value)| value).unwrap_or_default();
        let others = std::env::split_paths(path);
        let all = std::env::join_paths(std::iter::once(tools).chain(others));
        command.env("PATH", all.unwrap_or_else(|_| OsString::from(path)));
    }
}

/// The cargo home that builds get, and what of it they read.
#[cfg(unix)]
fn cargo_home(layout: &Layout, readable: &mut Vec<PathBuf>) -> Result<PathBuf, EngineError> {
    let made = layout.root().join("cargo-home");
    readable.push(made.clone());
    if let Some(home) = home() {
        harmless_home::furnish(layout, &home, &made, readable)?;
    }
    Ok(made)
}

/// The user's own: where nothing is contained there is nothing to keep from anybody, and links are
/// a privilege.
#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
fn cargo_home(layout: &Layout, readable: &mut Vec<PathBuf>) -> Result<PathBuf, EngineError> {
    let used = home().unwrap_or_else(|| layout.root().join("cargo-home"));
    readable.push(used.clone());
    Ok(used)
}

/// The user's cargo home.
fn home() -> Option<PathBuf> {
    let named = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    named.or_else(|| Some(std::env::home_dir()?.join(".cargo")))
}

/// Files with secrets, which nothing contained may read wherever they lie.
#[must_use]
pub fn secrets() -> Vec<PathBuf> {
    let home = home().unwrap_or_default();
    let home = fs_err::canonicalize(&home).unwrap_or(home);
    CREDENTIALS.map(|name| home.join(name)).into()
}
