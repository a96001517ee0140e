//! Sizes along the axes: how they print, and their product, which must not overflow.

use std::fmt;

/// Prints sizes as `60000 x 28 x 28`.
pub(crate) struct Shape<'a>(pub(crate) &'a [usize]);

impl fmt::Display for Shape<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((first, rest)) = self.0.split_first() else {
            return f.write_str("a scalar");
        };
        write!(f, "{first}")?;
        rest.iter().try_for_each(|size| write!(f, " x {size}"))
    }
}

/// The product of the sizes; `None` beyond 64 bits.
///
/// A zero is looked for first: `[2^32 - 1, 2^32 - 1, 2^32 - 1, 0]` is empty and valid, though the product from left
/// to right overflows before it meets the zero. No sizes at all are a scalar, which is one element.
pub(crate) fn product(sizes: &[usize]) -> Option<u64> {
    if sizes.contains(&0) {
        return Some(0);
    }
    sizes.iter().try_fold(1_u64, |product, size| product.checked_mul(*size as u64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products() {
        let max = u32::MAX as usize;
        assert_eq!(product(&[]), Some(1));
        assert_eq!(product(&[3, 5, 7]), Some(105));
        assert_eq!(product(&[max, max, max, 0]), Some(0));
        assert_eq!(product(&[max, max, 2]), None);
    }
}
