//! `cargo xtask same-bits COMMIT`: trains with the program of another commit and with this one's, and compares what they write.

mod compare;
mod trainings;

use std::error::Error;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use compare::{Comparison, compare};
use trainings::{Data, TRAININGS, Training};

use crate::process::Program;
use crate::{built, workspace};

/// Arguments of `cargo xtask same-bits`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The commit to compare with, as git names it
    #[arg(value_name = "COMMIT")]
    commit: String,
    /// Only the trainings whose names hold this text
    #[arg(long, value_name = "TEXT")]
    only: Option<String>,
}

/// The files of a run that hold no clock reading.
const FILES: [&str; 2] = ["model.safetensors", "checkpoint.safetensors"];

/// Samples of a training: no multiple of a batch, and more than one.
const SAMPLES: &str = "1500";

/// Both programs, and a folder with data for both.
struct Bench {
    folder: PathBuf,
    theirs: Program,
    ours: Program,
}

/// Builds both programs, trains with both, and reports.
pub(crate) fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    let theirs = Program::new(program_of(&options.commit)?);
    let ours = Program::new(built::program()?);
    let folder = tempfile::tempdir()?;
    let bench = Bench { folder: folder.path().to_owned(), theirs, ours };
    bench.make_data()?;
    let has_bf16 = bench.has_bf16()?;
    let wanted =
        |training: &&Training| options.only.as_ref().is_none_or(|text| training.name.contains(text.as_str()));
    let (mut compared, mut different) = (0, Vec::new());
    for training in TRAININGS.iter().filter(wanted) {
        if training.bf16 && !has_bf16 {
            println!("{:<56} not on this processor", training.name);
            continue;
        }
        for run in ["theirs", "ours"] {
            bench.train(training, run)?;
        }
        for file in FILES {
            let read = |run: &str| fs::read(bench.folder.join(run).join(file));
            let comparison = compare(&read("theirs")?, &read("ours")?);
            let result = match comparison {
                Comparison::Bytes => "same bytes".to_owned(),
                Comparison::Tensors => "same tensors, other metadata".to_owned(),
                Comparison::Different(what) => {
                    different.push(format!("{}, {file}: {what}", training.name));
                    format!("DIFFERENT: {what}")
                }
            };
            println!("{:<56} {file:<24} {result}", training.name);
        }
        compared += 1;
    }
    match (compared, different.is_empty()) {
        (0, _) => Err("no training has such a name".into()),
        (_, true) => {
            println!("{compared} trainings end in the same numbers as with {}", options.commit);
            Ok(())
        }
        _ => Err(format!("{} files differ:\n  {}", different.len(), different.join("\n  ")).into()),
    }
}

impl Bench {
    /// The data that both programs read, written by ours.
    fn make_data(&self) -> Result<(), Box<dyn Error>> {
        self.succeed(&self.ours, &["synthetic", "--out", "digits", "--count", SAMPLES])?;
        self.succeed(&self.ours, &["synthetic", "--out", "table", "--kind", "table", "--count", SAMPLES])
    }

    /// Whether the processor has instructions for bfloat16; without them the program refuses to train in that precision.
    fn has_bf16(&self) -> Result<bool, Box<dyn Error>> {
        let words = "train digits --precision bf16 --limit 64 --epochs 0 --validation none --force --quiet --out bf16";
        let arguments: Vec<OsString> = words.split(' ').map(OsString::from).collect();
        Ok(self.ours.run(&arguments, &self.folder)?.code == Some(0))
    }

    fn train(&self, training: &Training, run: &str) -> Result<(), Box<dyn Error>> {
        let data = match training.data {
            Data::Digits => "digits",
            Data::Table => "table/numbers.csv",
        };
        let mut words = vec!["train", data, "--quiet", "--force", "--out", run];
        words.extend(training.words.split_whitespace());
        if !words.contains(&"--validation") {
            words.extend(["--validation", "none"]);
        }
        self.succeed(if run == "ours" { &self.ours } else { &self.theirs }, &words)
    }

    fn succeed(&self, program: &Program, words: &[&str]) -> Result<(), Box<dyn Error>> {
        let arguments: Vec<OsString> = words.iter().map(OsString::from).collect();
        let run = program.run(&arguments, &self.folder)?;
        if run.code == Some(0) { Ok(()) } else { Err(run.to_string().into()) }
    }
}

/// The release program of a commit, built in a clone below `target/`, which the next comparison uses again.
fn program_of(commit: &str) -> Result<PathBuf, Box<dyn Error>> {
    let root = workspace::root();
    let folder = root.join("target").join("same-bits");
    let clone = folder.join("clone");
    if !clone.is_dir() {
        fs::create_dir_all(&folder)?;
        git(
            &root,
            [
                OsStr::new("clone"),
                "--quiet".as_ref(),
                "--no-checkout".as_ref(),
                root.as_ref(),
                clone.as_ref(),
            ],
        )?;
    }
    // A commit of today may be younger than the clone.
    let identity = git(&root, ["rev-parse", "--verify", &format!("{commit}^{{commit}}")])?;
    git(&clone, ["fetch", "--quiet", "origin", identity.trim()])?;
    git(&clone, ["checkout", "--quiet", "--detach", identity.trim()])?;
    println!("the program of {commit}:");
    let environment = [("CARGO_TARGET_DIR".to_owned(), folder.join("target").into_os_string())];
    let arguments = ["build", "--release", "--package", "autoencoder-cli"];
    let mut built = built::executables(&arguments, &clone, &environment)?;
    built.remove("autoencoder").ok_or_else(|| "cargo built no program called autoencoder".into())
}

fn git<A: AsRef<OsStr>>(
    folder: &Path,
    arguments: impl IntoIterator<Item = A>,
) -> Result<String, Box<dyn Error>> {
    let output = Command::new("git").arg("-C").arg(folder).args(arguments).output()?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(format!("git: {}", String::from_utf8_lossy(&output.stderr).trim()).into())
}
