//! Outcomes of comparisons as bits, and sets of indices kept as bits.

use pulp::{Simd, bytemuck};

/// The outcome of a comparison as bits: bit i is that of the i-th number of the vector.
#[inline(always)]
pub(crate) fn bits<S: Simd>(outcome: S::m32s) -> u32 {
    let bytes = bytemuck::bytes_of(&outcome);
    match <[u8; 2]>::try_from(bytes) {
        // AVX-512 has one bit for each number to begin with; the other sets have as many bytes as the number.
        Ok(bytes) => u16::from_ne_bytes(bytes).into(),
        Err(_) => bytes
            .chunks_exact(bytes.len() / S::F32_LANES)
            .enumerate()
            .fold(0, |bits, (index, lane)| bits | u32::from(lane[0] != 0) << index),
    }
}

/// The bits of all 32 numbers of a line, from the bits of its vectors in order.
#[inline(always)]
pub(crate) fn joined<S: Simd>(vectors: impl Iterator<Item = u32>) -> u32 {
    vectors.enumerate().fold(0, |all, (index, bits)| all | bits << (index * S::F32_LANES))
}

/// A set of rows or columns, one bit for each.
pub(crate) trait Bits: Copy {
    /// The set of even indices i where i or i + 1 is in this set.
    fn pairs(self) -> Self;

    /// Removes the lowest index and returns it.
    fn pop(&mut self) -> Option<usize>;
}

macro_rules! bits {
    ($($word:ty)*) => { $(impl Bits for $word {
        #[inline(always)]
        fn pairs(self) -> Self {
            (self | self >> 1) & (Self::MAX / 3)
        }

        #[inline(always)]
        fn pop(&mut self) -> Option<usize> {
            let lowest = if *self == 0 { None } else { Some(self.trailing_zeros() as usize) };
            *self &= self.wrapping_sub(1);
            lowest
        }
    })* };
}

bits!(u32 u128);
