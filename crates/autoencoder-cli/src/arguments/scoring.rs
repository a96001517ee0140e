//! The arguments of `score`, and of the figures of scores.

use std::path::PathBuf;

use autoencoder::ScoreKind;
use clap::Args;

use super::samples::{Products, TypedSamples};
use crate::config::{self, Named};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  autoencoder train normal.csv --preset anomaly && autoencoder score runs/normal new.csv
  autoencoder score runs/normal new.csv --out scores.csv
  autoencoder score runs/normal new.csv --threshold 30 --fail-if-flagged --quiet   exit code 3 if so
  autoencoder score runs/pumps pumps/table.csv --odd 1
  autoencoder score runs/normal new.csv --compare
  autoencoder score runs/tutorial data/fashion --kind residual --out scores.npy
  tail -n +1 -f new.csv | autoencoder score runs/normal -

A score is a surprise in nats: the larger, the less a sample fits what the model was trained on. A sample is flagged if its score is \
above the threshold: by default the score below which 99 of 100 samples lay that the training held out, so that one of a hundred usual samples is flagged too. With labels, the \
scores are held against them, and simple detectors stand beside them.

If DATA is -, each line of the standard input is answered on the standard output as it comes, and nothing else is printed there: CSV with \
the columns of `--out FILE.csv`, and JSON lines, which are objects or arrays, with the objects of `--out FILE.jsonl`; --json answers CSV \
so too. The first line tells the columns, and a line that is no row ends the command. With --out or --per-feature, - is read whole first.")]
pub(crate) struct Score {
    /// Model file, or the folder of a run
    #[arg(value_name = "MODEL")]
    pub(crate) model: PathBuf,
    #[command(flatten)]
    pub(crate) samples: TypedSamples,
    /// File to write: .csv or .jsonl with score, share below, flag and reasons of every sample, or .npy with the scores alone
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Parts of every column in the score of every sample, as .npy (samples, columns)
    #[arg(long, value_name = "FILE")]
    pub(crate) per_feature: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) scoring: TypedScoring,
    /// Number of samples that are shown, those with the greatest scores; the default is 10
    #[arg(long, value_name = "N")]
    pub(crate) top: Option<usize>,
    /// Label of the samples that are odd; by default, where there are two labels, the rarer one
    #[arg(long, value_name = "LABEL")]
    pub(crate) odd: Option<String>,
    /// Comparison with simple detectors, among them the distance of the fifth of the nearest training samples. With labels it shows how
    /// well each tells odd samples; without them, how many of its greatest scores are among those of the model: as many of each as are
    /// flagged, or shown where none is
    #[arg(long)]
    pub(crate) compare: bool,
    /// Exit with code 3 if a sample is flagged; failures have code 1, and wrong usage 2
    #[arg(long)]
    pub(crate) fail_if_flagged: bool,
    /// Print one JSON object instead of a table; if DATA is `-`, one for each row
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) products: Products,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  autoencoder plot scores runs/normal new.csv --out scores.svg
  autoencoder plot scores runs/pumps pumps/table.csv --odd 1 --out scores.png
  autoencoder plot scores runs/tutorial data/fashion --quantile 0.999 --out scores.svg

The figure shows the distribution of the scores, with the threshold as a line, beside that of the samples that the threshold \
is taken from. With labels, as with `score`, odd samples have a colour of their own, and below stand the ROC curve and the \
precision-recall curve of the model and of simple detectors.")]
pub(crate) struct PlotScores {
    /// Model file, or the folder of a run
    #[arg(value_name = "MODEL")]
    pub(crate) model: PathBuf,
    #[command(flatten)]
    pub(crate) samples: TypedSamples,
    /// Figure to write: .svg or .png
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    #[command(flatten)]
    pub(crate) scoring: TypedScoring,
    /// Label of the samples that are odd; by default, where there are two labels, the rarer one
    #[arg(long, value_name = "LABEL")]
    pub(crate) odd: Option<String>,
    #[command(flatten)]
    pub(crate) products: Products,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  autoencoder plot anomalies runs/pumps pumps/table.csv --out anomalies.svg
  autoencoder plot anomalies runs/tutorial data/fashion --out anomalies.png --count 20

The figure shows the samples with the greatest scores, the greatest first. Images stand above their restorations and a map of the \
difference; of a row of a table the columns with the largest parts of the score are shown, each with its value and the value that \
the model expects; a series or a long row of numbers is drawn as a line. Samples for which a page has no room are left out, and the \
figure says so.")]
pub(crate) struct PlotAnomalies {
    /// Model file, or the folder of a run
    #[arg(value_name = "MODEL")]
    pub(crate) model: PathBuf,
    #[command(flatten)]
    pub(crate) samples: TypedSamples,
    /// Figure to write: .svg or .png
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Number of samples to show, those with the greatest scores
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = config::drawn())]
    pub(crate) count: usize,
    #[command(flatten)]
    pub(crate) scoring: TypedScoring,
    #[command(flatten)]
    pub(crate) products: Products,
}

/// What samples are scored with, and the score above which they are flagged.
#[derive(Debug, Args)]
pub(crate) struct TypedScoring {
    /// Kind of the scores; the default is that which the model keeps, and another one is fitted to the data of the run first.
    /// Only variational models have the kinds bound and likelihood
    #[arg(long, value_name = "KIND")]
    pub(crate) kind: Option<Named<ScoreKind>>,
    /// Threshold: the score below which this share of the usual samples lay, from 0 to 1; the default is 0.99
    #[arg(long, value_name = "SHARE", value_parser = config::shares(), conflicts_with_all = ["contamination", "threshold"])]
    pub(crate) quantile: Option<f64>,
    /// Threshold: that above which this share of the scored samples lies, from 0 to 1
    #[arg(long, value_name = "SHARE", value_parser = config::shares(), conflicts_with = "threshold")]
    pub(crate) contamination: Option<f64>,
    /// Threshold: this score
    #[arg(long, value_name = "SCORE", value_parser = config::scores(), allow_hyphen_values = true)]
    pub(crate) threshold: Option<f64>,
}
