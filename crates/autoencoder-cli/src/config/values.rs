//! The values that settings take by name, as typed and as written in a configuration file.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use autoencoder::{Initialization, Normalization, Optimizer};
use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use crate::terminal::Notes;

/// The loss of a reconstruction, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum LossName {
    /// Mean squared error
    Mse,
    /// Binary cross-entropy, for data in [0, 1]
    Bce,
    /// Huber loss: squared for small differences, linear for large ones, for data with outliers
    Huber,
    /// Negative log-likelihood of a normal distribution around the output, for --penalty variational
    Gaussian,
}

/// The normalisation of hidden layers, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum NormalizationName {
    /// No normalisation
    None,
    /// Batch normalisation: mean 0 and variance 1 over each batch, then a learnt scale and bias
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

/// The penalty on the code, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum PenaltyName {
    /// No penalty
    None,
    /// Sparse autoencoder: the KL divergence of each unit's mean activation from --sparsity-target
    Sparse,
    /// Sparse autoencoder for codes of any activation: the sum of the code's absolute values
    L1,
    /// Contractive autoencoder: the squared derivative of the code with respect to the sample
    Contractive,
    /// Variational autoencoder: codes are drawn from normal distributions, whose KL divergence from the standard
    /// normal distribution is the penalty; with a weight other than 1 a beta-VAE. Unless told otherwise the code is
    /// linear and the loss bce
    Variational,
}

/// The noise that corrupts samples on their way in, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum NoiseName {
    /// No noise
    None,
    /// Masking noise: a share of the numbers becomes 0
    Masking,
    /// Gaussian noise: normally distributed numbers are added
    Gaussian,
    /// Salt-and-pepper noise: a share of the numbers becomes the least or the greatest value of the data
    SaltAndPepper,
}

/// The course of the learning rate, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ScheduleName {
    /// The learning rate stays as it is
    Constant,
    /// The learning rate is multiplied by --schedule-factor after every --schedule-epochs epochs
    Step,
    /// The learning rate is multiplied by --schedule-factor every epoch, a little in each step
    Exponential,
    /// The learning rate follows half a cosine down to --schedule-floor at the last epoch
    Cosine,
    /// The learning rate rises from a 25th of its value during --schedule-rise of the training, then falls to nearly
    /// 0
    OneCycle,
}

/// An optimizer, with the settings that PyTorch gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
#[value(rename_all = "lower")]
pub(crate) enum OptimizerName {
    /// Adam: steps in proportion to the mean gradient, divided by the root of the mean squared gradient
    Adam,
    /// Adam with decoupled weight decay of 0.01
    AdamW,
    /// Stochastic gradient descent: steps against the gradient
    Sgd,
    /// Stochastic gradient descent with momentum 0.9
    Momentum,
    /// Stochastic gradient descent with Nesterov's momentum 0.9
    Nesterov,
    /// RMSProp: steps against the gradient, divided by the root of the mean squared gradient
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

/// The precision of matrix products, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Precision {
    /// 32-bit floating point
    F32,
    /// 16-bit bfloat16, on processors with the AVX-512 BF16 instructions
    Bf16,
    /// The faster of the two on this processor
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

    /// Says which precision was chosen, where the choice was left open.
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

/// A scaling by name, before it is fitted to data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Scale {
    /// No scaling
    None,
    /// Each feature is mapped into [0, 1], by its least and greatest value in the training samples
    MinMax,
    /// Each feature gets mean 0 and standard deviation 1 on the training samples
    Standard,
}

/// The initial weights: a distribution by name, or those of a model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub(crate) enum Init {
    Glorot,
    GlorotGain,
    He,
    Normal,
    /// The weights of the model at this path.
    Model(String),
}

impl Init {
    /// The names that stand for no file.
    pub(crate) const NAMES: &str = "glorot, glorot-gain, he, normal";

    /// The distribution that draws the weights; for [`Init::Model`] the drawn weights are replaced later.
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

/// The samples that a training is validated on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "NumberOrText", into = "NumberOrText")]
pub(crate) enum Validation {
    None,
    /// The test split of the data.
    Test,
    /// This part of the samples, which are then not trained on.
    Fraction(f64),
    /// Other data.
    Data(String),
}

/// A value as it stands in a configuration file.
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
