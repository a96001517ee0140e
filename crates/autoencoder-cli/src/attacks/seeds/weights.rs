//! Seeds of models of other programs.

use autoencoder::{Model, Scaling};
use autoencoder_convert::{OnnxPart, to_onnx};
use safetensors::Dtype;
use safetensors::tensor::TensorView;

/// The bytes of several files.
type Seeds = Vec<Vec<u8>>;

pub(crate) fn weights() -> Seeds {
    let file = |dtype: Dtype, layers: &[(&str, usize, usize)]| {
        let width = if dtype == Dtype::F64 {
            8
        } else if dtype == Dtype::F32 {
            4
        } else {
            2
        };
        // All numbers are small in any of the types.
        let zeros = vec![0_u8; 1 << 10];
        let tensor = |shape: Vec<usize>| {
            let bytes = shape.iter().product::<usize>() * width;
            TensorView::new(dtype, shape, &zeros[..bytes]).expect("the bytes of the shape")
        };
        let tensors = layers.iter().flat_map(|&(name, inputs, outputs)| {
            [
                (format!("{name}.weight"), tensor(vec![outputs, inputs])),
                (format!("{name}.bias"), tensor(vec![outputs])),
            ]
        });
        let tensors: Vec<(String, TensorView<'_>)> = tensors.collect();
        safetensors::serialize(tensors, None).expect("tensors that differ in name")
    };
    vec![
        file(Dtype::F32, &[("0", 5, 3), ("2", 3, 2), ("4", 2, 3), ("6", 3, 5)]),
        file(Dtype::F64, &[("encoder.0", 4, 2), ("decoder.0", 2, 4)]),
        file(
            Dtype::BF16,
            &[
                ("encoder.0", 4, 3),
                ("fc_mu", 3, 2),
                ("fc_logvar", 3, 2),
                ("decoder.0", 2, 3),
                ("decoder.2", 3, 4),
            ],
        ),
    ]
}

/// Models as this program exports them: whole ones, which come back by their description, and ones without it, which are read as those of
/// other programs.
pub(super) fn onnx(models: &[Vec<u8>]) -> Seeds {
    let read = |bytes: &Vec<u8>| Model::from_bytes(bytes).expect("a seed is a model");
    let mut seeds = Vec::new();
    for mut model in models.iter().map(read) {
        let whole = to_onnx(&model, OnnxPart::Model).expect("every model has a graph");
        seeds.push(whole.bytes.clone());
        let specification = model.architecture().specification();
        let is_plain =
            specification.table.is_none() && specification.top_k.is_none() && !specification.is_variational();
        if is_plain {
            model.about.scaling = Scaling::None;
            let plain = to_onnx(&model, OnnxPart::Model).expect("every model has a graph").bytes;
            let key = b"autoencoder.part";
            let place = plain.windows(key.len()).position(|bytes| bytes == key);
            let mut foreign = plain.clone();
            // A key of another name: the file is none of this program.
            foreign[place.expect("the key of the part")] = b'b';
            seeds.push(foreign);
        }
    }
    seeds
}
