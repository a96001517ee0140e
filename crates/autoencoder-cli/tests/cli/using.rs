//! The uses of a trained model: evaluate, encode, decode, reconstruct, plot.

use serde_json::Value;

use crate::program::{SMALL, Scratch};

fn trained() -> Scratch {
    let scratch = Scratch::new();
    scratch.succeed(&format!("{SMALL} --out run"));
    scratch
}

/// Writes samples.idx: 50 samples of the size of digits, few enough to be quick.
fn with_samples(scratch: &Scratch) {
    let mut idx = vec![0, 0, 8, 3, 0, 0, 0, 50, 0, 0, 0, 28, 0, 0, 0, 28];
    idx.extend((0..50 * 784_u32).map(|index| u8::try_from(index * 7 % 251).unwrap()));
    scratch.write("samples.idx", idx);
}

/// The f32 numbers behind the header of an .npy file.
fn floats(npy: &[u8]) -> Vec<f32> {
    assert!(npy.starts_with(b"\x93NUMPY\x01\x00"));
    let start = 10 + usize::from(u16::from_le_bytes([npy[8], npy[9]]));
    npy[start..].chunks_exact(4).map(|four| f32::from_le_bytes(four.try_into().unwrap())).collect()
}

#[test]
fn evaluation_is_consistent_with_itself_and_with_training() {
    let scratch = trained();
    let report = scratch.json("evaluate run synthetic");
    let number = |pointer: &str| report.pointer(pointer).and_then(Value::as_f64).unwrap();
    let mse = number("/mse");
    assert!((number("/squared_error") - mse * 784.0).abs() < 1e-9 * mse * 784.0);
    assert!((number("/psnr_db") + 10.0 * mse.log10()).abs() < 1e-9);
    for (key, size) in
        [("/features", 784), ("/code", 8), ("/samples", 4000), ("/baselines/pca/components", 8)]
    {
        assert_eq!(report.pointer(key).and_then(Value::as_u64), Some(size), "{key}");
    }
    assert!(number("/baselines/pca/mse") < number("/baselines/mean/mse"));
    assert_eq!(scratch.json("evaluate run/model.safetensors synthetic"), report);
    assert_eq!(scratch.json("evaluate run/checkpoint.safetensors synthetic"), report);
    let metrics = scratch.text("run/metrics.csv");
    let last: f64 = metrics.lines().last().unwrap().split(',').nth(3).unwrap().parse().unwrap();
    assert!((last - mse).abs() < 1e-9, "{last} {mse}");
    assert!(scratch.json("evaluate run synthetic --split train")["samples"].as_u64() > Some(4000));
    let table = scratch.succeed("evaluate run synthetic");
    assert!(table.contains("mean sample") && table.contains("PCA, 8 components"), "{table}");
}

#[test]
fn decoding_codes_is_reconstructing() {
    let scratch = trained();
    with_samples(&scratch);
    scratch.succeed("encode run samples.idx --out codes.npy");
    scratch.succeed("encode run samples.idx --out codes.csv");
    scratch.succeed("reconstruct run samples.idx --out restored.npy");
    let restored = scratch.read("restored.npy");
    assert_eq!(floats(&scratch.read("codes.npy")).len(), 50 * 8);
    assert_eq!(floats(&restored).len(), 50 * 784);
    assert!(floats(&restored).iter().any(|&value| value > 1.0), "0 to 255, as the data");
    for codes in ["codes.npy", "codes.csv"] {
        scratch.succeed(&format!("decode run {codes} --out decoded.npy"));
        assert!(scratch.read("decoded.npy") == restored, "{codes}");
    }
    scratch.succeed("reconstruct run samples.idx --out restored.idx");
    let idx = scratch.read("restored.idx");
    assert_eq!(idx[..16], [0, 0, 8, 3, 0, 0, 0, 50, 0, 0, 0, 28, 0, 0, 0, 28]);
    let near = |(&byte, &value): (&u8, &f32)| (f32::from(byte) - value).abs() <= 0.5;
    assert!(idx[16..].iter().zip(&floats(&restored)).all(near));
    scratch.succeed("reconstruct run samples.idx --out restored.csv");
    assert_eq!(scratch.text("restored.csv").lines().count(), 50);
    scratch.succeed("decode run codes.csv --out decoded.png --count 12");
    assert!(scratch.read("decoded.png").starts_with(b"\x89PNG"));
}

#[test]
fn a_model_is_used_with_the_precision_that_is_asked_for() {
    let scratch = trained();
    with_samples(&scratch);
    scratch.succeed("encode run samples.idx --out codes.npy");
    let auto = scratch.run("encode run samples.idx --precision auto --out auto.npy");
    let notes = String::from_utf8(auto.stderr).unwrap();
    assert!(auto.status.success() && notes.contains("the faster one on this processor"), "{notes}");
    let rounded = scratch.run("encode run samples.idx --precision bf16 --out rounded.npy");
    let notes = String::from_utf8(rounded.stderr).unwrap();
    if !rounded.status.success() {
        assert_eq!(rounded.status.code(), Some(2), "{notes}");
        assert!(
            notes.contains("AVX-512 BF16") && !scratch.list(".").contains(&"rounded.npy".to_owned()),
            "{notes}"
        );
        return;
    }
    let (exact, rounded) = (floats(&scratch.read("codes.npy")), floats(&scratch.read("rounded.npy")));
    assert_ne!(exact, rounded);
    assert!(exact.iter().zip(&rounded).all(|(exact, rounded)| (exact - rounded).abs() < 0.02));
    scratch.succeed("decode run rounded.npy --precision bf16 --out decoded.npy");
    scratch.succeed("reconstruct run samples.idx --precision bf16 --out restored.npy");
    assert!(scratch.read("decoded.npy") == scratch.read("restored.npy"));
}

