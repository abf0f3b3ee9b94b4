//! Manifests that a document shows in blocks of their own: a whole `Cargo.toml`, some tables of
//! one, or only the lines to add to its dependencies.

use std::collections::BTreeSet;

use semver::VersionReq;
use toml::{Table, Value};
use verify_model::Position;

use crate::block::Fence;
use crate::known_crates::KnownCrates;
use crate::manifest::{self, StatedDependency, StatedManifest};
use crate::scaffold::Stated;

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
    /// How much of it counts for the example.
    pub holds: Stated,
}

/// The dependencies of manifests that a document shows, in their order, for an example below
/// `headings` that begins on `line`.
///
/// Version and features hold for the section that the manifest is in. Elsewhere, one that says
/// nothing of features, that only turns some off or that comes later gives the version, and one that
/// turns the default features of a single crate off may be about something else. Where one section shows several choices
/// for a crate, all that they turn on may be used.
pub(crate) fn dependencies_for(
    shown: &[&ShownManifest],
    headings: &[String],
    line: usize,
) -> Vec<ShownDependency> {
    let mut all = Vec::new();
    for manifest in shown {
        let is_elsewhere = !headings.starts_with(&manifest.headings);
        let is_alone = manifest.manifest.dependencies.len() == 1;
        for (stated, place) in manifest.manifest.dependencies.iter().zip(&manifest.places) {
            let says_nothing = stated.features.is_empty() && stated.default_features;
            let is_of_itself = manifest.is_excerpt && !stated.default_features;
            let choices = choices(shown, manifest, stated);
            let mut stated = stated.clone();
            let mut holds = Stated::Exactly;
            if is_elsewhere && (says_nothing || is_of_itself || manifest.line > line) {
                let is_later = manifest.line > line && !stated.features.is_empty();
                stated.default_features = true;
                holds = if is_later {
                    Stated::Later
                } else {
                    Stated::Version
                };
            } else if is_elsewhere && is_alone && !stated.default_features {
                holds = Stated::Apart;
            }
            for choice in choices {
                stated.default_features |= choice.default_features;
                stated.features.extend(choice.features.iter().cloned());
                holds = Stated::Version;
            }
            all.push(ShownDependency {
                line: manifest.line,
                place: *place,
                stated,
                holds,
            });
        }
    }
    all
}

/// What else the section of `manifest` says of the features of the crate that it states.
fn choices<'a>(
    shown: &[&'a ShownManifest],
    manifest: &ShownManifest,
    stated: &StatedDependency,
) -> Vec<&'a StatedDependency> {
    let beside = shown
        .iter()
        .filter(|it| it.headings == manifest.headings && it.line != manifest.line);
    let differs = |it: &&StatedDependency| {
        let is_same = (&it.key, &it.package) == (&stated.key, &stated.package);
        let features = |it: &StatedDependency| it.features.iter().cloned().collect::<BTreeSet<_>>();
        let is_equal =
            it.default_features == stated.default_features && features(it) == features(stated);
        is_same && !is_equal
    };
    let dependencies = beside.flat_map(|it| &it.manifest.dependencies);
    dependencies.filter(differs).collect()
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

    /// A manifest on `line` below these headings.
    fn shown(line: usize, headings: &[&str], text: &str) -> ShownManifest {
        let roots = BTreeSet::new();
        let is_excerpt = !has_header(text);
        let manifest = if is_excerpt {
            excerpt(text, &roots).unwrap_or_default()
        } else {
            manifest::parse(text, 0)
        };
        ShownManifest {
            line,
            headings: headings.iter().map(|&it| it.to_owned()).collect(),
            is_excerpt,
            places: vec![None; manifest.dependencies.len()],
            manifest,
        }
    }

    /// Default features, features and how much holds, of the first of `all` on line 50.
    fn first(all: &[&ShownManifest], headings: &[&str]) -> (bool, Vec<String>, Stated) {
        let headings: Vec<String> = headings.iter().map(|&it| it.to_owned()).collect();
        let mut all = dependencies_for(all, &headings, 50).into_iter();
        let first = all.next().expect("it is stated");
        let stated = first.stated;
        (stated.default_features, stated.features, first.holds)
    }

    #[test]
    fn what_holds_exactly_is_what_the_section_of_the_example_states() {
        let small = "hex = { version = \"0.4\", default-features = false }";
        let table = "[dependencies.hex]\nversion = \"0.4\"\ndefault-features = false\nfeatures = [\"serde\"]\n";
        let here = ["Book", "Small builds"];
        let below = ["Book", "Small builds", "More"];
        let elsewhere = ["Book", "Use"];
        let plain = "[dependencies]\nhex = \"0.4\"\n";
        let several = "[dependencies]\nhex = { version = \"0.4\", default-features = false, features = [\"serde\"] }\nserde = \"1\"\n";
        let more = "[dependencies]\nhex = { version = \"0.4\", features = [\"serde\"] }\n";
        for (line, text, headings, expected) in [
            (1, small, &here[..], (false, Stated::Exactly)),
            (90, small, &below, (false, Stated::Exactly)),
            (1, small, &elsewhere, (true, Stated::Version)),
            (1, table, &elsewhere, (false, Stated::Apart)),
            (90, table, &elsewhere, (true, Stated::Later)),
            (90, small, &elsewhere, (true, Stated::Version)),
            (1, more, &elsewhere, (true, Stated::Exactly)),
            (1, several, &elsewhere, (false, Stated::Exactly)),
            (90, more, &elsewhere, (true, Stated::Later)),
            (90, more, &here, (true, Stated::Exactly)),
            (90, table, &here, (false, Stated::Exactly)),
            (1, plain, &here, (true, Stated::Exactly)),
            (1, plain, &elsewhere, (true, Stated::Version)),
        ] {
            let shown = shown(line, &here, text);
            let (has_defaults, _, holds) = first(&[&shown], headings);
            assert_eq!(
                (has_defaults, holds),
                expected,
                "{line} {text} {headings:?}"
            );
        }
    }

    #[test]
    fn of_several_choices_all_that_they_turn_on_may_be_used() {
        let few = shown(
            1,
            &["Use"],
            "hex = { version = \"0.4\", features = [\"serde\"] }",
        );
        let none = shown(
            9,
            &["Use"],
            "hex = { version = \"0.4\", default-features = false }",
        );
        let other = shown(
            20,
            &["Small"],
            "hex = { version = \"0.4\", features = [\"alloc\"] }",
        );
        let serde = vec!["serde".to_owned()];
        let all = [&none, &few, &other];
        assert_eq!(
            first(&all, &["Use"]),
            (true, serde.clone(), Stated::Version)
        );
        assert_eq!(
            first(&[&few, &other], &["Use"]),
            (true, serde, Stated::Exactly)
        );
        let again = shown(
            5,
            &["Use"],
            "hex = { features = [\"serde\"], version = \"0.4\" }",
        );
        assert_eq!(first(&[&few, &again], &["Use"]).2, Stated::Exactly);
    }
}
