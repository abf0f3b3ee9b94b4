//! Containment of strangers' code: what compiles or runs it goes through a [`Sandbox`].
//!
//! On Linux a contained program is started by a *shim*, this same executable with a hidden word
//! (see [`enter_if_asked`]), which gives up everything that the program must not have and then
//! becomes it. In order: limits, no rights beyond an ordinary user's, Landlock, seccomp; and before
//! them, in tier A, namespaces with a file system of their own. The program sees what its
//! [`Policy`] grants. On macOS the system's own `sandbox-exec` does the same by a profile, which
//! nobody has tried yet.

#[cfg(target_os = "linux")]
mod calls;
#[cfg(target_os = "linux")]
mod confined;
#[cfg_attr(target_os = "macos", path = "sandbox/contain_macos.rs")]
#[cfg_attr(
    not(any(target_os = "linux", target_os = "macos")),
    path = "sandbox/contain_unsupported.rs"
)]
mod contain;
#[cfg(any(target_os = "linux", target_os = "macos"))]
mod copy;
#[cfg(target_os = "linux")]
mod filter;
#[cfg(any(target_os = "linux", target_os = "macos"))]
mod find;
#[cfg(target_os = "linux")]
mod isolated;
#[cfg(target_os = "linux")]
mod order;
#[cfg(target_os = "linux")]
mod payload;
mod policy;
#[cfg(any(target_os = "linux", target_os = "macos"))]
mod private;
#[cfg(target_os = "linux")]
mod root;
#[cfg(target_os = "linux")]
mod rules;
#[cfg(any(test, target_os = "macos"))]
mod seatbelt;
#[cfg(target_os = "linux")]
mod shim;
mod tier;
#[cfg(target_os = "linux")]
mod users;
#[cfg(target_os = "linux")]
mod view;

use std::path::{Path, PathBuf};
use std::process::Command;

use verify_model::Environment;

use crate::process::{self, Cancel, Finished, Limits, ProcessError, Supervision};

pub use policy::{Kind, Policy, Resources};
#[cfg(target_os = "linux")]
pub use shim::enter_if_asked;
pub use tier::Tier;

use contain::Containment;

/// Does nothing: no process is started as a shim here.
#[cfg(not(target_os = "linux"))]
pub fn enter_if_asked() {}

/// Removes a folder that contained programs wrote to, whatever they made of it.
pub(crate) fn remove(folder: &Path) -> std::io::Result<()> {
    #[cfg(any(target_os = "linux", target_os = "macos"))]
    return private::remove(folder);
    #[cfg(not(any(target_os = "linux", target_os = "macos")))]
    fs_err::remove_dir_all(folder)
}

/// How the sandbox is to be set up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wish {
    /// The tier to use, and no other; `None` for the strongest that works.
    pub tier: Option<Tier>,
    /// Whether programs may be run in tier C.
    pub allow_unsandboxed: bool,
    /// The newest version of Landlock to count on; `None` for the kernel's. For trying what older
    /// kernels need.
    pub landlock: Option<i32>,
    /// Files with secrets, which nothing contained may read wherever they lie.
    pub hidden: Vec<PathBuf>,
    /// Where folders for single runs are made.
    pub runs: PathBuf,
}

/// Runs processes under a [`Policy`], as strongly contained as the machine permits.
#[derive(Clone, Debug)]
pub struct Sandbox {
    tier: Tier,
    allow_unsandboxed: bool,
    /// Why no stronger tier is used; empty in the strongest.
    reason: String,
    containment: Option<Containment>,
}

impl Sandbox {
    /// Finds out by real runs what this machine permits.
    ///
    /// The executable has to call [`enter_if_asked`] first thing in its `main`.
    #[must_use]
    pub fn probe(wish: &Wish, cancel: &Cancel) -> Self {
        let wanted = match wish.tier {
            Some(tier) => vec![tier],
            None => vec![Tier::Isolated, Tier::Confined],
        };
        let mut reasons = Vec::new();
        for tier in wanted {
            if tier == Tier::Limited {
                reasons.push("tier C was asked for".to_owned());
                continue;
            }
            match Containment::probe(tier, wish, cancel) {
                Ok(containment) => {
                    if wish.tier.is_some() && tier < Tier::Isolated {
                        reasons.push(format!("tier {} was asked for", tier.letter()));
                    }
                    if let Some(version) = wish.landlock {
                        reasons.push(format!("Landlock {version} was asked for"));
                    }
                    return Self {
                        tier,
                        allow_unsandboxed: wish.allow_unsandboxed,
                        reason: reasons.join("; "),
                        containment: Some(containment),
                    };
                }
                Err(reason) => reasons.push(format!("tier {}: {reason}", tier.letter())),
            }
        }
        Self {
            tier: Tier::Limited,
            allow_unsandboxed: wish.allow_unsandboxed,
            reason: reasons.join("; "),
            containment: None,
        }
    }

    /// The tier in force.
    #[must_use]
    pub const fn tier(&self) -> Tier {
        self.tier
    }

