//! Offenders confirmed together: compiled with nobody but their like.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use cargo_metadata::diagnostic::Diagnostic as Json;
use verify_source::merging::{Visible, visible};

use super::blame::{is_error, members};
use super::certain::{Offender, certain};
use super::{Batch, Order, sources};
use crate::compiler::{Kind, Makes, Tool};
use crate::error::EngineError;
use crate::process::Ended;

/// Fewest offenders that are worth a compilation of their own.
const FEWEST: usize = 3;

/// What came of confirming offenders together.
#[derive(Debug, Default)]
pub(crate) struct Confirmed {
    /// What the compiler says of those whose errors are certain, as if each had been alone.
    pub certain: BTreeMap<usize, Vec<Json>>,
    /// The time that compiling took.
    pub duration: Duration,
}

impl Confirmed {
    /// With what was confirmed later.
    pub(crate) fn add(&mut self, later: Self) {
        self.certain.extend(later.certain);
        self.duration += later.duration;
    }
}

/// What came of a survey.
#[derive(Debug, Default)]
pub(crate) struct Surveyed {
    /// The members that errors name, so that they can be in no clean batch with the others.
    pub offenders: BTreeSet<usize>,
    /// What is certain of some of them.
    pub confirmed: Confirmed,
}

/// Members that are compiled with one another.
type Pile<'v> = Vec<(usize, &'v Visible)>;

/// What the compiler said of a pile.
struct Heard {
    /// The members that errors name, if they name any.
    offenders: BTreeSet<usize>,
    /// What is certain; `None` when the compiler did not get to its end.
    certain: Option<BTreeMap<usize, Vec<Json>>>,
}

impl Batch<'_> {
    /// Compiles all members once, as far as the compiler goes on behind errors.
    pub(crate) fn survey(&self, kinds: &[Kind]) -> Result<Surveyed, EngineError> {
        let seen = self.seen(0..self.texts.len());
        let mut surveyed = Surveyed::default();
        if seen.len() < FEWEST {
            return Ok(surveyed);
        }
        self.write(sources::LAST_FILE, sources::LAST_TEXT)?;
        let pile = seen.iter().map(|(at, it)| (*at, it)).collect();
        let heard = self.hear(kinds, &pile, &mut surveyed.confirmed.duration)?;
        surveyed.offenders = heard.offenders;
        surveyed.confirmed.certain = heard.certain.unwrap_or_default();
        Ok(surveyed)
    }

    /// Compiles the members `evicted` as a batch of their own. Whoever is not named in what comes of
    /// it has to be compiled alone.
    pub(crate) fn confirm(
        &self,
        kinds: &[Kind],
        evicted: &[usize],
    ) -> Result<Confirmed, EngineError> {
        let seen = self.seen(evicted.iter().copied());
        let mut confirmed = Confirmed::default();
        let mut piles: Vec<Pile<'_>> = vec![seen.iter().map(|(at, it)| (*at, it)).collect()];
        self.write(sources::LAST_FILE, sources::LAST_TEXT)?;
        while let Some(mut pile) = piles.pop() {
            if pile.len() < FEWEST {
                continue;
            }
            let heard = self.hear(kinds, &pile, &mut confirmed.duration)?;
            if let Some(certain) = heard.certain {
                confirmed.certain.extend(certain);
            } else {
                // Somebody stopped the compiler for all.
                let others = pile.split_off(pile.len() / 2);
                piles.extend([pile, others]);
            }
        }
        Ok(confirmed)
    }

    /// Those of the members of which it is known what others could notice of them.
    fn seen(&self, members: impl Iterator<Item = usize>) -> Vec<(usize, Visible)> {
        let seen = members.map(|it| (it, visible(self.texts[it])));
        seen.filter_map(|(number, visible)| Some((number, visible?)))
            .collect()
    }

    /// Compiles a pile, with what shows how far the compiler got.
    fn hear(
        &self,
        kinds: &[Kind],
        pile: &Pile<'_>,
        duration: &mut Duration,
    ) -> Result<Heard, EngineError> {
        let numbers: Vec<usize> = pile.iter().map(|(number, _)| *number).collect();
        let root = sources::root_of_offenders(&numbers, self.are_programs);
        self.write(sources::ROOT, &root)?;
        let offenders = pile.iter().map(|&(number, visible)| Offender {
            number,
            text: self.texts[number],
            visible,
        });
        let offenders: Vec<Offender<'_>> = offenders.collect();
        let mut named = BTreeSet::new();
        let mut all: Option<BTreeMap<usize, Vec<Json>>> = None;
        for &kind in kinds {
            // As alone: without Clippy.
            let order = Order {
                tool: Tool::Rustc,
                kinds,
                makes: Makes::Metadata,
            };
            let spoken = self.call(order, kind)?;
            *duration += spoken.finished.duration;
            if spoken.finished.ended == Ended::Cancelled {
                return Err(EngineError::Interrupted);
            }
            let is_end = matches!(spoken.finished.ended, Ended::Exited(_)) && spoken.is_readable;
            if is_end {
                let errors = spoken.messages.iter().filter(|it| is_error(it));
                named.extend(errors.flat_map(members));
            }
            let certain = is_end.then(|| certain(&spoken.messages, &offenders, self.source_file));
            let Some(certain) = certain.flatten() else {
                all = None;
                break;
            };
            all = Some(match all {
                None => certain,
                Some(before) => joined(before, certain),
            });
        }
        Ok(Heard {
            offenders: named,
            certain: all,
        })
    }
}

/// What is certain in both.
fn joined(
    before: BTreeMap<usize, Vec<Json>>,
    mut now: BTreeMap<usize, Vec<Json>>,
) -> BTreeMap<usize, Vec<Json>> {
    let both = before.into_iter().filter_map(|(number, mut messages)| {
        messages.append(&mut now.remove(&number)?);
        Some((number, messages))
    });
    both.collect()
}
