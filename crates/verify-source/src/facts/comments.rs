//! What comments say about code that is left out where they stand.

use std::ops::Range;

use crate::lex::{self, Kind};

/// What is left out, by what words that every program knows.
const OF_CODE: [&str; 41] = [
    "field",
    "fields",
    "member",
    "members",
    "variant",
    "variants",
    "arm",
    "arms",
    "case",
    "cases",
    "branch",
    "branches",
    "method",
    "methods",
    "function",
    "functions",
    "fns",
    "item",
    "items",
    "impl",
    "impls",
    "implementation",
    "implementations",
    "definition",
    "definitions",
    "argument",
    "arguments",
    "args",
    "parameter",
    "parameters",
    "params",
    "attributes",
    "properties",
    "code",
    "logic",
    "statements",
    "lines",
    "stuff",
    "things",
    "details",
    "body",
];

/// Words that may stand before what says that there is more.
const LEADING: [&str; 11] = [
    "and", "plus", "with", "the", "some", "all", "any", "many", "several", "your", "add",
];

/// Words that say that there is more than what is shown.
const MORE: [&str; 9] = [
    "other",
    "others",
    "more",
    "rest",
    "remaining",
    "additional",
    "further",
    "existing",
    "remainder",
];

/// Words behind which it does not matter what comes.
const TRAILING: [&str; 11] = [
    "for", "as", "like", "such", "above", "in", "with", "if", "needed", "to", "e",
];

/// Words that tell where what is left out is, or that it is not there.
const ENDING: [&str; 14] = [
    "here", "omitted", "elided", "left", "go", "goes", "follow", "follows", "below", "not",
    "hidden", "skipped", "removed", "snipped",
];

/// Words of sentences that say something else.
const DENYING: [&str; 13] = [
    "never",
    "is",
    "be",
    "than",
    "often",
    "usually",
    "sometimes",
    "always",
    "when",
    "this",
    "optional",
    "no",
    "can",
];

/// Words for leaving out, when they are the last ones that matter.
const LEFT_OUT: [&str; 6] = [
    "omitted",
    "elided",
    "snipped",
    "left out",
    "not shown",
    "skipped here",
];

/// Words of those who explain an error, and leave nothing out.
const OF_ERRORS: [&str; 9] = [
    "error", "errors", "fail", "fails", "compile", "compiles", "moved", "borrowed", "oops",
];

/// Whether the comment at `place` says that there is more of what it stands among.
pub(crate) fn says_more(text: &str, place: &Range<usize>) -> bool {
    let comment = &text[place.clone()];
    let words = words_of(comment);
    let is_apart = is_alone(text, place) || comment.starts_with("/*");
    has_ellipsis(comment) || is_phrase(&words, |noun| is_apart && is_plural(noun))
}

/// Whether the comment at `place`, among statements, says that there are more of them.
pub(crate) fn stands_for_statements(text: &str, place: &Range<usize>) -> bool {
    let comment = &text[place.clone()];
    let inner = content(comment);
    if inner.chars().all(|it| !it.is_alphanumeric()) {
        return is_ellipsis(inner);
    }
    let words = words_of(comment);
    let explains = || words.iter().any(|it| OF_ERRORS.contains(&it.as_str()));
    let trails_off = inner.ends_with("...") || inner.ends_with('…');
    is_alone(text, place)
        && (is_ellipsis(inner) || trails_off && !explains() || is_phrase(&words, |_| false))
}

/// Whether the comment at `place` says that the code is wrong, and leaves none out.
pub(super) fn explains(text: &str, place: &Range<usize>) -> bool {
    const BEGINNINGS: [&str; 4] = ["error:", "error!", "error[", "error -"];
    const PARTS: [&str; 8] = [
        "compile error",
        "compiler error",
        "not compile",
        "n't compile",
        "fails to compile",
        "❌",
        "✗",
        "✘",
    ];
    let comment = &text[place.clone()];
    let inner = content(comment).to_lowercase();
    // `//~ ERROR` and `//~^ ERROR` are how the compiler's own tests say it.
    let is_marked = inner.starts_with('~');
    let said = inner.trim_start_matches(['~', '^', '|', ' ']);
    let is_whole = said == "error"
        || is_marked && said.starts_with("error")
        || BEGINNINGS.iter().any(|it| said.starts_with(it));
    !has_ellipsis(comment) && (is_whole || PARTS.iter().any(|it| inner.contains(it)))
}

