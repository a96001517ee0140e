//! A model, or a part of it, as ONNX.

use autoencoder_convert::{ExportError, OnnxFile, OnnxPart, to_onnx};

use super::scored;
use crate::arguments::{Export, ExportPart};
use crate::config::Named;
use crate::failure::{Failure, Outcome};
use crate::output;
use crate::run::Loaded;
use crate::terminal::{Notes, numerals};

pub(super) fn write(typed: &Export, notes: Notes) -> Outcome {
    let Named(part) = typed.part;
    let (loaded, file) = match part {
        ExportPart::Score => scores(typed, notes)?,
        ExportPart::Model => whole(typed, OnnxPart::Model, notes)?,
        ExportPart::Encoder => whole(typed, OnnxPart::Encoder, notes)?,
        ExportPart::Decoder => whole(typed, OnnxPart::Decoder, notes)?,
    };
    let OnnxFile { bytes, inputs, outputs, .. } = file.map_err(|error| Failure::at(loaded.path(), error))?;
    output::write_file(&typed.out, &bytes)?;
    notes.wrote(
        &typed.out,
        format_args!(
            "{} to {}, in {} bytes",
            inputs.join(", "),
            outputs.join(", "),
            numerals::grouped(bytes.len())
        ),
    );
    Ok(())
}

fn whole(
    typed: &Export,
    part: OnnxPart<'_>,
    notes: Notes,
) -> Outcome<(Loaded, Result<OnnxFile, ExportError>)> {
    let loaded = Loaded::open(&typed.model, notes)?;
    let file = to_onnx(&loaded.model, part);
    Ok((loaded, file))
}

fn scores(typed: &Export, notes: Notes) -> Outcome<(Loaded, Result<OnnxFile, ExportError>)> {
    let (model, threshold) = scored::open(typed, notes)?;
    let file = to_onnx(&model.loaded.model, OnnxPart::Score { scorer: &model.scorer, threshold });
    Ok((model.loaded, file))
}
