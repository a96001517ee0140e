//! Graphs of ONNX: layers, biases and activations as programs write them.

use autoencoder::{Activation, Initialization, Model, Specification, Values};
use autoencoder_convert::{ImportOptions, OnnxPart, import_onnx, to_onnx};
use ndarray::Array2;

use crate::onnx::Graph;

fn numbers(count: usize, seed: usize) -> Vec<f32> {
    (0..count).map(|place| ((place * 11 + seed * 5) % 23) as f32 / 16.0 - 0.6875).collect()
}

fn refused(graph: Graph) -> String {
    import_onnx(&graph.file(), &ImportOptions::default()).unwrap_err().to_string()
}

/// Layers of 4-2-4 numbers as Keras writes them, with the nodes that `activate` puts between the first and the second: from `a` to `b`.
fn keras(activate: impl Fn(Graph) -> Graph) -> Graph {
    let first = Graph::default()
        .constant("k0", &[4, 2], &numbers(8, 0))
        .constant("b0", &[2], &numbers(2, 1))
        .constant("k1", &[2, 4], &numbers(8, 2))
        .constant("b1", &[1, 4], &numbers(4, 3))
        .node("MatMul", &["input", "k0"], "m")
        .node("Add", &["m", "b0"], "a");
    activate(first).node("MatMul", &["b", "k1"], "n").node("Add", &["b1", "n"], "output")
}

#[test]
fn products_with_biases_are_layers_and_what_keras_writes_is_transposed() {
    let graph = keras(|graph| graph.node("Relu", &["a"], "b"));
    let model = import_onnx(&graph.file(), &ImportOptions::default()).unwrap().model;
    let specification = model.architecture().specification();
    assert_eq!(
        (specification.code_activation, specification.output_activation),
        (Activation::Relu, Activation::Linear)
    );
    let samples = Array2::from_shape_vec((3, 4), numbers(12, 9)).unwrap();
    let matrix = |count, columns, seed| {
        Array2::from_shape_vec((count / columns, columns), numbers(count, seed)).unwrap()
    };
    let code = (samples.dot(&matrix(8, 2, 0)) + matrix(2, 2, 1)).mapv(|number| number.max(0.0));
    let expected = code.dot(&matrix(8, 4, 2)) + matrix(4, 4, 3);
    let found = model.reconstruct(&model.samples(Values::Floats(samples)).unwrap()).unwrap();
    assert!((found - expected).iter().all(|difference| difference.abs() < 1e-5));
}

#[test]
fn activations_are_told_by_what_their_nodes_compute() {
    let root = std::f32::consts::SQRT_2;
    let with = |graph: Graph| {
        graph.constant("one", &[], &[1.0]).constant("half", &[1], &[0.5]).constant("root", &[], &[root])
    };
    let code = |activate: &dyn Fn(Graph) -> Graph| {
        let graph = keras(|graph| activate(with(graph)));
        let read = import_onnx(&graph.file(), &ImportOptions::default());
        read.map(|read| read.model.architecture().specification().code_activation.name())
            .map_err(|error| error.to_string())
    };
    let gelu = |graph: Graph| {
        graph
            .node("Div", &["a", "root"], "g0")
            .node("Erf", &["g0"], "g1")
            .node("Add", &["g1", "one"], "g2")
            .node("Mul", &["a", "g2"], "g3")
            .node("Mul", &["g3", "half"], "b")
    };
    assert_eq!(code(&gelu), Ok("gelu"));
    // The same function, in another order.
    let other_gelu = |graph: Graph| {
        graph
            .node("Mul", &["half", "a"], "g0")
            .node("Div", &["a", "root"], "g1")
            .node("Erf", &["g1"], "g2")
            .node("Add", &["one", "g2"], "g3")
            .node("Mul", &["g3", "g0"], "b")
    };
    assert_eq!(code(&other_gelu), Ok("gelu"));
    let silu = |graph: Graph| graph.node("Sigmoid", &["a"], "s").node("Mul", &["a", "s"], "b");
    assert_eq!(code(&silu), Ok("silu"));
    let softplus = |graph: Graph| {
        graph.node("Exp", &["a"], "e").node("Add", &["e", "one"], "f").node("Log", &["f"], "b")
    };
    assert_eq!(code(&softplus), Ok("softplus"));
    assert_eq!(code(&|graph| graph.node("Identity", &["a"], "b")), Ok("linear"));
    let leaky =
        |alpha| move |graph: Graph| graph.node_with("LeakyRelu", &["a"], "b", &[], &[("alpha", alpha)]);
    assert_eq!(code(&leaky(0.01)), Ok("leaky-relu"));
    let refused = code(&leaky(0.2)).unwrap_err();
    assert!(refused.starts_with("node b: expected an activation: linear"), "{refused}");
    assert!(
        code(&|graph| graph.node("Softmax", &["a"], "b")).unwrap_err().contains("found the operator Softmax")
    );
}

