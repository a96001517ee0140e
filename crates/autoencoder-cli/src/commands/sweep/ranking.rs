//! The ranking of a sweep's runs, as sweep.csv and as JSON.

use std::path::Path;

use autoencoder::Penalty;
use serde::Serialize;
use toml::Table;

use super::names;
use super::runs::{Run, Score};
use crate::failure::{Failure, Outcome};
use crate::output;
use crate::terminal::numerals;

/// The measure that runs are compared by: on the validation samples, or on the training samples where a run has no
/// validation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum SortedBy {
    Loss,
    /// The mean squared error, for runs that minimise different losses, which cannot be compared.
    Mse,
}

/// A run's line of the table.
#[derive(Debug, Serialize)]
pub(super) struct RankedRun<'a> {
    /// The rank, counted from 1; none for a run that has nothing to compare.
    pub(super) rank: Option<usize>,
    pub(super) settings: &'a Table,
    pub(super) train_loss: Option<f64>,
    pub(super) train_mse: Option<f64>,
    pub(super) validation_loss: Option<f64>,
    pub(super) validation_mse: Option<f64>,
    pub(super) epochs: Option<usize>,
    pub(super) seconds: Option<f64>,
    #[serde(skip)]
    pub(super) name: &'a str,
    pub(super) folder: &'a Path,
    pub(super) failure: Option<String>,
}

/// The runs, best first.
#[derive(Debug, Serialize)]
pub(super) struct Ranking<'a> {
    pub(super) sorted_by: SortedBy,
    pub(super) runs: Vec<RankedRun<'a>>,
}

impl<'a> RankedRun<'a> {
    fn new(run: &'a Run, outcome: Result<Score, String>) -> Self {
        let score = outcome.as_ref().ok().copied();
        let report = score.and_then(|score| score.report);
        Self {
            rank: None,
            settings: &run.varied,
            train_loss: report.map(|report| report.train_loss),
            train_mse: report.map(|report| report.train_mse),
            validation_loss: report.and_then(|report| report.validation_loss),
            validation_mse: report.and_then(|report| report.validation_mse),
            epochs: score.map(|score| score.epochs),
            seconds: score.and_then(|score| score.seconds),
            name: &run.name,
            folder: &run.path,
            failure: outcome.err(),
        }
    }

    /// The key that rows are sorted by: first come runs with validation, then runs without, and last runs that have
    /// nothing to compare.
    fn key(&self, measure: SortedBy) -> (u8, f64) {
        let (validation, train) = match measure {
            SortedBy::Loss => (self.validation_loss, self.train_loss),
            SortedBy::Mse => (self.validation_mse, self.train_mse),
        };
        let without = train.map_or((2, 0.0), |value| (1, value));
        validation.map_or(without, |value| (0, value))
    }
}

