//! Our own measurements, group by group: the benchmark programs and the release program, each run by itself.

use std::collections::BTreeMap;
use std::error::Error;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::building;
use super::data::Data;
use super::lines::{objects, positive};
use super::training::{Trained, Training};
use crate::process::{Program, Run};
use crate::{built, workspace};

/// A group of measurements that belong together; the groups are measured in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Group {
    Reading,
    Kernels,
    Epoch,
    Kinds,
    Training,
    Encode,
    Pca,
    Build,
}

impl Group {
    pub(crate) const ALL: [Self; 8] = [
        Self::Reading,
        Self::Kernels,
        Self::Epoch,
        Self::Kinds,
        Self::Training,
        Self::Encode,
        Self::Pca,
        Self::Build,
    ];

    /// Whether the group is measured only where `--only` names it: it takes a quarter of an hour, and needs none of the
    /// programs that the others measure.
    pub(crate) fn is_only_by_name(self) -> bool {
        self == Self::Build
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Reading => "reading",
            Self::Kernels => "kernels",
            Self::Epoch => "epoch",
            Self::Kinds => "kinds",
            Self::Training => "training",
            Self::Encode => "encode",
            Self::Pca => "pca",
            Self::Build => "build",
        }
    }
}

/// The programs that are measured, and how.
#[derive(Debug)]
pub(crate) struct Measured {
    programs: BTreeMap<String, PathBuf>,
    pub(crate) data: Data,
    pub(crate) quick: bool,
    pub(crate) threads: usize,
}

impl Measured {
    /// Builds nothing, which is enough for groups that are measured only by name.
    pub(crate) fn nothing(data: Data, quick: bool, threads: usize) -> Self {
        Self { programs: BTreeMap::new(), data, quick, threads }
    }

    /// Builds the release program and the benchmarks.
    pub(crate) fn build(data: Data, quick: bool, threads: usize) -> Result<Self, Box<dyn Error>> {
        let mut programs = BTreeMap::from([("autoencoder".to_owned(), built::program()?)]);
        for (package, benches) in [
            ("idx-format", &["reading"][..]),
            ("autoencoder-kernels", &["kernels"]),
            ("autoencoder", &["encode", "epoch", "kinds", "pca"]),
        ] {
            let mut arguments = vec!["bench", "--no-run", "--package", package];
            arguments.extend(benches.iter().flat_map(|bench| ["--bench", bench]));
            programs.append(&mut built::executables(&arguments, &workspace::root(), &[])?);
        }
        Ok(Self { programs, data, quick, threads })
    }

    /// The built program of this name.
    pub(crate) fn program(&self, name: &str) -> Result<Program, String> {
        let path = self.programs.get(name).ok_or_else(|| format!("cargo built no program called {name}"))?;
        Ok(Program::new(path.clone()))
    }

    /// Epochs of a training that is timed.
    pub(crate) fn epochs(&self) -> usize {
        if self.quick { 2 } else { 5 }
    }

    /// The numbers of threads to measure with: one, and all.
    fn thread_counts(&self) -> Vec<usize> {
        let mut counts = vec![1, self.threads];
        counts.dedup();
        counts
    }

    pub(crate) fn measure(&self, group: Group) -> Result<Vec<Value>, String> {
        match group {
            Group::Reading => self.bench("reading", self.reading_arguments()),
            Group::Kernels => self.bench("kernels", self.words(&format!("--threads {}", self.threads))),
            Group::Epoch => self.epochs_of_the_trainer(),
            Group::Kinds => {
                let mut arguments = self.words(&format!("--threads {}", self.threads));
                arguments.extend(self.images());
                self.bench("kinds", arguments)
            }
            Group::Training => self.training(),
            Group::Encode => {
                let mut lines = Vec::new();
                for threads in self.thread_counts() {
                    lines.extend(self.bench("encode", self.encode_arguments(threads))?);
                }
                Ok(lines)
            }
            Group::Pca => self.bench("pca", self.encode_arguments(self.threads)),
            Group::Build => {
                let mut lines = building::builds(self.quick)?;
                let rounds = if self.quick { 1 } else { 5 };
                lines.extend(building::profiles(rounds, self.threads, &self.images())?);
                Ok(lines)
            }
        }
    }

    pub(crate) fn reading_arguments(&self) -> Vec<OsString> {
        let mut arguments = self.words("");
        arguments.extend(self.data.training_images().map(OsString::from));
        arguments
    }

