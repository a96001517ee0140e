//! Scalings: maps from numbers as they were read to numbers as the network sees them, and back.

use ndarray::{ArrayView1, ArrayView2};
use serde::{Deserialize, Serialize};

use super::number_scaling::{NumberScaling, NumberScalingKind, over, times};
use crate::choice::Choice;

/// A scaling of samples, stored in the model and undone when samples are written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", deny_unknown_fields, rename_all = "kebab-case")]
pub enum Scaling {
    /// The numbers stay as they are.
    None,
    /// Bytes are divided by 255, into [0, 1].
    Bytes,
    /// (x - minimum) / (maximum - minimum) for each feature, into [0, 1] on the samples to which the scaling
    /// was fitted; x - minimum for a feature that was constant there.
    MinMax {
        /// The smallest value of each feature.
        minimum: Vec<f64>,
        /// The largest value of each feature.
        maximum: Vec<f64>,
    },
    /// (x - mean) / deviation for each feature; x - mean for a feature that was constant on the samples to which
    /// the scaling was fitted.
    Standard {
        /// The mean of each feature.
        mean: Vec<f64>,
        /// The standard deviation of each feature.
        deviation: Vec<f64>,
    },
    /// The columns of a table: a scaling of its own for each column of numbers, and columns of words, whose features are 1 for
    /// the word of a sample and 0 for the others.
    Columns {
        /// The scaling of each column of numbers.
        numbers: Vec<NumberScaling>,
        /// For each column of words the share of each word among the samples to which the scaling was fitted. The shares
        /// stand for a hole where a model sees one.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        words: Vec<Vec<f32>>,
        /// The columns of which a model is told where nothing is known, counted with numbers first and then words: each has one
        /// more feature behind all others, which is 1 for a hole and else 0.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        indicators: Vec<usize>,
    },
}

/// The kind of a scaling, without its numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScalingKind {
    /// The kind of [`Scaling::None`].
    None,
    /// The kind of [`Scaling::Bytes`].
    Bytes,
    /// The kind of [`Scaling::MinMax`].
    MinMax,
    /// The kind of [`Scaling::Standard`].
    Standard,
    /// The kind of [`Scaling::Columns`].
    Columns,
}

/// The choice of a scaling to be fitted. The scaling of bytes is not in the list, as bytes have no other
/// scaling, and neither is that of columns, each of which has a choice of its own.
impl Choice for ScalingKind {
    const ALL: &'static [Self] = &[Self::None, Self::MinMax, Self::Standard];

    fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Bytes => "bytes",
            Self::MinMax => "min-max",
            Self::Standard => "standard",
            Self::Columns => "columns",
        }
    }

    fn summary(self) -> &'static str {
        match self {
            Self::None => "No scaling",
            Self::Bytes => "Bytes are divided by 255",
            Self::MinMax => {
                "Each feature is mapped into [0, 1], by its least and greatest value in the training samples"
            }
            Self::Standard => "Each feature gets mean 0 and standard deviation 1 on the training samples",
            Self::Columns => "Each column of a table has a scaling of its own",
        }
    }
}

impl ScalingKind {
    /// The scaling of this kind, fitted to `values` (samples, features).
    ///
    /// ```
    /// use autoencoder::ScalingKind;
    /// use ndarray::array;
    /// let scaling = ScalingKind::MinMax.fit(array![[10.0], [30.0]].view());
    /// assert_eq!(scaling.apply(0, 15.0), 0.25);
    /// ```
    pub fn fit<T: Copy + Into<f64> + PartialOrd + Send + Sync>(self, values: ArrayView2<'_, T>) -> Scaling {
        match self {
            Self::None => Scaling::None,
            Self::Bytes => Scaling::Bytes,
            Self::MinMax => Scaling::fit_min_max(values),
            Self::Standard => Scaling::fit_standard(values),
            // Without a choice for each column, all are scaled in the way that is usual for columns.
            Self::Columns => Scaling::fit_columns(values, |_| NumberScalingKind::Standard),
        }
    }
}

impl std::fmt::Display for ScalingKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl Scaling {
    /// The kind of the scaling.
    pub const fn kind(&self) -> ScalingKind {
        match self {
            Self::None => ScalingKind::None,
            Self::Bytes => ScalingKind::Bytes,
            Self::MinMax { .. } => ScalingKind::MinMax,
            Self::Standard { .. } => ScalingKind::Standard,
            Self::Columns { .. } => ScalingKind::Columns,
        }
    }

