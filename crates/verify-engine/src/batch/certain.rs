//! What a compilation of several offenders says of each of them, as far as it would say the same
//! had it been compiled alone. Pure.
//!
//! The compiler goes on from one phase to the next, or stops there, for a whole crate at once. The
//! errors of a last module show that it did not stop for anybody here; so it would not have stopped
//! for any of them alone, and whoever has an error has all of them. What is left are messages that
//! speak of others, of their names and traits, or that are worded otherwise because of them: these
//! are not certain.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::diagnostic::{Diagnostic as Json, DiagnosticSpan};
use verify_source::merging::{MEMBER_PREFIX, Visible};

use super::blame::{is_error, members, restored};
use super::sources::{LAST_ERRORS, LAST_FILE, ROOT, member_of_file, module};

/// Words of messages that leave something out, or that say how many they do not name: how many
/// there are depends on all.
const SHORTENED: [&str; 6] = [
    "...",
    "\u{2026}",
    "others",
    "other candidate",
    "other types",
    "full type name",
];

/// How a note begins that the compiler adds once, to the first message of a sort.
const SAID_ONCE: &str = "for more information";

/// An example that was taken out of a batch.
pub(super) struct Offender<'a> {
    /// Its number in the batch.
    pub number: usize,
    /// Its source file.
    pub text: &'a str,
    /// What others could notice of it.
    pub visible: &'a Visible,
}

/// The offenders whose errors are certain, each with the messages about it as they would be alone.
/// `None` when the compiler did not get to its last phases.
pub(super) fn certain(
    messages: &[Json],
    offenders: &[Offender<'_>],
    source_file: &str,
) -> Option<BTreeMap<usize, Vec<Json>>> {
    let mut said: BTreeMap<usize, Vec<&Json>> = BTreeMap::new();
    let mut at_the_end = BTreeSet::new();
    for message in messages {
        let members = members(message);
        if members.is_empty() && is_error(message) {
            at_the_end.insert(code_at_the_end(message)?);
        }
        for member in members {
            said.entry(member).or_default().push(message);
        }
    }
    if !LAST_ERRORS.iter().all(|it| at_the_end.contains(it)) {
        return None;
    }
    let company = Company::of(offenders);
    let once = said_once(messages);
    let certain = offenders.iter().filter_map(|offender| {
        let said = said.get(&offender.number)?;
        let is_certain = said.iter().any(|it| is_error(it))
            && company.leaves_its_traits_alone(offender)
            && said.iter().all(|it| {
                is_about(it, offender)
                    && !lacks_a_note(it, &once)
                    && company.cannot_be_meant(it, offender, source_file)
            });
        is_certain.then(|| {
            let said = said.iter();
            let said = said.map(|it| restored(it, offender.number, source_file));
            (offender.number, said.collect())
        })
    });
    Some(certain.collect())
}

/// The code of an error of the last module; `None` when it is about something else.
fn code_at_the_end(error: &Json) -> Option<&str> {
    let is_there = |it: &DiagnosticSpan| it.is_primary && it.file_name == LAST_FILE;
    let code = error.code.as_ref()?;
    error.spans.iter().any(is_there).then_some(&code.code)
}

/// Whether a message is about this offender only, and about nothing that we added to it.
fn is_about(message: &Json, offender: &Offender<'_>) -> bool {
    // Lints say once for all why they are looked at.
    let is_lint = || {
        let code = message.code.as_ref();
        code.is_some_and(|it| !it.code.starts_with('E'))
    };
    let mut spans = message.spans.iter();
    members(message) == BTreeSet::from([offender.number])
        && !(is_error(message) && is_lint())
        && spans.all(|it| is_inside(it, offender))
        && message.children.iter().all(|child| {
            let mut spans = child.spans.iter();
            spans.all(|it| is_inside(it, offender))
        })
}

/// Whether a place is the offender's, or in no file of the batch.
fn is_inside(span: &DiagnosticSpan, offender: &Offender<'_>) -> bool {
    let is_inside = match member_of_file(&span.file_name) {
        Some(member) => {
            let end = usize::try_from(span.byte_end).unwrap_or(usize::MAX);
            member == offender.number && end <= offender.text.len()
        }
        None => span.file_name != ROOT && span.file_name != LAST_FILE,
    };
    let expansion = span.expansion.as_ref();
    is_inside && expansion.is_none_or(|it| self::is_inside(&it.span, offender))
}

/// Notes that only one error has, by the codes of these errors.
fn said_once(messages: &[Json]) -> Vec<(Option<&str>, &str)> {
    let mut counts: BTreeMap<(Option<&str>, &str), usize> = BTreeMap::new();
    for message in messages.iter().filter(|it| is_error(it)) {
        for note in general_notes(message) {
            *counts.entry((code(message), note)).or_default() += 1;
        }
    }
    let once = counts.into_iter().filter(|(_, count)| *count == 1);
    once.map(|(note, _)| note).collect()
}

fn general_notes(message: &Json) -> impl Iterator<Item = &str> {
    let notes = message.children.iter().filter(|it| it.spans.is_empty());
    let notes = notes.map(|it| it.message.as_str());
    notes.filter(|it| it.starts_with(SAID_ONCE))
}

/// Whether an error could have had a note that another took from it.
fn lacks_a_note(message: &Json, once: &[(Option<&str>, &str)]) -> bool {
    is_error(message)
        && once
            .iter()
            .any(|(of, note)| *of == code(message) && !general_notes(message).any(|it| it == *note))
}

fn code(message: &Json) -> Option<&str> {
    message.code.as_ref().map(|it| it.code.as_str())
}

/// What all offenders of a compilation bring with them: how many define, or implement, what is
/// called so.
struct Company<'a> {
    defined: BTreeMap<&'a str, usize>,
    implemented: BTreeMap<&'a str, usize>,
    by_hand: BTreeMap<&'a str, usize>,
}

