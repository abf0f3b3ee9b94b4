//! Errors that come of what an example leaves out where Rust does not mind.

use crate::{Diagnostic, LeftOut, LeftOutIn};

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
    let is_about_value = matches!(code, "E0271" | "E0277" | "E0308" | "E0317");
    let places = error.spans.iter().filter_map(|span| span.place.as_ref());
    let mut places = places.map(|place| &place.code);
    let is_block = |place: &std::ops::Range<usize>| {
        let mut blocks = left_out.blocks.iter();
        blocks.any(|block| block.start <= place.start && place.end <= block.end)
    };
    (is_about_value && places.any(is_block)).then(|| "code is left out here".to_owned())
}

/// A type's name without what it is generic over, and without its path.
fn base(name: &str) -> &str {
    let name = name.split('<').next().unwrap_or(name);
    name.rsplit("::").next().unwrap_or(name)
}
