//! From a document's code blocks to its examples, and the account of everything else in it.

mod code;
mod surveyor;

use std::collections::BTreeMap;
use std::sync::Arc;

use verify_model::{DocumentReport, DocumentStatus, Expectation, Finding, Listed, Severity};

use crate::block::Fence;
use crate::cell::Cell;
use crate::document::{Options, extract};
use crate::example::{Example, SourceDocument};
use crate::facts::{Facts, Root, Syntax};
use crate::fragment::Brackets;
use crate::info_string::Meaning;
use crate::known_crates::KnownCrates;
use crate::labels;
use crate::scaffold::Edition;
use crate::shown_manifest::{ShownManifest, shown_manifests};
use code::{Code, rules};
use surveyor::Surveyor;

/// A document's examples, and the account of everything else in it.
#[derive(Clone, Debug)]
pub struct Examined {
    /// Its Rust examples, in document order.
    pub examples: Vec<Example>,
    /// The account.
    pub report: DocumentReport,
}

/// What a document holds, without a look into its examples.
#[derive(Debug)]
pub struct Survey {
    /// Its Rust examples, in document order.
    pub entries: Vec<Entry>,
    /// The account of the document.
    pub report: DocumentReport,
    document: SourceDocument,
    /// Fences that may show manifests.
    manifests: Vec<Fence>,
    /// The edition that the document's book states.
    book_edition: Option<Edition>,
}

/// An example whose code nobody has looked into.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Where and what it is.
    pub listed: Listed,
    /// Why it is not to be judged.
    pub skip: Option<String>,
    /// Why the document has it ignored, when it is to be judged all the same.
    ignored: Option<String>,
    /// The example before this one whose code this one continues, by index.
    continues: Option<usize>,
    fence: Fence,
}

/// Extracts the examples of a document.
#[must_use]
pub fn examine(path: &str, text: String, options: &Options<'_>) -> Examined {
    survey(path, text, options).examine()
}

/// Finds the examples of a document: all that listing them needs.
#[must_use]
pub fn survey(path: &str, text: String, options: &Options<'_>) -> Survey {
    let extraction = extract(path, &text, options);
    let examples = extraction.fences.iter().filter(|it| it.is_example());
    let mut surveyor = Surveyor {
        path,
        options,
        entries: Vec::with_capacity(examples.count()),
        names: BTreeMap::new(),
        other_fences: Vec::new(),
        manifests: Vec::new(),
        findings: extraction.findings,
    };
    for fence in extraction.fences {
        surveyor.fence(fence);
    }
    let mut findings = surveyor.findings;
    findings.sort_by_key(|finding| (finding.line, finding.column));
    let report = DocumentReport {
        path: path.to_owned(),
        status: DocumentStatus::Read,
        examples: surveyor.entries.len(),
        other_fences: surveyor.other_fences,
        unknown_words: extraction.unknown_words,
        findings,
    };
    let document = SourceDocument {
        path: path.to_owned(),
        lines: extraction.lines,
        text,
        inclusions: extraction.inclusions,
    };
    Survey {
        entries: surveyor.entries,
        report,
        document,
        manifests: surveyor.manifests,
        book_edition: options.chapter.and_then(|chapter| chapter.edition),
    }
}

/// The account of a document that could not be read.
#[must_use]
pub fn unreadable(path: &str, reason: String) -> DocumentReport {
    DocumentReport {
        path: path.to_owned(),
        status: DocumentStatus::Unreadable,
        examples: 0,
        other_fences: Vec::new(),
        unknown_words: 0,
        findings: vec![Finding {
            severity: Severity::Error,
            message: reason,
            line: None,
            column: None,
        }],
    }
}

