//! `autoencoder export`: a model as a file of other programs.

mod npz;
mod onnx;
mod projector;
mod scored;
mod source;

use std::path::Path;

use autoencoder::Choice;
use autoencoder_convert::Weights;

use super::typed_data;
use crate::arguments::{Export, ExportFormat, ExportPart};
use crate::config::Named;
use crate::failure::{Failure, Outcome};
use crate::output;
use crate::terminal::Notes;

pub(crate) fn run(typed: &Export, notes: Notes) -> Outcome {
    let format = format_of(typed)?;
    check(typed, format)?;
    typed_data::refuse_model(&typed.model, &typed.out)?;
    match format {
        ExportFormat::Onnx => {
            output::probe(&typed.out)?;
            onnx::write(typed, notes)
        }
        ExportFormat::Npz => npz::write(typed, notes),
        ExportFormat::C => source::write_c(typed, notes),
        ExportFormat::Rust => source::write_rust(typed, notes),
        ExportFormat::TensorboardProjector => projector::write(typed, notes),
    }
}

/// Refuses options that belong to other formats.
fn check(typed: &Export, format: ExportFormat) -> Outcome {
    let has_parts = format == ExportFormat::Onnx;
    let is_source = matches!(format, ExportFormat::C | ExportFormat::Rust);
    if typed.part != Named(ExportPart::Model) && !has_parts {
        return Err(Failure::usage(format_args!("--part belongs to onnx: {} has all parts", format.name()))
            .advise("leave --part out"));
    }
    let asks_for_scores = typed.kind.is_some() || typed.quantile.is_some() || typed.threshold.is_some();
    if asks_for_scores && typed.part != Named(ExportPart::Score) && !is_source {
        return Err(Failure::usage("--kind, --quantile and --threshold belong to --part score, c and rust")
            .advise("leave them out, or add --part score"));
    }
    if typed.weights.is_some() && !is_source {
        return Err(
            Failure::usage("--weights belongs to the formats c and rust").advise("leave --weights out")
        );
    }
    let uses_data =
        format == ExportFormat::TensorboardProjector || typed.weights == Some(Named(Weights::Int8));
    if typed.samples.data.is_some() && !uses_data {
        return Err(Failure::usage("DATA belongs to --weights int8 and to tensorboard-projector")
            .advise("leave DATA out"));
    }
    Ok(())
}

/// The format that was typed, or else that of the file's name.
fn format_of(typed: &Export) -> Outcome<ExportFormat> {
    match typed.format {
        Some(Named(format)) => Ok(format),
        None => format_of_name(&typed.out),
    }
}

fn format_of_name(out: &Path) -> Outcome<ExportFormat> {
    let extension = out.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    let asks = |format: &ExportFormat| {
        format.extensions().iter().any(|ending| extension.eq_ignore_ascii_case(ending))
    };
    ExportFormat::ALL.iter().copied().find(asks).ok_or_else(|| {
        let endings: Vec<String> = ExportFormat::ALL
            .iter()
            .flat_map(|format| format.extensions())
            .map(|ending| format!(".{ending}"))
            .collect();
        Failure::usage(format_args!("{}: expected a name that ends in {}", out.display(), endings.join(", ")))
            .advise("say the format with --format")
    })
}
