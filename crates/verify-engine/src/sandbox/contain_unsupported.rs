//! No containment here: tier C is what there is.

use std::process::Command;

use super::Wish;
use super::policy::Policy;
use super::tier::Tier;
use crate::process::{Cancel, Finished, ProcessError, Supervision};

/// A tier that works here: there is none.
#[derive(Clone, Debug)]
pub(super) enum Containment {}

impl Containment {
    pub(super) fn probe(_tier: Tier, _wish: &Wish, _cancel: &Cancel) -> Result<Self, String> {
        Err(format!("there is none for {} yet", std::env::consts::OS))
    }

    pub(super) fn run(
        &self,
        _policy: &Policy,
        _command: &Command,
        _supervision: Supervision<'_>,
    ) -> Result<Finished, ProcessError> {
        match *self {}
    }
}
