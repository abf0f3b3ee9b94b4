//! Output kept within a bound: its head and its tail.

use std::collections::VecDeque;
use std::fmt::Write as _;

use verify_model::Output;

use super::sanitize;

/// What a stream wrote, as far as it was kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Captured {
    /// The first bytes, at most half of the bound.
    pub head: Vec<u8>,
    /// The last bytes that are not in the head, at most half of the bound.
    pub tail: Vec<u8>,
    /// Bytes left out between the two.
    pub omitted: u64,
}

impl Captured {
    /// How many bytes the stream wrote in all, kept or not.
    #[must_use]
    pub fn total_bytes(&self) -> u64 {
        self.omitted + length(&self.head) + length(&self.tail)
    }

    /// Every byte that the stream wrote, unless some were left out.
    #[must_use]
    pub fn complete(&self) -> Option<Vec<u8>> {
        (self.omitted == 0).then(|| [self.head.as_slice(), self.tail.as_slice()].concat())
    }

    /// The kept bytes as text that is safe to show (see [`sanitize`]); bytes that are not UTF-8
    /// are replaced. Where bytes were left out, a line says how many.
    #[must_use]
    pub fn to_text(&self) -> Output {
        if let Some(bytes) = self.complete() {
            return Output {
                text: sanitize(&String::from_utf8_lossy(&bytes)),
                omitted_bytes: 0,
            };
        }
        let head = without_cut_character_at_end(&self.head);
        let tail = without_cut_character_at_start(&self.tail);
        let omitted_bytes = self.total_bytes() - length(head) - length(tail);
        // One by one: an escape sequence that was cut in half must not swallow the mark.
        let mut text = sanitize(&String::from_utf8_lossy(head));
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        // Writing to a string cannot fail.
        let _ = writeln!(text, "[... {omitted_bytes} bytes left out ...]");
        text.push_str(&sanitize(&String::from_utf8_lossy(tail)));
        Output {
            text,
            omitted_bytes,
        }
    }
}

fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

const fn is_continuation(byte: u8) -> bool {
    byte & 0b1100_0000 == 0b1000_0000
}

fn without_cut_character_at_end(bytes: &[u8]) -> &[u8] {
    let Some(lead) = bytes.iter().rposition(|&byte| !is_continuation(byte)) else {
        return bytes;
    };
    let expected = match bytes[lead] {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => 1,
    };
    if bytes.len() - lead < expected {
        &bytes[..lead]
    } else {
        bytes
    }
}

fn without_cut_character_at_start(bytes: &[u8]) -> &[u8] {
    let cut = bytes
        .iter()
        .take(3)
        .take_while(|&&byte| is_continuation(byte))
        .count();
    &bytes[cut..]
}

/// Takes a stream of any length and keeps its head and its tail.
#[derive(Debug)]
pub(super) struct Ring {
    head: Vec<u8>,
    head_limit: usize,
    tail: VecDeque<u8>,
    tail_limit: usize,
    omitted: u64,
}

impl Ring {
    /// A ring that keeps at most `limit` bytes.
    pub(super) fn new(limit: usize) -> Self {
        let head_limit = limit / 2;
        Self {
            head: Vec::new(),
            head_limit,
            tail: VecDeque::new(),
            tail_limit: limit - head_limit,
            omitted: 0,
        }
    }

    pub(super) fn push(&mut self, bytes: &[u8]) {
        let room = self.head_limit - self.head.len();
        let (head, rest) = bytes.split_at(room.min(bytes.len()));
        self.head.extend_from_slice(head);

        let (skipped, kept) = rest.split_at(rest.len().saturating_sub(self.tail_limit));
        let overflow = (self.tail.len() + kept.len()).saturating_sub(self.tail_limit);
        self.tail.drain(..overflow);
        self.tail.extend(kept);
        self.omitted += length(skipped) + u64::try_from(overflow).unwrap_or(u64::MAX);
    }

    pub(super) fn into_captured(self) -> Captured {
        Captured {
            head: self.head,
            tail: self.tail.into(),
            omitted: self.omitted,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Captured, Ring};

    fn captured(limit: usize, pieces: &[&[u8]]) -> Captured {
        let mut ring = Ring::new(limit);
        for piece in pieces {
            ring.push(piece);
        }
        ring.into_captured()
    }

    #[test]
    fn output_within_the_bound_is_kept_whole() {
        let output = captured(8, &[b"abc", b"defgh"]);
        assert_eq!(output.complete().as_deref(), Some(b"abcdefgh".as_slice()));
        assert_eq!(output.to_text().text, "abcdefgh");
    }

    #[test]
    fn the_first_and_last_bytes_are_kept_whatever_the_pieces() {
        let everything: Vec<u8> = (0..=255).collect();
        for size in 1..=everything.len() {
            let pieces: Vec<&[u8]> = everything.chunks(size).collect();
            let output = captured(11, &pieces);
            assert_eq!(output.head, everything[..5]);
            assert_eq!(output.tail, everything[250..]);
            assert_eq!(output.omitted, 245);
            assert_eq!(output.total_bytes(), 256);
            assert_eq!(output.complete(), None);
        }
    }

    #[test]
    fn a_bound_of_zero_keeps_nothing_and_counts_everything() {
        let output = captured(0, &[b"abc"]);
        assert_eq!((output.head.len(), output.tail.len()), (0, 0));
        assert_eq!(output.omitted, 3);
    }

    #[test]
    fn the_text_says_where_and_how_much_was_left_out() {
        let output = captured(4, &[b"abcdefgh"]).to_text();
        assert_eq!(output.text, "ab\n[... 4 bytes left out ...]\ngh");
        assert_eq!(output.omitted_bytes, 4);
    }

    #[test]
    fn a_character_cut_in_half_counts_as_left_out() {
        // Six times three bytes; the bound cuts the second and the fifth.
        let output = captured(8, &["€€€€€€".as_bytes()]).to_text();
        assert_eq!(output.text, "€\n[... 12 bytes left out ...]\n€");
        assert_eq!(output.omitted_bytes, 12);
    }

    #[test]
    fn an_escape_cut_in_half_does_not_swallow_the_mark() {
        let output = captured(8, &[b"a\x1b]0;title and\x07more"]).to_text();
        assert!(output.text.contains("bytes left out"), "{}", output.text);
    }

    #[test]
    fn bytes_that_are_not_text_are_replaced() {
        assert_eq!(captured(8, &[b"a\xffb"]).to_text().text, "a\u{fffd}b");
    }
}
