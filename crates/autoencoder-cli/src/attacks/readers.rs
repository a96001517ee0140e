//! The readers, each from bytes to everything that the program makes of them.

use std::ops::ControlFlow;
use std::path::Path;

use autoencoder::{
    Architecture, FileHead, Inference, Model, Observer, Pretraining, Samples, Scaling, StepReport, Trainer,
    Values,
};
use autoencoder_convert::CompressedCodes;
use idx_format::View;
use ndarray::Array2;

use super::foreign::is_exported;
use super::promises::{is_one_line, is_plain_text, is_svg, is_whole, taken, with_file};
use super::seeds::rows_of;
use crate::arguments::Inspect;
use crate::commands;
use crate::config::{self, Plan, Settings};
use crate::data::{
    Archive, Data, Expected, Format, HeaderLine, ReadOptions, Source, Split, read_codes, table_header,
};
use crate::figures::Size;
use crate::output::{Rows, write_matrix};
use crate::run::expect_finite;
use crate::run::losses::{self, RunLosses};
use crate::run::metrics;
use crate::terminal::{Notes, Working};

const QUIET: Notes = Notes::new(true);

/// The number of steps that a resumed training makes.
const STEPS: usize = 3;

/// The number of samples that models are used and trained on.
const SAMPLES: usize = 8;

/// The largest number of numbers in a sample that is used or trained on: the files are small.
const MOST_FEATURES: usize = 1 << 16;

/// The largest number of arrays of a file that are read by their names.
const MOST_MEMBERS: usize = 8;

pub(super) fn idx(bytes: &[u8]) -> bool {
    let read = taken(idx_format::read(bytes));
    if !bytes.starts_with(&[0x1F, 0x8B]) {
        let view = taken(View::new(bytes));
        assert_eq!(read.is_some(), view.is_some(), "the reader and the view differ");
        if let (Some(read), Some(view)) = (&read, view) {
            // Bytes are compared, as NaN equals nothing.
            for array in [read, &view.to_array()] {
                let mut written = Vec::new();
                array.write_to(&mut written).expect("a Vec takes everything");
                assert!(written == bytes, "an array is not written as it was read");
            }
        }
    }
    if let Some(array) = &read {
        let mut written = Vec::new();
        array.write_to(&mut written).expect("a Vec takes everything");
        let again = idx_format::read(&written[..]).expect("what is written is read");
        assert_eq!(again.sizes(), array.sizes());
    }
    let data = with_file("a.idx", bytes, |path| samples(path, &ReadOptions::default()));
    assert!(data.is_none() || read.is_some(), "samples of an array that is refused");
    read.is_some()
}

pub(super) fn npy(bytes: &[u8]) -> bool {
    with_file("a.npy", bytes, |path| {
        let data = samples(path, &ReadOptions::default());
        let codes = taken(read_codes(path, ["id", "label"], &Working::UNSEEN));
        assert!(codes.is_none() || data.is_some(), "codes of an array that is no set of samples");
        if let Some(data) = &data {
            is_written_and_read(data, Format::Npy, &path.with_file_name("b.npy"));
        }
        describe(path);
        data.is_some()
    })
}

/// A file of several arrays, as it chooses by itself and by each of its names.
pub(super) fn arrays(name: &str, bytes: &[u8]) -> bool {
    with_file(name, bytes, |path| {
        let is_described = describe(path);
        let data = samples(path, &ReadOptions::default());
        assert!(is_described || data.is_none(), "samples of a file that is not described");
        let archive = taken(Archive::find(path)).flatten();
        for member in archive.iter().flat_map(Archive::members).take(MOST_MEMBERS) {
            let mut keyed = path.as_os_str().to_owned();
            keyed.push(":");
            keyed.push(&member.name);
            samples(Path::new(&keyed), &ReadOptions::default());
        }
        data.is_some()
    })
}

