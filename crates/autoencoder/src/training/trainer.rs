//! Trainer: the state of a training under way, and its steps.

use std::sync::Arc;

use super::checks::{check_features, image_shape};
use super::rate_finder::RateFinder;
use crate::bounds::has_memory_for;
use crate::engine;
use crate::engine::device::{Batch, Engine, State};
use crate::evaluation::sums::{Means, Sums};
use crate::exchange::{Exchange, own_rows};
use crate::files::progress::{EpochReport, PartOfEpoch, TrainingData};
use crate::model::initialization::Initialization;
use crate::model::parameters::Parameters;
use crate::model::{Model, Training};
use crate::options::error::TrainingError;
use crate::options::{EarlyStopping, TrainingOptions};
use crate::random::chance::Draws;
use crate::random::{Purpose, Stream};
use crate::samples::Samples;
use crate::specification::Specification;
use crate::specification::error::SpecificationError;
use crate::stages::treatment::Treatment;

/// A training under way: a model, its optimizer's moments, and the history so far.
///
/// ```
/// use autoencoder::{Initialization, Model, Samples, Scaling, Specification, Trainer, TrainingOptions, Values};
/// use ndarray::Array2;
/// let images = Array2::from_shape_fn((64, 12), |(row, column)| if (row + column) % 3 == 0 { 255 } else { 0 });
/// let samples = Samples::new(Values::Bytes(images), Scaling::Bytes)?;
/// let model = Model::new(Specification::new(12, [8, 3]), Initialization::Glorot, 0)?;
/// let options = TrainingOptions::default().with_epochs(30).with_batch_size(16);
/// let mut trainer = Trainer::of_model(model, options)?;
/// trainer.fit(&samples)?;
/// let history = trainer.history();
/// assert!(history[29].train_mse < history[0].train_mse);
/// let model = trainer.into_model();
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Trainer {
    pub(crate) model: Model,
    pub(crate) options: TrainingOptions,
    pub(crate) engine: Box<dyn Engine>,
    pub(crate) steps: u64,
    history: Vec<EpochReport>,
    /// The best epoch of the history and its loss, so that the end of an epoch takes as long after many as after few.
    leading: Option<(usize, f64)>,
    /// The sums over the finished part of the epoch under way.
    pub(crate) part: PartOfEpoch,
    /// The loss of the very first step.
    pub(crate) first_loss: Option<f64>,
    /// The parameters after the best epoch, if the options keep them.
    pub(crate) best: Option<Parameters>,
    /// The fingerprints of the samples that the training is of, once it has begun.
    pub(crate) data: Option<TrainingData>,
    /// The learning rates of a range test, which replace the options' rate.
    pub(crate) rates: Option<RateFinder>,
    /// The exchange with other trainers, each of which computes a share of every batch.
    exchange: Option<Arc<dyn Exchange>>,
}

impl Trainer {
    /// Starts a training of a new model, whose parameters are drawn with [`Initialization::Glorot`] and the
    /// seed of the options. One seed therefore determines all random choices.
    ///
    /// # Errors
    /// If the specification describes no valid model, or an option is out of its range or does not fit the
    /// model.
    pub fn new(specification: Specification, options: TrainingOptions) -> Result<Self, TrainingError> {
        let model = Model::new(specification, Initialization::Glorot, options.seed);
        Self::of_model(model.map_err(TrainingError::Specification)?, options)
    }

    /// Starts a training of an existing model from its parameters, such as a model with another
    /// initialization or a model that was trained before.
    ///
    /// # Errors
    /// If an option is out of its range or does not fit the model.
    pub fn of_model(model: Model, options: TrainingOptions) -> Result<Self, TrainingError> {
        options.check()?;
        options.check_for(model.architecture())?;
        let moments = options.optimizer.update(options.learning_rate, 1).moments();
        // The engine keeps the parameters, their transposes, their gradients and their moments.
        let parameters = model.architecture().parameters();
        if !has_memory_for(parameters * (3 + moments)) {
            return Err(TrainingError::Specification(SpecificationError::OutOfMemory { parameters }));
        }
        let engine = engine::cpu(model.architecture(), model.parameters(), options.precision, moments);
        Ok(Self {
            model,
            options,
            engine,
            steps: 0,
            history: Vec::new(),
            leading: None,
            part: PartOfEpoch::default(),
            first_loss: None,
            best: None,
            data: None,
            rates: None,
            exchange: None,
        })
    }

    /// Makes this trainer one of several, each of which computes its share of the rows of every batch.
    #[must_use]
    pub fn with_exchange(self, exchange: Arc<dyn Exchange>) -> Self {
        Self { exchange: Some(exchange), ..self }
    }

    /// The reports of all finished epochs.
    pub fn history(&self) -> &[EpochReport] {
        &self.history
    }

    /// The options of the training.
    pub fn options(&self) -> &TrainingOptions {
        &self.options
    }

    /// The number of steps taken so far.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// The sums over the finished part of the epoch under way; all zero between epochs.
    pub fn part_of_epoch(&self) -> PartOfEpoch {
        self.part
    }

    /// The fingerprints of the samples that the training is of; `None` before the first step, and after a checkpoint of
    /// an earlier program, which has none.
    pub fn data(&self) -> Option<&TrainingData> {
        self.data.as_ref()
    }

    /// The model with its present parameters.
    pub fn model(&self) -> Model {
        let mut model = self.described();
        self.engine.read(State::Parameters, &mut model.parameters);
        model
    }

