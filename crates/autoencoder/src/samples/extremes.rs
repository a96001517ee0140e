//! The least and the greatest numbers of samples.

use autoencoder_kernels::column_extremes;
use ndarray::{Array1, Array2};

use super::{Numbers, Samples};
use crate::parallel::prelude::*;

impl Samples {
    /// The least and the greatest scaled value.
    pub fn scaled_range(&self) -> (f32, f32) {
        let range = |[low, high]: [Array1<f32>; 2]| {
            (low.fold(f32::INFINITY, |a, &b| a.min(b)), high.fold(f32::NEG_INFINITY, |a, &b| a.max(b)))
        };
        match &self.numbers {
            Numbers::Bytes(values) => range(self.extremes_of_bytes(values)),
            Numbers::Scaled(values) => range(extremes(values)),
            Numbers::Table(rows) => rows.range(),
            Numbers::Windows(windows) => range(extremes(windows.rows())),
        }
    }

    /// The least and the greatest scaled value of each feature, as a model sees them: holes are filled in.
    ///
    /// ```
    /// use autoencoder::{Samples, Scaling, Values};
    /// use ndarray::array;
    /// let samples = Samples::new(Values::Bytes(array![[0, 51], [255, 51]]), Scaling::Bytes)?;
    /// assert_eq!(samples.scaled_extremes(), [array![0.0, 0.2], array![1.0, 0.2]]);
    /// # Ok::<(), autoencoder::SamplesError>(())
    /// ```
    pub fn scaled_extremes(&self) -> [Array1<f32>; 2] {
        /// The number of samples that are scaled together.
        const ROWS: usize = 4096;
        match &self.numbers {
            Numbers::Bytes(values) => self.extremes_of_bytes(values),
            Numbers::Scaled(values) => extremes(values),
            Numbers::Table(_) | Numbers::Windows(_) => {
                let starts: Vec<usize> = (0..self.len()).step_by(ROWS).collect();
                let of_rows = |start: usize| extremes(&self.scaled(start..self.len().min(start + ROWS)));
                let found: Vec<[Array1<f32>; 2]> = starts.into_par_iter().map(of_rows).collect();
                let wider = |[mut low, mut high]: [Array1<f32>; 2],
                             [other_low, other_high]: [Array1<f32>; 2]| {
                    low.zip_mut_with(&other_low, |low, &other| *low = low.min(other));
                    high.zip_mut_with(&other_high, |high, &other| *high = high.max(other));
                    [low, high]
                };
                let nothing =
                    [f32::INFINITY, f32::NEG_INFINITY].map(|bound| Array1::from_elem(self.features(), bound));
                found.into_iter().fold(nothing, wider)
            }
        }
    }

    /// The least and the greatest scaled value of each feature of bytes: scalings never decrease in a feature, so that these are the
    /// scaled extremes of the bytes.
    fn extremes_of_bytes(&self, values: &Array2<u8>) -> [Array1<f32>; 2] {
        let scaled = |bytes: Array1<u8>| {
            let scaled = bytes.iter().enumerate();
            scaled.map(|(feature, &byte)| self.scaling.apply(feature, f64::from(byte))).collect()
        };
        extremes(values).map(scaled)
    }
}

/// The least and the greatest number of every feature.
fn extremes<T: Copy + PartialOrd + Send + Sync>(values: &Array2<T>) -> [Array1<T>; 2] {
    column_extremes(values.view()).expect("there are samples")
}
