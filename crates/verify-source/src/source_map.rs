//! From a derived text back to the text that it was taken from, byte by byte.

use std::ops::Range;

/// Says for every byte of a derived text where it comes from in its source text.
///
/// Offsets are bytes. Bytes of the derived text that come from nowhere (code that we added) lie
/// in no segment. Both sides of a map are only known to its maker; the map is plain numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceMap {
    segments: Vec<Segment>,
}

/// A stretch of derived text, and the stretch of source text that it stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Byte range in the derived text; never empty.
    pub code: Range<usize>,
    /// Byte range in the source text.
    pub source: Range<usize>,
    /// How the two relate.
    pub kind: SegmentKind,
}

/// How a stretch of derived text relates to its source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SegmentKind {
    /// Byte for byte the same.
    Verbatim,
    /// Written differently: spaces for a tab, `\n` for `\r\n`, a line end that the source lacks.
    Replaced,
}

impl SourceMap {
    /// The map of a text that is `source[start..start + len]`, unchanged.
    #[must_use]
    pub fn verbatim(len: usize, start: usize) -> Self {
        let mut builder = SourceMapBuilder::new();
        builder.verbatim(len, start);
        builder.finish()
    }

    /// The segments, in the order of the derived text.
    #[must_use]
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// Where the byte at `offset` comes from; `None` when it comes from nowhere.
    ///
    /// The end of a stretch, when nothing follows it, maps to the end of its source. A byte of a
    /// replaced stretch maps to the start of what it replaces.
    #[must_use]
    pub fn to_source(&self, offset: usize) -> Option<usize> {
        let after = self.segments.partition_point(|s| s.code.start <= offset);
        let segment = self.segments.get(after.checked_sub(1)?)?;
        if offset == segment.code.end {
            return Some(segment.source.end);
        }
        segment
            .code
            .contains(&offset)
            .then(|| segment.start_at(offset))
    }

    /// The source stretch from the first to the last byte of `range`; for an empty range an empty
    /// stretch. `None` when its first or its last byte comes from nowhere.
    #[must_use]
    pub fn range_to_source(&self, range: Range<usize>) -> Option<Range<usize>> {
        if range.is_empty() {
            let place = self.to_source(range.start)?;
            return Some(place..place);
        }
        let first = &self.segments[self.segment_holding(range.start)?];
        let last = &self.segments[self.segment_holding(range.end - 1)?];
        let start = first.start_at(range.start);
        Some(start..last.end_at(range.end).max(start))
    }

    /// The map from this map's derived text to `outer`'s source, where this map's source is
    /// `outer`'s derived text.
    #[must_use]
    pub fn compose(self, outer: &Self) -> Self {
        if let [only] = outer.segments.as_slice()
            && only.kind == SegmentKind::Verbatim
            && self.lies_in(&only.code)
        {
            return self.moved(only.code.start, only.source.start);
        }
        let mut builder = SourceMapBuilder::new();
        for segment in &self.segments {
            builder.skip(segment.code.start - builder.code_len());
            match segment.kind {
                SegmentKind::Verbatim => outer.append_stretch(&mut builder, &segment.source),
                SegmentKind::Replaced => match outer.range_to_source(segment.source.clone()) {
                    Some(source) => builder.replaced(segment.code.len(), source),
                    None => builder.skip(segment.code.len()),
                },
            }
        }
        builder.finish()
    }

    /// Whether all of the source lies in `range`.
    fn lies_in(&self, range: &Range<usize>) -> bool {
        let is_inside = |it: &Segment| range.start <= it.source.start && it.source.end <= range.end;
        self.segments.iter().all(is_inside)
    }

    /// The same map where the source's byte `from` is byte `to`.
    fn moved(mut self, from: usize, to: usize) -> Self {
        for segment in &mut self.segments {
            let moved = |offset: usize| offset - from + to;
            segment.source = moved(segment.source.start)..moved(segment.source.end);
        }
        self
    }

    /// Whether every segment lies inside both texts, on character boundaries, and every verbatim
    /// one is the same text on both sides.
    #[must_use]
    pub fn check(&self, code: &str, source: &str) -> bool {
        self.segments.iter().all(|segment| {
            let derived = code.get(segment.code.clone());
            let original = source.get(segment.source.clone());
            match segment.kind {
                SegmentKind::Verbatim => derived.is_some() && derived == original,
                SegmentKind::Replaced => derived.is_some() && original.is_some(),
            }
        })
    }

    /// Index of the segment that holds the byte at `offset`.
    fn segment_holding(&self, offset: usize) -> Option<usize> {
        let index = self.segments.partition_point(|s| s.code.end <= offset);
        let segment = self.segments.get(index)?;
        segment.code.contains(&offset).then_some(index)
    }

    /// Appends the map of the derived bytes `range` of this map to `builder`.
    fn append_stretch(&self, builder: &mut SourceMapBuilder, range: &Range<usize>) {
        let goal = builder.code_len() + range.len();
        let first = self.segments.partition_point(|s| s.code.end <= range.start);
        for segment in &self.segments[first..] {
            let start = segment.code.start.max(range.start);
            let end = segment.code.end.min(range.end);
            if start >= end {
                break;
            }
            builder.skip(goal - (range.end - start) - builder.code_len());
            match segment.kind {
                SegmentKind::Verbatim => builder.verbatim(end - start, segment.start_at(start)),
                SegmentKind::Replaced => builder.replaced(end - start, segment.source.clone()),
            }
        }
        builder.skip(goal - builder.code_len());
    }
}

