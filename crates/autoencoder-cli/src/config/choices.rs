//! Choices made by a name and some numbers: each is joined with its numbers, and open numbers get their usual values.

use autoencoder::{
    Activation, Architecture, EarlyStopping, LayerSet, Loss, Noise, Optimizer, Penalty, Schedule,
    TrainingOptions,
};

use super::named::Named;
use super::settings::Settings;
use crate::failure::{Failure, Outcome};

/// A number as a setting holds it.
trait Number: Copy {
    type Setting: Copy;

    fn of(setting: Self::Setting) -> Self;

    fn setting(self) -> Self::Setting;
}

/// Settings are typed in f64 and computed with in f32. Numbers that were not typed are written with their shortest digits.
impl Number for f32 {
    type Setting = f64;

    #[expect(clippy::cast_possible_truncation, reason = "the nearest f32 is what the library computes with")]
    fn of(setting: f64) -> Self {
        setting as f32
    }

    fn setting(self) -> f64 {
        self.to_string().parse().unwrap_or_else(|_| f64::from(self))
    }
}

impl Number for f64 {
    type Setting = f64;

    fn of(setting: f64) -> Self {
        setting
    }

    fn setting(self) -> f64 {
        self
    }
}

impl Number for usize {
    type Setting = usize;

    fn of(setting: usize) -> Self {
        setting
    }

    fn setting(self) -> usize {
        self
    }
}

/// A setting that is a number of some choices, and of no others.
struct NumberOf<'a, S> {
    setting: &'a mut Option<S>,
    fits: bool,
    /// The advice where the setting was given for a choice without such a number.
    needs: &'static str,
}

impl<'a, S: Copy> NumberOf<'a, S> {
    fn new(setting: &'a mut Option<S>, needs: &'static str) -> Self {
        Self { setting, fits: false, needs }
    }

    /// Puts the given number in its place; where none was given, the usual number that is there becomes the setting.
    fn settle<N: Number<Setting = S>>(&mut self, number: &mut N) {
        self.fits = true;
        *number = N::of(*self.setting.get_or_insert(number.setting()));
    }

    /// Refuses a number that was given without its choice.
    fn check(self) -> Outcome {
        if self.setting.is_some() && !self.fits { Err(Failure::usage(self.needs)) } else { Ok(()) }
    }
}

/// The settings that a choice brings with it, unless others are asked for.
pub(super) fn implied(asked: &Settings) -> Settings {
    match asked.penalty.map(|named| named.0) {
        Some(Penalty::Variational { .. }) => Settings {
            code_activation: Some(Named(Activation::Linear)),
            loss: Some(Named(Loss::Bce)),
            ..Settings::default()
        },
        Some(Penalty::None | Penalty::Sparse { .. } | Penalty::L1 { .. } | Penalty::Contractive { .. })
        | None => Settings::default(),
    }
}

/// The settings without the choices of this file, which the library has in another form.
pub(super) fn without(settings: &Settings) -> Settings {
    Settings { loss: None, penalty: None, noise: None, schedule: None, optimizer: None, ..settings.clone() }
}

/// The loss.
pub(super) fn loss(settings: &mut Settings, usual: Loss) -> Outcome<Loss> {
    let Named(mut loss) = *settings.loss.get_or_insert(Named(usual));
    let mut delta = NumberOf::new(&mut settings.huber_delta, "--huber-delta needs --loss huber");
    let mut output_deviation =
        NumberOf::new(&mut settings.gaussian_deviation, "--gaussian-deviation needs --loss gaussian");
    match &mut loss {
        Loss::Mse | Loss::Bce => {}
        Loss::Huber { delta: number } => delta.settle(number),
        Loss::Gaussian { deviation } => output_deviation.settle(deviation),
    }
    delta.check()?;
    output_deviation.check()?;
    Ok(loss)
}

/// The penalty.
pub(super) fn penalty(settings: &mut Settings, usual: Penalty) -> Outcome<Penalty> {
    let Named(mut penalty) = *settings.penalty.get_or_insert(Named(usual));
    let mut strength = NumberOf::new(&mut settings.penalty_weight, "--penalty-weight needs --penalty");
    let mut activity =
        NumberOf::new(&mut settings.sparsity_target, "--sparsity-target needs --penalty sparse");
    match &mut penalty {
        Penalty::None => {}
        Penalty::Sparse { target, weight } => {
            activity.settle(target);
            strength.settle(weight);
        }
        Penalty::L1 { weight } | Penalty::Contractive { weight } | Penalty::Variational { weight } => {
            strength.settle(weight);
        }
    }
    strength.check()?;
    activity.check()?;
    Ok(penalty)
}

