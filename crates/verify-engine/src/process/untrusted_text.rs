//! Text that strangers' programs wrote, made safe to show.

const ESCAPE: char = '\u{1b}';
const BELL: char = '\u{7}';
const CANCEL: char = '\u{18}';
const SUBSTITUTE: char = '\u{1a}';
const STRING_TERMINATOR: char = '\u{9c}';

/// Makes output of an untrusted program safe for a terminal, a log and a report.
///
/// * Terminal escapes go: control sequences (colours, cursor moves), control strings (titles,
///   links, device control) and every other escape, in their seven-bit and eight-bit (C1) forms.
///   A control string that does not end on its line loses its introducer only, so that a program
///   cannot hide what follows.
/// * Control characters go, except `\n` and tab; `\r\n` and a lone `\r` become `\n`.
/// * Marks that change the direction of text go, so that a line reads as it is.
/// * Workflow commands of CI services are defused with one backslash after their first character:
///   `::error::x` at the start of a line becomes `:\:error::x`, and `##[error]x` or `##vso[…]x`
///   anywhere becomes `#\#[error]x`. The backslash is visible because some services ignore
///   invisible characters when they look for commands.
///
/// The result is its own fixed point: sanitizing twice changes nothing more.
#[must_use]
pub fn sanitize(text: &str) -> String {
    defuse_workflow_commands(&strip(text))
}

fn strip(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(character) = rest.next() {
        match character {
            ESCAPE => skip_escape(&mut rest),
            '\u{9b}' => skip_control_sequence(&mut rest),
            '\u{90}' | '\u{98}' | '\u{9d}'..='\u{9f}' => skip_control_string(&mut rest),
            '\r' if rest.as_str().starts_with('\n') => {}
            '\r' => kept.push('\n'),
            '\n' | '\t' => kept.push(character),
            _ if character.is_control() || changes_direction(character) => {}
            _ => kept.push(character),
        }
    }
    kept
}

/// Skips what follows an escape character (ECMA-48, section 5.3 and 5.4).
fn skip_escape(rest: &mut std::str::Chars<'_>) {
    match peek(rest) {
        Some('[') => {
            rest.next();
            skip_control_sequence(rest);
        }
        Some(']' | 'P' | 'X' | '^' | '_') => {
            rest.next();
            skip_control_string(rest);
        }
        Some(' '..='~') => {
            skip_while(rest, |character| matches!(character, ' '..='/'));
            skip_if(rest, |character| matches!(character, '0'..='~'));
        }
        _ => {}
    }
}

/// Skips the parameters, intermediates and final character of a control sequence.
fn skip_control_sequence(rest: &mut std::str::Chars<'_>) {
    skip_while(rest, |character| matches!(character, ' '..='?'));
    skip_if(rest, |character| matches!(character, '@'..='~'));
}

/// Skips a control string if it ends on this line. Another escape or C1 character ends it too,
/// as it does in terminals; that also bounds how far each search looks ahead.
fn skip_control_string(rest: &mut std::str::Chars<'_>) {
    let mut ahead = rest.clone();
    while let Some(character) = peek(&ahead) {
        match character {
            '\n' | '\r' => return,
            BELL | CANCEL | SUBSTITUTE | STRING_TERMINATOR => {
                ahead.next();
                *rest = ahead;
                return;
            }
            // `ESC \` is a terminator of its own; left here, it is skipped as an escape.
            ESCAPE | '\u{80}'..='\u{9f}' => {
                *rest = ahead;
                return;
            }
            _ => {
                ahead.next();
            }
        }
    }
}

fn peek(rest: &std::str::Chars<'_>) -> Option<char> {
    rest.clone().next()
}

fn skip_if(rest: &mut std::str::Chars<'_>, wanted: impl Fn(char) -> bool) {
    if peek(rest).is_some_and(wanted) {
        rest.next();
    }
}

fn skip_while(rest: &mut std::str::Chars<'_>, wanted: impl Fn(char) -> bool) {
    while peek(rest).is_some_and(&wanted) {
        rest.next();
    }
}

const fn changes_direction(character: char) -> bool {
    matches!(
        character,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    )
}

/// Characters that a comparison by a locale's rules skips: the runner of GitHub finds `##[` in
/// `#<zero-width space>#[`.
const fn is_ignorable(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{34f}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200d}'
        | '\u{2060}'..='\u{2065}' | '\u{206a}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{e0000}'..='\u{e0fff}'
    )
}

fn defuse_workflow_commands(text: &str) -> String {
    let mut defused = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let blank = |character: char| character.is_whitespace() || is_ignorable(character);
        let start = line.len() - line.trim_start_matches(blank).len();
        for (index, character) in line.char_indices() {
            defused.push(character);
            let rest = &line[index..];
            if (index == start && opens_colon_command(rest)) || opens_hash_command(rest) {
                defused.push('\\');
            }
        }
    }
    defused
}

