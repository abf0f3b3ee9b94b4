//! From rustc's JSON messages to diagnostics whose places are mapped to the document.

mod repetition;

use cargo_metadata::diagnostic::{Diagnostic as Json, DiagnosticLevel, DiagnosticSpan as JsonSpan};
use verify_model::{Diagnostic, DiagnosticSpan, GATED_HERE, Level, Note, RemarkLevel, Span};
use verify_source::example::Example;
use verify_source::source_map::SourceMap;

/// Longest text of a place that is kept with it, in bytes.
const MAX_TEXT: usize = 80;

/// The folder below which cargo keeps what it downloaded.
const DOWNLOADED: &str = "/registry/src/";

/// The source file that the compiler was given, and how to read places in it.
pub(crate) struct Source<'a> {
    /// Its path as the compiler names it, relative to the package.
    pub file: &'a str,
    /// From the file's text to the example's.
    pub map: &'a SourceMap,
    /// The example.
    pub example: &'a Example,
    /// The package's directory: where it lies on this machine is nobody's business.
    pub directory: &'a str,
}

/// The diagnostics of `messages` without repetitions: the same code is compiled with and without
/// its tests.
pub(crate) fn convert<'m>(
    messages: impl IntoIterator<Item = &'m Json>,
    source: &Source<'_>,
) -> Vec<Diagnostic> {
    let mut diagnostics: Vec<Diagnostic> = Vec::new();
    for message in messages {
        let diagnostic = diagnostic(message, source);
        repetition::add(&mut diagnostics, diagnostic);
    }
    diagnostics
}

fn diagnostic(json: &Json, source: &Source<'_>) -> Diagnostic {
    let mut spans: Vec<DiagnosticSpan> = json
        .spans
        .iter()
        .map(|span| diagnostic_span(span, source))
        .collect();
    // Stable: places of equal rank keep the compiler's order.
    spans.sort_by_key(|span| !span.primary);
    Diagnostic {
        level: level(json.level),
        code: json.code.as_ref().map(|code| code.code.clone()),
        message: without_paths(&json.message, source.directory),
        spans,
        notes: json
            .children
            .iter()
            .flat_map(|child| notes(child, source))
            .collect(),
    }
}

/// The package that a file was downloaded with, as its folder is called: `NAME-VERSION`.
fn downloaded_package(file: &str) -> Option<String> {
    let (_, rest) = file.split_once(DOWNLOADED)?;
    let package = rest.split('/').nth(1)?;
    Some(package.to_owned())
}

/// A message without the places where this machine keeps things: those of the package, and those of
/// downloaded crates.
fn without_paths(message: &str, directory: &str) -> String {
    let mut rest = message.replace(directory, ".");
    let mut clean = String::new();
    while let Some(at) = rest.find(DOWNLOADED) {
        let start = rest[..at]
            .rfind(|c: char| c.is_whitespace() || matches!(c, '`' | '@' | '"' | '('))
            .map_or(0, |before| before + 1);
        let index = at + DOWNLOADED.len();
        let end = rest[index..]
            .find('/')
            .map_or(rest.len(), |it| index + it + 1);
        clean.push_str(&rest[..start]);
        rest = rest[end..].to_owned();
    }
    clean.push_str(&rest);
    clean
}

fn level(level: DiagnosticLevel) -> Level {
    match level {
        DiagnosticLevel::Ice => Level::Crash,
        DiagnosticLevel::Error => Level::Error,
        DiagnosticLevel::Warning => Level::Warning,
        _ => Level::Note,
    }
}

/// A child message: one note, or one for each replacement that it suggests; what it writes beside
/// places elsewhere, such as which feature an item is behind, is a note as well.
fn notes(child: &Json, source: &Source<'_>) -> Vec<Note> {
    let note = |message: &str| Note {
        level: remark_level(child.level),
        message: without_paths(message, source.directory),
        ..Note::default()
    };
    let (replaced, pointed): (Vec<&JsonSpan>, Vec<&JsonSpan>) = child
        .spans
        .iter()
        .partition(|span| span.suggested_replacement.is_some());
    if !replaced.is_empty() {
        return replaced
            .into_iter()
            .map(|span| Note {
                replacement: span.suggested_replacement.clone(),
                place: replaced_place(span, source),
                ..note(&child.message)
            })
            .collect();
    }
    let spans: Vec<DiagnosticSpan> = pointed
        .iter()
        .map(|span| diagnostic_span(span, source))
        .collect();
    let elsewhere = pointed
        .iter()
        .zip(&spans)
        .filter(|(_, it)| it.place.is_none());
    let labels = elsewhere.filter_map(|(span, _)| Some((span, span.label.as_deref()?)));
    let more = labels.map(|(span, label)| match condition(span, label) {
        Some(condition) => note(&format!("{GATED_HERE}: `{condition}`")),
        None => note(label),
    });
    let more: Vec<Note> = more.collect();
    let first = Note {
        spans,
        ..note(&child.message)
    };
    std::iter::once(first).chain(more).collect()
}

