//! Supervision of real child processes.
#![cfg(unix)]
#![allow(clippy::expect_used, reason = "here it fails a test")]

use std::process::Command;
use std::time::{Duration, Instant};

use rayon::prelude::*;
use rustix::process::{Pid, test_kill_process};
use verify_engine::process::{Cancel, Ended, Finished, Limits, ProcessError, run, run_lines};
use verify_model::Exit;

/// Far beyond what any of these programs needs; a test that gets there has found a hang.
const HANG: Duration = Duration::from_mins(1);
/// Short enough for tests that wait for it.
const SHORT: Duration = Duration::from_secs(1);

const LIMITS: Limits = Limits {
    wall: HANG,
    output_bytes: 4096,
    output_cap: 64 * 1024 * 1024,
};

const BRIEF: Limits = Limits {
    wall: SHORT,
    ..LIMITS
};

fn shell(script: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", script]);
    command
}

fn finish(command: Command, limits: &Limits) -> Finished {
    let started = Instant::now();
    let finished = run(command, limits, &Cancel::new()).expect("a run");
    assert!(started.elapsed() < HANG / 2, "it waited for something");
    finished
}

fn code(code: i32) -> Ended {
    Ended::Exited(Exit::Code(code))
}

/// The numbers that a script printed, each on a line of its own.
fn pids(finished: &Finished) -> Vec<Pid> {
    let text = finished.stdout.to_text().text;
    let numbers = text.lines().filter_map(|line| line.trim().parse().ok());
    numbers.filter_map(Pid::from_raw).collect()
}

/// That as many processes as said were started, and none is there, not even as a zombie.
fn assert_gone(finished: &Finished, started: usize) {
    let pids = pids(finished);
    assert_eq!(pids.len(), started, "{:?}", finished.output());
    // Elsewhere orphans are reaped by the system, in its own time.
    if cfg!(target_os = "linux") {
        for pid in pids {
            assert!(test_kill_process(pid).is_err(), "{pid} is still there");
        }
    }
}

fn assert_leftovers(finished: &Finished) {
    // Elsewhere a process that was just killed may be gone before it can be counted.
    assert!(finished.leftovers || !cfg!(target_os = "linux"));
}

/// A program that leaves a process in a session of its own, which ignores polite signals, prints
/// its number and sleeps. `None` where no interpreter is there to write it in.
fn perl(script: &str) -> Option<Command> {
    let present = Command::new("perl").args(["-e", "1"]).status();
    if !present.is_ok_and(|status| status.success()) {
        println!("skipped: there is no perl here");
        return None;
    }
    let prelude = "use POSIX qw(setsid); $| = 1;
        sub leave { setsid(); $SIG{TERM} = $SIG{HUP} = 'IGNORE'; }";
    let mut command = Command::new("perl");
    command.args(["-e", &format!("{prelude} {script}")]);
    Some(command)
}

#[test]
fn a_success_brings_its_outputs() {
    let finished = finish(shell("echo out; echo err >&2"), &LIMITS);
    assert_eq!(finished.ended, code(0));
    assert_eq!(finished.stdout.complete().as_deref(), Some(&b"out\n"[..]));
    assert_eq!(finished.stderr.complete().as_deref(), Some(&b"err\n"[..]));
    assert!(!finished.leftovers);
}

#[test]
fn input_is_empty() {
    assert_eq!(finish(Command::new("cat"), &LIMITS).ended, code(0));
}

#[test]
fn an_exit_code_is_reported() {
    assert_eq!(finish(shell("exit 7"), &LIMITS).ended, code(7));
}

#[test]
fn a_signal_is_reported() {
    let finished = finish(shell("kill -ABRT $$"), &LIMITS);
    assert_eq!(finished.ended, Ended::Exited(Exit::Signal(6)));
}

#[test]
fn a_missing_program_is_named() {
    let command = Command::new("no-such-program-anywhere");
    let error = run(command, &LIMITS, &Cancel::new()).expect_err("no such program");
    let ProcessError::NotFound { program } = error else {
        panic!("{error:?}");
    };
    assert_eq!(program, "no-such-program-anywhere");
}

