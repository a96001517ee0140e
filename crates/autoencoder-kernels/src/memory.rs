//! Memory for large arrays.

use std::collections::TryReserveError;

/// Zeros that are about to be overwritten, in memory that is quick to write and to read: Linux is asked for large pages, which take
/// one fault for 2 MiB in place of 512. Nothing but time depends on whether it gives them.
///
/// # Errors
/// If there is no memory for so many numbers.
///
/// ```
/// let numbers: Vec<f32> = autoencoder_kernels::zeros(1_000_000)?;
/// assert!(numbers.len() == 1_000_000 && numbers.iter().all(|&number| number == 0.0));
/// # Ok::<(), std::collections::TryReserveError>(())
/// ```
pub fn zeros<T: Copy + Default>(count: usize) -> Result<Vec<T>, TryReserveError> {
    // The reservation tells whether there is memory. Zeros that the system gives need not be written.
    Vec::<T>::new().try_reserve_exact(count)?;
    let mut numbers = vec![T::default(); count];
    in_large_pages(&mut numbers);
    Ok(numbers)
}

/// Asks the system for large pages below the numbers, where these span such.
fn in_large_pages<T>(numbers: &mut [T]) {
    #[cfg(target_os = "linux")]
    {
        use rustix::mm::{Advice, madvise};

        const LARGE: usize = 1 << 21;
        let first = numbers.as_mut_ptr().cast::<u8>();
        let skipped = first.addr().next_multiple_of(LARGE) - first.addr();
        let whole = size_of_val(numbers).saturating_sub(skipped) / LARGE * LARGE;
        if whole > 0 {
            // SAFETY: the pages lie within the numbers, and the advice changes no value in them.
            let advised =
                unsafe { madvise(first.wrapping_add(skipped).cast(), whole, Advice::LinuxHugepage) };
            // A system without large pages refuses, and works as well.
            let _ = advised;
        }
    }
    #[cfg(not(target_os = "linux"))]
    let _ = numbers;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_are_zeros_in_any_number() {
        for count in [0_usize, 1, 1000, (1 << 19) - 1, 3 << 19, 5_000_001] {
            let mut numbers: Vec<f32> = zeros(count).unwrap();
            assert!(numbers.len() == count && numbers.iter().all(|number| number.to_bits() == 0), "{count}");
            numbers.fill(1.0);
        }
        assert!(zeros::<f64>(usize::MAX / 8).is_err());
    }
}
