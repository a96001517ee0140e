//! The samples that a run trains and validates on, scaled and set apart.

use std::path::Path;

use autoencoder::{Purpose, Samples, Scaling, ScalingKind, Stream, Values};

use crate::config::{Named, Plan, Validation};
use crate::data::{Data, Labels, ReadOptions, Source, Split};
use crate::failure::{Failure, Outcome};
use crate::terminal::{Notes, numerals};

/// Samples with their labels, if there are any.
#[derive(Debug)]
pub(crate) struct Set {
    pub(crate) samples: Samples,
    pub(crate) labels: Option<Labels>,
}

/// The data that a run works on.
#[derive(Debug)]
pub(crate) struct DataSets {
    pub(crate) train: Set,
    pub(crate) validation: Option<Set>,
    pub(crate) sample_shape: Vec<usize>,
    /// Whether the colours of an image came one after the other.
    pub(crate) channels_first: bool,
    /// The name of the data, for messages.
    pub(crate) name: String,
}

impl DataSets {
    /// Reads the data of a plan, and adds to the plan the settings that depend on the data.
    pub(crate) fn read(plan: &mut Plan, notes: Notes) -> Outcome<Self> {
        let (source, validation) = Self::find(plan)?;
        source.announce(notes);
        let data = source.read(Split::Train, plan.settings.limit, notes)?;
        let scale = settle_scale(&data, plan.scale);
        plan.settings.scale = scale.map(Named);
        let other = match &validation {
            Validation::Test => Some(source.read_test(&data, notes)?),
            Validation::Data(argument) => Some(read_other(argument, &plan.read_options(), &data, notes)?),
            Validation::None | Validation::Fraction(_) => None,
        };
        let fraction = if let Validation::Fraction(fraction) = validation { Some(fraction) } else { None };
        tell_of_masks(&data, scale, notes);
        let columns = data.columns.clone();
        let sets = Self::scaled(data, other, fraction, scale, plan.options.seed)?;
        if sets.sample_shape.len() == 1 {
            tell_of_constants(&sets, columns.as_deref(), notes);
        }
        Ok(sets)
    }

    /// Finds the data of a plan without reading it, and adds to the plan the settings that depend on the data: all
    /// but the scaling.
    pub(crate) fn find(plan: &mut Plan) -> Outcome<(Source, Validation)> {
        let source = Source::resolve(plan.settings.data.as_deref(), &plan.read_options())?;
        if plan.settings.data.is_none() {
            let name = if source.is_fallback() { "synthetic".to_owned() } else { source.description() };
            plan.settings.data = Some(name);
        }
        let default = if source.splits() { Validation::Test } else { Validation::None };
        let validation = plan.validation.clone().unwrap_or(default);
        if validation == Validation::Test && !source.splits() {
            let what = format_args!("{} has no test split to validate on", source.description());
            return Err(Failure::usage(what).advise("give --validation a fraction, other DATA, or none"));
        }
        plan.settings.validation = Some(validation.clone());
        Ok((source, validation))
    }

    /// Sets samples apart and scales them; the scaling is fitted to the training samples.
    fn scaled(
        data: Data,
        other: Option<Data>,
        fraction: Option<f64>,
        scale: Option<ScalingKind>,
        seed: u64,
    ) -> Outcome<Self> {
        let Data { values, sample_shape, channels_first, labels, name, columns: _, assumed: _ } = data;
        let (train, split) = match fraction {
            None => ((values, labels), None),
            Some(fraction) => {
                let (train, validation) = split(values.dim().0, fraction, seed, &name)?;
                let part =
                    |indices: &[usize]| (values.select(indices), labels.as_ref().map(|l| of(l, indices)));
                (part(&train), Some((part(&validation), name.clone())))
            }
        };
        let fitted = fit(&train.0, scale);
        let set = |(values, labels): (Values, Option<Labels>), name: &str| -> Outcome<Set> {
            let failed = |error| Failure::at(Path::new(name), error);
            let mut samples = Samples::new(values, fitted.clone()).map_err(failed)?;
            if sample_shape.len() > 1 {
                samples = samples.with_shape(&sample_shape[..]).map_err(failed)?;
            }
            if let Some(labels) = &labels {
                samples = samples.with_labels(labels.each());
            }
            Ok(Set { samples, labels })
        };
        let validation = match split.or(other.map(|data| ((data.values, data.labels), data.name))) {
            Some((part, name)) => Some(set(part, &name)?),
            None => None,
        };
        Ok(Self { train: set(train, &name)?, validation, sample_shape, channels_first, name })
    }

    /// The samples that are judged and shown: the validation samples where there are some, otherwise the training
    /// samples.
    pub(crate) fn shown(&self) -> &Set {
        self.validation.as_ref().unwrap_or(&self.train)
    }
}

/// Notes that bytes are hardly told apart when they are divided by 255.
fn tell_of_masks(data: &Data, scale: Option<ScalingKind>, notes: Notes) {
    if let (Values::Bytes(bytes), None) = (&data.values, scale)
        && bytes.iter().all(|&byte| byte <= 1)
    {
        notes.say(format_args!(
            "{}: all bytes are 0 or 1, and are divided by 255; --scale min-max leaves them as they are",
            data.name
        ));
    }
}

