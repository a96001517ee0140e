//! The program, its data and a folder to work in; what it prints becomes the numbers.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

use serde_json::Value;

use super::anchor::{ClosenessNumber, Measure, ReportedNumber};
use super::closeness::{Closeness, Points};
use crate::e2e::npy::Npy;
use crate::process::{Program, Run};

/// A number that our program reached.
#[derive(Debug)]
pub(super) struct Measurement {
    pub(super) ours: f64,
    /// Duration of all runs that the number needed.
    pub(super) seconds: f64,
}

/// The reason why there is no number.
#[derive(Debug)]
pub(super) enum Missing {
    /// The program has no preset of this name.
    Preset,
    /// A run failed, or printed something else.
    Failed(String),
}

/// Arguments of `train` for an untrained model: no epoch, and enough samples for a PCA with as many components as the code
/// has numbers.
const UNTRAINED: &str = "--limit 1000 --epochs 0";
/// The number of digits of each kind that are compared.
const DIGITS: usize = 10_000;
/// Arguments of `train` for a model whose codes are the principal components among which digits are compared.
const COMPONENTS: &str = "--layers 64 --activation linear --code-activation linear --output-activation linear --init pca \
                          --epochs 0 --validation none --sampler none --force --out components";

impl Measure {
    /// The command as a user would type it.
    pub(super) fn command(&self) -> String {
        match self {
            Self::Baseline { code, .. } => format!(
                "autoencoder train data/mnist --layers {code} {UNTRAINED} --out runs/code-{code} && autoencoder evaluate \
                 runs/code-{code} data/mnist --json"
            ),
            Self::Training { words, .. } => format!("autoencoder train data/mnist {words} --json"),
            Self::NewDigits { train, generate, .. } => format!(
                "autoencoder train data/mnist {train} --out runs/new && autoencoder generate runs/new --count {DIGITS} {generate} --out \
                 new.idx"
            ),
            Self::TrainingDigits { .. } => {
                "autoencoder encode runs/components data/mnist --split train --out training.npy".to_owned()
            }
        }
    }
}

/// Everything that a measurement needs.
#[derive(Debug)]
pub(super) struct Stage {
    program: Program,
    data: PathBuf,
    folder: PathBuf,
    /// The text that `train --help` prints.
    help: String,
    /// Evaluations by the width of the code, with the seconds they took.
    evaluations: BTreeMap<usize, (Value, f64)>,
    /// The folders of trained models by the words of their training, with the seconds that it took.
    trained: BTreeMap<&'static str, (String, f64)>,
    /// The test digits among their principal components.
    held_out: Option<Points>,
    /// How near digits are by the words that made them, with the seconds that they took.
    closeness: BTreeMap<[&'static str; 2], (Closeness, f64)>,
}

impl Stage {
    pub(super) fn new(program: Program, data: PathBuf, folder: PathBuf) -> Result<Self, String> {
        let mut stage = Self {
            program,
            data,
            folder,
            help: String::new(),
            evaluations: BTreeMap::new(),
            trained: BTreeMap::new(),
            held_out: None,
            closeness: BTreeMap::new(),
        };
        let help = stage.succeed(["train", "--help"].map(OsString::from).to_vec())?;
        stage.help = String::from_utf8_lossy(&help.stdout).into_owned();
        Ok(stage)
    }

    /// Runs the commands that `measure` needs, and takes the number from what they print.
    pub(super) fn measure(&mut self, measure: &Measure) -> Result<Measurement, Missing> {
        let (ours, seconds) = match measure {
            Measure::Baseline { code, pointer, times } => {
                let (report, seconds) = self.evaluation(*code).map_err(Missing::Failed)?;
                (number(&report, pointer) * times, seconds)
            }
            Measure::Training { preset: Some(preset), .. } if !lists(&self.help, preset) => {
                return Err(Missing::Preset);
            }
            Measure::Training { words, reported, .. } => {
                let words = format!("{words} --force --out trained");
                let (report, seconds) = self.train(&words).map_err(Missing::Failed)?;
                (reported.of(&report), seconds)
            }
            Measure::NewDigits { train, generate, closeness } => {
                let (found, seconds) = self.new_digits(train, generate).map_err(Missing::Failed)?;
                (closeness.of(found), seconds)
            }
            Measure::TrainingDigits { closeness } => {
                let (found, seconds) = self.training_digits().map_err(Missing::Failed)?;
                (closeness.of(found), seconds)
            }
        };
        Ok(Measurement { ours, seconds })
    }

    /// How near new digits of a model are, with the seconds of its training and of making them.
    fn new_digits(
        &mut self,
        train: &'static str,
        generate: &'static str,
    ) -> Result<(Closeness, f64), String> {
        if let Some(found) = self.closeness.get(&[train, generate]) {
            return Ok(*found);
        }
        let (folder, training) = if let Some(trained) = self.trained.get(train) {
            trained.clone()
        } else {
            let folder = format!("made-{}", self.trained.len());
            let (_, seconds) = self.train(&format!("{train} --out {folder}"))?;
            self.trained.insert(train, (folder.clone(), seconds));
            (folder, seconds)
        };
        let words = format!("generate {folder} --count {DIGITS} {generate} --out new.idx --quiet");
        let made = self.succeed(words.split_whitespace().map(OsString::from).collect())?;
        let closeness = self.closeness_of("new.idx".into(), "test")?;
        self.closeness.insert([train, generate], (closeness, training + made.seconds));
        Ok((closeness, training + made.seconds))
    }

