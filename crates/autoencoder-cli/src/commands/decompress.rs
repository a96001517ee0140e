//! `autoencoder decompress`: the samples that a model decodes from compressed codes.

use autoencoder_convert::CompressedCodes;

use super::decode::{self, Codes, Decoding};
use super::typed_data;
use crate::arguments::Decompress;
use crate::data::Format;
use crate::failure::{Failure, Outcome};
use crate::input;
use crate::output::{self, Beside, Rows};
use crate::run::{LARGEST, Loaded};
use crate::terminal::{Notes, numerals};

pub(crate) fn run(typed: &Decompress, notes: Notes) -> Outcome {
    let format = decode::format_of(&typed.out)?;
    let codes_format =
        typed.codes.as_ref().map(|path| Format::of(path, &[Format::Npy, Format::Csv])).transpose()?;
    for out in [Some(&typed.out), typed.codes.as_ref()].into_iter().flatten() {
        typed_data::refuse_model(&typed.model, out)?;
        output::refuse_input(out, &typed.compressed)?;
        output::probe(out)?;
    }
    if typed.codes.as_ref() == Some(&typed.out) {
        return Err(
            Failure::usage("--codes and --out name the same file").advise("give --codes another name")
        );
    }
    let loaded = Loaded::open(&typed.model, notes)?;
    let inference = loaded.inference(typed.products.precision, notes)?;
    let path = &typed.compressed;
    let bytes = input::read(path, LARGEST).map_err(|error| Failure::at(path, error))?;
    let compressed = CompressedCodes::from_bytes(&bytes).map_err(|error| {
        Failure::at(path, error).advise("compress the samples again, or copy the file again")
    })?;
    compressed.check_model(loaded.model.digest()).map_err(|error| {
        Failure::at(path, error).advise("give the model that the samples were compressed with")
    })?;
    let codes = compressed.codes();
    let expected = loaded.model.architecture().code();
    if codes.ncols() != expected {
        let numbers = numerals::counted(expected, "number");
        return Err(Failure::at(path, format_args!("expected codes of {numbers}, found {}", codes.ncols())));
    }
    let columns = compressed.columns.iter();
    let columns =
        columns.map(|column| (column.name().to_owned(), column.texts().map(str::to_owned).collect()));
    let beside = Beside { columns: columns.collect() };
    if let (Some(out), Some(format)) = (&typed.codes, codes_format) {
        let shown = notes.working(format!("writing {}", out.display()));
        output::write_matrix(out, format, codes.view(), Rows::Codes(&beside), &shown)?;
        drop(shown);
        notes.wrote(out, numerals::counted(codes.nrows(), "code"));
    }
    let shown = typed.count.unwrap_or(decode::SHOWN);
    let origin = format!("decompressed from {}", path.display());
    Decoding { loaded: &loaded, inference: &inference, origin: &origin }.write(
        &typed.out,
        format,
        Codes { codes, beside },
        shown,
        notes,
    )
}