    /// The [`Scaling::MinMax`] fitted to `values` (samples, features).
    pub fn fit_min_max<T: Copy + Into<f64> + PartialOrd + Send + Sync>(values: ArrayView2<'_, T>) -> Self {
        let [minimum, maximum] = extremes(values);
        Self::MinMax { minimum, maximum }
    }

    /// The [`Scaling::Standard`] fitted to `values` (samples, features).
    pub fn fit_standard<T: Copy + Into<f64> + PartialOrd + Send + Sync>(values: ArrayView2<'_, T>) -> Self {
        let count = values.nrows().max(1) as f64;
        let mean = autoencoder_kernels::column_sums(values) / count;
        let squares = autoencoder_kernels::column_squared_deviations(values, mean.view());
        let (mut mean, mut deviation) =
            (mean.to_vec(), squares.mapv(|squares| (squares / count).sqrt()).to_vec());
        // The mean of equal numbers is rounded: what is left as their deviation would make numbers of nothing.
        let [minimum, maximum] = extremes(values);
        for (feature, (&minimum, &maximum)) in minimum.iter().zip(&maximum).enumerate() {
            if minimum >= maximum {
                (mean[feature], deviation[feature]) = (minimum, 0.0);
            }
        }
        Self::Standard { mean, deviation }
    }

    /// The [`Scaling::Columns`] of numbers alone, of which each column has its kind, fitted to `values` (samples, features).
    pub fn fit_columns<T: Copy + Into<f64>>(
        values: ArrayView2<'_, T>,
        kind: impl Fn(usize) -> NumberScalingKind,
    ) -> Self {
        let column = |(column, values): (usize, ArrayView1<'_, T>)| {
            let numbers: Vec<f64> = values.iter().map(|&value| value.into()).collect();
            NumberScaling::fit(kind(column), &numbers)
        };
        Self::Columns {
            numbers: values.columns().into_iter().enumerate().map(column).collect(),
            words: Vec::new(),
            indicators: Vec::new(),
        }
    }

    /// The same scaling of the columns of a table, where a model is told of the holes in these columns, counted with numbers first
    /// and then words, each by one more feature.
    ///
    /// ```
    /// use autoencoder::{NumberScalingKind, Samples, TableValues, Values};
    /// use ndarray::{Array2, array};
    /// let values = TableValues::new(array![[f64::NAN, 1.0], [4.0, 3.0]], Array2::zeros((2, 0)), [])?;
    /// let scaling = values.fit(|_| NumberScalingKind::None).with_indicators([0]);
    /// let samples = Samples::new(Values::Table(values), scaling)?;
    /// assert_eq!(samples.scaled(0..2), array![[4.0, 1.0, 1.0], [4.0, 3.0, 0.0]]);
    /// # Ok::<(), autoencoder::SamplesError>(())
    /// ```
    ///
    /// # Panics
    /// If the scaling is not one of columns, or the columns do not rise or are none of its.
    #[must_use]
    pub fn with_indicators(mut self, columns: impl Into<Vec<usize>>) -> Self {
        let Self::Columns { indicators, .. } = &mut self else {
            panic!("with_indicators: no scaling of columns")
        };
        *indicators = columns.into();
        if let Err(error) = self.check() {
            panic!("with_indicators: {error}");
        }
        self
    }

    /// Whether the scaling is one of numbers, and not of words or indicators of holes too.
    pub(crate) fn is_of_numbers_alone(&self) -> bool {
        match self {
            Self::None | Self::Bytes | Self::MinMax { .. } | Self::Standard { .. } => true,
            Self::Columns { words, indicators, .. } => words.is_empty() && indicators.is_empty(),
        }
    }

    /// The scaling of samples that have the features of this one so many times, one after the other.
    pub(super) fn repeated(&self, times: usize) -> Self {
        match self {
            Self::None => Self::None,
            Self::Bytes => Self::Bytes,
            Self::MinMax { minimum, maximum } => {
                Self::MinMax { minimum: minimum.repeat(times), maximum: maximum.repeat(times) }
            }
            Self::Standard { mean, deviation } => {
                Self::Standard { mean: mean.repeat(times), deviation: deviation.repeat(times) }
            }
            Self::Columns { numbers, .. } => {
                assert!(self.is_of_numbers_alone(), "a scaling of numbers alone");
                let numbers = numbers.iter().cycle().take(numbers.len() * times).cloned().collect();
                Self::Columns { numbers, words: Vec::new(), indicators: Vec::new() }
            }
        }
    }

