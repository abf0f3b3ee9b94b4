//! The process between the supervisor and a contained program: the same executable, started again
//! with a hidden word, so that nothing of the supervisor's memory or descriptors is there.

use std::ffi::OsStr;
use std::fs::File;
use std::os::fd::OwnedFd;
use std::time::Duration;

use rustix::fs::Mode;
use rustix::process::{Pid, Signal, WaitOptions, WaitStatus, wait, waitpid};
use verify_model::Exit;

use super::calls::{self, Awaited};
use super::order::{Answer, Order};
use super::tier::Tier;
use super::{confined, isolated};

/// The word that makes an executable the shim.
pub(super) const WORD: &str = "__sandbox";

/// What others must not do with new files, where the next program may be another user.
const UMASK: Mode = Mode::from_raw_mode(0o022);
/// The same where all programs are the user to whom files outside belong.
pub(super) const UMASK_OF_OWNER: Mode = Mode::from_raw_mode(0o077);

/// Becomes the shim if this process was started as one, and does not return then. Has to be called
/// before anything else, while there is one thread and nothing is open.
pub fn enter_if_asked() {
    let mut arguments = std::env::args_os().skip(1);
    if arguments.next().as_deref() == Some(OsStr::new(WORD)) && arguments.next().is_none() {
        serve();
    }
}

/// The way back to the supervisor.
pub(super) struct Line(File);

impl Line {
    /// A supervisor that is gone needs no answer.
    pub(super) fn say(&mut self, answer: &Answer) {
        let _ = answer.send(&mut self.0);
    }

    pub(super) fn refuse(&mut self, step: &str, reason: &std::io::Error) -> ! {
        self.say(&Answer::Refused {
            step: step.to_owned(),
            reason: reason.to_string(),
            is_program: false,
        });
        calls::exit(1)
    }
}

fn serve() -> ! {
    let Ok(socket) = calls::move_standard_input() else {
        calls::exit(1)
    };
    let mut line = Line(File::from(socket));
    if let Err(error) = calls::close_from(4) {
        line.refuse("closing what was open", &error);
    }
    let order = match Order::receive(&mut line.0) {
        Ok(order) => order,
        Err(error) => line.refuse("reading the order", &error),
    };
    let signals = match Awaited::block() {
        Ok(signals) => signals,
        Err(error) => line.refuse("waiting for signals", &error),
    };
    // A supervisor that dies takes all of this along: the signal is waited for like its own.
    let follow = rustix::process::set_parent_process_death_signal(Some(Signal::TERM));
    if let Err(error) = follow {
        line.refuse("following the supervisor", &error.into());
    }
    let parent = rustix::process::getppid().map_or(0, Pid::as_raw_pid);
    if parent != order.supervisor {
        calls::exit(1);
    }
    let is_owner = order.user.is_none() && order.tier == Tier::Confined;
    let umask = if is_owner { UMASK_OF_OWNER } else { UMASK };
    rustix::process::umask(umask);
    // Should memory run out, this goes first. Not everybody may say so.
    let _ = std::fs::write("/proc/self/oom_score_adj", "1000");
    match order.tier {
        Tier::Isolated => isolated::serve(&order, signals, line),
        Tier::Confined | Tier::Limited => confined::serve(&order, signals, line),
    }
}

/// Waits for `payload` and for whatever else becomes a child of this process. `None` when it is
/// asked to stop before.
pub(super) fn await_end(payload: Pid, signals: Awaited) -> Option<WaitStatus> {
    loop {
        while let Ok(Some((pid, status))) = wait(WaitOptions::NOHANG) {
            if pid == payload {
                return Some(status);
            }
        }
        // The signal may have come before the wait; then this is asked again soon enough.
        if signals.wait(Duration::from_millis(500)) == Some(calls::Woken::Stop) {
            return None;
        }
    }
}

/// What to say of a payload that ended so.
pub(super) fn ended(status: WaitStatus) -> Answer {
    let code = status.exit_status().map(Exit::Code);
    let signal = || status.terminating_signal().map(Exit::Signal);
    Answer::Ended {
        // A process that was waited for has one or the other.
        exit: code.or_else(signal).unwrap_or(Exit::Code(1)),
        leftovers: has_children(),
        cpu_ms: u64::try_from(calls::cpu_time_of_children().as_millis()).unwrap_or(u64::MAX),
    }
}

/// Whether living children are there; the dead are reaped.
fn has_children() -> bool {
    loop {
        match wait(WaitOptions::NOHANG) {
            Ok(Some(_)) => {}
            Ok(None) => return true,
            Err(_) => return false,
        }
    }
}

/// Waits until `pid` is gone.
pub(super) fn reap(pid: Pid) {
    while let Err(rustix::io::Errno::INTR) = waitpid(Some(pid), WaitOptions::empty()) {}
}

/// A pipe whose closing tells a child that its parent is gone.
pub(super) fn lifeline() -> std::io::Result<(OwnedFd, OwnedFd)> {
    Ok(rustix::pipe::pipe_with(rustix::pipe::PipeFlags::CLOEXEC)?)
}
