//! Nothing of a user's work is lost: by `--force`, by two trainings in one folder, by a folder that takes no files, by
//! a folder that vanishes, by the name of an output.

use std::fs;
#[cfg(unix)]
use std::process::Output;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::program::{SMALL, Scratch, await_file};
use crate::reproducible::assert_same;
#[cfg(unix)]
use crate::signals::hears;

const LONG: &str = "train synthetic --limit 600 --layers 24,8 --batch-size 8 --epochs 100000";

/// Begins a training that would take for ever, in a folder of this name, and waits for its first epoch.
fn begin(scratch: &Scratch, words: &str, folder: &str) -> Child {
    let mut command = scratch.command(&format!("{words} --out {folder}"));
    fs::create_dir_all(scratch.path("tmp")).unwrap();
    command.env("TMPDIR", scratch.path("tmp")).stdout(Stdio::null()).stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    await_file(scratch, &format!("{folder}/metrics.csv"));
    child
}

/// The last line on stderr.
#[cfg(unix)]
fn last(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).lines().last().unwrap_or_default().to_owned()
}

/// Every file in a folder with its bytes.
#[cfg(unix)]
fn files(scratch: &Scratch, folder: &str) -> Vec<(String, Vec<u8>)> {
    let read = |name: String| (name.clone(), scratch.read(&format!("{folder}/{name}")));
    scratch.list(folder).into_iter().map(read).collect()
}

/// Runs the program, which can write no file of more than some thousand bytes; nothing where no shell limits files.
#[cfg(unix)]
fn run_with_short_files(scratch: &Scratch, words: &str) -> Option<Output> {
    let program = env!("CARGO_BIN_EXE_autoencoder");
    let limited = format!("ulimit -f 8 || exit 99; exec '{program}' {words}");
    let mut command = std::process::Command::new("sh");
    fs::create_dir_all(scratch.path("tmp")).unwrap();
    command.args(["-c", &limited]).current_dir(scratch.path("")).env("TMPDIR", scratch.path("tmp"));
    command.output().ok().filter(|output| output.status.code() != Some(99))
}

#[cfg(unix)]
#[test]
fn a_run_that_cannot_be_written_replaces_none() {
    let scratch = Scratch::new();
    scratch.succeed(&format!("{SMALL} --tensorboard --out run"));
    let before = files(&scratch, "run");
    for words in ["", "--checkpoint-every 1", "--pretrain-epochs 1", "--tensorboard"] {
        let words = format!("{SMALL} {words} --seed 5 --out run --force --quiet");
        let Some(output) = run_with_short_files(&scratch, &words) else { return };
        let line = last(&output);
        assert_eq!(output.status.code(), Some(1), "{line}");
        assert!(line.contains("run/checkpoint.safetensors: writing failed: File too large"), "{line}");
        assert!(
            line.contains("; the training up to ") && line.contains(" is lost, as nothing can be"),
            "{line}"
        );
        assert_eq!(String::from_utf8_lossy(&output.stderr).lines().count(), 1, "{words}");
        assert_eq!(files(&scratch, "run"), before, "{words}");
        assert!(scratch.list("tmp").is_empty());
    }
}

#[cfg(unix)]
#[test]
fn a_run_stays_where_the_one_that_would_replace_it_is_interrupted_in_its_first_epoch() {
    let scratch = Scratch::new();
    scratch.succeed(&format!("{SMALL} --out run"));
    let before = files(&scratch, "run");
    fs::create_dir_all(scratch.path("tmp")).unwrap();
    // The first epoch, or that of the first layer, takes for ever.
    let long =
        "train synthetic --limit 20000 --layers 900,8 --batch-size 1 --epochs 2 --out run --force --quiet";
    for more in ["", "--pretrain-epochs 2"] {
        let mut command = scratch.command(&format!("{long} {more}"));
        command.env("TMPDIR", scratch.path("tmp")).stdout(Stdio::null()).stderr(Stdio::piped());
        let child = command.spawn().unwrap();
        let id = child.id().to_string();
        await_file(&scratch, "run/.lock");
        let begun = Instant::now();
        while !hears(&id) && begun.elapsed() < Duration::from_secs(60) {
            std::thread::sleep(Duration::from_millis(5));
        }
        std::process::Command::new("kill").args(["-TERM", &id]).status().unwrap();
        let output = child.wait_with_output().unwrap();
        let line = last(&output);
        assert_eq!(output.status.code(), Some(143), "{line}");
        assert!(line.contains("interrupted; the run in run stays as it was, and "), "{line}");
        let saved = line.split("--out ").nth(1).and_then(|rest| rest.split('`').next()).unwrap();
        assert!(scratch.json(&format!("inspect {saved}"))["kind"].is_string(), "{line}");
        assert!(files(&scratch, "run") == before, "{line}");
    }
}

