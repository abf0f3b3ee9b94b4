//! Progress on standard error: a bar on a terminal, plain lines elsewhere.

use std::io::Write as _;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use verify_engine::Event;
use verify_model::{Stage, Work};
use verify_report::terminal_safe;

/// Shows what the engine tells.
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    last_line: Mutex<String>,
    announced: [AtomicBool; 2],
}

impl Progress {
    /// Progress over `examples`; a bar when `terminal`.
    pub(crate) fn new(examples: usize, terminal: bool) -> Self {
        let bar = terminal.then(|| {
            let target = ProgressDrawTarget::stderr();
            let bar = ProgressBar::with_draw_target(Some(examples as u64), target);
            if let Ok(style) = ProgressStyle::with_template("{spinner} [{elapsed}] {wide_msg}") {
                bar.set_style(style);
            }
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        Self {
            bar,
            last_line: Mutex::new(String::new()),
            announced: [AtomicBool::new(false), AtomicBool::new(false)],
        }
    }

    /// Says how much work a run took.
    pub(crate) fn work(&self, work: &Work) {
        self.line(&format!(
            "{} batches of {} examples, {} of them taken out, {} of these confirmed together; {} compiled \
             or run alone, {} by cargo; {} compilers started; {} outcomes known before",
            work.batches,
            work.members,
            work.evictions,
            work.confirmed,
            work.alone,
            work.by_cargo,
            work.compiler_calls,
            work.recalled,
        ));
    }

    /// Shows one event.
    pub(crate) fn tell(&self, event: &Event) {
        match event {
            Event::WaitingForLock => {
                self.line("waiting for another verify that uses the same cache directory");
            }
            Event::CacheFault { path, reason } => {
                let path = path.display().to_string();
                self.line(&format!(
                    "warning: {} in the cache is not used: {}",
                    terminal_safe(&path),
                    terminal_safe(reason)
                ));
            }
            Event::WorkspaceFault { manifest, reason } => {
                let manifest = manifest.display().to_string();
                self.line(&format!(
                    "warning: documents are judged without the cargo workspace around them, which \
                     cargo cannot read: {}: {}",
                    terminal_safe(&manifest),
                    terminal_safe(reason)
                ));
            }
            Event::Dependencies {
                number,
                of,
                packages,
            } => {
                let packages = if packages.is_empty() {
                    "the standard library only".to_owned()
                } else {
                    packages.join(", ")
                };
                self.line(&format!("dependencies {number} of {of}: {packages}"));
            }
            Event::Round { number, examples } => {
                self.line(&format!("round {number}: checking {examples} examples"));
            }
            Event::Stage { id, stage } => {
                if let Some(bar) = &self.bar {
                    bar.set_message(format!("{} {id}", stage.as_str()));
                }
                let (flag, words) = match stage {
                    Stage::Check => return,
                    Stage::Lint => (&self.announced[0], "linting what compiles"),
                    Stage::Build | Stage::Test | Stage::Doctest | Stage::Run => (
                        &self.announced[1],
                        "building, testing and running what compiles",
                    ),
                };
                if self.bar.is_none() && !flag.swap(true, Ordering::Relaxed) {
                    self.line(words);
                }
            }
        }
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    fn line(&self, text: &str) {
        if let Some(bar) = &self.bar {
            bar.set_message(text.to_owned());
            return;
        }
        let mut last = self
            .last_line
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if *last != text {
            // Progress that nobody can read is no reason to stop.
            let _ = writeln!(std::io::stderr(), "{text}");
            text.clone_into(&mut last);
        }
    }
}
