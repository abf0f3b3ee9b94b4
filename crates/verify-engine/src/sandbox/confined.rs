//! Tier B: no namespaces. What the program leaves behind comes to this process, which ends it.

use std::time::{Duration, Instant};

use rustix::io::Errno;
use rustix::process::{
    DumpableBehavior, Pid, Signal, WaitOptions, getpid, getppid, kill_process, set_child_subreaper,
    test_kill_process, wait,
};

use super::calls::{self, Awaited, Forked};
use super::order::Order;
use super::payload;
use super::rules;
use super::shim::{self, Line};

/// How long what is left may take to die.
const PATIENCE: Duration = Duration::from_secs(4);
/// Rounds in which what is left is killed one by one before it is kept from starting more.
const ROUNDS: u32 = 100;
/// How many more processes are started for that than could have been.
const MARGIN: u64 = 10;
/// Most of them: others of the same user may have ended meanwhile, so that more are needed.
const MOST_FILLERS: usize = 4096;

/// How to reach everything that the program started.
#[derive(Clone, Copy)]
enum Reach {
    /// Signals of this process go no further than that.
    Signals,
    /// It belongs to a user that nothing else belongs to.
    User(u32),
    /// What has no parent any more comes to us, and then leads to its children.
    Children,
}

pub(super) fn serve(order: &Order, signals: Awaited, mut line: Line) -> ! {
    let prepared = set_child_subreaper(Some(getpid()))
        .and_then(|()| rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable));
    if let Err(error) = prepared {
        line.refuse("taking in orphans", &error.into());
    }
    let processes = processes_of_user(order) + order.policy.resources.processes;
    let reach = match reach(order) {
        Ok(reach) => reach,
        Err(error) => line.refuse("keeping signals in", &error),
    };
    let payload = match calls::fork() {
        Ok(Forked::Child) => {
            let _ = rustix::process::setsid();
            payload::start(order, signals, &mut line, processes)
        }
        Ok(Forked::Parent(payload)) => payload,
        Err(error) => line.refuse("starting a process", &error),
    };
    if let Some(status) = shim::await_end(payload, signals) {
        line.say(&shim::ended(status));
    }
    end_all(order, reach);
    calls::exit(0)
}

/// Finds out how far our signals go before any is sent to "everybody".
fn reach(order: &Order) -> std::io::Result<Reach> {
    if order.landlock >= rules::KEEPS_IN {
        calls::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0)?;
        rules::keep_signals_in()?;
        let parent = getppid().map(test_kill_process);
        if parent == Some(Err(Errno::PERM)) {
            return Ok(Reach::Signals);
        }
    }
    let alone = order.user.filter(|_| order.has_user_alone);
    Ok(alone.map_or(Reach::Children, Reach::User))
}

/// Kills and reaps until nothing is left.
fn end_all(order: &Order, reach: Reach) {
    let deadline = Instant::now() + PATIENCE;
    let mut fillers = Vec::new();
    for round in 1.. {
        match reach {
            Reach::Signals => calls::kill_all(),
            Reach::User(user) => kill_all_of(user),
            Reach::Children => {
                let mut left = children();
                left.retain(|child| !fillers.contains(child));
                let is_outrun = !left.is_empty() && round % ROUNDS == 0;
                if left.is_empty() {
                    left.append(&mut fillers);
                }
                for child in left {
                    // Ours, and not reaped: its number is its own.
                    let _ = kill_process(child, Signal::KILL);
                }
                if is_outrun && fillers.len() < MOST_FILLERS {
                    fill_up(order, &mut fillers);
                }
            }
        }
        loop {
            match wait(WaitOptions::NOHANG) {
                Ok(Some(_)) | Err(Errno::INTR) => {}
                Ok(None) => break,
                Err(_) => return,
            }
        }
        if Instant::now() >= deadline {
            return;
        }
        std::thread::yield_now();
    }
}

/// Starts as many idle processes as the program may have, and some: what is faster than its end,
/// because it starts another before it dies, can start none then.
fn fill_up(order: &Order, fillers: &mut Vec<Pid>) {
    let parent = getpid();
    for _ in 0..order.policy.resources.processes + MARGIN {
        match calls::fork() {
            Ok(Forked::Child) => idle(parent),
            Ok(Forked::Parent(filler)) => fillers.push(filler),
            Err(_) => return,
        }
        if fillers.len() >= MOST_FILLERS {
            return;
        }
    }
}

fn idle(parent: Pid) -> ! {
    let follows = rustix::process::set_parent_process_death_signal(Some(Signal::KILL));
    // It may have died before that.
    if follows.is_err() || getppid() != Some(parent) {
        calls::exit(1);
    }
    loop {
        std::thread::park();
    }
}

fn kill_all_of(user: u32) {
    if let Ok(Forked::Child) = calls::fork() {
        if calls::become_user(user).is_ok() {
            calls::kill_all();
        }
        calls::exit(0);
    }
}

fn children() -> Vec<Pid> {
    let list = std::fs::read_to_string("/proc/thread-self/children").unwrap_or_default();
    let numbers = list.split_ascii_whitespace();
    numbers
        .filter_map(|number| Pid::from_raw(number.parse().ok()?))
        .collect()
}

/// Threads that the user has already: the limit counts all of them. A user that was made for this
/// run has none.
fn processes_of_user(order: &Order) -> u64 {
    if order.has_user_alone {
        return 0;
    }
    let own = order.user.unwrap_or(rustix::process::getuid().as_raw());
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    processes
        .filter(|entry| {
            use std::os::unix::fs::MetadataExt as _;
            entry.metadata().is_ok_and(|it| it.uid() == own)
        })
        .filter_map(|entry| std::fs::read_to_string(entry.path().join("stat")).ok())
        .filter_map(|stat| {
            // Field 20, counted from 1; the second one ends with the last parenthesis.
            let (_, rest) = stat.rsplit_once(')')?;
            rest.split_ascii_whitespace().nth(17)?.parse::<u64>().ok()
        })
        .sum()
}
