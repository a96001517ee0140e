//! The settings that hold where neither arguments nor a configuration say otherwise: those of a preset, and below them the
//! library's defaults.

use autoencoder::{Activation, Initialization, Loss, Penalty, Schedule, Specification, TrainingOptions};

use super::named::Named;
use super::plain;
use super::preset::Preset;
use super::settings::Settings;
use super::values::Init;
use crate::failure::Outcome;

/// The specification that settings are laid over, for one feature until the data is read.
pub(super) fn specification() -> Specification {
    Specification::new(1, [256, 128])
}

/// Every plain setting that has a default; the choices by a name and numbers are in `choices`.
pub(super) fn settings() -> Outcome<Settings> {
    let library = plain::settings(&specification())?.above(&plain::settings(&TrainingOptions::default())?);
    Ok(Settings {
        // Not the same as a decay of 0: without a decay of weights, adamw has its own.
        weight_decay: None,
        init: Some(Init::default()),
        pretrain_epochs: Some(0),
        ..library
    })
}

impl Preset {
    /// The settings in which a preset differs from the defaults, if they do not follow from the data.
    pub(super) fn settings(self) -> Settings {
        let named = Settings { preset: Some(Named(self)), ..Settings::default() };
        let linear = Some(Named(Activation::Linear));
        match self {
            Self::Tutorial | Self::Table | Self::Pictures | Self::Anomaly => named,
            Self::Tutorial2d => Settings {
                layers: Some(vec![128, 64, 10, 2]),
                code_activation: linear,
                learning_rate: Some(0.005),
                epochs: Some(10),
                init: Some(Init::Drawn(Initialization::GlorotGain)),
                ..named
            },
            Self::Sharp => Settings {
                activation: Some(Named(Activation::LeakyRelu)),
                code_activation: linear,
                schedule: Some(Named(Schedule::ONE_CYCLE)),
                ..named
            },
            Self::Hinton => Settings {
                layers: Some(vec![1000, 500, 250, 30]),
                activation: Some(Named(Activation::Gelu)),
                code_activation: linear,
                learning_rate: Some(0.001),
                schedule: Some(Named(Schedule::COSINE)),
                shift: Some(1),
                epochs: Some(100),
                ..named
            },
            Self::Vae => Settings {
                layers: Some(vec![400, 20]),
                activation: Some(Named(Activation::Relu)),
                code_activation: linear,
                loss: Some(Named(Loss::Bce)),
                penalty: Some(Named(Penalty::Variational { weight: 1.0 })),
                learning_rate: Some(0.001),
                batch_size: Some(128),
                epochs: Some(10),
                ..named
            },
        }
    }
}
