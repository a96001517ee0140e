//! The rows of a table whose losses are computed together, in buffers where vectors reach over whole columns.

use std::ops::Range;

use pulp::{Simd, WithSimd};

use crate::instructions::Instructions;
use crate::layer::loss::{ElementLoss, LOSS_ROWS, LossSums};
use crate::layer::row_parts::{
    MOST_LANES, exponentials, largest, last_lanes, number_losses, scale_powers, whole_vectors,
    whole_vectors_mut,
};
use crate::layer::slope::NEGLIGIBLE;
use crate::layer::table_features::{HOLE, NumberLoss, TableFeatures, TableRow};
use crate::panel::{Panels, PanelsMut};
use crate::vector::{PANEL, Pair, keep_nan, ln, panels};

/// The ranges of rows that take each step together.
pub(super) fn rows_together(rows: usize) -> impl Iterator<Item = Range<usize>> {
    (0..rows).step_by(TOGETHER).map(move |first| first..rows.min(first + TOGETHER))
}

/// The number of rows that take each step together: while the processor waits for the sums of one row, it computes others.
const TOGETHER: usize = 8;

/// Buffers for the rows of a table that are computed together, to be used again and again: for each row its outputs one after
/// the other in memory.
#[derive(Clone, Debug)]
pub struct TableBuffers {
    /// The number of columns of numbers.
    numbers_in_row: usize,
    features: usize,
    /// The number of features that stand for columns; those behind them have neither gradients nor probabilities.
    restored: usize,
    columns: Vec<WordColumn>,
    /// The outputs of each row, and later the gradients or probabilities in their place. Each row has room for the vectors of its
    /// last column.
    numbers: Vec<f32>,
    width: usize,
    /// For each row the exponentials of how far logits are below the largest of their column. Each column begins a vector.
    powers: Vec<f32>,
    powers_width: usize,
    /// The sums of each column of words in each row: [`TOGETHER`] for the first column, and so on; whole vectors.
    sums: Sums,
}

/// A column of words.
#[derive(Clone, Copy, Debug)]
struct WordColumn {
    count: usize,
    weight: f32,
    /// The place of the first word's number in a row.
    first: usize,
    /// The place of the first word's exponential.
    first_power: usize,
}

#[derive(Clone, Debug)]
struct Sums {
    /// The largest logit, and later how far the logit of the row's word is below it.
    largest: Vec<f32>,
    /// The sum of the exponentials.
    powers: Vec<f32>,
    /// The logarithm of that sum.
    logarithms: Vec<f32>,
    /// The sum of the squares of the exponentials.
    squares: Vec<f32>,
}

impl TableBuffers {
    /// Buffers for the rows of tables with these features; [`table_loss`](crate::table_loss) has an example.
    pub fn new(features: &TableFeatures) -> Self {
        let (mut first, mut powers_width) = (features.numbers, 0);
        let columns: Vec<WordColumn> = (features.words.iter())
            .map(|&(count, weight)| {
                let column = WordColumn { count, weight, first, first_power: powers_width };
                first += count;
                powers_width += count.next_multiple_of(MOST_LANES);
                column
            })
            .collect();
        let width = panels(features.count()) * PANEL + MOST_LANES;
        let powers_width = powers_width.max(1);
        let of_columns = (columns.len() * TOGETHER).next_multiple_of(MOST_LANES);
        let [largest, powers, logarithms, squares] = std::array::from_fn(|_| vec![0.0; of_columns]);
        Self {
            numbers_in_row: features.numbers,
            features: features.count(),
            restored: features.restored(),
            columns,
            numbers: vec![0.0; width * TOGETHER],
            width,
            powers: vec![0.0; powers_width * TOGETHER],
            powers_width,
            sums: Sums { largest, powers, logarithms, squares },
        }
    }

    /// Checks the shapes and the loss, and sets all sums to zero.
    pub(super) fn check(&self, number: NumberLoss, outputs: Panels<'_>, sums: &mut [LossSums]) {
        assert_ne!(number.element, ElementLoss::CrossEntropyOfLogits, "table_loss: numbers are no logits");
        self.check_columns(outputs);
        assert_eq!(sums.len(), outputs.rows().div_ceil(LOSS_ROWS), "table_loss: number of sums");
        sums.fill(LossSums::default());
    }

    pub(super) fn check_columns(&self, outputs: Panels<'_>) {
        assert_eq!(outputs.columns(), self.features, "columns of the outputs and of the table");
    }

