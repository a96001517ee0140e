//! Trains a model on images and writes it to a file: `cargo run --release --example train_and_save`.
#![allow(clippy::print_stdout, reason = "an example shows what it found")]

use std::{env, fs};

use autoencoder::{Samples, Scaling, Specification, Trainer, TrainingOptions, Values};
use ndarray::Array2;

/// An array of 500 images of 8 x 8 pixels: a bright bar on black, at one of 13 places.
fn images() -> Array2<u8> {
    Array2::from_shape_fn((500, 64), |(image, pixel)| {
        let place = (image * 7 % 13) as f32 / 2.0 + 1.0;
        let distance = ((pixel / 8) as f32 - place + 0.3 * (pixel % 8) as f32).abs();
        if distance < 1.0 { 250 } else { 0 }
    })
}

pub(crate) fn main() -> Result<(), Box<dyn std::error::Error>> {
    let samples = Samples::new(Values::Bytes(images()), Scaling::Bytes)?.with_shape([8, 8])?;
    let (train, validation) = (samples.clone().truncated(400), samples.select(&[401, 420, 450, 499]));

    let options = TrainingOptions::default().with_epochs(30).with_batch_size(50).with_seed(7);
    let mut trainer = Trainer::new(Specification::new(64, [32, 4]), options)?; // 64-32-4-32-64
    trainer.validate(&validation).fit(&train)?;

    let model = trainer.into_model();
    println!("{}: mean squared error {:.4}", model.architecture(), model.evaluate(&validation)?.mse);
    fs::write(env::temp_dir().join("bars.safetensors"), model.to_bytes())?;
    Ok(())
}
