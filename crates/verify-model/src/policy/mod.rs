//! Which examples fail a run, and why. Pure: what is true of an example is decided before.

mod decision;
mod matter;

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{ExampleId, Run, Stage, Status};

pub use decision::{AppliedOverride, Decision, Denied, Excuse, Excused, Trouble, TroubleKind};
pub use matter::Matter;

/// One layer of a policy: what it says about some matters. It says nothing about all others.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Rules {
    /// What fails the run.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub deny: BTreeSet<Matter>,
    /// What does not.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub allow: BTreeSet<Matter>,
    /// Lints that fail the run, by their names in the report.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub deny_lints: BTreeSet<String>,
    /// Lints that do not.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub allow_lints: BTreeSet<String>,
}

impl Rules {
    /// Whether `matter` is denied; `None` when these rules do not say.
    fn on(&self, matter: Matter) -> Option<bool> {
        if self.deny.contains(&matter) {
            Some(true)
        } else {
            self.allow.contains(&matter).then_some(false)
        }
    }

    /// Whether the lint `name` is denied; `None` when these rules do not say.
    fn on_lint(&self, name: &str) -> Option<bool> {
        if self.deny_lints.contains(name) {
            Some(true)
        } else if self.allow_lints.contains(name) {
            Some(false)
        } else {
            self.on(Matter::Lints)
        }
    }
}

/// Other rules for some examples, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Override {
    /// The id or the glob that stands in the configuration.
    pub scope: String,
    /// Why these examples have rules of their own.
    pub reason: String,
    /// The rules.
    #[serde(flatten)]
    pub rules: Rules,
    /// The examples that it concerns.
    pub examples: BTreeSet<ExampleId>,
}

/// What fails a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Policy {
    /// Everything that fails the run, where no override says otherwise.
    pub deny: BTreeSet<Matter>,
    /// Lints that fail the run even if lints as such do not.
    pub deny_lints: BTreeSet<String>,
    /// Lints that do not fail the run even if lints as such do.
    pub allow_lints: BTreeSet<String>,
    /// Other rules for some examples; later ones go before earlier ones.
    pub overrides: Vec<Override>,
}

impl Default for Policy {
    /// Nothing that is not verified looks green; lints and unfinished programs are only reported.
    fn default() -> Self {
        let denied = |matter: &Matter| match matter {
            Matter::Verdict(verdict) => verdict.fails_by_default(),
            Matter::Lints | Matter::Unfinished => false,
        };
        Self {
            deny: Matter::all().filter(denied).collect(),
            deny_lints: BTreeSet::new(),
            allow_lints: BTreeSet::new(),
            overrides: Vec::new(),
        }
    }
}

impl Policy {
    /// This policy with `rules` on top, which go before everything that it says itself. Rules about
    /// lints as such replace what it says about single ones.
    #[must_use]
    pub fn with(mut self, rules: &Rules) -> Self {
        if rules.on(Matter::Lints).is_some() {
            self.deny_lints.clear();
            self.allow_lints.clear();
        }
        for matter in &rules.allow {
            self.deny.remove(matter);
        }
        self.deny.extend(&rules.deny);
        for lint in &rules.allow_lints {
            self.deny_lints.remove(lint);
        }
        for lint in &rules.deny_lints {
            self.allow_lints.remove(lint);
        }
        self.deny_lints.extend(rules.deny_lints.iter().cloned());
        self.allow_lints.extend(rules.allow_lints.iter().cloned());
        self
    }

    /// Decides whether the example called `id`, of which `run` is known, fails the run.
    #[must_use]
    pub fn decide(&self, id: &ExampleId, run: &Run) -> Decision {
        let mut decision = Decision::default();
        for trouble in self.troubles(id, run) {
            let (general, ruling) = match trouble.kind {
                TroubleKind::Lint => {
                    let name = trouble.name.as_str();
                    (
                        self.denies_lint(name),
                        self.by_override(id, |it| it.on_lint(name)),
                    )
                }
                // Whoever wants no such lint wants to know that nobody looked for it.
                TroubleKind::Unlinted => (true, None),
                TroubleKind::Verdict => self.on(id, Matter::Verdict(run.verdict)),
                TroubleKind::Unfinished => self.on(id, Matter::Unfinished),
            };
            decision.add(trouble, general, ruling);
        }
        decision
    }

    fn on(&self, id: &ExampleId, matter: Matter) -> (bool, Option<(bool, &Override)>) {
        let ruling = self.by_override(id, |rules| rules.on(matter));
        (self.deny.contains(&matter), ruling)
    }

    fn denies_lint(&self, name: &str) -> bool {
        self.deny_lints.contains(name)
            || self.deny.contains(&Matter::Lints) && !self.allow_lints.contains(name)
    }

    /// The last override for `id` that has something to say, and what it says.
    fn by_override(
        &self,
        id: &ExampleId,
        says: impl Fn(&Rules) -> Option<bool>,
    ) -> Option<(bool, &Override)> {
        let overrides = self.overrides.iter().rev();
        overrides
            .filter(|it| it.examples.contains(id))
            .find_map(|it| Some((says(&it.rules)?, it)))
    }

    /// Whether some lint fails the run in the example called `id`.
    fn looks_at_lints(&self, id: &ExampleId) -> bool {
        let (general, ruling) = self.on(id, Matter::Lints);
        let of_overrides = self.overrides.iter().filter(|it| it.examples.contains(id));
        let names_lints = !self.deny_lints.is_empty()
            || of_overrides
                .clone()
                .any(|it| !it.rules.deny_lints.is_empty());
        ruling.map_or(general || names_lints, |(denies, by)| {
            denies || !by.rules.deny_lints.is_empty()
        })
    }

    /// Everything about an example that a policy may have something to say about.
    fn troubles(&self, id: &ExampleId, run: &Run) -> Vec<Trouble> {
        let mut troubles = vec![Trouble::new(TroubleKind::Verdict, run.verdict.as_str())];
        for (lint, count) in &run.lints.by_lint {
            troubles.push(Trouble {
                count: *count,
                ..Trouble::new(TroubleKind::Lint, lint)
            });
        }
        for (stage, report) in &run.stages {
            let kind = match (stage, report.status) {
                (Stage::Run, Status::Unfinished | Status::TimedOut) => TroubleKind::Unfinished,
                (
                    Stage::Lint,
                    Status::Error | Status::TimedOut | Status::Unfinished | Status::Skipped,
                ) if self.looks_at_lints(id) => TroubleKind::Unlinted,
                _ => continue,
            };
            troubles.push(Trouble::new(kind, stage.as_str()));
        }
        troubles
    }
}

#[cfg(test)]
mod tests;
