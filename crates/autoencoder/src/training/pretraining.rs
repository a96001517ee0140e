//! Greedy pretraining: the layers of a deep model are trained one after the other, each as a small
//! autoencoder.

use crate::files::progress::TrainingData;
use crate::model::Model;
use crate::model::initialization::Initialization;
use crate::model::parameters::Parameters;
use crate::options::TrainingOptions;
use crate::options::error::TrainingError;
use crate::options::layer_set::LayerSet;
use crate::samples::error::SamplesError;
use crate::samples::fingerprint::Fingerprint;
use crate::samples::scaling::Scaling;
use crate::samples::{Samples, Values};
use crate::specification::Specification;
use crate::specification::architecture::Architecture;
use crate::specification::loss::Loss;
use crate::specification::normalization::Normalization;
use crate::training::checks::check_features;
use crate::training::observer::Observer;
use crate::training::trainer::Trainer;

/// A pretraining under way. Each encoder layer, together with its mirror in the decoder, learns to
/// reconstruct the codes of the layers before it (Bengio et al. 2007). Deep stacks then start from parameters
/// that training can improve.
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
    /// The whole model, with the parameters of the finished layers.
    pub(crate) model: Model,
    /// The options as given.
    pub(crate) options: TrainingOptions,
    /// The index of the current layer.
    pub(crate) layer: usize,
    /// The trainer of the current layer.
    pub(crate) trainer: Trainer,
    /// The codes of the layers before the current one, once they are needed; `None` for the first layer.
    inputs: Option<Samples>,
    /// The fingerprint of the samples that the pretraining is of, once it has begun.
    pub(crate) data: Option<TrainingData>,
    /// The fingerprint of the samples that the training of the whole is to be validated on.
    validation: Option<Fingerprint>,
}

impl Pretraining {
    /// Starts a pretraining of `model` at its first layer. All options hold for every layer, the number of
    /// epochs too, with these exceptions: dropout, frozen layers, early stopping, keeping the best epoch and
    /// the penalty's warm-up are off, and images are shifted for the first layer only.
    ///
    /// # Errors
    /// If the model is variational, normalised or has only one encoder layer, or an option is out of its
    /// range.
    pub fn new(model: Model, options: TrainingOptions) -> Result<Self, TrainingError> {
        check_pretraining(model.architecture())?;
        Self::from_layer(model, options, 0)
    }

    /// Starts a pretraining at one layer.
    pub(crate) fn from_layer(
        mut model: Model,
        options: TrainingOptions,
        layer: usize,
    ) -> Result<Self, TrainingError> {
        // Options that no single layer uses are checked here too.
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
        // The whole model is not trained yet.
        model.about.training = None;
        let trainer = Trainer::of_model(shallow(&model, layer), of_layer)?;
        Ok(Self { model, options, layer, trainer, inputs: None, data: None, validation: None })
    }

    /// Takes note of the samples that the training of the whole is to be validated on. No layer is validated on them:
    /// their fingerprint goes into the checkpoint, so that a resume notices other ones.
    pub fn note_validation(&mut self, samples: Option<&Samples>) {
        self.validation = samples.map(Samples::fingerprint);
    }

