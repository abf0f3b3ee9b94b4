//! Examples: the Rust blocks of a document, ready to be scaffolded and judged.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use verify_model::{
    AidKind, Expectation, Fragment, IncludedPlace, Labelled, Listed, Position, Span,
};

use crate::facts::Facts;
use crate::inclusion::Inclusions;
use crate::line_index::LineIndex;
use crate::manifest::{StatedDependency, StatedManifest};
use crate::prose;
use crate::scaffold::{self, Allowed, Edition, Given, Offer, Plan, Rendered, Target};
use crate::shown_manifest::{ShownDependency, ShownManifest, dependencies_for};
use crate::source_map::SourceMap;
use crate::surroundings::Surroundings;

/// A document that was read: its text, and where its lines begin.
#[derive(Debug)]
pub struct SourceDocument {
    /// The path as given on the command line, `/`-separated.
    pub path: String,
    /// Its text.
    pub text: String,
    /// Where its lines begin.
    pub lines: LineIndex,
    /// The files that it includes.
    pub inclusions: Inclusions,
}

impl SourceDocument {
    pub(crate) fn position(&self, offset: usize) -> Position {
        self.lines.position(&self.text, offset)
    }
}

/// One block to be judged.
#[derive(Clone, Debug)]
pub struct Example {
    /// Where and what it is.
    pub listed: Listed,
    /// What the document says should happen.
    pub expectation: Expectation,
    /// Why it is not to be judged.
    pub skip: Option<String>,
    /// Why the document has it ignored, when it is to be judged all the same.
    pub ignored: Option<String>,
    /// What the document's own words say against it.
    pub labelled: Option<Labelled>,
    /// Whether it must never be compiled together with other examples (`standalone_crate`).
    pub standalone: bool,
    /// Whether it is compiled as it stands, as a test harness: its `#[test]`s are what is run, and
    /// nothing is put around it (`test_harness`).
    pub test_harness: bool,
    /// The edition that a directive, its info string or its book states.
    pub edition: Option<Edition>,
    /// Its code as it is compiled: container indentation removed, `\n` line ends, hidden lines
    /// without their marks, behind the code of the example that it continues.
    pub code: String,
    /// From its code to the bytes of the document and what it includes.
    pub map: SourceMap,
    /// The document.
    pub document: Arc<SourceDocument>,
    /// The manifest that its code states.
    pub manifest: Option<StatedManifest>,
    /// Which bytes of its code are Rust.
    pub rust: Range<usize>,
    /// What its text says by itself.
    pub facts: Arc<Facts>,
    /// Lines of its code in which left out code was replaced, so that the rest could be judged.
    pub filled: Vec<Range<usize>>,
    /// What the code is when it lacks what stands around it, and where it begins.
    pub fragment: Option<(Fragment, usize)>,
    /// The manifests that the document shows in blocks of their own.
    pub shown_manifests: Arc<Vec<ShownManifest>>,
    /// Dependencies that directives above it state. They stand in no code: their places are empty.
    pub directive_dependencies: Vec<StatedDependency>,
    /// Wall time that a directive grants its tests, and its program, each.
    pub timeout: Option<Duration>,
}

impl Example {
    /// Where `offset` in the code lies in the document; for code of an included file, where the
    /// document includes it.
    #[must_use]
    pub fn position(&self, offset: usize) -> Option<Position> {
        let source = self.map.to_source(offset)?;
        let place = self.document.inclusions.in_document(source);
        Some(self.document.position(place.start))
    }

    /// Where `offset` in the code lies in an included file; `None` when it lies in the document
    /// itself.
    #[must_use]
    pub fn included_place(&self, offset: usize) -> Option<IncludedPlace> {
        let source = self.map.to_source(offset)?;
        let (file, at) = self.document.inclusions.file_at(source)?;
        Some(IncludedPlace {
            path: file.path.clone(),
            position: file.lines.position(&file.text, at),
        })
    }

    /// Where a range of the code lies in the document.
    #[must_use]
    pub fn span(&self, code: Range<usize>) -> Option<Span> {
        let inclusions = &self.document.inclusions;
        let start = inclusions
            .in_document(self.map.to_source(code.start)?)
            .start;
        // The code may begin in an included file and end in the document.
        let last = code.end.saturating_sub(1).max(code.start)..code.end;
        let end = match self.map.range_to_source(last) {
            Some(last) => inclusions.in_document(last.end).end.max(start),
            None => start,
        };
        Some(Span {
            included: self.included_place(code.start),
            code,
            start: self.document.position(start),
            end: self.document.position(end),
        })
    }

    /// Whether the document states the edition.
    #[must_use]
    pub fn states_edition(&self) -> bool {
        let in_manifest = self.manifest.as_ref().and_then(|it| it.edition.as_deref());
        self.edition.is_some() || in_manifest.is_some_and(|it| Edition::parse(it).is_some())
    }

