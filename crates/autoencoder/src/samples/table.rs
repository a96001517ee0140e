//! Rows of a table: numbers and words, with holes in both.

use std::ops::Range;

use autoencoder_kernels::{HOLE, Line, PANEL, PanelsMut, TableRow, panels, prefetch};
use ndarray::{Array2, ArrayView1, Axis, Slice};

use super::error::SamplesError;
use super::number_scaling::NumberScalingKind;
use super::rows::{drop_rows, row_slice};
use super::scaling::{Scaling, ScalingKind};
use crate::parallel::prelude::*;

/// The rows of a table as they were read, in columns of numbers and columns of words.
///
/// ```
/// use autoencoder::{Samples, Scaling, TableValues, Values};
/// use ndarray::array;
/// let hole = f64::NAN;
/// // Two rows: a number, and one of two words, which is not known in the second row.
/// let values = TableValues::new(array![[hole], [4.0]], array![[1], [TableValues::HOLE]], [2])?;
/// let scaling = values.fit(|_| autoencoder::NumberScalingKind::None);
/// let samples = Samples::new(Values::Table(values), scaling)?;
/// assert_eq!(samples.features(), 3);
/// // What a model sees: the mean for a hole, and the share of each word.
/// assert_eq!(samples.scaled(0..2), array![[4.0, 0.0, 1.0], [4.0, 0.0, 1.0]]);
/// # Ok::<(), autoencoder::SamplesError>(())
/// ```
#[derive(Clone, Debug)]
pub struct TableValues {
    numbers: Array2<f64>,
    words: Array2<u32>,
    counts: Vec<usize>,
}

/// Two tables are the same if their fields are, holes included.
impl PartialEq for TableValues {
    fn eq(&self, other: &Self) -> bool {
        let bits = |numbers: &Array2<f64>| numbers.mapv(f64::to_bits);
        self.words == other.words
            && self.counts == other.counts
            && bits(&self.numbers) == bits(&other.numbers)
    }
}

impl TableValues {
    /// The word that stands for a hole, where nothing is known.
    pub const HOLE: u32 = HOLE;

    /// The rows of a table: `numbers` (rows, columns of numbers), in which NaN is a hole, and `words` (rows, columns of words),
    /// the place of each field's word among the `counts[column]` words of its column, or [`TableValues::HOLE`].
    ///
    /// # Errors
    /// If numbers and words differ in their rows, a word is none of its column, or a number is infinite.
    pub fn new(
        numbers: Array2<f64>,
        words: Array2<u32>,
        counts: impl Into<Vec<usize>>,
    ) -> Result<Self, SamplesError> {
        let counts = counts.into();
        let expected = (numbers.nrows(), counts.len());
        if words.dim() != expected {
            return Err(SamplesError::Pair { expected, found: words.dim() });
        }
        for ((row, column), &word) in words.indexed_iter() {
            if word != HOLE && word as usize >= counts[column] {
                return Err(SamplesError::NoSuchWord { row, column, words: counts[column], found: word });
            }
        }
        if let Some(((row, column), &value)) = numbers.indexed_iter().find(|(_, number)| number.is_infinite())
        {
            return Err(SamplesError::NotFinite { row, column, value });
        }
        Ok(Self { numbers, words, counts })
    }

    /// The number of rows and of features: one for each column of numbers, and one for each word.
    pub fn dim(&self) -> (usize, usize) {
        (self.numbers.nrows(), self.numbers.ncols() + self.counts.iter().sum::<usize>())
    }

    /// The numbers as they were read, (rows, columns of numbers); NaN is a hole.
    pub fn numbers(&self) -> &Array2<f64> {
        &self.numbers
    }

    /// The numbers alone.
    pub fn into_numbers(self) -> Array2<f64> {
        self.numbers
    }

    /// The place of each field's word, (rows, columns of words).
    pub fn words(&self) -> &Array2<u32> {
        &self.words
    }

    /// The number of words of each column of words.
    pub fn counts(&self) -> &[usize] {
        &self.counts
    }

    /// Whether nothing is known in some field.
    pub fn has_holes(&self) -> bool {
        self.numbers.iter().any(|number| number.is_nan()) || self.words.iter().any(|&word| word == HOLE)
    }

