use std::borrow::Cow;
use std::iter::Peekable;
use std::ops::RangeInclusive;
use std::str::Chars;

const ESCAPE: char = '\u{1b}';
const BELL: char = '\u{7}';
const STRING_TERMINATOR: char = '\u{9c}';
/// Commands to readers of CI logs whose names could be those of crates; all others have a `-`.
const COMMANDS: [&str; 7] = [
    "error", "warning", "notice", "debug", "group", "endgroup", "echo",
];

/// `text` without whatever could make a terminal or a CI log show something else than it says.
///
/// Removed are escape sequences (ECMA-48, 7-bit and 8-bit forms) with their arguments, control
/// characters other than `\n` and `\t`, Unicode's bidirectional controls, and its line and
/// paragraph separators. Old-style commands to CI log readers (`##[…]`, `##vso[…]`), which are
/// obeyed anywhere in a line, are broken up by a space. So is the newer form `::command::`, which
/// counts at the start of a line; a path of Rust like `::std::mem` stays whole. Renderers must not
/// start a line with untrusted text all the same.
#[must_use]
pub fn terminal_safe(text: &str) -> Cow<'_, str> {
    let safe = stripped(text);
    let opens = |line: &str| opens_log_command(line.trim_start());
    if !safe.split('\n').any(opens) {
        return safe;
    }
    let lines = safe.split_inclusive('\n').map(|line| {
        let blank = line.len() - line.trim_start().len();
        let (blank, said) = line.split_at(blank);
        match said.strip_prefix(':') {
            Some(rest) if opens_log_command(said) => format!("{blank}: {rest}"),
            _ => line.to_owned(),
        }
    });
    Cow::Owned(lines.collect())
}

/// The same, but for commands that count at the start of a line.
fn stripped(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_unsafe) && !text.contains("##") {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            ESCAPE => skip_escape(&mut rest),
            '\u{9b}' => skip_control_sequence(&mut rest),
            '\u{90}' | '\u{98}' | '\u{9d}' | '\u{9e}' | '\u{9f}' => skip_string(&mut rest),
            _ if is_unsafe(character) => {}
            '[' if ends_with_log_command(&safe) => safe.push_str(" ["),
            _ => safe.push(character),
        }
    }
    Cow::Owned(safe)
}

/// [`terminal_safe()`] on a single line that somebody else begins: line breaks and tabs become spaces,
/// the ends are trimmed.
pub(crate) fn one_line(text: &str) -> String {
    stripped(text).trim().replace(['\n', '\t'], " ")
}

/// [`one_line`], with at most `limit` characters; a cut is marked by `…`.
pub(crate) fn shortened(text: &str, limit: usize) -> String {
    cut(&one_line(text), limit)
}

/// A document's path, fit to start a line: a relative path that looks like a command to a CI log
/// reader is written in another form of the same path.
pub(crate) fn safe_path(path: &str) -> String {
    let path = one_line(path);
    if path.starts_with("::") {
        format!("./{path}")
    } else {
        path
    }
}

