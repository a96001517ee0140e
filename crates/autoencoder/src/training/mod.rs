//! Training: the order of an epoch, the steps, and the loop over epochs.

pub(crate) mod observer;
pub(crate) mod pretraining;
pub(crate) mod rate_finder;

use std::borrow::Cow;

use autoencoder_kernels::Line;

use crate::engine::workspace::{Batch, Moments, Workspace};
use crate::evaluation::sums::{Means, Sums};
use crate::inference::losses::losses;
use crate::inference::prepare;
use crate::model::parameters::Parameters;
use crate::model::{Model, Training};
use crate::network::Network;
use crate::network::buffer::{Bf16, Buffer, F32};
use crate::options::error::{EXPLODED, TrainingError};
use crate::options::precision::Precision;
use crate::options::{EarlyStopping, TrainingOptions};
use crate::random::chance::Draws;
use crate::random::{Purpose, Stream};
use crate::samples::Samples;
use crate::samples::scaling::Scaling;
use crate::specification::Normalization;
use crate::stages::treatment::Treatment;
use crate::training::observer::{EpochReport, Observer, PartOfEpoch, StepReport};
use crate::training::rate_finder::RateRange;

/// A training under way.
///
/// ```
/// use autoencoder::{Initialization, Model, Samples, Scaling, Specification, Trainer, TrainingOptions, Values};
/// use ndarray::Array2;
/// let images = Array2::from_shape_fn((64, 12), |(row, column)| if (row + column) % 3 == 0 { 255 } else { 0 });
/// let samples = Samples::new(Values::Bytes(images), Scaling::Bytes)?;
/// let model = Model::new(Specification::new(12, [8, 3]), Initialization::Glorot, 0)?;
/// let options = TrainingOptions::default().with_epochs(30).with_batch_size(16);
/// let mut trainer = Trainer::new(model, options)?;
/// trainer.run(&samples, None, &mut ())?;
/// let history = trainer.history();
/// assert!(history[29].train_mse < history[0].train_mse);
/// let model = trainer.into_model();
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Trainer {
    pub(crate) model: Model,
    pub(crate) options: TrainingOptions,
    pub(crate) network: Network,
    pub(crate) moments: Moments,
    pub(crate) steps: u64,
    pub(crate) history: Vec<EpochReport>,
    /// Of the epoch under way.
    pub(crate) part: PartOfEpoch,
    /// Of the first step of all.
    pub(crate) first_loss: Option<f64>,
    /// The parameters after the best epoch, where they are to be kept.
    pub(crate) best: Option<Vec<Line>>,
    /// The learning rates of the steps, where a range of them is tried instead of the options' one.
    pub(crate) rates: Option<RateRange>,
}

impl Trainer {
    /// A training of `model` from its parameters on.
    ///
    /// # Errors
    /// If an option is out of its range, or does not fit the model.
    pub fn new(model: Model, options: TrainingOptions) -> Result<Self, TrainingError> {
        options.check()?;
        options.check_for(model.architecture())?;
        let network = Network::new(model.architecture(), model.parameters());
        let moments = Moments::zeros(options.optimizer.update(options.learning_rate, 1), network.lines.len());
        Ok(Self {
            model,
            options,
            network,
            moments,
            steps: 0,
            history: Vec::new(),
            part: PartOfEpoch::default(),
            first_loss: None,
            best: None,
            rates: None,
        })
    }

    /// The reports of all epochs so far.
    pub fn history(&self) -> &[EpochReport] {
        &self.history
    }

    /// The options.
    pub fn options(&self) -> &TrainingOptions {
        &self.options
    }

    /// Steps taken so far.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// How far the epoch under way came; nothing of it between epochs.
    pub fn part_of_epoch(&self) -> PartOfEpoch {
        self.part
    }

    /// The model as it is now.
    pub fn model(&self) -> Model {
        self.model_of(&self.network.lines)
    }

    /// The model after the best epoch so far if that is to be kept ([`TrainingOptions::keep_best`]), else as it is now.
    pub fn best_model(&self) -> Model {
        self.model_of(self.best.as_deref().unwrap_or(&self.network.lines))
    }

