//! Training loop: schedules, clipping, accumulated batches, early stopping, the best model, and resuming from
//! any step.

use std::ops::ControlFlow;

use autoencoder::{
    Choice, EarlyStopping, EpochReport, Initialization, Model, Observer, Optimizer, Precision, Purpose,
    Samples, Scaling, Schedule, Specification, StepReport, Stream, Trainer, TrainingError, TrainingOptions,
    Values,
};
use ndarray::Array2;

use crate::support::{BreakAfter, with_threads};

/// Samples of 100 rows of 40 numbers: three steps an epoch, the last of them shorter.
fn samples() -> Samples {
    let mut stream = Stream::new(8, Purpose::Split, [0, 0]);
    let images = Array2::from_shape_simple_fn((100, 40), || stream.below(256) as u8);
    Samples::new(Values::Bytes(images), Scaling::Bytes).unwrap()
}

fn options() -> TrainingOptions {
    TrainingOptions::default().with_epochs(4).with_batch_size(40).with_learning_rate(0.01).with_seed(3)
}

fn trainer(options: TrainingOptions) -> Trainer {
    let model = Model::new(Specification::new(40, [20, 7]), Initialization::Glorot, 4).unwrap();
    Trainer::of_model(model, options).unwrap()
}

fn trained(options: TrainingOptions) -> Trainer {
    let mut trainer = trainer(options);
    trainer.validate(&samples()).fit(&samples()).unwrap();
    trainer
}

/// Options of trainings with every kind of state that a checkpoint must hold.
fn ways() -> Vec<TrainingOptions> {
    let early = EarlyStopping::new(2);
    vec![
        options(),
        options().with_schedule(Schedule::COSINE).with_warmup_epochs(0.5),
        options().with_schedule(Schedule::ONE_CYCLE).with_optimizer(Optimizer::NESTEROV),
        options().with_schedule(Schedule::STEP).with_clip_norm(0.005),
        options().with_schedule(Schedule::EXPONENTIAL).with_accumulate(2).with_batch_size(15),
        options().with_early_stopping(early).with_keep_best(true).with_learning_rate(0.3),
        options().with_optimizer(Optimizer::Sgd).with_keep_best(true),
    ]
}

#[test]
fn a_training_broken_off_after_any_step_goes_on_to_the_same_bytes() {
    for options in ways() {
        let whole = trained(options.clone());
        for steps in 1..=whole.steps() as usize {
            let mut first = trainer(options.clone());
            first.validate(&samples()).observe(&mut BreakAfter(steps)).fit(&samples()).unwrap();
            assert_eq!(first.steps() as usize, steps);
            let mut resumed = Trainer::resume(&first.checkpoint(), options.epochs).unwrap();
            assert_eq!(resumed.part_of_epoch(), first.part_of_epoch());
            with_threads(3, || resumed.validate(&samples()).fit(&samples())).unwrap();
            assert!(
                resumed.checkpoint() == whole.checkpoint(),
                "{options:?}, broken off after {steps} steps"
            );
            assert!(resumed.into_model() == whole.best_model());
        }
    }
}

#[test]
fn a_checkpoint_can_be_taken_at_every_step_without_changing_anything() {
    struct Take(Vec<Vec<u8>>);
    impl Observer for Take {
        fn step_done(&mut self, _: &StepReport, trainer: &Trainer) -> ControlFlow<()> {
            self.0.push(trainer.checkpoint());
            ControlFlow::Continue(())
        }
    }
    let mut take = Take(Vec::new());
    let mut watched = trainer(options());
    watched.validate(&samples()).observe(&mut take).fit(&samples()).unwrap();
    assert_eq!(take.0.len(), 12);
    assert!(watched.checkpoint() == trained(options()).checkpoint());
}

/// Sums over a batch continue from the sums of the batch before.
#[test]
fn batches_put_together_are_one_batch_bit_for_bit() {
    for precision in Precision::ALL.iter().copied().filter(|precision| precision.is_available()) {
        for clip_norm in [None, Some(0.005)] {
            let one = options().with_batch_size(64).with_precision(precision).with_clip_norm(clip_norm);
            let two = one.clone().with_batch_size(32).with_accumulate(2);
            let (one, two) = (trained(one), trained(two));
            assert_eq!(one.steps(), two.steps());
            assert_eq!(one.model().parameters(), two.model().parameters(), "{precision} {clip_norm:?}");
        }
    }
}

