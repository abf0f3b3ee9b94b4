//! Which users contained programs are, where we are root: none that anything else belongs to.

use std::sync::atomic::{AtomicU32, Ordering};

use super::policy::Kind;

/// The first number of those that are taken: far above what systems hand out.
const FIRST: u32 = 0x7000_0000;
/// The user that is nobody, everywhere.
const NOBODY: u32 = 65_534;
/// Which users of the system outside the users of this namespace are; see `user_namespaces(7)`.
const USER_MAP: &str = "/proc/self/uid_map";

/// The users to become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Users {
    /// We are an ordinary user, and so are they.
    Own,
    /// One for all builds of this process, which share folders, and one for each run.
    Made,
    /// `nobody`, where no other numbers exist.
    Nobody,
}

impl Users {
    /// What can be tried, best first.
    pub(super) fn candidates() -> &'static [Self] {
        if !rustix::process::geteuid().is_root() {
            &[Self::Own]
        } else if fs_err::read_to_string(USER_MAP).is_ok_and(|map| !has_nobody(&map)) {
            // The only user of a container: no other one could be taken.
            &[Self::Made, Self::Own]
        } else {
            &[Self::Made, Self::Nobody]
        }
    }

    /// The user for the next process of that kind; `None` for our own.
    pub(super) fn next(self, kind: Kind) -> Option<u32> {
        /// Users of one process.
        const AT_ONCE: u32 = 1024;
        static RUNS: AtomicU32 = AtomicU32::new(0);
        // Others on this machine have other ones: the kernel counts processes by user.
        let own = || FIRST + std::process::id() % (1 << 16) * AT_ONCE;
        match (self, kind) {
            (Self::Own, _) => None,
            (Self::Nobody, _) => Some(NOBODY),
            (Self::Made, Kind::Build) => Some(own()),
            (Self::Made, Kind::Run) => {
                let run = RUNS.fetch_add(1, Ordering::Relaxed) % (AT_ONCE - 1);
                Some(own() + 1 + run)
            }
        }
    }

    /// Whether nothing else belongs to the users of runs.
    pub(super) fn are_alone(self) -> bool {
        self == Self::Made
    }
}

/// Whether `map` has a place for `nobody`: its lines hold a first user inside, the first one
/// outside, and how many there are.
fn has_nobody(map: &str) -> bool {
    map.lines().any(|line| {
        let mut numbers = line.split_whitespace().map(str::parse::<u64>);
        let (Some(Ok(first)), Some(Ok(_)), Some(Ok(count))) =
            (numbers.next(), numbers.next(), numbers.next())
        else {
            return false;
        };
        (first..first.saturating_add(count)).contains(&u64::from(NOBODY))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn namespaces_with_few_users_have_no_nobody() {
        for (map, expected) in [
            ("         0          0 4294967295\n", true),
            ("0 1000 1\n", false),
            ("0 1000 1\n1 100000 65536\n", true),
            ("0 100000 65534\n", false),
            ("", false),
        ] {
            assert_eq!(has_nobody(map), expected, "{map}");
        }
    }

    #[test]
    fn runs_have_users_of_their_own_and_builds_share_one() {
        assert_eq!(Users::Own.next(Kind::Run), None);
        assert_eq!(Users::Made.next(Kind::Build), Users::Made.next(Kind::Build));
        assert_ne!(Users::Made.next(Kind::Run), Users::Made.next(Kind::Run));
        assert!(Users::Made.next(Kind::Run) > Users::Made.next(Kind::Build));
        let builds = Users::Made.next(Kind::Build);
        assert!((0..3000).all(|_| Users::Made.next(Kind::Run) != builds));
    }
}
