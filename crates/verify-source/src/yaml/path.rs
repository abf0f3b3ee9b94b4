//! Names for places in a YAML document.

use std::fmt::Write;

/// Longest key that is shown, in characters.
const MAX_KEY: usize = 40;

/// Where the parser is: the keys and indexes from the root to the node at hand.
#[derive(Debug, Default)]
pub(super) struct Path {
    frames: Vec<Frame>,
}

#[derive(Debug)]
enum Frame {
    /// In a mapping; the key whose value comes next, or none when a key comes next.
    Mapping(Option<String>),
    /// In a sequence; the index of the node at hand, from 0, once there is one.
    Sequence(Option<usize>),
}

impl Path {
    /// A node begins: a scalar, an alias or a collection.
    pub(super) fn begin_node(&mut self) {
        if let Some(Frame::Sequence(index)) = self.frames.last_mut() {
            *index = Some(index.map_or(0, |index| index + 1));
        }
    }

    /// The node ends. `text` is its text if it is a scalar, in case it is a key.
    pub(super) fn end_node(&mut self, text: Option<&str>) {
        if let Some(Frame::Mapping(key)) = self.frames.last_mut() {
            *key = match key {
                Some(_) => None,
                None => Some(text.map_or_else(|| "?".to_owned(), shown)),
            };
        }
    }

    pub(super) fn enter_mapping(&mut self) {
        self.frames.push(Frame::Mapping(None));
    }

    pub(super) fn enter_sequence(&mut self) {
        self.frames.push(Frame::Sequence(None));
    }

    pub(super) fn leave(&mut self) {
        self.frames.pop();
    }

    /// The path of the node at hand, like `examples[1].content`; empty at the root.
    pub(super) fn show(&self) -> String {
        let mut path = String::new();
        for frame in &self.frames {
            match frame {
                Frame::Sequence(index) => {
                    // Writing to a string cannot fail.
                    let _ = write!(path, "[{}]", index.unwrap_or_default());
                }
                Frame::Mapping(key) => {
                    if !path.is_empty() {
                        path.push('.');
                    }
                    // A text that is itself a key.
                    path.push_str(key.as_deref().unwrap_or("?"));
                }
            }
        }
        path
    }
}

/// A key as it is shown: quoted if it is not a plain word, and bounded in length.
fn shown(key: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    let cut: String = key.chars().take(MAX_KEY).collect();
    if cut == key && !key.is_empty() && key.chars().all(is_plain) {
        cut
    } else {
        format!("{cut:?}")
    }
}