    /// The scaling of columns that is fitted to these rows, with this kind for each column of numbers. A model is told of holes by
    /// indicators where [`Scaling::with_indicators`] adds some.
    pub fn fit(&self, kind: impl Fn(usize) -> NumberScalingKind) -> Scaling {
        let Scaling::Columns { numbers, .. } = Scaling::fit_columns(self.numbers.view(), kind) else {
            unreachable!("columns are scaled as columns")
        };
        let shares = |(words, &count): (ArrayView1<'_, u32>, &usize)| {
            let mut counts = vec![0.0_f64; count];
            words.iter().filter(|&&word| word != HOLE).for_each(|&word| counts[word as usize] += 1.0);
            let known: f64 = counts.iter().sum::<f64>().max(1.0);
            counts.into_iter().map(|count| (count / known) as f32).collect()
        };
        let words = self.words.columns().into_iter().zip(&self.counts).map(shares).collect();
        Scaling::Columns { numbers, words, indicators: Vec::new() }
    }

    pub(super) fn select(&self, rows: &[usize]) -> Self {
        let (numbers, words) = (self.numbers.select(Axis(0), rows), self.words.select(Axis(0), rows));
        Self { numbers, words, counts: self.counts.clone() }
    }

    pub(super) fn drop_rows(&mut self, rows: &[usize]) {
        drop_rows(&mut self.numbers, rows);
        drop_rows(&mut self.words, rows);
    }
}

/// How many columns of numbers a table has, and how many words each of its columns of words.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TableShape {
    pub numbers: usize,
    pub counts: Vec<usize>,
    pub indicators: usize,
}

/// The number of rows that are gathered together, while the next ones are fetched: rows of a batch lie anywhere in the table.
const TOGETHER: usize = 8;

/// The scaled rows of a table.
#[derive(Clone, Debug)]
pub(crate) struct TableRows {
    /// Scaled numbers (rows, columns of numbers); NaN is a hole.
    pub(super) numbers: Array2<f32>,
    /// The places of words (rows, columns of words).
    pub(super) words: Array2<u32>,
    /// For each column of words its first feature, and at the end the number of features that stand for columns.
    firsts: Vec<usize>,
    /// For each column, numbers first, the feature that is 1 for a hole, if it has one.
    indicators: Vec<Option<usize>>,
}

impl TableRows {
    /// Scales the numbers of a table.
    pub(super) fn new(values: TableValues, scaling: &Scaling) -> Result<Self, SamplesError> {
        let TableValues { numbers, words, counts } = values;
        let Scaling::Columns { words: shares, indicators, .. } = scaling else {
            return Err(SamplesError::Scaling { expected: ScalingKind::Columns, found: scaling.kind() });
        };
        let expected: usize = shares.iter().map(Vec::len).sum();
        if let Some(found) =
            (!shares.iter().map(Vec::len).eq(counts.iter().copied())).then(|| counts.iter().sum())
        {
            return Err(SamplesError::Features { expected, found });
        }
        let mut scaled = Array2::zeros(numbers.dim());
        let rows = numbers.axis_iter(Axis(0));
        scaled.axis_iter_mut(Axis(0)).into_par_iter().zip(rows).enumerate().try_for_each(
            |(row, (mut scaled, values))| {
                for (column, (scaled, &value)) in scaled.iter_mut().zip(values).enumerate() {
                    *scaled = if value.is_nan() { f32::NAN } else { scaling.apply(column, value) };
                    if !value.is_nan() && !scaled.is_finite() {
                        return Err(SamplesError::TooLarge { row, column, value });
                    }
                }
                Ok(())
            },
        )?;
        let mut firsts = vec![numbers.ncols()];
        for count in counts {
            firsts.push(firsts[firsts.len() - 1] + count);
        }
        let mut indicator_of = vec![None; numbers.ncols() + words.ncols()];
        let behind = firsts[firsts.len() - 1]..;
        for (&column, feature) in indicators.iter().zip(behind) {
            indicator_of[column] = Some(feature);
        }
        let words = if words.is_standard_layout() { words } else { words.as_standard_layout().into_owned() };
        Ok(Self { numbers: scaled, words, firsts, indicators: indicator_of })
    }

    pub(super) fn dim(&self) -> (usize, usize) {
        (self.numbers.nrows(), self.firsts[self.firsts.len() - 1] + self.indicator_count())
    }

    fn indicator_count(&self) -> usize {
        self.indicators.iter().flatten().count()
    }

    pub(super) fn shape(&self) -> TableShape {
        let counts = self.firsts.windows(2).map(|pair| pair[1] - pair[0]).collect();
        TableShape { numbers: self.numbers.ncols(), counts, indicators: self.indicator_count() }
    }

