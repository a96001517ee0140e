//! Lines of every kind as words of 32 bits.

use pulp::bytemuck;

use super::bfloat::{BfloatLine, BfloatPairs};
use super::line::{Line, PANEL};

/// A line as words of 32 bits, whatever they mean.
pub trait LineWords {
    /// How many.
    const COUNT: usize;

    /// All of them.
    fn words(&self) -> &[f32];

    /// All of them, to be written.
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
