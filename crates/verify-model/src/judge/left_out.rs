//! Errors that come of what an example leaves out where Rust does not mind.

use crate::{Diagnostic, DiagnosticSpan, Gap, LeftOut, LeftOutIn};

/// Errors about what was done to a variable before: it is moved, borrowed, assigned, or none of that.
pub const OF_FLOW: [&str; 12] = [
    "E0381", "E0382", "E0384", "E0499", "E0502", "E0503", "E0505", "E0506", "E0594", "E0596",
    "E0597", "E0716",
];

/// Those that tell only by what they suggest where the variable comes from.
const UNDECLARED: [&str; 2] = ["E0594", "E0596"];

/// What an error says of the code that is left out, when it comes of that.
pub(super) fn explains(left_out: &LeftOut, error: &Diagnostic) -> Option<String> {
    let code = error.code.as_deref()?;
    let within = match code {
        "E0004" => Some(LeftOutIn::Match),
        "E0046" => Some(LeftOutIn::Impl),
        "E0027" | "E0063" => Some(LeftOutIn::Fields),
        "E0057" | "E0060" | "E0061" => Some(LeftOutIn::Arguments),
        _ => None,
    };
    let place = error.place()?.code.start;
    let mut heads = left_out.heads.iter();
    if heads.any(|it| Some(it.within) == within && it.range.contains(&place)) {
        return Some(format!("code is left out here: {}", error.message));
    }
    let about_members = [
        "E0026", "E0407", "E0437", "E0438", "E0559", "E0560", "E0599", "E0609",
    ];
    if about_members.contains(&code) {
        let quoted = error.message.split('`').skip(1).step_by(2);
        let mut names = quoted.map(|it| it.trim_start_matches(['&', '*']));
        if let Some(name) = names.find(|it| left_out.types.contains(base(it))) {
            return Some(format!(
                "the definition of `{}` is left out in part: {}",
                base(name),
                error.message
            ));
        }
    }
    if let Some(message) = of_attributes(left_out, error) {
        return Some(message);
    }
    if is_between(&left_out.gaps, error) {
        return Some(format!(
            "code that is left out decides this: {}",
            error.message
        ));
    }
    let is_about_value = matches!(code, "E0271" | "E0277" | "E0308" | "E0317");
    let places = error.spans.iter().filter_map(|span| span.place.as_ref());
    let mut places = places.map(|place| &place.code);
    let is_block = |place: &std::ops::Range<usize>| {
        let mut blocks = left_out.blocks.iter();
        blocks.any(|block| block.start <= place.start && place.end <= block.end)
    };
    (is_about_value && places.any(is_block)).then(|| "code is left out here".to_owned())
}

/// What an error says of an attribute that is left out in part, when it comes of that: a type may have
/// any trait and any method by it, and code may become something else.
pub(super) fn of_attributes(left_out: &LeftOut, error: &Diagnostic) -> Option<String> {
    let place = error.place()?.code.start;
    if left_out.rewritten.iter().any(|it| it.contains(&place)) {
        return Some(format!(
            "an attribute is left out in part: {}",
            error.message
        ));
    }
    let labels = error.spans.iter().filter_map(|span| span.label.as_deref());
    let says_often = |name: &&String, least: usize| {
        let mut texts = labels.clone().chain([error.message.as_str()]);
        texts.any(|text| {
            let words = text.split(|it: char| !it.is_alphanumeric() && it != '_');
            words.filter(|word| word == name).count() >= least
        })
    };
    // Of a reference, `clone` gives a reference where the type has none of its own.
    let least = match error.code.as_deref()? {
        "E0277" | "E0369" | "E0382" | "E0505" | "E0507" | "E0599" | "E0600" => 1,
        "E0308" => 2,
        _ => return None,
    };
    let is_slip = |text: &str| text.contains("similar name");
    if error.notes.iter().any(|note| is_slip(&note.message)) {
        return None;
    }
    let mut names = left_out.derived.iter();
    let name = names.find(|name| says_often(name, least))?;
    Some(format!(
        "an attribute of `{name}` is left out in part: {}",
        error.message
    ))
}

/// Whether `error` is about moves, borrows or assignments, and statements are left out between what it
/// comes of and where it shows: they could give the variable another value, or end the borrow.
fn is_between(gaps: &[Gap], error: &Diagnostic) -> bool {
    if !error
        .code
        .as_deref()
        .is_some_and(|it| OF_FLOW.contains(&it))
    {
        return false;
    }
    let label = |span: &DiagnosticSpan| span.label.clone().unwrap_or_default();
    let is_declaration = |span: &&DiagnosticSpan| {
        let words = ["move occurs because ", "binding `"];
        let label = label(span);
        let declares = words.iter().any(|it| label.starts_with(it));
        declares && error.code.as_deref() != Some("E0381")
    };
    let suggested = error.notes.iter().filter_map(|it| it.place.as_ref());
    let suggested = suggested.filter(|_| {
        UNDECLARED
            .iter()
            .any(|it| error.code.as_deref() == Some(it))
    });
    let told = error.spans.iter().filter(|it| !is_declaration(it));
    let told = told.filter_map(|it| it.place.as_ref());
    let places: Vec<usize> = told.chain(suggested).map(|it| it.code.start).collect();
    let (Some(&first), Some(&last)) = (places.iter().min(), places.iter().max()) else {
        return false;
    };
    let is_round = error.spans.iter().any(|it| {
        let label = label(it);
        label.contains("previous iteration of") && label.contains("loop")
    });
    gaps.iter().any(|gap| {
        let is_of_block = gap.block.contains(&first) || gap.block.contains(&last);
        let is_between = is_of_block && first < gap.place && gap.place < last;
        let around = gap.around.as_ref();
        is_between || is_round && around.is_some_and(|it| it.contains(&last))
    })
}

/// A type's name without what it is generic over, and without its path.
fn base(name: &str) -> &str {
    let name = name.split('<').next().unwrap_or(name);
    name.rsplit("::").next().unwrap_or(name)
}
