//! The supervisor's side: from a command and a policy to an order for the shim, and from the shim's
//! answer to how the run ended.

use std::ffi::OsString;
use std::io::{Error, ErrorKind, Read as _};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use verify_model::Exit;

use super::find::find;
use super::order::{Answer, Order};
use super::policy::{Kind, Policy, Resources};
use super::private::Private;
use super::tier::Tier;
use super::users::Users;
use super::{Wish, calls, copy, root, shim};
use crate::process::{
    self, Cancel, Ended, Finished, Limits, ProcessError, Supervision, Watch, sanitize,
};

/// This executable, even when its file was replaced since it started.
const SELF: &str = "/proc/self/exe";
/// Programs that do nothing, to try a tier with.
const NOTHING: [&str; 3] = [
    "/bin/true",
    "/usr/bin/true",
    "/run/current-system/sw/bin/true",
];
/// How long trying a tier may take.
const PROBE: Limits = Limits {
    wall: Duration::from_secs(20),
    output_bytes: 4096,
    output_cap: 1024 * 1024,
};

/// A tier that works here.
#[derive(Clone, Debug)]
pub(super) struct Containment {
    tier: Tier,
    users: Users,
    landlock: i32,
    hidden: Vec<PathBuf>,
    runs: PathBuf,
}

impl Containment {
    /// Tries `tier`, or says why it does not work.
    pub(super) fn probe(tier: Tier, wish: &Wish, cancel: &Cancel) -> Result<Self, String> {
        let landlock = calls::landlock_version();
        let landlock = wish.landlock.map_or(landlock, |most| landlock.min(most));
        if landlock == 0 {
            return Err("the kernel has no Landlock".to_owned());
        }
        let Some(program) = NOTHING.iter().find(|path| Path::new(path).exists()) else {
            return Err("there is no program to try it with".to_owned());
        };
        let mut reason = String::new();
        for users in Users::candidates() {
            let containment = Self {
                tier,
                users: *users,
                landlock,
                hidden: wish.hidden.clone(),
                runs: wish.runs.clone(),
            };
            let policy = Policy::run(Resources::for_running());
            let mut command = Command::new(program);
            command.current_dir("/");
            let supervision = Supervision::new(&PROBE, cancel);
            reason = match containment.run(&policy, &command, supervision) {
                Ok(finished) if finished.ended == Ended::Exited(Exit::Code(0)) => {
                    return Ok(containment);
                }
                Ok(finished) => format!("a trial ended with {:?}", finished.ended),
                Err(ProcessError::Contain { reason, .. }) => reason,
                Err(error) => error.to_string(),
            };
        }
        Err(reason)
    }

    /// Runs `command` under `policy`.
    pub(super) fn run(
        &self,
        policy: &Policy,
        command: &Command,
        supervision: Supervision<'_>,
    ) -> Result<Finished, ProcessError> {
        let program = command.get_program().to_string_lossy().into_owned();
        let refused = |step: &'static str| {
            let program = program.clone();
            move |error: Error| ProcessError::Contain {
                program,
                reason: format!("{step}: {error}"),
            }
        };
        let Some(path) = find(command) else {
            return Err(ProcessError::NotFound { program });
        };
        let user = self.users.next(policy.kind);
        for folder in &policy.write {
            give_tree(folder, user).map_err(refused("preparing folders"))?;
        }
        let private = match self.tier {
            Tier::Isolated => None,
            Tier::Confined | Tier::Limited => Some(
                Private::new(&self.runs, policy.scratch.as_deref(), user)
                    .map_err(refused("making a folder for the run"))?,
            ),
        };
        let order = self.order(policy, command, path, user, private.as_ref());
        let (ours, theirs) = UnixStream::pair().map_err(refused("making a socket"))?;
        // An order always fits; should one not, nothing waits for it.
        let send = ours
            .set_nonblocking(true)
            .and_then(|()| order.send(&mut &ours));
        send.map_err(refused("sending the order"))?;

