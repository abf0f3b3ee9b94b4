//! Which files and sockets contained programs reach, by Landlock.

use std::io::{Error, Result};
use std::path::Path;

use landlock::{
    ABI, Access, AccessFs, AccessNet, BitFlags, Ruleset, RulesetAttr, RulesetCreated,
    RulesetCreatedAttr, RulesetStatus, Scope, path_beneath_rules,
};

/// The newest version that these rules were written for.
const WRITTEN_FOR: ABI = ABI::V7;
/// The version from which on signals and abstract sockets can be kept in.
pub(super) const KEEPS_IN: i32 = 6;

/// What a path may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Use {
    /// Reading, and starting programs.
    Read,
    /// Reading and writing what is there, as with devices.
    Device,
    /// Everything but making devices.
    Change,
}

impl Use {
    fn access(self) -> BitFlags<AccessFs> {
        let read = AccessFs::from_read(WRITTEN_FOR);
        match self {
            Self::Read => read,
            Self::Device => read | AccessFs::WriteFile | AccessFs::IoctlDev,
            Self::Change => {
                let devices = AccessFs::MakeChar | AccessFs::MakeBlock | AccessFs::IoctlDev;
                AccessFs::from_all(WRITTEN_FOR) & !devices
            }
        }
    }
}

/// Keeps this process, and everything that it starts, to `paths`; without `own_network` it cannot
/// use TCP either. Signals and abstract sockets reach only what is kept in as well, where the
/// kernel, of version `landlock`, can do that. Paths that are not there are passed over.
pub(super) fn restrict<P: AsRef<Path>>(
    paths: &[(P, Use)],
    own_network: bool,
    landlock: i32,
) -> Result<()> {
    let mut ruleset = Ruleset::default()
        .handle_access(AccessFs::from_all(WRITTEN_FOR))
        .map_err(Error::other)?;
    if landlock >= KEEPS_IN {
        ruleset = ruleset
            .scope(Scope::from_all(WRITTEN_FOR))
            .map_err(Error::other)?;
    }
    if !own_network {
        ruleset = ruleset
            .handle_access(AccessNet::from_all(WRITTEN_FOR))
            .map_err(Error::other)?;
    }
    let mut created = ruleset.create().map_err(Error::other)?;
    for (path, purpose) in paths {
        let rules = path_beneath_rules([path], purpose.access());
        created = created.add_rules(rules).map_err(Error::other)?;
    }
    let status = created.restrict_self().map_err(Error::other)?;
    if status.ruleset == RulesetStatus::NotEnforced {
        return Err(Error::other("Landlock enforces nothing here"));
    }
    Ok(())
}

/// Keeps the signals of this process, and of everything that it starts, among themselves.
pub(super) fn keep_signals_in() -> Result<()> {
    // Moving files between folders is forbidden by every set of rules that does not allow it.
    let anywhere = path_beneath_rules(["/"], AccessFs::Refer);
    Ruleset::default()
        .handle_access(AccessFs::Refer)
        .and_then(|it| it.scope(Scope::Signal))
        .and_then(Ruleset::create)
        .and_then(|it| it.add_rules(anywhere))
        .and_then(RulesetCreated::restrict_self)
        .map_err(Error::other)
        .map(|_| ())
}
