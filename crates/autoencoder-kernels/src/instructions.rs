//! Which vector instructions the kernels use, chosen when the program runs.

#[cfg(target_arch = "x86_64")]
use std::sync::LazyLock;

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
    #[cfg(target_arch = "x86_64")]
    Avx512Bf16(pulp::x86::V4, WithBfloat),
    #[cfg(target_arch = "aarch64")]
    Neon(pulp::aarch64::Neon),
}

#[cfg(target_arch = "x86_64")]
pulp::simd_type!({
    /// AVX-512 with instructions for bfloat16: they round to it and multiply pairs of it.
    struct WithBfloat {
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

/// A kernel that may read or write numbers of bfloat16: then `NATIVE` says that the processor's own instructions for them
/// may be used.
pub(crate) trait Kernel {
    /// What it gives.
    type Output;

    /// Whether it does.
    const PAIRS: bool;

    /// Runs it; `#[inline(always)]`, so that it is compiled for the instructions of `S`.
    fn run<S: Simd, const NATIVE: bool>(self, simd: S) -> Self::Output;
}

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
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512Bf16(..) => true,
            _ => false,
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
                sets.extend(WithBfloat::try_new().map(|bfloat| Self(Kind::Avx512Bf16(simd, bfloat))));
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
            Kind::Avx512(simd) | Kind::Avx512Bf16(simd, _) => Simd::vectorize(simd, operation),
            #[cfg(target_arch = "aarch64")]
            Kind::Neon(simd) => Simd::vectorize(simd, operation),
        }
    }

    /// Runs `kernel` compiled for this set.
    #[inline]
    pub(crate) fn launch<K: Kernel>(self, kernel: K) -> K::Output {
        struct Emulated<K>(K);
        impl<K: Kernel> WithSimd for Emulated<K> {
            type Output = K::Output;

            #[inline(always)]
            fn with_simd<S: Simd>(self, simd: S) -> K::Output {
                self.0.run::<S, false>(simd)
            }
        }
        #[cfg(target_arch = "x86_64")]
        if K::PAIRS
            && let Kind::Avx512Bf16(simd, bfloat) = self.0
        {
            struct Native<K>(K, pulp::x86::V4);
            impl<K: Kernel> pulp::NullaryFnOnce for Native<K> {
                type Output = K::Output;

                #[inline(always)]
                fn call(self) -> K::Output {
                    self.0.run::<_, true>(self.1)
                }
            }
            return bfloat.vectorize(Native(kernel, simd));
        }
        self.run(Emulated(kernel))
    }
}

/// Whether AMD made this processor.
pub(crate) fn is_amd() -> bool {
    #[cfg(target_arch = "x86_64")]
    {
        // A virtual machine is left for every such question: asked once, and not by each kernel.
        static AMD: LazyLock<bool> = LazyLock::new(|| {
            raw_cpuid::CpuId::new().get_vendor_info().is_some_and(|vendor| vendor.as_str() == "AuthenticAMD")
        });
        *AMD
    }
    #[cfg(not(target_arch = "x86_64"))]
    false
}
