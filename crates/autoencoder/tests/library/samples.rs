//! Samples that a model does not take: each is refused with the expected and the found value.

use autoencoder::{
    Error, Inference, Initialization, Model, Samples, SamplesError, Scaling, ScalingKind, Specification,
    Trainer, TrainingError, TrainingOptions, Values,
};
use ndarray::{Array2, array};

fn readings() -> Array2<f32> {
    Array2::from_shape_fn((20, 6), |(row, column)| (row * (column + 1)) as f32)
}

fn scaled(values: Array2<f32>, scaling: Scaling) -> Samples {
    Samples::new(Values::Floats(values), scaling).unwrap()
}

/// A model trained on tables of 2 x 3 numbers with min-max scaling.
fn trained() -> Model {
    let scaling = Scaling::fit_min_max(readings().view());
    let samples = scaled(readings(), scaling).with_shape([2, 3]).unwrap();
    let mut trainer = Trainer::new(Specification::new(6, [2]), TrainingOptions::default()).unwrap();
    trainer.fit(&samples).unwrap();
    trainer.into_model()
}

/// The error with which every use of a model refuses these samples.
fn refused(model: &Model, samples: &Samples) -> SamplesError {
    let inference = Inference::new(model);
    let error = model.encode(samples).unwrap_err();
    assert_eq!(
        inference.encode_into(samples, Array2::zeros((samples.len(), 2)).view_mut()),
        Err(error.clone())
    );
    assert_eq!(model.reconstruct(samples).unwrap_err(), error);
    assert_eq!(model.evaluate(samples).unwrap_err(), error);
    assert_eq!(model.errors(samples).unwrap_err(), error);
    assert_eq!(inference.evaluate_against(samples, samples).unwrap_err(), error);
    assert_eq!(inference.log_likelihood(samples, 1).unwrap_err(), error);
    error
}

#[test]
fn a_model_makes_the_samples_that_it_takes() {
    let model = trained();
    let samples = model.samples(Values::Floats(readings())).unwrap();
    assert_eq!((samples.scaling(), samples.shape()), (&model.about.scaling, vec![2, 3]));
    assert_eq!(model.encode(&samples).unwrap().dim(), (20, 2));
    let (errors, mse) = (model.errors(&samples).unwrap(), model.evaluate(&samples).unwrap().mse);
    // One adds squares in f32 by sample, the other by column.
    assert!((errors.mean().unwrap() - mse).abs() < 1e-6 * mse, "{errors}, {mse}");
    let error = model.samples(Values::Floats(array![[1.0, 2.0]])).unwrap_err();
    assert_eq!(error, SamplesError::Features { expected: 6, found: 2 });
    let mut values = readings();
    values[(3, 4)] = f32::INFINITY;
    let error = Error::from(model.samples(Values::Floats(values)).unwrap_err());
    assert_eq!(error.to_string(), "row 3, column 4 (both from 0): expected a finite number, found inf");
}

#[test]
fn a_scaling_of_two_lengths_is_refused() {
    let scaling = Scaling::MinMax { minimum: vec![0.0; 6], maximum: vec![1.0; 5] };
    let error = Samples::new(Values::Floats(readings()), scaling.clone()).unwrap_err();
    assert_eq!(error, SamplesError::Features { expected: 5, found: 6 });
    let mut model = trained();
    model.about.scaling = scaling;
    assert_eq!(model.samples(Values::Floats(readings())).unwrap_err(), error);
}

/// Nobody can tell whether such numbers were divided by 255 already.
#[test]
fn numbers_that_are_no_bytes_are_refused_by_a_model_of_bytes() {
    let bytes = Array2::from_shape_fn((20, 6), |(row, column)| (row * column) as u8);
    let samples = Samples::new(Values::Bytes(bytes.clone()), Scaling::Bytes).unwrap();
    let mut trainer = Trainer::new(Specification::new(6, [2]), TrainingOptions::default()).unwrap();
    trainer.fit(&samples).unwrap();
    let model = trainer.into_model();
    let floats = bytes.mapv(|byte| f32::from(byte) / 255.0);
    assert_eq!(model.samples(Values::Floats(floats)).unwrap_err(), SamplesError::NotBytes);
    assert!(model.samples(Values::Bytes(bytes)).is_ok());
}

