//! Outputs that stand for the columns of a table: numbers, and for each column of words the logits of its words.

use std::ops::Range;

use pulp::{Simd, WithSimd};

use crate::instructions::Instructions;
use crate::layer::loss::{ElementLoss, LOSS_ROWS, LossSums};
use crate::layer::slope::NEGLIGIBLE;
use crate::panel::{Panels, PanelsMut};
use crate::vector::{PANEL, exp, multiply_add, panels};

/// The word that stands for a hole: a field in which nothing is known.
pub const HOLE: u32 = u32::MAX;

/// The features of a sample that is a row of a table: numbers first, then for each column of words as many features as it has
/// words.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TableFeatures {
    /// The number of columns of numbers, which have one feature each.
    pub numbers: usize,
    /// The number of words of each column of words, and the factor of its loss.
    pub words: Vec<(usize, f32)>,
}

impl TableFeatures {
    /// The number of features.
    pub fn count(&self) -> usize {
        self.numbers + self.words.iter().map(|&(words, _)| words).sum::<usize>()
    }
}

/// The loss of a number: `scale` times its element loss, plus `shift`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NumberLoss {
    /// The loss of one element; not one of logits.
    pub element: ElementLoss,
    /// The factor of the element's loss.
    pub scale: f32,
    /// The constant of each number.
    pub shift: f32,
}

/// A row of a table as a target.
#[derive(Clone, Copy, Debug)]
pub struct TableRow<'a> {
    /// The numbers; NaN is a hole.
    pub numbers: &'a [f32],
    /// For each column of words the place of its word, or [`HOLE`].
    pub words: &'a [u32],
}

/// The losses of rows of a table.
///
/// The loss of a row is the sum over its columns: of the numbers' losses, and for each column of words of its factor times
/// the cross-entropy of the word with the softmax of the column's outputs. The squared error is that of the numbers, and of
/// the probabilities with 1 for the word and 0 for the others. Holes count nothing in either.
///
/// # Shapes
/// `outputs` (rows, features): numbers and logits. `sums` has one entry for every [`LOSS_ROWS`] rows, and is overwritten. `row`
/// gives the target of each row.
///
/// # Panics
/// If the shapes do not fit each other, or the loss of numbers is one of logits.
pub fn table_loss<'t>(
    instructions: Instructions,
    (features, number): (&TableFeatures, NumberLoss),
    row: impl Fn(usize) -> TableRow<'t>,
    outputs: Panels<'_>,
    sums: &mut [LossSums],
) {
    check(features, number, outputs, sums);
    let mut together = Together::new(features);
    for rows in rows_together(outputs.rows()) {
        together.read(instructions, outputs, rows.clone());
        together.losses(instructions, number, &row, outputs, (rows, 0.0), sums);
    }
}

/// The losses of rows of a table as [`table_loss`] has them, and `outputs` ← `factor` times the gradient of each row's loss at
/// its outputs; numbers nearer to zero than 2^-64 become zero, and so does the padding.
///
/// # Panics
/// As [`table_loss`].
pub fn table_loss_gradients<'t>(
    instructions: Instructions,
    (features, number): (&TableFeatures, NumberLoss),
    row: impl Fn(usize) -> TableRow<'t>,
    outputs: &mut PanelsMut<'_>,
    factor: f32,
    sums: &mut [LossSums],
) {
    check(features, number, outputs.view(), sums);
    let mut together = Together::new(features);
    for rows in rows_together(outputs.rows()) {
        together.read(instructions, outputs.view(), rows.clone());
        together.losses(instructions, number, &row, outputs.view(), (rows.clone(), factor), sums);
        together.write(outputs, rows);
    }
}

/// Replaces the logits of each column of words by the probabilities of its words, their softmax.
///
/// # Panics
/// If `outputs` has other columns than the features.
pub fn softmax(instructions: Instructions, features: &TableFeatures, outputs: &mut PanelsMut<'_>) {
    assert_eq!(outputs.columns(), features.count(), "softmax: columns of the outputs");
    let mut together = Together::new(features);
    for rows in rows_together(outputs.rows()) {
        together.read(instructions, outputs.view(), rows.clone());
        for (numbers, _) in together.rows().take(rows.len()) {
            instructions.run(Normalize { features, numbers });
        }
        together.write(outputs, rows);
    }
}

fn check(features: &TableFeatures, number: NumberLoss, outputs: Panels<'_>, sums: &mut [LossSums]) {
    assert_ne!(number.element, ElementLoss::CrossEntropyOfLogits, "table_loss: numbers are no logits");
    assert_eq!(outputs.columns(), features.count(), "table_loss: columns of the outputs");
    assert_eq!(sums.len(), outputs.rows().div_ceil(LOSS_ROWS), "table_loss: number of sums");
    sums.fill(LossSums::default());
}