        let watch = Watch {
            memory: policy.resources.memory,
            folder: private
                .as_ref()
                .map(|it| (it.path().to_owned(), policy.resources.scratch)),
        };
        let mut shim = Command::new(SELF);
        shim.arg(shim::WORD).env_clear().current_dir("/");
        let supervision = Supervision {
            input: Stdio::from(OwnedFd::from(theirs)),
            watch: Some(watch),
            ..supervision
        };
        let finished = process::run_supervised(shim, supervision)?;
        conclude(finished, &ours, policy, program)
    }

    fn order(
        &self,
        policy: &Policy,
        command: &Command,
        program: PathBuf,
        user: Option<u32>,
        private: Option<&Private>,
    ) -> Order {
        let given = command.get_current_dir().unwrap_or(Path::new("/"));
        let (directory, temporary) = match private {
            Some(private) if policy.scratch.is_some() => (private.work(), private.temporary()),
            Some(private) => (given.to_owned(), private.temporary()),
            None => (given.to_owned(), PathBuf::from(root::TEMPORARY)),
        };
        let own = |name: &std::ffi::OsStr| name == "TMPDIR" || name == "HOME";
        let mut environment: Vec<(OsString, OsString)> = command
            .get_envs()
            .filter(|(name, _)| !own(name))
            .filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned())))
            .collect();
        for name in ["TMPDIR", "HOME"] {
            environment.push((name.into(), temporary.clone().into()));
        }
        Order {
            tier: self.tier,
            supervisor: rustix::process::getpid().as_raw_pid(),
            user,
            has_user_alone: self.users.are_alone() && policy.kind == Kind::Run,
            landlock: self.landlock,
            program,
            arguments: command.get_args().map(Into::into).collect(),
            environment,
            directory,
            private: private.map(|it| it.path().to_owned()),
            policy: policy.clone(),
            hidden: self.hidden.clone(),
        }
    }
}

/// How a run ended, by what its shim said. A shim that said nothing was ended with its program, or
/// the run is none.
fn conclude(
    mut finished: Finished,
    line: &UnixStream,
    policy: &Policy,
    program: String,
) -> Result<Finished, ProcessError> {
    if !matches!(finished.ended, Ended::Exited(_)) {
        return Ok(finished);
    }
    if finished.exceeded.is_some() {
        finished.ended = Ended::Exited(Exit::Signal(libc::SIGKILL));
        return Ok(finished);
    }
    let mut said = Vec::new();
    // Nobody has the other end any more, so this ends at once.
    let _ = (&mut &*line).take(64 * 1024).read_to_end(&mut said);
    match Answer::first_in(&said) {
        Some(Answer::Ended {
            exit, leftovers, ..
        }) => {
            finished.ended = Ended::Exited(exit);
            finished.leftovers |= leftovers;
            finished.exceeded = policy.resources.exceeded_by(exit);
            Ok(finished)
        }
        Some(Answer::Refused {
            reason,
            is_program: true,
            ..
        }) => Err(ProcessError::Spawn {
            program,
            source: Error::other(sanitize(&reason)),
        }),
        Some(Answer::Refused { step, reason, .. }) => Err(ProcessError::Contain {
            program,
            reason: sanitize(&format!("{step}: {reason}")),
        }),
        None => Err(ProcessError::Contain {
            program,
            reason: "the process that contains it ended without saying how".to_owned(),
        }),
    }
}

/// Makes a folder and all below it belong to `user`.
fn give_tree(folder: &Path, user: Option<u32>) -> std::io::Result<()> {
    use std::os::unix::fs::MetadataExt as _;
    let Some(user) = user else {
        return Ok(());
    };
    let mut open = vec![folder.to_owned()];
    while let Some(path) = open.pop() {
        let metadata = match std::fs::symlink_metadata(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound && path != folder => continue,
            result => result?,
        };
        if metadata.uid() != user {
            copy::give(&path, Some(user))?;
        }
        if metadata.is_dir() {
            for entry in std::fs::read_dir(&path)? {
                open.push(entry?.path());
            }
        }
    }
    Ok(())
}
