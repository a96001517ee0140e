//! Which vector instructions the kernels use, chosen when the program runs.

use pulp::{Scalar128b, Simd, WithSimd};

/// A set of vector instructions that this processor has.
///
/// The same inputs give the same bits on any number of threads; between two sets of instructions
/// results differ by rounding, because only some of them multiply and add in one step.
#[derive(Clone, Copy, Debug)]
pub struct Instructions(Kind);

#[derive(Clone, Copy, Debug)]
enum Kind {
    Portable,
    #[cfg(target_arch = "x86_64")]
    Avx2(pulp::x86::V3),
    #[cfg(target_arch = "x86_64")]
    Avx512(pulp::x86::V4),
    #[cfg(target_arch = "aarch64")]
    Neon(pulp::aarch64::Neon),
}

impl Instructions {
    /// The widest set that this processor has.
    pub fn best() -> Self {
        Self::available().pop().unwrap_or(Self(Kind::Portable))
    }

    /// Every set that this processor has, the narrowest first.
    pub fn available() -> Vec<Self> {
        let mut sets = vec![Self(Kind::Portable)];
        #[cfg(target_arch = "x86_64")]
        {
            sets.extend(pulp::x86::V3::try_new().map(|simd| Self(Kind::Avx2(simd))));
            sets.extend(pulp::x86::V4::try_new().map(|simd| Self(Kind::Avx512(simd))));
        }
        #[cfg(target_arch = "aarch64")]
        sets.extend(pulp::aarch64::Neon::try_new().map(|simd| Self(Kind::Neon(simd))));
        sets
    }

    /// Its usual name.
    pub fn name(self) -> &'static str {
        match self.0 {
            Kind::Portable => "portable",
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2(_) => "AVX2 + FMA",
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512(_) => "AVX-512",
            #[cfg(target_arch = "aarch64")]
            Kind::Neon(_) => "NEON",
        }
    }

    /// Runs `operation` compiled for this set.
    #[inline]
    pub(crate) fn run<Operation: WithSimd>(self, operation: Operation) -> Operation::Output {
        match self.0 {
            Kind::Portable => Scalar128b.vectorize(operation),
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2(simd) => Simd::vectorize(simd, operation),
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512(simd) => Simd::vectorize(simd, operation),
            #[cfg(target_arch = "aarch64")]
            Kind::Neon(simd) => Simd::vectorize(simd, operation),
        }
    }
}