/// Whether a comment on the line of `code` at `offset` says that it is wrong.
pub(crate) fn says_wrong(code: &str, offset: usize) -> bool {
    let start = code
        .get(..offset)
        .and_then(|it| it.rfind('\n'))
        .map_or(0, |at| at + 1);
    let end = code.get(offset..).and_then(|it| it.find('\n'));
    let line = start..end.map_or(code.len(), |end| offset + end);
    lex::stream(code).any(|token| {
        let is_on_line = line.contains(&token.range.start);
        token.kind == Kind::Comment && is_on_line && explains(code, &token.range)
    })
}

/// Whether the comment at `place`, alone in the braces of an `impl`, says that nothing belongs there.
pub(super) fn says_nothing_follows(text: &str, place: &Range<usize>) -> bool {
    const WORDS: [&str; 17] = [
        "missing",
        "wrong",
        "bad",
        "forgot",
        "forgotten",
        "nothing",
        "empty",
        "no",
        "not",
        "none",
        "without",
        "invalid",
        "marker",
        "default",
        "defaults",
        "never",
        "lacks",
    ];
    let words = words_of(&text[place.clone()]);
    explains(text, place) || words.iter().any(|it| WORDS.contains(&it.as_str()))
}

/// Whether nothing but white space stands before `place` on its line.
fn is_alone(text: &str, place: &Range<usize>) -> bool {
    let line = text[..place.start].rsplit('\n').next();
    line.is_some_and(|it| it.trim().is_empty())
}

/// A comment without its marks.
fn content(comment: &str) -> &str {
    let inner = comment.strip_prefix("//").or_else(|| {
        let inner = comment.strip_prefix("/*")?;
        Some(inner.strip_suffix("*/").unwrap_or(inner))
    });
    inner.unwrap_or(comment).trim()
}

/// Whether `inner` begins with an ellipsis, in brackets or not.
fn is_ellipsis(inner: &str) -> bool {
    let inner = inner.trim_start_matches(['[', '(', '<', '{', '-', ' ']);
    inner.starts_with("...") || inner.starts_with('…')
}

/// Whether an ellipsis stands by itself in the comment, or at either end of it. Between two words
/// it is but a pause.
fn has_ellipsis(comment: &str) -> bool {
    let inner = content(comment);
    let is_part = |word: &str| word.contains("...") || word.contains('…');
    let is_whole = |word: &str| is_part(word) && !word.contains(char::is_alphanumeric);
    let mut words = inner.split_whitespace();
    let ends = [words.clone().next(), words.clone().next_back()];
    ends.into_iter().flatten().any(is_part) || words.any(is_whole)
}

