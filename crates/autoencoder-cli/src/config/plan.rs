//! The plan of a training: the settings of all layers, joined, checked and complete.

use autoencoder::{
    Architecture, Loss, Penalty, SamplerKind, ScoreKind, Specification, TrainingOptions, Window,
    check_pretraining,
};

use super::facts::{Facts, Look};
use super::named::Named;
use super::of_columns::AskedScale;
use super::preset::Preset;
use super::settings::Settings;
use super::sized;
use super::values::{Init, Validation};
use super::{bounded, choices, defaults, plain};
use crate::data::{AskedWindows, ReadOptions};
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
    /// The scaling; `None` stands for what is usual for the data.
    pub(crate) scale: Option<AskedScale>,
    /// What sizes follow from.
    facts: Facts,
    /// The distribution that is fitted to the codes at the end, and its number of components.
    sampler: Option<(SamplerKind, usize)>,
    specification: Specification,
}

impl Plan {
    /// Lays the settings over their preset and the defaults, and checks them. Sizes that follow from the data are those of
    /// a small table.
    pub(crate) fn new(asked: &Settings) -> Outcome<Self> {
        Self::sized(
            asked,
            Facts {
                samples: 1000,
                features: 100,
                table: None,
                look: Look::Rows,
                is_within_one: false,
                splits: false,
            },
        )
    }

    /// Lays the settings over their preset and the defaults, and checks them, for data of which this is known.
    pub(crate) fn sized(asked: &Settings, facts: Facts) -> Outcome<Self> {
        let preset = asked.preset();
        let below = if preset.is_sized() { preset.sized(asked, facts) } else { preset.settings() };
        let below = if facts.table.is_some() { sized::for_table(below) } else { below };
        let asked_for = asked.above(&choices::implied(asked, facts.table.is_some())).above(&below);
        let mut settings = asked_for.above(&defaults::settings()?);
        bounded::check(&settings)?;
        check_windows(&settings)?;
        settle_code(&mut settings, asked)?;
        settings.precision = settings.precision.map(|named| Named(named.0.resolved()));
        let (usual, usual_options) = (defaults::specification(), TrainingOptions::default());
        let loss = choices::loss(&mut settings, usual.loss)?;
        let penalty = choices::penalty(&mut settings, usual.penalty)?;
        let sampler = choices::sampler(&mut settings, penalty)?;
        let noise = choices::noise(&mut settings, usual_options.noise)?;
        let schedule = choices::schedule(&mut settings, usual_options.schedule)?;
        let early_stopping = choices::early_stopping(&mut settings)?;
        let optimizer = choices::optimizer(&mut settings, usual_options.optimizer);
        let plain = choices::without(&settings);
        let specification = plain::laid_over(&usual, &plain)?.with_loss(loss).with_penalty(penalty);
        // A mistake for one feature is a mistake for any number of features, and is found before data is read.
        let architecture = Architecture::new(specification.clone()).map_err(Failure::usage)?;
        settings.init = settings.init.map(|init| sized::fitting(init, asked, &architecture));
        let options = plain::laid_over(&usual_options, &plain)?
            .with_noise(noise)
            .with_schedule(schedule)
            .with_early_stopping(early_stopping)
            .with_optimizer(optimizer)
            .with_frozen(choices::frozen(&settings, &architecture)?);
        options.check().map_err(Failure::usage)?;
        options.check_for(&architecture).map_err(Failure::usage)?;
        if settings.pretrain_epochs.is_some_and(|epochs| epochs > 0) {
            check_pretraining(&architecture).map_err(Failure::usage)?;
        }
        Ok(Self {
            options,
            init: settings.init.clone().unwrap_or_default(),
            validation: settings.validation.clone(),
            scale: settings.scale.clone(),
            facts,
            sampler,
            specification,
            settings,
        })
    }

    /// The same plan for another number of epochs, and for all that follows from that number where `asked` leaves it open.
    pub(crate) fn with_epochs(&self, asked: &Settings, epochs: usize) -> Outcome<Self> {
        let asked = Settings { preset: self.settings.preset, epochs: Some(epochs), ..asked.clone() };
        let mut plan = Self::sized(&asked, self.facts)?;
        // What depends on the data was settled when the data was read.
        let Settings { data, validation, scale, .. } = self.settings.clone();
        (plan.settings.data, plan.settings.validation, plan.settings.scale) = (data, validation, scale);
        (plan.validation, plan.scale) = (self.validation.clone(), self.scale.clone());
        Ok(plan)
    }

    /// The specification of the model, for samples of this many features.
    pub(crate) fn specification(&self, features: usize) -> Specification {
        self.specification.clone().with_features(features)
    }

    /// The terms of the loss that the training minimises.
    pub(crate) fn minimised(&self) -> (Loss, Penalty) {
        (self.specification.loss, self.specification.penalty)
    }

