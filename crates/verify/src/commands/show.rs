//! `verify show`: the crate that was generated for an example, and why it looks like that.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use verify_engine::{Layout, Record};
use verify_model::Aid;
use verify_report::terminal_safe;
use verify_source::example::Example;

use super::documents;
use crate::cli::ShowArgs;
use crate::exit_code::{Code, Failure};
use crate::settings;

/// Shows the crate of one example: as the last run left it, or as a run would begin.
pub(crate) fn show(arguments: &ShowArgs) -> Result<Code, Failure> {
    let (path, _) = arguments
        .id
        .rsplit_once('#')
        .ok_or_else(|| anyhow!("`{}` is no id: expected PATH#N", arguments.id))
        .map_err(Failure::usage)?;
    let settings = settings::resolve(&[PathBuf::from(path)], None, &arguments.common)
        .map_err(Failure::usage)?;
    let documents = documents::read(&settings);
    let example = documents
        .examples
        .iter()
        .find(|example| example.listed.id.as_str() == arguments.id)
        .ok_or_else(|| missing(&arguments.id, &documents))
        .map_err(Failure::usage)?;
    let layout = Layout::open(&settings.cache).map_err(Failure::environment)?;
    let directory = layout.scratch(&example.listed.id);
    let mut out = std::io::BufWriter::new(anstream::stdout());
    let record = Record::read(&directory).filter(|it| it.sha256 == example.listed.sha256);
    let written = match record {
        Some(record) => crate_of_run(&mut out, &directory, &record),
        None => first_scaffold(&mut out, example, &settings.allowed()),
    };
    written.map_err(Failure::environment)?;
    out.flush().map_err(Failure::environment)?;
    Ok(Code::Success)
}

fn missing(id: &str, documents: &documents::Documents) -> anyhow::Error {
    if documents.missing > 0 {
        anyhow!("there is no document for `{id}`")
    } else {
        let count = documents.examples.len();
        anyhow!("there is no example `{id}`: the document has {count}. See `verify list`")
    }
}

/// What the last run left: the climb, then the files.
fn crate_of_run(out: &mut dyn Write, directory: &Path, record: &Record) -> anyhow::Result<()> {
    writeln!(out, "# {}", terminal_safe(record.id.as_str()))?;
    writeln!(out, "# {}", directory.display())?;
    for (index, attempt) in record.attempts.iter().enumerate() {
        writeln!(out, "#\n# round {}, edition {}", index + 1, attempt.edition)?;
        let before = index.checked_sub(1).and_then(|it| record.attempts.get(it));
        for aid in &attempt.aids {
            if !before.is_some_and(|it| it.aids.contains(aid)) {
                writeln!(out, "#   added {}", in_words(aid))?;
            }
        }
        if attempt.errors.is_empty() {
            writeln!(out, "#   the compiler found no error")?;
        }
        for error in &attempt.errors {
            let line = error.lines().next().unwrap_or_default();
            writeln!(out, "#   the compiler said {}", terminal_safe(line))?;
        }
    }
    for file in ["Cargo.toml", record.file.as_str()] {
        let path = directory.join(file);
        let text = fs_err::read_to_string(&path).context("run verify again")?;
        writeln!(out, "\n# ---- {file}\n{}", terminal_safe(text.trim_end()))?;
    }
    Ok(())
}

/// What a run would begin with.
fn first_scaffold(
    out: &mut dyn Write,
    example: &Example,
    allowed: &verify_source::scaffold::Allowed,
) -> anyhow::Result<()> {
    let plan = example.first_plan(allowed, None);
    writeln!(out, "# {}", terminal_safe(example.listed.id.as_str()))?;
    writeln!(out, "# not run yet; a run would begin with this")?;
    for aid in &plan.aids {
        writeln!(out, "#   added {}", in_words(aid))?;
    }
    let rendered = example.render(&plan);
    writeln!(out, "\n{}", terminal_safe(rendered.text.trim_end()))?;
    Ok(())
}

fn in_words(aid: &Aid) -> String {
    format!(
        "{}: {}",
        terminal_safe(&aid.what),
        terminal_safe(&aid.reason)
    )
}
