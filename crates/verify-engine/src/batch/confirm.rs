//! Offenders confirmed together: compiled with nobody but their like.

use std::collections::BTreeMap;
use std::time::Duration;

use cargo_metadata::diagnostic::Diagnostic as Json;
use verify_source::merging::{Visible, visible};

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

/// Members that are compiled with one another.
type Pile<'v> = Vec<(usize, &'v Visible)>;

impl Batch<'_> {
    /// Compiles the members `evicted` as a batch of their own. Whoever is not named in what comes of
    /// it has to be compiled alone.
    pub(crate) fn confirm(
        &self,
        kinds: &[Kind],
        evicted: &[usize],
    ) -> Result<Confirmed, EngineError> {
        let seen = evicted.iter().map(|&it| (it, visible(self.texts[it])));
        let seen: Vec<(usize, Visible)> = seen
            .filter_map(|(number, visible)| Some((number, visible?)))
            .collect();
        let mut confirmed = Confirmed::default();
        let mut piles: Vec<Pile<'_>> = vec![seen.iter().map(|(at, it)| (*at, it)).collect()];
        self.write(sources::LAST_FILE, sources::LAST_TEXT)?;
        while let Some(mut pile) = piles.pop() {
            if pile.len() < FEWEST {
                continue;
            }
            if let Some(certain) = self.confirm_pile(kinds, &pile, &mut confirmed.duration)? {
                confirmed.certain.extend(certain);
            } else {
                // Somebody stopped the compiler for all.
                let others = pile.split_off(pile.len() / 2);
                piles.extend([pile, others]);
            }
        }
        Ok(confirmed)
    }

    /// What is certain of the members of a pile; `None` when the compiler did not get to its end.
    fn confirm_pile(
        &self,
        kinds: &[Kind],
        pile: &Pile<'_>,
        duration: &mut Duration,
    ) -> Result<Option<BTreeMap<usize, Vec<Json>>>, EngineError> {
        let numbers: Vec<usize> = pile.iter().map(|(number, _)| *number).collect();
        let root = sources::root_of_offenders(&numbers, self.are_programs);
        self.write(sources::ROOT, &root)?;
        let offenders = pile.iter().map(|&(number, visible)| Offender {
            number,
            text: self.texts[number],
            visible,
        });
        let offenders: Vec<Offender<'_>> = offenders.collect();
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
            let certain = is_end.then(|| certain(&spoken.messages, &offenders, self.source_file));
            let Some(certain) = certain.flatten() else {
                return Ok(None);
            };
            all = Some(match all {
                None => certain,
                Some(before) => joined(before, certain),
            });
        }
        Ok(all)
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
