//! Loop of a training over epochs.

use super::checks::{check_features, check_range, check_shift, check_validation_range};
use super::continuation::check_progress;
use super::observer::Observer;
use super::observer::StepReport;
use super::trainer::Trainer;
use crate::engine::device::State;
use crate::evaluation::sums::Means;
use crate::files::progress::{EpochReport, PartOfEpoch, TrainingData};
use crate::model::parameters::Parameters;
use crate::options::error::{EXPLODED, TrainingError};
use crate::parallel;
use crate::samples::Samples;
use crate::samples::takes::Takes;

/// A training that is about to run, with its validation samples and its observer; [`Fit::fit`] runs it.
///
/// ```
/// use std::ops::ControlFlow;
///
/// use autoencoder::*;
/// use ndarray::Array2;
/// struct UntilGood;
/// impl Observer for UntilGood {
///     fn epoch_done(&mut self, report: &EpochReport, _: &Trainer) -> ControlFlow<()> {
///         if report.validation_mse < Some(0.1) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
///     }
/// }
/// let images = Array2::from_shape_fn((64, 12), |(row, column)| if (row + column) % 3 == 0 { 255 } else { 0 });
/// let samples = Samples::new(Values::Bytes(images), Scaling::Bytes)?;
/// let (train, validation) = (samples.select(&[0, 1, 2, 3, 4, 5]), samples.select(&[60, 61, 62]));
/// let model = Model::new(Specification::new(12, [8, 3]), Initialization::Glorot, 0)?;
/// let mut trainer = Trainer::of_model(model, TrainingOptions::default().with_epochs(1000))?;
/// trainer.validate(&validation).observe(&mut UntilGood).fit(&train)?;
/// assert!(trainer.history().len() < 1000);
/// # Ok::<(), autoencoder::Error>(())
/// ```
#[must_use = "a training goes on with `fit`"]
pub struct Fit<'a> {
    trainer: &'a mut Trainer,
    validation: Option<&'a Samples>,
    observer: Option<&'a mut dyn Observer>,
}

impl std::fmt::Debug for Fit<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fit").field("trainer", &self.trainer).finish_non_exhaustive()
    }
}

impl<'a> Fit<'a> {
    /// Sets the samples to validate on after each epoch, if any.
    pub fn validate(self, samples: impl Into<Option<&'a Samples>>) -> Self {
        Self { validation: samples.into(), ..self }
    }

    /// Sets the observer, which sees every step and every epoch, and may end the training.
    pub fn observe(self, observer: &'a mut dyn Observer) -> Self {
        Self { observer: Some(observer), ..self }
    }

    /// Trains until the number of epochs in the options is reached, early stopping ends the training, or the
    /// observer breaks. The scaling of the training samples becomes the model's.
    ///
    /// # Errors
    /// If the samples do not fit the model, or the training diverges.
    pub fn fit(self, train: &Samples) -> Result<(), TrainingError> {
        let Self { trainer, validation, observer } = self;
        trainer.run(train, validation, observer.unwrap_or(&mut ()))
    }
}

impl Trainer {
    /// Trains until the number of epochs in the options is reached or early stopping ends the training. The
    /// scaling of the samples becomes the model's.
    ///
    /// # Errors
    /// If the samples do not fit the model, or the training diverges.
    pub fn fit(&mut self, train: &Samples) -> Result<(), TrainingError> {
        self.run(train, None, &mut ())
    }

    /// Prepares a run of the training with samples to validate on after each epoch, if any.
    pub fn validate<'a>(&'a mut self, samples: impl Into<Option<&'a Samples>>) -> Fit<'a> {
        Fit { trainer: self, validation: samples.into(), observer: None }
    }

    /// Prepares a run of the training with an observer, which sees every step and every epoch, and may end
    /// the training.
    pub fn observe<'a>(&'a mut self, observer: &'a mut dyn Observer) -> Fit<'a> {
        Fit { trainer: self, validation: None, observer: Some(observer) }
    }

    /// Checks that samples are those that the training began with, as [`fit`](Self::fit) does before its first step.
    ///
    /// # Errors
    /// [`TrainingError::OtherSamples`] has the first difference in number, shape, values, order or labels. A training that has
    /// not begun takes any samples, and one that was resumed from a checkpoint of an earlier program does not know its samples.
    pub fn check_data(&self, train: &Samples, validation: Option<&Samples>) -> Result<(), TrainingError> {
        TrainingData::of(train, validation).expect_same(self.data.as_ref()).map(drop)
    }

