//! Models as files of other programs, and back: `export` and `import`.

use crate::archive::safetensors;
use crate::program::{SMALL, Scratch};

/// Weights as PyTorch's `nn.Sequential` names them: 784 numbers, 24, 8, and back.
fn weights() -> Vec<u8> {
    let layers = [("0", 784, 24), ("2", 24, 8), ("4", 8, 24), ("6", 24, 784)];
    let numbers = |count: usize| -> Vec<u8> {
        (0..count).flat_map(|place| ((place * 7 % 19) as f32 / 200.0 - 0.045).to_le_bytes()).collect()
    };
    let tensors: Vec<(String, Vec<usize>, Vec<u8>)> = layers
        .into_iter()
        .flat_map(|(name, inputs, outputs)| {
            [
                (format!("{name}.weight"), vec![outputs, inputs], numbers(inputs * outputs)),
                (format!("{name}.bias"), vec![outputs], numbers(outputs)),
            ]
        })
        .collect();
    let tensors: Vec<_> = tensors
        .iter()
        .map(|(name, shape, bytes)| (name.as_str(), "F32", shape.as_slice(), bytes.clone()))
        .collect();
    safetensors(&tensors)
}

#[test]
fn every_part_is_exported_and_the_whole_comes_back() {
    let scratch = Scratch::new();
    scratch.succeed(&format!("{SMALL} --out run --quiet"));
    let notes = scratch.notes("export run --out model.onnx");
    let says = "model.onnx: samples uint8 (N, 28, 28) to reconstructions float32 (N, 28, 28), in ";
    assert!(notes.contains(says), "{notes}");
    let notes = scratch.notes("export run --out code --format onnx --part encoder");
    assert!(notes.contains("to codes float32 (N, 8)"), "{notes}");
    let notes = scratch.notes("export run/model.safetensors --out decoder.onnx --part decoder");
    assert!(notes.contains("codes float32 (N, 8) to reconstructions"), "{notes}");
    let notes = scratch.notes("export run --out score.onnx --part score --quantile 0.9 --kind residual");
    assert!(
        notes.contains("to scores float64 (N), flags bool (N)") && notes.contains("threshold: "),
        "{notes}"
    );
    scratch.succeed("export run --out again.onnx");
    assert_eq!(scratch.read("again.onnx"), scratch.read("model.onnx"), "the same model, the same bytes");
    let notes = scratch.notes("import model.onnx --out back.safetensors");
    assert!(notes.contains("back.safetensors: a model of 784-24-8-24-784"), "{notes}");
    assert_eq!(scratch.read("back.safetensors"), scratch.read("run/model.safetensors"));
    let line = scratch.fail("import decoder.onnx --out other", 1);
    assert!(
        line.contains(
            "exported by autoencoder as its decoder alone: expected a whole model; export with --part model"
        ),
        "{line}"
    );
    let line = scratch.fail("import model.onnx --out other --activation relu", 1);
    assert!(line.contains("leave --activation and the other options out"), "{line}");
    assert!(!scratch.path("other").exists());
}

#[test]
fn what_cannot_be_exported_is_refused_before_anything_is_written() {
    let scratch = Scratch::new();
    scratch.succeed(&format!("{SMALL} --out run --quiet"));
    let line = scratch.fail("export run --out model.pt", 2);
    assert!(
        line.contains("model.pt: expected a name that ends in .onnx, ") && line.contains("--format"),
        "{line}"
    );
    let line = scratch.fail("export run --out model.onnx --quantile 0.5", 2);
    assert!(line.contains("--kind, --quantile and --threshold belong to --part score"), "{line}");
    let line = scratch.fail("export run --out model.onnx --part score --kind bound", 1);
    assert!(line.contains("need a variational model"), "{line}");
    let line = scratch.fail("export run/model.safetensors --out run/model.safetensors --format onnx", 1);
    assert!(line.contains("would write over it"), "{line}");
    scratch.succeed("synthetic --kind readings --out readings --count 400 --quiet");
    scratch.succeed("train readings/readings.csv --label-column odd --time-column time --window 8 --epochs 1 --out windows --quiet");
    let line = scratch.fail("export windows --out model.onnx --part score", 1);
    assert!(line.contains("windows of 8 rows"), "{line}");
    assert!(!scratch.path("model.onnx").exists());
    scratch.succeed("export windows --out model.onnx");
}

#[test]
fn weights_of_another_program_are_used_and_trained_further() {
    let scratch = Scratch::new();
    scratch.write("weights.safetensors", weights());
    let line = scratch.fail("evaluate weights.safetensors synthetic", 1);
    assert!(line.contains("`autoencoder import` makes a model of the weights"), "{line}");
    let line = scratch.fail("train synthetic --init weights.safetensors --out tuned", 1);
    assert!(line.contains("which `autoencoder import` makes of the weights of another program"), "{line}");
    let line = scratch.fail("import weights.safetensors --out mine", 1);
    assert!(
        line.contains("tensor 0.weight: its layer has an activation")
            && line.ends_with("; give --activation\n"),
        "{line}"
    );
    let import = "import weights.safetensors --out mine --activation relu --scale bytes --sample-shape 28,28";
    let notes = scratch.notes(import);
    assert!(notes.contains("the code is the output of the layer 2, in the middle: 8 numbers"), "{notes}");
    assert!(notes.contains("activation of the output: linear"), "{notes}");
    assert_eq!(scratch.list("mine"), ["model.safetensors"]);
    assert!(scratch.fail(import, 1).contains("mine: there is a run already; give another folder to --out"));
    let before = scratch.json("evaluate mine synthetic");
    assert_eq!((&before["features"], &before["code"]), (&784.into(), &8.into()));
    scratch.succeed("encode mine synthetic --out codes.npy --quiet");
    let tune = "train synthetic --init mine/model.safetensors --limit 300 --epochs 2 --out tuned --quiet";
    scratch.succeed(tune);
    let after = scratch.json("evaluate tuned synthetic");
    assert!(after["mse"].as_f64() < before["mse"].as_f64(), "{after} after {before}");
    let line = scratch.fail("import mine/model.safetensors --out twice", 1);
    assert!(line.contains("a model of this program already; use it as MODEL"), "{line}");
    let map = "--map encoder.0=0,encoder.1=2,decoder.0=4";
    let line = scratch.fail(&format!("import weights.safetensors --out other --activation relu {map}"), 1);
    assert!(
        line.contains("the layer 6 of the file is not mapped; --map says which layer is which"),
        "{line}"
    );
    let output = scratch.run("import weights.safetensors --out other --map encoder.0");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("expected LAYER=NAME"));
}

#[test]
fn files_of_other_formats_are_refused_with_what_makes_weights_of_them() {
    let scratch = Scratch::new();
    for (name, bytes, says) in [
        ("module.pt", &b"PK\x03\x04 and so on"[..], "safetensors.torch.save_file"),
        ("module.h5", b"\x89HDF\r\n\x1a\n and so on", "model.export"),
        ("module.pkl", b"\x80\x04 and so on", "safetensors.torch.save_file"),
        ("module.onnx", b"no ONNX at all", "not a whole ONNX file"),
    ] {
        scratch.write(name, bytes);
        let line = scratch.fail(&format!("import {name} --out run"), 1);
        assert!(line.contains(says), "{line}");
    }
    assert!(!scratch.path("run").exists());
}
