//! Every kind of autoencoder from the shell: its options, its notes, and its refusals.

use crate::program::{SMALL, Scratch};

#[test]
fn every_kind_is_trained_resumed_inspected_and_used() {
    let scratch = Scratch::new();
    for (name, words, says) in [
        ("tied", "--tied", "tied to encoder.1"),
        ("sparse", "--penalty sparse --sparsity-target 0.1", "sparse"),
        // The model in use has the normalisation in its weights.
        ("normalised", "--normalization batch --tied", "decoder.1         24 -> 784   sigmoid\n"),
        ("l1", "--penalty l1 --activation relu --code-activation relu", "l1"),
        ("contractive", "--penalty contractive --penalty-warmup-epochs 0.5", "contractive"),
        (
            "denoising",
            "--noise masking --noise-strength 0.4 --dropout 0.2",
            "noise masking (share 0.4), dropout 0.2",
        ),
        ("shifted", "--shift 2 --freeze encoder.0", "shifted by up to 2 pixels, frozen encoder.0"),
        ("vae", "--penalty variational --activation relu", "encoder.logvar"),
        (
            "gaussian",
            "--penalty variational --penalty-weight 4 --loss gaussian --gaussian-deviation 0.2",
            "gaussian",
        ),
        ("deep", "--layers 24,12,6 --pretrain-epochs 1", "widths          784-24-12-6-12-24-784"),
    ] {
        let small =
            if words.contains("--layers") { SMALL.replace("--layers 24,8 ", "") } else { SMALL.to_owned() };
        scratch.succeed(&format!("{small} {words} --out {name}"));
        let inspected = scratch.succeed(&format!("inspect {name}/model.safetensors"));
        assert!(inspected.contains(says), "{name}: {inspected}");
        // The configuration is complete: the same bytes again, and in two parts.
        scratch.succeed(&format!("train --config {name}/config.toml --out again"));
        scratch.succeed(&format!("train --config {name}/config.toml --epochs 1 --out parts"));
        scratch.succeed("train --resume --epochs 2 --out parts");
        for folder in ["again", "parts"] {
            assert!(
                scratch.read(&format!("{folder}/checkpoint.safetensors"))
                    == scratch.read(&format!("{name}/checkpoint.safetensors")),
                "{name}: {folder}"
            );
            std::fs::remove_dir_all(scratch.path(folder)).unwrap();
        }
        scratch.succeed(&format!("encode {name} synthetic --out {name}.npy"));
        scratch.succeed(&format!("reconstruct {name} synthetic --out {name}.png"));
        scratch.succeed(&format!("generate {name} --count 5 --out {name}-new.png"));
    }
}

#[test]
fn a_variational_model_speaks_in_nats() {
    let scratch = Scratch::new();
    let run = scratch.json(&format!("{SMALL} --penalty variational --penalty-weight 2 --out run"));
    let last = &run["epochs"][1];
    let sum = last["train_reconstruction"].as_f64().unwrap() + 2.0 * last["train_kl"].as_f64().unwrap();
    assert!((sum - last["train_loss"].as_f64().unwrap()).abs() < 1e-6 * sum, "{last}");
    assert!(last["train_kl"].as_f64().unwrap() > 0.0);
    let loud = scratch.run(&format!("{SMALL} --penalty variational --out loud"));
    assert!(String::from_utf8(loud.stderr).unwrap().contains(" nats (KL "));

    let judged = scratch.json("evaluate run synthetic --importance-samples 8");
    assert_eq!((&judged["kl_weight"], &judged["importance_samples"]), (&2.0.into(), &8.into()));
    assert_eq!(judged["loss"], last["validation_loss"]);
    assert!(judged["log_likelihood"].as_f64().unwrap() > -judged["loss"].as_f64().unwrap());
    assert!(scratch.succeed("evaluate run synthetic").contains("that counts 2 times"));
    let table = scratch.text("run/metrics.csv");
    assert!(table.lines().next().unwrap().ends_with(",validation_reconstruction,validation_kl"), "{table}");
    assert!(scratch.text("run/loss.svg").contains("loss, nats a sample"));
}

#[test]
fn what_makes_no_sense_is_refused_before_anything_is_read() {
    let scratch = Scratch::new();
    for (words, says) in [
        ("--penalty variational --loss mse", "take bce or gaussian"),
        ("--penalty variational --tied", "its encoder ends in two layers"),
        ("--penalty sparse --code-activation relu", "L1 fits any"),
        ("--penalty-weight 3", "--penalty-weight needs --penalty"),
        ("--noise-strength 3", "--noise-strength needs --noise"),
        ("--noise masking --noise-strength 1", "above 0 and below 1"),
        ("--layers 8 --dropout 0.5", "no hidden layers beside the code"),
        ("--layers 8 --pretrain-epochs 1", "that layer is the whole model"),
        ("--freeze encoder,decoder", "nothing is left to train"),
        ("--freeze encoder.9", "no layer encoder.9: expected encoder, decoder or one of encoder.0, "),
        ("--penalty-warmup-epochs 2", "nothing to warm up"),
    ] {
        let line = scratch.fail(
            &format!("train nowhere.idx --layers 24,8 {words}")
                .replace("--layers 24,8 --layers 8", "--layers 8"),
            2,
        );
        assert!(line.contains(says), "{words}: {line}");
    }
    let plain = scratch.succeed(&format!("{SMALL} --out plain"));
    assert!(!plain.contains("nats"));
    assert!(
        scratch
            .fail("evaluate plain synthetic --importance-samples 5", 1)
            .contains("needs a variational model")
    );
    scratch.write("table.csv", "1,2,3\n4,5,6\n7,8,9\n");
    assert!(
        scratch
            .fail("train table.csv --layers 2 --shift 1 --out t", 1)
            .contains("only what has rows and columns")
    );
    let patient =
        format!("{SMALL} --penalty l1 --penalty-warmup-epochs 1 --patience 2 --validation none --out t");
    assert!(scratch.fail(&patient, 1).contains("add validation samples, whose loss does not"));
}

#[test]
fn weights_of_a_plain_model_start_a_sparse_one_but_no_tied_one() {
    let scratch = Scratch::new();
    scratch.succeed(&format!("{SMALL} --out plain"));
    scratch.succeed(&format!("{SMALL} --penalty sparse --init plain --out sparse"));
    let normalized = format!("{SMALL} --normalization batch");
    scratch.succeed(&format!("{normalized} --out normalized"));
    scratch.succeed(&format!("{normalized} --init normalized/checkpoint.safetensors --out further"));
    let line = scratch.fail(&format!("{normalized} --init normalized --out further --force"), 1);
    assert!(line.contains("found one of") && line.contains("folded in"), "{line}");
    let line = scratch.fail(&format!("{SMALL} --tied --init plain --out tied"), 1);
    assert!(line.contains("(tied, sigmoid"), "{line}");
}