fn words_of(comment: &str) -> Vec<String> {
    let words = comment.split(|c: char| !c.is_alphanumeric() && c != '\'');
    let words = words.filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

/// Whether `words` name things and say that they are left out. `is_thing` knows more of them than
/// what all programs consist of.
fn is_phrase(words: &[String], is_thing: impl Fn(&str) -> bool) -> bool {
    const LONGEST: usize = 6;
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let whole = words.join(" ");
    let whole = whole.strip_suffix(" for brevity").unwrap_or(&whole);
    let whole = whole.strip_suffix(" here").unwrap_or(whole);
    let says_so = |end: &str| whole == end || whole.ends_with(&format!(" {end}"));
    let denies = words.iter().any(|it| DENYING.contains(it));
    if words.len() <= LONGEST && !denies && LEFT_OUT.iter().any(|end| says_so(end)) {
        return true;
    }
    if matches!(words[..], ["snip"]) || words.len() <= 3 && words.last() == Some(&"etc") {
        return true;
    }
    let is_leading = |it: &&&str| LEADING.contains(*it);
    let leading = words.iter().take_while(is_leading).count();
    let Some((more, behind)) = words[leading..].split_first() else {
        return false;
    };
    if !MORE.contains(more) || denies {
        return false;
    }
    let is_of = behind.first() == Some(&"of");
    let end = behind
        .iter()
        .position(|it| TRAILING.contains(it) || ENDING.contains(it));
    let things = &behind[..end.unwrap_or(behind.len())];
    let few = if is_of { 4 } else { 2 };
    match things.last() {
        // Nothing but that there is more.
        None => behind.first().is_none_or(|it| ENDING.contains(it)),
        Some(last) => things.len() <= few && (OF_CODE.contains(last) || is_thing(last)),
    }
}

fn is_plural(noun: &str) -> bool {
    const NEVER: [&str; 6] = ["is", "was", "has", "does", "this", "its"];
    noun.len() > 2 && noun.ends_with('s') && !noun.ends_with("ss") && !NEVER.contains(&noun)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Comments in front of which nothing stands on their line.
    fn alone(comment: &str, says: fn(&str, &Range<usize>) -> bool) -> bool {
        let text = format!("a;\n    {comment}\n");
        says(&text, &(7..7 + comment.len()))
    }

    fn behind_code(comment: &str, says: fn(&str, &Range<usize>) -> bool) -> bool {
        let text = format!("a, {comment}\n");
        says(&text, &(3..3 + comment.len()))
    }

    #[test]
    fn more_is_said_to_be_there() {
        for comment in [
            "// ...",
            "// …",
            "/* ... */",
            "// ... the other commands",
            "// a, b, ... z",
            "// and so on...",
            "// more fields",
            "// Other variants",
            "/* other fields */",
            "// other colours",
            "// others",
            "// the rest",
            "// rest of the fields",
            "// rest of the public methods",
            "// remaining arms as above",
            "// other fields omitted",
            "// other fields for brevity",
            "// fields omitted for brevity",
            "// getters left out here",
            "// and many more",
            "// more methods here",
            "// existing code",
            "// additional config fields",
            "// snip",
            "// --snip--",
            "// etc.",
            "// name, age, etc.",
        ] {
            assert!(alone(comment, says_more), "{comment}");
        }
    }

    #[test]
    fn words_that_only_begin_so_leave_nothing_out() {
        for comment in [
            "// more than one is allowed",
            "// more than two fields",
            "// other threads see this",
            "// others must wait",
            "// more in the next chapter",
            "// other than these fields",
            "// usually omitted",
            "// rest assured",
            "// the rest is padding",
            "// remaining time in seconds is kept",
            "// no more",
            "// the other end",
            "// more precise",
            "// other",
            "// omitted when empty",
            "// is never omitted",
            "// must not be omitted",
            "// in bytes... or so I think",
            "// etched in stone",
            "// existing users keep theirs",
        ] {
            let is_lone = comment == "// other";
            assert_eq!(alone(comment, says_more), is_lone, "{comment}");
        }
        // Beside a field, it is about that.
        assert!(!behind_code("// other ids", says_more));
        assert!(behind_code("// other fields", says_more));
        assert!(behind_code("// ...", says_more));
        assert!(behind_code("/* other ids */", says_more));
    }

    #[test]
    fn what_explains_an_error_leaves_nothing_out() {
        for comment in [
            "// ERROR: the body has no value",
            "// error!",
            "//~ ERROR mismatched types",
            "//~^ ERROR mismatched types",
            "// ❌ no value",
            "// This does not compile: nothing is returned.",
            "/* won't compile */",
        ] {
            assert!(alone(comment, explains), "{comment}");
        }
        for comment in [
            "// the rest",
            "// error handling",
            "// handle the error",
            "// return an error if it fails",
            "// error: ...",
            "// compile the pattern",
            "//~ OK",
        ] {
            assert!(!alone(comment, explains), "{comment}");
        }
    }

    #[test]
    fn statements_are_left_out_by_comments_of_their_own() {
        for comment in [
            "// ...",
            "// …",
            "// [...]",
            "/* ... */",
            "// ... more work ...",
            "// some time later...",
            "// more code",
            "// other code here",
            "// rest of the function body",
            "// code omitted",
        ] {
            assert!(alone(comment, stands_for_statements), "{comment}");
        }
        assert!(behind_code("/* ... */", stands_for_statements));
        for comment in [
            "// this fails... it was moved",
            "// this does not compile...",
            "// error: use of moved value...",
            "// other threads",
            "// moved",
            "// ----",
            "",
        ] {
            assert!(!alone(comment, stands_for_statements), "{comment}");
        }
        assert!(!behind_code("// and so on...", stands_for_statements));
    }
}