#[test]
fn nothing_of_a_replaced_run_stays_beside_the_first_checkpoint_of_the_new_one() {
    let scratch = Scratch::new();
    scratch.succeed(&format!("{SMALL} --tensorboard --out run"));
    let settings = scratch.text("run/config.toml");
    let mut child = scratch
        .command(
            "train synthetic --layers 512,128 --batch-size 8 --checkpoint-every 1 --out run --force --quiet",
        )
        .spawn()
        .unwrap();
    let begun = Instant::now();
    let replaced = || fs::read_to_string(scratch.path("run/config.toml")).is_ok_and(|text| text != settings);
    while !replaced() && begun.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(1));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let mut left = scratch.list("run");
    left.retain(|name| !name.starts_with('.'));
    assert_eq!(left, ["checkpoint.safetensors", "config.toml"], "within the first epoch");
    scratch.succeed("inspect run/checkpoint.safetensors");
}

#[test]
fn two_trainings_do_not_share_a_folder_and_the_lock_of_a_killed_one_is_free() {
    let scratch = Scratch::new();
    scratch.write("grid.toml", "data = \"synthetic\"\nlimit = 50\nlayers = [2]\nepochs = 1\nseed = [1, 2]\n");
    let mut child = begin(&scratch, LONG, "run");
    let process =
        if cfg!(windows) { "another process".to_owned() } else { format!("process {}", child.id()) };
    let refused = format!("run: {process} is training into this folder; wait until");
    for words in [
        &format!("{SMALL} --out run"),
        &format!("{SMALL} --out run --force"),
        "train --resume --out run",
        "sweep grid.toml --out run",
    ] {
        let line = scratch.fail(words, 1);
        assert!(line.contains(&refused), "{words}: {line}");
    }
    scratch.succeed("inspect run");
    scratch.succeed("evaluate run synthetic");
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(scratch.list("run").contains(&".lock".to_owned()), "a killed process removes nothing");
    scratch.write("run/.model.safetensors.AbCd12.part", "left over");
    let epochs = scratch.json("inspect run/checkpoint.safetensors")["epochs_done"].as_u64().unwrap() + 1;
    scratch.succeed(&format!("train --resume --epochs {epochs} --out run"));
    assert!(!scratch.list("run").iter().any(|name| name.starts_with('.')), "{:?}", scratch.list("run"));
}

