//! The links of mdBook: `{{#include file.rs:2:10}}`.

use std::ops::Range;

/// A link in a chapter's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Link<'a> {
    /// Byte range in the text.
    pub range: Range<usize>,
    pub kind: LinkKind<'a>,
}

/// What a link stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum LinkKind<'a> {
    /// Itself, without the backslash before it.
    Escaped,
    /// A part of a file.
    Include(Target<'a>),
    /// A file of which a part is shown and the rest hidden.
    RustdocInclude(Target<'a>),
    /// A whole file as a Rust block, with the words of its info string.
    Playground { path: &'a str, words: Vec<&'a str> },
    /// The chapter's title, which the text does not show.
    Title,
}

/// A part of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target<'a> {
    pub path: &'a str,
    pub part: Part<'a>,
}

/// Which part of a file is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part<'a> {
    /// Lines, counted from 0; the end may lie past the file's.
    Lines(Range<usize>),
    /// The lines between two comments that name this anchor.
    Anchor(&'a str),
}

/// The links of `text`, in order.
pub(super) fn links(text: &str) -> Vec<Link<'_>> {
    let mut found: Vec<Link<'_>> = Vec::new();
    let mut done = 0;
    for (at, _) in text.match_indices("{{") {
        if at < done {
            continue;
        }
        if let Some(link) = link(text, at) {
            done = link.range.end;
            found.push(link);
        }
    }
    found
}

fn link(text: &str, at: usize) -> Option<Link<'_>> {
    let inner = &text[at + 2..];
    if text[..at].ends_with('\\') && inner.starts_with('#') {
        let line = inner.split('\n').next().unwrap_or_default();
        let len = line.rfind("}}")?;
        return Some(Link {
            range: at - 1..at + 2 + len + 2,
            kind: LinkKind::Escaped,
        });
    }
    let len = inner.find('}')?;
    if !inner[len..].starts_with("}}") {
        return None;
    }
    let content = inner[..len].trim_start().strip_prefix('#')?;
    let name_len = content.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))?;
    let (name, rest) = content.split_at(name_len);
    if !rest.starts_with(char::is_whitespace) {
        return None;
    }
    let mut words = rest.split_whitespace();
    let first = words.next()?;
    let kind = match name {
        "include" => LinkKind::Include(target(first)),
        "rustdoc_include" => LinkKind::RustdocInclude(target(first)),
        "playground" | "playpen" => LinkKind::Playground {
            path: first,
            words: words.collect(),
        },
        "title" => LinkKind::Title,
        _ => return None,
    };
    let range = at..at + 2 + len + 2;
    Some(Link { range, kind })
}

fn target(text: &str) -> Target<'_> {
    let (path, part) = text.split_once(':').unwrap_or((text, ""));
    Target {
        path,
        part: self::part(part),
    }
}

/// `2`, `2:10`, `2:`, `:10`, or an anchor's name; nothing for the whole file. Lines count from 1,
/// and the last one is included.
fn part(text: &str) -> Part<'_> {
    let mut parts = text.splitn(3, ':');
    let first = parts.next().unwrap_or_default();
    let end = parts.next().map(|end| end.parse().unwrap_or(usize::MAX));
    match first.parse::<usize>() {
        Ok(line) => {
            let start = line.saturating_sub(1);
            Part::Lines(start..end.unwrap_or(start + 1))
        }
        Err(_) if first.is_empty() => Part::Lines(0..end.unwrap_or(usize::MAX)),
        Err(_) => Part::Anchor(first),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(text: &str) -> LinkKind<'_> {
        let mut found = links(text);
        assert_eq!(found.len(), 1, "{text}");
        found.remove(0).kind
    }

    #[test]
    fn parts_of_files_are_lines_or_anchors() {
        let whole = 0..usize::MAX;
        for (text, expected) in [
            ("", Part::Lines(whole.clone())),
            (":2", Part::Lines(1..2)),
            (":0", Part::Lines(0..1)),
            (":2:", Part::Lines(1..usize::MAX)),
            (":2:10", Part::Lines(1..10)),
            ("::10", Part::Lines(0..10)),
            ("::", Part::Lines(whole)),
            (":main", Part::Anchor("main")),
        ] {
            let text = format!("{{{{#include a/b.rs{text}}}}}");
            let expected = Target {
                path: "a/b.rs",
                part: expected,
            };
            assert_eq!(only(&text), LinkKind::Include(expected), "{text}");
        }
    }

    #[test]
    fn links_of_every_kind_are_found_where_they_stand() {
        let text = "a {{ #rustdoc_include b.rs:x }} \\{{#include c}} {{#playground d.rs editable}}{{#title E f}}";
        let found: Vec<&str> = links(text)
            .iter()
            .map(|it| &text[it.range.clone()])
            .collect();
        let expected = [
            "{{ #rustdoc_include b.rs:x }}",
            "\\{{#include c}} {{#playground d.rs editable}}{{#title E f}}",
        ];
        assert_eq!(found, expected);
        assert_eq!(
            only("{{#playpen d.rs editable}}"),
            LinkKind::Playground {
                path: "d.rs",
                words: vec!["editable"]
            }
        );
        assert_eq!(only("{{#title E f}}"), LinkKind::Title);
        assert_eq!(only("\\{{#include c}}"), LinkKind::Escaped);
    }

    #[test]
    fn other_braces_are_text() {
        for text in [
            "{{",
            "{{}}",
            "{{#}}",
            "{{#include}}",
            "{{include a}}",
            "{{#frobnicate a}}",
            "{{#include a}",
            "\\{{#include a",
            "{#include a}",
        ] {
            assert_eq!(links(text), [], "{text}");
        }
    }
}
