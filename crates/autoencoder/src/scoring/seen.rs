//! Samples as a scorer sees them: with their codes, and what is left of them when they are restored.

use std::ops::Range;

use autoencoder_kernels::{HOLE, PANEL};
use ndarray::{Array2, ArrayView1, ArrayView2, Axis, Slice, concatenate};

use crate::inference::Inference;
use crate::inference::surprises::Surprises;
use crate::samples::error::SamplesError;
use crate::samples::{Samples, row_slice};
use crate::scorer::Scorer;
use crate::scorer::kind::View;
use crate::scorer::residual::Residual;

/// The number of samples that are scored together.
const ROWS: usize = 256;

/// Ranges of samples that are scored together.
pub(super) fn blocks(count: usize) -> Vec<Range<usize>> {
    (0..count).step_by(ROWS).map(|first| first..count.min(first + ROWS)).collect()
}

/// The rows of several matrices of the same columns, at least one.
pub(super) fn stacked<T: Clone>(blocks: &[Array2<T>]) -> Array2<T> {
    let views: Vec<ArrayView2<'_, T>> = blocks.iter().map(|block| block.view()).collect();
    concatenate(Axis(0), &views).expect("blocks of samples have the same columns")
}

/// Some samples with their codes, and as they are restored.
pub(super) struct Seen {
    /// The samples, scaled, where holes are what the model makes of them.
    samples: Array2<f32>,
    codes: Array2<f32>,
    pub(super) restored: Array2<f32>,
    /// What is left of each feature, (samples, features): 0 where nothing is known of a column.
    residuals: Array2<f64>,
    /// The features of each column, numbers first.
    columns: Vec<Range<usize>>,
    /// The rows and columns of which nothing is known.
    holes: Vec<(usize, usize)>,
    /// The number of columns of numbers.
    numbers: usize,
    /// For each column of words the place of each sample's word, or [`HOLE`].
    words: Array2<u32>,
    /// What a variational model says of the samples, where a score is made of it.
    drawn: Option<Surprises>,
}

impl Seen {
    pub(super) fn new(
        inference: &Inference,
        all: &Samples,
        rows: Range<usize>,
    ) -> Result<Self, SamplesError> {
        Self::of(inference, &all.part(rows))
    }

    /// The samples with all that a scorer needs of them.
    pub(super) fn by(
        scorer: &Scorer,
        inference: &Inference,
        all: &Samples,
        rows: Range<usize>,
    ) -> Result<Self, SamplesError> {
        let part = all.part(rows);
        let seen = Self::of(inference, &part)?;
        let drawn = scorer.kind.estimate().map(|estimate| inference.surprises(&part, estimate));
        Ok(Self { drawn, ..seen })
    }

    fn of(inference: &Inference, part: &Samples) -> Result<Self, SamplesError> {
        let codes = inference.encode(part)?;
        let restored = inference.decode(codes.view())?;
        let mut samples = part.scaled(0..part.len());
        let features = samples.ncols();
        let mut residuals = (&samples - &restored).mapv(f64::from);
        let mut holes = Vec::new();
        let (columns, numbers, words) = match part.table() {
            None => {
                if let Some(windows) = part.over_rows() {
                    holes.extend(
                        (0..part.len()).flat_map(|row| windows.unknown_in(row).map(move |of| (row, of))),
                    );
                }
                for &hole in &holes {
                    (residuals[hole], samples[hole]) = (0.0, restored[hole]);
                }
                let columns = (0..features).map(|feature| feature..feature + 1).collect();
                (columns, features, Array2::zeros((part.len(), 0)))
            }
            Some(table) => {
                let columns: Vec<Range<usize>> = table.columns().collect();
                let numbers = table.row(0).numbers.len();
                let mut words = Array2::zeros((part.len(), columns.len() - numbers));
                let rows = residuals.rows_mut().into_iter().zip(samples.rows_mut()).zip(restored.rows());
                for (row, ((mut residuals, mut samples), restored)) in rows.enumerate() {
                    let known = table.row(row);
                    let behind = columns.last().map_or(0, |last| last.end)..features;
                    let first = holes.len();
                    holes.extend(
                        (0..columns.len())
                            .filter(|&column| part.is_hole(row, column))
                            .map(|column| (row, column)),
                    );
                    let unknown = holes[first..].iter().flat_map(|&(_, column)| columns[column].clone());
                    // What is not known is what the model makes of it, and indicators of holes tell nothing.
                    for feature in unknown.chain(behind) {
                        (residuals[feature], samples[feature]) = (0.0, restored[feature]);
                    }
                    words.row_mut(row).iter_mut().zip(known.words).for_each(|(word, &known)| *word = known);
                }
                (columns, numbers, words)
            }
        };
        Ok(Self { samples, codes, restored, residuals, columns, holes, numbers, words, drawn: None })
    }