pub(super) fn csv(bytes: &[u8]) -> bool {
    with_file("a.csv", bytes, |path| {
        let data = samples(path, &ReadOptions::default());
        if let Some(data) = &data {
            is_written_and_read(data, Format::Csv, &path.with_file_name("b.csv"));
            is_read_by_its_schema(data, path);
        }
        let mut is_labelled = false;
        for label in ["0", "label"] {
            let options = ReadOptions { label_column: Some(label.to_owned()), ..ReadOptions::default() };
            if let Some(data) = samples(path, &options) {
                assert!(data.labels.is_some(), "a column of labels without labels");
                is_labelled = true;
            }
            taken(table_header(path, &options));
        }
        taken(read_codes(path, ["id", "label"], &Working::UNSEEN));
        describe(path);
        is_labelled || data.is_some()
    })
}

pub(super) fn picture(name: &str, bytes: &[u8]) -> bool {
    with_file(name, bytes, |path| {
        let folder = path.parent().expect("a file lies in a folder");
        describe(folder);
        let data = samples(folder, &ReadOptions::default());
        if let Some(data) = &data {
            assert!(!matches!(data.values, Values::Doubles(_)), "pixels have 8 or 16 bits");
            assert!([2, 3].contains(&data.sample_shape.len()), "a shape of {:?}", data.sample_shape);
        }
        data.is_some()
    })
}

pub(super) fn model(bytes: &[u8]) -> bool {
    let Some(model) = taken(Model::from_bytes(bytes)) else { return false };
    let written = model.to_bytes();
    assert!(Model::from_bytes(&written).is_ok_and(|again| again == model), "what is written is read");
    is_exported(&model);
    if let Some(samples) = ramp(&model) {
        let inference = Inference::new(&model);
        if let Some(reconstructed) = taken(inference.reconstruct(&samples)) {
            assert_eq!(reconstructed.dim(), (samples.len(), samples.features()));
            with_file("a.npy", b"", |path| {
                // Weights may be so large that results are not finite: commands refuse to write such results.
                let shape = Rows::of_shape(&model.about.sample_shape);
                let finite = taken(expect_finite(path, "sample", reconstructed.view())).is_some();
                let write = || write_matrix(path, Format::Npy, reconstructed.view(), shape, &Working::UNSEEN);
                if finite && taken(write()).is_some() {
                    read_codes_or_samples(path);
                }
            });
        }
        taken(inference.encode(&samples));
        taken(inference.evaluate(&samples));
        if model.scorer.is_some() {
            taken(model.scores(&samples));
        }
        if let Some(sampler) = &model.sampler {
            assert_eq!(inference.generate(sampler, 0..3, 1.0, 0).dim(), (3, samples.features()));
        }
    }
    true
}

/// A file that the program wrote is a file that the program reads.
fn read_codes_or_samples(path: &Path) {
    let read = samples(path, &ReadOptions::default());
    assert!(read.is_some(), "a file of results is written and then refused");
}

pub(super) fn checkpoint(bytes: &[u8]) -> bool {
    let head = taken(head_of(bytes));
    let done = head.as_ref().and_then(|head| head.about.training.as_ref()).map_or(0, |done| done.epochs);
    if let Some(mut trainer) = taken(Trainer::resume(bytes, done.saturating_add(1))) {
        let Some(samples) = ramp(&trainer.model()) else { return true };
        let trained = trainer.observe(&mut StopAfter(STEPS)).fit(&samples);
        if taken(trained).is_some() {
            let epochs = trainer.options().epochs;
            taken(Trainer::resume(&trainer.checkpoint(), epochs)).expect("what is written is read");
        }
        return true;
    }
    if let Some(mut pretraining) = taken(Pretraining::resume(bytes)) {
        let Some(samples) = ramp(&pretraining.model()) else { return true };
        if !pretraining.is_finished()
            && taken(pretraining.train_layer(&samples, &mut StopAfter(STEPS))).is_some()
            && !pretraining.is_finished()
        {
            taken(Pretraining::resume(&pretraining.checkpoint())).expect("what is written is read");
        }
        return true;
    }
    false
}

pub(super) fn head(bytes: &[u8]) -> bool {
    let model = Model::from_bytes(bytes).is_ok();
    with_file("model.safetensors", bytes, |path| {
        let described = describe(path);
        assert!(described || !model, "a model that is read and not described");
        described
    })
}

