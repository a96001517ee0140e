//! A model read from its file, and the data that it is used on.

use std::path::{Path, PathBuf};

use autoencoder::{FileHead, Inference, Model, Samples, Scaling, Values};
use ndarray::Array2;

use super::files;
use super::finite::expect_finite;
use super::units::{self, Undone};
use crate::config::{AskedPrecision, Named};
use crate::data::{Data, Format, Labels, Source, Split};
use crate::failure::{Failure, Outcome};
use crate::input;
use crate::output;
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

/// Data as a model sees it.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) samples: Samples,
    pub(crate) labels: Option<Labels>,
    /// The data that the samples come from and the part of it, for messages.
    pub(crate) origin: String,
}

impl Loaded {
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
        let model = Model::from_bytes(&bytes).map_err(|error| Failure::at(&path, error).advise(hint))?;
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
        let seen = self.see(source.read(split, None, notes)?, notes)?;
        Ok(Seen { origin: source.part(split), ..seen })
    }

    /// Data as the model sees it. Data of another width, or images of another shape, are refused.
    pub(crate) fn see(&self, data: Data, notes: Notes) -> Outcome<Seen> {
        let about = &self.model.about;
        let (expected, found) = (self.model.architecture().features(), data.values.dim().1);
        if !data.is_shaped(&about.sample_shape) {
            let what = format_args!(
                "expected samples of {} ({}) as {} was trained on, found {found} ({})",
                numerals::counted(expected, "number"),
                numerals::shape(&about.sample_shape),
                self.path.display(),
                numerals::shape(&data.sample_shape)
            );
            return Err(Failure::at(Path::new(&data.name), what));
        }
        if data.sample_shape.len() == 1 && about.channels_first {
            notes.say(format_args!(
                "{}: rows are read as images whose colours come one after the other, as in the data of {}",
                data.name,
                self.path.display()
            ));
        }
        let data = data.shaped_like(&about.sample_shape, about.channels_first);
        let within_one = match &data.values {
            Values::Bytes(_) => false,
            Values::Floats(floats) => floats.iter().all(|value| (0.0..=1.0).contains(value)),
            Values::Doubles(doubles) => doubles.iter().all(|value| (0.0..=1.0).contains(value)),
        };
        if about.scaling == Scaling::Bytes && within_one {
            notes.say(format_args!(
                "{}: all values lie within 0 and 1, but the model was trained on 0 to 255 and divides by 255",
                data.name
            ));
        }
        let samples = Samples::new(data.values, about.scaling.clone());
        let samples = samples.map_err(|error| Failure::at(Path::new(&data.name), error))?;
        Ok(Seen { samples, labels: data.labels, origin: data.name })
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
    /// plain numbers hold the colours of an image in the order of the model's data, so that the model reads them again.
    pub(crate) fn write(&self, path: &Path, format: Format, samples: Array2<f32>, notes: Notes) -> Outcome {
        let about = &self.model.about;
        let shape = about.sample_shape.as_slice();
        let order = |undone: Undone| {
            if about.channels_first && format == Format::Csv { undone.into_planes(shape) } else { undone }
        };
        let shown = notes.working(format!("writing {}", path.display()));
        match order(units::undo(&about.scaling, samples)) {
            Undone::Floats(samples) => {
                expect_finite(&self.path, "sample", samples.view())?;
                if format == Format::Idx && about.scaling == Scaling::Bytes {
                    output::write_bytes(path, format, samples.view(), shape, &shown)
                } else {
                    output::write_matrix(path, format, samples.view(), Some(shape), &shown)
                }
            }
            Undone::Doubles(samples) => {
                expect_finite(&self.path, "sample", samples.view())?;
                output::write_matrix(path, format, samples.view(), Some(shape), &shown)
            }
        }
    }

    /// Samples of the model in words: `10 samples of 28x28 numbers`.
    pub(crate) fn of_shape(&self, count: usize) -> String {
        let numbers = numerals::numbers(&self.model.about.sample_shape);
        format!("{} of {numbers}", numerals::counted(count, "sample"))
    }

    /// The file that the model was read from.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}