#[test]
fn another_width_scaling_or_shape_is_refused() {
    let model = trained();
    let wide = scaled(Array2::zeros((4, 7)), Scaling::None);
    assert_eq!(refused(&model, &wide), SamplesError::Features { expected: 6, found: 7 });
    let plain = refused(&model, &scaled(readings(), Scaling::None));
    assert_eq!(plain, SamplesError::Scaling { expected: ScalingKind::MinMax, found: ScalingKind::None });
    assert_eq!(plain.to_string(), "expected samples with the model's min-max scaling, found none");
    // A scaling of the same kind, fitted to other samples, is refused too.
    let others = Scaling::fit_min_max(readings().mapv(|value| 2.0 * value).view());
    let message = refused(&model, &scaled(readings(), others)).to_string();
    assert_eq!(
        message,
        "expected samples with the model's min-max scaling, found min-max scaling with other numbers"
    );
    let turned = model.samples(Values::Floats(readings())).unwrap().with_shape([3, 2]).unwrap();
    let shape = SamplesError::Shape { expected: vec![2, 3], found: vec![3, 2] };
    assert_eq!(refused(&model, &turned), shape);
}

#[test]
fn codes_of_another_width_and_targets_of_other_inputs_are_refused() {
    let model = trained();
    let error = model.decode(Array2::zeros((3, 4)).view()).unwrap_err();
    assert_eq!(error, SamplesError::CodeWidth { expected: 2, found: 4 });
    let samples = model.samples(Values::Floats(readings())).unwrap();
    let few = samples.clone().truncated(7);
    let error = Inference::new(&model).evaluate_against(&samples, &few).unwrap_err();
    assert_eq!(error, SamplesError::Pair { expected: (20, 6), found: (7, 6) });
    assert_eq!(error.to_string(), "expected a target for each input, 20 of 6 features, found 7 of 6");
}

#[test]
fn validation_samples_are_scaled_as_the_training_samples() {
    let train = scaled(readings(), Scaling::fit_min_max(readings().view()));
    let mut trainer = Trainer::new(Specification::new(6, [2]), TrainingOptions::default()).unwrap();
    let error = trainer.validate(&scaled(readings(), Scaling::None)).fit(&train).unwrap_err();
    let scaling = SamplesError::Scaling { expected: ScalingKind::MinMax, found: ScalingKind::None };
    assert_eq!(error, TrainingError::Validation(scaling));
    assert!(
        error.to_string().starts_with("validation: expected samples with the model's min-max"),
        "{error}"
    );
}

/// The scaling of an untrained model is not known yet.
#[test]
fn a_model_that_was_never_trained_takes_any_scaling() {
    let model = Model::new(Specification::new(6, [2]), Initialization::Glorot, 0).unwrap();
    for scaling in [Scaling::None, Scaling::Bytes, Scaling::fit_standard(readings().view())] {
        assert!(model.evaluate(&scaled(readings(), scaling)).is_ok());
    }
}

/// One seed determines both the initial weights and the order of the samples.
#[test]
fn a_new_training_is_a_function_of_one_seed() {
    let samples = scaled(readings() / 120.0, Scaling::None);
    let bytes = |seed| {
        let options = TrainingOptions::default().with_seed(seed).with_batch_size(4);
        let mut trainer = Trainer::new(Specification::new(6, [2]), options).unwrap();
        trainer.fit(&samples).unwrap();
        trainer.into_model().parameters().clone()
    };
    assert!(bytes(1) == bytes(1) && bytes(1) != bytes(2));
}
