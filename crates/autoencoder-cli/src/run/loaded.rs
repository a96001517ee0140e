//! A model read from its file, and the data that it is used on.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use autoencoder::{FileError, FileHead, Inference, Model, Samples, Scaling, Values};
use ndarray::Array2;

use super::data_sets::DataSets;
use super::files;
use super::finite::expect_finite;
use super::head::read_head;
use super::known::{Known, row_features, scaling_of_rows};
use super::seen::{InTime, Seen, names_beside};
use super::table_rows::{Decimals, TableRows};
use super::told;
use super::units::{self, Undone};
use super::{by_column, holes, range, reach};
use crate::config::{self, AskedPrecision, Named, Plan};
use crate::data::{Data, Format, Source, Split};
use crate::failure::{Failure, Outcome};
use crate::input;
use crate::output::{self, Beside, Rows};
use crate::terminal::{Notes, numerals};

/// A model, and the file that it was read from.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) model: Model,
    path: PathBuf,
}

/// The largest number of bytes of a model or a checkpoint, 64 GiB: more than the largest number of parameters with two
/// moments and the best parameters for each.
pub(crate) const LARGEST: u64 = 64 << 30;

/// Advice for weights that another program trained.
const FOREIGN: &str = "`autoencoder import` makes a model of the weights of another program";

impl Loaded {
    /// What the columns of ids and of labels are called beside the codes of the model's data.
    pub(crate) fn names_beside(&self) -> [String; 2] {
        let about = &self.model.about;
        if let Some(schema) = about.schema.as_ref().filter(|schema| schema.is_named()) {
            let name = |place: Option<usize>, usual: &str| {
                place.map_or_else(|| usual.to_owned(), |place| schema.columns[place].name.clone())
            };
            return [name(schema.id(), "id"), name(schema.label(), "label")];
        }
        names_beside(about.columns.as_ref())
    }

    /// The file of a model that is given by that file or by the folder of its run.
    pub(crate) fn file(path: &Path) -> PathBuf {
        if path.is_dir() { path.join(files::MODEL) } else { path.to_owned() }
    }

    /// Reads a model file, or the model in the folder of a run.
    pub(crate) fn open(path: &Path, notes: Notes) -> Outcome<Self> {
        let checkpoint = path.join(files::CHECKPOINT);
        let path = Self::file(path);
        let hint = if checkpoint.is_file() && !path.exists() {
            &format!("the training is not over: {} has the model so far", checkpoint.display())
        } else {
            "expected a model file or a run's folder, as `autoencoder train` writes them"
        };
        let bytes = input::read(&path, LARGEST).map_err(|error| Failure::at(&path, error).advise(hint))?;
        let model = Model::from_bytes(&bytes).map_err(|error| {
            let hint = if matches!(error, FileError::Foreign) { FOREIGN } else { hint };
            Failure::at(&path, error).advise(hint)
        })?;
        let head = FileHead::of_file(&bytes).map_err(|error| Failure::at(&path, error))?;
        if head.checksums.is_none() {
            notes.say(format_args!(
                "{}: the file has no checksums, so damage cannot be noticed",
                path.display()
            ));
        }
        Ok(Self { model, path })
    }

    /// The model ready for use, with matrix products of the precision that was typed.
    pub(crate) fn inference(
        &self,
        Named(precision): Named<AskedPrecision>,
        notes: Notes,
    ) -> Outcome<Inference> {
        precision.announce(notes);
        Inference::new(&self.model).with_precision(precision.precision()).map_err(Failure::usage)
    }

    /// Reads samples: all of the split.
    pub(crate) fn read(&self, source: &Source, split: Split, notes: Notes) -> Outcome<Seen> {
        self.read_looking(source, split, |_| {}, notes)
    }

    /// Reads samples as [`Loaded::read`] does, and shows them before they are scaled.
    pub(crate) fn read_looking(
        &self,
        source: &Source,
        split: Split,
        look: impl FnOnce(&Data),
        notes: Notes,
    ) -> Outcome<Seen> {
        let data = source.read(split, None, notes)?;
        look(&data);
        let seen = self.see(data, notes)?;
        Ok(Seen { origin: source.part(split), ..seen })
    }

    /// Data as the model sees it. Data of another width, or images of another shape, are refused.
    pub(crate) fn see(&self, data: Data, notes: Notes) -> Outcome<Seen> {
        self.see_noting(data, notes, notes)
    }

