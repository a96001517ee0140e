//! A configuration for many trainings: any key may hold a list of values to try.

use std::path::Path;

use toml::{Table, Value};

use super::file;
use super::settings::Settings;
use crate::failure::{Failure, Outcome};
use crate::terminal::numerals;

/// One value of every list, and the settings that hold for all combinations.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Combination {
    /// The keys that hold lists, each with its value in this combination.
    pub(crate) varied: Table,
    pub(crate) settings: Settings,
}

/// The largest number of combinations: more are a mistake, as nobody would wait for them.
const MOST: usize = 10_000;

/// The largest number of bytes of the settings of all combinations, 64 MiB: each has settings of its own.
const MOST_BYTES: usize = 1 << 26;

/// Reads every combination of a file. The last key varies fastest; keys are in the order of the alphabet.
pub(crate) fn combinations(path: &Path) -> Outcome<Vec<Combination>> {
    let (_, table) = file::read_table(path)?;
    of_table(table).map_err(|failure| failure.of(path.display()))
}

fn of_table(table: Table) -> Outcome<Vec<Combination>> {
    let mut once = Table::new();
    let mut lists = Vec::new();
    for (key, value) in table {
        let values = match &value {
            Value::Array(values) if values.is_empty() || !is_one(&key, values) => values,
            value => {
                once.insert(key.clone(), taken(&key, value)?);
                continue;
            }
        };
        if values.is_empty() {
            let failure = Failure::new(format_args!("{key}: expected values to try, found an empty list"));
            return Err(failure.advise("leave the key out, or give the key a value"));
        }
        let values: Outcome<Vec<Value>> = values.iter().map(|value| taken(&key, value)).collect();
        lists.push((key, values?));
    }
    let count = expect_some(&lists)?;
    let longest =
        |(_, values): &(String, Vec<Value>)| values.iter().map(|value| value.to_string().len()).max();
    let length = once.to_string().len() + lists.iter().filter_map(longest).sum::<usize>();
    if count.saturating_mul(length) > MOST_BYTES {
        let what = format_args!(
            "{} combinations of up to {} bytes of settings take more than {MOST_BYTES} bytes",
            numerals::grouped(count),
            numerals::grouped(length)
        );
        return Err(Failure::new(what).advise("leave values out, or make the settings shorter"));
    }
    let mut all = vec![Table::new()];
    for (key, values) in lists {
        let with = |one: &Table, value: &Value| {
            let mut one = one.clone();
            one.insert(key.clone(), value.clone());
            one
        };
        all = all.iter().flat_map(|one| values.iter().map(|value| with(one, value))).collect();
    }
    let combination = |varied: Table| {
        let mut settings = once.clone();
        settings.extend(varied.clone());
        let settings = settings.try_into().expect("every value was taken by itself");
        Combination { varied, settings }
    };
    Ok(all.into_iter().map(combination).collect())
}

/// Returns whether a list is the one value of a key that takes a list.
fn is_one(key: &str, values: &[Value]) -> bool {
    let is_taken = |values: &[Value]| taken(key, &Value::Array(values.to_vec())).is_ok();
    is_taken(values) || is_taken(&[]) && !values.iter().any(Value::is_array)
}

/// The value in the form that settings give it, if the key takes the value.
fn taken(key: &str, value: &Value) -> Outcome<Value> {
    let table: Table = [(key.to_owned(), value.clone())].into_iter().collect();
    let settings: Settings =
        table.try_into().map_err(|error| Failure::new(format_args!("{key}: {}", error.message())))?;
    Ok(settings.table().remove(key).expect("what is set is written"))
}

