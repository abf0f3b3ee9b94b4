//! Versions of crates that a document's prose names: `axum 0.6`, `tokio = "0.2"`, `clap v3.1`.

/// The versions of `package` that `text` names, as requirements that any compatible release meets
/// (`0.6`, `3`), nearest to the byte offset `near` first, each once.
#[must_use]
pub(crate) fn versions(text: &str, package: &str, near: usize) -> Vec<String> {
    let mut found: Vec<(usize, String)> = text
        .char_indices()
        .filter(|(at, _)| is_word_at(text, *at, package))
        .filter_map(|(at, _)| {
            Some((
                at.abs_diff(near),
                version_after(&text[at + package.len()..])?,
            ))
        })
        .collect();
    found.sort();
    let mut versions: Vec<String> = Vec::new();
    for (_, version) in found {
        if !versions.contains(&version) {
            versions.push(version);
        }
    }
    versions
}

/// Whether `word` stands at byte `at`, in any case, and is not part of a longer name.
fn is_word_at(text: &str, at: usize, word: &str) -> bool {
    let is_of_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '/' | ':');
    text.get(at..at + word.len())
        .is_some_and(|here| here.eq_ignore_ascii_case(word))
        && !text[..at].ends_with(is_of_name)
        && !text[at + word.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_')
}

/// The version that follows a name, with no more than marks and the word `version` between.
fn version_after(rest: &str) -> Option<String> {
    const MARKS: [char; 9] = [' ', '`', '*', '"', '=', ':', '@', '-', '_'];
    let rest = rest.trim_start_matches(MARKS);
    let rest = rest.strip_prefix("version").unwrap_or(rest);
    let rest = rest.trim_start_matches(MARKS);
    let rest = rest.strip_prefix('v').unwrap_or(rest);
    let end = rest
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(rest.len());
    let number = rest[..end].trim_end_matches('.');
    let mut parts = number.split('.');
    let major: u64 = parts.next()?.parse().ok()?;
    match (major, parts.next()) {
        // One number alone after a name is a count as often as a version.
        (0, None) => None,
        (0, Some(minor)) => Some(format!("0.{minor}")),
        (major, Some(_)) => Some(major.to_string()),
        (major, None) => (major < 100).then(|| major.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::versions;

    #[test]
    fn versions_are_found_as_people_write_them() {
        for text in [
            "# Announcing axum 0.6.0",
            "with **axum** `v0.6`",
            "axum = \"0.6.1\"",
            "axum@0.6",
            "Axum version 0.6 or so",
            "axum-0.6.0-rc.1 is out",
        ] {
            assert_eq!(versions(text, "axum", 0), ["0.6"], "{text}");
        }
        assert_eq!(versions("clap 3 and clap v4.1", "clap", 0), ["3", "4"]);
        assert_eq!(versions("clap 3 and clap v4.1", "clap", 20), ["4", "3"]);
    }

    #[test]
    fn other_names_and_numbers_are_no_versions() {
        for text in [
            "axum-extra 0.6",
            "my-axum 0.6",
            "axum::serve 0.6",
            "axum has 0.6 seconds",
            "axum 0",
            "axum in 2024",
            "axum 2024",
        ] {
            assert_eq!(versions(text, "axum", 0), [""; 0], "{text}");
        }
    }
}
