//! The manifest that an example states itself.

mod comments;
mod forms;

use std::ops::Range;

use toml::{Table, Value};

/// A manifest found in an example's text, and where the Rust code begins.
#[derive(Clone, Debug, PartialEq)]
pub struct Split {
    /// The stated manifest; `None` when the text has none.
    pub manifest: Option<StatedManifest>,
    /// Byte range of the Rust code in the example's text.
    pub rust: Range<usize>,
}

/// What an example says about its own package.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StatedManifest {
    /// `package.name`.
    pub package: Option<String>,
    /// `package.edition`.
    pub edition: Option<String>,
    /// Dependencies of all kinds: an example is one crate, tests included.
    pub dependencies: Vec<StatedDependency>,
    /// What could not be understood: a message and a byte range in the example's text.
    pub faults: Vec<(String, Range<usize>)>,
}

/// One dependency as the document states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatedDependency {
    /// The key in the table: the name that code uses, with `-` for `_` as it may be.
    pub key: String,
    /// The package's name in the registry.
    pub package: String,
    /// The version requirement; `None` when none is stated.
    pub requirement: Option<String>,
    /// Features asked for.
    pub features: Vec<String>,
    /// Whether default features are wanted.
    pub default_features: bool,
    /// Where the package is to come from.
    pub origin: Origin,
    /// Byte range of its line in the example's text.
    pub place: Range<usize>,
}

/// Where a stated dependency is to come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The default registry.
    Registry,
    /// Another registry.
    OtherRegistry,
    /// A git repository.
    Git,
    /// A folder.
    Path,
    /// The workspace's own table, which a document does not show.
    Workspace,
}

const DEPENDENCY_TABLES: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];

/// Splits the manifest off `text`, if it states one.
#[must_use]
pub fn split(text: &str) -> Split {
    let found = forms::front_matter(text)
        .or_else(|| forms::cargo_doc_comment(text))
        .or_else(|| forms::leading_tables(text))
        .or_else(|| comments::commented(text));
    match found {
        None => Split {
            manifest: None,
            rust: 0..text.len(),
        },
        Some(found) => Split {
            manifest: Some(found.manifest),
            rust: found.rust_from..text.len(),
        },
    }
}

/// Parses the text of a manifest. `offset` is where it stands in the example's text; places are
/// relative to that text.
#[must_use]
pub fn parse(toml: &str, offset: usize) -> StatedManifest {
    let mut manifest = StatedManifest::default();
    let table: Table = match toml.parse() {
        Ok(table) => table,
        Err(error) => {
            let span = error.span().unwrap_or(0..toml.len());
            manifest.faults.push((
                format!("the stated manifest is not valid TOML: {}", error.message()),
                offset + span.start..offset + span.end,
            ));
            return manifest;
        }
    };
    if let Some(package) = table.get("package").and_then(Value::as_table) {
        let word = |key: &str| package.get(key).and_then(Value::as_str).map(str::to_owned);
        manifest.package = word("name");
        manifest.edition = word("edition");
    }
    for dependencies in dependency_tables(&table) {
        add_dependencies(&mut manifest, toml, dependencies, offset);
    }
    complete_from_workspace(&mut manifest, toml, &table, offset);
    manifest
}

/// The manifest that a table of dependencies by itself makes. `toml` is its text, and `offset`
/// where that stands.
#[must_use]
pub(crate) fn dependencies(toml: &str, table: &Table, offset: usize) -> StatedManifest {
    let mut manifest = StatedManifest::default();
    add_dependencies(&mut manifest, toml, table, offset);
    manifest
}

/// All tables of dependencies but the workspace's: an example is one crate for one target.
fn dependency_tables(table: &Table) -> impl Iterator<Item = &Table> {
    let targets = table.get("target").and_then(Value::as_table);
    let targets = targets.into_iter().flat_map(Table::values);
    let owners = std::iter::once(table).chain(targets.filter_map(Value::as_table));
    owners.flat_map(|owner| {
        DEPENDENCY_TABLES
            .iter()
            .filter_map(|kind| owner.get(*kind)?.as_table())
    })
}

fn add_dependencies(
    manifest: &mut StatedManifest,
    toml: &str,
    dependencies: &Table,
    offset: usize,
) {
    for (key, value) in dependencies {
        let place = line_of(toml, key, offset);
        match dependency(key, value, place.clone()) {
            Ok(it)
                if manifest
                    .dependencies
                    .iter()
                    .any(|other| other.key == it.key) => {}
            Ok(it) => manifest.dependencies.push(it),
            Err(message) => manifest.faults.push((message, place)),
        }
    }
}

