//! The vector instructions that kernels use, chosen when the program runs.

mod set;

pub(crate) use set::{F32s, InstructionSet, Kernel, lanes};

use std::sync::OnceLock;

use pulp::{Scalar128b, Simd, WithSimd};

use set::Vectors;

use crate::processor::is_amd;
#[cfg(target_arch = "x86_64")]
use crate::vector::Avx512Bf16;

/// A set of vector instructions that this processor has.
///
/// The same inputs give the same bits on any number of threads. Between two sets of instructions results differ by
/// rounding, because only some sets multiply and add with one rounding.
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

/// Makes methods that launch kernels. The methods are not generic, so their kernels are compiled in this crate, and
/// not again in every crate that calls them.
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

/// The set that the process chose for itself.
static CHOSEN: OnceLock<Instructions> = OnceLock::new();

impl Instructions {
    /// The set that the process [chose](Self::choose), or else the fastest set on this processor.
    ///
    /// Two sets differ in AVX-512 BF16 only; the one that has it is taken on processors of AMD alone. A core of an
    /// Intel Xeon (model 207) was measured at 72 GFLOP/s with products of bfloat16, and at 175 GFLOP/s with those of
    /// f32.
    pub fn best() -> Self {
        if let Some(&chosen) = CHOSEN.get() {
            return chosen;
        }
        let mut sets = Self::available();
        // On processors of AMD since Zen 4, a product of pairs takes no longer than one of numbers.
        if !is_amd() {
            sets.retain(|set| !set.multiplies_pairs());
        }
        sets.pop().unwrap_or(Self(Kind::Portable))
    }

    /// Makes this set the [best](Self::best) one for the whole process, from now on. Models and trainings that were made before
    /// keep theirs. With `portable` and `avx2`, one seed gives the same bits on processors of all makers: these sets divide and take
    /// roots by instructions that IEEE 754 defines to the last bit, and not by estimates, which are each maker's own.
    ///
    /// # Errors
    /// If the process chose another set before; the error is that set.
    ///
    /// ```
    /// use autoencoder_kernels::Instructions;
    /// let portable = Instructions::named("portable").expect("every processor has it");
    /// assert!(portable.choose().is_ok());
    /// assert_eq!(Instructions::best().name(), "portable");
    /// ```
    pub fn choose(self) -> Result<(), Self> {
        let chosen = *CHOSEN.get_or_init(|| self);
        if chosen.short_name() == self.short_name() { Ok(()) } else { Err(chosen) }
    }

    /// The set of this [short name](Self::short_name); `None` if this processor does not have the set.
    pub fn named(short_name: &str) -> Option<Self> {
        Self::available().into_iter().find(|set| set.short_name() == short_name)
    }

    /// Whether this processor multiplies pairs of bfloat16 in one instruction, and does so faster than numbers of
    /// f32.
    pub fn bfloat16_is_fast() -> bool {
        Self::best().multiplies_pairs()
    }

    /// Whether this processor has an instruction that multiplies pairs of bfloat16, fast or not. A process that
    /// [chose](Self::choose) a set without that instruction does not have it.
    pub fn has_bfloat16() -> bool {
        match CHOSEN.get() {
            Some(chosen) => chosen.multiplies_pairs(),
            None => Self::available().into_iter().any(Self::multiplies_pairs),
        }
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

    /// Whether kernels that mostly divide and take roots should use the instructions of AVX-512 for that, and not
    /// estimates refined by multiplications.
    ///
    /// On an AMD EPYC (Zen 4) Adam's update takes three quarters of the time with them: other instructions go on
    /// while the processor divides. Processors of Intel take 16 cycles for a division, which estimates and
    /// multiplications do in three.
    pub(crate) fn divides_fast() -> bool {
        is_amd()
    }

    /// Every set that this processor has, the narrowest first.
    pub fn available() -> Vec<Self> {
        [Self(Kind::Portable)].into_iter().chain(Self::native()).collect()
    }

    /// The sets of this processor's own architecture, the narrowest first.
    #[cfg(target_arch = "x86_64")]
    fn native() -> impl Iterator<Item = Self> {
        let avx512 = pulp::x86::V4::try_new();
        let bfloat16 = avx512.and_then(|_| Avx512Bf16::try_new());
        let kinds = [
            pulp::x86::V3::try_new().map(Kind::Avx2),
            avx512.map(Kind::Avx512),
            bfloat16.map(Kind::Avx512Bf16),
        ];
        kinds.into_iter().flatten().map(Self)
    }

    #[cfg(target_arch = "aarch64")]
    fn native() -> impl Iterator<Item = Self> {
        pulp::aarch64::Neon::try_new().map(Kind::Neon).map(Self).into_iter()
    }

    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    fn native() -> impl Iterator<Item = Self> {
        std::iter::empty()
    }

    /// The name of the set as people type it: `portable`, `avx2`, `avx512`, `avx512-bf16` or `neon`.
    pub fn short_name(self) -> &'static str {
        match self.0 {
            Kind::Portable => "portable",
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2(_) => "avx2",
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512(_) => "avx512",
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512Bf16(..) => "avx512-bf16",
            #[cfg(target_arch = "aarch64")]
            Kind::Neon(_) => "neon",
        }
    }

    /// The usual name of the set: `portable`, `AVX2 + FMA`, `AVX-512`, `AVX-512 BF16` or `NEON`.
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

    /// Runs `operation` as code compiled for this set.
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

    /// Runs `kernel` as code compiled for this set.
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
