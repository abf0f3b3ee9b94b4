//! Where strangers' code is compiled and run: what contains it, and what it may see there.

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
/// What of a cargo home builds read; everything in it was fetched.
const FETCHED: [&str; 2] = ["registry", "git"];
/// Words in the names of settings that hold secrets, or that name programs which know them.
const SECRET: [&str; 6] = ["token", "secret", "password", "credential", "proxy", "key"];

/// Tables of a cargo configuration that say where packages come from, and how to link.
const KEPT: [&str; 4] = ["source", "registries", "registry", "target"];

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
        let cargo_home = layout.root().join("cargo-home");
        let mut readable = vec![sysroot.clone(), cargo_home.clone()];
        if let Some(home) = home() {
            fs_err::create_dir_all(&cargo_home).map_err(EngineError::cache(&cargo_home))?;
            let config = harmless_config(&home);
            layout.write(&cargo_home.join("config.toml"), config.as_bytes())?;
            for folder in FETCHED {
                readable.push(home.join(folder));
                link(&home.join(folder), &cargo_home.join(folder))
                    .map_err(EngineError::cache(&cargo_home))?;
            }
        }
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

/// The settings of a cargo home without those that hold secrets or start programs. Where packages
/// come from has to stay, or what was fetched is not found.
fn harmless_config(home: &Path) -> String {
    let text = ["config.toml", "config"]
        .iter()
        .find_map(|name| fs_err::read_to_string(home.join(name)).ok());
    let mut table: toml::Table = text.and_then(|text| text.parse().ok()).unwrap_or_default();
    table.retain(|name, _| KEPT.contains(&name));
    strip(&mut table);
    toml::to_string(&table).unwrap_or_default()
}

fn strip(table: &mut toml::Table) {
    table.retain(|name, _| {
        let name = name.to_ascii_lowercase();
        !SECRET.iter().any(|word| name.contains(word)) && name != "runner"
    });
    for (_, value) in table.iter_mut() {
        if let toml::Value::Table(inner) = value {
            strip(inner);
        }
    }
}

#[cfg(unix)]
fn link(to: &Path, at: &Path) -> std::io::Result<()> {
    if fs_err::read_link(at).is_ok_and(|present| present == to) {
        return Ok(());
    }
    if std::fs::symlink_metadata(at).is_ok() {
        fs_err::remove_file(at)?;
    }
    std::os::unix::fs::symlink(to, at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configuration_keeps_where_packages_come_from_and_loses_secrets() {
        let home = tempfile::tempdir().unwrap();
        let text = "[source.crates-io]\nreplace-with = \"mirror\"\n\
                    [source.mirror]\nregistry = \"sparse+https://example.invalid/\"\n\
                    [registries.own]\nindex = \"x\"\ntoken = \"s3cr3t\"\n\
                    [registry]\ncredential-provider = \"thief\"\n\
                    [build]\nrustc-wrapper = \"thief\"\n\
                    [target.x]\nrunner = \"thief\"\nlinker = \"clang\"\n";
        fs_err::write(home.path().join("config.toml"), text).unwrap();
        let kept = harmless_config(home.path());
        assert!(kept.contains("replace-with") && kept.contains("example.invalid"));
        assert!(kept.contains("clang") && kept.contains("index"));
        for word in ["s3cr3t", "thief"] {
            assert!(!kept.contains(word), "{kept}");
        }
    }

    #[test]
    fn a_link_is_moved_to_where_it_has_to_lead() {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path().join("at");
        for to in ["one", "two", "two"] {
            link(Path::new(to), &at).unwrap();
            assert_eq!(fs_err::read_link(&at).unwrap(), Path::new(to));
        }
    }
}