    /// Reads the outputs of some rows, at most [`TOGETHER`], and sums the exponentials of each column of words.
    pub(super) fn read(&mut self, instructions: Instructions, outputs: Panels<'_>, rows: Range<usize>) {
        instructions.run(Read { outputs, rows, buffers: self });
    }

    /// Adds the losses of rows that were read, and overwrites each row's outputs with `factor` times the gradient.
    pub(super) fn losses<'t>(
        &mut self,
        instructions: Instructions,
        number: NumberLoss,
        row: impl Fn(usize) -> TableRow<'t>,
        (rows, factor): (Range<usize>, f32),
        sums: &mut [LossSums],
    ) {
        let mut targets = [TableRow { numbers: &[], words: &[] }; TOGETHER];
        let targets = &mut targets[..rows.len()];
        let widths = (self.numbers_in_row, self.columns.len());
        for (target, row) in targets.iter_mut().zip(rows.clone().map(row)) {
            assert_eq!((row.numbers.len(), row.words.len()), widths, "table_loss: columns of a target");
            *target = row;
        }
        let losses = instructions.run(Losses { number, targets, factor, buffers: self });
        for (index, loss) in rows.zip(losses) {
            sums[index / LOSS_ROWS] += loss;
        }
    }

    /// Overwrites the logits of rows that were read with the probabilities of words.
    pub(super) fn probabilities(&mut self, instructions: Instructions) {
        instructions.run(Probabilities(self));
    }

    /// Writes gradients or probabilities to where the outputs of the rows were read from.
    pub(super) fn write(&self, instructions: Instructions, outputs: &mut PanelsMut<'_>, rows: Range<usize>) {
        instructions.run(Write { buffers: self, outputs, rows });
    }
}

/// Copies the outputs of some rows, and computes for each column of words the largest logit, the exponentials of how far logits
/// are below it, so that none overflows, and their sums.
struct Read<'a> {
    outputs: Panels<'a>,
    rows: Range<usize>,
    buffers: &'a mut TableBuffers,
}

impl WithSimd for Read<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { outputs, rows, buffers } = self;
        let TableBuffers { columns, numbers, width, powers, powers_width, sums, .. } = buffers;
        for (index, panel) in outputs.iter().enumerate() {
            for (line, numbers) in panel[rows.clone()].iter().pair(numbers.chunks_exact_mut(*width)) {
                numbers[index * PANEL..][..PANEL].copy_from_slice(&line.0);
            }
        }
        let numbers = &numbers[..rows.len() * *width];
        for (column, largest_ones) in columns.iter().pair(sums.largest.chunks_exact_mut(TOGETHER)) {
            let last_lanes = last_lanes(simd, column.count);
            for (numbers, found) in numbers.chunks_exact(*width).pair(largest_ones) {
                let logits = whole_vectors::<S>(&numbers[column.first..], column.count);
                *found = largest(simd, logits, last_lanes);
            }
        }
        for (index, column) in columns.iter().enumerate() {
            let last_lanes = last_lanes(simd, column.count);
            let rows = numbers.chunks_exact(*width).pair(powers.chunks_exact_mut(*powers_width));
            for (row, (numbers, powers)) in rows.enumerate() {
                let place = index * TOGETHER + row;
                let logits = whole_vectors::<S>(&numbers[column.first..], column.count);
                let powers = whole_vectors_mut::<S>(&mut powers[column.first_power..], column.count);
                [sums.powers[place], sums.squares[place]] =
                    exponentials(simd, logits, last_lanes, sums.largest[place], powers);
            }
        }
        let logarithms = S::as_mut_simd_f32s(&mut sums.logarithms).0;
        for (logarithm, &sum) in logarithms.iter_mut().pair(S::as_simd_f32s(&sums.powers).0) {
            *logarithm = keep_nan(simd, sum, ln(simd, sum));
        }
    }
}

/// The losses of some rows that were read, whose outputs are overwritten with `factor` times the gradient.
struct Losses<'a> {
    number: NumberLoss,
    targets: &'a [TableRow<'a>],
    factor: f32,
    buffers: &'a mut TableBuffers,
}

