//! Trains on a table with numbers, words and holes, and fills the holes in.
#![allow(clippy::print_stdout, reason = "an example shows what it found")]

use autoencoder::{
    Activation, Error, NumberScalingKind, Samples, Scaling, Specification, TableColumns, TableValues,
    Trainer, TrainingOptions, Values, WordColumn,
};
use ndarray::Array2;

pub(crate) fn main() -> Result<(), Error> {
    // Machines of three kinds. The kind says nearly all of weight and power, and every tenth field is not known.
    let kind = |row: usize| row * 7 % 3;
    let is_hole = |row: usize, column: usize| (row + column * 3).is_multiple_of(10);
    let numbers = Array2::from_shape_fn((300, 2), |(row, column)| {
        let number = [[80.0, 4.0], [300.0, 15.0], [900.0, 90.0]][kind(row)][column] + (row % 10) as f64;
        if is_hole(row, column) { f64::NAN } else { number }
    });
    let words = Array2::from_shape_fn((300, 1), |(row, _)| {
        if is_hole(row, 2) { TableValues::HOLE } else { [0, 1, 2][kind(row)] }
    });
    let values = TableValues::new(numbers, words, [3])?;

    let scaling = values.fit(|_| NumberScalingKind::Standard);
    let Scaling::Columns { words: shares, .. } = &scaling else {
        unreachable!("a table is scaled by columns")
    };
    let columns = TableColumns::new(2, [WordColumn::new(3, WordColumn::weight_of(&shares[0]))]);
    let samples = Samples::new(Values::Table(values.clone()), scaling)?;
    // One number stands for three columns, so that each of them tells of the others.
    let specification = Specification::new(5, [16, 1])
        .with_activation(Activation::LeakyRelu)
        .with_code_activation(Activation::Linear)
        .with_output_activation(Activation::Linear) // words are restored from the sums of the last layer
        .with_table(columns);
    let options = TrainingOptions::default().with_epochs(150).with_batch_size(32).with_learning_rate(0.005);
    let mut trainer = Trainer::new(specification, options)?;
    trainer.fit(&samples)?;

    let restored = trainer.into_model().reconstruct(&samples)?;
    let holes: Vec<usize> = (0..300).filter(|&row| values.words()[(row, 0)] == TableValues::HOLE).collect();
    let likely =
        |row: usize| (0..3).max_by(|&a, &b| restored[(row, 2 + a)].total_cmp(&restored[(row, 2 + b)]));
    let right = holes.iter().filter(|&&row| likely(row) == Some(kind(row))).count();
    println!("{right} of {} words that were not known are filled in right", holes.len());
    assert!(10 * right > 9 * holes.len());
    Ok(())
}
