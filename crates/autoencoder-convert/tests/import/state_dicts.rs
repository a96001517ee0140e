//! State dictionaries in safetensors.

use std::collections::{BTreeMap, HashMap};

use autoencoder::{Activation, Model, Values};
use autoencoder_convert::{ImportError, ImportOptions, Imported, LayerMap, import_safetensors};
use half::{bf16, f16};
use ndarray::Array2;
use safetensors::tensor::{Dtype, TensorView, serialize};

/// Tensors of a file, by name: type, sizes and bytes.
#[derive(Default)]
struct Tensors(Vec<(String, Dtype, Vec<usize>, Vec<u8>)>);

/// The numbers that stand in all tensors of these tests: small, and different from each other.
fn number(seed: usize, place: usize) -> f32 {
    ((seed * 7 + place * 13) % 29) as f32 / 16.0 - 0.875
}

impl Tensors {
    fn with(mut self, name: &str, sizes: &[usize]) -> Self {
        let seed = self.0.len();
        let bytes = (0..sizes.iter().product()).flat_map(|place| number(seed, place).to_le_bytes()).collect();
        self.0.push((name.to_owned(), Dtype::F32, sizes.to_vec(), bytes));
        self
    }

    /// A layer of these inputs and outputs.
    fn layer(self, name: &str, inputs: usize, outputs: usize) -> Self {
        self.with(&format!("{name}.weight"), &[outputs, inputs]).with(&format!("{name}.bias"), &[outputs])
    }

    /// The same tensors, where the bytes of each number are others.
    fn of_type(mut self, dtype: Dtype, bytes_of: impl Fn(f32) -> Vec<u8>) -> Self {
        for (_, of_tensor, _, bytes) in &mut self.0 {
            *of_tensor = dtype;
            *bytes =
                bytes.as_chunks().0.iter().flat_map(|&four| bytes_of(f32::from_le_bytes(four))).collect();
        }
        self
    }

    fn bytes(&self) -> Vec<u8> {
        let views: BTreeMap<String, TensorView<'_>> = self
            .0
            .iter()
            .map(|(name, dtype, sizes, bytes)| {
                (name.clone(), TensorView::new(*dtype, sizes.clone(), bytes).unwrap())
            })
            .collect();
        serialize(&views, None::<HashMap<String, String>>).unwrap()
    }

    fn import(&self, options: &ImportOptions) -> Result<Imported, ImportError> {
        import_safetensors(&self.bytes(), options)
    }

    fn refused(&self, options: &ImportOptions) -> String {
        self.import(options).unwrap_err().to_string()
    }
}

fn relu() -> ImportOptions {
    let mut options = ImportOptions::default();
    options.activation = Some(Activation::Relu);
    options
}

/// What the model makes of some samples, beside what the layers in this order make of them, with ReLU in all but the code and the last.
fn assert_is(model: &Model, tensors: &Tensors, order: &[&str]) {
    let features = model.architecture().features();
    let samples = Array2::from_shape_fn((5, features), |(row, column)| number(row + 3, column));
    let find = |name: String| tensors.0.iter().find(|tensor| tensor.0 == name).unwrap();
    let numbers = |bytes: &[u8]| -> Vec<f32> {
        bytes.as_chunks().0.iter().map(|&four| f32::from_le_bytes(four)).collect()
    };
    let mut rows = samples.clone();
    for (place, name) in order.iter().enumerate() {
        let (_, _, sizes, bytes) = find(format!("{name}.weight"));
        let weight = Array2::from_shape_vec((sizes[0], sizes[1]), numbers(bytes)).unwrap();
        rows = rows.dot(&weight.t()) + &ndarray::Array1::from(numbers(&find(format!("{name}.bias")).3));
        if place + 1 != order.len() / 2 && place + 1 != order.len() {
            rows.mapv_inplace(|number| number.max(0.0));
        }
    }
    let found = model.reconstruct(&model.samples(Values::Floats(samples)).unwrap()).unwrap();
    for (found, expected) in found.iter().zip(&rows) {
        assert!(
            (found - expected).abs() < 1e-5 * expected.abs().max(1.0),
            "expected {expected}, found {found}"
        );
    }
}