/// The number of combinations, which is at least one and not too large.
fn expect_some(lists: &[(String, Vec<Value>)]) -> Outcome<usize> {
    if lists.is_empty() {
        let failure = Failure::new("expected a list of values to try, found none");
        return Err(failure.advise(
            "give one key a list, as in `seed = [0, 1, 2]`; `autoencoder train --config` trains a single run",
        ));
    }
    let count = lists.iter().try_fold(1usize, |count, (_, values)| count.checked_mul(values.len()));
    match count {
        Some(count) if count <= MOST => Ok(count),
        count => {
            let found = count.map_or_else(|| "far more".to_owned(), numerals::grouped);
            let most = numerals::grouped(MOST);
            Err(Failure::new(format_args!("expected at most {most} combinations, found {found}")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Outcome<Vec<Combination>> {
        of_table(toml::from_str(text).unwrap())
    }

    fn refused(text: &str) -> String {
        read(text).unwrap_err().to_string()
    }

    #[test]
    fn combinations_of_long_settings_are_refused_before_they_are_made() {
        let seeds: Vec<String> = (0..9999).map(|seed| seed.to_string()).collect();
        let text = |name: usize| format!("data = '{}'\nseed = [{}]\n", "d".repeat(name), seeds.join(", "));
        assert_eq!(read(&text(9)).unwrap().len(), 9999);
        let failure = refused(&text(9000));
        assert!(failure.contains("9,999 combinations of up to 9,0"), "{failure}");
    }

    #[test]
    fn every_value_is_combined_with_every_other() {
        let all = read("seed = [1, 2]\nepochs = 3\nlearning-rate = [0.1, 1, 0.01]\n").unwrap();
        let values: Vec<_> = all.iter().map(|one| (one.settings.learning_rate, one.settings.seed)).collect();
        let rates = [0.1, 0.1, 1.0, 1.0, 0.01, 0.01].map(Some);
        assert_eq!(values, rates.into_iter().zip([1, 2, 1, 2, 1, 2].map(Some)).collect::<Vec<_>>());
        assert!(all.iter().all(|one| one.settings.epochs == Some(3)));
        assert_eq!(all[2].varied.keys().collect::<Vec<_>>(), ["learning-rate", "seed"]);
        assert_eq!(all[2].varied["learning-rate"], Value::Float(1.0), "as settings have it");
    }

    #[test]
    fn a_list_that_is_one_value_is_told_from_a_list_of_values() {
        let all = read("layers = [16, 4]\nvalidation = [0.1, \"none\"]\n").unwrap();
        assert_eq!(all.len(), 2);
        assert!(all.iter().all(|one| one.settings.layers == Some(vec![16, 4])));
        assert!(!all[0].varied.contains_key("layers"));

        let all = read("layers = [[16, 4], [8]]\n").unwrap();
        let layers: Vec<_> = all.into_iter().filter_map(|one| one.settings.layers).collect();
        assert_eq!(layers, [vec![16, 4], vec![8]]);
        assert_eq!(read("seed = [4]\n").unwrap().len(), 1);
    }

    #[test]
    fn what_is_no_list_of_values_is_refused_by_its_key() {
        for (text, words) in [
            ("seed = []\nepochs = [1, 2]", ["seed", "empty list"]),
            ("layers = []\nepochs = [1, 2]", ["layers", "empty list"]),
            ("epochs = 3", ["found none", "train --config"]),
            ("learning-rate = [0.1, \"fast\"]", ["learning-rate", "fast"]),
            ("seed = [[0, 1]]", ["seed", "sequence"]),
            ("layers = [8, [4]]", ["layers", "8"]),
            ("layers = [8, -1]\nseed = [1, 2]", ["layers", "-1"]),
            ("epochs = \"many\"\nseed = [1, 2]", ["epochs", "many"]),
        ] {
            let message = refused(text);
            assert!(words.iter().all(|word| message.contains(word)), "{text}: {message}");
            assert_eq!(message.lines().count(), 1);
        }
    }

    #[test]
    fn more_combinations_than_anybody_waits_for_are_refused_before_they_are_made() {
        let hundred: Vec<String> = (1..=101).map(|number| number.to_string()).collect();
        let list = hundred.join(", ");
        let two = format!("seed = [{list}]\nepochs = [{list}]\n");
        assert!(refused(&two).contains("10,201"), "{}", refused(&two));
        let keys = ["limit", "batch-size", "accumulate", "patience", "schedule-epochs", "clip-norm"];
        let more = ["huber-delta", "learning-rate", "warmup-epochs", "smallest-change"];
        let lines: Vec<String> =
            keys.iter().chain(&more).map(|key| [key, " = [", &list, "]\n"].concat()).collect();
        assert!(refused(&(two + &lines.concat())).contains("far more"));
    }
}