    /// Why no stronger tier is in force; empty when there is none.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// Why programs are not run, where they are not.
    #[must_use]
    pub fn why_not_run(&self) -> Option<String> {
        let refuses = self.tier == Tier::Limited && !self.allow_unsandboxed;
        refuses.then(|| {
            format!(
                "not run: there is no sandbox here ({}). `--allow-unsandboxed` runs it all the same",
                self.reason
            )
        })
    }

    /// The tier, and the reason when there is a stronger one, in one line.
    #[must_use]
    pub fn summary(&self) -> String {
        let what = match self.tier {
            Tier::Isolated => "isolated",
            Tier::Confined => "confined",
            Tier::Limited if self.allow_unsandboxed => "limits only, programs run uncontained",
            Tier::Limited => "limits only, no program is run",
        };
        let letter = self.tier.letter();
        if self.reason.is_empty() {
            format!("sandbox: tier {letter} ({what})")
        } else {
            format!("sandbox: tier {letter} ({what}); {}", self.reason)
        }
    }

    /// What the report says about it.
    #[must_use]
    pub fn environment(&self) -> Environment {
        let words = |list: &[&str]| list.iter().map(|&word| word.to_owned()).collect();
        let (enforced, not_enforced): (&[&str], &[&str]) = match self.tier {
            Tier::Isolated => (&ISOLATED, &POLLED),
            Tier::Confined if cfg!(target_os = "macos") => (&SEATBELT, &SEATBELT_LACKS),
            Tier::Confined => (&CONFINED, &CONFINED_LACKS),
            Tier::Limited => (&LIMITED, &LIMITED_LACKS),
        };
        Environment {
            sandbox: self.tier.letter().to_owned(),
            reason: (!self.reason.is_empty()).then(|| self.reason.clone()),
            enforced: words(enforced),
            not_enforced: words(not_enforced),
        }
    }

    /// Runs `command` to its end, like [`process::run`], with no more than `policy` grants.
    ///
    /// Its environment is what `command` sets explicitly and nothing else; `TMPDIR` and `HOME` are
    /// set here. In tier C it is only limited and supervised: ask [`Self::why_not_run`] first.
    pub fn run(
        &self,
        policy: &Policy,
        command: &Command,
        limits: &Limits,
        cancel: &Cancel,
    ) -> Result<Finished, ProcessError> {
        self.supervised(policy, command, Supervision::new(limits, cancel))
    }

    /// The same, handing on lines like [`process::run_lines`].
    pub fn run_lines(
        &self,
        policy: &Policy,
        command: &Command,
        limits: &Limits,
        cancel: &Cancel,
        on_line: &mut dyn FnMut(&[u8]),
    ) -> Result<Finished, ProcessError> {
        let supervision = Supervision {
            on_line: Some(on_line),
            ..Supervision::new(limits, cancel)
        };
        self.supervised(policy, command, supervision)
    }

    fn supervised(
        &self,
        policy: &Policy,
        command: &Command,
        supervision: Supervision<'_>,
    ) -> Result<Finished, ProcessError> {
        match &self.containment {
            Some(containment) => containment.run(policy, command, supervision),
            None => process::run_supervised(only_its_own_environment(command), supervision),
        }
    }
}

/// What each tier does and does not see to, in the words of the report.
const ISOLATED: [&str; 11] = [
    "network",
    "files",
    "other processes",
    "wall time",
    "CPU time of each process",
    "memory of each process",
    "number of processes",
    "size of its files",
    "output size",
    "end of all child processes",
    "only the environment variables that the tools need",
];
const POLLED: [&str; 1] = ["memory of all processes together, but for a look every 50 ms"];
const CONFINED: [&str; 9] = [
    "network",
    "contents of files",
    "wall time",
    "CPU time of each process",
    "memory of each process",
    "number of processes",
    "output size",
    "end of all child processes",
    "only the environment variables that the tools need",
];
const CONFINED_LACKS: [&str; 6] = [
    "names and sizes of files",
    "times and some permissions of the user's files",
    "names of other processes",
    "a network of its own",
    "size of its files together, but for a look every 250 ms",
    "memory of all processes together, but for a look every 50 ms",
];
const SEATBELT: [&str; 7] = [
    "network",
    "contents of files",
    "wall time",
    "CPU time of each process",
    "size of each file",
    "output size",
    "only the environment variables that the tools need",
];
const SEATBELT_LACKS: [&str; 6] = [
    "names and sizes of files",
    "names of other processes",
    "a network of its own",
    "memory",
    "number of processes",
    "end of child processes that leave their group; they stay contained",
];
const LIMITED: [&str; 4] = [
    "wall time",
    "output size",
    "end of all child processes",
    "only the environment variables that the tools need",
];
const LIMITED_LACKS: [&str; 5] = [
    "network",
    "files",
    "memory",
    "CPU time",
    "number of processes",
];

/// `command` without the variables of this process that it would pass on.
fn only_its_own_environment(command: &Command) -> Command {
    let mut bare = Command::new(command.get_program());
    bare.args(command.get_args()).env_clear();
    for (name, value) in command.get_envs() {
        if let Some(value) = value {
            bare.env(name, value);
        }
    }
    if let Some(directory) = command.get_current_dir() {
        bare.current_dir(directory);
    }
    bare
}
