//! The source files of a batch: one for each example, and one that holds them together. Pure.

use std::fmt::Write as _;

use verify_source::merging::MEMBER_PREFIX;

use crate::execution::MEMBER;

/// The file that holds the examples together.
pub(super) const ROOT: &str = "root.rs";

/// What is added to a program: its `main` must be one that a program may begin with, and can be
/// called from outside.
const ENTRY: &str = "\n#[allow(warnings, clippy::all)]\n\
pub(super) fn verify_member_entry() -> impl ::std::process::Termination { main() }\n";

/// The module at the end of a batch of offenders, whose errors show how far the compiler got: one
/// of types, one of what constants may do, and one of borrowing, which is looked for last.
pub(super) const LAST: &str = "verify_member_end";

/// Its file.
pub(super) const LAST_FILE: &str = "verify_member_end.rs";

/// Its text.
pub(super) const LAST_TEXT: &str = "pub fn verify_member_types() -> u8 { \"\" }\n\
pub const VERIFY_MEMBER_EFFECTS: ::std::string::String = ::std::string::String::from(\"\");\n\
pub fn verify_member_borrows() { let text = ::std::string::String::new(); drop(text); drop(text); }\n";

/// The errors that it has.
pub(super) const LAST_ERRORS: [&str; 3] = ["E0015", "E0308", "E0382"];

/// The module of the member with this number.
pub(crate) fn module(number: usize) -> String {
    format!("{MEMBER_PREFIX}{number}")
}

/// Its file.
pub(super) fn file(number: usize) -> String {
    format!("{MEMBER_PREFIX}{number}.rs")
}

/// What a member printed, as it would be had it been compiled alone: the compiler writes the file's
/// name into the places of panics. Renaming the files by the compiler's own means is no way: it takes
/// files of equal names for one file.
pub(crate) fn as_alone(printed: &str, number: usize, source_file: &str) -> String {
    printed.replace(&file(number), source_file)
}

/// The member whose file has this name.
pub(super) fn member_of_file(name: &str) -> Option<usize> {
    let stem = name.rsplit(['/', '\\']).next()?.strip_suffix(".rs")?;
    stem.strip_prefix(MEMBER_PREFIX)?.parse().ok()
}

/// The first member that a line of the root names.
pub(super) fn member_in_line(line: &str) -> Option<usize> {
    let (_, rest) = line.split_once(MEMBER_PREFIX)?;
    let digits = rest.find(|it: char| !it.is_ascii_digit());
    rest[..digits.unwrap_or(rest.len())].parse().ok()
}

/// The text of a member's file: the example's own text first, so that places in it stay.
pub(super) fn member(text: &str, is_program: bool) -> String {
    let entry = if is_program { ENTRY } else { "" };
    format!("{text}{entry}")
}

/// The text of the root. Modules are public, as the root of an example's own crate is.
pub(super) fn root(members: &[usize], are_programs: bool) -> String {
    let mut text = String::new();
    for number in members {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "pub mod {};", module(*number));
    }
    if are_programs {
        text.push_str(&dispatcher(members));
    }
    text
}

/// The text of the root of a batch of offenders.
pub(super) fn root_of_offenders(members: &[usize], are_programs: bool) -> String {
    let mut text = String::new();
    for number in members {
        let _ = writeln!(text, "pub mod {};", module(*number));
    }
    let _ = writeln!(text, "pub mod {LAST};");
    if are_programs {
        text.push_str("fn main() {}\n");
    }
    text
}

/// A `main` that is the `main` of the member that a variable names, and hides that it was.
fn dispatcher(members: &[usize]) -> String {
    let mut text = format!(
        "#[allow(warnings, clippy::all)]\nfn main() -> ::std::process::ExitCode {{\n\
         let member = ::std::env::var({MEMBER:?}).unwrap_or_default();\n\
         unsafe {{ ::std::env::remove_var({MEMBER:?}) }}\n\
         match member.as_str() {{\n"
    );
    for number in members {
        let module = module(*number);
        let _ = writeln!(
            text,
            "{module:?} => ::std::process::Termination::report({module}::verify_member_entry()),"
        );
    }
    text.push_str("_ => ::std::process::exit(101),\n}\n}\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_and_lines_lead_back_to_their_member() {
        assert_eq!(member_of_file(&file(12)), Some(12));
        assert_eq!(member_of_file("/x/verify_member_3.rs"), Some(3));
        assert_eq!(member_of_file("root.rs"), None);
        for line in root(&[7], true).lines().filter(|it| it.contains('7')) {
            assert_eq!(member_in_line(line), Some(7), "{line}");
        }
        assert_eq!(member_in_line("let member = 1;"), None);
    }

    #[test]
    fn a_library_has_no_main() {
        assert_eq!(
            root(&[0, 2], false),
            "pub mod verify_member_0;\npub mod verify_member_2;\n"
        );
        assert_eq!(member("fn f() {}", false), "fn f() {}");
    }

    #[test]
    fn a_members_own_text_comes_first() {
        assert!(member("fn main() {} // end", true).starts_with("fn main() {} // end\n"));
    }
}
