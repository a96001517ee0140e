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

    /// `lines`, to be stored to in this way.
    #[inline(always)]
    pub(crate) fn to<L>(self, lines: &mut [L]) -> Storing<'_, L> {
        Storing { lines, store: self }
    }
}

/// Lines that a kernel stores its results to.
///
/// A store past the caches may become visible after what follows it in the program. So the lines stay borrowed for as long as one of these
/// lives, and its end orders what was stored before all that follows: a fence once a kernel, which nobody can leave out.
#[derive(Debug)]
pub struct Storing<'a, L> {
    lines: &'a mut [L],
    store: Store,
}

impl<L> Storing<'_, L> {
    /// Each line as a place to store to.
    #[inline(always)]
    pub(crate) fn places(&mut self) -> Places<'_, L> {
        Places { lines: self.lines.iter_mut(), store: self.store }
    }

    /// Line `index` as a place to store to.
    #[cfg(target_arch = "x86_64")]
    #[inline(always)]
    pub(crate) fn place(&mut self, index: usize) -> Place<'_, L> {
        Place { line: &mut self.lines[index], store: self.store }
    }

    /// The lines, to be stored to through the caches.
    #[inline(always)]
    pub(crate) fn cached(&mut self) -> &mut [L] {
        self.lines
    }
}

impl<L> Drop for Storing<'_, L> {
    #[inline(always)]
    fn drop(&mut self) {
        #[cfg(target_arch = "x86_64")]
        if self.store == Store::PastCaches {
            // SAFETY: every x86-64 processor has the instruction.
            unsafe { std::arch::x86_64::_mm_sfence() };
        }
    }
}

/// The places of the lines of a [`Storing`], in order.
pub(crate) struct Places<'a, L> {
    lines: std::slice::IterMut<'a, L>,
    store: Store,
}

impl<'a, L> Iterator for Places<'a, L> {
    type Item = Place<'a, L>;

    #[inline(always)]
    fn next(&mut self) -> Option<Place<'a, L>> {
        Some(Place { line: self.lines.next()?, store: self.store })
    }
}

/// A line of a [`Storing`].
pub(crate) struct Place<'a, L> {
    line: &'a mut L,
    store: Store,
}

impl<L: LineWords> Place<'_, L> {
    /// The line as it is.
    #[inline(always)]
    pub(crate) fn line(&self) -> &L {
        self.line
    }

    /// Vector `index` of the line ← `vector`.
    #[inline(always)]
    pub(crate) fn put<S: Simd>(&mut self, simd: S, index: usize, vector: S::f32s) {
        const { assert!(align_of::<L>() == 64, "a vector is stored to a multiple of its size") };
        #[cfg(target_arch = "x86_64")]
        if self.store == Store::PastCaches
            && let Some((_, [register])) = avx512(simd, [vector])
            && let Some(place) = self.line.words_mut().as_chunks_mut::<16>().0.get_mut(index)
        {
            // SAFETY: sixteen numbers of a line, which begins at a multiple of 64 bytes, as therefore they do. That the
            // processor has AVX-512 is what the V4 behind `register` proves. The line is borrowed by a `Storing`, whose end
            // orders the store before whatever follows: until then no other thread can look.
            unsafe { std::arch::x86_64::_mm512_stream_ps(place.as_mut_ptr(), register) };
            return;
        }
        let _ = (simd, self.store);
        S::as_mut_simd_f32s(self.line.words_mut()).0[index] = vector;
    }
}
