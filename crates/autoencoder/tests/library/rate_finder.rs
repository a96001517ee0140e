//! Learning-rate range test: the end of a test, the suggested rate, and agreement with the trainer's own
//! training.

use std::ops::ControlFlow;

use autoencoder::{
    Activation, Initialization, Model, Observer, Optimizer, Purpose, RateCurve, RateFinder, Samples, Scaling,
    Schedule, Specification, StepReport, Stream, Trainer, TrainingError, TrainingOptions, Values,
};
use ndarray::Array2;

use crate::support::with_threads;

/// Samples of 90 rows of 20 numbers that three numbers describe.
fn samples() -> Samples {
    let mut stream = Stream::new(2, Purpose::Split, [0, 0]);
    let images = Array2::from_shape_fn((90, 20), |(row, column)| {
        let shade = (row % 3) * 60 + (row % 5) * 10 + column * 3;
        (shade as u64 + stream.below(20)) as u8
    });
    Samples::new(Values::Bytes(images), Scaling::Bytes).unwrap()
}

fn options() -> TrainingOptions {
    TrainingOptions::default().with_batch_size(20).with_seed(3)
}

/// A model whose loss has no upper bound.
fn model() -> Model {
    let specification = Specification::new(20, [16, 4])
        .with_activation(Activation::Relu)
        .with_code_activation(Activation::Linear)
        .with_output_activation(Activation::Linear);
    Model::new(specification, Initialization::He, 4).unwrap()
}

fn tested(range: RateFinder, options: TrainingOptions) -> RateCurve {
    range.find(model(), options, &samples(), &mut ()).unwrap()
}

#[test]
fn the_suggestion_lies_between_the_steepest_fall_and_the_rate_at_which_the_loss_diverges() {
    for optimizer in [Optimizer::ADAM, Optimizer::Sgd, Optimizer::MOMENTUM] {
        let range = RateFinder::default().with_to(1e5).with_steps(300);
        let curve = tested(range, options().with_optimizer(optimizer));
        let end = curve.steps().last().unwrap();
        let (steepest, suggestion) = (curve.steepest_rate().unwrap(), curve.suggestion().unwrap());
        assert!(curve.diverged() && curve.steps().len() < 300, "{optimizer:?}: {end:?}");
        assert!(steepest < suggestion && suggestion < curve.least_loss_rate(), "{optimizer:?}: {suggestion}");
        assert!(curve.least_loss_rate() < end.rate, "{optimizer:?}: {end:?}");
        let trained = |learning_rate| {
            let options =
                options().with_learning_rate(learning_rate).with_optimizer(optimizer).with_epochs(20);
            let mut trainer = Trainer::of_model(model(), options).unwrap();
            trainer.fit(&samples()).map(|()| trainer.history()[19].train_loss)
        };
        let first = curve.steps()[0].loss;
        assert!(trained(suggestion).unwrap() < 0.9 * first, "{optimizer:?}: {suggestion}");
        let beyond = trained(end.rate).unwrap_or(f64::INFINITY);
        assert!(beyond > 2.0 * trained(suggestion).unwrap(), "{optimizer:?}: {beyond}");
    }
}

#[test]
fn each_step_has_its_rate_over_as_many_epochs_as_that_takes() {
    let range = RateFinder::default().with_from(1e-4).with_to(1e-2).with_steps(41);
    let curve = tested(range, options());
    let rates: Vec<f32> = curve.steps().iter().map(|step| step.rate).collect();
    assert_eq!((rates.len(), rates[0].to_bits()), (41, 1e-4f32.to_bits()));
    for (rate, expected) in [(rates[20], 1e-3), (rates[40], 1e-2)] {
        assert!((rate / expected - 1.0).abs() < 1e-6, "{rate}");
    }
    assert!(!curve.diverged());
}

#[test]
fn the_smoothed_loss_is_a_weighted_mean_from_the_first_step_on() {
    let curve = tested(RateFinder::default().with_steps(12), options());
    for (last, step) in curve.steps().iter().enumerate() {
        let weights = (0..=last).map(|index| 0.9f64.powf((last - index) as f64));
        let sum: f64 = weights.clone().zip(curve.steps()).map(|(weight, step)| weight * step.loss).sum();
        let expected = sum / weights.sum::<f64>();
        assert!((step.smoothed - expected).abs() < 1e-12 * expected, "{last}: {step:?}");
    }
}