    /// Ends the training with [`Trainer::best_model`].
    pub fn into_model(self) -> Model {
        self.best_model()
    }

    fn model_of(&self, lines: &[Line]) -> Model {
        let mut model = self.model.clone();
        self.network.unpack(lines, &mut model.parameters);
        model.about.training = Some(Training { options: self.options.clone(), epochs: self.history.len() });
        model
    }

    /// The best epoch so far, from 1: the one with the least loss of the validation samples, without any of the training,
    /// where only a fall by [`EarlyStopping::smallest_change`] counts as one.
    pub fn best_epoch(&self) -> Option<usize> {
        let change = self.options.early_stopping.map_or(0.0, |early| early.smallest_change);
        let mut best: Option<(usize, f64)> = None;
        for report in &self.history {
            let loss = report.validation_loss.unwrap_or(report.train_loss);
            if best.is_none_or(|(_, least)| loss < least - change) {
                best = Some((report.epoch, loss));
            }
        }
        best.map(|(epoch, _)| epoch)
    }

    /// Whether the options' number of epochs is reached, or the loss stopped falling before.
    pub fn is_finished(&self) -> bool {
        let epochs = self.history.len();
        let stopped =
            |EarlyStopping { patience, .. }| self.best_epoch().is_some_and(|best| epochs - best >= patience);
        epochs >= self.options.epochs || self.options.early_stopping.is_some_and(stopped)
    }

    /// Trains until the options' number of epochs is reached or the observer breaks. The training samples' scaling
    /// becomes the model's.
    ///
    /// # Errors
    /// If the samples do not fit the model, or the loss is no longer finite.
    pub fn run(
        &mut self,
        train: &Samples,
        validation: Option<&Samples>,
        observer: &mut dyn Observer,
    ) -> Result<(), TrainingError> {
        check_features(&self.model, train)?;
        self.check_range(train)?;
        self.check_shift(train)?;
        let depends_on_loss = self.options.early_stopping.is_some() || self.options.keep_best;
        if validation.is_none() && depends_on_loss && self.options.penalty_warmup_epochs > 0.0 {
            return Err(TrainingError::Combination {
                of: "a warm-up of the penalty",
                with: "early stopping or the best epoch by the training loss",
                reason: "that loss rises with the weight; validation samples, whose loss does not, would do",
            });
        }
        if let Some(samples) = validation {
            check_features(&self.model, samples)?;
        }
        self.model.about.scaling = train.scaling().clone();
        // From outside the pool, every parallel phase of every step would wake it and fall asleep until it is done.
        rayon::scope(|_| match self.options.precision {
            Precision::F32 => self.run_in_pool::<F32>(train, validation, observer),
            Precision::Bf16 => self.run_in_pool::<Bf16>(train, validation, observer),
        })
    }

    fn run_in_pool<B: Buffer>(
        &mut self,
        train: &Samples,
        validation: Option<&Samples>,
        observer: &mut dyn Observer,
    ) -> Result<(), TrainingError> {
        let treatment = self.treatment(train);
        let mut workspace =
            Workspace::<B>::new(&self.network, train, treatment, self.options.batch_size.min(train.len()));
        while !self.is_finished() {
            let epoch = self.history.len() + 1;
            observer.epoch_begins(epoch);
            let order = self.order(epoch, train.len());
            for indices in order[self.part.samples.min(order.len())..].chunks(self.options.step_size()) {
                let sums = self.step(&mut workspace, train, indices);
                let Means { loss, .. } = Means::new(
                    (self.network.loss, self.network.penalty),
                    sums,
                    indices.len(),
                    train.features(),
                );
                self.expect_finite("loss", loss)?;
                if loss > EXPLODED * self.first_loss.get_or_insert(loss).max(1.0) {
                    return Err(self.diverged("loss", loss));
                }
                self.part.add(indices.len(), sums);
                let report = StepReport { epoch, samples: self.part.samples, of: train.len(), loss };
                if observer.step_done(&report, self).is_break() {
                    return Ok(());
                }
            }
            observer.epoch_trained(epoch);
            // The last step's own loss is not known before the next; its parameters are.
            let parameter =
                self.network.lines.iter().flat_map(|line| line.0).find(|value| !value.is_finite());
            self.expect_finite("parameter", parameter.unwrap_or(0.0).into())?;
            let report = self.epoch_report(train, validation)?;
            self.history.push(report);
            self.part = PartOfEpoch::default();
            if self.options.keep_best && self.best_epoch() == Some(epoch) {
                self.best = Some(self.network.lines.clone());
            }
            if observer.epoch_done(&report, self).is_break() {
                return Ok(());
            }
        }
        Ok(())
    }

