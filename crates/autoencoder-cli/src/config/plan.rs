//! The plan of a training: the settings of all layers, joined, checked and complete.

use autoencoder::{
    Architecture, EarlyStopping, LayerSet, Optimizer, Specification, TrainingOptions, check_pretraining,
};

use super::choices;
use super::settings::Settings;
use super::values::{Init, Scale, Validation};
use crate::data::ReadOptions;
use crate::failure::{Failure, Outcome};

/// A training to be done.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// All settings, as config.toml has them; those that depend on the data are added when the data was read.
    pub(crate) settings: Settings,
    pub(crate) options: TrainingOptions,
    pub(crate) init: Init,
    /// The validation data; `None` stands for the test split where there is one.
    pub(crate) validation: Option<Validation>,
    /// The scaling; `None` stands for min-max, unless the data is bytes.
    pub(crate) scale: Option<Scale>,
    specification: Specification,
}

impl Plan {
    /// Lays the settings over their preset and checks them.
    #[expect(clippy::cast_possible_truncation, reason = "settings are typed in f64 and computed with in f32")]
    pub(crate) fn new(asked: &Settings) -> Outcome<Self> {
        let mut settings = asked.above(&asked.preset.unwrap_or_default().settings());
        choices::complete_variational(asked, &mut settings);
        let missing = "the preset has what is not given";
        let loss = choices::loss(&mut settings)?;
        let penalty = choices::penalty(&mut settings)?;
        let noise = choices::noise(&mut settings)?;
        let precision = settings.precision.expect(missing).resolve();
        settings.precision = Some(precision.into());
        let schedule = choices::schedule(&mut settings)?;
        if settings.patience.is_none() && settings.smallest_change.is_some() {
            return Err(Failure::usage("--smallest-change needs --patience"));
        }
        let early_stopping = settings.patience.map(|patience| {
            EarlyStopping::new(patience).with_smallest_change(*settings.smallest_change.get_or_insert(0.0))
        });
        let specification = Specification::new(1, settings.layers.clone().expect(missing))
            .with_activation(settings.activation.expect(missing))
            .with_code_activation(settings.code_activation.expect(missing))
            .with_output_activation(settings.output_activation.expect(missing))
            .with_loss(loss)
            .with_tied_weights(settings.tied.expect(missing))
            .with_penalty(penalty)
            .with_normalization(settings.normalization.expect(missing).into());
        // A mistake for one feature is a mistake for any number of features, and is found before data is read.
        let architecture = Architecture::new(specification.clone()).map_err(Failure::usage)?;
        let mut frozen = LayerSet::NONE;
        for name in settings.freeze.iter().flatten() {
            frozen = frozen.and(LayerSet::named(&architecture, name).map_err(Failure::usage)?);
        }
        let mut optimizer = settings.optimizer.expect(missing).optimizer();
        // The decay of weights alone replaces the optimizer's own decay.
        if settings.weight_decay.is_some()
            && let Optimizer::AdamW { weight_decay, .. } = &mut optimizer
        {
            *weight_decay = 0.0;
        }
        let options = TrainingOptions::default()
            .with_epochs(settings.epochs.expect(missing))
            .with_batch_size(settings.batch_size.expect(missing))
            .with_learning_rate(settings.learning_rate.expect(missing) as f32)
            .with_optimizer(optimizer)
            .with_weight_decay(settings.weight_decay.unwrap_or(0.0) as f32)
            .with_seed(settings.seed.expect(missing))
            .with_shuffle(settings.shuffle.expect(missing))
            .with_precision(precision)
            .with_schedule(schedule)
            .with_warmup_epochs(settings.warmup_epochs.expect(missing))
            .with_clip_norm(settings.clip_norm.map(|bound| bound as f32))
            .with_accumulate(settings.accumulate.expect(missing))
            .with_early_stopping(early_stopping)
            .with_keep_best(settings.keep_best.expect(missing))
            .with_noise(noise)
            .with_dropout(settings.dropout.expect(missing) as f32)
            .with_shift(settings.shift.expect(missing))
            .with_penalty_warmup_epochs(settings.penalty_warmup_epochs.expect(missing))
            .with_frozen(frozen);
        options.check().map_err(Failure::usage)?;
        options.check_for(&architecture).map_err(Failure::usage)?;
        if settings.pretrain_epochs.is_some_and(|epochs| epochs > 0) {
            check_pretraining(&architecture).map_err(Failure::usage)?;
        }
        Ok(Self {
            options,
            init: settings.init.clone().expect(missing),
            validation: settings.validation.clone(),
            scale: settings.scale,
            specification,
            settings,
        })
    }

