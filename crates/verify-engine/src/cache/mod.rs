//! What came out before: outcomes by what they depend on.
//!
//! An outcome's key is a printable struct of everything that can change it, and the entry holds
//! the key in full. Entries are written after the fact, each at once or not at all; what cannot be
//! read, or is about something else, counts as not there. What need not come out the same again is
//! not kept at all.

mod cacheable;
mod entry;
mod key;
mod store;
mod stored;

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use verify_model::Outcome;

use self::cacheable::{is_lasting, is_sealed};
use self::entry::Printed;
use self::key::{FORMAT, Key};
use self::store::Store;
use self::stored::StoredOutcome;
use crate::event::Event;
use crate::layout::Layout;

pub(crate) use self::key::{Ground, Subject, TOOL, Task, sha256};

/// Whether outcomes of earlier runs are used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CacheUse {
    /// What is known is not done again.
    #[default]
    Reuse,
    /// Everything is done again; what comes out takes the place of what was known.
    Refresh,
}

/// Outcomes of this run and of earlier ones.
pub(crate) struct Outcomes<'a> {
    store: Store,
    usage: CacheUse,
    ground: Ground,
    /// `ground`, printed.
    printed_ground: String,
    observe: &'a (dyn Fn(Event) + Sync),
    recalled: AtomicUsize,
}

/// Where the outcomes of one subject are kept; `None` in it when they may not be.
pub(crate) struct Place(Option<Printed>);

impl<'a> Outcomes<'a> {
    pub(crate) fn new(
        layout: &Layout,
        usage: CacheUse,
        ground: Ground,
        observe: &'a (dyn Fn(Event) + Sync),
    ) -> Self {
        Self {
            store: Store::new(layout.outcomes().join(format!("v{FORMAT}"))),
            usage,
            // Plain structs of strings always serialize.
            printed_ground: serde_json::to_string(&ground).unwrap_or_default(),
            ground,
            observe,
            recalled: AtomicUsize::new(0),
        }
    }

    /// Where the outcomes of doing `task` to `subject` are kept.
    pub(crate) fn place(&self, task: Task, subject: &Subject<'_>) -> Place {
        if !is_sealed(subject.plan, &subject.rendered.text) {
            return Place(None);
        }
        let key = serde_json::to_string(&Key::new(task, subject, &self.ground));
        Place(key.ok().map(|key| Printed::new(&self.printed_ground, &key)))
    }

    /// The outcomes kept at `place`, as outcomes of `subject`.
    pub(crate) fn recall(&self, place: &Place, subject: &Subject<'_>) -> Option<Vec<Outcome>> {
        if self.usage == CacheUse::Refresh {
            return None;
        }
        let key = place.0.as_ref()?;
        let name = key.name();
        let content = match self.store.read(&name) {
            Ok(content) => content?,
            Err(error) => {
                self.fault(&self.store.path(&name), &error.to_string());
                return None;
            }
        };
        let stored = match entry::decode(key, &content) {
            Ok(stored) => stored,
            Err(unusable) => {
                self.fault(&self.store.path(&name), unusable.as_str());
                return None;
            }
        };
        let outcomes = stored.into_iter().map(|it| it.revive(subject.example));
        let outcomes: Vec<Outcome> = outcomes.collect::<Option<_>>()?;
        self.recalled.fetch_add(1, Ordering::Relaxed);
        Some(outcomes)
    }

    /// Keeps `outcomes` at `place` if they would come out the same again; else whatever was there
    /// is removed, since it did not.
    pub(crate) fn keep(&self, place: &Place, outcomes: &[Outcome]) {
        let Some(key) = &place.0 else { return };
        let name = key.name();
        let done = if is_lasting(outcomes) {
            let stored: Vec<StoredOutcome> = outcomes.iter().map(StoredOutcome::of).collect();
            entry::encode(key, &stored)
                .map_err(std::io::Error::from)
                .and_then(|content| self.store.write(&name, &content))
        } else {
            self.store.remove(&name)
        };
        if let Err(error) = done {
            self.fault(&self.store.path(&name), &error.to_string());
        }
    }

    /// How often something was not done because its outcome was known.
    pub(crate) fn recalled(&self) -> usize {
        self.recalled.load(Ordering::Relaxed)
    }

    fn fault(&self, path: &Path, reason: &str) {
        (self.observe)(Event::CacheFault {
            path: path.to_owned(),
            reason: reason.to_owned(),
        });
    }
}
