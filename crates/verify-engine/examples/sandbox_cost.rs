//! What containing a program costs: the same program started plainly and in each tier that this
//! machine offers, in turns. Prints one line of JSON.
#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a tool for developers"
)]

use std::process::Command;
use std::time::{Duration, Instant};

use verify_engine::process::{self, Cancel, Ended, Limits};
use verify_engine::sandbox::{self, Policy, Resources, Sandbox, Tier, Wish};
use verify_model::Exit;

/// Runs of each kind, unless the command line says another number.
const RUNS: usize = 200;

fn main() {
    sandbox::enter_if_asked();
    let runs = std::env::args().nth(1);
    let runs = runs.map_or(RUNS, |number| number.parse().expect("a number of runs"));
    let folder = tempfile::tempdir().expect("a folder");
    let limits = Limits {
        wall: Duration::from_mins(1),
        output_bytes: 4096,
        output_cap: 1024 * 1024,
    };
    let cancel = Cancel::new();
    let policy = Policy::run(Resources::for_running());
    let mut command = Command::new("/bin/true");
    command.current_dir("/");
    let sandboxes: Vec<Sandbox> = [Tier::Isolated, Tier::Confined]
        .into_iter()
        .map(|tier| {
            let wish = Wish {
                tier: Some(tier),
                runs: folder.path().to_owned(),
                ..Wish::default()
            };
            let sandbox = Sandbox::probe(&wish, &cancel);
            if sandbox.tier() != tier {
                eprintln!("{}", sandbox.summary());
            }
            sandbox
        })
        .filter(|it| it.tier() > Tier::Limited)
        .collect();

    let mut times = vec![Vec::new(); 1 + sandboxes.len()];
    for _ in 0..runs {
        let started = Instant::now();
        let mut plain = Command::new("/bin/true");
        plain.env_clear().current_dir("/");
        let finished = process::run(plain, &limits, &cancel).expect("a run");
        times[0].push(started.elapsed());
        assert_eq!(finished.ended, Ended::Exited(Exit::Code(0)));
        for (sandbox, times) in sandboxes.iter().zip(&mut times[1..]) {
            let started = Instant::now();
            let finished = sandbox
                .run(&policy, &command, &limits, &cancel)
                .expect("a run");
            times.push(started.elapsed());
            assert_eq!(finished.ended, Ended::Exited(Exit::Code(0)));
        }
    }
    let mut medians = times.iter_mut().map(|times| {
        times.sort();
        times[times.len() / 2].as_secs_f64() * 1000.0
    });
    let plain = medians.next().expect("plain runs");
    let mut line = serde_json::json!({ "runs": runs, "plain_ms": rounded(plain) });
    for (sandbox, median) in sandboxes.iter().zip(medians) {
        let letter = sandbox.tier().letter();
        line[format!("tier_{letter}_more_ms")] = rounded(median - plain).into();
        line[format!("tier_{letter}_ratio")] = rounded(median / plain).into();
    }
    println!("{line}");
}

fn rounded(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}