/// What the workspace's own table says: for dependencies that refer to it, and for those that only
/// it lists.
fn complete_from_workspace(
    manifest: &mut StatedManifest,
    toml: &str,
    table: &Table,
    offset: usize,
) {
    let workspace = table.get("workspace").and_then(Value::as_table);
    let Some(shared) = workspace.and_then(|it| it.get("dependencies")?.as_table()) else {
        return;
    };
    for (key, value) in shared {
        let mut own = manifest.dependencies.iter_mut();
        let Some(own) = own.find(|it| it.key == *key && it.origin == Origin::Workspace) else {
            continue;
        };
        if let Ok(mut whole) = dependency(key, value, own.place.clone()) {
            whole.features.append(&mut own.features);
            *own = whole;
        }
    }
    add_dependencies(manifest, toml, shared, offset);
}

fn dependency(key: &str, value: &Value, place: Range<usize>) -> Result<StatedDependency, String> {
    let mut stated = StatedDependency {
        key: key.to_owned(),
        package: key.to_owned(),
        requirement: None,
        features: Vec::new(),
        default_features: true,
        origin: Origin::Registry,
        place,
    };
    match value {
        Value::String(requirement) => stated.requirement = Some(requirement.clone()),
        Value::Table(table) => {
            let word = |name: &str| table.get(name).and_then(Value::as_str).map(str::to_owned);
            stated.requirement = word("version");
            stated.package = word("package").unwrap_or_else(|| key.to_owned());
            stated.features = strings(table.get("features"));
            stated.default_features = table
                .get("default-features")
                .or_else(|| table.get("default_features"))
                .and_then(Value::as_bool)
                .unwrap_or(true);
            stated.origin = [
                ("git", Origin::Git),
                ("path", Origin::Path),
                ("registry", Origin::OtherRegistry),
                ("workspace", Origin::Workspace),
            ]
            .into_iter()
            .find_map(|(field, origin)| table.contains_key(field).then_some(origin))
            .unwrap_or(Origin::Registry);
        }
        _ => {
            return Err(format!(
                "the stated dependency `{key}` is neither a version nor a table"
            ));
        }
    }
    Ok(stated)
}

