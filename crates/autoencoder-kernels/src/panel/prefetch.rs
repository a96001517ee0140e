//! Fetching what will soon be read towards the cache while something else is computed.

use super::operand::Steps;
use super::right::Chunks;

impl<L: Steps> Chunks<'_, L> {
    /// Fetches `COUNT` lines of chunk `index` from line `first` on, as far as there are any.
    ///
    /// Without a branch, in the midst of a kernel: where the chunk ends, what follows it in memory is fetched.
    #[inline(always)]
    pub(crate) fn prefetch<const COUNT: usize>(&self, index: usize, first: usize) {
        let start = self.start(index).wrapping_add(first);
        for line in 0..COUNT {
            for half in 0..2 {
                fetch(start.wrapping_add(line).cast::<u8>().wrapping_add(64 * half));
            }
        }
    }
}

/// Fetches `values` into the second-level cache.
#[inline(always)]
pub(crate) fn prefetch<T>(values: &[T]) {
    for offset in (0..std::mem::size_of_val(values)).step_by(64) {
        fetch(values.as_ptr().cast::<u8>().wrapping_add(offset));
    }
}

/// Fetches the cache line at `address` into the second-level cache.
#[inline(always)]
fn fetch(address: *const u8) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: a prefetch changes no value and faults at no address, whether or not anything lies there.
    unsafe {
        use std::arch::x86_64::{_MM_HINT_T1, _mm_prefetch};
        _mm_prefetch::<_MM_HINT_T1>(address.cast());
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = address;
}
