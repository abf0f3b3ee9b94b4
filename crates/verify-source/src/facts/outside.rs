//! What a program wants from whoever runs it.

use std::collections::BTreeSet;

use verify_model::Asked;

use crate::lex::{Kind, Token};

/// What the program reads that its user has to give: its arguments, its standard input.
pub(super) fn asked(text: &str, tokens: &[Token]) -> Vec<Asked> {
    let calls = |name: &str| {
        tokens.windows(2).any(|pair| {
            pair[0].kind == Kind::Ident
                && &text[pair[0].range.clone()] == name
                && pair[1].kind == Kind::Open('(')
        })
    };
    let names = |name: &str| {
        tokens
            .iter()
            .any(|token| token.kind == Kind::Ident && &text[token.range.clone()] == name)
    };
    let arguments = names("env") && (calls("args") || calls("args_os"));
    let asks = [
        (arguments, Asked::Arguments),
        (calls("stdin"), Asked::Input),
    ];
    asks.into_iter()
        .filter_map(|(is_asked, what)| is_asked.then_some(what))
        .collect()
}

/// The string literals of the text, and the names in it that begin in upper case.
pub(super) fn spoken(text: &str, tokens: &[Token]) -> BTreeSet<String> {
    let words = tokens.iter().filter_map(|token| {
        let word = &text[token.range.clone()];
        let is_spoken = match token.kind {
            Kind::Literal => word.contains('"'),
            Kind::Ident => word.starts_with(char::is_uppercase),
            _ => false,
        };
        is_spoken.then(|| word.to_owned())
    });
    words.collect()
}

/// Whether the text is a build script: it says so at its top, or prints what only cargo reads.
pub(super) fn is_build_script(text: &str, tokens: &[Token]) -> bool {
    let is_titled = tokens.first().is_some_and(|token| {
        let title = text[token.range.clone()].trim_matches(['/', '*', '!', ' ', ':']);
        matches!(token.kind, Kind::Comment | Kind::DocComment)
            && (title == "build.rs" || title.ends_with("/build.rs"))
    });
    is_titled
        || tokens.iter().any(|token| {
            let literal = &text[token.range.clone()];
            token.kind == Kind::Literal
                && ["cargo:rerun-if-", "cargo:rustc-", "cargo::"]
                    .iter()
                    .any(|instruction| literal.trim_start_matches('"').starts_with(instruction))
        })
}

/// Names by which a runtime that runs already is given something to do.
const STARTING: [&str; 10] = [
    "spawn",
    "spawn_blocking",
    "spawn_local",
    "interval",
    "sleep",
    "start",
    "Arbiter",
    "SyncArbiter",
    "HttpServer",
    "connect_lazy",
];

/// Names by which code brings a runtime of its own, or starts threads.
const OWN_RUNTIME: [&str; 7] = [
    "block_on", "Runtime", "Builder", "System", "thread", "scope", "enter",
];

/// Whether code starts tasks on a runtime that somebody else has to bring.
pub(super) fn starts_tasks(text: &str, tokens: &[Token]) -> bool {
    let names = |list: &[&str]| {
        tokens
            .iter()
            .any(|token| token.kind == Kind::Ident && list.contains(&&text[token.range.clone()]))
    };
    names(&STARTING) && !names(&OWN_RUNTIME)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lex;

    #[test]
    fn tasks_need_a_runtime_unless_the_code_brings_one() {
        let starts = |text: &str| starts_tasks(text, &lex::tokens(text));
        assert!(starts("tokio::spawn(async { 1 });"));
        assert!(starts("let addr = SyncArbiter::start(2, || A);"));
        assert!(!starts("let rt = Runtime::new()?; rt.spawn(f);"));
        assert!(!starts("std::thread::spawn(f);"));
        assert!(!starts("let (a, b) = tokio::sync::mpsc::channel(1);"));
    }

    #[test]
    fn arguments_and_input_are_what_a_program_asks_for() {
        let asked = |text: &str| super::asked(text, &lex::tokens(text));
        assert_eq!(
            asked("let a = std::env::args().nth(1);"),
            [Asked::Arguments]
        );
        assert_eq!(
            asked("use std::{env, io}; fn f() { env::args_os(); io::stdin(); }"),
            [Asked::Arguments, Asked::Input]
        );
        assert_eq!(
            asked("fn stdin() {}"),
            [Asked::Input],
            "one can define it, too"
        );
        for none in [
            "fn f(args: &[u8]) {}",
            "command.args([1])",
            "// env::args()",
        ] {
            assert_eq!(asked(none), [], "{none}");
        }
    }

    #[test]
    fn build_scripts_say_so_or_talk_to_cargo() {
        let is = |text: &str| is_build_script(text, &lex::tokens(text));
        assert!(is("// build.rs\nfn main() {}"));
        assert!(is("/* crates/a/build.rs */ fn main() {}"));
        assert!(is("fn main() { println!(\"cargo:rustc-link-lib=z\"); }"));
        assert!(is(
            "fn main() { println!(\"cargo::rerun-if-changed=a.c\"); }"
        ));
        assert!(!is("fn main() { println!(\"cargo: a ship's load\"); }"));
        assert!(!is("// see build.rs for more\nfn main() {}"));
    }
}