    /// The report of the epoch that was trained through.
    fn epoch_report(
        &self,
        train: &Samples,
        validation: Option<&Samples>,
    ) -> Result<EpochReport, TrainingError> {
        let trained = Means::new(
            (self.network.loss, self.network.penalty),
            self.part.sums(),
            train.len(),
            train.features(),
        );
        self.expect_finite("mean squared error", trained.mse)?;
        let validated = validation.map(|samples| {
            let network = match self.model.architecture().specification().normalization {
                Normalization::None => Cow::Borrowed(&self.network),
                Normalization::Batch => Cow::Owned(self.model().network()),
            };
            losses::<F32>(&network, &prepare::<F32>(&network), samples, None)
        });
        if let Some(Means { mse, loss, .. }) = validated {
            self.expect_finite("validation error", mse + loss)?;
        }
        Ok(EpochReport {
            epoch: self.history.len() + 1,
            train_mse: trained.mse,
            train_loss: trained.loss,
            validation_mse: validated.map(|means| means.mse),
            validation_loss: validated.map(|means| means.loss),
            train_terms: trained.terms,
            validation_terms: validated.map(|means| means.terms).unwrap_or_default(),
        })
    }

    /// One step on the samples with these indices: the sums of their losses before it.
    fn step<B: Buffer>(
        &mut self,
        workspace: &mut Workspace<B>,
        samples: &Samples,
        indices: &[usize],
    ) -> Sums {
        self.steps += 1;
        let rule = match self.rates {
            Some(range) => self.options.rule_at(range.rate(self.steps), self.steps),
            None => self.options.rule(self.steps, samples.len()),
        };
        let weight = self.network.penalty.weight();
        let penalty_weight = self.options.penalty_weight(weight, self.steps, samples.len());
        let (seed, step, of) = (self.options.seed, self.steps, indices.len());
        // An update that needs all gradients first waits for them; any other goes with the gradients of the last batch.
        let waits = self.options.clip_norm.is_some();
        let mut sums = Sums::default();
        let mut batches = indices.chunks(self.options.batch_size).enumerate().peekable();
        while let Some((index, indices)) = batches.next() {
            let chance = &Draws { seed, step, first_row: index * self.options.batch_size };
            let batch = Batch { samples, indices, of, chance, penalty_weight };
            sums += workspace.forward_backward(&self.network, batch);
            workspace.follow_statistics(&mut self.network);
            if waits || batches.peek().is_some() {
                workspace.gather_gradients(&self.network, indices.len());
            } else {
                workspace.update(&mut self.network, &mut self.moments, rule, indices.len());
            }
        }
        if !waits {
            return sums;
        }
        let shorten = self.options.clip_norm.map_or(1.0, |bound| {
            let norm = workspace.gradient_norm(&self.network);
            if norm > f64::from(bound) { (f64::from(bound) / norm) as f32 } else { 1.0 }
        });
        workspace.update_with(&mut self.network, &mut self.moments, rule, shorten);
        sums
    }

    /// What every step does to samples and units.
    fn treatment(&self, samples: &Samples) -> Treatment {
        let TrainingOptions { noise, dropout, shift, ref frozen, .. } = self.options;
        let shape = self.model.about.sample_shape.as_slice();
        Treatment {
            noise,
            range: if noise.is_some() { samples.scaled_range() } else { (0.0, 0.0) },
            dropout,
            frozen: frozen.clone(),
            shift: image_shape(shape).filter(|_| shift > 0).map(|shape| (shift, shape)),
        }
    }

