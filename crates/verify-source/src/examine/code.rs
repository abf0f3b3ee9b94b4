//! An example's code on its way from what the document shows to what is compiled.

use std::ops::Range;

use verify_model::Fragment;

use crate::block::Dialect;
use crate::cell::Cell;
use crate::elision;
use crate::example::Example;
use crate::facts::{Facts, reached, unread};
use crate::fragment::{self, Brackets, Completed};
use crate::hidden::{Rules, Strings, reveal};
use crate::info_string::{InfoString, Meaning};
use crate::manifest::{self, StatedManifest};
use crate::scaffold::blank_outside;
use crate::source_map::{SourceMap, SourceMapBuilder};

/// An example's code.
#[derive(Clone, Debug)]
pub(super) struct Code {
    pub text: String,
    /// From `text` to the document and what it includes.
    pub map: SourceMap,
    /// The manifest that it states.
    pub manifest: Option<StatedManifest>,
    /// Which bytes of it are Rust: all behind the manifest and the options of a cell.
    pub rust: Range<usize>,
}

/// Code whose elisions are filled where nothing else lets it be read.
pub(super) struct Filled {
    pub code: Code,
    pub facts: Facts,
    /// The lines of the code that hold what was filled in.
    pub lines: Vec<Range<usize>>,
    /// What the code is when it lacks what stands around it, and where it stands.
    pub fragment: Option<(Fragment, usize)>,
    /// The code before, if anything was filled in or put around it.
    pub unfilled: Option<Code>,
}

impl Code {
    /// The code of a block, its hidden lines included.
    pub(super) fn new(text: String, map: SourceMap, cell: Cell, rules: Rules<'_>) -> Self {
        let split = manifest::split(&text);
        let start = split.rust.start.max(cell.length);
        let (text, map) = match reveal(&text, start, rules) {
            Some((revealed, inner)) => (revealed, inner.compose(&map)),
            None => (text, map),
        };
        Self {
            rust: start..text.len(),
            text,
            map,
            manifest: split.manifest,
        }
    }

    /// The code of an example in which nothing was filled.
    pub(super) fn of(example: &Example) -> Self {
        Self {
            text: example.code.clone(),
            map: example.map.clone(),
            manifest: example.manifest.clone(),
            rust: example.rust.clone(),
        }
    }

    /// This code with `before` in front of it: first both manifests, then the attributes that only
    /// the start of a file may have, then the rest of each.
    pub(super) fn behind(self, before: &Self) -> Self {
        let mut text = String::new();
        let mut map = SourceMapBuilder::new();
        let mut before_places = Vec::new();
        let mut own_places = Vec::new();
        let mut rust_start = None;
        for (of_before, of_own) in before.parts().into_iter().zip(self.parts()) {
            let both = [
                (before, of_before, &mut before_places),
                (&self, of_own, &mut own_places),
            ];
            for (code, from, places) in both {
                map.mapped(&code.map, &from);
                let to = text.len();
                text.push_str(&code.text[from.clone()]);
                places.push(Moved { from, to });
            }
            rust_start.get_or_insert(text.len());
        }
        let manifests = [
            before.manifest.clone().map(|it| moved(it, &before_places)),
            self.manifest.map(|it| moved(it, &own_places)),
        ];
        Self {
            rust: rust_start.unwrap_or_default()..text.len(),
            text,
            map: map.finish(),
            manifest: manifests.into_iter().flatten().reduce(merged),
        }
    }

    /// Manifest, inner attributes, and everything else.
    fn parts(&self) -> [Range<usize>; 3] {
        let inner = self.facts().inner_attributes.end;
        let rest = if inner > self.rust.start {
            // Whatever follows on the line of the last attribute stays behind it.
            let line = self.text[inner..].split_inclusive('\n').next();
            let line = line.filter(|line| line.trim().is_empty());
            inner + line.map_or(0, str::len)
        } else {
            self.rust.start
        };
        [
            0..self.rust.start,
            self.rust.start..rest,
            rest..self.rust.end,
        ]
    }

    fn facts(&self) -> Facts {
        Facts::of(&blank_outside(&self.text, &self.rust))
    }

