//! Outputs that stand for the columns of a table: numbers, and for each column of words the logits of its words.

use crate::instructions::Instructions;
use crate::layer::loss::LossSums;
use crate::layer::table_features::{NumberLoss, TableRow};
use crate::layer::table_rows::{TableBuffers, rows_together};
use crate::panel::{Panels, PanelsMut};

/// The losses of rows of a table.
///
/// The loss of a row is the sum over its columns: of the numbers' losses, and for each column of words of its factor times
/// the cross-entropy of the word with the softmax of the column's outputs. The squared error is that of the numbers, and of
/// the probabilities with 1 for the word and 0 for the others. Holes count nothing in either.
///
/// # Shapes
/// `outputs` (rows, features): numbers and logits. `sums` has one entry for every [`LOSS_ROWS`](crate::LOSS_ROWS) rows, and is overwritten. `row`
/// gives the target of each row.
///
/// # Panics
/// If the shapes do not fit each other or the table that the buffers are for, or the loss of numbers is one of logits.
///
/// ```
/// use autoencoder_kernels::{
///     ElementLoss, Instructions, Line, LossSums, NumberLoss, Panels, TableBuffers, TableFeatures, TableRow, table_loss,
/// };
/// let mut line = Line::ZERO;
/// line.0[..3].copy_from_slice(&[2.0, 0.5, 0.5]); // a number, and two words that are as likely
/// let outputs = Panels::new(std::slice::from_ref(&line), 1, 3, 1);
/// let mut buffers = TableBuffers::new(&TableFeatures { numbers: 1, words: vec![(2, 1.0)], unrestored: 0 });
/// let number = NumberLoss { element: ElementLoss::SquaredError, scale: 1.0, shift: 0.0 };
/// let row = |_| TableRow { numbers: &[5.0], words: &[1] };
/// let mut sums = [LossSums::default()];
/// table_loss(Instructions::best(), &mut buffers, number, row, outputs, &mut sums);
/// assert!((sums[0].loss - (9.0 + 2_f64.ln())).abs() < 1e-5); // (2 - 5)² - ln ½
/// assert!((sums[0].squared_error - 9.5).abs() < 1e-5);
/// ```
pub fn table_loss<'t>(
    instructions: Instructions,
    buffers: &mut TableBuffers,
    number: NumberLoss,
    row: impl Fn(usize) -> TableRow<'t>,
    outputs: Panels<'_>,
    sums: &mut [LossSums],
) {
    buffers.check(number, outputs, sums);
    for rows in rows_together(outputs.rows()) {
        buffers.read(instructions, outputs, rows.clone());
        buffers.losses(instructions, number, &row, (rows, 0.0), sums);
    }
}

/// The losses of rows of a table as [`table_loss`] has them, and `outputs` ← `factor` times the gradient of each row's loss at
/// its outputs; numbers nearer to zero than 2^-64 become zero, and so does the padding.
///
/// # Panics
/// As [`table_loss`].
pub fn table_loss_gradients<'t>(
    instructions: Instructions,
    buffers: &mut TableBuffers,
    number: NumberLoss,
    row: impl Fn(usize) -> TableRow<'t>,
    outputs: &mut PanelsMut<'_>,
    factor: f32,
    sums: &mut [LossSums],
) {
    buffers.check(number, outputs.view(), sums);
    for rows in rows_together(outputs.rows()) {
        buffers.read(instructions, outputs.view(), rows.clone());
        buffers.losses(instructions, number, &row, (rows.clone(), factor), sums);
        buffers.write(instructions, outputs, rows);
    }
}

/// Replaces the logits of each column of words by the probabilities of its words, their softmax.
///
/// # Panics
/// If `outputs` has other columns than the table that the buffers are for.
pub fn softmax(instructions: Instructions, buffers: &mut TableBuffers, outputs: &mut PanelsMut<'_>) {
    buffers.check_columns(outputs.view());
    for rows in rows_together(outputs.rows()) {
        buffers.read(instructions, outputs.view(), rows.clone());
        buffers.probabilities(instructions);
        buffers.write(instructions, outputs, rows);
    }
}
