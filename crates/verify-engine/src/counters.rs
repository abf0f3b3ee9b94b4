//! How much work a run took.

use std::sync::atomic::{AtomicUsize, Ordering};

use verify_model::Work;

use crate::batch::Clean;

/// Counts while many threads work.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    batches: AtomicUsize,
    members: AtomicUsize,
    evictions: AtomicUsize,
    confirmed: AtomicUsize,
    alone: AtomicUsize,
    by_cargo: AtomicUsize,
}

impl Counters {
    /// A batch is done.
    pub(crate) fn of_batch(&self, clean: &Clean) {
        add(&self.batches, 1);
        add(&self.members, clean.proven.len() + clean.evicted.len());
        add(&self.evictions, clean.evicted.len());
    }

    /// So many of those taken out of a batch need not be compiled alone.
    pub(crate) fn confirmed(&self, members: usize) {
        add(&self.confirmed, members);
    }

    /// An example is compiled alone.
    pub(crate) fn alone(&self) {
        add(&self.alone, 1);
    }

    /// An example is left to cargo.
    pub(crate) fn by_cargo(&self) {
        add(&self.by_cargo, 1);
    }

    /// The sums.
    pub(crate) fn work(&self, compiler_calls: usize, recalled: usize) -> Work {
        let get = |counter: &AtomicUsize| counter.load(Ordering::Relaxed);
        Work {
            batches: get(&self.batches),
            members: get(&self.members),
            evictions: get(&self.evictions),
            confirmed: get(&self.confirmed),
            alone: get(&self.alone),
            by_cargo: get(&self.by_cargo),
            compiler_calls,
            recalled,
        }
    }
}

fn add(counter: &AtomicUsize, number: usize) {
    counter.fetch_add(number, Ordering::Relaxed);
}
