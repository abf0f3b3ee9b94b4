//! Manifests that a document shows in blocks of their own: a whole `Cargo.toml`, some tables of
//! one, or only the lines to add to its dependencies.

use std::collections::BTreeSet;

use semver::VersionReq;
use toml::{Table, Value};
use verify_model::Position;

use crate::block::Fence;
use crate::known_crates::KnownCrates;
use crate::manifest::{self, StatedDependency, StatedManifest};

/// Tables that hold dependencies, as the beginning of a line.
const HEADERS: [&str; 5] = [
    "[dependencies",
    "[dev-dependencies",
    "[build-dependencies",
    "[workspace.dependencies",
    "[target.",
];

/// What cargo knows in the table of one dependency.
const FIELDS: [&str; 14] = [
    "version",
    "features",
    "default-features",
    "default_features",
    "optional",
    "package",
    "registry",
    "path",
    "git",
    "branch",
    "tag",
    "rev",
    "workspace",
    "public",
];

/// A manifest that a document shows in a block of its own.
#[derive(Clone, Debug, PartialEq)]
pub struct ShownManifest {
    /// 1-based line of the block's opening fence.
    pub line: usize,
    /// The headings above the block, outermost first.
    pub headings: Vec<String>,
    /// Whether it consists of dependencies alone, without the table that they belong to.
    pub is_excerpt: bool,
    /// What it says.
    pub manifest: StatedManifest,
    /// Where each of its dependencies stands in the document.
    pub places: Vec<Option<Position>>,
}

/// A dependency of a shown manifest, as it holds for one example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownDependency {
    /// 1-based line of the block's opening fence.
    pub line: usize,
    /// Where the dependency stands.
    pub place: Option<Position>,
    /// What is stated.
    pub stated: StatedDependency,
}

impl ShownManifest {
    /// Its dependencies, for an example below `headings`.
    ///
    /// An excerpt that turns default features off says how to do without them. That is the matter of
    /// its own section: everywhere else it gives the version.
    pub(crate) fn dependencies_for(
        &self,
        headings: &[String],
    ) -> impl Iterator<Item = ShownDependency> {
        let is_elsewhere = self.is_excerpt && !headings.starts_with(&self.headings);
        let places = self.places.iter().copied();
        let dependencies = self.manifest.dependencies.iter().zip(places);
        dependencies.map(move |(stated, place)| ShownDependency {
            line: self.line,
            place,
            stated: StatedDependency {
                default_features: stated.default_features || is_elsewhere,
                ..stated.clone()
            },
        })
    }
}

/// Whether a fence may show a manifest: it is TOML, or it says that it is a manifest.
pub(crate) fn may_show_manifest(fence: &Fence) -> bool {
    let language = fence.words.language.as_deref().unwrap_or_default();
    match language.to_ascii_lowercase().as_str() {
        "toml" | "cargo" | "cargo.toml" => !is_of_another_file(fence),
        "" | "ini" | "conf" | "text" | "txt" => has_header(&fence.code),
        _ => false,
    }
}

/// The manifests that `fences` show: those with dependencies. `roots` are the crates that the
/// document's examples name, and `position` says where a byte of a fence's code stands.
pub(crate) fn shown_manifests(
    fences: Vec<Fence>,
    roots: &BTreeSet<&str>,
    position: impl Fn(&Fence, usize) -> Option<Position>,
) -> Vec<ShownManifest> {
    let shown = fences.into_iter().filter_map(|fence| {
        let text = without_ellipses(&fence.code);
        let is_excerpt = !has_header(&text);
        let manifest = if is_excerpt {
            excerpt(&text, roots)?
        } else {
            manifest::parse(&text, 0)
        };
        let dependencies = manifest.dependencies.iter();
        let places = dependencies.map(|it| position(&fence, it.place.start));
        Some(ShownManifest {
            line: fence.line,
            is_excerpt,
            places: places.collect(),
            headings: fence.headings,
            manifest,
        })
    });
    shown
        .filter(|shown| !shown.manifest.dependencies.is_empty())
        .collect()
}

fn has_header(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim_start);
    lines.any(|line| {
        HEADERS
            .iter()
            .any(|header| line.starts_with(header) && line.contains("dependencies"))
    })
}

/// Whether the info string, or a comment on the first line, names a file other than `Cargo.toml`.
fn is_of_another_file(fence: &Fence) -> bool {
    let first = fence.code.lines().find(|line| !line.trim().is_empty());
    let comment = first.and_then(|line| line.trim().strip_prefix('#'));
    let words = [fence.info.as_str(), comment.unwrap_or_default()];
    let is_separator = |c: char| c.is_whitespace() || "\"'`=,:()[]{}".contains(c);
    let mut words = words.into_iter().flat_map(|it| it.split(is_separator));
    words.any(|word| {
        let name = word.rsplit('/').next().unwrap_or(word);
        let stem = name.strip_suffix(".toml").unwrap_or_default();
        !stem.is_empty() && !stem.eq_ignore_ascii_case("cargo")
    })
}