    /// How near the first training digits are.
    fn training_digits(&mut self) -> Result<(Closeness, f64), String> {
        const KEY: [&str; 2] = ["training digits", ""];
        if let Some(found) = self.closeness.get(&KEY) {
            return Ok(*found);
        }
        let closeness = self.closeness_of(self.data.clone(), "train")?;
        self.closeness.insert(KEY, (closeness, 0.0));
        Ok((closeness, 0.0))
    }

    /// How near the first digits of some data are to the test digits.
    fn closeness_of(&mut self, data: PathBuf, split: &str) -> Result<Closeness, String> {
        if self.held_out.is_none() {
            self.train(COMPONENTS)?;
            self.held_out = Some(self.points(self.data.clone(), "test")?);
        }
        let new = self.points(data, split)?;
        self.held_out
            .as_ref()
            .map(|real| Closeness::of(real, &new))
            .ok_or_else(|| "no test digits".to_owned())
    }

    /// The first digits of some data among the principal components of the training digits.
    fn points(&self, data: PathBuf, split: &str) -> Result<Points, String> {
        let mut arguments: Vec<OsString> = vec!["encode".into(), "components".into(), data.into()];
        arguments.extend(["--split", split, "--out", "points.npy", "--quiet"].map(OsString::from));
        self.succeed(arguments)?;
        let npy = Npy::read(&self.folder.join("points.npy")).map_err(|error| error.to_string())?;
        let [_, width] = npy.shape[..] else { return Err(format!("codes of the shape {:?}", npy.shape)) };
        #[expect(clippy::cast_possible_truncation, reason = "numbers that were f32")]
        let numbers = npy.values.iter().map(|&number| number as f32).collect();
        Ok(Points::new(width, numbers).first(DIGITS))
    }

    fn evaluation(&mut self, code: usize) -> Result<(Value, f64), String> {
        if let Some(evaluation) = self.evaluations.get(&code) {
            return Ok(evaluation.clone());
        }
        let (_, training) = self.train(&format!("--layers {code} {UNTRAINED} --force --out untrained"))?;
        let (report, seconds) =
            self.json(vec!["evaluate".into(), "untrained".into(), self.data.clone().into()])?;
        self.evaluations.insert(code, (report.clone(), training + seconds));
        Ok((report, training + seconds))
    }

    fn train(&self, words: &str) -> Result<(Value, f64), String> {
        let mut arguments: Vec<OsString> = vec!["train".into(), self.data.clone().into()];
        arguments.extend(words.split(' ').map(OsString::from));
        self.json(arguments)
    }

    /// Runs the program with `--json`: what it prints, and the seconds.
    fn json(&self, mut arguments: Vec<OsString>) -> Result<(Value, f64), String> {
        arguments.extend(["--json".into(), "--quiet".into()]);
        let run = self.succeed(arguments)?;
        let report = serde_json::from_slice(&run.stdout);
        report.map(|report| (report, run.seconds)).map_err(|error| format!("no JSON ({error}): {run}"))
    }

    fn succeed(&self, arguments: Vec<OsString>) -> Result<Run, String> {
        let run = self.program.run(&arguments, &self.folder).map_err(|error| error.to_string())?;
        if run.code == Some(0) { Ok(run) } else { Err(run.to_string()) }
    }
}

impl ClosenessNumber {
    fn of(self, closeness: Closeness) -> f64 {
        match self {
            Self::Frechet => closeness.frechet,
            Self::SameKind => closeness.same_kind(),
        }
    }
}

impl ReportedNumber {
    fn of(self, report: &Value) -> f64 {
        match self {
            Self::LastEpoch(key) => {
                let last = report.get("epochs").and_then(Value::as_array).and_then(|epochs| epochs.last());
                last.map_or(f64::NAN, |epoch| number(epoch, &format!("/{key}")))
            }
            Self::Validation(key) => number(report, &format!("/validation/{key}")),
        }
    }
}

/// The number that a JSON pointer leads to, or NaN, which meets no bound, where there is none.
fn number(value: &Value, pointer: &str) -> f64 {
    value.pointer(pointer).and_then(Value::as_f64).unwrap_or(f64::NAN)
}

/// Whether help has a line for this value of an argument.
fn lists(help: &str, value: &str) -> bool {
    help.lines().any(|line| {
        line.trim_start()
            .strip_prefix("- ")
            .is_some_and(|line| line.split_once(':').is_some_and(|(name, _)| name == value))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_preset_is_one_that_help_lists() {
        let help = "Options:\n      --preset <PRESET>\n          Possible values:\n          - tutorial:    The classic\n          \
                    - tutorial-2d: Two numbers, as a vae: no\n";
        assert!(lists(help, "tutorial") && lists(help, "tutorial-2d"));
        assert!(!lists(help, "vae") && !lists(help, "hinton") && !lists(help, "tutor"));
    }

    #[test]
    fn numbers_are_of_the_last_epoch_or_of_the_validation() {
        let report = json!({
            "epochs": [{"validation_loss": 2.0}, {"validation_loss": 1.0}],
            "validation": {"squared_error": 3.5},
        });
        assert!((ReportedNumber::LastEpoch("validation_loss").of(&report) - 1.0).abs() < f64::EPSILON);
        assert!((ReportedNumber::Validation("squared_error").of(&report) - 3.5).abs() < f64::EPSILON);
        assert!(ReportedNumber::LastEpoch("validation_mse").of(&report).is_nan());
        assert!(ReportedNumber::Validation("squared_error").of(&json!({"validation": null})).is_nan());
    }
}