    /// A row as the loss takes it.
    pub(crate) fn row(&self, index: usize) -> TableRow<'_> {
        TableRow { numbers: row_slice(&self.numbers, index), words: row_slice(&self.words, index) }
    }

    pub(super) fn truncate(&mut self, count: usize) {
        self.numbers.slice_axis_inplace(Axis(0), Slice::from(..count));
        self.words.slice_axis_inplace(Axis(0), Slice::from(..count));
    }

    pub(super) fn select(&self, rows: &[usize]) -> Self {
        Self {
            numbers: self.numbers.select(Axis(0), rows),
            words: self.words.select(Axis(0), rows),
            firsts: self.firsts.clone(),
            indicators: self.indicators.clone(),
        }
    }

    /// The number of rows.
    pub(crate) fn len(&self) -> usize {
        self.numbers.nrows()
    }

    /// Calls `set` with the features of a row that are not zero.
    fn features(&self, scaling: &Scaling, row: usize, mut set: impl FnMut(usize, f32)) {
        for column in 0..self.numbers.ncols() + self.words.ncols() {
            self.column(scaling, row, column, &mut set);
        }
    }

    /// Calls `set` with the features of one column of a row that are not zero.
    pub(crate) fn column(
        &self,
        scaling: &Scaling,
        row: usize,
        column: usize,
        mut set: impl FnMut(usize, f32),
    ) {
        let TableRow { numbers, words } = self.row(row);
        match numbers.get(column) {
            Some(number) if number.is_nan() => self.hole(scaling, column, set),
            Some(&number) => set(column, number),
            None => match words[column - numbers.len()] {
                HOLE => self.hole(scaling, column, set),
                word => set(self.firsts[column - numbers.len()] + word as usize, 1.0),
            },
        }
    }

    /// The feature that tells of holes in a column, if it has one.
    pub(crate) fn indicator(&self, column: usize) -> Option<usize> {
        self.indicators[column]
    }

    /// Calls `set` with the features of a hole in a column: the mean of its numbers, or the shares of its words, and 1 for the
    /// column's indicator, if it has one.
    pub(crate) fn hole(&self, scaling: &Scaling, column: usize, mut set: impl FnMut(usize, f32)) {
        if let Some(indicator) = self.indicators[column] {
            set(indicator, 1.0);
        }
        let Scaling::Columns { numbers, words, .. } = scaling else {
            unreachable!("the rows of a table are scaled by columns")
        };
        if let Some(number) = numbers.get(column) {
            set(column, number.mean);
            return;
        }
        let column = column - numbers.len();
        for (place, &share) in words[column].iter().enumerate() {
            set(self.firsts[column] + place, share);
        }
    }

    /// The rows of a range, (rows, features).
    pub(super) fn scaled(&self, scaling: &Scaling, range: Range<usize>) -> Array2<f32> {
        let first = range.start;
        let mut scaled = Array2::zeros((range.len(), self.dim().1));
        for (row, mut features) in scaled.rows_mut().into_iter().enumerate() {
            self.features(scaling, first + row, |feature, value| features[feature] = value);
        }
        scaled
    }

    /// The least and the greatest feature.
    pub(super) fn range(&self) -> (f32, f32) {
        let start = if self.words.is_empty() { (f32::INFINITY, f32::NEG_INFINITY) } else { (0.0, 1.0) };
        let known = self.numbers.iter().filter(|number| !number.is_nan());
        known.fold(start, |(low, high), &number| (low.min(number), high.max(number)))
    }

    /// The features of each column, in order.
    pub(crate) fn columns(&self) -> impl Iterator<Item = Range<usize>> + '_ {
        let numbers = (0..self.numbers.ncols()).map(|column| column..column + 1);
        numbers.chain(self.firsts.windows(2).map(|pair| pair[0]..pair[1]))
    }

    /// Writes row `index(row)` into each row of `target`.
    pub(super) fn gather(
        &self,
        scaling: &Scaling,
        target: &mut PanelsMut<'_>,
        index: impl Fn(usize) -> usize,
    ) {
        let (rows, panels) = (target.rows(), panels(target.columns()));
        let fetch = |rows: Range<usize>| {
            for TableRow { numbers, words } in rows.map(|row| self.row(index(row))) {
                prefetch(numbers);
                prefetch(words);
            }
        };
        fetch(0..rows.min(TOGETHER));
        for first in (0..rows).step_by(TOGETHER) {
            let next = rows.min(first + TOGETHER);
            fetch(next..rows.min(next + TOGETHER));
            for panel in 0..panels {
                target.panel_mut(panel)[first..next].fill(Line::ZERO);
            }
            for row in first..next {
                self.features(scaling, index(row), |feature, value| {
                    target.panel_mut(feature / PANEL)[row].0[feature % PANEL] = value;
                });
            }
        }
    }
}
