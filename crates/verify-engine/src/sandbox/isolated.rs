//! Tier A: namespaces of its own. When the first process in them ends, the kernel ends all others.

use std::io::{Error, Result};
use std::os::fd::{AsFd, OwnedFd};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{DumpableBehavior, Pid, Signal, kill_process};

use super::calls::{self, Awaited, Forked};
use super::order::Order;
use super::shim::{self, Line};
use super::{payload, root};

const ALL: i32 = libc::CLONE_NEWNS
    | libc::CLONE_NEWPID
    | libc::CLONE_NEWNET
    | libc::CLONE_NEWIPC
    | libc::CLONE_NEWUTS
    | libc::CLONE_NEWCGROUP;

/// The outer process: makes the namespaces, and ends with them.
pub(super) fn serve(order: &Order, signals: Awaited, mut line: Line) -> ! {
    if let Err(error) = make_namespaces(order) {
        line.refuse("making namespaces", &error);
    }
    let (below, above) = match shim::lifeline() {
        Ok(pipe) => pipe,
        Err(error) => line.refuse("making a pipe", &error),
    };
    let init = match calls::fork() {
        Ok(Forked::Child) => {
            drop(above);
            init(order, signals, line, &below);
        }
        Ok(Forked::Parent(init)) => init,
        Err(error) => line.refuse("starting the first process", &error),
    };
    drop((below, line));
    if shim::await_end(init, signals).is_none() {
        // Its number cannot have passed to another: it is our child, and not reaped.
        let _ = kill_process(init, Signal::KILL);
        shim::reap(init);
    }
    drop(above);
    calls::exit(0)
}

/// As root, the namespaces are root's, and the program becomes an ordinary user of the machine. An
/// ordinary user needs a user namespace to make the others.
fn make_namespaces(order: &Order) -> Result<()> {
    if order.user.is_some() {
        return calls::unshare(ALL);
    }
    let user = rustix::process::geteuid().as_raw();
    let group = rustix::process::getegid().as_raw();
    calls::unshare(ALL | libc::CLONE_NEWUSER)?;
    let write = |file: &str, text: String| {
        std::fs::write(format!("/proc/self/{file}"), text)
            .map_err(|error| Error::new(error.kind(), format!("{file}: {error}")))
    };
    write("setgroups", "deny".to_owned())?;
    write("uid_map", format!("{user} {user} 1"))?;
    write("gid_map", format!("{group} {group} 1"))
}

/// The first process of the namespaces.
fn init(order: &Order, signals: Awaited, mut line: Line, lifeline: &OwnedFd) -> ! {
    if let Err(error) = tie_to_parent(lifeline) {
        line.refuse("following the supervisor", &error);
    }
    if let Err((step, error)) = root::enter(order) {
        line.refuse(step, &error);
    }
    if let Err(error) = calls::raise_loopback() {
        line.refuse("raising the loopback device", &error);
    }
    let payload = match calls::fork() {
        Ok(Forked::Child) => {
            payload::start(order, signals, &mut line, order.policy.resources.processes)
        }
        Ok(Forked::Parent(payload)) => payload,
        Err(error) => line.refuse("starting a process", &error),
    };
    finish(payload, signals, &mut line)
}

fn tie_to_parent(lifeline: &OwnedFd) -> Result<()> {
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
    // It may have died before that.
    let mut fds = [PollFd::from_borrowed_fd(lifeline.as_fd(), PollFlags::IN)];
    poll(&mut fds, Some(&Timespec::default()))?;
    if !fds[0].revents().is_empty() {
        calls::exit(1);
    }
    rustix::process::setsid()?;
    // Its descriptors are no business of the program.
    Ok(rustix::process::set_dumpable_behavior(
        DumpableBehavior::NotDumpable,
    )?)
}

fn finish(payload: Pid, signals: Awaited, line: &mut Line) -> ! {
    if let Some(status) = shim::await_end(payload, signals) {
        line.say(&shim::ended(status));
    }
    calls::exit(0)
}
