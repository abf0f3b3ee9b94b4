//! Which dependency sets may be built in one directory.
//!
//! Build scripts and procedural macros can write whatever they like where dependencies are built, and
//! so speak for everything else that lies there. Sets of well-known packages share one directory.
//! Packages that somebody else vouches for have one for each mixture of them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use verify_source::known_crates::KnownCrates;
use verify_source::scaffold::Dependency;

use crate::cache::sha256;
use crate::lock;

/// The sets that are built in one directory: those with the same packages to be wary of.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Group {
    /// Those packages, each on a line: empty when all are well known.
    printed: String,
}

impl Group {
    /// The group of the set of `dependencies`, which was resolved to `lockfile` for `package`.
    /// `workspace` is the folder of the workspace that packages of this machine belong to: who
    /// builds one of them there builds it together with the others.
    pub(crate) fn of(
        package: &str,
        dependencies: &BTreeMap<String, Dependency>,
        lockfile: &str,
        workspace: Option<&Path>,
    ) -> Self {
        let known = KnownCrates::builtin();
        let mut wary = BTreeSet::new();
        for dependency in dependencies.values() {
            match &dependency.path {
                Some(path) => {
                    let path = workspace.filter(|it| path.starts_with(it)).unwrap_or(path);
                    // Escaped, so that no name can look like two.
                    let path = path.as_os_str().as_encoded_bytes().escape_ascii();
                    wary.insert(format!("folder {path}"));
                }
                None if known.by_package(&dependency.package).is_some() => {}
                None => {
                    wary.insert(format!("package {:?}", dependency.package));
                }
            }
        }
        let from_elsewhere = lock::from_elsewhere(lockfile, package);
        // A lockfile that cannot be read vouches for nobody.
        for (name, source) in from_elsewhere.unwrap_or_else(|| vec![(lockfile.into(), None)]) {
            let is_of_workspace = source.is_none() && workspace.is_some();
            if !is_of_workspace {
                wary.insert(format!("package {name:?} from {source:?}"));
            }
        }
        Self {
            printed: wary.into_iter().map(|line| line + "\n").collect(),
        }
    }

    /// The name of its directory.
    pub(crate) fn name(&self) -> String {
        if self.printed.is_empty() {
            "shared".to_owned()
        } else {
            format!("group-{}", sha256(self.printed.as_bytes()))
        }
    }

    /// Where its dependencies are built below `targets`.
    pub(crate) fn directory(&self, targets: &Path) -> PathBuf {
        targets.join(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

    fn lockfile(packages: &[(&str, Option<&str>)]) -> String {
        let entry = |(name, source): &(&str, Option<&str>)| {
            let source = source.map(|it| format!("source = \"{it}\"\n"));
            let source = source.unwrap_or_default();
            format!("\n[[package]]\nname = \"{name}\"\nversion = \"1.0.0\"\n{source}")
        };
        let own = "\n[[package]]\nname = \"example\"\nversion = \"0.0.0\"\n".to_owned();
        let packages: String = packages.iter().map(entry).collect();
        format!("version = 4\n{own}{packages}")
    }

    fn group(
        dependencies: &[(&str, Option<&str>)],
        locked: &[(&str, Option<&str>)],
        workspace: Option<&str>,
    ) -> String {
        let dependencies = dependencies.iter().map(|(name, path)| {
            let mut dependency = Dependency::inferred(name, None);
            dependency.path = path.map(PathBuf::from);
            ((*name).to_owned(), dependency)
        });
        let dependencies = dependencies.collect();
        let lockfile = lockfile(locked);
        Group::of(
            "example",
            &dependencies,
            &lockfile,
            workspace.map(Path::new),
        )
        .name()
    }

    #[test]
    fn well_known_packages_of_the_registry_share_a_directory_and_no_others_do() {
        let serde = ("serde", Some(REGISTRY));
        let odd = ("an-odd-one", Some(REGISTRY));
        assert_eq!(group(&[], &[], None), "shared");
        assert_eq!(group(&[("serde", None)], &[serde, odd], None), "shared");
        let all = [
            group(&[("an-odd-one", None)], &[odd], None),
            group(&[("another-odd", None)], &[odd], None),
            group(&[("an-odd-one", None), ("another-odd", None)], &[odd], None),
            group(&[("serde", None)], &[("serde", None)], None),
            group(
                &[("serde", None)],
                &[("serde", Some("git+https://a/b#1"))],
                None,
            ),
            group(
                &[("serde", None)],
                &[("serde", Some("git+https://a/c#1"))],
                None,
            ),
            group(
                &[("serde", None)],
                &[("serde", Some("registry+https://a/b"))],
                None,
            ),
            group(&[("serde", Some("/a"))], &[("serde", None)], Some("/a")),
            group(&[("serde", Some("/b"))], &[("serde", None)], Some("/b")),
            group(&[("x", Some("/a\nfolder \"/b\""))], &[], Some("/c")),
        ];
        let different: BTreeSet<&String> = all.iter().collect();
        assert_eq!(different.len(), all.len(), "{all:?}");
        assert!(!different.contains(&"shared".to_owned()));
    }

    #[test]
    fn packages_of_one_workspace_are_built_together() {
        let (one, two) = (("one", None), ("two", None));
        let at = |dependencies, locked: &[_]| group(dependencies, locked, Some("/w"));
        let of_one = at(&[("one", Some("/w/one"))], &[one]);
        assert_eq!(of_one, at(&[("two", Some("/w/in/two"))], &[one, two]));
        let both = [("one", Some("/w/one")), ("serde", None)];
        assert_eq!(of_one, at(&both, &[one, ("serde", Some(REGISTRY))]));
        let more = [("one", Some("/w/one")), ("an-odd-one", None)];
        assert_ne!(of_one, at(&more, &[one]));
    }

    #[test]
    fn a_lockfile_that_cannot_be_read_vouches_for_nobody() {
        let group = Group::of("example", &BTreeMap::new(), "[[package", None);
        assert_ne!(group.name(), "shared");
    }
}
