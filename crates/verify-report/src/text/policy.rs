use std::collections::BTreeMap;
use std::io::{self, Write};

use verify_model::policy::{AppliedOverride, Excuse, Trouble, TroubleKind};
use verify_model::{Example, Report, Verdict};

use super::INDENT;
use super::style::counted;
use crate::terminal_safe::{safe_path, shortened};

/// Characters of a reason.
const REASON_CHARS: usize = 200;
/// At most this many troubles are named in one line.
const TROUBLES: usize = 8;

/// Writes what the policy makes of `example`, as far as its verdict does not say so by itself.
pub(super) fn write(example: &Example, out: &mut dyn Write) -> io::Result<()> {
    let mut lines: BTreeMap<(&str, String), Vec<&Trouble>> = BTreeMap::new();
    for denied in &example.policy.denied {
        if denied.by.is_none() && fails_anyway(&denied.trouble) {
            continue;
        }
        let why = denied.by.as_ref().map(by_override).unwrap_or_default();
        let line = lines.entry(("fails the run", why)).or_default();
        line.push(&denied.trouble);
    }
    for excused in &example.policy.excused {
        let why = match &excused.by {
            Excuse::Override(applied) => by_override(applied),
            Excuse::Baseline { id } if *id == example.listed.id => {
                ", known from the baseline".to_owned()
            }
            Excuse::Baseline { id } => {
                format!(", known from the baseline as {}", safe_path(id.as_str()))
            }
        };
        let line = lines.entry(("does not fail the run", why)).or_default();
        line.push(&excused.trouble);
    }
    for ((effect, why), troubles) in lines {
        writeln!(out, "{INDENT}{effect}: {}{why}", list(&troubles))?;
    }
    Ok(())
}

/// Whether the trouble is a verdict that fails every run of which nothing else was said.
fn fails_anyway(trouble: &Trouble) -> bool {
    let is_so = |it: &Verdict| it.fails_by_default() && it.as_str() == trouble.name;
    trouble.kind == TroubleKind::Verdict && Verdict::ALL.iter().any(is_so)
}

fn by_override(applied: &AppliedOverride) -> String {
    let scope = safe_path(&applied.scope);
    let reason = shortened(&applied.reason, REASON_CHARS);
    format!(", by the override for {scope}: {reason}")
}

/// Troubles in words, with commas between them.
pub(super) fn list(troubles: &[&Trouble]) -> String {
    let shown = troubles.iter().take(TROUBLES).map(|it| in_words(it));
    let mut words: Vec<String> = shown.collect();
    let more = troubles.len().saturating_sub(TROUBLES);
    if more > 0 {
        words.push(format!("{more} more"));
    }
    words.join(", ")
}

fn in_words(trouble: &Trouble) -> String {
    let name = shortened(&trouble.name, REASON_CHARS);
    match trouble.kind {
        TroubleKind::Verdict => name,
        TroubleKind::Lint if trouble.count == 1 => format!("lint {name}"),
        TroubleKind::Lint => format!("lint {name} ({} times)", trouble.count),
        TroubleKind::Unlinted => "lints not checked".to_owned(),
        TroubleKind::Unfinished => "a program that does not end".to_owned(),
    }
}

/// How many examples fail the run or would, for the totals; empty when the verdicts say it all.
pub(super) fn totals(report: &Report) -> String {
    let decisions = || report.examples.iter().map(|it| &it.policy);
    let is_plain = |example: &Example| {
        let mut denied = example.policy.denied.iter();
        example.policy.excused.is_empty()
            && denied.all(|it| it.by.is_none() && fails_anyway(&it.trouble))
    };
    if report.examples.iter().all(is_plain) {
        return String::new();
    }
    let failing = decisions().filter(|it| it.fails).count();
    let known = decisions().filter(|it| it.is_known()).count();
    let by_override = decisions().filter(|it| {
        let mut excused = it.excused.iter();
        excused.any(|it| matches!(it.by, Excuse::Override(_)))
    });
    let mut parts = vec![counted(failing, "fails the run", "fail the run")];
    for (count, what) in [
        (by_override.count(), "excused by an override"),
        (known, "known from the baseline"),
    ] {
        if count > 0 {
            parts.push(format!("{count} {what}"));
        }
    }
    parts.join(", ")
}
