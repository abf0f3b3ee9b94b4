//! Both output pipes of a child, read as they fill.

use std::process::{ChildStderr, ChildStdout};
use std::time::{Duration, Instant};

use super::capture::{Captured, Ring};
use super::lines::LineSplitter;
use super::pipes::{Pipes, Taken, Waker, Which};
use super::{Limits, MAX_LINE_BYTES, OnLine};

/// Bytes taken from a pipe at a time: what a pipe of Linux holds by default.
pub(super) const PIECE_BYTES: usize = 64 * 1024;

/// The output pipes of one child, what they have brought so far, and who wants the lines.
pub(super) struct Streams<'a> {
    pipes: Pipes,
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
            pipes: Pipes::new(stdout, stderr)?,
            stdout: Stream::new(limits.output_bytes),
            stderr: Stream::new(limits.output_bytes),
            lines: on_line.map(|on_line| Lines {
                splitter: LineSplitter::new(MAX_LINE_BYTES),
                on_line,
            }),
            cap: limits.output_cap,
            piece: vec![0; PIECE_BYTES],
        })
    }

    /// Whether anybody can still write to one of the pipes.
    pub(super) fn is_open(&self) -> bool {
        self.pipes.is_open()
    }

    /// Whether a stream brought more than it may.
    pub(super) const fn is_over_cap(&self) -> bool {
        self.stdout.total > self.cap || self.stderr.total > self.cap
    }

    /// Waits until there is output, one of `wakers` is ready or `timeout` is over (`None`: without
    /// end), then takes at most one piece from each pipe that has something.
    pub(super) fn pump(
        &mut self,
        wakers: &[Waker<'_>],
        timeout: Option<Duration>,
    ) -> std::io::Result<()> {
        let [stdout, stderr] = self.pipes.wait(wakers, timeout)?;
        if stdout {
            self.take_stdout()?;
        }
        if stderr {
            self.take_stderr()?;
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
        while self.take_stderr()? && Instant::now() < deadline {}
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
        let taken = self.pipes.take(Which::Stdout, &mut self.piece)?;
        self.stdout.keep(taken, &self.piece);
        if let Some(lines) = &mut self.lines {
            // Lines beyond the cap are not handed on, so that what is does not depend on how
            // quickly the child is stopped.
            let count = self.stdout.total.min(self.cap).saturating_sub(before);
            let count = usize::try_from(count).unwrap_or(usize::MAX);
            lines
                .splitter
                .push(&self.piece[..count.min(PIECE_BYTES)], lines.on_line);
        }
        Ok(taken != Taken::Nothing)
    }

    fn take_stderr(&mut self) -> std::io::Result<bool> {
        let taken = self.pipes.take(Which::Stderr, &mut self.piece)?;
        self.stderr.keep(taken, &self.piece);
        Ok(taken != Taken::Nothing)
    }
}

/// What one stream brought.
struct Stream {
    ring: Ring,
    total: u64,
}

impl Stream {
    fn new(keep: usize) -> Self {
        Self {
            ring: Ring::new(keep),
            total: 0,
        }
    }

    fn keep(&mut self, taken: Taken, piece: &[u8]) {
        if let Taken::Bytes(count) = taken {
            self.ring.push(&piece[..count]);
            self.total += u64::try_from(count).unwrap_or(u64::MAX);
        }
    }
}
