//! Which example of a later report is which of an earlier one.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::{Example, Listed};

/// Which examples of two reports are the same.
pub(super) struct Matches {
    /// For each later example the earlier one, by index.
    pub earlier: Vec<Option<usize>>,
    /// Earlier examples that no later one is, by index, in the order of the report.
    pub gone: Vec<usize>,
}

/// Finds the examples that are in both reports: the surest signs first, and among equals in the
/// order of the documents.
pub(super) fn matched(before: &[Example], after: &[Example]) -> Matches {
    let mut matcher = Matcher::new(before, after);
    matcher.pair_by(|it| is_named(it).then_some((&it.sha256, &it.id)));
    matcher.pair_by(|it| Some((&it.sha256, &it.path, &it.headings, &it.info)));
    matcher.pair_by(|it| Some((&it.sha256, &it.path)));
    matcher.pair_by(|it| Some((&it.sha256, &it.headings, &it.info)));
    matcher.pair_by(|it| Some(&it.sha256));
    matcher.pair_by(|it| is_named(it).then_some(&it.id));
    matcher.pair_by(|it| Some((&it.path, &it.headings)));
    matcher.pair_in_renamed();
    Matches {
        earlier: matcher.earlier,
        gone: {
            let mut gone = matcher.before_open;
            gone.sort_unstable();
            gone
        },
    }
}

/// Whether the document names the example, so that its id says more than its place.
fn is_named(listed: &Listed) -> bool {
    !listed
        .id
        .fragment()
        .bytes()
        .all(|byte| byte.is_ascii_digit())
}

struct Matcher<'a> {
    before: &'a [Example],
    after: &'a [Example],
    earlier: Vec<Option<usize>>,
    /// Earlier examples without a match, by path and line.
    before_open: Vec<usize>,
    /// Later examples without a match, by path and line.
    after_open: Vec<usize>,
}

impl<'a> Matcher<'a> {
    fn new(before: &'a [Example], after: &'a [Example]) -> Self {
        Self {
            before,
            after,
            earlier: vec![None; after.len()],
            before_open: by_place(before),
            after_open: by_place(after),
        }
    }

    /// Pairs those that have no match and share a key; the first with the first, and so on.
    fn pair_by<K: Ord>(&mut self, key: impl Fn(&'a Listed) -> Option<K>) {
        self.pair(&key, &key);
    }

    fn pair<K: Ord>(
        &mut self,
        before_key: impl Fn(&'a Listed) -> Option<K>,
        after_key: impl Fn(&'a Listed) -> Option<K>,
    ) {
        let mut by_key: BTreeMap<K, VecDeque<usize>> = BTreeMap::new();
        for &index in &self.before_open {
            if let Some(key) = before_key(&self.before[index].listed) {
                by_key.entry(key).or_default().push_back(index);
            }
        }
        let mut found = BTreeSet::new();
        let earlier = &mut self.earlier;
        let after = self.after;
        self.after_open.retain(|&index| {
            let key = after_key(&after[index].listed);
            let same = key.and_then(|key| by_key.get_mut(&key)?.pop_front());
            found.extend(same);
            earlier[index] = same;
            same.is_none()
        });
        self.before_open.retain(|index| !found.contains(index));
    }

    /// Pairs by place what is left in documents that were renamed.
    fn pair_in_renamed(&mut self) {
        let renamed = self.renamed();
        self.pair(
            |it| Some((*renamed.get(it.path.as_str())?, &it.headings)),
            |it| Some((it.path.as_str(), &it.headings)),
        );
    }

    /// Documents of the earlier report under the names that they have now: those that share most
    /// content with one that was not there before.
    fn renamed(&self) -> BTreeMap<&'a str, &'a str> {
        let paths = |examples: &'a [Example]| -> BTreeSet<&'a str> {
            examples.iter().map(|it| it.listed.path.as_str()).collect()
        };
        let (before_paths, after_paths) = (paths(self.before), paths(self.after));
        let mut shared: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for (index, earlier) in self.earlier.iter().enumerate() {
            let Some(earlier) = earlier else { continue };
            let old = self.before[*earlier].listed.path.as_str();
            let new = self.after[index].listed.path.as_str();
            if !after_paths.contains(old) && !before_paths.contains(new) {
                *shared.entry((old, new)).or_default() += 1;
            }
        }
        let mut shared: Vec<_> = shared.into_iter().collect();
        // Stable: equal counts stay in the order of the names.
        shared.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let mut renamed = BTreeMap::new();
        let mut taken = BTreeSet::new();
        for ((old, new), _) in shared {
            if !renamed.contains_key(old) && taken.insert(new) {
                renamed.insert(old, new);
            }
        }
        renamed
    }
}

/// The indices of `examples`, by document and place in it, whatever the order of the documents.
fn by_place(examples: &[Example]) -> Vec<usize> {
    let mut indices: Vec<usize> = (0..examples.len()).collect();
    indices.sort_by_key(|&index| {
        let listed = &examples[index].listed;
        (&listed.path, listed.line)
    });
    indices
}