/// Lines that only say that something is left out, as comments: the rest is TOML all the same.
fn without_ellipses(text: &str) -> String {
    let is_ellipsis = |line: &str| {
        let line = line.trim();
        !line.is_empty() && line.chars().all(|c| matches!(c, '.' | '…'))
    };
    text.split_inclusive('\n')
        .map(|line| {
            if is_ellipsis(line) {
                // As long as before, so that places stay.
                let blank = |c: char| {
                    if c == '\n' {
                        '\n'.into()
                    } else {
                        "#".repeat(c.len_utf8())
                    }
                };
                line.chars().map(blank).collect()
            } else {
                line.to_owned()
            }
        })
        .collect()
}

/// Lines such as `name = "1"` without the table that they belong to. Other files look like that
/// as well, so every key has to be a crate, and every value to say which version of it.
fn excerpt(text: &str, roots: &BTreeSet<&str>) -> Option<StatedManifest> {
    let table: Table = text.parse().ok()?;
    let known = KnownCrates::builtin();
    let is_crate = |key: &str| {
        known.by_package(key).is_some() || roots.contains(key.replace('-', "_").as_str())
    };
    let all = table
        .iter()
        .all(|(key, value)| is_crate(key) && says_which(value));
    (all && !table.is_empty()).then(|| manifest::dependencies(text, &table, 0))
}

/// Whether a value says which version of a crate is meant, or where it is from.
pub(crate) fn says_which(value: &Value) -> bool {
    let is_requirement = |text: &str| VersionReq::parse(text).is_ok();
    match value {
        Value::String(text) => is_requirement(text),
        Value::Table(table) => {
            let version = table.get("version").map(Value::as_str);
            let is_from_elsewhere = ["git", "path", "workspace"]
                .iter()
                .any(|field| table.contains_key(*field));
            table.keys().all(|key| FIELDS.contains(&key.as_str()))
                && match version {
                    Some(text) => text.is_some_and(is_requirement),
                    None => is_from_elsewhere,
                }
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str, roots: &[&str]) -> Option<Vec<String>> {
        let roots = roots.iter().copied().collect();
        let stated = excerpt(text, &roots)?;
        Some(stated.dependencies.into_iter().map(|it| it.key).collect())
    }

    #[test]
    fn lines_that_give_crates_their_versions_are_an_excerpt() {
        let text = "# Add this\ntokio = { version = \"1\", features = [\"full\"] }\nhex = \"=0.4.3\"\nbytes.version = \"1\"\n";
        assert_eq!(
            keys(text, &[]).unwrap_or_default().len(),
            3,
            "every key is a well-known crate"
        );
        assert_eq!(
            keys("my-own = \"0.2\"\n", &["my_own"]),
            Some(vec!["my-own".to_owned()])
        );
    }

    #[test]
    fn lines_of_other_files_are_none() {
        for text in [
            "edition = \"2021\"\nmax_width = 100\n",
            "name = \"tokio\"\nversion = \"1.0.0\"\n",
            "log = \"info\"\n",
            "time = 30\n",
            "tokio = \"1\"\nedition = \"2021\"\n",
            "[server]\nhex = \"1\"\n",
            "my-own = \"0.2\"\n",
            "tokio = { threads = 4, version = \"1\" }\n",
            "tokio = { features = [\"full\"] }\n",
            "",
        ] {
            assert_eq!(keys(text, &[]), None, "{text}");
        }
    }

    #[test]
    fn what_is_left_out_of_a_manifest_does_not_spoil_the_rest() {
        let text = "[dependencies]\n…\nhex = \"0.4\"\n  ...\n";
        let cleaned = without_ellipses(text);
        assert_eq!(cleaned.len(), text.len());
        assert_eq!(manifest::parse(&cleaned, 0).dependencies.len(), 1);
    }

    #[test]
    fn an_excerpt_turns_default_features_off_in_its_own_section_only() {
        let shown = ShownManifest {
            line: 1,
            headings: vec!["Book".to_owned(), "Small builds".to_owned()],
            is_excerpt: true,
            manifest: excerpt(
                "hex = { version = \"0.4\", default-features = false }",
                &BTreeSet::new(),
            )
            .unwrap_or_default(),
            places: vec![None],
        };
        let has_defaults = |headings: &[&str]| {
            let headings: Vec<String> = headings.iter().map(|&it| it.to_owned()).collect();
            let mut all = shown.dependencies_for(&headings);
            all.next().map(|it| it.stated.default_features)
        };
        assert_eq!(has_defaults(&["Book", "Small builds"]), Some(false));
        assert_eq!(has_defaults(&["Book", "Small builds", "More"]), Some(false));
        assert_eq!(has_defaults(&["Book", "Use"]), Some(true));
    }
}
