//! Greedy pretraining: the layers of a deep model one after the other, each as an autoencoder of its own.

use crate::architecture::Architecture;
use crate::initialization::Initialization;
use crate::layer_set::LayerSet;
use crate::model::Model;
use crate::observer::Observer;
use crate::options::TrainingOptions;
use crate::parameters::Parameters;
use crate::samples::{Samples, SamplesError, Values};
use crate::scaling::Scaling;
use crate::specification::{Loss, Normalization, Penalty, Specification};
use crate::training::Trainer;
use crate::training_error::TrainingError;

/// Trains each layer of the encoder, with its mirror in the decoder, to restore what the layers before make of the samples
/// (Bengio et al. 2007): deep stacks then start where training can go on. All of `options` hold for every layer, its epochs too,
/// but dropout, frozen layers, early stopping and keeping the best; images are shifted for the first layer only.
///
/// `observer` is asked for the observer of each layer, from 0, before it is trained; one that breaks ends that layer.
///
/// # Errors
/// If the model is variational, normalised or of one layer, or a layer cannot be trained.
///
/// ```
/// use autoencoder::{Initialization, Model, Samples, Scaling, Specification, TrainingOptions, Values, pretrain};
/// use ndarray::Array2;
/// let images = Array2::from_shape_fn((64, 12), |(row, column)| if (row + column) % 3 == 0 { 255 } else { 0 });
/// let samples = Samples::new(Values::Bytes(images), Scaling::Bytes)?;
/// let model = Model::new(Specification::new(12, [8, 5, 3]), Initialization::Glorot, 0)?;
/// let options = TrainingOptions { epochs: 20, batch_size: 16, ..TrainingOptions::default() };
/// let pretrained = pretrain(model.clone(), &options, &samples, |_| Box::new(()))?;
/// assert!(pretrained.evaluate(&samples).mse < model.evaluate(&samples).mse);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn pretrain(
    model: Model,
    options: &TrainingOptions,
    samples: &Samples,
    mut observer: impl FnMut(usize) -> Box<dyn Observer>,
) -> Result<Model, TrainingError> {
    check_pretraining(model.architecture())?;
    let count = model.architecture().encoder_layers();
    let mut parameters = model.parameters().clone();
    let mut inputs: Option<Samples> = None;
    for layer in 0..count {
        let given = inputs.as_ref().unwrap_or(samples);
        let mut shallow = shallow(&model, layer);
        copy(&parameters, &mut shallow.parameters, [layer, 2 * count - 1 - layer], [0, 1]);
        if layer == 0 {
            shallow.about.sample_shape.clone_from(&model.about.sample_shape);
        }
        let options = TrainingOptions {
            dropout: 0.0,
            frozen: LayerSet::NONE,
            early_stopping: None,
            keep_best: false,
            penalty_warmup_epochs: 0.0,
            shift: if layer == 0 { options.shift } else { 0 },
            ..*options
        };
        let mut trained = Trainer::new(shallow, options)?;
        trained.run(given, None, observer(layer).as_mut())?;
        let shallow = trained.model();
        copy(&shallow.parameters, &mut parameters, [0, 1], [layer, 2 * count - 1 - layer]);
        if layer + 1 < count {
            let codes = Samples::new(Values::Floats(shallow.encode(given)), Scaling::None);
            inputs = Some(codes.map_err(|error| overflow(&error, &trained))?);
        }
    }
    Ok(model.with_parameters(parameters))
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
    let found = match error {
        SamplesError::NotFinite { value, .. } => f64::from(*value),
        _ => f64::NAN,
    };
    let (epoch, step) = (trained.history().len(), trained.steps());
    TrainingError::Diverged { epoch, step, what: "code", found, tensor: None }
}

/// The autoencoder that one layer and its mirror are.
fn shallow(model: &Model, layer: usize) -> Model {
    let architecture = model.architecture();
    let (encoder, decoder) =
        (&architecture.layers()[layer], &architecture.layers()[architecture.layers().len() - 1 - layer]);
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
    Model::new(alone, Initialization::Glorot, 0).expect("a part of a checked model")
}

/// Copies weights and biases of two layers.
fn copy(from: &Parameters, to: &mut Parameters, sources: [usize; 2], targets: [usize; 2]) {
    for (source, target) in sources.into_iter().zip(targets) {
        if let Some(weight) = from.own_weight(source) {
            to.weight_mut(target).assign(&weight);
        }
        to.bias_mut(target).iter_mut().zip(from.bias(source)).for_each(|(to, from)| *to = *from);
    }
}
