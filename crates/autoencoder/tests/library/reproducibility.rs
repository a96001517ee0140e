//! Reproducibility: the same bits on any number of threads, after resuming, and from the same seed.

use std::ops::ControlFlow;

use autoencoder::{
    EpochReport, Initialization, Loss, Model, Observer, Optimizer, Pca, Purpose, Samples, Scaling,
    Specification, StepReport, Stream, Trainer, TrainingError, TrainingOptions, Values,
};
use ndarray::Array2;

use crate::support::{precisions, with_threads};

fn samples(count: usize) -> Samples {
    let mut stream = Stream::new(3, Purpose::Split, [0, 0]);
    let images = Array2::from_shape_simple_fn((count, 70), || stream.below(256) as u8);
    Samples::new(Values::Bytes(images), Scaling::Bytes).unwrap()
}

/// Samples in which most numbers are zero, as in drawings, so that products skip zeros.
fn sparse_samples(count: usize) -> Samples {
    let mut stream = Stream::new(5, Purpose::Split, [0, 0]);
    let images = Array2::from_shape_fn((count, 70), |(row, column)| {
        let value = stream.below(256) as u8;
        if (row * 7 + column) % 70 < 20 { value } else { 0 }
    });
    Samples::new(Values::Bytes(images), Scaling::Bytes).unwrap()
}

fn options(epochs: usize, optimizer: Optimizer) -> TrainingOptions {
    // The training has 333 samples in batches of 100: the last batch is shorter, and no batch is a multiple
    // of the kernels' blocks.
    TrainingOptions::default()
        .with_epochs(epochs)
        .with_batch_size(100)
        .with_optimizer(optimizer)
        .with_learning_rate(0.003)
        .with_seed(9)
}

fn trainer(options: TrainingOptions) -> Trainer {
    let mut specification = Specification::new(70, [41, 33]);
    specification.loss = Loss::Bce;
    Trainer::of_model(Model::new(specification, Initialization::Glorot, 4).unwrap(), options).unwrap()
}

#[test]
fn the_same_bits_on_any_number_of_threads() {
    let run = |threads, precision, samples: fn(usize) -> Samples| {
        with_threads(threads, || {
            let (train, test) = (samples(333), samples(97));
            let mut trainer = trainer(options(3, Optimizer::ADAM).with_precision(precision));
            trainer.validate(&test).fit(&train).unwrap();
            let model = trainer.model();
            let codes = model.encode(&test).unwrap();
            let pca = Pca::fit(&train, 5).unwrap();
            (
                trainer.checkpoint(),
                codes,
                model.reconstruct(&test).unwrap(),
                pca.mse(&test).unwrap().to_bits(),
                pca,
            )
        })
    };
    for precision in precisions() {
        for samples in [samples, sparse_samples] {
            let one = run(1, precision, samples);
            for threads in [2, 3, 4, 7] {
                assert!(
                    run(threads, precision, samples) == one,
                    "{precision}: {threads} threads differ from 1"
                );
            }
        }
    }
}

/// An observer that takes a checkpoint after one epoch.
struct Save {
    after: usize,
    checkpoint: Vec<u8>,
}

impl Observer for Save {
    fn epoch_done(&mut self, report: &EpochReport, trainer: &Trainer) -> ControlFlow<()> {
        if report.epoch == self.after {
            self.checkpoint = trainer.checkpoint();
        }
        ControlFlow::Continue(())
    }
}

#[test]
fn a_resumed_training_ends_in_the_same_bytes_with_every_optimizer() {
    let (train, test) = (samples(333), samples(50));
    let optimizers = [
        Optimizer::Sgd,
        Optimizer::MOMENTUM,
        Optimizer::NESTEROV,
        Optimizer::RMSPROP,
        Optimizer::ADAM,
        Optimizer::ADAMW,
    ];
    for (optimizer, precision) in
        optimizers.into_iter().flat_map(|optimizer| precisions().map(move |p| (optimizer, p)))
    {
        let mut save = Save { after: 2, checkpoint: Vec::new() };
        let mut whole = trainer(options(5, optimizer).with_precision(precision));
        whole.validate(&test).observe(&mut save).fit(&train).unwrap();
        let mut resumed = with_threads(3, || Trainer::resume(&save.checkpoint, 5).unwrap());
        assert_eq!(resumed.history(), &whole.history()[..2]);
        resumed.validate(&test).fit(&train).unwrap();
        assert!(resumed.checkpoint() == whole.checkpoint(), "{optimizer:?} {precision}");
    }
}

