//! `train`: its files, its output, its refusals, and the order of settings.

use crate::program::{SMALL, Scratch};

const FILES: [&str; 6] = [
    "checkpoint.safetensors",
    "config.toml",
    "loss.svg",
    "metrics.csv",
    "model.safetensors",
    "reconstructions.png",
];

#[test]
fn a_run_has_its_files_and_says_where_they_are() {
    let scratch = Scratch::new();
    let printed = scratch.succeed(&format!("{SMALL} --out run"));
    for words in
        ["784-24-8-24-784", "mean sample", "PCA, 8 components", "run/model.safetensors", "run/loss.svg"]
    {
        assert!(printed.contains(words), "{words}: {printed}");
    }
    assert_eq!(scratch.list("run"), FILES);
    let metrics = scratch.text("run/metrics.csv");
    let mut lines = metrics.lines();
    let head = "epoch,train_mse,train_loss,validation_mse,validation_loss,seconds,samples_per_second";
    assert_eq!(lines.next(), Some(head));
    assert_eq!(lines.map(|line| line.split(',').count()).collect::<Vec<_>>(), [7, 7]);
    let config = scratch.text("run/config.toml");
    for line in ["data = \"synthetic\"", "limit = 300", "seed = 0", "epochs = 2", "validation = \"test\""] {
        assert!(config.lines().any(|found| found == line), "{line}: {config}");
    }
    assert!(scratch.text("run/loss.svg").contains("PCA(8)"));
    assert!(scratch.read("run/reconstructions.png").starts_with(b"\x89PNG"));
}

#[test]
fn progress_is_a_line_an_epoch_or_nothing() {
    let scratch = Scratch::new();
    let loud = scratch.run(&format!("{SMALL} --out loud"));
    let lines = String::from_utf8(loud.stderr).unwrap();
    assert_eq!(lines.lines().filter(|line| line.starts_with("epoch ")).count(), 2, "{lines}");
    assert!(!lines.contains('\x1B') && !lines.contains('\r'), "{lines:?}");
    let quiet = scratch.run(&format!("{SMALL} --out quiet --quiet"));
    assert!(quiet.status.success() && quiet.stderr.is_empty());
}

#[test]
fn without_data_digits_are_made_and_how_to_get_mnist_is_said() {
    let scratch = Scratch::new();
    let run = scratch.run("train --limit 100 --epochs 1 --layers 4");
    let notes = String::from_utf8(run.stderr).unwrap();
    assert!(notes.contains("synthetic") && notes.contains("cargo xtask download mnist"), "{notes}");
    assert!(scratch.path("runs/tutorial/model.safetensors").exists());
    assert!(scratch.text("runs/tutorial/config.toml").contains("data = \"synthetic\""));
}

#[test]
fn each_table_has_a_run_of_its_own_and_a_second_training_of_it_is_refused() {
    let scratch = Scratch::new();
    let rows: Vec<String> = (0..40).map(|row| format!("{row},{},1", row % 7)).collect();
    for name in ["sales.csv", "my costs.csv"] {
        scratch.write(name, rows.join("\n"));
        let mut command = scratch.command("train --layers 2 --epochs 1 --quiet");
        assert!(command.arg(name).output().unwrap().status.success());
    }
    assert_eq!(scratch.list("runs"), ["my-costs", "sales"]);
    let line = scratch.fail("train sales.csv --layers 2 --epochs 1 --preset sharp", 1);
    assert!(line.contains("runs/sales: there is a run already") && line.contains("--out takes"), "{line}");
    scratch.succeed("train sales.csv --resume --epochs 2");
    scratch.succeed("train synthetic --preset sharp --layers 4 --limit 50 --epochs 1");
    assert_eq!(scratch.list("runs"), ["my-costs", "sales", "sharp"]);
}

