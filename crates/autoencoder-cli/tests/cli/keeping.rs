//! Nothing of a user's work is lost.

use std::fs;
#[cfg(unix)]
use std::process::Output;

use crate::program::{SMALL, Scratch};

/// The last line on stderr.
#[cfg(unix)]
fn last(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).lines().last().unwrap_or_default().to_owned()
}

/// Runs the program, which can write no file of more than some thousand bytes; nothing where no shell limits files.
#[cfg(unix)]
fn run_with_short_files(scratch: &Scratch, words: &str) -> Option<Output> {
    let program = env!("CARGO_BIN_EXE_autoencoder");
    let limited = format!("trap '' XFSZ; ulimit -f 8 || exit 99; exec '{program}' {words}");
    let mut command = std::process::Command::new("sh");
    fs::create_dir_all(scratch.path("tmp")).unwrap();
    command.args(["-c", &limited]).current_dir(scratch.path("")).env("TMPDIR", scratch.path("tmp"));
    command.output().ok().filter(|output| output.status.code() != Some(99))
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
        "corrupt none.csv --noise gaussian --out no/noisy.npy",
        "plot latent none none.csv --out no/latent.svg",
        "plot loss none --out no/loss.svg",
        "find-lr none.csv --out no/rates.svg",
    ] {
        let line = scratch.fail(words, 1);
        assert!(line.contains(": there is no folder no; create the folder first"), "{words}: {line}");
    }
    let line = scratch.fail("encode none none.csv --out folder.npy", 1);
    assert!(line.contains("folder.npy: expected the name of a file, found a folder"), "{line}");
    assert_eq!(scratch.list("."), ["file", "folder.npy"]);
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
    ];
    let before = all.map(|name| scratch.read(name));
    for words in [
        "encode model.npy rows.csv --out model.npy",
        "decode model.npy rows.csv --out ./model.npy",
        "reconstruct model.npy rows.csv --out model.npy",
        "plot latent model.svg rows.csv --out model.svg",
        "plot loss metrics.svg --out metrics.svg",
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
