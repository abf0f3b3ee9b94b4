//! What a child and everything below it use, looked at from time to time.

use std::path::PathBuf;
use std::time::Duration;

use rustix::process::Pid;

use super::Effort;
use super::process_table::{Stat, children_of};

/// How often to look.
pub(super) const TICK: Duration = Duration::from_millis(50);
/// Looks at memory between two looks at files, which cost more.
const LOOKS_PER_WALK: u32 = 5;
/// Most files that are counted in one look: a folder with more is left to its other limits.
const MAX_FILES: usize = 20_000;

/// What a tree of processes may use together.
#[derive(Clone, Debug)]
pub(crate) struct Watch {
    /// Bytes of memory.
    pub(crate) memory: u64,
    /// A folder, and the bytes that may be in it.
    pub(crate) folder: Option<(PathBuf, u64)>,
}

/// A watch at work.
pub(super) struct Watching {
    watch: Watch,
    leader: Pid,
    looks: u32,
}

impl Watching {
    pub(super) const fn new(watch: Watch, leader: Pid) -> Self {
        Self {
            watch,
            leader,
            looks: 0,
        }
    }

    /// What was exceeded, if anything.
    pub(super) fn look(&mut self) -> Option<String> {
        self.looks += 1;
        if memory_below(self.leader) > self.watch.memory {
            return Some(format!(
                "used more memory than it may: {} MiB",
                self.watch.memory / (1024 * 1024)
            ));
        }
        let (folder, most) = self.watch.folder.as_ref()?;
        let is_due = self.looks.is_multiple_of(LOOKS_PER_WALK);
        (is_due && size_of(folder) > *most).then(|| {
            format!(
                "wrote more to its folder than it may: {} MiB",
                most / (1024 * 1024)
            )
        })
    }
}

/// What the descendants of `leader`, and itself, did so far.
pub(super) fn effort_below(leader: Pid) -> Effort {
    let mut effort = Effort::default();
    let ticks = rustix::param::clock_ticks_per_second().max(1);
    let mut open: Vec<_> = Stat::read(leader)
        .map(|it| (leader, it))
        .into_iter()
        .collect();
    while let Some((pid, stat)) = open.pop() {
        effort.cpu += Duration::from_millis(stat.worked.saturating_mul(1000) / ticks);
        effort.waited += waited(pid);
        open.extend(children_of(pid));
    }
    effort
}

/// How long the threads of a process waited for a processor.
fn waited(pid: Pid) -> Duration {
    let threads = std::fs::read_dir(format!("/proc/{pid}/task"));
    let threads = threads.into_iter().flatten().flatten();
    let of_each = threads.filter_map(|thread| {
        let text = std::fs::read_to_string(thread.path().join("schedstat")).ok()?;
        // In nanoseconds, behind the time that it had one.
        text.split_ascii_whitespace().nth(1)?.parse().ok()
    });
    of_each.map(Duration::from_nanos).sum()
}

/// Bytes of memory that the descendants of `leader` use: what belongs to each alone, and the
/// largest part that one of them shares with others.
fn memory_below(leader: Pid) -> u64 {
    let page = u64::try_from(rustix::param::page_size()).unwrap_or(4096);
    let (mut own, mut shared) = (0, 0);
    let mut parents = vec![leader];
    while let Some(parent) = parents.pop() {
        for (pid, _) in children_of(parent) {
            if let Some((resident, common)) = memory_of(pid) {
                own += resident.saturating_sub(common);
                shared = shared.max(common);
            }
            parents.push(pid);
        }
    }
    (own + shared) * page
}

/// Pages of a process that are in memory, and those of them that are files or shared.
fn memory_of(pid: Pid) -> Option<(u64, u64)> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/statm")).ok()?;
    let mut fields = text.split_ascii_whitespace().skip(1);
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}

fn size_of(folder: &std::path::Path) -> u64 {
    use std::os::unix::fs::MetadataExt as _;
    let (mut bytes, mut seen) = (0, 0);
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            seen += 1;
            if seen > MAX_FILES {
                return bytes;
            }
            let Ok(metadata) = entry.metadata() else {
                continue;
            };
            bytes += metadata.blocks() * 512;
            if metadata.is_dir() {
                open.push(entry.path());
            }
        }
    }
    bytes
}
