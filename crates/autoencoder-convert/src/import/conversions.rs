//! What became of numbers that are no f32 in their file.

use super::numbers::{Converted, Float};

/// What became of the numbers of all tensors.
#[derive(Debug, Default)]
pub(super) struct Conversions(Vec<Conversion>);

/// What became of the numbers of one type.
#[derive(Debug)]
struct Conversion {
    float: Float,
    tensors: usize,
    numbers: usize,
    rounded: usize,
    /// The first tensor that lost digits.
    first: Option<String>,
}

impl Conversions {
    pub(super) fn add(&mut self, tensor: &str, float: Float, converted: &Converted) {
        if float == Float::F32 {
            return;
        }
        let place = self.0.iter().position(|conversion| conversion.float == float).unwrap_or_else(|| {
            self.0.push(Conversion { float, tensors: 0, numbers: 0, rounded: 0, first: None });
            self.0.len() - 1
        });
        let conversion = &mut self.0[place];
        conversion.tensors += 1;
        conversion.numbers += converted.numbers.len();
        conversion.rounded += converted.rounded;
        if converted.rounded > 0 && conversion.first.is_none() {
            conversion.first = Some(tensor.to_owned());
        }
    }

    /// Notes what became of the numbers of each type, if there are any.
    pub(super) fn tell(self, notes: &mut Vec<String>) {
        for Conversion { float, tensors, numbers, rounded, first } in self.0 {
            let name = float.name();
            notes.push(match first {
                None => format!("tensors of {name}, {tensors} of them: read as f32, without loss"),
                Some(first) => format!(
                    "tensors of {name}, {tensors} of them: rounded to f32, where {rounded} of {numbers} numbers lost digits, the first in {first}"
                ),
            });
        }
    }
}
