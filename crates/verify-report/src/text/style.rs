use std::fmt;

use anstyle::{AnsiColor, Style};
use verify_model::{Severity, Verdict};

/// Headings.
pub(super) const HEADING: Style = Style::new().bold();

/// What is worth less attention than its surroundings.
pub(super) const QUIET: Style = Style::new().dimmed();

/// The colour of a verdict.
pub(super) const fn of_verdict(verdict: Verdict) -> Style {
    match verdict {
        Verdict::Passes => AnsiColor::Green.on_default(),
        Verdict::Broken | Verdict::Outdated | Verdict::Fails | Verdict::Unexpected => {
            AnsiColor::Red.on_default().bold()
        }
        Verdict::Incomplete | Verdict::Unresolved => AnsiColor::Yellow.on_default(),
        Verdict::Error => AnsiColor::Magenta.on_default().bold(),
        Verdict::Skipped => QUIET,
    }
}

/// The colour of a finding.
pub(super) const fn of_severity(severity: Severity) -> Style {
    match severity {
        Severity::Note => QUIET,
        Severity::Warning => AnsiColor::Yellow.on_default(),
        Severity::Error => AnsiColor::Red.on_default().bold(),
    }
}

/// A text with a style around it. Width and alignment belong inside the text: the style's own
/// bytes would count.
pub(super) struct Styled<T>(pub(super) Style, pub(super) T);

impl<T: fmt::Display> fmt::Display for Styled<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(style, text) = self;
        write!(formatter, "{style}{text}{style:#}")
    }
}

/// `count` and the word for that many things.
pub(super) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
