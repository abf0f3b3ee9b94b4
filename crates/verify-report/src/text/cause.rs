use std::io::{self, Write};

use verify_model::{Cause, CauseKind, Example};

use super::document::place;
use super::style::{Styled, of_verdict};
use super::{INDENT, message};
use crate::Sources;
use crate::snippet;
use crate::terminal_safe::{one_line, safe_path, shortened};

/// At most this many entries stand below an example.
const ENTRIES: usize = 8;
/// At most this many names stand in one gathered entry.
const NAMES: usize = 8;
/// At most this many places stand behind one name.
const PLACES: usize = 3;
/// Characters of a name.
const LINE_CHARS: usize = 160;
/// At most this many lines explain one cause.
const BODY_LINES: usize = 30;

/// One entry below an example.
enum Entry<'a> {
    /// A cause with a line of its own.
    Single(&'a Cause),
    /// Many small causes of one kind in one line.
    Gathered(Gathered),
}

/// Causes of one kind, by name.
struct Gathered {
    label: &'static str,
    names: Vec<Name>,
}

/// A name that causes are about, perhaps empty, and where they lie.
struct Name {
    text: String,
    places: Vec<String>,
    /// The examples that define it otherwise.
    defined_in: Vec<String>,
    causes: usize,
}

/// Writes the causes of `example`, and says whether there are any.
pub(super) fn write(
    path: &str,
    example: &Example,
    sources: &Sources,
    out: &mut dyn Write,
) -> io::Result<bool> {
    let causes = &example.run.causes;
    let mut shown = 0;
    for entry in entries(causes) {
        shown += match entry {
            Entry::Single(cause) => {
                write_single(path, example, cause, sources, out)?;
                1
            }
            Entry::Gathered(gathered) => gathered.write(out)?,
        };
    }
    let more = causes.len().saturating_sub(shown);
    if more > 0 {
        writeln!(out, "{INDENT}and {more} more (see the JSON report)")?;
    }
    Ok(!causes.is_empty())
}

/// What to show: errors first, then what the document leaves out, never more than [`ENTRIES`].
fn entries(causes: &[Cause]) -> Vec<Entry<'_>> {
    let (missing, rest): (Vec<&Cause>, Vec<&Cause>) = causes
        .iter()
        .partition(|cause| cause.kind == CauseKind::MissingName && cause.name.is_some());
    let (elided, singles): (Vec<&Cause>, Vec<&Cause>) = rest
        .into_iter()
        .partition(|cause| cause.kind == CauseKind::ElidedBody && cause.line.is_some());
    let gathered: Vec<Entry<'_>> = [
        (missing, "missing name", "missing names"),
        (elided, "elided code", "elided code"),
    ]
    .into_iter()
    .filter(|(causes, ..)| !causes.is_empty())
    .map(|(causes, one, many)| Entry::Gathered(Gathered::of(&causes, one, many)))
    .collect();
    let room = ENTRIES.saturating_sub(gathered.len());
    let singles = singles.into_iter().take(room).map(Entry::Single);
    singles.chain(gathered).collect()
}

impl Gathered {
    fn of(causes: &[&Cause], one: &'static str, many: &'static str) -> Self {
        let mut names: Vec<Name> = Vec::new();
        for cause in causes {
            let text = shortened(cause.name.as_deref().unwrap_or_default(), LINE_CHARS);
            let place = match (cause.line, cause.column) {
                (Some(line), Some(column)) => Some(format!("{line}:{column}")),
                (Some(line), None) => Some(line.to_string()),
                (None, _) => None,
            };
            match names.iter_mut().find(|known| known.text == text) {
                Some(known) => {
                    known.places.extend(place);
                    known.causes += 1;
                }
                None => names.push(Name {
                    text,
                    places: place.into_iter().collect(),
                    defined_in: cause.explanation.defined_in.clone(),
                    causes: 1,
                }),
            }
        }
        let label = if names.len() == 1 { one } else { many };
        Self { label, names }
    }

    /// Writes the line, and says how many causes it stands for.
    fn write(&self, out: &mut dyn Write) -> io::Result<usize> {
        let shown = self.names.get(..NAMES).unwrap_or(&self.names);
        let list: Vec<String> = shown.iter().map(Name::display).collect();
        let mark = if shown.len() < self.names.len() {
            ", …"
        } else {
            ""
        };
        writeln!(out, "{INDENT}{}: {}{mark}", self.label, list.join(", "))?;
        Ok(shown.iter().map(|name| name.causes).sum())
    }
}

impl Name {
    fn display(&self) -> String {
        let mut places = self.places.get(..PLACES).unwrap_or(&self.places).join(", ");
        if self.places.len() > PLACES {
            places.push_str(", …");
        }
        if !self.defined_in.is_empty() {
            let numbers = self.defined_in.iter().map(|id| match id.split_once('#') {
                Some((_, number)) => format!("#{number}"),
                None => id.clone(),
            });
            let numbers: Vec<String> = numbers.take(PLACES).collect();
            let more = if self.defined_in.len() > PLACES {
                ", …"
            } else {
                ""
            };
            let does = format!("; {}{more} shows one that does not fit", numbers.join(", "));
            places.push_str(&does);
        }
        match (self.text.as_str(), places.as_str()) {
            ("", places) => places.to_owned(),
            (name, "") => name.to_owned(),
            (name, places) => format!("{name} ({places})"),
        }
    }
}

fn write_single(
    path: &str,
    example: &Example,
    cause: &Cause,
    sources: &Sources,
    out: &mut dyn Write,
) -> io::Result<()> {
    let place = match cause.line {
        Some(_) => place(path, cause.line, cause.column),
        None => place(path, Some(example.listed.line), None),
    };
    let label = Styled(of_verdict(example.run.verdict), label(cause));
    let from = match &cause.included {
        Some(from) => format!(" ({}:{})", safe_path(&from.path), from.position),
        None => String::new(),
    };
    let head = format!("{place}{from}  {label}: {}", subject(cause));
    message::write(INDENT, &head, &snippet::title(cause), out)?;
    let body = snippet::body(cause, &example.listed.path, sources);
    let lines: Vec<&str> = body.lines().collect();
    for line in lines.iter().take(BODY_LINES) {
        writeln!(out, "{}", format!("{INDENT}{line}").trim_end())?;
    }
    if lines.len() > BODY_LINES {
        writeln!(out, "{INDENT}… (see the JSON report)")?;
    }
    Ok(())
}

fn label(cause: &Cause) -> String {
    let kind = cause.kind.as_str();
    match &cause.code {
        Some(code) => format!("{kind}[{}]", one_line(code)),
        None => kind.to_owned(),
    }
}

/// The name that a cause is about, unless its message says it anyway.
fn subject(cause: &Cause) -> String {
    match &cause.name {
        Some(name) if !cause.message.contains(name.as_str()) => {
            format!("{}: ", shortened(name, LINE_CHARS))
        }
        _ => String::new(),
    }
}
