//! The form of an entry: what was asked, the answer, and a digest of both, so that an entry that
//! was cut short or changed is told from a whole one.

use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use crate::layout::hex;

/// Hexadecimal digits of a digest.
const DIGITS: usize = 64;

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

/// The name of the entry that answers `question`.
pub(super) fn name(question: &str) -> String {
    hex(&Sha256::digest(question.as_bytes()))
}

/// An entry: `question`, `answer` as JSON, and the digest of both, each ended by a line end.
pub(super) fn encode<T: Serialize + ?Sized>(
    question: &str,
    answer: &T,
) -> serde_json::Result<Vec<u8>> {
    let mut entry = format!("{question}\n").into_bytes();
    serde_json::to_writer(&mut entry, answer)?;
    entry.push(b'\n');
    let digest = hex(&Sha256::digest(&entry));
    entry.extend_from_slice(digest.as_bytes());
    entry.push(b'\n');
    Ok(entry)
}

/// The answer that an entry holds, if it is whole and to `question`.
pub(super) fn decode<T: DeserializeOwned>(question: &str, entry: &[u8]) -> Result<T, Unusable> {
    let end = entry
        .len()
        .checked_sub(DIGITS + 1)
        .ok_or(Unusable::Damaged)?;
    let (content, digest) = entry.split_at(end);
    let expected = hex(&Sha256::digest(content));
    if digest.strip_suffix(b"\n") != Some(expected.as_bytes()) {
        return Err(Unusable::Damaged);
    }
    let answer = content
        .strip_prefix(question.as_bytes())
        .and_then(|rest| rest.strip_prefix(b"\n"))
        .ok_or(Unusable::Other)?;
    serde_json::from_slice(answer).map_err(|_| Unusable::Damaged)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_entry_answers_its_own_question_only() {
        let entry = encode("a question", &["an answer"]).unwrap();
        let answer: Vec<String> = decode("a question", &entry).unwrap();
        assert_eq!(answer, ["an answer"]);
        for other in ["a questio", "a question\n", "another", ""] {
            assert_eq!(
                decode::<Vec<String>>(other, &entry),
                Err(Unusable::Other),
                "{other:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn no_damaged_entry_is_read(at in 0_usize..200, bit in 0_u8..8, cut in any::<bool>()) {
            let whole = encode("a question of some length", &vec!["an answer"; 8]).unwrap();
            let at = at % whole.len();
            let mut damaged = whole.clone();
            if cut {
                damaged.truncate(at);
            } else {
                damaged[at] ^= 1 << bit;
            }
            prop_assert!(decode::<Vec<String>>("a question of some length", &damaged).is_err());
        }
    }
}
