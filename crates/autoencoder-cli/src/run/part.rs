//! A part of the data of a run: rows with what stands beside them, and the samples that they become.

use autoencoder::{Samples, Values};

use crate::data::{Labels, Series};

/// Samples with their labels and names, if there are any.
#[derive(Debug)]
pub(crate) struct Set {
    pub(crate) samples: Samples,
    pub(crate) labels: Option<Labels>,
    /// The names of the samples; of a window that of its first row.
    pub(super) names: Option<Vec<String>>,
    /// The row of each sample in its data, of a window the first; `None` where rows with some labels were left out before.
    pub(super) rows: Option<Vec<usize>>,
}

impl Set {
    /// What each sample is called: its name, or else its row.
    pub(crate) fn called(&self) -> Vec<String> {
        match (&self.names, &self.rows) {
            (Some(names), _) => names.clone(),
            (None, Some(rows)) => rows.iter().map(|row| format!("row {row}")).collect(),
            (None, None) => (0..self.samples.len()).map(|sample| format!("sample {sample}")).collect(),
        }
    }
}

/// Rows of data with what stands beside them, and the windows that are made of them, if they are in time.
pub(super) struct Part {
    pub(super) values: Values,
    pub(super) labels: Option<Labels>,
    pub(super) names: Option<Vec<String>>,
    pub(super) rows: Vec<usize>,
    pub(super) series: Option<Series>,
}

impl Part {
    /// The rows to train on, and those to validate on, which are the last where the rows are in time.
    pub(super) fn parted(self, train: Vec<usize>, validation: Vec<usize>) -> [Self; 2] {
        let Self { mut values, labels, names, rows: _, series } = self;
        let [series, held_out_series] = match series {
            Some(series) => series.split(train.len()).map(Some),
            None => [None, None],
        };
        let held_out_values = values.take(&validation);
        let part = |values, rows: Vec<usize>, series| Self {
            values,
            labels: labels.as_ref().map(|labels| labels.of(&rows)),
            names: names.as_ref().map(|names| rows.iter().map(|&row| names[row].clone()).collect()),
            rows,
            series,
        };
        [part(values, train, series), part(held_out_values, validation, held_out_series)]
    }
}
