//! One file for each command.

mod cache;
mod clean;
mod diff;
mod documents;
mod list;
mod merge;
mod run;
mod show;

use crate::cli::{Cli, Command};
use crate::exit_code::{Code, Failure};

/// Does what the command line asks for.
pub(crate) fn dispatch(cli: Cli) -> Result<Code, Failure> {
    match cli.command {
        None => run::run(&cli.run),
        Some(Command::List(arguments)) => list::list(&arguments),
        Some(Command::Diff(arguments)) => diff::diff(&arguments),
        Some(Command::Merge(arguments)) => merge::merge(&arguments),
        Some(Command::Show(arguments)) => show::show(&arguments),
        Some(Command::Clean(common)) => clean::clean(&common),
        Some(Command::Cache(command)) => cache::cache(&command),
    }
}
