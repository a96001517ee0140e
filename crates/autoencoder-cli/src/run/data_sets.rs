//! The samples that a run trains and validates on, scaled and set apart.

use std::path::Path;

use autoencoder::{
    Choice, Columns, Purpose, Samples, Scaling, Schema, Specification, Stream, Values, Window,
};

use super::fitting::{Fitting, fit, settle_scale};
use super::holding_out::{hold_nothing_out_of_short, split};
use super::known::Known;
use super::part::{Part, Set};
use super::reading::{expect_like, find_source, read_options, read_other, read_train, settle_validation};
use super::{facts, holes, range, told};
use crate::config::{AskedScale, Facts, Init, Look, Named, Plan, Preset, Settings, Validation};
use crate::data::{Data, ReadOptions, Source};
use crate::failure::{Failure, Outcome};
use crate::terminal::{Notes, numerals};

/// What was found in data that a plan may depend on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found {
    /// The preset for such data.
    preset: Preset,
    facts: Facts,
}

impl Found {
    /// Reads the data of a plan only to look at it.
    pub(crate) fn of(plan: &mut Plan) -> Outcome<Self> {
        let source = DataSets::find(plan)?;
        let data = read_train(plan, &source, Notes::new(true))?;
        Ok(Self { preset: facts::preset(&source, &data), facts: facts::of(&source, &data) })
    }

    /// Makes a plan of what is asked for anew, if its preset or its sizes follow from the data.
    pub(crate) fn settle(self, plan: &mut Plan, asked: &Settings) -> Outcome {
        let preset = asked.preset.map_or(self.preset, |named| named.0);
        if preset.is_sized() || self.facts.table.is_some() {
            let data = plan.settings.data.take();
            *plan = Plan::sized(&Settings { preset: Some(Named(preset)), ..asked.clone() }, self.facts)?;
            plan.settings.data = data;
        }
        Ok(())
    }
}

/// The data that a run works on.
#[derive(Debug)]
pub(crate) struct DataSets {
    pub(crate) train: Set,
    pub(crate) validation: Option<Set>,
    pub(crate) sample_shape: Vec<usize>,
    /// The windows over rows in time that the samples are; `None` where each row is a sample.
    pub(crate) window: Option<Window>,
    /// The names of a table's features, and the columns beside them.
    pub(crate) columns: Option<Columns>,
    /// The columns of a table, where some hold words or holes.
    pub(crate) schema: Option<Schema>,
    /// Whether the colours of an image came one after the other.
    pub(crate) channels_first: bool,
    /// The name of the data, for messages.
    pub(crate) name: String,
    /// The name of the validation samples, for messages.
    pub(crate) validation_name: Option<String>,
}