/// Most epochs are not written at their end, as they take less time than that: which epoch a diverged run has does not
/// depend on it.
#[test]
fn a_training_that_diverges_leaves_the_files_of_its_last_whole_epoch() {
    let scratch = Scratch::new();
    // The rate rises until the training diverges.
    let words = "train synthetic --limit 300 --batch-size 16 --layers 8 --code-activation linear --output-activation linear \
                 --optimizer sgd --learning-rate 30 --warmup-epochs 40 --epochs 60 --out run";
    let output = scratch.run(words);
    let notes = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{notes}");
    assert!(notes.lines().last().unwrap().contains("training diverged in epoch"), "{notes}");
    let epochs = notes.lines().filter(|line| line.starts_with("epoch ")).count();
    assert!(epochs > 10, "{notes}");
    assert_eq!(scratch.text("run/metrics.csv").lines().count(), 1 + epochs);
    assert_eq!(scratch.json("inspect run/checkpoint.safetensors")["epochs_done"], epochs);
    assert_eq!(scratch.json("inspect run/model.safetensors")["training"]["epochs"], epochs);
}

#[test]
fn an_existing_run_is_kept_unless_force_is_given() {
    let scratch = Scratch::new();
    scratch.succeed(&format!("{SMALL} --out run"));
    let before = scratch.read("run/model.safetensors");
    let line = scratch.fail(&format!("{SMALL} --seed 5 --out run"), 1);
    assert!(line.contains("--resume") && line.contains("--force"), "{line}");
    // A training that fails before its first epoch replaces nothing.
    let diverging = "train synthetic --limit 300 --batch-size 16 --layers 8 --code-activation linear --output-activation linear \
                     --optimizer sgd --learning-rate 1e30 --out run --force";
    let line = scratch.fail(diverging, 1);
    assert!(line.contains("--learning-rate"), "{line}");
    assert_eq!(scratch.read("run/model.safetensors"), before);
    scratch.succeed(&format!("{SMALL} --seed 5 --out run --force"));
    assert_ne!(scratch.read("run/model.safetensors"), before);
    assert_eq!(scratch.list("run"), FILES);
}

#[test]
fn arguments_lie_over_the_configuration_which_lies_over_the_preset() {
    let scratch = Scratch::new();
    scratch.write(
        "small.toml",
        "preset = \"tutorial-2d\"\nlimit = 100\nepochs = 1\nseed = 3\nvalidation = 0.2\n",
    );
    let report = scratch.json("train synthetic --config small.toml --seed 4 --layers 5,2 --out run");
    assert_eq!(report["epochs"].as_array().unwrap().len(), 1);
    assert_eq!(report["validation"]["samples"], 20);
    let config = scratch.text("run/config.toml");
    for line in
        ["code-activation = \"linear\"", "limit = 100", "seed = 4", "layers = [5, 2]", "validation = 0.2"]
    {
        assert!(config.lines().any(|found| found == line), "{line}: {config}");
    }
    let line = scratch.fail("train --config small.toml --preset tutorial --out other", 2);
    assert!(line.contains("tutorial-2d"), "{line}");
}

#[test]
fn auto_precision_says_what_it_chose_and_writes_it_down() {
    let scratch = Scratch::new();
    let run = scratch.run(&format!("{SMALL} --precision auto --out run"));
    let notes = String::from_utf8(run.stderr).unwrap();
    let chosen =
        if notes.contains("precision: bf16, the faster one on this processor") { "bf16" } else { "f32" };
    assert!(notes.contains(&format!("precision: {chosen}, the faster one on this processor")), "{notes}");
    let config = String::from_utf8(scratch.read("run/config.toml")).unwrap();
    assert!(config.contains(&format!("precision = \"{chosen}\"")), "{config}");
    assert!(scratch.succeed("inspect run/model.safetensors").contains(chosen));
    scratch.succeed("train --precision auto --epochs 3 --out run --resume");
}

#[test]
fn bfloat16_trains_where_the_processor_has_it_and_is_refused_elsewhere() {
    let scratch = Scratch::new();
    let run = scratch.run(&format!("{SMALL} --precision bf16 --out run"));
    let notes = String::from_utf8(run.stderr).unwrap();
    if run.status.success() {
        scratch.succeed(&format!("{SMALL} --out exact"));
        assert!(scratch.read("run/model.safetensors") != scratch.read("exact/model.safetensors"));
        let line = scratch.fail("train --precision f32 --epochs 3 --out run --resume", 1);
        assert!(line.contains("precision: the run has \"bf16\", asked for \"f32\""), "{line}");
    } else {
        assert_eq!(run.status.code(), Some(2), "{notes}");
        assert!(notes.contains("AVX-512 BF16"), "{notes}");
        assert!(scratch.list(".").is_empty());
    }
}