    pub(super) fn drawn(&self) -> &Surprises {
        self.drawn.as_ref().expect("a scorer whose kind draws codes has them drawn")
    }

    pub(super) fn len(&self) -> usize {
        self.samples.nrows()
    }

    /// What is left of the numbers, (samples, columns of numbers): 0 for holes.
    pub(super) fn number_residuals(&self) -> Array2<f64> {
        self.residuals.slice_axis(Axis(1), Slice::from(..self.numbers)).to_owned()
    }

    /// The rows and columns of which nothing is known.
    pub(super) fn holes(&self) -> &[(usize, usize)] {
        &self.holes
    }

    pub(super) fn columns(&self) -> usize {
        self.columns.len()
    }

    /// The residual of each sample, in nats: the sum of its parts.
    pub(super) fn residual_sums(&self, sizes: &[f64], tails: Tails) -> Vec<f64> {
        if self.columns.len() > self.numbers || tails == Tails::None {
            return self.residual_parts(sizes, tails).sum_axis(Axis(1)).to_vec();
        }
        assert_eq!(sizes.len(), self.numbers, "sizes of residuals: columns of numbers");
        if tails == Tails::Normal {
            let residual = Residual::new(sizes);
            let pieces = |row| [&self.samples, &self.restored].map(|of| row_slice(of, row).chunks(PANEL));
            let sum = |row| {
                let [clean, restored] = pieces(row);
                residual.of(clean.zip(restored))
            };
            return (0..self.len()).map(sum).collect();
        }
        let sum = |residuals: ArrayView1<'_, f64>| -> f64 {
            residuals.into_iter().zip(sizes).map(|(residual, size)| (residual / size).powi(2).ln_1p()).sum()
        };
        self.residuals.rows().into_iter().map(sum).collect()
    }

    /// What each column has of the residual, in nats, where `sizes` are those of the columns of numbers.
    pub(super) fn residual_parts(&self, sizes: &[f64], tails: Tails) -> Array2<f64> {
        assert_eq!(sizes.len(), self.numbers, "sizes of residuals: columns of numbers");
        Array2::from_shape_fn((self.len(), self.columns.len()), |(row, column)| match sizes.get(column) {
            Some(size) => {
                let square = (self.residuals[(row, column)] / size).powi(2);
                match tails {
                    Tails::Normal => 0.5 * square,
                    Tails::Cauchy => square.ln_1p(),
                    Tails::None => 0.0,
                }
            }
            None => match self.words[(row, column - self.numbers)] {
                HOLE => 0.0,
                word => {
                    let probability = self.restored[(row, self.columns[column].start + word as usize)];
                    -f64::from(probability.max(f32::MIN_POSITIVE)).ln()
                }
            },
        })
    }

    /// The samples as a density sees them.
    pub(super) fn points(&self, view: View) -> Array2<f64> {
        let numbers = |of: &Array2<f32>| of.slice_axis(Axis(1), Slice::from(..self.numbers)).mapv(f64::from);
        match view {
            View::Code => self.codes.mapv(f64::from),
            View::Sample => numbers(&self.samples),
            View::Joint => {
                let codes = self.codes.mapv(f64::from);
                concatenate(Axis(1), &[codes.view(), self.number_residuals().view()])
                    .expect("as many codes as samples")
            }
        }
    }
}

/// How residuals of numbers are distributed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tails {
    Normal,
    Cauchy,
    /// Numbers count nothing.
    None,
}
