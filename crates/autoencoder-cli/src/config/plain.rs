//! Plain settings, which the library's own structs have by the same names and in the same form: nothing lists them here.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use toml::Table;

use super::fields::fields;
use super::settings::Settings;
use crate::failure::{Failure, Outcome};

/// The plain settings that a value of the library says, numbers with their shortest digits.
pub(super) fn settings(library: &impl Serialize) -> Outcome<Settings> {
    let keys = fields::<Settings>();
    // A number of 32 bits keeps its shortest digits as text, not as a number of 64 bits.
    let text = toml::to_string(library).map_err(Failure::new)?;
    let table: Table = toml::from_str(&text).map_err(Failure::new)?;
    let plain = table.into_iter().map(|(field, value)| (key(&field), value));
    // A table is made of a name and numbers, and no plain setting.
    let plain: Table =
        plain.filter(|(key, value)| keys.contains(&key.as_str()) && !value.is_table()).collect();
    plain.try_into().map_err(Failure::new)
}

/// A value of the library in which the plain settings that are given have replaced the fields of their names.
pub(super) fn laid_over<T: Serialize + DeserializeOwned>(library: &T, settings: &Settings) -> Outcome<T> {
    let given = settings.table();
    let mut table = Table::try_from(library).map_err(Failure::new)?;
    for field in fields::<T>() {
        if let Some(value) = given.get(&key(field)) {
            table.insert((*field).to_owned(), value.clone());
        }
    }
    table.try_into().map_err(Failure::new)
}

/// Returns whether the setting of this key is a field of `T`.
pub(crate) fn is_field<'de, T: Deserialize<'de>>(setting: &str) -> bool {
    fields::<T>().iter().any(|field| key(field) == setting)
}

/// The key of a setting: the field's name with hyphens, as arguments have them.
fn key(field: &str) -> String {
    field.replace('_', "-")
}

#[cfg(test)]
mod tests {
    use autoencoder::{EarlyStopping, Noise, Optimizer, Specification, TrainingOptions};

    use super::*;

    #[test]
    fn what_the_library_says_comes_back() {
        let options = TrainingOptions::default()
            .with_learning_rate(0.3)
            .with_clip_norm(1e-9)
            .with_seed(7)
            .with_shuffle(false)
            .with_warmup_epochs(0.1)
            .with_keep_best(true);
        let said = settings(&options).unwrap();
        assert_eq!((said.learning_rate, said.clip_norm), (Some(0.3), Some(1e-9)), "the shortest digits");
        assert_eq!(laid_over(&TrainingOptions::default(), &said).unwrap(), options);

        let specification = Specification::new(5, [3, 2]).with_tied_weights(true);
        let said = settings(&specification).unwrap();
        let other = Specification::new(5, [9]);
        assert_eq!(laid_over(&other, &said).unwrap(), specification);
    }

    /// A setting that the library has no field for would have no effect, unless code of its own reads the setting.
    #[test]
    fn every_setting_is_a_field_of_the_library_or_has_code_of_its_own() {
        let own = fields::<Settings>()
            .iter()
            .copied()
            .filter(|&setting| !is_field::<Specification>(setting) && !is_field::<TrainingOptions>(setting));
        let expected = [
            "data",
            "preset",
            "code",
            "huber-delta",
            "gaussian-deviation",
            "penalty-weight",
            "sparsity-target",
            "noise-strength",
            "schedule-factor",
            "schedule-epochs",
            "schedule-floor",
            "schedule-rise",
            "patience",
            "smallest-change",
            "budget",
            "init",
            "pretrain-epochs",
            "sampler",
            "components",
            "freeze",
            "validation",
            "limit",
            "scale",
            "label-column",
            "id-column",
            "drop",
            "columns",
            "column",
            "schema",
            "hole-indicators",
            "header",
            "separator",
            "decimal",
            "skip-broken",
            "sample-shape",
            "without-labels",
            "window",
            "stride",
            "time-column",
        ];
        assert_eq!(own.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn what_is_made_of_a_name_and_numbers_stays_as_it_is() {
        let options = TrainingOptions::default()
            .with_optimizer(Optimizer::ADAMW)
            .with_noise(Noise::Masking { share: 0.5 })
            .with_early_stopping(EarlyStopping::new(3));
        let said = settings(&options).unwrap();
        assert_eq!((said.optimizer, said.noise, said.patience), (None, None, None));
        let changed = laid_over(&options, &Settings { epochs: Some(3), ..Settings::default() }).unwrap();
        assert_eq!(changed, options.with_epochs(3));
    }
}
