//! Parallel loops: by rayon with the feature `parallel`, and otherwise one item after the other on the
//! caller's thread.
//!
//! The names are rayon's, so that loops read the same with and without the feature. No result of this crate
//! depends on how work is distributed over threads.

#[cfg(feature = "parallel")]
use rayon::iter::IndexedParallelIterator;
#[cfg(feature = "parallel")]
pub(crate) use rayon::{current_num_threads, join, prelude};

/// Runs `work` on a thread of the caller's pool. If a training started its parallel loops from outside the
/// pool, every loop would have to wake the pool and wait for it.
#[cfg(feature = "parallel")]
pub(crate) fn in_pool<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    rayon::scope(|_| work())
}

/// Items in shares of these lengths, each of which one thread takes at a time.
#[cfg(feature = "parallel")]
pub(crate) fn in_shares<I: IndexedParallelIterator>(
    items: I,
    lengths: std::ops::RangeInclusive<usize>,
) -> impl IndexedParallelIterator<Item = I::Item> {
    items.with_min_len(*lengths.start()).with_max_len(*lengths.end())
}

#[cfg(not(feature = "parallel"))]
pub(crate) use sequential::{current_num_threads, in_pool, in_shares, join};

/// Traits that give slices and iterators the names of rayon's methods, without threads.
#[cfg(not(feature = "parallel"))]
pub(crate) mod prelude {
    pub(crate) use super::sequential::{IntoParallel, OnIterators, OnSlices};
}

#[cfg(not(feature = "parallel"))]
mod sequential {
    use std::slice::{Chunks, ChunksMut, Iter, IterMut};

    /// The number of threads: 1, the caller's.
    pub(crate) fn current_num_threads() -> usize {
        1
    }

    /// Runs both closures, one after the other.
    pub(crate) fn join<A, B>(one: impl FnOnce() -> A, other: impl FnOnce() -> B) -> (A, B) {
        (one(), other())
    }

    /// The same items.
    pub(crate) fn in_shares<I: Iterator>(items: I, _: std::ops::RangeInclusive<usize>) -> I {
        items
    }

    /// Runs `work` on the caller's thread.
    pub(crate) fn in_pool<T>(work: impl FnOnce() -> T) -> T {
        work()
    }

    /// Rayon's methods of slices, as sequential iterators.
    pub(crate) trait OnSlices<T> {
        fn par_iter(&self) -> Iter<'_, T>;
        fn par_iter_mut(&mut self) -> IterMut<'_, T>;
        fn par_chunks(&self, size: usize) -> Chunks<'_, T>;
        fn par_chunks_mut(&mut self, size: usize) -> ChunksMut<'_, T>;
    }

    impl<T> OnSlices<T> for [T] {
        fn par_iter(&self) -> Iter<'_, T> {
            self.iter()
        }

        fn par_iter_mut(&mut self) -> IterMut<'_, T> {
            self.iter_mut()
        }

        fn par_chunks(&self, size: usize) -> Chunks<'_, T> {
            self.chunks(size)
        }

        fn par_chunks_mut(&mut self, size: usize) -> ChunksMut<'_, T> {
            self.chunks_mut(size)
        }
    }

    /// Rayon's conversion into a parallel iterator, as the sequential iterator.
    pub(crate) trait IntoParallel: IntoIterator + Sized {
        fn into_par_iter(self) -> Self::IntoIter {
            self.into_iter()
        }
    }

    impl<I: IntoIterator> IntoParallel for I {}

    /// Rayon's methods of iterators that sequential iterators do not have.
    pub(crate) trait OnIterators: Iterator + Sized {
        fn with_min_len(self, _: usize) -> Self {
            self
        }

        fn for_each_init<T>(self, init: impl Fn() -> T, each: impl Fn(&mut T, Self::Item)) {
            let mut made = init();
            self.for_each(|item| each(&mut made, item));
        }

        fn find_map_first<T>(mut self, find: impl FnMut(Self::Item) -> Option<T>) -> Option<T> {
            self.find_map(find)
        }

        fn position_first(mut self, is_it: impl Fn(Self::Item) -> bool) -> Option<usize> {
            self.position(is_it)
        }
    }

    impl<I: Iterator> OnIterators for I {}
}
