//! Child processes under supervision: nothing else in this project starts one.
//!
//! A child gets no input, leads a process group of its own, and is watched by one poll loop over
//! both of its outputs, its exit, the clock and cancellation. Its output is always read, and kept
//! within a bound. Whatever way it ends, everything that it started and that is still there is
//! killed before [`run`] returns.
//!
//! What holds where:
//!
//! * On Linux this process becomes a *child subreaper* at its first run, so that descendants which
//!   left the group are found too; to that end each child carries `VERIFY_RUN` in its environment.
//!   Nothing is left alive or as a zombie, short of a daemon that hides on purpose (it drops its
//!   environment, its group and all of its ancestors before its run ends).
//! * On other Unix systems only the process group is killed.
//! * On Windows what `taskkill` finds below the child is ended when the child has to be; what it
//!   leaves behind when it exits by itself is not found.

mod cancel;
mod capture;
#[cfg(unix)]
#[cfg_attr(not(target_os = "linux"), path = "process/descendants_unsupported.rs")]
mod descendants;
mod lines;
#[cfg_attr(windows, path = "process/pipes_threads.rs")]
mod pipes;
#[cfg(all(test, unix))]
mod pipes_threads;
#[cfg(target_os = "linux")]
mod process_table;
mod streams;
mod supervise;
#[cfg_attr(windows, path = "process/tree_windows.rs")]
mod tree;
mod untrusted_text;
#[cfg_attr(not(target_os = "linux"), path = "process/watch_unsupported.rs")]
mod watch;

use std::io::ErrorKind;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use thiserror::Error;
use verify_model::{Exit, Output};

pub use cancel::Cancel;
pub use capture::Captured;
pub use untrusted_text::sanitize;

pub(crate) use watch::Watch;

use streams::Streams;
use supervise::Stopped;
use tree::Tree;
use watch::Watching;

/// Lines of standard output that are longer than this many bytes are not handed on by
/// [`run_lines`].
pub const MAX_LINE_BYTES: usize = 8 * 1024 * 1024;

/// How long output pipes that others hold open may stay open after the child's own exit: time for
/// a `tee` to write what it has, no more.
const PIPE_GRACE: Duration = Duration::from_millis(50);
/// How long to take what a killed tree left in its pipes.
const DRAIN_PATIENCE: Duration = Duration::from_millis(100);

/// Takes one line of output.
type OnLine<'a> = &'a mut dyn FnMut(&[u8]);

/// What a child may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Wall time until it is stopped.
    pub wall: Duration,
    /// Bytes kept of each stream: half of them from its start, half from its end.
    pub output_bytes: usize,
    /// Bytes that each stream may bring. A child that writes more is stopped.
    pub output_cap: u64,
}

/// Why a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The child exited by itself, or somebody else's signal ended it.
    Exited(Exit),
    /// It was stopped because its wall time was over.
    TimedOut,
    /// A stream brought more bytes than allowed.
    OutputCap,
    /// It was stopped, or not even started, because the run was cancelled.
    Cancelled,
}

/// What a process and everything that it started did, as far as that can be seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Effort {
    /// CPU time that they used.
    pub cpu: Duration,
    /// Time that their threads had something to do and no processor.
    pub waited: Duration,
}

/// A run that is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finished {
    /// Why it ended.
    pub ended: Ended,
    /// What was kept of standard output.
    pub stdout: Captured,
    /// What was kept of standard error.
    pub stderr: Captured,
    /// Wall time from just before the start to the child's exit, or to the end of its grace.
    pub duration: Duration,
    /// Processes that it had started were still alive after its own exit, and were killed. Always
    /// `false` when the child itself had to be killed.
    pub leftovers: bool,
    /// A limit that the run hit and that ended it: a sentence without its beginning, such as
    /// "used more memory than it may: 1024 MiB".
    pub exceeded: Option<String>,
    /// What it did in its time, when that was over.
    pub effort: Option<Effort>,
    /// Lines that [`run_lines`] did not hand on because they were longer than [`MAX_LINE_BYTES`].
    pub dropped_lines: u64,
}

impl Finished {
    /// Both outputs as text that is safe to show, standard output first.
    #[must_use]
    pub fn output(&self) -> Output {
        let mut output = self.stdout.to_text();
        let errors = self.stderr.to_text();
        if !output.text.is_empty() && !output.text.ends_with('\n') && !errors.text.is_empty() {
            output.text.push('\n');
        }
        output.text.push_str(&errors.text);
        output.omitted_bytes += errors.omitted_bytes;
        output
    }

