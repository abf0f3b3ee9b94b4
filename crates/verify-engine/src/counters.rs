//! How much work a run took.

use std::sync::atomic::{AtomicUsize, Ordering};

use verify_model::Work;

/// Counts while many threads work.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    batches: AtomicUsize,
    members: AtomicUsize,
    evictions: AtomicUsize,
    with_offenders: AtomicUsize,
    confirmed: AtomicUsize,
    alone: AtomicUsize,
    by_cargo: AtomicUsize,
}

impl Counters {
    /// A batch of so many members is done, of which so many were evicted.
    pub(crate) fn of_batch(&self, members: usize, evicted: usize) {
        add(&self.batches, 1);
        add(&self.members, members);
        add(&self.evictions, evicted);
        add(&self.with_offenders, usize::from(evicted > 0));
    }

    /// Whether the next batch is more likely to have offenders than not, as far as is known.
    pub(crate) fn expects_offenders(&self) -> bool {
        let get = |counter: &AtomicUsize| counter.load(Ordering::Relaxed);
        2 * get(&self.with_offenders) > get(&self.batches)
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
