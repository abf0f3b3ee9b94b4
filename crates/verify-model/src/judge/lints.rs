//! Counting lints, apart from the verdict.

use crate::{Diagnostic, Level, LintCount};

/// Lints that say nothing about an example's quality. A fragment is never the whole program, so what
/// it defines is naturally not used in it; and which crates and lints there are is our choice.
const CAUSED_BY_EXTRACTION: [&str; 4] = [
    "dead_code",
    "clippy::needless_doctest_main",
    "clippy::blanket_clippy_restriction_lints",
    "unused_crate_dependencies",
];

/// What lints say that speak about the crate as a whole, which is ours. They point at its first
/// bytes, which may be the document's.
const ABOUT_THE_CRATE: &str = "missing documentation for the crate";

/// Counts the lints that speak about the document's own text.
#[must_use]
pub fn count_lints(diagnostics: &[Diagnostic]) -> LintCount {
    let mut count = LintCount::default();
    for diagnostic in diagnostics {
        let Some(lint) = diagnostic.code.as_deref().filter(|code| is_lint(code)) else {
            continue;
        };
        let is_about_text = diagnostic.place().is_some() && diagnostic.message != ABOUT_THE_CRATE;
        if !is_counted(lint) || !is_about_text {
            continue;
        }
        match diagnostic.level {
            Level::Warning => count.warnings += 1,
            Level::Error => count.errors += 1,
            Level::Note | Level::Crash => continue,
        }
        *count.by_lint.entry(lint.to_owned()).or_default() += 1;
    }
    count
}

/// Whether the lint called `name` is ever counted.
#[must_use]
pub fn is_counted(name: &str) -> bool {
    !CAUSED_BY_EXTRACTION.contains(&name)
}

/// Whether a code is a lint's name, not an error code such as `E0308`.
pub(super) fn is_lint(code: &str) -> bool {
    !code
        .strip_prefix('E')
        .is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
}
