//! Versions of crates that a document's prose names: `axum 0.6`, `tokio = "0.2"`, `clap v3.1`. And
//! features that the prose of a section names: `features = ["net"]`.

/// The versions of `package` that `text` names, as requirements that any compatible release meets
/// (`0.6`, `3`), nearest to the byte offset `near` first, each once. A release before the real one is
/// asked for exactly, too: nothing compatible need be like it.
#[must_use]
pub(crate) fn versions(text: &str, package: &str, near: usize) -> Vec<String> {
    let mut found: Vec<(usize, String)> = text
        .char_indices()
        .filter(|(at, _)| is_word_at(text, *at, package))
        .flat_map(|(at, _)| {
            let versions = versions_after(&text[at + package.len()..]);
            versions.map(move |version| (at.abs_diff(near), version))
        })
        .collect();
    found.extend(bare(text, near));
    found.sort();
    let mut versions: Vec<String> = Vec::new();
    for (_, version) in found {
        if !versions.contains(&version) {
            versions.push(version);
        }
    }
    versions
}

/// The features that the prose between the heading above `line`, the 1-based line of a fence, and that
/// fence says a crate has to have: lists in inline code, as manifests have them. Of lists with the name
/// of a package, those of `package` count.
#[must_use]
pub(crate) fn features(text: &str, package: &str, line: usize) -> Vec<String> {
    let section = section_above(text, line);
    let spans = section.split('`').skip(1).step_by(2);
    let lists = spans.filter_map(|span| {
        let (before, rest) = span.split_once("features")?;
        let is_of_other =
            before.ends_with('-') || !(before.trim().is_empty() || says(before, package));
        let list = rest.trim_start().strip_prefix('=')?.trim_start();
        let (list, _) = list.strip_prefix('[')?.split_once(']')?;
        (!is_of_other).then_some(list)
    });
    let names = lists.flat_map(|list| list.split(','));
    let names = names.filter_map(|name| {
        let name = name.trim().strip_prefix('"')?.strip_suffix('"')?;
        let is_name = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '+' | '.');
        (!name.is_empty() && name.chars().all(is_name)).then(|| name.to_owned())
    });
    names.collect()
}

/// Whether a manifest's line begins with the name of `package`.
fn says(before: &str, package: &str) -> bool {
    let rest = before.trim_start().strip_prefix(package);
    rest.is_some_and(|rest| rest.trim_start().starts_with('='))
}

/// The lines between the last heading above `line` and `line`, without those of fenced blocks.
fn section_above(text: &str, line: usize) -> String {
    let mut prose = String::new();
    let mut is_code = false;
    for line in text.lines().take(line.saturating_sub(1)) {
        let line = line.trim_start_matches(['/', '!', '>', ' ', '\t']);
        if line.starts_with("```") || line.starts_with("~~~") {
            is_code = !is_code;
        } else if !is_code && line.starts_with('#') {
            prose.clear();
        } else if !is_code {
            prose.push_str(line);
            prose.push('\n');
        }
    }
    prose
}

/// Whether `word` stands at byte `at`, in any case, and is not part of a longer name.
fn is_word_at(text: &str, at: usize, word: &str) -> bool {
    let is_of_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '/' | ':');
    text.get(at..at + word.len())
        .is_some_and(|here| here.eq_ignore_ascii_case(word))
        && !text[..at].ends_with(is_of_name)
        && !text[at + word.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_')
}

/// The versions that follow a name, with no more than marks and the word `version` between.
fn versions_after(rest: &str) -> impl Iterator<Item = String> {
    const MARKS: [char; 9] = [' ', '`', '*', '"', '=', ':', '@', '-', '_'];
    let rest = rest.trim_start_matches(MARKS);
    let rest = rest.strip_prefix("version").unwrap_or(rest);
    let rest = rest.trim_start_matches(MARKS);
    let rest = rest.strip_prefix('v').unwrap_or(rest);
    let end = rest
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(rest.len());
    compatible(&rest[..end])
        .into_iter()
        .chain(prerelease(&rest[..end], &rest[end..]))
}

/// A requirement that every release compatible with the one that `number` names meets.
fn compatible(number: &str) -> Option<String> {
    let mut parts = number.trim_end_matches('.').split('.');
    let major: u64 = parts.next()?.parse().ok()?;
    match (major, parts.next()) {
        // One number alone after a name is a count as often as a version.
        (0, None) => None,
        (0, Some(minor)) => Some(format!("0.{minor}")),
        (major, Some(_)) => Some(major.to_string()),
        (major, None) => (major < 100).then(|| major.to_string()),
    }
}

