//! Containment of strangers' code: what compiles or runs it goes through a [`Sandbox`].

mod policy;

use std::process::Command;

use crate::process::{self, Cancel, Finished, Limits, ProcessError};

pub use policy::{Kind, Policy, Resources};

/// Runs processes under a [`Policy`].
#[derive(Clone, Debug, Default)]
pub struct Sandbox {}

impl Sandbox {
    /// Runs `command` to its end, like [`process::run`], with no more than `policy` grants.
    ///
    /// Its environment is what `command` sets explicitly and nothing else.
    pub fn run(
        &self,
        _policy: &Policy,
        command: &Command,
        limits: &Limits,
        cancel: &Cancel,
    ) -> Result<Finished, ProcessError> {
        process::run(only_its_own_environment(command), limits, cancel)
    }

    /// The same, handing on lines like [`process::run_lines`].
    pub fn run_lines(
        &self,
        _policy: &Policy,
        command: &Command,
        limits: &Limits,
        cancel: &Cancel,
        on_line: &mut dyn FnMut(&[u8]),
    ) -> Result<Finished, ProcessError> {
        process::run_lines(only_its_own_environment(command), limits, cancel, on_line)
    }
}

/// `command` without the variables of this process that it would pass on.
fn only_its_own_environment(command: &Command) -> Command {
    let mut bare = Command::new(command.get_program());
    bare.args(command.get_args()).env_clear();
    for (name, value) in command.get_envs() {
        if let Some(value) = value {
            bare.env(name, value);
        }
    }
    if let Some(directory) = command.get_current_dir() {
        bare.current_dir(directory);
    }
    bare
}
