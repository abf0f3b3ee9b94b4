//! Turns: processes run side by side, but for one that gets another try with the machine to itself.

use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use crate::process::{Ended, Finished, ProcessError};

/// When a process whose time was over is tried again, alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Patience {
    /// Not at all: nothing else runs meanwhile.
    Never,
    /// If it had to wait for a processor: one that waits for something else is what it is, and its
    /// time being over is held against nobody.
    IfStarved,
    /// If it used little CPU time, whatever it waited for.
    IfIdle,
}

/// Who may run.
#[derive(Debug, Default)]
pub(crate) struct Turns {
    lock: RwLock<()>,
    /// Whether never more than one process runs anyway.
    is_single: bool,
}

impl Turns {
    /// For `jobs` processes at once.
    pub(crate) fn new(jobs: usize) -> Self {
        Self {
            lock: RwLock::default(),
            is_single: jobs <= 1,
        }
    }

    /// Makes `attempt`, which may take `wall`, beside others; and once more, alone, if its time was
    /// over and `patience` says so.
    pub(crate) fn take(
        &self,
        patience: Patience,
        wall: Duration,
        attempt: &mut dyn FnMut() -> Result<Finished, ProcessError>,
    ) -> Result<Finished, ProcessError> {
        let finished = {
            let _beside = self.lock.read().unwrap_or_else(PoisonError::into_inner);
            attempt()?
        };
        if !self.deserves_another(&finished, patience, wall) {
            return Ok(finished);
        }
        let _alone = self.lock.write().unwrap_or_else(PoisonError::into_inner);
        attempt()
    }

    fn deserves_another(&self, finished: &Finished, patience: Patience, wall: Duration) -> bool {
        let (Ended::TimedOut, Some(effort)) = (finished.ended, finished.effort) else {
            return false;
        };
        let is_idle = effort.cpu < wall / 2;
        let is_starved = is_idle && effort.waited > wall / 10;
        match patience {
            Patience::Never => false,
            Patience::IfIdle if !self.is_single => is_idle,
            Patience::IfStarved | Patience::IfIdle => is_starved,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::process::{self, Cancel, Captured, Effort, Limits};

    const WALL: Duration = Duration::from_secs(10);

    fn finished(ended: Ended, cpu: u64, waited: u64) -> Finished {
        Finished {
            ended,
            stdout: Captured::default(),
            stderr: Captured::default(),
            duration: WALL,
            leftovers: false,
            exceeded: None,
            dropped_lines: 0,
            effort: Some(Effort {
                cpu: Duration::from_secs(cpu),
                waited: Duration::from_secs(waited),
            }),
        }
    }

    fn attempts(turns: &Turns, patience: Patience, finished: &Finished) -> usize {
        let mut count = 0;
        let result = turns.take(patience, WALL, &mut || {
            count += 1;
            Ok(finished.clone())
        });
        assert_eq!(&result.unwrap(), finished);
        count
    }

    #[test]
    fn only_what_was_held_up_is_tried_again() {
        use Patience::{IfIdle, IfStarved, Never};
        let asleep = finished(Ended::TimedOut, 0, 0);
        let starved = finished(Ended::TimedOut, 2, 7);
        let busy = finished(Ended::TimedOut, 9, 2);
        let capped = finished(Ended::OutputCap, 0, 9);
        let cases = [
            (IfIdle, [2, 2, 1, 1]),
            (IfStarved, [1, 2, 1, 1]),
            (Never, [1, 1, 1, 1]),
        ];
        for (patience, expected) in cases {
            let turns = Turns::new(4);
            let seen = [&asleep, &starved, &busy, &capped];
            let seen = seen.map(|it| attempts(&turns, patience, it));
            assert_eq!(seen, expected, "{patience:?}");
        }
        // Alone already: it would sleep again.
        assert_eq!(attempts(&Turns::new(1), IfIdle, &asleep), 1);
        assert_eq!(attempts(&Turns::new(1), IfIdle, &starved), 2);
    }

    #[test]
    fn nothing_else_runs_while_something_is_tried_again() {
        let turns = Turns::new(4);
        let running = AtomicUsize::new(0);
        let asleep = finished(Ended::TimedOut, 0, 0);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..20 {
                        let mut tries = 0;
                        let attempt = &mut || {
                            tries += 1;
                            let others = running.fetch_add(1, Ordering::SeqCst);
                            assert!(tries == 1 || others == 0);
                            std::thread::yield_now();
                            let left = running.fetch_sub(1, Ordering::SeqCst);
                            assert!(tries == 1 || left == 1);
                            Ok(asleep.clone())
                        };
                        turns.take(Patience::IfIdle, WALL, attempt).unwrap();
                        assert_eq!(tries, 2);
                    }
                });
            }
        });
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_process_that_sleeps_is_told_from_one_that_works() {
        let limits = Limits {
            wall: Duration::from_secs(1),
            output_bytes: 1024,
            output_cap: 1024,
        };
        let effort = |script: &str| {
            let mut command = Command::new("sh");
            command.args(["-c", script]);
            let finished = process::run(command, &limits, &Cancel::new()).unwrap();
            assert_eq!(finished.ended, Ended::TimedOut);
            finished.effort.unwrap()
        };
        let asleep = effort("sleep 300");
        let works = effort("(while :; do :; done) & wait");
        assert!(works.cpu > asleep.cpu, "{works:?} {asleep:?}");
    }
}
