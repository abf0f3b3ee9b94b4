//! `verify` tells the truth about every Rust example in a document.

mod books;
mod cli;
mod commands;
mod config;
mod discover;
mod earlier;
mod exit_code;
mod output;
mod policy;
mod progress;
mod selection;
mod settings;
mod target;

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;
use verify_report::terminal_safe;

/// Most of the work that is left when nothing changed is building syntax trees, and taking them apart.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // First of all: this process may be one that contains an example.
    verify_engine::sandbox::enter_if_asked();
    let cli = cli::Cli::parse();
    match commands::dispatch(cli) {
        Ok(code) => code.into(),
        Err(failure) => {
            // It may quote files of strangers.
            let error = format!("{:#}", failure.error);
            // Nothing is left to do when standard error is gone.
            let _ = writeln!(anstream::stderr(), "error: {}", terminal_safe(&error));
            failure.code.into()
        }
    }
}