#[test]
fn figures_of_codes_and_losses() {
    let scratch = trained();
    scratch.succeed("plot loss run --out loss.svg");
    assert_eq!(scratch.text("loss.svg"), scratch.text("run/loss.svg"));
    scratch.succeed("plot loss run/metrics.csv --out again.svg");
    assert!(scratch.text("again.svg").starts_with('<'));
    assert!(!scratch.text("again.svg").contains("mean sample"));
    scratch.succeed("plot loss run --out loss.png");
    assert!(scratch.read("loss.png").starts_with(b"\x89PNG"));
    scratch.succeed("plot latent run synthetic --out latent.svg");
    assert!(scratch.text("latent.svg").contains("principal components"));
    scratch.succeed("plot latent run synthetic --out latent.png");
    assert!(scratch.read("latent.png").starts_with(b"\x89PNG"));
    scratch.succeed(&format!("{SMALL} --out two").replace("24,8", "9,2"));
    scratch.succeed("plot latent two synthetic --out two.svg");
    assert!(!scratch.text("two.svg").contains("principal components"));
}

#[test]
fn the_losses_of_several_runs_lie_in_one_figure() {
    let scratch = trained();
    scratch.succeed(&format!("{SMALL} --learning-rate 0.003 --out slow"));
    let notes = |words: &str| {
        let output = scratch.run(words);
        assert!(output.status.success(), "{words}");
        String::from_utf8(output.stderr).unwrap()
    };
    let said = notes("plot loss run slow --out both.svg");
    assert!(said.ends_with("both.svg: losses of 4 epochs (run, slow)\n"), "{said}");
    let both = scratch.text("both.svg");
    for words in ["Losses of 2 runs", "run", "slow", "validation", "training", "mean sample 0", "PCA(8) 0"] {
        assert!(both.contains(words), "{words}");
    }
    scratch.succeed("plot loss run slow --out both.png");
    assert!(scratch.read("both.png").starts_with(b"\x89PNG"));
    // Runs of other data have no baseline in common.
    scratch.succeed(&format!("{SMALL} --seed 1 --out other"));
    let said = notes("plot loss run other --out two.svg");
    assert!(said.contains("drawn without baselines: the runs were trained on different data"), "{said}");
    assert!(!scratch.text("two.svg").contains("mean sample"));
    // Runs of other losses are compared by the error that they have in common.
    scratch.succeed(&format!("{SMALL} --loss bce --out cross"));
    let said = notes("plot loss run cross --out three.svg");
    assert!(said.contains("the runs minimise different losses"), "{said}");
    assert!(scratch.text("three.svg").contains("mean squared error"));
}

#[test]
fn the_figure_of_reconstructions_grows_with_its_count() {
    let scratch = trained();
    scratch.succeed("reconstruct run synthetic --out ten.png");
    scratch.succeed("reconstruct run synthetic --out five.png --count 5");
    let width = |name: &str| scratch.read(name)[16..20].to_vec();
    assert!(width("five.png") < width("ten.png"));
}

#[test]
fn floats_between_0_and_1_are_suspicious_for_a_model_of_bytes() {
    let scratch = trained();
    let row = vec!["0.5"; 784].join(",");
    scratch.write("scaled.csv", format!("{row}\n{row}\n"));
    let output = scratch.run("encode run scaled.csv --out codes.npy");
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success() && stderr.contains("0 to 255"), "{stderr}");
}

#[test]
fn new_samples_are_drawn_from_a_variational_model_alone() {
    let scratch = Scratch::new();
    scratch.succeed("train synthetic --limit 300 --layers 24,3 --epochs 1 --penalty variational --out vae");
    scratch.succeed("decode vae --random 20 --out all.npy");
    scratch.succeed("decode vae --random 5 --out few.npy");
    let (all, few) = (floats(&scratch.read("all.npy")), floats(&scratch.read("few.npy")));
    assert_eq!((all.len(), few.len()), (20 * 784, 5 * 784));
    assert!(
        few.iter().zip(&all).all(|(few, all)| few.to_bits() == all.to_bits()),
        "the first ones are the same"
    );
    scratch.succeed("decode vae --random 5 --seed 1 --out other.npy");
    assert_ne!(scratch.read("other.npy"), scratch.read("few.npy"));
    scratch.succeed("decode vae --random 12 --out new.png");
    scratch.succeed(&format!("{SMALL} --out plain"));
    let line = scratch.fail("decode plain --random 5 --out no.npy", 1);
    assert!(line.contains("needs a variational model"), "{line}");
    for words in [
        "decode vae --out no.npy",
        "decode vae few.npy --random 3 --out no.npy",
        "decode vae few.npy --seed 1 --out no.npy",
    ] {
        assert_eq!(scratch.run(words).status.code(), Some(2), "{words}");
    }
}

#[test]
fn all_numbers_are_read_where_that_is_asked_for() {
    let scratch = trained();
    scratch.succeed("encode run synthetic --out codes.npy");
    let head = scratch.json("inspect codes.npy");
    let all = scratch.json("inspect codes.npy --values");
    assert_eq!((head.get("mean"), &all["sizes"]), (None, &head["sizes"]));
    let codes = floats(&scratch.read("codes.npy"));
    let mean = codes.iter().map(|&code| f64::from(code)).sum::<f64>() / codes.len() as f64;
    assert!((all["mean"].as_f64().unwrap() - mean).abs() < 1e-9);
    assert!(scratch.succeed("inspect codes.npy --values").contains("upper quartile"));
    assert!(scratch.fail("inspect run --values", 2).contains("found a model"));
}