/// The noise.
pub(super) fn noise(settings: &mut Settings, usual: Option<Noise>) -> Outcome<Option<Noise>> {
    let Named(mut noise) = *settings.noise.get_or_insert(Named(usual));
    let mut strength = NumberOf::new(&mut settings.noise_strength, "--noise-strength needs --noise");
    match &mut noise {
        None => {}
        Some(Noise::Masking { share } | Noise::SaltAndPepper { share }) => strength.settle(share),
        Some(Noise::Gaussian { deviation }) => strength.settle(deviation),
    }
    strength.check()?;
    Ok(noise)
}

/// Noise that is asked for without a training; the noise `none` is refused.
pub(crate) fn noise_alone(name: Named<Option<Noise>>, strength: Option<f64>) -> Outcome<Noise> {
    let mut settings = Settings { noise: Some(name), noise_strength: strength, ..Settings::default() };
    let noise =
        noise(&mut settings, None)?.ok_or_else(|| Failure::usage("--noise none would change nothing"))?;
    TrainingOptions::default().with_noise(noise).check().map_err(Failure::usage)?;
    Ok(noise)
}

/// The schedule.
pub(super) fn schedule(settings: &mut Settings, usual: Schedule) -> Outcome<Schedule> {
    let Named(mut schedule) = *settings.schedule.get_or_insert(Named(usual));
    let fall = NumberOf::new(
        &mut settings.schedule_factor,
        "--schedule-factor needs --schedule step or exponential",
    );
    let period = NumberOf::new(&mut settings.schedule_epochs, "--schedule-epochs needs --schedule step");
    let end = NumberOf::new(&mut settings.schedule_floor, "--schedule-floor needs --schedule cosine");
    let share = NumberOf::new(&mut settings.schedule_rise, "--schedule-rise needs --schedule one-cycle");
    let (mut fall, mut period, mut end, mut share) = (fall, period, end, share);
    match &mut schedule {
        Schedule::Constant => {}
        Schedule::Step { epochs, factor } => {
            period.settle(epochs);
            fall.settle(factor);
        }
        Schedule::Exponential { factor } => fall.settle(factor),
        Schedule::Cosine { floor } => end.settle(floor),
        Schedule::OneCycle { rise } => share.settle(rise),
    }
    fall.check()?;
    period.check()?;
    end.check()?;
    share.check()?;
    Ok(schedule)
}

/// The optimizer. A decay of weights alone replaces a decay of the optimizer's own.
pub(super) fn optimizer(settings: &mut Settings, usual: Optimizer) -> Optimizer {
    let Named(mut optimizer) = *settings.optimizer.get_or_insert(Named(usual));
    match &mut optimizer {
        Optimizer::AdamW { weight_decay, .. } if settings.weight_decay.is_some() => *weight_decay = 0.0,
        Optimizer::AdamW { .. }
        | Optimizer::Sgd
        | Optimizer::Momentum { .. }
        | Optimizer::Nesterov { .. }
        | Optimizer::RmsProp { .. }
        | Optimizer::Adam { .. } => {}
    }
    optimizer
}

/// The reason to stop before the last epoch, if one is given.
pub(super) fn early_stopping(settings: &mut Settings) -> Outcome<Option<EarlyStopping>> {
    let mut change = NumberOf::new(&mut settings.smallest_change, "--smallest-change needs --patience");
    let mut stopping = settings.patience.map(EarlyStopping::new);
    if let Some(EarlyStopping { smallest_change, .. }) = &mut stopping {
        change.settle(smallest_change);
    }
    change.check()?;
    Ok(stopping)
}

/// The layers that are not trained.
pub(super) fn frozen(settings: &Settings, architecture: &Architecture) -> Outcome<LayerSet> {
    let names = settings.freeze.iter().flatten();
    let mut layers = names.map(|name| LayerSet::named(architecture, name).map_err(Failure::usage));
    layers.try_fold(LayerSet::NONE, |all, layers| Ok(all.and(layers?)))
}
