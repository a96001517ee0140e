//! Training: the options, the order of an epoch, the loop over epochs, and what an observer sees of it.

use std::fmt;
use std::ops::ControlFlow;

use autoencoder_kernels::{Line, LossSums};
use serde::{Deserialize, Serialize};

use crate::boundary::{Boundary, Plain, Rounded};
use crate::inference::reconstruction_loss;
use crate::model::{Model, Training};
use crate::network::Network;
use crate::optimizer::Optimizer;
use crate::parameters::Parameters;
use crate::precision::{Precision, PrecisionError};
use crate::random::{Purpose, Stream};
use crate::samples::Samples;
use crate::step::{Moments, Workspace};

/// How to train.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainingOptions {
    /// Passes over all samples, counted from the beginning of the training.
    pub epochs: usize,
    /// Samples in a step; the last step of an epoch takes what is left.
    pub batch_size: usize,
    /// How far a step goes.
    pub learning_rate: f32,
    /// How parameters follow their gradients.
    pub optimizer: Optimizer,
    /// What the order of the samples is a function of.
    pub seed: u64,
    /// Whether each epoch has an order of its own; else the samples' own.
    pub shuffle: bool,
    /// What the products of a step multiply.
    #[serde(default)]
    pub precision: Precision,
}

impl Default for TrainingOptions {
    /// Five epochs of Adam, learning rate 0.01, batches of 256, in f32.
    fn default() -> Self {
        Self {
            epochs: 5,
            batch_size: 256,
            learning_rate: 0.01,
            optimizer: Optimizer::ADAM,
            seed: 0,
            shuffle: true,
            precision: Precision::F32,
        }
    }
}

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

    /// After a step. Breaking ends the training in the midst of the epoch, which then has no report.
    fn step_done(&mut self, _report: &StepReport) -> ControlFlow<()> {
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
    /// A number that must be finite is not.
    Diverged {
        /// In which epoch, from 1.
        epoch: usize,
        /// In which step of all, from 1.
        step: u64,
        /// Which number.
        what: &'static str,
        /// Its value.
        found: f64,
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
            Self::Diverged { epoch, step, what, found } => {
                write!(
                    f,
                    "training diverged in epoch {epoch}, step {step}: expected a finite {what}, found {found}"
                )
            }
        }
    }
}

impl std::error::Error for TrainingError {}

impl TrainingOptions {
    /// Checks every option's range.
    ///
    /// # Errors
    /// Names the first that is out of its range.
    pub fn check(&self) -> Result<(), TrainingError> {
        let fault = |name, found: String, expected| Err(TrainingError::Option { name, found, expected });
        if self.batch_size == 0 {
            return fault("batch size", self.batch_size.to_string(), "at least 1");
        }
        if !(self.learning_rate > 0.0 && self.learning_rate.is_finite()) {
            return fault("learning rate", self.learning_rate.to_string(), "a finite number above 0");
        }
        if let Err(error) = self.precision.check() {
            return fault("precision", error.found.to_string(), PrecisionError::EXPECTED);
        }
        match self.optimizer.fault(self.learning_rate) {
            Some((name, found, expected)) => fault(name, found.to_string(), expected),
            None => Ok(()),
        }
    }
}

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
        Ok(Self { model, options, network, moments, steps: 0, history: Vec::new() })
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

    /// The model as it is now.
    pub fn model(&self) -> Model {
        let mut model = self.model.clone();
        self.network.unpack(&self.network.lines, &mut model.parameters);
        model.about.training = Some(Training { options: self.options, epochs: self.history.len() });
        model
    }

    /// Ends the training.
    pub fn into_model(self) -> Model {
        self.model()
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
        while self.history.len() < self.options.epochs {
            let epoch = self.history.len() + 1;
            observer.epoch_begins(epoch);
            let order = self.order(epoch, train.len());
            let mut sums = LossSums::default();
            for (batch, indices) in order.chunks(self.options.batch_size).enumerate() {
                let batch_sums = self.step(&mut workspace, train, indices);
                let loss = batch_sums.loss / (indices.len() * train.features()) as f64;
                self.expect_finite("loss", loss)?;
                sums += batch_sums;
                let samples = batch * self.options.batch_size + indices.len();
                let report = StepReport { epoch, samples, of: train.len(), loss };
                if observer.step_done(&report).is_break() {
                    return Ok(());
                }
            }
            observer.epoch_trained(epoch);
            // The last step's own loss is not known before the next; its parameters are.
            let parameter =
                self.network.lines.iter().flat_map(|line| line.0).find(|value| !value.is_finite());
            self.expect_finite("parameter", parameter.unwrap_or(0.0).into())?;
            let means = |sums: LossSums, samples: &Samples| {
                let elements = samples.len() as f64 * samples.features() as f64;
                (sums.squared_error / elements, sums.loss / elements)
            };
            let (train_mse, train_loss) = means(sums, train);
            self.expect_finite("mean squared error", train_mse)?;
            let validated = validation
                .map(|samples| means(reconstruction_loss::<Plain>(&self.network, &[], samples), samples));
            if let Some((mse, loss)) = validated {
                self.expect_finite("validation error", mse + loss)?;
            }
            let report = EpochReport {
                epoch,
                train_mse,
                train_loss,
                validation_mse: validated.map(|(mse, _)| mse),
                validation_loss: validated.map(|(_, loss)| loss),
            };
            self.history.push(report);
            if observer.epoch_done(&report, self).is_break() {
                return Ok(());
            }
        }
        Ok(())
    }

    /// One step on the samples with these indices: the sums of their losses before it.
    fn step<B: Boundary>(
        &mut self,
        workspace: &mut Workspace<B>,
        samples: &Samples,
        indices: &[usize],
    ) -> LossSums {
        let sums = workspace.forward_backward(&self.network, samples, indices);
        self.steps += 1;
        let rule = self.options.optimizer.update(self.options.learning_rate, self.steps);
        workspace.update(&mut self.network, &mut self.moments, rule, indices.len());
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
        workspace.forward_backward(&self.network, samples, &indices);
        workspace.gradients(&self.network, samples.len())
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
        Err(TrainingError::Diverged { epoch: self.history.len() + 1, step: self.steps, what, found })
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
