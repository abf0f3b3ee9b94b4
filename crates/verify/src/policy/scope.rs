//! Whom an override concerns.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use globset::{Glob, GlobSet, GlobSetBuilder};
use verify_model::ExampleId;

/// The documents or the example that an override is for.
#[derive(Debug)]
pub(super) enum Scope {
    /// Documents, and everything in directories, whose path the glob matches.
    Documents { glob: String, set: GlobSet },
    /// One example, by its id.
    Example(ExampleId),
}

impl Scope {
    pub(super) fn new(path: Option<&str>, id: Option<&str>) -> anyhow::Result<Self> {
        match (path, id) {
            (Some(glob), None) => {
                let wrong = || format!("`path`: `{glob}` is no glob");
                let mut set = GlobSetBuilder::new();
                let directory = glob.trim_end_matches('/');
                for pattern in [glob, &format!("{directory}/**")] {
                    set.add(Glob::new(pattern).with_context(wrong)?);
                }
                Ok(Self::Documents {
                    glob: glob.to_owned(),
                    set: set.build().with_context(wrong)?,
                })
            }
            (None, Some(id)) => match id.rsplit_once('#') {
                Some((path, name)) if !path.is_empty() && !name.is_empty() => {
                    Ok(Self::Example(ExampleId::named(path, name)))
                }
                _ => bail!("`id`: `{id}` is no id: expected PATH#N or PATH#NAME"),
            },
            (Some(_), Some(_)) => bail!("it has both `path` and `id`: one of them says it all"),
            (None, None) => bail!("it has neither `path` nor `id`: nobody knows whom it is for"),
        }
    }

    pub(super) const fn is_one_example(&self) -> bool {
        matches!(self, Self::Example(_))
    }
}

impl std::fmt::Display for Scope {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Documents { glob, .. } => formatter.write_str(glob),
            Self::Example(id) => write!(formatter, "{id}"),
        }
    }
}

/// The examples of a run, under every name that a configuration may have for them.
pub(crate) struct Subjects<'a> {
    ids: Vec<&'a ExampleId>,
    /// By a document's path in the report: that path, and the one from the configuration file.
    names: BTreeMap<&'a str, BTreeSet<String>>,
    /// Whether the run is over everything that the configuration knows of.
    is_whole: bool,
}

impl<'a> Subjects<'a> {
    /// The examples `ids` of the documents `files`, which are known by their paths in the report.
    /// `directory` is that of the configuration file. `is_whole` when no document that the
    /// configuration knows of was left out.
    pub(crate) fn new(
        ids: impl IntoIterator<Item = &'a ExampleId>,
        files: &'a BTreeMap<String, PathBuf>,
        directory: Option<&Path>,
        is_whole: bool,
    ) -> Self {
        let directory = directory.and_then(|it| std::fs::canonicalize(it).ok());
        let names = files.iter().map(|(path, file)| {
            let below = |file: PathBuf| {
                let below = file.strip_prefix(directory.as_ref()?).ok()?;
                let parts = below
                    .components()
                    .map(|it| it.as_os_str().to_string_lossy());
                Some(parts.collect::<Vec<_>>().join("/"))
            };
            let from_file = std::fs::canonicalize(file).ok().and_then(below);
            let names = from_file.into_iter().chain([path.clone()]);
            (path.as_str(), names.collect())
        });
        Self {
            ids: ids.into_iter().collect(),
            names: names.collect(),
            is_whole,
        }
    }

    /// The examples that `scope` holds.
    pub(super) fn within(&self, scope: &Scope) -> BTreeSet<ExampleId> {
        let is_within = |id: &ExampleId| {
            self.names_of(id.path()).any(|path| match scope {
                Scope::Documents { set, .. } => set.is_match(path),
                Scope::Example(wanted) => {
                    wanted.path() == path && wanted.fragment() == id.fragment()
                }
            })
        };
        let within = self.ids.iter().copied().filter(|id| is_within(id));
        within.cloned().collect()
    }

    /// Whether `scope` would hold an example of this run if it were right. A run over some documents
    /// says nothing about what the others hold.
    pub(super) fn should_hold(&self, scope: &Scope) -> bool {
        let mut documents = self.names.values().flatten();
        self.is_whole
            || documents.any(|path| match scope {
                Scope::Documents { set, .. } => set.is_match(path),
                Scope::Example(id) => id.path() == path,
            })
    }

    fn names_of<'s>(&'s self, path: &'s str) -> impl Iterator<Item = &'s str> {
        let names = self.names.get(path).into_iter().flatten();
        names.map(String::as_str)
    }
}
