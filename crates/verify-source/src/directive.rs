//! Directives: what an HTML comment right above a fence asks for, unseen by the document's readers.
//!
//! ```text
//! <!-- verify: name=server, deps="axum 0.8", no_run, timeout=30s -->
//! ```
//!
//! Words are separated by commas or white space. A value that holds either stands in quotes.

mod dependencies;
mod words;

use std::time::Duration;

use verify_model::Expectation;

use crate::fault::Fault;
use crate::info_string::nearest;
use crate::manifest::StatedDependency;
use crate::scaffold::Edition;
use words::{Word, words};

/// What the directives above a fence ask for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Directives {
    /// `name=`: what the example is called in its document.
    pub name: Option<String>,
    /// `continue`: the example whose code stands before this one's.
    pub continues: Option<Continues>,
    /// `deps=`: dependencies. They stand in no code: their places are empty.
    pub dependencies: Vec<StatedDependency>,
    /// `no_run`, `should_panic`, `compile_fail` or `expect=`: what should happen.
    pub expectation: Option<Expectation>,
    /// `edition=`.
    pub edition: Option<Edition>,
    /// `timeout=`: wall time for the example's tests, and for its program, each.
    pub timeout: Option<Duration>,
    /// `skip`, or `skip="why"`: why the example is not judged.
    pub skip: Option<String>,
}

/// Which example another one continues.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Continues {
    /// The one before it in the document.
    Previous,
    /// An earlier one with this name.
    Named(String),
}

/// What every comment with directives begins with.
const MARK: &str = "verify:";

/// All directives; [`Directives::apply`] says what each does.
const DIRECTIVES: [&str; 10] = [
    "name",
    "continue",
    "deps",
    "no_run",
    "should_panic",
    "compile_fail",
    "expect",
    "edition",
    "timeout",
    "skip",
];

/// Longest time that a directive can ask for.
const MAX_TIMEOUT: Duration = Duration::from_hours(1);

/// The directives in the text of an HTML comment, without `<!--` and `-->`: where they begin in
/// it. `None` when the comment is for somebody else.
pub(crate) fn start_in_comment(comment: &str) -> Option<usize> {
    let text = comment.trim_start();
    let start = comment.len() - text.len();
    text.starts_with(MARK).then_some(start + MARK.len())
}

impl Directives {
    /// Reads the directives of one comment into those that were read before; never fails. Offsets
    /// of the faults are those of `text`.
    pub(crate) fn read(&mut self, text: &str) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut is_empty = true;
        for word in words(text) {
            is_empty = false;
            if let Err(message) = self.apply(&word) {
                faults.push(Fault::error(message, word.range.start));
            }
        }
        if is_empty {
            faults.push(Fault::error("there is no directive in this comment", 0));
        }
        faults
    }

    /// Whether nothing is asked for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn apply(&mut self, word: &Word<'_>) -> Result<(), String> {
        let Word { key, value, .. } = *word;
        if word.is_open {
            return Err(format!("the quote after `{key}=` is never closed"));
        }
        match key {
            "name" => set(key, &mut self.name, name(needed(key, value)?)?),
            "continue" => {
                let continues = match value {
                    None => Continues::Previous,
                    Some(value) => Continues::Named(name(value)?),
                };
                set(key, &mut self.continues, continues)
            }
            "deps" => {
                let stated = dependencies::parse(needed(key, value)?)?;
                self.dependencies.extend(stated);
                Ok(())
            }
            "no_run" => self.expect(word, Expectation::Compile),
            "should_panic" => self.expect(word, Expectation::Panic),
            "compile_fail" => {
                let codes = Vec::new();
                self.expect(word, Expectation::CompileFail { codes })
            }
            "expect" => self.expect_codes(needed(key, value)?),
            "edition" => {
                let year = needed(key, value)?;
                let edition = Edition::parse(year)
                    .ok_or_else(|| format!("`{year}` is no edition of Rust"))?;
                set(key, &mut self.edition, edition)
            }
            "timeout" => set(key, &mut self.timeout, duration(needed(key, value)?)?),
            "skip" => {
                let reason = match value {
                    None => "a directive says so".to_owned(),
                    Some(why) => why.to_owned(),
                };
                set(key, &mut self.skip, reason)
            }
            _ => Err(unknown(key)),
        }
    }

    fn expect(&mut self, word: &Word<'_>, expected: Expectation) -> Result<(), String> {
        let key = word.key;
        if word.value.is_some() {
            return Err(format!("`{key}` takes no value"));
        }
        match &self.expectation {
            // `expect` says more than `compile_fail`.
            Some(Expectation::CompileFail { .. }) if key == "compile_fail" => Ok(()),
            Some(other) if *other != expected => {
                Err(format!("`{key}` contradicts what another directive says"))
            }
            _ => {
                self.expectation = Some(expected);
                Ok(())
            }
        }
    }

    fn expect_codes(&mut self, value: &str) -> Result<(), String> {
        let mut codes = match self.expectation.take() {
            None => Vec::new(),
            Some(Expectation::CompileFail { codes }) => codes,
            other => {
                self.expectation = other;
                return Err("`expect` contradicts what another directive says".to_owned());
            }
        };
        for code in value.split([' ', ',']).filter(|code| !code.is_empty()) {
            if !crate::info_string::is_error_code(code) {
                return Err(format!("`{code}` is no error code: write `expect=E0382`"));
            }
            codes.push(code.to_owned());
        }
        self.expectation = Some(Expectation::CompileFail { codes });
        Ok(())
    }
}

fn needed<'a>(key: &str, value: Option<&'a str>) -> Result<&'a str, String> {
    let value = value.map(str::trim).filter(|value| !value.is_empty());
    value.ok_or_else(|| format!("`{key}` needs a value: write `{key}=…`"))
}

fn set<T>(key: &str, place: &mut Option<T>, value: T) -> Result<(), String> {
    if place.is_some() {
        return Err(format!("`{key}` stands twice above this fence"));
    }
    *place = Some(value);
    Ok(())
}

/// A name that can stand in an id and cannot be taken for a number there.
fn name(value: &str) -> Result<String, String> {
    let is_name = value.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && value
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    if is_name {
        Ok(value.to_owned())
    } else {
        Err(format!(
            "`{value}` is no name: use letters, digits, `-` and `_`, and begin with a letter"
        ))
    }
}

/// `30s`, `500ms`, `2m`.
fn duration(value: &str) -> Result<Duration, String> {
    let digits = value.trim_end_matches(|c: char| !c.is_ascii_digit());
    let number = digits.parse().ok();
    let found = number.and_then(|number: u64| match &value[digits.len()..] {
        "ms" => Some(Duration::from_millis(number)),
        "s" => Some(Duration::from_secs(number)),
        "m" => number.checked_mul(60).map(Duration::from_secs),
        _ => None,
    });
    match found {
        Some(time) if !time.is_zero() && time <= MAX_TIMEOUT => Ok(time),
        Some(_) => Err(format!(
            "`{value}` is no sensible time: more than nothing, and at most `60m`"
        )),
        None => Err(format!(
            "`{value}` is no time: write `30s`, `500ms` or `2m`"
        )),
    }
}

fn unknown(key: &str) -> String {
    match nearest(key, DIRECTIVES) {
        Some(meant) => format!("unknown directive `{key}`: did you mean `{meant}`?"),
        None => format!(
            "unknown directive `{key}`: there are {}",
            DIRECTIVES.join(", ")
        ),
    }
}

#[cfg(test)]
mod tests;
