//! The file metrics.csv: one row for each epoch.

use std::io::ErrorKind;
use std::path::Path;

use autoencoder::EpochReport;
use serde::{Deserialize, Serialize};

use super::files;
use crate::config::MOST_EPOCHS;
use crate::failure::{Failure, Outcome};
use crate::input;

/// An epoch, and the time that it took.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Row {
    pub(crate) report: EpochReport,
    /// The seconds of ordering, batching and training, without validation; unknown for an epoch whose row was lost.
    pub(crate) seconds: Option<f64>,
    /// The number of samples in an epoch.
    pub(crate) samples: usize,
}

/// A row as it is in the file and in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Record {
    pub(crate) epoch: usize,
    pub(crate) train_mse: f64,
    pub(crate) train_loss: f64,
    pub(crate) validation_mse: Option<f64>,
    pub(crate) validation_loss: Option<f64>,
    pub(crate) seconds: Option<f64>,
    pub(crate) samples_per_second: Option<f64>,
    /// The terms that the losses are sums of; a loss of one term has no such columns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) train_reconstruction: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) train_kl: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) train_penalty: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) validation_reconstruction: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) validation_kl: Option<f64>,
}

/// The columns of every file.
const COLUMNS: [&str; 7] = [
    "epoch",
    "train_mse",
    "train_loss",
    "validation_mse",
    "validation_loss",
    "seconds",
    "samples_per_second",
];

impl Record {
    /// The names of the columns of the terms that the losses are sums of.
    fn terms(&self) -> Vec<&'static str> {
        let terms = [
            ("train_reconstruction", self.train_reconstruction),
            ("train_kl", self.train_kl),
            ("train_penalty", self.train_penalty),
            ("validation_reconstruction", self.validation_reconstruction),
            ("validation_kl", self.validation_kl),
        ];
        terms.into_iter().filter_map(|(name, value)| value.map(|_| name)).collect()
    }
}

impl Row {
    pub(crate) fn samples_per_second(&self) -> Option<f64> {
        self.seconds.filter(|&seconds| seconds > 0.0).map(|seconds| self.samples as f64 / seconds)
    }

    pub(crate) fn record(&self) -> Record {
        let EpochReport { train_terms, validation_terms, .. } = self.report;
        Record {
            epoch: self.report.epoch,
            train_mse: self.report.train_mse,
            train_loss: self.report.train_loss,
            validation_mse: self.report.validation_mse,
            validation_loss: self.report.validation_loss,
            seconds: self.seconds,
            samples_per_second: self.samples_per_second(),
            train_reconstruction: train_terms.reconstruction,
            train_kl: train_terms.kl,
            train_penalty: train_terms.penalty,
            validation_reconstruction: validation_terms.reconstruction,
            validation_kl: validation_terms.kl,
        }
    }
}

/// The bytes of the file of these rows.
pub(crate) fn bytes(rows: &[Row]) -> Outcome<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
    let terms = rows.first().map(|row| row.record().terms()).unwrap_or_default();
    writer.write_record(COLUMNS.into_iter().chain(terms)).map_err(Failure::new)?;
    for row in rows {
        writer.serialize(row.record()).map_err(Failure::new)?;
    }
    writer.into_inner().map_err(Failure::new)
}

/// The largest number of bytes of a file of metrics, 1 GiB: some ten million epochs.
const LONGEST: u64 = 1 << 30;

/// Reads the rows of a file. A loss that is not finite is that of a training that diverged, and is read.
pub(crate) fn read(path: &Path) -> Outcome<Vec<Record>> {
    let hint =
        format!("expected the folder of a run or its {}, as `autoencoder train` writes them", files::METRICS);
    let failed = |error: csv::Error| Failure::at(path, error).advise(&hint);
    let text = input::read_text(path, LONGEST).map_err(|error| match error.kind() {
        ErrorKind::NotFound => Failure::at(path, "there is no such file").advise(&hint),
        _ => Failure::at(path, error).advise(&hint),
    })?;
    let mut rows = Vec::new();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let names = reader.headers().map_err(failed)?;
    if names.iter().take(COLUMNS.len()).ne(COLUMNS) {
        let names = names.iter().collect::<Vec<_>>().join(",");
        let what = format_args!("expected columns that begin with {}, found {names}", COLUMNS.join(","));
        return Err(Failure::at(path, what).advise(&hint));
    }
    for record in reader.deserialize() {
        let record: Record = record.map_err(failed)?;
        if record.epoch as u64 > MOST_EPOCHS {
            let (most, found) = (MOST_EPOCHS, record.epoch);
            let what =
                format_args!("row {}: expected an epoch of at most {most}, found {found}", rows.len() + 1);
            return Err(Failure::at(path, what).advise(&hint));
        }
        rows.push(record);
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(path: &Path, rows: &[Row]) {
        std::fs::write(path, bytes(rows).unwrap()).unwrap();
    }

    fn row(epoch: usize) -> Row {
        let mut report = EpochReport::default();
        (report.epoch, report.train_mse, report.train_loss) = (epoch, 0.1 / epoch as f64, 0.1 / epoch as f64);
        report.validation_mse = (epoch == 1).then_some(0.3);
        report.validation_loss = report.validation_mse;
        Row { report, seconds: (epoch != 2).then_some(0.25), samples: 100 }
    }

    #[test]
    fn what_is_written_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(files::METRICS);
        let rows = [row(1), row(2), row(3)];
        write(&path, &rows);
        assert_eq!(read(&path).unwrap(), rows.map(|row| row.record()));
        assert_eq!(rows[0].samples_per_second(), Some(400.0));
        write(&path, &[]);
        assert_eq!(std::fs::read_to_string(&path).unwrap().trim(), COLUMNS.join(","));
        assert_eq!(read(&path).unwrap(), []);
    }

    #[test]
    fn a_loss_of_several_terms_has_a_column_for_each() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(files::METRICS);
        let nats = |epoch| {
            let mut row = row(epoch);
            (row.report.train_terms.reconstruction, row.report.train_terms.kl) = (Some(7.0), Some(2.0));
            row
        };
        write(&path, &[nats(1), nats(2)]);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(
            text.starts_with(&format!("{},train_reconstruction,train_kl\n", COLUMNS.join(","))),
            "{text}"
        );
        assert_eq!(read(&path).unwrap(), [nats(1).record(), nats(2).record()]);
    }

    #[test]
    fn an_epoch_that_no_training_reaches_is_refused_and_a_loss_that_is_not_finite_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(files::METRICS);
        for (epoch, is_read) in [("500000", true), ("500001", false), ("9007199254740992", false)] {
            std::fs::write(&path, format!("{}\n{epoch},inf,NaN,,,,\n", COLUMNS.join(","))).unwrap();
            match read(&path) {
                Ok(rows) => assert!(is_read && rows[0].train_mse.is_infinite()),
                Err(failure) => assert!(
                    !is_read && failure.to_string().contains("row 1: expected an epoch of at most 500000"),
                    "{failure}"
                ),
            }
        }
    }

    #[test]
    fn other_tables_are_no_metrics() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("other.csv");
        for text in ["a,b\n1,2\n", "epoch,train_mse,train_loss\n1,two,3\n"] {
            std::fs::write(&path, text).unwrap();
            let message = read(&path).unwrap_err().to_string();
            assert!(message.contains("other.csv") && message.contains("metrics.csv"), "{message}");
        }
    }
}