impl DataSets {
    /// Reads the data of a training that is asked for, and plans the training. Where no preset is asked for, the data
    /// chooses one, and a note says which; the sizes of a preset may follow from the data.
    pub(crate) fn plan(asked: &Settings, known: Option<&Known>, notes: Notes) -> Outcome<(Plan, Self)> {
        // A mistake is found before data is read, as far as it can be.
        let mut plan = Plan::new(asked)?;
        if asked.schema.is_some() && asked.scale.is_some() {
            let what = "--schema says how each column is scaled, and --scale too";
            return Err(Failure::usage(what).advise("leave --scale out, or change the schema"));
        }
        let options = read_options(&plan, known)?;
        let source = find_source(&mut plan, &options)?;
        source.announce(notes);
        let data = read_train(&plan, &source, notes)?;
        let found = Found { preset: facts::preset(&source, &data), facts: facts::of(&source, &data) };
        found.settle(&mut plan, asked)?;
        if options.indicates_holes
            && !data
                .schema
                .as_ref()
                .is_some_and(|schema| schema.columns.iter().any(|column| column.indicator))
        {
            notes.say(format_args!(
                "{}: no column has holes of which --hole-indicators could tell",
                data.name
            ));
        }
        if let (None, Some(Named(preset))) = (asked.preset, plan.settings.preset)
            && preset.is_sized()
        {
            let taken = match found.facts.look {
                Look::Rows => "",
                Look::Photos { .. } => ", taken for photographs",
                Look::Drawings => ", taken for drawings",
            };
            notes.say(format_args!(
                "preset: {}{taken}, chosen by the data; --preset takes another",
                preset.name()
            ));
        }
        if found.facts.has_holes() && asked.noise.is_none() && plan.options.noise.is_some() {
            notes.say("a tenth of the columns is masked in training, so that holes can be filled in; --noise none masks nothing");
        }
        let begins = found.facts.look != Look::Drawings && asked.init.is_none();
        let from_pca = plan.settings.preset.is_some_and(|preset| preset.0.begins_with_pca());
        if begins && from_pca && plan.init != Init::Principal {
            notes.say("the preset's start from PCA does not go with these settings: weights are drawn");
        }
        if known.is_none() {
            told::of_label_names(&data, notes);
        }
        told::of_planes(&data, &plan, notes)?;
        if asked.validation.is_none() {
            hold_nothing_out_of_short(&mut plan, &data, notes);
        }
        let validation = settle_validation(&mut plan, &source)?;
        let sets = Self::assemble(&mut plan, (&source, data), (validation, options), known, notes)?;
        Ok((plan, sets))
    }

    /// Reads the data of a plan, and adds to the plan the settings that depend on the data. What a model knows of its
    /// data is kept: the scaling, unless the plan has one of its own, and the columns of a table.
    pub(crate) fn read(plan: &mut Plan, known: Option<&Known>, notes: Notes) -> Outcome<Self> {
        let options = read_options(plan, known)?;
        let source = find_source(plan, &options)?;
        let validation = settle_validation(plan, &source)?;
        source.announce(notes);
        let data = read_train(plan, &source, notes)?;
        Self::assemble(plan, (&source, data), (validation, options), known, notes)
    }

    fn assemble(
        plan: &mut Plan,
        (source, data): (&Source, Data),
        (validation, options): (Validation, ReadOptions),
        known: Option<&Known>,
        notes: Notes,
    ) -> Outcome<Self> {
        let given = known.filter(|known| known.keeps_scaling && plan.scale.is_none());
        let scaling = if let Some(known) = given {
            plan.settings.scale = None;
            told::of_known(&data, &known.about, &known.origin, notes);
            Fitting::Given { scaling: known.scaling_of_rows(), knows_holes: known.about.schema.is_some() }
        } else {
            let scale = settle_scale(&data, plan.scale.clone());
            plan.settings.scale = scale.clone().filter(|_| plan.settings.schema.is_none());
            told::of_masks(&data, scale.is_some(), notes);
            let is_bounded = plan.minimised().0.range() != (f32::NEG_INFINITY, f32::INFINITY);
            if is_bounded { Fitting::FittedToAll(scale) } else { Fitting::Fitted(scale) }
        };
        let other = match &validation {
            Validation::Test => Some(expect_like(source.read_test(&data, notes)?, &data)?),
            Validation::Data(argument) => Some(read_other(argument, options, &data, notes)?),
            Validation::None | Validation::Fraction(_) => None,
        };
        // Validation data without labels is taken for usual.
        let other = match (other, &plan.settings.without_labels) {
            (Some(other), Some(without)) if other.labels.is_some() => {
                Some(other.without_labels(without, false)?)
            }
            (other, _) => other,
        };
        let fraction = if let Validation::Fraction(fraction) = validation { Some(fraction) } else { None };
        let mut sets = Self::scaled(data, other, fraction, scaling, (plan.options.seed, notes))?;
        if plan.settings.without_labels.is_some() {
            // The rows are those that were left.
            sets.train.rows = None;
            sets.validation.iter_mut().for_each(|set| set.rows = None);
        }
        if given.is_none() && sets.sample_shape.len() == 1 {
            let in_window = sets.window.map_or(1, |window| window.rows.get());
            let features = sets.train.samples.features() / in_window;
            told::of_constants(
                &sets.name,
                sets.train.samples.scaling(),
                features,
                (sets.columns.as_ref(), notes),
            );
        }
        let columns = sets.columns.as_ref().filter(|_| !sets.channels_first);
        if let Some(known) = given {
            range::tell(&sets.name, &sets.train.samples, columns, &known.origin, notes);
        }
        // Samples that were held out are in the same units as the others.
        if let (Some(set), Some(name), false) = (&sets.validation, &sets.validation_name, fraction.is_some())
        {
            range::tell(name, &set.samples, columns, given.map_or(&sets.name, |known| &known.origin), notes);
        }
        Ok(sets)
    }