    /// Fills the elisions of code that does not parse because of them, and completes fragments, whose
    /// braces may have their counterparts `elsewhere`.
    pub(super) fn fill(self, elsewhere: Brackets) -> Filled {
        let facts = self.facts();
        let visible = blank_outside(&self.text, &self.rust);
        let elisions = if facts.parses() {
            // Rust reads them as a range, which nobody means.
            let bodies = facts
                .elisions
                .iter()
                .filter(|it| &visible[it.start..it.end] == "..");
            bodies.cloned().collect()
        } else {
            unread(&visible)
        };
        if let Some(filled) = elision::fill(&visible, &elisions, reached) {
            return self.filled(filled, None);
        }
        if !facts.parses() {
            for completed in fragment::completions(&visible, elsewhere) {
                if let Some(filled) = readable(&completed) {
                    let map = filled.map.compose(&completed.map);
                    let fragment = Some((completed.kind, completed.start));
                    return self.filled(elision::Filled { map, ..filled }, fragment);
                }
            }
        }
        Filled {
            code: self,
            facts,
            lines: Vec::new(),
            fragment: None,
            unfilled: None,
        }
    }

    /// This code as `filled` has it.
    fn filled(self, filled: elision::Filled, fragment: Option<(Fragment, usize)>) -> Filled {
        // What is blank is no Rust, and stays outside.
        let grown = filled.text.len() + self.rust.end - self.text.len();
        let mut facts = Facts::of_filled(&filled.text, &filled.places);
        if let (Some((Fragment::Announced, start)), Some(bodies)) = (fragment, &mut facts.bodies) {
            // The body of the item behind is ours.
            bodies.retain(|body| body.block.start < start);
        }
        Filled {
            facts,
            lines: filled.lines,
            fragment,
            code: Self {
                map: filled.map.compose(&self.map),
                rust: self.rust.start..grown,
                manifest: self.manifest.clone(),
                text: filled.text,
            },
            unfilled: Some(self),
        }
    }
}

/// A completed fragment whose elisions are filled; `None` when it does not parse even so.
fn readable(completed: &Completed) -> Option<elision::Filled> {
    if reached(&completed.text).is_some() {
        return elision::fill(&completed.text, &unread(&completed.text), reached);
    }
    Some(elision::Filled {
        text: completed.text.clone(),
        map: SourceMap::verbatim(completed.text.len(), 0),
        lines: Vec::new(),
        places: Vec::new(),
    })
}

/// Which lines of a block are hidden.
pub(super) fn rules(dialect: Dialect, words: &InfoString) -> Rules<'_> {
    let prefix = words.words.iter().find_map(|word| match &word.meaning {
        Meaning::HideLines(prefix) => Some(prefix.as_str()),
        _ => None,
    });
    let strings = match dialect {
        Dialect::Markdown => Strings::Keep,
        Dialect::Book | Dialect::Rustdoc => Strings::Hide,
    };
    Rules { prefix, strings }
}

/// A stretch of text that stands somewhere else now.
struct Moved {
    from: Range<usize>,
    to: usize,
}

/// A manifest whose text was moved.
fn moved(mut manifest: StatedManifest, places: &[Moved]) -> StatedManifest {
    let moved = |range: &Range<usize>| {
        let holds = |it: &&Moved| it.from.contains(&range.start);
        let start = match places.iter().find(holds) {
            Some(place) => place.to + (range.start - place.from.start),
            None => range.start,
        };
        start..start + range.len()
    };
    for dependency in &mut manifest.dependencies {
        dependency.place = moved(&dependency.place);
    }
    for (_, place) in &mut manifest.faults {
        *place = moved(place);
    }
    manifest
}

/// Two manifests as one; what the second says counts.
fn merged(before: StatedManifest, own: StatedManifest) -> StatedManifest {
    let is_own = |key: &str| own.dependencies.iter().any(|it| it.key == key);
    let kept = before.dependencies.into_iter();
    let kept = kept.filter(|it| !is_own(&it.key)).collect::<Vec<_>>();
    StatedManifest {
        package: own.package.or(before.package),
        edition: own.edition.or(before.edition),
        dependencies: kept.into_iter().chain(own.dependencies).collect(),
        faults: before.faults.into_iter().chain(own.faults).collect(),
    }
}
