//! The supervisor's side on macOS, where `sandbox-exec` contains: files and the network, as in
//! tier B.

use std::ffi::OsStr;
use std::io::Error;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use verify_model::Exit;

use super::Wish;
use super::find::find;
use super::policy::{Policy, Resources};
use super::private::Private;
use super::seatbelt::{self, Grants};
use super::tier::Tier;
use crate::process::{self, Cancel, Ended, Finished, Limits, ProcessError, Supervision, sanitize};

/// What starts a program under a profile.
const STARTER: &str = "/usr/bin/sandbox-exec";
/// A program that does nothing, to try it with.
const NOTHING: &str = "/usr/bin/true";
/// How long trying may take.
const PROBE: Limits = Limits {
    wall: Duration::from_secs(20),
    output_bytes: 4096,
    output_cap: 1024 * 1024,
};
/// How what it says of itself begins.
const OWN_WORDS: &str = "sandbox-exec:";

/// A tier that works here.
#[derive(Clone, Debug)]
pub(super) struct Containment {
    hidden: Vec<PathBuf>,
    runs: PathBuf,
}

impl Containment {
    /// Tries `tier`, or says why it does not work.
    pub(super) fn probe(tier: Tier, wish: &Wish, cancel: &Cancel) -> Result<Self, String> {
        if tier != Tier::Confined {
            return Err("macOS has no namespaces".to_owned());
        }
        let containment = Self {
            hidden: wish.hidden.clone(),
            runs: wish.runs.clone(),
        };
        let policy = Policy::run(Resources::for_running());
        let mut command = Command::new(NOTHING);
        command.current_dir("/");
        let supervision = Supervision::new(&PROBE, cancel);
        match containment.run(&policy, &command, supervision) {
            Ok(finished) if finished.ended == Ended::Exited(Exit::Code(0)) => Ok(containment),
            Ok(finished) => Err(format!("a trial ended with {:?}", finished.ended)),
            Err(ProcessError::Contain { reason, .. }) => Err(reason),
            Err(error) => Err(error.to_string()),
        }
    }

    /// Runs `command` under `policy`.
    pub(super) fn run(
        &self,
        policy: &Policy,
        command: &Command,
        supervision: Supervision<'_>,
    ) -> Result<Finished, ProcessError> {
        let name = command.get_program().to_string_lossy().into_owned();
        let refused = |reason: String| ProcessError::Contain {
            program: name.clone(),
            reason,
        };
        let Some(program) = find(command) else {
            return Err(ProcessError::NotFound { program: name });
        };
        let private = Private::new(&self.runs, policy.scratch.as_deref(), None)
            .map_err(|error: Error| refused(format!("making a folder for the run: {error}")))?;
        let grants = self.grants(policy, &program, private.path());
        let profile = seatbelt::profile(&grants)
            .ok_or_else(|| refused("a path cannot be written into a profile".to_owned()))?;

        let mut starter = Command::new(STARTER);
        starter
            .args(seatbelt::arguments(
                &profile,
                policy,
                &program,
                command.get_args().map(Into::into),
            ))
            .env_clear();
        let own = |name: &OsStr| name == "TMPDIR" || name == "HOME";
        for (name, value) in command.get_envs().filter(|(name, _)| !own(name)) {
            if let Some(value) = value {
                starter.env(name, value);
            }
        }
        for name in ["TMPDIR", "HOME"] {
            starter.env(name, private.temporary());
        }
        let given = command.get_current_dir().unwrap_or(Path::new("/"));
        let work = private.work();
        let directory = policy.scratch.as_ref().map_or(given, |_| work.as_path());
        starter.current_dir(directory);
        let finished = process::run_supervised(starter, supervision)?;
        conclude(finished, policy).map_err(refused)
    }

    fn grants(&self, policy: &Policy, program: &Path, private: &Path) -> Grants {
        // A path that is not there needs no rule.
        let resolved = |path: &PathBuf| fs_err::canonicalize(path).ok();
        let mut read: Vec<PathBuf> = policy.read.iter().filter_map(resolved).collect();
        read.extend(fs_err::canonicalize(program).ok());
        let mut change: Vec<PathBuf> = policy.write.iter().filter_map(resolved).collect();
        change.extend(fs_err::canonicalize(private).ok());
        Grants {
            read,
            change,
            hidden: self.hidden.iter().filter_map(resolved).collect(),
        }
    }
}

/// How a run ended. What [`STARTER`] itself complains of is no end of the program.
fn conclude(mut finished: Finished, policy: &Policy) -> Result<Finished, String> {
    let Ended::Exited(exit) = finished.ended else {
        return Ok(finished);
    };
    let said = finished.stderr.to_text().text;
    if exit != Exit::Code(0) && said.starts_with(OWN_WORDS) {
        return Err(sanitize(said.lines().next().unwrap_or(OWN_WORDS)));
    }
    if finished.exceeded.is_none() {
        finished.exceeded = policy.resources.exceeded_by(exit);
    }
    Ok(finished)
}
