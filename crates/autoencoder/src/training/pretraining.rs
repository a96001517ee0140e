//! Greedy pretraining: the layers of a deep model one after the other, each as an autoencoder of its own.

use crate::model::Model;
use crate::model::initialization::Initialization;
use crate::model::parameters::Parameters;
use crate::options::TrainingOptions;
use crate::options::error::TrainingError;
use crate::options::layer_set::LayerSet;
use crate::samples::error::SamplesError;
use crate::samples::scaling::Scaling;
use crate::samples::{Samples, Values};
use crate::specification::Specification;
use crate::specification::architecture::Architecture;
use crate::specification::loss::Loss;
use crate::specification::normalization::Normalization;
use crate::specification::penalty::Penalty;
use crate::training::checks::check_features;
use crate::training::observer::Observer;
use crate::training::trainer::Trainer;

/// A pretraining under way: each layer of the encoder, with its mirror in the decoder, learns to restore what the layers before
/// make of the samples (Bengio et al. 2007); deep stacks then start where training can go on.
///
/// ```
/// use autoencoder::{Initialization, Model, Pretraining, Samples, Scaling, Specification, TrainingOptions, Values};
/// use ndarray::Array2;
/// let images = Array2::from_shape_fn((64, 12), |(row, column)| if (row + column) % 3 == 0 { 255 } else { 0 });
/// let samples = Samples::new(Values::Bytes(images), Scaling::Bytes)?;
/// let model = Model::new(Specification::new(12, [8, 5, 3]), Initialization::Glorot, 0)?;
/// let options = TrainingOptions::default().with_epochs(20).with_batch_size(16);
/// let before = model.evaluate(&samples)?.mse;
/// let mut pretraining = Pretraining::new(model, options)?;
/// while !pretraining.is_finished() {
///     pretraining.train_layer(&samples, &mut ())?;
/// }
/// assert!(pretraining.into_model().evaluate(&samples)?.mse < before);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Pretraining {
    /// The whole, with the layers in it that are done.
    pub(crate) model: Model,
    pub(crate) options: TrainingOptions,
    pub(crate) layer: usize,
    /// Of the layer.
    pub(crate) trainer: Trainer,
    /// What the layers before make of the samples, once that was needed; nothing for the first.
    inputs: Option<Samples>,
}

impl Pretraining {
    /// A pretraining of `model` from its first layer on. All of `options` hold for every layer, its epochs too, but dropout, frozen
    /// layers, early stopping, keeping the best and the penalty's warm-up; images are shifted for the first layer only.
    ///
    /// # Errors
    /// If the model is variational, normalised or of one layer, or an option is out of its range.
    pub fn new(model: Model, options: TrainingOptions) -> Result<Self, TrainingError> {
        check_pretraining(model.architecture())?;
        Self::from_layer(model, options, 0)
    }

    /// From the beginning of a layer on.
    pub(crate) fn from_layer(
        mut model: Model,
        options: TrainingOptions,
        layer: usize,
    ) -> Result<Self, TrainingError> {
        // Also what does not hold for a layer by itself.
        options.check()?;
        let of_layer = TrainingOptions {
            dropout: 0.0,
            frozen: LayerSet::NONE,
            early_stopping: None,
            keep_best: false,
            penalty_warmup_epochs: 0.0,
            shift: if layer == 0 { options.shift } else { 0 },
            ..options
        };
        // The whole is not trained yet.
        model.about.training = None;
        let trainer = Trainer::of_model(shallow(&model, layer), of_layer)?;
        Ok(Self { model, options, layer, trainer, inputs: None })
    }

    /// Trains the layer in hand until its epochs are done or the observer breaks; where they are done, the next layer is in hand
    /// after it. What the observer sees is the training of that layer as an autoencoder of its own.
    ///
    /// `samples` are the same at every call.
    ///
    /// # Errors
    /// If the samples do not fit the model, or the loss or a code is no longer finite.
    pub fn train_layer(
        &mut self,
        samples: &Samples,
        observer: &mut dyn Observer,
    ) -> Result<(), TrainingError> {
        check_features(&self.model, samples)?;
        self.model.about.scaling = samples.scaling().clone();
        if self.inputs.is_none() && self.layer > 0 {
            let mut inputs = self.codes(&shallow(&self.model, 0), samples)?;
            for layer in 1..self.layer {
                inputs = self.codes(&shallow(&self.model, layer), &inputs)?;
            }
            self.inputs = Some(inputs);
        }
        let outcome = self.trainer.observe(observer).fit(self.inputs.as_ref().unwrap_or(samples));
        outcome.map_err(|error| self.with_whole_names(error))?;
        if self.trainer.is_finished() && self.layer + 1 < self.model.architecture().encoder_layers() {
            let inputs = self.codes(&self.trainer.model(), self.inputs.as_ref().unwrap_or(samples))?;
            let next = Self::from_layer(self.model(), self.options.clone(), self.layer + 1)?;
            *self = Self { inputs: Some(inputs), ..next };
        }
        Ok(())
    }