    /// The scaling of the first features alone. Samples that are windows over rows in time have the scaling of a row so many times,
    /// one after the other: the first features are those of a row.
    ///
    /// # Panics
    /// If the scaling is one of words.
    #[must_use]
    pub fn of_first(&self, features: usize) -> Self {
        let first = |numbers: &[f64]| numbers.iter().copied().take(features).collect();
        match self {
            Self::None => Self::None,
            Self::Bytes => Self::Bytes,
            Self::MinMax { minimum, maximum } => {
                Self::MinMax { minimum: first(minimum), maximum: first(maximum) }
            }
            Self::Standard { mean, deviation } => {
                Self::Standard { mean: first(mean), deviation: first(deviation) }
            }
            Self::Columns { numbers, .. } => {
                assert!(self.is_of_numbers_alone(), "of_first: a scaling of words or of holes");
                let numbers = numbers.iter().take(features).cloned().collect();
                Self::Columns { numbers, words: Vec::new(), indicators: Vec::new() }
            }
        }
    }

    /// The features that were constant on the samples to which the scaling was fitted.
    ///
    /// ```
    /// use autoencoder::Scaling;
    /// use ndarray::array;
    /// let scaling = Scaling::fit_standard(array![[1.0, 7.0], [3.0, 7.0]].view());
    /// assert_eq!(scaling.constant(), [1]);
    /// assert_eq!(scaling.apply(1, 9.0), 2.0);
    /// ```
    pub fn constant(&self) -> Vec<usize> {
        let count = self.features().unwrap_or(0);
        (0..count).filter(|&feature| self.is_constant(feature)).collect()
    }

    fn is_constant(&self, feature: usize) -> bool {
        match self {
            Self::None | Self::Bytes => false,
            Self::MinMax { minimum, maximum } => maximum[feature] <= minimum[feature],
            Self::Standard { deviation, .. } => deviation[feature] <= 0.0,
            Self::Columns { numbers, .. } => {
                numbers.get(feature).is_some_and(|number| number.by.is_constant())
            }
        }
    }

    /// The number of features to which the scaling was fitted; `None` if the scaling takes any number of
    /// features.
    pub fn features(&self) -> Option<usize> {
        match self {
            Self::None | Self::Bytes => None,
            Self::MinMax { minimum, .. } => Some(minimum.len()),
            Self::Standard { mean, .. } => Some(mean.len()),
            Self::Columns { numbers, words, indicators } => {
                Some(numbers.len() + words.iter().map(Vec::len).sum::<usize>() + indicators.len())
            }
        }
    }

    /// The number of features that are not read, but tell of holes.
    pub(crate) fn indicators(&self) -> usize {
        match self {
            Self::None | Self::Bytes | Self::MinMax { .. } | Self::Standard { .. } => 0,
            Self::Columns { indicators, .. } => indicators.len(),
        }
    }

    /// The lengths of the scaling's two vectors, such as means and deviations; 0 if the scaling has no vectors.
    pub(crate) fn lengths(&self) -> [usize; 2] {
        match self {
            Self::None | Self::Bytes => [0, 0],
            Self::MinMax { minimum, maximum } => [minimum.len(), maximum.len()],
            Self::Standard { mean, deviation } => [mean.len(), deviation.len()],
            Self::Columns { .. } => [self.features().unwrap_or_default(); 2],
        }
    }

    /// The scaled value of `x` in column `feature`: computed in f64, and rounded once. Features of words stay as they are.
    ///
    /// # Panics
    /// If the scaling was fitted to `feature` features or fewer.
    #[inline]
    pub fn apply(&self, feature: usize, x: f64) -> f32 {
        let scaled = match self {
            Self::None => x,
            Self::Bytes => x / 255.0,
            Self::MinMax { minimum, maximum } => {
                over(x - minimum[feature], maximum[feature] - minimum[feature])
            }
            Self::Standard { mean, deviation } => over(x - mean[feature], deviation[feature]),
            Self::Columns { numbers, .. } => {
                return numbers.get(feature).map_or(x as f32, |number| number.apply(x));
            }
        };
        scaled as f32
    }

    /// Scales the numbers of a sample, each as [`Scaling::apply`] does: the loops have nothing to choose.
    pub(super) fn apply_to_row(&self, row: &mut [f32]) {
        match self {
            Self::None => {}
            Self::Standard { mean, deviation } => {
                for ((number, mean), &deviation) in row.iter_mut().zip(mean).zip(deviation) {
                    *number = over(f64::from(*number) - mean, deviation) as f32;
                }
            }
            Self::MinMax { minimum, maximum } => {
                for ((number, minimum), maximum) in row.iter_mut().zip(minimum).zip(maximum) {
                    *number = over(f64::from(*number) - minimum, maximum - minimum) as f32;
                }
            }
            Self::Bytes | Self::Columns { .. } => {
                for (feature, number) in row.iter_mut().enumerate() {
                    *number = self.apply(feature, f64::from(*number));
                }
            }
        }
    }

