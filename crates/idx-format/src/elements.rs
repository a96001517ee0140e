//! Elements that are decoded from borrowed bytes as they are asked for.

use std::iter::FusedIterator;
use std::marker::PhantomData;

use crate::element::Element;

/// Elements of a [`View`](crate::View), big-endian in the file and decoded one at a time.
///
/// It is an iterator that knows its length, and may also be asked for one element ([`get`](Self::get)) or for all
/// that are left ([`to_vec`](Self::to_vec), [`copy_to`](Self::copy_to)), which is faster than one at a time.
///
/// ```
/// let bytes = [0, 0, 0x0B, 1, 0, 0, 0, 3, 0, 1, 0, 2, 0, 3];
/// let elements = idx_format::View::new(&bytes)?.elements::<i16>()?;
/// assert_eq!(elements.len(), 3);
/// assert_eq!(elements.get(2), Some(3));
/// assert_eq!(elements.to_vec(), [1, 2, 3]);
/// assert_eq!(elements.sum::<i16>(), 6);
/// # Ok::<(), idx_format::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "iterators do nothing unless they are used"]
pub struct Elements<'a, T> {
    // A whole number of elements.
    bytes: &'a [u8],
    element: PhantomData<T>,
}

impl<'a, T: Element> Elements<'a, T> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, element: PhantomData }
    }

    /// The elements' bytes, big-endian.
    pub fn as_bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The element at `index`, counted from where the iterator is; `None` beyond the last.
    pub fn get(&self, index: usize) -> Option<T> {
        let start = index.checked_mul(T::TYPE.size())?;
        self.bytes.get(start..start.checked_add(T::TYPE.size())?).map(decode_one)
    }

    /// All elements that are left.
    pub fn to_vec(&self) -> Vec<T> {
        let mut elements = vec![T::default(); self.len()];
        T::decode(self.bytes, &mut elements);
        elements
    }

    /// Copies the elements that are left to the start of `out`, as far as both go, and returns how many.
    pub fn copy_to(&self, out: &mut [T]) -> usize {
        let count = self.len().min(out.len());
        let bytes = self.bytes.get(..count.saturating_mul(T::TYPE.size())).unwrap_or_default();
        T::decode(bytes, out.get_mut(..count).unwrap_or_default());
        count
    }
}

fn decode_one<T: Element>(bytes: &[u8]) -> T {
    let mut element = T::default();
    T::decode(bytes, std::slice::from_mut(&mut element));
    element
}

impl<T: Element> Iterator for Elements<'_, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        let (first, rest) = self.bytes.split_at_checked(T::TYPE.size())?;
        self.bytes = rest;
        Some(decode_one(first))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        // These bytes are in memory, so that this is no mere claim.
        let count = self.bytes.len().checked_div(T::TYPE.size()).unwrap_or(0);
        (count, Some(count))
    }

    fn nth(&mut self, count: usize) -> Option<T> {
        let skipped = count.saturating_mul(T::TYPE.size());
        self.bytes = self.bytes.get(skipped..).unwrap_or_default();
        self.next()
    }
}

impl<T: Element> DoubleEndedIterator for Elements<'_, T> {
    fn next_back(&mut self) -> Option<T> {
        let start = self.bytes.len().checked_sub(T::TYPE.size())?;
        let (rest, last) = self.bytes.split_at_checked(start)?;
        self.bytes = rest;
        Some(decode_one(last))
    }
}

impl<T: Element> ExactSizeIterator for Elements<'_, T> {}
impl<T: Element> FusedIterator for Elements<'_, T> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn from_both_ends_and_by_index() {
        let bytes = [0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0xFF, 0xFF, 0xFF, 0xFC];
        let mut elements = Elements::<i32>::new(&bytes);
        assert_eq!(elements.get(3), Some(-4));
        assert_eq!((elements.get(4), elements.get(usize::MAX)), (None, None));
        assert_eq!((elements.next(), elements.next_back(), elements.len()), (Some(1), Some(-4), 2));
        let mut out = [9; 3];
        assert_eq!(elements.copy_to(&mut out), 2);
        assert_eq!(out, [2, 3, 9]);
        assert_eq!(
            (elements.clone().nth(1), elements.clone().nth(2), elements.nth(usize::MAX)),
            (Some(3), None, None)
        );
        assert_eq!(elements.next(), None);
    }
}
