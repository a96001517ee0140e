//! The names of presets.

use serde::{Deserialize, Serialize};

/// A training by name. The first and the last width come from the data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Preset {
    /// The classic autoencoder: layers 256 and 128, sigmoid activations throughout, 5 epochs
    #[default]
    Tutorial,
    /// Codes of two numbers, which can be drawn in the plane: layers 128, 64, 10 and 2, linear code, 10 epochs
    #[value(name = "tutorial-2d")]
    #[serde(rename = "tutorial-2d")]
    Tutorial2d,
    /// The tutorial's layers and epochs with leaky ReLU, a linear code and a one-cycle learning rate; restores better
    /// than PCA with as many components as the code has numbers
    Sharp,
    /// The deep autoencoder of Hinton and Salakhutdinov: layers 1000, 500, 250 and 30, with GELU, shifted images and
    /// a cosine schedule, 100 epochs
    Hinton,
    /// A variational autoencoder: layers 400 and 20, ReLU, binary cross-entropy and KL divergence, 10 epochs
    Vae,
}

impl Preset {
    /// The name as it is typed.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Tutorial => "tutorial",
            Self::Tutorial2d => "tutorial-2d",
            Self::Sharp => "sharp",
            Self::Hinton => "hinton",
            Self::Vae => "vae",
        }
    }
}
