//! Choices made by a name and some numbers: each is joined with its numbers, and open numbers get their usual values.

use autoencoder::{
    Activation, Architecture, EarlyStopping, LayerSet, Loss, Noise, Optimizer, Penalty, SamplerKind,
    Schedule, TrainingOptions,
};

use super::named::Named;
use super::number::NumberOf;
use super::sampler::{AskedSampler, COMPONENTS};
use super::settings::Settings;
use crate::failure::{Failure, Outcome};

/// The loss of variational models of tables with words or holes, whose numbers are no probabilities.
pub(super) const OF_TABLES: Loss = Loss::Gaussian { deviation: 0.1 };

/// The settings that a choice brings with it, unless others are asked for.
pub(super) fn implied(asked: &Settings, is_table: bool) -> Settings {
    if asked.penalty.is_some_and(|named| named.0.draws_codes()) {
        let loss = if is_table { OF_TABLES } else { Loss::Bce };
        let (code_activation, loss) = (Some(Named(Activation::Linear)), Some(Named(loss)));
        Settings { code_activation, loss, ..Settings::default() }
    } else {
        Settings::default()
    }
}

/// The settings without the choices of this file, which the library has in another form.
pub(super) fn without(settings: &Settings) -> Settings {
    Settings { loss: None, penalty: None, noise: None, schedule: None, optimizer: None, ..settings.clone() }
}

/// The loss.
pub(super) fn loss(settings: &mut Settings, usual: Loss) -> Outcome<Loss> {
    let Named(mut loss) = *settings.loss.get_or_insert(Named(usual));
    let mut huber_delta = NumberOf::new(&mut settings.huber_delta, "--huber-delta needs --loss huber");
    let mut gaussian_deviation =
        NumberOf::new(&mut settings.gaussian_deviation, "--gaussian-deviation needs --loss gaussian");
    match &mut loss {
        Loss::Mse | Loss::Mae | Loss::Bce => {}
        Loss::Huber { delta } => huber_delta.settle(delta),
        Loss::Gaussian { deviation } => gaussian_deviation.settle(deviation),
    }
    huber_delta.check()?;
    gaussian_deviation.check()?;
    Ok(loss)
}

/// The penalty.
pub(super) fn penalty(settings: &mut Settings, usual: Penalty) -> Outcome<Penalty> {
    let Named(mut penalty) = *settings.penalty.get_or_insert(Named(usual));
    let mut penalty_weight = NumberOf::new(&mut settings.penalty_weight, "--penalty-weight needs --penalty");
    let mut sparsity_target =
        NumberOf::new(&mut settings.sparsity_target, "--sparsity-target needs --penalty sparse");
    match &mut penalty {
        Penalty::None => {}
        Penalty::Sparse { target, weight } => {
            sparsity_target.settle(target);
            penalty_weight.settle(weight);
        }
        Penalty::L1 { weight } | Penalty::Contractive { weight } | Penalty::Variational { weight } => {
            penalty_weight.settle(weight);
        }
    }
    penalty_weight.check()?;
    sparsity_target.check()?;
    Ok(penalty)
}

/// The distribution and its number of components, if one is to be fitted. Codes of variational models have one already.
pub(super) fn sampler(settings: &mut Settings, penalty: Penalty) -> Outcome<Option<(SamplerKind, usize)>> {
    let usual = if penalty.draws_codes() { AskedSampler::None } else { AskedSampler::Gaussian };
    let Named(asked) = *settings.sampler.get_or_insert(Named(usual));
    if asked != AskedSampler::Mixture && settings.components.is_some() {
        return Err(Failure::usage("--components needs --sampler mixture"));
    }
    match asked {
        AskedSampler::None => Ok(None),
        AskedSampler::Gaussian => Ok(Some((SamplerKind::Gaussian, 1))),
        AskedSampler::Mixture => match *settings.components.get_or_insert(COMPONENTS) {
            0 => Err(Failure::usage("--components: expected at least 1 component, found 0")),
            components => Ok(Some((SamplerKind::Mixture, components))),
        },
    }
}

/// The noise.
pub(super) fn noise(settings: &mut Settings, usual: Option<Noise>) -> Outcome<Option<Noise>> {
    let Named(mut noise) = *settings.noise.get_or_insert(Named(usual));
    let mut noise_strength = NumberOf::new(&mut settings.noise_strength, "--noise-strength needs --noise");
    match &mut noise {
        None => {}
        Some(Noise::Masking { share } | Noise::SaltAndPepper { share } | Noise::Swap { share }) => {
            noise_strength.settle(share);
        }
        Some(Noise::Gaussian { deviation }) => noise_strength.settle(deviation),
    }
    noise_strength.check()?;
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
    let mut schedule_factor = NumberOf::new(
        &mut settings.schedule_factor,
        "--schedule-factor needs --schedule step or exponential",
    );
    let mut schedule_epochs =
        NumberOf::new(&mut settings.schedule_epochs, "--schedule-epochs needs --schedule step");
    let mut schedule_floor =
        NumberOf::new(&mut settings.schedule_floor, "--schedule-floor needs --schedule cosine");
    let mut schedule_rise =
        NumberOf::new(&mut settings.schedule_rise, "--schedule-rise needs --schedule one-cycle");
    match &mut schedule {
        Schedule::Constant => {}
        Schedule::Step { epochs, factor } => {
            schedule_epochs.settle(epochs);
            schedule_factor.settle(factor);
        }
        Schedule::Exponential { factor } => schedule_factor.settle(factor),
        Schedule::Cosine { floor } => schedule_floor.settle(floor),
        Schedule::OneCycle { rise } => schedule_rise.settle(rise),
    }
    schedule_factor.check()?;
    schedule_epochs.check()?;
    schedule_floor.check()?;
    schedule_rise.check()?;
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
    let mut least_change = NumberOf::new(&mut settings.smallest_change, "--smallest-change needs --patience");
    let mut stopping = settings.patience.map(EarlyStopping::new);
    if let Some(EarlyStopping { smallest_change, .. }) = &mut stopping {
        least_change.settle(smallest_change);
    }
    least_change.check()?;
    Ok(stopping)
}

/// The layers that are not trained.
pub(super) fn frozen(settings: &Settings, architecture: &Architecture) -> Outcome<LayerSet> {
    let names = settings.freeze.iter().flatten();
    let mut layers = names.map(|name| LayerSet::named(architecture, name).map_err(Failure::usage));
    layers.try_fold(LayerSet::NONE, |all, layers| Ok(all.and(layers?)))
}