    /// A run that was cancelled before it started.
    fn not_started() -> Self {
        Self {
            ended: Ended::Cancelled,
            stdout: Captured::default(),
            stderr: Captured::default(),
            duration: Duration::ZERO,
            leftovers: false,
            exceeded: None,
            effort: None,
            dropped_lines: 0,
        }
    }
}

/// Why a run could not be carried out. None of these is the child's own failure.
#[derive(Debug, Error)]
pub enum ProcessError {
    /// There is no such program.
    #[error("the program `{program}` was not found")]
    NotFound {
        /// The program, as it was asked for.
        program: String,
    },
    /// The program is there, or should be, but could not be started.
    #[error("`{program}` could not be started")]
    Spawn {
        /// The program, as it was asked for.
        program: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The program could not be contained, so that it was not started, or it is not known how it
    /// ended.
    #[error("`{program}` was not run: {reason}")]
    Contain {
        /// The program, as it was asked for.
        program: String,
        /// What failed.
        reason: String,
    },
    /// The program was started, but could not be watched or could not be killed.
    #[error("`{program}` could not be supervised")]
    Io {
        /// The program, as it was asked for.
        program: String,
        /// What the system said.
        source: std::io::Error,
    },
}

/// Runs `command` to its end under `limits`, and everything that it starts with it.
///
/// Its standard streams, its process group and `VERIFY_RUN` in its environment are set here;
/// arguments, directory and the rest of the environment are the caller's. A limit that is hit, and
/// a cancellation, are results, not errors: the group gets SIGTERM, then the whole tree SIGKILL.
pub fn run(command: Command, limits: &Limits, cancel: &Cancel) -> Result<Finished, ProcessError> {
    run_supervised(command, Supervision::new(limits, cancel))
}

/// Like [`run`], and hands every line of standard output, without its `\n`, to `on_line` as soon
/// as it is whole.
///
/// A last line that does not end in `\n` is handed on if the child ended by itself. Lines longer
/// than [`MAX_LINE_BYTES`] are dropped and counted; what comes after the output cap is not handed
/// on.
pub fn run_lines(
    command: Command,
    limits: &Limits,
    cancel: &Cancel,
    on_line: &mut dyn FnMut(&[u8]),
) -> Result<Finished, ProcessError> {
    let supervision = Supervision {
        on_line: Some(on_line),
        ..Supervision::new(limits, cancel)
    };
    run_supervised(command, supervision)
}

/// How a child is supervised.
pub(crate) struct Supervision<'a> {
    pub(crate) limits: &'a Limits,
    pub(crate) cancel: &'a Cancel,
    /// What it reads.
    pub(crate) input: Stdio,
    pub(crate) watch: Option<Watch>,
    pub(crate) on_line: Option<OnLine<'a>>,
}

impl<'a> Supervision<'a> {
    pub(crate) fn new(limits: &'a Limits, cancel: &'a Cancel) -> Self {
        Self {
            limits,
            cancel,
            input: Stdio::null(),
            watch: None,
            on_line: None,
        }
    }
}

pub(crate) fn run_supervised(
    mut command: Command,
    supervision: Supervision<'_>,
) -> Result<Finished, ProcessError> {
    let Supervision {
        limits,
        cancel,
        input,
        watch,
        on_line,
    } = supervision;
    if cancel.is_cancelled() {
        return Ok(Finished::not_started());
    }
    let started = Instant::now();
    let (tree, stdout, stderr) =
        Tree::spawn(&mut command, input).map_err(|source| spawn_error(&command, source))?;
    // The command keeps its end of what the child reads open.
    let program = program_of(&command);
    drop(command);
    let follow = || {
        let watching = watch.map(|watch| Watching::new(watch, tree.leader()));
        let streams = Streams::new(stdout, stderr, limits, on_line)?;
        follow(tree, streams, started, limits, cancel, watching)
    };
    follow().map_err(|source| ProcessError::Io { program, source })
}

