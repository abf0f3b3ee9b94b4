//! The one loop that watches a child: its output, its exit, the clock and cancellation.

use std::time::{Duration, Instant};

use super::pipes::Waker;
use super::streams::Streams;
use super::tree::Tree;
use super::watch::{self, Watching};
use super::{Cancel, Effort, Ended, Limits};

/// Why a child was asked to stop.
pub(super) enum Stopped {
    /// For a reason that every run can have.
    Ended(Ended),
    /// It used more than it may: a sentence without its beginning.
    Exceeded(String),
    /// Because its time was over, in which it did this.
    TimedOut(Effort),
}

/// How long a child that was asked to stop may take before it is killed.
const STOP_GRACE: Duration = Duration::from_millis(200);
/// How often to look whether the child exited, where nothing wakes us then.
const EXIT_TICK: Duration = Duration::from_millis(20);
/// How often to look for cancellation, where nothing wakes us then.
const CANCEL_TICK: Duration = Duration::from_millis(100);

/// Takes output until the leader of `tree` has exited, or was asked to stop and its grace is over.
/// Returns why it was asked to stop, `None` when it exited by itself.
pub(super) fn supervise(
    tree: &mut Tree,
    streams: &mut Streams<'_>,
    limits: &Limits,
    cancel: &Cancel,
    mut watching: Option<Watching>,
) -> std::io::Result<Option<Stopped>> {
    let mut next_look = Instant::now() + watch::TICK;
    // A limit beyond what the clock can express is none.
    let deadline = Instant::now().checked_add(limits.wall);
    while !tree.leader_has_exited()? {
        let mut reason = reason_to_stop(streams, deadline, cancel).map(Stopped::Ended);
        if let Some(watching) = &mut watching
            && reason.is_none()
            && time_until(next_look).is_zero()
        {
            reason = watching.look().map(Stopped::Exceeded);
            next_look = Instant::now() + watch::TICK;
        }
        if let Some(reason) = reason {
            let reason = match reason {
                Stopped::Ended(Ended::TimedOut) => {
                    Stopped::TimedOut(watch::effort_below(tree.leader()))
                }
                other => other,
            };
            tree.ask_to_stop();
            wait_for_stop(tree, streams)?;
            return Ok(Some(reason));
        }
        let exit = tree.exit_waker();
        let wake = cancel.wake_fd();
        let wakers: Vec<Waker<'_>> = exit.into_iter().chain(wake).collect();
        let ticks = [
            deadline.map(time_until),
            exit.is_none().then_some(EXIT_TICK),
            wake.is_none().then_some(CANCEL_TICK),
            watching.is_some().then(|| time_until(next_look)),
        ];
        streams.pump(&wakers, ticks.into_iter().flatten().min())?;
    }
    Ok(None)
}

fn reason_to_stop(
    streams: &Streams<'_>,
    deadline: Option<Instant>,
    cancel: &Cancel,
) -> Option<Ended> {
    if cancel.is_cancelled() {
        Some(Ended::Cancelled)
    } else if streams.is_over_cap() {
        Some(Ended::OutputCap)
    } else if deadline.is_some_and(|deadline| time_until(deadline).is_zero()) {
        Some(Ended::TimedOut)
    } else {
        None
    }
}

/// Goes on taking output, so that a child that writes while it stops is not held up.
fn wait_for_stop(tree: &mut Tree, streams: &mut Streams<'_>) -> std::io::Result<()> {
    let kill_at = Instant::now() + STOP_GRACE;
    while !tree.leader_has_exited()? {
        let left = time_until(kill_at);
        if left.is_zero() {
            break;
        }
        let exit: Vec<Waker<'_>> = tree.exit_waker().into_iter().collect();
        let tick = if exit.is_empty() { EXIT_TICK } else { left };
        streams.pump(&exit, Some(tick.min(left)))?;
    }
    Ok(())
}

fn time_until(deadline: Instant) -> Duration {
    deadline.saturating_duration_since(Instant::now())
}