/// Validation samples are scaled as the training samples are, which by default span [0, 1] exactly.
#[test]
fn validation_samples_may_lie_outside_the_training_samples() {
    let scratch = Scratch::new();
    scratch.write("low.csv", "a,b\n1,2\n3,4\n5,5\n");
    scratch.write("high.csv", "a,b\n0,9\n7,8\n");
    let report = scratch.json("train low.csv --validation high.csv --layers 2 --epochs 1 --out run");
    assert_eq!(report["validation"]["samples"], 2);
}

#[test]
fn an_unknown_key_is_told_the_nearest() {
    let scratch = Scratch::new();
    scratch.write("wrong.toml", "learning_rate = 0.1\n");
    let line = scratch.fail("train synthetic --config wrong.toml --out run", 1);
    assert!(line.contains("wrong.toml") && line.contains("`learning-rate`"), "{line}");
    assert!(!scratch.path("run").exists());
}

#[test]
fn weights_of_another_model_are_taken_if_it_is_alike() {
    let scratch = Scratch::new();
    scratch.succeed(&format!("{SMALL} --out first"));
    let report = scratch.json(&format!("{SMALL} --init first/model.safetensors --out second"));
    let first = scratch.text("first/metrics.csv");
    let start: f64 = first.lines().nth(1).unwrap().split(',').nth(1).unwrap().parse().unwrap();
    assert!(report["epochs"][0]["train_mse"].as_f64().unwrap() < start);
    let line = scratch.fail("train synthetic --limit 99 --layers 24,9 --init first --out third", 1);
    assert!(line.contains("784-24-9-24-784") && line.contains("784-24-8-24-784"), "{line}");
    let line = scratch.fail("train synthetic --limit 99 --init glorto --out third", 1);
    assert!(line.contains("glorot-gain"), "{line}");
    assert!(!scratch.path("third").exists());
}

#[test]
fn tables_are_scaled_and_trained_on() {
    let scratch = Scratch::new();
    let rows: Vec<String> = (0..60).map(|i| format!("{},-{i},{}", i * 100, ["a", "b"][i % 2])).collect();
    scratch.write("table.csv", format!("x,y,kind\n{}\n", rows.join("\n")));
    let train =
        "train table.csv --preset tutorial --label-column kind --layers 3,1 --epochs 3 --batch-size 8";
    let report = scratch.json(&format!("{train} --out run"));
    assert!(report["validation"].is_null() && report["epochs"][2]["validation_mse"].is_null());
    assert!(scratch.text("run/config.toml").contains("scale = \"min-max\""));
    let verdict = scratch.json("evaluate run table.csv --label-column kind");
    assert_eq!(
        (&verdict["samples"], &verdict["features"], &verdict["code"]),
        (&60.into(), &2.into(), &1.into())
    );
    scratch.succeed("reconstruct run table.csv --label-column kind --out restored.csv");
    let restored = scratch.text("restored.csv");
    let first: Vec<f64> =
        restored.lines().skip(1).map(|line| line.split(',').nth(1).unwrap().parse().unwrap()).collect();
    assert_eq!(restored.lines().next(), Some("kind,x,y"));
    assert!(first.iter().any(|&x| x > 1000.0), "in the data's own units: {restored}");
    scratch.succeed("plot latent run table.csv --label-column kind --out latent.svg");
    scratch.succeed("reconstruct run table.csv --label-column kind --out profiles.png");
}

#[test]
fn values_that_the_output_cannot_reach_are_refused_with_advice() {
    let scratch = Scratch::new();
    scratch.write("loud.csv", "0,2\n1,3\n5,1\n0.5,4\n");
    let line = scratch.fail("train loud.csv --preset tutorial --scale none --layers 2 --out runs/run", 1);
    assert!(line.contains("loud.csv") && line.contains('5') && line.contains("--scale min-max"), "{line}");
    assert!(!scratch.path("runs").exists());
    scratch.succeed(
        "train loud.csv --preset tutorial --scale none --output-activation linear --layers 2 --out run",
    );
}

