//! `verify diff`: what changed between two reports.

use std::io::{self, Write as _};

use verify_model::comparison::compare;
use verify_report::{json, text};

use crate::cli::{DiffArgs, ListFormat};
use crate::earlier;
use crate::exit_code::{self, Code, Failure};

/// Compares two reports under the policy of the later one.
pub(crate) fn diff(arguments: &DiffArgs) -> Result<Code, Failure> {
    let old = earlier::report(&arguments.old).map_err(Failure::usage)?;
    let new = earlier::report(&arguments.new).map_err(Failure::usage)?;
    let compared = compare(&new.policy, &old.examples, &new.examples);
    let mut out = io::BufWriter::new(anstream::stdout());
    let written = match arguments.format {
        ListFormat::Json => json::comparison(&compared.comparison, &mut out),
        ListFormat::Text => {
            let name = arguments.old.display().to_string();
            text::comparison(&compared.comparison, &name, &mut out)
        }
    };
    written
        .and_then(|()| out.flush())
        .map_err(Failure::environment)?;
    Ok(exit_code::of_decisions(&compared.decisions))
}
