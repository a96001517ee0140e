//! A model, or a part of it, as ONNX.

use autoencoder::Precision;
use autoencoder_convert::{ExportError, OnnxFile, OnnxPart, to_onnx};

use crate::arguments::{Export, ExportPart, Products, TypedScoring};
use crate::commands::scoring::{ScoringModel, Threshold};
use crate::config::{AskedPrecision, Named};
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

/// The scores of a model, with the threshold that was typed, or else that of usual samples.
fn scores(typed: &Export, notes: Notes) -> Outcome<(Loaded, Result<OnnxFile, ExportError>)> {
    let scoring = TypedScoring {
        kind: typed.kind,
        quantile: typed.quantile,
        contamination: None,
        threshold: typed.threshold,
    };
    let products = Products { precision: Named(AskedPrecision::Named(Precision::F32)) };
    let model = ScoringModel::open(&typed.model, &scoring, &products, notes)?;
    let thresholds = model.scorer.thresholds();
    let threshold = Threshold::of(&scoring, thresholds, &[]);
    threshold.tell(thresholds, notes);
    let part = OnnxPart::Score { scorer: &model.scorer, threshold: threshold.score };
    let file = to_onnx(&model.loaded.model, part);
    if file.is_ok() {
        notes.say(format_args!("threshold: {}", numerals::short(threshold.score)));
    }
    Ok((model.loaded, file))
}
