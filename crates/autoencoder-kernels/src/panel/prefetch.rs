//! Prefetches: memory that a kernel will soon read is brought towards the caches while it computes something else.

use super::operand::Steps;
use super::right::Chunks;

impl<L: Steps> Chunks<'_, L> {
    /// Prefetches `COUNT` lines of chunk `index` from line `first` on.
    ///
    /// There is no branch for the end of the chunk, as kernels call this in their innermost loops: past the end, the
    /// memory behind the chunk is prefetched.
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

/// Asks the processor to bring `values` into the second-level cache, while other work is done. Nothing depends on it but
/// time: a processor for which this crate knows no such instruction does nothing.
///
/// ```
/// use autoencoder_kernels::prefetch;
/// let rows = [[0.5_f32; 100], [0.25; 100]];
/// prefetch(&rows[1]); // on its way while the first row is summed
/// assert_eq!(rows[0].iter().sum::<f32>() + rows[1].iter().sum::<f32>(), 75.0);
/// ```
#[inline(always)]
pub fn prefetch<T>(values: &[T]) {
    let first = values.as_ptr().cast::<u8>();
    // From the beginning of the first cache line: a short slice may end in the next one.
    let within = first.addr() % 64;
    for offset in (0..within + std::mem::size_of_val(values)).step_by(64) {
        fetch(first.wrapping_sub(within).wrapping_add(offset));
    }
}

/// Prefetches the cache line at `address` into the second-level cache.
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
