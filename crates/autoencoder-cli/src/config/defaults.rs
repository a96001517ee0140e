//! The settings that presets stand for, which hold where neither argument nor configuration says otherwise.

use autoencoder::Activation;

use super::preset::Preset;
use super::settings::Settings;
use super::values::{
    Init, LossName, NoiseName, NormalizationName, OptimizerName, PenaltyName, Precision, ScheduleName,
};

impl Preset {
    /// Every setting that a training needs, except those that depend on the data.
    pub(crate) fn settings(self) -> Settings {
        let tutorial = Settings {
            preset: Some(self),
            layers: Some(vec![256, 128]),
            activation: Some(Activation::Sigmoid),
            code_activation: Some(Activation::Sigmoid),
            output_activation: Some(Activation::Sigmoid),
            tied: Some(false),
            normalization: Some(NormalizationName::None),
            loss: Some(LossName::Mse),
            penalty: Some(PenaltyName::None),
            penalty_warmup_epochs: Some(0.0),
            noise: Some(NoiseName::None),
            dropout: Some(0.0),
            shift: Some(0),
            optimizer: Some(OptimizerName::Adam),
            learning_rate: Some(0.01),
            schedule: Some(ScheduleName::Constant),
            warmup_epochs: Some(0.0),
            accumulate: Some(1),
            keep_best: Some(false),
            batch_size: Some(256),
            epochs: Some(5),
            init: Some(Init::Glorot),
            pretrain_epochs: Some(0),
            shuffle: Some(true),
            precision: Some(Precision::F32),
            seed: Some(0),
            ..Settings::default()
        };
        match self {
            Self::Tutorial => tutorial,
            Self::Tutorial2d => Settings {
                layers: Some(vec![128, 64, 10, 2]),
                code_activation: Some(Activation::Linear),
                learning_rate: Some(0.005),
                epochs: Some(10),
                init: Some(Init::GlorotGain),
                ..tutorial
            },
            Self::Sharp => Settings {
                activation: Some(Activation::LeakyRelu),
                code_activation: Some(Activation::Linear),
                schedule: Some(ScheduleName::OneCycle),
                ..tutorial
            },
            Self::Hinton => Settings {
                layers: Some(vec![1000, 500, 250, 30]),
                activation: Some(Activation::Gelu),
                code_activation: Some(Activation::Linear),
                learning_rate: Some(0.001),
                schedule: Some(ScheduleName::Cosine),
                shift: Some(1),
                epochs: Some(100),
                ..tutorial
            },
            Self::Vae => Settings {
                layers: Some(vec![400, 20]),
                activation: Some(Activation::Relu),
                code_activation: Some(Activation::Linear),
                loss: Some(LossName::Bce),
                penalty: Some(PenaltyName::Variational),
                learning_rate: Some(0.001),
                batch_size: Some(128),
                epochs: Some(10),
                ..tutorial
            },
        }
    }
}
