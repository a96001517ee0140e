//! A model as a file of numpy: its tensors by name, the numbers of its scaling, and a description as JSON.

use std::io::{self, Write};

use autoencoder::{Choice, Model, NumberMap};
use rawzip::{CompressionMethod, ZipArchiveWriter};
use serde_json::{Value, json};

use crate::inputs::{Inputs, NumberInput};
use crate::network::{Dense, Network};
use crate::program::NumberScale;

/// Writes a model as the bytes of an `.npz` file: `encoder.0.weight` (outputs, inputs) and `encoder.0.bias` (outputs) for each layer,
/// `scaling.offset` and `scaling.width` (numbers) with which a sample is scaled as (x - offset) / width, and the text `metadata`, a
/// JSON object that says how these go together. Members are stored, and have no time.
///
/// ```
/// use autoencoder::{Initialization, Model, Specification};
/// let model = Model::new(Specification::new(4, [2]), Initialization::Glorot, 0)?;
/// let bytes = autoencoder_convert::npz(&model);
/// assert!(bytes.starts_with(b"PK"));
/// assert_eq!(bytes, autoencoder_convert::npz(&model));
/// # Ok::<(), autoencoder::SpecificationError>(())
/// ```
pub fn npz(model: &Model) -> Vec<u8> {
    in_memory(write(model, &Network::of(model), &Inputs::of(model)))
}

fn in_memory(written: io::Result<Vec<u8>>) -> Vec<u8> {
    written.expect("a vector takes all bytes")
}

fn write(model: &Model, network: &Network, inputs: &Inputs) -> io::Result<Vec<u8>> {
    let mut file = Vec::new();
    let mut archive = ZipArchiveWriter::new(&mut file);
    let text = metadata(model, network, inputs).to_string();
    let letters: Vec<u32> = text.chars().map(u32::from).collect();
    let descr = format!("<U{}", letters.len());
    add(&mut archive, "metadata", &descr, &[], letters.iter().flat_map(|letter| letter.to_le_bytes()))?;
    let layers = network.encoder.iter().chain(&network.log_variance).chain(&network.decoder);
    for Dense { name, weight, bias, .. } in layers {
        let bytes = |numbers: Vec<f32>| numbers.into_iter().flat_map(f32::to_le_bytes);
        let weights = bytes(weight.iter().copied().collect());
        add(&mut archive, &format!("{name}.weight"), "<f4", weight.shape(), weights)?;
        add(&mut archive, &format!("{name}.bias"), "<f4", bias.shape(), bytes(bias.to_vec()))?;
    }
    let scales: Vec<NumberScale> = inputs.numbers.iter().map(NumberScale::of).collect();
    for (name, number) in [
        ("scaling.offset", (|scale| scale.offset) as fn(&NumberScale) -> f64),
        ("scaling.width", |scale| scale.width),
    ] {
        add(
            &mut archive,
            name,
            "<f8",
            &[scales.len()],
            scales.iter().map(number).flat_map(f64::to_le_bytes),
        )?;
    }
    if let Some(scorer) = &model.scorer {
        let sizes = scorer.sizes();
        let bytes = sizes.iter().copied().flat_map(f64::to_le_bytes);
        add(&mut archive, "score.sizes", "<f8", &[sizes.len()], bytes)?;
    }
    archive.finish().map_err(io::Error::other)?;
    Ok(file)
}

/// Adds an array to an archive.
fn add(
    archive: &mut ZipArchiveWriter<&mut Vec<u8>>,
    name: &str,
    descr: &str,
    shape: &[usize],
    elements: impl Iterator<Item = u8>,
) -> io::Result<()> {
    let file = format!("{name}.npy");
    let entry = archive.new_file(&file).compression_method(CompressionMethod::STORE).start();
    let (mut entry, config) = entry.map_err(io::Error::other)?;
    let mut writer = config.wrap(&mut entry);
    writer.write_all(&header(descr, shape))?;
    writer.write_all(&elements.collect::<Vec<u8>>())?;
    let (_, descriptor) = writer.finish().map_err(io::Error::other)?;
    entry.finish(descriptor).map_err(io::Error::other)?;
    Ok(())
}

/// The header of an array, version 1 of the format, filled up to 64 bytes.
fn header(descr: &str, shape: &[usize]) -> Vec<u8> {
    let sizes = match shape {
        [only] => format!("{only},"),
        sizes => sizes.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
    };
    let dictionary = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': ({sizes}), }}");
    let length = (10 + dictionary.len() + 1).next_multiple_of(64) - 10;
    let mut header = b"\x93NUMPY\x01\x00".to_vec();
    header.extend(u16::try_from(length).expect("a matrix has a short shape").to_le_bytes());
    header.extend(format!("{dictionary:<width$}\n", width = length - 1).into_bytes());
    header
}

/// The description of a model, from which its arrays can be used.
fn metadata(model: &Model, network: &Network, inputs: &Inputs) -> Value {
    let layer = |layer: &Dense| json!({ "name": layer.name, "activation": layer.activation.name() });
    let layers = |layers: &[Dense]| layers.iter().map(layer).collect::<Vec<_>>();
    let numbers: Vec<Value> = inputs.numbers.iter().map(number).collect();
    let words: Vec<Value> = inputs
        .words
        .iter()
        .map(|column| {
            json!({
                "name": column.name,
                "words": column.words,
                "first": column.features.start,
                "shares": column.shares,
            })
        })
        .collect();
    let indicators: Vec<Value> = inputs
        .indicators
        .iter()
        .map(|(column, feature)| json!({ "column": column, "feature": feature }))
        .collect();
    let score = model.scorer.as_ref().map(
        |scorer| json!({ "kind": scorer.kind().name(), "threshold": scorer.thresholds().quantile(0.99) }),
    );
    json!({
        "format": "autoencoder-npz",
        "version": 1,
        "sample_shape": model.about.sample_shape,
        "window": model.about.window.map(|window| window.rows.get()),
        "encoder": layers(&network.encoder),
        "log_variance": network.log_variance.as_ref().map(layer),
        "decoder": layers(&network.decoder),
        "top_k": network.top_k,
        "scaling": model.about.scaling.kind().name(),
        "numbers": numbers,
        "words": words,
        "indicators": indicators,
        "score": score,
    })
}

/// A column of numbers: its name, what stands for a hole, and its map where that is no straight line.
fn number(input: &NumberInput) -> Value {
    let curve = match &input.map {
        NumberMap::Log1p { .. } => json!({ "kind": "log1p" }),
        NumberMap::RankGauss { quantiles, deviation } => {
            json!({ "kind": "rank-gauss", "quantiles": quantiles, "deviation": deviation })
        }
        NumberMap::None
        | NumberMap::MinMax { .. }
        | NumberMap::Standard { .. }
        | NumberMap::Robust { .. } => Value::Null,
    };
    json!({ "name": input.name, "hole": input.hole, "curve": curve })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_those_of_numpy() {
        for (shape, text) in [(&[][..], "()"), (&[5], "(5,)"), (&[2, 3], "(2, 3)")] {
            let header = header("<f4", shape);
            let text = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': {text}, }}");
            assert!(String::from_utf8_lossy(&header).contains(&text), "{shape:?}");
            assert_eq!(header.len() % 64, 0);
        }
    }
}
