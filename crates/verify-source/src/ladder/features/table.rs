//! The features that a package has, as its manifest lists them.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// The features of one package.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeatureTable {
    /// What each feature enables, as the manifest says it.
    pub features: BTreeMap<String, Vec<String>>,
    /// The features that its published documentation is built with: what a reader of the
    /// documentation takes for granted. Empty when the package does not say.
    pub documented: BTreeSet<String>,
}

/// Parts of names of features that are for the package's own developers, for other compilers or
/// machines, or that need more than a compiler to build.
const NOT_TRIED: [&str; 14] = [
    "bench", "bundled", "cuda", "internal", "js", "loom", "nightly", "no", "private", "static",
    "unstable", "vendored", "wasm", "web",
];

impl FeatureTable {
    /// Whether there is such a feature.
    #[must_use]
    pub fn has(&self, feature: &str) -> bool {
        self.features.contains_key(feature)
    }

    /// Whether a feature can be tried: it exists, and is meant for users.
    pub(super) fn is_open(&self, feature: &str) -> bool {
        self.has(feature)
            && feature != "default"
            && !feature.starts_with('_')
            && !feature
                .split(['-', '_'])
                .any(|part| NOT_TRIED.contains(&part))
    }

    /// Features that only stand for an optional dependency, each with the one that its author means
    /// for users: `serde_derive` is turned on by `derive`, and by nothing else but lists of many.
    #[must_use]
    pub fn public_names(&self) -> BTreeMap<String, String> {
        let is_implied = |name: &str, members: &[String]| members == [format!("dep:{name}")];
        let implied = self
            .features
            .iter()
            .filter(|(name, it)| is_implied(name, it));
        implied
            .filter_map(|(name, _)| {
                let turns_on = |members: &[String]| members.len() == 1 && members[0] == *name;
                let mut others = self.features.iter().filter(|(_, it)| turns_on(it));
                let (public, _) = others.find(|(other, _)| self.is_open(other))?;
                Some((name.clone(), public.clone()))
            })
            .collect()
    }

    /// Everything that `enabled` and the default features enable.
    pub(super) fn closure<'a>(
        &'a self,
        enabled: impl IntoIterator<Item = &'a str>,
    ) -> BTreeSet<&'a str> {
        let mut closure = BTreeSet::new();
        let mut open: Vec<&str> = enabled.into_iter().collect();
        while let Some(feature) = open.pop() {
            if closure.insert(feature) {
                open.extend(self.members(feature));
            }
        }
        closure
    }

    /// The package's own features that a feature enables.
    pub(super) fn members(&self, feature: &str) -> impl Iterator<Item = &str> {
        let members = self.features.get(feature).into_iter().flatten();
        members
            .map(String::as_str)
            .filter(|member| self.features.contains_key(*member))
    }

    /// The features whose names resemble one of `words`, the nearest first: `sync` and `rt-sync` for
    /// `sync`.
    pub(super) fn resembling(&self, words: &BTreeSet<String>) -> Vec<&str> {
        let mut found: Vec<(usize, &str)> = self
            .features
            .keys()
            .filter(|feature| self.is_open(feature))
            .filter_map(|feature| Some((nearness(feature, words)?, feature.as_str())))
            .collect();
        found.sort_unstable();
        found.into_iter().map(|(_, feature)| feature).collect()
    }
}

/// 0 when a feature is one of the words, 1 when a part of it is; `None` when it has nothing of them.
fn nearness(feature: &str, words: &BTreeSet<String>) -> Option<usize> {
    let plain = |text: &str| text.replace(['-', '_'], "").to_ascii_lowercase();
    if words.iter().any(|word| plain(word) == plain(feature)) {
        return Some(0);
    }
    let is_word = |part: &str| words.iter().any(|word| word.eq_ignore_ascii_case(part));
    feature.split(['-', '_']).any(is_word).then_some(1)
}
