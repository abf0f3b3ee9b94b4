//! How much time and output the stages may take.

use std::time::Duration;

use crate::process::Limits;

const MEBIBYTE: u64 = 1024 * 1024;

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
    /// Bytes that each output of a compilation may bring before it is ended.
    pub build_output: u64,
    /// Bytes that each output of a test or a program may bring before it is ended.
    pub run_output: u64,
}

impl Default for StageLimits {
    fn default() -> Self {
        Self {
            compile: Duration::from_mins(2),
            test: Duration::from_mins(1),
            run: Duration::from_secs(10),
            dependencies: Duration::from_mins(45),
            output_bytes: 32 * 1024,
            build_output: 64 * MEBIBYTE,
            run_output: 16 * MEBIBYTE,
        }
    }
}

impl StageLimits {
    /// Limits of a compilation that may take `wall`.
    pub(crate) const fn building(&self, wall: Duration) -> Limits {
        Limits {
            wall,
            output_bytes: self.output_bytes,
            output_cap: self.build_output,
        }
    }

    /// Limits of a test or a program that may take `wall`.
    pub(crate) const fn running(&self, wall: Duration) -> Limits {
        Limits {
            wall,
            output_bytes: self.output_bytes,
            output_cap: self.run_output,
        }
    }
}

/// A time as people write it: in seconds, and in milliseconds where it has such.
pub(crate) fn in_words(time: Duration) -> String {
    if time.subsec_millis() == 0 {
        format!("{} s", time.as_secs())
    } else {
        format!("{} ms", time.as_millis())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_told_exactly() {
        for (time, words) in [
            (Duration::from_millis(500), "500 ms"),
            (Duration::from_millis(1500), "1500 ms"),
            (Duration::from_secs(10), "10 s"),
            (Duration::from_mins(2), "120 s"),
        ] {
            assert_eq!(in_words(time), words);
        }
    }

    #[test]
    fn compiling_and_running_have_outputs_of_their_own() {
        let limits = StageLimits {
            build_output: 1,
            run_output: 2,
            ..StageLimits::default()
        };
        assert_eq!(limits.building(limits.compile).output_cap, 1);
        assert_eq!(limits.running(limits.test).output_cap, 2);
    }
}
