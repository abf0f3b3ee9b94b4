//! The forms in which an example's text holds a manifest of its own.

use super::{StatedManifest, lines, parse};

/// Top-level tables of a manifest. A leading `[name]` line that is none of these is Rust.
const TABLES: [&str; 15] = [
    "package",
    "lib",
    "bin",
    "example",
    "test",
    "bench",
    "dependencies",
    "dev-dependencies",
    "build-dependencies",
    "target",
    "features",
    "profile",
    "workspace",
    "patch",
    "lints",
];

/// A manifest in an example's text.
pub(super) struct Found {
    pub manifest: StatedManifest,
    /// Where the Rust code begins.
    pub rust_from: usize,
}

/// Leading `[dependencies]`-like lines, with or without a comment such as `// Cargo.toml` above.
pub(super) fn leading_tables(text: &str) -> Option<Found> {
    let mut offset = None;
    let mut end = 0;
    let mut open_brackets = 0_i32;
    for (start, line) in lines(text) {
        let trimmed = line.trim();
        if offset.is_none() {
            if trimmed.is_empty() || trimmed.starts_with("//") || is_plain_comment(trimmed) {
                continue;
            }
            if !is_table_header(trimmed) {
                return None;
            }
            offset = Some(start);
        } else if open_brackets <= 0 && !is_toml_line(trimmed) {
            break;
        }
        open_brackets += bracket_balance(trimmed);
        if !trimmed.is_empty() {
            end = start + line.len();
        }
    }
    let offset = offset?;
    Some(Found {
        manifest: parse(&text[offset..end], offset),
        rust_from: end,
    })
}

/// Cargo's single-file packages: an optional `#!` line, then a manifest between `---` lines.
pub(super) fn front_matter(text: &str) -> Option<Found> {
    let mut lines = lines(text)
        .filter(|(_, line)| !line.trim().is_empty())
        .skip_while(|(start, line)| {
            *start == 0 && line.starts_with("#!") && !line.starts_with("#![")
        });
    let (open, first) = lines.next()?;
    let info = first.trim_end().strip_prefix("---")?;
    if !matches!(info.trim_start_matches('-').trim(), "" | "cargo") {
        return None;
    }
    let fence = &first[..first.len() - first.trim_start_matches('-').len()];
    let offset = open + first.len();
    let (close, last) = lines.find(|(_, line)| line.trim_end() == fence)?;
    Some(Found {
        manifest: parse(&text[offset..close], offset),
        rust_from: close + last.len(),
    })
}

/// A manifest in a leading `//!` doc comment, between "```cargo" and "```", as rust-script has it.
pub(super) fn cargo_doc_comment(text: &str) -> Option<Found> {
    let mut toml = String::new();
    let mut offset = None;
    for (start, line) in lines(text) {
        let Some(content) = line.trim_start().strip_prefix("//!") else {
            if line.trim().is_empty() && offset.is_none() {
                continue;
            }
            return None;
        };
        match (offset, content.trim()) {
            (None, "```cargo") => offset = Some(start + line.len()),
            (Some(offset), "```") => {
                // The comment stays part of the code: it is Rust as well.
                return Some(Found {
                    manifest: parse(&toml, offset),
                    rust_from: 0,
                });
            }
            (Some(_), _) => toml.push_str(&uncommented(line)),
            (None, _) => {}
        }
    }
    None
}

/// A line without the mark that makes it a comment, and as long as before, so that places stay.
pub(super) fn uncommented(line: &str) -> String {
    let code = line.trim_start();
    let mark = code.len() - code.trim_start_matches('/').trim_start_matches('!').len();
    let indentation = &line[..line.len() - code.len()];
    format!("{indentation}{:mark$}{}", "", &code[mark..])
}

/// A TOML comment that could not be a Rust attribute.
fn is_plain_comment(line: &str) -> bool {
    line.starts_with('#') && !line.starts_with("#[") && !line.starts_with("#!")
}

pub(super) fn is_table_header(line: &str) -> bool {
    let line = line.split('#').next().unwrap_or(line).trim();
    let Some(name) = line
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
    else {
        return false;
    };
    let first = name
        .trim_start_matches('[')
        .trim_end_matches(']')
        .split('.')
        .next()
        .unwrap_or_default();
    TABLES.contains(&first.trim())
}

/// A key with a value, a table header, a comment or nothing.
pub(super) fn is_toml_line(line: &str) -> bool {
    let is_key = |key: &str| {
        let key = key.trim();
        !key.is_empty()
            && key
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '"' | '\''))
    };
    line.is_empty()
        || is_plain_comment(line)
        || is_table_header(line)
        || line.split_once('=').is_some_and(|(key, value)| {
            is_key(key) && !value.starts_with(['=', '>']) && !line.ends_with(';')
        })
}

/// Opening minus closing brackets of values that run over several lines.
pub(super) fn bracket_balance(line: &str) -> i32 {
    if is_table_header(line) {
        return 0;
    }
    let code = line.split(" #").next().unwrap_or(line);
    code.chars().fold(0, |balance, character| match character {
        '[' | '{' => balance + 1,
        ']' | '}' => balance - 1,
        _ => balance,
    })
}