/// A requirement that only the release before the real one meets: `number`, such as `0.6.0`, and
/// what is behind it, such as `-rc.1`.
fn prerelease(number: &str, rest: &str) -> Option<String> {
    const STAGES: [&str; 4] = ["alpha", "beta", "rc", "pre"];
    let tag = rest.strip_prefix('-')?;
    if number.split('.').count() != 3 || !STAGES.iter().any(|it| tag.starts_with(it)) {
        return None;
    }
    let end = tag
        .find(|c: char| !c.is_ascii_alphanumeric() && c != '.')
        .unwrap_or(tag.len());
    Some(format!("={number}-{}", tag[..end].trim_end_matches('.')))
}

/// The versions without a name in the paragraph above the byte offset `near` (`in 0.5`), with how far
/// away they are: which crate they are of is left to whoever asks.
fn bare(text: &str, near: usize) -> Vec<(usize, String)> {
    const BEFORE: [&str; 8] = [
        "in", "version", "versions", "since", "until", "before", "release", "and",
    ];
    let Some((begin, paragraph)) = text.get(..near).and_then(paragraph_above) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut last = "";
    for word in paragraph.split_whitespace() {
        let number = word.trim_matches(|c: char| !c.is_alphanumeric());
        let is_led = BEFORE.iter().any(|it| last.eq_ignore_ascii_case(it));
        let digits = number.strip_prefix('v').unwrap_or(number);
        let is_number = digits.contains('.')
            && digits.chars().all(|c| c.is_ascii_digit() || c == '.')
            && (is_led || digits != number);
        if let Some(version) = compatible(digits).filter(|_| is_number) {
            let at = begin + (word.as_ptr() as usize - paragraph.as_ptr() as usize);
            found.push((near - at, version));
        }
        last = number;
    }
    found
}

/// The paragraph above the fence with which `text` ends, and where it begins.
fn paragraph_above(text: &str) -> Option<(usize, &str)> {
    // Behind the fence's own line there may be hidden ones; they are no prose.
    let fence = text.rfind("```").or_else(|| text.rfind("~~~"))?;
    let above = text[..fence].trim_end();
    let begin = above.rfind("\n\n").map_or(0, |at| at + 2);
    Some((begin, &above[begin..]))
}

#[cfg(test)]
mod tests {
    use super::versions;

    #[test]
    fn features_are_what_the_prose_of_the_section_says() {
        let text = "# A\n`features = [\"old\"]`\n## B\nNote that `features = [\"net\", \"os-poll\"]` must be\nset, `default-features = [\"no\"]`, or `mio = { version = \"1\", features = [\"log\"] }`, not\n`hex = { features = [\"serde\"] }` nor features = [\"bare\"].\n```toml\n# `features = [\"code\"]`\n```\n\n```rust\n```\n`features = [\"later\"]`\n";
        let found = super::features(text, "mio", 11);
        assert_eq!(found, ["net", "os-poll", "log"]);
        assert_eq!(super::features(text, "mio", 3), ["old"]);
        assert!(super::features("none", "mio", 1).is_empty());
    }

    #[test]
    fn versions_are_found_as_people_write_them() {
        for text in [
            "# Announcing axum 0.6.0",
            "with **axum** `v0.6`",
            "axum = \"0.6.1\"",
            "axum@0.6",
            "Axum version 0.6 or so",
            "axum-0.6.0-1 is out",
        ] {
            assert_eq!(versions(text, "axum", 0), ["0.6"], "{text}");
        }
        assert_eq!(versions("clap 3 and clap v4.1", "clap", 0), ["3", "4"]);
        assert_eq!(versions("clap 3 and clap v4.1", "clap", 20), ["4", "3"]);
    }

    #[test]
    fn a_release_before_the_real_one_is_asked_for_exactly_as_well() {
        for text in [
            "axum-0.6.0-rc.1 is out",
            "`axum` version 0.6.0-rc.1.",
            "axum = \"=0.6.0-rc.1\"",
        ] {
            assert_eq!(versions(text, "axum", 0), ["0.6", "=0.6.0-rc.1"], "{text}");
        }
        assert_eq!(versions("axum 0.6-ish", "axum", 0), ["0.6"]);
    }

    #[test]
    fn the_paragraph_above_an_example_need_not_name_the_crate() {
        let above = |prose: &str| {
            let text = format!("Since 0.1 all is well.\n\n{prose}\n\n```rust\nfn f() {{}}\n```\n");
            let near = text.find("fn f").unwrap();
            versions(&text, "axum", near)
        };
        assert_eq!(
            above("In 0.5 this was\nallowed, until `0.6.1`:"),
            ["0.6", "0.5"]
        );
        assert_eq!(above("This is for v0.3.2 (not more)"), ["0.3"]);
        assert_eq!(above("It takes 0.5 seconds, 3 at most"), [""; 0]);
        assert_eq!(above("In 2015 or in 3"), [""; 0]);
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
