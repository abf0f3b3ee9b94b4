//! One file for each command.

mod clean;
mod documents;
mod list;
mod run;
mod show;

use crate::cli::{Cli, Command};
use crate::exit_code::{Code, Failure};

/// Does what the command line asks for.
pub(crate) fn dispatch(cli: Cli) -> Result<Code, Failure> {
    match cli.command {
        None => run::run(&cli.run),
        Some(Command::List(arguments)) => list::list(&arguments),
        Some(Command::Show(arguments)) => show::show(&arguments),
        Some(Command::Clean(common)) => clean::clean(&common),
    }
}
