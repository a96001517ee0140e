//! Kinds of autoencoders: the same bits on any number of threads, exact resuming, and the properties of each
//! kind.

mod every;
mod frozen;
mod normalization;
mod pretraining;
mod table;

pub(crate) use autoencoder::{
    Activation, EarlyStopping, FileError, Initialization, LayerSet, Loss, Model, Noise, Normalization,
    Optimizer, Pretraining, Samples, Scaling, Specification, Trainer, TrainingError, TrainingOptions, Values,
};
use ndarray::Array2;

pub(crate) use crate::support::{BreakAfter, precisions, with_threads};

pub(crate) const ROWS: usize = 5;
pub(crate) const COLUMNS: usize = 8;

/// Images of 5 x 8 pixels: a bright bar on black, at one of many places and angles.
pub(crate) fn samples(count: usize) -> Samples {
    Samples::new(Values::Bytes(images(count)), Scaling::Bytes).unwrap()
}

/// The same images as bytes.
pub(crate) fn images(count: usize) -> Array2<u8> {
    Array2::from_shape_fn((count, ROWS * COLUMNS), |(image, pixel)| {
        let (row, column) = ((pixel / COLUMNS) as f32, (pixel % COLUMNS) as f32);
        let (angle, place) = (image as f32 * 0.618, (image as f32 * 0.414).fract() * 3.0 - 1.5);
        let distance = (row - 2.0) * angle.cos() + (column - 3.5) * angle.sin() - place;
        (255.0 * (1.0 - distance.abs()).max(0.0)) as u8
    })
}

pub(crate) fn plain() -> Specification {
    Specification::new(ROWS * COLUMNS, [33, 7]).with_activation(Activation::Tanh)
}

pub(crate) fn normalized() -> Specification {
    plain().with_normalization(Normalization::Batch)
}

pub(crate) fn options() -> TrainingOptions {
    TrainingOptions::default().with_epochs(3).with_batch_size(100).with_learning_rate(0.005).with_seed(5)
}

pub(crate) fn trainer(specification: &Specification, options: TrainingOptions) -> Trainer {
    let mut model = Model::new(specification.clone(), Initialization::Glorot, 4).unwrap();
    model.about.sample_shape = vec![ROWS, COLUMNS];
    Trainer::of_model(model, options).unwrap()
}

pub(crate) fn trained(specification: &Specification, options: TrainingOptions) -> Trainer {
    let mut trainer = trainer(specification, options.clone().with_epochs(40));
    trainer.fit(&samples(500)).unwrap();
    trainer
}
