//! Writes the report where it was asked for.

use std::io::{BufWriter, Write as _};
use std::path::Path;

use anyhow::Context as _;
use verify_model::Report;
use verify_report::{Sources, json, text};

use crate::cli::{ReportFormat, ReportRequest};

/// Writes the requested files, and the summary to standard output unless a report goes there.
pub(crate) fn reports(
    report: &Report,
    sources: &Sources,
    requests: &[ReportRequest],
) -> anyhow::Result<()> {
    let mut to_stdout = false;
    for request in requests {
        let mut rendered = Vec::new();
        match request.format {
            ReportFormat::Json => json::render(report, sources, &mut rendered)?,
        }
        if request.file == Path::new("-") {
            to_stdout = true;
            std::io::stdout().write_all(&rendered)?;
        } else {
            write_file(&request.file, &rendered)?;
        }
    }
    if !to_stdout {
        let mut out = BufWriter::new(anstream::stdout());
        text::render(report, sources, &mut out)?;
        out.flush()?;
    }
    Ok(())
}

/// Writes a file, unless it has this content already.
pub(crate) fn write_if_changed(path: &Path, content: &[u8]) -> anyhow::Result<()> {
    if std::fs::read(path).is_ok_and(|present| present == content) {
        return Ok(());
    }
    write_file(path, content)
}

/// Writes a file at once or not at all.
fn write_file(path: &Path, content: &[u8]) -> anyhow::Result<()> {
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let write = || -> std::io::Result<()> {
        fs_err::create_dir_all(directory)?;
        let mut file = tempfile::Builder::new()
            .prefix(".verify-report")
            .tempfile_in(directory)?;
        file.write_all(content)?;
        file.persist(path)?;
        Ok(())
    };
    write().with_context(|| format!("cannot write the report {}", path.display()))
}
