//! Scalings: maps from numbers as they were read to numbers as the network sees them, and back.

use ndarray::ArrayView2;
use serde::{Deserialize, Serialize};

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
    /// was fitted; a constant feature becomes 0.
    MinMax {
        /// The smallest value of each feature.
        minimum: Vec<f32>,
        /// The largest value of each feature.
        maximum: Vec<f32>,
    },
    /// (x - mean) / deviation for each feature; a constant feature becomes 0.
    Standard {
        /// The mean of each feature.
        mean: Vec<f32>,
        /// The standard deviation of each feature.
        deviation: Vec<f32>,
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
}

/// The choice of a scaling to be fitted. The scaling of bytes is not in the list, as bytes have no other
/// scaling.
impl Choice for ScalingKind {
    const ALL: &'static [Self] = &[Self::None, Self::MinMax, Self::Standard];

    fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Bytes => "bytes",
            Self::MinMax => "min-max",
            Self::Standard => "standard",
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
    pub fn fit(self, values: ArrayView2<'_, f32>) -> Scaling {
        match self {
            Self::None => Scaling::None,
            Self::Bytes => Scaling::Bytes,
            Self::MinMax => Scaling::fit_min_max(values),
            Self::Standard => Scaling::fit_standard(values),
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
        }
    }

    /// The [`Scaling::MinMax`] fitted to `values` (samples, features).
    pub fn fit_min_max(values: ArrayView2<'_, f32>) -> Self {
        // Without samples, every feature counts as constant.
        let extremes = autoencoder_kernels::column_extremes(values);
        let [minimum, maximum] = extremes.map_or_else(
            || [(); 2].map(|()| vec![0.0; values.ncols()]),
            |extremes| extremes.map(|each| each.to_vec()),
        );
        Self::MinMax { minimum, maximum }
    }

    /// The [`Scaling::Standard`] fitted to `values` (samples, features).
    pub fn fit_standard(values: ArrayView2<'_, f32>) -> Self {
        let count = values.nrows().max(1) as f64;
        let mean = autoencoder_kernels::column_sums(values) / count;
        let squares = autoencoder_kernels::column_squared_deviations(values, mean.view());
        Self::Standard {
            mean: mean.iter().map(|&mean| mean as f32).collect(),
            deviation: squares.iter().map(|squares| (squares / count).sqrt() as f32).collect(),
        }
    }

    /// The number of features to which the scaling was fitted; `None` if the scaling takes any number of
    /// features.
    pub fn features(&self) -> Option<usize> {
        match self {
            Self::None | Self::Bytes => None,
            Self::MinMax { minimum, .. } => Some(minimum.len()),
            Self::Standard { mean, .. } => Some(mean.len()),
        }
    }

    /// The lengths of the scaling's two vectors, such as means and deviations; 0 if the scaling has no vectors.
    pub(crate) fn lengths(&self) -> [usize; 2] {
        match self {
            Self::None | Self::Bytes => [0, 0],
            Self::MinMax { minimum, maximum } => [minimum.len(), maximum.len()],
            Self::Standard { mean, deviation } => [mean.len(), deviation.len()],
        }
    }

    /// The scaled value of `x` in column `feature`.
    ///
    /// # Panics
    /// If the scaling was fitted to `feature` features or fewer.
    #[inline]
    pub fn apply(&self, feature: usize, x: f32) -> f32 {
        let (offset, width) = match self {
            Self::None => return x,
            Self::Bytes => return x / 255.0,
            Self::MinMax { minimum, maximum } => {
                let minimum = f64::from(minimum[feature]);
                (minimum, f64::from(maximum[feature]) - minimum)
            }
            Self::Standard { mean, deviation } => (f64::from(mean[feature]), f64::from(deviation[feature])),
        };
        // The difference of two f32 numbers cannot overflow in f64.
        if width > 0.0 { ((f64::from(x) - offset) / width) as f32 } else { 0.0 }
    }

    /// The value in column `feature` whose scaled value is `y`: the inverse of [`Scaling::apply`].
    ///
    /// # Panics
    /// If the scaling was fitted to `feature` features or fewer.
    #[inline]
    pub fn undo(&self, feature: usize, y: f32) -> f32 {
        match self {
            Self::None => y,
            Self::Bytes => y * 255.0,
            Self::MinMax { minimum, maximum } => {
                let minimum = f64::from(minimum[feature]);
                (f64::from(y) * (f64::from(maximum[feature]) - minimum) + minimum) as f32
            }
            Self::Standard { mean, deviation } => {
                (f64::from(y) * f64::from(deviation[feature]) + f64::from(mean[feature])) as f32
            }
        }
    }
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
        let standard = Scaling::fit_standard(values.view());
        let deviation = (8.0f32 / 3.0).sqrt();
        assert!((standard.apply(0, 5.0) - 2.0 / deviation).abs() < 1e-6);
        assert_eq!(standard.apply(1, 7.0).to_bits(), 0, "a constant feature");
    }

    proptest! {
        #[test]
        fn undo_inverts_apply(x in -1e3f32..1e3, low in -1e3f32..0.0, width in 0.1f32..1e3) {
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