/// `::` (GitHub, Gitea, Forgejo).
fn opens_colon_command(text: &str) -> bool {
    after(text, ':').and_then(|rest| after(rest, ':')).is_some()
}

/// `##[` (GitHub, Azure) and `##word[` (Azure's `##vso[`, `TeamCity`'s `##teamcity[`).
fn opens_hash_command(text: &str) -> bool {
    after(text, '#')
        .and_then(|rest| after(rest, '#'))
        .is_some_and(|rest| {
            rest.trim_start_matches(|character: char| {
                character.is_ascii_alphabetic() || is_ignorable(character)
            })
            .starts_with('[')
        })
}

/// What follows `expected` and ignorable characters at the start of `text`.
fn after(text: &str, expected: char) -> Option<&str> {
    text.strip_prefix(expected)
        .map(|rest| rest.trim_start_matches(is_ignorable))
}

#[cfg(test)]
mod tests {
    use super::sanitize;

    #[test]
    fn plain_text_stays_as_it_is() {
        let text = "running 1 test\n\ttest it … ok ✔️ `a::b` #[derive] # ## [x]\n";
        assert_eq!(sanitize(text), text);
    }

    #[test]
    fn colours_and_cursor_moves_are_removed() {
        assert_eq!(
            sanitize("\x1b[1;31merror\x1b[0m: \x1b[2K\x1b[?25lx"),
            "error: x"
        );
        assert_eq!(sanitize("\u{9b}31mred"), "red");
        assert_eq!(sanitize("a\x1b(Bb\x1bcd"), "abd");
    }

    #[test]
    fn titles_links_and_device_strings_are_removed() {
        assert_eq!(sanitize("a\x1b]0;title\x07b"), "ab");
        assert_eq!(sanitize("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\"), "link");
        assert_eq!(sanitize("a\x1bP1$qm\x1b\\b\u{9d}0;t\u{9c}c"), "abc");
    }

    #[test]
    fn an_unterminated_control_string_hides_nothing() {
        assert_eq!(sanitize("a\x1b]0;x\ntest failed\n"), "a0;x\ntest failed\n");
        assert_eq!(sanitize("a\x1bPlast"), "alast");
    }

    #[test]
    fn truncated_escapes_at_the_end_are_removed() {
        for cut in ["\x1b", "\x1b[", "\x1b[31", "\x1b(", "\u{9b}"] {
            assert_eq!(sanitize(&format!("x{cut}")), "x");
        }
    }

    #[test]
    fn control_characters_go_and_line_ends_become_line_feeds() {
        assert_eq!(sanitize("a\0b\x08c\x7fd\u{85}e"), "abcde");
        assert_eq!(sanitize("one\r\ntwo\rthree\n"), "one\ntwo\nthree\n");
    }

    #[test]
    fn marks_of_text_direction_are_removed() {
        assert_eq!(sanitize("a\u{202e}b\u{2066}c\u{200f}d\u{61c}e"), "abcde");
    }

    #[test]
    fn colon_commands_are_defused_at_the_start_of_a_line_only() {
        assert_eq!(sanitize("::error::x"), ":\\:error::x");
        assert_eq!(
            sanitize("ok\n \t::set-env name=A::b"),
            "ok\n \t:\\:set-env name=A::b"
        );
        assert_eq!(sanitize("use std::fmt"), "use std::fmt");
    }

    #[test]
    fn hash_commands_are_defused_anywhere() {
        assert_eq!(sanitize("##[error]x"), "#\\#[error]x");
        assert_eq!(
            sanitize("a ##vso[task.complete]"),
            "a #\\#vso[task.complete]"
        );
        assert_eq!(sanitize("###[group]"), "##\\#[group]");
    }

    #[test]
    fn commands_hidden_by_escapes_or_invisible_characters_are_defused() {
        assert_eq!(sanitize(":\x1b[0m:error::x"), ":\\:error::x");
        assert_eq!(sanitize("x\r::error::y"), "x\n:\\:error::y");
        assert_eq!(sanitize("\u{feff}::error::y"), "\u{feff}:\\:error::y");
        assert_eq!(sanitize("#\u{200b}#[error]"), "#\\\u{200b}#[error]");
    }

    #[test]
    fn sanitizing_twice_changes_nothing_more() {
        let pieces = [
            "\x1b", "[", "]", "P", "\\", "#", ":", "\r", "\n", "m", "\u{9b}", "\u{9d}", "\u{200b}",
        ];
        for first in pieces {
            for second in pieces {
                for third in pieces {
                    for fourth in pieces {
                        let once = sanitize(&[first, second, third, fourth].concat());
                        assert_eq!(sanitize(&once), once);
                    }
                }
            }
        }
    }
}
