//! JSON that is safe to print: whatever `terminal_safe()` would remove is escaped, so that nothing is
//! lost and nothing obeyed.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::{Formatter, PrettyFormatter};

use crate::terminal_safe::is_unsafe;

/// Writes `value`, pretty-printed, and a line break.
///
/// Fails only when `out` does.
pub(crate) fn write(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let mut text = Vec::new();
    value.serialize(&mut Serializer::with_formatter(&mut text, Safe::default()))?;
    text.push(b'\n');
    out.write_all(&text)
}

/// Pretty-printing with more escapes than JSON asks for.
#[derive(Default)]
struct Safe(PrettyFormatter<'static>);

impl Formatter for Safe {
    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_array(out)
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array(out)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(out, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array_value(out)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object(out)
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object(out)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(out, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object_value(out)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object_value(out)
    }

    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        out: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let (mut kept, mut before) = (0, None);
        for (at, character) in fragment.char_indices() {
            // Log readers obey `##[…]` wherever it stands.
            let opens_command = character == '#' && before == Some('#');
            if opens_command || is_unsafe(character) || is_ignorable(character) {
                out.write_all(&fragment.as_bytes()[kept..at])?;
                for unit in character.encode_utf16(&mut [0; 2]) {
                    write!(out, "\\u{unit:04x}")?;
                }
                kept = at + character.len_utf8();
            }
            before = Some(character);
        }
        out.write_all(&fragment.as_bytes()[kept..])
    }
}

/// Characters that comparisons by a locale's rules skip: `#`, one of these and `#[` is a command.
const fn is_ignorable(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{34f}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200d}'
        | '\u{2060}'..='\u{2065}' | '\u{206a}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{e0000}'..='\u{e0fff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unsafe_is_escaped_and_nothing_is_lost() {
        let texts = [
            "plain größe 日本 🦀 # ## Heading [x]",
            "\u{1b}[2J\u{9b}2J\u{90}x\u{9c}\u{7f}\u{85}\u{202e}\u{2066}\u{2028}\r\n\t",
            "##[error]x ###vso[task] #\u{200b}#[group] \u{e0001}",
            "\"},{\"forged\":\"\\",
        ];
        let mut out = Vec::new();
        write(&texts, &mut out).unwrap();
        let written = String::from_utf8(out).unwrap();
        assert!(
            written.contains("größe 日本 🦀 # #\\u0023 Heading"),
            "{written}"
        );
        let is_bad = |it: char| (it != '\n' && is_unsafe(it)) || is_ignorable(it);
        assert!(!written.contains(is_bad), "{written:?}");
        assert!(!written.contains("##"), "{written}");
        let read: Vec<String> = serde_json::from_str(&written).unwrap();
        assert_eq!(read, texts);
        let pretty = serde_json::to_string_pretty(&["a"]).unwrap() + "\n";
        let mut out = Vec::new();
        write(&["a"], &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), pretty);
    }
}
