//! Descendants that left their process group, found and killed.
//!
//! A process that calls `setsid` is out of reach of signals to its group. So this process becomes
//! a *child subreaper* (`prctl(2)`): whatever loses its parent anywhere below becomes our child.
//! Many runs go on at once, and other code may have children too, so each of our children is
//! touched only if it belongs to the run in question, which is so when
//!
//! * it is in the group of the run's leader, or
//! * its initial environment carries the run's mark, or
//! * it was seen below the leader, or below a process that belongs to the run.
//!
//! Only children are signalled, never a process further down: nobody but us can reap a child, so
//! its number cannot pass to another process meanwhile. Killing a child makes orphans of *its*
//! children, which the next round sees.
//!
//! A daemon gets away if it has dropped its environment, left the group *and* lost every ancestor
//! before we looked. Only a PID namespace stops that.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io::ErrorKind;
use std::os::unix::ffi::OsStrExt;
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use rustix::io::Errno;
use rustix::process::{
    Pid, Signal, WaitOptions, getpid, kill_process, set_child_subreaper, waitpid,
};

use super::process_table::{Stat, children_of, environment_of};

/// The environment variable that says which run a process belongs to.
const VARIABLE: &str = "VERIFY_RUN";

/// How long to look again at living processes of which it is not clear whose they are.
const UNCLEAR_PATIENCE: Duration = Duration::from_millis(200);

/// Held while our children are listed and reaped: the kernel's list may skip entries when it
/// changes while it is read.
static LISTING: Mutex<()> = Mutex::new(());

/// The mark of one run, unique among all runs of all processes.
pub(super) struct Marker {
    /// `NAME=value`, as it stands in an environment.
    entry: Vec<u8>,
    /// Whether orphans come to us and the process table shows them.
    watching: bool,
}

impl Marker {
    /// Makes a new mark and puts it into the environment of `command`.
    pub(super) fn set_on(command: &mut Command) -> Self {
        static RUNS: AtomicU64 = AtomicU64::new(0);
        // Before the command starts: what loses its parent earlier is lost to us.
        let watching = adopts_orphans();
        let run = RUNS.fetch_add(1, Ordering::Relaxed);
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = since_epoch.map_or(0, |elapsed| elapsed.as_nanos());
        let value = OsString::from(format!("{}-{now}-{run}", getpid()));
        let entry = [VARIABLE.as_bytes(), b"=", value.as_bytes()].concat();
        command.env(VARIABLE, value);
        Self { entry, watching }
    }

    fn is_in(&self, environment: &[u8]) -> bool {
        environment
            .split(|&byte| byte == 0)
            .any(|entry| entry == self.entry)
    }
}

/// What is known of the descendants of one run's leader.
pub(super) struct Descendants {
    leader: Pid,
    marker: Marker,
    /// Processes seen below the leader, by number and time of start.
    known: BTreeSet<(i32, u64)>,
    /// Dead children of ours that may be anybody's, seen by an earlier sweep.
    dead: BTreeSet<(i32, u64)>,
    /// When a sweep first met a living process that may be anybody's.
    first_unclear: Option<Instant>,
    killed: bool,
}

/// Whose a child of ours is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Belonging {
    Ours,
    /// It has no environment: it is dead, dying (the environment goes first, children are passed on
    /// last), starting a program just now, or was started without one.
    Unclear,
    /// It is another run's, the run's own leader, or none of any run.
    Foreign,
}

impl Descendants {
    /// Those of `leader`, a child of this process that leads its own group and that nobody reaps
    /// while this value is in use.
    pub(super) fn new(leader: Pid, marker: Marker) -> Self {
        Self {
            leader,
            marker,
            known: BTreeSet::new(),
            dead: BTreeSet::new(),
            first_unclear: None,
            killed: false,
        }
    }

    /// Whether an orphan of this run is alive; `None` where that cannot be seen.
    pub(super) fn any_alive(&self) -> Option<bool> {
        let _listing = LISTING.lock().unwrap_or_else(PoisonError::into_inner);
        self.marker.watching.then(|| {
            our_children().any(|(pid, stat)| {
                !stat.is_exiting() && self.belonging(pid, &stat) == Belonging::Ours
            })
        })
    }

    /// Remembers everything that is below the leader now, so that it can be recognised later,
    /// whatever it did to its environment, group or session.
    pub(super) fn remember_tree(&mut self) {
        if self.marker.watching {
            self.remember_below(self.leader);
        }
    }

