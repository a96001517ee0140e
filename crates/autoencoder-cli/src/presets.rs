//! Presets: whole trainings by name, and what holds where neither preset, configuration nor argument says otherwise.

use autoencoder::Activation;
use serde::{Deserialize, Serialize};

use crate::config::{Init, LossName, OptimizerName, Precision, ScheduleName, Settings};

/// A training by name. The first and the last width come from the data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Preset {
    /// The classic autoencoder: layers 256 and 128, sigmoid throughout, 5 epochs
    #[default]
    Tutorial,
    /// Two numbers a sample, to be drawn in the plane: layers 128, 64, 10 and 2, linear code, 10 epochs
    #[value(name = "tutorial-2d")]
    #[serde(rename = "tutorial-2d")]
    Tutorial2d,
}

/// What tells one preset from another.
struct Recipe {
    name: &'static str,
    layers: &'static [usize],
    code_activation: Activation,
    learning_rate: f64,
    epochs: usize,
    init: Init,
}

static TUTORIAL: Recipe = Recipe {
    name: "tutorial",
    layers: &[256, 128],
    code_activation: Activation::Sigmoid,
    learning_rate: 0.01,
    epochs: 5,
    init: Init::Glorot,
};

static TUTORIAL_2D: Recipe = Recipe {
    name: "tutorial-2d",
    layers: &[128, 64, 10, 2],
    code_activation: Activation::Linear,
    learning_rate: 0.005,
    epochs: 10,
    init: Init::GlorotGain,
};

impl Preset {
    fn recipe(self) -> &'static Recipe {
        match self {
            Self::Tutorial => &TUTORIAL,
            Self::Tutorial2d => &TUTORIAL_2D,
        }
    }

    /// As it is typed.
    pub(crate) fn name(self) -> &'static str {
        self.recipe().name
    }

    /// Every setting that a training needs, but for those that depend on the data.
    pub(crate) fn settings(self) -> Settings {
        let recipe = self.recipe();
        Settings {
            preset: Some(self),
            layers: Some(recipe.layers.to_vec()),
            activation: Some(Activation::Sigmoid),
            code_activation: Some(recipe.code_activation),
            output_activation: Some(Activation::Sigmoid),
            loss: Some(LossName::Mse),
            optimizer: Some(OptimizerName::Adam),
            learning_rate: Some(recipe.learning_rate),
            schedule: Some(ScheduleName::Constant),
            warmup_epochs: Some(0.0),
            accumulate: Some(1),
            keep_best: Some(false),
            batch_size: Some(256),
            epochs: Some(recipe.epochs),
            init: Some(recipe.init.clone()),
            shuffle: Some(true),
            precision: Some(Precision::F32),
            seed: Some(0),
            ..Settings::default()
        }
    }
}
