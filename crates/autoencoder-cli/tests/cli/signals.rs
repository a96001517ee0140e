//! Signals: Ctrl-C, SIGTERM and SIGHUP end a training after its step, with a checkpoint to continue from.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::program::{Scratch, await_file};
use crate::reproducible::assert_same;

/// Sends a signal by its name; returns false where no tool sends signals.
pub(crate) fn send(signal: &str, child: &Child) -> bool {
    let sent = Command::new("kill").args([&format!("-{signal}"), &child.id().to_string()]).status();
    sent.is_ok_and(|status| status.success())
}

/// Runs the program until it has written a file, and ends it as Ctrl-C does; returns its last line, or nothing where
/// no tool sends signals.
pub(crate) fn interrupted(scratch: &Scratch, words: &str, file: &str) -> Option<String> {
    let mut child = scratch.command(words).stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    await_file(scratch, file);
    if !send("INT", &child) {
        child.kill().unwrap();
        child.wait().unwrap();
        return None;
    }
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(130), "{stderr}");
    Some(stderr.lines().last().unwrap().to_owned())
}

/// The mask of a process's signals that Linux gives under a name, in hexadecimal.
fn mask(process: &str, name: &str) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let mask = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':').map(str::trim))?;
    u64::from_str_radix(mask, 16).ok()
}

/// Returns whether a process listens to SIGTERM; where the system does not tell, it does.
pub(crate) fn hears(process: &str) -> bool {
    mask(process, "SigCgt").is_none_or(|mask| mask & TERMINATE != 0)
}

/// Returns whether the tests run as under `nohup`, which the programs that they start inherit.
fn ignores_hangups() -> bool {
    mask("self", "SigIgn").is_some_and(|mask| mask & 1 == 1)
}

const LONG: &str = "train synthetic --limit 600 --layers 24,8 --batch-size 8 --epochs 100000";

#[test]
fn whichever_signal_ends_a_training_leaves_a_checkpoint_to_go_on_from() {
    let scratch = Scratch::new();
    for (signal, code) in [("TERM", 143), ("HUP", 129)] {
        if signal == "HUP" && ignores_hangups() {
            continue;
        }
        let mut command = scratch.command(&format!("{LONG} --out {signal}"));
        let mut child = command.stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        await_file(&scratch, &format!("{signal}/metrics.csv"));
        // The terminal is gone from now on: nobody reads notes.
        drop(child.stderr.take());
        if !send(signal, &child) {
            child.kill().unwrap();
            child.wait().unwrap();
            return;
        }
        // A shell that ends tells its children again.
        if signal == "HUP" {
            send(signal, &child);
        }
        assert_eq!(child.wait().unwrap().code(), Some(code), "{signal}");
        let epochs = scratch.text(&format!("{signal}/metrics.csv")).lines().count();
        scratch.succeed(&format!("train --resume --epochs {epochs} --out {signal}"));
        let straight = LONG.replace("100000", &epochs.to_string());
        scratch.succeed(&format!("{straight} --out straight --force"));
        assert_same(&scratch, signal, "straight");
    }
}

/// SIGTERM in a mask of signals.
const TERMINATE: u64 = 1 << 14;

#[test]
fn a_range_test_ends_with_a_line_and_the_code_of_the_signal() {
    let scratch = Scratch::new();
    let words = "find-lr synthetic --limit 300 --layers 24,8 --to 2e-6 --steps 1000000 --out rates.svg";
    let child = scratch.command(words).stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    let begun = Instant::now();
    let listens = || hears(&child.id().to_string());
    while !listens() && begun.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(2));
    }
    if !cfg!(target_os = "linux") || !send("TERM", &child) {
        let mut child = child;
        child.kill().unwrap();
        child.wait().unwrap();
        return;
    }
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(143), "{stderr}");
    assert!(stderr.lines().last().unwrap().starts_with("autoencoder: interrupted; "), "{stderr}");
    assert!(scratch.list(".").is_empty());
}

