//! Characters that a word processor put in the place of those that Rust knows: quotes, dashes, spaces.

use crate::{Cause, CauseKind, Diagnostic};

/// Says what to write in the place of a character that only looks like one of Rust's.
pub(super) fn explains(error: &Diagnostic) -> Option<String> {
    let found = error.message.strip_prefix("unknown start of token: \\u{")?;
    let (number, _) = found.split_once('}')?;
    let written = char::from_u32(u32::from_str_radix(number, 16).ok()?)?;
    let (name, meant) = error
        .notes
        .iter()
        .find_map(|note| likeness(&note.message))?;
    let written = if written.is_whitespace() {
        format!("U+{:04X}", u32::from(written))
    } else {
        format!("`{written}`")
    };
    let meant = match meant {
        ' ' => "a plain space".to_owned(),
        other => format!("`{other}`"),
    };
    Some(format!("{written} ({name}) is no Rust: write {meant}"))
}

/// A character's name and the one that it looks like, by the compiler's own help.
fn likeness(help: &str) -> Option<(&str, char)> {
    let named = help.strip_prefix("Unicode character")?;
    let (_, named) = named.split_once('(')?;
    let (name, rest) = named.split_once(')')?;
    let (_, like) = rest
        .split_once(" looks like '")
        .or_else(|| rest.split_once(" look like '"))?;
    Some((name, like.chars().next()?))
}

/// Whether `error` lies on a line that such a character has spoilt, which the causes so far tell.
pub(super) fn follows(causes: &[Cause], spoilt: &[usize], error: &Diagnostic) -> bool {
    let Some(line) = error.place().map(|place| place.start.line) else {
        return false;
    };
    if !spoilt.contains(&line) {
        return false;
    }
    // What stands for the same character is said once a line.
    let Some(message) = explains(error) else {
        return true;
    };
    let meant = |message: &str| message.rsplit_once(": write ").map(|it| it.1.to_owned());
    causes.iter().any(|cause| {
        cause.kind == CauseKind::CompileError
            && cause.line == Some(line)
            && meant(&cause.message) == meant(&message)
    })
}
