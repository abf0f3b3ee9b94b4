use std::path::PathBuf;

use crate::process::ProcessError;

/// Why the engine could not do its work at all. What concerns one example is never an error here:
/// it becomes that example's verdict.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The cache directory cannot be written.
    #[error(
        "cannot write to the cache directory {}: {source}. Choose another with --cache-dir",
        path.display()
    )]
    Cache {
        /// The file or directory.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A tool of the toolchain is not there, or does not work.
    #[error(
        "cannot run `{tool}`: {reason}. Install a Rust toolchain (rustup toolchain install stable), \
         or put it on PATH"
    )]
    Toolchain {
        /// The tool.
        tool: String,
        /// What happened.
        reason: String,
    },
    /// A child process could not be supervised.
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// A manifest could not be written as TOML.
    #[error("cannot write the manifest of {package}: {source}")]
    Manifest {
        /// The package.
        package: String,
        /// What the serializer said.
        source: toml::ser::Error,
    },
    /// The pool of worker threads could not be started.
    #[error("cannot start worker threads: {0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
    /// The run was interrupted.
    #[error("interrupted")]
    Interrupted,
}

impl EngineError {
    /// An [`EngineError::Cache`] about `path`.
    pub(crate) fn cache(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Cache { path, source }
    }
}
