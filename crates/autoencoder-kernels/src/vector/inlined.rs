//! Arrays and pairs of iterators that are inlined under every profile.
//!
//! `std::array::from_fn`, the `map` of arrays and `Iterator::zip` are calls unless a compiler that sees several parts
//! of a crate at once inlines them; and a function that is called is not compiled for the instructions of the kernel
//! that calls it.

/// `[f(0), f(1), ...]`. The array is first filled with `placeholder`, of which nothing remains.
#[inline(always)]
pub(crate) fn array<T: Copy, const N: usize>(placeholder: T, f: impl Fn(usize) -> T) -> [T; N] {
    let mut array = [placeholder; N];
    for (index, place) in array.iter_mut().enumerate() {
        *place = f(index);
    }
    array
}

/// An iterator that can be paired with another.
pub(crate) trait Pair: Iterator + Sized {
    /// The same as `zip`: pairs of items until either iterator ends.
    #[inline(always)]
    fn pair<B: IntoIterator>(self, other: B) -> Pairs<Self, B::IntoIter> {
        Pairs { first: self, second: other.into_iter() }
    }
}

impl<I: Iterator> Pair for I {}

/// Pairs of the items of two iterators.
pub(crate) struct Pairs<A, B> {
    first: A,
    second: B,
}

impl<A: Iterator, B: Iterator> Iterator for Pairs<A, B> {
    type Item = (A::Item, B::Item);

    #[inline(always)]
    fn next(&mut self) -> Option<Self::Item> {
        // The first iterator is asked before the second, so that the end of either ends the loop. `zip` would ask
        // both, and advance them by selections.
        let first = self.first.next()?;
        Some((first, self.second.next()?))
    }
}
