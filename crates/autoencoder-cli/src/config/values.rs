//! The values of settings that are the program's own, as typed and as written in a configuration file.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use autoencoder::{Choice, Initialization, Precision};
use serde::{Deserialize, Serialize};

use crate::terminal::Notes;

/// The precision of matrix products, or `auto`: the faster one on this processor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AskedPrecision {
    Named(Precision),
    Auto,
}

impl Choice for AskedPrecision {
    const ALL: &'static [Self] = &{
        let mut all = [Self::Auto; Precision::ALL.len() + 1];
        let mut index = 0;
        while index < Precision::ALL.len() {
            all[index] = Self::Named(Precision::ALL[index]);
            index += 1;
        }
        all
    };

    fn name(self) -> &'static str {
        match self {
            Self::Named(precision) => precision.name(),
            Self::Auto => "auto",
        }
    }

    fn summary(self) -> &'static str {
        match self {
            Self::Named(precision) => precision.summary(),
            Self::Auto => "The faster of the two on this processor",
        }
    }
}

impl AskedPrecision {
    pub(crate) fn precision(self) -> Precision {
        match self {
            Self::Named(precision) => precision,
            Self::Auto => Precision::fastest(),
        }
    }

    /// The same precision by its name, never `auto`.
    pub(crate) fn resolved(self) -> Self {
        Self::Named(self.precision())
    }

    /// Says which precision was chosen, where the choice was left open.
    pub(crate) fn announce(self, notes: Notes) {
        if self == Self::Auto {
            notes.say(format_args!("precision: {}, the faster one on this processor", self.precision()));
        }
    }
}

/// The initial weights: drawn as a name says, those of PCA, or those of a model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub(crate) enum Init {
    Drawn(Initialization),
    /// Weights with which the network is PCA of the training samples.
    Principal,
    /// The weights of the model at this path.
    Model(String),
}

impl Default for Init {
    fn default() -> Self {
        Self::Drawn(Initialization::default())
    }
}

impl Init {
    /// The name of [`Init::Principal`].
    const PRINCIPAL: &str = "pca";

    /// The names that stand for no file.
    pub(crate) fn names() -> String {
        let names: Vec<&str> = Initialization::ALL.iter().map(|drawn| drawn.name()).collect();
        [&names[..], &[Self::PRINCIPAL]].concat().join(", ")
    }

    /// The distribution that draws the weights; drawn weights are replaced later where they are to be others.
    pub(crate) fn initialization(&self) -> Initialization {
        match self {
            Self::Drawn(initialization) => *initialization,
            Self::Principal | Self::Model(_) => Initialization::default(),
        }
    }
}

impl From<String> for Init {
    fn from(text: String) -> Self {
        match Initialization::named(&text) {
            Some(drawn) => Self::Drawn(drawn),
            None if text == Self::PRINCIPAL => Self::Principal,
            None => Self::Model(text),
        }
    }
}

impl From<Init> for String {
    fn from(init: Init) -> Self {
        match init {
            Init::Drawn(initialization) => initialization.name().to_owned(),
            Init::Principal => Init::PRINCIPAL.to_owned(),
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
