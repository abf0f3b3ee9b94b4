//! Manifests in comments: `// [dependencies]` with lines below it, or `// Cargo.toml:` with lines
//! such as `// rand = "0.9"`.

use std::ops::Range;

use toml::Table;

use super::forms::{Found, bracket_balance, is_table_header, is_toml_line, uncommented};
use super::{StatedManifest, lines};
use crate::known_crates::KnownCrates;
use crate::shown_manifest::says_which;

/// The manifest that comments of `text` state. They stay part of the code.
pub(super) fn commented(text: &str) -> Option<Found> {
    let comments = comments(text);
    let manifest = comments
        .iter()
        .find_map(|lines| tables(text, lines).or_else(|| excerpt(text, lines)))?;
    Some(Found {
        manifest,
        rust_from: 0,
    })
}

/// The lines of each comment that has lines of its own.
fn comments(text: &str) -> Vec<Vec<Range<usize>>> {
    let mut comments = vec![Vec::new()];
    for (start, line) in lines(text) {
        let trimmed = line.trim_start();
        let is_plain =
            trimmed.starts_with("//") && !trimmed.starts_with("///") && !trimmed.starts_with("//!");
        match comments.last_mut() {
            Some(current) if is_plain => current.push(start..start + line.len()),
            Some(current) if !current.is_empty() => comments.push(Vec::new()),
            _ => {}
        }
    }
    comments
}

/// Tables of a manifest: from the first header on, for as long as it is TOML.
fn tables(text: &str, comment: &[Range<usize>]) -> Option<StatedManifest> {
    let is_header = |line: &&Range<usize>| is_table_header(content(text, line));
    let first = comment.iter().position(|line| is_header(&line))?;
    let (toml, offset) = toml(text, &comment[first..])?;
    let manifest = super::parse(&toml, offset);
    (manifest.faults.is_empty() && !manifest.dependencies.is_empty()).then_some(manifest)
}

/// Dependencies alone, below or behind the name of the file. Comments say much, so all of it has
/// to be of that form.
fn excerpt(text: &str, comment: &[Range<usize>]) -> Option<StatedManifest> {
    let (at, from) = comment.iter().enumerate().find_map(|(at, line)| {
        let here = &text[line.clone()];
        let found = here.find(FILE)? + FILE.len();
        Some((at, line.start + found))
    })?;
    let named = &comment[at];
    let behind = text[from..named.end].trim_start_matches([':', '`', ')', ' ', '-']);
    let behind = named.end - behind.len();
    let (toml, offset) = if is_toml_line(text[behind..named.end].trim())
        && !text[behind..named.end].trim().is_empty()
    {
        (text[behind..named.end].to_owned(), behind)
    } else {
        toml(text, &comment[at + 1..])?
    };
    let table: Table = toml.parse().ok()?;
    let known = KnownCrates::builtin();
    let is_crate = |key: &str| {
        known.by_package(key).is_some() || text.contains(&format!("{}::", key.replace('-', "_")))
    };
    let is_stated = !table.is_empty()
        && table
            .iter()
            .all(|(key, value)| is_crate(key) && says_which(value));
    is_stated.then(|| super::dependencies(&toml, &table, offset))
}

/// The file's name, as people write it in comments.
const FILE: &str = "Cargo.toml";

/// The TOML that the first of `lines` hold, and where it begins in the text.
fn toml(text: &str, lines: &[Range<usize>]) -> Option<(String, usize)> {
    let mut toml = String::new();
    let mut open_brackets = 0_i32;
    for line in lines {
        let content = content(text, line);
        if open_brackets <= 0 && !is_toml_line(content) {
            break;
        }
        open_brackets += bracket_balance(content);
        toml.push_str(&uncommented(&text[line.clone()]));
    }
    let first = lines.first()?;
    (!toml.trim().is_empty()).then_some((toml, first.start))
}

/// What a line of a comment says.
fn content<'a>(text: &'a str, line: &Range<usize>) -> &'a str {
    text[line.clone()].trim().trim_start_matches('/').trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stated(text: &str) -> Vec<String> {
        let found = commented(text).map(|it| it.manifest).unwrap_or_default();
        let one = |it: &super::super::StatedDependency| {
            let requirement = it.requirement.as_deref().unwrap_or("none");
            assert!(
                text[it.place.clone()].contains(&it.key),
                "the place of `{}` in {text}",
                it.key
            );
            format!("{} {requirement} {}", it.key, it.features.join("+"))
        };
        found.dependencies.iter().map(one).collect()
    }

    #[test]
    fn dependencies_in_comments_are_stated() {
        for (text, expected) in [
            (
                "// Cargo.toml:\n// [dependencies]\n// rand = \"0.8\"\n\nfn main() {}\n",
                &["rand 0.8 "][..],
            ),
            (
                "fn main() {}\n\n    // [dev-dependencies]\n    // a = { version = \"1\", features = [\n    //     \"x\",\n    // ] }\n",
                &["a 1 x"],
            ),
            (
                "//[dependencies]\n//a = \"1\"\n//\n// Then run it with `cargo run`.\nfn main() {}\n",
                &["a 1 "],
            ),
            (
                "// In Cargo.toml:\n//   a = \"1\"\n//   b = { version = \"2\", features = [\"y\"] }\nuse a::B;\nuse b::C;\n",
                &["a 1 ", "b 2 y"],
            ),
            ("// Cargo.toml: a = \"0.3\"\nuse a::B;\n", &["a 0.3 "]),
            (
                "// Add to `Cargo.toml`: a = \"0.3\"\nuse a::B;\n",
                &["a 0.3 "],
            ),
        ] {
            assert_eq!(stated(text), expected, "{text}");
        }
    }

    #[test]
    fn other_comments_state_nothing() {
        for text in [
            "// [dependencies]\nfn main() {}\n",
            "// [dependencies] are listed above\n// a = b\nfn main() {}\n",
            "// Cargo.toml is next to this file.\n// x = 1\nlet x = 1;\n",
            "// Cargo.toml says which edition\n// edition = \"2021\"\nfn main() {}\n",
            "// name = \"1\"\nlet name = 1;\n",
            "// [dependencies]\n// a = \nfn main() {}\n",
            "/// [dependencies]\n/// a = \"1\"\nfn documented() {}\n",
            "let text = \"\n[dependencies]\na = 1\n\";\n",
        ] {
            assert_eq!(stated(text), [""; 0], "{text}");
        }
    }
}