    /// Whether a sweep met an orphan of this run that was alive.
    pub(super) const fn has_killed(&self) -> bool {
        self.killed
    }

    /// Kills the orphans of this run that are alive and reaps those that are dead. `true` when
    /// there may be more, so that it has to be called again.
    pub(super) fn sweep(&mut self) -> bool {
        if !self.marker.watching {
            return false;
        }
        let _listing = LISTING.lock().unwrap_or_else(PoisonError::into_inner);
        let mut again = false;
        for (pid, stat) in our_children() {
            again |= match self.belonging(pid, &stat) {
                Belonging::Ours => {
                    self.kill(pid, &stat);
                    true
                }
                Belonging::Unclear => self.may_leave_more(pid),
                Belonging::Foreign => false,
            };
        }
        again
    }

    fn kill(&mut self, pid: Pid, stat: &Stat) {
        self.remember_below(pid);
        if !reap(pid) {
            self.killed |= !stat.is_exiting();
            // It may die by itself first; the next round reaps it then.
            let _ = kill_process(pid, Signal::KILL);
        }
    }

    fn belonging(&self, pid: Pid, stat: &Stat) -> Belonging {
        if pid == self.leader {
            return Belonging::Foreign;
        }
        if stat.group == self.leader.as_raw_pid()
            || self.known.contains(&(pid.as_raw_pid(), stat.started))
        {
            return Belonging::Ours;
        }
        match environment_of(pid) {
            Ok(environment) if environment.is_empty() => Belonging::Unclear,
            Ok(environment) if self.marker.is_in(&environment) => Belonging::Ours,
            Ok(_) => Belonging::Foreign,
            // The dead are denied to everybody but root; among the living, only other users' are.
            Err(error) if error.kind() == ErrorKind::PermissionDenied && is_living(pid) => {
                Belonging::Foreign
            }
            Err(_) => Belonging::Unclear,
        }
    }

    /// Whether a child without an environment has to be looked at again, lest it hands us children
    /// of this run unseen.
    fn may_leave_more(&mut self, pid: Pid) -> bool {
        let Some(stat) = Stat::read(pid) else {
            return true;
        };
        if stat.is_zombie() {
            // Our own children never leave our session; nobody else waits for one that has.
            let reaped = is_of_another_session(&stat) && reap(pid);
            // It may have died, and passed on its children, after ours were listed.
            let new = self.dead.insert((pid.as_raw_pid(), stat.started));
            reaped || new
        } else {
            let first = *self.first_unclear.get_or_insert_with(Instant::now);
            first.elapsed() < UNCLEAR_PATIENCE
        }
    }

    fn remember_below(&mut self, root: Pid) {
        let mut parents = vec![root];
        while let Some(parent) = parents.pop() {
            for (pid, stat) in children_of(parent) {
                if self.known.insert((pid.as_raw_pid(), stat.started)) {
                    parents.push(pid);
                }
            }
        }
    }
}

/// Makes this process the one that orphans below it go to, once. `false` where that cannot be, or
/// where `/proc` is absent or shows another PID namespace.
fn adopts_orphans() -> bool {
    static ADOPTS: OnceLock<bool> = OnceLock::new();
    *ADOPTS.get_or_init(|| {
        let own = getpid();
        let seen = std::fs::read_link("/proc/self")
            .is_ok_and(|link| link.as_os_str() == own.to_string().as_str());
        seen && set_child_subreaper(Some(own)).is_ok()
    })
}

fn our_children() -> impl Iterator<Item = (Pid, Stat)> {
    children_of(getpid()).into_iter()
}

fn is_living(pid: Pid) -> bool {
    Stat::read(pid).is_some_and(|stat| !stat.is_exiting())
}

/// Compared as `/proc` tells both: in a container our session can lead out of it, and is 0 then,
/// which is no process id to `getsid`.
fn is_of_another_session(stat: &Stat) -> bool {
    Stat::read(getpid()).is_some_and(|own| stat.session != own.session)
}

/// Reaps a child if it is dead; `true` when it is gone.
fn reap(pid: Pid) -> bool {
    loop {
        match waitpid(Some(pid), WaitOptions::NOHANG) {
            Ok(reaped) => return reaped.is_some(),
            Err(Errno::INTR) => {}
            Err(_) => return true,
        }
    }
}
