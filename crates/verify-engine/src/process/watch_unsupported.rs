//! What a child uses cannot be looked at here.

use std::path::PathBuf;
use std::time::Duration;

use rustix::process::Pid;

use super::Effort;

pub(super) const TICK: Duration = Duration::from_hours(1);

/// What a tree of processes may use together.
#[derive(Clone, Debug)]
pub(crate) struct Watch {
    /// Bytes of memory.
    pub(crate) memory: u64,
    /// A folder, and the bytes that may be in it.
    pub(crate) folder: Option<(PathBuf, u64)>,
}

/// Nothing can be seen here.
pub(super) fn effort_below(_leader: Pid) -> Effort {
    Effort::default()
}

/// A watch at work.
pub(super) struct Watching;

impl Watching {
    pub(super) fn new(_watch: Watch, _leader: Pid) -> Self {
        Self
    }

    /// Nothing can be seen here.
    pub(super) fn look(&mut self) -> Option<String> {
        None
    }
}
