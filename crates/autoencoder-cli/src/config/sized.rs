//! Presets whose sizes follow from the data: `table` and `pictures`.

use autoencoder::{
    Activation, Architecture, Loss, Noise, NumberScalingKind, Optimizer, Penalty, Schedule,
    check_principal_components,
};

use super::facts::{Facts, HELD_OUT, Look, MASKED, MOST_WEIGHTS, held_out};
use super::named::Named;
use super::of_columns::AskedScale;
use super::preset::Preset;
use super::settings::Settings;
use super::values::{Init, Validation};
use super::{anomaly, choices};

/// The fewest and the most samples in a batch, and the number of batches of an epoch between these bounds.
const BATCHES: (usize, usize, usize) = (32, 256, 150);
/// The longest code that is chosen; a longer one can be asked for.
const LONGEST_CODE: usize = 256;
/// The longest code of a picture that is chosen.
const LONGEST_PICTURE_CODE: usize = 128;
/// The number of samples below which weights decay: a network of many weights would learn these samples by heart.
const FEW: usize = 1000;
/// The decay of these weights.
const DECAY: f64 = 1.0;

/// The duration of a training: bounds that end it, of which the first one counts.
struct Duration {
    steps: f64,
    epochs: f64,
    /// The number of multiplications and additions, in about as many seconds as there are 3e10 of them.
    operations: f64,
}

impl Preset {
    /// Whether sizes follow from the data.
    pub(crate) fn is_sized(self) -> bool {
        matches!(self, Self::Table | Self::Pictures | Self::Anomaly)
    }

    /// Whether a training begins with the weights of PCA, where the data allows it.
    pub(crate) fn begins_with_pca(self) -> bool {
        matches!(self, Self::Table | Self::Pictures)
    }

    /// The settings of a preset whose sizes follow from the data, for what is asked for beside them.
    pub(super) fn sized(self, asked: &Settings, facts: Facts) -> Settings {
        if self == Self::Anomaly {
            return anomaly::settings(asked, facts);
        }
        let held_out = held_out(asked, facts);
        let samples = (facts.samples as f64 * (1.0 - held_out)).max(1.0);
        let is_drawn = facts.look == Look::Drawings;
        let longest = if facts.look == Look::Rows { LONGEST_CODE } else { LONGEST_PICTURE_CODE };
        let layers = asked.layers.clone().unwrap_or_else(|| {
            let hidden = match facts.look {
                Look::Rows => (4 * facts.features).clamp(64, 512),
                Look::Photos { .. } | Look::Drawings => (4 * facts.features).min(256),
            };
            let hidden = hidden.min(MOST_WEIGHTS / (2 * facts.features)).max(2);
            // A code of as many numbers as there are samples would be no bottleneck.
            let longest = longest.min(facts.samples / 4).min(hidden / 2).max(1);
            let code = asked.code.unwrap_or_else(|| facts.columns().div_ceil(4).min(longest));
            vec![hidden.max(2 * code), code]
        });
        let widths = [&[facts.features], &layers[..]].concat();
        let weights: usize = widths.windows(2).map(|pair| 2 * pair[0] * pair[1]).sum();
        let batch =
            asked.batch_size.unwrap_or_else(|| batch(samples, if is_drawn { 128 } else { BATCHES.1 }));
        let loss = asked.loss.map(|named| named.0);
        let is_of_probabilities = loss == Some(Loss::Bce)
            || loss.is_none() && asked.penalty.is_some_and(|named| named.0.draws_codes());
        let output_activation =
            asked.output_activation.unwrap_or(Named(if is_drawn || is_of_probabilities {
                Activation::Sigmoid
            } else {
                Activation::Linear
            }));
        let duration = match facts.look {
            Look::Rows => Duration { steps: 20_000.0, epochs: 2000.0, operations: 6e11 },
            Look::Photos { .. } => Duration { steps: 3000.0, epochs: 100.0, operations: 2.5e12 },
            Look::Drawings => Duration { steps: 6000.0, epochs: 100.0, operations: 8.5e11 },
        };
        let epochs = asked.epochs.unwrap_or_else(|| duration.epochs(samples, batch, weights));
        let learning_rate = match facts.look {
            Look::Rows => 0.003,
            Look::Photos { .. } => 0.0003,
            // Larger batches have less noise and take larger steps.
            Look::Drawings => (0.01 * (batch as f64 / 128.0).sqrt() * 1e4).round() / 1e4,
        };
        let is_validated = match &asked.validation {
            Some(validation) => *validation != Validation::None,
            None => held_out > 0.0 || facts.splits,
        };
        let is_sparse = asked.penalty.is_some_and(|named| matches!(named.0, Penalty::Sparse { .. }));
        let lent = matches!(asked.init, Some(Init::Model(_)));
        let scale = match (facts.look, output_activation.0.range()) {
            _ if lent => None,
            (Look::Rows, (low, high)) if low.is_infinite() && high.is_infinite() => {
                Some(NumberScalingKind::Standard)
            }
            (Look::Rows, _) => Some(NumberScalingKind::MinMax),
            (Look::Photos { .. } | Look::Drawings, _) => {
                facts.is_within_one.then_some(NumberScalingKind::None)
            }
        };
        let decays = facts.look == Look::Rows && facts.samples < FEW && asked.optimizer.is_none();
        let room = if let Look::Photos { room } = facts.look { room } else { 0 };
        Settings {
            preset: Some(Named(self)),
            layers: Some(layers),
            activation: Some(Named(if is_drawn { Activation::LeakyRelu } else { Activation::Gelu })),
            code_activation: Some(Named(if is_sparse { Activation::Sigmoid } else { Activation::Linear })),
            output_activation: Some(output_activation),
            optimizer: decays.then_some(Named(Optimizer::ADAMW)),
            weight_decay: decays.then_some(DECAY),
            learning_rate: Some(learning_rate),
            schedule: Some(Named(Schedule::ONE_CYCLE)),
            batch_size: Some(batch),
            epochs: Some(epochs),
            // Whoever asks for epochs gets them.
            patience: (is_validated && (asked.epochs.is_none() || asked.budget.is_some()))
                .then(|| (epochs / 3).max(10)),
            keep_best: Some(is_validated),
            validation: (held_out > 0.0).then_some(Validation::Fraction(HELD_OUT)),
            scale: scale.map(AskedScale::of),
            // A name: the strength stands below.
            noise: facts.has_holes().then_some(Named(Some(Noise::Masking { share: 0.3 }))),
            noise_strength: (facts.has_holes() && asked.noise.is_none()).then_some(MASKED),
            shift: Some(if asked.scale.is_none() { room } else { 0 }),
            init: (!is_drawn && !lent).then_some(Init::Principal),
            ..Settings::default()
        }
    }
}