#[test]
fn a_sweep_and_each_of_its_runs_are_locked() {
    let scratch = Scratch::new();
    let grid = "data = \"synthetic\"\nlimit = 600\nbatch-size = 8\nlayers = [24, 8]\nepochs = 100000\nseed = [1, 2]\n";
    scratch.write("grid.toml", grid);
    let mut child = scratch.command("sweep grid.toml --jobs 1 --out grid --quiet").spawn().unwrap();
    await_file(&scratch, "grid/seed=1/metrics.csv");
    for (words, folder) in
        [("train --resume --out grid/seed=1", "grid/seed=1"), ("sweep grid.toml --out grid", "grid")]
    {
        let line = scratch.fail(words, 1);
        assert!(line.starts_with(&format!("autoencoder: {folder}: ")), "{line}");
        assert!(line.contains(" is training into this folder; wait until"), "{line}");
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn an_unfinished_lock_and_an_empty_folder_are_in_nobodys_way() {
    let scratch = Scratch::new();
    fs::create_dir(scratch.path("run")).unwrap();
    scratch.write("run/.lock", "4294967295\n");
    scratch.succeed(&format!("{SMALL} --out run"));
    assert!(!scratch.path("run/.lock").exists());
    scratch.write("run/.lock", "4294967295\n");
    scratch.succeed("inspect run");
    scratch.write("bad.csv", "1,2\n3,x\n");
    scratch.fail("train bad.csv --out new/run", 1);
    assert!(!scratch.path("new").exists());
}

#[test]
fn a_place_that_takes_no_file_is_found_before_anything_is_read() {
    let scratch = Scratch::new();
    scratch.write("file", b"");
    fs::create_dir(scratch.path("folder.npy")).unwrap();
    for words in [
        "encode none none.csv --out no/codes.npy",
        "decode none none.npy --out no/samples.npy",
        "reconstruct none none.csv --out no/samples.npy",
        "generate none --out no/samples.npy",
        "interpolate none none.csv --from 0 --to 1 --out no/samples.npy",
        "neighbours none none.csv --of 0 --out no/near.csv",
        "corrupt none.csv --noise gaussian --out no/noisy.npy",
        "plot latent none none.csv --out no/latent.svg",
        "plot loss none --out no/loss.svg",
        "plot scores none none.csv --out no/scores.svg",
        "plot anomalies none none.csv --out no/anomalies.svg",
        "find-lr none.csv --out no/rates.svg",
    ] {
        let line = scratch.fail(words, 1);
        assert!(line.contains(": there is no folder no; create the folder first"), "{words}: {line}");
    }
    let line = scratch.fail("encode none none.csv --out folder.npy", 1);
    assert!(line.contains("folder.npy: expected the name of a file, found a folder"), "{line}");
    let line = scratch.fail("train none.csv --out file/run", 1);
    assert!(line.contains("file/run: "), "{line}");
    assert_eq!(scratch.list("."), ["file", "folder.npy"]);
}

/// Moves the folder of a training away, and puts a file in its place.
#[cfg(unix)]
fn displace(scratch: &Scratch, folder: &str) {
    for attempt in 0..1000 {
        fs::rename(scratch.path(folder), scratch.path(&format!("moved-{attempt}"))).unwrap();
        // The training may just have made the folder again.
        if fs::File::create_new(scratch.path(folder)).is_ok() {
            return;
        }
    }
    panic!("the training makes its folder again all the time");
}

#[cfg(unix)]
#[test]
fn a_folder_that_vanishes_is_made_again_with_every_file() {
    let scratch = Scratch::new();
    for words in [LONG.to_owned(), format!("{LONG} --checkpoint-every 5 --tensorboard")] {
        let child = begin(&scratch, &words, "run");
        fs::rename(scratch.path("run"), scratch.path("moved")).unwrap();
        await_file(&scratch, "run/metrics.csv");
        assert!(crate::signals::send("TERM", &child));
        let output = child.wait_with_output().unwrap();
        let notes = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(143), "{notes}");
        assert!(notes.contains("run: the files of the run vanished during its training; all"), "{notes}");
        let epochs = scratch.text("run/metrics.csv").lines().count();
        scratch.succeed(&format!("train --resume --epochs {epochs} --out run"));
        let straight = words.replace("100000", &epochs.to_string());
        scratch.succeed(&format!("{straight} --out straight --force"));
        assert_same(&scratch, "run", "straight");
        for folder in ["run", "moved"] {
            fs::remove_dir_all(scratch.path(folder)).unwrap();
        }
    }
}

#[cfg(unix)]
#[test]
fn a_training_whose_folder_takes_no_files_is_rescued_elsewhere() {
    let scratch = Scratch::new();
    let child = begin(&scratch, LONG, "run");
    displace(&scratch, "run");
    let output = child.wait_with_output().unwrap();
    let line = last(&output);
    assert_eq!(output.status.code(), Some(1), "{line}");
    assert!(
        line.starts_with("autoencoder: run: expected a folder, found a file; the training up to "),
        "{line}"
    );
    let folder = line.split("was rescued to ").nth(1).unwrap().split(';').next().unwrap();
    assert!(folder.contains("/tmp/autoencoder-rescue-"), "{line}");
    assert!(line.contains(&format!("`autoencoder train --resume --out {folder}` continues")), "{line}");
    let epochs = fs::read_to_string(format!("{folder}/metrics.csv")).unwrap().lines().count();
    scratch.succeed(&format!("inspect {folder}/model.safetensors"));
    scratch.succeed(&format!("train --resume --epochs {epochs} --out {folder}"));
    fs::rename(folder, scratch.path("rescued")).unwrap();
    scratch.succeed(&format!("{LONG} --out straight").replace("100000", &epochs.to_string()));
    assert_same(&scratch, "rescued", "straight");
}

#[cfg(unix)]
#[test]
fn a_training_does_not_write_into_another_run_that_came_to_lie_in_its_folder() {
    let scratch = Scratch::new();
    scratch.succeed(&format!("{SMALL} --out other"));
    let before = files(&scratch, "other");
    let child = begin(&scratch, LONG, "run");
    for attempt in 0..1000 {
        fs::rename(scratch.path("run"), scratch.path(&format!("moved-{attempt}"))).unwrap();
        if fs::rename(scratch.path("other"), scratch.path("run")).is_ok() {
            break;
        }
    }
    let output = child.wait_with_output().unwrap();
    let line = last(&output);
    assert_eq!(output.status.code(), Some(1), "{line}");
    assert!(
        line.contains("run: another run came to lie in this folder") && line.contains("rescued to"),
        "{line}"
    );
    assert_eq!(files(&scratch, "run"), before);
}

#[test]
fn settings_alone_begin_a_run_again_as_its_refusals_say() {
    let scratch = Scratch::new();
    scratch.succeed(&format!("{SMALL} --out whole"));
    fs::create_dir(scratch.path("run")).unwrap();
    scratch.write("run/config.toml", scratch.read("whole/config.toml"));
    let line = scratch.fail(&format!("{SMALL} --out run"), 1);
    assert!(line.contains("a part of a run") && line.contains("--force replaces that part"), "{line}");
    let line = scratch.fail("train --resume --out run", 1);
    let advised = "train --config run/config.toml --out run --force";
    assert!(line.contains(&format!("`autoencoder {advised}` begins it again")), "{line}");
    scratch.succeed(advised);
    assert_same(&scratch, "run", "whole");
}

#[test]
fn whatever_a_command_reads_is_not_written_over() {
    let scratch = Scratch::new();
    let rows: Vec<String> = (0..40).map(|row| format!("{row},{},1", row % 7)).collect();
    scratch.write("rows.csv", rows.join("\n"));
    scratch.succeed("train rows.csv --layers 2 --epochs 1 --out run");
    scratch.write("model.npy", scratch.read("run/model.safetensors"));
    scratch.write("model.svg", scratch.read("run/model.safetensors"));
    scratch.write("metrics.svg", scratch.read("run/metrics.csv"));
    scratch.write("settings.svg", "layers = [2]\n");
    fs::create_dir(scratch.path("data")).unwrap();
    scratch.write("data/metrics.csv", rows.join("\n"));
    fs::create_dir(scratch.path("sweep")).unwrap();
    scratch.write("sweep/sweep.csv", rows.join("\n"));
    scratch.write("grid.toml", "data = \"sweep/sweep.csv\"\nlayers = [2]\nseed = [1, 2]\n");
    scratch.write("sweep.csv", "data = \"rows.csv\"\nlayers = [2]\nseed = [1, 2]\n");
    let all = [
        "rows.csv",
        "model.npy",
        "model.svg",
        "metrics.svg",
        "settings.svg",
        "data/metrics.csv",
        "sweep/sweep.csv",
        "sweep.csv",
        "run/model.safetensors",
        "run/config.toml",
        "run/metrics.csv",
    ];
    let before = all.map(|name| scratch.read(name));
    for words in [
        "encode model.npy rows.csv --out model.npy",
        "decode model.npy rows.csv --out ./model.npy",
        "reconstruct model.npy rows.csv --out model.npy",
        "plot latent model.svg rows.csv --out model.svg",
        "plot loss metrics.svg --out metrics.svg",
        "plot scores model.svg rows.csv --out model.svg",
        "plot anomalies model.svg rows.csv --out model.svg",
        "find-lr rows.csv --config settings.svg --out settings.svg",
        "find-lr rows.csv --layers 2 --init model.svg --out model.svg",
        "train data/metrics.csv --layers 2 --out data --force",
        "train rows.csv --layers 2 --validation data/metrics.csv --out data --force",
        "train rows.csv --layers 2 --init run --out run --force",
        "train rows.csv --layers 2 --init run/checkpoint.safetensors --out run --force",
        "sweep grid.toml --out sweep",
        "sweep sweep.csv --out .",
    ] {
        let line = scratch.fail(words, 1);
        assert!(line.contains("would write over it"), "{words}: {line}");
    }
    // Some need no data, and would write over that of the run, or over what else the run needs.
    for (words, what) in [
        ("generate run --out rows.csv", "data that the model was trained on"),
        ("export run --format onnx --out rows.csv", "data that the model was trained on"),
        ("export run --format onnx --out run/config.toml", "a file of the model's run"),
        ("generate run --out run/metrics.csv", "a file of the model's run"),
        ("encode run/model.safetensors rows.csv --out run/metrics.csv", "a file of the model's run"),
    ] {
        let line = scratch.fail(words, 1);
        assert!(
            line.contains(&format!("this is {what}, and this command would write over it")),
            "{words}: {line}"
        );
    }
    assert_eq!(all.map(|name| scratch.read(name)), before);
    scratch.succeed("train data/metrics.csv --layers 2 --epochs 1 --out data/run");
}

#[cfg(unix)]
#[test]
fn every_format_says_why_it_could_not_be_written() {
    let scratch = Scratch::new();
    scratch.succeed(&format!("{SMALL} --out run"));
    for format in ["npy", "csv", "idx"] {
        let words = format!("reconstruct run synthetic --quiet --out out.{format}");
        let Some(output) = run_with_short_files(&scratch, &words) else { return };
        let line = last(&output);
        assert!(line.contains(&format!("out.{format}: writing failed: File too large")), "{line}");
        assert_eq!(scratch.list("."), ["run", "tmp"]);
    }
}