#[test]
fn seeds_and_shuffling_matter() {
    let train = samples(333);
    let run = |seed, shuffle| {
        let mut trainer = trainer(options(2, Optimizer::ADAM).with_seed(seed).with_shuffle(shuffle));
        trainer.fit(&train).unwrap();
        trainer.into_model()
    };
    assert_eq!(run(1, true).parameters(), run(1, true).parameters());
    assert_ne!(run(1, true).parameters(), run(2, true).parameters());
    assert_ne!(run(1, true).parameters(), run(1, false).parameters());
    assert_eq!(run(1, false).parameters(), run(2, false).parameters());
}

#[test]
fn divergence_is_an_error_that_says_where() {
    let train = samples(64);
    let mut specification = Specification::new(70, [8]);
    specification.activation = autoencoder::Activation::Linear;
    specification.code_activation = autoencoder::Activation::Linear;
    specification.output_activation = autoencoder::Activation::Linear;
    let model = Model::new(specification, Initialization::Glorot, 0).unwrap();
    let wild = options(50, Optimizer::Sgd).with_learning_rate(1e9);
    let error = Trainer::of_model(model, wild).unwrap().fit(&train).unwrap_err();
    assert!(
        matches!(error, TrainingError::Diverged { epoch, step, .. } if epoch >= 1 && step > 1),
        "{error:?}"
    );
}

/// The loss of a step is computed before the step, so the effect of the last step shows only in the
/// parameters.
#[test]
fn divergence_in_the_very_last_step_is_seen() {
    let train = samples(64);
    let mut specification = Specification::new(70, [8]);
    specification.code_activation = autoencoder::Activation::Linear;
    specification.output_activation = autoencoder::Activation::Linear;
    let model = Model::new(specification, Initialization::Glorot, 0).unwrap();
    let wild = options(1, Optimizer::ADAM).with_learning_rate(3e38);
    let error = Trainer::of_model(model, wild).unwrap().fit(&train).unwrap_err();
    assert!(matches!(error, TrainingError::Diverged { what: "parameter", .. }), "{error:?}");
}

/// Parameters that are finite, and so large that the model restores nothing.
#[test]
fn an_explosion_in_the_very_last_step_is_seen() {
    let train = samples(64);
    let linear = autoencoder::Activation::Linear;
    let specification =
        Specification::new(70, [8]).with_code_activation(linear).with_output_activation(linear);
    let model = Model::new(specification, Initialization::Glorot, 0).unwrap();
    let wild = options(1, Optimizer::ADAM).with_batch_size(64).with_learning_rate(1e12);
    let error = Trainer::of_model(model, wild).unwrap().fit(&train).unwrap_err();
    assert!(
        matches!(error, TrainingError::Diverged { epoch: 1, step: 1, what: "loss", found, .. } if found > 1e20),
        "{error:?}"
    );
}

/// A step that leaves the numbers is no step to stop at: the checkpoint could not be resumed.
#[test]
fn a_training_that_is_stopped_after_it_diverged_has_diverged() {
    struct Stop;
    impl Observer for Stop {
        fn step_done(&mut self, _: &StepReport, _: &Trainer) -> ControlFlow<()> {
            ControlFlow::Break(())
        }
    }
    let linear = autoencoder::Activation::Linear;
    let specification =
        Specification::new(70, [8]).with_code_activation(linear).with_output_activation(linear);
    let model = Model::new(specification, Initialization::Glorot, 0).unwrap();
    let wild = options(2, Optimizer::ADAM).with_learning_rate(3e38);
    let error = Trainer::of_model(model, wild).unwrap().observe(&mut Stop).fit(&samples(64)).unwrap_err();
    assert!(matches!(error, TrainingError::Diverged { step: 1, what: "parameter", .. }), "{error:?}");
}

