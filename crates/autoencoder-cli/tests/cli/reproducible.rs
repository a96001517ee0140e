//! The same bytes for the same seed: on any number of threads, from config.toml, and after a resume.

use std::time::Duration;

use crate::program::{SMALL, Scratch, await_file};

const REPRODUCIBLE: [&str; 4] =
    ["model.safetensors", "checkpoint.safetensors", "loss.svg", "reconstructions.png"];

pub(crate) fn assert_same(scratch: &Scratch, one: &str, other: &str) {
    for file in REPRODUCIBLE {
        let same = scratch.read(&format!("{one}/{file}")) == scratch.read(&format!("{other}/{file}"));
        assert!(same, "{file} of {one} and {other}");
    }
}

#[test]
fn threads_do_not_matter_and_seeds_do() {
    let scratch = Scratch::new();
    for threads in [1, 2, 4] {
        scratch.succeed(&format!("{SMALL} --threads {threads} --out threads-{threads}"));
    }
    assert_same(&scratch, "threads-1", "threads-2");
    assert_same(&scratch, "threads-1", "threads-4");
    scratch.succeed(&format!("{SMALL} --seed 1 --out seed"));
    assert_ne!(scratch.read("threads-1/model.safetensors"), scratch.read("seed/model.safetensors"));
    scratch.succeed(&format!("{SMALL} --no-shuffle --out unshuffled"));
    assert_ne!(scratch.read("threads-1/model.safetensors"), scratch.read("unshuffled/model.safetensors"));
}

#[test]
fn the_configuration_trains_the_same_model() {
    let scratch = Scratch::new();
    let other =
        "--loss huber --optimizer rmsprop --validation 0.2 --seed 9 --no-shuffle --learning-rate 0.003";
    for (name, words) in [("plain", ""), ("other", other)] {
        scratch.succeed(&format!("{SMALL} {words} --out {name}"));
        scratch.succeed(&format!("train --config {name}/config.toml --out {name}-again"));
        assert_same(&scratch, name, &format!("{name}-again"));
        let again = scratch.text(&format!("{name}-again/config.toml"));
        assert_eq!(scratch.text(&format!("{name}/config.toml")), again);
    }
}

#[test]
fn a_resumed_run_is_the_run_that_never_stopped() {
    let scratch = Scratch::new();
    scratch.succeed(&format!("{SMALL} --out straight"));
    scratch.succeed(&format!("{SMALL} --epochs 1 --out resumed").replace("--epochs 2", ""));
    let first = scratch.text("resumed/metrics.csv");
    let report = scratch.json("train --resume --epochs 2 --out resumed");
    assert_same(&scratch, "straight", "resumed");
    assert_eq!(scratch.text("straight/config.toml"), scratch.text("resumed/config.toml"));
    assert!(scratch.text("resumed/metrics.csv").starts_with(&first), "earlier rows are kept");
    assert_eq!(report["epochs"][0]["epoch"], 1);
    assert_eq!(report["epochs"][1]["epoch"], 2);
    // Nothing is left to do, and nothing changes.
    scratch.succeed("train --resume --out resumed");
    assert_same(&scratch, "straight", "resumed");
}

#[test]
fn a_resume_that_contradicts_the_run_is_refused() {
    let scratch = Scratch::new();
    scratch.succeed(&format!("{SMALL} --out run"));
    let before = scratch.read("run/checkpoint.safetensors");
    for (words, parts) in [
        ("--learning-rate 0.5", ["learning-rate", "0.01", "0.5"]),
        ("--layers 24,9", ["layers", "[24, 8]", "[24, 9]"]),
        ("--limit 200", ["limit", "300", "200"]),
        ("--scale standard", ["scale", "none", "standard"]),
        ("--epochs 1", ["checkpoint.safetensors", "2 epochs", "1"]),
    ] {
        let line = scratch.fail(&format!("train --resume --out run {words}"), 1);
        assert!(parts.iter().all(|part| line.contains(part)), "{words}: {line}");
    }
    assert_eq!(scratch.read("run/checkpoint.safetensors"), before);
    let line = scratch.fail("train --resume --out nowhere", 1);
    assert!(line.contains("nowhere: there is no run to continue"), "{line}");
    assert!(!scratch.path("nowhere").exists());
    // A refusal tells how to train on from the weights of the run, where these fit.
    let anew = "to train anew from the weights of the run: --init run/checkpoint.safetensors --out NEW";
    for (words, fits) in [
        ("--learning-rate 0.5", true),
        ("--noise masking", true),
        ("--penalty sparse", true),
        ("--penalty variational", false),
        ("--layers 24,9", false),
        ("--tied", false),
    ] {
        let line = scratch.fail(&format!("train --resume --out run {words}"), 1);
        assert_eq!(line.contains(anew), fits, "{words}: {line}");
        assert_ne!(line.contains("--out takes another folder"), fits, "{words}: {line}");
    }
    scratch.succeed(&format!("{SMALL} --learning-rate 0.5 --init run/checkpoint.safetensors --out anew"));
    // The same data by another name is no contradiction.
    scratch.write("t.csv", "1,2\n3,4\n5,7\n");
    scratch.succeed("train t.csv --layers 1 --epochs 1 --out table");
    scratch.succeed("train ./t.csv --resume --epochs 2 --out table");
    scratch.write("t.csv", "1,2\n3,4\n5,8\n");
    let line = scratch.fail("train --resume --epochs 3 --out table", 1);
    assert!(
        line.contains("t.csv") && line.contains("--init table/checkpoint.safetensors --out NEW"),
        "{line}"
    );
}

