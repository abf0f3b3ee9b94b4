//! A child and everything that it starts, until all of it is gone.

use std::io::{Error, ErrorKind};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, ChildStderr, ChildStdout, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group, test_kill_process_group};
use verify_model::Exit;

use super::descendants::{Descendants, Marker};

/// The number of the process that all others are below of.
pub(super) type Leader = Pid;

/// How long killed processes may take to go before that is an error.
const KILL_PATIENCE: Duration = Duration::from_secs(5);
/// How often killed processes are looked at without a pause, and how often after that.
const QUICK_ROUNDS: u32 = 200;
const KILL_TICK: Duration = Duration::from_millis(1);
/// Starts that are tried again when the machine is short of something for a moment.
const SPAWN_ATTEMPTS: u32 = 8;
const SPAWN_PAUSE: Duration = Duration::from_millis(20);

/// A child that leads a process group of its own, and its descendants. Dropping it kills what is
/// left of them.
pub(super) struct Tree {
    leader: Child,
    /// The group has the leader's number; as long as the leader is not reaped, no other process
    /// or group can get that number.
    group: Pid,
    /// Readable once the leader has exited; `None` where the system has no such thing.
    pub(super) exit_fd: Option<OwnedFd>,
    descendants: Descendants,
    ended: bool,
}

/// How a tree ended.
pub(super) struct TreeEnd {
    pub(super) exit: Exit,
    /// Others were alive although the leader had exited.
    pub(super) leftovers: bool,
}

impl Tree {
    /// Starts `command` with `input` and with both outputs piped.
    pub(super) fn spawn(
        command: &mut Command,
        input: Stdio,
    ) -> std::io::Result<(Self, ChildStdout, ChildStderr)> {
        let marker = Marker::set_on(command);
        command
            .stdin(input)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0);
        let leader = spawn_patiently(command)?;
        let group = Pid::from_child(&leader);
        let mut tree = Self {
            leader,
            group,
            exit_fd: exit_fd(group),
            descendants: Descendants::new(group, marker),
            ended: false,
        };
        match (tree.leader.stdout.take(), tree.leader.stderr.take()) {
            (Some(stdout), Some(stderr)) => Ok((tree, stdout, stderr)),
            _ => Err(Error::other("its output was not piped")),
        }
    }

    /// The process that all others are below of.
    pub(super) const fn leader(&self) -> Leader {
        self.group
    }

    /// Readable once the leader has exited, where the system can tell so.
    pub(super) fn exit_waker(&self) -> Option<BorrowedFd<'_>> {
        self.exit_fd.as_ref().map(AsFd::as_fd)
    }

    /// Whether the leader has exited, without reaping it: its number stays taken.
    #[cfg(not(any(target_os = "openbsd", target_os = "redox", target_os = "cygwin")))]
    pub(super) fn leader_has_exited(&mut self) -> std::io::Result<bool> {
        use rustix::process::{WaitId, WaitIdOptions, waitid};
        let look = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        Ok(waitid(WaitId::Pid(self.group), look)?.is_some())
    }

    /// Whether the leader has exited. These systems can only tell by reaping it.
    #[cfg(any(target_os = "openbsd", target_os = "redox", target_os = "cygwin"))]
    pub(super) fn leader_has_exited(&mut self) -> std::io::Result<bool> {
        Ok(self.leader.try_wait()?.is_some())
    }

    /// Asks the whole group to end.
    pub(super) fn ask_to_stop(&mut self) {
        // As parents leave, their children lose the line that leads back to the leader.
        self.descendants.remember_tree();
        self.signal_group(Signal::TERM);
    }

    /// Kills and reaps everything that is left. Fails when that takes more than
    /// [`KILL_PATIENCE`].
    pub(super) fn end(&mut self) -> std::io::Result<TreeEnd> {
        let exited_by_itself = self.leader_has_exited()?;
        let alive = self.descendants.any_alive();
        self.kill()?;
        let status = self.leader.wait()?;
        let others = match alive {
            Some(alive) => alive || self.descendants.has_killed(),
            None => test_kill_process_group(self.group).is_ok(),
        };
        Ok(TreeEnd {
            exit: exit_of(status),
            leftovers: exited_by_itself && others,
        })
    }

    fn kill(&mut self) -> std::io::Result<()> {
        // What does not die now is not tried again on drop.
        self.ended = true;
        self.descendants.remember_tree();
        self.signal_group(Signal::KILL);
        let deadline = Instant::now() + KILL_PATIENCE;
        let mut rounds = 0;
        loop {
            // In this order: the leader's death makes orphans, which a sweep before it has missed.
            let exited = self.leader_has_exited()?;
            if !self.descendants.sweep() && exited {
                return Ok(());
            }
            if Instant::now() >= deadline {
                return Err(Error::new(
                    ErrorKind::TimedOut,
                    "processes that it started could not be killed",
                ));
            }
            // Most are gone at once, and one that keeps forking has to be met while it lives.
            if rounds < QUICK_ROUNDS {
                std::thread::yield_now();
            } else {
                std::thread::sleep(KILL_TICK);
            }
            rounds += 1;
        }
    }

    /// A group without living members is no fault: that is what we want.
    fn signal_group(&self, signal: Signal) {
        let _ = kill_process_group(self.group, signal);
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        if !self.ended && self.kill().is_ok() {
            let _ = self.leader.wait();
        }
    }
}

#[cfg(target_os = "linux")]
fn exit_fd(leader: Pid) -> Option<OwnedFd> {
    rustix::process::pidfd_open(leader, rustix::process::PidfdFlags::empty()).ok()
}

#[cfg(not(target_os = "linux"))]
fn exit_fd(_leader: Pid) -> Option<OwnedFd> {
    None
}

/// Spawns, again after a pause where the cause passes: no process to be had right now, or a
/// program whose file is still open for writing in a child that another thread is just starting.
fn spawn_patiently(command: &mut Command) -> std::io::Result<Child> {
    let mut attempts = 1;
    loop {
        match command.spawn() {
            Err(error) if attempts < SPAWN_ATTEMPTS && passes(error.kind()) => {
                std::thread::sleep(SPAWN_PAUSE);
                attempts += 1;
            }
            result => return result,
        }
    }
}

fn passes(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::WouldBlock | ErrorKind::ExecutableFileBusy)
}

fn exit_of(status: ExitStatus) -> Exit {
    match (status.code(), status.signal()) {
        (Some(code), _) => Exit::Code(code),
        (None, Some(signal)) => Exit::Signal(signal),
        // A process that was waited for has one or the other.
        (None, None) => Exit::Code(status.into_raw()),
    }
}
