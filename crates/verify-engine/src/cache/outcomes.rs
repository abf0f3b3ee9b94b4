//! Outcomes by what they depend on.

use std::sync::atomic::{AtomicUsize, Ordering};

use verify_model::Outcome;

use super::CacheUse;
use super::answers::Answers;
use super::cacheable::{is_lasting, is_sealed};
use super::key::{Ground, Key, Subject, Task};
use super::stored::StoredOutcome;
use crate::event::Event;
use crate::layout::Layout;

/// Outcomes of this run and of earlier ones.
pub(crate) struct Outcomes<'a> {
    answers: Answers<'a>,
    ground: Ground,
    /// `ground`, printed.
    printed_ground: String,
    recalled: AtomicUsize,
}

/// Where the outcomes of one subject are kept; `None` in it when they may not be.
pub(crate) struct Place(Option<String>);

impl<'a> Outcomes<'a> {
    pub(crate) fn new(
        layout: &Layout,
        usage: CacheUse,
        ground: Ground,
        observe: &'a (dyn Fn(Event) + Sync),
    ) -> Self {
        Self {
            answers: Answers::new(layout, super::OUTCOMES, usage, observe),
            // Plain structs of strings always serialize.
            printed_ground: serde_json::to_string(&ground).unwrap_or_default(),
            ground,
            recalled: AtomicUsize::new(0),
        }
    }

    /// Where the outcomes of doing `task` to `subject` are kept.
    pub(crate) fn place(&self, task: Task, subject: &Subject<'_>) -> Place {
        if !is_sealed(subject.plan, &subject.rendered.text) {
            return Place(None);
        }
        let key = Key::new(task, subject, &self.ground);
        let printed = key.and_then(|key| serde_json::to_string(&key).ok());
        Place(printed.map(|key| format!("{}\n{key}", self.printed_ground)))
    }

    /// The outcomes kept at `place`, as outcomes of `subject`.
    pub(crate) fn recall(&self, place: &Place, subject: &Subject<'_>) -> Option<Vec<Outcome>> {
        let stored: Vec<StoredOutcome> = self.answers.recall(place.0.as_ref()?)?;
        let outcomes = stored.into_iter().map(|it| it.revive(subject.example));
        let outcomes = outcomes.collect::<Option<_>>()?;
        self.recalled.fetch_add(1, Ordering::Relaxed);
        Some(outcomes)
    }

    /// Keeps `outcomes` at `place` if they would come out the same again; else whatever was there
    /// is removed, since it did not.
    pub(crate) fn keep(&self, place: &Place, outcomes: &[&Outcome]) {
        let Some(key) = &place.0 else { return };
        if is_lasting(outcomes) {
            let stored: Vec<StoredOutcome> =
                outcomes.iter().map(|it| StoredOutcome::of(it)).collect();
            self.answers.keep(key, &stored);
        } else {
            self.answers.forget(key);
        }
    }

    /// SHA-256 of cargo's configuration.
    pub(crate) fn configuration(&self) -> &str {
        &self.ground.cargo_configuration
    }

    /// How often something was not done because what comes of it was known.
    pub(crate) fn recalled(&self) -> usize {
        self.recalled.load(Ordering::Relaxed)
    }
}
