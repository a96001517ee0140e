//! Samples: rows of numbers that are kept as they were read and scaled when a batch is gathered.

pub(crate) mod error;
pub(crate) mod fingerprint;
pub(crate) mod scaling;
mod scaling_check;
pub(crate) mod takes;
pub(crate) mod zeros;

use crate::digest::{Digest, Digester};
use crate::parallel::prelude::*;
use autoencoder_kernels::{Instructions, PanelsMut, column_extremes, gather};
use ndarray::{Array1, Array2, ArrayRef2, ArrayView1, Axis, Slice};

use error::SamplesError;
use fingerprint::{Fingerprint, Rows};
use scaling::{Scaling, byte_fraction};

/// The numbers of a data set as they were read: one row per sample, one column per feature.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Bytes, as in images: a quarter of the memory of f32.
    Bytes(Array2<u8>),
    /// f32 numbers: every other kind of data.
    Floats(Array2<f32>),
}

impl Values {
    /// The shape (samples, features).
    pub fn dim(&self) -> (usize, usize) {
        match self {
            Self::Bytes(values) => values.dim(),
            Self::Floats(values) => values.dim(),
        }
    }

    /// Stores the numbers row after row, so that each row can be passed on as a slice.
    fn with_contiguous_rows(self) -> Self {
        fn contiguous<T: Clone>(values: Array2<T>) -> Array2<T> {
            if values.is_standard_layout() { values } else { values.as_standard_layout().into_owned() }
        }
        match self {
            Self::Bytes(values) => Self::Bytes(contiguous(values)),
            Self::Floats(values) => Self::Floats(contiguous(values)),
        }
    }
}

/// Samples and their scaling.
///
/// ```
/// use autoencoder::{Samples, Scaling, Values};
/// use ndarray::array;
/// let samples = Samples::new(Values::Bytes(array![[0, 51, 255]]), Scaling::Bytes)?;
/// assert_eq!(samples.scaled(0..1), array![[0.0, 0.2, 1.0]]);
/// # Ok::<(), autoencoder::SamplesError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Samples {
    values: Values,
    scaling: Scaling,
    /// The shape of a sample, such as rows and columns of an image; `None` if no shape was given.
    shape: Option<Vec<usize>>,
    /// The digest of the samples' labels, if they were given.
    labels: Option<Digest>,
}

impl Samples {
    /// Makes samples of `values` (samples, features) and their scaling.
    ///
    /// # Errors
    /// If there are no numbers, a number is not finite, or the scaling was fitted to another number of
    /// features or is none that [`Scaling::check`] takes.
    pub fn new(values: Values, scaling: Scaling) -> Result<Self, SamplesError> {
        let (samples, features) = values.dim();
        if samples == 0 || features == 0 {
            return Err(SamplesError::Empty { samples, features });
        }
        if let Values::Floats(floats) = &values
            && let Some((row, column)) = first_not_finite(floats)
        {
            return Err(SamplesError::NotFinite { row, column, value: floats[(row, column)] });
        }
        let mut lengths = scaling.features().map(|_| scaling.lengths()).into_iter().flatten();
        if let Some(expected) = lengths.find(|&length| length != features) {
            return Err(SamplesError::Features { expected, found: features });
        }
        scaling.check()?;
        Ok(Self { values: values.with_contiguous_rows(), scaling, shape: None, labels: None })
    }

