//! What a file says of itself: the part, the columns with their words, the threshold, and the description by which
//! a whole model is read back.

use autoencoder::{Choice, Model, OTHER};
use safetensors::SafeTensors;
use serde_json::{Value, json};

use super::messages::StringStringEntryProto;
use super::part::OnnxPart;

/// The key of the description of a whole model: that which model files have, without checksums.
pub(crate) const DESCRIPTION: &str = "autoencoder";

/// The key of the part that a file holds.
pub(crate) const PART: &str = "autoencoder.part";

/// The metadata of a file; the same for the same model.
pub(super) fn of(model: &Model, part: OnnxPart<'_>) -> Vec<StringStringEntryProto> {
    let entry = |key: &str, value: String| StringStringEntryProto { key: key.to_owned(), value };
    let mut entries = vec![entry(PART, part.name().to_owned())];
    let about = &model.about;
    if let Some(schema) = &about.schema {
        let names = schema.feature_names();
        let numbers = &names[..schema.numbers().count()];
        entries.push(entry("autoencoder.numbers", json!(numbers).to_string()));
        let words: Vec<Value> = schema
            .words()
            .map(|(place, words)| {
                let all: Vec<&str> = words.iter().map(String::as_str).chain([OTHER]).collect();
                json!({"column": schema.columns[place].name, "words": all})
            })
            .collect();
        entries.push(entry("autoencoder.words", json!(words).to_string()));
    } else if let Some(columns) = about.columns.as_ref().filter(|columns| !columns.names.is_empty()) {
        entries.push(entry("autoencoder.numbers", json!(columns.names).to_string()));
    }
    if let Some(window) = about.window {
        entries.push(entry("autoencoder.rows_of_a_window", window.rows.to_string()));
    }
    match part {
        OnnxPart::Score { scorer, threshold } => {
            let scores = json!({"kind": scorer.kind().name(), "threshold": threshold});
            entries.push(entry("autoencoder.scores", scores.to_string()));
        }
        OnnxPart::Model => entries.push(entry(DESCRIPTION, description(model))),
        OnnxPart::Encoder | OnnxPart::Decoder => {}
    }
    entries
}

/// The description that the model's own file has. Checksums are left out: an ONNX file has none for its numbers, which another program
/// may have trained on.
fn description(model: &Model) -> String {
    let bytes = model.folded().to_bytes();
    let (_, metadata) = SafeTensors::read_metadata(&bytes).expect("a model's file is safetensors");
    let text = metadata.metadata().as_ref().and_then(|keys| keys.get(DESCRIPTION));
    let mut description: Value = text
        .and_then(|text| serde_json::from_str(text).ok())
        .expect("a model's file describes the model in JSON");
    if let Some(fields) = description.as_object_mut() {
        fields.remove("checksum");
    }
    description.to_string()
}
