//! What is kept beside a scratch crate: how the example came to look as it does.

use std::path::Path;

use serde::{Deserialize, Serialize};
use verify_model::{Aid, ExampleId, Level, Outcome};
use verify_source::scaffold::Plan;

use crate::error::EngineError;
use crate::layout::Layout;

/// The name of the record's file in a scratch crate.
const FILE: &str = "verify.json";

/// Most messages kept of one attempt.
const MAX_MESSAGES: usize = 12;

/// How an example's scratch crate came about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The example.
    pub id: ExampleId,
    /// SHA-256 of its code; a record of other code is stale.
    pub sha256: String,
    /// The source file, relative to the scratch crate.
    pub file: String,
    /// SHA-256 of everything else in the scratch crate, but for what is the example's own.
    #[serde(default)]
    pub content: String,
    /// What was compiled, in order.
    pub attempts: Vec<Attempt>,
}

/// One compilation of the climb.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// The language edition.
    pub edition: String,
    /// What had been added by then.
    pub aids: Vec<Aid>,
    /// The errors that the compiler found, at most a dozen.
    pub errors: Vec<String>,
}

impl Attempt {
    pub(crate) fn of(plan: &Plan, check: &Outcome) -> Self {
        let errors = check
            .diagnostics
            .iter()
            .filter(|diagnostic| diagnostic.level >= Level::Error)
            .take(MAX_MESSAGES)
            .map(|diagnostic| {
                let code = diagnostic
                    .code
                    .as_deref()
                    .map_or(String::new(), |code| format!("{code}: "));
                let place = diagnostic
                    .place()
                    .map_or(String::new(), |span| format!("{}: ", span.start));
                format!("{place}{code}{}", diagnostic.message)
            })
            .collect();
        Self {
            edition: plan.edition.as_str().to_owned(),
            aids: plan.aids.clone(),
            errors,
        }
    }
}

impl Record {
    /// Whether this record is what the scratch crate at `directory` already holds.
    pub(crate) fn is_kept(&self, directory: &Path) -> bool {
        let present = fs_err::read(directory.join(FILE));
        present.is_ok_and(|present| present == self.to_json())
    }

    /// Removes the record of the scratch crate at `directory`, which is about to change: whoever is
    /// stopped in between leaves no record of something else.
    pub(crate) fn remove(directory: &Path) -> Result<(), EngineError> {
        let path = directory.join(FILE);
        match fs_err::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(EngineError::cache(path)(error))
            }
            _ => Ok(()),
        }
    }

    fn to_json(&self) -> Vec<u8> {
        // Plain structs of strings always serialize.
        serde_json::to_vec_pretty(self).unwrap_or_default()
    }

    /// Writes the record into the scratch crate at `directory`.
    pub(crate) fn write(&self, layout: &Layout, directory: &Path) -> Result<(), EngineError> {
        layout.write(&directory.join(FILE), &self.to_json())
    }

    /// Reads the record of the scratch crate at `directory`; `None` when there is none that can be
    /// read, which is the same as never having run.
    #[must_use]
    pub fn read(directory: &Path) -> Option<Self> {
        let json = fs_err::read(directory.join(FILE)).ok()?;
        serde_json::from_slice(&json).ok()
    }
}
