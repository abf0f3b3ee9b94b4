//! Cargo commands: escargot builds them, our own supervision runs them.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use cargo_metadata::{Artifact, BuildScript, CompilerMessage, Message};
use escargot::Cargo;

use crate::cache::sha256;
use crate::layout::Layout;
use crate::process::{self, Cancel, Finished, Limits, ProcessError};
use crate::turns::Patience;
use crate::workshop::{Heard, Reach};

/// Variables that commands get from our own environment; all others are left out, so that neither
/// secrets nor flags of the caller (`RUSTFLAGS`, what `cargo run` sets) reach a stranger's code or
/// change a verdict.
const PASSED_ON: [&str; 8] = [
    "PATH",
    "RUSTUP_HOME",
    "RUSTUP_TOOLCHAIN",
    "CARGO_HOME",
    "LANG",
    "SYSTEMROOT",
    "TMPDIR",
    "TEMP",
];

/// Further variables for commands that fetch or build dependencies.
const PASSED_ON_TO_BUILDS: [&str; 12] = [
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "CARGO_HTTP_CAINFO",
    "CARGO_NET_OFFLINE",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "http_proxy",
    "https_proxy",
    "NO_PROXY",
    "no_proxy",
    "PKG_CONFIG_PATH",
    "LIBCLANG_PATH",
];

/// Where cargo finds no settings of strangers.
pub(crate) const ROOT: &str = std::path::MAIN_SEPARATOR_STR;

/// Who a command works for, hence what it may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// It fetches or builds dependencies.
    Dependencies,
    /// It compiles or runs an example.
    Example,
}

/// A cargo command in a generated package.
pub(crate) struct Invocation<'a> {
    /// The subcommand.
    pub subcommand: &'a str,
    /// Its arguments.
    pub arguments: &'a [&'a str],
    /// Arguments behind `--`.
    pub trailing: &'a [&'a str],
    /// The package's directory.
    pub directory: &'a Path,
    /// The target directory; `None` for commands that build nothing.
    pub target: Option<&'a Path>,
    /// What it may read besides, when it builds.
    pub readable: &'a [PathBuf],
    /// Who it works for.
    pub purpose: Purpose,
}

/// What cargo said.
pub(crate) struct Said {
    /// How it ended, and its output.
    pub finished: Finished,
    /// The compiler's messages, in order.
    pub messages: Vec<CompilerMessage>,
    /// What was built, or was there already.
    pub artifacts: Vec<Artifact>,
    /// What build scripts asked for.
    pub scripts: Vec<BuildScript>,
}

/// A program that cargo built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Executable {
    /// Where it is.
    pub path: PathBuf,
    /// Whether it is the test harness, and not the program itself.
    pub is_test: bool,
    /// Whether it was made from the program's target.
    pub is_program: bool,
}

impl Said {
    /// What was built that can be started.
    pub(crate) fn executables(&self) -> Vec<Executable> {
        let executable = |artifact: &Artifact| {
            Some(Executable {
                path: artifact.executable.clone()?.into_std_path_buf(),
                is_test: artifact.profile.test,
                is_program: artifact.target.is_bin(),
            })
        };
        self.artifacts.iter().filter_map(executable).collect()
    }

    /// Whether cargo ended by itself and reported success.
    pub(crate) fn is_success(&self) -> bool {
        matches!(self.finished.ended, process::Ended::Exited(exit) if exit.is_success())
    }
}

impl Invocation<'_> {
    /// Runs the command and reads its JSON messages.
    pub(crate) fn messages(
        &self,
        layout: &Layout,
        limits: &Limits,
        cancel: &Cancel,
    ) -> Result<Said, ProcessError> {
        let command = self.command(
            layout,
            Cargo::new().build_with(self.subcommand).into_command(),
        );
        let mut messages = Vec::new();
        let (mut artifacts, mut scripts) = (Vec::new(), Vec::new());
        let workshop = layout.workshop()?;
        let reach = self.reach(self.target.unwrap_or(self.directory));
        // Dependencies are built while nothing else is done.
        let patience = match self.purpose {
            Purpose::Dependencies => Patience::Never,
            Purpose::Example => Patience::IfIdle,
        };
        let how = (reach, patience);
        let finished = workshop.build(command, how, limits, cancel, &mut |heard| {
            let Heard::Line(line) = heard else {
                messages.clear();
                artifacts.clear();
                scripts.clear();
                return;
            };
            // Lines that are no message are kept as output.
            match serde_json::from_slice(line) {
                Ok(Message::CompilerMessage(message)) => messages.push(message),
                Ok(Message::CompilerArtifact(artifact)) => artifacts.push(artifact),
                Ok(Message::BuildScriptExecuted(script)) => scripts.push(script),
                _ => {}
            }
        })?;
        Ok(Said {
            finished,
            messages,
            artifacts,
            scripts,
        })
    }

    /// Runs the command and keeps its output as it is. Commands that resolve or fetch dependencies
    /// need the network, and run no package's code.
    pub(crate) fn output(
        &self,
        layout: &Layout,
        limits: &Limits,
        cancel: &Cancel,
    ) -> Result<Finished, ProcessError> {
        let plain = Cargo::new().arg(self.subcommand).into_command();
        let command = self.command(layout, plain);
        match self.target {
            Some(target) => {
                let reach = self.reach(target);
                layout
                    .workshop()?
                    .build_quietly(command, reach, limits, cancel)
            }
            None => layout.workshop()?.fetch(command, limits, cancel),
        }
    }

    fn reach<'r>(&'r self, target: &'r Path) -> Reach<'r> {
        Reach {
            readable: self.readable,
            writable: target,
        }
    }

    fn command(&self, layout: &Layout, mut command: Command) -> Command {
        isolate(&mut command, layout, self.purpose);
        command
            // Cargo takes settings from all folders above the one that it is started in, and some of
            // them start programs. There is nobody's folder above the root.
            .current_dir(ROOT)
            .env("CARGO_PROFILE_DEV_DEBUG", "false")
            .arg("--color=never")
            .arg("--manifest-path")
            .arg(self.directory.join("Cargo.toml"));
        if let Some(target) = self.target {
            command.arg("--target-dir").arg(target);
        }
        command.args(self.arguments);
        if !self.trailing.is_empty() {
            command.arg("--").args(self.trailing);
        }
        command
    }
}

