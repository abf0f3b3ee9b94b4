//! System calls that contained programs may not make, by seccomp. What is refused looks like a
//! missing permission, so that programs can say so.

use std::collections::BTreeMap;
use std::io::{Error, Result};

use libc::c_long;
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, sock_filter,
};

use super::tier::Tier;

/// Calls that no example needs, and that reach into other processes or the kernel's own doors.
const NEVER: &[c_long] = &[
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_process_madvise,
    libc::SYS_pidfd_getfd,
    libc::SYS_kcmp,
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    libc::SYS_userfaultfd,
    libc::SYS_keyctl,
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_pivot_root,
    libc::SYS_chroot,
    libc::SYS_move_mount,
    libc::SYS_open_tree,
    libc::SYS_fsopen,
    libc::SYS_fsconfig,
    libc::SYS_fsmount,
    libc::SYS_fspick,
    libc::SYS_mount_setattr,
    libc::SYS_setns,
    libc::SYS_unshare,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_delete_module,
    libc::SYS_kexec_load,
    libc::SYS_reboot,
    libc::SYS_swapon,
    libc::SYS_swapoff,
    libc::SYS_settimeofday,
    libc::SYS_clock_settime,
    libc::SYS_clock_adjtime,
    libc::SYS_adjtimex,
    libc::SYS_sethostname,
    libc::SYS_setdomainname,
    libc::SYS_open_by_handle_at,
    libc::SYS_quotactl,
    libc::SYS_acct,
    libc::SYS_syslog,
    libc::SYS_vhangup,
    libc::SYS_shmget,
    libc::SYS_shmat,
    libc::SYS_shmctl,
    libc::SYS_semget,
    libc::SYS_semop,
    libc::SYS_semctl,
    libc::SYS_msgget,
    libc::SYS_msgsnd,
    libc::SYS_msgrcv,
    libc::SYS_msgctl,
    // Memory that nobody sees: it belongs to no folder, and is mapped by no process.
    libc::SYS_memfd_create,
    libc::SYS_memfd_secret,
];

/// The same, where only x86-64 has them.
#[cfg(target_arch = "x86_64")]
const NEVER_HERE: &[c_long] = &[
    libc::SYS_kexec_file_load,
    libc::SYS_iopl,
    libc::SYS_ioperm,
    libc::SYS_modify_ldt,
];
#[cfg(not(target_arch = "x86_64"))]
const NEVER_HERE: &[c_long] = &[];

/// Changes of a file's metadata by its path, which Landlock lets through; and of its owner and its
/// further attributes by a descriptor, for which it is enough that the file may be read.
const METADATA: &[c_long] = &[
    libc::SYS_fchownat,
    libc::SYS_setxattr,
    libc::SYS_lsetxattr,
    libc::SYS_removexattr,
    libc::SYS_lremovexattr,
    SETXATTRAT,
    REMOVEXATTRAT,
    libc::SYS_fchown,
    libc::SYS_fsetxattr,
    libc::SYS_fremovexattr,
    FILE_SETATTR,
];

#[cfg(target_arch = "x86_64")]
const METADATA_HERE: &[c_long] = &[
    libc::SYS_chown,
    libc::SYS_lchown,
    libc::SYS_utime,
    libc::SYS_utimes,
    libc::SYS_futimesat,
];
#[cfg(not(target_arch = "x86_64"))]
const METADATA_HERE: &[c_long] = &[];

/// Changes of permissions by a path, and which argument tells them.
const PERMISSIONS: &[(c_long, u8)] = &[(libc::SYS_fchmodat, 2), (FCHMODAT2, 2)];
#[cfg(target_arch = "x86_64")]
const PERMISSIONS_HERE: &[(c_long, u8)] = &[(libc::SYS_chmod, 1)];
#[cfg(not(target_arch = "x86_64"))]
const PERMISSIONS_HERE: &[(c_long, u8)] = &[];

/// What a linker gives to a program under [`super::shim::UMASK_OF_OWNER`]: nothing to anybody else.
const PROGRAM: u64 = 0o700;

/// Numbers that are the same on every architecture, and newer than some C libraries.
const FCHMODAT2: c_long = 452;
const SETXATTRAT: c_long = 463;
const REMOVEXATTRAT: c_long = 466;
const FILE_SETATTR: c_long = 469;

/// Permissions that no program gives to a file of its own, and that would do harm to one that it may
/// merely read: for everybody to write, and to run as somebody else.
const HARMFUL: [u64; 4] = [0o002, 0o1000, 0o2000, 0o4000];
/// The right of the owner to read; who takes it away puts the file out of use.
const READABLE: u64 = 0o400;

