//! Choices made by a name and some numbers: each is joined with its numbers, and open numbers get their defaults.

use autoencoder::{Activation, Loss, Noise, Penalty, Schedule, TrainingOptions};

use super::settings::Settings;
use super::values::{LossName, NoiseName, PenaltyName, ScheduleName};
use crate::failure::{Failure, Outcome};

const MISSING: &str = "the preset has what is not given";

/// Refuses a number that was given without its choice.
fn expect(given: Option<f64>, fits: bool, needs: &str) -> Outcome {
    if given.is_some() && !fits { Err(Failure::usage(needs)) } else { Ok(()) }
}

/// Gives a variational model a linear code and a likelihood as loss, unless others were asked for.
pub(super) fn complete_variational(asked: &Settings, settings: &mut Settings) {
    if asked.penalty == Some(PenaltyName::Variational) {
        settings.code_activation = asked.code_activation.or(Some(Activation::Linear));
        settings.loss = asked.loss.or(Some(LossName::Bce));
    }
}

/// The loss.
#[expect(clippy::cast_possible_truncation, reason = "settings are typed in f64 and computed with in f32")]
pub(super) fn loss(settings: &mut Settings) -> Outcome<Loss> {
    let name = settings.loss.expect(MISSING);
    expect(settings.huber_delta, name == LossName::Huber, "--huber-delta needs --loss huber")?;
    let gaussian = name == LossName::Gaussian;
    expect(settings.gaussian_deviation, gaussian, "--gaussian-deviation needs --loss gaussian")?;
    Ok(match name {
        LossName::Mse => Loss::Mse,
        LossName::Bce => Loss::Bce,
        LossName::Huber => Loss::Huber { delta: *settings.huber_delta.get_or_insert(1.0) as f32 },
        LossName::Gaussian => {
            Loss::Gaussian { deviation: *settings.gaussian_deviation.get_or_insert(0.1) as f32 }
        }
    })
}

/// The penalty.
#[expect(clippy::cast_possible_truncation, reason = "settings are typed in f64 and computed with in f32")]
pub(super) fn penalty(settings: &mut Settings) -> Outcome<Penalty> {
    let name = settings.penalty.expect(MISSING);
    let usual = match name {
        PenaltyName::None => {
            expect(settings.penalty_weight, false, "--penalty-weight needs --penalty")?;
            0.0
        }
        PenaltyName::Sparse => 1e-3,
        PenaltyName::L1 => 1e-5,
        PenaltyName::Contractive => 1e-4,
        PenaltyName::Variational => 1.0,
    };
    let sparse = name == PenaltyName::Sparse;
    expect(settings.sparsity_target, sparse, "--sparsity-target needs --penalty sparse")?;
    if name == PenaltyName::None {
        return Ok(Penalty::None);
    }
    let weight = *settings.penalty_weight.get_or_insert(usual) as f32;
    Ok(match name {
        PenaltyName::None => Penalty::None,
        PenaltyName::Sparse => {
            let target = *settings.sparsity_target.get_or_insert(0.05) as f32;
            Penalty::Sparse { target, weight }
        }
        PenaltyName::L1 => Penalty::L1 { weight },
        PenaltyName::Contractive => Penalty::Contractive { weight },
        PenaltyName::Variational => Penalty::Variational { weight },
    })
}

/// The noise.
#[expect(clippy::cast_possible_truncation, reason = "settings are typed in f64 and computed with in f32")]
pub(super) fn noise(settings: &mut Settings) -> Outcome<Option<Noise>> {
    let name = settings.noise.expect(MISSING);
    expect(settings.noise_strength, name != NoiseName::None, "--noise-strength needs --noise")?;
    let mut strength = |usual| *settings.noise_strength.get_or_insert(usual) as f32;
    Ok(match name {
        NoiseName::None => None,
        NoiseName::Masking => Some(Noise::Masking { share: strength(0.3) }),
        NoiseName::Gaussian => Some(Noise::Gaussian { deviation: strength(0.1) }),
        NoiseName::SaltAndPepper => Some(Noise::SaltAndPepper { share: strength(0.3) }),
    })
}

/// Noise that is asked for without a training; the noise `none` is refused.
pub(crate) fn noise_alone(name: NoiseName, strength: Option<f64>) -> Outcome<Noise> {
    let mut settings = Settings { noise: Some(name), noise_strength: strength, ..Settings::default() };
    let noise = noise(&mut settings)?.ok_or_else(|| Failure::usage("--noise none would change nothing"))?;
    TrainingOptions::default().with_noise(noise).check().map_err(Failure::usage)?;
    Ok(noise)
}

/// The schedule by its name with its numbers; open numbers get their defaults.
pub(super) fn schedule(settings: &mut Settings) -> Outcome<Schedule> {
    let name = settings.schedule.expect("the preset has what is not given");
    let (falls, steps) =
        (matches!(name, ScheduleName::Step | ScheduleName::Exponential), name == ScheduleName::Step);
    let (cosine, cycle) = (name == ScheduleName::Cosine, name == ScheduleName::OneCycle);
    for (given, fits, needs) in [
        (settings.schedule_factor.is_some(), falls, "--schedule-factor needs --schedule step or exponential"),
        (settings.schedule_epochs.is_some(), steps, "--schedule-epochs needs --schedule step"),
        (settings.schedule_floor.is_some(), cosine, "--schedule-floor needs --schedule cosine"),
        (settings.schedule_rise.is_some(), cycle, "--schedule-rise needs --schedule one-cycle"),
    ] {
        if given && !fits {
            return Err(Failure::usage(needs));
        }
    }
    let mut schedule = match name {
        ScheduleName::Constant => Schedule::Constant,
        ScheduleName::Step => Schedule::STEP,
        ScheduleName::Exponential => Schedule::EXPONENTIAL,
        ScheduleName::Cosine => Schedule::COSINE,
        ScheduleName::OneCycle => Schedule::ONE_CYCLE,
    };
    match &mut schedule {
        Schedule::Step { epochs, factor } => {
            *epochs = *settings.schedule_epochs.get_or_insert(*epochs);
            *factor = *settings.schedule_factor.get_or_insert(*factor);
        }
        Schedule::Exponential { factor } => *factor = *settings.schedule_factor.get_or_insert(*factor),
        Schedule::Cosine { floor } => *floor = *settings.schedule_floor.get_or_insert(*floor),
        Schedule::OneCycle { rise } => *rise = *settings.schedule_rise.get_or_insert(*rise),
        Schedule::Constant => {}
    }
    Ok(schedule)
}