#[test]
fn a_sequential_module_is_read_in_the_order_of_its_numbers() {
    let tensors = Tensors::default().layer("10", 4, 6).layer("0", 6, 4).layer("2", 4, 2).layer("8", 2, 4);
    let read = tensors.import(&relu()).unwrap();
    assert_is(&read.model, &tensors, &["0", "2", "8", "10"]);
    assert!(
        read.notes
            .iter()
            .any(|note| note == "the code is the output of the layer 2, in the middle: 2 numbers")
    );
    assert!(
        read.notes.iter().any(|note| note.starts_with("activation of the output: linear")),
        "{:?}",
        read.notes
    );
}

#[test]
fn encoders_come_before_decoders_whatever_the_alphabet_says() {
    let tensors = Tensors::default()
        .layer("net.decoder.0", 3, 5)
        .layer("net.decoder.2", 5, 7)
        .layer("net.encoder.0", 7, 5)
        .layer("net.encoder.2", 5, 3);
    let read = tensors.import(&relu()).unwrap();
    let order = ["net.encoder.0", "net.encoder.2", "net.decoder.0", "net.decoder.2"];
    assert_is(&read.model, &tensors, &order);
}

#[test]
fn a_map_says_which_layer_is_which() {
    let tensors = Tensors::default().layer("b", 3, 5).layer("c", 5, 7).layer("d", 7, 5).layer("a", 5, 3);
    let pairs = |pairs: &[(&str, &str)]| {
        let map = pairs.iter().map(|(ours, theirs)| ((*ours).to_owned(), (*theirs).to_owned()));
        let mut options = relu();
        options.map = LayerMap::of(map);
        options
    };
    assert!(
        tensors.refused(&relu()).starts_with("tensor c.weight: expected"),
        "{}",
        tensors.refused(&relu())
    );
    let whole = [("decoder.1", "c"), ("encoder.0", "d"), ("encoder.1", "a"), ("decoder.0", "b")];
    let read = tensors.import(&pairs(&whole)).unwrap();
    assert_is(&read.model, &tensors, &["d", "a", "b", "c"]);
    assert_eq!(tensors.refused(&pairs(&whole[..3])), "the layer b of the file is not mapped");
    let refused = tensors.refused(&pairs(&[("encoder.0", "z")]));
    assert_eq!(refused, "encoder.0=z: the file has no layer z that is not mapped yet");
    let refused = tensors.refused(&pairs(&[("encoder.0", "d"), ("encoder.x", "a")]));
    assert!(refused.starts_with("encoder.x=a: expected encoder.0"), "{refused}");
    let gap = [("encoder.0", "d"), ("encoder.2", "a"), ("decoder.0", "b"), ("decoder.1", "c")];
    assert_eq!(tensors.refused(&pairs(&gap)), "expected one layer encoder.1, found none or several");
}

#[test]
fn a_variational_module_has_two_layers_beside_each_other() {
    let tensors = Tensors::default()
        .layer("encoder.0", 6, 4)
        .layer("fc_mu", 4, 2)
        .layer("fc_logvar", 4, 2)
        .layer("decoder.0", 2, 4)
        .layer("decoder.2", 4, 6);
    let mut options = relu();
    options.output_activation = Some(Activation::Sigmoid);
    let read = tensors.import(&options).unwrap();
    assert!(read.model.architecture().specification().is_variational());
    let names: Vec<&str> = read.model.architecture().layers().iter().map(|layer| &*layer.name).collect();
    assert_eq!(names, ["encoder.0", "encoder.mu", "encoder.logvar", "decoder.0", "decoder.1"]);
    let options = relu();
    let read = tensors.import(&options).unwrap();
    assert_is(&read.model, &tensors, &["encoder.0", "fc_mu", "decoder.0", "decoder.2"]);
}

