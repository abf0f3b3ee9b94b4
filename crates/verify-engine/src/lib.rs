//! Everything that verify spawns, locks or writes.
//!
//! The engine takes examples and judges them: it resolves and builds their dependencies, climbs
//! the ladder with every example until nothing more can be added, runs the stages, and reports
//! facts as it goes. It never prints: whoever wants to know listens to [`Event`]s.

mod afterwards;
mod batch;
mod cache;
mod cargo;
mod climb;
mod compiler;
mod counters;
mod diagnostics;
mod direct;
mod elsewhere;
mod error;
mod event;
mod execute;
mod execution;
mod failures;
mod findings;
mod generated;
mod jobs;
mod layout;
mod libraries;
mod libtest;
mod limits;
mod lint_names;
mod lock;
mod package;
mod preparing;
pub mod process;
mod record;
mod resolution;
mod round;
mod run;
pub mod sandbox;
mod schedule;
mod set_memory;
mod sets;
mod sources;
mod stages;
mod surroundings;
mod targets;
mod toolchain;
mod trust;
mod turns;
mod workshop;

pub use cache::{CacheUse, DEFAULT_MAX_BYTES, Removed, Usage};
pub use error::EngineError;
pub use event::Event;
pub use layout::Layout;
pub use limits::StageLimits;
pub use lint_names::{LintNames, lint_names};
pub use lock::{Lock, LockMode};
pub use record::{Attempt, Record};
pub use run::{Findings, Settings, run};

pub use surroundings::surroundings;
pub use workshop::secrets;