pub(super) fn metrics(bytes: &[u8]) -> bool {
    let Some(records) = with_file("metrics.csv", bytes, |path| taken(metrics::read(path))) else {
        return false;
    };
    // The name of a run is the name of its folder, which is anything.
    let name: String = String::from_utf8_lossy(bytes).chars().take(24).collect();
    let run = RunLosses { name: &name, records: &records, loss: None, is_table: false };
    let baselines = [("mean sample".to_owned(), 0.1)];
    is_svg(&losses::figure(&name, &[run], &baselines, (true, Size::Wide)));
    is_svg(&losses::figure(
        "two",
        &[run, RunLosses { name: "other", ..run }],
        &baselines,
        (true, Size::Wide),
    ));
    // Pixels take long to draw.
    if bytes.len().is_multiple_of(64) {
        assert!(losses::figure(&name, &[run], &baselines, (false, Size::Wide)).starts_with(b"\x89PNG"));
    }
    true
}

pub(super) fn config(bytes: &[u8]) -> bool {
    with_file("config.toml", bytes, |path| {
        let Some(settings) = taken(config::read(path)) else { return false };
        let text = |settings| config::text(settings).expect("settings that were read are written");
        let (first, written) = (path.with_file_name("1.toml"), text(&settings));
        std::fs::write(&first, &written).expect("a file of its own");
        let again = config::read(&first).expect("what is written is read");
        // Texts are compared, as NaN equals nothing.
        assert!(written == text(&again), "settings change when they are written and read");
        plan(&settings);
        true
    })
}

pub(super) fn grid(bytes: &[u8]) -> bool {
    with_file("grid.toml", bytes, |path| {
        let Some(combinations) = taken(config::combinations(path)) else { return false };
        assert!(!combinations.is_empty(), "a sweep of nothing");
        assert!(combinations.iter().all(|one| one.varied.len() == combinations[0].varied.len()));
        for one in [combinations.first(), combinations.last()].into_iter().flatten() {
            plan(&one.settings);
        }
        true
    })
}

/// Checks settings into a plan, and the plan's model for samples of MNIST's size.
fn plan(settings: &Settings) {
    if let Some(plan) = taken(Plan::new(settings)) {
        taken(Architecture::new(plan.specification(784)));
    }
}

/// Reads all samples at a path, and the first one alone, which is the same.
fn samples(path: &Path, options: &ReadOptions) -> Option<Data> {
    let source = taken(Source::resolve(path.to_str(), options))?;
    let data = taken(source.read(Split::Train, None, QUIET))?;
    is_whole(&data);
    let first = source.read(Split::Train, Some(1), QUIET).unwrap_or_else(|failure| {
        is_one_line(&failure);
        panic!("all samples are read, but the first alone is refused: {failure}")
    });
    is_whole(&first);
    if let Values::Table(_) = data.values {
        // One row has few words, and perhaps no hole.
        assert_eq!(first.values.dim().0, 1);
        return Some(data);
    }
    assert_eq!(first.values.dim(), (1, data.values.dim().1));
    match (&first.values, &data.values) {
        (Values::Bytes(first), Values::Bytes(all)) => assert_eq!(first.row(0), all.row(0)),
        (Values::Floats(first), Values::Floats(all)) => assert_eq!(first.row(0), all.row(0)),
        (Values::Doubles(first), Values::Doubles(all)) => assert_eq!(first.row(0), all.row(0)),
        _ => panic!("the first sample is of another kind than all samples"),
    }
    Some(data)
}

/// Writes samples as numbers and reads them again.
fn is_written_and_read(data: &Data, format: Format, path: &Path) {
    let numbers = match &data.values {
        Values::Bytes(bytes) => bytes.mapv(f64::from),
        Values::Floats(floats) => floats.mapv(f64::from),
        Values::Doubles(doubles) => doubles.clone(),
        Values::Table(_) => return,
    };
    let shape = Rows::of_shape(&data.sample_shape);
    write_matrix(path, format, numbers.view(), shape, &Working::UNSEEN).expect("samples are written");
    // Without names, the first line of a table is a sample.
    let options = match format {
        Format::Csv => ReadOptions { header: HeaderLine::No, ..ReadOptions::default() },
        Format::Npy | Format::Jsonl | Format::Idx | Format::Png | Format::Svg | Format::Html => {
            ReadOptions::default()
        }
    };
    let source = Source::resolve(path.to_str(), &options).expect("what is written is read");
    let again = source.read(Split::Train, None, QUIET).expect("what is written is read");
    assert_eq!(again.values, Values::Doubles(numbers), "samples change when they are written and read");
}

