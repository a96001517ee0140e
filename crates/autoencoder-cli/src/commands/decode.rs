//! `autoencoder decode`: samples decoded from codes, as a file or a figure.

use std::path::Path;

use autoencoder::{Inference, Purpose, Stream};
use ndarray::{Array2, Axis, Slice};

use super::typed_data;
use crate::arguments::Decode;
use crate::data::{self, Format, ReadCodes};
use crate::failure::{Failure, Outcome};
use crate::figures::samples_png;
use crate::output::{self, Beside};
use crate::run::{Loaded, comparison, expect_finite};
use crate::terminal::{Notes, numerals};

/// The number of samples that a figure shows.
pub(super) const SHOWN: usize = 10;

pub(crate) fn run(typed: &Decode, notes: Notes) -> Outcome {
    let format = format_of(&typed.out)?;
    typed_data::refuse_model(&typed.model, &typed.out)?;
    if let Some(codes) = &typed.codes {
        output::refuse_input(&typed.out, codes)?;
    }
    output::probe(&typed.out)?;
    let loaded = Loaded::open(&typed.model, notes)?;
    let inference = loaded.inference(typed.products.precision, notes)?;
    let codes = match (&typed.codes, typed.random) {
        (Some(path), _) => read_codes(path, &loaded, notes)?,
        (None, count) => Codes {
            codes: random_codes(count.unwrap_or(1), typed.seed.unwrap_or(0), &loaded)?,
            beside: Beside::default(),
        },
    };
    let origin = match &typed.codes {
        Some(path) => format!("decoded from {}", path.display()),
        None => format!("decoded from random codes, seed {}", typed.seed.unwrap_or(0)),
    };
    let shown = typed.count.or(typed.random).unwrap_or(SHOWN);
    Decoding { loaded: &loaded, inference: &inference, origin: &origin }
        .write(&typed.out, format, codes, shown, notes)
}

/// The format that the name of an output asks for.
pub(super) fn format_of(out: &Path) -> Outcome<Format> {
    Format::of(out, &[Format::Npy, Format::Csv, Format::Idx, Format::Png])
}

/// Codes, and what a table has beside them.
pub(super) struct Codes {
    pub(super) codes: Array2<f32>,
    pub(super) beside: Beside,
}

/// A model that decodes codes, and where these come from.
pub(super) struct Decoding<'a> {
    pub(super) loaded: &'a Loaded,
    pub(super) inference: &'a Inference,
    pub(super) origin: &'a str,
}

impl Decoding<'_> {
    /// Writes the samples that are decoded from codes; a figure shows the first of them.
    pub(super) fn write(
        self,
        out: &Path,
        format: Format,
        Codes { mut codes, beside }: Codes,
        shown: usize,
        notes: Notes,
    ) -> Outcome {
        let Self { loaded, inference, origin } = self;
        let count = codes.nrows();
        if format != Format::Png {
            let decoded = inference.decode(codes.view())?;
            let shape = loaded.of_shape(count, decoded.ncols(), format);
            loaded.write(out, format, decoded, &beside, notes)?;
            notes.wrote(out, format_args!("{shape} ({origin})"));
            return Ok(());
        }
        let Some(shape) = comparison::image_shape(&loaded.model.about.sample_shape) else {
            let what = format_args!("the samples of {} are not images", loaded.path().display());
            return Err(Failure::usage(what).advise("write them as .npy, .csv or .idx"));
        };
        let shown = shown.min(count);
        codes.slice_axis_inplace(Axis(0), Slice::from(..shown));
        let decoded = inference.decode(codes.view())?;
        expect_finite(loaded.path(), "sample", decoded.view())?;
        let decoded = comparison::shades(&loaded.model.about.scaling, vec![decoded]);
        output::write_file(out, &samples_png(decoded[0].view(), shape))?;
        let (shown, samples) = (numerals::grouped(shown), numerals::counted(count, "sample"));
        notes.wrote(out, format_args!("{shown} of {samples} ({origin})"));
        Ok(())
    }
}

fn read_codes(path: &Path, loaded: &Loaded, notes: Notes) -> Outcome<Codes> {
    let shown = notes.working(format!("reading {}", path.display()));
    let [id, label] = loaded.names_beside();
    let ReadCodes { codes, words, left_out } = data::read_codes(path, [&id, &label], &shown)?;
    drop(shown);
    let expected = loaded.model.architecture().code();
    if codes.ncols() == expected {
        if !left_out.is_empty() {
            notes.say(format_args!(
                "{}: left out, as they are neither codes nor {id} nor {label}: {}",
                path.display(),
                left_out.join(", ")
            ));
        }
        return Ok(Codes { codes, beside: Beside { columns: words } });
    }
    let (numbers, model) = (numerals::counted(expected, "number"), loaded.path().display());
    let what = format_args!("expected codes of {numbers} as {model} makes them, found {}", codes.ncols());
    Err(Failure::at(path, what))
}

/// Standard normal codes, for a model whose codes are trained to be standard normal; code i is a function of `(seed,
/// i)`.
fn random_codes(count: usize, seed: u64, loaded: &Loaded) -> Outcome<Array2<f32>> {
    let architecture = loaded.model.architecture();
    if !architecture.specification().is_variational() {
        let what = "--random needs a variational model: the distribution of this model's codes is not known";
        let failure = Failure::at(loaded.path(), what);
        return Err(failure.advise("train with --preset vae, or decode codes that `encode` wrote"));
    }
    let numbers = count.saturating_mul(architecture.code());
    let mut zeros = Vec::new();
    zeros.try_reserve_exact(numbers).map_err(|_| {
        Failure::new(format_args!("not enough memory for {numbers} numbers of random codes"))
            .advise("ask for fewer with --random")
    })?;
    zeros.resize(numbers, 0.0);
    let mut codes = Array2::from_shape_vec((count, architecture.code()), zeros).map_err(Failure::new)?;
    for (index, mut code) in codes.rows_mut().into_iter().enumerate() {
        let mut stream = Stream::new(seed, Purpose::Generation, [index as u64, 0]);
        code.iter_mut().for_each(|number| *number = stream.normal());
    }
    Ok(codes)
}
