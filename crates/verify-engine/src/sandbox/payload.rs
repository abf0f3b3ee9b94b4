//! The last steps before the program: everything is given up that it must not have.

use std::io::{Error, Result};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

use rustix::process::{DumpableBehavior, Resource, Rlimit, Signal, setrlimit};

use super::calls::{self, Awaited};
use super::filter::{Filter, Owner};
use super::order::{Answer, Order};
use super::policy::{Kind, Resources};
use super::rules::{self, Use};
use super::shim::Line;
use super::tier::Tier;
use super::view::View;

/// Files that may be open at once.
const OPEN_FILES: u64 = 4096;
/// `CAP_DAC_READ_SEARCH` in the kernel's `include/uapi/linux/capability.h`.
const READ_ANY_FILE: u32 = 2;

/// Becomes the program of `order`, or says why not.
pub(super) fn start(order: &Order, signals: Awaited, line: &mut Line, processes: u64) -> ! {
    if let Err((step, error)) = prepare(order, processes) {
        line.refuse(step, &error);
    }
    signals.restore();
    let mut command = Command::new(&order.program);
    command
        .args(&order.arguments)
        .env_clear()
        .envs(order.environment.iter().map(|(name, value)| (name, value)));
    let error = command.exec();
    line.say(&Answer::Refused {
        step: "starting the program".to_owned(),
        reason: error.to_string(),
        is_program: true,
    });
    calls::exit(1)
}

fn prepare(order: &Order, processes: u64) -> std::result::Result<(), (&'static str, Error)> {
    let failed = |step| move |error: Error| (step, error);
    let paths = paths(order);
    let owner = match (order.user, order.policy.kind) {
        (Some(_), _) => Owner::Nobody,
        (None, Kind::Run) => Owner::Running,
        (None, Kind::Build) => Owner::Building,
    };
    let filter =
        Filter::new(order.tier, order.landlock, owner).map_err(failed("making the filter"))?;
    std::env::set_current_dir(&order.directory).map_err(failed("entering the folder"))?;
    limit(&order.policy, order.tier, processes).map_err(failed("setting limits"))?;
    give_up(order).map_err(failed("giving up rights"))?;
    let own_network = order.tier == Tier::Isolated;
    rules::restrict(&paths, own_network, order.landlock).map_err(failed("restricting files"))?;
    filter.apply().map_err(failed("restricting system calls"))
}

/// What Landlock is to grant. In a root of one's own everything is there on purpose.
fn paths(order: &Order) -> Vec<(std::path::PathBuf, Use)> {
    if order.tier != Tier::Isolated {
        return View::confined(order).paths;
    }
    let temporary = ["/tmp", "/dev/shm"].map(Path::new);
    let scratch = order.policy.scratch.iter().map(AsRef::as_ref);
    let write = order.policy.write.iter().map(AsRef::as_ref);
    let changed = temporary.into_iter().chain(scratch).chain(write);
    let mut paths = vec![("/".into(), Use::Read), ("/dev".into(), Use::Device)];
    paths.extend(changed.map(|path: &Path| (path.to_owned(), Use::Change)));
    paths
}

fn limit(policy: &super::Policy, tier: Tier, processes: u64) -> Result<()> {
    let Resources {
        cpu,
        memory,
        scratch,
        ..
    } = policy.resources;
    // Address space costs nothing, and some programs reserve much of it for what they may need.
    let reserved = match policy.kind {
        Kind::Build => memory.saturating_mul(2),
        Kind::Run => memory.saturating_mul(16),
    };
    let seconds = cpu.as_secs().max(1);
    let mut limits = vec![
        (Resource::Cpu, seconds, seconds + 1),
        (Resource::Data, memory, memory),
        (Resource::As, reserved, reserved),
        (Resource::Nofile, OPEN_FILES, OPEN_FILES),
        (Resource::Core, 0, 0),
        (Resource::Nproc, processes, processes),
        (Resource::Memlock, 8 * 1024 * 1024, 8 * 1024 * 1024),
    ];
    // In memory the folder itself has a size.
    if tier != Tier::Isolated || policy.kind == Kind::Build {
        limits.push((Resource::Fsize, scratch, scratch));
    }
    for (resource, soft, hard) in limits {
        let most = rustix::process::getrlimit(resource).maximum;
        let within = |wanted: u64| most.map_or(wanted, |most| wanted.min(most));
        let new = Rlimit {
            current: Some(within(soft)),
            maximum: Some(within(hard)),
        };
        setrlimit(resource, new)?;
    }
    Ok(())
}

/// Gives up all rights beyond an ordinary user's, and the way to get any.
fn give_up(order: &Order) -> Result<()> {
    // What root keeps to itself, an ordinary user could not read, nor walk through its folders to
    // the toolchain where they are not cut out. What may be opened is decided elsewhere.
    let needed = order.policy.kind == Kind::Build || order.tier == Tier::Confined;
    let keep = order.user.is_some() && needed;
    if keep {
        // Else the change of user takes it away, and so does the question whether a file is there.
        let kept = libc::SECBIT_NO_SETUID_FIXUP.cast_unsigned();
        calls::prctl(libc::PR_SET_SECUREBITS, kept.into(), 0)?;
    }
    for capability in 0..64 {
        if !(keep && capability == READ_ANY_FILE) {
            // The first that the kernel does not know ends the list; without the right to shrink
            // the set nothing can be gained from it either.
            if calls::prctl(libc::PR_CAPBSET_DROP, capability.into(), 0).is_err() {
                break;
            }
        }
    }
    if let Some(user) = order.user {
        calls::become_user(user)?;
    }
    calls::keep_only_capability(keep.then_some(READ_ANY_FILE))?;
    // A change of user clears it.
    let kill = Some(Signal::KILL);
    rustix::process::set_parent_process_death_signal(kill)?;
    rustix::process::set_dumpable_behavior(DumpableBehavior::Dumpable)?;
    calls::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0)
}
