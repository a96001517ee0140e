//! Samples: rows of scaled numbers. Bytes are kept as they were read and scaled when a batch is gathered.

pub(crate) mod error;
mod extremes;
pub(crate) mod fingerprint;
mod in_time;
pub(crate) mod number_scaling;
mod rows;
pub(crate) mod scaling;
mod scaling_check;
pub(crate) mod table;
pub(crate) mod takes;
mod values;
pub(crate) mod windows;
pub(crate) mod zeros;

use crate::digest::{Digest, Digester};
use crate::parallel::prelude::*;
use autoencoder_kernels::{Instructions, PanelsMut, gather};
use ndarray::{Array2, ArrayView1, Axis, Slice, Zip};

use error::SamplesError;
use fingerprint::{Fingerprint, Rows};
pub(crate) use rows::row_slice;
use scaling::{Scaling, byte_fraction};
use table::{TableRows, TableValues};
pub use values::Values;
use windows::WindowRows;

/// The numbers of samples as they are kept, row after row, so that each row can be passed on as a slice.
#[derive(Clone, Debug)]
pub(crate) enum Numbers {
    /// Bytes as they were read.
    Bytes(Array2<u8>),
    /// Numbers that are scaled already.
    Scaled(Array2<f32>),
    /// The rows of a table.
    Table(Box<TableRows>),
    /// Windows over rows in time, which are scaled already.
    Windows(WindowRows),
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
    numbers: Numbers,
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
    /// If there are no numbers, a number is not finite, as it is or scaled, or the scaling was fitted to another
    /// number of features or is none that [`Scaling::check`] takes.
    pub fn new(values: Values, scaling: Scaling) -> Result<Self, SamplesError> {
        let (samples, features) = values.dim();
        if samples == 0 || features == 0 {
            return Err(SamplesError::Empty { samples, features });
        }
        // The rows of a table have no features for the indicators of holes yet.
        let indicators = if matches!(values, Values::Table(_)) { scaling.indicators() } else { 0 };
        let features = features + indicators;
        let mut lengths = scaling.features().map(|_| scaling.lengths()).into_iter().flatten();
        if let Some(expected) = lengths.find(|&length| length != features) {
            let (expected, found) = (expected - indicators, features - indicators);
            return Err(SamplesError::Features { expected, found });
        }
        scaling.check()?;
        let numbers = match values {
            Values::Bytes(values) => Numbers::Bytes(contiguous(values)),
            Values::Floats(values) => Numbers::Scaled(scaled_in_place(contiguous(values), &scaling)?),
            Values::Doubles(values) => {
                refuse_not_finite(&values)?;
                Numbers::Scaled(rounded(&contiguous(values), &scaling)?)
            }
            Values::Table(values) => Numbers::Table(Box::new(TableRows::new(values, &scaling)?)),
        };
        Ok(Self { numbers, scaling, shape: None, labels: None })
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
        let rows = match &self.numbers {
            Numbers::Bytes(values) => Rows::of_bytes(values),
            Numbers::Scaled(values) => Rows::of_floats(values.nrows(), |row| row_slice(values, row)),
            Numbers::Table(rows) => Rows::of_table(rows),
            Numbers::Windows(windows) => Rows::of_floats(windows.dim().0, |index| windows.window(index)),
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
        self.dim().0
    }

    /// The number of features in a sample; at least 1.
    pub fn features(&self) -> usize {
        self.dim().1
    }

    fn dim(&self) -> (usize, usize) {
        match &self.numbers {
            Numbers::Bytes(values) => values.dim(),
            Numbers::Scaled(values) => values.dim(),
            Numbers::Table(rows) => rows.dim(),
            Numbers::Windows(windows) => windows.dim(),
        }
    }

    /// Whether nothing is known of a column in a sample. Columns are counted as [`Scores::parts`](crate::Scores::parts) has them: numbers first,
    /// and then words; only rows of a table have holes.
    ///
    /// ```
    /// use autoencoder::{NumberScalingKind, Samples, TableValues, Values};
    /// use ndarray::array;
    /// let values = TableValues::new(array![[f64::NAN], [4.0]], array![[1], [TableValues::HOLE]], [2])?;
    /// let scaling = values.fit(|_| NumberScalingKind::None);
    /// let samples = Samples::new(Values::Table(values), scaling)?;
    /// let holes = [(0, 0), (0, 1), (1, 0), (1, 1)].map(|(sample, column)| samples.is_hole(sample, column));
    /// assert_eq!(holes, [true, false, false, true]);
    /// # Ok::<(), autoencoder::SamplesError>(())
    /// ```
    ///
    /// # Panics
    /// If there is no such sample or column.
    pub fn is_hole(&self, sample: usize, column: usize) -> bool {
        let Some(table) = self.table() else { return false };
        let row = table.row(sample);
        match row.numbers.get(column) {
            Some(number) => number.is_nan(),
            None => row.words[column - row.numbers.len()] == TableValues::HOLE,
        }
    }

    /// The features of a sample of which nothing is known: those of the columns of its row that have no value.
    ///
    /// ```
    /// use autoencoder::{Samples, Scaling, NumberScalingKind, TableValues, Values};
    /// use ndarray::array;
    /// // Two numbers, and a column of three words with a feature for each.
    /// let values = TableValues::new(array![[0.5, f64::NAN]], array![[TableValues::HOLE]], &[3])?;
    /// let scaling = values.fit(|_| NumberScalingKind::None);
    /// let samples = Samples::new(Values::Table(values), scaling)?;
    /// assert_eq!(samples.unknown_features(0).collect::<Vec<_>>(), [1, 2, 3, 4]);
    /// # Ok::<(), autoencoder::SamplesError>(())
    /// ```
    ///
    /// # Panics
    /// If there is no such sample.
    pub fn unknown_features(&self, sample: usize) -> impl Iterator<Item = usize> {
        let columns = self.table().into_iter().flat_map(TableRows::columns).enumerate();
        columns.filter(move |&(column, _)| self.is_hole(sample, column)).flat_map(|(_, features)| features)
    }

    /// The rows of a table, if the samples are such.
    pub(crate) fn table(&self) -> Option<&TableRows> {
        match &self.numbers {
            Numbers::Table(rows) => Some(rows),
            Numbers::Bytes(_) | Numbers::Scaled(_) | Numbers::Windows(_) => None,
        }
    }

    pub(crate) fn numbers(&self) -> &Numbers {
        &self.numbers
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
        match &mut self.numbers {
            Numbers::Bytes(values) => values.slice_axis_inplace(Axis(0), Slice::from(..count)),
            Numbers::Scaled(values) => values.slice_axis_inplace(Axis(0), Slice::from(..count)),
            Numbers::Table(rows) => rows.truncate(count),
            Numbers::Windows(windows) => windows.truncate(count),
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
        let numbers = match &self.numbers {
            Numbers::Bytes(values) => Numbers::Bytes(values.select(Axis(0), indices)),
            Numbers::Scaled(values) => Numbers::Scaled(values.select(Axis(0), indices)),
            Numbers::Table(rows) => Numbers::Table(Box::new(rows.select(indices))),
            Numbers::Windows(windows) => Numbers::Windows(windows.select(indices)),
        };
        Self { numbers, scaling: self.scaling.clone(), shape: self.shape.clone(), labels: None }
    }

    /// The samples of a range, without labels: what [`Samples::select`] returns of its indices.
    pub(crate) fn part(&self, range: std::ops::Range<usize>) -> Self {
        let rows = Slice::from(range.clone());
        let numbers = match &self.numbers {
            Numbers::Bytes(values) => Numbers::Bytes(values.slice_axis(Axis(0), rows).to_owned()),
            Numbers::Scaled(values) => Numbers::Scaled(values.slice_axis(Axis(0), rows).to_owned()),
            Numbers::Table(_) | Numbers::Windows(_) => return self.select(&range.collect::<Vec<_>>()),
        };
        Self { numbers, scaling: self.scaling.clone(), shape: self.shape.clone(), labels: None }
    }

    /// The scaled samples of a range, (samples, features), as a model sees them: holes are filled in.
    ///
    /// # Panics
    /// If the range ends past [`Samples::len`].
    pub fn scaled(&self, range: std::ops::Range<usize>) -> Array2<f32> {
        let rows_of = range.clone();
        let range = Slice::from(range);
        match &self.numbers {
            Numbers::Bytes(values) => {
                let values = values.slice_axis(Axis(0), range);
                match &self.scaling {
                    // Data sets of images are large: the compiler vectorises this loop.
                    Scaling::Bytes => values.mapv(byte_fraction),
                    scaling @ (Scaling::None
                    | Scaling::MinMax { .. }
                    | Scaling::Standard { .. }
                    | Scaling::Columns { .. }) => {
                        let mut scaled = Array2::zeros(values.dim());
                        Zip::indexed(&mut scaled).and(values).for_each(|(_, column), scaled, &value| {
                            *scaled = scaling.apply(column, f64::from(value));
                        });
                        scaled
                    }
                }
            }
            Numbers::Scaled(values) => values.slice_axis(Axis(0), range).to_owned(),
            Numbers::Table(rows) => rows.scaled(&self.scaling, rows_of),
            Numbers::Windows(windows) => windows.scaled(rows_of),
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
        match &self.numbers {
            Numbers::Bytes(values) => {
                read(values, [samples, features], numbers);
                for (number, &feature) in numbers.iter_mut().zip(features) {
                    *number = self.scaling.apply(feature, f64::from(*number));
                }
            }
            Numbers::Scaled(values) => read(values, [samples, features], numbers),
            Numbers::Table(_) => unreachable!("the columns of a table are swapped whole"),
            Numbers::Windows(windows) => {
                for (number, (&sample, &feature)) in numbers.iter_mut().zip(samples.iter().zip(features)) {
                    *number = windows.window(sample)[feature];
                }
            }
        }
    }

    /// Writes sample `index(row)`, scaled, into each row of `target`.
    pub(crate) fn gather(
        &self,
        instructions: Instructions,
        target: &mut PanelsMut<'_>,
        index: impl Fn(usize) -> usize,
    ) {
        match &self.numbers {
            Numbers::Bytes(values) => gather_bytes(values, &self.scaling, instructions, target, index),
            Numbers::Scaled(values) => {
                gather(instructions, target, |row| row_slice(values, index(row)), |_, value| value);
            }
            Numbers::Table(rows) => rows.gather(&self.scaling, target, index),
            Numbers::Windows(windows) => {
                gather(instructions, target, |row| windows.window(index(row)), |_, value| value);
            }
        }
    }
}

/// Writes row `index(row)` of `values`, scaled, into each row of `target`.
pub(crate) fn gather_bytes(
    values: &Array2<u8>,
    scaling: &Scaling,
    instructions: Instructions,
    target: &mut PanelsMut<'_>,
    index: impl Fn(usize) -> usize,
) {
    let source = |row| row_slice(values, index(row));
    match scaling {
        Scaling::Bytes => gather(instructions, target, source, |_, value| byte_fraction(value)),
        Scaling::None | Scaling::MinMax { .. } | Scaling::Standard { .. } | Scaling::Columns { .. } => {
            gather(instructions, target, source, |column, value| scaling.apply(column, f64::from(value)));
        }
    }
}

fn contiguous<T: Clone>(values: Array2<T>) -> Array2<T> {
    if values.is_standard_layout() { values } else { values.as_standard_layout().into_owned() }
}

/// Numbers scaled where they lie; the first that is not finite, as it is or scaled, is refused.
fn scaled_in_place(mut values: Array2<f32>, scaling: &Scaling) -> Result<Array2<f32>, SamplesError> {
    // The numbers are read from memory once: they are looked at and scaled while they are in the cache.
    const TOGETHER: usize = 64;
    // The loop has no early exit, which would prevent the compiler from vectorising it.
    let are_finite = |numbers: &[f32]| numbers.iter().fold(true, |finite, value| finite & value.is_finite());
    let first_not_finite = |numbers: &[f32]| numbers.iter().position(|value| !value.is_finite());
    let features = values.ncols();
    let numbers = values.as_slice_mut().expect("rows of samples are contiguous");
    let refused =
        numbers.par_chunks_mut(TOGETHER * features).enumerate().find_map_first(|(chunk, numbers)| {
            let place = |index: usize| (chunk * TOGETHER + index / features, index % features);
            if !are_finite(numbers) {
                let index = first_not_finite(numbers)?;
                let ((row, column), value) = (place(index), f64::from(numbers[index]));
                return Some(SamplesError::NotFinite { row, column, value });
            }
            if *scaling == Scaling::None {
                return None;
            }
            let before = numbers.to_vec();
            numbers.chunks_exact_mut(features).for_each(|row| scaling.apply_to_row(row));
            if are_finite(numbers) {
                return None;
            }
            let index = first_not_finite(numbers)?;
            let ((row, column), value) = (place(index), f64::from(before[index]));
            Some(SamplesError::TooLarge { row, column, value })
        });
    refused.map_or(Ok(values), Err)
}

/// Numbers scaled, then rounded.
fn rounded(values: &Array2<f64>, scaling: &Scaling) -> Result<Array2<f32>, SamplesError> {
    let mut scaled = Array2::zeros(values.dim());
    let rows = values.axis_iter(Axis(0));
    scaled.axis_iter_mut(Axis(0)).into_par_iter().zip(rows).enumerate().try_for_each(
        |(row, (mut scaled, values))| {
            for (column, (scaled, &value)) in scaled.iter_mut().zip(values).enumerate() {
                *scaled = scaling.apply(column, value);
                if !scaled.is_finite() {
                    return Err(SamplesError::TooLarge { row, column, value });
                }
            }
            Ok(())
        },
    )?;
    Ok(scaled)
}

/// Refuses numbers that are not finite.
fn refuse_not_finite<T: Copy + Into<f64> + Sync>(values: &Array2<T>) -> Result<(), SamplesError> {
    let is_finite = |value: T| value.into().is_finite();
    // The loop over a row has no early exit, which would prevent the compiler from vectorising it.
    let are_finite = |row: ArrayView1<'_, T>| row.fold(true, |finite, &value| finite & is_finite(value));
    let Some(row) = values.axis_iter(Axis(0)).into_par_iter().position_first(|row| !are_finite(row)) else {
        return Ok(());
    };
    let column = values.row(row).iter().position(|&value| !is_finite(value)).expect("the row has one");
    Err(SamplesError::NotFinite { row, column, value: values[(row, column)].into() })
}
