//! What changed between two reports.

mod matching;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::policy::{Decision, Policy, Trouble};
use crate::{Example, ExampleId, Verdict};
use matching::matched;

/// What changed since an earlier report, in four groups. No example is in two of them; those that
/// failed neither before nor after are in none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Comparison {
    /// Examples with trouble that was not there before.
    pub new: Vec<Change>,
    /// Examples that failed before, and do no longer.
    pub fixed: Vec<Change>,
    /// Examples with trouble, all of which was there before.
    pub still_failing: Vec<Change>,
    /// Examples that are there no longer, and those that failed before and are now skipped.
    pub gone: Vec<Change>,
}

/// One example in two reports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Change {
    /// What the earlier report says; `null` when the example is not in it.
    pub before: Option<Seen>,
    /// What the later report says; `null` when the example is not in it.
    pub after: Option<Seen>,
}

/// What one report says of an example.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Seen {
    /// Its id.
    pub id: ExampleId,
    /// 1-based line of the opening fence.
    pub line: usize,
    /// What was true of it.
    pub verdict: Verdict,
    /// What about it the policy denies, whether new or known.
    pub denied: Vec<Trouble>,
}

/// Two reports side by side.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// What the policy makes of each of the later examples, in their order, with what the earlier
    /// report knew excused.
    pub decisions: Vec<Decision>,
    /// What changed.
    pub comparison: Comparison,
}

/// Compares the examples of an earlier report with those of a later one, both under `policy`.
///
/// The same example is found by its content first, wherever it stands; then by its name; then by
/// its place below the headings of its document. Documents may have moved.
#[must_use]
pub fn compare(policy: &Policy, before: &[Example], after: &[Example]) -> Compared {
    let matches = matched(before, after);
    let mut compared = Compared::default();
    let groups = &mut compared.comparison;
    for (example, earlier) in after.iter().zip(&matches.earlier) {
        let plain = policy.decide(&example.listed.id, &example.run);
        let earlier = earlier.and_then(|index| before.get(index));
        // The earlier outcome under the rules for where the example stands now.
        let past = earlier.map(|it| policy.decide(&example.listed.id, &it.run));
        let decision = match earlier {
            Some(it) => plain.clone().since(&it.listed.id, &it.run),
            None => plain.clone(),
        };
        let group = if decision.fails {
            Some(&mut groups.new)
        } else if decision.is_known() {
            Some(&mut groups.still_failing)
        } else if !past.as_ref().is_some_and(|it| it.fails) {
            None
        } else if example.run.verdict == Verdict::Skipped {
            Some(&mut groups.gone)
        } else {
            Some(&mut groups.fixed)
        };
        if let Some(group) = group {
            group.push(Change {
                before: earlier.zip(past).map(|(it, past)| Seen::of(it, past)),
                after: Some(Seen::of(example, plain)),
            });
        }
        compared.decisions.push(decision);
    }
    let gone = matches.gone.iter().filter_map(|index| before.get(*index));
    groups.gone.extend(gone.map(|it| Change {
        before: Some(Seen::of(it, policy.decide(&it.listed.id, &it.run))),
        after: None,
    }));
    compared
}

impl Comparison {
    /// The four groups in the order in which people read them, each with its name.
    #[must_use]
    pub fn groups(&self) -> [(&'static str, &[Change]); 4] {
        [
            ("new", self.new.as_slice()),
            ("fixed", self.fixed.as_slice()),
            ("still failing", self.still_failing.as_slice()),
            ("gone", self.gone.as_slice()),
        ]
    }
}

impl Seen {
    fn of(example: &Example, decision: Decision) -> Self {
        Self {
            id: example.listed.id.clone(),
            line: example.listed.line,
            verdict: example.run.verdict,
            denied: decision.denied.into_iter().map(|it| it.trouble).collect(),
        }
    }
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
