//! The table `[limits]` of `verify.toml`.

use std::fmt;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};

/// A whole number from `LEAST` to `MOST`; any other is an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Within<const LEAST: u64, const MOST: u64>(u64);

/// Seconds, up to a day.
pub(crate) type Seconds = Within<1, 86_400>;
/// Mebibytes of output, up to a gibibyte.
pub(crate) type Output = Within<1, 1024>;
/// Mebibytes of memory, up to a tebibyte; with less nothing would start.
pub(crate) type Memory = Within<16, 1_048_576>;
/// Mebibytes of files, up to a tebibyte.
pub(crate) type Scratch = Within<1, 1_048_576>;
/// Processes and threads.
pub(crate) type Processes = Within<1, 65_536>;

impl<const LEAST: u64, const MOST: u64> Within<LEAST, MOST> {
    /// The number.
    pub(crate) const fn get(self) -> u64 {
        self.0
    }
}

impl<'de, const LEAST: u64, const MOST: u64> Deserialize<'de> for Within<LEAST, MOST> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Number<const LEAST: u64, const MOST: u64>;

        impl<const LEAST: u64, const MOST: u64> Visitor<'_> for Number<LEAST, MOST> {
            type Value = Within<LEAST, MOST>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(formatter, "a whole number from {LEAST} to {MOST}")
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
                match u64::try_from(number) {
                    Ok(number) if (LEAST..=MOST).contains(&number) => Ok(Within(number)),
                    _ => Err(E::custom(format!(
                        "{number} is not within its range, from {LEAST} to {MOST}"
                    ))),
                }
            }
        }

        deserializer.deserialize_i64(Number)
    }
}

/// What compiling and running may take. What is not said has its default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Limits {
    /// Wall time for compiling an example: check, lint and build, each.
    pub(crate) compile_seconds: Option<Seconds>,
    /// Wall time for an example's tests, and for its doctests.
    pub(crate) test_seconds: Option<Seconds>,
    /// Wall time for an example's program.
    pub(crate) run_seconds: Option<Seconds>,
    /// Wall time for resolving or building one set of dependencies.
    pub(crate) dependencies_seconds: Option<Seconds>,
    /// What each output of any process may bring, in MiB, where the tables below say nothing else.
    pub(crate) output_mib: Option<Output>,
    /// What compiling may use besides.
    #[serde(default)]
    pub(crate) build: Usage,
    /// What tests and programs may use besides.
    #[serde(default)]
    pub(crate) run: Usage,
}

/// The tables `[limits.build]` and `[limits.run]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Usage {
    /// CPU time of each process.
    pub(crate) cpu_seconds: Option<Seconds>,
    /// Memory of each process, and of all together.
    pub(crate) memory_mib: Option<Memory>,
    /// Processes and threads at once.
    pub(crate) processes: Option<Processes>,
    /// What may be written to files.
    pub(crate) scratch_mib: Option<Scratch>,
    /// What each output of a process may bring.
    pub(crate) output_mib: Option<Output>,
}

#[cfg(test)]
mod tests {
    use crate::config::{Config, parse};

    /// What is said about a table of limits whose third line is `line`.
    fn fault(line: &str) -> String {
        let table = if line.contains('@') { "run" } else { "limits" };
        let text = match table {
            "run" => format!("[limits.run]\n\n{}\n", line.replace('@', "")),
            _ => format!("[limits]\n\n{line}\n"),
        };
        parse(&text).unwrap_err()
    }

    #[test]
    fn every_limit_has_a_range_and_a_fault_has_its_line() {
        for (line, says) in [
            (
                "run-seconds = 0",
                "0 is not within its range, from 1 to 86400",
            ),
            ("compile-seconds = 86401", "86401 is not within"),
            ("test-seconds = -1", "-1 is not within"),
            (
                "dependencies-seconds = \"9\"",
                "a whole number from 1 to 86400",
            ),
            ("output-mib = 1025", "from 1 to 1024"),
            ("run-second = 1", "unknown field `run-second`"),
            ("@cpu-seconds = 0", "from 1 to 86400"),
            ("@memory-mib = 1048577", "from 16 to 1048576"),
            ("@processes = 65537", "from 1 to 65536"),
            ("@processes = 1.5", "a whole number from 1 to 65536"),
            ("@scratch-mib = 0", "from 1 to 1048576"),
            ("@output-mib = 99999999999", "from 1 to 1024"),
            ("@wall-seconds = 1", "unknown field `wall-seconds`"),
            ("run-seconds =", "value"),
        ] {
            let said = fault(line);
            assert!(
                said.starts_with(":3: ") && said.contains(says),
                "{line}: {said}"
            );
        }
    }

    #[test]
    fn the_ends_of_a_range_belong_to_it() {
        let text = "jobs = 1\n[limits]\nrun-seconds = 1\ncompile-seconds = 86400\n\
                    [limits.build]\noutput-mib = 1024\n[limits.run]\nprocesses = 65536\n";
        let Config { jobs, limits, .. } = parse(text).unwrap();
        assert_eq!(jobs.map(super::Within::get), Some(1));
        assert_eq!(limits.run_seconds.map(super::Within::get), Some(1));
        assert_eq!(limits.compile_seconds.map(super::Within::get), Some(86_400));
        assert_eq!(limits.build.output_mib.map(super::Within::get), Some(1024));
        assert_eq!(limits.run.processes.map(super::Within::get), Some(65_536));
    }
}
