//! What `/proc` tells about processes (`proc_pid_stat(5)`, `proc_tid_children(5)`).
//!
//! Processes come and go while one looks: what cannot be read is not there.

use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

use rustix::process::Pid;

/// How much of an environment is looked at.
const ENVIRONMENT_BYTES: usize = 256 * 1024;

/// The facts of `/proc/<pid>/stat` that are needed here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stat {
    state: u8,
    pub(super) parent: i32,
    pub(super) group: i32,
    pub(super) session: i32,
    flags: u32,
    /// The CPU time of its own threads, and of those of its children that it waited for, in clock
    /// ticks.
    pub(super) worked: u64,
    /// When it started, in clock ticks since boot.
    pub(super) started: u64,
}

impl Stat {
    pub(super) fn read(pid: Pid) -> Option<Self> {
        Self::parse(&std::fs::read(format!("/proc/{pid}/stat")).ok()?)
    }

    fn parse(line: &[u8]) -> Option<Self> {
        // The second field is the name in parentheses, and may itself hold spaces and parentheses.
        let name_end = line.iter().rposition(|&byte| byte == b')')?;
        let rest = str::from_utf8(&line[name_end + 1..]).ok()?;
        let mut fields = rest.split_ascii_whitespace();
        let state = *fields.next()?.as_bytes().first()?;
        let (parent, group) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
        let session = fields.next()?.parse().ok()?;
        // Fields 9, 14 to 17, and 22 of the line, counted from 1.
        let flags = fields.nth(2)?.parse().ok()?;
        let mut worked = 0_u64;
        for skipped in [4, 0, 0, 0] {
            worked = worked.saturating_add(fields.nth(skipped)?.parse().ok()?);
        }
        Some(Self {
            state,
            parent,
            group,
            session,
            flags,
            worked,
            started: fields.nth(4)?.parse().ok()?,
        })
    }

    /// Whether it is dead and waits to be reaped.
    pub(super) const fn is_zombie(&self) -> bool {
        matches!(self.state, b'Z' | b'X')
    }

    /// Whether it is dead or on its way there.
    pub(super) const fn is_exiting(&self) -> bool {
        // `PF_EXITING` in the kernel's `include/linux/sched.h`.
        self.is_zombie() || self.flags & 0x4 != 0
    }
}

/// The children of a process, with their facts.
pub(super) fn children_of(parent: Pid) -> Vec<(Pid, Stat)> {
    listed_children(parent)
        .unwrap_or_else(all_processes)
        .into_iter()
        .filter_map(|pid| Some((pid, Stat::read(pid)?)))
        .filter(|(_, stat)| stat.parent == parent.as_raw_pid())
        .collect()
}

/// The children as the kernel lists them, for each thread apart; `None` where it does not.
fn listed_children(parent: Pid) -> Option<Vec<Pid>> {
    let threads = std::fs::read_dir(format!("/proc/{parent}/task")).ok();
    let lists: Vec<PathBuf> = threads?
        .flatten()
        .map(|thread| thread.path().join("children"))
        .collect();
    let texts: Vec<String> = lists
        .iter()
        .filter_map(|list| std::fs::read_to_string(list).ok())
        .collect();
    if texts.is_empty() && !lists.is_empty() {
        return None;
    }
    let numbers = texts.iter().flat_map(|text| text.split_ascii_whitespace());
    Some(numbers.filter_map(parse_pid).collect())
}

fn all_processes() -> Vec<Pid> {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    entries
        .filter_map(|entry| parse_pid(entry.file_name().to_str()?))
        .collect()
}

/// The environment that a process was started with, in the form that `environ` has. Empty when it
/// has none, is dead or dying, or is starting a program just now; without the rights of root, the
/// dead and the dying may be an error instead.
pub(super) fn environment_of(pid: Pid) -> std::io::Result<Vec<u8>> {
    let mut environment = vec![0; ENVIRONMENT_BYTES];
    // Exactly one call: what it brings is whole, while a second one would find nothing if the
    // process died in between, and leave us with a part that looks like all.
    let count = File::open(format!("/proc/{pid}/environ"))?.read(&mut environment)?;
    environment.truncate(count);
    Ok(environment)
}

fn parse_pid(text: &str) -> Option<Pid> {
    Pid::from_raw(text.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::CommandExt;

    use rustix::process::{Pid, getpid};

    use super::{Stat, all_processes, children_of, environment_of};

    #[test]
    fn a_name_with_spaces_and_parentheses_does_not_shift_the_fields() {
        let line = b"42 (a ) S 9 (\xff) Z 7 40 30 0 -1 4228 1 2 3 4 5 6 7 8 20 0 1 0 9876 1 2";
        let stat = Stat::parse(line).expect("a line");
        assert!(stat.is_zombie());
        assert_eq!((stat.parent, stat.group, stat.session), (7, 40, 30));
        assert_eq!((stat.flags, stat.started), (4228, 9876));
        assert_eq!(stat.worked, 5 + 6 + 7 + 8);
        assert_eq!(Stat::parse(b"42 (short) S 7 40"), None);
    }

    #[test]
    fn a_process_on_its_way_out_is_told_from_a_living_one() {
        let stat = |state: char, flags: u32| {
            let line = format!("1 (a) {state} 1 1 1 0 -1 {flags} 1 2 3 4 5 6 7 8 20 0 1 0 5 0");
            Stat::parse(line.as_bytes()).expect("a line")
        };
        assert!(!stat('S', 0x0040_0000).is_exiting());
        assert!(stat('R', 0x0040_0004).is_exiting());
        assert!(stat('Z', 0).is_exiting());
    }

    #[test]
    fn our_own_facts_are_read() {
        let stat = Stat::read(getpid()).expect("our own entry");
        assert!(!stat.is_exiting());
        assert!(all_processes().contains(&getpid()));
    }

    #[test]
    fn the_leader_of_a_session_leads_its_group_too() {
        let mut child = std::process::Command::new("setsid")
            .args(["--wait", "sleep", "30"])
            .process_group(0)
            .spawn()
            .expect("setsid is there");
        let leader = loop {
            let below = children_of(Pid::from_child(&child));
            if let Some((pid, stat)) = below.first()
                && stat.session == pid.as_raw_pid()
            {
                break (*pid, stat.group);
            }
            assert!(child.try_wait().expect("a status").is_none());
        };
        assert_eq!(leader.1, leader.0.as_raw_pid());
        rustix::process::kill_process(leader.0, rustix::process::Signal::KILL).expect("ours");
        child.wait().expect("it ends");
    }

    #[test]
    fn a_child_is_listed_below_its_parent() {
        let mut child = std::process::Command::new("sleep")
            .arg("30")
            .env("A_MARK", "here")
            .spawn()
            .expect("sleep");
        let listed = children_of(getpid());
        // The system may still be laying out the new program's memory when the spawn returns.
        let patience = std::time::Instant::now() + std::time::Duration::from_secs(10);
        let mut environment = Vec::new();
        while environment.is_empty() && std::time::Instant::now() < patience {
            environment = environment_of(Pid::from_child(&child)).unwrap_or_default();
        }
        child.kill().expect("kill");
        child.wait().expect("wait");
        let pid = Pid::from_child(&child);
        assert!(listed.iter().any(|(listed, _)| *listed == pid));
        assert!(
            environment
                .split(|&byte| byte == 0)
                .any(|entry| entry == b"A_MARK=here")
        );
    }
}
