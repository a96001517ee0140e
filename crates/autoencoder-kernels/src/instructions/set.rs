//! The sets of instructions that kernels are compiled for, and the operations that kernels ask of a set.

#[cfg(target_arch = "x86_64")]
use pulp::NullaryFnOnce;
use pulp::{Simd, WithSimd};

#[cfg(target_arch = "x86_64")]
use crate::vector::Avx512Bf16;
use crate::vector::{BfloatLine, BfloatPairs, Line, even_and_odd, multiply_add, nearest_pair, nearest_row};

/// A set of instructions that code is compiled for. A value of this type proves that the processor has the
/// instructions.
pub trait InstructionSet: Copy {
    /// The instructions for vectors of f32.
    type Simd: Simd;

    /// The number of registers that a product of pairs of bfloat16 needs beyond those of a product of f32.
    const SPARE: usize;

    /// The instructions for vectors of f32.
    fn simd(self) -> Self::Simd;

    /// c + a b of the even halves + a b of the odd halves, where vectors of f32 carry pairs of bfloat16.
    fn multiply_pairs(self, a: F32s<Self>, b: F32s<Self>, c: F32s<Self>) -> F32s<Self>;

    /// The numbers of bfloat16 nearest to a row; ties go to the even mantissa.
    fn round_row(self, row: &Line) -> BfloatLine;

    /// The numbers of bfloat16 nearest to two rows, in pairs.
    fn round_pair(self, even: &Line, odd: &Line) -> BfloatPairs;

    /// Calls `kernel` as a function of its own, compiled for this set.
    fn call<K: Kernel>(self, kernel: K) -> K::Output;
}

/// A piece of work that is compiled for each whole set of instructions. A [`WithSimd`] is one that needs only the
/// instructions for f32.
pub trait Kernel {
    /// The result of the kernel.
    type Output;

    /// Whether the kernel reads or writes pairs of bfloat16, and so is compiled for the instructions made for
    /// bfloat16 too.
    const PAIRS: bool;

    /// Runs the kernel. An implementation is `#[inline(always)]`, so that it is compiled for the instructions of
    /// `set`.
    fn run<I: InstructionSet>(self, set: I) -> Self::Output;
}

/// The type of a vector of f32 in set `I`.
pub(crate) type F32s<I> = <<I as InstructionSet>::Simd as Simd>::f32s;

/// The number of f32 in a vector of set `I`.
pub(crate) const fn lanes<I: InstructionSet>() -> usize {
    <I::Simd as Simd>::F32_LANES
}

/// A set of instructions for vectors of f32, which takes pairs of bfloat16 apart before it multiplies them.
#[derive(Clone, Copy)]
pub(crate) struct Vectors<S>(pub(super) S);

impl<S: Simd> InstructionSet for Vectors<S> {
    type Simd = S;
    const SPARE: usize = 4;

    #[inline(always)]
    fn simd(self) -> S {
        self.0
    }

    #[inline(always)]
    fn multiply_pairs(self, a: S::f32s, b: S::f32s, c: S::f32s) -> S::f32s {
        let Self(simd) = self;
        let ([a_even, a_odd], [b_even, b_odd]) = (even_and_odd(simd, a), even_and_odd(simd, b));
        multiply_add(simd, a_odd, b_odd, multiply_add(simd, a_even, b_even, c))
    }

    #[inline(always)]
    fn round_row(self, row: &Line) -> BfloatLine {
        nearest_row(row)
    }

    #[inline(always)]
    fn round_pair(self, even: &Line, odd: &Line) -> BfloatPairs {
        nearest_pair(even, odd)
    }

    #[inline(always)]
    fn call<K: Kernel>(self, kernel: K) -> K::Output {
        struct Run<K>(K);
        impl<K: Kernel> WithSimd for Run<K> {
            type Output = K::Output;

            #[inline(always)]
            fn with_simd<S: Simd>(self, simd: S) -> K::Output {
                self.0.run(Vectors(simd))
            }
        }
        self.0.vectorize(Run(kernel))
    }
}

#[cfg(target_arch = "x86_64")]
impl InstructionSet for Avx512Bf16 {
    type Simd = pulp::x86::V4;
    const SPARE: usize = 0;

    #[inline(always)]
    fn simd(self) -> pulp::x86::V4 {
        Self::simd(self)
    }

    #[inline(always)]
    fn multiply_pairs(self, a: F32s<Self>, b: F32s<Self>, c: F32s<Self>) -> F32s<Self> {
        Self::multiply_pairs(self, a, b, c)
    }

    #[inline(always)]
    fn round_row(self, row: &Line) -> BfloatLine {
        Self::round_row(self, row)
    }

    #[inline(always)]
    fn round_pair(self, even: &Line, odd: &Line) -> BfloatPairs {
        Self::round_pair(self, even, odd)
    }

    #[inline(always)]
    fn call<K: Kernel>(self, kernel: K) -> K::Output {
        struct Run<K>(K, Avx512Bf16);
        impl<K: Kernel> NullaryFnOnce for Run<K> {
            type Output = K::Output;

            #[inline(always)]
            fn call(self) -> K::Output {
                self.0.run(self.1)
            }
        }
        self.vectorize(Run(kernel, self))
    }
}