    /// The same, where what is assumed of each row and what does not seem to fit the model in all rows together are noted apart.
    pub(crate) fn see_noting(&self, data: Data, notes: Notes, of_all: Notes) -> Outcome<Seen> {
        let about = &self.model.about;
        let is_table = self.model.architecture().specification().table.is_some();
        if is_table && !matches!(data.values, Values::Table(_)) {
            let numbers = numerals::numbers(&data.sample_shape);
            let what = format_args!(
                "expected a table of text with the columns of {}, found samples of {numbers}",
                self.path.display()
            );
            return Err(Failure::at(Path::new(&data.name), what)
                .advise("give a table with the same columns, such as a .csv file"));
        }
        let row_shape =
            if about.window.is_some() { vec![row_features(about)] } else { about.sample_shape.clone() };
        if !data.is_shaped(&row_shape, about.channels_first) {
            return Err(self.of_other_width(&data.name, &data.sample_shape));
        }
        if data.sample_shape.len() == 1 && about.channels_first {
            notes.say(format_args!(
                "{}: rows are read as images whose colours come one after the other, as in the data of {}",
                data.name,
                self.path.display()
            ));
        }
        let data = data.shaped_like(&row_shape, about.channels_first);
        told::of_known(&data, about, self.path.display(), of_all);
        let scaling = scaling_of_rows(about);
        let values =
            if is_table { data.values } else { holes::filled(&data.name, data.values, &scaling, notes)? };
        let path = Path::new(&data.name).to_owned();
        let failed = |error| Failure::at(&path, error);
        let samples = Samples::new(values, scaling).map_err(failed)?;
        // The pixels of an image are not in the order of columns that held its colours one after the other.
        let columns = data.columns.as_ref().filter(|_| !about.channels_first);
        range::tell(&data.name, &samples, columns, &self.path.display().to_string(), of_all);
        reach::tell(&data.name, &samples, self.model.architecture().specification(), of_all);
        let Data { labels, names, columns, name: origin, series, .. } = data;
        match series {
            None => {
                Ok(Seen { samples, labels, names, in_time: None, filled: BTreeSet::new(), columns, origin })
            }
            Some(series) => {
                let starts = series.starts(samples.len());
                let windows = samples.clone().windows(series.window, &series.breaks).map_err(failed)?;
                let windows = windows.with_unknown(series.filled.iter().copied());
                Ok(Seen {
                    samples: windows,
                    labels: labels.as_ref().map(|labels| series.labels(labels)),
                    names: names
                        .as_ref()
                        .map(|names| starts.iter().map(|&start| names[start].clone()).collect()),
                    in_time: Some(InTime {
                        rows: samples,
                        labels,
                        names,
                        starts,
                        length: series.window.rows.get(),
                    }),
                    filled: series.filled.into_iter().collect(),
                    columns,
                    origin,
                })
            }
        }
    }

    /// What the model knows of the data that it was trained on.
    pub(crate) fn known(&self) -> Known {
        Known::of(&self.model, self.path.display())
    }

    /// The plan of the run that made the model, as the configuration beside the model tells; `None` if there is no
    /// configuration.
    pub(crate) fn plan(&self) -> Outcome<Option<Plan>> {
        let path = self.path.with_file_name(files::CONFIG);
        if path.is_file() { Plan::new(&config::read(&path)?).map(Some) } else { Ok(None) }
    }

    /// The plan of the run that made the model. A model without its run is refused: its data is not known.
    pub(crate) fn plan_of_run(&self) -> Outcome<Plan> {
        self.plan()?.ok_or_else(|| {
            let what = format_args!(
                "no DATA was given, and there is no {} beside the model that tells what it was trained on",
                files::CONFIG
            );
            Failure::usage(format_args!("{}: {what}", self.path.display())).advise("give DATA")
        })
    }

    /// Advice where the data of the run cannot be read.
    pub(crate) fn without_data(&self) -> String {
        format!(
            "{} names this data; give the DATA to read",
            self.path.with_file_name(files::CONFIG).display()
        )
    }

    /// Reads the data of the run that made the model, with the scaling of the model.
    pub(crate) fn data_sets(&self, mut plan: Plan, notes: Notes) -> Outcome<DataSets> {
        // The scaling is the model's, whatever the configuration says it was fitted as.
        plan.scale = None;
        // What is to be said of the data was said when the model was trained.
        let data = DataSets::read(&mut plan, Some(&self.known()), Notes::new(true))?;
        let (expected, found) = (self.model.architecture().features(), data.train.samples.features());
        if expected != found {
            return Err(self.of_other_width(&data.name, &data.sample_shape));
        }
        if self.was_trained_on(&data) == Some(false) {
            notes.say(format_args!(
                "{}: this is not the data any more that {} was trained on, so that what was held out may be other samples",
                data.name,
                self.path.display()
            ));
        }
        Ok(data)
    }

    /// Whether the training samples are those that the checkpoint beside the model tells of, if one does.
    fn was_trained_on(&self, data: &DataSets) -> Option<bool> {
        let head = read_head(&self.path.with_file_name(files::CHECKPOINT)).ok()?;
        let known = head.progress?.data?;
        Some(known.training == data.train.samples.fingerprint())
    }