    pub(crate) fn encode_arguments(&self, threads: usize) -> Vec<OsString> {
        let mut arguments = self.words(&format!("--threads {threads}"));
        arguments.extend(self.images());
        arguments
    }

    /// Measures the trainer alone: each network beside the kernels' peak, which is measured just before.
    fn epochs_of_the_trainer(&self) -> Result<Vec<Value>, String> {
        let networks = ["tutorial", "hinton", "vae-like"];
        let mut lines = Vec::new();
        for network in &networks[..if self.quick { 1 } else { networks.len() }] {
            for threads in self.thread_counts() {
                let peak = self.bench("kernels", self.words(&format!("--threads {threads} --peak-only")))?;
                let peak = peak.first().and_then(|line| positive(line, "gflops"));
                let peak = peak.ok_or("the benchmark of kernels told no peak")?;
                let mut arguments =
                    self.words(&format!("--threads {threads} --network {network} --peak {peak}"));
                arguments.extend(self.images());
                lines.extend(self.bench("epoch", arguments)?);
            }
        }
        Ok(lines)
    }

    /// Measures a training by the program as a user starts it.
    fn training(&self) -> Result<Vec<Value>, String> {
        let training = Training::DEFAULT;
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let out = folder.path().join("run");
        let arguments = training.arguments(&self.data.argument(), &out, self.epochs(), self.threads);
        let run = succeed(&self.program("autoencoder")?, &arguments, folder.path())?;
        let trained =
            Trained::of(&run).ok_or_else(|| format!("no seconds of epochs in what {run} printed"))?;
        Ok(vec![json!({
            "bench": "training",
            "network": training.all_widths().replace(',', "-"),
            "batch": training.batch,
            "precision": training.precision.name(),
            "threads": self.threads,
            "epochs": self.epochs(),
            "best_epoch_seconds": trained.seconds.least,
            "median_epoch_seconds": trained.seconds.median,
            "process_seconds": run.seconds,
            "peak_memory_bytes": run.peak_memory,
            "validation_mse": trained.validation_mse,
        })])
    }

    fn bench(&self, name: &str, arguments: Vec<OsString>) -> Result<Vec<Value>, String> {
        let run = succeed(&self.program(name)?, &arguments, &workspace::root())?;
        let lines = objects(&run.stdout);
        if lines.is_empty() { Err(format!("nothing measured: {run}")) } else { Ok(lines) }
    }

    /// Arguments from words, with `--quick` where that was typed.
    fn words(&self, words: &str) -> Vec<OsString> {
        words.split_whitespace().chain(self.quick.then_some("--quick")).map(OsString::from).collect()
    }

    fn images(&self) -> Vec<OsString> {
        let images = self.data.training_images();
        images.map(|path| vec!["--images".into(), path.into()]).unwrap_or_default()
    }
}

/// Runs a program that must succeed.
pub(crate) fn succeed(program: &Program, arguments: &[OsString], folder: &Path) -> Result<Run, String> {
    let run = program.run(arguments, folder).map_err(|error| error.to_string())?;
    if run.code == Some(0) { Ok(run) } else { Err(reason(&run)) }
}

/// The reason why a run failed, in one line: the line that the program calls an error, or the last one that it wrote.
fn reason(run: &Run) -> String {
    let said = || run.stderr.lines().map(str::trim).filter(|line| !line.is_empty());
    let is_error = |line: &&str| line.to_ascii_lowercase().starts_with("error");
    let line = said().find(is_error).or_else(|| said().next_back()).unwrap_or("nothing said");
    let ended = run.code.map_or_else(|| "ended by a signal".to_owned(), |code| format!("exit code {code}"));
    format!("{line} ({ended})")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason_of(stderr: &str, code: Option<i32>) -> String {
        let (command, stdout) = ("a".to_owned(), Vec::new());
        reason(&Run { command, code, stdout, stderr: stderr.to_owned(), seconds: 0.0, peak_memory: None })
    }

    #[test]
    fn a_failure_is_one_line() {
        let refused = "error: invalid value 'bf16'\n  [possible values: f32]\n\nFor more, try '--help'.\n";
        assert_eq!(reason_of(refused, Some(2)), "error: invalid value 'bf16' (exit code 2)");
        let traceback = "Traceback:\n  import torch\nModuleNotFoundError: No module named 'torch'\n";
        assert_eq!(
            reason_of(traceback, Some(1)),
            "ModuleNotFoundError: No module named 'torch' (exit code 1)"
        );
        assert_eq!(reason_of("", None), "nothing said (ended by a signal)");
    }
}
