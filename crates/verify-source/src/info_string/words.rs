//! The words of info strings, as data, and what each asks for.

/// What a word of a Rust fence's info string asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// The language.
    Language,
    /// `ignore`: not judged.
    Ignore,
    /// `ignore-TARGET`: not judged on targets whose triple contains this text.
    IgnoreOn(String),
    /// `no_run`: compiled, not run.
    NoRun,
    /// `should_panic`, or mdBook's `panics`.
    ShouldPanic,
    /// `compile_fail`, or mdBook's `does_not_compile`.
    CompileFail,
    /// An error code such as `E0382`.
    ErrorCode,
    /// `editionYEAR`: the year.
    Edition(String),
    /// `test_harness`: the example's own `#[test]`s are what to run.
    TestHarness,
    /// `standalone_crate`: not to be compiled together with others.
    StandaloneCrate,
    /// `hidelines=PREFIX`: lines with this prefix are code that is not shown.
    HideLines(String),
    /// A word that changes how the example is shown, not whether it is right.
    Presentation,
    /// A word that we do not know: counted, and without effect.
    Unknown,
}

/// Years that are an edition, oldest first.
pub(super) const EDITIONS: [&str; 4] = ["2015", "2018", "2021", "2024"];

/// Names of the language, in lower case.
pub(super) const RUST: [&str; 2] = ["rust", "rs"];

/// Words that stand for themselves: rustdoc's, then mdBook's.
const WORDS: [(&str, Meaning); 13] = [
    ("ignore", Meaning::Ignore),
    ("no_run", Meaning::NoRun),
    ("should_panic", Meaning::ShouldPanic),
    ("compile_fail", Meaning::CompileFail),
    ("test_harness", Meaning::TestHarness),
    ("standalone_crate", Meaning::StandaloneCrate),
    ("does_not_compile", Meaning::CompileFail),
    ("panics", Meaning::ShouldPanic),
    ("not_desired_behavior", Meaning::Presentation),
    ("editable", Meaning::Presentation),
    ("noplayground", Meaning::Presentation),
    ("noplaypen", Meaning::Presentation),
    ("mdbook-runnable", Meaning::Presentation),
];

/// A word that other tools use and that lies near one of ours; never taken for a mistyped one.
const UNRELATED: &str = "playground";

/// Longest word that is compared with ours, in bytes.
const MAX_LEN: usize = 30;

/// What `word` asks for; [`Meaning::Unknown`] if nothing.
pub(super) fn meaning_of(word: &str) -> Meaning {
    if let Some((_, meaning)) = WORDS.iter().find(|(known, _)| *known == word) {
        return meaning.clone();
    }
    if let Some(target) = word.strip_prefix("ignore-") {
        return Meaning::IgnoreOn(target.to_owned());
    }
    if let Some(year) = word.strip_prefix("edition")
        && EDITIONS.contains(&year)
    {
        return Meaning::Edition(year.to_owned());
    }
    if is_error_code(word) {
        return Meaning::ErrorCode;
    }
    Meaning::Unknown
}

/// The word that was probably meant by `word`, which is not one that we know.
pub(super) fn meant_by(word: &str) -> Option<String> {
    let plain = plain(word);
    if word == UNRELATED || word.len() > MAX_LEN || RUST.contains(&plain.as_str()) {
        return None;
    }
    edition_meant_by(&plain)
        .or_else(|| code_meant_by(&plain))
        .or_else(|| known_word_near(&plain))
}

/// `word` without what people leave out or write differently.
fn plain(word: &str) -> String {
    let kept = word.chars().filter(|c| !is_left_out(*c));
    kept.flat_map(char::to_lowercase).collect()
}

fn is_left_out(char: char) -> bool {
    matches!(char, '_' | '-' | '=' | ':')
}

