//! Names that both the standard library and tokio have: which of the two is meant shows only in
//! whether they are awaited.

use super::super::Situation;
use crate::lex::{self, Kind, Token};

/// What tokio has under a name of the standard library, and the functions and methods of it that
/// return a future there and a value here.
const SHARED: [(&str, &str, &[&str]); 17] = [
    ("Barrier", "tokio::sync::Barrier", &["wait"]),
    ("BufReader", "tokio::io::BufReader", &["read_line"]),
    ("Child", "tokio::process::Child", &["wait"]),
    ("Command", "tokio::process::Command", &["output", "status"]),
    ("File", "tokio::fs::File", &["create", "open"]),
    ("Instant", "tokio::time::Instant", &[]),
    ("JoinHandle", "tokio::task::JoinHandle", &[]),
    ("Mutex", "tokio::sync::Mutex", &["lock"]),
    ("MutexGuard", "tokio::sync::MutexGuard", &["lock"]),
    ("OpenOptions", "tokio::fs::OpenOptions", &["open"]),
    ("RwLock", "tokio::sync::RwLock", &["read", "write"]),
    ("RwLockReadGuard", "tokio::sync::RwLockReadGuard", &["read"]),
    (
        "RwLockWriteGuard",
        "tokio::sync::RwLockWriteGuard",
        &["write"],
    ),
    (
        "TcpListener",
        "tokio::net::TcpListener",
        &["accept", "bind"],
    ),
    ("TcpStream", "tokio::net::TcpStream", &["connect"]),
    ("UdpSocket", "tokio::net::UdpSocket", &["bind", "recv_from"]),
    ("UnixStream", "tokio::net::UnixStream", &["connect"]),
];

/// Which of two libraries is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meant {
    /// Only one has the name, or only one is in question.
    Undisputed,
    /// tokio's, at this path.
    Tokio(&'static str),
    /// The standard library's.
    Standard,
    /// Either.
    Unknown,
}

/// Which library's `name` the example means, where the document names tokio.
pub(super) fn meant(situation: &Situation<'_>, name: &str) -> Meant {
    let Some((_, path, futures)) = SHARED.iter().find(|(shared, ..)| *shared == name) else {
        return Meant::Undisputed;
    };
    let is_used = situation.dependency_of("tokio").is_some();
    if !is_used && !situation.neighbours.crates.contains("tokio") {
        return Meant::Undisputed;
    }
    match are_awaited(situation.code, futures) {
        Some(true) => Meant::Tokio(path),
        Some(false) => Meant::Standard,
        // Other examples are about tokio; this one makes the thing itself, and waits for nothing.
        None if !is_used && is_made_alone(situation.code, name) => Meant::Standard,
        None => Meant::Unknown,
    }
}

/// Whether code calls a function of the type `name`, as in `Instant::now()`, and nothing in it is
/// awaited or could be.
fn is_made_alone(code: &str, name: &str) -> bool {
    let mut tokens = lex::tokens(code);
    tokens.retain(|it| !matches!(it.kind, Kind::Comment | Kind::DocComment));
    let word = |token: &Token| code.get(token.range.clone()).unwrap_or_default();
    let words: Vec<&str> = tokens.iter().map(word).collect();
    let is_path = |three: &[&str]| three == [name, ":", ":"];
    words.windows(3).any(is_path) && !words.iter().any(|it| matches!(*it, "async" | "await"))
}

/// Whether all calls of `functions` are awaited; `None` when there are none, or some are and some
/// are not.
fn are_awaited(code: &str, functions: &[&str]) -> Option<bool> {
    let mut tokens = lex::tokens(code);
    tokens.retain(|it| !matches!(it.kind, Kind::Comment | Kind::DocComment));
    let word = |at: usize| tokens.get(at).and_then(|it| code.get(it.range.clone()));
    let mut found: Option<bool> = None;
    for at in 1..tokens.len() {
        let is_call = word(at).is_some_and(|it| functions.contains(&it))
            && matches!(word(at - 1), Some("." | ":"))
            && word(at + 1) == Some("(");
        if !is_call {
            continue;
        }
        let end = closing(&tokens, at + 1);
        let is_awaited = word(end + 1) == Some(".") && word(end + 2) == Some("await");
        if found.is_some_and(|other| other != is_awaited) {
            return None;
        }
        found = Some(is_awaited);
    }
    found
}

/// The index of the bracket that closes the one at `open`, or the end.
fn closing(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0_i64;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token.kind {
            Kind::Open(_) => depth += 1,
            Kind::Close(_) => depth -= 1,
            _ => {}
        }
        if depth <= 0 {
            return at;
        }
    }
    tokens.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_are_sorted_and_none_is_twice() {
        assert!(SHARED.is_sorted_by(|(one, ..), (other, ..)| one < other));
    }

    #[test]
    fn what_code_makes_itself_without_waiting_is_told() {
        let is_made = |code: &str| is_made_alone(code, "Instant");
        assert!(is_made("let now = Instant::now(); // async"));
        assert!(!is_made("async fn f() { Instant::now(); }"));
        assert!(!is_made("let a = b.await; let now = Instant::now();"));
        assert!(!is_made("fn is_late(start: Instant) -> bool { true }"));
    }

    #[test]
    fn awaited_calls_are_told_from_others() {
        let awaited = |code: &str| are_awaited(code, &["lock"]);
        assert_eq!(awaited("state.lock().await.push(1);"), Some(true));
        assert_eq!(awaited("state.lock().unwrap();"), Some(false));
        assert_eq!(awaited("Mutex::lock(&state) /* now */ .await;"), Some(true));
        assert_eq!(awaited("a.lock().await; b.lock().unwrap();"), None);
        assert_eq!(awaited("fn lock() {} let lock = 1;"), None);
        assert_eq!(awaited("state.lock("), Some(false));
    }
}
