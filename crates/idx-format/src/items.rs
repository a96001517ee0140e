//! An iterator over the items of a stream.

use std::io::Read;
use std::iter::FusedIterator;
use std::marker::PhantomData;

use crate::element::Element;
use crate::error::Result;
use crate::reader::Reader;

/// Iterates over the items of a [`Reader`]; see [`Reader::items`].
#[derive(Debug)]
#[must_use = "iterators do nothing unless they are used"]
pub struct Items<'a, R, T> {
    reader: &'a mut Reader<R>,
    // Whether the end was reached or an error given out.
    is_done: bool,
    element: PhantomData<T>,
}

impl<'a, R: Read, T: Element> Items<'a, R, T> {
    pub(crate) fn new(reader: &'a mut Reader<R>) -> Self {
        Self { reader, is_done: false, element: PhantomData }
    }
}

impl<R: Read, T: Element> Iterator for Items<'_, R, T> {
    type Item = Result<Vec<T>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_done {
            return None;
        }
        // Without items left this still makes sure of the end, which an empty array has had no other chance to do.
        let count = self.reader.items_left().min(1);
        let item = self.reader.read_elements(count);
        self.is_done = item.is_err() || count == 0;
        if item.is_ok() && count == 0 { None } else { Some(item) }
    }

    /// The lower bound is 0: `collect` reserves memory for it, and the number of items is only the header's word.
    fn size_hint(&self) -> (usize, Option<usize>) {
        if self.is_done { (0, Some(0)) } else { (0, self.reader.items_left().checked_add(1)) }
    }
}

impl<R: Read, T: Element> FusedIterator for Items<'_, R, T> {}