    /// The layer in hand, from 0.
    pub fn layer(&self) -> usize {
        self.layer
    }

    /// The training of the layer in hand.
    pub fn trainer(&self) -> &Trainer {
        &self.trainer
    }

    /// The options, as they were given.
    pub fn options(&self) -> &TrainingOptions {
        &self.options
    }

    /// Whether all layers are done.
    pub fn is_finished(&self) -> bool {
        self.layer + 1 == self.model.architecture().encoder_layers() && self.trainer.is_finished()
    }

    /// The whole model as it is now.
    pub fn model(&self) -> Model {
        let mut model = self.model.clone();
        let layers = layer_and_mirror(&model, self.layer);
        copy_layers(&self.trainer.model().parameters, &mut model.parameters, [0, 1], layers);
        model
    }

    /// Ends the pretraining with [`Pretraining::model`].
    pub fn into_model(self) -> Model {
        self.model()
    }

    /// An error that names tensors by what they are called in the whole.
    fn with_whole_names(&self, error: TrainingError) -> TrainingError {
        let TrainingError::Diverged { epoch, step, what, found, tensor: Some(tensor) } = error else {
            return error;
        };
        let names = self.trainer.model.architecture().layers().iter().map(|layer| &layer.name);
        let places = layer_and_mirror(&self.model, self.layer)
            .map(|place| &self.model.architecture().layers()[place].name);
        let whole = names.zip(places).find_map(|(name, place)| {
            let rest = tensor.strip_prefix(name.as_str())?;
            Some(format!("{place}{rest}"))
        });
        TrainingError::Diverged { epoch, step, what, found, tensor: whole.or(Some(tensor)) }
    }

    /// What a layer makes of its inputs.
    fn codes(&self, shallow: &Model, inputs: &Samples) -> Result<Samples, TrainingError> {
        let codes =
            shallow.encode(inputs).and_then(|codes| Samples::new(Values::Floats(codes), Scaling::None));
        codes.map_err(|error| overflow(&error, &self.trainer))
    }
}

/// Checks whether a model can be pretrained layer by layer.
///
/// # Errors
/// If it is variational or normalised, or has one layer.
pub fn check_pretraining(architecture: &Architecture) -> Result<(), TrainingError> {
    let refuse = |with, reason| Err(TrainingError::Combination { of: "pretraining", with, reason });
    if architecture.specification().is_variational() {
        return refuse("a variational model", "its last layer restores nothing without chance");
    }
    if architecture.specification().normalization != Normalization::None {
        return refuse("batch normalisation", "each layer would learn what comes without it");
    }
    if architecture.encoder_layers() < 2 {
        return refuse("an encoder of one layer", "that layer is the whole model");
    }
    Ok(())
}

/// That finite weights gave a code that is not.
fn overflow(error: &SamplesError, trained: &Trainer) -> TrainingError {
    let found = if let SamplesError::NotFinite { value, .. } = error { f64::from(*value) } else { f64::NAN };
    let (epoch, step) = (trained.history().len(), trained.steps());
    TrainingError::Diverged { epoch, step, what: "code", found, tensor: None }
}

/// The places of a layer and of its mirror.
pub(crate) fn layer_and_mirror(model: &Model, layer: usize) -> [usize; 2] {
    [layer, model.architecture().layers().len() - 1 - layer]
}

/// The autoencoder that a layer and its mirror are.
fn shallow(model: &Model, layer: usize) -> Model {
    let architecture = model.architecture();
    let [encoder, decoder] = layer_and_mirror(model, layer).map(|place| &architecture.layers()[place]);
    let specification = architecture.specification();
    let alone = Specification {
        features: encoder.inputs,
        layers: vec![encoder.outputs],
        activation: specification.activation,
        code_activation: encoder.activation,
        output_activation: decoder.activation,
        loss: if layer == 0 { specification.loss } else { Loss::Mse },
        tied: specification.tied,
        penalty: Penalty::None,
        normalization: Normalization::None,
    };
    let mut shallow = Model::new(alone, Initialization::Glorot, 0).expect("a part of a checked model");
    copy_layers(&model.parameters, &mut shallow.parameters, layer_and_mirror(model, layer), [0, 1]);
    if layer == 0 {
        shallow.about.sample_shape.clone_from(&model.about.sample_shape);
    }
    shallow
}

/// Copies weights and biases of two layers.
pub(crate) fn copy_layers(from: &Parameters, to: &mut Parameters, sources: [usize; 2], targets: [usize; 2]) {
    for (source, target) in sources.into_iter().zip(targets) {
        if let Some(weight) = from.own_weight(source) {
            to.weight_mut(target).assign(&weight);
        }
        to.bias_mut(target).iter_mut().zip(from.bias(source)).for_each(|(to, from)| *to = *from);
    }
}
