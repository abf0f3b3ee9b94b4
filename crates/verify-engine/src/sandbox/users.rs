//! Which users contained programs are, where we are root: none that anything else belongs to.

use std::sync::atomic::{AtomicU32, Ordering};

use super::policy::Kind;

/// The first number of those that are taken: far above what systems hand out.
const FIRST: u32 = 0x7000_0000;
/// The user that is nobody, everywhere.
const NOBODY: u32 = 65_534;

/// The users to become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Users {
    /// We are an ordinary user, and so are they.
    Own,
    /// One for all builds, which share folders, and one for each run.
    Made,
    /// `nobody`, where no other numbers exist.
    Nobody,
}

impl Users {
    /// What can be tried, best first.
    pub(super) fn candidates() -> &'static [Self] {
        if rustix::process::geteuid().is_root() {
            &[Self::Made, Self::Nobody]
        } else {
            &[Self::Own]
        }
    }

    /// The user for the next process of that kind; `None` for our own.
    pub(super) fn next(self, kind: Kind) -> Option<u32> {
        /// Runs of one process that have users of their own at once.
        const AT_ONCE: u32 = 1024;
        static RUNS: AtomicU32 = AtomicU32::new(0);
        match (self, kind) {
            (Self::Own, _) => None,
            (Self::Nobody, _) => Some(NOBODY),
            (Self::Made, Kind::Build) => Some(FIRST),
            (Self::Made, Kind::Run) => {
                let own = std::process::id() % (1 << 16);
                let run = RUNS.fetch_add(1, Ordering::Relaxed) % AT_ONCE;
                Some(FIRST + 1 + own * AT_ONCE + run)
            }
        }
    }

    /// Whether nothing else belongs to the users of runs.
    pub(super) fn are_alone(self) -> bool {
        self == Self::Made
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_have_users_of_their_own_and_builds_share_one() {
        assert_eq!(Users::Own.next(Kind::Run), None);
        assert_eq!(Users::Made.next(Kind::Build), Users::Made.next(Kind::Build));
        assert_ne!(Users::Made.next(Kind::Run), Users::Made.next(Kind::Run));
        assert!(Users::Made.next(Kind::Run) > Users::Made.next(Kind::Build));
    }
}
