//! Collects what the regions of a document hold, in terms of the document.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::sync::Arc;

use verify_model::{Finding, Severity};

use super::{Extraction, Host, Options, Untagged};
use crate::block::{Dialect, Fence, FenceKind, Form};
use crate::directive::Directives;
use crate::info_string::InfoString;
use crate::line_index::LineIndex;
use crate::markdown::{self, MarkdownFence, Standing, opening_run};
use crate::region::{Found, Region};
use crate::source_map::SourceMap;
use crate::yaml::may_hold_fence;

pub(super) struct Collector<'a> {
    text: &'a str,
    options: &'a Options<'a>,
    /// Info strings that were read before: most fences of a document have the same few.
    words: HashMap<String, Arc<InfoString>>,
    no_directives: Arc<Directives>,
    /// Words that nobody knows and that look like nothing: where each stands first, and how often.
    unknown: BTreeMap<String, (usize, usize)>,
    extraction: Extraction,
}

impl<'a> Collector<'a> {
    pub(super) fn collect(
        text: &'a str,
        host: Host,
        found: Found<'_>,
        options: &'a Options<'a>,
    ) -> Extraction {
        let mut collector = Self {
            text,
            options,
            words: HashMap::new(),
            no_directives: Arc::default(),
            unknown: BTreeMap::new(),
            extraction: Extraction {
                host,
                fences: Vec::new(),
                lines: LineIndex::new(text),
                inclusions: found.inclusions,
                unknown_words: 0,
                findings: Vec::new(),
            },
        };
        for fault in found.faults {
            collector.finding(fault.severity, fault.message, fault.offset);
        }
        for region in &found.regions {
            collector.region(region);
        }
        collector.tell_unknown_words();
        let mut extraction = collector.extraction;
        if !extraction
            .fences
            .is_sorted_by_key(|fence| fence.range.start)
        {
            extraction.fences.sort_by_key(|fence| fence.range.start);
        }
        let place = |finding: &Finding| (finding.line, finding.column);
        extraction.findings.sort_by_key(place);
        extraction
    }

    fn region(&mut self, region: &Region<'_>) {
        let faults = markdown::read(&region.text, |fence| self.fence(region, fence));
        for fault in faults {
            let place = region.map.to_source(fault.offset).unwrap_or_default();
            self.finding(fault.severity, fault.message, place);
        }
    }

    fn fence(&mut self, region: &Region<'_>, found: MarkdownFence) {
        let info = region.text[found.info.clone()].to_owned();
        let words = self.words(&info);
        // A region's map covers every byte of its text.
        let source = region
            .map
            .range_to_source(found.range.clone())
            .unwrap_or_default();
        let kind = self.kind(region, &words, &found);
        let is_example = kind == FenceKind::Example;
        self.fence_findings(region, &found, &words, source.start);
        if is_example {
            self.unknown_words(region, &found, &words);
        }
        let directives = self.directives(region, &found, is_example);
        let range = self.extraction.inclusions.range_in_document(&source);
        self.extraction.fences.push(Fence {
            form: found.form,
            line: self.extraction.lines.line(range.start),
            end_line: self.extraction.lines.line(range.end),
            range,
            info,
            container: container(&region.container, found.container),
            headings: found.headings,
            kind,
            words,
            code: found.code,
            map: found.map.compose(&region.map),
            unterminated: found.unterminated,
            directives,
            dialect: region.dialect,
        });
    }

    fn words(&mut self, info: &str) -> Arc<InfoString> {
        if let Some(known) = self.words.get(info) {
            return Arc::clone(known);
        }
        let words = Arc::new(InfoString::parse(info));
        self.words.insert(info.to_owned(), Arc::clone(&words));
        words
    }

    fn kind(&self, region: &Region<'_>, words: &InfoString, fence: &MarkdownFence) -> FenceKind {
        let is_rust = words.language.is_none()
            && (region.dialect == Dialect::Rustdoc || self.options.untagged == Untagged::Rust);
        let reason = match (fence.standing, &words.language) {
            (Standing::Html, _) => "inside an HTML block".to_owned(),
            (Standing::Comment, _) => "inside an HTML comment".to_owned(),
            (Standing::Code, _) if words.is_rust || is_rust => return FenceKind::Example,
            (Standing::Code, Some(language)) => format!("language `{language}`"),
            (Standing::Code, None) if fence.form == Form::Indented => "indented code".to_owned(),
            (Standing::Code, None) => "no language".to_owned(),
        };
        FenceKind::Other { reason }
    }