    /// The first plan, from the text alone.
    #[must_use]
    pub fn first_plan(&self, allowed: &Allowed, surroundings: Option<&Surroundings>) -> Plan {
        let mut manifest = self.manifest.clone();
        if !self.directive_dependencies.is_empty() {
            let stated = manifest.get_or_insert_default();
            let directives = self.directive_dependencies.iter().cloned();
            stated.dependencies.extend(directives);
        }
        let shown = self.shown_dependencies();
        let mut plan = scaffold::first(&Given {
            manifest: manifest.as_ref(),
            ..self.given(&shown, allowed, surroundings, &|offset| {
                self.position(offset)
            })
        });
        if let Some((fragment, _)) = &self.fragment {
            plan.add_aid(AidKind::Wrapper, fragment.around(), fragment.as_str());
        }
        plan.panics = self.expectation == Expectation::Panic && plan.target == Target::Program;
        plan
    }

    /// What the document, or the workspace that it lives in, has for the library `library`.
    #[must_use]
    pub fn offer(
        &self,
        allowed: &Allowed,
        surroundings: Option<&Surroundings>,
        library: &str,
    ) -> Option<Offer> {
        let shown = self.shown_dependencies();
        let given = self.given(&shown, allowed, surroundings, &|_| None);
        scaffold::offer(&given, library)
    }

    fn given<'a>(
        &'a self,
        shown: &'a [ShownDependency],
        allowed: &'a Allowed,
        surroundings: Option<&'a Surroundings>,
        position: &'a dyn Fn(usize) -> Option<Position>,
    ) -> Given<'a> {
        Given {
            facts: &self.facts,
            manifest: self.manifest.as_ref(),
            shown,
            surroundings,
            edition: self.edition,
            test_harness: self.test_harness,
            expects_failure: matches!(self.expectation, Expectation::CompileFail { .. }),
            allowed,
            position,
        }
    }

    /// Versions of `package` that the document names anywhere, as requirements, nearest first.
    #[must_use]
    pub fn versions_in_prose(&self, package: &str) -> Vec<String> {
        let place = self.map.to_source(0).unwrap_or_default();
        prose::versions(&self.document.text, package, place)
    }

    /// The dependencies that the document shows in blocks of their own: those of the nearest section
    /// first.
    fn shown_dependencies(&self) -> Vec<ShownDependency> {
        let mut shown: Vec<&ShownManifest> = self.shown_manifests.iter().collect();
        let shared = |other: &ShownManifest| {
            let pairs = self.listed.headings.iter().zip(&other.headings);
            pairs.take_while(|(a, b)| a == b).count()
        };
        // Of equally near sections the block above goes before the one below.
        let line = self.listed.line;
        shown.sort_by_key(|it| (Reverse(shared(it)), it.line > line, line.abs_diff(it.line)));
        let mut all = dependencies_for(&shown, &self.listed.headings, line);
        self.add_features_of_prose(&mut all);
        all
    }

    /// Adds the features that the prose above says the example needs, where one of its crates is stated.
    fn add_features_of_prose(&self, shown: &mut [ShownDependency]) {
        let is_used = |it: &&mut ShownDependency| {
            let library = it.stated.key.replace('-', "_");
            let mut roots = self.facts.names.roots.iter();
            roots.any(|root| root.name == library)
        };
        let mut used: Vec<_> = shown.iter_mut().filter(is_used).collect();
        let keys: BTreeSet<&str> = used.iter().map(|it| it.stated.key.as_str()).collect();
        if keys.len() != 1 {
            return;
        }
        for it in &mut used {
            let text = &self.document.text;
            let named = prose::features(text, &it.stated.package, self.listed.line);
            it.stated.features.extend(named);
        }
    }

    /// Where the document states the dependency `key`.
    #[must_use]
    pub fn stated_at(&self, key: &str) -> Option<Position> {
        let manifest = self.manifest.iter().flat_map(|it| &it.dependencies);
        if let Some(own) = manifest.into_iter().find(|it| it.key == key) {
            return self.position(own.place.start);
        }
        let shown = self.shown_dependencies().into_iter();
        shown
            .filter(|it| it.stated.key == key)
            .find_map(|it| it.place)
    }

    /// A link of mdBook's that was not followed, since there is no book or no such file.
    #[must_use]
    pub fn unfollowed_link(&self) -> Option<&str> {
        const LINKS: [&str; 4] = [
            "{{#include ",
            "{{#rustdoc_include ",
            "{{#playground ",
            "{{#playpen ",
        ];
        let start = LINKS.iter().filter_map(|link| self.code.find(link)).min()?;
        let end = self.code[start..].find("}}")? + start + 2;
        self.code.get(start..end)
    }

    /// The source file that `plan` makes of it.
    #[must_use]
    pub fn render(&self, plan: &Plan) -> Rendered {
        scaffold::render(plan, &self.facts, &self.code, &self.rust)
    }
}
