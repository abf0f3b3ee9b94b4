//! Which members of a batch a message is about. Pure.

use std::collections::BTreeSet;

use cargo_metadata::diagnostic::{Diagnostic as Json, DiagnosticLevel, DiagnosticSpan};

use verify_source::merging::MEMBER_PREFIX;

use super::sources::{ROOT, as_alone, member_in_line, member_of_file, module};

/// The members that the errors among `messages` name.
///
/// `None` when an error names nobody: any member could be the reason.
pub(super) fn blamed(messages: &[Json]) -> Option<BTreeSet<usize>> {
    let errors = messages.iter().filter(|it| is_error(it));
    let mut all = BTreeSet::new();
    for error in errors {
        let named = members(error);
        if named.is_empty() {
            return None;
        }
        all.extend(named);
    }
    Some(all)
}

/// The members that a message is about: those at its primary places, else those at any.
pub(super) fn members(message: &Json) -> BTreeSet<usize> {
    let at = |is_wanted: fn(&DiagnosticSpan) -> bool| -> BTreeSet<usize> {
        let spans = message.spans.iter().filter(|it| is_wanted(it));
        spans.filter_map(member).collect()
    };
    let primary = at(|it| it.is_primary);
    if !primary.is_empty() {
        return primary;
    }
    let mut any = at(|_| true);
    for child in &message.children {
        any.extend(child.spans.iter().filter_map(member));
    }
    any
}

/// The member in which a place lies, or in which the macro was called that wrote it.
fn member(span: &DiagnosticSpan) -> Option<usize> {
    let mut span = span;
    loop {
        let in_root = || {
            let mut lines = span.text.iter();
            lines.find_map(|line| member_in_line(&line.text))
        };
        if let Some(member) = member_of_file(&span.file_name) {
            return Some(member);
        }
        if span.file_name == ROOT
            && let Some(member) = in_root()
        {
            return Some(member);
        }
        span = &span.expansion.as_ref()?.span;
    }
}

pub(super) fn is_error(message: &Json) -> bool {
    matches!(message.level, DiagnosticLevel::Error | DiagnosticLevel::Ice)
}

/// A member's message as it would be if the member had been compiled alone.
pub(super) fn restored(message: &Json, number: usize, source_file: &str) -> Json {
    let module = format!("{}::", module(number));
    let restore = |text: &mut String| {
        if text.contains(MEMBER_PREFIX) {
            *text = as_alone(text, number, source_file).replace(&module, "");
        }
    };
    let mut message = message.clone();
    restore_all(&mut message, &restore);
    message
}

fn restore_all(message: &mut Json, restore: &dyn Fn(&mut String)) {
    restore(&mut message.message);
    for span in &mut message.spans {
        restore_span(span, restore);
    }
    for child in &mut message.children {
        restore_all(child, restore);
    }
}

fn restore_span(span: &mut DiagnosticSpan, restore: &dyn Fn(&mut String)) {
    restore(&mut span.file_name);
    if let Some(label) = &mut span.label {
        restore(label);
    }
    if let Some(replacement) = &mut span.suggested_replacement {
        restore(replacement);
    }
    if let Some(expansion) = &mut span.expansion {
        restore_span(&mut expansion.span, restore);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(file: &str, line: &str, is_primary: bool) -> serde_json::Value {
        serde_json::json!({
            "file_name": file, "byte_start": 0, "byte_end": 1, "line_start": 1, "line_end": 1,
            "column_start": 1, "column_end": 2, "is_primary": is_primary,
            "text": [{"text": line, "highlight_start": 1, "highlight_end": 2}],
            "label": null, "suggested_replacement": null, "suggestion_applicability": null,
            "expansion": null
        })
    }

    fn message(level: &str, text: &str, spans: &[serde_json::Value]) -> Json {
        let json = serde_json::json!({
            "message": text, "code": null, "level": level, "spans": spans, "children": [],
            "rendered": null
        });
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn errors_name_members_and_warnings_do_not() {
        let messages = [
            message("error", "a", &[span("verify_member_3.rs", "", true)]),
            message("warning", "b", &[span("verify_member_4.rs", "", true)]),
        ];
        assert_eq!(blamed(&messages), Some(BTreeSet::from([3])));
    }

    #[test]
    fn an_error_in_the_root_names_the_member_of_its_line() {
        let line = "\"verify_member_5\" => report(verify_member_5::verify_member_entry()),";
        let messages = [message("error", "a", &[span("root.rs", line, true)])];
        assert_eq!(blamed(&messages), Some(BTreeSet::from([5])));
    }

    #[test]
    fn an_error_in_a_macro_names_the_member_that_called_it() {
        let mut inner = span("/deps/macro.rs", "", true);
        inner["expansion"] = serde_json::json!({
            "span": span("verify_member_6.rs", "", false),
            "macro_decl_name": "m!",
            "def_site_span": null
        });
        let messages = [message("error", "a", &[inner])];
        assert_eq!(blamed(&messages), Some(BTreeSet::from([6])));
    }

    #[test]
    fn both_sides_of_a_conflict_are_named_when_neither_is_primary() {
        let spans = vec![
            span("verify_member_1.rs", "", false),
            span("verify_member_2.rs", "", false),
        ];
        let messages = [message("error", "a", &spans)];
        assert_eq!(blamed(&messages), Some(BTreeSet::from([1, 2])));
    }

    #[test]
    fn an_error_that_names_nobody_could_be_anybodys() {
        let of_a_dependency = vec![span("/deps/lib.rs", "", true)];
        let messages = [message("error", "a", &of_a_dependency)];
        assert_eq!(blamed(&messages), None);
        assert_eq!(blamed(&[message("error", "linking failed", &[])]), None);
    }

    #[test]
    fn a_members_message_does_not_say_that_it_was_one() {
        let text = "`verify_member_7::S` at verify_member_7.rs:1:2, not verify_member_8::S";
        let message = message("warning", text, &[span("verify_member_7.rs", "", true)]);
        let restored = restored(&message, 7, "src/main.rs");
        assert_eq!(
            restored.message,
            "`S` at src/main.rs:1:2, not verify_member_8::S"
        );
        assert_eq!(restored.spans[0].file_name, "src/main.rs");
    }
}
