//! Where strangers' code is compiled and run: what contains it, and what it may see there.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::EngineError;
use crate::layout::Layout;
use crate::process::{Cancel, Finished, Limits, ProcessError};
use crate::sandbox::{Policy, Resources, Sandbox};

/// The secrets in a cargo home.
const CREDENTIALS: [&str; 2] = ["credentials", "credentials.toml"];
/// What of a cargo home builds read; everything in it was fetched.
const FETCHED: [&str; 2] = ["registry", "git"];
/// Words in the names of settings that hold secrets, or that name programs which know them.
const SECRET: [&str; 6] = ["token", "secret", "password", "credential", "proxy", "key"];

/// Tables of a cargo configuration that say where packages come from, and how to link.
const KEPT: [&str; 4] = ["source", "registries", "registry", "target"];

/// The means of compiling and running examples.
#[derive(Clone, Debug)]
pub(crate) struct Workshop {
    sandbox: Sandbox,
    /// The toolchain's own folder.
    sysroot: PathBuf,
    /// A cargo home without secrets, whose packages are those that were fetched.
    cargo_home: PathBuf,
    /// What builds read.
    readable: Vec<PathBuf>,
    building: Resources,
    running: Resources,
}

impl Workshop {
    /// Furnishes a workshop below `layout`. `sources` are folders of the user's own packages.
    pub(crate) fn open(
        layout: &Layout,
        sandbox: &Sandbox,
        sources: Vec<PathBuf>,
        (building, running): (Resources, Resources),
        sysroot: &Path,
    ) -> Result<Self, EngineError> {
        let sysroot = fs_err::canonicalize(sysroot).unwrap_or_else(|_| sysroot.to_owned());
        let cargo_home = layout.root().join("cargo-home");
        let mut readable = sources;
        readable.push(layout.root().to_owned());
        readable.push(sysroot.clone());
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
        })
    }

    /// What contains strangers' code.
    pub(crate) const fn sandbox(&self) -> &Sandbox {
        &self.sandbox
    }

    /// Compiles: runs `command`, which may change what is below `writable`, without a network.
    /// Every line of its standard output goes to `on_line`.
    pub(crate) fn build(
        &self,
        mut command: Command,
        writable: &[&Path],
        limits: &Limits,
        cancel: &Cancel,
        on_line: &mut dyn FnMut(&[u8]),
    ) -> Result<Finished, ProcessError> {
        let policy = self.build_policy(writable)?;
        self.name_tools(&mut command);
        self.sandbox
            .run_lines(&policy, &command, limits, cancel, on_line)
    }

    /// The same, keeping the output as it is.
    pub(crate) fn build_quietly(
        &self,
        mut command: Command,
        writable: &[&Path],
        limits: &Limits,
        cancel: &Cancel,
    ) -> Result<Finished, ProcessError> {
        let policy = self.build_policy(writable)?;
        self.name_tools(&mut command);
        self.sandbox.run(&policy, &command, limits, cancel)
    }

    /// Runs what was compiled, in a copy of the folder `directory` that it may change.
    pub(crate) fn run(
        &self,
        mut command: Command,
        directory: &Path,
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
        self.sandbox.run(&policy, &command, limits, cancel)
    }

    fn build_policy(&self, writable: &[&Path]) -> Result<Policy, ProcessError> {
        let mut policy = Policy::build(self.building);
        for path in &self.readable {
            policy = policy.reading(path);
        }
        for path in writable {
            fs_err::create_dir_all(path).map_err(|source| ProcessError::Io {
                program: path.display().to_string(),
                source,
            })?;
            policy = policy.writing(path);
        }
        Ok(policy)
    }

    /// Names the toolchain's own tools, which need nothing of the user's home.
    fn name_tools(&self, command: &mut Command) {
        let tools = self.sysroot.join("bin");
        let path = command.get_envs().find(|(name, _)| *name == "PATH");
        let path = path.and_then(|(_, value)| value).unwrap_or_default();
        let others = std::env::split_paths(path);
        let all = std::env::join_paths(std::iter::once(tools).chain(others));
        command
            .env("PATH", all.unwrap_or_else(|_| OsString::from(path)))
            .env("CARGO_HOME", &self.cargo_home)
            .env("MALLOC_ARENA_MAX", "2")
            .env_remove("RUSTUP_HOME")
            .env_remove("RUSTUP_TOOLCHAIN");
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