/// The condition that a label points at, on one line.
fn condition(span: &JsonSpan, label: &str) -> Option<String> {
    if label != GATED_HERE {
        return None;
    }
    let lines = span.text.iter().map(|line| {
        let (from, to) = (
            line.highlight_start.max(1) - 1,
            line.highlight_end.max(1) - 1,
        );
        let letters = line.text.chars().skip(from).take(to.saturating_sub(from));
        letters.collect::<String>()
    });
    let words: Vec<String> = lines.map(|it| it.trim().to_owned()).collect();
    Some(words.join(" ")).filter(|it| !it.is_empty())
}

fn remark_level(level: DiagnosticLevel) -> RemarkLevel {
    match level {
        DiagnosticLevel::Help => RemarkLevel::Help,
        _ => RemarkLevel::Note,
    }
}

fn diagnostic_span(span: &JsonSpan, source: &Source<'_>) -> DiagnosticSpan {
    let place = place(span, source);
    let label = span.label.as_deref();
    DiagnosticSpan {
        text: place.as_ref().and_then(|place| text(place, source.example)),
        place,
        primary: span.is_primary,
        label: label.map(|label| without_paths(label, source.directory)),
        package: downloaded_package(&span.file_name),
    }
}

/// Where a place lies in the document. A place inside a macro's definition stands for the call.
fn place(span: &JsonSpan, source: &Source<'_>) -> Option<Span> {
    let mut span = span;
    loop {
        if span.file_name == source.file
            && let Some(place) = in_document(span, source)
        {
            return Some(place);
        }
        span = &span.expansion.as_ref()?.span;
    }
}

fn in_document(span: &JsonSpan, source: &Source<'_>) -> Option<Span> {
    let start = usize::try_from(span.byte_start).ok()?;
    let end = usize::try_from(span.byte_end).ok()?.max(start);
    let code = source.map.range_to_source(start..end).or_else(|| {
        // It begins in the example and ends in code that we added.
        let start = source.map.to_source(start)?;
        Some(start..start)
    })?;
    source.example.span(code)
}

/// The stretch of the document that a suggestion would replace; `None` when that is not all of it.
fn replaced_place(span: &JsonSpan, source: &Source<'_>) -> Option<Span> {
    let start = usize::try_from(span.byte_start).ok()?;
    let end = usize::try_from(span.byte_end).ok()?;
    let code = source.map.range_to_source(start..end)?;
    let is_here = span.file_name == source.file && code.len() == end.checked_sub(start)?;
    is_here.then(|| source.example.span(code)).flatten()
}

/// The example's text at a place in it, when that is short and on one line of the document.
pub(crate) fn text(place: &Span, example: &Example) -> Option<String> {
    let text = example.code.get(place.code.clone())?;
    (place.start.line == place.end.line && text.len() <= MAX_TEXT).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{downloaded_package, without_paths};

    #[test]
    fn a_downloaded_file_belongs_to_a_package() {
        let file = "/home/me/.cargo/registry/src/index-1f/serde-1.0.2/src/lib.rs";
        assert_eq!(downloaded_package(file).as_deref(), Some("serde-1.0.2"));
        assert_eq!(downloaded_package("src/main.rs"), None);
    }

    #[test]
    fn messages_do_not_say_where_this_machine_keeps_things() {
        let message = "`{async block@/home/me/.cargo/registry/src/index-1f/a-0.3.6/src/lib.rs:1:2}` and /cache/crates/x/1/src/main.rs";
        assert_eq!(
            without_paths(message, "/cache/crates/x/1"),
            "`{async block@a-0.3.6/src/lib.rs:1:2}` and ./src/main.rs"
        );
    }
}