    /// The model after the best epoch so far if the options keep it ([`TrainingOptions::keep_best`]), else
    /// the model with its present parameters.
    pub fn best_model(&self) -> Model {
        match &self.best {
            Some(parameters) => Model { parameters: parameters.clone(), ..self.described() },
            None => self.model(),
        }
    }

    /// Ends the training and returns [`Trainer::best_model`].
    pub fn into_model(self) -> Model {
        self.best_model()
    }

    /// The model with a description of this training and the parameters that the trainer was made with.
    fn described(&self) -> Model {
        let mut model = self.model.clone();
        model.about.training = Some(Training { options: self.options.clone(), epochs: self.history.len() });
        model
    }

    /// The best epoch so far, from 1: the epoch with the least validation loss, or without validation samples
    /// the least training loss. A fall of the loss by less than [`EarlyStopping::smallest_change`] does not
    /// count. `None` before the first epoch ends.
    pub fn best_epoch(&self) -> Option<usize> {
        self.leading.map(|(epoch, _)| epoch)
    }

    /// Adds the report of an epoch to the history.
    pub(super) fn record(&mut self, report: EpochReport) {
        let change = self.options.early_stopping.map_or(0.0, |early| early.smallest_change);
        let loss = report.validation_loss.unwrap_or(report.train_loss);
        if self.leading.is_none_or(|(_, least)| loss < least - change) {
            self.leading = Some((report.epoch, loss));
        }
        self.history.push(report);
    }

    /// Whether the number of epochs in the options is reached, or early stopping has ended the training.
    pub fn is_finished(&self) -> bool {
        let epochs = self.history.len();
        let stopped =
            |EarlyStopping { patience, .. }| self.best_epoch().is_some_and(|best| epochs - best >= patience);
        epochs >= self.options.epochs || self.options.early_stopping.is_some_and(stopped)
    }

    /// Takes one step on the samples with these indices, and returns their sums of losses and penalties from
    /// before the step.
    pub(super) fn step(&mut self, samples: &Samples, indices: &[usize]) -> Sums {
        self.steps += 1;
        let rule = match self.rates {
            Some(range) => self.options.rule_at(range.rate(self.steps), self.steps),
            None => self.options.rule(self.steps, samples.len()),
        };
        let weight = self.specification().penalty.weight();
        let penalty_weight = self.options.penalty_weight(weight, self.steps, samples.len());
        let (seed, step, loss_samples) = (self.options.seed, self.steps, indices.len());
        let exchange = self.exchange.as_deref();
        // Clipping and an exchange need all gradients before an update. Without them, the update uses each
        // gradient as soon as it is computed.
        let waits = self.options.clip_norm.is_some() || exchange.is_some();
        let mut sums = Sums::default();
        let mut batches = indices.chunks(self.options.batch_size).enumerate().peekable();
        while let Some((index, indices)) = batches.next() {
            let mine = own_rows(exchange, indices.len());
            let chance = &Draws { seed, step, first_row: index * self.options.batch_size + mine.start };
            let indices = &indices[mine];
            let batch = Batch { samples, indices, loss_samples, chance, penalty_weight, exchange };
            sums += self.engine.forward_backward(batch);
            if waits || batches.peek().is_some() {
                self.engine.accumulate();
            } else {
                self.engine.update(rule);
            }
        }
        if !waits {
            return sums;
        }
        if let Some(exchange) = exchange {
            let mut gradients = self.engine.gradients();
            exchange.sum_f32(&mut gradients);
            self.engine.set_gradients(&gradients);
            sums = sums.over_all(exchange);
        }
        let shorten = self.options.clip_norm.map_or(1.0, |bound| {
            let norm = self.engine.gradient_norm();
            if norm > f64::from(bound) { (f64::from(bound) / norm) as f32 } else { 1.0 }
        });
        self.engine.update_with_accumulated(rule, shorten);
        sums
    }

    /// The mean losses for sums over `samples` samples.
    pub(super) fn means(&self, sums: Sums, samples: usize) -> Means {
        Means::new(self.specification(), sums, samples)
    }

    fn specification(&self) -> &Specification {
        self.model.architecture().specification()
    }

    /// The changes that every step makes to samples and units.
    pub(super) fn treatment(&self, samples: &Samples) -> Treatment {
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

    /// Computes the gradients of the mean loss over all `samples`, by the names of the parameters. Noise,
    /// dropout and drawn codes use the random words of step 0, the step before the first.
    ///
    /// # Errors
    /// If the samples have another number of features than the model.
    pub fn gradients(&self, samples: &Samples) -> Result<Parameters, TrainingError> {
        check_features(&self.model, samples)?;
        let indices: Vec<usize> = (0..samples.len()).collect();
        let batch = Batch {
            samples,
            indices: &indices,
            loss_samples: indices.len(),
            chance: &Draws { seed: self.options.seed, step: 0, first_row: 0 },
            penalty_weight: self.specification().penalty.weight(),
            exchange: None,
        };
        let mut gradients = Parameters::zeros(self.model.architecture());
        self.engine.gradients_of(batch, &self.treatment(samples), &mut gradients);
        Ok(gradients)
    }

    /// The order of the samples in an epoch (from 1): a function of seed and epoch, or the samples' own order
    /// without shuffling.
    pub(super) fn order(&self, epoch: usize, count: usize) -> Vec<usize> {
        if self.options.shuffle {
            Stream::new(self.options.seed, Purpose::Order, [epoch as u64, 0]).permutation(count)
        } else {
            (0..count).collect()
        }
    }
}
