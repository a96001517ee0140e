//! Settings whose numbers are within their [bounds](super::bounds), wherever they come from.

use toml::Value;

use super::bounds::{LAYERS, SETTINGS};
use super::settings::Settings;
use crate::failure::{Failure, Outcome};
use crate::terminal::numerals;

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
    use crate::config::bounds;

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
            typed(bounds::of(key).into()).unwrap();
            for number in [u128::from(bounds::of(key)) + 1, 1 << 63, u64::MAX.into(), u128::MAX] {
                let refused = typed(number).unwrap_err();
                assert_eq!(refused.kind(), ErrorKind::ValueValidation, "{refused}");
            }
            let written = |number: u64| {
                let is_list = ["layers", "sample-shape"].contains(&key);
                let number = if is_list { format!("[2, {number}]") } else { number.to_string() };
                check(&toml::from_str(&format!("{key} = {number}")).unwrap())
            };
            written(bounds::of(key)).unwrap();
            if key != "seed" {
                let refused = written(bounds::of(key) + 1).unwrap_err().to_string();
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