    /// Finds the data of a plan without reading it, and adds to the plan the settings that depend on the data: all
    /// but the scaling.
    pub(crate) fn find(plan: &mut Plan) -> Outcome<Source> {
        let options = read_options(plan, None)?;
        let source = find_source(plan, &options)?;
        settle_validation(plan, &source)?;
        Ok(source)
    }

    /// Sets samples apart and scales them; the scaling is fitted to the training samples.
    fn scaled(
        data: Data,
        other: Option<Data>,
        fraction: Option<f64>,
        scaling: Fitting,
        (seed, notes): (u64, Notes),
    ) -> Outcome<Self> {
        let Data {
            values,
            sample_shape,
            channels_first,
            labels,
            name,
            columns,
            schema,
            series,
            names,
            assumed: _,
        } = data;
        let window = series.as_ref().map(|series| series.window);
        let fit = |values: &Values, scale: Option<&AskedScale>| fit(values, scale, schema.as_ref());
        let of_all = if let Fitting::FittedToAll(scale) = &scaling {
            Some(fit(&values, scale.as_ref()))
        } else {
            None
        };
        let count = values.dim().0;
        let whole = Part { values, labels, names, rows: (0..count).collect(), series };
        let (train, split) = match fraction {
            None => (whole, None),
            Some(fraction) => {
                let mut order = Stream::new(seed, Purpose::Split, [0, 0]);
                let (train, validation) = split(count, fraction, &name, |held_out| match &whole.series {
                    None => order.permutation(count)[..held_out].to_vec(),
                    // Windows that overlap would tell of each other: the last rows are held out together.
                    Some(_) => (count - held_out..count).collect(),
                })?;
                if whole.series.is_some() {
                    notes.say(format_args!(
                        "the last {} are held out for validation, all together",
                        numerals::counted(validation.len(), "row")
                    ));
                }
                let held_out = format!("{name}, samples held out for validation");
                let [train, validation] = whole.parted(train, validation);
                (train, Some((validation, held_out)))
            }
        };
        let is_table = matches!(train.values, Values::Table(_)) && scaling.knows_holes();
        let scaling = match (scaling, of_all) {
            (Fitting::Given { scaling, .. }, _) | (_, Some(scaling)) => scaling,
            (Fitting::Fitted(scale) | Fitting::FittedToAll(scale), None) => {
                fit(&train.values, scale.as_ref())
            }
        };
        let set = |Part { values, labels, names, rows, series }: Part, name: &str| -> Outcome<Set> {
            let failed = |error| Failure::at(Path::new(name), error);
            let values = if is_table { values } else { holes::filled(name, values, &scaling, notes)? };
            let mut samples = Samples::new(values, scaling.clone()).map_err(failed)?;
            if sample_shape.len() > 1 {
                samples = samples.with_shape(&sample_shape[..]).map_err(failed)?;
            }
            let (labels, names, rows) = match series {
                Some(series) => {
                    let starts = series.starts(rows.len());
                    samples = samples.windows(series.window, &series.breaks).map_err(|error| {
                        failed(error).advise("a shorter --window, or another --validation, leaves enough")
                    })?;
                    samples = samples.with_unknown(series.filled.iter().copied());
                    (
                        labels.map(|labels| series.labels(&labels)),
                        names.map(|names| starts.iter().map(|&start| names[start].clone()).collect()),
                        starts.iter().map(|&start| rows[start]).collect(),
                    )
                }
                None => (labels, names, rows),
            };
            if let Some(labels) = &labels {
                samples = samples.with_labels(labels.each());
            }
            Ok(Set { samples, labels, names, rows: Some(rows) })
        };
        let train = set(train, &name)?;
        let (validation, validation_name) = match split.or(other.map(|data| {
            let Data { values, labels, names, series, name, .. } = data;
            let rows = (0..values.dim().0).collect();
            (Part { values, labels, names, rows, series }, name)
        })) {
            Some((part, name)) => (Some(set(part, &name)?), Some(name)),
            None => (None, None),
        };
        let schema = schema.filter(|_| is_table);
        let sample_shape = if window.is_some() { vec![train.samples.features()] } else { sample_shape };
        Ok(Self {
            train,
            validation,
            sample_shape,
            window,
            columns,
            schema,
            channels_first,
            name,
            validation_name,
        })
    }