    /// The specification of the model, for samples of this many features.
    pub(crate) fn specification(&self, features: usize) -> Specification {
        self.specification.clone().with_features(features)
    }

    /// The options of the pretraining of single layers, if pretraining was asked for.
    pub(crate) fn pretraining(&self) -> Option<TrainingOptions> {
        let epochs = self.settings.pretrain_epochs.filter(|&epochs| epochs > 0)?;
        Some(self.options.clone().with_epochs(epochs))
    }

    /// The options of reading the data.
    pub(crate) fn read_options(&self) -> ReadOptions {
        ReadOptions { label_column: self.settings.label_column.clone(), seed: self.options.seed }
    }
}

#[cfg(test)]
mod tests {
    use autoencoder::{Activation, Loss, Noise, Penalty, Schedule};

    use super::*;
    use crate::config::preset::Preset;
    use crate::config::values::{LossName, NoiseName, PenaltyName, Precision, ScheduleName};

    #[test]
    fn the_preset_gives_what_is_not_asked_for() {
        let asked = Settings { epochs: Some(2), ..Settings::default() };
        let plan = Plan::new(&asked).unwrap();
        assert_eq!(plan.options, TrainingOptions::default().with_epochs(2));
        assert_eq!(plan.specification(784), Specification::new(784, [256, 128]));
    }

    #[test]
    fn the_precision_is_settled_here_and_written_down() {
        let fastest = autoencoder::Precision::fastest();
        let asked = Settings { precision: Some(Precision::Auto), ..Settings::default() };
        let plan = Plan::new(&asked).unwrap();
        assert_eq!((plan.options.precision, plan.settings.precision), (fastest, Some(fastest.into())));

        let asked = Settings { precision: Some(Precision::Bf16), ..Settings::default() };
        let refused = Plan::new(&asked).err().map(|failure| failure.to_string());
        if autoencoder::Precision::Bf16.is_available() {
            assert_eq!(refused, None);
        } else {
            assert!(
                refused.unwrap().contains("expected f32, as this processor has no instruction for bfloat16")
            );
        }
    }

    #[test]
    fn a_schedule_is_settled_with_all_that_it_takes() {
        let asked = Settings {
            schedule: Some(ScheduleName::Step),
            schedule_factor: Some(0.5),
            ..Settings::default()
        };
        let plan = Plan::new(&asked).unwrap();
        assert_eq!(plan.options.schedule, Schedule::Step { epochs: 10, factor: 0.5 });
        assert_eq!(plan.settings.schedule_epochs, Some(10));
        let patient = Settings { patience: Some(3), ..Settings::default() };
        let expected = EarlyStopping::new(3);
        assert_eq!(Plan::new(&patient).unwrap().options.early_stopping, Some(expected));
    }

