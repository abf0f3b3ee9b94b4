//! What a child uses cannot be looked at here.
#![allow(
    clippy::unused_self,
    clippy::needless_pass_by_value,
    reason = "where it is supported, they are used"
)]

use std::time::Duration;

use super::Effort;
use super::tree::Leader;

pub(super) const TICK: Duration = Duration::from_hours(1);

/// What a tree of processes may use together: nobody can ask for that.
#[derive(Clone, Debug)]
pub(crate) enum Watch {}

/// Nothing can be seen here.
pub(super) fn effort_below(_leader: Leader) -> Effort {
    Effort::default()
}

/// A watch at work.
pub(super) struct Watching;

impl Watching {
    pub(super) fn new(watch: Watch, _leader: Leader) -> Self {
        match watch {}
    }

    /// Nothing can be seen here.
    pub(super) fn look(&mut self) -> Option<String> {
        None
    }
}