/// An observer that keeps the losses of a training.
#[derive(Default)]
struct Losses(Vec<f64>);

impl Observer for Losses {
    fn step_done(&mut self, report: &StepReport, _: &Trainer) -> ControlFlow<()> {
        self.0.push(report.loss);
        if self.0.len() == 12 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

#[test]
fn the_steps_are_those_of_a_training_and_an_observer_can_end_them() {
    // The range spans two neighbouring f32 numbers, so half of the steps have the first rate, as in a
    // training with a constant rate.
    let from = 0.01f32;
    let range = RateFinder::default().with_from(from).with_to(from.next_up()).with_steps(2 * 12);
    for options in [options(), options().with_clip_norm(0.01).with_accumulate(2)] {
        let mut losses = Losses::default();
        let curve = range.find(model(), options.clone(), &samples(), &mut losses).unwrap();
        let mut expected = Losses::default();
        let options = options.clone().with_epochs(9).with_learning_rate(from);
        Trainer::of_model(model(), options).unwrap().observe(&mut expected).fit(&samples()).unwrap();
        assert_eq!(losses.0, expected.0);
        assert_eq!(curve.steps().iter().map(|step| step.loss).collect::<Vec<_>>(), expected.0);
    }
}

#[test]
fn what_sets_the_rate_and_the_length_of_a_training_has_no_say() {
    let other = options()
        .with_learning_rate(3.0)
        .with_schedule(Schedule::COSINE)
        .with_warmup_epochs(2.0)
        .with_epochs(1)
        .with_keep_best(true);
    assert_eq!(tested(RateFinder::default(), other), tested(RateFinder::default(), options()));
}

#[test]
fn the_same_bits_on_any_number_of_threads() {
    let on = |threads| with_threads(threads, || tested(RateFinder::default(), options()));
    let bits = |curve: &RateCurve| {
        let steps = curve.steps().iter();
        steps
            .map(|step| (step.rate.to_bits(), step.loss.to_bits(), step.smoothed.to_bits()))
            .collect::<Vec<_>>()
    };
    let one = on(1);
    for threads in [2, 3, 8] {
        assert_eq!(bits(&on(threads)), bits(&one), "{threads} threads");
    }
}

#[test]
fn ranges_that_make_no_sense_are_refused_by_name() {
    let good = RateFinder::default();
    for (range, expected) in [
        (good.with_from(0.0), "from"),
        (good.with_from(-1e-3), "from"),
        (good.with_from(f32::NAN), "from"),
        (good.with_to(1e-7), "to"),
        (good.with_to(good.from), "to"),
        (good.with_to(f32::INFINITY), "to"),
        (good.with_steps(9), "steps"),
    ] {
        let Err(TrainingError::Option { name, .. }) = range.find(model(), options(), &samples(), &mut ())
        else {
            panic!("{range:?} is refused");
        };
        assert_eq!(name, expected, "{range:?}");
    }
    let none = options().with_batch_size(0);
    let refused = good.find(model(), none, &samples(), &mut ()).unwrap_err();
    assert!(refused.to_string().contains("batch size"), "{refused}");
    // AdamW's weight decay is multiplied by the learning rate: at the end of this range a step would take
    // more than the whole parameter.
    let decays = options().with_optimizer(Optimizer::ADAMW);
    let refused = good.with_to(200.0).find(model(), decays, &samples(), &mut ()).unwrap_err();
    assert!(refused.to_string().contains("weight_decay"), "{refused}");
}

#[test]
fn a_loss_that_never_falls_suggests_nothing() {
    // A linear model without biases reconstructs zeros exactly.
    let specification = Specification::new(20, [4])
        .with_activation(Activation::Linear)
        .with_code_activation(Activation::Linear)
        .with_output_activation(Activation::Linear);
    let zeros = Samples::new(Values::Bytes(Array2::zeros((30, 20))), Scaling::Bytes).unwrap();
    let model = Model::new(specification, Initialization::Glorot, 0).unwrap();
    let curve = RateFinder::default().find(model, options(), &zeros, &mut ()).unwrap();
    assert_eq!((curve.suggestion(), curve.least_loss_rate().to_bits()), (None, 1e-6f32.to_bits()));
}
