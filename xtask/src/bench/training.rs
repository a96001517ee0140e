//! A training by our program, as a user starts it: its command line, and what the JSON it prints says of time.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use serde_json::Value;

use super::statistics::Spread;
use crate::process::Run;

/// The network and how it is trained; all else is the program's default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Training {
    /// Widths from the samples to the code; the decoder mirrors them.
    pub(crate) widths: &'static [usize],
    pub(crate) batch: usize,
    pub(crate) precision: Precision,
}

/// Precision of matrix products.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Precision {
    F32,
    Bf16,
}

impl Precision {
    /// The precision's name on the command lines of our program and of the peers.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::F32 => "f32",
            Self::Bf16 => "bf16",
        }
    }
}

/// The program's default network, 784-256-128-256-784.
pub(crate) const TUTORIAL: &[usize] = &[784, 256, 128];

/// The network of Hinton and Salakhutdinov, 2006.
pub(crate) const HINTON: &[usize] = &[784, 1000, 500, 250, 30];

/// One hidden layer and a small code, as variational autoencoders have them.
pub(crate) const VAE_LIKE: &[usize] = &[784, 400, 20];

impl Training {
    /// The training that the program does by default.
    pub(crate) const DEFAULT: Self = Self { widths: TUTORIAL, batch: 256, precision: Precision::F32 };

    /// The arguments for our program, which writes its files into `out`.
    pub(crate) fn arguments(&self, data: &OsStr, out: &Path, epochs: usize, threads: usize) -> Vec<OsString> {
        let mut arguments: Vec<OsString> = vec!["train".into(), data.into(), "--out".into(), out.into()];
        let layers = separated(&self.widths[1..]);
        let words = format!(
            "--json --quiet --force --layers {layers} --batch-size {} --epochs {epochs} --threads {threads}",
            self.batch
        );
        arguments.extend(words.split(' ').map(OsString::from));
        // Not said where it is the default, so that programs can be measured that know no other.
        if self.precision != Precision::F32 {
            arguments.extend(["--precision".into(), self.precision.name().into()]);
        }
        arguments
    }

    /// All widths from the samples to their reconstructions, with commas.
    pub(crate) fn all_widths(&self) -> String {
        let mirrored: Vec<usize> =
            self.widths.iter().chain(self.widths.iter().rev().skip(1)).copied().collect();
        separated(&mirrored)
    }
}

/// The duration and the error of a training.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Trained {
    /// Duration of an epoch, over all epochs.
    pub(crate) seconds: Spread,
    /// Mean squared error on the validation samples after the last epoch.
    pub(crate) validation_mse: Option<f64>,
}

impl Trained {
    /// Reads what our program printed.
    pub(crate) fn of(run: &Run) -> Option<Self> {
        Self::parse(&serde_json::from_slice(&run.stdout).ok()?)
    }

    fn parse(report: &Value) -> Option<Self> {
        let epochs = report.get("epochs")?.as_array()?;
        let seconds: Option<Vec<f64>> =
            epochs.iter().map(|epoch| super::lines::positive(epoch, "seconds")).collect();
        let validation_mse = epochs.last()?.get("validation_mse").and_then(Value::as_f64);
        Some(Self { seconds: Spread::of(seconds?)?, validation_mse })
    }
}

fn separated(widths: &[usize]) -> String {
    widths.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_command_line_is_what_a_user_would_type() {
        let training = Training { widths: HINTON, batch: 64, precision: Precision::Bf16 };
        let arguments = training.arguments(OsStr::new("data/mnist"), Path::new("runs/a"), 3, 2);
        assert_eq!(
            arguments.join(OsStr::new(" ")),
            "train data/mnist --out runs/a --json --quiet --force --layers 1000,500,250,30 --batch-size 64 \
             --epochs 3 --threads 2 --precision bf16"
        );
        assert!(
            !Training::DEFAULT
                .arguments(OsStr::new("a"), Path::new("b"), 1, 1)
                .contains(&"--precision".into())
        );
        assert_eq!(training.all_widths(), "784,1000,500,250,30,250,500,1000,784");
    }

    #[test]
    fn the_best_epoch_and_the_last_error_count() {
        let report = json!({"epochs": [
            {"seconds": 2.0, "validation_mse": 0.03},
            {"seconds": 1.0, "validation_mse": 0.02},
            {"seconds": 4.0, "validation_mse": 0.01},
        ]});
        let trained = Trained::parse(&report).unwrap();
        assert_eq!(trained.seconds, Spread { median: 2.0, least: 1.0, greatest: 4.0 });
        assert_eq!(trained.validation_mse, Some(0.01));
        for report in [json!({}), json!({"epochs": []}), json!({"epochs": [{"seconds": null}]})] {
            assert_eq!(Trained::parse(&report), None, "{report}");
        }
    }
}
