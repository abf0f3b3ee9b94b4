use std::io::{self, Write};

use crate::terminal_safe::{cut, terminal_safe};

/// At most this many further lines of a message are shown.
const LINES: usize = 12;
/// Characters of a line of a message.
const LINE_CHARS: usize = 400;

/// Writes `head` (ours) and the untrusted `message`: its first line behind the head, the others
/// below and marked. So none looks like a line of ours, nor starts a line, where CI log readers
/// look for commands.
pub(super) fn write(
    indent: &str,
    head: &str,
    message: &str,
    out: &mut dyn Write,
) -> io::Result<()> {
    let message = terminal_safe(message);
    let mut lines = message.trim().lines();
    let first = cut(lines.next().unwrap_or_default(), LINE_CHARS);
    writeln!(out, "{indent}{head}{}", first.trim_end())?;
    for line in lines.by_ref().take(LINES) {
        let line = format!("{indent}  | {}", cut(line, LINE_CHARS));
        writeln!(out, "{}", line.trim_end())?;
    }
    let more = lines.count();
    if more > 0 {
        writeln!(out, "{indent}  and {more} more lines (see the JSON report)")?;
    }
    Ok(())
}