#[test]
fn validation_samples_outside_of_cross_entropy_are_refused() {
    let specification = Specification::new(70, [8]).with_loss(autoencoder::Loss::Bce);
    let model = Model::new(specification, Initialization::Glorot, 0).unwrap();
    let validation =
        Samples::new(Values::Floats(Array2::from_elem((4, 70), 1.5 * 255.0)), Scaling::Bytes).unwrap();
    let mut trainer = Trainer::of_model(model, options(1, Optimizer::ADAM)).unwrap();
    let error = trainer.validate(&validation).fit(&samples(20)).unwrap_err();
    assert_eq!(error, TrainingError::ValidationRange { expected: (0.0, 1.0), found: (1.5, 1.5) });
    assert_eq!(trainer.steps(), 0);
}

#[test]
fn the_scaling_of_the_samples_becomes_the_models() {
    let mut trainer = trainer(options(1, Optimizer::ADAM));
    trainer.fit(&samples(20)).unwrap();
    assert_eq!(trainer.into_model().about.scaling, Scaling::Bytes);
}

/// Validation samples are scaled as the training samples were, and may lie outside the range that those were
/// scaled into.
#[test]
fn validation_samples_may_lie_outside_the_output() {
    let values = Array2::from_elem((4, 70), 1.5 * 255.0);
    let validation = Samples::new(Values::Floats(values), Scaling::Bytes).unwrap();
    let model = Model::new(Specification::new(70, [8]), Initialization::Glorot, 0).unwrap();
    let mut trainer = Trainer::of_model(model, options(1, Optimizer::ADAM)).unwrap();
    trainer.validate(&validation).fit(&samples(20)).unwrap();
    assert!(trainer.history()[0].validation_mse.unwrap() > 0.25);
}

#[test]
fn samples_outside_the_output_are_refused() {
    let values = Array2::from_shape_fn((4, 70), |(row, _)| row as f32 - 1.0);
    let samples = Samples::new(Values::Floats(values), Scaling::None).unwrap();
    let error = trainer(options(1, Optimizer::ADAM)).fit(&samples).unwrap_err();
    assert_eq!(error, TrainingError::Range { expected: (0.0, 1.0), found: (-1.0, 2.0) });
}

#[test]
fn impossible_options_are_refused_by_name() {
    let refuse = |change: fn(&mut TrainingOptions)| {
        let mut options = options(1, Optimizer::ADAM);
        change(&mut options);
        options.check().unwrap_err().to_string()
    };
    assert_eq!(refuse(|o| o.batch_size = 0), "batch size: expected at least 1, found 0");
    assert!(refuse(|o| o.learning_rate = f32::NAN).starts_with("learning rate: "));
    assert!(refuse(|o| o.learning_rate = -1.0).starts_with("learning rate: "));
    assert!(refuse(|o| o.optimizer = Optimizer::Momentum { momentum: 1.0 }).starts_with("momentum: "));
    assert!(
        refuse(|o| o.optimizer = Optimizer::Adam { beta1: 0.9, beta2: 2.0, epsilon: 1e-8 })
            .starts_with("beta2")
    );
}

#[test]
fn an_epoch_reports_the_mean_of_what_it_trained_on() {
    // A learning rate that changes nothing makes the epoch's mean equal to the evaluation's, with a shorter
    // last batch too.
    let train = samples(333);
    let mut trainer = trainer(options(1, Optimizer::Sgd).with_learning_rate(1e-20));
    let before = trainer.model().evaluate(&train).unwrap();
    trainer.validate(&train).fit(&train).unwrap();
    let report = trainer.history()[0];
    for (found, expected) in [
        (report.train_mse, before.mse),
        (report.train_loss, before.loss),
        (report.validation_mse.unwrap(), before.mse),
        (report.validation_loss.unwrap(), before.loss),
    ] {
        assert!((found - expected).abs() < 1e-6 * expected, "{found}, expected {expected}");
    }
}
