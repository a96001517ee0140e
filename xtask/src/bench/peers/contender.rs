//! The command that starts each program for a task, and the place of the numbers in what it prints.

use std::ffi::OsString;
use std::path::Path;

use serde_json::Value;

use super::catalogue::{Peer, Task};
use super::environments::{Environments, Python, peers_folder};
use super::rounds::{Run as Again, Sample};
use crate::bench::lines::{objects, positive};
use crate::bench::measurements::{Measured, succeed};
use crate::bench::training::{Precision, Trained, Training};
use crate::process::{Program, Run};
use crate::workspace;

/// The things that all comparisons share: our programs, the peers' environments, the data, and the number of rounds.
pub(crate) struct Stage<'a> {
    pub(crate) measured: &'a Measured,
    pub(crate) environments: Environments,
    /// The folder of MNIST's packed files.
    pub(crate) data: &'a Path,
    pub(crate) rounds: usize,
}

/// A program, its arguments, and how to read what it prints.
pub(crate) struct Contender {
    program: Program,
    arguments: Vec<OsString>,
    read: fn(&Run) -> Option<Sample>,
}

impl Contender {
    /// A function that runs the contender once more each time it is called.
    pub(crate) fn into_run(self) -> Again<'static> {
        Box::new(move || {
            let run = succeed(&self.program, &self.arguments, &workspace::root())?;
            let sample = (self.read)(&run).ok_or_else(|| format!("no seconds in what it printed: {run}"))?;
            Ok(Sample { process_seconds: run.seconds, peak_memory_bytes: run.peak_memory, ..sample })
        })
    }
}

impl Stage<'_> {
    /// Ours on so many threads; a training writes into `out`.
    pub(crate) fn ours(&self, task: Task, threads: usize, out: &Path) -> Result<Contender, String> {
        let measured = self.measured;
        Ok(match task {
            Task::Training(training) => Contender {
                program: measured.program("autoencoder")?,
                arguments: training.arguments(self.data.as_os_str(), out, measured.epochs(), threads),
                read: our_training,
            },
            Task::Encode(precision) => Contender {
                program: measured.program("encode")?,
                arguments: measured.encode_arguments(threads),
                read: match precision {
                    Precision::F32 => |run| our_encode(run, Precision::F32),
                    Precision::Bf16 => |run| our_encode(run, Precision::Bf16),
                },
            },
            Task::Reading => Contender {
                program: measured.program("reading")?,
                arguments: measured.reading_arguments(),
                read: best_repeat,
            },
        })
    }

    /// A peer, with its environment made or its program built; or why it cannot be had.
    pub(crate) fn peer(&mut self, peer: Peer, task: Task, out: &Path) -> Result<Contender, String> {
        match (peer, task) {
            (Peer::OursOnOneThread, task) => self.ours(task, 1, out),
            (Peer::OursInF32, task) => {
                self.ours(task.with_precision(Precision::F32), self.measured.threads, out)
            }
            (Peer::Pytorch, Task::Training(training)) => {
                self.training_script("pytorch_seed.py", Python::Torch, training, training.precision.name())
            }
            (Peer::PytorchBf16, Task::Training(training)) => {
                self.training_script("pytorch_seed.py", Python::Torch, training, "bf16")
            }
            (Peer::Jax, Task::Training(training)) => {
                self.training_script("jax_seed.py", Python::Torch, training, training.precision.name())
            }
            (Peer::Keras, Task::Training(training)) => {
                self.training_script("keras_seed.py", Python::Tensorflow, training, training.precision.name())
            }
            (Peer::Burn, Task::Training(training)) => self.rust_program("burn_seed", training),
            (Peer::Candle, Task::Training(training)) => self.rust_program("candle_seed", training),
            (Peer::Pytorch, Task::Encode(_)) => self.encode_script("pytorch_encode.py", "f32"),
            (Peer::PytorchBf16, Task::Encode(_)) => self.encode_script("pytorch_encode.py", "bf16"),
            (Peer::Onnxruntime, Task::Encode(_)) => self.encode_script("onnxruntime_encode.py", "f32"),
            (Peer::GzipNumpy, Task::Reading) => {
                let images = self.measured.data.training_images().map(OsString::from);
                self.script("gzip_reading.py", Python::Torch, images, best_repeat)
            }
            (peer, task) => Err(format!("{} has no program for {task:?}", peer.name())),
        }
    }

    fn training_script(
        &mut self,
        file: &str,
        python: Python,
        training: Training,
        precision: &str,
    ) -> Result<Contender, String> {
        let mut arguments = self.training_arguments(training);
        let words = ["--precision", precision, "--widths"].map(OsString::from);
        arguments.extend(words.into_iter().chain([training.all_widths().into()]));
        self.script(file, python, arguments, peer_training)
    }

    fn encode_script(&mut self, file: &str, precision: &str) -> Result<Contender, String> {
        let threads = self.measured.threads.to_string();
        let words = ["--threads", &threads, "--precision", precision].map(OsString::from);
        let arguments: Vec<OsString> = ["--data".into(), self.data.into()].into_iter().chain(words).collect();
        self.script(file, Python::Torch, arguments, best_repeat)
    }

    fn script(
        &mut self,
        file: &str,
        python: Python,
        arguments: impl IntoIterator<Item = OsString>,
        read: fn(&Run) -> Option<Sample>,
    ) -> Result<Contender, String> {
        let path = peers_folder().join(file);
        if !path.is_file() {
            return Err(format!("bench/peers/{file} is not there"));
        }
        let program = Program::new(self.environments.python(python)?);
        // -B: no bytecode is left beside the scripts.
        let arguments = ["-B".into(), path.into_os_string()].into_iter().chain(arguments).collect();
        Ok(Contender { program, arguments, read })
    }

    fn rust_program(&mut self, name: &str, training: Training) -> Result<Contender, String> {
        let program = Program::new(self.environments.rust(name)?);
        Ok(Contender { program, arguments: self.training_arguments(training), read: peer_training })
    }

    /// The arguments of every peer that trains.
    fn training_arguments(&self, training: Training) -> Vec<OsString> {
        let Measured { threads, .. } = self.measured;
        let (epochs, batch) = (self.measured.epochs(), training.batch);
        let words = format!("--epochs {epochs} --batch {batch} --threads {threads}");
        let words = words.split(' ').map(OsString::from);
        ["--data".into(), self.data.into()].into_iter().chain(words).collect()
    }
}

