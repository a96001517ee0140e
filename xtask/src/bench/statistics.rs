//! Medians, and how far apart the numbers are that they stand for.

use serde::Serialize;

/// The middle of some numbers, and the least and the greatest of them.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct Spread {
    pub(crate) median: f64,
    pub(crate) least: f64,
    pub(crate) greatest: f64,
}

impl Spread {
    /// The spread of some numbers; `None` where there are no numbers.
    pub(crate) fn of(numbers: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut numbers: Vec<f64> = numbers.into_iter().collect();
        numbers.sort_by(f64::total_cmp);
        let (&least, &greatest) = (numbers.first()?, numbers.last()?);
        let middle = [numbers[(numbers.len() - 1) / 2], numbers[numbers.len() / 2]];
        Some(Self { median: f64::midpoint(middle[0], middle[1]), least, greatest })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_an_even_number_is_the_mean_of_both() {
        assert_eq!(Spread::of([]), None);
        assert_eq!(Spread::of([3.0]), Some(Spread { median: 3.0, least: 3.0, greatest: 3.0 }));
        assert_eq!(Spread::of([9.0, 1.0, 2.0]), Some(Spread { median: 2.0, least: 1.0, greatest: 9.0 }));
        assert_eq!(Spread::of([4.0, 1.0, 9.0, 2.0]), Some(Spread { median: 3.0, least: 1.0, greatest: 9.0 }));
    }
}
