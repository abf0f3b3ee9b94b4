//! The two output pipes of a child, where nothing can wait for both: a thread reads each of them.
#![allow(
    clippy::unnecessary_wraps,
    reason = "where there is something to wait by, that can fail"
)]

use std::collections::VecDeque;
use std::convert::Infallible;
use std::io::{ErrorKind, Read};
use std::marker::PhantomData;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

use super::streams::PIECE_BYTES;

/// Pieces that may wait to be taken; then the child waits, too.
const WAITING: usize = 16;
/// How long to wait where there is no end to it.
const LONG: Duration = Duration::from_hours(1);

/// Something else to wait for besides output: there is no such thing.
#[derive(Clone, Copy)]
pub(super) struct Waker<'a>(Infallible, PhantomData<&'a ()>);

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
    /// None: there are none now, or nobody can write any more.
    Nothing,
}

/// What a thread read; no bytes once everybody closed the other end.
struct Piece {
    which: Which,
    bytes: Vec<u8>,
}

/// Both pipes.
pub(super) struct Pipes {
    pieces: Receiver<Piece>,
    stdout: Pipe,
    stderr: Pipe,
}

/// What came of one of them and was not taken yet.
#[derive(Default)]
struct Pipe {
    waiting: VecDeque<Vec<u8>>,
    is_closed: bool,
}

impl Pipes {
    pub(super) fn new(
        stdout: impl Read + Send + 'static,
        stderr: impl Read + Send + 'static,
    ) -> std::io::Result<Self> {
        let (sender, pieces) = sync_channel(WAITING);
        read_on(Which::Stdout, stdout, sender.clone())?;
        read_on(Which::Stderr, stderr, sender)?;
        Ok(Self {
            pieces,
            stdout: Pipe::default(),
            stderr: Pipe::default(),
        })
    }

    /// Whether anybody can still write to one of them.
    pub(super) fn is_open(&self) -> bool {
        !self.stdout.is_closed || !self.stderr.is_closed
    }

    /// Waits until there is output or `timeout` is over (`None`: without end). Which of the pipes
    /// have something.
    pub(super) fn wait(
        &mut self,
        _wakers: &[Waker<'_>],
        timeout: Option<Duration>,
    ) -> std::io::Result<[bool; 2]> {
        let timeout = timeout.unwrap_or(LONG);
        self.sort_in();
        if self.has_something() == [false; 2] {
            match self.pieces.recv_timeout(timeout) {
                Ok(piece) => self.add(piece),
                Err(RecvTimeoutError::Timeout) => {}
                // Both are closed; what is waited for now is the end of the child.
                Err(RecvTimeoutError::Disconnected) => std::thread::sleep(timeout),
            }
        }
        Ok(self.has_something())
    }

    /// Takes what there is now, at most the length of `piece`.
    pub(super) fn take(&mut self, which: Which, piece: &mut [u8]) -> std::io::Result<Taken> {
        self.sort_in();
        let Some(bytes) = self.of(which).waiting.pop_front() else {
            return Ok(Taken::Nothing);
        };
        let count = bytes.len().min(piece.len());
        piece[..count].copy_from_slice(&bytes[..count]);
        Ok(Taken::Bytes(count))
    }

    fn has_something(&self) -> [bool; 2] {
        [&self.stdout, &self.stderr].map(|pipe| !pipe.waiting.is_empty())
    }

    /// Takes over what the threads read; not more than so much, or the child would not be held up.
    fn sort_in(&mut self) {
        while self.stdout.waiting.len() + self.stderr.waiting.len() < WAITING
            && let Ok(piece) = self.pieces.try_recv()
        {
            self.add(piece);
        }
    }

    fn add(&mut self, Piece { which, bytes }: Piece) {
        let pipe = self.of(which);
        if bytes.is_empty() {
            pipe.is_closed = true;
        } else {
            pipe.waiting.push_back(bytes);
        }
    }

    fn of(&mut self, which: Which) -> &mut Pipe {
        match which {
            Which::Stdout => &mut self.stdout,
            Which::Stderr => &mut self.stderr,
        }
    }
}

/// Reads `pipe` until it is closed, or nobody takes what it brings.
fn read_on(
    which: Which,
    mut pipe: impl Read + Send + 'static,
    sender: SyncSender<Piece>,
) -> std::io::Result<()> {
    let read = move || {
        let mut piece = vec![0; PIECE_BYTES];
        loop {
            let count = match pipe.read(&mut piece) {
                Ok(count) => count,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                // Nothing will come of it any more.
                Err(_) => 0,
            };
            let bytes = piece[..count].to_vec();
            if sender.send(Piece { which, bytes }).is_err() || count == 0 {
                return;
            }
        }
    };
    std::thread::Builder::new().spawn(read).map(drop)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[test]
    fn all_that_either_brings_is_taken_in_order_and_then_both_are_closed() {
        let long: Vec<u8> = (0..40 * PIECE_BYTES)
            .map(|it| it.to_le_bytes()[1])
            .collect();
        let short = Cursor::new(b"short");
        let mut pipes = Pipes::new(Cursor::new(long.clone()), short).unwrap();
        let mut taken = [Vec::new(), Vec::new()];
        let mut piece = vec![0; PIECE_BYTES];
        while pipes.is_open() || pipes.has_something() != [false; 2] {
            let ready = pipes.wait(&[], Some(Duration::from_millis(10))).unwrap();
            for (index, which) in [Which::Stdout, Which::Stderr].into_iter().enumerate() {
                if let Taken::Bytes(count) = pipes.take(which, &mut piece).unwrap() {
                    taken[index].extend_from_slice(&piece[..count]);
                } else {
                    assert!(!ready[index], "it was said that there is something");
                }
            }
        }
        assert!(
            taken[0] == long,
            "{} bytes of {}",
            taken[0].len(),
            long.len()
        );
        assert_eq!(taken[1], b"short");
        assert_eq!(
            pipes.take(Which::Stdout, &mut piece).unwrap(),
            Taken::Nothing
        );
    }
}
