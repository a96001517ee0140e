//! Training: the order of an epoch, the loop over epochs, and what an observer sees of it.

use std::fmt;
use std::ops::ControlFlow;

use autoencoder_kernels::{Line, LossSums};
use serde::{Deserialize, Serialize};

use crate::boundary::{Boundary, Plain, Rounded};
use crate::inference::reconstruction_loss;
use crate::model::{Model, Training};
use crate::network::Network;
use crate::options::{EarlyStopping, TrainingOptions};
use crate::parameters::Parameters;
use crate::precision::Precision;
use crate::random::{Purpose, Stream};
use crate::samples::Samples;
use crate::step::{Moments, Workspace, norm};

/// What an epoch came to. Losses are means over samples and features.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EpochReport {
    /// Which epoch, from 1.
    pub epoch: usize,
    /// Squared error over the epoch, each batch as it was before its step.
    pub train_mse: f64,
    /// What is minimised, likewise.
    pub train_loss: f64,
    /// Squared error of the validation samples after the epoch.
    pub validation_mse: Option<f64>,
    /// What is minimised, on the validation samples after the epoch.
    pub validation_loss: Option<f64>,
}

/// What a step came to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepReport {
    /// Which epoch, from 1.
    pub epoch: usize,
    /// Samples seen in this epoch, this step's among them.
    pub samples: usize,
    /// Samples in an epoch.
    pub of: usize,
    /// Mean loss of this step's batch, before the step.
    pub loss: f64,
}

/// Watches a training, and may stop it. All methods do nothing unless written.
///
/// They are called from the thread pool, on one thread at a time.
pub trait Observer: Send {
    /// Before the order of an epoch (from 1) is drawn.
    fn epoch_begins(&mut self, _epoch: usize) {}

    /// After a step; the trainer gives the checkpoint of this moment.
    ///
    /// Breaking ends the training in the midst of the epoch, which then has no report yet.
    fn step_done(&mut self, _report: &StepReport, _trainer: &Trainer) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    /// After the last step of an epoch, before validation.
    fn epoch_trained(&mut self, _epoch: usize) {}

    /// After an epoch and its validation; the trainer gives the model and the checkpoint of this moment.
    ///
    /// Breaking ends the training.
    fn epoch_done(&mut self, _report: &EpochReport, _trainer: &Trainer) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

/// Watches nothing.
impl Observer for () {}

/// Why a training cannot begin or go on.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum TrainingError {
    /// An option is out of its range.
    Option {
        /// Its name.
        name: &'static str,
        /// Its value.
        found: String,
        /// What it may be.
        expected: &'static str,
    },
    /// The samples have another number of features than the model.
    Features {
        /// The model's.
        expected: usize,
        /// The samples'.
        found: usize,
    },
    /// The training samples reach outside what the model's output can be.
    Range {
        /// The least and the greatest output.
        expected: (f32, f32),
        /// The least and the greatest value of the samples.
        found: (f32, f32),
    },
    /// A number that must be finite is not, or the loss is above [`EXPLODED`], and as many times that of
    /// the first step.
    Diverged {
        /// In which epoch, from 1.
        epoch: usize,
        /// In which step of all, from 1.
        step: u64,
        /// Which number.
        what: &'static str,
        /// Its value.
        found: f64,
        /// The first tensor with a number that is not finite, if there is one.
        tensor: Option<String>,
    },
}

impl fmt::Display for TrainingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Option { name, found, expected } => write!(f, "{name}: expected {expected}, found {found}"),
            Self::Features { expected, found } => {
                write!(f, "the model takes samples of {expected} features, found {found}")
            }
            Self::Range { expected, found } => write!(
                f,
                "the model's output lies in [{}, {}], found samples in [{}, {}]",
                expected.0, expected.1, found.0, found.1
            ),
            Self::Diverged { epoch, step, what, found, tensor } => {
                write!(f, "training diverged in epoch {epoch}, step {step}: expected ")?;
                if found.is_finite() {
                    write!(f, "a {what} of at most {EXPLODED} times that of the first step, found {found}")?;
                } else {
                    write!(f, "a finite {what}, found {found}")?;
                }
                if let Some(tensor) = tensor {
                    write!(f, ", first in {tensor}")?;
                }
                Ok(())
            }
        }
    }
}

impl std::error::Error for TrainingError {}

/// A loss that is so many times that of a training's first step, and so many times 1, is not coming back.
pub const EXPLODED: f64 = 1e4;

/// A training under way.
///
/// ```
/// use autoencoder::{Initialization, Model, Samples, Scaling, Specification, Trainer, TrainingOptions, Values};
/// use ndarray::Array2;
/// let images = Array2::from_shape_fn((64, 12), |(row, column)| if (row + column) % 3 == 0 { 255 } else { 0 });
/// let samples = Samples::new(Values::Bytes(images), Scaling::Bytes)?;
/// let model = Model::new(Specification::new(12, [8, 3]), Initialization::Glorot, 0)?;
/// let options = TrainingOptions { epochs: 30, batch_size: 16, ..TrainingOptions::default() };
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
}

/// How far an epoch came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartOfEpoch {
    /// Samples that are done, in the epoch's order.
    pub samples: usize,
    /// The sum of their losses, each before its step.
    pub loss: f64,
    /// The sum of their squared errors, likewise.
    pub squared_error: f64,
}

