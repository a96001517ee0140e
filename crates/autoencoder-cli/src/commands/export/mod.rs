//! `autoencoder export`: a model as a file of other programs.

mod onnx;

use std::path::Path;

use autoencoder::Choice;

use super::typed_data;
use crate::arguments::{Export, ExportFormat, ExportPart};
use crate::config::Named;
use crate::failure::{Failure, Outcome};
use crate::output;
use crate::terminal::Notes;

pub(crate) fn run(typed: &Export, notes: Notes) -> Outcome {
    let format = format_of(typed)?;
    let asks_for_scores = typed.kind.is_some() || typed.quantile.is_some() || typed.threshold.is_some();
    if asks_for_scores && typed.part != Named(ExportPart::Score) {
        return Err(Failure::usage("--kind, --quantile and --threshold belong to --part score")
            .advise("leave them out, or add --part score"));
    }
    typed_data::refuse_model(&typed.model, &typed.out)?;
    output::probe(&typed.out)?;
    match format {
        ExportFormat::Onnx => onnx::write(typed, notes),
    }
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