/// The ranges of rows that take each step together.
fn rows_together(rows: usize) -> impl Iterator<Item = Range<usize>> {
    (0..rows).step_by(TOGETHER).map(move |first| first..rows.min(first + TOGETHER))
}

/// The exponential below which a word counts as impossible. Squares of smaller ones, and products with the factors of gradients,
/// would be denormal numbers, which processors take many times as long to compute.
const NEGLIGIBLE_POWER: f32 = 1e-17;

/// The number of rows that take each step together, in one buffer.
const TOGETHER: usize = 8;

/// Some rows, each one after the other in memory.
struct Together<'a> {
    features: &'a TableFeatures,
    /// The features of each row, with those of words as exponentials of how far their logits are below the largest.
    numbers: Vec<f32>,
    width: usize,
    /// For each row the largest logit of each column of words.
    largest: Vec<f32>,
}

impl<'a> Together<'a> {
    fn new(features: &'a TableFeatures) -> Self {
        let width = panels(features.count()) * PANEL;
        let largest = vec![0.0; features.words.len().max(1) * TOGETHER];
        Self { features, numbers: vec![0.0; width * TOGETHER], width, largest }
    }

    /// Each row's features, and the largest logits of its columns of words.
    fn rows(&mut self) -> impl Iterator<Item = (&mut [f32], &[f32])> {
        let words = self.features.words.len();
        let largest = self.largest.chunks(words.max(1)).map(move |largest| &largest[..words]);
        self.numbers.chunks_mut(self.width).zip(largest)
    }

    fn read(&mut self, instructions: Instructions, panels: Panels<'_>, rows: Range<usize>) {
        let count = rows.len();
        for (numbers, row) in self.numbers.chunks_mut(self.width).zip(rows) {
            for (numbers, panel) in numbers.chunks_mut(PANEL).zip(panels.iter()) {
                numbers.copy_from_slice(&panel[row].0);
            }
        }
        let Self { features, numbers, width, largest } = self;
        instructions.run(Exponentials {
            features,
            numbers: &mut numbers[..count * *width],
            width: *width,
            largest,
        });
    }

    /// Adds the losses of rows that were read, and overwrites each row's features with `factor` times the gradient.
    fn losses<'t>(
        &mut self,
        instructions: Instructions,
        number: NumberLoss,
        row: impl Fn(usize) -> TableRow<'t>,
        outputs: Panels<'_>,
        (rows, factor): (Range<usize>, f32),
        sums: &mut [LossSums],
    ) {
        let features = self.features;
        for (index, (numbers, largest)) in rows.zip(self.rows()) {
            let target = row(index);
            let widths = (features.numbers, features.words.len());
            assert_eq!((target.numbers.len(), target.words.len()), widths, "table_loss: columns of a target");
            let logit = |column| outputs.at(index, column);
            let row = RowLoss { features, number, target, factor, numbers, largest, logit: &logit };
            sums[index / LOSS_ROWS] += instructions.run(row);
        }
    }

    fn write(&self, panels: &mut PanelsMut<'_>, rows: Range<usize>) {
        for (numbers, row) in self.numbers.chunks(self.width).zip(rows) {
            for (panel, numbers) in numbers.chunks(PANEL).enumerate() {
                panels.panel_mut(panel)[row].0.copy_from_slice(numbers);
            }
        }
    }
}

/// Finds the largest logit of each column of words of some rows, and replaces each logit by the exponential of how far it is
/// below, so that none overflows.
struct Exponentials<'a> {
    features: &'a TableFeatures,
    numbers: &'a mut [f32],
    width: usize,
    largest: &'a mut [f32],
}

impl WithSimd for Exponentials<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { features, numbers, width, largest } = self;
        let words = features.numbers..features.count();
        let columns = features.words.len().max(1);
        for (numbers, largest) in numbers.chunks_mut(width).zip(largest.chunks_mut(columns)) {
            let mut rest = &mut numbers[words.clone()];
            for (&(words, _), largest) in features.words.iter().zip(largest) {
                let (logits, others) = rest.split_at_mut(words);
                rest = others;
                *largest = largest_of(simd, logits);
                for logit in logits {
                    *logit -= *largest;
                }
            }
        }
        for numbers in numbers.chunks_mut(width) {
            let (vectors, tail) = S::as_mut_simd_f32s(&mut numbers[words.clone()]);
            for x in vectors {
                *x = exp(simd, *x);
            }
            if !tail.is_empty() {
                let powers = exp(simd, simd.partial_load_f32s(tail));
                simd.partial_store_f32s(tail, powers);
            }
        }
    }
}

