//! The numbers of a data set as they were read.

use ndarray::{Array2, Axis};

use super::number_scaling::NumberScalingKind;
use super::rows::drop_rows;
use super::scaling::{Scaling, ScalingKind};
use super::table::TableValues;

/// The numbers of a data set as they were read: one row per sample, one column per feature.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Bytes, as in images: a quarter of the memory of f32.
    Bytes(Array2<u8>),
    /// f32 numbers.
    Floats(Array2<f32>),
    /// f64 numbers, scaled before they are rounded to f32: a column of large numbers that differ little, such as
    /// Unix times, keeps its differences.
    Doubles(Array2<f64>),
    /// The rows of a table in which there are words or holes.
    Table(TableValues),
}

impl Values {
    /// The shape (samples, features).
    pub fn dim(&self) -> (usize, usize) {
        match self {
            Self::Bytes(values) => values.dim(),
            Self::Floats(values) => values.dim(),
            Self::Doubles(values) => values.dim(),
            Self::Table(values) => values.dim(),
        }
    }

    /// The scaling of this kind, fitted to the numbers. A table is scaled by its columns: with the kind for each column of
    /// numbers, or left as it is.
    pub fn fit(&self, kind: ScalingKind) -> Scaling {
        match self {
            Self::Bytes(values) => kind.fit(values.view()),
            Self::Floats(values) => kind.fit(values.view()),
            Self::Doubles(values) => kind.fit(values.view()),
            Self::Table(values) => values.fit(|_| match kind {
                ScalingKind::None | ScalingKind::Bytes => NumberScalingKind::None,
                ScalingKind::MinMax => NumberScalingKind::MinMax,
                ScalingKind::Standard | ScalingKind::Columns => NumberScalingKind::Standard,
            }),
        }
    }

    /// Takes out the rows with these indices, in this order; the others stay, in theirs, in the memory that they have.
    ///
    /// ```
    /// use autoencoder::Values;
    /// use ndarray::array;
    /// let mut values = Values::Bytes(array![[1], [2], [3], [4]]);
    /// assert_eq!(values.take(&[2, 0]), Values::Bytes(array![[3], [1]]));
    /// assert_eq!(values, Values::Bytes(array![[2], [4]]));
    /// ```
    ///
    /// # Panics
    /// If an index is not below the number of rows.
    #[must_use]
    pub fn take(&mut self, rows: &[usize]) -> Self {
        let taken = self.select(rows);
        match self {
            Self::Bytes(values) => drop_rows(values, rows),
            Self::Floats(values) => drop_rows(values, rows),
            Self::Doubles(values) => drop_rows(values, rows),
            Self::Table(values) => values.drop_rows(rows),
        }
        taken
    }

    /// The rows with these indices, in this order.
    ///
    /// # Panics
    /// If an index is not below the number of rows.
    #[must_use]
    pub fn select(&self, rows: &[usize]) -> Self {
        match self {
            Self::Bytes(values) => Self::Bytes(values.select(Axis(0), rows)),
            Self::Floats(values) => Self::Floats(values.select(Axis(0), rows)),
            Self::Doubles(values) => Self::Doubles(values.select(Axis(0), rows)),
            Self::Table(values) => Self::Table(values.select(rows)),
        }
    }
}
