//! Samples that are windows over rows in time.

use super::error::SamplesError;
use super::windows::{Window, WindowRows};
use super::{Numbers, Samples};

impl Samples {
    /// Takes the samples for rows in time, and makes windows over them the samples: each has the numbers of its rows, one row after
    /// the other. They are read from the rows where these lie. The rows `breaks`, in rising order, begin anew: no window
    /// goes over them, as [`Window::starts`] has it. Labels and shape are those of single rows, and are left out.
    ///
    /// # Errors
    /// If the samples are rows of a table with words or holes, windows already, or too few for a window.
    ///
    /// ```
    /// use autoencoder::{Samples, Scaling, Values, Window};
    /// use ndarray::array;
    /// let rows = Values::Floats(array![[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]]);
    /// let windows = Samples::new(rows, Scaling::None)?.windows(Window::new(2, 1).unwrap(), &[])?;
    /// assert_eq!(windows.scaled(0..2), array![[0.0, 1.0, 2.0, 3.0], [2.0, 3.0, 4.0, 5.0]]);
    /// # Ok::<(), autoencoder::SamplesError>(())
    /// ```
    pub fn windows(self, window: Window, breaks: &[usize]) -> Result<Self, SamplesError> {
        let count = self.len();
        let rows = match self.numbers {
            Numbers::Bytes(_) => self.scaled(0..count),
            Numbers::Scaled(rows) => rows,
            Numbers::Table(_) | Numbers::Windows(_) => return Err(SamplesError::NoRowsInTime),
        };
        if !self.scaling.is_of_numbers_alone() {
            return Err(SamplesError::NoRowsInTime);
        }
        let starts = window.starts(count, breaks);
        let features = rows.ncols().checked_mul(window.rows.get());
        let (false, Some(_)) = (starts.is_empty(), features) else {
            return Err(SamplesError::NoWindow { expected: window.rows.get(), found: count });
        };
        let scaling = self.scaling.repeated(window.rows.get());
        let numbers = Numbers::Windows(WindowRows::new(rows, starts, window));
        Ok(Self { numbers, scaling, shape: None, labels: None })
    }

    /// Takes these fields (row, column) of the rows in time for fields that were not known and were filled in: they count nothing in
    /// scores. Other samples stay as they are.
    #[must_use]
    pub fn with_unknown(self, fields: impl IntoIterator<Item = (usize, usize)>) -> Self {
        let numbers = match self.numbers {
            Numbers::Windows(windows) => Numbers::Windows(windows.with_unknown(fields.into_iter().collect())),
            numbers @ (Numbers::Bytes(_) | Numbers::Scaled(_) | Numbers::Table(_)) => numbers,
        };
        Self { numbers, ..self }
    }

    /// Whether each of the rows in time, over which the samples are windows, is in one; `None` for other samples.
    pub fn rows_in_time(&self) -> Option<Vec<bool>> {
        self.over_rows().map(WindowRows::are_covered)
    }