#[test]
fn a_program_that_sleeps_too_long_is_stopped_with_all_it_started() {
    let finished = finish(shell("echo $$; sleep 300 & echo $!; sleep 300"), &BRIEF);
    assert_eq!(finished.ended, Ended::TimedOut);
    assert!(finished.duration >= SHORT);
    assert_gone(&finished, 2);
}

#[test]
fn a_program_that_ignores_the_polite_signal_is_killed() {
    let script = "trap '' TERM; echo $$; while :; do sleep 1; done";
    let finished = finish(shell(script), &BRIEF);
    assert_eq!(finished.ended, Ended::TimedOut);
    assert_gone(&finished, 1);
}

#[test]
fn a_program_may_say_goodbye_when_it_is_stopped() {
    // More than a pipe holds: somebody has to go on reading while it stops.
    let script = "trap 'head -c 150000 /dev/zero; echo bye; exit 0' TERM
                  while :; do sleep 0.01; done";
    let finished = finish(shell(script), &BRIEF);
    assert_eq!(finished.ended, Ended::TimedOut);
    assert_eq!(finished.stdout.total_bytes(), 150_004);
    assert!(finished.stdout.tail.ends_with(b"bye\n"));
}

#[test]
fn a_program_that_closes_its_outputs_is_still_stopped() {
    let finished = finish(shell("echo $$; exec sleep 300 >&- 2>&-"), &BRIEF);
    assert_eq!(finished.ended, Ended::TimedOut);
    assert_gone(&finished, 1);
}

#[test]
fn a_flood_on_one_stream_neither_hangs_nor_fills_memory() {
    let script = "echo FIRST >&2; head -c 3000000 /dev/zero | tr '\\0' x >&2; \
                  echo >&2; echo LAST >&2; echo quiet";
    let finished = finish(shell(script), &LIMITS);
    assert_eq!(finished.ended, code(0));
    assert_eq!(finished.stdout.to_text().text, "quiet\n");
    let errors = &finished.stderr;
    assert!(errors.head.starts_with(b"FIRST\n"));
    assert!(errors.tail.ends_with(b"x\nLAST\n"));
    assert!(errors.head.len() + errors.tail.len() <= LIMITS.output_bytes);
    assert_eq!(errors.total_bytes(), 3_000_000 + 12);
}

#[test]
fn a_program_that_writes_without_end_is_stopped() {
    let limits = Limits {
        output_cap: 100_000,
        ..LIMITS
    };
    let finished = finish(shell("echo $$; exec cat /dev/zero"), &limits);
    assert_eq!(finished.ended, Ended::OutputCap);
    assert!(finished.stdout.total_bytes() > limits.output_cap);
    let first = finished.stdout.head.split(|&byte| byte == b'\n').next();
    let pid = String::from_utf8_lossy(first.expect("a line")).parse();
    let pid = Pid::from_raw(pid.expect("a number")).expect("a process number");
    assert!(test_kill_process(pid).is_err());
}

#[test]
fn the_output_cap_is_exact_however_fast_the_program_is() {
    let limits = Limits {
        output_cap: 5,
        ..LIMITS
    };
    assert_eq!(finish(shell("printf 12345"), &limits).ended, code(0));
    let over = finish(shell("printf 123456"), &limits);
    assert_eq!(over.ended, Ended::OutputCap);
}

#[test]
fn a_background_process_that_holds_the_pipes_is_killed_and_reported() {
    let finished = finish(shell("echo $$; sleep 300 & echo $!"), &LIMITS);
    assert_eq!(finished.ended, code(0));
    assert_leftovers(&finished);
    assert_gone(&finished, 2);
}

#[test]
#[cfg(target_os = "linux")]
fn a_background_process_without_pipes_is_killed_and_reported() {
    let finished = finish(shell("sleep 300 >&- 2>&- & echo $!"), &LIMITS);
    assert_eq!(finished.ended, code(0));
    assert!(finished.leftovers);
    assert_gone(&finished, 1);
}

