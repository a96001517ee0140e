//! The values that settings take by name, as typed and as written in a configuration file.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use autoencoder::{Initialization, Normalization, Optimizer};
use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use crate::terminal::Notes;

/// What restoring a sample costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum LossName {
    /// The mean squared error
    Mse,
    /// The binary cross-entropy, for data in [0, 1]
    Bce,
    /// Squared near 0, linear further out, for data with outliers
    Huber,
    /// The likelihood of a normal distribution around the output, for --penalty variational
    Gaussian,
}

/// What is done to the sums of hidden layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum NormalizationName {
    /// Nothing
    None,
    /// Batch normalisation: mean 0 and variance 1 over each batch, then a scale and a bias that are learnt
    Batch,
}

impl From<NormalizationName> for Normalization {
    fn from(name: NormalizationName) -> Self {
        match name {
            NormalizationName::None => Self::None,
            NormalizationName::Batch => Self::Batch,
        }
    }
}

/// What is added to the loss for the sake of the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum PenaltyName {
    /// Nothing
    None,
    /// The divergence of each unit's mean from --sparsity-target: a sparse autoencoder
    Sparse,
    /// The sum of the code's absolute values: sparse too, for codes of any activation
    L1,
    /// The squared derivative of the code in the sample: a contractive autoencoder
    Contractive,
    /// Codes drawn from normal distributions, and their divergence from the standard one: a variational autoencoder, with
    /// another weight than 1 a beta-VAE. Unless told otherwise the code is linear and the loss bce
    Variational,
}

/// How samples are corrupted on their way in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum NoiseName {
    /// Not at all
    None,
    /// A share becomes 0
    Masking,
    /// Normal noise is added
    Gaussian,
    /// A share becomes the least or the greatest value of the data
    SaltAndPepper,
}

/// How the learning rate goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ScheduleName {
    /// It stays
    Constant,
    /// By --schedule-factor every --schedule-epochs epochs
    Step,
    /// By --schedule-factor an epoch, a little every step
    Exponential,
    /// Half a cosine down to --schedule-floor at the last epoch
    Cosine,
    /// From a 25th up for --schedule-rise of the training, then down to nearly nothing
    OneCycle,
}

/// An optimizer, with the settings that PyTorch gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
#[value(rename_all = "lower")]
pub(crate) enum OptimizerName {
    Adam,
    AdamW,
    Sgd,
    Momentum,
    Nesterov,
    RmsProp,
}

impl OptimizerName {
    pub(crate) const fn optimizer(self) -> Optimizer {
        match self {
            Self::Adam => Optimizer::ADAM,
            Self::AdamW => Optimizer::ADAMW,
            Self::Sgd => Optimizer::Sgd,
            Self::Momentum => Optimizer::MOMENTUM,
            Self::Nesterov => Optimizer::NESTEROV,
            Self::RmsProp => Optimizer::RMSPROP,
        }
    }
}

/// What products multiply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Precision {
    /// Numbers of 32 bits
    F32,
    /// Numbers of 16 bits, where the processor has instructions for them (AVX-512 BF16)
    Bf16,
    /// The faster of both on this processor
    Auto,
}

impl Precision {
    pub(crate) fn resolve(self) -> autoencoder::Precision {
        match self {
            Self::F32 => autoencoder::Precision::F32,
            Self::Bf16 => autoencoder::Precision::Bf16,
            Self::Auto => autoencoder::Precision::fastest(),
        }
    }

    /// Says what was chosen where the choice was left open.
    pub(crate) fn announce(self, notes: Notes) {
        if self == Self::Auto {
            notes.say(format_args!("precision: {}, the faster one on this processor", self.resolve()));
        }
    }
}

impl From<autoencoder::Precision> for Precision {
    fn from(precision: autoencoder::Precision) -> Self {
        match precision {
            autoencoder::Precision::F32 => Self::F32,
            autoencoder::Precision::Bf16 => Self::Bf16,
        }
    }
}