/// `text` with at most `limit` characters; a cut is marked by `…`.
pub(crate) fn cut(text: &str, limit: usize) -> String {
    if text.chars().nth(limit).is_none() {
        return text.to_owned();
    }
    let kept: String = text.chars().take(limit.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

pub(crate) fn is_unsafe(character: char) -> bool {
    const BIDIRECTIONAL: [RangeInclusive<char>; 4] = [
        '\u{61c}'..='\u{61c}',
        '\u{200e}'..='\u{200f}',
        '\u{202a}'..='\u{202e}',
        '\u{2066}'..='\u{2069}',
    ];
    const SEPARATORS: RangeInclusive<char> = '\u{2028}'..='\u{2029}';
    if character.is_ascii() {
        return character.is_control() && !matches!(character, '\n' | '\t');
    }
    character.is_control()
        || SEPARATORS.contains(&character)
        || BIDIRECTIONAL.iter().any(|range| range.contains(&character))
}

fn ends_with_log_command(text: &str) -> bool {
    const COMMANDS: [&str; 2] = ["##", "##vso"];
    COMMANDS.iter().any(|command| {
        text.len()
            .checked_sub(command.len())
            .and_then(|start| text.get(start..))
            .is_some_and(|end| end.eq_ignore_ascii_case(command))
    })
}

/// Whether a line that starts with `text` is a command like `::error file=a::b`.
fn opens_log_command(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("::") else {
        return false;
    };
    let in_name = |it: char| it.is_ascii_alphanumeric() || matches!(it, '_' | '-');
    let name = rest.split(|it| !in_name(it)).next().unwrap_or_default();
    name.contains('-') || COMMANDS.iter().any(|it| it.eq_ignore_ascii_case(name))
}

/// Skips what belongs to an escape character that was just read.
fn skip_escape(rest: &mut Peekable<Chars<'_>>) {
    match rest.peek() {
        Some('[') => {
            rest.next();
            skip_control_sequence(rest);
        }
        Some('P' | 'X' | ']' | '^' | '_') => {
            rest.next();
            skip_string(rest);
        }
        _ => {
            skip_while(rest, |character| matches!(character, ' '..='/'));
            rest.next_if(|character| matches!(character, '0'..='~'));
        }
    }
}

/// Skips the parameters and the final byte of a control sequence. A malformed one ends at the
/// first character that cannot belong to it, which is kept.
fn skip_control_sequence(rest: &mut Peekable<Chars<'_>>) {
    skip_while(rest, |character| matches!(character, ' '..='?'));
    rest.next_if(|character| matches!(character, '@'..='~'));
}

/// Skips a string argument and its terminator. One that is never terminated ends with its line,
/// lest a program hides the rest of what it said.
fn skip_string(rest: &mut Peekable<Chars<'_>>) {
    while let Some(character) = rest.next_if(|character| !matches!(*character, '\n' | ESCAPE)) {
        if matches!(character, BELL | STRING_TERMINATOR) {
            return;
        }
    }
    // The 7-bit terminator is `ESC \`. Any other escape cancels the string and starts anew; it is
    // left to the caller, so that nesting costs no stack.
    let mut ahead = rest.clone();
    if ahead.next() == Some(ESCAPE) && ahead.next() == Some('\\') {
        *rest = ahead;
    }
}

fn skip_while(rest: &mut Peekable<Chars<'_>>, belongs: impl Fn(char) -> bool) {
    while rest.next_if(|character| belongs(*character)).is_some() {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_text_is_borrowed_unchanged() {
        let text = "fn größe() -> &'static str { \"日本 🦀\" }\n\tdone [x] # [y]";
        assert!(matches!(terminal_safe(text), Cow::Borrowed(same) if same == text));
    }

    #[test]
    fn control_sequences_vanish_with_their_arguments() {
        assert_eq!(terminal_safe("\u{1b}[1;31mred\u{1b}[0m"), "red");
        assert_eq!(terminal_safe("\u{9b}2Jcleared"), "cleared");
        assert_eq!(terminal_safe("\u{1b}(Bset \u{1b}7saved"), "set saved");
    }

    #[test]
    fn string_sequences_vanish_up_to_either_terminator() {
        assert_eq!(terminal_safe("a\u{1b}]0;title\u{7}b"), "ab");
        let link = "\u{1b}]8;;http://example.com\u{1b}\\text\u{1b}]8;;\u{1b}\\";
        assert_eq!(terminal_safe(link), "text");
        assert_eq!(terminal_safe("a\u{90}data\u{9c}b"), "ab");
        assert_eq!(terminal_safe("a\u{1b}Pdata\u{1b}[1mb"), "ab");
    }

    #[test]
    fn an_unterminated_string_hides_no_more_than_its_line() {
        assert_eq!(terminal_safe("a\u{1b}]0;hidden\nshown"), "a\nshown");
    }

    #[test]
    fn a_malformed_sequence_swallows_no_text() {
        assert_eq!(terminal_safe("\u{1b}[12\nnext"), "\nnext");
        assert_eq!(terminal_safe("\u{1b}[31é"), "é");
        assert_eq!(terminal_safe("end\u{1b}"), "end");
        assert_eq!(terminal_safe("\u{1b}\u{1b}[31mred"), "red");
    }

    #[test]
    fn endless_nesting_is_harmless() {
        let nested = "\u{1b}]".repeat(1_000_000);
        assert_eq!(terminal_safe(&format!("a{nested}\nb")), "a\nb");
    }

    #[test]
    fn other_controls_vanish_but_line_ends_and_tabs_stay() {
        assert_eq!(
            terminal_safe("10%\r20%\u{8}\u{0}\u{7f}\u{85}\n\tx"),
            "10%20%\n\tx"
        );
    }

    #[test]
    fn bidirectional_controls_and_separators_vanish() {
        let all = "\u{61c}\u{200e}\u{200f}\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\
                   \u{2067}\u{2068}\u{2069}\u{2028}\u{2029}";
        assert_eq!(terminal_safe(&format!("a{all}b")), "ab");
    }

    #[test]
    fn log_commands_are_broken_up_even_when_hidden_by_what_is_removed() {
        assert_eq!(terminal_safe("x ##[error]y"), "x ## [error]y");
        assert_eq!(
            terminal_safe("##VSO[task.setvariable]"),
            "##VSO [task.setvariable]"
        );
        assert_eq!(terminal_safe("#\u{202e}#\u{1b}[0m[group]"), "## [group]");
        assert_eq!(terminal_safe("é##[a]"), "é## [a]");
        assert_eq!(terminal_safe("## Heading [link]"), "## Heading [link]");
    }

    #[test]
    fn commands_at_the_start_of_a_line_are_broken_up_and_paths_are_not() {
        for command in [
            "::error file=a::b",
            "::set-output name=a::b",
            "::EndGroup::",
        ] {
            let broken = format!(": {}", &command[1..]);
            assert_eq!(terminal_safe(command), broken);
            assert_eq!(
                terminal_safe(&format!("a\n \t{command}")),
                format!("a\n \t{broken}")
            );
            let inside = format!("a {command}");
            assert_eq!(terminal_safe(&inside), inside);
        }
        assert_eq!(terminal_safe(":\u{202e}:\u{1b}[0merror::x"), ": :error::x");
        let code = "    ::std::mem::drop(a);\n::errors::raise();\n";
        assert_eq!(terminal_safe(code), code);
    }

    #[test]
    fn a_single_line_has_no_breaks() {
        assert_eq!(one_line(" a\n\tb \r\n"), "a  b");
    }

    #[test]
    fn a_cut_is_marked_and_counted_in_characters() {
        assert_eq!(shortened("äöü", 3), "äöü");
        assert_eq!(shortened("äöüß", 3), "äö…");
        assert_eq!(shortened("a bcd", 3), "a…");
    }

    #[test]
    fn a_path_cannot_start_a_log_command() {
        assert_eq!(safe_path(" ::error::x"), "./::error::x");
        assert_eq!(safe_path("docs/a.md"), "docs/a.md");
    }
}
