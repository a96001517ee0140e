//! The settings that presets stand for, which hold where neither argument nor configuration says otherwise.

use autoencoder::{Activation, Initialization, Loss, Normalization, Optimizer, Penalty, Schedule};

use super::named::Named;
use super::preset::Preset;
use super::settings::Settings;
use super::values::{AskedPrecision, Init};

impl Preset {
    /// Every setting that a training needs, except those that depend on the data.
    pub(crate) fn settings(self) -> Settings {
        let tutorial = Settings {
            preset: Some(Named(self)),
            layers: Some(vec![256, 128]),
            activation: Some(Named(Activation::Sigmoid)),
            code_activation: Some(Named(Activation::Sigmoid)),
            output_activation: Some(Named(Activation::Sigmoid)),
            tied: Some(false),
            normalization: Some(Named(Normalization::None)),
            loss: Some(Named(Loss::Mse)),
            penalty: Some(Named(Penalty::None)),
            penalty_warmup_epochs: Some(0.0),
            noise: Some(Named(None)),
            dropout: Some(0.0),
            shift: Some(0),
            optimizer: Some(Named(Optimizer::ADAM)),
            learning_rate: Some(0.01),
            schedule: Some(Named(Schedule::Constant)),
            warmup_epochs: Some(0.0),
            accumulate: Some(1),
            keep_best: Some(false),
            batch_size: Some(256),
            epochs: Some(5),
            init: Some(Init::Drawn(Initialization::Glorot)),
            pretrain_epochs: Some(0),
            shuffle: Some(true),
            precision: Some(Named(AskedPrecision::Named(autoencoder::Precision::F32))),
            seed: Some(0),
            ..Settings::default()
        };
        match self {
            Self::Tutorial => tutorial,
            Self::Tutorial2d => Settings {
                layers: Some(vec![128, 64, 10, 2]),
                code_activation: Some(Named(Activation::Linear)),
                learning_rate: Some(0.005),
                epochs: Some(10),
                init: Some(Init::Drawn(Initialization::GlorotGain)),
                ..tutorial
            },
            Self::Sharp => Settings {
                activation: Some(Named(Activation::LeakyRelu)),
                code_activation: Some(Named(Activation::Linear)),
                schedule: Some(Named(Schedule::ONE_CYCLE)),
                ..tutorial
            },
            Self::Hinton => Settings {
                layers: Some(vec![1000, 500, 250, 30]),
                activation: Some(Named(Activation::Gelu)),
                code_activation: Some(Named(Activation::Linear)),
                learning_rate: Some(0.001),
                schedule: Some(Named(Schedule::COSINE)),
                shift: Some(1),
                epochs: Some(100),
                ..tutorial
            },
            Self::Vae => Settings {
                layers: Some(vec![400, 20]),
                activation: Some(Named(Activation::Relu)),
                code_activation: Some(Named(Activation::Linear)),
                loss: Some(Named(Loss::Bce)),
                penalty: Some(Named(Penalty::Variational { weight: 1.0 })),
                learning_rate: Some(0.001),
                batch_size: Some(128),
                epochs: Some(10),
                ..tutorial
            },
        }
    }
}