#[test]
fn a_run_without_its_configuration_or_its_checkpoint_is_refused_with_a_way_out() {
    let scratch = Scratch::new();
    scratch.succeed(&format!("{SMALL} --out run"));
    let config = scratch.text("run/config.toml");
    std::fs::remove_file(scratch.path("run/config.toml")).unwrap();
    let line = scratch.fail("train --resume --out run", 1);
    assert!(line.contains("run/config.toml: there is no such file, and --resume needs the settings"));
    assert!(line.contains("--init run/checkpoint.safetensors --out NEW"), "{line}");
    let line = scratch.fail("train --config run/config.toml --out other", 1);
    assert!(line.contains("there is no such file; expected settings in TOML"), "{line}");
    let notes = String::from_utf8(scratch.run("plot loss run --out loss.svg").stderr).unwrap();
    assert!(notes.contains("drawn without baselines: run/config.toml: there is no such file; "), "{notes}");
    let line = scratch.fail("plot loss . --out loss.svg", 1);
    assert!(line.contains("metrics.csv: there is no such file; expected the folder of a run"), "{line}");

    // A run may be killed before its first checkpoint.
    std::fs::create_dir(scratch.path("begun")).unwrap();
    scratch.write("begun/config.toml", config);
    let line = scratch.fail(&format!("{SMALL} --out begun"), 1);
    assert!(
        line.contains("no checkpoint") && line.contains("--force") && !line.contains("--resume"),
        "{line}"
    );
    let line = scratch.fail("train --resume --out begun", 1);
    let way = line.split('`').nth(1).unwrap().strip_prefix("autoencoder ").unwrap().to_owned();
    assert_eq!(way, "train --config begun/config.toml --out begun --force");
    scratch.succeed(&way);
    scratch.write("run/config.toml", scratch.text("begun/config.toml"));
    assert_same(&scratch, "run", "begun");
}

/// The last checkpoint is whole whenever the process ends, and a resume from it leads to the same bytes.
#[test]
fn a_killed_run_goes_on_from_its_last_step() {
    use std::process::Stdio;

    let scratch = Scratch::new();
    let words = "train synthetic --limit 600 --layers 24,8 --batch-size 8 --epochs 4 --schedule cosine --warmup-epochs 0.5 \
                 --clip-norm 0.05 --keep-best --patience 3";
    for (kind, words) in [("plain", words.to_owned()), ("pretrained", format!("{words} --pretrain-epochs 3"))]
    {
        let mut left = Vec::new();
        let straight = format!("{kind}-straight");
        scratch.succeed(&format!("{words} --out {straight}"));
        for (round, every) in ["1", "7", "0.02s"].into_iter().enumerate() {
            let run = format!("{kind}-{round}");
            let mut command =
                scratch.command(&format!("{words} --checkpoint-every {every} --threads 2 --out {run}"));
            let mut child = command.stderr(Stdio::null()).stdout(Stdio::null()).spawn().unwrap();
            await_file(&scratch, &format!("{run}/checkpoint.safetensors"));
            std::thread::sleep(Duration::from_millis(13 * round as u64));
            // The signal is SIGKILL on Unix, which no program can catch.
            child.kill().unwrap();
            child.wait().unwrap();
            left.push(scratch.json(&format!("inspect {run}/checkpoint.safetensors"))["kind"].to_string());
            scratch.succeed(&format!("train --resume --threads 1 --out {run}"));
            assert_same(&scratch, &run, &straight);
        }
        assert!(kind == "plain" || left.iter().any(|kind| kind == "\"pretraining\""), "{left:?}");
    }
}
