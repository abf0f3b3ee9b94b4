//! The main job: judges every example.

use std::io::IsTerminal as _;
use std::path::Path;

use verify_engine::process::Cancel;
use verify_engine::{CacheUse, EngineError, Findings, Lock, LockMode};
use verify_model::{Example, Report, SCHEMA_VERSION, Summary, Tool};
use verify_report::Sources;

use super::documents;
use crate::cli::RunArgs;
use crate::exit_code::{self, Code, Failure};
use crate::output;
use crate::progress::Progress;
use crate::settings;

/// Judges the examples of the documents that the command line or the configuration names.
pub(crate) fn run(arguments: &RunArgs) -> Result<Code, Failure> {
    let settings = settings::resolve(&arguments.paths, arguments.jobs, &arguments.common)
        .map_err(Failure::usage)?;
    let documents = documents::read(&settings);
    let cancel = Cancel::new();
    let handler = cancel.clone();
    ctrlc::set_handler(move || handler.cancel()).map_err(Failure::environment)?;

    let progress = Progress::new(documents.examples.len(), std::io::stderr().is_terminal());
    let findings = verify_engine::run(
        &documents.examples,
        &verify_engine::Settings {
            allowed: settings.allowed(),
            cache: settings.cache,
            cache_use: if arguments.no_cache {
                CacheUse::Refresh
            } else {
                CacheUse::Reuse
            },
            jobs: settings.jobs,
            offline: arguments.offline,
            lock: lock(arguments, settings.lockfile.as_deref()),
            limits: settings.limits,
            surroundings: verify_engine::surroundings(&documents.files, &cancel),
            cancel,
        },
        &|event| progress.tell(&event),
    );
    progress.finish();
    let findings = findings.map_err(|error| match error {
        EngineError::Interrupted => Failure {
            code: Code::Interrupted,
            error: error.into(),
        },
        error => Failure::environment(error),
    })?;

    let sources = documents
        .examples
        .iter()
        .map(|example| (example.document.path.clone(), example.document.text.clone()))
        .collect::<Sources>();
    let interrupted = findings.interrupted;
    // A look at other documents does not change what the project's own are pinned to.
    let is_own = arguments.paths.is_empty() || arguments.update;
    if let Some(path) = settings
        .lockfile
        .filter(|_| is_own && !interrupted && !arguments.locked)
    {
        output::write_if_changed(&path, findings.lockfile.as_bytes())
            .map_err(Failure::environment)?;
    }
    let report = report(documents.reports, &documents.examples, findings);
    output::reports(&report, &sources, &arguments.reports).map_err(Failure::environment)?;
    if interrupted {
        return Ok(Code::Interrupted);
    }
    Ok(exit_code::of_report(&report, documents.missing))
}

/// Which versions to start from.
fn lock(arguments: &RunArgs, path: Option<&Path>) -> Lock {
    Lock {
        pinned: path.and_then(|path| fs_err::read_to_string(path).ok()),
        mode: if arguments.update {
            LockMode::Update
        } else if arguments.locked {
            LockMode::Frozen
        } else {
            LockMode::Pinned
        },
    }
}

/// This program, as reports name it.
pub(crate) fn tool() -> Tool {
    Tool {
        name: env!("CARGO_PKG_NAME").to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    }
}

fn report(
    documents: Vec<verify_model::DocumentReport>,
    examples: &[verify_source::example::Example],
    findings: Findings,
) -> Report {
    let examples: Vec<Example> = examples
        .iter()
        .zip(findings.runs)
        .map(|(example, run)| Example {
            listed: example.listed.clone(),
            run,
        })
        .collect();
    Report {
        schema_version: SCHEMA_VERSION,
        tool: tool(),
        toolchain: findings.toolchain,
        summary: Summary::of(&documents, &examples),
        documents,
        examples,
    }
}