    /// Gives the samples labels, one for each. They are not kept: only a digest of them goes into the
    /// [fingerprint](Samples::fingerprint), so that a resumed training notices other labels.
    #[must_use]
    pub fn with_labels<'a>(self, labels: impl IntoIterator<Item = &'a str>) -> Self {
        let mut digester = Digester::default();
        for label in labels {
            digester.add_number(label.len());
            digester.add(label.as_bytes());
        }
        Self { labels: Some(digester.finish()), ..self }
    }

    /// The fingerprint of the samples, in the time that it takes to read their numbers once.
    ///
    /// ```
    /// use autoencoder::{Samples, SamplesDifference, Scaling, Values};
    /// use ndarray::array;
    /// let samples = Samples::new(Values::Bytes(array![[0, 51, 255], [1, 2, 3]]), Scaling::Bytes)?;
    /// let swapped = samples.select(&[1, 0]).fingerprint();
    /// assert_eq!(samples.fingerprint().difference(&swapped), Some(SamplesDifference::Order));
    /// # Ok::<(), autoencoder::SamplesError>(())
    /// ```
    pub fn fingerprint(&self) -> Fingerprint {
        let rows = match &self.values {
            Values::Bytes(values) => Rows::of_bytes(values),
            Values::Floats(values) => Rows::of_floats(values),
        };
        Fingerprint::new(self.shape(), rows, self.labels)
    }

    /// Gives each sample a shape, such as rows, columns and colours of an image.
    ///
    /// # Errors
    /// If the product of the sides is not the number of features.
    ///
    /// ```
    /// use autoencoder::{Samples, Scaling, Values};
    /// use ndarray::Array2;
    /// let samples = Samples::new(Values::Bytes(Array2::zeros((10, 784))), Scaling::Bytes)?;
    /// assert!(samples.clone().with_shape([28, 28])?.shape() == [28, 28]);
    /// assert!(samples.with_shape([28, 27]).is_err());
    /// # Ok::<(), autoencoder::Error>(())
    /// ```
    pub fn with_shape(self, shape: impl Into<Vec<usize>>) -> Result<Self, SamplesError> {
        let shape = shape.into();
        let size = shape.iter().try_fold(1usize, |size, &side| size.checked_mul(side));
        if size != Some(self.features()) {
            return Err(SamplesError::Shape { expected: vec![self.features()], found: shape });
        }
        Ok(Self { shape: Some(shape), ..self })
    }

    /// The shape of a sample; without a given shape, the number of features alone.
    pub fn shape(&self) -> Vec<usize> {
        self.shape.clone().unwrap_or_else(|| vec![self.features()])
    }

    /// The shape that was given with [`Samples::with_shape`], if any.
    pub(crate) fn given_shape(&self) -> Option<&[usize]> {
        self.shape.as_deref()
    }

    /// The number of samples; at least 1.
    #[allow(clippy::len_without_is_empty, reason = "there is always a sample")]
    pub fn len(&self) -> usize {
        self.values.dim().0
    }

    /// The number of features in a sample; at least 1.
    pub fn features(&self) -> usize {
        self.values.dim().1
    }

    /// The numbers as they were read.
    pub fn values(&self) -> &Values {
        &self.values
    }

    /// The scaling of the samples.
    pub fn scaling(&self) -> &Scaling {
        &self.scaling
    }

    /// The first `count` samples, at least one, without labels; all samples if there are fewer.
    #[must_use]
    pub fn truncated(mut self, count: usize) -> Self {
        self.labels = None;
        let count = count.clamp(1, self.len());
        match &mut self.values {
            Values::Bytes(values) => values.slice_axis_inplace(Axis(0), Slice::from(..count)),
            Values::Floats(values) => values.slice_axis_inplace(Axis(0), Slice::from(..count)),
        }
        self
    }

    /// The samples with these indices, in this order, without labels.
    ///
    /// # Panics
    /// If an index is not below [`Samples::len`], or `indices` is empty.
    #[must_use]
    pub fn select(&self, indices: &[usize]) -> Self {
        assert!(!indices.is_empty(), "select: no samples");
        let values = match &self.values {
            Values::Bytes(values) => Values::Bytes(values.select(Axis(0), indices)),
            Values::Floats(values) => Values::Floats(values.select(Axis(0), indices)),
        };
        Self { values, scaling: self.scaling.clone(), shape: self.shape.clone(), labels: None }
    }

    /// The scaled samples of a range, (samples, features).
    ///
    /// # Panics
    /// If the range ends past [`Samples::len`].
    pub fn scaled(&self, range: std::ops::Range<usize>) -> Array2<f32> {
        let range = Slice::from(range);
        let apply = |mut values: Array2<f32>| {
            values
                .indexed_iter_mut()
                .for_each(|((_, column), value)| *value = self.scaling.apply(column, *value));
            values
        };
        match (&self.values, &self.scaling) {
            // Data sets of images are large: the compiler vectorises this loop.
            (Values::Bytes(values), Scaling::Bytes) => values.slice_axis(Axis(0), range).mapv(byte_fraction),
            (Values::Bytes(values), _) => apply(values.slice_axis(Axis(0), range).mapv(f32::from)),
            (Values::Floats(values), Scaling::None) => values.slice_axis(Axis(0), range).to_owned(),
            (Values::Floats(values), _) => apply(values.slice_axis(Axis(0), range).to_owned()),
        }
    }

    /// Writes single numbers, scaled: `numbers[i]` becomes the feature `features[i]` of the sample `samples[i]`.
    pub(crate) fn scaled_values(&self, samples: &[usize], features: &[usize], numbers: &mut [f32]) {
        // Reading is a loop of its own: the numbers lie anywhere in memory, and the less there is to do between two of them,
        // the more are on their way at once.
        fn read<T: Copy + Into<f32>>(values: &Array2<T>, places: [&[usize]; 2], numbers: &mut [f32]) {
            let width = values.ncols();
            let values = values.as_slice().expect("rows of samples are contiguous");
            for (number, (&sample, &feature)) in numbers.iter_mut().zip(places[0].iter().zip(places[1])) {
                *number = values[sample * width + feature].into();
            }
        }
        match &self.values {
            Values::Bytes(values) => read(values, [samples, features], numbers),
            Values::Floats(values) => read(values, [samples, features], numbers),
        }
        for (number, &feature) in numbers.iter_mut().zip(features) {
            *number = self.scaling.apply(feature, *number);
        }
    }

    /// The least and the greatest scaled value.
    pub fn scaled_range(&self) -> (f32, f32) {
        let [low, high] = self.extremes();
        // Scalings never decrease in a feature: the scaled extremes are the extremes of the scaled numbers.
        let scaled = |values: Array1<f32>| {
            values.into_iter().enumerate().map(|(feature, value)| self.scaling.apply(feature, value))
        };
        (scaled(low).fold(f32::INFINITY, f32::min), scaled(high).fold(f32::NEG_INFINITY, f32::max))
    }

    /// The least and the greatest number of every feature, before scaling.
    fn extremes(&self) -> [Array1<f32>; 2] {
        let extremes = match &self.values {
            Values::Bytes(values) => {
                column_extremes(values.view()).map(|each| each.map(|bytes| bytes.mapv(f32::from)))
            }
            Values::Floats(values) => column_extremes(values.view()),
        };
        extremes.expect("there are samples")
    }

    /// Writes sample `index(row)`, scaled, into each row of `target`.
    pub(crate) fn gather(
        &self,
        instructions: Instructions,
        target: &mut PanelsMut<'_>,
        index: impl Fn(usize) -> usize,
    ) {
        gather_rows(&self.values, &self.scaling, instructions, target, index);
    }
}

