//! Lines of every kind as words of 32 bits.

use pulp::bytemuck;

use super::bfloat::{BfloatLine, BfloatPairs};
use super::line::{Line, PANEL};

/// A line of any kind as words of 32 bits, whatever the words mean.
pub trait LineWords {
    /// The number of words.
    const COUNT: usize;

    /// All words of the line.
    fn words(&self) -> &[f32];

    /// All words of the line, to be overwritten.
    fn words_mut(&mut self) -> &mut [f32];
}

macro_rules! words {
    ($line:ty, $count:expr) => {
        impl LineWords for $line {
            const COUNT: usize = $count;

            #[inline(always)]
            fn words(&self) -> &[f32] {
                bytemuck::cast_slice(&self.0)
            }

            #[inline(always)]
            fn words_mut(&mut self) -> &mut [f32] {
                bytemuck::cast_slice_mut(&mut self.0)
            }
        }
    };
}

words!(Line, PANEL);
words!(BfloatLine, PANEL / 2);
words!(BfloatPairs, PANEL);
