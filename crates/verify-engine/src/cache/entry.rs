//! The form of an entry: lines of JSON that say what the outcome depends on, the outcome, and a
//! digest of both, so that an entry that was cut short or changed is told from a whole one.

use sha2::{Digest, Sha256};

use super::stored::StoredOutcome;
use crate::layout::hex;

/// Why an entry cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unusable {
    /// It is not as it was written.
    Damaged,
    /// It is about something else.
    Other,
}

impl Unusable {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Damaged => "it is cut short or was changed",
            Self::Other => "it is about something else",
        }
    }
}

/// The printed key of an entry: the ground of its run, then its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Printed {
    text: String,
}

impl Printed {
    pub(super) fn new(ground: &str, key: &str) -> Self {
        Self {
            text: format!("{ground}\n{key}\n"),
        }
    }

    /// The name of the entry's file.
    pub(super) fn name(&self) -> String {
        hex(&Sha256::digest(self.text.as_bytes()))
    }
}

/// An entry about `outcomes`.
pub(super) fn encode(key: &Printed, outcomes: &[StoredOutcome]) -> serde_json::Result<Vec<u8>> {
    let mut entry = key.text.clone().into_bytes();
    serde_json::to_writer(&mut entry, outcomes)?;
    entry.push(b'\n');
    let digest = hex(&Sha256::digest(&entry));
    entry.extend_from_slice(digest.as_bytes());
    entry.push(b'\n');
    Ok(entry)
}

/// The outcomes that an entry holds, if it is whole and about `key`.
pub(super) fn decode(key: &Printed, entry: &[u8]) -> Result<Vec<StoredOutcome>, Unusable> {
    const DIGEST: usize = 64;
    let end = entry
        .len()
        .checked_sub(DIGEST + 1)
        .ok_or(Unusable::Damaged)?;
    let (content, digest) = entry.split_at(end);
    let expected = hex(&Sha256::digest(content));
    if digest.strip_suffix(b"\n") != Some(expected.as_bytes()) {
        return Err(Unusable::Damaged);
    }
    let outcomes = content
        .strip_prefix(key.text.as_bytes())
        .ok_or(Unusable::Other)?;
    serde_json::from_slice(outcomes).map_err(|_| Unusable::Damaged)
}
