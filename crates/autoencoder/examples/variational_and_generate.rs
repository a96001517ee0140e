//! Trains a variational model, whose codes follow the standard normal distribution, and generates new samples
//! from random codes.
#![allow(clippy::print_stdout, reason = "an example shows what it found")]

use autoencoder::{
    Activation, Error, Purpose, Samples, Scaling, Specification, Stream, Trainer, TrainingOptions, Values,
};
use ndarray::Array2;

pub(crate) fn main() -> Result<(), Error> {
    // Samples are lines of 16 numbers with a bump at a place that differs from line to line.
    let bump = |line: usize, place: usize| (place as f32 - (line * 7 % 16) as f32).powi(2);
    let lines = Array2::from_shape_fn((1000, 16), |(line, place)| (-0.1 * bump(line, place)).exp());
    let samples = Samples::new(Values::Floats(lines), Scaling::None)?;

    let specification = Specification::new(16, [32, 2]).with_activation(Activation::Relu).variational(1.0);
    let options = TrainingOptions::default().with_epochs(40).with_batch_size(50).with_learning_rate(0.005);
    let mut trainer = Trainer::new(specification, options)?;
    trainer.fit(&samples)?;
    let last = trainer.history()[39];
    let divergence = last.train_terms.kl.unwrap_or_default();
    println!("{:.2} nats a sample, {divergence:.2} of them divergence", last.train_loss);

    let mut chance = Stream::new(7, Purpose::Generation, [0, 0]);
    let codes = Array2::from_shape_simple_fn((5, 2), || chance.normal());
    println!("{:.1}", trainer.into_model().decode(codes.view())?);
    Ok(())
}