/// The loss of one row, whose features are overwritten with `factor` times the gradient.
struct RowLoss<'a> {
    features: &'a TableFeatures,
    number: NumberLoss,
    target: TableRow<'a>,
    factor: f32,
    numbers: &'a mut [f32],
    largest: &'a [f32],
    logit: &'a dyn Fn(usize) -> f32,
}

impl WithSimd for RowLoss<'_> {
    type Output = LossSums;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> LossSums {
        let Self { features, number, target, factor, numbers, largest, logit } = self;
        let mut sums = LossSums::default();
        let (numbers, mut rest) = numbers.split_at_mut(features.numbers);
        for (output, &target) in numbers.iter_mut().zip(target.numbers) {
            let is_hole = target.is_nan();
            let e = if is_hole { 0.0 } else { *output - target };
            let [loss, slope] = element(number.element, e);
            sums.loss += f64::from(number.scale * loss + if is_hole { 0.0 } else { number.shift });
            sums.squared_error += f64::from(e * e);
            *output = flushed(factor * number.scale * slope);
        }
        let mut first = features.numbers;
        for ((&(words, weight), &word), &largest) in features.words.iter().zip(target.words).zip(largest) {
            let (powers, others) = rest.split_at_mut(words);
            rest = others;
            if word == HOLE {
                powers.fill(0.0);
            } else {
                let word = word as usize;
                let [sum, squares] = sums_of(simd, powers);
                sums.loss += f64::from(weight * (sum.ln() + (largest - logit(first + word))));
                let (inverse, own) = (1.0 / sum, powers[word]);
                // With the probabilities p, this is Σ p² - 2 p + 1, where the last two are of the word.
                let [squares, probability] = [squares * inverse * inverse, own * inverse].map(f64::from);
                sums.squared_error += squares - 2.0 * probability + 1.0;
                let factor = factor * weight * inverse;
                for power in &mut *powers {
                    let known = if *power < NEGLIGIBLE_POWER { 0.0 } else { *power };
                    *power = flushed(known * factor);
                }
                powers[word] = flushed((own - sum) * factor);
            }
            first += words;
        }
        // Padding has no gradient.
        rest.fill(0.0);
        sums
    }
}

/// Divides the exponentials of each column of words in one row by their sum.
struct Normalize<'a> {
    features: &'a TableFeatures,
    numbers: &'a mut [f32],
}

impl WithSimd for Normalize<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let mut rest = &mut self.numbers[self.features.numbers..];
        for &(words, _) in &self.features.words {
            let (powers, others) = rest.split_at_mut(words);
            rest = others;
            let inverse = 1.0 / sums_of(simd, powers)[0];
            for power in powers {
                *power *= inverse;
            }
        }
    }
}

#[inline(always)]
fn largest_of<S: Simd>(simd: S, x: &[f32]) -> f32 {
    let (vectors, tail) = S::as_simd_f32s(x);
    let most = vectors.iter().fold(simd.splat_f32s(f32::NEG_INFINITY), |most, &x| simd.max_f32s(most, x));
    tail.iter().fold(simd.reduce_max_f32s(most), |most, &x| most.max(x))
}

/// Σ x and Σ x².
#[inline(always)]
fn sums_of<S: Simd>(simd: S, x: &[f32]) -> [f32; 2] {
    let (vectors, tail) = S::as_simd_f32s(x);
    let (mut sum, mut squares, least) =
        (simd.splat_f32s(0.0), simd.splat_f32s(0.0), simd.splat_f32s(NEGLIGIBLE_POWER));
    for &x in vectors {
        sum = simd.add_f32s(sum, x);
        let x = simd.max_f32s(x, least);
        squares = multiply_add(simd, x, x, squares);
    }
    let start = [simd.reduce_sum_f32s(sum), simd.reduce_sum_f32s(squares)];
    tail.iter().fold(start, |[sum, squares], &x| [sum + x, squares + x.max(NEGLIGIBLE_POWER).powi(2)])
}

/// The loss of a number that is `e` above its target, and the slope of that loss.
#[inline(always)]
fn element(kind: ElementLoss, e: f32) -> [f32; 2] {
    match kind {
        ElementLoss::SquaredError => [e * e, 2.0 * e],
        ElementLoss::AbsoluteError => [e.abs(), if e == 0.0 { 0.0 } else { e.signum() }],
        ElementLoss::Huber { delta } => {
            let slope = e.clamp(-delta, delta);
            [slope * (e - slope / 2.0), slope]
        }
        ElementLoss::CrossEntropyOfLogits => unreachable!("numbers are no logits"),
    }
}

/// x, or zero where |x| is negligible.
#[inline(always)]
fn flushed(x: f32) -> f32 {
    if x.abs() < NEGLIGIBLE { 0.0 } else { x }
}
