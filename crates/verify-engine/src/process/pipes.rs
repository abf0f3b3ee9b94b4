//! The two output pipes of a child, where a system can wait for several descriptors at once.

use std::io::{ErrorKind, PipeReader, Read};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::process::{ChildStderr, ChildStdout};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::io::Errno;

/// Something else to wait for besides output.
pub(super) type Waker<'a> = BorrowedFd<'a>;

/// One of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which {
    Stdout,
    Stderr,
}

/// What was taken from a pipe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    /// So many bytes.
    Bytes(usize),
    /// None, but there may be some at once.
    Interrupted,
    /// None: there are none now, or nobody can write any more.
    Nothing,
}

/// Both pipes; a pipe is `None` once everybody closed the other end.
pub(super) struct Pipes {
    stdout: Option<PipeReader>,
    stderr: Option<PipeReader>,
}

impl Pipes {
    pub(super) fn new(stdout: ChildStdout, stderr: ChildStderr) -> std::io::Result<Self> {
        Ok(Self {
            stdout: Some(waiting_for_nothing(stdout.into())?),
            stderr: Some(waiting_for_nothing(stderr.into())?),
        })
    }

    /// Whether anybody can still write to one of them.
    pub(super) const fn is_open(&self) -> bool {
        self.stdout.is_some() || self.stderr.is_some()
    }

    /// Waits until there is output, one of `wakers` is ready or `timeout` is over (`None`: without
    /// end). Which of the pipes have something, or were closed.
    pub(super) fn wait(
        &self,
        wakers: &[Waker<'_>],
        timeout: Option<Duration>,
    ) -> std::io::Result<[bool; 2]> {
        let mut fds = Vec::with_capacity(2 + wakers.len());
        let pipes = [self.stdout.as_ref(), self.stderr.as_ref()];
        fds.extend(pipes.iter().flatten().map(|pipe| readable(pipe.as_fd())));
        fds.extend(wakers.iter().map(|&waker| readable(waker)));

        // A timeout that is too long to express is one that never comes.
        let timeout = timeout.and_then(|timeout| Timespec::try_from(timeout).ok());
        match poll(&mut fds, timeout.as_ref()) {
            Ok(_) => {}
            Err(Errno::INTR) => return Ok([false; 2]),
            Err(error) => return Err(error.into()),
        }
        let mut ready = fds.iter().map(|fd| !fd.revents().is_empty());
        Ok(pipes.map(|pipe| pipe.is_some() && ready.next() == Some(true)))
    }

    /// Takes what there is now, at most the length of `piece`.
    pub(super) fn take(&mut self, which: Which, piece: &mut [u8]) -> std::io::Result<Taken> {
        let pipe = match which {
            Which::Stdout => &mut self.stdout,
            Which::Stderr => &mut self.stderr,
        };
        let Some(reader) = pipe else {
            return Ok(Taken::Nothing);
        };
        match reader.read(piece) {
            Ok(0) => {
                *pipe = None;
                Ok(Taken::Nothing)
            }
            Ok(count) => Ok(Taken::Bytes(count)),
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(Taken::Nothing),
            Err(error) if error.kind() == ErrorKind::Interrupted => Ok(Taken::Interrupted),
            Err(error) => Err(error),
        }
    }
}

/// Only our end: the child's end has flags of its own, and stays blocking.
fn waiting_for_nothing(pipe: OwnedFd) -> std::io::Result<PipeReader> {
    fcntl_setfl(&pipe, fcntl_getfl(&pipe)? | OFlags::NONBLOCK)?;
    Ok(pipe.into())
}

fn readable(fd: BorrowedFd<'_>) -> PollFd<'_> {
    PollFd::from_borrowed_fd(fd, PollFlags::IN)
}
