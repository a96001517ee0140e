//! The readers of models of other programs, and the writer of ONNX.

use autoencoder::{Activation, Model};
use autoencoder_convert::{ImportOptions, Imported, OnnxPart, import_onnx, import_safetensors, to_onnx};

use super::promises::{is_one_line, taken};

/// Weights in safetensors, whose activations are given.
pub(super) fn weights(bytes: &[u8]) -> bool {
    let mut options = ImportOptions::default();
    options.activation = Some(Activation::Tanh);
    taken(import_safetensors(bytes, &options)).is_some_and(|imported| is_model(&imported))
}

/// A graph of ONNX.
pub(super) fn onnx(bytes: &[u8]) -> bool {
    taken(import_onnx(bytes, &ImportOptions::default())).is_some_and(|imported| is_model(&imported))
}

/// What was read is a model that is written and read again, as a model file and as ONNX.
fn is_model(imported: &Imported) -> bool {
    imported.notes.iter().for_each(|note| is_one_line(note));
    let model = &imported.model;
    assert!(
        Model::from_bytes(&model.to_bytes()).is_ok_and(|again| again == *model),
        "what is written is read"
    );
    is_exported(model);
    true
}

/// A model is written as ONNX, whole and with its scores, or refused.
pub(super) fn is_exported(model: &Model) {
    if let Some(file) = taken(to_onnx(model, OnnxPart::Model)) {
        let again = import_onnx(&file.bytes, &ImportOptions::default());
        assert!(again.is_ok_and(|again| again.model == model.folded()), "what is exported is imported");
    }
    if let Some(scorer) = &model.scorer {
        taken(to_onnx(model, OnnxPart::Score { scorer, threshold: scorer.thresholds().quantile(0.99) }));
    }
}