    /// The specification of a model of these samples.
    pub(crate) fn specification(&self, plan: &Plan) -> Specification {
        let specification = plan.specification(self.train.samples.features());
        match (&self.schema, self.train.samples.scaling()) {
            (Some(schema), Scaling::Columns { words, .. }) => {
                specification.with_table(schema.table_columns(words))
            }
            (Some(_) | None, _) => specification,
        }
    }

    /// The samples that are judged and shown: the validation samples where there are some, otherwise the training
    /// samples.
    pub(crate) fn shown(&self) -> &Set {
        self.validation.as_ref().unwrap_or(&self.train)
    }
}

#[cfg(test)]
mod tests {
    use autoencoder::NumberScalingKind;
    use ndarray::{Array2, array};

    use super::*;
    use crate::data::Labels;

    const QUIET: Notes = Notes::new(true);

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
            names: None,
            columns: None,
            schema: None,
            series: None,
            assumed: Vec::new(),
        }
    }

    #[test]
    fn a_fraction_is_set_apart_by_the_seed_with_its_labels() {
        let sets = |seed| {
            DataSets::scaled(
                table(),
                None,
                Some(0.3),
                Fitting::Fitted(Some(AskedScale::of(NumberScalingKind::None))),
                (seed, QUIET),
            )
            .unwrap()
        };
        let labels = |set: &Set| set.labels.as_ref().unwrap().of_sample.clone();
        let first = sets(1);
        let held_out = first.validation.as_ref().unwrap();
        assert_eq!((first.train.samples.len(), held_out.samples.len()), (7, 3));
        for set in [&first.train, held_out] {
            let values = set.samples.scaled(0..set.samples.len());
            let rows: Vec<String> = labels(set).iter().map(|row| format!("row {row}")).collect();
            assert_eq!(set.called(), rows);
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
            let refused = DataSets::scaled(table(), None, Some(fraction), Fitting::Fitted(None), (0, QUIET))
                .unwrap_err();
            assert!(refused.to_string().contains("table.csv"), "{refused}");
        }
    }

    #[test]
    fn scaling_is_fitted_to_what_is_trained_on() {
        let other = Data { values: Values::Floats(array![[18.0, 9.0]]), ..table() };
        let sets = DataSets::scaled(
            table(),
            Some(other),
            None,
            Fitting::Fitted(Some(AskedScale::of(NumberScalingKind::MinMax))),
            (0, QUIET),
        )
        .unwrap();
        assert_eq!(sets.shown().samples.scaled(0..1), array![[2.0, 0.5]]);
    }
}