/// Flags of `clone` that make namespaces.
const NAMESPACES: [i32; 7] = [
    libc::CLONE_NEWNS,
    libc::CLONE_NEWCGROUP,
    libc::CLONE_NEWUTS,
    libc::CLONE_NEWIPC,
    libc::CLONE_NEWUSER,
    libc::CLONE_NEWPID,
    libc::CLONE_NEWNET,
];

/// The families of sockets that are of use in a network of one's own.
const OWN_NETWORK: [i32; 4] = [
    libc::AF_UNIX,
    libc::AF_INET,
    libc::AF_INET6,
    libc::AF_NETLINK,
];

/// `ioctl` requests that put words into a terminal.
const TERMINAL: [u64; 2] = [0x5412, 0x541C];

/// On x86-64, calls answer to a second set of numbers from here on, not all of them in the same
/// order; nothing that is compiled here uses it.
const X32: u32 = 0x4000_0000;

type Rules = BTreeMap<c_long, Vec<SeccompRule>>;

/// Whether a program is the user to whom files outside belong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// It is, and runs.
    Running,
    /// It is, and builds: some linkers can only by a path have what they made be started.
    Building,
    /// It is somebody else, whose only files are those that it made.
    Nobody,
}

/// Filters that are ready to be put in force.
pub(super) struct Filter(Vec<BpfProgram>);

impl Filter {
    /// The filters of `tier`, where Landlock has the version `landlock`. `owner` says what the
    /// program, were it let, could do by permissions to files outside.
    pub(super) fn new(tier: Tier, landlock: i32, owner: Owner) -> Result<Self> {
        let mut rules = refused(tier, landlock)?;
        if tier != Tier::Isolated {
            permissions(&mut rules, owner)?;
        }
        let refused = compile(rules, libc::EPERM)?;
        // Its flags lie in memory, where a filter cannot look; without it, `clone` is used.
        let newer = Rules::from([(libc::SYS_clone3, Vec::new())]);
        let absent = compile(newer, libc::ENOSYS)?;
        let mut programs = vec![absent, refused];
        if cfg!(target_arch = "x86_64") {
            programs.push(without_second_numbers());
        }
        Ok(Self(programs))
    }

    /// Puts them in force for this process and everything that it starts, for good.
    pub(super) fn apply(&self) -> Result<()> {
        for program in &self.0 {
            seccompiler::apply_filter(program).map_err(Error::other)?;
        }
        Ok(())
    }
}

fn refused(tier: Tier, landlock: i32) -> Result<Rules> {
    let mut rules: Rules = NEVER
        .iter()
        .chain(NEVER_HERE)
        .map(|call| (*call, Vec::new()))
        .collect();
    let mut namespaces = Vec::new();
    for flag in NAMESPACES {
        let flag = u64::from(flag.cast_unsigned());
        namespaces.push(rule(vec![condition(
            0,
            SeccompCmpOp::MaskedEq(flag),
            flag,
        )?])?);
    }
    rules.insert(libc::SYS_clone, namespaces);
    let mut requests = Vec::new();
    for request in TERMINAL {
        requests.push(rule(vec![condition(1, SeccompCmpOp::Eq, request)?])?);
    }
    rules.insert(libc::SYS_ioctl, requests);
    if tier == Tier::Isolated {
        let mut others = Vec::new();
        for family in OWN_NETWORK {
            let family = u64::from(family.cast_unsigned());
            others.push(condition(0, SeccompCmpOp::Ne, family)?);
        }
        rules.insert(libc::SYS_socket, vec![rule(others)?]);
        return Ok(rules);
    }
    rules.insert(libc::SYS_socket, Vec::new());
    rules.extend(
        METADATA
            .iter()
            .chain(METADATA_HERE)
            .map(|call| (*call, Vec::new())),
    );
    let with_path = SeccompCondition::new(1, SeccompCmpArgLen::Qword, SeccompCmpOp::Ne, 0);
    let with_path = rule(vec![with_path.map_err(Error::other)?])?;
    rules.insert(libc::SYS_utimensat, vec![with_path]);
    if landlock < 3 {
        rules.insert(libc::SYS_truncate, Vec::new());
    }
    if landlock < 6 {
        // Landlock does not yet keep signals in: a program may signal itself and nobody else.
        let own = u64::from(rustix::process::getpid().as_raw_pid().cast_unsigned());
        for call in [libc::SYS_kill, libc::SYS_tgkill, libc::SYS_rt_sigqueueinfo] {
            rules.insert(
                call,
                vec![rule(vec![condition(0, SeccompCmpOp::Ne, own)?])?],
            );
        }
        for call in [libc::SYS_tkill, libc::SYS_pidfd_send_signal] {
            rules.insert(call, Vec::new());
        }
    }
    Ok(rules)
}

