//! What is known from earlier runs.
//!
//! *Outcomes* say what came of an example, *answers* what the tools said of the machine: the
//! toolchain, a document's workspace, a dependency set. Each is kept by a printed question that
//! holds everything that it depends on, in a file of its own that is written after the fact, at
//! once or not at all. What cannot be read, or answers another question, counts as not there. What
//! need not come out the same again is not kept at all.

mod answers;
mod cacheable;
mod entry;
mod key;
mod outcomes;
mod stamp;
mod store;
mod stored;
mod upkeep;

pub(crate) use self::answers::Answers;
pub(crate) use self::key::{Ground, Subject, TOOL, Task, sha256};
pub(crate) use self::outcomes::Outcomes;
pub(crate) use self::stamp::Stamp;
pub use self::upkeep::{DEFAULT_MAX_BYTES, Removed, Usage};

/// The version of what is kept. It is part of the buckets' names, so that a tool never reads what
/// it would misunderstand.
const FORMAT: &str = "v2";

/// The bucket of outcomes.
const OUTCOMES: &str = "outcomes";

/// The bucket of answers about the machine.
pub(crate) const ANSWERS: &str = "answers";

/// Whether what is known from earlier runs is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CacheUse {
    /// What is known is not done again.
    #[default]
    Reuse,
    /// Everything is done again; what comes out takes the place of what was known.
    Refresh,
}