    /// The options of the pretraining of single layers, if pretraining was asked for.
    pub(crate) fn pretraining(&self) -> Option<TrainingOptions> {
        let epochs = self.settings.pretrain_epochs.filter(|&epochs| epochs > 0)?;
        Some(self.options.clone().with_epochs(epochs))
    }

    /// What the scores of the model are made of.
    pub(crate) fn score_kind(&self) -> ScoreKind {
        // The residual tells which row of a window is odd; a density judges the window as a whole.
        if self.settings.window.is_some() {
            return ScoreKind::Residual;
        }
        match self.settings.preset.map(|Named(preset)| preset) {
            Some(Preset::Anomaly) => ScoreKind::Sample,
            Some(
                Preset::Tutorial
                | Preset::Tutorial2d
                | Preset::Sharp
                | Preset::Hinton
                | Preset::Vae
                | Preset::Table
                | Preset::Pictures,
            )
            | None => ScoreKind::Residual,
        }
    }

    /// The distribution that is fitted to the codes of the trained model, and its number of components; `None` if there is to be none.
    pub(crate) fn sampler(&self) -> Option<(SamplerKind, usize)> {
        self.sampler
    }

    /// The windows over rows in time that are the samples, if they are.
    pub(crate) fn window(&self) -> Option<Window> {
        Window::new(self.settings.window?, self.settings.stride.unwrap_or(1))
    }

    /// The options of reading the data.
    pub(crate) fn read_options(&self) -> ReadOptions {
        let settings = &self.settings;
        ReadOptions {
            label_column: settings.label_column.clone(),
            id_column: settings.id_column.clone().or_else(|| settings.time_column.clone()),
            drop: settings.drop.clone().unwrap_or_default(),
            only: settings.columns.clone().unwrap_or_default(),
            kinds: settings
                .column
                .iter()
                .flatten()
                .map(|asked| (asked.column.clone(), asked.kind.clone()))
                .collect(),
            leaves_out_dates: false,
            indicates_holes: settings.hole_indicators.unwrap_or_default(),
            scale: self.scale.as_ref().and_then(|scale| scale.all),
            scales: self.scale.as_ref().map(|scale| scale.columns.clone()).unwrap_or_default(),
            header: settings.header.unwrap_or_default().0,
            separator: settings.separator.unwrap_or_default().0,
            decimal_mark: settings.decimal.unwrap_or_default().0,
            expected: None,
            skip_broken: settings.skip_broken.unwrap_or_default(),
            sample_shape: settings.sample_shape.clone(),
            windows: self
                .window()
                .map(|window| AskedWindows { window, is_timed: settings.time_column.is_some() }),
            seed: self.options.seed,
        }
    }
}

/// Refuses settings of windows where no windows are asked for, and others that do not go with them.
fn check_windows(settings: &Settings) -> Outcome {
    let has_window = settings.window.is_some();
    let without =
        [("--stride", settings.stride.is_some()), ("--time-column", settings.time_column.is_some())];
    if let Some((option, _)) = without.into_iter().find(|&(_, is_set)| is_set && !has_window) {
        return Err(Failure::usage(format_args!("{option} is for windows over rows in time"))
            .advise("give --window the number of rows in one"));
    }
    for (option, rows) in [("--window", settings.window), ("--stride", settings.stride)] {
        if rows == Some(0) {
            return Err(Failure::usage(format_args!("{option}: expected at least 1 row, found 0")));
        }
    }
    let beside = [
        (
            "--id-column",
            settings.id_column.is_some(),
            "--time-column calls the rows of a series by their times",
        ),
        ("--sample-shape", settings.sample_shape.is_some(), "leave it out"),
    ];
    match beside.into_iter().find(|&(_, is_set, _)| is_set && has_window) {
        Some((option, _, advice)) => {
            Err(Failure::usage(format_args!("{option} does not go with --window")).advise(advice))
        }
        None => Ok(()),
    }
}

/// Puts the length of the code that is asked for in the place of the last width.
fn settle_code(settings: &mut Settings, asked: &Settings) -> Outcome {
    let Some(code) = settings.code.take() else { return Ok(()) };
    let Some(last) = settings.layers.as_mut().and_then(|layers| layers.last_mut()) else { return Ok(()) };
    if asked.layers.is_some() && *last != code {
        let what = format_args!("--code {code} contradicts --layers, whose last width is {last}");
        return Err(Failure::usage(what).advise("leave --code out"));
    }
    *last = code;
    Ok(())
}

#[cfg(test)]
mod tests {
    use autoencoder::{Activation, Choice, EarlyStopping, Noise, Precision, Schedule};

    use super::*;
    use crate::config::preset::Preset;
    use crate::config::values::AskedPrecision;

    /// The settings of a configuration.
    fn settings(text: &str) -> Settings {
        toml::from_str(text).unwrap()
    }

