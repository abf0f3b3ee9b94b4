//! What a document's words say against an example: `// BAD`, `// ❌ does not compile`.

use verify_model::Labelled;

use crate::lex::{self, Kind};

/// Words at the beginning of a comment or heading that call what follows bad.
const BAD: [&str; 10] = [
    "bad",
    "wrong",
    "never",
    "avoid",
    "don't",
    "do not",
    "incorrect",
    "anti-pattern",
    "antipattern",
    "broken",
];

/// The same for good.
const GOOD: [&str; 6] = ["good", "right", "correct", "better", "always", "preferred"];

const BAD_SIGNS: [char; 5] = ['❌', '✗', '✘', '🚫', '⛔'];
const GOOD_SIGNS: [char; 3] = ['✅', '✓', '✔'];

/// Words that say that code does not compile.
const NOT_COMPILING: [&str; 9] = [
    "does not compile",
    "doesn't compile",
    "won't compile",
    "will not compile",
    "would not compile",
    "wouldn't compile",
    "fails to compile",
    "compile error",
    "compilation error",
];

/// Words that say that code panics.
const PANICKING: [&str; 4] = ["this panics", "will panic", "would panic", "panics!"];

/// Words before those above that turn them round.
const DENIALS: [&str; 6] = ["no ", "not ", "never ", "without ", "avoid", "prevent"];

/// What the comments of `code`, or the heading right above it, say against the whole of it.
#[must_use]
pub(crate) fn labelled(code: &str, heading: Option<&str>) -> Option<Labelled> {
    let comments: Vec<String> = lex::tokens(code)
        .into_iter()
        .filter(|token| token.kind == Kind::Comment)
        .filter_map(|token| code.get(token.range))
        .filter_map(words)
        .collect();
    let says = |phrases: &[&str]| comments.iter().any(|it| says_any(it, phrases));
    if says(&NOT_COMPILING) {
        return Some(Labelled::DoesNotCompile);
    }
    if says(&PANICKING) {
        return Some(Labelled::Panics);
    }
    let is_labelled = |words: &[&str], signs: &[char]| {
        let heading = heading.map(str::to_lowercase);
        let mut all = comments
            .iter()
            .map(String::as_str)
            .chain(heading.as_deref());
        all.any(|text| begins_with(text, words, signs))
    };
    match (
        is_labelled(&BAD, &BAD_SIGNS),
        is_labelled(&GOOD, &GOOD_SIGNS),
    ) {
        (true, true) => Some(Labelled::BadAndGood),
        (true, false) => Some(Labelled::Bad),
        (false, _) => None,
    }
}

/// Words by which versions of something are told apart, besides good and bad ones.
const VERSIONS: [&str; 9] = [
    "before",
    "after",
    "old",
    "new",
    "instead",
    "or",
    "alternatively",
    "alternative",
    "option",
];

/// Whether a comment tells the version below it from another: `// BAD`, `// after:`, `// GOOD because …`.
#[must_use]
pub(crate) fn marks(comment: &str) -> bool {
    let Some(text) = words(comment) else {
        return false;
    };
    let all = [&BAD[..], &GOOD, &VERSIONS].concat();
    let signs = [&BAD_SIGNS[..], &GOOD_SIGNS].concat();
    let is_letter = |it: &char| it.is_alphabetic();
    let first = comment.trim_start_matches(['/', '*', '!', ' ']);
    let first: String = first.chars().take_while(is_letter).collect();
    let is_loud = first.len() > 2 && first.chars().all(char::is_uppercase);
    begins_with(&text, &all, &signs)
        || is_loud && all.contains(&first.to_lowercase().as_str())
        || numbered(&text)
}

/// Whether a comment says that what is below it is one of several: `// or, without an iterator`.
#[must_use]
pub(crate) fn offers(comment: &str) -> bool {
    let text = words(comment).unwrap_or_default();
    let first = text.split(|it: char| !it.is_alphabetic()).next();
    matches!(first, Some("or" | "either" | "alternatively"))
}