impl WithSimd for Losses<'_> {
    type Output = [LossSums; TOGETHER];

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> [LossSums; TOGETHER] {
        let Self { number, targets, factor, buffers } = self;
        let TableBuffers {
            numbers_in_row,
            restored,
            columns,
            numbers,
            width,
            powers,
            powers_width,
            sums,
            ..
        } = buffers;
        // The logits of words are read before gradients lie in their place.
        for (index, column) in columns.iter().enumerate() {
            let below = &mut sums.largest[index * TOGETHER..];
            for ((target, numbers), below) in targets.iter().pair(numbers.chunks_exact(*width)).pair(below) {
                if target.words[index] != HOLE {
                    *below -= numbers[column.first..][target.words[index] as usize];
                }
            }
        }
        let mut losses = [LossSums::default(); TOGETHER];
        for ((target, numbers), loss) in
            targets.iter().pair(numbers.chunks_exact_mut(*width)).pair(&mut losses)
        {
            if *numbers_in_row > 0 {
                let NumberLoss { element, scale, shift } = number;
                let outputs = whole_vectors_mut::<S>(numbers, *numbers_in_row);
                let [losses, squares, known] =
                    number_losses(simd, element, target.numbers, factor * scale, NEGLIGIBLE, outputs);
                loss.loss = f64::from(scale) * losses + f64::from(shift) * known;
                loss.squared_error = squares;
            }
        }
        for (index, column) in columns.iter().enumerate() {
            let rows = numbers.chunks_exact_mut(*width).pair(powers.chunks_exact(*powers_width));
            for (row, ((target, (numbers, powers)), total)) in
                targets.iter().pair(rows).pair(&mut losses).enumerate()
            {
                let place = index * TOGETHER + row;
                let powers = &powers[column.first_power..];
                let numbers = &mut numbers[column.first..];
                let gradients = whole_vectors_mut::<S>(numbers, column.count);
                if target.words[index] == HOLE {
                    gradients.fill(simd.splat_f32s(0.0));
                    continue;
                }
                let word = target.words[index] as usize;
                let (sum, squares) = (sums.powers[place], sums.squares[place]);
                let entropy = sums.logarithms[place] + sums.largest[place];
                total.loss += f64::from(column.weight * entropy);
                let (inverse, own) = (1.0 / sum, powers[..column.count][word]);
                // With the probabilities p, this is Σ p² - 2 p + 1, where the last two are of the word.
                let [squares, probability] = [squares * inverse * inverse, own * inverse].map(f64::from);
                total.squared_error += squares - 2.0 * probability + 1.0;
                let factor = factor * column.weight * inverse;
                let powers = whole_vectors::<S>(powers, column.count);
                scale_powers(simd, powers, factor, NEGLIGIBLE, gradients);
                let slope = (own - sum) * factor;
                numbers[word] = if slope.abs() < NEGLIGIBLE { 0.0 } else { slope };
            }
        }
        // Neither padding nor what is not restored has a gradient.
        for numbers in numbers.chunks_exact_mut(*width) {
            numbers[*restored..].fill(0.0);
        }
        losses
    }
}

/// Overwrites the logits of some rows that were read with the probabilities of words: each exponential divided by the sum of its
/// column.
struct Probabilities<'a>(&'a mut TableBuffers);

impl WithSimd for Probabilities<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let TableBuffers { restored, columns, numbers, width, powers, powers_width, sums, .. } = self.0;
        for (column, sums) in columns.iter().pair(sums.powers.chunks_exact(TOGETHER)) {
            let rows = numbers.chunks_exact_mut(*width).pair(powers.chunks_exact(*powers_width));
            for ((numbers, powers), sum) in rows.pair(sums) {
                let powers = whole_vectors::<S>(&powers[column.first_power..], column.count);
                let shares = whole_vectors_mut::<S>(&mut numbers[column.first..], column.count);
                let inverse = simd.splat_f32s(1.0 / sum);
                for (share, &power) in shares.iter_mut().pair(powers) {
                    *share = simd.mul_f32s(power, inverse);
                }
            }
        }
        for numbers in numbers.chunks_exact_mut(*width) {
            numbers[*restored..].fill(0.0);
        }
    }
}

/// Copies rows to where they were read from.
struct Write<'a, 'o> {
    buffers: &'a TableBuffers,
    outputs: &'a mut PanelsMut<'o>,
    rows: Range<usize>,
}

impl WithSimd for Write<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { buffers: TableBuffers { numbers, width, .. }, outputs, rows } = self;
        for index in 0..panels(outputs.columns()) {
            let lines = &mut outputs.panel_mut(index)[rows.clone()];
            for (line, numbers) in lines.iter_mut().pair(numbers.chunks_exact(*width)) {
                line.0.copy_from_slice(&numbers[index * PANEL..][..PANEL]);
            }
        }
    }
}
