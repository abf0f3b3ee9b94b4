//! A child and everything that it starts, on Windows: what a system's own tool finds below it.

use std::io::Error;
use std::process::{Child, ChildStderr, ChildStdout, Command, ExitStatus, Stdio};

use verify_model::Exit;

use super::pipes::Waker;

/// The number of the process that all others are below of.
pub(super) type Leader = u32;

/// The tool that ends a process and those below it.
const KILLER: &str = "taskkill";

/// A child and its descendants. Dropping it ends what is left of them.
pub(super) struct Tree {
    leader: Child,
    /// How the leader ended, once that is known. Its number stays taken as long as we hold it.
    status: Option<ExitStatus>,
    ended: bool,
}

/// How a tree ended.
pub(super) struct TreeEnd {
    pub(super) exit: Exit,
    /// Others were alive although the leader had exited. They cannot be found here.
    pub(super) leftovers: bool,
}

impl Tree {
    /// Starts `command` with `input` and with both outputs piped.
    pub(super) fn spawn(
        command: &mut Command,
        input: Stdio,
    ) -> std::io::Result<(Self, ChildStdout, ChildStderr)> {
        command
            .stdin(input)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut leader = command.spawn()?;
        let outputs = (leader.stdout.take(), leader.stderr.take());
        let tree = Self {
            leader,
            status: None,
            ended: false,
        };
        match outputs {
            (Some(stdout), Some(stderr)) => Ok((tree, stdout, stderr)),
            _ => Err(Error::other("its output was not piped")),
        }
    }

    /// The process that all others are below of.
    pub(super) fn leader(&self) -> Leader {
        self.leader.id()
    }

    /// Nothing wakes us when the leader exits.
    #[allow(clippy::unused_self, reason = "elsewhere something does")]
    pub(super) fn exit_waker(&self) -> Option<Waker<'_>> {
        None
    }

    /// Whether the leader has exited.
    pub(super) fn leader_has_exited(&mut self) -> std::io::Result<bool> {
        if self.status.is_none() {
            self.status = self.leader.try_wait()?;
        }
        Ok(self.status.is_some())
    }

    /// Ends the whole tree: nobody can be asked to.
    pub(super) fn ask_to_stop(&mut self) {
        if matches!(self.leader_has_exited(), Ok(true)) {
            return;
        }
        let number = self.leader.id().to_string();
        let mut killer = Command::new(KILLER);
        killer
            .args(["/T", "/F", "/PID", &number])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        // Without it the leader at least is ended.
        let _ = killer.status();
        let _ = self.leader.kill();
    }

    /// Ends and reaps what is left.
    pub(super) fn end(&mut self) -> std::io::Result<TreeEnd> {
        self.ended = true;
        self.ask_to_stop();
        let status = match self.status {
            Some(status) => status,
            None => self.leader.wait()?,
        };
        Ok(TreeEnd {
            exit: Exit::Code(status.code().unwrap_or(1)),
            leftovers: false,
        })
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        if !self.ended {
            let _ = self.end();
        }
    }
}
