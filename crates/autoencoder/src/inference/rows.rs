//! Rows in time as a model of windows restores them.

use ndarray::Array2;

use super::Inference;
use crate::samples::Samples;
use crate::samples::error::SamplesError;

/// The number of windows that are restored together: all at once would be many times the rows.
const TOGETHER: usize = 4096;

impl Inference {
    /// Restores the rows in time over which the samples are windows: returns scaled rows, (rows, columns), each the mean over the
    /// windows that it is in, and not numbers for a row in no window. Other samples, each of which is a row of its own, are
    /// restored as [`Inference::reconstruct`] does.
    ///
    /// # Errors
    /// As [`Inference::reconstruct`].
    ///
    /// ```
    /// use autoencoder::{Inference, Initialization, Model, Specification, Values, Window};
    /// use ndarray::Array2;
    /// let mut model = Model::new(Specification::new(12, [3]), Initialization::Glorot, 0)?;
    /// model.about.window = Window::new(6, 1);
    /// let samples = model.samples(Values::Floats(Array2::zeros((100, 2))))?;
    /// assert_eq!((samples.len(), samples.features()), (95, 12));
    /// assert_eq!(Inference::new(&model).reconstruct_rows(&samples)?.dim(), (100, 2));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn reconstruct_rows(&self, samples: &Samples) -> Result<Array2<f32>, SamplesError> {
        let Some(windows) = samples.over_rows() else { return self.reconstruct(samples) };
        let mut means = windows.means();
        for first in (0..samples.len()).step_by(TOGETHER) {
            let part: Vec<usize> = (first..samples.len().min(first + TOGETHER)).collect();
            means.add(first, self.reconstruct(&samples.select(&part))?.view());
        }
        #[expect(clippy::cast_possible_truncation, reason = "means of numbers of this type")]
        Ok(means.finish().mapv(|mean| mean as f32))
    }
}
