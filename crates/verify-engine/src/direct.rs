//! The stages of one example by calling the compilers directly, in its scratch crate: the same
//! units in the same place as under cargo, hence the same messages.

use std::path::Path;

use cargo_metadata::diagnostic::{Diagnostic as Json, DiagnosticLevel};
use tempfile::TempDir;
use verify_model::{Outcome, Stage, Status};
use verify_source::scaffold::{Edition, Target};

use crate::compiler::{Compilers, Kind, Links, Makes, Surround, Tool, Unit};
use crate::error::EngineError;
use crate::package;
use crate::process::{Ended, Finished};
use crate::stages::{Built, Crate};
use crate::targets::Tree;

/// One example, and what compiles it.
pub(crate) struct Direct<'a> {
    pub compilers: &'a Compilers,
    pub scratch: &'a Crate<'a>,
    pub links: &'a Links,
    pub package: &'a str,
    pub version: &'a str,
    pub edition: Edition,
    /// Whether its tests make a difference.
    pub has_harness: bool,
    /// Where what is made may lie.
    pub folder: &'a Path,
}

/// Several calls as one.
struct Calls {
    /// How the calls ended: the first that did not succeed stands for all.
    finished: Finished,
    messages: Vec<Json>,
    is_readable: bool,
}

impl Direct<'_> {
    /// Type and borrow checking, with and without tests. `None`: only cargo can tell.
    pub(crate) fn check(&self) -> Result<Option<Outcome>, EngineError> {
        self.examine(Stage::Check, Tool::Rustc)
    }

    /// Clippy. `None`: only cargo can tell.
    pub(crate) fn lint(&self) -> Result<Option<Outcome>, EngineError> {
        self.examine(Stage::Lint, Tool::Clippy)
    }

    /// Builds, tests and runs. `None`: only cargo can tell.
    pub(crate) fn execute(&self) -> Result<Option<Vec<Outcome>>, EngineError> {
        let folder = self.output_folder()?;
        let path = |kind: Kind| folder.path().join(name(kind));
        let main = self.main_kind();
        let mut kinds = vec![main];
        // A library that cannot be linked shows it when its harness is linked.
        if self.has_harness || main == Kind::Library {
            kinds.push(Kind::Harness);
        }
        let outputs: Vec<_> = kinds.iter().map(|kind| (*kind, path(*kind))).collect();
        let mut calls = self.call(Tool::Rustc, &outputs, Makes::Code)?;
        if self.scratch.is_made_uncalled() && calls.are_good() {
            let objects = [(main, folder.path().join("objects"))];
            let more = self.call(Tool::Rustc, &objects, Makes::Objects)?;
            calls = calls.and(more);
        }
        let Some(build) = self.outcome(Stage::Build, &calls)? else {
            return Ok(None);
        };
        let programs = Built {
            program: (main == Kind::Program).then(|| path(main)),
            harness: kinds.contains(&Kind::Harness).then(|| path(Kind::Harness)),
            member: None,
        };
        let mut outcomes = vec![build];
        if self.scratch.goes_on(&outcomes[0]) {
            let tree = Tree::of(self.scratch.built, self.scratch.lockfile);
            self.scratch.start(&programs, &tree, &mut outcomes)?;
        }
        Ok(Some(outcomes))
    }

    fn examine(&self, stage: Stage, tool: Tool) -> Result<Option<Outcome>, EngineError> {
        let folder = self.output_folder()?;
        let main = self.main_kind();
        let mut kinds = vec![main];
        if self.has_harness {
            kinds.push(Kind::Harness);
        }
        let outputs: Vec<_> = kinds
            .into_iter()
            .map(|kind| (kind, folder.path().join(name(kind))))
            .collect();
        let calls = self.call(tool, &outputs, Makes::Metadata)?;
        self.outcome(stage, &calls)
    }

    /// What came of the calls; `None` when they say too little to be judged by.
    fn outcome(&self, stage: Stage, calls: &Calls) -> Result<Option<Outcome>, EngineError> {
        let has_crashed = calls
            .messages
            .iter()
            .any(|it| it.level == DiagnosticLevel::Ice);
        if !calls.is_readable || has_crashed {
            return Ok(None);
        }
        let outcome = self
            .scratch
            .compiled(stage, &calls.finished, &calls.messages)?;
        Ok((outcome.report.status != Status::Error).then_some(outcome))
    }

    fn call(
        &self,
        tool: Tool,
        outputs: &[(Kind, std::path::PathBuf)],
        makes: Makes,
    ) -> Result<Calls, EngineError> {
        let scratch = self.scratch;
        let around = Surround {
            directory: scratch.directory,
            package: scratch.directory,
            name: self.package,
            version: self.version,
            readable: scratch.readable,
            layout: scratch.layout,
            limits: scratch.limits.building(scratch.limits.compile),
            cancel: scratch.cancel,
        };
        let crate_name = self.package.replace('-', "_");
        let mut all: Option<Calls> = None;
        for (kind, output) in outputs {
            let unit = Unit {
                name: &crate_name,
                edition: self.edition,
                source: package::source_file(scratch.target),
                kind: *kind,
                links: self.links,
                output,
                makes,
                lints: if tool == Tool::Clippy {
                    scratch.lints
                } else {
                    &[]
                },
            };
            let spoken = self.compilers.compile(tool, &unit, &around)?;
            let next = Calls {
                finished: spoken.finished,
                messages: spoken.messages,
                is_readable: spoken.is_readable,
            };
            all = Some(match all {
                None => next,
                Some(before) => before.and(next),
            });
        }
        all.ok_or(EngineError::Interrupted)
    }

    fn main_kind(&self) -> Kind {
        match self.scratch.target {
            Target::Program => Kind::Program,
            Target::Library | Target::ProcMacro => Kind::Library,
        }
    }

    fn output_folder(&self) -> Result<TempDir, EngineError> {
        TempDir::new_in(self.folder).map_err(EngineError::cache(self.folder))
    }
}

impl Calls {
    fn are_good(&self) -> bool {
        matches!(self.finished.ended, Ended::Exited(exit) if exit.is_success())
    }

    fn and(mut self, mut next: Self) -> Self {
        let duration = self.finished.duration + next.finished.duration;
        if self.are_good() {
            self.finished = next.finished;
        }
        self.finished.duration = duration;
        self.messages.append(&mut next.messages);
        self.is_readable &= next.is_readable;
        self
    }
}

/// The file that is made of a unit.
pub(crate) const fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Library => "library",
        Kind::Program => "program",
        Kind::Harness => "harness",
    }
}
