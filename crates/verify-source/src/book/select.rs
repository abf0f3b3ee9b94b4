//! Which lines of an included file are used, and which of them are hidden.

use std::ops::Range;

use super::link::Part;

/// A line of a file that is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// Byte range in the file, without the line end.
    pub range: Range<usize>,
    /// Whether it belongs to the part that was asked for.
    pub is_shown: bool,
}

/// The lines of `file` in the part, and the others as not shown. Lines that only mark anchors are
/// left out where the part is an anchor's.
pub(super) fn select(file: &str, part: &Part<'_>) -> Vec<Line> {
    match part {
        Part::Lines(lines) => numbered(file, lines),
        Part::Anchor(name) => anchored(file, name),
    }
}

fn lines(file: &str) -> impl Iterator<Item = Range<usize>> {
    let mut next = 0;
    file.split_inclusive('\n').map(move |line| {
        let start = next;
        next += line.len();
        let line = line.strip_suffix('\n').unwrap_or(line);
        start..start + line.strip_suffix('\r').unwrap_or(line).len()
    })
}

fn numbered(file: &str, wanted: &Range<usize>) -> Vec<Line> {
    let lines = lines(file).enumerate();
    lines
        .map(|(number, range)| Line {
            range,
            is_shown: wanted.contains(&number),
        })
        .collect()
}

fn anchored(file: &str, name: &str) -> Vec<Line> {
    let mut is_shown = false;
    let mut found = Vec::new();
    for range in lines(file) {
        let line = &file[range.clone()];
        match (anchor(line, "ANCHOR_END:"), anchor(line, "ANCHOR:")) {
            (Some(end), _) if is_shown => is_shown = end != name,
            (_, Some(start)) if !is_shown => is_shown = start == name,
            (Some(_), _) | (_, Some(_)) => {}
            (None, None) => found.push(Line { range, is_shown }),
        }
    }
    found
}

/// The anchor that a line marks.
fn anchor<'a>(line: &'a str, mark: &str) -> Option<&'a str> {
    let rest = line[line.find(mark)? + mark.len()..].trim_start();
    let len = rest
        .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-')))
        .unwrap_or(rest.len());
    (len > 0).then(|| &rest[..len])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(file: &str, part: &Part<'_>) -> (String, String) {
        let lines = select(file, part);
        let text = |is_shown: bool| {
            let lines = lines.iter().filter(|line| line.is_shown == is_shown);
            let texts: Vec<&str> = lines.map(|line| &file[line.range.clone()]).collect();
            texts.join("|")
        };
        (text(true), text(false))
    }

    #[test]
    fn lines_are_counted_and_their_ends_do_not_matter() {
        let expected = ("b|c".to_owned(), "a|d".to_owned());
        assert_eq!(shown("a\nb\nc\nd\n", &Part::Lines(1..3)), expected);
        assert_eq!(shown("a\r\nb\r\nc\r\nd", &Part::Lines(1..3)), expected);
        assert_eq!(shown("a\n", &Part::Lines(5..9)).0, "");
    }

    #[test]
    fn anchors_are_what_stands_between_their_marks() {
        let file =
            "a\n// ANCHOR: x\nb\n// ANCHOR: y\nc\n// ANCHOR_END: x\nd\n// ANCHOR_END: y\ne\n";
        let parts = |name| shown(file, &Part::Anchor(name));
        assert_eq!(parts("x"), ("b|c".to_owned(), "a|d|e".to_owned()));
        assert_eq!(parts("y"), ("c|d".to_owned(), "a|b|e".to_owned()));
        assert_eq!(parts("z").0, "");
    }
}