fn our_training(run: &Run) -> Option<Sample> {
    let trained = Trained::of(run)?;
    Some(Sample { seconds: trained.seconds.least, test_mse: trained.validation_mse, ..Sample::default() })
}

/// The line of values held as the peers hold theirs, and of products of this precision.
fn our_encode(run: &Run, precision: Precision) -> Option<Sample> {
    let lines = objects(&run.stdout);
    let says = |line: &Value, key: &str, value: &str| line.get(key).is_some_and(|found| found == value);
    let wanted = |line: &&Value| says(line, "values", "f32") && says(line, "precision", precision.name());
    let line = lines.iter().find(wanted)?;
    Some(Sample { seconds: positive(line, "best_seconds")?, ..Sample::default() })
}

fn peer_training(run: &Run) -> Option<Sample> {
    let line = objects(&run.stdout).pop()?;
    let test_mse = line.get("test_mse").and_then(Value::as_f64);
    Some(Sample {
        version: version(&line),
        seconds: positive(&line, "best_epoch_seconds")?,
        test_mse,
        ..Sample::default()
    })
}

fn best_repeat(run: &Run) -> Option<Sample> {
    let line = objects(&run.stdout).pop()?;
    Some(Sample { version: version(&line), seconds: positive(&line, "best_seconds")?, ..Sample::default() })
}

fn version(line: &Value) -> Option<String> {
    line.get("peer").and_then(Value::as_str).map(str::to_owned)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::path::PathBuf;

    fn said(text: &str, read: fn(&Run) -> Option<Sample>) -> Result<Sample, String> {
        let arguments = ["-c", &format!("printf '%s\\n' '{text}'")].map(OsString::from).to_vec();
        let shell = Program::new(PathBuf::from("/bin/sh"));
        Contender { program: shell, arguments, read }.into_run()()
    }

    #[test]
    fn numbers_are_found_in_what_programs_print() {
        let text = "loading\n{\"peer\": \"torch 2\", \"best_epoch_seconds\": 0.5, \"test_mse\": 0.01}";
        let sample = said(text, peer_training).unwrap();
        assert_eq!((sample.version.as_deref(), sample.test_mse), (Some("torch 2"), Some(0.01)));
        assert!((sample.seconds - 0.5).abs() < f64::EPSILON);
        assert!(sample.process_seconds > 0.0);
        let encoded = [("bytes", "f32", 1), ("f32", "f32", 2), ("f32", "bf16", 3)].map(
            |(values, precision, seconds)| {
                format!(
                    "{{\"values\":\"{values}\",\"precision\":\"{precision}\",\"best_seconds\":{seconds}}}\n"
                )
            },
        );
        let seconds = |read| said(&encoded.concat(), read).unwrap().seconds;
        assert!((seconds(|run| our_encode(run, Precision::F32)) - 2.0).abs() < f64::EPSILON);
        assert!((seconds(|run| our_encode(run, Precision::Bf16)) - 3.0).abs() < f64::EPSILON);
        assert!(said("{\"best_seconds\": null}", best_repeat).unwrap_err().starts_with("no seconds"));
    }

    #[test]
    fn a_program_that_fails_says_why() {
        let arguments = ["-c", "echo no module named torch >&2; exit 1"].map(OsString::from).to_vec();
        let shell = Program::new(PathBuf::from("/bin/sh"));
        let mut run = Contender { program: shell, arguments, read: best_repeat }.into_run();
        assert_eq!(run().unwrap_err(), "no module named torch (exit code 1)");
    }
}
