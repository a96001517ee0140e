//! Models that this crate wrote as ONNX, back again.

use std::collections::{BTreeMap, HashMap};

use autoencoder::{Architecture, FileError, Model, Specification};
use safetensors::Dtype;
use safetensors::tensor::{TensorView, serialize};
use serde_json::Value;

use super::error::ImportError;
use super::imported::Imported;
use super::options::ImportOptions;
use super::tensors;
use crate::onnx::messages::{GraphProto, ModelProto, TensorProto};
use crate::onnx::{DESCRIPTION, PART};

/// Reads a file that this crate wrote; `None` for files of other programs.
pub(super) fn read(file: &ModelProto, options: &ImportOptions) -> Option<Result<Imported, ImportError>> {
    let entry =
        |key: &str| file.metadata_props.iter().find(|entry| entry.key == key).map(|entry| &entry.value);
    let part = entry(PART)?;
    let Some(description) = entry(DESCRIPTION) else {
        return Some(Err(ImportError::Part { part: part.clone() }));
    };
    if *options != ImportOptions::default() {
        return Some(Err(ImportError::OptionsOfOwn));
    }
    let none = GraphProto::default();
    Some(whole(file.graph.as_ref().unwrap_or(&none), description))
}

/// The model that a description and the constants of its name make: what a model file would hold, read as one.
fn whole(graph: &GraphProto, description: &str) -> Result<Imported, ImportError> {
    let own = |error| ImportError::Own(error);
    let value: Value =
        serde_json::from_str(description).map_err(|error| own(FileError::Description(error)))?;
    let specification = value.get("specification").cloned().unwrap_or(Value::Null);
    let specification: Specification =
        serde_json::from_value(specification).map_err(|error| own(FileError::Description(error)))?;
    let architecture = Architecture::new(specification)?;
    let constants: HashMap<&str, &TensorProto> =
        graph.initializer.iter().map(|tensor| (tensor.name.as_str(), tensor)).collect();
    let mut found = Vec::new();
    for layer in architecture.layers() {
        let weight = layer.tied_to.is_none().then(|| format!("{}.weight", layer.name));
        for name in weight.into_iter().chain([format!("{}.bias", layer.name)]) {
            // Variances are no part of the graph that restores samples.
            let Some(tensor) = constants.get(name.as_str()) else {
                return Err(own(FileError::Missing { tensor: name }));
            };
            let (_, converted) = tensors::numbers(tensor)?;
            let bytes: Vec<u8> = converted.numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
            found.push((name, tensors::sizes(tensor)?, bytes));
        }
    }
    let mut views = BTreeMap::new();
    for (name, sizes, bytes) in &found {
        let view = TensorView::new(Dtype::F32, sizes.clone(), bytes).map_err(ImportError::Safetensors)?;
        views.insert(name.clone(), view);
    }
    let metadata = HashMap::from([(DESCRIPTION.to_owned(), description.to_owned())]);
    let bytes = serialize(&views, Some(metadata)).map_err(ImportError::Safetensors)?;
    let model = Model::from_bytes(&bytes).map_err(own)?;
    Ok(Imported { model, notes: Vec::new() })
}