impl Survey {
    /// Looks into the examples.
    #[must_use]
    pub fn examine(self) -> Examined {
        let document = Arc::new(self.document);
        // The code of examples, by index, before their elisions were filled.
        let mut unfilled: BTreeMap<usize, Code> = BTreeMap::new();
        let mut examples: Vec<Example> = Vec::with_capacity(self.entries.len());
        let codes = self.entries.iter().map(|it| it.fence.code.as_str());
        let elsewhere = Brackets::elsewhere(codes);
        for (entry, elsewhere) in self.entries.into_iter().zip(elsewhere) {
            let mut fence = entry.fence;
            let text = std::mem::take(&mut fence.code);
            let map = std::mem::take(&mut fence.map);
            let cell = Cell::of(&entry.listed.info, &text);
            let rules = rules(fence.dialect, &fence.words);
            let mut code = Code::new(text, map, cell, rules);
            if let Some(index) = entry.continues {
                let kept = unfilled.get(&index).cloned();
                code = code.behind(&kept.unwrap_or_else(|| Code::of(&examples[index])));
            }
            let heading = entry.listed.headings.last().cloned();
            let filled = code.fill(elsewhere);
            if let Some(code) = filled.unfilled {
                unfilled.insert(examples.len(), code);
            }
            let edition = edition(&fence, &filled.code, self.book_edition);
            examples.push(Example {
                listed: entry.listed,
                expectation: expectation(&fence, cell, &filled.facts),
                skip: entry.skip,
                ignored: entry.ignored,
                labelled: labels::labelled(&filled.code.text, heading.as_deref()),
                standalone: fence.words.has(&Meaning::StandaloneCrate),
                test_harness: fence.words.has(&Meaning::TestHarness),
                edition,
                code: filled.code.text,
                map: filled.code.map,
                document: Arc::clone(&document),
                manifest: filled.code.manifest,
                rust: filled.code.rust,
                facts: Arc::new(filled.facts),
                filled: filled.lines,
                fragment: filled.fragment,
                shown_manifests: Arc::default(),
                directive_dependencies: fence.directives.dependencies.clone(),
                timeout: fence.directives.timeout,
            });
        }
        let shown = Arc::new(shown_in(&document, self.manifests, &examples));
        for example in &mut examples {
            example.shown_manifests = Arc::clone(&shown);
        }
        let report = self.report;
        Examined { examples, report }
    }
}

/// The manifests that `document` shows in `fences`.
fn shown_in(
    document: &SourceDocument,
    fences: Vec<Fence>,
    examples: &[Example],
) -> Vec<ShownManifest> {
    let roots = examples.iter().flat_map(|it| &it.facts.names.roots);
    let roots = roots.map(|root| root.name.as_str()).collect();
    shown_manifests(fences, &roots, |fence, offset| {
        let source = fence.map.to_source(offset)?;
        let place = document.inclusions.in_document(source);
        Some(document.position(place.start))
    })
}

/// What the document says should happen to an example.
fn expectation(fence: &Fence, cell: Cell, facts: &Facts) -> Expectation {
    let said = &fence.directives.expectation;
    match said.as_ref().unwrap_or(&fence.words.expectation) {
        Expectation::Pass if cell.is_shown_only && said.is_none() => Expectation::Compile,
        // Only cargo runs these, or what runs programs for another target.
        Expectation::Pass if facts.is_build_script || is_run_by_others(facts) => {
            Expectation::Compile
        }
        stated => stated.clone(),
    }
}

/// Whether an example is a program without tests that uses a crate whose programs are not run here.
fn is_run_by_others(facts: &Facts) -> bool {
    let is_program = facts.main.is_some() || facts.syntax == Syntax::Statements;
    let is_not_run = |root: &Root| {
        let known = KnownCrates::builtin().by_library(&root.name);
        known.is_some_and(|it| it.not_run && !it.common_word)
            && !facts.names.modules.contains(&root.name)
    };
    is_program && !facts.may_hold_tests && facts.names.roots.iter().any(is_not_run)
}

/// The edition that the document or its book states for an example outside its manifest.
fn edition(fence: &Fence, code: &Code, of_book: Option<Edition>) -> Option<Edition> {
    let manifest = code.manifest.as_ref();
    let is_in_manifest = manifest.is_some_and(|manifest| manifest.edition.is_some());
    let in_info = fence.words.edition.as_deref().and_then(Edition::parse);
    let of_book = of_book.filter(|_| !is_in_manifest);
    fence.directives.edition.or(in_info).or(of_book)
}

#[cfg(test)]
mod tests;
