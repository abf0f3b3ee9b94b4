//! The cargo workspace that a document lives in: its packages may be named by the document's
//! examples, and their dependencies are known to be trusted.

use std::path::PathBuf;

use crate::manifest::StatedDependency;
use crate::scaffold::{Edition, library_name};

/// A cargo workspace around a document, as far as examples need it.
#[derive(Clone, Debug, PartialEq)]
pub struct Surroundings {
    /// The workspace's packages that have a library.
    pub members: Vec<Member>,
    /// The dependencies of the package that the document belongs to, dev-dependencies included;
    /// empty when it belongs to none.
    pub dependencies: Vec<StatedDependency>,
    /// What the library of that package is called in code, when it has one.
    pub own: Option<String>,
    /// The edition of that package.
    pub edition: Option<Edition>,
    /// The workspace's folder.
    pub root: PathBuf,
    /// The workspace's lockfile, when there is one.
    pub lockfile: Option<PathBuf>,
}

/// A package of the workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The package's name.
    pub package: String,
    /// The library's name in code.
    pub library: String,
    /// The package's directory.
    pub directory: PathBuf,
}

impl Surroundings {
    /// The package whose library is called `library` in code.
    #[must_use]
    pub fn member(&self, library: &str) -> Option<&Member> {
        self.members.iter().find(|it| it.library == library)
    }

    /// The dependency whose library is called `library` in code.
    #[must_use]
    pub fn dependency(&self, library: &str) -> Option<&StatedDependency> {
        self.dependencies
            .iter()
            .find(|it| library_name(&it.key) == library)
    }
}
