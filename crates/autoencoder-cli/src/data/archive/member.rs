//! The arrays of a file, as its heads describe them.

use rawzip::ZipArchiveEntryWayfinder;

use crate::data::array::Layout;

/// The largest number of arrays in a file: more are no data of a person's.
pub(super) const MOST_ARRAYS: usize = 10_000;

/// An array in a file.
#[derive(Debug)]
pub(crate) struct Member {
    /// The name, which is the key that DATA has behind a colon.
    pub(crate) name: String,
    /// The size along each axis, outermost first.
    pub(crate) shape: Vec<usize>,
    /// The element type as people know it.
    pub(crate) element_type: String,
    /// The form of the array, where its element type is one that is read.
    pub(super) layout: Option<Layout>,
    pub(super) body: Body,
}

/// The place of an array's elements.
#[derive(Clone, Copy, Debug)]
pub(super) enum Body {
    /// A member of a zip archive, behind an npy header.
    Zip { entry: ZipArchiveEntryWayfinder, is_deflated: bool },
    /// Bytes of the file.
    Bytes { offset: u64 },
}

impl Member {
    /// Whether the elements are of a type that is read.
    pub(crate) fn is_readable(&self) -> bool {
        self.layout.is_some()
    }

    /// Whether the array can be read as samples.
    pub(super) fn is_samples(&self) -> bool {
        self.layout.is_some() && self.has_rows()
    }

    /// Whether the array has the shape of samples, whatever its elements.
    pub(super) fn has_rows(&self) -> bool {
        self.shape.len() >= 2 && !self.shape.contains(&0)
    }

    /// Whether the array has one number for each of `count` samples.
    pub(super) fn is_labels_of(&self, count: usize) -> bool {
        self.layout.is_some() && (self.shape == [count] || self.shape == [count, 1])
    }
}
