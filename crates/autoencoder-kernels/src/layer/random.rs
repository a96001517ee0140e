//! Random words, and the normal numbers made of them.
//!
//! A caller draws the words; the same words give the same results.

use pulp::{Simd, WithSimd};

use crate::instructions::Instructions;
use crate::vector::{Line, PANEL, Pair, ln, magnitude, negated, sine_of_turns, square_root, vectors_mut};

/// Thirty-two random words, each uniform over all of u32, aligned as a [`Line`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C, align(64))]
pub struct Words(pub [u32; PANEL]);

impl Words {
    /// Words that are all zero.
    pub const ZERO: Self = Self([0; PANEL]);

    /// The bound that a random word is below with probability `share`, in [0, 1]. For a share of 1 the bound is the
    /// greatest word, which itself is not below.
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the cast ends at the least and the greatest word"
    )]
    pub fn bound(share: f32) -> u32 {
        (f64::from(share) * f64::from(u32::MAX)) as u32
    }

    #[inline(always)]
    pub(crate) fn vectors<S: Simd>(&self) -> &[S::u32s] {
        S::as_simd_u32s(&self.0).0
    }
}

/// Independent numbers of the standard normal distribution, with mean 0 and variance 1; none is farther than 5.65
/// from 0.
///
/// Two words make two numbers (Box and Muller 1958).
///
/// # Shapes
/// An even number of lines of `words`, and as many of `normals`, which are overwritten.
///
/// # Panics
/// If the number of `normals` is not that of `words`, or is odd.
pub fn standard_normals(instructions: Instructions, words: &[Words], normals: &mut [Line]) {
    struct Normals<'a>(&'a [[Words; 2]], &'a mut [[Line; 2]]);
    impl WithSimd for Normals<'_> {
        type Output = ();

        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) {
            for ([u, v], [first, second]) in self.0.iter().pair(self.1) {
                let words = u.vectors::<S>().iter().pair(v.vectors::<S>());
                let lines = vectors_mut::<S>(first).iter_mut().pair(vectors_mut::<S>(second));
                for ((&u, &v), (first, second)) in words.pair(lines) {
                    [*first, *second] = box_muller(simd, u, v);
                }
            }
        }
    }
    let ((words, odd), (normals, left)) = (words.as_chunks(), normals.as_chunks_mut());
    assert_eq!(
        (words.len(), odd.len(), left.len()),
        (normals.len(), 0, 0),
        "standard_normals: pairs of lines"
    );
    instructions.run(Normals(words, normals));
}

#[inline(always)]
fn box_muller<S: Simd>(simd: S, u: S::u32s, v: S::u32s) -> [S::f32s; 2] {
    let (zero, half, quarter) = (simd.splat_f32s(0.0), simd.splat_f32s(0.5), simd.splat_f32s(0.25));
    // u is in (0, 1], so that its logarithm is finite.
    let u = simd.sub_f32s(simd.splat_f32s(2.0), from_one_to_two(simd, u));
    let radius = square_root(simd, simd.mul_f32s(ln(simd, u), simd.splat_f32s(-2.0)));
    // The angle is in turns, from -1/2 to 1/2.
    let turns = simd.sub_f32s(from_one_to_two(simd, v), simd.splat_f32s(1.5));
    let away = magnitude(simd, turns);
    let cosine = sine_of_turns(simd, simd.sub_f32s(quarter, away));
    // sin(π - x) = sin x brings the angle into the half where the series of the sine holds.
    let folded = simd.select_f32s(simd.greater_than_f32s(away, quarter), simd.sub_f32s(half, away), away);
    let sine = sine_of_turns(simd, folded);
    let sine = simd.select_f32s(simd.less_than_f32s(turns, zero), negated(simd, sine), sine);
    [simd.mul_f32s(radius, cosine), simd.mul_f32s(radius, sine)]
}

/// A number uniform in [1, 2), from the upper 23 bits of a word.
#[inline(always)]
fn from_one_to_two<S: Simd>(simd: S, word: S::u32s) -> S::f32s {
    let fraction = simd.wrapping_dyn_shr_u32s(word, simd.splat_u32s(9));
    simd.transmute_f32s_u32s(simd.or_u32s(fraction, simd.splat_u32s(0x3f80_0000)))
}