impl Duration {
    /// The number of epochs for so many samples, batches of this size, and a network of so many weights.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 1 and a few hundred"
    )]
    fn epochs(&self, samples: f64, batch: usize, weights: usize) -> usize {
        // Three products for each weight and sample, of a multiplication and an addition.
        let operations = 6.0 * weights as f64 * samples;
        let epochs = (self.steps * batch as f64 / samples).min(self.operations / operations).min(self.epochs);
        epochs.round().max(1.0) as usize
    }
}

/// The size of batches: a power of two.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to small numbers")]
fn batch(samples: f64, most: usize) -> usize {
    let wanted = (samples / BATCHES.2 as f64).clamp(BATCHES.0 as f64, most as f64);
    (wanted.log2().round().exp2() as usize).clamp(BATCHES.0, most)
}

/// The settings of a preset for a table with words or holes: words are restored from the sums of the last layer, and numbers are no
/// probabilities.
pub(super) fn for_table(preset: Settings) -> Settings {
    let is_variational = preset.penalty.is_some_and(|named| named.0.draws_codes());
    let loss = if is_variational { Some(Named(choices::OF_TABLES)) } else { preset.loss };
    Settings { output_activation: Some(Named(Activation::Linear)), loss, ..preset }
}

/// Leaves out initial weights that a preset chose, where the model that is asked for cannot have them.
pub(super) fn fitting(init: Init, asked: &Settings, architecture: &Architecture) -> Init {
    if init == Init::Principal && asked.init.is_none() && check_principal_components(architecture).is_err() {
        return Init::default();
    }
    init
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::TableFacts;

    fn sized(samples: usize, features: usize, look: Look) -> Settings {
        let preset = if look == Look::Rows { Preset::Table } else { Preset::Pictures };
        preset.sized(
            &Settings::default(),
            Facts { samples, features, table: None, look, is_within_one: false, splits: false },
        )
    }

    #[test]
    fn sizes_follow_from_samples_and_features() {
        let sizes = |settings: Settings| {
            (settings.layers.unwrap(), settings.batch_size.unwrap(), settings.epochs.unwrap())
        };
        assert_eq!(sizes(sized(178, 13, Look::Rows)), (vec![64, 4], 32, 2000));
        assert_eq!(sizes(sized(10_000, 39, Look::Rows)), (vec![156, 10], 64, 142));
        assert_eq!(sizes(sized(300_000, 30, Look::Rows)), (vec![120, 8], 256, 19));
        assert_eq!(sizes(sized(100, 5000, Look::Rows)), (vec![512, 25], 32, 216));
        assert_eq!(sizes(sized(1200, 12_288, Look::Photos { room: 5 })), (vec![256, 128], 32, 61));
        // The tutorial's network, batches half as large, as many epochs.
        assert_eq!(sizes(sized(66_666, 784, Look::Drawings)), (vec![256, 128], 128, 5));
    }

    #[test]
    fn what_is_asked_for_changes_what_follows() {
        let facts = Facts {
            samples: 1000,
            features: 10,
            table: None,
            look: Look::Rows,
            is_within_one: false,
            splits: false,
        };
        let asked = |settings: &Settings| Preset::Table.sized(settings, facts);
        let code = asked(&Settings { code: Some(40), ..Settings::default() });
        assert_eq!(code.layers, Some(vec![80, 40]));
        let bce = asked(&Settings { loss: Some(Named(Loss::Bce)), ..Settings::default() });
        assert_eq!(bce.output_activation, Some(Named(Activation::Sigmoid)));
        assert_eq!(bce.scale, Some(AskedScale::of(NumberScalingKind::MinMax)));
        let few = Preset::Table.sized(&Settings::default(), Facts { samples: 19, ..facts });
        assert_eq!((few.validation, few.patience, few.keep_best), (None, None, Some(false)));
        let holes = |settings: &Settings| {
            let Settings { noise, noise_strength, .. } = Preset::Table
                .sized(settings, Facts { table: Some(TableFacts { columns: 10, has_holes: true }), ..facts });
            (noise.is_some(), noise_strength)
        };
        assert_eq!(holes(&Settings::default()), (true, Some(MASKED)));
        assert_eq!(holes(&Settings { noise: Some(Named(None)), ..Settings::default() }), (true, None));
        let none = asked(&Settings { validation: Some(Validation::None), ..Settings::default() });
        assert_eq!((none.validation, none.patience), (None, None));
    }
}