fn strings(value: Option<&Value>) -> Vec<String> {
    value
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

/// The line on which `key` is set, as a range in the example's text.
fn line_of(toml: &str, key: &str, offset: usize) -> Range<usize> {
    let names_key = |line: &str| {
        let line = line.trim_start().trim_start_matches('"');
        line.strip_prefix(key).is_some_and(|rest| {
            rest.trim_start_matches('"')
                .trim_start()
                .starts_with(['=', '.'])
        }) || line.starts_with('[') && line.trim_end().ends_with(&format!(".{key}]"))
    };
    lines(toml)
        .find(|(_, line)| names_key(line))
        .map_or(offset..offset + toml.len(), |(start, line)| {
            offset + start..offset + start + line.trim_end().len()
        })
}

/// Lines with their line ends, and where each begins.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split_inclusive('\n').scan(0, |next, line| {
        let start = *next;
        *next += line.len();
        Some((start, line))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rust_of(text: &str) -> &str {
        let split = split(text);
        &text[split.rust]
    }

    fn names(text: &str) -> Vec<String> {
        let manifest = split(text).manifest.unwrap_or_default();
        manifest.dependencies.into_iter().map(|it| it.key).collect()
    }

    #[test]
    fn text_without_a_manifest_is_all_rust() {
        for text in [
            "",
            "fn main() {}\n",
            "// [dependencies]\nfn main() {}\n",
            "#[derive(Debug)]\nstruct A;\n",
            "[1, 2, 3].iter().sum::<i32>();\n",
            "x = 1;\n",
        ] {
            assert_eq!(split(text).manifest, None, "{text}");
            assert_eq!(rust_of(text), text);
        }
    }

    #[test]
    fn leading_tables_end_where_rust_begins() {
        let text = "// Cargo.toml (the important part)\n[dependencies]\ntokio = { version = \"1\", features = [\n    \"rt\",\n    \"net\",\n] }\nserde = \"1.0\" # data\n\n[dependencies.wasm-bindgen]\nversion = \"0.2\"\n\n#[derive(Debug)]\nstruct A;\n";
        assert_eq!(
            names(text),
            ["tokio", "serde", "wasm-bindgen"]
                .map(str::to_owned)
                .into_iter()
                .collect::<std::collections::BTreeSet<_>>()
                .into_iter()
                .collect::<Vec<_>>()
        );
        assert_eq!(rust_of(text).trim(), "#[derive(Debug)]\nstruct A;");
        let manifest = split(text).manifest.unwrap();
        let tokio = manifest
            .dependencies
            .iter()
            .find(|it| it.key == "tokio")
            .unwrap();
        assert_eq!(tokio.features, ["rt", "net"]);
        assert!(text[tokio.place.clone()].starts_with("tokio = "));
    }

    #[test]
    fn package_tables_are_understood() {
        let text = "[package]\nname = \"string-processor\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n[lib]\ncrate-type = [\"cdylib\"]\n\n[profile.release]\nlto = true\n\nuse std::slice;\n";
        let manifest = split(text).manifest.unwrap();
        assert_eq!(manifest.package.as_deref(), Some("string-processor"));
        assert_eq!(manifest.edition.as_deref(), Some("2021"));
        assert_eq!(rust_of(text).trim(), "use std::slice;");
    }

    #[test]
    fn a_manifest_that_is_not_toml_is_a_fault_with_a_place() {
        let text = "[dependencies]\ntokio = \nserde = 1\n\nfn main() {}\n";
        let split = split(text);
        let manifest = split.manifest.unwrap();
        assert_eq!(manifest.faults.len(), 1);
        let (message, place) = &manifest.faults[0];
        assert!(message.contains("not valid TOML"), "{message}");
        assert!(place.start >= "[dependencies]\n".len() && place.end < text.len());
        assert_eq!(text[split.rust].trim(), "fn main() {}");
    }

    #[test]
    fn a_dependency_that_is_a_number_is_a_fault_and_costs_no_other() {
        let manifest = parse("[dependencies]\na = 1\nb = \"2\"\n", 0);
        assert_eq!(manifest.faults.len(), 1);
        assert_eq!(manifest.dependencies.len(), 1);
    }

    #[test]
    fn origins_other_than_the_registry_are_told_apart() {
        let manifest = parse(
            "[dependencies]\na = { git = \"x\" }\nb = { path = \"..\" }\nc = { version = \"1\", registry = \"r\" }\nd.workspace = true\ne = { package = \"f\", version = \"1\", default-features = false }\n",
            0,
        );
        let origins: Vec<Origin> = manifest.dependencies.iter().map(|it| it.origin).collect();
        assert_eq!(
            origins,
            [
                Origin::Git,
                Origin::Path,
                Origin::OtherRegistry,
                Origin::Workspace,
                Origin::Registry
            ]
        );
        let renamed = &manifest.dependencies[4];
        assert_eq!((renamed.key.as_str(), renamed.package.as_str()), ("e", "f"));
        assert!(!renamed.default_features);
    }

    #[test]
    fn what_the_workspace_shares_completes_what_refers_to_it() {
        let manifest = parse(
            "[workspace.dependencies]\na = { version = \"1\", features = [\"x\"] }\nb = \"2\"\n[dependencies]\na = { workspace = true, features = [\"y\"] }\n[target.'cfg(unix)'.dependencies]\nc = \"3\"\n",
            0,
        );
        let stated: Vec<(&str, Option<&str>)> = manifest
            .dependencies
            .iter()
            .map(|it| (it.key.as_str(), it.requirement.as_deref()))
            .collect();
        assert_eq!(
            stated,
            [("a", Some("1")), ("c", Some("3")), ("b", Some("2"))]
        );
        assert_eq!(manifest.dependencies[0].features, ["x", "y"]);
        assert_eq!(manifest.dependencies[0].origin, Origin::Registry);
    }

    #[test]
    fn front_matter_of_a_single_file_package_is_a_manifest() {
        let text = "#!/usr/bin/env cargo\n---\n[dependencies]\nrand = \"0.9\"\n---\nfn main() {}\n";
        assert_eq!(names(text), ["rand"]);
        assert_eq!(rust_of(text), "fn main() {}\n");
    }

    #[test]
    fn a_cargo_fence_in_a_doc_comment_is_a_manifest() {
        let text = "//! ```cargo\n//! [dependencies]\n//! rand = \"0.9\"\n//! ```\nfn main() {}\n";
        assert_eq!(names(text), ["rand"]);
        assert_eq!(rust_of(text), text);
    }
}
