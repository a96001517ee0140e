//! Layers one after the other, made a model: the decoder must mirror the encoder.

use autoencoder::{Activation, Choice, Initialization, Loss, Model, Penalty, Scaling, Specification};

use super::error::ImportError;
use super::linear::{Layers, Linear};
use super::options::ImportOptions;

impl Layers {
    /// The model of the layers.
    pub(super) fn model(
        self,
        options: &ImportOptions,
        notes: &mut Vec<String>,
    ) -> Result<Model, ImportError> {
        self.check()?;
        let Self { layers, log_variance } = self;
        let code = layers.len() / 2 - 1;
        let activations = Activations::of(&layers, code, options, notes)?;
        let features = layers[0].inputs();
        let widths: Vec<usize> = layers[..=code].iter().map(Linear::outputs).collect();
        notes.push(format!(
            "the code is the output of the layer {}, in the middle: {} numbers",
            layers[code].name, widths[code]
        ));
        let mut specification = Specification::new(features, widths)
            .with_activation(activations.hidden)
            .with_code_activation(activations.code)
            .with_output_activation(activations.output);
        if log_variance.is_some() {
            let is_probability = activations.output == Activation::Sigmoid;
            let loss = if is_probability { Loss::Bce } else { Loss::Gaussian { deviation: 0.1 } };
            specification.loss = loss;
            specification.penalty = Penalty::Variational { weight: 1.0 };
            notes.push(format!("read as a variational model with the loss {}", loss.name()));
        }
        let mut model = Model::new(specification, Initialization::Glorot, 0)?;
        let mut parameters = model.parameters().clone();
        let (encoder, decoder) = layers.split_at(code + 1);
        let in_order = encoder.iter().chain(&log_variance).chain(decoder);
        for (index, layer) in in_order.enumerate() {
            parameters.weight_mut(index).assign(&layer.weight);
            parameters.bias_mut(index).copy_from_slice(&layer.bias);
        }
        model = model.with_parameters(parameters);
        model.about.scaling = if options.bytes { Scaling::Bytes } else { Scaling::None };
        if let Some(shape) = &options.sample_shape {
            if shape.iter().try_fold(1_usize, |product, &size| product.checked_mul(size)) != Some(features) {
                return Err(ImportError::SampleShape { expected: features, found: shape.clone() });
            }
            model.about.sample_shape.clone_from(shape);
        }
        Ok(model)
    }

    /// Checks that each layer takes what the one before gives, and that the decoder mirrors the encoder.
    fn check(&self) -> Result<(), ImportError> {
        let layers = &self.layers;
        let Some(first) = layers.first() else { return Err(ImportError::NoLayers) };
        for pair in layers.windows(2) {
            let (expected, found) = (pair[0].outputs(), pair[1].inputs());
            if expected != found {
                let (tensor, before) = (pair[1].tensor.clone(), pair[0].tensor.clone());
                return Err(ImportError::Chain { tensor, expected: (expected, before), found });
            }
        }
        let widths: Vec<usize> =
            std::iter::once(first.inputs()).chain(layers.iter().map(Linear::outputs)).collect();
        let count = layers.len();
        for place in (count / 2 + 1..=count).rev() {
            let expected = widths[count - place];
            if widths[place] != expected {
                let tensor = layers[place - 1].tensor.clone();
                return Err(ImportError::Mirror { widths, tensor, expected: Some(expected) });
            }
        }
        if count % 2 == 1 {
            let tensor = layers[count / 2].tensor.clone();
            return Err(ImportError::Mirror { widths, tensor, expected: None });
        }
        let code = &layers[count / 2 - 1];
        match &self.log_variance {
            Some(beside) if beside.weight.dim() != code.weight.dim() => Err(ImportError::Tensor {
                tensor: beside.tensor.clone(),
                expected: format!("{:?}, as {} has", code.weight.dim(), code.tensor),
                found: format!("{:?}", beside.weight.dim()),
            }),
            Some(_) | None => Ok(()),
        }
    }
}

/// The activations of a model.
struct Activations {
    hidden: Activation,
    code: Activation,
    output: Activation,
}

impl Activations {
    /// The activations that the file tells, or else those that were asked for.
    fn of(
        layers: &[Linear],
        code: usize,
        options: &ImportOptions,
        notes: &mut Vec<String>,
    ) -> Result<Self, ImportError> {
        let last = layers.len() - 1;
        let hidden: Vec<&Linear> = layers
            .iter()
            .enumerate()
            .filter(|(place, _)| ![code, last].contains(place))
            .map(|(_, layer)| layer)
            .collect();
        let told: Vec<(String, &'static str)> =
            hidden.iter().filter_map(|layer| Some((layer.name.clone(), layer.activation?.name()))).collect();
        if told.iter().any(|(_, name)| *name != told[0].1) {
            return Err(ImportError::Activations { found: told });
        }
        let hidden = match hidden.first() {
            None => options.activation.unwrap_or(Activation::Linear),
            Some(layer) => match agreed(layer, options.activation)? {
                Some(activation) => activation,
                None => return Err(ImportError::NoActivation { tensor: layer.tensor.clone() }),
            },
        };
        let mut or_linear = |layer: &Linear, asked, what: &str| {
            Ok::<_, ImportError>(agreed(layer, asked)?.unwrap_or_else(|| {
                notes.push(format!(
                    "activation of the {what}: linear, as the file does not tell and none was given"
                ));
                Activation::Linear
            }))
        };
        let code = or_linear(&layers[code], options.code_activation, "code")?;
        let output = or_linear(&layers[last], options.output_activation, "output")?;
        Ok(Self { hidden, code, output })
    }
}

/// The activation of a layer: that of the file, which must be the one that was asked for if one was.
fn agreed(layer: &Linear, asked: Option<Activation>) -> Result<Option<Activation>, ImportError> {
    match (layer.activation, asked) {
        (Some(found), Some(expected)) if found != expected => Err(ImportError::OtherActivation {
            layer: layer.name.clone(),
            expected: expected.name(),
            found: found.name(),
        }),
        (found, asked) => Ok(found.or(asked)),
    }
}
