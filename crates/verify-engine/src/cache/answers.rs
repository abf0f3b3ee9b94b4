//! Answers by their questions: what every kind of memory is made of.

use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::store::Store;
use super::{CacheUse, FORMAT, entry};
use crate::event::Event;
use crate::layout::Layout;

/// What is remembered in one bucket of the cache directory.
///
/// A question is printed text that holds everything that the answer depends on. Whatever is wrong
/// with an entry, it counts as not there, and an event tells of it.
#[derive(Clone)]
pub(crate) struct Answers<'a> {
    store: Store,
    usage: CacheUse,
    observe: &'a (dyn Fn(Event) + Sync),
}

impl<'a> Answers<'a> {
    /// The bucket called `bucket`.
    pub(crate) fn new(
        layout: &Layout,
        bucket: &str,
        usage: CacheUse,
        observe: &'a (dyn Fn(Event) + Sync),
    ) -> Self {
        Self {
            store: Store::new(layout.bucket(bucket).join(FORMAT)),
            usage,
            observe,
        }
    }

    /// The answer to `question`, if there is one and it may be used.
    pub(crate) fn recall<T: DeserializeOwned>(&self, question: &str) -> Option<T> {
        if self.usage == CacheUse::Refresh {
            return None;
        }
        let name = entry::name(question);
        let content = match self.store.read(&name) {
            Ok(content) => content?,
            Err(error) => {
                self.fault(&self.store.path(&name), &error.to_string());
                return None;
            }
        };
        match entry::decode(question, &content) {
            Ok(answer) => Some(answer),
            Err(unusable) => {
                self.fault(&self.store.path(&name), unusable.as_str());
                None
            }
        }
    }

    /// Keeps the answer to `question`, in the place of an earlier one.
    pub(crate) fn keep<T: Serialize + ?Sized>(&self, question: &str, answer: &T) {
        let name = entry::name(question);
        let kept = entry::encode(question, answer)
            .map_err(std::io::Error::from)
            .and_then(|content| self.store.write(&name, &content));
        if let Err(error) = kept {
            self.fault(&self.store.path(&name), &error.to_string());
        }
    }

    /// Forgets the answer to `question`.
    pub(crate) fn forget(&self, question: &str) {
        let name = entry::name(question);
        if let Err(error) = self.store.remove(&name) {
            self.fault(&self.store.path(&name), &error.to_string());
        }
    }

    fn fault(&self, path: &Path, reason: &str) {
        (self.observe)(Event::CacheFault {
            path: path.to_owned(),
            reason: reason.to_owned(),
        });
    }
}
