//! Tables as the losses of their rows see them: what features stand for, and rows as targets.

use crate::layer::loss::ElementLoss;

/// The word that stands for a hole: a field in which nothing is known.
pub const HOLE: u32 = u32::MAX;

/// The features of a sample that is a row of a table: numbers first, then for each column of words as many features as it has
/// words, and at the end those that are not restored.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TableFeatures {
    /// The number of columns of numbers, which have one feature each.
    pub numbers: usize,
    /// The number of words of each column of words, and the factor of its loss.
    pub words: Vec<(usize, f32)>,
    /// The number of features that stand for no column: they go in, and count nothing in what comes out.
    pub unrestored: usize,
}

impl TableFeatures {
    /// The number of features.
    pub fn count(&self) -> usize {
        self.restored() + self.unrestored
    }

    /// The number of features that stand for columns.
    pub(super) fn restored(&self) -> usize {
        self.numbers + self.words.iter().map(|&(words, _)| words).sum::<usize>()
    }
}

/// The loss of a number: `scale` times its element loss, plus `shift`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NumberLoss {
    /// The loss of one element; not one of logits.
    pub element: ElementLoss,
    /// The factor of the element's loss.
    pub scale: f32,
    /// The constant of each number.
    pub shift: f32,
}

/// A row of a table as a target.
#[derive(Clone, Copy, Debug)]
pub struct TableRow<'a> {
    /// The numbers; NaN is a hole.
    pub numbers: &'a [f32],
    /// For each column of words the place of its word, or [`HOLE`].
    pub words: &'a [u32],
}
