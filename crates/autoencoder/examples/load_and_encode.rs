//! Loads the model that `train_and_save` wrote, and encodes images that the model has not seen.
#![allow(clippy::print_stdout, reason = "an example shows what it found")]

use std::{env, fs};

use autoencoder::{Inference, Model, Values};
use ndarray::Array2;

pub(crate) fn main() -> Result<(), Box<dyn std::error::Error>> {
    let model = Model::from_bytes(&fs::read(env::temp_dir().join("bars.safetensors"))?)?;
    let inference = Inference::new(&model); // prepared once for many calls

    // The model scales the samples as in training, and refuses samples of another width.
    let images =
        Array2::from_shape_fn((3, 64), |(image, pixel)| if pixel / 8 == 2 * image { 250 } else { 0 });
    let samples = model.samples(Values::Bytes(images))?;
    let codes = inference.encode(&samples)?;
    println!("{} images of {:?} pixels in {} numbers each:", codes.nrows(), samples.shape(), codes.ncols());
    println!("{codes:.2}");

    let restored = inference.decode(codes.view())?; // on the model's scale, from 0 to 1
    println!("brightest pixel restored: {:.2}", restored.iter().copied().fold(0.0, f32::max));
    Ok(())
}