/// Whether a text begins with a version and its number: `option 1: …`, `version 2`.
fn numbered(text: &str) -> bool {
    const WORDS: [&str; 5] = ["option", "version", "variant", "approach", "alternative"];
    let mut all = text.split(|it: char| !it.is_alphanumeric());
    let is_number = |word: &str| {
        word.len() == 1 || word.parse::<u8>().is_ok() || matches!(word, "one" | "two" | "three")
    };
    all.next().is_some_and(|it| WORDS.contains(&it)) && all.next().is_some_and(is_number)
}

/// The words of a comment, in small letters; `None` for code that is commented out together with
/// a comment of its own, which says nothing of the code that is there.
fn words(comment: &str) -> Option<String> {
    let inside = comment
        .trim_start_matches(['/', '*', '!'])
        .trim_end_matches(['/', '*'])
        .trim();
    (!inside.contains("//")).then(|| inside.replace('’', "'").to_lowercase())
}

fn says_any(text: &str, phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| {
        text.split_once(phrase)
            .is_some_and(|(before, _)| !DENIALS.iter().any(|it| before.contains(it)))
    })
}

/// Whether a text begins with a sign, or with one of the words and something that ends it. A word
/// within a sentence is no label: `// never returns`.
fn begins_with(text: &str, words: &[&str], signs: &[char]) -> bool {
    let is_sign = |it: char| signs.contains(&it);
    let text = text.trim();
    if text.starts_with(is_sign) {
        return true;
    }
    words.iter().any(|word| {
        let rest = text.strip_prefix(word).map(str::trim_start);
        rest.is_some_and(|rest| {
            rest.is_empty() || rest.starts_with([':', '-', '–', '—', '!', '.', '('])
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(code: &str) -> Option<Labelled> {
        labelled(code, None)
    }

    #[test]
    fn labels_are_read_from_comments() {
        assert_eq!(of("// BAD: clones\nfn a() {}"), Some(Labelled::Bad));
        assert_eq!(of("fn a() {} // ❌ a clone"), Some(Labelled::Bad));
        assert_eq!(of("// Don’t: it blocks\nfn a() {}"), Some(Labelled::Bad));
        assert_eq!(
            of("// Bad\nfn a() {}\n// Good\nfn b() {}"),
            Some(Labelled::BadAndGood)
        );
        assert_eq!(
            of("// ❌ This does not compile\nfn a() {}"),
            Some(Labelled::DoesNotCompile)
        );
        assert_eq!(of("let a = v[9]; // this panics"), Some(Labelled::Panics));
    }

    #[test]
    fn other_comments_are_no_labels() {
        for code in [
            "// never returns\nfn a() {}",
            "// bad input is rejected\nfn a() {}",
            "// println!(\"{a}\"); // compile error\nfn a() {}",
            "// no compile error here\nfn a() {}",
            "// GOOD: borrows\nfn a() {}",
            "let text = \"// BAD\";",
            "/// BAD: documentation\nfn a() {}",
        ] {
            assert_eq!(of(code), None, "{code}");
        }
    }

    #[test]
    fn the_heading_above_labels_as_well() {
        assert_eq!(
            labelled("fn a() {}", Some("BAD - Panics")),
            Some(Labelled::Bad)
        );
        assert_eq!(labelled("fn a() {}", Some("Bad requests")), None);
    }

    #[test]
    fn versions_are_told_apart_by_marks() {
        for comment in [
            "// BAD",
            "// BAD because it clones",
            "// Good: borrows",
            "// ✅ borrows",
            "// Before",
            "/// After: one pass",
            "// NEVER do this",
            "// or:",
            "// Option 1: a loop",
            "/* version two */",
            "// Approach B",
        ] {
            assert!(marks(comment), "{comment}");
        }
        for comment in [
            "// never returns",
            "// always sorted",
            "// area of a circle",
            "// new in this release",
            "// before anything else, sort",
            "// A",
            "// option parsing",
            "// THE area",
            "// ----------",
        ] {
            assert!(!marks(comment), "{comment}");
        }
    }
}
