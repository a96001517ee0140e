//! Stores through the caches, or past them where other threads read next.

use pulp::Simd;

#[cfg(target_arch = "x86_64")]
use super::avx512::avx512;
use super::words::LineWords;
use crate::processor::is_amd;

/// How a kernel stores its results. The numbers are the same.
///
/// A core that writes what other cores have read must first take it from them, line by line. A pair of cores of an AMD EPYC (Zen 4)
/// needed 7 ns a line for that, and 28 when they did not share a third-level cache; past the caches a line was stored in
/// 2.4, and whoever reads it next gets it from memory (throw-away program). So it pays for what each step writes on one
/// thread and reads on all, and for nothing else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Store {
    /// Through the caches.
    #[default]
    Cached,
    /// Past the caches to memory, where the instructions can: AVX-512.
    PastCaches,
}

impl Store {
    /// What pays for results that so many threads read: past the caches for more than one on processors of AMD. Others were not
    /// measured.
    pub fn read_by(threads: usize) -> Self {
        if threads > 1 && is_amd() { Self::PastCaches } else { Self::Cached }
    }

    /// Vector `index` of the line ← `vector`. A kernel that called it must call [`Store::end`] before it returns.
    #[inline(always)]
    pub(crate) fn put<S: Simd, L: LineWords>(self, simd: S, line: &mut L, index: usize, vector: S::f32s) {
        const { assert!(align_of::<L>() == 64, "a vector is stored to a multiple of its size") };
        #[cfg(target_arch = "x86_64")]
        if self == Self::PastCaches
            && let Some((_, [register])) = avx512(simd, [vector])
            && let Some(place) = line.words_mut().as_chunks_mut::<16>().0.get_mut(index)
        {
            // SAFETY: sixteen numbers of a line, which begins at a multiple of 64 bytes, as therefore they do. That the
            // processor has AVX-512 is what the V4 behind `register` proves. `Store::end` orders the store before whatever
            // follows the kernel, and until that has returned, `line` is borrowed: no other thread can have looked.
            unsafe { std::arch::x86_64::_mm512_stream_ps(place.as_mut_ptr(), register) };
            return;
        }
        let _ = simd;
        S::as_mut_simd_f32s(line.words_mut()).0[index] = vector;
    }

    /// Orders what was stored before all that follows.
    #[inline(always)]
    pub(crate) fn end(self) {
        #[cfg(target_arch = "x86_64")]
        if self == Self::PastCaches {
            // SAFETY: every x86-64 processor has the instruction.
            unsafe { std::arch::x86_64::_mm_sfence() };
        }
    }
}
