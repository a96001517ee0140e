//! Which vector instructions the kernels use, chosen when the program runs.

mod set;

pub(crate) use set::{F32s, InstructionSet, Kernel, lanes};

use pulp::{Scalar128b, Simd, WithSimd};

use set::Vectors;

use crate::processor::is_amd;
#[cfg(target_arch = "x86_64")]
use crate::vector::Avx512Bf16;

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
    #[cfg(target_arch = "x86_64")]
    Avx512Bf16(Avx512Bf16),
    #[cfg(target_arch = "aarch64")]
    Neon(pulp::aarch64::Neon),
}

/// Methods of an implementation that launch kernels. As they are not generic, the kernels are compiled in this crate, and not again in
/// every one that calls them.
macro_rules! launches {
    ($($method:ident $(<$lifetime:lifetime>)?: $kernel:ty),+ $(,)?) => {
        $(fn $method $(<$lifetime>)? (instructions: crate::instructions::Instructions, kernel: $kernel)
        $(where
            Self: $lifetime)?
        {
            instructions.launch(kernel);
        })+
    };
}
pub(crate) use launches;

impl Instructions {
    /// The set that is fastest on this processor.
    ///
    /// Of two sets that differ in AVX-512 BF16 only, the one without it unless the processor is AMD's: a core of an Intel
    /// Xeon (model 207) was measured at 72 GFLOP/s with such products, and at 175 with those of f32.
    pub fn best() -> Self {
        let mut sets = Self::available();
        // Products of pairs take no longer than those of numbers on AMD's processors since Zen 4.
        if !is_amd() {
            sets.retain(|set| !set.multiplies_pairs());
        }
        sets.pop().unwrap_or(Self(Kind::Portable))
    }

    /// Whether this processor multiplies pairs of bfloat16 in one instruction, and does so faster than numbers of f32.
    pub fn bfloat16_is_fast() -> bool {
        Self::best().multiplies_pairs()
    }

    /// Whether this processor has an instruction that multiplies pairs of bfloat16, fast or not.
    pub fn has_bfloat16() -> bool {
        Self::available().into_iter().any(Self::multiplies_pairs)
    }

    fn multiplies_pairs(self) -> bool {
        match self.0 {
            Kind::Portable => false,
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2(_) | Kind::Avx512(_) => false,
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512Bf16(_) => true,
            #[cfg(target_arch = "aarch64")]
            Kind::Neon(_) => false,
        }
    }

    /// Whether a kernel that divides and takes roots for most of its time had better do so by the processor's own instructions
    /// where these are AVX-512's.
    ///
    /// On an AMD EPYC (Zen 4) Adam's update takes three quarters of the time so: nothing else waits while the processor divides.
    /// Intel's take 16 cycles for what two multiplications a cycle do in three.
    pub(crate) fn divides_fast() -> bool {
        is_amd()
    }

    /// Every set that this processor has, the narrowest first.
    pub fn available() -> Vec<Self> {
        let mut sets = vec![Self(Kind::Portable)];
        #[cfg(target_arch = "x86_64")]
        {
            sets.extend(pulp::x86::V3::try_new().map(|simd| Self(Kind::Avx2(simd))));
            if let Some(simd) = pulp::x86::V4::try_new() {
                sets.push(Self(Kind::Avx512(simd)));
                sets.extend(Avx512Bf16::try_new().map(|set| Self(Kind::Avx512Bf16(set))));
            }
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
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512Bf16(..) => "AVX-512 BF16",
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
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512Bf16(set) => Simd::vectorize(set.simd(), operation),
            #[cfg(target_arch = "aarch64")]
            Kind::Neon(simd) => Simd::vectorize(simd, operation),
        }
    }

    /// Runs `kernel` compiled for this set.
    #[inline]
    pub(crate) fn launch<K: Kernel>(self, kernel: K) -> K::Output {
        match self.0 {
            Kind::Portable => Vectors(Scalar128b).call(kernel),
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2(simd) => Vectors(simd).call(kernel),
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512(simd) => Vectors(simd).call(kernel),
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512Bf16(set) if K::PAIRS => set.call(kernel),
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512Bf16(set) => Vectors(set.simd()).call(kernel),
            #[cfg(target_arch = "aarch64")]
            Kind::Neon(simd) => Vectors(simd).call(kernel),
        }
    }
}