    /// Trains the current layer until its epochs are done or the observer breaks. When its epochs are done,
    /// the next layer becomes the current one. The observer sees the training of the current layer as a small
    /// autoencoder.
    ///
    /// # Errors
    /// If the samples are not those of the calls before or do not fit the model, or the training diverges, or a code is not finite.
    pub fn train_layer(
        &mut self,
        samples: &Samples,
        observer: &mut dyn Observer,
    ) -> Result<(), TrainingError> {
        check_features(&self.model, samples)?;
        let known = self.data.as_ref();
        let data = TrainingData::of(samples, None).expect_same(known)?;
        let validation = self.validation.clone().or_else(|| known?.validation.clone());
        self.data = Some(TrainingData { validation, ..data });
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
            *self = Self { inputs: Some(inputs), data: self.data.take(), ..next };
        }
        Ok(())
    }

    /// Checks that samples are those that the pretraining began with, as [`train_layer`](Self::train_layer) does first,
    /// and that the validation samples are those that were [noted](Self::note_validation).
    ///
    /// # Errors
    /// [`TrainingError::OtherSamples`] has the first difference in number, shape, values, order or labels.
    pub fn check_data(&self, samples: &Samples, validation: Option<&Samples>) -> Result<(), TrainingError> {
        TrainingData::of(samples, validation).expect_same(self.data.as_ref()).map(drop)
    }

    /// The fingerprint of the samples that the pretraining is of; `None` before the first step, and after a checkpoint of
    /// an earlier program, which has none.
    pub fn data(&self) -> Option<&TrainingData> {
        self.data.as_ref()
    }

    /// The index of the current layer, from 0.
    pub fn layer(&self) -> usize {
        self.layer
    }

    /// The trainer of the current layer.
    pub fn trainer(&self) -> &Trainer {
        &self.trainer
    }

    /// The options as given to [`Pretraining::new`].
    pub fn options(&self) -> &TrainingOptions {
        &self.options
    }

    /// Whether all layers are pretrained.
    pub fn is_finished(&self) -> bool {
        self.layer + 1 == self.model.architecture().encoder_layers() && self.trainer.is_finished()
    }

    /// The whole model with its present parameters.
    pub fn model(&self) -> Model {
        let mut model = self.model.clone();
        let layers = layer_and_mirror(&model, self.layer);
        copy_layers(&self.trainer.model().parameters, &mut model.parameters, [0, 1], layers);
        model
    }

    /// Ends the pretraining and returns [`Pretraining::model`].
    pub fn into_model(self) -> Model {
        self.model()
    }

    /// Replaces a tensor's name in an error by its name in the whole model.
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

    /// Encodes the inputs of a layer with that layer alone.
    fn codes(&self, shallow: &Model, inputs: &Samples) -> Result<Samples, TrainingError> {
        let codes =
            shallow.encode(inputs).and_then(|codes| Samples::new(Values::Floats(codes), Scaling::None));
        codes.map_err(|error| overflow(&error, &self.trainer))
    }
}

/// Checks that a model can be pretrained layer by layer.
///
/// # Errors
/// If the model is variational or normalised, or has only one encoder layer.
pub fn check_pretraining(architecture: &Architecture) -> Result<(), TrainingError> {
    let refuse = |with, reason| Err(TrainingError::Combination { of: "pretraining", with, reason });
    if architecture.specification().is_variational() {
        return refuse(
            "a variational model",
            "its code layer draws codes at random and cannot be trained alone",
        );
    }
    if architecture.specification().normalization != Normalization::None {
        return refuse("batch normalisation", "each layer would be trained without it");
    }
    if architecture.encoder_layers() < 2 {
        return refuse("an encoder of one layer", "that layer is the whole model");
    }
    Ok(())
}

/// The error for a code that is not finite although all weights are.
fn overflow(error: &SamplesError, trained: &Trainer) -> TrainingError {
    let found = if let SamplesError::NotFinite { value, .. } = error { *value } else { f64::NAN };
    let (epoch, step) = (trained.history().len(), trained.steps());
    TrainingError::Diverged { epoch, step, what: "code", found, tensor: None }
}

/// The indices of an encoder layer and its mirror in the decoder.
pub(crate) fn layer_and_mirror(model: &Model, layer: usize) -> [usize; 2] {
    [layer, model.architecture().layers().len() - 1 - layer]
}

/// The small autoencoder that consists of a layer and its mirror.
fn shallow(model: &Model, layer: usize) -> Model {
    let architecture = model.architecture();
    let [encoder, decoder] = layer_and_mirror(model, layer).map(|place| &architecture.layers()[place]);
    let specification = architecture.specification();
    let alone = Specification::new(encoder.inputs, [encoder.outputs])
        .with_activation(specification.activation)
        .with_code_activation(encoder.activation)
        .with_output_activation(decoder.activation)
        .with_loss(if layer == 0 { specification.loss } else { Loss::Mse })
        .with_tied_weights(specification.tied)
        .with_table(specification.table.clone().filter(|_| layer == 0));
    let mut shallow = Model::new(alone, Initialization::Glorot, 0).expect("a part of a checked model");
    copy_layers(&model.parameters, &mut shallow.parameters, layer_and_mirror(model, layer), [0, 1]);
    if layer == 0 {
        shallow.about.sample_shape.clone_from(&model.about.sample_shape);
    }
    shallow
}

/// Copies weights and biases of two layers from one model to another.
pub(crate) fn copy_layers(from: &Parameters, to: &mut Parameters, sources: [usize; 2], targets: [usize; 2]) {
    for (source, target) in sources.into_iter().zip(targets) {
        if let Some(weight) = from.own_weight(source) {
            to.weight_mut(target).assign(&weight);
        }
        to.bias_mut(target).iter_mut().zip(from.bias(source)).for_each(|(to, from)| *to = *from);
    }
}
