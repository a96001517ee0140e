//! Trains on a table whose columns have different scales, and finds the row that does not fit.
#![allow(clippy::print_stdout, reason = "an example shows what it found")]

use autoencoder::{Activation, Error, Samples, Scaling, Specification, Trainer, TrainingOptions, Values};
use ndarray::Array2;

pub(crate) fn main() -> Result<(), Error> {
    // Readings of a pump: flow, pressure and power depend on each other, on three scales.
    let mut readings = Array2::from_shape_fn((300, 3), |(row, column)| {
        let (speed, wobble) = ((row * 37 % 100) as f32, (row * (column + 3) * 17 % 10) as f32);
        [0.02 * speed, 5.0 * speed + wobble, 0.3 * speed * speed + 20.0 * wobble][column]
    });
    readings[(123, 1)] = 40.0; // a closed valve

    let scaling = Scaling::fit_standard(readings.view()); // each column gets mean 0 and deviation 1
    let samples = Samples::new(Values::Floats(readings), scaling)?;
    let specification = Specification::new(3, [8, 1])
        .with_activation(Activation::Tanh)
        .with_code_activation(Activation::Linear)
        .with_output_activation(Activation::Linear); // a linear output can be any number
    let options = TrainingOptions::default().with_epochs(100).with_batch_size(32);
    let mut trainer = Trainer::new(specification, options)?;
    trainer.fit(&samples)?;

    let errors = trainer.into_model().errors(&samples)?;
    let (row, error) = errors.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).expect("there are rows");
    println!("row {row} fits worst: error {error:.2}, on average {:.4}", errors.mean().unwrap_or(0.0));
    assert_eq!(row, 123);
    Ok(())
}
