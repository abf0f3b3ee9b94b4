//! The info string of a fence: the language, and what else it says about the example.
//!
//! The words are rustdoc's, mdBook's and pandoc's; the whole is lenient about how they are put
//! together and strict about words that are nearly right.

mod tokens;
mod words;

use std::ops::Range;

use verify_model::{Expectation, Severity};

use tokens::{Shape, Token, tokens};
pub use words::Meaning;
pub(crate) use words::{is_error_code, nearest};

/// What an info string says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InfoString {
    /// The language as it is written; `None` when there is none.
    pub language: Option<String>,
    /// Whether the language is Rust: `rust` or `rs` in any letter case.
    pub is_rust: bool,
    /// Every word, in order.
    pub words: Vec<Word>,
    /// What it says should happen. [`Expectation::Pass`] for other languages.
    pub expectation: Expectation,
    /// The word `ignore`, when it is there: not judged, wherever.
    pub ignore: Option<String>,
    /// The year of the edition that it states.
    pub edition: Option<String>,
    /// What is wrong with it.
    pub faults: Vec<Fault>,
}

/// A word of an info string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The word as written, without pandoc's leading dot.
    pub text: String,
    /// Byte range in the info string.
    pub range: Range<usize>,
    /// What it asks for. In fences of other languages nothing: [`Meaning::Unknown`].
    pub meaning: Meaning,
}

/// Something wrong with an info string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// How grave it is.
    pub severity: Severity,
    /// What it is, and what to do.
    pub message: String,
    /// Byte range in the info string.
    pub range: Range<usize>,
}

impl InfoString {
    /// Reads the text between the opening fence and the end of its line. Never fails.
    #[must_use]
    pub fn parse(info: &str) -> Self {
        let tokens = tokens(info);
        let mut parsed = Self::default();
        let language = tokens.iter().position(|token| names_language(info, token));
        if let Some(index) = language {
            let name = language_name(&info[tokens[index].range.clone()]);
            parsed.is_rust = words::RUST.contains(&name.to_ascii_lowercase().as_str());
            parsed.language = Some(name.to_owned());
        }
        for (index, token) in tokens.into_iter().enumerate() {
            let meaning = if Some(index) == language {
                Meaning::Language
            } else if parsed.may_be_rust() {
                meaning_of(info, &token)
            } else {
                Meaning::Unknown
            };
            parsed.add_word(info, token, meaning);
        }
        parsed.settle();
        parsed
    }

    /// Whether a word of this meaning is there.
    #[must_use]
    pub fn has(&self, meaning: &Meaning) -> bool {
        self.words.iter().any(|word| word.meaning == *meaning)
    }

    /// The word because of which the example is not judged on the target with this triple:
    /// `ignore`, or `ignore-TARGET` for a part of the triple.
    #[must_use]
    pub fn ignored_on(&self, triple: &str) -> Option<&str> {
        let mut words = self.words.iter();
        let word = words.find(|word| match &word.meaning {
            Meaning::Ignore => true,
            Meaning::IgnoreOn(target) => triple.contains(target.as_str()),
            _ => false,
        })?;
        Some(&word.text)
    }

    /// The words that have no effect because nobody knows them.
    pub fn unknown_words(&self) -> impl Iterator<Item = &Word> {
        let unknown = |word: &&Word| word.meaning == Meaning::Unknown;
        self.words.iter().filter(unknown)
    }

    /// Whether the words are addressed to us: the language is Rust, or none is named and whoever
    /// shows the document may take it for Rust.
    fn may_be_rust(&self) -> bool {
        self.is_rust || self.language.is_none()
    }

    fn add_word(&mut self, info: &str, token: Token, meaning: Meaning) {
        let text = &info[token.range.clone()];
        match &meaning {
            Meaning::Edition(year) => self.edition = Some(year.clone()),
            Meaning::Ignore => self.ignore = Some(text.to_owned()),
            _ => {}
        }
        self.faults.extend(self.fault_of(text, &token, &meaning));
        self.words.push(Word {
            text: text.to_owned(),
            range: token.range,
            meaning,
        });
    }

    /// A word that is nearly one of ours. In the place of the language it may still be a language
    /// that we have not heard of.
    fn fault_of(&self, text: &str, token: &Token, meaning: &Meaning) -> Option<Fault> {
        let severity = match meaning {
            Meaning::Unknown if self.is_rust && token.shape != Shape::Remark => Severity::Error,
            Meaning::Language if !self.is_rust => Severity::Warning,
            _ => return None,
        };
        let meant = words::meant_by(text)?;
        Some(Fault {
            severity,
            message: format!("unknown word `{text}` in the info string: did you mean `{meant}`?"),
            range: token.range.clone(),
        })
    }

    /// Draws the conclusions from all words together.
    fn settle(&mut self) {
        if !self.may_be_rust() {
            return;
        }
        let codes: Vec<&Word> = self
            .words
            .iter()
            .filter(|word| word.meaning == Meaning::ErrorCode)
            .collect();
        // As in rustdoc: what does not compile cannot run, and what is not run cannot panic.
        self.expectation = if self.has(&Meaning::CompileFail) {
            let codes = codes.iter().map(|word| word.text.clone()).collect();
            Expectation::CompileFail { codes }
        } else {
            let fault = codes.first().map(|word| Fault {
                severity: Severity::Warning,
                message: format!(
                    "`{0}` has no effect without `compile_fail`: write `compile_fail,{0}`",
                    word.text
                ),
                range: word.range.clone(),
            });
            self.faults.extend(fault);
            if self.has(&Meaning::NoRun) {
                Expectation::Compile
            } else if self.has(&Meaning::ShouldPanic) {
                Expectation::Panic
            } else {
                Expectation::Pass
            }
        };
    }
}

/// Whether this token is where the language stands: the first that says nothing else.
fn names_language(info: &str, token: &Token) -> bool {
    let text = &info[token.range.clone()];
    match token.shape {
        Shape::Word => !text.starts_with('#') && words::meaning_of(text) == Meaning::Unknown,
        // Some hosts number lines with `rust=` or `rust=10`.
        Shape::Assignment => {
            let name = language_name(text).to_ascii_lowercase();
            words::RUST.contains(&name.as_str())
        }
        Shape::Remark => false,
    }
}

/// The language's name without what some hosts write after it: `rust=1`, `rust!`,
/// `rust:src/main.rs`.
fn language_name(text: &str) -> &str {
    let name = text.split(['=', ':', '!']).next().unwrap_or(text);
    if name.is_empty() { text } else { name }
}

fn meaning_of(info: &str, token: &Token) -> Meaning {
    let text = &info[token.range.clone()];
    match token.shape {
        Shape::Word if words::RUST.contains(&text) => Meaning::Language,
        Shape::Word => words::meaning_of(text),
        Shape::Assignment => match text.strip_prefix("hidelines=") {
            Some(prefix) => Meaning::HideLines(prefix.trim_matches('"').to_owned()),
            None => Meaning::Unknown,
        },
        Shape::Remark => Meaning::Presentation,
    }
}

#[cfg(test)]
mod tests;
