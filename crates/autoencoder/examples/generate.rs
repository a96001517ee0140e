//! Trains a plain model, fits a mixture of distributions to its codes, and draws new samples that the model's file carries with it.
#![allow(clippy::print_stdout, reason = "an example shows what it found")]

use autoencoder::{
    Activation, CodePath, Error, Inference, Model, Sampler, SamplerKind, Samples, Scaling, Specification,
    Trainer, TrainingOptions, Values,
};
use ndarray::Array2;

pub(crate) fn main() -> Result<(), Error> {
    // Each sample is a bump in a line of 16 numbers, near the left or near the right end.
    let place = |line: usize| [3.0, 12.0][line % 2] + (line * 7 % 10) as f32 / 10.0;
    let lines = Array2::from_shape_fn((600, 16), |(line, x)| (-0.2 * (x as f32 - place(line)).powi(2)).exp());
    let samples = Samples::new(Values::Floats(lines), Scaling::None)?;
    let specification = Specification::new(16, [24, 2])
        .with_activation(Activation::LeakyRelu)
        .with_code_activation(Activation::Linear);
    let options = TrainingOptions::default().with_epochs(60).with_batch_size(50);
    let mut trainer = Trainer::new(specification, options)?;
    trainer.fit(&samples)?;
    let mut model = trainer.into_model();

    // Codes are drawn from where those of the training lie: two groups, and nothing between them.
    model.sampler = Some(Sampler::fit(&Inference::new(&model), SamplerKind::Mixture, 2, &samples, 0)?);
    let model = Model::from_bytes(&model.to_bytes())?;
    let inference = Inference::new(&model);
    let sampler = model.sampler.as_ref().expect("it was kept");
    let new = inference.generate(sampler, 0..1000, 1.0, 7);
    let highest = |sample: ndarray::ArrayView1<'_, f32>| {
        (0..16).max_by(|&a, &b| sample[a].total_cmp(&sample[b])).expect("there are 16 numbers")
    };
    let between = new.rows().into_iter().filter(|sample| (6..=10).contains(&highest(*sample))).count();
    println!("{between} of 1000 new bumps lie between the two places; the first:\n{:.1}", new.row(0));
    assert!(between < 50);

    // A way from one sample to another goes through what lies between.
    let codes = inference.encode(&samples.select(&[0, 1]))?;
    let steps = CodePath::Line.between(codes.row(0), codes.row(1), 5);
    println!("from left to right:\n{:.1}", inference.decode(steps.view())?);
    Ok(())
}
