//! `verify clean`: removes what verify generated.

use std::io::Write as _;
use std::path::PathBuf;

use verify_engine::Layout;

use crate::cli::Common;
use crate::exit_code::{Code, Failure};
use crate::settings;

/// Empties the cache directory of everything that verify put there.
pub(crate) fn clean(common: &Common) -> Result<Code, Failure> {
    // No path is needed here; one that is always there keeps the configuration from asking.
    let settings =
        settings::resolve(&[PathBuf::from(".")], None, common).map_err(Failure::usage)?;
    let mut out = anstream::stdout();
    if !settings.cache.exists() {
        writeln!(out, "{} does not exist", settings.cache.display())
            .map_err(Failure::environment)?;
        return Ok(Code::Success);
    }
    let layout = Layout::open(&settings.cache).map_err(Failure::environment)?;
    layout.clean().map_err(Failure::environment)?;
    writeln!(out, "emptied {}", layout.root().display()).map_err(Failure::environment)?;
    Ok(Code::Success)
}
