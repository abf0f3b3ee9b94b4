//! A stream cut into lines.

/// Collects pieces of a stream and hands on each line, without its `\n`, as soon as it is whole.
#[derive(Debug)]
pub(super) struct LineSplitter {
    partial: Vec<u8>,
    limit: usize,
    /// The current line is too long; everything up to its end is thrown away.
    discarding: bool,
    dropped: u64,
}

impl LineSplitter {
    /// A splitter that drops lines longer than `limit` bytes.
    pub(super) const fn new(limit: usize) -> Self {
        Self {
            partial: Vec::new(),
            limit,
            discarding: false,
            dropped: 0,
        }
    }

    pub(super) fn push(&mut self, mut bytes: &[u8], on_line: &mut dyn FnMut(&[u8])) {
        while let Some(end) = bytes.iter().position(|&byte| byte == b'\n') {
            self.extend(&bytes[..end]);
            self.end_line(on_line);
            bytes = &bytes[end + 1..];
        }
        self.extend(bytes);
    }

    /// Hands on a last line that has no line end.
    pub(super) fn finish(&mut self, on_line: &mut dyn FnMut(&[u8])) {
        if self.discarding || !self.partial.is_empty() {
            self.end_line(on_line);
        }
    }

    /// How many lines were too long.
    pub(super) const fn dropped(&self) -> u64 {
        self.dropped
    }

    fn extend(&mut self, bytes: &[u8]) {
        if self.discarding {
            return;
        }
        if self.partial.len() + bytes.len() > self.limit {
            self.discarding = true;
            self.partial = Vec::new();
        } else {
            self.partial.extend_from_slice(bytes);
        }
    }

    fn end_line(&mut self, on_line: &mut dyn FnMut(&[u8])) {
        if self.discarding {
            self.discarding = false;
            self.dropped += 1;
        } else {
            on_line(&self.partial);
            self.partial.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::LineSplitter;

    fn split(limit: usize, pieces: &[&str], finish: bool) -> (Vec<String>, u64) {
        let mut splitter = LineSplitter::new(limit);
        let mut lines = Vec::new();
        let mut on_line =
            |line: &[u8]| lines.push(String::from_utf8(line.to_vec()).expect("UTF-8"));
        for piece in pieces {
            splitter.push(piece.as_bytes(), &mut on_line);
        }
        if finish {
            splitter.finish(&mut on_line);
        }
        (lines, splitter.dropped())
    }

    #[test]
    fn lines_are_whole_whatever_the_pieces() {
        let (lines, dropped) = split(10, &["o", "ne\ntw", "o\n\nth", "ree\n"], false);
        assert_eq!(lines, ["one", "two", "", "three"]);
        assert_eq!(dropped, 0);
    }

    #[test]
    fn a_last_line_without_an_end_is_handed_on_only_when_asked_for() {
        assert_eq!(split(10, &["one\ntwo"], false).0, ["one"]);
        assert_eq!(split(10, &["one\ntwo"], true).0, ["one", "two"]);
        assert_eq!(split(10, &["one\n"], true).0, ["one"]);
    }

    #[test]
    fn lines_that_are_too_long_are_dropped_and_counted() {
        let (lines, dropped) = split(3, &["abc\nab", "cd", "ef\nxyz\n", "12345"], true);
        assert_eq!(lines, ["abc", "xyz"]);
        assert_eq!(dropped, 2);
    }
}