    /// The gradients of the mean loss over all `samples`, by the names of the parameters; where chance takes a part, with
    /// that of the step before the first.
    ///
    /// # Errors
    /// If the samples do not fit the model.
    pub fn gradients(&self, samples: &Samples) -> Result<Parameters, TrainingError> {
        check_features(&self.model, samples)?;
        let lines = match self.options.precision {
            Precision::F32 => self.gradient_lines::<F32>(samples),
            Precision::Bf16 => self.gradient_lines::<Bf16>(samples),
        };
        let mut gradients = Parameters::zeros(self.model.architecture());
        self.network.unpack(&lines, &mut gradients);
        Ok(gradients)
    }

    fn gradient_lines<B: Buffer>(&self, samples: &Samples) -> Vec<Line> {
        let indices: Vec<usize> = (0..samples.len()).collect();
        let mut workspace =
            Workspace::<B>::new(&self.network, samples, self.treatment(samples), samples.len());
        let batch = Batch {
            samples,
            indices: &indices,
            of: indices.len(),
            chance: &Draws { seed: self.options.seed, step: 0, first_row: 0 },
            penalty_weight: self.network.penalty.weight(),
        };
        workspace.forward_backward(&self.network, batch);
        workspace.gather_gradients(&self.network, indices.len());
        workspace.gradients().to_vec()
    }

    /// The order of the samples in an epoch (from 1), a function of seed and epoch.
    fn order(&self, epoch: usize, count: usize) -> Vec<usize> {
        if self.options.shuffle {
            Stream::new(self.options.seed, Purpose::Order, [epoch as u64, 0]).permutation(count)
        } else {
            (0..count).collect()
        }
    }

    fn expect_finite(&self, what: &'static str, found: f64) -> Result<(), TrainingError> {
        if found.is_finite() {
            return Ok(());
        }
        Err(self.diverged(what, found))
    }

    fn diverged(&self, what: &'static str, found: f64) -> TrainingError {
        let model = self.model();
        let values = model.parameters().as_slice();
        let mut tensors = model.parameters().tensors().iter();
        let tensor = tensors
            .find(|tensor| values[tensor.range.clone()].iter().any(|value| !value.is_finite()))
            .map(|tensor| tensor.name.clone());
        TrainingError::Diverged { epoch: self.history.len() + 1, step: self.steps, what, found, tensor }
    }

    /// Samples that the output cannot reach cannot be learnt. Validation samples may lie outside: they are
    /// scaled as the training samples were.
    fn check_range(&self, samples: &Samples) -> Result<(), TrainingError> {
        let expected = self.model.architecture().specification().output_activation.range();
        let found = samples.scaled_range();
        // A value a few roundings outside is not worth a refusal.
        let slack = 1e-5;
        if found.0 < expected.0 - slack || found.1 > expected.1 + slack {
            return Err(TrainingError::Range { expected, found });
        }
        Ok(())
    }

    /// Only images can be shifted, and only those whose pixels are all scaled alike.
    fn check_shift(&self, samples: &Samples) -> Result<(), TrainingError> {
        let refuse = |with, reason| Err(TrainingError::Combination { of: "shifting", with, reason });
        let shape = self.model.about.sample_shape.as_slice();
        match (self.options.shift, image_shape(shape)) {
            (0, _) => Ok(()),
            (_, None) => {
                refuse("samples that are no images", "only what has rows and columns can be shifted")
            }
            (most, Some([rows, columns, _])) if most >= rows.min(columns) => {
                refuse("images as small as these", "nothing would be left of them")
            }
            _ if !matches!(samples.scaling(), Scaling::None | Scaling::Bytes) => {
                refuse("features scaled each by itself", "a pixel would get the scale of another place")
            }
            _ => Ok(()),
        }
    }
}

/// Rows, columns and colours of an image-shaped sample.
fn image_shape(shape: &[usize]) -> Option<[usize; 3]> {
    match *shape {
        [rows, columns] => Some([rows, columns, 1]),
        [rows, columns, colours] => Some([rows, columns, colours]),
        _ => None,
    }
}

pub(crate) fn check_features(model: &Model, samples: &Samples) -> Result<(), TrainingError> {
    let (expected, found) = (model.architecture().features(), samples.features());
    if found == expected { Ok(()) } else { Err(TrainingError::Features { expected, found }) }
}