/// A program that was built, to be run as cargo would: in its package's directory.
pub(crate) struct Started<'a> {
    /// The program.
    pub path: &'a Path,
    /// Its arguments.
    pub arguments: &'a [&'a str],
    /// Variables that it gets besides the usual ones.
    pub variables: &'a [(&'a str, &'a str)],
    /// The package's directory.
    pub directory: &'a Path,
    /// Whether it gets another try when its time is over.
    pub patience: Patience,
}

impl Started<'_> {
    /// Runs it.
    pub(crate) fn run(
        &self,
        layout: &Layout,
        limits: &Limits,
        cancel: &Cancel,
    ) -> Result<Finished, ProcessError> {
        let mut command = Command::new(self.path);
        isolate(&mut command, layout, Purpose::Example);
        command
            .args(self.arguments)
            .envs(self.variables.iter().copied())
            .current_dir(self.directory)
            .env("CARGO_MANIFEST_DIR", self.directory);
        layout
            .workshop()?
            .run(command, self.directory, self.patience, limits, cancel)
    }
}

/// Clears the environment of `command` but for what `purpose` needs.
pub(crate) fn isolate(command: &mut Command, layout: &Layout, purpose: Purpose) {
    let builds: &[&str] = match purpose {
        Purpose::Dependencies => &PASSED_ON_TO_BUILDS,
        Purpose::Example => &[],
    };
    command.env_clear();
    for name in PASSED_ON.iter().chain(builds) {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    // The user's home stays out of sight; what the tools need of it is named.
    if let Some(home) = std::env::home_dir() {
        for (name, folder) in [("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")] {
            if std::env::var_os(name).is_none() {
                command.env(name, home.join(folder));
            }
        }
    }
    command
        .env("HOME", layout.home())
        .env("CARGO_TERM_PROGRESS_WHEN", "never")
        .env("CARGO_INCREMENTAL", "0")
        .env("RUST_BACKTRACE", "0");
}

/// SHA-256 of the configuration that cargo reads: the machine's and the user's. They can add flags to
/// every compilation.
pub(crate) fn configuration() -> String {
    let mut folders = vec![PathBuf::from(ROOT).join(".cargo")];
    let own = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    folders.extend(own.or_else(|| Some(std::env::home_dir()?.join(".cargo"))));
    let mut found = Vec::new();
    for folder in folders {
        for name in ["config", "config.toml"] {
            let content = std::fs::read(folder.join(name)).unwrap_or_default();
            found.extend_from_slice(&(content.len() as u64).to_le_bytes());
            found.extend_from_slice(&content);
        }
    }
    sha256(&found)
}

/// The environment that an example gets, a NUL behind each variable.
pub(crate) fn example_environment(layout: &Layout) -> String {
    let mut command = Command::new("");
    isolate(&mut command, layout, Purpose::Example);
    let lines = command.get_envs().map(|(name, value)| {
        let value = value.unwrap_or_default();
        format!("{}={}\0", name.display(), value.display())
    });
    lines.collect()
}

/// A cargo command that needs no package, such as one that asks for a version.
pub(crate) fn version(arguments: &[&str], cancel: &Cancel) -> Result<Finished, ProcessError> {
    run_query(Cargo::new().args(arguments).into_command(), cancel)
}

/// Runs a command that prints a version, or what cargo knows of a workspace.
///
/// It is started in the root directory: from the folders above the one that they are started in,
/// rustup takes toolchains, and cargo what its commands stand for, and both may be a stranger's
/// program.
pub(crate) fn run_query(mut command: Command, cancel: &Cancel) -> Result<Finished, ProcessError> {
    const LIMITS: Limits = Limits {
        wall: Duration::from_mins(1),
        output_bytes: 64 * 1024 * 1024,
        output_cap: 64 * 1024 * 1024,
    };
    command.current_dir(ROOT);
    process::run(command, &LIMITS, cancel)
}
