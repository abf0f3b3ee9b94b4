//! Systems on which descendants that left their process group cannot be found.
#![allow(
    clippy::unused_self,
    clippy::needless_pass_by_value,
    reason = "where it is supported, they are used"
)]

use std::process::Command;

use super::tree::Leader;

/// Marks nothing: nobody could read the mark.
pub(super) struct Marker;

impl Marker {
    pub(super) fn set_on(_command: &mut Command) -> Self {
        Self
    }
}

/// Knows of no descendants beyond the process group.
pub(super) struct Descendants;

impl Descendants {
    pub(super) fn new(_leader: Leader, _marker: Marker) -> Self {
        Self
    }

    pub(super) fn any_alive(&self) -> Option<bool> {
        None
    }

    pub(super) const fn has_killed(&self) -> bool {
        false
    }

    pub(super) fn remember_tree(&mut self) {}

    pub(super) fn sweep(&mut self) -> bool {
        false
    }
}