fn follow(
    mut tree: Tree,
    mut streams: Streams<'_>,
    started: Instant,
    limits: &Limits,
    cancel: &Cancel,
    watching: Option<Watching>,
) -> std::io::Result<Finished> {
    let stopped = supervise::supervise(&mut tree, &mut streams, limits, cancel, watching)?;
    let duration = started.elapsed();
    if stopped.is_none() {
        streams.pump_until_closed(Instant::now() + PIPE_GRACE)?;
    }
    let end = tree.end()?;
    streams.drain(Instant::now() + DRAIN_PATIENCE)?;

    let by_itself = stopped.is_none();
    let effort = match &stopped {
        Some(Stopped::TimedOut(effort)) => Some(*effort),
        _ => None,
    };
    let (ended, exceeded) = match stopped {
        Some(Stopped::Ended(reason)) => (reason, None),
        Some(Stopped::TimedOut(_)) => (Ended::TimedOut, None),
        Some(Stopped::Exceeded(what)) => (Ended::Exited(end.exit), Some(what)),
        // However fast it was: whether there was too much output must not depend on that.
        None if streams.is_over_cap() => (Ended::OutputCap, None),
        None => (Ended::Exited(end.exit), None),
    };
    let exceeded = exceeded.or_else(|| {
        (ended == Ended::OutputCap).then(|| {
            let most = limits.output_cap;
            format!("printed more than it may: {} MiB", most / (1024 * 1024))
        })
    });
    let is_whole = by_itself && matches!(ended, Ended::Exited(_));
    let gathered = streams.finish(is_whole);
    Ok(Finished {
        ended,
        stdout: gathered.stdout,
        stderr: gathered.stderr,
        duration,
        leftovers: end.leftovers,
        exceeded,
        effort,
        dropped_lines: gathered.dropped_lines,
    })
}

/// The system says "not found" of a missing directory and a missing interpreter too.
fn spawn_error(command: &Command, source: std::io::Error) -> ProcessError {
    let program = program_of(command);
    let elsewhere = command.get_current_dir().is_some_and(|dir| !dir.is_dir());
    let present = std::path::Path::new(command.get_program()).is_file();
    if source.kind() == ErrorKind::NotFound && !elsewhere && !present {
        ProcessError::NotFound { program }
    } else {
        ProcessError::Spawn { program, source }
    }
}

fn program_of(command: &Command) -> String {
    command.get_program().to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits {
        wall: Duration::from_secs(20),
        output_bytes: 1024,
        output_cap: 1024 * 1024,
    };

    fn run_without_exit_fd(script: &str, limits: &Limits) -> Finished {
        let started = Instant::now();
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        let (mut tree, stdout, stderr) = Tree::spawn(&mut command, Stdio::null()).expect("a shell");
        tree.exit_fd = None;
        let streams = Streams::new(stdout, stderr, limits, None).expect("pipes");
        follow(tree, streams, started, limits, &Cancel::new(), None).expect("a run")
    }

    #[test]
    fn an_exit_is_noticed_without_a_descriptor_for_it() {
        let finished = run_without_exit_fd("echo out; sleep 300 & exit 3", &LIMITS);
        assert_eq!(finished.ended, Ended::Exited(Exit::Code(3)));
        assert_eq!(finished.output().text, "out\n");
    }

    #[test]
    fn a_child_is_stopped_in_time_without_a_descriptor_for_its_exit() {
        let limits = Limits {
            wall: Duration::from_millis(50),
            ..LIMITS
        };
        let finished = run_without_exit_fd("exec sleep 300", &limits);
        assert_eq!(finished.ended, Ended::TimedOut);
        assert!(finished.duration < Duration::from_secs(10));
    }

    #[test]
    fn outputs_are_joined_with_standard_output_first() {
        let finished = run_without_exit_fd("echo err >&2; printf out", &LIMITS);
        assert_eq!(finished.output().text, "out\nerr\n");
    }

    #[test]
    fn what_a_dead_child_left_in_its_pipes_is_taken() {
        let mut command = Command::new("sh");
        command.args(["-c", "head -c 40000 /dev/zero; head -c 30000 /dev/zero >&2"]);
        let (mut tree, stdout, stderr) = Tree::spawn(&mut command, Stdio::null()).expect("a shell");
        let mut streams = Streams::new(stdout, stderr, &LIMITS, None).expect("pipes");
        while !tree.leader_has_exited().expect("a child") {
            std::thread::yield_now();
        }
        tree.end().expect("an end");
        let deadline = Instant::now() + Duration::from_secs(10);
        streams.drain(deadline).expect("pipes");
        let gathered = streams.finish(true);
        assert_eq!(gathered.stdout.total_bytes(), 40_000);
        assert_eq!(gathered.stderr.total_bytes(), 30_000);
    }

    #[test]
    fn a_missing_directory_is_not_a_missing_program() {
        let mut command = Command::new("sh");
        command.current_dir("no-such-directory");
        let error = run(command, &LIMITS, &Cancel::new()).expect_err("no directory");
        assert!(matches!(error, ProcessError::Spawn { .. }), "{error}");
    }
}