    /// The failure that data has samples of another shape than the model.
    fn of_other_width(&self, name: &str, found: &[usize]) -> Failure {
        let expected = &self.model.about.sample_shape;
        let what = format_args!(
            "expected samples of {} ({}) as {} was trained on, found {} ({})",
            numerals::counted(expected.iter().product(), "number"),
            numerals::shape(expected),
            self.path.display(),
            found.iter().product::<usize>(),
            numerals::shape(found)
        );
        Failure::at(Path::new(name), what)
    }

    /// Reads the samples that reconstructions are measured against: one for each of `inputs`.
    pub(crate) fn read_against(
        &self,
        source: &Source,
        split: Split,
        inputs: &Samples,
        notes: Notes,
    ) -> Outcome<Seen> {
        let seen = self.see(source.read(split, None, notes)?, notes)?;
        let (expected, found) = (inputs.len(), seen.samples.len());
        if found == expected {
            return Ok(seen);
        }
        let what = format_args!(
            "expected {}, one for each of DATA, found {}",
            numerals::counted(expected, "sample"),
            numerals::grouped(found)
        );
        Err(Failure::at(Path::new(&source.description()), what)
            .advise("give the samples that DATA was made from"))
    }

    /// Writes samples that the model made, in the units of its data; an IDX file of a model of bytes holds bytes. Rows of
    /// plain numbers hold the colours of an image in the order of the model's data, so that the model reads them again. A CSV file has
    /// the columns of words too.
    pub(crate) fn write(
        &self,
        path: &Path,
        format: Format,
        samples: Array2<f32>,
        beside: &Beside,
        notes: Notes,
    ) -> Outcome {
        self.write_with(path, format, samples, (beside, Decimals::All), notes)
    }

    /// Writes new samples, likewise: the numbers of a table's columns have as many decimals in a CSV file as those of the training.
    pub(crate) fn write_new(
        &self,
        path: &Path,
        format: Format,
        samples: Array2<f32>,
        notes: Notes,
    ) -> Outcome {
        self.write_with(path, format, samples, (&Beside::default(), Decimals::OfColumn), notes)
    }

    fn write_with(
        &self,
        path: &Path,
        format: Format,
        samples: Array2<f32>,
        (beside, decimals): (&Beside, Decimals),
        notes: Notes,
    ) -> Outcome {
        let about = &self.model.about;
        let features = samples.ncols();
        let shape = self.shape(features);
        let is_named = about.columns.as_ref().is_some_and(|columns| !columns.names.is_empty());
        let names = if is_named { by_column::names(about, features) } else { Vec::new() };
        let rows = Rows::Samples { shape: &shape, names: &names, beside };
        let order = |undone: Undone| {
            if about.channels_first && format == Format::Csv { undone.into_planes(&shape) } else { undone }
        };
        let shown = notes.working(format!("writing {}", path.display()));
        if let (Some(schema), Format::Csv) = (&about.schema, format) {
            expect_finite(&self.path, "sample", samples.view())?;
            let rows = TableRows::new(schema, &about.scaling).with(decimals);
            for (index, row) in samples.rows().into_iter().enumerate() {
                rows.expect_finite(&self.path, index, row)?;
            }
            let fields = rows.columns().into_iter().map(|column| {
                let text = samples.rows().into_iter().map(|row| rows.text(&column, row)).collect();
                (column.name, text)
            });
            let beside = Beside { columns: beside.columns.iter().cloned().chain(fields).collect() };
            let none = Array2::<f64>::zeros((samples.nrows(), 0));
            return output::write_matrix(path, format, none.view(), Rows::Codes(&beside), &shown);
        }
        match order(units::undo(&about.scaling, samples)) {
            Undone::Floats(samples) => {
                expect_finite(&self.path, "sample", samples.view())?;
                if format == Format::Idx && about.scaling == Scaling::Bytes {
                    output::write_bytes(path, format, samples.view(), &shape, &shown)
                } else {
                    output::write_matrix(path, format, samples.view(), rows, &shown)
                }
            }
            Undone::Doubles(samples) => {
                expect_finite(&self.path, "sample", samples.view())?;
                output::write_matrix(path, format, samples.view(), rows, &shown)
            }
        }
    }

    /// The shape of a sample of so many numbers: that of the model's, unless these are windows, of which a row can be a sample too.
    fn shape(&self, features: usize) -> Vec<usize> {
        let about = &self.model.about;
        if about.window.is_some() { vec![features] } else { about.sample_shape.clone() }
    }

    /// Samples of the model, of so many numbers, in words: `10 samples of 28x28 numbers`.
    pub(crate) fn of_shape(&self, count: usize, features: usize, format: Format) -> String {
        if let (Some(schema), Format::Csv) = (&self.model.about.schema, format) {
            let columns = TableRows::new(schema, &self.model.about.scaling).columns().len();
            return format!(
                "{} of {}",
                numerals::counted(count, "row"),
                numerals::counted(columns, "column")
            );
        }
        let numbers = numerals::numbers(&self.shape(features));
        format!("{} of {numbers}", numerals::counted(count, "sample"))
    }

    /// The file that the model was read from.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}
