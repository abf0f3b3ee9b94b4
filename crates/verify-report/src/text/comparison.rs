use std::io::{self, Write};

use verify_model::comparison::{Change, Comparison, Seen};
use verify_model::policy::{Trouble, TroubleKind};

use super::policy;
use super::style::{HEADING, Styled, of_verdict};
use crate::terminal_safe::{one_line, safe_path};

/// Writes the four groups. Of each but the first at most `limit` examples are named.
pub(super) fn write(
    comparison: &Comparison,
    with: &str,
    limit: usize,
    out: &mut dyn Write,
) -> io::Result<()> {
    let groups = comparison.groups();
    let counts = groups.map(|(name, changes)| format!("{} {name}", changes.len()));
    let heading = format!("Compared with {}: {}", safe_path(with), counts.join(", "));
    writeln!(out, "{}", Styled(HEADING, heading))?;
    for (index, (name, changes)) in groups.into_iter().enumerate() {
        // What is new is what there is to do.
        let limit = if index == 0 { usize::MAX } else { limit };
        for change in changes.iter().take(limit) {
            write_change(name, change, out)?;
        }
        let more = changes.len().saturating_sub(limit);
        if more > 0 {
            writeln!(out, "  {name:13}  and {more} more (see the JSON report)")?;
        }
    }
    Ok(())
}

fn write_change(group: &str, change: &Change, out: &mut dyn Write) -> io::Result<()> {
    let Some(seen) = change.after.as_ref().or(change.before.as_ref()) else {
        return Ok(());
    };
    let path = safe_path(seen.id.path());
    let fragment = one_line(seen.id.fragment());
    let what = Styled(of_verdict(seen.verdict), in_words(change));
    let line = seen.line;
    writeln!(
        out,
        "  {group:13}  {path}:{line}  #{fragment}  {what}{}",
        moved(change)
    )
}

/// `broken`, `broken (was passes)`, `was broken`, with what else is denied.
fn in_words(change: &Change) -> String {
    match (&change.before, &change.after) {
        (Some(before), None) => format!("was {}", before.verdict),
        (Some(before), Some(after)) if before.verdict != after.verdict => {
            format!("{} (was {})", with_others(after), before.verdict)
        }
        (_, Some(after)) => with_others(after),
        (None, None) => String::new(),
    }
}

fn with_others(seen: &Seen) -> String {
    let others = seen.denied.iter();
    let others: Vec<&Trouble> = others
        .filter(|it| it.kind != TroubleKind::Verdict)
        .collect();
    if others.is_empty() {
        seen.verdict.to_string()
    } else {
        format!("{}, {}", seen.verdict, policy::list(&others))
    }
}

/// Where it was before, if it has another id now.
fn moved(change: &Change) -> String {
    match (&change.before, &change.after) {
        (Some(before), Some(after)) if before.id != after.id => {
            format!("; it was {}", safe_path(before.id.as_str()))
        }
        _ => String::new(),
    }
}
