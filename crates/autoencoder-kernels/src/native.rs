//! The instructions of AVX-512 BF16, for code compiled for a set that has them: `NATIVE` says so.
//!
//! Both take denormal numbers for zeros, and make zeros of results that would be denormal.
//!
//! # Panics
//! Every function here does so if `S` is not AVX-512. Where it is, only kernels run by
//! [`Instructions::launch`](crate::Instructions) with `NATIVE` may call it: that set holds the proof that the processor
//! was found to have the instructions.

use pulp::Simd;

#[cfg(target_arch = "x86_64")]
use crate::vector::{avx512, of_avx512};

/// c + a b of the odd halves + a b of the even ones.
#[inline(always)]
pub(crate) fn dot<S: Simd>(simd: S, a: S::f32s, b: S::f32s, c: S::f32s) -> S::f32s {
    #[cfg(target_arch = "x86_64")]
    if let Some((_, [a, b, c])) = avx512(simd, [a, b, c]) {
        use std::arch::x86_64::{__m512, __m512bh, _mm512_dpbf16_ps};
        // SAFETY: both types are 64 bytes of which every pattern is a value. The instruction is there: see above.
        let sum = unsafe {
            let pairs = |vector: __m512| std::mem::transmute::<__m512, __m512bh>(vector);
            _mm512_dpbf16_ps(c, pairs(a), pairs(b))
        };
        if let Some(sum) = of_avx512::<S>(sum) {
            return sum;
        }
    }
    let _ = (simd, a, b, c);
    unreachable!("no other set of instructions multiplies pairs")
}

/// The nearest numbers of bfloat16, of two equally near the even one: those of `low`, and behind them those of `high`.
#[inline(always)]
pub(crate) fn round<S: Simd>(simd: S, low: S::f32s, high: S::f32s) -> S::f32s {
    #[cfg(target_arch = "x86_64")]
    if let Some((_, [low, high])) = avx512(simd, [low, high]) {
        use std::arch::x86_64::{__m512, __m512bh, _mm512_cvtne2ps_pbh};
        // SAFETY: both types are 64 bytes of which every pattern is a value. The instruction is there: see above.
        let rounded = unsafe { std::mem::transmute::<__m512bh, __m512>(_mm512_cvtne2ps_pbh(high, low)) };
        if let Some(rounded) = of_avx512::<S>(rounded) {
            return rounded;
        }
    }
    let _ = (simd, low, high);
    unreachable!("no other set of instructions rounds to bfloat16")
}

/// The same, those of `even` and of `odd` by turns.
#[inline(always)]
pub(crate) fn round_by_turns<S: Simd>(simd: S, even: S::f32s, odd: S::f32s) -> S::f32s {
    let rounded = round(simd, even, odd);
    #[cfg(target_arch = "x86_64")]
    if let Some((set, [rounded])) = avx512(simd, [rounded]) {
        let turned = set.avx512bw._mm512_permutexvar_epi16(pulp::cast(TURNS), pulp::cast(rounded));
        if let Some(turned) = of_avx512::<S>(pulp::cast(turned)) {
            return turned;
        }
    }
    rounded
}

/// 0, 16, 1, 17 and so on.
#[cfg(target_arch = "x86_64")]
const TURNS: [u16; 32] = {
    let mut turns = [0; 32];
    let mut place = 0_u16;
    while place < 32 {
        turns[place as usize] = place / 2 + 16 * (place % 2);
        place += 1;
    }
    turns
};
