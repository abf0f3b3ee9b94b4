//! Both output pipes of a child, read as they fill.

use std::io::{ErrorKind, PipeReader, Read};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::process::{ChildStderr, ChildStdout};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::io::Errno;

use super::capture::{Captured, Ring};
use super::lines::LineSplitter;
use super::{Limits, MAX_LINE_BYTES, OnLine};

/// Bytes taken from a pipe at a time: what a pipe of Linux holds by default.
const PIECE_BYTES: usize = 64 * 1024;

/// The output pipes of one child, what they have brought so far, and who wants the lines.
pub(super) struct Streams<'a> {
    stdout: Stream,
    stderr: Stream,
    lines: Option<Lines<'a>>,
    cap: u64,
    piece: Vec<u8>,
}

struct Lines<'a> {
    splitter: LineSplitter,
    on_line: OnLine<'a>,
}

/// What the streams brought in all.
pub(super) struct Gathered {
    pub(super) stdout: Captured,
    pub(super) stderr: Captured,
    pub(super) dropped_lines: u64,
}

impl<'a> Streams<'a> {
    pub(super) fn new(
        stdout: ChildStdout,
        stderr: ChildStderr,
        limits: &Limits,
        on_line: Option<OnLine<'a>>,
    ) -> std::io::Result<Self> {
        Ok(Self {
            stdout: Stream::new(stdout.into(), limits.output_bytes)?,
            stderr: Stream::new(stderr.into(), limits.output_bytes)?,
            lines: on_line.map(|on_line| Lines {
                splitter: LineSplitter::new(MAX_LINE_BYTES),
                on_line,
            }),
            cap: limits.output_cap,
            piece: vec![0; PIECE_BYTES],
        })
    }

    /// Whether anybody can still write to one of the pipes.
    pub(super) const fn is_open(&self) -> bool {
        self.stdout.pipe.is_some() || self.stderr.pipe.is_some()
    }

    /// Whether a stream brought more than it may.
    pub(super) const fn is_over_cap(&self) -> bool {
        self.stdout.total > self.cap || self.stderr.total > self.cap
    }

    /// Waits until there is output, one of `wakers` is ready or `timeout` is over (`None`: without
    /// end), then takes at most one piece from each pipe that has something.
    pub(super) fn pump(
        &mut self,
        wakers: &[BorrowedFd<'_>],
        timeout: Option<Duration>,
    ) -> std::io::Result<()> {
        let mut fds = Vec::with_capacity(2 + wakers.len());
        let pipes = [&self.stdout, &self.stderr].map(|stream| stream.pipe.as_ref());
        fds.extend(pipes.iter().flatten().map(|pipe| readable(pipe.as_fd())));
        fds.extend(wakers.iter().map(|&waker| readable(waker)));

        // A timeout that is too long to express is one that never comes.
        let timeout = timeout.and_then(|timeout| Timespec::try_from(timeout).ok());
        match poll(&mut fds, timeout.as_ref()) {
            Ok(_) => {}
            Err(Errno::INTR) => return Ok(()),
            Err(error) => return Err(error.into()),
        }
        let mut ready = fds.iter().map(|fd| !fd.revents().is_empty());
        let [stdout, stderr] = pipes.map(|pipe| pipe.is_some() && ready.next() == Some(true));
        drop(fds);
        if stdout {
            self.take_stdout()?;
        }
        if stderr {
            self.stderr.take(&mut self.piece)?;
        }
        Ok(())
    }

    /// Takes what comes until both pipes are closed or `deadline` is there.
    pub(super) fn pump_until_closed(&mut self, deadline: Instant) -> std::io::Result<()> {
        while self.is_open() {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            self.pump(&[], Some(left))?;
        }
        Ok(())
    }

    /// Takes what is in the pipes now, without waiting, but not beyond `deadline`.
    pub(super) fn drain(&mut self, deadline: Instant) -> std::io::Result<()> {
        while self.take_stdout()? && Instant::now() < deadline {}
        while self.stderr.take(&mut self.piece)? && Instant::now() < deadline {}
        Ok(())
    }

    /// What was kept. `last_line_counts` says whether a last line without its end is whole: it is
    /// when the child ended by itself, and may not be when it was stopped.
    pub(super) fn finish(mut self, last_line_counts: bool) -> Gathered {
        if let Some(lines) = &mut self.lines
            && last_line_counts
        {
            lines.splitter.finish(lines.on_line);
        }
        Gathered {
            stdout: self.stdout.ring.into_captured(),
            stderr: self.stderr.ring.into_captured(),
            dropped_lines: self.lines.map_or(0, |lines| lines.splitter.dropped()),
        }
    }

    fn take_stdout(&mut self) -> std::io::Result<bool> {
        let before = self.stdout.total;
        let taken = self.stdout.take(&mut self.piece)?;
        if let Some(lines) = &mut self.lines {
            // Lines beyond the cap are not handed on, so that what is does not depend on how
            // quickly the child is stopped.
            let count = self.stdout.total.min(self.cap).saturating_sub(before);
            let count = usize::try_from(count).unwrap_or(usize::MAX);
            lines
                .splitter
                .push(&self.piece[..count.min(PIECE_BYTES)], lines.on_line);
        }
        Ok(taken)
    }
}

fn readable(fd: BorrowedFd<'_>) -> PollFd<'_> {
    PollFd::from_borrowed_fd(fd, PollFlags::IN)
}

struct Stream {
    /// `None` once everybody closed the other end.
    pipe: Option<PipeReader>,
    ring: Ring,
    total: u64,
}

impl Stream {
    fn new(pipe: OwnedFd, keep: usize) -> std::io::Result<Self> {
        // Only our end: the child's end has flags of its own, and stays blocking.
        fcntl_setfl(&pipe, fcntl_getfl(&pipe)? | OFlags::NONBLOCK)?;
        Ok(Self {
            pipe: Some(pipe.into()),
            ring: Ring::new(keep),
            total: 0,
        })
    }

    /// Takes one piece, at most the length of `piece`; `false` when there is none now.
    fn take(&mut self, piece: &mut [u8]) -> std::io::Result<bool> {
        let Some(pipe) = &mut self.pipe else {
            return Ok(false);
        };
        match pipe.read(piece) {
            Ok(0) => {
                self.pipe = None;
                Ok(false)
            }
            Ok(count) => {
                self.ring.push(&piece[..count]);
                self.total += u64::try_from(count).unwrap_or(u64::MAX);
                Ok(true)
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(false),
            Err(error) if error.kind() == ErrorKind::Interrupted => Ok(true),
            Err(error) => Err(error),
        }
    }
}
