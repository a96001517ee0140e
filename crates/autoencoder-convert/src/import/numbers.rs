//! The numbers of tensors, of whatever type, as f32.

use half::{bf16, f16};

/// The type of the numbers of a tensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Float {
    F32,
    F64,
    F16,
    BF16,
}

/// Numbers in f32, and how many of them lost digits.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Converted {
    pub(super) numbers: Vec<f32>,
    pub(super) rounded: usize,
}

impl Float {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::F32 => "f32",
            Self::F64 => "f64",
            Self::F16 => "f16",
            Self::BF16 => "bf16",
        }
    }

    /// The numbers of little-endian bytes; bytes that make no whole number are left out.
    pub(super) fn read(self, bytes: &[u8]) -> Converted {
        let exact = |numbers| Converted { numbers, rounded: 0 };
        match self {
            Self::F32 => {
                exact(bytes.as_chunks().0.iter().map(|&number| f32::from_le_bytes(number)).collect())
            }
            Self::F16 => {
                exact(bytes.as_chunks().0.iter().map(|&number| f16::from_le_bytes(number).to_f32()).collect())
            }
            Self::BF16 => exact(
                bytes.as_chunks().0.iter().map(|&number| bf16::from_le_bytes(number).to_f32()).collect(),
            ),
            Self::F64 => rounded(bytes.as_chunks().0.iter().map(|&number| f64::from_le_bytes(number))),
        }
    }
}

/// Numbers of f64, rounded.
pub(super) fn rounded(numbers: impl Iterator<Item = f64>) -> Converted {
    let mut converted = Converted::default();
    for number in numbers {
        #[expect(clippy::cast_possible_truncation, reason = "rounding is what is asked for, and counted")]
        let single = number as f32;
        converted.rounded += usize::from(f64::from(single).to_bits() != number.to_bits());
        converted.numbers.push(single);
    }
    converted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_every_type_are_read_and_lost_digits_are_counted() {
        let bytes: Vec<u8> = [1.0_f64, 0.1, -2.5].iter().flat_map(|number| number.to_le_bytes()).collect();
        let found = Float::F64.read(&bytes);
        assert_eq!((found.numbers, found.rounded), (vec![1.0, 0.1, -2.5], 1));
        let bytes: Vec<u8> = [0.1_f32, 3e38].iter().flat_map(|number| number.to_le_bytes()).collect();
        assert_eq!(Float::F32.read(&bytes).numbers, [0.1, 3e38]);
        let halves: Vec<u8> = [0.5, -0.25].iter().flat_map(|&n| f16::from_f32(n).to_le_bytes()).collect();
        assert_eq!(Float::F16.read(&halves).numbers, [0.5, -0.25]);
        let brains: Vec<u8> = [0.5, 1e38].iter().flat_map(|&n| bf16::from_f32(n).to_le_bytes()).collect();
        assert_eq!(Float::BF16.read(&brains).numbers[0].to_bits(), 0.5_f32.to_bits());
    }
}
