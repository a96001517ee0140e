//! Work shared out to threads: by rayon with the feature `parallel`, else one piece after the other on the caller's thread.
//!
//! The names are rayon's, so that a loop reads the same either way, and its results are: no result of this crate depends on how
//! work is shared out.

#[cfg(feature = "parallel")]
pub(crate) use rayon::{current_num_threads, join, prelude};

/// Runs `work` in the pool of threads that the caller is in. From outside the pool, every parallel phase of every step would wake
/// it and fall asleep until it is done.
#[cfg(feature = "parallel")]
pub(crate) fn in_pool<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    rayon::scope(|_| work())
}

#[cfg(not(feature = "parallel"))]
pub(crate) use sequential::{current_num_threads, in_pool, join};

/// The same names without threads.
#[cfg(not(feature = "parallel"))]
pub(crate) mod prelude {
    pub(crate) use super::sequential::{IntoParallel, OnIterators, OnSlices};
}

#[cfg(not(feature = "parallel"))]
mod sequential {
    use std::slice::{Chunks, ChunksMut, Iter, IterMut};

    /// The caller's.
    pub(crate) fn current_num_threads() -> usize {
        1
    }

    /// One after the other.
    pub(crate) fn join<A, B>(one: impl FnOnce() -> A, other: impl FnOnce() -> B) -> (A, B) {
        (one(), other())
    }

    /// On the caller's thread.
    pub(crate) fn in_pool<T>(work: impl FnOnce() -> T) -> T {
        work()
    }

    /// What rayon adds to slices.
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

    /// What rayon adds to all that iterates.
    pub(crate) trait IntoParallel: IntoIterator + Sized {
        fn into_par_iter(self) -> Self::IntoIter {
            self.into_iter()
        }
    }

    impl<I: IntoIterator> IntoParallel for I {}

    /// What rayon's iterators can do beside what all others can.
    pub(crate) trait OnIterators: Iterator + Sized {
        fn with_min_len(self, _: usize) -> Self {
            self
        }

        fn for_each_init<T>(self, init: impl Fn() -> T, each: impl Fn(&mut T, Self::Item)) {
            let mut made = init();
            self.for_each(|item| each(&mut made, item));
        }

        fn position_first(mut self, is_it: impl Fn(Self::Item) -> bool) -> Option<usize> {
            self.position(is_it)
        }
    }

    impl<I: Iterator> OnIterators for I {}
}
