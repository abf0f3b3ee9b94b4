//! The main job: judges every example.

use std::collections::BTreeMap;
use std::io::{IsTerminal as _, Write as _};
use std::path::Path;

use anyhow::anyhow;
use verify_engine::process::Cancel;
use verify_engine::sandbox::{Sandbox, Wish};
use verify_engine::{CacheUse, EngineError, Findings, Lock, LockMode};
use verify_model::comparison::compare;
use verify_model::policy::Policy;
use verify_model::{Example, Report, SCHEMA_VERSION, Summary, Tool};
use verify_report::{Sources, snippet, terminal_safe};
use verify_source::example::SourceDocument;

use super::documents;
use crate::cli::{RunArgs, SandboxArgs};
use crate::exit_code::{self, Code, Failure};
use crate::policy::{Configured, Subjects};
use crate::progress::Progress;
use crate::settings::{self, Settings};
use crate::{earlier, output, selection};

/// Judges the examples of the documents that the command line or the configuration names.
pub(crate) fn run(arguments: &RunArgs) -> Result<Code, Failure> {
    let mut settings = settings::resolve(&arguments.paths, arguments.jobs, &arguments.common)
        .map_err(Failure::usage)?;
    settings.include_ignored = arguments.include_ignored;
    let configured = std::mem::take(&mut settings.policy);
    let mut configured = configured.with(&arguments.policy).map_err(Failure::usage)?;
    let baseline = arguments.baseline.as_deref().map(earlier::report);
    let baseline = baseline.transpose().map_err(Failure::usage)?;
    let mut documents = documents::read(&settings);
    selection::select(&mut documents.examples, &arguments.only).map_err(Failure::usage)?;
    let cancel = Cancel::new();
    let handler = cancel.clone();
    ctrlc::set_handler(move || handler.cancel()).map_err(Failure::environment)?;
    let lints = expand_lints(&mut configured, &cancel)?;
    let policy = resolve_policy(configured, &settings, &documents);

    let cache_use = if arguments.no_cache {
        CacheUse::Refresh
    } else {
        CacheUse::Reuse
    };
    let sandbox = sandbox(&arguments.sandbox, &settings.cache, &cancel)?;
    let progress = Progress::new(documents.examples.len(), std::io::stderr().is_terminal());
    let surroundings = verify_engine::surroundings(
        &documents.files,
        &settings.cache,
        cache_use,
        &|event| progress.tell(&event),
        &cancel,
    );
    let findings = verify_engine::run(
        &documents.examples,
        &verify_engine::Settings {
            allowed: settings.allowed(),
            cache: settings.cache,
            cache_use,
            jobs: settings.jobs,
            via_cargo: arguments.via_cargo,
            offline: arguments.offline,
            lock: lock(arguments, settings.lockfile.as_deref()),
            limits: settings.limits,
            surroundings,
            lints,
            sandbox,
            building: settings.building,
            running: settings.running,
            cancel,
        },
        &|event| progress.tell(&event),
    );
    progress.finish();
    let findings = findings.map_err(of_engine)?;
    if arguments.verbose {
        progress.work(&findings.work);
    }

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
    let missing = documents.missing;
    let sources = sources(&documents.examples);
    // What nobody came to judge is neither fixed nor gone.
    let baseline = baseline.as_ref().filter(|_| !interrupted);
    let mut report = report(documents, findings, policy, baseline);
    snippet::explain(&mut report, &sources);
    output::reports(&report, &sources, &arguments.reports).map_err(Failure::environment)?;
    if interrupted {
        return Ok(Code::Interrupted);
    }
    Ok(exit_code::of_report(&report, missing))
}

fn of_engine(error: EngineError) -> Failure {
    match error {
        EngineError::Interrupted => Failure {
            code: Code::Interrupted,
            error: error.into(),
        },
        error => Failure::environment(error),
    }
}

/// Asks the toolchain about the lints that the policy names, if it names any.
fn expand_lints(policy: &mut Configured, cancel: &Cancel) -> Result<Vec<String>, Failure> {
    if !policy.names_lints() {
        return Ok(Vec::new());
    }
    let known = verify_engine::lint_names(cancel).map_err(of_engine)?;
    policy.expand_lints(&known).map_err(Failure::usage)
}

/// The policy for these documents; warns about what is of no use.
fn resolve_policy(
    configured: Configured,
    settings: &Settings,
    documents: &documents::Documents,
) -> Policy {
    let ids = documents.examples.iter().map(|it| &it.listed.id);
    let directory = settings.directory.as_deref();
    let subjects = Subjects::new(ids, &documents.files, directory, settings.is_whole);
    let (policy, warnings) = configured.policy(&subjects);
    for warning in warnings {
        // Nothing is left to do when standard error is gone.
        let _ = writeln!(anstream::stderr(), "warning: {}", terminal_safe(&warning));
    }
    policy
}

/// The texts that the examples stand in, with the files that these include.
fn sources(examples: &[verify_source::example::Example]) -> Sources {
    let documents: BTreeMap<&str, &SourceDocument> = examples
        .iter()
        .map(|example| (example.document.path.as_str(), &*example.document))
        .collect();
    let texts = documents.values();
    let mut sources = texts
        .map(|document| (document.path.clone(), document.text.clone()))
        .collect::<Sources>();
    for document in documents.into_values() {
        for file in document.inclusions.files() {
            sources.add_included(&document.path, &file.path, file.text.clone());
        }
    }
    sources
}

/// The strongest sandbox that the machine and the command line permit, said once.
fn sandbox(arguments: &SandboxArgs, cache: &Path, cancel: &Cancel) -> Result<Sandbox, Failure> {
    let wish = Wish {
        tier: arguments.force_tier,
        allow_unsandboxed: arguments.allow_unsandboxed,
        landlock: arguments.landlock,
        hidden: verify_engine::secrets(),
        runs: verify_engine::Layout::runs(cache),
    };
    let sandbox = Sandbox::probe(&wish, cancel);
    if let Some(demand) = arguments.require_sandbox
        && sandbox.tier() < demand
    {
        let summary = sandbox.summary();
        let letter = demand.letter();
        return Err(Failure::environment(anyhow!(
            "tier {letter} of the sandbox is required: {summary}"
        )));
    }
    // Nothing is left to do when standard error is gone.
    let _ = writeln!(anstream::stderr(), "{}", sandbox.summary());
    Ok(sandbox)
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

/// The report, with what the policy makes of each example. What `baseline` knows fails nothing.
fn report(
    documents: documents::Documents,
    findings: Findings,
    policy: Policy,
    baseline: Option<&Report>,
) -> Report {
    let examples = documents.examples.into_iter().zip(findings.runs);
    let mut examples: Vec<Example> = examples
        .map(|(example, run)| Example {
            policy: policy.decide(&example.listed.id, &run),
            listed: example.listed,
            run,
            ignored: example.ignored,
            labelled: example.labelled,
        })
        .collect();
    let comparison = baseline.map(|baseline| {
        let compared = compare(&policy, &baseline.examples, &examples);
        for (example, decision) in examples.iter_mut().zip(compared.decisions) {
            example.policy = decision;
        }
        compared.comparison
    });
    Report {
        schema_version: SCHEMA_VERSION,
        tool: tool(),
        toolchain: findings.toolchain,
        summary: Summary::of(&documents.reports, &examples),
        documents: documents.reports,
        work: findings.work,
        examples,
        policy,
        comparison,
    }
}
