//! `verify cache`: what is kept from earlier runs.

use std::io::{self, Write};
use std::path::PathBuf;

use serde_json::json;
use verify_engine::{Layout, Removed, Usage};
use verify_report::terminal_safe;

use crate::cli::{CacheArgs, CacheCommand, ListFormat};
use crate::exit_code::{Code, Failure};
use crate::settings;

/// Does what the command line asks for with the cache directory.
pub(crate) fn cache(command: &CacheCommand) -> Result<Code, Failure> {
    let arguments = match command {
        CacheCommand::Stats(arguments) | CacheCommand::Clear(arguments) => arguments,
        CacheCommand::Prune(arguments) => &arguments.cache,
    };
    // No path is needed here; one that is always there keeps the configuration from asking.
    let settings = settings::resolve(&[PathBuf::from(".")], None, &arguments.common)
        .map_err(Failure::usage)?;
    let layout = Layout::open(&settings.cache).map_err(Failure::environment)?;
    let mut out = io::BufWriter::new(anstream::stdout());
    let written = match command {
        CacheCommand::Stats(_) => {
            let usage = layout.usage().map_err(Failure::environment)?;
            stats(&mut out, arguments, &layout, &usage)
        }
        CacheCommand::Prune(pruning) => {
            let removed = layout.prune(pruning.max_size);
            tell_removed(&mut out, arguments, removed.map_err(Failure::environment)?)
        }
        CacheCommand::Clear(_) => {
            let removed = layout.forget().map_err(Failure::environment)?;
            tell_removed(&mut out, arguments, removed)
        }
    };
    written
        .and_then(|()| out.flush())
        .map_err(Failure::environment)?;
    Ok(Code::Success)
}

fn stats(
    out: &mut dyn Write,
    arguments: &CacheArgs,
    layout: &Layout,
    usage: &[Usage],
) -> io::Result<()> {
    let directory = layout.root().to_string_lossy();
    match arguments.format {
        ListFormat::Json => {
            let parts = usage
                .iter()
                .map(|it| json!({ "folder": it.folder, "files": it.files, "bytes": it.bytes }));
            let parts: Vec<_> = parts.collect();
            writeln!(
                out,
                "{:#}",
                json!({ "directory": directory, "parts": parts })
            )
        }
        ListFormat::Text => {
            writeln!(out, "{}", terminal_safe(&directory))?;
            for part in usage {
                let size = in_units(part.bytes);
                writeln!(
                    out,
                    "  {:<10} {:>10} {size:>12}",
                    part.folder,
                    files(part.files)
                )?;
            }
            Ok(())
        }
    }
}

fn tell_removed(out: &mut dyn Write, arguments: &CacheArgs, removed: Removed) -> io::Result<()> {
    match arguments.format {
        ListFormat::Json => {
            let removed = json!({ "files": removed.files, "bytes": removed.bytes });
            writeln!(out, "{:#}", json!({ "removed": removed }))
        }
        ListFormat::Text => writeln!(
            out,
            "removed {}, {}",
            files(removed.files),
            in_units(removed.bytes)
        ),
    }
}

fn files(count: u64) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} file{plural}")
}

/// A number of bytes as people say it, rounded down to a tenth of a unit.
fn in_units(bytes: u64) -> String {
    const UNITS: [&str; 3] = ["KiB", "MiB", "GiB"];
    let mut unit = "bytes";
    let (mut whole, mut rest) = (bytes, 0);
    for larger in UNITS {
        if whole < 1024 {
            break;
        }
        (rest, whole, unit) = (whole % 1024, whole / 1024, larger);
    }
    if unit == "bytes" {
        format!("{whole} {unit}")
    } else {
        format!("{whole}.{} {unit}", rest * 10 / 1024)
    }
}

#[cfg(test)]
mod tests {
    use super::in_units;

    #[test]
    fn sizes_are_said_in_the_largest_unit_that_fits() {
        let cases = [
            (0, "0 bytes"),
            (1023, "1023 bytes"),
            (1536, "1.5 KiB"),
            (5 << 20, "5.0 MiB"),
            (3 << 40, "3072.0 GiB"),
        ];
        for (bytes, words) in cases {
            assert_eq!(in_units(bytes), words);
        }
    }
}
