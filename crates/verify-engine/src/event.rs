//! What a run tells while it goes on. The engine never prints; whoever listens does.

use std::path::PathBuf;

use verify_model::{ExampleId, Stage};

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Another run uses the cache directory; this one waits for it.
    WaitingForLock,
    /// Something in the cache cannot be used or kept; it is done again, or not kept.
    CacheFault {
        /// The entry's file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A document lives in a workspace that cargo cannot read; it is judged without that.
    WorkspaceFault {
        /// The manifest that cargo was asked about.
        manifest: PathBuf,
        /// What cargo said.
        reason: String,
    },
    /// Dependencies are being resolved or built.
    Dependencies {
        /// Which set, from 1.
        number: usize,
        /// How many sets this round needs.
        of: usize,
        /// The packages that the set asks for.
        packages: Vec<String>,
    },
    /// A round of the climb begins.
    Round {
        /// Which round, from 1.
        number: usize,
        /// How many examples still climb.
        examples: usize,
    },
    /// An example's stage begins.
    Stage {
        /// The example.
        id: ExampleId,
        /// The stage.
        stage: Stage,
    },
}