impl Segment {
    /// Where the byte at `offset`, which lies in this segment, begins in the source.
    fn start_at(&self, offset: usize) -> usize {
        match self.kind {
            SegmentKind::Verbatim => self.source.start + (offset - self.code.start),
            SegmentKind::Replaced => self.source.start,
        }
    }

    /// Where the stretch that ends before `offset`, in this segment, ends in the source.
    fn end_at(&self, offset: usize) -> usize {
        match self.kind {
            SegmentKind::Verbatim => self.source.start + (offset - self.code.start),
            SegmentKind::Replaced => self.source.end,
        }
    }
}

/// Makes a [`SourceMap`] while the derived text is written, front to back.
#[derive(Clone, Debug, Default)]
pub struct SourceMapBuilder {
    segments: Vec<Segment>,
    code_len: usize,
}

impl SourceMapBuilder {
    /// A builder for an empty derived text.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Bytes of derived text so far.
    #[must_use]
    pub fn code_len(&self) -> usize {
        self.code_len
    }

    /// The next `len` bytes are the source's bytes from `source_start` on.
    pub fn verbatim(&mut self, len: usize, source_start: usize) {
        let source = source_start..source_start + len;
        if let Some(last) = self.segments.last_mut()
            && last.kind == SegmentKind::Verbatim
            && last.source.end == source_start
            && last.code.end == self.code_len
        {
            last.code.end += len;
            last.source.end += len;
            self.code_len += len;
        } else {
            self.push(len, source, SegmentKind::Verbatim);
        }
    }

    /// The next `len` bytes stand for `source`, in other words.
    pub fn replaced(&mut self, len: usize, source: Range<usize>) {
        self.push(len, source, SegmentKind::Replaced);
    }

    /// The next bytes are those of `range` of the text that `map` is the map of, and come from
    /// where `map` says.
    pub fn mapped(&mut self, map: &SourceMap, range: &Range<usize>) {
        map.append_stretch(self, range);
    }

    /// The next `len` bytes come from nowhere.
    pub fn skip(&mut self, len: usize) {
        self.code_len += len;
    }

    /// The map.
    #[must_use]
    pub fn finish(self) -> SourceMap {
        SourceMap {
            segments: self.segments,
        }
    }

    fn push(&mut self, len: usize, source: Range<usize>, kind: SegmentKind) {
        if len == 0 {
            return;
        }
        let code = self.code_len..self.code_len + len;
        self.code_len += len;
        if self.segments.is_empty() {
            // Most maps stay with one.
            self.segments.reserve_exact(1);
        }
        self.segments.push(Segment { code, source, kind });
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// `ab`, two spaces for a tab at 5, `cd`, three bytes of our own, `e`.
    fn sample() -> SourceMap {
        let mut builder = SourceMapBuilder::new();
        builder.verbatim(2, 3);
        builder.replaced(2, 5..6);
        builder.verbatim(2, 6);
        builder.skip(3);
        builder.verbatim(1, 20);
        builder.finish()
    }

    #[test]
    fn every_byte_maps_to_its_own_place() {
        let found: Vec<_> = (0..12).map(|offset| sample().to_source(offset)).collect();
        let expected = [3, 4, 5, 5, 6, 7, 8].map(Some).into_iter();
        let expected = expected.chain([None, None, Some(20), Some(21), None]);
        assert_eq!(found, expected.collect::<Vec<_>>());
    }

    #[test]
    fn a_range_ends_where_its_last_byte_ends() {
        let map = sample();
        assert_eq!(map.range_to_source(0..3), Some(3..6));
        assert_eq!(map.range_to_source(1..6), Some(4..8));
        assert_eq!(map.range_to_source(9..10), Some(20..21));
        assert_eq!(map.range_to_source(4..4), Some(6..6));
    }

    #[test]
    fn a_range_that_begins_or_ends_in_added_bytes_has_no_source() {
        let map = sample();
        assert_eq!(map.range_to_source(5..8), None);
        assert_eq!(map.range_to_source(7..10), None);
        assert_eq!(map.range_to_source(40..41), None);
    }

    #[test]
    fn adjoining_verbatim_stretches_become_one() {
        let mut builder = SourceMapBuilder::new();
        builder.verbatim(2, 3);
        builder.verbatim(4, 5);
        assert_eq!(builder.finish(), SourceMap::verbatim(6, 3));
    }

    #[test]
    fn check_sees_a_wrong_byte_and_a_place_outside_the_source() {
        let map = SourceMap::verbatim(2, 1);
        assert!(map.check("bc", "abcd"));
        assert!(!map.check("bx", "abcd"));
        assert!(!map.check("bc", "ab"));
    }

    /// Stretches as (length, source start or `None` for added bytes, verbatim).
    fn any_map(source_len: usize) -> impl Strategy<Value = SourceMap> {
        let stretch = (1..6usize, prop::option::of(0..source_len), any::<bool>());
        prop::collection::vec(stretch, 0..8).prop_map(move |stretches| {
            let mut builder = SourceMapBuilder::new();
            for (len, start, is_verbatim) in stretches {
                match start {
                    None => builder.skip(len),
                    Some(start) if is_verbatim => builder.verbatim(len, start),
                    Some(start) => builder.replaced(len, start..start + 1),
                }
            }
            builder.finish()
        })
    }

    proptest! {
        #[test]
        fn a_composed_map_leads_where_both_maps_lead(inner in any_map(12), outer in any_map(30)) {
            let composed = inner.clone().compose(&outer);
            for segment in inner.segments() {
                for offset in segment.code.clone() {
                    let step = inner.range_to_source(offset..offset + 1);
                    let both = step.and_then(|step| outer.range_to_source(step));
                    prop_assert_eq!(composed.range_to_source(offset..offset + 1), both);
                }
            }
        }
    }
}