impl PartOfEpoch {
    fn add(&mut self, samples: usize, sums: LossSums) {
        self.samples += samples;
        self.loss += sums.loss;
        self.squared_error += sums.squared_error;
    }
}

impl Trainer {
    /// A training of `model` from its parameters on.
    ///
    /// # Errors
    /// If an option is out of its range.
    pub fn new(model: Model, options: TrainingOptions) -> Result<Self, TrainingError> {
        options.check()?;
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
        model.about.training = Some(Training { options: self.options, epochs: self.history.len() });
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
        self.check_features(train)?;
        self.check_range(train)?;
        if let Some(samples) = validation {
            self.check_features(samples)?;
        }
        self.model.about.scaling = train.scaling().clone();
        // From outside the pool, every parallel phase of every step would wake it and fall asleep until it is done.
        rayon::scope(|_| match self.options.precision {
            Precision::F32 => self.run_in_pool::<Plain>(train, validation, observer),
            Precision::Bf16 => self.run_in_pool::<Rounded>(train, validation, observer),
        })
    }

    fn run_in_pool<B: Boundary>(
        &mut self,
        train: &Samples,
        validation: Option<&Samples>,
        observer: &mut dyn Observer,
    ) -> Result<(), TrainingError> {
        let mut workspace =
            Workspace::<B>::new(&self.network, train, self.options.batch_size.min(train.len()));
        while !self.is_finished() {
            let epoch = self.history.len() + 1;
            observer.epoch_begins(epoch);
            let order = self.order(epoch, train.len());
            for indices in order[self.part.samples.min(order.len())..].chunks(self.options.step_size()) {
                let sums = self.step(&mut workspace, train, indices);
                let loss = sums.loss / (indices.len() * train.features()) as f64;
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
        let means = |loss: f64, squared_error: f64, samples: &Samples| {
            let elements = samples.len() as f64 * samples.features() as f64;
            (squared_error / elements, loss / elements)
        };
        let (train_mse, train_loss) = means(self.part.loss, self.part.squared_error, train);
        self.expect_finite("mean squared error", train_mse)?;
        let validated = validation.map(|samples| {
            let LossSums { loss, squared_error } = reconstruction_loss::<Plain>(&self.network, &[], samples);
            means(loss, squared_error, samples)
        });
        if let Some((mse, loss)) = validated {
            self.expect_finite("validation error", mse + loss)?;
        }
        Ok(EpochReport {
            epoch: self.history.len() + 1,
            train_mse,
            train_loss,
            validation_mse: validated.map(|(mse, _)| mse),
            validation_loss: validated.map(|(_, loss)| loss),
        })
    }

    /// One step on the samples with these indices: the sums of their losses before it.
    fn step<B: Boundary>(
        &mut self,
        workspace: &mut Workspace<B>,
        samples: &Samples,
        indices: &[usize],
    ) -> LossSums {
        self.steps += 1;
        let rule = self.options.update(self.steps, samples.len());
        if !self.options.gathers_gradients() {
            let sums = workspace.forward_backward(&self.network, samples, indices, indices.len());
            workspace.update(&mut self.network, &mut self.moments, rule, indices.len());
            return sums;
        }
        let mut sums = LossSums::default();
        let mut gradients = vec![Line::ZERO; self.network.lines.len()];
        for batch in indices.chunks(self.options.batch_size) {
            sums += workspace.forward_backward(&self.network, samples, batch, indices.len());
            workspace.add_gradients(&self.network, batch.len(), &mut gradients);
        }
        let shorten = self.options.clip_norm.map_or(1.0, |bound| {
            let norm = norm(&gradients);
            if norm > f64::from(bound) { (f64::from(bound) / norm) as f32 } else { 1.0 }
        });
        workspace.update_with(&mut self.network, &mut self.moments, rule, &gradients, shorten);
        sums
    }

    /// The gradients of the mean loss over all `samples`, by the names of the parameters.
    ///
    /// # Errors
    /// If the samples do not fit the model.
    pub fn gradients(&self, samples: &Samples) -> Result<Parameters, TrainingError> {
        self.check_features(samples)?;
        let lines = match self.options.precision {
            Precision::F32 => self.gradient_lines::<Plain>(samples),
            Precision::Bf16 => self.gradient_lines::<Rounded>(samples),
        };
        let mut gradients = Parameters::zeros(self.model.architecture());
        self.network.unpack(&lines, &mut gradients);
        Ok(gradients)
    }

    fn gradient_lines<B: Boundary>(&self, samples: &Samples) -> Vec<Line> {
        let indices: Vec<usize> = (0..samples.len()).collect();
        let mut workspace = Workspace::<B>::new(&self.network, samples, samples.len());
        workspace.forward_backward(&self.network, samples, &indices, indices.len());
        let mut gradients = vec![Line::ZERO; self.network.lines.len()];
        workspace.add_gradients(&self.network, samples.len(), &mut gradients);
        gradients
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

    fn check_features(&self, samples: &Samples) -> Result<(), TrainingError> {
        let (expected, found) = (self.model.architecture().features(), samples.features());
        if found == expected { Ok(()) } else { Err(TrainingError::Features { expected, found }) }
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
}