/// Which permissions nobody gives whom the files outside belong to.
fn permissions(rules: &mut Rules, owner: Owner) -> Result<()> {
    if owner == Owner::Nobody {
        return Ok(());
    }
    rules.insert(libc::SYS_fchmod, harmful_permissions()?);
    for &(call, argument) in PERMISSIONS.iter().chain(PERMISSIONS_HERE) {
        let refused = if owner == Owner::Building {
            vec![rule(vec![condition(argument, SeccompCmpOp::Ne, PROGRAM)?])?]
        } else {
            Vec::new()
        };
        rules.insert(call, refused);
    }
    Ok(())
}

/// Which permissions an owner may not give to an open file. It may be one that can only be read; to
/// refuse all would be to refuse copies of files.
fn harmful_permissions() -> Result<Vec<SeccompRule>> {
    let given = |bits: u64, value| rule(vec![condition(1, SeccompCmpOp::MaskedEq(bits), value)?]);
    let mut rules = vec![given(READABLE, 0)?];
    for bit in HARMFUL {
        rules.push(given(bit, bit)?);
    }
    Ok(rules)
}

fn condition(argument: u8, operator: SeccompCmpOp, value: u64) -> Result<SeccompCondition> {
    SeccompCondition::new(argument, SeccompCmpArgLen::Dword, operator, value).map_err(Error::other)
}

fn rule(conditions: Vec<SeccompCondition>) -> Result<SeccompRule> {
    SeccompRule::new(conditions).map_err(Error::other)
}

fn compile(rules: Rules, errno: i32) -> Result<BpfProgram> {
    let filter = SeccompFilter::new(
        rules,
        SeccompAction::Allow,
        SeccompAction::Errno(errno.cast_unsigned()),
        std::env::consts::ARCH.try_into().map_err(Error::other)?,
    );
    filter
        .map_err(Error::other)?
        .try_into()
        .map_err(Error::other)
}

/// Refuses every call by its second number. Rules name single calls, so this is put down by hand;
/// that the architecture is the right one the others see to.
fn without_second_numbers() -> BpfProgram {
    const LOAD: u16 = 0x20;
    const SKIP_UNLESS_AT_LEAST: u16 = 0x35;
    const RETURN: u16 = 0x06;
    let step = |code, skipped, k| sock_filter {
        code,
        jt: 0,
        jf: skipped,
        k,
    };
    vec![
        step(LOAD, 0, 0),
        step(SKIP_UNLESS_AT_LEAST, 1, X32),
        step(
            RETURN,
            0,
            libc::SECCOMP_RET_ERRNO | libc::EPERM.cast_unsigned(),
        ),
        step(RETURN, 0, libc::SECCOMP_RET_ALLOW),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tier_and_version_has_a_filter_that_compiles() {
        for landlock in 1..=8 {
            for tier in [Tier::Isolated, Tier::Confined] {
                let filter = Filter::new(tier, landlock, Owner::Building).unwrap();
                assert!(filter.0.len() >= 2);
            }
        }
    }

    #[test]
    fn without_a_network_of_its_own_a_program_gets_no_socket_at_all() {
        let confined = refused(Tier::Confined, 7).unwrap();
        assert!(confined[&libc::SYS_socket].is_empty());
        let isolated = refused(Tier::Isolated, 7).unwrap();
        assert_eq!(isolated[&libc::SYS_socket].len(), 1);
        assert!(!isolated.contains_key(&libc::SYS_fchownat));
    }

    #[test]
    fn only_who_owns_nothing_outside_may_give_permissions_by_a_path() {
        let rules = |owner| {
            let mut rules = refused(Tier::Confined, 7).unwrap();
            permissions(&mut rules, owner).unwrap();
            rules
        };
        let running = rules(Owner::Running);
        assert!(running[&libc::SYS_fchmodat].is_empty() && running[&FCHMODAT2].is_empty());
        assert_eq!(rules(Owner::Building)[&libc::SYS_fchmodat].len(), 1);
        assert!(!rules(Owner::Nobody).contains_key(&libc::SYS_fchmodat));
    }
}
