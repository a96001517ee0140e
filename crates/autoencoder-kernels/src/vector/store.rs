//! Stores of results: through the caches, or past them where other threads read next.

use pulp::Simd;

#[cfg(target_arch = "x86_64")]
use super::avx512::avx512;
use super::words::LineWords;
use crate::processor::is_amd;

/// The way in which a kernel stores its results. The stored numbers are the same either way.
///
/// A core that writes a line which other cores have read must first take it from them. A pair of cores of an AMD EPYC
/// (Zen 4) needs 7 ns a line for that, and 28 ns when they do not share a third-level cache; a store past the
/// caches takes 2.4 ns a line, and the next reader gets the line from memory. So storing past the caches pays for
/// results that each step writes on one thread and reads on all, and for nothing else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Store {
    /// Through the caches.
    #[default]
    Cached,
    /// Past the caches to memory, where the instructions can do so: with AVX-512.
    PastCaches,
}

impl Store {
    /// The faster way for results that `threads` threads read: past the caches for more than one thread on processors
    /// of AMD. There is no measurement for processors of other makers.
    pub fn read_by(threads: usize) -> Self {
        if threads > 1 && is_amd() { Self::PastCaches } else { Self::Cached }
    }

    /// The guard through which a kernel stores to `lines` in this way.
    #[inline(always)]
    pub(crate) fn to<L>(self, lines: &mut [L]) -> Storing<'_, L> {
        Storing { lines, store: self }
    }
}

/// Lines that a kernel stores its results to, in the way of a [`Store`].
///
/// A store past the caches may become visible to other threads after stores that follow it in the program. So this
/// guard keeps the lines borrowed, and its drop is a fence, which orders all its stores before everything that
/// follows. The fence costs one instruction a kernel, and no kernel can leave it out.
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

    /// The lines, for plain stores through the caches.
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

/// One line of a [`Storing`].
pub(crate) struct Place<'a, L> {
    line: &'a mut L,
    store: Store,
}

impl<L: LineWords> Place<'_, L> {
    /// The line as it is now.
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
            // SAFETY: `place` is sixteen numbers of a line, and begins at a multiple of 64 bytes as the line does.
            // The V4 behind `register` proves that the processor has AVX-512. A `Storing` borrows the line until its
            // drop orders this store before whatever follows, so no other thread can look at the line before.
            unsafe { std::arch::x86_64::_mm512_stream_ps(place.as_mut_ptr(), register) };
            return;
        }
        let _ = (simd, self.store);
        S::as_mut_simd_f32s(self.line.words_mut()).0[index] = vector;
    }
}