/// Reads a table again as a model does that knows its columns: nothing changes.
fn is_read_by_its_schema(data: &Data, path: &Path) {
    let (Values::Table(_), Some(schema)) = (&data.values, &data.schema) else { return };
    // Two columns with the same name cannot be told apart.
    let names: std::collections::HashSet<&str> = schema.columns.iter().map(|column| &*column.name).collect();
    if names.len() < schema.columns.len() {
        return;
    }
    let expected = Some(Expected::of_schema(schema.clone(), "the schema"));
    let options = ReadOptions { expected, ..ReadOptions::default() };
    let source = Source::resolve(path.to_str(), &options).expect("what was read is there");
    let again = source.read(Split::Train, None, QUIET).expect("what was read is read by its schema");
    assert_eq!(again.values, data.values, "rows change when they are read by their schema");
}

/// Describes what lies at a path as `inspect` does, in text and in JSON; returns whether there is a description.
fn describe(path: &Path) -> bool {
    let [text, json] = [false, true].map(|json| {
        let mut out = Vec::new();
        let typed = Inspect { file: path.to_owned(), json, ..Inspect::default() };
        taken(commands::inspect::run(&typed, QUIET, &mut out)).map(|()| out)
    });
    assert_eq!(text.is_some(), json.is_some(), "a description in one form only");
    let (Some(text), Some(json)) = (text, json) else { return false };
    is_plain_text(std::str::from_utf8(&text).expect("text is UTF-8"));
    let object: serde_json::Value = serde_json::from_slice(&json).expect("JSON");
    assert!(object.get("kind").is_some(), "a description without a kind");
    true
}

fn head_of(bytes: &[u8]) -> Result<FileHead, autoencoder::FileError> {
    let (first, rest) = bytes.split_first_chunk().unwrap_or((&[0xFF; 8], &[]));
    let length = usize::try_from(FileHead::length(*first)?).unwrap_or(usize::MAX);
    FileHead::parse(&rest[..length.min(rest.len())])
}

/// Steps from 0 to 1, in tenths.
const RAMP: [u8; 11] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

/// Samples that rise from 0 to 1, as the model takes them.
fn ramp(model: &Model) -> Option<Samples> {
    let features = model.architecture().features();
    if features > MOST_FEATURES {
        return None;
    }
    let step = |(row, column): (usize, usize)| RAMP[(row * 7 + column) % 11];
    let shape = (SAMPLES, features);
    let floats = || Values::Floats(Array2::from_shape_fn(shape, |place| f32::from(step(place)) / 10.0));
    taken(model.samples(match (&model.architecture().specification().table, &model.about.scaling) {
        (Some(table), _) => rows_of(table, SAMPLES),
        (None, Scaling::Bytes) => Values::Bytes(Array2::from_shape_fn(shape, |place| step(place) * 25)),
        (
            None,
            Scaling::None | Scaling::MinMax { .. } | Scaling::Standard { .. } | Scaling::Columns { .. },
        ) => floats(),
    }))
}

/// An observer that ends a training after this many steps.
struct StopAfter(usize);

impl Observer for StopAfter {
    fn step_done(&mut self, _: &StepReport, _: &Trainer) -> ControlFlow<()> {
        self.0 = self.0.saturating_sub(1);
        if self.0 == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

/// Compressed codes: what is read is written and read again as it was, and all numbers are finite.
pub(super) fn compressed(bytes: &[u8]) -> bool {
    let Some(compressed) = taken(CompressedCodes::from_bytes(bytes)) else { return false };
    assert!(compressed.codes().iter().all(|number| number.is_finite()), "a number is not finite");
    let again = CompressedCodes::from_bytes(&compressed.to_bytes());
    assert_eq!(again.as_ref(), Ok(&compressed), "what was read is written as something else");
    true
}
