//! From saphyr-parser's positions, which count characters, to bytes.

/// Finds byte offsets of characters; quick when asked in rising order.
pub(super) struct Offsets<'a> {
    text: &'a str,
    /// The place of the last answer: so many characters, so many bytes.
    chars: usize,
    bytes: usize,
}

impl<'a> Offsets<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            chars: 0,
            bytes: 0,
        }
    }

    /// The byte offset of the `index`-th character, from 0; the end when there are fewer.
    pub(super) fn byte(&mut self, index: usize) -> usize {
        if index < self.chars {
            (self.chars, self.bytes) = (0, 0);
        }
        let rest = &self.text[self.bytes..];
        let steps = index - self.chars;
        self.bytes = match rest.char_indices().nth(steps) {
            Some((at, _)) => self.bytes + at,
            None => self.text.len(),
        };
        self.chars = index;
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_found_in_any_order() {
        let mut offsets = Offsets::new("aä→b");
        let found = [3, 1, 2, 0, 4, 9, 1].map(|index| offsets.byte(index));
        assert_eq!(found, [6, 1, 3, 0, 7, 7, 1]);
    }
}