    #[test]
    fn a_kind_is_settled_with_all_that_it_takes() {
        let asked = Settings { penalty: Some(PenaltyName::Variational), ..Settings::default() };
        let plan = Plan::new(&asked).unwrap();
        let specification = plan.specification(784);
        assert_eq!(specification.penalty, Penalty::Variational { weight: 1.0 });
        assert_eq!((specification.loss, specification.code_activation), (Loss::Bce, Activation::Linear));
        assert_eq!(plan.settings.penalty_weight, Some(1.0));
        assert_eq!(
            (plan.settings.loss, plan.settings.code_activation),
            (Some(LossName::Bce), Some(Activation::Linear))
        );

        let sparse = Settings {
            penalty: Some(PenaltyName::Sparse),
            sparsity_target: Some(0.125),
            ..Settings::default()
        };
        let specification = Plan::new(&sparse).unwrap().specification(784);
        assert_eq!(specification.penalty, Penalty::Sparse { target: 0.125, weight: 1e-3 });

        let noisy = Settings { noise: Some(NoiseName::Gaussian), tied: Some(true), ..Settings::default() };
        let plan = Plan::new(&noisy).unwrap();
        assert_eq!(plan.options.noise, Some(Noise::Gaussian { deviation: 0.1 }));
        assert_eq!(plan.settings.noise_strength, Some(0.1));
        assert!(plan.specification(784).tied);
    }

    #[test]
    fn every_preset_is_a_plan() {
        for &preset in <Preset as clap::ValueEnum>::value_variants() {
            let plan = Plan::new(&Settings { preset: Some(preset), ..Settings::default() }).unwrap();
            assert_eq!(plan.settings.preset, Some(preset));
            let typed = clap::ValueEnum::to_possible_value(&preset).unwrap();
            assert_eq!(typed.get_name(), preset.name());
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused_before_data_is_read() {
        let refused = |settings: Settings| Plan::new(&settings).unwrap_err().to_string();
        let none = Settings::default;
        assert!(refused(Settings { batch_size: Some(0), ..none() }).contains("batch size"));
        assert!(refused(Settings { learning_rate: Some(-1.0), ..none() }).contains("-1"));
        assert!(refused(Settings { layers: Some(vec![3, 0]), ..none() }).contains("found 0"));
        assert!(refused(Settings { huber_delta: Some(0.5), ..none() }).contains("--loss huber"));
        assert!(refused(Settings { schedule_floor: Some(0.5), ..none() }).contains("--schedule cosine"));
        assert!(refused(Settings { schedule_epochs: Some(5), ..none() }).contains("--schedule step"));
        assert!(refused(Settings { noise_strength: Some(0.5), ..none() }).contains("--noise"));
        assert!(refused(Settings { sparsity_target: Some(0.5), ..none() }).contains("--penalty sparse"));
        assert!(refused(Settings { penalty_weight: Some(0.5), ..none() }).contains("--penalty"));
        assert!(refused(Settings { gaussian_deviation: Some(0.5), ..none() }).contains("--loss gaussian"));
        assert!(refused(Settings { dropout: Some(1.5), ..none() }).contains("dropout"));
        assert!(refused(Settings { weight_decay: Some(-1.0), ..none() }).contains("weight decay"));
        let freeze = refused(Settings { freeze: Some(vec!["encoder.7".to_owned()]), ..none() });
        assert!(
            freeze.contains("no layer encoder.7: expected encoder, decoder or one of encoder.0, "),
            "{freeze}"
        );
        let mse = Settings { penalty: Some(PenaltyName::Variational), loss: Some(LossName::Mse), ..none() };
        assert!(refused(mse).contains("take bce or gaussian"));
        let rise = Settings { schedule: Some(ScheduleName::OneCycle), schedule_rise: Some(2.0), ..none() };
        assert!(refused(rise).contains("schedule rise"));
        assert!(refused(Settings { smallest_change: Some(0.5), ..none() }).contains("--patience"));
        assert!(refused(Settings { clip_norm: Some(-1.0), ..none() }).contains("clip norm"));
        let linear = Some(Activation::Linear);
        let bce = Settings { loss: Some(LossName::Bce), output_activation: linear, ..none() };
        assert!(refused(bce).contains("sigmoid"));
    }
}