    /// Checks the samples and trains on them.
    fn run(
        &mut self,
        train: &Samples,
        validation: Option<&Samples>,
        observer: &mut dyn Observer,
    ) -> Result<(), TrainingError> {
        check_features(&self.model, train)?;
        check_range(&self.model, train)?;
        self.data = Some(TrainingData::of(train, validation).expect_same(self.data.as_ref())?);
        check_progress(self, train.len())?;
        let depends_on_loss = self.options.early_stopping.is_some() || self.options.keep_best;
        if validation.is_none() && depends_on_loss && self.options.penalty_warmup_epochs > 0.0 {
            return Err(TrainingError::Combination {
                of: "a warm-up of the penalty",
                with: "early stopping or the best epoch by the training loss",
                reason: "the training loss rises with that weight; add validation samples, whose loss does not",
            });
        }
        self.model.about.scaling = train.scaling().clone();
        if let Some(shape) = train.given_shape() {
            self.model.about.sample_shape = shape.to_vec();
        }
        check_shift(&self.model, self.options.shift, train)?;
        if let Some(samples) = validation {
            let takes = Takes { scaling: Some(train.scaling().clone()), ..self.model.takes() };
            takes.check(samples).map_err(TrainingError::Validation)?;
            check_validation_range(&self.model, samples)?;
        }
        parallel::in_pool(|| {
            let treatment = self.treatment(train);
            self.engine.begin(train, &treatment, self.options.batch_size.min(train.len()));
            let outcome = self.train_epochs(train, validation, observer);
            self.engine.end();
            outcome
        })
    }

    /// Trains epoch by epoch, from where the training stands.
    fn train_epochs(
        &mut self,
        train: &Samples,
        validation: Option<&Samples>,
        observer: &mut dyn Observer,
    ) -> Result<(), TrainingError> {
        while !self.is_finished() {
            let epoch = self.history().len() + 1;
            observer.epoch_begins(epoch);
            let order = self.order(epoch, train.len());
            for indices in order[self.part.samples.min(order.len())..].chunks(self.options.step_size()) {
                let sums = self.step(train, indices);
                let Means { loss, .. } = self.means(sums, indices.len());
                self.expect_finite("loss", loss)?;
                if loss > EXPLODED * self.first_loss.get_or_insert(loss).max(1.0) {
                    return Err(self.diverged("loss", loss));
                }
                self.part.add(indices.len(), sums);
                let report = StepReport { epoch, samples: self.part.samples, of: train.len(), loss };
                if observer.step_done(&report, self).is_break() {
                    // A training that stops here is one that can go on.
                    return self.expect_finite_parameters();
                }
            }
            observer.epoch_trained(epoch);
            // The last step's effect shows in no loss of this epoch, but it shows in the parameters.
            self.expect_finite_parameters()?;
            if epoch == self.options.epochs
                && let Some(last) = order.chunks(self.options.step_size()).last()
            {
                self.expect_bounded_loss(&train.select(last))?;
            }
            let report = self.epoch_report(train, validation)?;
            self.record(report);
            self.part = PartOfEpoch::default();
            if self.options.keep_best && self.best_epoch() == Some(epoch) {
                let mut best = Parameters::zeros(self.model.architecture());
                self.engine.read(State::Parameters, &mut best);
                self.best = Some(best);
            }
            if observer.epoch_done(&report, self).is_break() {
                return Ok(());
            }
        }
        Ok(())
    }

    /// The report of the epoch whose steps have just ended. Evaluates the validation samples.
    fn epoch_report(
        &self,
        train: &Samples,
        validation: Option<&Samples>,
    ) -> Result<EpochReport, TrainingError> {
        let trained = self.means(self.part.sums(), train.len());
        self.expect_finite("mean squared error", trained.mse)?;
        let validated = validation.map(|samples| self.engine.losses(samples));
        if let Some(Means { mse, loss, .. }) = validated {
            self.expect_finite("validation error", mse + loss)?;
        }
        Ok(EpochReport {
            epoch: self.history().len() + 1,
            train_mse: trained.mse,
            train_loss: trained.loss,
            validation_mse: validated.map(|means| means.mse),
            validation_loss: validated.map(|means| means.loss),
            train_terms: trained.terms,
            validation_terms: validated.map(|means| means.terms).unwrap_or_default(),
        })
    }

    /// Checks that no parameter has left the numbers.
    fn expect_finite_parameters(&self) -> Result<(), TrainingError> {
        self.expect_finite("parameter", self.engine.not_finite().unwrap_or(0.0).into())
    }

    /// Checks that the loss on samples has not exploded.
    fn expect_bounded_loss(&self, samples: &Samples) -> Result<(), TrainingError> {
        let Means { loss, .. } = self.engine.losses(samples);
        self.expect_finite("loss", loss)?;
        match self.first_loss {
            Some(first) if loss > EXPLODED * first.max(1.0) => Err(self.diverged("loss", loss)),
            _ => Ok(()),
        }
    }

    /// Checks that a number is finite.
    fn expect_finite(&self, what: &'static str, found: f64) -> Result<(), TrainingError> {
        if found.is_finite() {
            return Ok(());
        }
        Err(self.diverged(what, found))
    }

    /// The error for a number that is not finite or too large, with the first tensor that is not finite.
    fn diverged(&self, what: &'static str, found: f64) -> TrainingError {
        let model = self.model();
        let values = model.parameters().as_slice();
        let mut tensors = model.parameters().tensors().iter();
        let tensor = tensors
            .find(|tensor| values[tensor.range.clone()].iter().any(|value| !value.is_finite()))
            .map(|tensor| tensor.name.clone());
        TrainingError::Diverged { epoch: self.history().len() + 1, step: self.steps, what, found, tensor }
    }
}
