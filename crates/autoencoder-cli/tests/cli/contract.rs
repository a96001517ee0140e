//! The things that scripts may rely on: JSON keys, one place for results, closed pipes, completions and manual pages.

use std::process::Stdio;

use crate::program::{SMALL, Scratch};

const EVALUATION: [&str; 9] = [
    "/samples",
    "/features",
    "/code",
    "/mse",
    "/squared_error",
    "/psnr_db",
    "/baselines/mean/mse",
    "/baselines/pca/components",
    "/baselines/pca/mse",
];

const EPOCH: [&str; 7] = [
    "/epoch",
    "/train_mse",
    "/train_loss",
    "/validation_mse",
    "/validation_loss",
    "/seconds",
    "/samples_per_second",
];

#[test]
fn the_keys_of_json() {
    let scratch = Scratch::new();
    let report = scratch.json(&format!("{SMALL} --out run"));
    assert!(report["model"].as_str().unwrap().ends_with("model.safetensors"));
    assert!(report["seconds"].is_f64());
    for (index, epoch) in report["epochs"].as_array().unwrap().iter().enumerate() {
        assert!(
            EPOCH.iter().all(|key| epoch.pointer(key).is_some_and(serde_json::Value::is_number)),
            "{epoch}"
        );
        assert_eq!(epoch["epoch"], index + 1);
    }
    let evaluated = scratch.json("evaluate run synthetic");
    for verdict in [&report["validation"], &evaluated] {
        assert!(EVALUATION.iter().all(|key| verdict.pointer(key).is_some_and(serde_json::Value::is_number)));
    }
}

#[test]
fn a_reader_that_went_away_is_no_error() {
    let scratch = Scratch::new();
    scratch.succeed(&format!("{SMALL} --out run"));
    let train = format!("{SMALL} --out unheard --json");
    for words in [
        "--help",
        "train --help",
        "evaluate run synthetic",
        "evaluate run synthetic --json",
        "inspect run/model.safetensors",
        "completions bash",
        "man",
        &train,
    ] {
        let mut child = scratch.command(words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(0), "{words}: {stderr}");
        assert!(!stderr.contains("panicked") && !stderr.contains("autoencoder:"), "{words}: {stderr}");
    }
}

#[test]
fn completions_for_every_shell_and_a_page_for_every_command() {
    let scratch = Scratch::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        assert!(scratch.succeed(&format!("completions {shell}")).contains("reconstruct"), "{shell}");
    }
    let page = scratch.succeed("man");
    assert!(page.contains(".TH") && page.contains("autoencoder"), "{page}");
    std::fs::create_dir(scratch.path("pages")).unwrap();
    scratch.succeed("man --out pages");
    let pages = scratch.list("pages");
    for page in ["autoencoder.1", "autoencoder-train.1", "autoencoder-plot-latent.1"] {
        assert!(pages.iter().any(|found| found == page), "{page}: {pages:?}");
    }
    assert!(scratch.text("pages/autoencoder-train.1").contains("learning\\-rate"));
}

#[test]
fn help_has_examples() {
    let scratch = Scratch::new();
    for command in [
        "",
        "train",
        "sweep",
        "find-lr",
        "evaluate",
        "encode",
        "decode",
        "reconstruct",
        "generate",
        "interpolate",
        "neighbours",
        "plot latent",
        "plot loss",
        "plot scores",
        "plot anomalies",
        "synthetic",
        "corrupt",
        "man",
    ] {
        assert!(scratch.succeed(&format!("{command} --help")).contains("Examples:"), "{command}");
    }
    assert!(scratch.succeed("--version").starts_with("autoencoder "));
}
