//! Learning-rate range test: one short training that raises the learning rate at every step shows which rates
//! are worth training with (Smith 2017, "Cyclical learning rates for training neural networks").

use std::ops::ControlFlow;

use crate::files::progress::EpochReport;
use crate::model::Model;
use crate::options::TrainingOptions;
use crate::options::error::TrainingError;
use crate::samples::Samples;
use crate::training::observer::Observer;
use crate::training::observer::StepReport;
use crate::training::rate_finder::RateFinder;
use crate::training::trainer::Trainer;

/// Step of a range test.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct RateStep {
    /// Learning rate of the step.
    pub rate: f32,
    /// Mean loss of the step's samples, before the step.
    pub loss: f64,
    /// Weighted mean of this loss and all losses before it, where each loss weighs a tenth less than the one
    /// after it.
    pub smoothed: f64,
}

/// Result of a range test: the loss against the learning rate.
#[derive(Clone, Debug, PartialEq)]
pub struct RateCurve {
    steps: Vec<RateStep>,
    diverged: bool,
}

/// The share of the smoothed loss that stays at each step. A larger share, such as fastai's 0.98, would lag
/// behind by powers of ten of the rate in 200 steps.
const KEPT: f64 = 0.9;

/// The ratio of the smoothed loss to its minimum at which the test has diverged beyond recovery.
const DIVERGED: f64 = 4.0;

impl RateFinder {
    /// Trains `model` with each learning rate of the range for one step, until the loss diverges. The test
    /// passes over the samples until its steps are done. Options that set the learning rate or the length of
    /// a training have no effect.
    ///
    /// The observer sees every step, and may end the test.
    ///
    /// ```
    /// use autoencoder::{Initialization, Model, RateFinder, Samples, Scaling, Specification, TrainingOptions, Values};
    /// use ndarray::Array2;
    /// let images = Array2::from_shape_fn((64, 12), |(row, column)| if (row + column) % 3 == 0 { 255 } else { 0 });
    /// let samples = Samples::new(Values::Bytes(images), Scaling::Bytes)?;
    /// let model = Model::new(Specification::new(12, [8, 3]), Initialization::Glorot, 0)?;
    /// let options = TrainingOptions::default().with_batch_size(16);
    /// let curve = RateFinder::default().find(model, options, &samples, &mut ())?;
    /// let suggestion = curve.suggestion().expect("the loss fell");
    /// assert!(suggestion > 1e-3 && suggestion < curve.least_loss_rate());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// If the range or an option is out of its range, the samples do not fit the model, or not even the first
    /// loss is finite.
    pub fn find(
        self,
        model: Model,
        options: TrainingOptions,
        samples: &Samples,
        observer: &mut dyn Observer,
    ) -> Result<RateCurve, TrainingError> {
        self.check()?;
        // The options are checked with the greatest rate, because the optimizer's settings must fit every
        // rate of the range.
        let learning_rate = self.to;
        let options = TrainingOptions { learning_rate, early_stopping: None, keep_best: false, ..options };
        let mut trainer = Trainer::of_model(model, options)?;
        let steps_per_epoch = samples.len().div_ceil(trainer.options.step_size());
        trainer.options.epochs = self.steps.div_ceil(steps_per_epoch);
        trainer.rates = Some(self);
        let mut recorder =
            Recorder { range: self, steps: Vec::new(), least: f64::INFINITY, diverged: false, observer };
        match trainer.observe(&mut recorder).fit(samples) {
            // A divergence is an error of a training, but a result of a range test.
            Err(TrainingError::Diverged { .. }) if !recorder.steps.is_empty() => recorder.diverged = true,
            outcome => outcome?,
        }
        Ok(RateCurve { steps: recorder.steps, diverged: recorder.diverged })
    }
}

/// Records the steps of a range test and ends it.
struct Recorder<'a> {
    range: RateFinder,
    steps: Vec<RateStep>,
    /// The least smoothed loss so far.
    least: f64,
    diverged: bool,
    observer: &'a mut dyn Observer,
}

impl Observer for Recorder<'_> {
    fn epoch_begins(&mut self, epoch: usize) {
        self.observer.epoch_begins(epoch);
    }

    fn step_done(&mut self, report: &StepReport, trainer: &Trainer) -> ControlFlow<()> {
        let step = RateStep {
            rate: self.range.rate(trainer.steps()),
            loss: report.loss,
            smoothed: smoothed(self.steps.last(), self.steps.len(), report.loss),
        };
        self.steps.push(step);
        self.least = self.least.min(step.smoothed);
        self.diverged = step.smoothed > DIVERGED * self.least;
        self.observer.step_done(report, trainer)?;
        if self.diverged || self.steps.len() == self.range.steps {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }

    fn epoch_trained(&mut self, epoch: usize) {
        self.observer.epoch_trained(epoch);
    }

    fn epoch_done(&mut self, report: &EpochReport, trainer: &Trainer) -> ControlFlow<()> {
        self.observer.epoch_done(report, trainer)
    }
}

/// The exponential moving average after one more loss. The division by the sum of the weights corrects the
/// bias of the first values towards 0.
fn smoothed(last: Option<&RateStep>, before: usize, loss: f64) -> f64 {
    let weight = |losses: usize| 1.0 - KEPT.powf(losses as f64);
    let sum = last.map_or(0.0, |last| last.smoothed * weight(before));
    (KEPT * sum + (1.0 - KEPT) * loss) / weight(before + 1)
}

impl RateCurve {
    /// The steps, in order; at least one.
    pub fn steps(&self) -> &[RateStep] {
        &self.steps
    }

    /// Whether the loss diverged before the last step of the range.
    pub fn diverged(&self) -> bool {
        self.diverged
    }

    /// The learning rate of the least smoothed loss. Larger rates make steps that are too long.
    pub fn least_loss_rate(&self) -> f32 {
        self.steps[self.least()].rate
    }

    /// The learning rate at which the smoothed loss fell most, before its minimum; `None` if the loss never
    /// fell.
    pub fn steepest_rate(&self) -> Option<f32> {
        let fall = |pair: &[RateStep]| (pair[1].rate, pair[0].smoothed - pair[1].smoothed);
        let falls = self.steps[..=self.least()].windows(2).map(fall);
        falls.max_by(|a, b| a.1.total_cmp(&b.1)).map(|(rate, _)| rate)
    }

    /// The learning rate to train with; `None` if the loss never fell.
    ///
    /// The suggestion lies halfway, on a logarithmic scale, between the steepest fall and the least loss:
    /// √(steepest · least). The steepest fall of an autoencoder is the fall of its output towards the mean
    /// sample, and smaller rates suffice for that than for the training that follows. The other usual
    /// choice is a tenth of the rate of the least loss: docs/math.md compares the two.
    pub fn suggestion(&self) -> Option<f32> {
        let steepest = f64::from(self.steepest_rate()?);
        Some((steepest * f64::from(self.least_loss_rate())).sqrt() as f32)
    }

    /// The index of the step with the least smoothed loss.
    fn least(&self) -> usize {
        let smoothed = |index: &usize| self.steps[*index].smoothed;
        (0..self.steps.len()).min_by(|a, b| smoothed(a).total_cmp(&smoothed(b))).unwrap_or(0)
    }
}