impl<'a> Ranking<'a> {
    /// Sorts the runs; equally good runs stay in the order of the combinations.
    pub(super) fn new(runs: impl IntoIterator<Item = (&'a Run, Result<Score, String>)>) -> Self {
        let (mut rows, mut minimised) = (Vec::new(), Vec::new());
        for (run, outcome) in runs {
            let (loss, penalty) = run.plan.minimised();
            let row = RankedRun::new(run, outcome);
            // A penalty is a part of the training loss; it is a part of the validation loss for variational models
            // only.
            let counts = penalty.draws_codes() || row.validation_loss.is_none();
            minimised.push((loss, if counts { penalty } else { Penalty::None }));
            rows.push(row);
        }
        let alike = minimised.windows(2).all(|pair| pair[0] == pair[1]);
        let measure = if alike { SortedBy::Loss } else { SortedBy::Mse };
        rows.sort_by(|one, other| {
            let (one, other) = (one.key(measure), other.key(measure));
            one.0.cmp(&other.0).then(one.1.total_cmp(&other.1))
        });
        let mut rank = 0;
        for row in rows.iter_mut().filter(|row| row.train_loss.is_some()) {
            rank += 1;
            row.rank = Some(rank);
        }
        Self { sorted_by: measure, runs: rows }
    }

    /// The number of runs that failed.
    pub(super) fn failures(&self) -> usize {
        self.runs.iter().filter(|row| row.failure.is_some()).count()
    }

    /// Writes the table without seconds, so that the same sweep writes the same bytes, and with folders relative to
    /// the table's own.
    pub(super) fn write(&self, path: &Path) -> Outcome {
        let failed = |error: csv::Error| Failure::at(path, error);
        let mut writer = csv::Writer::from_writer(Vec::new());
        let keys = self.keys();
        let losses = ["train_loss", "train_mse", "validation_loss", "validation_mse"];
        let head = ["rank"].into_iter().chain(keys.iter().copied()).chain(losses);
        writer.write_record(head.chain(["epochs", "folder", "failure"])).map_err(failed)?;
        let count = |count: Option<usize>| count.map_or_else(String::new, |count| count.to_string());
        for row in &self.runs {
            let losses = [row.train_loss, row.train_mse, row.validation_loss, row.validation_mse];
            let mut record = vec![count(row.rank)];
            record.extend(row.settings.values().map(names::text));
            record.extend(losses.map(|loss| loss.map_or_else(String::new, numerals::exact)));
            record.push(count(row.epochs));
            record.extend([row.name.to_owned(), row.failure.clone().unwrap_or_default()]);
            writer.write_record(record).map_err(failed)?;
        }
        let bytes = writer.into_inner().map_err(|error| Failure::at(path, error))?;
        output::write_file(path, &bytes)
    }

    /// The settings that vary, by key.
    pub(super) fn keys(&self) -> Vec<&str> {
        self.runs.first().map_or_else(Vec::new, |row| row.settings.keys().map(String::as_str).collect())
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use autoencoder::{EpochReport, Loss};

    use super::*;
    use crate::config::{Named, Plan, Settings};

    fn run(seed: u64, loss: Loss) -> Run {
        let settings = Settings { seed: Some(seed), loss: Some(Named(loss)), ..Settings::default() };
        let name = ["seed=", &seed.to_string()].concat();
        let path = PathBuf::from("out").join(&name);
        let varied = Settings { loss: None, ..settings.clone() }.table();
        Run { name, varied, plan: Plan::new(&settings).unwrap(), path }
    }

    fn score(loss: f64, validation: Option<f64>) -> Score {
        let mut report = EpochReport::default();
        (report.epoch, report.train_mse, report.train_loss) = (3, loss / 8.0, loss);
        report.validation_mse = validation.map(|loss| 1.0 - loss);
        report.validation_loss = validation;
        Score { report: Some(report), epochs: 3, seconds: Some(1.25) }
    }

    fn order(ranking: &Ranking<'_>) -> Vec<(Option<usize>, String)> {
        ranking.runs.iter().map(|row| (row.rank, row.name.to_owned())).collect()
    }

    #[test]
    fn the_least_loss_is_first_and_failures_are_last() {
        let runs = [9, 10, 11, 12, 13, 14].map(|seed| run(seed, Loss::Mse));
        let none = Score { report: None, epochs: 0, seconds: Some(0.0) };
        let outcomes = [
            Ok(score(0.1, Some(0.3))),
            Err("it diverged, \"really\"".to_owned()),
            Ok(score(0.1, None)),
            Ok(score(0.5, Some(0.25))),
            Ok(none),
            Ok(score(0.2, Some(0.3))),
        ];
        let ranking = Ranking::new(runs.iter().zip(outcomes));
        let names: Vec<String> = order(&ranking).into_iter().map(|(_, name)| name).collect();
        assert_eq!(names, ["seed=12", "seed=9", "seed=14", "seed=11", "seed=10", "seed=13"]);
        let ranks: Vec<_> = order(&ranking).into_iter().map(|(rank, _)| rank).collect();
        assert_eq!(ranks, [Some(1), Some(2), Some(3), Some(4), None, None]);
        assert_eq!(ranking.failures(), 1);

        let table = ranking.table();
        let lines: Vec<&str> = table.lines().collect();
        let head =
            "rank  seed  train loss  train MSE  validation loss  validation MSE  epochs  seconds  folder";
        assert_eq!(lines[0], head);
        let first = "   1    12    0.500000   0.062500         0.250000        0.750000       3      1.2  out/seed=12";
        assert_eq!(lines[1], first);
        let failed = "   -    10           -          -                -               -       -        -  out/seed=10   failed: it diverged";
        assert!(lines[5].starts_with(failed), "{table}");

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sweep.csv");
        ranking.write(&path).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        let head = "rank,seed,train_loss,train_mse,validation_loss,validation_mse,epochs,folder,failure";
        assert_eq!(lines[0], head);
        assert_eq!(lines[1], "1,12,0.5,0.0625,0.25,0.75,3,seed=12,");
        assert_eq!(lines[5], ",10,,,,,,seed=10,\"it diverged, \"\"really\"\"\"");
    }

    #[test]
    fn different_losses_are_compared_by_the_error() {
        let runs = [run(0, Loss::Mse), run(1, Loss::Bce)];
        let ranking = Ranking::new(runs.iter().zip([0.2, 0.4].map(|loss| Ok(score(0.1, Some(loss))))));
        assert_eq!(ranking.sorted_by, SortedBy::Mse);
        assert_eq!(ranking.runs[0].name, "seed=1");
    }
}