#[test]
fn clipping_shortens_a_step_of_plain_descent_to_its_bound() {
    let far = |clip_norm| {
        let rate = 2.0;
        let options = options()
            .with_optimizer(Optimizer::Sgd)
            .with_learning_rate(rate)
            .with_clip_norm(clip_norm)
            .with_batch_size(100)
            .with_epochs(1);
        let (before, after) = (trainer(options.clone()).model(), trained(options).model());
        let pairs = before.parameters().as_slice().iter().zip(after.parameters().as_slice());
        let square = |(a, b): (&f32, &f32)| (f64::from(*a) - f64::from(*b)).powi(2);
        pairs.map(square).sum::<f64>().sqrt() / f64::from(rate)
    };
    let free = far(None);
    assert!((far(Some(0.005)) - 0.005).abs() < 1e-6 && free > 0.01, "{free}");
    assert!((far(Some(1e6)) - free).abs() < 1e-6 * free);
}

#[test]
fn a_schedule_reaches_the_optimizer() {
    // Descent in f32 at a rate that falls to almost nothing after the first epoch changes no parameter from
    // then on.
    let falls = Schedule::Step { epochs: 1, factor: 1e-30 };
    let options = options().with_optimizer(Optimizer::Sgd).with_schedule(falls);
    let one = trained(options.clone().with_epochs(1));
    assert_eq!(trained(options.clone()).model().parameters(), one.model().parameters());
    let constant = options.clone().with_schedule(Schedule::Constant);
    assert_ne!(trained(constant).model().parameters(), one.model().parameters());
}

/// The validation losses of all epochs.
fn losses(trainer: &Trainer) -> Vec<f64> {
    trainer.history().iter().map(|report: &EpochReport| report.validation_loss.unwrap()).collect()
}

#[test]
fn it_stops_when_nothing_gets_better_and_the_best_is_kept() {
    // No epoch can improve the loss by 1, so the first epoch stays the best.
    let early_stopping = Some(EarlyStopping::new(3).with_smallest_change(1.0));
    let options = options().with_epochs(20).with_early_stopping(early_stopping).with_keep_best(true);
    let stopped = trained(options.clone());
    assert_eq!((stopped.history().len(), stopped.best_epoch()), (4, Some(1)));
    assert!(stopped.is_finished());
    let one = trained(options.clone().with_epochs(1));
    assert_eq!(stopped.best_model().parameters(), one.model().parameters());
    assert_ne!(stopped.model().parameters(), one.model().parameters());
    let mut again = Trainer::resume(&stopped.checkpoint(), 20).unwrap();
    again.validate(&samples()).fit(&samples()).unwrap();
    assert_eq!(again.history().len(), 4, "what has stopped stays so");
}

#[test]
fn the_best_epoch_is_the_one_with_the_least_loss() {
    let jumps = trained(options().with_learning_rate(0.3).with_epochs(12).with_keep_best(true));
    let losses = losses(&jumps);
    let least = losses.iter().copied().fold(f64::INFINITY, f64::min);
    assert!((losses[jumps.best_epoch().unwrap() - 1] - least).abs() < f64::EPSILON);
    let mse = jumps.best_model().evaluate(&samples()).unwrap().loss;
    assert!((mse - least).abs() < 1e-9, "{mse}, expected {least}");
    let last = trained(options().with_learning_rate(0.3).with_epochs(12));
    assert_eq!(last.best_model(), last.model());
}

