//! Batches: many examples as modules of one crate, in one compilation.
//!
//! A member counts as proven only by a compilation of the whole batch without any error: in one
//! that has an error, later phases were left out for all. So whoever is named in an error is
//! evicted, and the rest compiled again, until it is clean. What happens to those evicted is decided
//! elsewhere: with their like as far as that says what each would hear alone, else alone. Where many
//! batches had offenders, a batch is surveyed first: one cheap compilation that goes on behind its
//! errors, so that most offenders are known, and confirmed, at once.

mod blame;
mod certain;
mod confirm;
mod sources;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use cargo_metadata::diagnostic::Diagnostic as Json;
use tempfile::TempDir;
use verify_source::scaffold::Edition;

use crate::compiler::{Compilers, Kind, Links, Makes, Spoken, Surround, Tool, Unit};
use crate::direct::name;
use crate::error::EngineError;
use crate::layout::Layout;
use crate::package;
use crate::process::{Cancel, Ended, Limits};

pub(crate) use confirm::Surveyed;
pub(crate) use sources::{as_alone, module};

/// Most members of a batch: in larger ones the compiler spends more on names that it could propose
/// than it saves.
pub(crate) const MAX_MEMBERS: usize = 64;

/// Examples that can be compiled together.
pub(crate) struct Batch<'a> {
    pub compilers: &'a Compilers,
    pub links: &'a Links,
    /// The package that its compiler and macros are told of: that of the set.
    pub package: &'a Path,
    pub name: &'a str,
    /// What its compiler may read besides its sources.
    pub readable: Vec<PathBuf>,
    pub layout: &'a Layout,
    pub limits: Limits,
    pub cancel: &'a Cancel,
    pub edition: Edition,
    /// Whether its members are programs.
    pub are_programs: bool,
    /// The file that its members would be, were they alone.
    pub source_file: &'a str,
    /// Its sources, and what is made of them.
    pub folder: TempDir,
    /// The members' source text, by number.
    pub texts: Vec<&'a str>,
}

/// How to compile a batch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Order<'k> {
    pub tool: Tool,
    /// What to make, in order.
    pub kinds: &'k [Kind],
    /// How far the compiler goes.
    pub makes: Makes,
}

/// What came of a batch.
#[derive(Debug, Default)]
pub(crate) struct Clean {
    /// The members that are proven, each with the compiler's messages about it.
    pub proven: Vec<(usize, Vec<Json>)>,
    /// The members that are not.
    pub evicted: Vec<usize>,
    /// The time that compiling took.
    pub duration: Duration,
}

impl Batch<'_> {
    /// Writes the members' files.
    pub(crate) fn write_members(&self) -> Result<(), EngineError> {
        for (number, text) in self.texts.iter().enumerate() {
            let text = sources::member(text, self.are_programs);
            self.write(&sources::file(number), &text)?;
        }
        Ok(())
    }

    /// Compiles all but the members `without` until everything that is left is free of errors.
    pub(crate) fn compile(
        &self,
        order: Order<'_>,
        without: &BTreeSet<usize>,
    ) -> Result<Clean, EngineError> {
        let all = 0..self.texts.len();
        let mut open: Vec<usize> = all.filter(|it| !without.contains(it)).collect();
        let mut clean = Clean::default();
        let mut messages = Vec::new();
        for &kind in order.kinds {
            messages.extend(self.until_clean(order, kind, &mut open, &mut clean)?);
        }
        clean.proven = open.iter().map(|number| (*number, Vec::new())).collect();
        for message in &messages {
            for number in blame::members(message) {
                let restored = || blame::restored(message, number, self.source_file);
                if let Ok(at) = clean.proven.binary_search_by_key(&number, |it| it.0) {
                    clean.proven[at].1.push(restored());
                }
            }
        }
        Ok(clean)
    }

    /// What was made of a clean batch.
    pub(crate) fn output(&self, kind: Kind) -> PathBuf {
        self.path().join(name(kind))
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn until_clean(
        &self,
        order: Order<'_>,
        kind: Kind,
        open: &mut Vec<usize>,
        clean: &mut Clean,
    ) -> Result<Vec<Json>, EngineError> {
        while !open.is_empty() {
            let root = sources::root(open, self.are_programs);
            self.write(sources::ROOT, &root)?;
            let spoken = self.call(order, kind)?;
            clean.duration += spoken.finished.duration;
            if spoken.is_success() {
                return Ok(spoken.messages);
            }
            if spoken.finished.ended == Ended::Cancelled {
                return Err(EngineError::Interrupted);
            }
            let is_end = matches!(spoken.finished.ended, Ended::Exited(_)) && spoken.is_readable;
            let blamed = is_end.then(|| blame::blamed(&spoken.messages)).flatten();
            let before = open.len();
            if let Some(blamed) = blamed {
                let (evicted, rest) = open.iter().partition(|number| blamed.contains(number));
                *open = rest;
                clean.evicted.extend::<Vec<usize>>(evicted);
            }
            if open.len() == before {
                // Nobody is named: it crashed, took too long, or means somebody that is hidden.
                clean.evicted.append(open);
            }
        }
        Ok(Vec::new())
    }

    fn call(&self, order: Order<'_>, kind: Kind) -> Result<Spoken, EngineError> {
        let output = self.output(kind);
        let around = Surround {
            directory: self.path(),
            package: self.package,
            name: self.name,
            version: package::SET_VERSION,
            readable: &self.readable,
            layout: self.layout,
            limits: self.limits,
            cancel: self.cancel,
        };
        let crate_name = self.name.replace('-', "_");
        let unit = Unit {
            name: &crate_name,
            edition: self.edition,
            source: sources::ROOT,
            kind,
            links: self.links,
            output: &output,
            makes: order.makes,
            lints: &[],
        };
        Ok(self.compilers.compile(order.tool, &unit, &around)?)
    }

    fn write(&self, file: &str, text: &str) -> Result<(), EngineError> {
        let path = self.path().join(file);
        fs_err::write(&path, text).map_err(EngineError::cache(&path))
    }
}
