//! How much time and output the stages may take.

use std::time::Duration;

use crate::process::Limits;

/// Wall time and output of the stages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StageLimits {
    /// For compiling: check, lint and build, each.
    pub compile: Duration,
    /// For the tests, and for the doctests.
    pub test: Duration,
    /// For the program.
    pub run: Duration,
    /// For resolving or building one dependency set.
    pub dependencies: Duration,
    /// Bytes kept of each output of a stage.
    pub output_bytes: usize,
    /// Bytes that a stage may print before it is ended.
    pub output_cap: u64,
}

impl Default for StageLimits {
    fn default() -> Self {
        Self {
            compile: Duration::from_mins(2),
            test: Duration::from_mins(1),
            run: Duration::from_secs(10),
            dependencies: Duration::from_mins(45),
            output_bytes: 32 * 1024,
            output_cap: 64 * 1024 * 1024,
        }
    }
}

impl StageLimits {
    /// Limits of a process that may take `wall`.
    pub(crate) fn within(&self, wall: Duration) -> Limits {
        Limits {
            wall,
            output_bytes: self.output_bytes,
            output_cap: self.output_cap,
        }
    }
}