#[test]
fn numbers_of_other_types_are_converted_with_a_note() {
    let plain = || Tensors::default().layer("0", 4, 2).layer("1", 2, 4);
    let expected = plain().import(&ImportOptions::default()).unwrap().model;
    let note_of = |tensors: Tensors| {
        let read = tensors.import(&ImportOptions::default()).unwrap();
        assert_eq!(read.model, expected);
        read.notes.into_iter().next().unwrap()
    };
    let halves = plain().of_type(Dtype::F16, |n| f16::from_f32(n).to_le_bytes().to_vec());
    assert_eq!(note_of(halves), "tensors of f16, 4 of them: read as f32, without loss");
    let brains = plain().of_type(Dtype::BF16, |n| bf16::from_f32(n).to_le_bytes().to_vec());
    assert_eq!(note_of(brains), "tensors of bf16, 4 of them: read as f32, without loss");
    let wide = plain().of_type(Dtype::F64, |n| (f64::from(n) * (1.0 + 1e-12)).to_le_bytes().to_vec());
    let note = note_of(wide);
    assert!(note.contains("rounded to f32, where") && note.ends_with("the first in 0.weight"), "{note}");
}

#[test]
fn layers_without_a_bias_have_zeros() {
    let tensors = Tensors::default().with("0.weight", &[2, 4]).with("1.kernel", &[2, 4]).with("1.bias", &[4]);
    let read = tensors.import(&ImportOptions::default()).unwrap();
    assert_eq!(read.model.parameters().get("encoder.0.bias").unwrap(), [0.0; 2]);
    assert_eq!(read.model.parameters().weight(1).dim(), (4, 2));
    assert_eq!(read.model.parameters().weight(1)[(3, 0)].to_bits(), number(1, 3).to_bits());
}

#[test]
fn what_is_no_autoencoder_of_dense_layers_is_refused_by_its_tensor() {
    let options = relu();
    let convolution = Tensors::default().with("conv.weight", &[4, 1, 3, 3]).with("conv.bias", &[4]);
    let refused = convolution.refused(&options);
    assert!(refused.starts_with("tensor conv.weight: expected dense layers alone"), "{refused}");
    assert!(refused.ends_with("found F32 [4, 1, 3, 3]"), "{refused}");
    let normalised = Tensors::default().layer("0", 4, 2).with("1.running_mean", &[2]);
    assert!(normalised.refused(&options).contains("tensor 1.running_mean: expected no batch normalisation"));
    let odd = Tensors::default().layer("0", 6, 4).layer("1", 4, 2).layer("2", 2, 6);
    let refused = odd.refused(&options);
    assert_eq!(
        refused,
        "tensor 1.weight: expected 4 outputs, so that the decoder mirrors the encoder, found the widths 6-4-2-6"
    );
    let square = Tensors::default().layer("0", 4, 4).layer("1", 4, 4).layer("2", 4, 4);
    assert!(square.refused(&options).contains("as many layers in the decoder as in the encoder"));
    let bias = Tensors::default().with("0.weight", &[2, 4]).with("0.bias", &[3]);
    assert_eq!(bias.refused(&options), "tensor 0.bias: expected [2], a number for each output, found [3]");
    assert!(Tensors::default().refused(&options).starts_with("expected layers, as matrices"));
    let deep = Tensors::default().layer("0", 6, 4).layer("1", 4, 2).layer("2", 2, 4).layer("3", 4, 6);
    let refused = deep.refused(&ImportOptions::default());
    assert_eq!(refused, "tensor 0.weight: its layer has an activation that a file of tensors does not tell");
    let endless = Tensors::default()
        .layer("0", 4, 2)
        .layer("1", 2, 4)
        .of_type(Dtype::F64, |_| 1e300_f64.to_le_bytes().to_vec());
    assert_eq!(endless.refused(&options), "tensor 0.weight: expected finite numbers of f32, found inf at 0");
    let mut shaped = relu();
    shaped.sample_shape = Some(vec![3, 3]);
    let refused = Tensors::default().layer("0", 4, 2).layer("1", 2, 4).refused(&shaped);
    assert_eq!(refused, "expected the sizes of samples of 4 numbers, found [3, 3]");
    assert!(
        import_safetensors(b"no file", &options)
            .unwrap_err()
            .to_string()
            .contains("not a whole safetensors file")
    );
}