#[test]
fn what_was_written_is_not_lost_when_others_hold_the_pipes() {
    let finished = finish(shell("sleep 300 & echo first; echo second"), &LIMITS);
    assert_eq!(finished.stdout.to_text().text, "first\nsecond\n");
}

#[test]
#[cfg(target_os = "linux")]
fn a_daemon_does_not_outlive_its_run() {
    // It holds its end of a pipe until it has said its number; the leader waits for that.
    let daemon = r#"
        pipe(my $read, my $write);
        if (fork() == 0) {
            leave();
            exit 0 if fork();
            print "$$\n"; close $write; sleep 300;
        }
        close $write; <$read>; exit 0;"#;
    let Some(command) = perl(daemon) else {
        return;
    };
    let finished = finish(command, &LIMITS);
    assert_eq!(finished.ended, code(0));
    assert!(finished.leftovers);
    assert_gone(&finished, 1);
}

#[test]
#[cfg(target_os = "linux")]
fn a_daemon_that_hides_its_environment_does_not_outlive_a_run_that_is_stopped() {
    let daemon = r#"
        if (fork() == 0) {
            leave();
            %ENV = ();
            exec "/bin/sh", "-c", 'echo $$; exec sleep 300';
        }
        sleep 300;"#;
    let Some(command) = perl(daemon) else {
        return;
    };
    let cancel = Cancel::new();
    let mut on_line = |_: &[u8]| cancel.cancel();
    let finished = run_lines(command, &LIMITS, &cancel, &mut on_line).expect("a run");
    assert_eq!(finished.ended, Ended::Cancelled);
    assert_gone(&finished, 1);
}

#[test]
#[cfg(target_os = "linux")]
fn a_process_in_a_session_of_its_own_dies_with_a_leader_that_ignores_the_polite_signal() {
    let both = r#"
        $SIG{TERM} = 'IGNORE';
        if (fork() == 0) { leave(); print "$$\n"; sleep 300; }
        sleep 300;"#;
    let Some(command) = perl(both) else {
        return;
    };
    let cancel = Cancel::new();
    let mut on_line = |_: &[u8]| cancel.cancel();
    let finished = run_lines(command, &LIMITS, &cancel, &mut on_line).expect("a run");
    assert_eq!(finished.ended, Ended::Cancelled);
    assert!(!finished.leftovers);
    assert_gone(&finished, 1);
}

#[test]
#[cfg(target_os = "linux")]
fn descendants_of_a_daemon_do_not_outlive_its_run() {
    // Each of five generations leaves its parent's session; and says its number.
    let generations = r#"
        pipe(my $read, my $write);
        if (fork() == 0) {
            for (1 .. 5) { leave(); print "$$\n"; last if fork(); }
            close $write; sleep 300;
        }
        close $write; <$read>; exit 0;"#;
    let Some(command) = perl(generations) else {
        return;
    };
    let finished = finish(command, &LIMITS);
    assert_eq!(finished.ended, code(0));
    assert_gone(&finished, 5);
}

#[test]
#[cfg(target_os = "linux")]
fn a_process_that_forks_and_leaves_its_session_over_and_over_is_caught() {
    let Some(mut command) = perl("for (1 .. 5000) { exit 0 if fork(); setsid(); }") else {
        return;
    };
    let token = format!("hopping-below-{}", std::process::id());
    command.arg(&token);
    let finished = finish(command, &LIMITS);
    assert_eq!(finished.ended, code(0));
    assert!(finished.leftovers);
    // One look could miss a process that is just being replaced by its child.
    for _ in 0..5 {
        assert!(!is_on_a_command_line(&token));
    }
}

#[cfg(target_os = "linux")]
fn is_on_a_command_line(token: &str) -> bool {
    let processes = std::fs::read_dir("/proc").expect("a process table");
    processes
        .flatten()
        .filter_map(|process| std::fs::read_to_string(process.path().join("cmdline")).ok())
        .any(|line| line.contains(token))
}

