//! Conversion between vectors of a set of instructions and registers of AVX-512, where the set is AVX-512.

use std::any::Any;

use pulp::Simd;

use super::inlined::array;

/// The instructions of AVX-512 and `vectors` as its registers, if `S` is AVX-512.
#[inline(always)]
pub(crate) fn avx512<S: Simd, const N: usize>(
    simd: S,
    vectors: [S::f32s; N],
) -> Option<(pulp::x86::V4, [std::arch::x86_64::__m512; N])> {
    let set = (&simd as &dyn Any).downcast_ref::<pulp::x86::V4>()?;
    let vectors = (&vectors as &dyn Any).downcast_ref::<[pulp::f32x16; N]>()?;
    Some((*set, array(pulp::cast(vectors[0]), |index| pulp::cast(vectors[index]))))
}

/// `register` as a vector of `S`, if `S` is AVX-512.
#[inline(always)]
pub(crate) fn of_avx512<S: Simd>(register: std::arch::x86_64::__m512) -> Option<S::f32s> {
    let vector: pulp::f32x16 = pulp::cast(register);
    (&vector as &dyn Any).downcast_ref().copied()
}