/// The row and the column of the first number that is not finite, if there is one.
fn first_not_finite(values: &Array2<f32>) -> Option<(usize, usize)> {
    // The loop over a row has no early exit, which would prevent the compiler from vectorising it.
    let is_finite = |row: ArrayView1<'_, f32>| row.fold(true, |finite, value| finite & value.is_finite());
    let row = values.axis_iter(Axis(0)).into_par_iter().position_first(|row| !is_finite(row))?;
    let column = values.row(row).iter().position(|value| !value.is_finite())?;
    Some((row, column))
}

/// Writes row `index(row)` of `values`, scaled, into each row of `target`.
pub(crate) fn gather_rows(
    values: &Values,
    scaling: &Scaling,
    instructions: Instructions,
    target: &mut PanelsMut<'_>,
    index: impl Fn(usize) -> usize,
) {
    match values {
        Values::Bytes(values) => {
            let source = |row| row_slice(values, index(row));
            match scaling {
                Scaling::Bytes => gather(instructions, target, source, |_, value| byte_fraction(value)),
                Scaling::None | Scaling::MinMax { .. } | Scaling::Standard { .. } => {
                    gather(instructions, target, source, |column, value| {
                        scaling.apply(column, f32::from(value))
                    });
                }
            }
        }
        Values::Floats(values) => {
            let source = |row| row_slice(values, index(row));
            match scaling {
                Scaling::None => gather(instructions, target, source, |_, value| value),
                Scaling::Bytes | Scaling::MinMax { .. } | Scaling::Standard { .. } => {
                    gather(instructions, target, source, |column, value| scaling.apply(column, value));
                }
            }
        }
    }
}

/// Row `index` of an array whose rows are contiguous.
pub(crate) fn row_slice<T>(values: &ArrayRef2<T>, index: usize) -> &[T] {
    values.row(index).to_slice().expect("rows of samples are contiguous")
}
