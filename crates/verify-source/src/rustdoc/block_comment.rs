//! The lines of a block doc comment, without the stars before them.

use std::ops::Range;

/// The lines of `document[content]`, which stands between `/**` and `*/`, as rustdoc takes them: a
/// first or last line of stars alone is decoration, and so is a column of stars that all lines
/// have.
pub(super) fn lines(document: &str, content: Range<usize>) -> Vec<Range<usize>> {
    let mut lines = split(document, content);
    if lines.len() < 2 {
        return lines;
    }
    let is_stars = |line: &Range<usize>| {
        let text = &document[line.clone()];
        !text.is_empty() && text.chars().all(|c| c == '*')
    };
    if lines.first().is_some_and(is_stars) {
        lines.remove(0);
    }
    let is_closing = |line: &Range<usize>| {
        let text = &document[line.clone()];
        let rest = text.trim_start_matches([' ', '\t']);
        !text.is_empty() && rest.chars().all(|c| c == '*')
    };
    if lines.last().is_some_and(is_closing) {
        lines.pop();
    }
    if let Some(column) = star_column(document, &lines) {
        for line in &mut lines {
            *line = without_star(document, line, column);
        }
    }
    lines
}

fn split(document: &str, content: Range<usize>) -> Vec<Range<usize>> {
    let mut start = content.start;
    document[content]
        .split('\n')
        .map(|line| {
            let range = start..start + line.trim_end_matches('\r').len();
            start += line.len() + 1;
            range
        })
        .collect()
}

/// The column in which every line below the first has a star, with nothing but space before it.
/// The first line stands behind `/**`, so it counts only when it begins with one itself.
fn star_column(document: &str, lines: &[Range<usize>]) -> Option<usize> {
    let text = |line: &Range<usize>| &document[line.clone()];
    let first = text(lines.first()?);
    let skipped = usize::from(!first.trim_start().starts_with('*'));
    let is_blank = |line: &&Range<usize>| text(line).trim().is_empty();
    let inner = lines.get(skipped..)?;
    let from = inner.iter().take_while(is_blank).count();
    let inner = &inner[from..];
    let to = inner.len() - inner.iter().rev().take_while(is_blank).count();
    let mut columns = inner[..to].iter().map(|line| {
        let rest = text(line).trim_start_matches([' ', '\t']);
        rest.starts_with('*').then(|| text(line).len() - rest.len())
    });
    let column = columns.next()??;
    columns.all(|it| it == Some(column)).then_some(column)
}

fn without_star(document: &str, line: &Range<usize>, column: usize) -> Range<usize> {
    let text = &document[line.clone()];
    let is_margin = |margin: &str| margin.chars().all(|c| c == ' ' || c == '\t');
    match text.split_at_checked(column) {
        Some((margin, rest)) if is_margin(margin) && rest.starts_with('*') => {
            line.start + column + 1..line.end
        }
        _ => line.clone(),
    }
}