/// A scaling by name, before it was fitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Scale {
    /// As they are
    None,
    /// Each feature into [0, 1], by the least and the greatest value of the training samples
    MinMax,
    /// Each feature to mean 0 and deviation 1 on the training samples
    Standard,
}

/// How weights start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub(crate) enum Init {
    Glorot,
    GlorotGain,
    He,
    Normal,
    /// From the weights of the model at this path.
    Model(String),
}

impl Init {
    /// The names that stand for no file.
    pub(crate) const NAMES: &str = "glorot, glorot-gain, he, normal";

    /// What draws the weights; for [`Init::Model`] they are drawn and then replaced.
    pub(crate) fn initialization(&self) -> Initialization {
        match self {
            Self::Glorot | Self::Model(_) => Initialization::Glorot,
            Self::GlorotGain => Initialization::GlorotGain,
            Self::He => Initialization::He,
            Self::Normal => Initialization::Normal,
        }
    }
}

impl From<String> for Init {
    fn from(text: String) -> Self {
        match text.as_str() {
            "glorot" => Self::Glorot,
            "glorot-gain" => Self::GlorotGain,
            "he" => Self::He,
            "normal" => Self::Normal,
            _ => Self::Model(text),
        }
    }
}

impl From<Init> for String {
    fn from(init: Init) -> Self {
        match init {
            Init::Glorot => "glorot".to_owned(),
            Init::GlorotGain => "glorot-gain".to_owned(),
            Init::He => "he".to_owned(),
            Init::Normal => "normal".to_owned(),
            Init::Model(path) => path,
        }
    }
}

impl FromStr for Init {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self::from(text.to_owned()))
    }
}

/// What a training is validated on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "NumberOrText", into = "NumberOrText")]
pub(crate) enum Validation {
    None,
    /// The data's own test split.
    Test,
    /// This part of the samples, which are then not trained on.
    Fraction(f64),
    /// Other data.
    Data(String),
}

/// As it stands in a configuration file.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum NumberOrText {
    Number(f64),
    Text(String),
}

impl TryFrom<NumberOrText> for Validation {
    type Error = String;

    fn try_from(value: NumberOrText) -> Result<Self, String> {
        match value {
            NumberOrText::Number(fraction) if fraction > 0.0 && fraction < 1.0 => {
                Ok(Self::Fraction(fraction))
            }
            NumberOrText::Number(number) => {
                Err(format!("expected a fraction above 0 and below 1, found {number}"))
            }
            NumberOrText::Text(text) => match text.as_str() {
                "none" => Ok(Self::None),
                "test" => Ok(Self::Test),
                _ => Ok(Self::Data(text)),
            },
        }
    }
}

impl From<Validation> for NumberOrText {
    fn from(validation: Validation) -> Self {
        match validation {
            Validation::None => Self::Text("none".to_owned()),
            Validation::Test => Self::Text("test".to_owned()),
            Validation::Fraction(fraction) => Self::Number(fraction),
            Validation::Data(data) => Self::Text(data),
        }
    }
}

impl FromStr for Validation {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = text.parse().map(NumberOrText::Number);
        number.unwrap_or_else(|_| NumberOrText::Text(text.to_owned())).try_into()
    }
}

impl fmt::Display for Validation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.clone().into() {
            NumberOrText::Number(number) => write!(f, "{number}"),
            NumberOrText::Text(text) => f.write_str(&text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_for_validation() {
        let parsed = |text: &str| text.parse::<Validation>();
        assert_eq!(parsed("none"), Ok(Validation::None));
        assert_eq!(parsed("test"), Ok(Validation::Test));
        assert_eq!(parsed("0.25"), Ok(Validation::Fraction(0.25)));
        assert_eq!(parsed("./test"), Ok(Validation::Data("./test".to_owned())));
        for fraction in ["0", "1", "-0.5", "NaN", "2"] {
            assert!(parsed(fraction).is_err(), "{fraction}");
        }
    }

    #[test]
    fn initializations_survive_being_written() {
        for text in ["glorot", "glorot-gain", "he", "normal", "runs/a/model.safetensors"] {
            assert_eq!(String::from(Init::from(text.to_owned())), text);
        }
    }
}