impl<'a> Company<'a> {
    fn of(offenders: &[Offender<'a>]) -> Self {
        let count = |names: fn(&Visible) -> &BTreeSet<String>| {
            let mut counts: BTreeMap<&'a str, usize> = BTreeMap::new();
            for name in offenders.iter().flat_map(|it| names(it.visible)) {
                *counts.entry(name.as_str()).or_default() += 1;
            }
            counts
        };
        Self {
            defined: count(|it| &it.defined),
            implemented: count(|it| &it.implemented),
            by_hand: count(|it| &it.by_hand),
        }
    }

    /// Whether nobody else implements the offender's traits by hand: what is wrong with one
    /// implementation of a trait can keep the others from being looked at.
    fn leaves_its_traits_alone(&self, offender: &Offender<'_>) -> bool {
        let visible = offender.visible;
        let mut traits = visible.implemented.iter();
        traits.all(|it| !is_others(&self.by_hand, &visible.by_hand, it))
    }

    /// Whether no word of a message could mean something of somebody else, or be there, or be
    /// longer, because of somebody else.
    fn cannot_be_meant(&self, message: &Json, offender: &Offender<'_>, source_file: &str) -> bool {
        let visible = offender.visible;
        let could_mean_others = |word: &str| {
            // If both define it, the name alone never stands for one of them.
            let is_defined = !visible.defined.contains(word) && self.defined.contains_key(word);
            is_defined || is_others(&self.implemented, &visible.implemented, word)
        };
        let module = module(offender.number);
        let restored = restored(message, offender.number, source_file);
        texts(message)
            .into_iter()
            .all(|it| is_worded_as_alone(it, &module))
            && texts(&restored)
                .into_iter()
                .all(|text| !text.contains(MEMBER_PREFIX) && !words(text).any(could_mean_others))
    }
}

/// Whether somebody else has `name`, too.
fn is_others(all: &BTreeMap<&str, usize>, own: &BTreeSet<String>, name: &str) -> bool {
    let count = all.get(name).copied().unwrap_or_default();
    count > usize::from(own.contains(name))
}

/// Whether a text is worded as it would be without the `module` around the example. Names that
/// several define are given with their paths: only of those right below the module is this the
/// path that they have alone.
fn is_worded_as_alone(text: &str, module: &str) -> bool {
    if SHORTENED.iter().any(|it| text.contains(it)) {
        return false;
    }
    let prefix = format!("{module}::");
    text.match_indices(&prefix).all(|(at, _)| {
        let behind = &text[at + prefix.len()..];
        let end = behind.find(|it: char| !is_of_word(it));
        let goes_on = end.is_some_and(|end| behind[end..].starts_with("::"));
        !goes_on && !text[..at].ends_with("crate::")
    })
}

/// All that a message says.
fn texts(message: &Json) -> Vec<&str> {
    let mut texts = vec![message.message.as_str()];
    for span in &message.spans {
        texts.extend(span.label.as_deref());
        texts.extend(span.suggested_replacement.as_deref());
    }
    for child in &message.children {
        texts.extend(self::texts(child));
    }
    texts
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|it: char| !is_of_word(it));
    words.filter(|it| !it.is_empty())
}

