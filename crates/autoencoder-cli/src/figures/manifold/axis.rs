//! The sides of a grid of codes.

use crate::figures::ticks;

/// A number of a code, with the values that the grid has of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct GridAxis<'a> {
    pub(crate) name: &'a str,
    pub(crate) values: &'a [f64],
}

impl GridAxis<'_> {
    /// A value, with as many digits as tell it from its neighbours.
    pub(super) fn text(&self, value: f64) -> String {
        let steps = self.values.windows(2).map(|pair| pair[1] - pair[0]).filter(|&step| step > 0.0);
        let least = steps.fold(f64::MAX, f64::min);
        let step = if least < f64::MAX { least } else { value.abs().max(1.0) };
        ticks::number(value, step)
    }
}
