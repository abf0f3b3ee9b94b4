//! Finds documents.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use globset::GlobSet;
use ignore::WalkBuilder;

/// Extensions of the files that a search of a directory takes for documents.
const EXTENSIONS: [&str; 6] = ["md", "markdown", "mdx", "mdc", "yaml", "yml"];

/// A file to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// Where it is.
    pub(crate) file: PathBuf,
    /// What reports call it: as given on the command line, `/`-separated.
    pub(crate) name: String,
}

/// What a search found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Discovered {
    /// Documents, in the order of the command line, sorted within a directory.
    pub(crate) documents: Vec<Found>,
    /// Paths that are not there, or that cannot be searched, and why.
    pub(crate) missing: Vec<(String, String)>,
}

/// Searches `paths`. Files are taken whatever they are called; directories are searched for
/// documents, `.gitignore` and `exclude` permitting.
pub(crate) fn discover(paths: &[PathBuf], exclude: &GlobSet) -> Discovered {
    let mut found = Discovered::default();
    let mut seen = BTreeSet::new();
    for path in paths {
        match std::fs::metadata(path) {
            Err(error) => found.missing.push((name(path), error.to_string())),
            Ok(metadata) if metadata.is_dir() => {
                for file in search(path, exclude, &mut found.missing) {
                    add(&mut found.documents, &mut seen, file);
                }
            }
            Ok(_) => add(&mut found.documents, &mut seen, path.clone()),
        }
    }
    found
}

fn add(documents: &mut Vec<Found>, seen: &mut BTreeSet<PathBuf>, file: PathBuf) {
    let identity = std::fs::canonicalize(&file).unwrap_or_else(|_| file.clone());
    if seen.insert(identity) {
        let name = name(&file);
        documents.push(Found { file, name });
    }
}

fn search(
    directory: &Path,
    exclude: &GlobSet,
    missing: &mut Vec<(String, String)>,
) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let walk = WalkBuilder::new(directory)
        // Prompts and guides live in hidden folders, too; the repository itself does not count.
        .hidden(false)
        .filter_entry(|entry| entry.file_name() != ".git")
        .sort_by_file_path(Path::cmp)
        .build();
    for entry in walk {
        match entry {
            Err(error) => missing.push((name(directory), error.to_string())),
            Ok(entry) => {
                let path = entry.path();
                let relative = path.strip_prefix(directory).unwrap_or(path);
                let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
                if is_file && is_document(path) && !exclude.is_match(relative) {
                    files.push(entry.into_path());
                }
            }
        }
    }
    files
}

fn is_document(path: &Path) -> bool {
    path.extension()
        .and_then(|extension| extension.to_str())
        .is_some_and(|extension| EXTENSIONS.contains(&extension.to_ascii_lowercase().as_str()))
}

/// A path as reports write it.
fn name(path: &Path) -> String {
    let parts: Vec<String> = path
        .components()
        .filter(|part| !matches!(part, std::path::Component::CurDir))
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .collect();
    match parts.as_slice() {
        [] => ".".to_owned(),
        [root, rest @ ..] if root == "/" => format!("/{}", rest.join("/")),
        parts => parts.join("/"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directories_are_searched_and_files_are_taken_as_they_are() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path();
        for file in [
            "b.md",
            "a/c.YAML",
            "a/.hidden/d.md",
            "x.rs",
            "skip/e.md",
            ".git/f.md",
            "notes.txt",
        ] {
            let path = root.join(file);
            fs_err::create_dir_all(path.parent().unwrap()).unwrap();
            fs_err::write(path, "").unwrap();
        }
        let exclude = globset::GlobSetBuilder::new()
            .add(globset::Glob::new("skip/**").unwrap())
            .build()
            .unwrap();
        let paths = [
            root.join("notes.txt"),
            root.to_owned(),
            root.join("b.md"),
            root.join("none"),
        ];
        let found = discover(&paths, &exclude);
        let names: Vec<&str> = found
            .documents
            .iter()
            .map(|it| it.file.strip_prefix(root).unwrap().to_str().unwrap())
            .collect();
        assert_eq!(names, ["notes.txt", "a/.hidden/d.md", "a/c.YAML", "b.md"]);
        assert_eq!(found.missing.len(), 1);
    }

    #[test]
    fn names_are_as_given_without_dots_in_front() {
        assert_eq!(name(Path::new("./a/b.md")), "a/b.md");
        assert_eq!(name(Path::new("../a/b.md")), "../a/b.md");
        assert_eq!(name(Path::new("/a/b.md")), "/a/b.md");
    }
}
