//! Messages that say the same. With its tests, which bring crates of their own, the same code may have
//! names with paths that are shorter without: which of the two compilations ends first must not show.

use verify_model::{Diagnostic, DiagnosticSpan};

/// Adds `new` to `all` unless something there says the same; of two that do, the shorter one is kept.
pub(super) fn add(all: &mut Vec<Diagnostic>, new: Diagnostic) {
    let is_alike =
        |it: &Diagnostic| it.code == new.code && it.level == new.level && it.place() == new.place();
    let mut alike = all.iter_mut().filter(|it| is_alike(it));
    let known = alike.find(|it| **it == new || unqualified(it) == unqualified(&new));
    match known {
        None => all.push(new),
        Some(known) if length(&new) < length(known) => *known = new,
        Some(_) => {}
    }
}

/// The same without the modules of paths.
fn unqualified(diagnostic: &Diagnostic) -> Diagnostic {
    let mut plain = diagnostic.clone();
    for text in texts(&mut plain) {
        *text = without_modules(text);
    }
    plain
}

fn length(diagnostic: &Diagnostic) -> usize {
    let mut diagnostic = diagnostic.clone();
    texts(&mut diagnostic).map(|it| it.len()).sum()
}

/// All that the compiler worded.
fn texts(diagnostic: &mut Diagnostic) -> impl Iterator<Item = &mut String> {
    let notes = diagnostic.notes.iter_mut().flat_map(|note| {
        let worded = std::iter::once(&mut note.message).chain(&mut note.replacement);
        worded.chain(labels(&mut note.spans))
    });
    std::iter::once(&mut diagnostic.message)
        .chain(labels(&mut diagnostic.spans))
        .chain(notes)
}

fn labels(spans: &mut [DiagnosticSpan]) -> impl Iterator<Item = &mut String> {
    spans.iter_mut().filter_map(|it| it.label.as_mut())
}

/// `std::pin::Pin` as `Pin`.
fn without_modules(text: &str) -> String {
    let is_of_name = |it: char| it == '_' || it.is_alphanumeric();
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("::") {
        let start = rest[..at].rfind(|it| !is_of_name(it));
        let start = start.map_or(0, |it| {
            it + rest[it..].chars().next().map_or(1, char::len_utf8)
        });
        let segment = &rest[start..at];
        let is_module = segment.starts_with(|it: char| it == '_' || it.is_lowercase());
        plain.push_str(&rest[..if is_module { start } else { at + 2 }]);
        rest = &rest[at + 2..];
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use verify_model::Level;

    use super::*;

    fn error(message: &str) -> Diagnostic {
        Diagnostic {
            level: Level::Error,
            code: Some("E0308".to_owned()),
            message: message.to_owned(),
            spans: Vec::new(),
            notes: Vec::new(),
        }
    }

    #[test]
    fn modules_are_left_out_of_paths() {
        for (text, expected) in [
            (
                "expected `std::pin::Pin<&mut a::B>`",
                "expected `Pin<&mut B>`",
            ),
            (
                "`Self::Item` of `Vec::<u8>::new`",
                "`Self::Item` of `Vec::<u8>::new`",
            ),
            ("é::b, ::std::fmt", "b, ::fmt"),
            ("nothing", "nothing"),
        ] {
            assert_eq!(without_modules(text), expected);
        }
    }

    #[test]
    fn of_two_that_say_the_same_the_shorter_is_kept_whichever_comes_first() {
        let (long, short) = ("expected `std::pin::Pin<B>`", "expected `Pin<B>`");
        for texts in [[long, short], [short, long], [short, short]] {
            let mut all = Vec::new();
            for text in texts {
                add(&mut all, error(text));
            }
            assert_eq!(all, [error(short)]);
        }
        let mut all = vec![error(short)];
        add(&mut all, error("expected `Pin<C>`"));
        assert_eq!(all.len(), 2);
    }
}