fn is_of_word(character: char) -> bool {
    character == '_' || character.is_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::super::sources::LAST_TEXT;
    use super::*;

    fn message(code: &str, text: &str, file: &str, end: usize) -> Json {
        let json = serde_json::json!({
            "message": text, "code": {"code": code, "explanation": null}, "level": "error",
            "spans": [{
                "file_name": file, "byte_start": 0, "byte_end": end, "line_start": 1,
                "line_end": 1, "column_start": 1, "column_end": 2, "is_primary": true, "text": [],
                "label": null, "suggested_replacement": null, "suggestion_applicability": null,
                "expansion": null
            }],
            "children": [], "rendered": null
        });
        serde_json::from_value(json).unwrap()
    }

    fn at_the_end() -> Vec<Json> {
        let errors = LAST_ERRORS.iter();
        errors
            .map(|it| message(it, "as ever", LAST_FILE, LAST_TEXT.len()))
            .collect()
    }

    /// Whether the first of two offenders is certain of what is said of it.
    fn is_certain(texts: [&str; 2], said: Json) -> bool {
        let seen = texts.map(|it| verify_source::merging::visible(it).unwrap());
        let offenders: Vec<Offender<'_>> = (0..2)
            .map(|number| Offender {
                number,
                text: texts[number],
                visible: &seen[number],
            })
            .collect();
        let of_other = message("E0308", "mismatched types", "verify_member_1.rs", 1);
        let messages: Vec<Json> = [said, of_other].into_iter().chain(at_the_end()).collect();
        let certain = certain(&messages, &offenders, "src/lib.rs").unwrap();
        certain.contains_key(&0)
    }

    #[test]
    fn only_what_cannot_be_about_others_is_certain() {
        const OWN: &str = "struct Own; impl From<u8> for Own {}";
        let own_file = "verify_member_0.rs";
        for (other, text, is_expected) in [
            ("fn f() {}", "expected `u8`, found `&str`", true),
            ("struct Own;", "expected `verify_member_0::Own`", true),
            (
                "struct Own;",
                "expected `verify_member_0::inner::Own`",
                false,
            ),
            ("struct Own;", "use crate::verify_member_0::Own", false),
            ("struct Own;", "expected `verify_member_1::Own`", false),
            ("struct Thing;", "expected `Thing`", false),
            ("struct Thing;", "expected `Things`", true),
            ("struct It; impl Fit for It {}", "`Own` is not `Fit`", false),
            ("#[derive(Clone)] struct It;", "`Own` is no `Clone`", false),
            ("#[derive(Clone)] struct It;", "`Own` is no `Copy`", true),
            ("fn f() {}", "`Vec<...>` is not `u8`", false),
            ("fn f() {}", "and 8 others", false),
            (
                "struct It; impl From<u16> for It {}",
                "mismatched types",
                false,
            ),
        ] {
            let said = message("E0308", text, own_file, 5);
            assert_eq!(
                is_certain([OWN, other], said),
                is_expected,
                "{other}: {text}"
            );
        }
        let of_both = message("E0428", "twice", "verify_member_1.rs", 1);
        assert!(!is_certain([OWN, "fn f() {}"], of_both));
        let of_what_we_added = message("E0308", "mismatched types", own_file, OWN.len() + 1);
        assert!(!is_certain([OWN, "fn f() {}"], of_what_we_added));
        let of_a_lint = message("unused", "unused", own_file, 1);
        assert!(!is_certain([OWN, "fn f() {}"], of_a_lint));
    }

    #[test]
    fn a_note_that_is_said_once_could_have_been_due_to_all() {
        let mut with = message("E0106", "missing", "verify_member_1.rs", 1);
        let mut note = message("E0106", "for more information, visit a page", "", 1);
        note.spans.clear();
        with.children.push(note);
        let without = message("E0106", "missing", "verify_member_0.rs", 1);
        let messages = [with.clone(), without.clone()];
        let once = said_once(&messages);
        assert!(lacks_a_note(&without, &once) && !lacks_a_note(&with, &once));
        let both = [with.clone(), with];
        assert!(said_once(&both).is_empty());
    }

    #[test]
    fn nobody_is_certain_when_the_compiler_stopped() {
        let said = message("E0405", "no such trait", "verify_member_0.rs", 1);
        let mut messages = at_the_end();
        messages.push(said);
        assert!(certain(&messages, &[], "src/lib.rs").is_some());
        messages.remove(0);
        assert!(certain(&messages, &[], "src/lib.rs").is_none());
        let mut messages = at_the_end();
        messages.push(message("E0463", "no such crate", "/deps/lib.rs", 1));
        assert!(certain(&messages, &[], "src/lib.rs").is_none());
    }
}