    fn plan(text: &str) -> Plan {
        Plan::new(&settings(text)).unwrap()
    }

    #[test]
    fn the_preset_gives_what_is_not_asked_for() {
        let plan = plan("epochs = 2");
        assert_eq!(plan.options, TrainingOptions::default().with_epochs(2));
        assert_eq!(plan.specification(784), Specification::new(784, [256, 128]));
    }

    #[test]
    fn the_precision_is_settled_here_and_written_down() {
        let fastest = Precision::fastest();
        let plan = plan("precision = 'auto'");
        let written = Some(Named(AskedPrecision::Named(fastest)));
        assert_eq!((plan.options.precision, plan.settings.precision), (fastest, written));

        let refused = Plan::new(&settings("precision = 'bf16'")).err().map(|failure| failure.to_string());
        if Precision::Bf16.is_available() {
            assert_eq!(refused, None);
        } else {
            assert!(
                refused.unwrap().contains("expected f32, as this processor has no instruction for bfloat16")
            );
        }
    }

    #[test]
    fn a_schedule_is_settled_with_all_that_it_takes() {
        let stepped = plan("schedule = 'step'\nschedule-factor = 0.5");
        assert_eq!(stepped.options.schedule, Schedule::Step { epochs: 10, factor: 0.5 });
        assert_eq!(stepped.settings.schedule_epochs, Some(10));
        assert_eq!(plan("patience = 3").options.early_stopping, Some(EarlyStopping::new(3)));
    }

    #[test]
    fn a_kind_is_settled_with_all_that_it_takes() {
        let variational = plan("penalty = 'variational'");
        let specification = variational.specification(784);
        assert_eq!(specification.penalty, Penalty::Variational { weight: 1.0 });
        assert_eq!((specification.loss, specification.code_activation), (Loss::Bce, Activation::Linear));
        assert_eq!(variational.settings.penalty_weight, Some(1.0));
        assert_eq!(
            (variational.settings.loss, variational.settings.code_activation),
            (Some(Named(Loss::Bce)), Some(Named(Activation::Linear)))
        );

        let sparse = plan("penalty = 'sparse'\nsparsity-target = 0.125");
        let penalty = Penalty::Sparse { target: 0.125, weight: 1e-3 };
        assert_eq!(sparse.specification(784).penalty, penalty);
        assert_eq!(sparse.settings.penalty_weight, Some(0.001), "the shortest digits of an f32");

        let noisy = plan("noise = 'gaussian'\ntied = true");
        assert_eq!(noisy.options.noise, Some(Noise::Gaussian { deviation: 0.1 }));
        assert_eq!(noisy.settings.noise_strength, Some(0.1));
        assert!(noisy.specification(784).tied);
    }

    #[test]
    fn every_preset_is_a_plan() {
        for &preset in Preset::ALL {
            let plan = Plan::new(&Settings { preset: Some(Named(preset)), ..Settings::default() }).unwrap();
            assert_eq!(plan.settings.preset, Some(Named(preset)));
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused_before_data_is_read() {
        for (text, says) in [
            ("batch-size = 0", "batch size"),
            ("learning-rate = -1", "-1"),
            ("layers = [3, 0]", "found 0"),
            ("huber-delta = 0.5", "--huber-delta needs --loss huber"),
            ("gaussian-deviation = 0.5", "--gaussian-deviation needs --loss gaussian"),
            ("penalty-weight = 0.5", "--penalty-weight needs --penalty"),
            ("penalty = 'l1'\nsparsity-target = 0.5", "--sparsity-target needs --penalty sparse"),
            ("noise-strength = 0.5", "--noise-strength needs --noise"),
            ("schedule-factor = 0.5", "--schedule-factor needs --schedule step or exponential"),
            ("schedule-epochs = 5", "--schedule-epochs needs --schedule step"),
            ("schedule-floor = 0.5", "--schedule-floor needs --schedule cosine"),
            ("schedule-rise = 0.5", "--schedule-rise needs --schedule one-cycle"),
            ("components = 3", "--components needs --sampler mixture"),
            ("sampler = 'mixture'\ncomponents = 0", "expected at least 1 component"),
            ("smallest-change = 0.5", "--smallest-change needs --patience"),
            ("schedule = 'one-cycle'\nschedule-rise = 2", "schedule rise"),
            ("dropout = 1.5", "dropout"),
            ("weight-decay = -1", "weight decay"),
            ("clip-norm = -1", "clip norm"),
            ("freeze = ['encoder.7']", "no layer encoder.7: expected encoder, decoder or one of encoder.0, "),
            ("penalty = 'variational'\nloss = 'mse'", "take bce or gaussian"),
            ("loss = 'bce'\noutput-activation = 'linear'", "sigmoid"),
        ] {
            let refused = Plan::new(&settings(text)).unwrap_err().to_string();
            assert!(refused.contains(says), "{text}: {refused}");
        }
    }
}