#[test]
fn what_is_no_chain_of_layers_is_refused_by_its_node() {
    let scaled = Graph::default().constant("most", &[], &[255.0]).node("Div", &["input", "most"], "x");
    assert!(refused(scaled).starts_with("node x: expected one chain of Gemm"));
    let factor = Graph::default().constant("w", &[4, 2], &numbers(8, 0)).node_with(
        "Gemm",
        &["input", "w"],
        "output",
        &[],
        &[("alpha", 2.0)],
    );
    assert!(refused(factor).contains("and no other factor, found the operator Gemm"));
    let product = Graph::default().node("MatMul", &["input", "input"], "output");
    assert!(refused(product).starts_with("node output: expected the samples times a constant matrix"));
    let convolution =
        Graph::default().constant("w", &[4, 1, 3, 3], &[0.0; 36]).node("Conv", &["input", "w"], "output");
    assert!(refused(convolution).ends_with("found the operator Conv"));
    let short = Graph::default().constant("w", &[4, 2], &[0.0; 7]).node("MatMul", &["input", "w"], "output");
    assert!(refused(short).starts_with("tensor w: expected as many numbers as its sizes make"));
    let circle = Graph::default().node("Identity", &["input"], "x").node("Identity", &["x"], "input");
    assert!(refused(circle).starts_with("expected layers"));
    assert!(refused(Graph::default()).starts_with("expected layers"));
    assert!(
        import_onnx(&[7; 40], &ImportOptions::default())
            .unwrap_err()
            .to_string()
            .contains("not a whole ONNX file")
    );
    assert!(import_onnx(&[], &ImportOptions::default()).is_err());
}

#[test]
fn transposed_products_have_their_weights_by_outputs() {
    let graph = Graph::default()
        .constant("w0", &[2, 4], &numbers(8, 0))
        .constant("w1", &[2, 4], &numbers(8, 2))
        .node_with("Gemm", &["input", "w0"], "a", &[("transB", 1)], &[])
        .node("Tanh", &["a"], "b")
        .node("Transpose", &["w1"], "t")
        .node_with("Gemm", &["b", "t"], "output", &[("transB", 1)], &[]);
    let model = import_onnx(&graph.file(), &ImportOptions::default()).unwrap().model;
    assert_eq!(model.parameters().weight(0).into_iter().copied().collect::<Vec<_>>(), numbers(8, 0));
    assert_eq!(model.parameters().weight(1).dim(), (4, 2));
    assert_eq!(model.parameters().weight(1).t().into_iter().copied().collect::<Vec<_>>(), numbers(8, 2));
}

#[test]
fn models_that_were_exported_come_back_whole_and_parts_do_not() {
    let variational = Specification::new(5, [4, 2]).variational(2.0);
    let tied = Specification::new(5, [4, 2]).with_tied_weights(true).with_activation(Activation::Silu);
    for specification in [variational, tied] {
        let model = Model::new(specification, Initialization::Glorot, 3).unwrap();
        let file = to_onnx(&model, OnnxPart::Model).unwrap();
        assert_eq!(import_onnx(&file.bytes, &ImportOptions::default()).unwrap().model, model);
        let mut options = ImportOptions::default();
        options.bytes = true;
        let refused = import_onnx(&file.bytes, &options).unwrap_err().to_string();
        assert!(refused.starts_with("exported by autoencoder: the file says by itself"), "{refused}");
        let encoder = to_onnx(&model, OnnxPart::Encoder).unwrap();
        let refused = import_onnx(&encoder.bytes, &ImportOptions::default()).unwrap_err().to_string();
        assert_eq!(refused, "exported by autoencoder as its encoder alone: expected a whole model");
    }
}