#[test]
fn a_run_is_cancelled_from_another_thread() {
    let cancel = Cancel::new();
    let mut said_so = Vec::new();
    let finished = std::thread::scope(|scope| {
        let other = cancel.clone();
        // The program itself says when it is time: nothing here depends on the clock.
        let (ready, wait) = std::sync::mpsc::channel();
        scope.spawn(move || {
            wait.recv().expect("a line");
            other.cancel();
        });
        let mut on_line = |line: &[u8]| {
            said_so.push(line.to_vec());
            let _ = ready.send(());
        };
        let command = shell("echo $$; exec sleep 300");
        run_lines(command, &LIMITS, &cancel, &mut on_line).expect("a run")
    });
    assert_eq!(finished.ended, Ended::Cancelled);
    assert_eq!(said_so.len(), 1);
    assert_gone(&finished, 1);
}

#[test]
fn nothing_is_started_once_cancelled() {
    let cancel = Cancel::new();
    cancel.cancel();
    let command = Command::new("no-such-program-anywhere");
    let finished = run(command, &LIMITS, &cancel).expect("no attempt");
    assert_eq!(finished.ended, Ended::Cancelled);
}

#[test]
fn lines_are_handed_on_while_the_program_runs() {
    let mut lines = Vec::new();
    let mut on_line = |line: &[u8]| lines.push(String::from_utf8_lossy(line).into_owned());
    let command = shell("echo one; echo two >&2; printf 'three\\nfour'");
    let finished = run_lines(command, &LIMITS, &Cancel::new(), &mut on_line).expect("a run");
    assert_eq!(lines, ["one", "three", "four"]);
    assert_eq!(finished.dropped_lines, 0);
    assert_eq!(finished.stdout.to_text().text, "one\nthree\nfour");
}

#[test]
fn a_line_cut_short_by_a_stop_is_not_handed_on() {
    let mut lines = Vec::new();
    let mut on_line = |line: &[u8]| lines.push(line.to_vec());
    let command = shell("echo whole; printf half; exec sleep 300");
    let finished = run_lines(command, &BRIEF, &Cancel::new(), &mut on_line).expect("a run");
    assert_eq!(finished.ended, Ended::TimedOut);
    assert_eq!(lines, [b"whole"]);
}

#[test]
fn a_panic_of_the_caller_leaves_no_process_behind() {
    let mut started = None;
    let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let mut on_line = |line: &[u8]| {
            started = String::from_utf8_lossy(line).parse().ok();
            panic!("the caller's own fault");
        };
        let command = shell("echo $$; exec sleep 300");
        run_lines(command, &LIMITS, &Cancel::new(), &mut on_line)
    }));
    assert!(result.is_err());
    let pid = started.and_then(Pid::from_raw).expect("a process number");
    assert!(test_kill_process(pid).is_err());
}

#[test]
fn parallel_runs_leave_each_others_children_alone() {
    let run_one = |index: i32| {
        // Some have an orphan that lives while others sweep up; `cat` waits for it.
        let script = format!(
            "if [ $(({index} % 2)) = 0 ]; then
                 ( (sleep 0.3; echo orphan survived) & ) | cat
             fi
             sleep 300 & echo $!; exit {index}"
        );
        (index, finish(shell(&script), &LIMITS))
    };
    let threads = rayon::ThreadPoolBuilder::new().num_threads(16).build();
    let runs: Vec<(i32, Finished)> = threads
        .expect("threads")
        .install(|| (0..16).into_par_iter().map(run_one).collect());
    for (index, finished) in runs {
        assert_eq!(finished.ended, code(index));
        assert_leftovers(&finished);
        assert_gone(&finished, 1);
        if index % 2 == 0 {
            let text = finished.stdout.to_text().text;
            assert!(text.contains("orphan survived"), "{text}");
        }
    }
}

#[test]
fn a_child_that_is_not_ours_is_left_alone() {
    let mut bystander = Command::new("sleep").arg("300").spawn().expect("sleep");
    let finished = finish(shell("sleep 300 & echo $!"), &LIMITS);
    let alive = bystander.try_wait().expect("it was not reaped").is_none();
    bystander.kill().expect("kill");
    bystander.wait().expect("wait");
    assert!(alive);
    assert_gone(&finished, 1);
}