/// Notes which columns of a table do not vary.
fn tell_of_constants(sets: &DataSets, columns: Option<&[String]>, notes: Notes) {
    const SHOWN: usize = 5;
    let constant = sets.train.samples.scaling().constant();
    if constant.is_empty() {
        return;
    }
    let name = |&index: &usize| match columns.and_then(|names| names.get(index)) {
        Some(name) => name.clone(),
        None => (index + 1).to_string(),
    };
    let shown: Vec<String> = constant.iter().take(SHOWN).map(name).collect();
    let more =
        if constant.len() > SHOWN { format!(" and {} more", constant.len() - SHOWN) } else { String::new() };
    let (column, is) = if constant.len() == 1 { ("column", "is") } else { ("columns", "are") };
    notes.say(format_args!(
        "{}: {column} {}{more} {is} constant in the training samples; other values count by their distance, unscaled",
        sets.name,
        shown.join(", ")
    ));
}

/// The scaling to fit: the one that was asked for, otherwise none for bytes, which are divided by 255, and min-max for
/// other numbers.
pub(crate) fn settle_scale(data: &Data, asked: Option<ScalingKind>) -> Option<ScalingKind> {
    match &data.values {
        Values::Bytes(_) => asked,
        Values::Floats(_) | Values::Doubles(_) => Some(asked.unwrap_or(ScalingKind::MinMax)),
    }
}

/// The scaling that is fitted to these values.
pub(crate) fn fit(values: &Values, scale: Option<ScalingKind>) -> Scaling {
    match (values, scale) {
        (Values::Bytes(_), None) => Scaling::Bytes,
        (Values::Floats(_) | Values::Doubles(_), None) => Scaling::None,
        (values, Some(scale)) => values.fit(scale),
    }
}

fn read_other(argument: &str, options: &ReadOptions, data: &Data, notes: Notes) -> Outcome<Data> {
    // Rows of plain numbers get the shape of the training samples below.
    let options = ReadOptions { sample_shape: None, ..options.clone() };
    let other = Source::resolve(Some(argument), &options)?.read(Split::Test, None, notes)?;
    let (expected, found) = (data.values.dim().1, other.values.dim().1);
    if other.is_shaped(&data.sample_shape) {
        return Ok(other.shaped_like(&data.sample_shape, data.channels_first));
    }
    let what = format_args!(
        "expected samples of {} ({}) as in {}, found {found} ({})",
        numerals::counted(expected, "number"),
        numerals::shape(&data.sample_shape),
        data.name,
        numerals::shape(&other.sample_shape)
    );
    Err(Failure::at(Path::new(&other.name), what))
}

/// The indices to train on and the indices to validate on, each in rising order, chosen by the seed.
fn split(count: usize, fraction: f64, seed: u64, name: &str) -> Outcome<(Vec<usize>, Vec<usize>)> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and count")]
    let held_out = (count as f64 * fraction).round() as usize;
    if held_out == 0 || held_out >= count {
        let what = format_args!(
            "{fraction} of {} leaves {} to train on and {held_out} to validate on; expected at least 1 of each",
            numerals::counted(count, "sample"),
            count - held_out.min(count)
        );
        return Err(Failure::at(Path::new(name), what).advise("give --validation another fraction, or none"));
    }
    let mut validation = Stream::new(seed, Purpose::Split, [0, 0]).permutation(count);
    let mut train = validation.split_off(held_out);
    train.sort_unstable();
    validation.sort_unstable();
    Ok((train, validation))
}

fn of(labels: &Labels, indices: &[usize]) -> Labels {
    let of_sample = indices.iter().map(|&index| labels.of_sample[index]).collect();
    Labels { of_sample, names: labels.names.clone() }
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, array};

    use super::*;

    fn table() -> Data {
        let values = Array2::from_shape_fn((10, 2), |(row, column)| (row * (column + 1)) as f32);
        let labels =
            Labels { of_sample: (0..10).collect(), names: (0..10).map(|row| row.to_string()).collect() };
        Data {
            values: Values::Floats(values),
            sample_shape: vec![2],
            channels_first: false,
            labels: Some(labels),
            name: "table.csv".to_owned(),
            columns: None,
            assumed: Vec::new(),
        }
    }

    #[test]
    fn a_fraction_is_set_apart_by_the_seed_with_its_labels() {
        let sets = |seed| DataSets::scaled(table(), None, Some(0.3), Some(ScalingKind::None), seed).unwrap();
        let labels = |set: &Set| set.labels.as_ref().unwrap().of_sample.clone();
        let first = sets(1);
        let held_out = first.validation.as_ref().unwrap();
        assert_eq!((first.train.samples.len(), held_out.samples.len()), (7, 3));
        for set in [&first.train, held_out] {
            let values = set.samples.scaled(0..set.samples.len());
            assert!(
                labels(set)
                    .iter()
                    .zip(values.rows())
                    .all(|(&label, row)| row[0].to_bits() == (label as f32).to_bits())
            );
        }
        let mut all = [labels(&first.train), labels(held_out)].concat();
        all.sort_unstable();
        assert_eq!(all, (0..10).collect::<Vec<_>>());
        assert_eq!(labels(held_out), labels(sets(1).validation.as_ref().unwrap()));
        assert!((2..9).any(|seed| labels(held_out) != labels(sets(seed).validation.as_ref().unwrap())));
    }

    #[test]
    fn a_part_of_nothing_is_refused() {
        for fraction in [0.01, 0.99] {
            let refused = DataSets::scaled(table(), None, Some(fraction), None, 0).unwrap_err();
            assert!(refused.to_string().contains("table.csv"), "{refused}");
        }
    }

    #[test]
    fn scaling_is_fitted_to_what_is_trained_on() {
        let other = Data { values: Values::Floats(array![[18.0, 9.0]]), ..table() };
        let sets = DataSets::scaled(table(), Some(other), None, Some(ScalingKind::MinMax), 0).unwrap();
        assert_eq!(sets.shown().samples.scaled(0..1), array![[2.0, 0.5]]);
    }
}
