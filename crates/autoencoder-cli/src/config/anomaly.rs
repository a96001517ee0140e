//! The preset `anomaly`: a small network that odd rows of its own training do not lead.

use autoencoder::{Activation, Loss, Noise, NumberScalingKind, Schedule};

use super::facts::{Facts, HELD_OUT, MASKED, MOST_WEIGHTS, held_out};
use super::named::Named;
use super::of_columns::AskedScale;
use super::preset::Preset;
use super::settings::Settings;

use super::values::{Init, Validation};

/// The least and the greatest width of the hidden layers.
const HIDDEN: (usize, usize) = (32, 128);
/// The longest code that is chosen; a longer one can be asked for.
const LONGEST_CODE: usize = 64;
/// The number of samples from which on batches are large.
const MANY: usize = 2000;
/// The number of epochs.
const EPOCHS: usize = 15;

/// The settings of the preset, for what is asked for beside them.
pub(super) fn settings(asked: &Settings, facts: Facts) -> Settings {
    let share = held_out(asked, facts);
    let layers = asked.layers.clone().unwrap_or_else(|| {
        let hidden = (2 * facts.features).clamp(HIDDEN.0, HIDDEN.1);
        let hidden = hidden.min(MOST_WEIGHTS / (2 * facts.features)).max(2);
        let code = facts.columns().div_ceil(2).min(LONGEST_CODE).min(facts.samples / 4).min(hidden).max(1);
        let code = asked.code.unwrap_or(code);
        vec![hidden.max(code), code]
    });
    let is_validated = match &asked.validation {
        Some(validation) => *validation != Validation::None,
        None => share > 0.0 || facts.splits,
    };
    let lent = matches!(asked.init, Some(Init::Model(_)));
    Settings {
        preset: Some(Named(Preset::Anomaly)),
        layers: Some(layers),
        activation: Some(Named(Activation::LeakyRelu)),
        code_activation: Some(Named(Activation::Linear)),
        output_activation: Some(Named(Activation::Linear)),
        // Large errors count by their size, not by its square.
        loss: Some(Named(Loss::Huber { delta: 1.0 })),
        learning_rate: Some(0.003),
        schedule: Some(Named(Schedule::ONE_CYCLE)),
        batch_size: Some(asked.batch_size.unwrap_or(if facts.samples > MANY { 256 } else { 64 })),
        epochs: Some(asked.epochs.unwrap_or(EPOCHS)),
        keep_best: Some(is_validated),
        validation: (share > 0.0).then_some(Validation::Fraction(HELD_OUT)),
        scale: (!lent).then(|| AskedScale::of(NumberScalingKind::Standard)),
        // A name: the strength stands below.
        noise: facts.has_holes().then_some(Named(Some(Noise::Masking { share: 0.3 }))),
        noise_strength: (facts.has_holes() && asked.noise.is_none()).then_some(MASKED),
        ..Settings::default()
    }
}