#[test]
fn bytes_can_be_scaled_by_their_own_range() {
    let scratch = Scratch::new();
    // A mask of 0 and 1, which 255 would make almost black.
    let masks = (0..=255u8).cycle().step_by(37).map(|number| (number >> 3) & 1).take(20 * 6);
    let head = [0, 0, 8, 3, 0, 0, 0, 20, 0, 0, 0, 2, 0, 0, 0, 3];
    scratch.write("masks.idx", head.into_iter().chain(masks).collect::<Vec<u8>>());
    let output = scratch.run("train masks.idx --preset tutorial --layers 2 --epochs 1 --out plain");
    let notes = String::from_utf8(output.stderr).unwrap();
    assert!(
        notes.contains("masks.idx: the greatest byte is 1, and all are divided by 255; --scale min-max"),
        "{notes}"
    );
    scratch.succeed("train masks.idx --preset tutorial --scale min-max --layers 2 --epochs 1 --out scaled");
    assert!(scratch.text("scaled/config.toml").contains("scale = \"min-max\""));
    let mean = |run: &str| {
        scratch.json(&format!("evaluate {run} masks.idx"))["baselines"]["mean"]["mse"].as_f64().unwrap()
    };
    assert!(mean("scaled") > 10_000.0 * mean("plain"), "{} {}", mean("scaled"), mean("plain"));
    scratch.succeed("reconstruct scaled masks.idx --out restored.npy");
}

#[test]
fn a_training_stops_early_and_keeps_the_best_model() {
    let scratch = Scratch::new();
    let words = "train synthetic --limit 300 --batch-size 64 --layers 24,8 --epochs 50 --patience 2 --smallest-change 1 --keep-best";
    let report = scratch.json(&format!("{words} --out run"));
    assert_eq!(report["epochs"].as_array().unwrap().len(), 3, "nothing falls by 1");
    assert_eq!(report["best_epoch"], 1);
    let first =
        scratch.json("train synthetic --limit 300 --batch-size 64 --layers 24,8 --epochs 1 --out one");
    assert_eq!(report["validation"]["mse"], first["validation"]["mse"]);
    assert_eq!(first["best_epoch"], serde_json::Value::Null);
    let printed = scratch.succeed(&format!("{words} --out run --force"));
    assert!(
        printed.contains(", stopped early before 50, ") && printed.contains("that of epoch 1"),
        "{printed}"
    );
    let config = scratch.text("run/config.toml");
    for line in ["patience = 2", "smallest-change = 1.0", "keep-best = true"] {
        assert!(config.lines().any(|found| found == line), "{line}: {config}");
    }
    // A training that has stopped early does not continue.
    scratch.succeed("train --resume --out run");
    assert_eq!(scratch.text("run/metrics.csv").lines().count(), 4);
}

#[test]
fn a_schedule_and_its_settings_change_the_training_and_are_written_down() {
    let scratch = Scratch::new();
    scratch.succeed(&format!("{SMALL} --out constant"));
    for (name, words, line) in [
        ("step", "--schedule step --schedule-epochs 1", "schedule-factor = 0.1"),
        ("exponential", "--schedule exponential", "schedule-factor = 0.95"),
        ("cosine", "--schedule cosine --warmup-epochs 0.5", "warmup-epochs = 0.5"),
        ("cycle", "--schedule one-cycle", "schedule-rise = 0.3"),
        ("clipped", "--clip-norm 0.01", "clip-norm = 0.01"),
    ] {
        scratch.succeed(&format!("{SMALL} {words} --out {name}"));
        let config = scratch.text(&format!("{name}/config.toml"));
        assert!(config.lines().any(|found| found == line), "{line}: {config}");
        assert_ne!(
            scratch.read(&format!("{name}/model.safetensors")),
            scratch.read("constant/model.safetensors")
        );
    }
}

#[test]
fn losses_are_written_for_tensorboard_where_that_is_asked_for() {
    let scratch = Scratch::new();
    let events = "run/events.out.tfevents.autoencoder";
    scratch.succeed(&format!("{SMALL} --tensorboard --out run"));
    let two = scratch.read(events);
    assert!(two[12..].starts_with(b"\x09") && two.windows(14).any(|window| window == b"mse/validation"));
    scratch.succeed("train --resume --epochs 3 --out run");
    assert!(scratch.read(events).len() > two.len(), "a resumed run goes on with it");
    scratch.succeed(&format!("{SMALL} --out run --force"));
    assert_eq!(scratch.list("run"), FILES, "a run that replaces it leaves nothing of it");
}
