//! `export` to numpy, C, Rust and TensorBoard's projector. What the files compute is tested in `autoencoder-convert`.

use std::process::{Command, Stdio};

use crate::program::{SMALL, Scratch};

fn run() -> Scratch {
    let scratch = Scratch::new();
    scratch.succeed(&format!("{SMALL} --out run -q"));
    scratch
}

#[test]
fn a_model_is_written_as_c_with_its_header() {
    let scratch = run();
    let notes = scratch.notes("export run --out my-net.c");
    assert!(notes.contains("my-net.c: 784-24-8-24-784, weights as float"), "{notes}");
    let (code, header) = (scratch.text("my-net.c"), scratch.text("my-net.h"));
    assert!(code.contains("#include \"my-net.h\"") && header.contains("my_net_encode"), "{header}");
    assert!(
        header.contains("double my_net_score(") && header.contains("An autoencoder of 784-24-8-24-784 units")
    );
    // Rounded weights take less room, and their error is told.
    let notes = scratch.notes("export run --out small.c --weights int8");
    assert!(
        notes.contains("with weights as int8 (") && notes.contains("over 300 samples")
            || notes.contains("over 4,000 samples"),
        "{notes}"
    );
    assert!(scratch.read("small.c").len() < scratch.read("my-net.c").len() / 2);
    if Command::new("gcc").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok() {
        let arguments = ["-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic", "-c", "my-net.c", "small.c"];
        let output = Command::new("gcc").args(arguments).current_dir(scratch.path("")).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    // The threshold that was asked for.
    scratch.succeed("export run --out t.c --threshold 12.5 -q");
    assert!(scratch.text("t.h").contains("#define T_THRESHOLD 12.5"));
}

#[test]
fn a_model_is_written_as_rust_and_for_numpy() {
    let scratch = run();
    scratch.succeed("export run --out net.rs -q");
    assert!(scratch.text("net.rs").contains("pub fn reconstruct(sample: &[f32; INPUTS])"));
    let notes = scratch.notes("export run --out net.npz");
    assert!(notes.contains("net.npz: weights, biases, scaling and metadata"), "{notes}");
    let archive = scratch.json("inspect net.npz");
    assert!(archive.to_string().contains("encoder.0.weight"), "{archive}");
}

#[test]
fn codes_are_written_for_the_projector() {
    let scratch = run();
    let notes = scratch.notes("export run --format tensorboard-projector --out projector");
    assert!(notes.contains("Try: tensorboard --logdir projector"), "{notes}");
    assert_eq!(
        scratch.list("projector"),
        ["metadata.tsv", "projector_config.pbtxt", "sprite.png", "vectors.tsv"]
    );
    let (vectors, metadata) = (scratch.text("projector/vectors.tsv"), scratch.text("projector/metadata.tsv"));
    assert!(metadata.starts_with("index\tlabel\terror\n0\t"), "{metadata:.80}");
    assert_eq!(vectors.lines().count() + 1, metadata.lines().count());
    assert!(vectors.lines().all(|line| line.split('\t').count() == 8));
    let config = scratch.text("projector/projector_config.pbtxt");
    assert!(
        config.contains("single_image_dim: 28") && config.contains("tensor_path: \"vectors.tsv\""),
        "{config}"
    );
    // Rows of a table have no pictures, and tabs within names do no harm.
    let rows: Vec<String> = (0..40).map(|row| format!("\"a\tb{row}\",{},{}\n", row % 7, row % 5)).collect();
    scratch.write("t.csv", format!("who,x,y\n{}", rows.concat()));
    scratch.succeed("train t.csv --id-column who --layers 2 --epochs 1 --separator comma --out table -q");
    scratch.succeed("export table t.csv --format tensorboard-projector --out other --separator comma -q");
    assert_eq!(scratch.list("other"), ["metadata.tsv", "projector_config.pbtxt", "vectors.tsv"]);
    assert!(scratch.text("other/metadata.tsv").starts_with("index\tname\terror\n0\ta b0\t"));
}

#[test]
fn options_of_other_formats_are_refused() {
    let scratch = run();
    for (words, says) in [
        ("export run --out net.c --part encoder", "--part belongs to onnx"),
        ("export run --out net.npz --weights int8", "--weights belongs to the formats c and rust"),
        ("export run --out net.npz --threshold 3", "--kind, --quantile and --threshold belong to"),
        ("export run synthetic --out net.npz", "DATA belongs to"),
        ("export run --out net.h --format c", "the header is written beside the code"),
    ] {
        let line = scratch.fail(words, 2);
        assert!(line.contains(says), "{words}: {line}");
    }
    assert!(!scratch.path("net.c").exists() && !scratch.path("net.npz").exists());
}