#[test]
fn divergence_says_where_and_in_which_tensor() {
    let wild = options().with_learning_rate(3e38).with_epochs(1).with_batch_size(100);
    let mut specification = Specification::new(40, [20, 7]);
    specification.code_activation = autoencoder::Activation::Linear;
    specification.output_activation = autoencoder::Activation::Linear;
    let model = Model::new(specification.clone(), Initialization::Glorot, 4).unwrap();
    let error = Trainer::of_model(model, wild).unwrap().fit(&samples()).unwrap_err();
    let TrainingError::Diverged { epoch: 1, step: 1, what: "parameter", tensor: Some(tensor), .. } = &error
    else {
        panic!("{error:?}");
    };
    assert!(error.to_string().contains("expected a finite parameter, found "), "{error}");
    assert!(
        error.to_string().ends_with(&format!("; the first tensor that is not finite is {tensor}")),
        "{error}"
    );

    let growing = options().with_optimizer(Optimizer::Sgd).with_learning_rate(50.0).with_epochs(50);
    let model = Model::new(specification, Initialization::Glorot, 4).unwrap();
    let error = Trainer::of_model(model, growing).unwrap().fit(&samples()).unwrap_err();
    assert!(
        matches!(error, TrainingError::Diverged { what: "loss", found, tensor: None, .. } if found.is_finite()),
        "an exploding loss is seen while it is a number: {error:?}"
    );
    let expected = "a loss of at most 10000, or 10000 times that of the first step, found ";
    assert!(error.to_string().contains(expected), "{error}");
}

#[test]
fn impossible_options_are_refused_by_name() {
    let refuse = |change: fn(&mut TrainingOptions)| {
        let mut options = options();
        change(&mut options);
        options.check().unwrap_err().to_string()
    };
    assert!(refuse(|o| o.schedule = Schedule::Exponential { factor: 2.0 }).starts_with("schedule factor: "));
    assert!(refuse(|o| o.warmup_epochs = -1.0).starts_with("warm-up: "));
    assert!(refuse(|o| o.warmup_epochs = f64::NAN).starts_with("warm-up: "));
    let both = |o: &mut TrainingOptions| (o.schedule, o.warmup_epochs) = (Schedule::ONE_CYCLE, 1.0);
    assert!(refuse(both).contains("one-cycle begins with its own"));
    assert!(refuse(|o| o.clip_norm = Some(0.0)).starts_with("clip norm: "));
    assert!(refuse(|o| o.weight_decay = 100.0).starts_with("weight decay: "));
    assert!(refuse(|o| o.accumulate = 0).starts_with("batches of a step: "));
    let patience =
        |patience, smallest_change| Some(EarlyStopping::new(patience).with_smallest_change(smallest_change));
    let refused =
        |early_stopping| options().with_early_stopping(early_stopping).check().unwrap_err().to_string();
    assert!(refused(patience(0, 0.0)).starts_with("patience: "));
    assert!(refused(patience(1, -1.0)).starts_with("smallest change: "));
}

#[test]
fn a_training_goes_on_with_its_own_samples_only() {
    let mut trainer = Trainer::new(Specification::new(40, [20, 7]), options().with_epochs(2)).unwrap();
    trainer.validate(&samples().truncated(30)).fit(&samples()).unwrap();
    let resumed = || Trainer::resume(&trainer.checkpoint(), 3).unwrap();
    assert_eq!(resumed().data(), trainer.data());
    let count = samples().len();
    let mut order: Vec<usize> = (0..count).collect();
    order.swap(3, 70);
    for (other, says) in [
        (samples().select(&order), "the same samples in another order".to_owned()),
        (samples().truncated(count - 1), format!("{} samples instead of {count}", count - 1)),
        (samples().with_shape([8, 5]).unwrap(), "samples of the shape [8, 5] instead of [40]".to_owned()),
        (samples().with_labels(["a"; 100]), "the same samples with other labels".to_owned()),
    ] {
        let expected = format!("expected the training samples that the training began with, found {says}");
        assert_eq!(resumed().fit(&other).unwrap_err().to_string(), expected);
        assert_eq!(resumed().check_data(&other, None).unwrap_err().to_string(), expected);
    }
    let refused = resumed().validate(&samples().truncated(29)).fit(&samples()).unwrap_err();
    assert!(refused.to_string().contains("validation samples"), "{refused}");
    resumed().fit(&samples()).unwrap();
}
