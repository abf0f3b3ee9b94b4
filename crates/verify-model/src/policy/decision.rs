use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Override;
use crate::{ExampleId, Run, Status, Verdict};

/// What the policy makes of an example.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Decision {
    /// Whether it fails the run.
    pub fails: bool,
    /// Why it does; empty when it does not.
    pub denied: Vec<Denied>,
    /// What would fail it as well, were it not excused.
    pub excused: Vec<Excused>,
}

/// Something about an example that can fail a run.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct Trouble {
    /// The sort of it.
    pub kind: TroubleKind,
    /// The verdict, the lint, or the stage.
    pub name: String,
    /// How often it occurs: 1 for everything but lints.
    pub count: usize,
}

/// The sorts of what can fail a run.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum TroubleKind {
    /// The verdict.
    Verdict,
    /// A lint that spoke.
    Lint,
    /// Lints are denied, and the machine could not look for any.
    Unlinted,
    /// A program that neither ended nor failed within its time.
    Unfinished,
}

/// Trouble that fails the run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Denied {
    /// What it is.
    #[serde(flatten)]
    pub trouble: Trouble,
    /// The override that denies it; absent when the policy as a whole does.
    #[serde(default, rename = "override", skip_serializing_if = "Option::is_none")]
    pub by: Option<AppliedOverride>,
}

/// Trouble that fails nothing, although the policy as a whole denies it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Excused {
    /// What it is.
    #[serde(flatten)]
    pub trouble: Trouble,
    /// What excuses it.
    pub by: Excuse,
}

/// What excuses trouble.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Excuse {
    /// An override of the policy.
    Override(AppliedOverride),
    /// The same trouble in the baseline.
    Baseline {
        /// The example's id there.
        id: ExampleId,
    },
}

/// An override that decided something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AppliedOverride {
    /// The id or the glob that stands in the configuration.
    pub scope: String,
    /// The reason that stands there, too.
    pub reason: String,
}

impl Trouble {
    pub(super) fn new(kind: TroubleKind, name: &str) -> Self {
        Self {
            kind,
            name: name.to_owned(),
            count: 1,
        }
    }

    /// Whether an example of which `run` is known had the same trouble, no less of it.
    fn is_known_from(&self, run: &Run) -> bool {
        let stage = |wanted: &[Status]| {
            let mut stages = run.stages.iter();
            stages.any(|(stage, report)| {
                stage.as_str() == self.name && wanted.contains(&report.status)
            })
        };
        match self.kind {
            TroubleKind::Verdict => run.verdict.as_str() == self.name,
            TroubleKind::Lint => {
                let before = run.lints.by_lint.get(&self.name);
                before.is_some_and(|before| *before >= self.count)
            }
            TroubleKind::Unfinished => stage(&[Status::Unfinished, Status::TimedOut]),
            TroubleKind::Unlinted => stage(&[
                Status::Error,
                Status::TimedOut,
                Status::Unfinished,
                Status::Skipped,
            ]),
        }
    }

    /// Whether the machine is to blame, and nothing else.
    fn is_of_environment(&self) -> bool {
        match self.kind {
            TroubleKind::Verdict => self.name == Verdict::Error.as_str(),
            TroubleKind::Unlinted => true,
            TroubleKind::Lint | TroubleKind::Unfinished => false,
        }
    }
}

impl Decision {
    /// Adds `trouble`, which the policy as a whole denies if `general`, and about which an override
    /// may say something else.
    pub(super) fn add(&mut self, trouble: Trouble, general: bool, by: Option<(bool, &Override)>) {
        let applied = |it: &Override| AppliedOverride {
            scope: it.scope.clone(),
            reason: it.reason.clone(),
        };
        match by {
            Some((true, it)) => self.denied.push(Denied {
                trouble,
                by: Some(applied(it)),
            }),
            Some((false, it)) if general => self.excused.push(Excused {
                trouble,
                by: Excuse::Override(applied(it)),
            }),
            None if general => self.denied.push(Denied { trouble, by: None }),
            Some((false, _)) | None => {}
        }
        self.fails = !self.denied.is_empty();
    }

    /// Excuses what was known of the example before: `run`, under the name `id`.
    #[must_use]
    pub fn since(mut self, id: &ExampleId, run: &Run) -> Self {
        let (known, new) = self
            .denied
            .into_iter()
            .partition::<Vec<_>, _>(|it| it.trouble.is_known_from(run));
        self.excused.extend(known.into_iter().map(|it| Excused {
            trouble: it.trouble,
            by: Excuse::Baseline { id: id.clone() },
        }));
        self.fails = !new.is_empty();
        self.denied = new;
        self
    }

    /// Whether it fails the run for want of something on this machine, and for nothing else.
    #[must_use]
    pub fn is_of_environment(&self) -> bool {
        self.fails && self.denied.iter().all(|it| it.trouble.is_of_environment())
    }

    /// Whether the baseline excuses something.
    #[must_use]
    pub fn is_known(&self) -> bool {
        let mut excused = self.excused.iter();
        excused.any(|it| matches!(it.by, Excuse::Baseline { .. }))
    }
}
