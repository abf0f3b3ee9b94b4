//! Which lints the toolchain knows, by what clippy's driver prints about itself.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use crate::cargo;
use crate::error::EngineError;
use crate::process::Cancel;
use crate::toolchain;

/// Clippy's driver, which is a compiler that knows clippy's lints besides its own.
const DRIVER: &str = "clippy-driver";

/// The lints of a toolchain and their groups, by the names that reports use: `unused_mut`,
/// `clippy::unwrap_used`, `clippy::pedantic`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LintNames {
    /// Every lint, and whether it is on by default.
    lints: BTreeMap<String, bool>,
    /// Every group, with its lints.
    groups: BTreeMap<String, BTreeSet<String>>,
}

/// Asks the toolchain for its lints.
///
/// An error when clippy is not installed.
pub fn lint_names(cancel: &Cancel) -> Result<LintNames, EngineError> {
    let mut command = Command::new(DRIVER);
    command.args(["-W", "help"]);
    let help = toolchain::read(DRIVER, cargo::run_query(command, cancel))?;
    Ok(LintNames::parse(&help))
}

impl LintNames {
    /// Reads what `clippy-driver -W help` prints.
    #[must_use]
    pub fn parse(help: &str) -> Self {
        let mut names = Self::default();
        let mut is_in_groups = false;
        for line in help.lines() {
            if line.starts_with("Lint ") {
                is_in_groups = line.starts_with("Lint groups");
            }
            let Some((name, rest)) = line.trim().split_once(' ') else {
                continue;
            };
            let rest = rest.trim_start();
            if is_in_groups {
                let lints: BTreeSet<String> = rest.split(',').map(as_reported).collect();
                // The group of all warnings is described instead, in several words.
                if lints.iter().all(|lint| names.lints.contains_key(lint)) {
                    names.groups.insert(as_reported(name), lints);
                }
            } else if let Some(is_on) = is_on(rest) {
                names.lints.insert(as_reported(name), is_on);
            }
        }
        names
    }

    /// The lints that `name` stands for: itself, or those of its group. `None` when the toolchain
    /// knows neither.
    #[must_use]
    pub fn expand(&self, name: &str) -> Option<BTreeSet<String>> {
        let name = as_reported(name);
        match self.groups.get(&name) {
            Some(lints) => Some(lints.clone()),
            None => self
                .lints
                .contains_key(&name)
                .then(|| BTreeSet::from([name])),
        }
    }

    /// What has to be switched on for the lint or group `name` to speak.
    #[must_use]
    pub fn to_switch_on(&self, name: &str) -> BTreeSet<String> {
        let is_off = |lint: &String| self.lints.get(lint) == Some(&false);
        let lints = self.expand(name).unwrap_or_default();
        if lints.len() > 1 && lints.iter().all(is_off) {
            BTreeSet::from([as_reported(name)])
        } else {
            lints.into_iter().filter(is_off).collect()
        }
    }

    /// Every name of a lint or a group.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        self.lints
            .keys()
            .chain(self.groups.keys())
            .map(String::as_str)
    }
}

/// Whether a lint with this default level speaks; `None` when the line does not describe a lint.
fn is_on(rest: &str) -> Option<bool> {
    match rest.split(' ').next()? {
        "allow" => Some(false),
        "warn" | "deny" | "forbid" => Some(true),
        _ => None,
    }
}

/// A lint's name as diagnostics have it: the driver's list has `-` for `_`.
fn as_reported(name: &str) -> String {
    name.trim().replace('-', "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    const HELP: &str = "\nAvailable lint options:\n    -W <foo>           Warn about <foo>\n\n\n\
        Lint checks provided by rustc:\n\n     name  default  meaning\n     ----  -------  -------\n\
        \x20    unused-mut  warn     detect mut variables\n     missing-docs  allow    detects\n\n\
        Lint groups provided by rustc:\n\n      name  sub-lints\n      ----  ---------\n\
        \x20     warnings  all lints that are set to issue warnings\n      unused  unused-mut\n\n\n\
        Lint checks loaded by this crate:\n\n   clippy::unwrap-used  allow    `.unwrap()`\n   \
        clippy::panic  allow    usage\n   clippy::eq-op  deny     equal operands\n\n\
        Lint groups loaded by this crate:\n\n   clippy::off  clippy::unwrap-used, clippy::panic\n   \
        clippy::mixed  clippy::eq-op, clippy::panic\n";

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn lints_and_groups_are_read_from_what_the_driver_prints() {
        let names = LintNames::parse(HELP);
        assert_eq!(names.expand("unused_mut"), Some(set(&["unused_mut"])));
        assert_eq!(names.expand("unused"), Some(set(&["unused_mut"])));
        let both = set(&["clippy::eq_op", "clippy::panic"]);
        assert_eq!(names.expand("clippy::mixed"), Some(both));
        for unknown in ["warnings", "name", "-W", "clippy::unwrap", "----"] {
            assert_eq!(names.expand(unknown), None, "{unknown}");
        }
        assert_eq!(names.all().count(), 8);
    }

    #[test]
    fn only_what_is_off_by_default_is_switched_on() {
        let names = LintNames::parse(HELP);
        assert_eq!(names.to_switch_on("unused_mut"), set(&[]));
        assert_eq!(names.to_switch_on("missing-docs"), set(&["missing_docs"]));
        assert_eq!(names.to_switch_on("clippy::off"), set(&["clippy::off"]));
        assert_eq!(names.to_switch_on("clippy::mixed"), set(&["clippy::panic"]));
        assert_eq!(names.to_switch_on("unknown"), set(&[]));
    }
}