#[test]
fn a_training_under_nohup_goes_on_when_its_terminal_is_closed() {
    let scratch = Scratch::new();
    let mut command = Command::new("nohup");
    command.arg(env!("CARGO_BIN_EXE_autoencoder")).args(format!("{LONG} --out run").split(' '));
    command.current_dir(scratch.path("")).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let Ok(mut child) = command.spawn() else { return };
    let rows = || scratch.text("run/metrics.csv").lines().count();
    await_file(&scratch, "run/metrics.csv");
    assert!(send("HUP", &child));
    let (before, begun) = (rows(), Instant::now());
    while rows() < before + 3 && begun.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(2));
    }
    assert_eq!(child.try_wait().unwrap(), None, "it goes on");
    assert!(send("TERM", &child));
    assert_eq!(child.wait().unwrap().code(), Some(143));
}

#[test]
fn an_interrupted_run_goes_on() {
    let scratch = Scratch::new();
    let words = "train synthetic --limit 600 --layers 24,8 --batch-size 8 --out run";
    let Some(last) = interrupted(&scratch, &format!("{words} --epochs 100000"), "run/metrics.csv") else {
        return;
    };
    assert!(last.contains("checkpoint.safetensors") && last.contains("--resume --out run"), "{last}");
    let done = scratch.text("run/metrics.csv").lines().count() - 1;
    let epochs = done + 1;
    scratch.succeed(&format!("train --resume --epochs {epochs} --out run"));
    scratch.succeed(&format!("{words} --epochs {epochs}").replace("--out run", "--out straight"));
    assert_same(&scratch, "run", "straight");
}

#[test]
fn an_interrupted_pretraining_says_where_it_stood_and_goes_on() {
    let scratch = Scratch::new();
    let words = "train synthetic --limit 600 --layers 24,8 --batch-size 8 --pretrain-epochs 100000 --tensorboard --out run";
    let Some(last) = interrupted(&scratch, words, "run/checkpoint.safetensors") else { return };
    assert!(last.contains("; `autoencoder train --resume --out run` continues"), "{last}");
    assert!(last.contains(" of 100000 of the pretraining of layer 1 of 2; "), "{last}");
    assert_eq!(
        scratch.list("run"),
        ["checkpoint.safetensors", "config.toml", "events.out.tfevents.autoencoder"]
    );
    let inspect = || scratch.json("inspect run/checkpoint.safetensors");
    let before = inspect();
    assert_eq!((&before["kind"], &before["pretrained_layer"]), (&"pretraining".into(), &0.into()));
    assert_eq!(scratch.json("inspect run"), before, "the folder of a run without a model yet");
    let line = scratch.fail("evaluate run synthetic", 1);
    assert!(
        line.contains("the training is not over: run/checkpoint.safetensors has the model so far"),
        "{line}"
    );
    scratch.succeed("evaluate run/checkpoint.safetensors synthetic");
    let line = scratch.fail("train --resume --pretrain-epochs 5 --out run", 1);
    assert!(line.contains("pretrain-epochs: the run has 100000, asked for 5"), "{line}");
    let config = scratch.text("run/config.toml");
    scratch.write("run/config.toml", config.replace("pretrain-epochs = 100000", "pretrain-epochs = 5"));
    let line = scratch.fail("train --resume --out run", 1);
    assert!(line.contains("the checkpoint contradicts run/config.toml"), "{line}");
    scratch.write("run/config.toml", config);
    // A resume may ask for more epochs of the whole at any time; the config is there at once.
    std::fs::remove_file(scratch.path("run/events.out.tfevents.autoencoder")).unwrap();
    let again = "train --resume --epochs 9 --tensorboard --out run";
    interrupted(&scratch, again, "run/events.out.tfevents.autoencoder").unwrap();
    assert!(scratch.text("run/config.toml").contains("\nepochs = 9\n"));
    assert!(inspect()["steps"].as_u64() > before["steps"].as_u64());
}