/// Whether `word` is a code of the compiler, such as `E0382`.
pub(crate) fn is_error_code(word: &str) -> bool {
    let digits = word.strip_prefix('E').unwrap_or_default();
    digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// `edition=2021`, `Edition2021`, `rust2021`, `2021`, and editions that do not exist.
fn edition_meant_by(plain: &str) -> Option<String> {
    let has_word = ["edition", "editon", "rust"]
        .iter()
        .find_map(|word| plain.strip_prefix(word));
    let year = has_word.unwrap_or(plain);
    if EDITIONS.contains(&year) {
        return Some(format!("edition{year}"));
    }
    let looks_like_year = year.len() >= 2 && year.bytes().all(|byte| byte.is_ascii_digit());
    if has_word.is_none() || !looks_like_year {
        return None;
    }
    let newest_of_two_digits = EDITIONS.iter().find(|known| known[2..] == *year);
    let nearest = EDITIONS.iter().rev().find(|known| **known <= year);
    newest_of_two_digits
        .or(nearest)
        .or(EDITIONS.first())
        .map(|year| format!("edition{year}"))
}

/// `e0382`, `E382`.
fn code_meant_by(plain: &str) -> Option<String> {
    let digits = plain.strip_prefix('e')?;
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    (is_number && matches!(digits.len(), 3 | 4)).then(|| format!("E{digits:0>4}"))
}

/// The known word that differs from `plain` in few letters.
fn known_word_near(plain: &str) -> Option<String> {
    let known = WORDS.iter().map(|(known, _)| *known);
    near(plain, known).map(str::to_owned)
}

/// The one of `known` that was probably meant by `word`: without regard to case, `_` and `-` the
/// two differ in one letter of six.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let is_short = word.len() <= MAX_LEN;
    is_short.then(|| near(&plain(word), known)).flatten()
}

fn near<'a>(plain: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let candidates = known.into_iter().filter_map(|known| {
        let tolerance = known.len() / 6;
        // So many letters differ at least. Spares nearly all comparisons.
        let letters = known.chars().filter(|c| !is_left_out(*c)).count();
        if letters.abs_diff(plain.chars().count()) > tolerance {
            return None;
        }
        let distance = strsim::damerau_levenshtein(&self::plain(known), plain);
        (distance <= tolerance).then_some((known, distance))
    });
    let (known, _) = candidates.min_by_key(|(_, distance)| *distance)?;
    Some(known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_words_mean_what_rustdoc_and_mdbook_say() {
        assert_eq!(meaning_of("no_run"), Meaning::NoRun);
        assert_eq!(meaning_of("panics"), Meaning::ShouldPanic);
        assert_eq!(
            meaning_of("ignore-windows"),
            Meaning::IgnoreOn("windows".into())
        );
        assert_eq!(meaning_of("edition2021"), Meaning::Edition("2021".into()));
        assert_eq!(meaning_of("E0382"), Meaning::ErrorCode);
        assert_eq!(meaning_of("E038"), Meaning::Unknown);
        assert_eq!(meaning_of("edition2020"), Meaning::Unknown);
    }

    #[test]
    fn mistyped_words_lead_to_the_word_that_was_meant() {
        for (word, meant) in [
            ("norun", "no_run"),
            ("no-run", "no_run"),
            ("no_rnu", "no_run"),
            ("should_pannic", "should_panic"),
            ("shouldpanic", "should_panic"),
            ("compilefail", "compile_fail"),
            ("compile-fails", "compile_fail"),
            ("Ignore", "ignore"),
            ("ignored", "ignore"),
            ("test-harness", "test_harness"),
            ("panic", "panics"),
            ("edition=2021", "edition2021"),
            ("edition-2018", "edition2018"),
            ("Edition2024", "edition2024"),
            ("edition2017", "edition2015"),
            ("edition21", "edition2021"),
            ("rust2018", "edition2018"),
            ("2021", "edition2021"),
            ("e0382", "E0382"),
            ("E382", "E0382"),
        ] {
            assert_eq!(meant_by(word).as_deref(), Some(meant), "{word}");
        }
    }

    #[test]
    fn words_of_other_tools_are_not_mistyped_ones() {
        for word in [
            "playground",
            "runnable",
            "linenos",
            "numberLines",
            "copy",
            "title",
            "wrap",
            "main.rs",
            "async",
            "1",
            "rust",
            "E2E",
        ] {
            assert_eq!(meant_by(word), None, "{word}");
        }
    }
}
