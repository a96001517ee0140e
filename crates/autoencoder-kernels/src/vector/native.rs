//! AVX-512 with its instructions for bfloat16: one rounds f32 to bfloat16, one multiplies pairs of bfloat16.
//!
//! Both instructions read denormal numbers as zeros, and write zeros for results that would be denormal.

use std::arch::x86_64::{__m512, __m512bh, _mm512_cvtne2ps_pbh, _mm512_dpbf16_ps};

use pulp::x86::V4;
use pulp::{NullaryFnOnce, Simd, bytemuck, f32x16};

use super::bfloat::{BfloatLine, BfloatPairs};
use super::inlined::Pair;
use super::line::{Line, PANEL, vectors};

pulp::simd_type!({
    /// The proof that the processor has all instructions of the set.
    struct Found {
        avx512f: target_feature!("avx512f"),
        avx512bw: target_feature!("avx512bw"),
        avx512cd: target_feature!("avx512cd"),
        avx512dq: target_feature!("avx512dq"),
        avx512vl: target_feature!("avx512vl"),
        fma: target_feature!("fma"),
        bmi1: target_feature!("bmi1"),
        bmi2: target_feature!("bmi2"),
        lzcnt: target_feature!("lzcnt"),
        popcnt: target_feature!("popcnt"),
        avx512bf16: target_feature!("avx512bf16"),
    }
});

/// The set of instructions. A value exists only where the processor has all of them, and so proves that it does.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Avx512Bf16 {
    simd: V4,
    found: Found,
}

impl Avx512Bf16 {
    pub(crate) fn try_new() -> Option<Self> {
        Some(Self { simd: V4::try_new()?, found: Found::try_new()? })
    }

    /// The instructions for vectors of f32.
    #[inline(always)]
    pub(crate) fn simd(self) -> V4 {
        self.simd
    }

    /// c + a b of the even halves + a b of the odd halves, where vectors of f32 carry pairs of bfloat16.
    #[expect(clippy::unused_self, reason = "it is the proof")]
    #[inline(always)]
    pub(crate) fn multiply_pairs(self, a: f32x16, b: f32x16, c: f32x16) -> f32x16 {
        let (a, b, c): (__m512, __m512, __m512) = (pulp::cast(a), pulp::cast(b), pulp::cast(c));
        // SAFETY: `self` is the proof that the processor has the instruction. Both types are 64 bytes of which every pattern is
        // a value.
        let sum = unsafe {
            let pairs = |vector: __m512| std::mem::transmute::<__m512, __m512bh>(vector);
            _mm512_dpbf16_ps(c, pairs(a), pairs(b))
        };
        pulp::cast(sum)
    }

    /// The numbers of bfloat16 nearest to a row; ties go to the even mantissa.
    #[inline(always)]
    pub(crate) fn round_row(self, row: &Line) -> BfloatLine {
        let mut rounded = BfloatLine::ZERO;
        let words: &mut [f32; PANEL / 2] = bytemuck::cast_mut(&mut rounded.0);
        let (halves, _) = vectors::<V4>(row).as_chunks();
        for (words, &[low, high]) in V4::as_mut_simd_f32s(words).0.iter_mut().pair(halves) {
            *words = self.round(low, high);
        }
        rounded
    }

    /// The numbers of bfloat16 nearest to two rows, in pairs.
    #[inline(always)]
    pub(crate) fn round_pair(self, even: &Line, odd: &Line) -> BfloatPairs {
        let mut rounded = BfloatPairs::ZERO;
        let words: &mut [f32; PANEL] = bytemuck::cast_mut(&mut rounded.0);
        let rows = vectors::<V4>(even).iter().pair(vectors::<V4>(odd));
        for (words, (&even, &odd)) in V4::as_mut_simd_f32s(words).0.iter_mut().pair(rows) {
            *words = self.round_by_turns(even, odd);
        }
        rounded
    }

    /// Calls `function` as code compiled for the set.
    #[inline(always)]
    pub(crate) fn vectorize<F: NullaryFnOnce>(self, function: F) -> F::Output {
        self.found.vectorize(function)
    }

    /// The numbers of bfloat16 nearest to `low`, and behind them those nearest to `high`.
    #[expect(clippy::unused_self, reason = "it is the proof")]
    #[inline(always)]
    fn round(self, low: f32x16, high: f32x16) -> f32x16 {
        let (low, high): (__m512, __m512) = (pulp::cast(low), pulp::cast(high));
        // SAFETY: `self` is the proof that the processor has the instruction. Both types are 64 bytes of which every pattern is
        // a value.
        let rounded = unsafe { std::mem::transmute::<__m512bh, __m512>(_mm512_cvtne2ps_pbh(high, low)) };
        pulp::cast(rounded)
    }

    /// The numbers of bfloat16 nearest to `even` and to `odd`, interleaved.
    #[inline(always)]
    fn round_by_turns(self, even: f32x16, odd: f32x16) -> f32x16 {
        let rounded = self.round(even, odd);
        pulp::cast(self.simd.avx512bw._mm512_permutexvar_epi16(pulp::cast(TURNS), pulp::cast(rounded)))
    }
}

/// The places 0, 16, 1, 17 and so on, which interleave two halves of a register.
const TURNS: [u16; 32] = {
    let mut turns = [0; 32];
    let mut place = 0_u16;
    while place < 32 {
        turns[place as usize] = place / 2 + 16 * (place % 2);
        place += 1;
    }
    turns
};