    pub(crate) fn over_rows(&self) -> Option<&WindowRows> {
        match &self.numbers {
            Numbers::Windows(windows) => Some(windows),
            Numbers::Bytes(_) | Numbers::Scaled(_) | Numbers::Table(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, Axis, Slice, array, concatenate};
    use proptest::prelude::*;

    use super::*;
    use crate::samples::Values;
    use crate::samples::scaling::Scaling;

    fn rows(count: usize, columns: usize) -> Array2<f64> {
        Array2::from_shape_fn((count, columns), |(row, column)| ((row * 7 + column * 13) % 29) as f64 - 4.0)
    }

    /// Windows copied out of their rows.
    fn copied(rows: &Array2<f64>, length: usize, starts: &[usize]) -> Array2<f64> {
        let flat = starts.iter().map(|&start| {
            let window = rows.slice_axis(Axis(0), Slice::from(start..start + length)).to_owned();
            window.into_shape_with_order((1, length * rows.ncols())).unwrap()
        });
        let flat: Vec<Array2<f64>> = flat.collect();
        concatenate(Axis(0), &flat.iter().map(|window| window.view()).collect::<Vec<_>>()).unwrap()
    }

    proptest! {
        /// What is read by position is what copies would be.
        #[test]
        fn windows_are_the_samples_that_copies_would_be(
            count in 1_usize..40, columns in 1_usize..4, length in 1_usize..9, stride in 1_usize..12, a in 0_usize..40, b in 0_usize..40,
        ) {
            let rows = rows(count, columns);
            let scaling = Scaling::fit_standard(rows.view());
            let breaks = [a.min(b), a.max(b)];
            let window = Window::new(length, stride).unwrap();
            let starts = window.starts(count, &breaks);
            prop_assert!(starts.is_sorted_by(|a, b| a < b));
            // No window goes over a break, and every row is in one whose piece is long enough.
            let ends = [0, breaks[0].min(count), breaks[1].min(count), count];
            for piece in ends.windows(2) {
                let of_piece: Vec<usize> = starts.iter().copied().filter(|start| (piece[0]..piece[1]).contains(start)).collect();
                prop_assert_eq!(of_piece.is_empty(), piece[1] - piece[0] < length);
                if stride <= length && !of_piece.is_empty() {
                    prop_assert_eq!((of_piece[0], of_piece[of_piece.len() - 1] + length), (piece[0], piece[1]));
                }
                prop_assert!(of_piece.iter().all(|start| start + length <= piece[1]));
            }
            let samples = Samples::new(Values::Doubles(rows.clone()), scaling.clone()).unwrap().windows(window, &breaks);
            if starts.is_empty() {
                prop_assert_eq!(samples.unwrap_err(), SamplesError::NoWindow { expected: length, found: count });
                return Ok(());
            }
            let samples = samples.unwrap();
            let copies = Samples::new(Values::Doubles(copied(&rows, length, &starts)), scaling.repeated(length)).unwrap();
            prop_assert_eq!((samples.len(), samples.features(), samples.rows_in_time().unwrap().len()), (copies.len(), copies.features(), count));
            prop_assert_eq!(samples.scaled(0..samples.len()), copies.scaled(0..copies.len()));
            prop_assert_eq!(samples.fingerprint(), copies.fingerprint());
            let some: Vec<usize> = (0..samples.len()).rev().step_by(2).collect();
            prop_assert_eq!(samples.select(&some).scaled(0..some.len()), copies.select(&some).scaled(0..some.len()));
            let mut found = [0.0; 2];
            samples.scaled_values(&[0, samples.len() - 1], &[samples.features() - 1, 0], &mut found);
            let mut expected = [0.0; 2];
            copies.scaled_values(&[0, samples.len() - 1], &[samples.features() - 1, 0], &mut expected);
            prop_assert_eq!(found.map(f32::to_bits), expected.map(f32::to_bits));
            // The mean of equal numbers is the number.
            let windows = samples.over_rows().unwrap();
            let mut means = windows.means();
            means.add(0, samples.scaled(0..samples.len()).view());
            let scaled = Samples::new(Values::Doubles(rows), scaling).unwrap().scaled(0..count);
            for (found, &expected) in means.finish().iter().zip(&scaled) {
                prop_assert!(found.is_nan() || (found - f64::from(expected)).abs() < 1e-9, "{} {}", found, expected);
            }
        }
    }

    #[test]
    fn windows_are_made_of_rows_of_numbers_alone() {
        let window = Window::new(2, 1).unwrap();
        let samples = Samples::new(Values::Bytes(array![[0], [51], [255]]), Scaling::Bytes).unwrap();
        let windows = samples.windows(window, &[]).unwrap();
        assert_eq!(windows.scaled(0..2), array![[0.0, 0.2], [0.2, 1.0]]);
        assert_eq!(windows.windows(window, &[]).unwrap_err(), SamplesError::NoRowsInTime);
        assert_eq!((Window::new(0, 1), Window::new(1, 0)), (None, None));
    }
}
