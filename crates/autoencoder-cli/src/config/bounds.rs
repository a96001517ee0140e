//! The bounds of numbers that are typed or written in a configuration: larger numbers are mistakes, and no training of
//! that size would end or fit into a machine.

use toml::Value;

use super::settings::Settings;
use crate::failure::{Failure, Outcome};
use crate::terminal::numerals;

/// The largest number of epochs. Times the largest number of samples that fits into memory, it is still a number of
/// steps that 64 bits count.
pub(crate) const EPOCHS: u64 = 1_000_000_000;
/// The largest number of samples that are read, taken into a batch or accumulated.
pub(crate) const SAMPLES: u64 = 1_000_000_000_000;
/// The largest width of a layer.
pub(crate) const WIDTH: u64 = 10_000_000;
/// The largest number of layers of an encoder.
pub(crate) const LAYERS: usize = 1000;
/// The largest shift of an image, in pixels.
pub(crate) const PIXELS: u64 = 1_000_000;
/// The largest number of steps of a range test, which is one short training.
pub(crate) const STEPS: u64 = 1_000_000;
/// The largest number of samples that are drawn, decoded from random codes, or shown in a figure.
pub(crate) const DRAWN: u64 = 1_000_000;
/// The largest number of codes that are drawn for each sample.
pub(crate) const DRAWS: u64 = 100_000;
/// The largest number of threads, or of runs at a time: more than the largest machines have processors. Far above,
/// threads only wait for each other.
pub(crate) const THREADS: u64 = 1024;
/// The largest seed, which is the largest number that a TOML file can hold.
pub(crate) const SEED: u64 = i64::MAX.unsigned_abs();

/// The settings that are whole numbers or lists of them, with their bounds.
const SETTINGS: [(&str, u64); 12] = [
    ("layers", WIDTH),
    ("top-k", WIDTH),
    ("shift", PIXELS),
    ("schedule-epochs", EPOCHS),
    ("batch-size", SAMPLES),
    ("accumulate", SAMPLES),
    ("epochs", EPOCHS),
    ("patience", EPOCHS),
    ("pretrain-epochs", EPOCHS),
    ("limit", SAMPLES),
    ("seed", SEED),
    // No setting, but asked for beside them.
    ("steps", STEPS),
];

/// The bound of a setting.
///
/// # Panics
///
/// If the setting is no whole number.
pub(super) fn of(setting: &str) -> u64 {
    let bound = SETTINGS.iter().find(|(key, _)| *key == setting);
    bound.expect("every setting that is a whole number has a bound").1
}

/// Refuses numbers beyond their bounds, wherever they come from.
pub(super) fn check(settings: &Settings) -> Outcome {
    let most = LAYERS;
    if let Some(layers) = settings.layers.as_ref().filter(|layers| layers.len() > most) {
        let (most, found) = (numerals::grouped(most), numerals::grouped(layers.len()));
        return Err(Failure::usage(format_args!("--layers: expected at most {most} widths, found {found}")));
    }
    let table = settings.table();
    for (key, most) in SETTINGS {
        let numbers = match table.get(key) {
            Some(Value::Array(numbers)) => numbers.as_slice(),
            Some(number) => std::slice::from_ref(number),
            None => &[],
        };
        let largest = numbers.iter().filter_map(Value::as_integer).max().unwrap_or(0);
        if u64::try_from(largest).is_ok_and(|found| found > most) {
            let most = usize::try_from(most).map_or_else(|_| most.to_string(), numerals::grouped);
            let what = format_args!("--{key}: expected at most {most}, found {largest}");
            return Err(Failure::usage(what).advise("give a smaller number"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use clap::Command;
    use clap::error::ErrorKind;

    use super::*;

    /// Whole numbers are those whose help calls them N, K or a list of N.
    #[test]
    fn every_whole_number_has_its_bound_typed_or_written() {
        let command = <Settings as clap::Args>::augment_args(Command::new("settings"));
        let is_whole = |argument: &&clap::Arg| {
            let names = argument.get_value_names().unwrap_or_default();
            names.first().is_some_and(|name| ["N", "K", "N,..,N"].contains(&name.as_str()))
        };
        let whole: Vec<&str> =
            command.get_arguments().filter(is_whole).filter_map(clap::Arg::get_long).collect();
        let (listed, beside) = SETTINGS.split_at(SETTINGS.len() - 1);
        assert_eq!(beside[0].0, "steps");
        let listed: Vec<&str> = listed.iter().map(|(key, _)| *key).collect();
        assert!(whole.iter().all(|key| listed.contains(key)) && whole.len() == listed.len(), "{whole:?}");
        for key in whole {
            let typed = |number: u128| {
                let argument = format!("--{key}={number}");
                command.clone().try_get_matches_from(["settings", &argument])
            };
            typed(of(key).into()).unwrap();
            for number in [u128::from(of(key)) + 1, 1 << 63, u64::MAX.into(), u128::MAX] {
                let refused = typed(number).unwrap_err();
                assert_eq!(refused.kind(), ErrorKind::ValueValidation, "{refused}");
            }
            let written = |number: u64| {
                let number = if key == "layers" { format!("[2, {number}]") } else { number.to_string() };
                check(&toml::from_str(&format!("{key} = {number}")).unwrap())
            };
            written(of(key)).unwrap();
            if key != "seed" {
                let refused = written(of(key) + 1).unwrap_err().to_string();
                assert!(refused.starts_with(&format!("--{key}: expected at most ")), "{refused}");
            }
        }
    }

    #[test]
    fn an_encoder_has_a_bounded_number_of_layers() {
        let settings = Settings { layers: Some(vec![1; LAYERS + 1]), ..Settings::default() };
        let refused = check(&settings).unwrap_err().to_string();
        assert_eq!(refused, "--layers: expected at most 1,000 widths, found 1,001");
    }
}