    fn unknown_words(&mut self, region: &Region<'_>, fence: &MarkdownFence, words: &InfoString) {
        for word in words.unknown_words() {
            self.extraction.unknown_words += 1;
            if words.faults.iter().any(|fault| fault.range == word.range) {
                continue;
            }
            let place = region.map.to_source(fence.info.start + word.range.start);
            let place = place.unwrap_or_default();
            let (_, count) = self.unknown.entry(word.text.clone()).or_insert((place, 0));
            *count += 1;
        }
    }

    /// Says each unknown word once: a document may use it in every fence.
    fn tell_unknown_words(&mut self) {
        for (word, (place, count)) in std::mem::take(&mut self.unknown) {
            let also = match count {
                1 => String::new(),
                count => format!(", here and {} times more", count - 1),
            };
            let message = format!("unknown word `{word}` in the info string has no effect{also}");
            self.finding(Severity::Note, message, place);
        }
    }

    /// Reads the directives above a fence.
    fn directives(
        &mut self,
        region: &Region<'_>,
        fence: &MarkdownFence,
        is_example: bool,
    ) -> Arc<Directives> {
        if fence.directives.is_empty() {
            return Arc::clone(&self.no_directives);
        }
        let mut directives = Directives::default();
        for comment in &fence.directives {
            let place = |map: &SourceMap, offset| map.to_source(offset).unwrap_or_default();
            for fault in directives.read(&comment.text) {
                let in_region = place(&comment.map, fault.offset);
                let in_document = place(&region.map, in_region);
                self.finding(fault.severity, fault.message, in_document);
            }
            if !is_example {
                let message = "these directives have no effect: the block below is not known to \
                               be Rust";
                let start = place(&region.map, comment.start);
                self.finding(Severity::Warning, message.to_owned(), start);
            }
        }
        Arc::new(directives)
    }

    fn fence_findings(
        &mut self,
        region: &Region<'_>,
        fence: &MarkdownFence,
        words: &InfoString,
        start: usize,
    ) {
        match fence.standing {
            Standing::Code => {
                for fault in &words.faults {
                    let place = fence.info.start + fault.range.start;
                    let place = region.map.to_source(place).unwrap_or(start);
                    self.finding(fault.severity, fault.message.clone(), place);
                }
                if fence.form == Form::Fenced {
                    self.nested_fence(region, fence);
                }
                if fence.unterminated {
                    let message = "this fence is never closed: what follows it, to the end of \
                                   the document or of what it stands in, is taken for its code";
                    self.finding(Severity::Warning, message.to_owned(), start);
                }
            }
            Standing::Html if words.is_rust => {
                let message = "this Rust fence stands in an HTML block, where Markdown does not \
                               see it: leave an empty line between the HTML and the fence";
                self.finding(Severity::Warning, message.to_owned(), start);
            }
            Standing::Html | Standing::Comment => {}
        }
    }

    /// A line in the code that looks like the start of another fence: its end will be taken for
    /// this fence's.
    fn nested_fence(&mut self, region: &Region<'_>, fence: &MarkdownFence) {
        let opening = region.text[fence.range.clone()].lines().next();
        let Some((outer, _)) = opening.and_then(opening_run) else {
            return;
        };
        if !may_hold_fence(&fence.code) {
            return;
        }
        let outer = &region.text[fence.range.start..][outer];
        let mut at = 0;
        for line in fence.code.split_inclusive('\n') {
            if let Some((run, info)) = opening_run(line)
                && !info.trim().is_empty()
                && line[run.clone()].starts_with(outer)
                && let Some(place) = fence.map.to_source(at + run.start)
            {
                let message = format!(
                    "`{}` looks like the start of a fence inside another one: \
                     give the outer fence more than {} characters",
                    line.trim(),
                    run.len()
                );
                let place = region.map.to_source(place).unwrap_or_default();
                self.finding(Severity::Warning, message, place);
                return;
            }
            at += line.len();
        }
    }

    fn finding(&mut self, severity: Severity, message: String, offset: usize) {
        let Range { start, .. } = self.extraction.inclusions.in_document(offset);
        let position = self.extraction.lines.position(self.text, start);
        self.extraction.findings.push(Finding {
            severity,
            message,
            line: Some(position.line),
            column: Some(position.column),
        });
    }
}

/// What a block stands in, outermost first.
fn container(region: &str, inner: String) -> String {
    match (region.is_empty(), inner.is_empty()) {
        (true, _) => inner,
        (false, true) => region.to_owned(),
        (false, false) => format!("{region} > {inner}"),
    }
}