    /// The value in column `feature` whose scaled value is `y`: the inverse of [`Scaling::apply`].
    ///
    /// # Panics
    /// If the scaling was fitted to `feature` features or fewer.
    #[inline]
    pub fn undo(&self, feature: usize, y: f32) -> f64 {
        let y = f64::from(y);
        match self {
            Self::None => y,
            Self::Bytes => y * 255.0,
            Self::MinMax { minimum, maximum } => {
                times(y, maximum[feature] - minimum[feature]) + minimum[feature]
            }
            Self::Standard { mean, deviation } => times(y, deviation[feature]) + mean[feature],
            Self::Columns { numbers, .. } => numbers.get(feature).map_or(y, |number| number.undo(y as f32)),
        }
    }
}

/// The least and the greatest number of every feature; without samples, every feature counts as constant.
fn extremes<T: Copy + Into<f64> + PartialOrd + Send + Sync>(values: ArrayView2<'_, T>) -> [Vec<f64>; 2] {
    autoencoder_kernels::column_extremes(values).map_or_else(
        || [(); 2].map(|()| vec![0.0; values.ncols()]),
        |extremes| extremes.map(|each| each.iter().map(|&value| value.into()).collect()),
    )
}

/// The quotient value / 255, rounded once, without a division: 1 / 255 is the sum of two parts, and the
/// product of the first part and a byte is exact.
#[inline]
pub(crate) fn byte_fraction(value: u8) -> f32 {
    const HIGH: f32 = 257.0 / 65_536.0;
    const LOW: f32 = 1.0 / 255.0 / 65_536.0;
    let value = f32::from(value);
    value * HIGH + value * LOW
}

#[cfg(test)]
mod tests {
    use ndarray::array;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn bytes_span_zero_to_one_exactly() {
        assert_eq!(Scaling::Bytes.apply(0, 0.0).to_bits(), 0.0f32.to_bits());
        assert_eq!(Scaling::Bytes.apply(0, 255.0).to_bits(), 1.0f32.to_bits());
    }

    #[test]
    fn a_byte_fraction_is_the_quotient() {
        for value in 0..=u8::MAX {
            assert_eq!(byte_fraction(value).to_bits(), (f32::from(value) / 255.0).to_bits(), "{value}");
        }
    }

    #[test]
    fn fitted_scalings_give_the_numbers_computed_by_hand() {
        let values = array![[1.0, 7.0], [3.0, 7.0], [5.0, 7.0]];
        let min_max = Scaling::fit_min_max(values.view());
        assert_eq!(min_max.apply(0, 3.0).to_bits(), 0.5f32.to_bits());
        assert_eq!(min_max.apply(1, 7.0).to_bits(), 0, "a constant feature");
        assert_eq!(min_max.apply(1, 1007.0).to_bits(), 1000f32.to_bits(), "which is odd when it changes");
        let standard = Scaling::fit_standard(values.view());
        let deviation = (8.0f32 / 3.0).sqrt();
        assert!((standard.apply(0, 5.0) - 2.0 / deviation).abs() < 1e-6);
        assert_eq!(standard.apply(1, 7.0).to_bits(), 0, "a constant feature");
        // The mean of these numbers is not 0.1, as sums are rounded.
        let tenths = Scaling::fit_standard(ndarray::Array2::from_elem((10, 1), 0.1).view());
        assert_eq!((tenths.constant(), tenths.apply(0, 0.1).to_bits()), (vec![0], 0));
    }

    proptest! {
        #[test]
        fn undo_inverts_apply(x in -1e3f64..1e3, low in -1e3f64..0.0, width in 0.1f64..1e3) {
            for scaling in [
                Scaling::None,
                Scaling::Bytes,
                Scaling::MinMax { minimum: vec![low], maximum: vec![low + width] },
                Scaling::Standard { mean: vec![low], deviation: vec![width] },
            ] {
                let back = scaling.undo(0, scaling.apply(0, x));
                prop_assert!((back - x).abs() <= 1e-6 * (x.abs() + low.abs() + width), "{:?} {} {}", scaling, x, back);
            }
        }
    }
}
