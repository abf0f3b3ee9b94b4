//! Cancellation of every run at once.

use std::io::{PipeReader, PipeWriter, Write};
#[cfg(unix)]
use std::os::fd::AsFd as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::pipes::Waker;

/// A request to stop, shared by everything that should stop together. Clones are one request.
///
/// Once cancelled it stays so: runs that use it end with [`Ended::Cancelled`](super::Ended), and
/// new ones do not start.
#[derive(Clone, Debug)]
pub struct Cancel {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    cancelled: AtomicBool,
    /// Holds one byte once cancelled, which nobody reads, so that its reading end wakes every poll
    /// loop. Absent where the system had no descriptor left: loops then look at the flag in turns.
    wake: Option<(PipeReader, PipeWriter)>,
}

impl Cancel {
    /// A request that has not been made yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            shared: Arc::new(Shared {
                cancelled: AtomicBool::new(false),
                wake: std::io::pipe().ok(),
            }),
        }
    }

    /// Makes the request: every run that uses it is stopped. Doing so twice is doing so once.
    pub fn cancel(&self) {
        if self.shared.cancelled.swap(true, Ordering::SeqCst) {
            return;
        }
        if let Some((_, writer)) = &self.shared.wake {
            // An empty pipe takes one byte; were it to fail, the poll loops still see the flag
            // whenever anything else wakes them.
            let _ = (&mut &*writer).write_all(&[1]);
        }
    }

    /// Whether the request was made.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.shared.cancelled.load(Ordering::SeqCst)
    }

    /// Readable once cancelled; `None` where it has to be asked for in turns.
    #[cfg(unix)]
    pub(super) fn wake_fd(&self) -> Option<Waker<'_>> {
        self.shared.wake.as_ref().map(|(reader, _)| reader.as_fd())
    }

    /// It has to be asked for in turns.
    #[cfg(not(unix))]
    #[allow(
        clippy::unused_self,
        reason = "elsewhere there is something to be had of it"
    )]
    pub(super) fn wake_fd(&self) -> Option<Waker<'_>> {
        None
    }
}

impl Default for Cancel {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};

    use super::Cancel;

    fn is_readable(cancel: &Cancel) -> bool {
        let fd = cancel.wake_fd().expect("a descriptor");
        let now = Timespec::default();
        poll(&mut [PollFd::new(&fd, PollFlags::IN)], Some(&now)).expect("poll") == 1
    }

    #[test]
    fn cancelling_one_clone_cancels_and_wakes_all() {
        let cancel = Cancel::new();
        let other = cancel.clone();
        assert!(!other.is_cancelled());
        assert!(!is_readable(&other));
        cancel.cancel();
        cancel.cancel();
        assert!(other.is_cancelled());
        assert!(is_readable(&other) && is_readable(&cancel));
    }
}
